import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from resilience_index.data.cells import NO_RULES, CellRules, Status, convert, parse, show

PLAIN = {
    "5": 5.0, "+5": 5.0, "-5": -5.0, "5.": 5.0, ".5": 0.5, "-.5": -0.5, "1e5": 1e5, "1E+5": 1e5, "1e-5": 1e-5,
    "00012": 12.0, "0.1": 0.1, "9007199254740993": 9007199254740992.0, "1e-400": 0.0, "4.9e-324": 5e-324,
    " 5 ": 5.0, "\t5": 5.0, "5\n": 5.0, "\u30005\u3000": 5.0, "\u00a05": 5.0,
}  # fmt: skip
MISSING = ["", " ", "\u3000", "NA", "na", "N/A", "n/a", "-", "—", "——", "/", "无", " 无 ", "缺失", "暂无数据"]
NOT_APPLICABLE = ["不适用", " 不适用", "n.a.", "N.A.", "N.a."]
FAULTY = [
    "inf", "-inf", "Infinity", "nan", "NaN", "nan(1)", "1e400", "-1e400", "0x10", "1_000", "1,00", "1 00",
    "1.5.2", "--5", "+-5", "1e", "e5", ".", "+", "5%", "18.4千", "٥", "<5", "三十", "#DIV/0!", "#N/A",
    "null", "None", "true",
    "5 6", "5a", "\u20135", "\u200b5", "\ufeff5", "1d", "5f", "=1+1", "'5", "n.a", "NA.", "---",
]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_plain_numbers(text: str) -> None:
    assert parse(text) == (PLAIN[text], Status.REPORTED, 0)


def test_the_sign_of_zero_is_kept() -> None:
    assert math.copysign(1, parse("-0").value) == -1


@pytest.mark.parametrize("text", MISSING)
def test_missing_marks(text: str) -> None:
    cell = parse(text)
    assert math.isnan(cell.value)
    assert cell.status is Status.MISSING


@pytest.mark.parametrize("text", NOT_APPLICABLE)
def test_not_applicable_marks(text: str) -> None:
    assert parse(text).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize("text", FAULTY)
def test_everything_else_is_faulty(text: str) -> None:
    cell = parse(text)
    assert math.isnan(cell.value)
    assert cell.status is Status.FAULTY


def test_tokens_match_as_text_and_as_numbers() -> None:
    rules = CellRules.of([-999, "9999", "未报"])
    for text in ("-999", "-999.0", "-9.99e2", "9999", " 9999.00", "未报"):
        assert parse(text, rules).status is Status.MISSING, text
    for text in ("999", "-998.9", "99990"):
        assert parse(text, rules).status is Status.REPORTED, text
    assert parse("未 报", rules).status is Status.FAULTY
    assert parse("不适用", CellRules.of(["不适用"])).status is Status.MISSING


CELL = st.one_of(
    st.sampled_from([*PLAIN, *MISSING, *NOT_APPLICABLE, *FAULTY]),
    st.floats().map(repr),
    st.integers(-(10**20), 10**20).map(str),
    st.text(alphabet="0123456789+-.eE", max_size=8),
    st.text(max_size=6),
    st.tuples(st.sampled_from([" ", "\u3000", "\x1f", "\x85", "\u2028"]), st.sampled_from(["1", "-", "x"])).map(
        "".join
    ),
)


@settings(deadline=None)  # the first example imports pyarrow
@given(st.lists(CELL, max_size=12), st.sampled_from([NO_RULES, CellRules.of([-999, 5, "x"])]))
@example(["1", "5\n", "\n5"], NO_RULES)
@example(["-999", "-999.0", "5", "1e400"], CellRules.of([-999, 5]))
def test_columns_follow_the_rules_of_cells(texts: list[str], rules: CellRules) -> None:
    expected = [parse(text, rules) for text in texts]
    got = convert.numbers(pa.array(texts, pa.string()), rules)
    np.testing.assert_array_equal(got.values, [cell.value for cell in expected])
    assert np.signbit(got.values[~np.isnan(got.values)]).tolist() == [
        math.copysign(1, cell.value) < 0 for cell in expected if not math.isnan(cell.value)
    ]
    for mask, status in ((got.not_applicable, Status.NOT_APPLICABLE), (got.faulty, Status.FAULTY)):
        listed = [False] * len(texts) if mask is None else mask.tolist()
        assert listed == [cell.status is status for cell in expected]


def test_shown_texts_are_inert_and_short() -> None:
    assert show("三十") == "三十"
    assert show("a\x1b[31m\u202eb\n\u3000") == "a\\x1b[31m\\u202eb\\n\\u3000"
    assert show("x" * 40) == "x" * 40
    assert show("x" * 41) == "x" * 39 + "…"
