"""Comparisons of experts, checked against a framework: RI301 to RI308, RI312, RI313, RI315, RI380 to RI382."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from framework_files import check, framework_text, load_text
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.errors import InputError
from resilience_index.framework.judgments import load_judgments
from resilience_index.framework.loading import load_framework

TOE = load_framework("toe")
_HEAD = "schema: resilience-index/judgments/1\nexperts:\n"
_INDEX = (
    "{technical/organizational: 2, technical/environmental: 3, technical/digital_risk: 5, "
    "organizational/environmental: 1/2, organizational/digital_risk: 4, environmental/digital_risk: 3}"
)


def judgments(*experts: str) -> str:
    return _HEAD + "".join(f"  - {expert}\n" for expert in experts)


def expert(index: str = _INDEX, name: str = "E01", more: str = "") -> str:
    return f"{{id: {name}, {more}comparisons: {{index: {index}}}}}"


def load(path: Path):
    return load_judgments(path, TOE, ["sfic"])


def read(folder: Path, text: str):
    path = folder / "judgments.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_comparisons_are_kept_by_node_expert_and_positions(tmp_path: Path):
    second = "{technical/organizational: 1, environmental/technical: 3, digital_risk/technical: 1/5, "
    second += "organizational/environmental: 2, organizational/digital_risk: 4, environmental/digital_risk: 3}"
    read_back = read(tmp_path, judgments(expert(), expert(second, "E02", "weight: 1/2, ")))
    assert read_back.experts == ("E01", "E02")
    assert read_back.expert_weights == {"E01": Fraction(1), "E02": Fraction(1, 2)}
    first = read_back.comparisons["index"]["E01"]
    assert first == {(0, 1): 2, (0, 2): 3, (0, 3): 5, (1, 2): Fraction(1, 2), (1, 3): 4, (2, 3): 3}
    turned = read_back.comparisons["index"]["E02"]
    assert turned[0, 2] == pytest.approx(1 / 3)
    assert turned[0, 3] == 5
    assert read_back.findings == ()
    assert read_back.content.startswith(b"schema")


def test_positions_count_scored_children_only(tmp_path: Path):
    leaf = "- {{id: {0}, title: {{zh: 标{0}, en: T {0}}}, direction: {1}}}"
    text = framework_text(leaf.format("a", "cost"), leaf.format("b", "context"), leaf.format("c", "cost"))
    framework = load_text(tmp_path, text)
    path = tmp_path / "judgments.yaml"
    path.write_text(judgments("{id: E, comparisons: {index: {a/c: 3}}}"))
    assert load_judgments(path, framework).comparisons == {"index": {"E": {(0, 1): 3}}}
    text = judgments("{id: E, comparisons: {index: {⟨RI302⟩a/b: 3}}}")
    check(tmp_path, text, lambda file: load_judgments(file, framework))


def test_keys_may_name_the_framework_and_experts_may_leave_nodes_out(tmp_path: Path):
    text = judgments(
        f"{{id: A, comparisons: {{toe/index: {_INDEX}}}}}",
        "{id: B, comparisons: {toe/technical: {risk_identification/crisis_resistance: 1, "
        "risk_identification/recovery_adaptation: 2, crisis_resistance/recovery_adaptation: 2}}}",
    )
    found = read(tmp_path, text).comparisons
    assert {node: list(experts) for node, experts in found.items()} == {"index": ["A"], "technical": ["B"]}


MARKED = {
    "unknown node": (judgments(f"{{id: E, comparisons: {{⟨RI301⟩indx: {_INDEX}}}}}"), "did you mean 'index'?"),
    "a leaf as node": (judgments("{id: E, comparisons: {⟨RI301⟩reply_rate: {}}}"), "is no node of 'toe'"),
    "unknown framework": (
        judgments(f"{{id: E, comparisons: {{⟨RI301⟩too/index: {_INDEX}}}}}"),
        "did you mean 'toe/index'?",
    ),
    "unknown child": (judgments(expert("{⟨RI302⟩technicl/organizational: 2}")), "did you mean 'technical'?"),
    "two unknown children": (judgments(expert("{⟨RI302⟩⟨RI302⟩x/y: 2}")), "is no child of 'index'"),
    "child of another node": (
        judgments(expert("{⟨RI302⟩technical/grid_response: 2}")),
        "'grid_response' is no child of 'index'",
    ),
    "two groups never compared": (
        judgments("{id: E, comparisons: {⟨RI381⟩index: {technical/organizational: 2, environmental/digital_risk: 3}}}"),
        "fall apart into 2 groups: (technical, organizational), (environmental, digital_risk)",
    ),
    "nothing but gaps": (
        judgments("{id: E, comparisons: {⟨RI381⟩index: {}}}"),
        "4 groups: (technical), (organizational), (environmental), (digital_risk)",
    ),
    "no form at all": (
        judgments("⟨RI382⟩{id: E}", expert()),
        "expert E has no judgments",
    ),
    "both ways": (
        judgments(expert(_INDEX.replace("}", ", ⟨RI380⟩organizational/technical: 2}"))),
        "'index': technical/organizational is 2 and organizational/technical is 2",
    ),
    "zero": (
        judgments(expert(_INDEX.replace("digital_risk: 3", "digital_risk: ⟨RI305⟩0"))),
        "is 0, which is not above 0",
    ),
    "negative": (judgments(expert(_INDEX.replace("1/2", "⟨RI305⟩-1/2"))), "is -1/2, which is not above 0"),
    "no slash": (judgments(expert(_INDEX.replace("}", ", ⟨RI307⟩technical: 2}"))), "'technical' is not a pair"),
    "half a pair": (judgments(expert(_INDEX.replace("}", ", ⟨RI307⟩technical/: 2}"))), "'technical/' is not a pair"),
    "with itself": (judgments(expert(_INDEX.replace("}", ", ⟨RI307⟩technical/technical: 1}"))), "is not a pair"),
    "expert twice": (judgments(expert(), expert(name="⟨RI308⟩E01")), "expert id 'E01' is used twice"),
    "weight 0": (judgments(expert(more="weight: ⟨RI312⟩0, ")), "the weight of expert E01 is 0"),
    "negative weight": (judgments(expert(more="weight: ⟨RI312⟩-1, ")), "the weight of expert E01 is -1"),
    "no judgment at all": (
        judgments("{id: E, comparisons: {}}").replace("  - {id", "  ⟨RI315⟩- {id"),
        "no judgment for any node of 'toe'",
    ),
    "text as judgment": (
        judgments(expert(_INDEX.replace("1/2", "⟨RI113⟩much"))),
        "is 'much', expected a number or a fraction",
    ),
    "unknown key": (judgments(expert(more="⟨RI112⟩wieght: 2, ")), "did you mean 'weight'?"),
    "no experts": ("schema: resilience-index/judgments/1\nexperts: ⟨RI113⟩[]\n", "its length at least 1"),
}


@pytest.mark.parametrize("name", MARKED)
def test_each_fault_is_told_at_its_place(tmp_path: Path, name):
    text, message = MARKED[name]
    findings = check(tmp_path, text, load)
    assert message in findings[0].message("en")
    assert findings[0].severity == "error"


@pytest.mark.parametrize("value", ["10", "1/10", "9.001", "0.1"])
def test_judgments_outside_the_scale_are_used_with_a_warning(tmp_path: Path, value):
    text = judgments(expert(_INDEX.replace("technical/organizational: 2", f"technical/organizational: ⟨RI306⟩{value}")))
    [finding] = check(tmp_path, text, load)
    assert finding.severity == "warning"
    used = read(tmp_path, text.replace("⟨RI306⟩", "")).comparisons["index"]["E01"][0, 1]
    assert float(used) == pytest.approx(0.1 if value == "1/10" else float(value))


@pytest.mark.parametrize("value", ["9", "1/9", "0.111", "0.1111", "1"])
def test_the_ends_of_the_scale_are_on_it(tmp_path: Path, value):
    check(tmp_path, judgments(expert(_INDEX.replace("1/2", value))), load)


def test_judgments_of_other_known_frameworks_are_left_out_with_a_note(tmp_path: Path):
    text = judgments(f"{{id: E, comparisons: {{index: {_INDEX}, sfic/index: {{x/y: 2}}, sfic/other: {{}}}}}}")
    [finding] = read(tmp_path, text).findings
    assert (finding.code, finding.severity) == ("RI313", "info")
    assert "sfic (2)" in finding.message("zh")
    only = judgments("{id: E, comparisons: {sfic/index: {x/y: 2}}}").replace("  - {id", "  ⟨RI315⟩- {id")
    check(tmp_path, only.replace("schema", "⟨RI313⟩schema"), load)


def test_one_node_named_in_two_ways_is_read_together(tmp_path: Path):
    pairs = _INDEX.strip("{}").split(", ")
    first, second = ", ".join(pairs[:3]), ", ".join(pairs[3:])
    text = judgments(f"{{id: E, comparisons: {{index: {{{first}}}, toe/index: {{{second}}}}}}}")
    assert len(read(tmp_path, text).comparisons["index"]["E"]) == 6
    twice = judgments(f"{{id: E, comparisons: {{index: {_INDEX}, toe/index: {{⟨RI304⟩technical/organizational: 7}}}}}}")
    check(tmp_path, twice, load)


def test_a_fault_hides_no_other_and_no_gap_is_told_that_follows_from_it(tmp_path: Path):
    text = judgments(
        expert(_INDEX.replace("1/2", "⟨RI305⟩0").replace("technical/digital_risk", "⟨RI302⟩technical/digital_rsk")),
        expert("{technical/organizational: ⟨RI113⟩x}", "E02"),
        expert(_INDEX, "⟨RI308⟩E01", "weight: ⟨RI312⟩-2, "),
    )
    check(tmp_path, text, load)


def test_a_gap_is_told_with_the_pairs_that_are_missing(tmp_path: Path):
    text = judgments(f"{{id: E, comparisons: {{⟨RI303⟩index: {_INDEX.replace('technical/environmental: 3, ', '')}}}}}")
    [finding] = check(tmp_path, text, load)
    assert finding.severity == "warning"
    assert "no judgment of technical/environmental under 'index'" in finding.message("en")
    assert len(read(tmp_path, text.replace("⟨RI303⟩", "")).comparisons["index"]["E"]) == 5


@pytest.mark.parametrize(("other", "kept"), [("1/2", 2), ("0.5", 2), ("0.49", 2), ("0.51", 2)])
def test_both_directions_may_be_given_where_they_agree(tmp_path: Path, other, kept):
    for pairs in (_INDEX.replace("}", f", organizational/technical: {other}}}"),
                  _INDEX.replace("{", f"{{organizational/technical: {other}, ")):  # fmt: skip
        found = read(tmp_path, judgments(expert(pairs)))
        assert found.comparisons["index"]["E01"][0, 1] == kept
        assert found.findings == ()


def test_sample_judgments_are_read_for_every_framework():
    from resilience_index.framework import catalogue

    path = catalogue.shipped_folder("sample_data") / "judgments.yaml"
    names = list(catalogue.framework_paths())
    for name in names:
        found = load_judgments(path, load_framework(name), [other for other in names if other != name])
        assert len(found.experts) == 7
        assert [finding.code for finding in found.findings] == ["RI313"]


@given(st.lists(st.sampled_from(["1", "1/3", "9", "0.5", "0", "-2", "x", "12"]), min_size=6, max_size=6), st.randoms())
@settings(max_examples=60, deadline=None)
def test_a_pair_means_the_same_either_way_round(tmp_path_factory, values, random):
    names = [child.id for child in TOE.root.children]
    pairs = [(names[i], names[j], i, j) for i in range(4) for j in range(i + 1, 4)]
    lines, expected = [], {}
    for (first, second, i, j), value in zip(pairs, values, strict=True):
        turned = random.random() < 0.5
        lines.append(f"{second}/{first}: {value}" if turned else f"{first}/{second}: {value}")
        number = Fraction(value) if value != "x" else None
        if number is not None and number > 0:
            expected[i, j] = float(1 / number if turned else number)
    random.shuffle(lines)
    text = judgments(expert("{" + ", ".join(lines) + "}"))
    try:
        found = read(tmp_path_factory.mktemp("j"), text).comparisons["index"]["E01"]
    except InputError as error:
        codes = {finding.code for finding in error.findings}
        found = None
    if found is None:
        assert len(expected) < 6
        assert codes <= {"RI113", "RI305", "RI306"}
        return
    assert {cell: float(value) for cell, value in found.items()} == pytest.approx(expected)
