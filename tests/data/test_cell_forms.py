"""Forms of cells: what is read, as what, by which conversion; what is refused, and why. And the page that says so."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from resilience_index.data.cells import CellRules, Status, causes, convert, forms, parse, why
from resilience_index.data.cells.forms import COUNTS, PERIODS, Conversion, label

PAGE = Path(__file__).parents[2] / "docs" / "cells.md"

# text, unit, number, conversions
READ = [
    ("0", "%", 0.0, ""), ("100.0", "%", 100.0, ""), ("1e5", None, 1e5, ""), ("5.", "min", 5.0, ""),
    ("８５", "min", 85.0, "width"), ("１２．５", "min", 12.5, "width"), ("＋５", "min", 5.0, "width"),
    ("−5", "min", -5.0, "minus"), ("−５", "min", -5.0, "width+minus"), ("1e−3", "min", 0.001, "minus"),
    ("1,234", None, 1234.0, "thousands"), ("-1,234.5", "min", -1234.5, "thousands"),
    ("123,456", "个", 123456.0, "thousands"), ("1，234", "个", 1234.0, "width+thousands"),
    ("1 234", "min", 1234.0, "spaces"), ("1\u202f234\u202f567.5", "min", 1234567.5, "spaces"),
    ("1\u2009234", "min", 1234.0, "spaces"),
    ("85%", "%", 85.0, "percent"), ("85\u3000%", "％", 85.0, "percent"), ("85%", "percent", 85.0, "percent"),
    ("0.5%", "百分比", 0.5, "percent"), ("1,234.5%", "%", 1234.5, "thousands+percent"),
    ("85 percent", "%", 85.0, "unit"), ("-3.5％", "%", -3.5, "width+percent"),
    ("18.4万", "人", 184000.0, "ten_thousands"), ("18.4 萬", "人", 184000.0, "ten_thousands"),
    ("１．５万", "户", 15000.0, "width+ten_thousands"), ("0.35万", "件", 3500.0, "ten_thousands"),
    ("1,234万", "次", 12340000.0, "thousands+ten_thousands"), (".5万", "次", 5000.0, "ten_thousands"),
    ("2亿", None, 200000000.0, "hundred_millions"), ("1.2万", "次/年", 12000.0, "ten_thousands"),
    ("2万分钟", "min", 20000.0, "ten_thousands+unit"), ("3万人", "人", 30000.0, "ten_thousands+unit"),
    ("18.4万元", "元", 184000.0, "ten_thousands+unit"), ("1亿元", "元/年", None, ""),
    ("50 万元/年", "万元/年", 50.0, "unit"), ("3.2 m²/人", "m²/人", 3.2, "unit"), ("12家", "个", 12.0, "unit"),
    ("4 MINUTES", "min", 4.0, "unit"), ("2 h", "小时", 2.0, "unit"), ("30分鐘", "min", 30.0, "unit"),
    ("4分", "分", 4.0, "unit"), ("1", "0/1", 1.0, ""), ("１", "0/1", 1.0, "width"), ("有", "0/1", 1.0, "word"),
    ("否", "是/否", 0.0, "word"), ("True", "0/1", 1.0, "word"), ("FALSE", "0/1", 0.0, "word"),
]  # fmt: skip

# text, unit, part of the reason in English; empty: no reason is given
REFUSED = [
    ("85%", None, "no unit"), ("85%", "个", "the indicator is in 个"), ("85%%", "%", ""), ("%85", "%", ""),
    ("85‰", "%", "per mille"), ("0.5", "0/1", None), ("5%", "百分点", "the indicator is in 百分点"),
    ("18.4万", "%", "万"), ("18.4万", "万元", "万"), ("18.4万", "人/万人", "万"), ("18.4万", "人/千人", "万"),
    ("18.4万", "min", "万"), ("2亿", "万元/年", "亿"), ("50万元", "个", "not the indicator's unit, 个"),
    ("184000元", "万元/年", "'元' is not the indicator's unit, 万元/年"), ("2小时", "min", "'小时'"),
    ("1h30min", "min", "'h30min'"), ("100万亿", "个", "not the indicator's unit"), ("1e5万", "个", "exponent"),
    ("1,23", "min", "commas"), ("12,34,567", "min", "commas"), ("1,234,56", "min", "commas"), (",5", "min", "commas"),
    ("1,234 567", "min", "commas"), ("1234,567", "min", "commas"), ("012,345", "min", "commas"),
    ("1,234e5", "min", "commas"), ("1 23", "min", "spaces"), ("1 234\u00a0567", "min", "spaces"),
    ("1.234,5", "min", "which of them"), ("1,234.5.6", "min", "which of them"), ("1..5", "min", "decimal point"),
    ("＜5", "min", "bound"), ("不少于5", "个", "bound"), ("5以上", "个", "bound"), ("at least 5", "个", "bound"),
    ("~30", "min", "approximate"), ("30多个", "个", "approximate"), ("≈30", "min", "approximate"),
    ("30~40", "min", "range"), ("3至5", "个", "range"), ("20%-30%", "%", "range"), ("3–5", "min", "range"),
    ("2024/5/1", "个", "date"), ("2024-05-01 00:00:00", "个", "date"), ("2024年", "个", "date"),
    ("5-May", "个", "date"), ("May-24", "个", "date"), ("12：30", "min", "time"), ("12:30:00", "min", "time"),
    ("三分之一", "个", "fraction"), ("5 1/2", "个", "fraction"), ("十二个", "个", "Chinese numerals"),
    ("贰拾", "个", "Chinese numerals"), ("百分之三十", "%", "fraction"),
    ("138****5678", "min", "personal number"),
    ("-inf", "min", "infinity"), ("∞", "min", "infinity"), ("nan", "min", "no value"), ("-1e400", "min", "too large"),
    ("1e306万", "个", ""), ("#N/A", "min", "error value"), ("#VALUE!", "min", "error value"),
    ("#NAME?", "min", "error value"), ("（5）", "min", "brackets"), ("5-", "min", "sign"), ("+-5", "min", "sign"),
    ("- 5", "min", "sign"), ("—5", "min", "dash"), ("5①", "min", "raised"), ("5[1]", "min", "footnote"),
    ("5（估）", "min", "footnote"), ("1l", "min", "letter"), ("5a", "min", "'a'"), ("1d", "min", "'d'"),
    ("５a", None, "text behind"), ("$5", "万元", "currency"), ("²", "min", "raised"), ("5\ufeff", "min", "invisible"),
    ("5\x00", "min", "invisible"), ("是", "个", "yes or no"), ("false", "个", "yes or no"), ("–", "min", "no value"),
    ("？？", "min", "no value"), ("不详", "min", "no value"), ("良好", "min", ""), ("n.a", "min", ""),
    ("没有", "0/1", "1 for yes"), ("可能", "0/1", "1 for yes"), ("1是", "0/1", ""), ("०", "min", "another script"),
    ("9" * 400, "min", ""), ("x" * 300, "min", ""),
]  # fmt: skip


def rules(unit: str | None, *, decimal_comma: bool = False) -> CellRules:
    return dataclasses.replace(CellRules.of(unit=unit), decimal_comma=decimal_comma)


@pytest.mark.parametrize(("text", "unit", "number", "conversion"), READ)
def test_what_is_read(text: str, unit: str | None, number: float | None, conversion: str) -> None:
    cell = parse(text, rules(unit))
    if number is None:
        assert cell.status is Status.FAULTY
    else:
        assert (cell.value, cell.status, label(cell.conversion)) == (number, Status.REPORTED, conversion)


@pytest.mark.parametrize(("text", "unit", "reason"), REFUSED)
def test_what_is_refused(text: str, unit: str | None, reason: str | None) -> None:
    cell = parse(text, rules(unit))
    if reason is None:  # a number, which the check of values refuses
        assert cell.status is Status.REPORTED
        return
    assert cell.status is Status.FAULTY
    clause = why(text, rules(unit))
    assert reason in clause["en"]
    assert bool(clause["zh"]) is bool(clause["en"])


COMMAS = [
    ("12,5", 12.5, "decimal_comma"), ("-0,123", -0.123, "decimal_comma"), ("1234,567", 1234.567, "decimal_comma"),
    ("1,234,567", 1234567.0, "thousands"), ("1,234.5", 1234.5, "thousands"), ("12，5", 12.5, "width+decimal_comma"),
    ("1 234,5", 1234.5, "spaces+decimal_comma"), ("1,5E+03", 1500.0, "decimal_comma"), ("12.5", 12.5, ""),
    ("12,5%", 12.5, "decimal_comma+percent"), ("1,234", None, "1234 or 1.234"), ("12,345", None, "1234 or 1.234"),
    ("1.234,5", None, "which of them"), ("1.234.567", None, "which of them"), ("1,2,3", None, "commas"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number", "said"), COMMAS)
def test_commas_where_cells_are_not_separated_by_them(text: str, number: float | None, said: str) -> None:
    own = rules("%", decimal_comma=True)
    cell = parse(text, own)
    if number is None:
        assert cell.status is Status.FAULTY
        assert said in why(text, own)["en"]
    else:
        assert (cell.value, label(cell.conversion)) == (number, said)


def test_missing_tokens_are_compared_without_width() -> None:
    own = CellRules.of([-999, "ｘ"], unit="个")
    for text in ("－９９９", "-999.00", "x", "ｘ", "ＮＡ", "Ｎ／Ａ", "／", "－", "-999个", "−999"):
        assert parse(text, own).status is Status.MISSING, text
    assert parse("ｎ．ａ．", own).status is Status.NOT_APPLICABLE
    assert parse("999", own).status is Status.REPORTED
    assert parse("无", CellRules.of(["无"], unit="0/1")).status is Status.MISSING


# -- the page


def rows(heading: str) -> Iterator[list[str]]:
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    for line in section.splitlines():
        if line.startswith("| ") and not line.startswith(("| cell", "| ---")):
            first, *others = [part.strip() for part in line.strip("|").split(" |")]
            code = re.fullmatch(r"`(.*)`", first)
            text = "" if code is None else re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), code[1])
            yield [text, *others]


def test_the_page_tells_what_is_read() -> None:
    listed = list(rows("Read"))
    assert len(listed) >= 25
    for text, unit, number, conversion in listed:
        cell = parse(text, rules(unit or None))
        assert (cell.status, cell.value, label(cell.conversion)) == (Status.REPORTED, float(number), conversion), text


def test_the_page_tells_what_is_missing() -> None:
    for text, status in rows("Missing and not applicable"):
        assert parse(text, rules("min")).status.name.lower().replace("_", " ") == status, text


def test_the_page_tells_what_is_refused() -> None:
    listed = list(rows("Refused"))
    assert len(listed) >= 40
    for text, unit, reason in listed:
        assert parse(text, rules(unit or None)).status is Status.FAULTY, text
        assert why(text, rules(unit or None))["en"] == f"; {reason}", text


def test_the_page_lists_the_units_that_count() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert " ".join(COUNTS) in page
    for unit in COUNTS:
        for period in ("", *PERIODS):
            assert forms.is_count(f"{unit}/{period}" if period else unit)
    for unit in ("人/万人", "万元", "%", "min", "件/千户", "1–5", "m²/人", "项/人·年"):
        assert not forms.is_count(unit)


def test_every_conversion_has_a_name_and_every_reason_is_reached() -> None:
    assert set(forms.CONVERSIONS) == set(Conversion) - {Conversion.WORD}
    own = [rules(unit, decimal_comma=comma) for unit in (None, "min", "0/1", "个") for comma in (False, True)]
    texts = [text for text, *_ in [*REFUSED, *COMMAS, *rows("Refused")]]
    reached = {
        causes._reason(text.strip(), one.unit, decimal_comma=one.decimal_comma)[0] for text in texts for one in own
    }
    assert set(causes._CLAUSES) - {"answer"} <= reached


def test_reasons_are_written_for_people() -> None:
    for english, chinese in causes._CLAUSES.values():
        assert not english.endswith(".")
        assert not chinese.endswith("。")
        assert re.search("[\u4e00-\u9fff]", chinese)
        assert not re.search("[,;:?]", chinese.replace("1,234", "")), chinese
        assert set(re.findall(r"{(\w+)}", english)) == {
            name.removesuffix("_zh") for name in re.findall(r"{(\w+)}", chinese)
        }


# -- properties

UNITS = st.sampled_from([None, "%", "个", "min", "万元/年", "0/1", "人/万人", "次/年"])
ALPHABET = "0123456789.,+-−–%％‰万亿 \u00a0\u3000０５９，．－()<>~/:eE个分钟人元年次mindx#*²½٣"
TEXTS = st.one_of(
    st.text(max_size=8),
    st.text(ALPHABET, max_size=8),
    st.sampled_from([text for text, *_ in [*READ, *REFUSED, *COMMAS]]),
    st.tuples(st.floats().map(repr), st.sampled_from(["", "%", "万", "个", " min"])).map("".join),
)


@settings(deadline=None)
@given(TEXTS, UNITS, st.booleans())
@example("9" * 5000 + "%", "%", False)
@example("1" + ",000" * 3000, None, True)
@example("1\n2", "%", False)
def test_any_text_gives_a_cell_and_its_reason(text: str, unit: str | None, comma: bool) -> None:
    own = rules(unit, decimal_comma=comma)
    cell = parse(text, own)
    assert np.isfinite(cell.value) == (cell.status is Status.REPORTED)
    assert not cell.conversion or cell.status is Status.REPORTED
    clause = why(text, own)
    assert not clause["en"] or clause["en"].startswith("; ")
    assert not clause["zh"] or clause["zh"].startswith("，")
    assert "{" not in clause["en"].replace(text.strip() or "\0", "") or "{" in text


@given(st.floats(allow_nan=False, allow_infinity=False), UNITS, st.booleans())
def test_what_a_float_is_printed_as_reads_back_exactly(value: float, unit: str | None, comma: bool) -> None:
    cell = parse(repr(value), rules(unit, decimal_comma=comma))
    assert (cell.value, cell.status, cell.conversion) == (value, Status.REPORTED, Conversion.NONE)


DECIMALS = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=3).map(str)


@given(DECIMALS)
def test_signs_widths_and_separators_change_nothing_but_the_conversion(text: str) -> None:
    plain = parse(text, rules("%"))
    whole, point, rest = text.partition(".")
    grouped = f"{int(whole):,}" if int(whole) else whole
    wide = text.translate(str.maketrans("0123456789.-", "０１２３４５６７８９．－"))
    minus = Conversion.MINUS if "-" in text else Conversion.NONE
    thousands = Conversion.THOUSANDS if "," in grouped else Conversion.NONE
    spaces = Conversion.SPACES if "," in grouped else Conversion.NONE
    expected = {
        f"{text}%": Conversion.PERCENT,
        f" {text} ％": Conversion.PERCENT | Conversion.WIDTH,
        wide: Conversion.WIDTH,
        text.replace("-", "−"): minus,
        grouped + point + rest: thousands,
        grouped.replace(",", "\u00a0") + point + rest: spaces,
    }
    for form, conversion in expected.items():
        assert parse(form, rules("%")) == (plain.value, Status.REPORTED, conversion), form


@given(DECIMALS)
def test_ten_thousands_are_exact(text: str) -> None:
    whole, _, rest = text.partition(".")
    shifted = f"{whole}{rest.ljust(4, '0')[:4]}.{rest[4:]}"
    assert parse(f"{text}万", rules("个")).value == float(shifted)


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(["", "-"]))
def test_one_group_of_three_is_never_read_where_commas_may_be_decimal(first: int, last: int, sign: str) -> None:
    text = f"{sign}{first},{last:03}"
    assert parse(text, rules("个")).value == float(f"{sign}{first}{last:03}")
    assert parse(text, rules("个", decimal_comma=True)).status is Status.FAULTY


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=10), UNITS, st.booleans())
def test_columns_follow_cells(texts: list[str], unit: str | None, comma: bool) -> None:
    own = dataclasses.replace(CellRules.of([5, "x"], unit=unit), decimal_comma=comma)
    expected = [parse(text, own) for text in texts]
    got = convert.numbers(pa.array(texts, pa.string()), own)
    np.testing.assert_array_equal(got.values, [cell.value for cell in expected])
    codes = [0] * len(texts) if got.conversions is None else got.conversions.tolist()
    assert codes == [int(cell.conversion) for cell in expected]
    faulty = [False] * len(texts) if got.faulty is None else got.faulty.tolist()
    assert faulty == [cell.status is Status.FAULTY for cell in expected]
    words = [text.strip() for text, cell in zip(texts, expected, strict=True) if cell.conversion & Conversion.WORD]
    assert got.words == {word: words.count(word) for word in words}
