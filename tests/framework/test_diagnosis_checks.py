"""``diagnosis:`` in a framework file: RI130, RI144 and RI180 to RI187, each at its line and column."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from framework_files import ALPHA, BETA, check, found_in, framework_text, load_text

from resilience_index.errors import UnreadableError
from resilience_index.framework.catalogue import framework_paths
from resilience_index.framework.diagnosis_models import ALLOWED, NEEDED, PLACEHOLDERS, TITLES, Kind
from resilience_index.framework.diagnosis_rules import rulebook
from resilience_index.framework.loading import load_framework

CHAIN = "chain: {dilemma: {id: d, title: {zh: 困, en: D}}, path: p}"
TOP = """\
recommendations: {p: {title: {zh: 路, en: Path}}}
risks: [{id: harm, title: {zh: 险, en: Harm}, indicators: [alpha]}]
"""
TEXTS = "source: s, title: {zh: 题, en: T}, text: {zh: 文, en: Words}"


def inner(name: str, child: str, extra: str = "") -> str:
    word = "甲乙丙丁"["xyzw".index(name)]
    line = f"  {extra}\n" if extra else ""
    return f"- id: {name}\n  title: {{zh: {word}部, en: Part {name}}}\n{line}  children:\n    {child}"


def file(*rules: str, actions: tuple[str, ...] = (), top: str = "", tops: str = TOP) -> str:
    """A framework with two parts that have chains, and these rules and actions."""
    lines = ["diagnosis:"]
    lines += [f"  {top}"] if top else []
    lines += ["  rules:", *(f"    - {rule}" for rule in rules)] if rules else []
    lines += ["  actions:", *(f"    - {action}" for action in actions)] if actions else []
    return framework_text(inner("x", ALPHA, CHAIN), inner("y", BETA, CHAIN), top=tops + "\n".join(lines) + "\n")


def rule(kind: str, keys: str, texts: str = TEXTS, name: str = "r") -> str:
    return f"{{id: {name}, kind: {kind}, {keys}{', ' if keys else ''}{texts}}}"


SOUND = (
    rule("lowest", "items: [x, y], below: 85"), rule("below", "items: [x, alpha], below: 40", name="r2"),
    rule("below", "items: [alpha], raw: {op: '>=', value: 3}, paths: [p]", name="r3"),
    rule("risk", "risks: [harm], below: 50", name="r4"), rule("balance", "items: [x, y], gap: 15", name="r5"),
)  # fmt: skip
ACTION = "{id: a, items: [x, beta], text: {zh: 做, en: Do}, source: s, changeable: easy, path: p}"


def test_sound_rules_give_no_findings(tmp_path: Path):
    check(tmp_path, file(*SOUND, actions=(ACTION,), top="strong: 0.9"))
    framework = load_text(tmp_path, file(*SOUND, actions=(ACTION,)), "other.yaml")
    assert [entry.kind for entry in rulebook(framework).rules] == ["lowest", "below", "below", "risk", "balance"]


def test_the_tables_of_kinds_are_complete():
    kinds = set(get_args(Kind))
    assert kinds == set(NEEDED) == set(ALLOWED) == set(PLACEHOLDERS) == set(TITLES)
    assert all(set(TITLES[kind]) <= set(PLACEHOLDERS[kind]) for kind in kinds)


@pytest.mark.parametrize(
    ("kind", "keys", "lacking"),
    [
        ("lowest", "", "items"), ("lowest", "items: [x]", "items (2)"), ("below", "items: [x]", "below | raw"),
        ("below", "items: [alpha], below: 3, raw: {op: '<', value: 2}", "below | raw"), ("below", "below: 50", "items"),
        ("risk", "risks: [harm]", "below"), ("risk", "below: 3", "risks"), ("balance", "items: [x, y]", "gap"),
    ],
)  # fmt: skip
def test_what_a_kind_needs(kind, keys, lacking, tmp_path: Path):
    [finding] = check(tmp_path, file("⟨RI180⟩" + rule(kind, keys)))
    assert finding.message("en") == f"the rule 'r' of kind {kind} lacks {lacking}"


@pytest.mark.parametrize(
    ("kind", "keys", "key"),
    [
        ("lowest", "items: [x, y], ⟨RI181⟩gap: 3", "gap"),
        ("below", "items: [x], below: 9, ⟨RI181⟩risks: [harm]", "risks"),
        ("risk", "risks: [harm], below: 9, ⟨RI181⟩items: [x]", "items"),
        ("balance", "items: [x, y], gap: 3, ⟨RI181⟩below: 9", "below"),
    ],
)  # fmt: skip
def test_keys_that_say_nothing_in_a_kind(kind, keys, key, tmp_path: Path):
    [finding] = check(tmp_path, file(rule(kind, keys)))
    assert finding.message("en").startswith(f"'{key}' says nothing in a rule of kind {kind}")


def test_names_that_stand_for_nothing(tmp_path: Path):
    findings = check(
        tmp_path,
        file(
            rule("lowest", "items: [x, ⟨RI144⟩alpha]"), rule("below", "items: [⟨RI144⟩alfa], below: 3", name="r2"),
            rule("risk", "risks: [⟨RI144⟩hram], below: 3", name="r3"),
            rule("balance", "items: [x, y], gap: 3, paths: [⟨RI144⟩q]", name="r4"),
            actions=(ACTION.replace("x, beta", "⟨RI144⟩betta").replace("path: p", "path: ⟨RI144⟩pp"),),
        ),
    )  # fmt: skip
    assert "did you mean 'alpha'" in findings[1].message("en")
    assert "did you mean 'harm'" in findings[2].message("en")


def test_ids_stand_once_among_rules_and_among_actions(tmp_path: Path):
    again = "{id: ⟨RI130⟩a, items: [x], text: {zh: 做, en: Do}, source: s, changeable: easy}"
    second = rule("below", "items: [x], below: 40", name="⟨RI130⟩r")
    check(tmp_path, file(SOUND[0], second, actions=(ACTION, again)))


def test_lowest_needs_a_dilemma_and_a_path(tmp_path: Path):
    text = file(rule("lowest", "items: [x, ⟨RI182⟩y]")).replace(f"en: Part y}}\n      {CHAIN}", "en: Part y}")
    [finding] = check(tmp_path, text)
    assert finding.message("en").endswith("'y' has no dilemma or path")
    without_path = file(rule("lowest", "items: [⟨RI182⟩x, y]")).replace(
        "en: Part x}\n      chain: {dilemma: {id: d, title: {zh: 困, en: D}}, path: p}",
        "en: Part x}\n      chain: {dilemma: {id: d, title: {zh: 困, en: D}}}",
    )
    [finding] = check(tmp_path, without_path)
    assert finding.message("zh").endswith("“x”没有 path")


@pytest.mark.parametrize(
    ("kind", "keys", "texts"),
    [
        ("lowest", "items: [x, y]", "title: {zh: 题, en: T}, text: {zh: ⟨RI183⟩'{nod}', en: '{node}'}"),
        ("below", "items: [x], below: 9", "title: {zh: '{item}', en: ⟨RI183⟩'{value}'}, text: {zh: 文, en: W}"),
        ("risk", "risks: [harm], below: 9", "title: {zh: 题, en: T}, text: {zh: 文, en: ⟨RI183⟩'{leaf!r}'}"),
        ("balance", "items: [x, y], gap: 9", "title: {zh: 题, en: T}, text: {zh: 文, en: ⟨RI183⟩'{gap:.1f}'}"),
        ("balance", "items: [x, y], gap: 9", "title: {zh: 题, en: T}, text: {zh: ⟨RI185⟩'{gap', en: '{{gap}}'}"),
    ],
)
def test_placeholders_are_those_of_the_kind(kind, keys, texts, tmp_path: Path):
    check(tmp_path, file(rule(kind, keys, f"source: s, {texts}")))


def test_raw_values_belong_to_leaves(tmp_path: Path):
    check(tmp_path, file(rule("below", "items: [alpha, ⟨RI186⟩x], raw: {op: '<', value: 2}")))


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("lowest", "items: [x, y], below: ⟨RI187⟩101"), ("below", "items: [x], below: ⟨RI187⟩-1"),
        ("risk", "risks: [harm], below: ⟨RI187⟩0"), ("balance", "items: [x, y], gap: ⟨RI187⟩100.5"),
    ],
)  # fmt: skip
def test_thresholds_lie_on_the_shown_scale(kind, keys, tmp_path: Path):
    check(tmp_path, file(rule(kind, keys)))


def test_thresholds_follow_the_scale_of_the_framework(tmp_path: Path):
    check(tmp_path, file(rule("below", "items: [x], below: ⟨RI187⟩60"), tops=TOP + "defaults: {scale: 1}\n"))


@pytest.mark.parametrize("name", ["demo", "teo"])
def test_inherit_names_another_framework(name, tmp_path: Path):
    [finding] = check(tmp_path, file(top=f"inherit: [⟨RI184⟩{name}]"))
    assert "toe" in finding.help("en")


def test_a_file_to_inherit_from_is_looked_for_when_its_rules_are_needed(tmp_path: Path):
    framework = load_text(tmp_path, file(top="inherit: [absent.yaml]"))
    with pytest.raises(UnreadableError):
        rulebook(framework)


@pytest.mark.parametrize(
    "texts",
    [
        "source: s, title: {zh: 题, en: T}, text: {zh: 文, ⟨RI112⟩eng: W}",
        "source: s, title: {zh: 题, en: T}",
    ],
)
def test_faults_of_form_are_told_alone(texts, tmp_path: Path):
    """What a rule lacks by form is not told again as what its kind lacks."""
    text = file(rule("lowest", "items: [x, y]", texts))
    path = tmp_path / "file.yaml"
    path.write_text(text.replace("⟨RI112⟩", ""), encoding="utf-8")
    codes = {finding.code for finding in found_in(lambda: load_framework(path))}
    assert codes <= {"RI111", "RI112"}
    assert codes


def test_a_chain_that_is_faulty_is_not_told_as_missing(tmp_path: Path):
    text = file(rule("lowest", "items: [x, y]")).replace("path: p}\n", "path: 3}\n", 1)
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    assert [finding.code for finding in found_in(lambda: load_framework(path))] == ["RI113"]


@pytest.mark.parametrize("name", framework_paths())
def test_shipped_frameworks_have_rules_and_actions(name):
    book = rulebook(load_framework(name))
    assert len(book.rules) >= 3
    assert len(book.actions) >= 10
    assert {action.changeable for action in book.actions} == {"easy", "medium", "hard"}
    assert book.settings.basis == "assumption"
