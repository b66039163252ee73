"""Errors of form: every wrong key or value of a file is told at its line and column, all in one run."""

from __future__ import annotations

from pathlib import Path

import pytest
from framework_files import ALPHA, BETA, assert_sentences, check, found_in, framework_text, load_dictionary

from resilience_index.errors import InputError
from resilience_index.framework import yaml_strict
from resilience_index.framework.assessment import load_assessment
from resilience_index.framework.loading import load_framework
from resilience_index.framework.models import FrameworkModel
from resilience_index.framework.validation import validate

LEAF = "- {{id: alpha, title: {{zh: 甲, en: Alpha}}, direction: benefit, goalposts: [0, 10], {}}}"


def leaf(extra: str) -> str:
    return LEAF.format(extra)


MISSING = {
    "direction of a leaf": (framework_text("- ⟨RI111⟩id: alpha\n  title: {zh: 甲, en: Alpha}"), "direction"),
    "English title": (framework_text("- {id: alpha, title: ⟨RI111⟩{zh: 甲}, direction: cost}"), "en"),
    "title of a node": (framework_text("- ⟨RI111⟩id: node\n  children:\n    " + ALPHA), "title"),
    "id of a node": (framework_text("- ⟨RI111⟩title: {zh: 节点, en: Node}\n  children:\n    " + ALPHA), "id"),
    "node of a flag": (framework_text(ALPHA, top="flags: [⟨RI111⟩{id: f, op: '>=', value: 1}]"), "node"),
    "lower bound of a grade": (framework_text(ALPHA, top="grades: [⟨RI111⟩{id: A, title: {zh: 优, en: A}}]"), "min"),
    "citation of a source": (framework_text(ALPHA, top="sources: {one: ⟨RI111⟩{doi: x}}"), "citation"),
}


@pytest.mark.parametrize("name", MISSING)
def test_a_missing_key_is_named_at_the_mapping_that_lacks_it(tmp_path: Path, name):
    text, key = MISSING[name]
    [finding] = check(tmp_path, text)
    assert finding.message("en") == f"required key '{key}' is missing"
    assert f"{key}:" in finding.help("zh")


@pytest.mark.parametrize("key", ["version", "title", "tree", "id"])
def test_a_missing_key_of_the_file_itself_is_named_at_its_beginning(tmp_path: Path, key):
    text = framework_text(ALPHA)
    start = text.index(f"\n{key}:") + 1
    end = len(text) if key == "tree" else text.index("\n", start) + 1
    path = tmp_path / "file.yaml"
    path.write_text(text[:start] + text[end:])
    [finding] = found_in(lambda: load_framework(path))
    assert (finding.code, finding.location.line, finding.location.column) == ("RI111", 1, 1)
    assert finding.params["key"] == key


UNKNOWN = {
    "recommendation": (
        framework_text(ALPHA, top="recommendations: {one: {title: {zh: 路, en: P}, ⟨RI112⟩txt: x}}"),
        "text",
    ),
    "leaf": (framework_text(leaf("⟨RI112⟩wieght: 1")), "weight"),
    "node": (
        framework_text(f"- id: n\n  title: {{zh: 节点, en: N}}\n  ⟨RI112⟩agregate: sum\n  children:\n    {ALPHA}"),
        "aggregate",
    ),
    "dictionary leaf": (framework_text("- indicator: reply_rate\n  ⟨RI112⟩normalise: minmax"), "normalize"),
    "file": (framework_text(ALPHA, top="⟨RI112⟩redlines: []"), "red_lines"),
    "defaults": (framework_text(ALPHA, top="defaults: {⟨RI112⟩weight: equal}"), "weights"),
    "grade": (framework_text(ALPHA, top="grades: [{id: A, min: 1, ⟨RI112⟩titel: x, title: {zh: 优, en: A}}]"), "title"),
    "rounding": (framework_text(ALPHA, root="round: {digits: 2, ⟨RI112⟩modus: half_up}"), "mode"),
    "show": (framework_text(ALPHA, root="show: {⟨RI112⟩rund: {digits: 2}}"), "round"),
    "chain": (framework_text(ALPHA, root="chain: {⟨RI112⟩dilema: {id: d, title: {zh: 困境, en: D}}}"), "dilemma"),
    "text": (framework_text(ALPHA, root="description: {zh: 说明, en: x, ⟨RI112⟩eng: y}"), "en"),
    "key called as a kind of child": (framework_text(leaf("⟨RI112⟩node: 1")), None),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_key_is_told_at_the_key_with_the_closest_known_one(tmp_path: Path, name):
    text, near = UNKNOWN[name]
    [finding] = check(tmp_path, text)
    if near is not None:
        assert f"did you mean '{near}'?" in finding.message("en")
        assert f"是否为“{near}”" in finding.message("zh")
        assert near in finding.help("en")


def test_a_misspelt_key_that_tells_leaves_from_nodes_is_recognised(tmp_path: Path):
    findings = check(tmp_path, framework_text(ALPHA, "- ⟨RI111⟩⟨RI112⟩indicater: reply_rate"))
    assert "'indicator' is missing" in findings[0].message()
    assert "did you mean 'indicator'?" in findings[1].message()
    text = framework_text("- ⟨RI111⟩id: n\n  title: {zh: 节点, en: N}\n  ⟨RI112⟩childs: [reply_rate]")
    findings = check(tmp_path, text)
    assert "'children' is missing" in findings[0].message()
    assert "did you mean 'children'?" in findings[1].message()


WRONG = {
    "text for a number": (leaf("scale: ⟨RI113⟩ten"), "'scale' is 'ten', expected a number"),
    "number for text": (leaf("unit: ⟨RI113⟩5"), "'unit' is 5, expected text (put numbers and dates in quotes)"),
    "text for true or false": (leaf("invert: ⟨RI113⟩yes"), "'invert' is 'yes', expected true or false"),
    "text for both languages": (
        leaf("measure: ⟨RI113⟩count"),
        "'measure' is 'count', expected a text in both languages",
    ),
    "number for a list": (leaf("aliases: ⟨RI113⟩5"), "'aliases' is 5, expected a list"),
    "number in a list of texts": (leaf("aliases: [x, ⟨RI113⟩5]"), "'aliases[1]' is 5, expected text"),
    "empty alias": (leaf("aliases: [⟨RI113⟩'']"), "'aliases[0]' is empty, expected text that is not empty"),
    "list for a mapping": (leaf("basis: ⟨RI113⟩[seed]"), "'basis' is [seed], expected a mapping"),
    "one goalpost": (leaf("range: ⟨RI113⟩[1]"), "'range' is [1], expected a list, its length at least 2"),
    "three bounds": (leaf("range: ⟨RI113⟩[1, 2, 3]"), "expected a list, its length at most 2"),
    "text among bounds": (leaf("range: [⟨RI113⟩low, 3]"), "'range[0]' is 'low', expected a number"),
    "infinite bound": (leaf("range: [0, ⟨RI113⟩.inf]"), "expected a finite number"),
    "bound that is no number": (leaf("range: [⟨RI113⟩.nan, 1]"), "'range[0]' is nan, expected a finite number"),
    "bound past all floats": (leaf("range: [0, ⟨RI113⟩1e400]"), "expected a finite number"),
    "integer past all floats": (leaf(f"range: [0, ⟨RI113⟩{'9' * 400}]"), "expected a finite number"),
    "unknown phase": (
        leaf("phase: ⟨RI113⟩repair"),
        "'phase' is 'repair', expected prevent | respond | recover | adapt",
    ),
    "scale 0": (leaf("scale: ⟨RI113⟩0"), "'scale' is 0, expected a number above 0"),
    "digits with a fraction": (leaf("round: {digits: ⟨RI113⟩2.5}"), "'digits' is 2.5, expected an integer"),
    "too many digits": (leaf("round: {digits: ⟨RI113⟩16}"), "'digits' is 16, expected a number of at most 15"),
    "too few digits": (leaf("round: {digits: ⟨RI113⟩-13}"), "'digits' is -13, expected a number of at least -12"),
    "weight in words": (leaf("weight: ⟨RI113⟩two"), "'weight' is 'two', expected a number or a fraction such as 2/3"),
    "weight by zero": (leaf("weight: ⟨RI113⟩1/0"), "'weight' is '1/0', expected a number or a fraction"),
    "weight true": (leaf("weight: ⟨RI113⟩true"), "'weight' is true, expected a number"),
    "weight with underscore": (leaf("weight: ⟨RI113⟩1_000"), "'weight' is '1_000', expected a number"),
    "weight in full-width digits": (leaf("weight: ⟨RI113⟩１２"), "'weight' is '１２', expected a number"),
    "weight past all floats": (leaf(f"weight: ⟨RI113⟩'{'9' * 400}/7'"), "expected a number or a fraction"),
    "token that is a list": (
        leaf("tokens: [⟨RI113⟩[x]]"),
        "'tokens[0]' is [x], expected text (put numbers and dates in quotes) or a number",
    ),
    "token that is true": (leaf("tokens: [⟨RI113⟩true]"), "'tokens[0]' is true, expected text"),
    "child that is a number": (
        "- ⟨RI113⟩5\n" + ALPHA,
        "'children[0]' is 5, expected an indicator's id, or the mapping",
    ),
    "child that is empty": ("- ⟨RI113⟩null\n" + ALPHA, "'children[0]' is empty, expected an indicator's id"),
    "child that is a list": ("- ⟨RI113⟩[x]\n" + ALPHA, "'children[0]' is [x], expected an indicator's id"),
    "no children": ("⟨RI113⟩[]", "'children' is [], expected a list, its length at least 1"),
    "long text": (leaf(f"scale: ⟨RI113⟩{'x' * 200}"), "xxx…, expected a number"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_value_of_the_wrong_form_is_told_with_what_is_expected(tmp_path: Path, name):
    child, message = WRONG[name]
    [finding] = check(tmp_path, framework_text(child))
    assert message in finding.message("en")
    assert finding.message("zh") != finding.message("en")


@pytest.mark.parametrize(
    ("top", "message"),
    [
        ("ranks: {ties: ⟨RI113⟩max}", "'ties' is 'max', expected min | average | dense"),
        ("defaults: ⟨RI113⟩5", "'defaults' is 5, expected a mapping {key: value}"),
        ("grades: ⟨RI113⟩{A: 1}", "'grades' is {A: 1}, expected a list"),
        ("grades: [{id: A, min: ⟨RI113⟩.nan, title: {zh: 优, en: A}}]", "'min' is nan, expected a finite number"),
        ("notes: [⟨RI113⟩hello]", "'notes[0]' is 'hello', expected a text in both languages"),
        ("flags: [{id: f, node: alpha, op: ⟨RI113⟩'=>', value: 1}]", "expected >= | > | <= | < | == | !="),
    ],
)
def test_a_value_of_the_wrong_form_in_the_head_of_the_file_is_told(tmp_path: Path, top, message):
    [finding] = check(tmp_path, framework_text(ALPHA, top=top))
    assert message in finding.message("en")


def test_a_version_without_quotes_is_told(tmp_path: Path):
    text = framework_text(ALPHA).replace("version: 1.0.0", "version: ⟨RI113⟩1.0")
    [finding] = check(tmp_path, text)
    assert "put numbers and dates in quotes" in finding.message("en")


CALLS = {
    "unknown method": ("normalize: {method: ⟨RI121⟩minmx}", "did you mean 'minmax'?"),
    "unknown method by name only": ("normalize: ⟨RI121⟩minmx", "did you mean 'minmax'?"),
    "no method": ("normalize: ⟨RI124⟩{}", "no method is named (key 'method')"),
    "a number as method": ("normalize: ⟨RI124⟩5", "no method is named"),
    "a number as name": ("normalize: {method: ⟨RI124⟩5}", "no method is named"),
    "a list as method": ("fill: ⟨RI124⟩[none]", "no method is named"),
    "unknown parameter": ("normalize: {method: minmax, ⟨RI122⟩too: [0, 1]}", "did you mean 'to'?"),
    "parameter of a method without any": ("normalize: {method: none, ⟨RI122⟩clip: true}", "has no parameter 'clip'"),
    "pair turned round": (
        "normalize: {method: minmax, to: ⟨RI123⟩[1, 0]}",
        "to is [1, 0], expected [low, high], low < high",
    ),
    "pair without width": ("normalize: {method: minmax, to: ⟨RI123⟩[2, 2]}", "expected [low, high], low < high"),
    "pair of texts": ("normalize: {method: minmax, to: ⟨RI123⟩[a, b]}", "expected [low, high]"),
    "text as a constant": ("normalize: {method: minmax, constant: ⟨RI123⟩half}", "expected a number"),
    "nothing where more is needed": ("normalize: {method: zscore, sd: ⟨RI123⟩0}", "expected a number above 0"),
    "number as text": ("normalize: {method: distance_to_reference, reference: ⟨RI123⟩5}", "expected text"),
    "no target": ("normalize: ⟨RI123⟩{method: distance_to_target}", "target is missing, expected it to be given"),
    "logarithm of a target": (
        "normalize: {method: distance_to_target, transform: log, target: ⟨RI123⟩-1}",
        "expected a number above 0 under a logarithm",
    ),
    "no bands": ("normalize: {method: bands, bands: ⟨RI123⟩[]}", "expected a list of bands"),
    "band without points": ("normalize: {method: bands, bands: [⟨RI123⟩{min: 5}]}", "expected {min or above"),
    "band with two lower bounds": (
        "normalize: {method: bands, bands: [⟨RI123⟩{min: 5, above: 5, points: 1}]}",
        "expected {min or above, max or below",
    ),
    "text as points": ("normalize: {method: bands, bands: [{min: 5, points: ⟨RI123⟩two}]}", "expected a number"),
    "band turned round": (
        "normalize: {method: bands, bands: [⟨RI123⟩{min: 5, max: 4, points: 1}]}",
        "expected a lower bound below the upper one",
    ),
    "text of a band": (
        "normalize: {method: bands, bands: [{points: 1, text: ⟨RI123⟩{zh: good}}]}",
        "expected {zh: …, en: …}, or words",
    ),
    "bands that overlap": (
        "normalize: {method: bands, bands: [{min: 0, max: 5, points: 1}, ⟨RI155⟩{min: 5, max: 9, points: 2}]}",
        "two bands hold the same value: 0 ≤ x ≤ 5 and 5 ≤ x ≤ 9",
    ),
    "text for true or false": (
        "normalize: {method: goalposts, clip: ⟨RI123⟩yes}",
        "clip is 'yes', expected true | false",
    ),
    "unknown choice": ("normalize: {method: percentile_rank, ties: ⟨RI123⟩first}", "expected min | average | max"),
    "list as a choice": ("normalize: {method: goalposts, transform: ⟨RI123⟩[log]}", "expected none | log"),
    "number as a column": ("normalize: {method: minmax, within: ⟨RI123⟩5}", "expected period, or the name of a column"),
    "three goalposts": (
        "normalize: {method: goalposts, goalposts: ⟨RI123⟩[0, 5, 6]}",
        "expected [worst, best] | [low, a, b, high]",
    ),
    "infinite goalpost": ("normalize: {method: goalposts, goalposts: ⟨RI123⟩[0, .inf]}", "expected [worst, best]"),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_method_call_the_registry_does_not_allow_is_told_at_its_part(tmp_path: Path, name):
    extra, message = CALLS[name]
    [finding] = check(tmp_path, framework_text(leaf(extra)))
    assert message in finding.message("en")


DEFAULTS = {
    "weights: {method: combine, alpha: ⟨RI123⟩2}": "expected a number or a fraction from 0 to 1",
    "weights: {method: combine, subjective: {method: ahp, ⟨RI122⟩ri_tabel: x}}": "did you mean 'ri_table'?",
    "weights: {method: combine, subjective: ⟨RI123⟩combine}": "expected ahp | given | equal",
    "weights: {method: combine, subjective: ⟨RI121⟩ahpp}": "did you mean 'ahp'?",
    "weights: {method: combine, objective: ⟨RI124⟩5}": "no method is named",
    "missing: {policy: available, min_coverage: ⟨RI123⟩3/2}": "min_coverage is '3/2', expected a number or a fraction",
    "missing: {policy: available, min_children: ⟨RI123⟩1.5}": "expected an integer ≥ 1",
    "missing: ⟨RI124⟩{method: available}": "no method is named (key 'policy')",
    "aggregate: {method: geometric, zero: ⟨RI123⟩{floor: 2}}": "expected refuse | {floor: f}, 0 < f ≤ 1",
    "aggregate: ⟨RI121⟩geometrc": "did you mean 'geometric'?",
    "treat: ⟨RI121⟩winsor": "unknown method 'winsor'",
}


@pytest.mark.parametrize("call", DEFAULTS)
def test_a_default_the_registry_does_not_allow_is_told_at_its_part(tmp_path: Path, call):
    [finding] = check(tmp_path, framework_text(ALPHA, top=f"defaults:\n  {call}"))
    assert DEFAULTS[call] in finding.message("en")
    if finding.code == "RI121":
        kind = {"weights": "赋权", "aggregate": "聚合", "treat": "异常值处理"}[call.split(":")[0]]
        assert kind in finding.message("zh")


def test_another_kind_of_file_is_told_before_anything_else(tmp_path: Path):
    text = framework_text(ALPHA).replace("schema: r", "schema: ⟨RI110⟩r").replace("framework/1", "dictionary/1")
    [finding] = check(tmp_path, text)
    assert finding.message("en") == (
        "schema is 'resilience-index/dictionary/1', expected 'resilience-index/framework/1'"
    )
    [finding] = check(tmp_path, "⟨RI110⟩id: demo\n")
    assert "schema is empty" in finding.message("en")


def test_errors_of_form_and_of_meaning_are_told_in_one_run(tmp_path: Path):
    marked = framework_text(
        "- {id: a, title: {zh: 甲, en: A}, direction: benefit, goalposts: ⟨RI134⟩[10, 0], ⟨RI112⟩wieght: 1}",
        "- {id: b, title: {zh: 乙, en: B}, direction: ⟨RI113⟩up, goalposts: [0, 10]}",
        "- ⟨RI133⟩reply_rat",
        "- id: n\n  title: {zh: 节点, en: N}\n  children:\n"
        "    - {id: c, title: {zh: 丙, en: C}, direction: cost, weight: ⟨RI140⟩-1, ⟨RI101⟩id: c}\n"
        "    - {id: ⟨RI132⟩D, title: {zh: 丁, en: D}, direction: cost, range: ⟨RI138⟩[5, 1], weight: 2}",
        top="""\
        ranks: {ties: ⟨RI113⟩max}
        grades:
          - {id: A, min: 10, title: {zh: 优, en: A}}
          - {id: B, min: ⟨RI145⟩20, title: {zh: 良, en: B}}
        red_lines: [{indicator: ⟨RI144⟩zzz, op: '>', value: 1, cap: A, reason: {zh: 因, en: x}}]
        """,
    )
    check(tmp_path, marked)


def test_an_error_in_one_part_hides_no_gap_in_another(tmp_path: Path):
    weighted = ALPHA.replace("[0, 10]", "[0, 10], weight: 1")
    text = framework_text(
        f"- ⟨RI142⟩id: n\n  title: {{zh: 节点, en: N}}\n  children:\n    {weighted}\n    {BETA}",
        "- {id: c, title: {zh: 丙, en: C}, direction: cost, ⟨RI112⟩unti: kg, normalize: minmax}",
        top="⟨RI112⟩redlines: []\ndefaults: {scale: ⟨RI113⟩0}\nflags: [⟨RI111⟩{id: f, op: '>', value: 1}]\n"
        "sources: {one: ⟨RI111⟩{doi: x}}",
    )
    check(tmp_path, text)


def test_nothing_is_told_that_only_follows_from_an_error_of_form(tmp_path: Path):
    # The weight is lost with its misspelt key, the goalposts with their wrong value, the grade with its bound.
    marked = framework_text(
        "- {id: a, title: {zh: 甲, en: A}, direction: benefit, ⟨RI112⟩wieght: 1, "
        "normalize: goalposts, goalposts: [⟨RI113⟩x, 1]}",
        BETA.replace("cost,", "cost, weight: 1,"),
        "- {id: c, title: ⟨RI113⟩C, direction: context}",
        "- {id: d, title: ⟨RI113⟩D, direction: context}",
        "- id: n\n  title: {zh: 节点, en: N}\n  weight: 1\n  children: [⟨RI113⟩5]",
        top="""\
        grades: [{id: A, min: ⟨RI113⟩high, title: {zh: 优, en: A}}]
        red_lines: [{indicator: beta, op: '>', value: 1, cap: A, reason: {zh: 因, en: x}}]
        """,
    )
    check(tmp_path, marked)


def test_dictionaries_are_checked_like_frameworks(tmp_path: Path):
    marked = """\
schema: resilience-index/dictionary/1
indicators:
  one: {title: {zh: 一, en: One}, direction: benefit, goalposts: ⟨RI134⟩[5, 1]}
  two: ⟨RI111⟩{title: {zh: 二, en: Two}, ⟨RI112⟩directoin: cost}
  three: {title: {zh: 三, en: Three}, direction: target, goalposts: [1, 2, ⟨RI113⟩x, 4]}
"""
    check(tmp_path, marked, load_dictionary)


def test_assessments_are_checked_with_their_grades_and_defaults(tmp_path: Path):
    marked = """\
schema: resilience-index/assessment/1
framework: toe
⟨RI112⟩wieghts: entropy
columns: {groups: ⟨RI113⟩district}
language: ⟨RI113⟩fr
defaults: {normalize: {method: goalposts, goalposts: ⟨RI146⟩[0, 1]}}
grades:
  - {id: A, min: 50, title: {zh: 优, en: A}}
  - {id: ⟨RI130⟩A, min: ⟨RI145⟩60, title: {zh: 良, en: B}}
"""
    check(tmp_path, marked, load_assessment)


def test_a_document_is_a_model_or_all_its_errors_of_form():
    def model_of(text: str) -> FrameworkModel:
        return validate(yaml_strict.parse_leniently(text.encode(), "x"), "framework", FrameworkModel)

    assert model_of(framework_text(ALPHA)).tree.children[0].id == "alpha"
    with pytest.raises(InputError) as caught:
        model_of(framework_text(ALPHA, top="ranks: {ties: max}\nranks: {}\nnote: x"))
    assert [finding.code for finding in caught.value.findings] == ["RI101", "RI113", "RI112"]


def test_more_than_a_thousand_errors_are_cut_off_with_a_note(tmp_path: Path):
    path = tmp_path / "file.yaml"
    path.write_text(framework_text(ALPHA, top="notes: [" + "x, " * 1500 + "]"), encoding="utf-8")
    findings = found_in(lambda: load_framework(path))
    assert len(findings) == 1001
    assert findings[-1].code == "RI114"
    for finding in findings[-2:]:
        assert_sentences(finding)
