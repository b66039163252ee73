"""Schemes that cannot be laid over a framework, names that stand twice, and files that are no tables: each whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from plan_tools import finding

from resilience_index.errors import InputError, UnknownNameError, UnreadableError, UsageError
from resilience_index.findings import Finding, Location, did_you_mean
from resilience_index.framework import catalogue
from resilience_index.framework.assessment import Assessment, load_assessment
from resilience_index.framework.loading import load_framework
from resilience_index.methods.checking import check
from resilience_index.scoring import assess, flags, other_files, schemes, several, weight_calls
from resilience_index.scoring.settings import Setting, Settings
from resilience_index.scoring.several import Several, settle_unknown

FRAMEWORK = """\
schema: resilience-index/framework/1
id: mini
version: 1.0.0
title: {zh: 小, en: Mini}
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - id: p
      title: {zh: 部分, en: Part}
      weight: 1
      children:
        - {id: x, title: {zh: 甲, en: X}, direction: benefit, goalposts: [0, 10], range: [0, 10], weight: 1}
        - {id: y, title: {zh: 乙, en: Y}, direction: benefit, goalposts: [0, 10], weight: 2}
    - {id: z, title: {zh: 丙, en: Z}, direction: benefit, goalposts: [0, 10], weight: 3}
"""
HEAD = "schema: resilience-index/assessment/1\nframework: mini.yaml\nschemes:\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mini.yaml").write_text(FRAMEWORK, encoding="utf-8")


def assessment(text: str) -> Assessment:
    Path("a.yaml").write_text(HEAD + text, encoding="utf-8")
    return load_assessment("a.yaml")


def laid(items: str, framework: str = FRAMEWORK) -> Any:
    Path("mini.yaml").write_text(framework, encoding="utf-8")
    loaded = assessment(f"  s: {{title: {{zh: 方案, en: Scheme}}, items: {{{items}}}}}\n")
    return schemes.apply(load_framework("mini.yaml"), loaded, "s", loaded.model.schemes["s"])


def test_items_take_what_a_scheme_says_and_keep_the_rest() -> None:
    plain = load_framework("mini.yaml")
    found = laid("x: {weight: 5, fill: median}, p: {aggregate: geometric, round: {digits: 1}}, index: {missing: zero}")
    assert (found.scheme, found.scheme_title.en, found.label, plain.label) == ("s", "Scheme", "s", "mini")
    x, y, z = found.leaves
    assert (x.weight, x.fill, x.normalize) == (5, check("fill", "median"), None)
    assert (y, z) == plain.leaves[1:]
    index, part = found.nodes
    assert (index.missing, part.aggregate, part.round.digits) == (
        check("missing", "zero"), check("aggregate", "geometric"), 1,
    )  # fmt: skip
    assert (index.aggregate, part.missing, part.weight) == (None, None, 1)
    assert found.findings == plain.findings


@pytest.mark.parametrize(
    ("items", "framework", "code", "key", "params"),
    [
        ("x: {weight: -1}", FRAMEWORK, "RI140", "x.weight", {"id": "x", "weight": "-1"}),
        ("x: {weight: 0}, y: {weight: 0}", FRAMEWORK, "RI141", "x.weight", {"id": "p"}),
        ("x: {weight: 2}", FRAMEWORK.replace(", weight: 1}", "}").replace(", weight: 2}", "}"), "RI142", "x.weight",
         {"id": "p", "names": ["y"]}),
    ],
)  # fmt: skip
def test_weights_that_do_not_fit(items: str, framework: str, code: str, key: str, params: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        laid(items, framework)
    (found,) = caught.value.findings
    assert (found.code, found.params) == (code, params)
    assert (found.location.file, found.location.path) == ("a.yaml", f"schemes.s.items.{key}")
    assert (found.location.line, found.source) == (4, Path("a.yaml").read_text("utf-8").splitlines()[3])


def test_weights_at_their_ends_fit() -> None:
    assert laid("x: {weight: 0}").leaves[0].weight == 0
    every = FRAMEWORK.replace(", weight: 1}", "}").replace(", weight: 2}", "}")
    assert [leaf.weight for leaf in laid("x: {weight: 1}, y: {weight: 2}", every).leaves] == [1, 2, 3]


def test_goalposts_that_do_not_fit() -> None:
    for goalposts, code in (("[10, 0]", "RI134"), ("[0, 99]", "RI137")):
        text = f"x: {{normalize: {{method: goalposts, goalposts: {goalposts}}}}}"
        try:
            findings = laid(text).findings
        except InputError as error:
            findings = error.findings
        assert [item.code for item in findings] == [code]
        assert findings[0].location.path == "schemes.s.items.x.normalize.goalposts"
        assert findings[0].params["id"] == "x"


def test_which_schemes_are_named() -> None:
    loaded = assessment("  b: {}\n  a: {}\n")
    assert schemes.names_of(loaded, ["a"]) == ["a"]
    assert schemes.names_of(loaded, ["all"]) == ["b", "a"]
    assert schemes.names_of(loaded, []) == schemes.names_of(None, []) == []
    assert schemes.chosen(loaded, "a") == loaded.model.schemes["a"]
    assert schemes.chosen(loaded, None) is schemes.chosen(None, None) is None
    for names in (["a", "a"], ["all", "a"]):
        with pytest.raises(UsageError) as caught:
            schemes.names_of(loaded, names)
        assert (caught.value.code, caught.value.params["problem"]) == (
            "RI009", {"zh": "方案“a”写了两次", "en": "the scheme 'a' is named twice"},
        )  # fmt: skip
        assert caught.value.params["remedy"] == {"zh": "每个方案只写一次", "en": "name each scheme once"}
    with pytest.raises(UnknownNameError) as unknown:
        schemes.names_of(loaded, ["c"])
    assert (unknown.value.code, unknown.value.params) == ("RI008", {
        "kind": {"zh": "方案", "en": "scheme"}, "name": "c", "known": ["b", "a", "all"],
        "suggestion": did_you_mean(None),
    })  # fmt: skip
    for nothing in (None, load_assessment(_without())):
        with pytest.raises(UsageError) as caught:
            schemes.names_of(nothing, ["a"])
        assert caught.value.code == "RI009"
        assert "there is none" in caught.value.params["problem"]["en"]
    with pytest.raises(UsageError):
        schemes.chosen(None, "a")


def _without() -> str:
    Path("b.yaml").write_text(HEAD.replace("schemes:\n", ""), encoding="utf-8")
    return "b.yaml"


def test_where_judgments_are_named() -> None:
    loaded = assessment("  a: {judgments: a.yaml}\n  b: {}\n")
    model = loaded.model
    assert schemes.judgments(model, model.schemes["a"]) == "a.yaml"
    assert schemes.judgments(model, model.schemes["b"]) is schemes.judgments(None, None) is None
    written = model.model_copy(update={"judgments": "all.yaml"})
    assert [schemes.judgments(written, scheme) for scheme in (None, model.schemes["a"], model.schemes["b"])] == [
        "all.yaml", "a.yaml", "all.yaml",
    ]  # fmt: skip
    framework = load_framework("mini.yaml")
    for name, says in (("a", True), ("b", False)):
        with_scheme = schemes.apply(framework, loaded, name, model.schemes[name])
        assert schemes.says_judgments(loaded, with_scheme) is says
    assert schemes.says_judgments(None, framework) is schemes.says_judgments(loaded, framework) is False
    items = {"judgments": Setting("a.yaml", "scheme"), "scheme": Setting("a", "option")}
    assert schemes.judgments_path(Settings(items)) == ("schemes", "a", "judgments")
    assert schemes.judgments_path(Settings(items | {"judgments": Setting("a.yaml", "assessment")})) == ("judgments",)


# -- several frameworks -------------------------------------------------------------------------------------


def test_frameworks_named_twice() -> None:
    assert several.names_of(["toe", "sfic"]) == ["toe", "sfic"]
    assert several.names_of(["all"]) == list(catalogue.framework_paths())
    path = str(catalogue.framework_paths()["toe"])
    for names in (["toe", "toe"], ["toe", path], ["mini.yaml", "./mini.yaml"], ["all", "toe"]):
        with pytest.raises(UsageError) as caught:
            several.names_of(names)
        assert (caught.value.code, caught.value.params) == ("RI036", {"name": names[-1]})


def test_attempts_keep_what_was_refused_and_the_worst_exit_code() -> None:
    found = Several(found={"a": []})
    usage, wrong = UsageError("RI036", name="x"), InputError([Finding("RI174", params={"method": "m"})])

    def refuse(error: Exception) -> Callable[[], None]:
        def function() -> None:
            raise error

        return function

    found.attempt("a", refuse(wrong))
    assert found.exit_code == 1
    found.attempt("b", refuse(usage))
    found.attempt("a", refuse(wrong))
    found.attempt("a", lambda: None)
    assert found.exit_code == 2
    assert {name: [item.code for item in items] for name, items in found.found.items()} == {
        "a": ["RI174", "RI174"], "b": ["RI036"],
    }  # fmt: skip
    assert found.label("a") == "a"


def column(name: str, hint: str = "") -> Finding:
    suggestion = {"zh": hint, "en": hint}
    return finding("RI218", Location("d.csv", field=name), name=name, suggestion=suggestion)


def test_columns_that_one_framework_knows_are_not_unknown() -> None:
    other = Finding("RI174", params={"method": "m"})
    first, second, hinted = column("a"), column("b"), column("b", "; did you mean 'c'?")
    assert settle_unknown([[first, other], [second]], []) == [[first, other], [second]]
    assert settle_unknown([[first, second], [hinted]], [[first, second], [hinted]]) == [[hinted], [hinted]]
    assert settle_unknown([[first], [first]], [[first], [first]]) == [[first], [first]]
    assert settle_unknown([[first], [other]], [[first], [other]]) == [[], [other]]
    assert settle_unknown([[hinted], [second]], [[hinted], [second]]) == [[hinted], [hinted]]


def test_findings_are_told_once_with_whom_they_belong_to() -> None:
    common, mine, theirs = (Finding("RI174", params={"method": name}) for name in ("c", "m", "t"))
    both = Several(found={"a": [mine, common, common], "b": [common, theirs]})
    assert list(both.findings()) == [(["a", "b"], [common]), (["a"], [mine]), (["b"], [theirs])]


# -- files that are no tables, flags, calls -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("schema: resilience-index/framework/1\n", ("框架", "framework")),
        ("x: 1\nschema:  'resilience-index/judgments/1'\n", ("专家判断", "judgments")),
        ('schema:"resilience-index/assessment/1"\n', ("评估文件", "assessment")),
        ("schema: resilience-index/dictionary/1\n", ("词典", "dictionary")),
        ("schema: resilience-index/batch/1\n", ("batch", "batch")),
        ("a schema: resilience-index/framework/1\n", None), ("schema: other/framework/1\n", None),
        ("x" * 4090 + "\nschema: resilience-index/framework/1\n", None), ("", None),
    ],
)  # fmt: skip
def test_files_of_ours_are_no_tables(text: str, kind: tuple[str, str] | None) -> None:
    Path("d.csv").write_text(text, encoding="utf-8")
    if kind is None:
        other_files.refuse_other("d.csv")
        return
    with pytest.raises(UnreadableError) as caught:
        other_files.refuse_other("d.csv")
    assert (caught.value.code, caught.value.where) == ("RI024", Location("d.csv"))
    assert caught.value.params == {"file": "d.csv", "kind": {"zh": kind[0], "en": kind[1]}}


def test_pipes_are_no_tables() -> None:
    os.mkfifo("pipe")
    with pytest.raises(UnreadableError) as caught:
        other_files.refuse_other("pipe")
    assert (caught.value.code, caught.value.where, caught.value.params) == ("RI028", Location("pipe"), {"file": "pipe"})
    for fine in ("-", ".", "none.csv", "a\0b", "x" * 300):
        other_files.refuse_other(fine)  # whoever reads it says what is wrong


def test_methods_on_the_command_line() -> None:
    assert flags.flag("weights", None) is None
    assert flags.flag("fill", "median") == check("fill", "median")
    with pytest.raises(UsageError) as caught:
        flags.flag("fill", "medan")
    params = dict(caught.value.params)
    assert (caught.value.code, params.pop("suggestion")) == ("RI121", did_you_mean("median"))
    assert (params["name"], params["kind"]["en"]) == ("medan", "--fill")
    assert params["kind"]["zh"] != "--fill"
    with pytest.raises(UsageError) as caught:
        flags.flag("fill", "median:k=3")
    assert caught.value.code == "RI122"


def test_what_a_call_is_made_of() -> None:
    combined = check("weights", {"method": "combine", "subjective": "ahp", "objective": "entropy", "rule": "deviation"})
    levels = check(
        "weights", {"method": "levels", "from_top": ["equal", "points"], "under": {"p": "bwm", "q": "equal"}}
    )
    equal, points, bwm = (check("weights", name) for name in ("equal", "points", "bwm"))
    assert weight_calls.choices(combined) == (combined,)
    assert weight_calls.choices(levels) == (equal, points, bwm)
    assert weight_calls.components(equal) == {"": equal}
    assert weight_calls.components(combined) == {key: combined[key] for key in ("subjective", "objective")}
    assert weight_calls.parts(combined) == (combined["subjective"], combined["objective"])
    assert weight_calls.judged(combined) == (combined["subjective"],)
    assert weight_calls.judged(levels) == (points, bwm)
    assert weight_calls.from_data(combined) == (combined["objective"], combined)
    assert weight_calls.from_data(levels) == ()
    for node, level, served in (("x", 0, equal), ("x", 1, points), ("x", 2, points), ("p", 0, bwm), ("q", 1, equal)):
        assert weight_calls.serving(levels, node, level) == served
    assert weight_calls.serving(equal, "p", 3) == equal


def test_every_framework_is_tried_and_all_are_looked_at_before_data_are_read() -> None:
    Path("other.yaml").write_text(FRAMEWORK.replace("id: mini", "id: other"), encoding="utf-8")
    Path("d.csv").write_text("community_id,community,x,y,z\n1,甲,1,2,3\n2,乙,4,5,6\n", encoding="utf-8")
    seen: list[list[str]] = []

    def make(name: str) -> assess.Job:
        return assess.job(name, "d.csv")

    def look(works: Sequence[assess.Job]) -> None:
        seen.append([work.framework.id for work in works])

    found = several.assess_all(["mini.yaml", "other.yaml"], make, check=look)
    assert (seen, found.exit_code, list(found.results)) == ([["mini", "other"]], 0, ["mini.yaml", "other.yaml"])
    assert {name: work.beside for name, work in found.works.items()} == {
        "mini.yaml": ("other",), "other.yaml": ("mini",),
    }  # fmt: skip
    assert found.label("other.yaml") == "other"
    assert found.found["mini.yaml"] == list(found.results["mini.yaml"].findings)
    assert found.results["mini.yaml"].table.raw is not None
    without = several.assess_all(["mini.yaml"], make, keep_text=False).results["mini.yaml"].table.raw
    assert without is None or without.column(0) is None
    # What cannot be read is called by its file; the others are scored all the same.
    found = several.assess_all(["none.yaml", "mini.yaml"], make)
    assert (found.exit_code, list(found.results), found.works["mini.yaml"].beside) == (2, ["mini.yaml"], ("none",))
    assert [item.code for item in found.found["none.yaml"]] == ["RI002"]
    with pytest.raises(UsageError) as caught:
        several.assess_all(["mini.yaml", "./mini.yaml"], make)
    assert (caught.value.code, caught.value.where) == ("RI037", Location("./mini.yaml"))
    assert caught.value.params == {"id": "mini", "files": ["mini.yaml", "./mini.yaml"]}
