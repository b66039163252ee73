"""Method calls and the registry: what is written is what comes out, from YAML and from flags."""

from __future__ import annotations

import contextlib
import copy
import json
import pickle
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resilience_index.findings import Finding
from resilience_index.methods import registry
from resilience_index.methods.checking import BadCall, Call, check, number, parse_flag, shown, suggestion

FLAGS = {
    ("weights", "entropy"): {"method": "entropy", "scope": "leaves", "shift": 0.0, "input": "normalized"},
    ("weights", "entropy:scope=siblings,shift=0.01"): {
        "method": "entropy",
        "scope": "siblings",
        "shift": 0.01,
        "input": "normalized",
    },
    ("weights", " entropy : shift = 0.5 , "): {
        "method": "entropy",
        "scope": "leaves",
        "shift": 0.5,
        "input": "normalized",
    },
    ("normalize", "minmax:to=[0.1,1],constant=0.5"): {
        "method": "minmax",
        "to": [0.1, 1.0],
        "transform": "none",
        "constant": 0.5,
    },
    ("normalize", "minmax:constant=null"): {"method": "minmax", "to": [0.0, 1.0], "transform": "none"},
    ("normalize", "goalposts:clip=false"): {"method": "goalposts", "transform": "none", "clip": False},
    ("normalize", "percentile_rank:within=区县"): {
        "method": "percentile_rank",
        "ties": "min",
        "cost": "after",
        "within": "区县",
    },
    ("aggregate", "geometric:zero={floor:0.01}"): {"method": "geometric", "zero": {"floor": 0.01}},
    ("aggregate", "arithmetic"): {"method": "arithmetic"},
    ("missing", "available:min_coverage=2/3,min_children=2"): {
        "policy": "available",
        "min_coverage": "2/3",
        "min_children": 2,
    },
    ("missing", "refuse"): {"policy": "refuse"},
}


@pytest.mark.parametrize(("kind", "text"), FLAGS)
def test_a_flag_is_read_with_all_defaults_filled_in(kind, text):
    call = parse_flag(kind, text)
    assert call.to_dict() == FLAGS[kind, text]
    assert check(kind, call.to_dict()) == call


def test_a_flag_may_nest_a_call():
    call = parse_flag("weights", "combine:alpha=1/3,subjective={method:ahp,ri_table:saaty_1980}")
    assert call["alpha"] == Fraction(1, 3)
    assert call["subjective"]["ri_table"] == "saaty_1980"
    assert call["objective"].name == "entropy"
    assert call.text() == "combine(alpha=1/3, subjective=ahp(ri_table=saaty_1980), objective=entropy)"


def test_methods_by_level_take_from_data_what_they_take_among_siblings():
    call = parse_flag("weights", "levels:from_top=[ahp,{method:combine,rule:product}],under={social:critic}")
    assert call["from_top"][1]["objective"]["scope"] == "siblings"
    assert call["under"]["social"]["scope"] == "siblings"
    assert call.text() == (
        "levels(from_top=[ahp, combine(rule=product, subjective=ahp, objective=entropy(scope=siblings))], "
        "under={social: critic(scope=siblings)})"
    )


BAD = {
    ("weights", "levels"): ("RI123", ()),
    ("weights", "levels:from_top=ahp"): ("RI123", ("from_top",)),
    ("weights", "levels:from_top=[]"): ("RI123", ("from_top",)),
    ("weights", "levels:from_top=[{method:entropy,scope:leaves}]"): ("RI123", ("from_top", 0)),
    ("weights", "levels:from_top=[ahp,{method:entropy,shfit:1}]"): ("RI122", ("from_top", 1, "shfit")),
    ("weights", "levels:from_top=[{method:combine,objective:{method:std,scope:leaves}}]"): ("RI123", ("from_top", 0)),
    ("weights", "levels:from_top=[ahp],under=entropy"): ("RI123", ("under",)),
    ("weights", "levels:from_top=[ahp],under={a:entrpy}"): ("RI121", ("under", "a", "method")),
    ("weights", "entropyy"): ("RI121", ("method",)),
    ("weights", ""): ("RI121", ("method",)),
    ("missing", "availabel"): ("RI121", ("policy",)),
    ("weights", "entropy:shfit=1"): ("RI122", ("shfit",)),
    ("weights", "entropy:shift"): ("RI123", ()),
    ("weights", "entropy:shift=1,shift=2"): ("RI123", ()),
    ("weights", "entropy:method=ahp"): ("RI123", ()),
    ("weights", "entropy:shift=-1"): ("RI123", ("shift",)),
    ("weights", "entropy:shift=much"): ("RI123", ("shift",)),
    ("weights", "entropy:shift=1e400"): ("RI123", ("shift",)),
    ("weights", "combine:subjective={method:ahp,priority:x}"): ("RI123", ("subjective", "priority")),
    ("weights", "combine:subjective=combine"): ("RI123", ("subjective",)),
    ("normalize", "minmax:to=[1,0]"): ("RI123", ("to",)),
    ("normalize", "minmax:to=[0,1"): ("RI123", ("to",)),
    ("normalize", "minmax:within="): ("RI123", ("within",)),
    ("aggregate", "geometric:zero={floor:0}"): ("RI123", ("zero",)),
    ("aggregate", "geometric:zero={flor:0.1}"): ("RI123", ("zero",)),
    ("missing", "available:min_children=0"): ("RI123", ("min_children",)),
    ("missing", "available:min_coverage=4/3"): ("RI123", ("min_coverage",)),
}


@pytest.mark.parametrize(("kind", "text"), BAD)
def test_a_flag_the_registry_does_not_allow_says_what_is_wrong(kind, text):
    with pytest.raises(BadCall) as caught:
        parse_flag(kind, text)
    assert (caught.value.code, caught.value.path) == BAD[kind, text]
    assert caught.value.code in str(caught.value)
    Finding(caught.value.code, params=caught.value.params)  # whose sentences have all they need


@pytest.mark.parametrize(
    "value", [None, 5, [], {}, {"method": 5}, {"policy": "refuse"}, True, check("missing", "refuse")]
)
def test_what_names_no_method_is_refused(value):
    with pytest.raises(BadCall) as caught:
        check("normalize", value)
    assert caught.value.code == "RI124"
    assert caught.value.params == {"key": "method", "known": registry.names("normalize")}


def test_a_method_without_parameters_says_so():
    with pytest.raises(BadCall) as caught:
        check("missing", {"policy": "refuse", "min_children": 1})
    assert caught.value.params["known"] == ["—"]
    assert caught.value.params["suggestion"] is None


def test_calls_of_different_kinds_differ_even_under_one_name():
    none = [check(kind, "none") for kind in ("fill", "treat", "normalize")]
    assert len(set(none)) == 3
    assert none[0] != none[1]
    assert none[0] == check("fill", {"method": "none"})
    assert none[0] != "none"


def test_a_call_is_a_mapping_of_its_parameters():
    call = parse_flag("missing", "available:min_children=2")
    assert dict(call) == {"min_coverage": None, "min_children": 2}
    assert len(call) == 2
    assert isinstance(call["min_children"], int)
    assert call.method is registry.get("missing", "available")


def test_a_call_cannot_be_changed():
    call = parse_flag("aggregate", "geometric:zero={floor:0.01}")
    with pytest.raises(TypeError):
        call["zero"] = "refuse"
    with pytest.raises(TypeError):
        call["zero"]["floor"] = 1


def test_a_call_shows_what_differs_from_its_defaults():
    assert parse_flag("normalize", "minmax:to=[0,1],constant=0.5").text() == "minmax(constant=0.5)"
    assert parse_flag("normalize", "goalposts:clip=false").text() == "goalposts(clip=false)"
    assert repr(check("fill", "none")) == "Call('none')"


# --- every method of the registry, with every value its parameters take


def _tables(bounds: list[float]) -> st.SearchStrategy:
    """Tables of bands with these lower bounds."""
    words = st.none() | st.text(min_size=1).filter(str.strip) | st.just({"zh": "档", "en": "a band"})
    return st.tuples(*[st.tuples(st.sampled_from(["min", "below"]), st.floats(-9, 9), words) for _ in bounds]).map(
        lambda drawn: [
            {drawn[0][0]: bound, "points": points} | ({} if text is None else {"text": text})
            for bound, (_, points, text) in zip(bounds, drawn, strict=True)
        ]
    )


def _values(param: registry.Param) -> st.SearchStrategy:
    low = -1e6 if param.minimum is None else param.minimum
    high = 1e6 if param.maximum is None else param.maximum
    numbers = st.floats(low, high)
    integers = st.integers(int(low), int(high))
    return {
        "number": numbers,
        "share": numbers | st.fractions(Fraction(low), Fraction(high), max_denominator=999).map(str),
        "integer": integers,
        "boolean": st.booleans(),
        "choice": st.sampled_from(param.choices or ("",)),
        "column": st.text(min_size=1).filter(str.strip),
        "zero": st.just("refuse") | st.floats(0.001, 1).map(lambda floor: {"floor": floor}),
        "pair": st.lists(numbers, min_size=2, max_size=2, unique=True).map(sorted),
        "numbers": st.lists(numbers, min_size=2, max_size=2) | st.lists(numbers, min_size=4, max_size=4),
        "list": st.lists(numbers, min_size=1, max_size=4),
        "positive": st.floats(0.001, 1e6),
        "text": st.text(min_size=1).filter(str.strip),
        "bands": st.lists(numbers, min_size=1, max_size=3, unique=True).flatmap(_tables),
        "component": st.sampled_from(param.choices or ("",)),
        "components": st.lists(st.sampled_from(param.choices or ("",)), min_size=1, max_size=3),
        "component map": st.dictionaries(
            st.text("ab_", min_size=1), st.sampled_from(param.choices or ("",)), min_size=1, max_size=3
        ),
    }[param.kind]


@st.composite
def _calls(draw) -> tuple[str, dict]:
    method = draw(st.sampled_from(list(registry.METHODS.values())))
    given = {param.name: draw(_values(param)) for param in method.params if param.required or draw(st.booleans())}
    key = "policy" if method.kind == "missing" else "method"
    if given.get("transform") == "log" and "target" in given:
        given["target"] = abs(given["target"]) + 1.0  # what has a logarithm
    return method.kind, {key: method.name, **given}


@given(_calls())
def test_every_allowed_call_comes_back_equal_from_its_dictionary_json_and_pickle(drawn):
    kind, value = drawn
    call = check(kind, value)
    assert check(kind, call) is call
    for same in (
        check(kind, call.to_dict()),
        check(kind, json.loads(json.dumps(call.to_dict()))),
        pickle.loads(pickle.dumps(call)),
        copy.deepcopy(call),
    ):
        assert same == call
        assert hash(same) == hash(call)
        assert same.text() == call.text()
    for name in value:
        assert name in ("method", "policy") or call[name] is not None


@given(
    st.sampled_from(registry.KINDS),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=5)
        | st.sampled_from(["method", "minmax", "ahp"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.text(max_size=5)
                | st.sampled_from(["method", "policy", "to", "zero", "shift", "alpha", "subjective"]),
                inner,
                max_size=3,
            )
        ),
        max_leaves=8,
    ),
)
def test_any_value_is_a_call_or_a_bad_call(kind, value):
    with contextlib.suppress(BadCall):
        assert isinstance(check(kind, value), Call)


@given(st.sampled_from(registry.KINDS), st.text("minax:=,[]{}/01.5 ahp", max_size=30))
def test_any_text_is_a_flag_or_a_bad_call(kind, text):
    with contextlib.suppress(BadCall):
        assert parse_flag(kind, text).kind == kind


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (1, 1.0),
        (0.5, 0.5),
        ("2/3", Fraction(2, 3)),
        ("-1/3", Fraction(-1, 3)),
        (" 1 / 4 ", Fraction(1, 4)),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("5.", 5.0),
        ("+2", 2.0),
        (Fraction(1, 7), Fraction(1, 7)),
        (True, None),
        (None, None),
        ("", None),
        ("x", None),
        ("1/0", None),
        ("1/2/3", None),
        ("1_000", None),
        ("１", None),
        ("٣", None),
        ("0x1F", None),
        ("1/1.5", None),
        ("/2", None),
        ("nan", None),
        ("inf", None),
        ("1e400", None),
        (float("nan"), None),
        (float("inf"), None),
        (10**400, None),
        ("9" * 5000, None),
        ("9" * 400 + "/1", None),
        ("1/" + "9" * 5000, None),
        ([1], None),
        ({}, None),
    ],
)
def test_numbers_and_fractions_are_read_and_nothing_else(value, read):
    assert number(value) == read
    assert type(number(value)) is type(read)


def test_values_are_shown_as_yaml_writes_them():
    texts = {
        "'abc'": "abc",
        "5": 5,
        "0.5": 0.5,
        "true": True,
        "[1, no]": [1, "no"],
        "{a: [1, 2]}": {"a": [1, 2]},
        "-2/3": Fraction(-2, 3),
    }
    assert {text: shown(value) for text, value in texts.items()} == {text: text for text in texts}
    assert shown(None) == shown("") == {"zh": "空", "en": "empty"}
    assert shown({"a": "x" * 100})["en"] == "a mapping"
    assert len(shown("x" * 100)) == 60


def test_a_suggestion_is_close_or_none():
    assert suggestion("Minmaxx", ["minmax", "none"]) == "minmax"
    assert suggestion("zzzz", ["minmax", "none"]) is None
    assert suggestion("minmax", []) is None


# --- the registry


# A value for each kind of parameter that some method must have.
REQUIRED = {
    "bands": [{"points": 1}], "column": "a", "components": ["equal"], "list": [1], "number": 5,
    "positive": 5, "text": "a",
}  # fmt: skip


@pytest.mark.parametrize("method", registry.METHODS.values(), ids=lambda method: f"{method.kind}-{method.name}")
def test_every_method_says_what_it_does_in_both_languages_with_its_source(method):
    assert method.kind in registry.KINDS
    for words in (method.title, method.about, *(param.about for param in method.params)):
        assert set(words) == {"zh", "en"}
        assert all(words.values())
    assert method.formula
    assert method.source
    assert len({param.name for param in method.params}) == len(method.params)
    for param in method.params:
        assert not {param.name} & {"method", "policy"}
        assert bool(param.choices) == (param.kind in ("choice", "component", "components", "component map"))
        if not param.required and param.default is not None:
            key = "policy" if method.kind == "missing" else "method"
            written = list(param.default) if isinstance(param.default, tuple) else param.default
            call = {key: method.name, **{other.name: REQUIRED[other.kind] for other in method.params if other.required}}
            assert check(method.kind, {**call, param.name: written}) == check(method.kind, call)
            assert param.default_text()


def test_every_kind_has_a_title_and_methods():
    assert set(registry.KIND_TITLES) == set(registry.KINDS) == {kind for kind, _ in registry.METHODS}


def test_methods_that_look_at_the_set_of_units_are_marked_relative():
    relative = {(kind, name) for (kind, name), method in registry.METHODS.items() if method.relative}
    known = {("normalize", "minmax"), ("normalize", "percentile_rank"), ("weights", "entropy")}
    assert known <= relative
    assert not relative & {("normalize", "goalposts"), ("normalize", "none"), ("weights", "given"), ("weights", "ahp")}
