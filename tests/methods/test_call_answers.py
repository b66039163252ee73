"""What a call is answered with, complete: code, path and every word that a finding takes from it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from resilience_index.methods import registry
from resilience_index.methods.checking import BadCall, Call, check, number, parse_flag, shown, suggestion

# fmt: off
WEIGHTS = [
    "equal", "given", "ahp", "bwm", "direct", "points", "order", "swing", "entropy", "critic", "std", "cv", "gini",
    "merec", "cilos", "idocriw", "pca", "independence", "combine", "levels",
]
# fmt: on
JUDGED = "ahp | given | equal | bwm | direct | points | order | swing"
DATA = "entropy | critic | std | cv | gini | merec | cilos | idocriw | pca | independence"
NUMBER = {"zh": "数字", "en": "a number"}
POSITIVE = {"zh": "大于 0 的数字", "en": "a number above 0"}
COLUMN = {"zh": "period 或一个列名", "en": "period, or the name of a column"}
EMPTY = {"zh": "空", "en": "empty"}
WORDS = {"zh": "文字", "en": "text"}
METHODS = {"zh": "赋权方法的列表", "en": "a list of weighting methods"}
BY_NODE = {"zh": "{节点: 赋权方法}", "en": "{node: weighting method}"}


def answer(kind: str, value: Any) -> tuple[str, tuple[str | int, ...], dict[str, Any]]:
    """Code, path and params of what ``check`` (or ``parse_flag``, for a text with a colon) refuses."""
    with pytest.raises(BadCall) as caught:
        parse_flag(kind, value) if isinstance(value, str) and ":" in value else check(kind, value)
    return caught.value.code, caught.value.path, caught.value.params


def at_least(low: int) -> dict[str, str]:
    return {"zh": f"数字，≥ {low}", "en": f"a number ≥ {low}"}


def between(low: str, high: str, zh: str, en: str) -> dict[str, str]:
    return {"zh": f"{zh}，{low} 到 {high}", "en": f"{en} from {low} to {high}"}


def listed(en: str = "", zh: str = "") -> dict[str, str]:
    return {"zh": f"数字的列表{zh}", "en": f"a list of numbers{en}"}


SHARE = between("0", "1", "数字或分数", "a number or a fraction")
HALF = between("0", "0.5", "数字或分数", "a number or a fraction")
INTEGER = {"zh": "整数，≥ 1", "en": "an integer ≥ 1"}
LIST = "[low, high], low < high"
POSTS = "[worst, best] | [low, a, b, high]"
FLOOR = "refuse | {floor: f}, 0 < f ≤ 1"

# kind, method, parameter, value written -> value shown, what is expected, the name that is near
VALUES: list[tuple[str, dict[str, Any], str, Any, Any, Any, str | None]] = [
    ("weights", {"method": "entropy"}, "scope", "leafs", "'leafs'", "leaves | siblings", "leaves"),
    ("weights", {"method": "entropy"}, "scope", 5, "5", "leaves | siblings", None),
    ("weights", {"method": "entropy"}, "scope", None, EMPTY, "leaves | siblings", None),
    ("weights", {"method": "entropy"}, "scope", ["leaves"], "[leaves]", "leaves | siblings", None),
    ("weights", {"method": "entropy"}, "shift", -0.5, "-0.5", at_least(0), None),
    ("weights", {"method": "entropy"}, "shift", True, "true", at_least(0), None),
    ("weights", {"method": "entropy"}, "shift", "much", "'much'", at_least(0), None),
    ("weights", {"method": "points"}, "budget", 0.999, "0.999", at_least(1), None),
    ("weights", {"method": "order"}, "diagonal", "yes", "'yes'", "true | false", None),
    ("weights", {"method": "order"}, "diagonal", 1, "1", "true | false", None),
    ("weights", {"method": "combine"}, "alpha", Fraction(4, 3), "4/3", SHARE, None),
    ("weights", {"method": "combine"}, "alpha", -0.1, "-0.1", SHARE, None),
    ("weights", {"method": "combine"}, "subjective", "combine", "'combine'", f"{JUDGED} | {DATA}", None),
    ("weights", {"method": "combine"}, "objective", {"method": "levels", "from_top": ["equal"]},
     "{method: levels, from_top: [equal]}", f"{DATA} | {JUDGED}", None),
    ("weights", {"method": "levels"}, "from_top", [], "[]", METHODS, None),
    ("weights", {"method": "levels"}, "from_top", "ahp", "'ahp'", METHODS, "ahp"),
    ("weights", {"method": "levels", "from_top": ["equal"]}, "under", {}, "{}", BY_NODE, None),
    ("weights", {"method": "levels", "from_top": ["equal"]}, "under", ["equal"], "[equal]", BY_NODE, None),
    ("weights", {"method": "levels", "from_top": ["equal"]}, "under", check("weights", "swing"),
     "{method: swing}", BY_NODE, None),
    ("missing", {"policy": "available"}, "min_children", 0, "0", INTEGER, None),
    ("missing", {"policy": "available"}, "min_children", 1.5, "1.5", INTEGER, None),
    ("missing", {"policy": "available"}, "min_children", "2/3", "'2/3'", INTEGER, None),
    ("missing", {"policy": "available"}, "min_coverage", "4/3", "'4/3'", SHARE, None),
    ("fill", {"method": "knn"}, "k", None, EMPTY, INTEGER, None),
    ("fill", {"method": "knn"}, "within", "  ", "'  '", COLUMN, None),
    ("fill", {"method": "knn"}, "within", 3, "3", COLUMN, None),
    ("fill", {"method": "group_mean"}, "by", None, EMPTY, COLUMN, None),
    ("treat", {"method": "percentile"}, "low", 0.51, "0.51", HALF, None),
    ("treat", {"method": "winsorize"}, "kurtosis", "high", "'high'", NUMBER, None),
    ("treat", {"method": "iqr"}, "factor", 0, "0", POSITIVE, None),
    ("treat", {"method": "iqr"}, "factor", "x", "'x'", POSITIVE, None),
    ("denominate", {"method": "ratio"}, "by", "", EMPTY, WORDS, None),
    ("denominate", {"method": "ratio"}, "by", " ", "' '", WORDS, None),
    ("denominate", {"method": "ratio"}, "by", 7, "7", WORDS, None),
    ("normalize", {"method": "minmax"}, "to", [1, 0], "[1, 0]", LIST, None),
    ("normalize", {"method": "minmax"}, "to", [1, 1], "[1, 1]", LIST, None),
    ("normalize", {"method": "minmax"}, "to", [0, 1, 2, 3], "[0, 1, 2, 3]", LIST, None),
    ("normalize", {"method": "minmax"}, "to", [0], "[0]", LIST, None),
    ("normalize", {"method": "minmax"}, "to", ["a", 1], "[a, 1]", LIST, None),
    ("normalize", {"method": "minmax"}, "to", None, EMPTY, LIST, None),
    ("normalize", {"method": "minmax"}, "to", {"a": 0, "b": 1}, "{a: 0, b: 1}", LIST, None),
    ("normalize", {"method": "goalposts"}, "goalposts", [1, 2, 3], "[1, 2, 3]", POSTS, None),
    ("normalize", {"method": "goalposts"}, "goalposts", [1, "x"], "[1, x]", POSTS, None),
    ("normalize", {"method": "goalposts"}, "goalposts", 4, "4", POSTS, None),
    ("aggregate", {"method": "power"}, "p", -100.5, "-100.5", between("-100", "100", "数字", "a number"), None),
    ("aggregate", {"method": "power"}, "p", 101, "101", between("-100", "100", "数字", "a number"), None),
    ("aggregate", {"method": "gra"}, "rho", 0, "0", between("0.001", "1", "数字", "a number"), None),
    ("aggregate", {"method": "rsr"}, "classes", 11, "11", between("2", "10", "整数", "an integer"), None),
    ("aggregate", {"method": "owa"}, "order", [], "[]", listed(" ≥ 0", "，≥ 0"), None),
    ("aggregate", {"method": "owa"}, "order", [1, -1], "[1, -1]", listed(" ≥ 0", "，≥ 0"), None),
    ("aggregate", {"method": "owa"}, "order", [1, "x"], "[1, x]", listed(" ≥ 0", "，≥ 0"), None),
    ("aggregate", {"method": "owa"}, "order", 1, "1", listed(" ≥ 0", "，≥ 0"), None),
    ("aggregate", {"method": "fuzzy"}, "bounds", ["x"], "[x]", listed(), None),
    ("grading", {"method": "quantile"}, "shares", [0.5, 1.5], "[0.5, 1.5]", listed(" from 0 to 1", "，0 到 1"), None),
    ("grading", {"method": "quantile"}, "shares", [-0.5, 1], "[-0.5, 1]", listed(" from 0 to 1", "，0 到 1"), None),
    ("grading", {"method": "quantile"}, "shares", [-1, 2], "[-1, 2]", listed(" from 0 to 1", "，0 到 1"), None),
    ("aggregate", {"method": "geometric"}, "zero", {"floor": 0}, "{floor: 0}", FLOOR, None),
    ("aggregate", {"method": "geometric"}, "zero", {"floor": 1.01}, "{floor: 1.01}", FLOOR, None),
    ("aggregate", {"method": "geometric"}, "zero", {"floor": "x"}, "{floor: x}", FLOOR, None),
    ("aggregate", {"method": "geometric"}, "zero", {"floor": 0.5, "x": 1}, "{floor: 0.5, x: 1}", FLOOR, None),
    ("aggregate", {"method": "geometric"}, "zero", {}, "{}", FLOOR, None),
    ("aggregate", {"method": "geometric"}, "zero", "floor", "'floor'", FLOOR, None),
    ("normalize", {"method": "distance_to_target", "transform": "log"}, "target", 0, "0",
     {"zh": "取对数时大于 0", "en": "a number above 0 under a logarithm"}, None),
    ("normalize", {"method": "distance_to_target", "transform": "log"}, "target", -2.5, "-2.5",
     {"zh": "取对数时大于 0", "en": "a number above 0 under a logarithm"}, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "call", "param", "value", "text", "expected", "near"),
    VALUES,
    ids=[f"{call.get('method', 'available')}-{param}-{place}" for place, (_, call, param, *_) in enumerate(VALUES)],
)
def test_a_bad_value_is_answered_with_all_its_words(
    kind: str, call: dict[str, Any], param: str, value: Any, text: Any, expected: Any, near: str | None
) -> None:
    name = call.get("method", "available")
    params = {"name": name, "param": param, "value": text, "expected": expected, "suggestion": near}
    assert answer(kind, {**call, param: value}) == ("RI123", (param,), params)


OTHERS: list[tuple[str, Any, str, tuple[str | int, ...], dict[str, Any]]] = [
    ("weights", "entropyy", "RI121", ("method",),
     {"kind": {"zh": "赋权", "en": "Weights"}, "name": "entropyy", "known": WEIGHTS, "suggestion": "entropy"}),
    ("missing", {"policy": "zzz"}, "RI121", ("policy",),
     {"kind": {"zh": "缺失规则", "en": "Missing children of a node"}, "name": "zzz",
      "known": ["available", "refuse", "zero"], "suggestion": None}),
    ("missing", {"method": "zero"}, "RI124", ("policy",), {"key": "policy", "known": ["available", "refuse", "zero"]}),
    ("ranks", {}, "RI124", ("method",), {"key": "method", "known": ["min", "average", "dense"]}),
    ("ranks", check("round", "half_up"), "RI124", ("method",),
     {"key": "method", "known": ["min", "average", "dense"]}),
    ("weights", {"method": "entropy", "shfit": 1}, "RI122", ("shfit",),
     {"name": "entropy", "param": "shfit", "known": ["scope", "shift", "input"], "suggestion": "shift"}),
    ("weights", {"method": "entropy", 5: 1}, "RI122", ("5",),
     {"name": "entropy", "param": "5", "known": ["scope", "shift", "input"], "suggestion": None}),
    ("weights", {"method": "equal", "scope": "leaves"}, "RI122", ("scope",),
     {"name": "equal", "param": "scope", "known": ["—"], "suggestion": None}),
    ("aggregate", "power", "RI123", (),
     {"name": "power", "param": "p", "value": {"zh": "空", "en": "missing"},
      "expected": {"zh": "必填值", "en": "it to be given"}, "suggestion": None}),
    # An unknown parameter is named before one that is missing, and a missing one before a bad value.
    ("aggregate", {"method": "power", "q": 1, "zero": "x"}, "RI122", ("q",),
     {"name": "power", "param": "q", "known": ["p", "zero"], "suggestion": None}),
    ("aggregate", {"method": "power", "zero": "x"}, "RI123", (),
     {"name": "power", "param": "p", "value": {"zh": "空", "en": "missing"},
      "expected": {"zh": "必填值", "en": "it to be given"}, "suggestion": None}),
    ("weights", {"method": "combine", "subjective": {"method": "ahp", "ri_table": "saaty"}}, "RI123",
     ("subjective", "ri_table"),
     {"name": "ahp", "param": "ri_table", "value": "'saaty'",
      "expected": "alonso_lamata_2006 | saaty_1980 | saaty_2005", "suggestion": "saaty_2005"}),
    ("weights", {"method": "combine", "subjective": {"rule": 1}}, "RI124", ("subjective", "method"),
     {"key": "method", "known": WEIGHTS}),
    ("weights", {"method": "levels", "from_top": ["equal", "ahpp"]}, "RI121", ("from_top", 1, "method"),
     {"kind": {"zh": "赋权", "en": "Weights"}, "name": "ahpp", "known": WEIGHTS, "suggestion": "ahp"}),
    ("weights", {"method": "levels", "from_top": ["equal"], "under": {3: {"method": "ahp", "x": 1}}}, "RI122",
     ("under", "3", "x"),
     {"name": "ahp", "param": "x", "suggestion": None,
      "known": ["priority", "completion", "ri_table", "threshold", "group", "mean", "leave_out"]}),
    ("weights", {"method": "levels", "from_top": [{"method": "levels", "from_top": ["equal"]}]}, "RI123",
     ("from_top", 0),
     {"name": "levels", "param": "from_top", "value": "[{method: levels, from_top: [equal]}]",
      "expected": " | ".join(["equal | given", *(n for n in JUDGED.split(" | ") if n not in ("given", "equal")), DATA,
                              "combine"]), "suggestion": None}),
    ("weights", {"method": "levels", "from_top": ["equal", {"method": "std", "scope": "leaves"}]}, "RI123",
     ("from_top", 1),
     {"name": "levels", "param": "from_top", "value": "[equal, {method: std, scope: leaves}]",
      "expected": "scope: siblings", "suggestion": None}),
    ("weights", {"method": "levels", "from_top": ["equal"],
                 "under": {"a": {"method": "combine", "objective": {"method": "std", "scope": "leaves"}}}}, "RI123",
     ("under", "a"),
     {"name": "levels", "param": "under", "expected": "scope: siblings", "suggestion": None,
      "value": {"zh": "映射", "en": "a mapping"}}),
    ("weights", "entropy:shift", "RI123", (),
     {"name": "entropy", "param": "shift", "value": {"zh": "没有值", "en": "without a value"}, "expected": "shift=…",
      "suggestion": None}),
    ("weights", "entropy:shift=1, shift = 2", "RI123", (),
     {"name": "entropy", "param": "shift", "value": {"zh": "出现两次", "en": "given twice"},
      "expected": {"zh": "一个值", "en": "one value"}, "suggestion": None}),
    ("missing", "zero:policy=refuse", "RI123", (),
     {"name": "zero", "param": "policy", "value": {"zh": "出现两次", "en": "given twice"},
      "expected": {"zh": "一个值", "en": "one value"}, "suggestion": None}),
    ("missing", "zero:method=refuse", "RI122", ("method",),
     {"name": "zero", "param": "method", "known": ["—"], "suggestion": None}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "code", "path", "params"), OTHERS, ids=range(len(OTHERS)))
def test_other_bad_calls_are_answered_with_all_their_words(
    kind: str, value: Any, code: str, path: tuple[str | int, ...], params: dict[str, Any]
) -> None:
    assert answer(kind, value) == (code, path, params)


BAND = {"zh": "{min 或 above, max 或 below, points, text}", "en": "{min or above, max or below, points, text}"}
TEXT = {"zh": "{zh: …, en: …} 或文字", "en": "{zh: …, en: …}, or words"}
ORDER = {"zh": "下限低于上限", "en": "a lower bound below the upper one"}

TABLES: list[tuple[Any, tuple[str | int, ...], Any, Any]] = [
    ([], (), "[]", {"zh": "分档的列表", "en": "a list of bands"}),
    ({"min": 1}, (), "{min: 1}", {"zh": "分档的列表", "en": "a list of bands"}),
    ([{"points": 1}, 5], (1,), "5", BAND),
    ([{"min": 1}], (0,), "{min: 1}", BAND),
    ([{"min": 1, "points": 2, "x": 3}], (0,), "{min: 1, points: 2, x: 3}", BAND),
    ([{"min": 1, "above": 1, "points": 2}], (0,), "{min: 1, above: 1, points: 2}", BAND),
    ([{"max": 1, "below": 1, "points": 2}], (0,), "{max: 1, below: 1, points: 2}", BAND),
    ([{"min": "x", "points": 2}], (0, "min"), "'x'", NUMBER),
    ([{"points": 0}, {"above": None, "points": 2}], (1, "above"), EMPTY, NUMBER),
    ([{"max": True, "points": 2}], (0, "max"), "true", NUMBER),
    ([{"below": [1], "points": 2}], (0, "below"), "[1]", NUMBER),
    ([{"points": "x"}], (0, "points"), "'x'", NUMBER),
    ([{"min": 2, "max": 1, "points": 2}], (0,), "{min: 2, max: 1, points: 2}", ORDER),
    ([{"min": 2, "below": 2, "points": 2}], (0,), "{min: 2, below: 2, points: 2}", ORDER),
    ([{"above": 2, "max": 2, "points": 2}], (0,), "{above: 2, max: 2, points: 2}", ORDER),
    ([{"points": 1, "text": " "}], (0, "text"), "' '", TEXT),
    ([{"points": 1, "text": 5}], (0, "text"), "5", TEXT),
    ([{"points": 1, "text": {"zh": "好"}}], (0, "text"), "{zh: 好}", TEXT),
    ([{"points": 1, "text": {"zh": "好", "en": " "}}], (0, "text"), "{zh: 好, en:  }", TEXT),
    ([{"points": 1, "text": {"zh": 1, "en": "a"}}], (0, "text"), "{zh: 1, en: a}", TEXT),
]


@pytest.mark.parametrize(("table", "path", "text", "expected"), TABLES, ids=range(len(TABLES)))
def test_a_bad_table_of_bands_names_the_place(
    table: Any, path: tuple[str | int, ...], text: Any, expected: Any
) -> None:
    params = {"name": "bands", "param": "bands", "value": text, "expected": expected, "suggestion": None}
    assert answer("normalize", {"method": "bands", "bands": table}) == ("RI123", ("bands", *path), params)


@pytest.mark.parametrize(
    ("table", "place", "first", "second"),
    [
        ([{"min": 1, "points": 1}, {"min": 1, "points": 2}], 1, "1 ≤ x", "1 ≤ x"),
        ([{"max": 3, "points": 1}, {"max": 5, "points": 1}, {"max": 3, "points": 2}], 2, "x ≤ 3", "x ≤ 3"),
        ([{"points": 1}, {"points": 2}], 1, "x", "x"),
        ([{"min": 5, "below": 9, "points": 1}, {"above": 1, "max": 5, "points": 2}], 1, "5 ≤ x < 9", "1 < x ≤ 5"),
        ([{"above": 1, "max": 5, "points": 2}, {"min": 5, "below": 9, "points": 1}], 1, "1 < x ≤ 5", "5 ≤ x < 9"),
    ],
)
def test_bands_that_overlap_are_both_named(table: Any, place: int, first: str, second: str) -> None:
    expected = ("RI155", ("bands", place), {"first": first, "second": second})
    assert answer("normalize", {"method": "bands", "bands": table}) == expected


# --- what is allowed, at its bounds

ALLOWED: list[tuple[str, Any, dict[str, Any]]] = [
    ("aggregate", {"method": "power", "p": -100}, {"p": -100.0, "zero": "refuse"}),
    ("aggregate", {"method": "power", "p": 100, "zero": "refuse"}, {"p": 100.0, "zero": "refuse"}),
    ("aggregate", {"method": "power", "p": "1/3"}, {"p": Fraction(1, 3), "zero": "refuse"}),
    ("aggregate", {"method": "gra", "rho": "0.001"}, {"rho": 0.001, "within": None}),
    ("aggregate", {"method": "rsr", "classes": 2}, {"score": "ratio", "classes": 2, "within": None}),
    ("aggregate", {"method": "rsr", "classes": "10"}, {"score": "ratio", "classes": 10, "within": None}),
    ("aggregate", {"method": "geometric", "zero": {"floor": 1}}, {"zero": {"floor": 1.0}}),
    ("aggregate", {"method": "geometric", "zero": {"floor": "1/4"}}, {"zero": {"floor": 0.25}}),
    ("aggregate", {"method": "owa", "order": [0, "1/3", 2]}, {"order": (0.0, Fraction(1, 3), 2.0)}),
    ("grading", {"method": "quantile", "shares": (0, 1)}, {"shares": (0.0, 1.0), "within": None}),
    ("missing", {"policy": "available", "min_coverage": 0}, {"min_coverage": 0.0, "min_children": None}),
    ("missing", {"policy": "available", "min_coverage": "1/1", "min_children": 1},
     {"min_coverage": Fraction(1), "min_children": 1}),
    ("treat", {"method": "percentile", "low": 0.5, "high": 0.5}, {"low": 0.5, "high": 0.5, "within": None}),
    ("treat", {"method": "percentile", "low": 0, "high": 1, "within": "period"},
     {"low": 0.0, "high": 1.0, "within": "period"}),
    ("treat", {"method": "iqr", "factor": "1/8"}, {"factor": 0.125, "within": None}),
    ("denominate", {"method": "ratio", "by": "people"}, {"by": "people", "factor": 1.0}),
    ("normalize", {"method": "minmax", "to": ["1/2", 1]},
     {"to": (0.5, 1.0), "transform": "none", "constant": None, "clip": None, "within": None}),
    ("normalize", {"method": "goalposts", "goalposts": [3, 1]},
     {"goalposts": (3.0, 1.0), "transform": "none", "clip": True, "scale": None}),
    ("normalize", {"method": "goalposts", "goalposts": [1, 2, 2, "4"]},
     {"goalposts": (1.0, 2.0, 2.0, 4.0), "transform": "none", "clip": True, "scale": None}),
    ("normalize", {"method": "distance_to_target", "target": 0},
     {"target": 0.0, "transform": "none", "clip": True, "within": None}),
    ("normalize", {"method": "distance_to_target", "target": 0.001, "transform": "log"},
     {"target": 0.001, "transform": "log", "clip": True, "within": None}),
    ("normalize", {"method": "bands", "bands": [{"min": "1/2", "points": 2, "text": "好"},
                                                {"points": 0, "text": {"en": "low", "zh": "低"}}]},
     {"bands": ({"min": 0.5, "points": 2.0, "text": {"zh": "好", "en": "好"}},
                {"points": 0.0, "text": {"zh": "低", "en": "low"}}), "full": None}),
    ("normalize", {"method": "bands", "bands": [{"points": 1, "text": None}], "full": 3},
     {"bands": ({"points": 1.0},), "full": 3.0}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "params"), ALLOWED, ids=range(len(ALLOWED)))
def test_what_is_allowed_is_read_with_its_types(kind: str, value: Any, params: dict[str, Any]) -> None:
    call = check(kind, value)
    assert dict(call) == params
    assert {key: type(call[key]) for key, found in params.items() if not isinstance(found, (dict, Mapping))} == {
        key: type(found) for key, found in params.items() if not isinstance(found, (dict, Mapping))
    }
    assert (call.kind, call.name) == (kind, value.get("method", "available"))
    assert list(call) == [param.name for param in call.method.params]


def test_components_are_calls_of_siblings() -> None:
    call = check("weights", {"method": "levels", "from_top": ["equal", "std"], "under": {
        "a": {"method": "combine", "subjective": "ahp", "objective": {"method": "entropy", "scope": "siblings"}},
        "b": "cv",
    }})  # fmt: skip
    ahp = {
        "method": "ahp", "priority": "eigenvector", "completion": "least_squares", "ri_table": "alonso_lamata_2006",
        "threshold": 0.1, "group": "judgments", "mean": "geometric",
    }  # fmt: skip
    entropy = {"method": "entropy", "scope": "siblings", "shift": 0.0, "input": "normalized"}
    combined = {
        "method": "combine", "rule": "linear", "alpha": 0.5, "negative": "refuse", "subjective": ahp,
        "objective": entropy,
    }  # fmt: skip
    assert call.to_dict() == {
        "method": "levels",
        "from_top": [{"method": "equal"}, {"method": "std", "scope": "siblings"}],
        "under": {"a": combined, "b": {"method": "cv", "scope": "siblings", "input": "normalized"}},
    }
    assert call.text() == (
        "levels(from_top=[equal, std(scope=siblings)], under={a: combine(subjective=ahp, "
        "objective=entropy(scope=siblings)), b: cv(scope=siblings)})"
    )
    assert check("weights", "combine")["objective"]["scope"] == "leaves"


def test_words_of_calls_bad_calls_and_hashes() -> None:
    error = BadCall("RI123", ("to", 1), name="minmax", value="'x'")
    assert str(error) == "RI123(name='minmax', value=\"'x'\")"
    under = error.under("subjective")
    assert (under.code, under.path, under.params) == ("RI123", ("subjective", "to", 1), error.params)
    call = check("aggregate", {"method": "geometric", "zero": {"floor": 0.5}})
    assert repr(call) == "Call('geometric(zero={floor: 0.5})')"
    assert call == Call("aggregate", "geometric", {"zero": {"floor": 0.5}})
    assert call != Call("aggregate", "harmonic", {"zero": {"floor": 0.5}})
    assert call != Call("aggregate", "geometric", {"zero": {"floor": 0.25}})
    assert call != call.to_dict()
    assert hash(call) == hash(check("aggregate", call.to_dict()))
    assert check("aggregate", {"method": "power", "p": 0}).text() == "power(p=0)"
    assert check("fill", {"method": "knn", "k": 5, "within": None}).text() == "knn"
    assert check("treat", {"method": "winsorize", "test": False}).text() == "winsorize(test=false)"
    assert check("weights", {"method": "order", "diagonal": False}).to_dict()["diagonal"] is False
    assert Call("aggregate", "arithmetic", {"own": True}).text() == "arithmetic(own=true)"


# --- flags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("power:p=1e2", {"method": "power", "p": 100.0, "zero": "refuse"}),
        ("power: p = -1/3 , zero = { floor : 1/2 } ,,", {"method": "power", "p": "-1/3", "zero": {"floor": 0.5}}),
        ("owa:order=[ 1, 2/3 ,0]", {"method": "owa", "order": [1.0, "2/3", 0.0]}),
        ("geometric:zero=refuse", {"method": "geometric", "zero": "refuse"}),
        ("fuzzy:bounds=null", {"method": "fuzzy", "operator": "product_sum", "membership": "triangular",
                               "grades": [1.0, 0.75, 0.5, 0.25, 0.0], "score": "values"}),
    ],
)  # fmt: skip
def test_flags_of_aggregation(text: str, expected: dict[str, Any]) -> None:
    assert parse_flag("aggregate", text).to_dict() == expected


def test_a_flag_keeps_what_only_looks_like_a_list_or_a_mapping() -> None:
    for text in ("[a", "a]", "{a", "a}", "true or false", "2/0"):
        written = answer("denominate", {"method": "ratio", "by": text, "factor": -1})
        assert written[2]["param"] == "factor"
    for text in ("[a", "{a", "nulls", "truely"):
        assert parse_flag("denominate", f"ratio:by={text}")["by"] == text
    assert answer("denominate", "ratio:by=null")[2]["value"] == EMPTY
    assert answer("denominate", "ratio:by=[a]")[2]["value"] == "[a]"
    assert answer("denominate", "ratio:by={a:b:c, d : e}")[2]["value"] == "{a: b:c, d: e}"
    assert answer("denominate", "ratio:by=false")[2]["value"] == "false"
    assert parse_flag("denominate", "ratio:by=a=b")["by"] == "a=b"
    assert dict(parse_flag("denominate", "ratio:by=XX,factor=2")) == {"by": "XX", "factor": 2.0}
    assert answer("denominate", "ratio:by=[[1,2],{x:[3,4]}]")[2]["value"] == "[[1, 2], {x: [3, 4]}]"


# --- numbers and texts


def test_numbers_at_the_edges_of_their_forms() -> None:
    long = "9" * 400
    assert number("1/" + long) == Fraction(1, int(long))
    assert number("1/" + long + "9") is None
    assert number("+1/2") == Fraction(1, 2)
    assert number("1e+05") == 100000.0
    assert number("1.5E2") == 150.0
    for text in (".", "e5", "1e", "1 2", "1/-2", "--1", "1.2.3", "1\n/\n2x"):
        assert number(text) is None, text
    assert number(Fraction(3)) == Fraction(3)
    assert isinstance(number(Fraction(3)), Fraction)
    assert isinstance(number(3), float)


def test_values_are_shortened_at_sixty_characters() -> None:
    assert shown("x" * 58) == "'" + "x" * 58 + "'"
    assert shown("x" * 59) == "'" + "x" * 58 + "…"
    assert shown("abcdef", 5) == "'abc…"
    assert shown({"a": "x" * 51}) == "{a: " + "x" * 51 + "}"  # sixty characters with the quotes
    assert shown({"a": "x" * 52}) == {"zh": "映射", "en": "a mapping"}
    assert shown(check("ranks", "min")) == "{method: min}"
    assert shown([1.0, 2.5, None]) == "[1, 2.5, None]"
    assert shown(False) == "false"
    assert shown((1, (True, {"b": 1e20}))) == "[1, [true, {b: 1e+20}]]"


def test_suggestions_keep_their_own_capitals_and_their_distance() -> None:
    assert suggestion("KNN", ["kNN", "mean"]) == "kNN"
    assert suggestion("abcde", ["abxyz"]) is None  # 2·2/10 alike
    assert suggestion("abcde", ["abcxy"]) == "abcxy"  # 2·3/10, exactly what is asked for
    assert suggestion("minmx", ["minmax", "minmix"]) in ("minmax", "minmix")


def test_names_and_entries_of_the_registry() -> None:
    assert registry.names("weights") == WEIGHTS
    assert registry.names("ranks") == ["min", "average", "dense"]
    assert registry.names("x") == []
    assert registry.get("round", "half_up").name == "half_up"
    with pytest.raises(KeyError):
        registry.get("round", "half")
