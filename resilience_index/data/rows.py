"""Rows below the header that are no communities: totals, notes, units, repeated headers.

They are left out, each with a finding. A row that merely lacks something (a code, values) is a
community and stays: leaving a community out would be worse than a message too many.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resilience_index.data.columns import ID_NAMES, Layout
from resilience_index.data.folding import fold, is_unit, same_unit
from resilience_index.data.table import Column

_SUMS = (
    "合计", "小计", "总计", "共计", "总和", "平均", "均值", "平均值", "平均数", "平均分", "汇总",
    "最大值", "最小值", "最高值", "最低值", "中位数", "标准差", "总分", "全市", "全区",
)  # fmt: skip
_ENGLISH_SUMS = (
    "total", "totals", "subtotal", "sub-total", "grand total", "sum", "mean", "average", "median",
    "max", "maximum", "min", "minimum", "standard deviation",
)  # fmt: skip
# A name that is exactly one of these is no community, even beside something that looks like a code.
TOTAL_NAMES = frozenset(
    word + end
    for word in (
        *_SUMS,
        *(space.join(word) for word in _SUMS for space in (" ", "  ", "\u3000", "\u3000\u3000")),
        *(form(word) for word in _ENGLISH_SUMS for form in (str.lower, str.upper, str.capitalize, str.title)),
    )
    for end in ("", ":", "：")
)
_SUM_WORDS = frozenset((*_SUMS, *(word.replace(" ", "") for word in _ENGLISH_SUMS)))
_SUM_ENDS = (*(word for word in _SUMS if word not in ("全市", "全区", "总分")), "total", "subtotal", "average")
_BRACKETED = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")

_NOTE_WORDS = (
    "附注", "备注", "说明", "填表说明", "填报说明", "填表人", "填报人", "填写人", "制表人", "制表单位", "制表日期",
    "审核人", "复核人", "审核", "负责人", "单位负责人", "统计负责人", "经办人", "联系人", "联系电话", "填表日期",
    "填报日期", "填报单位", "填报时间", "统计时间", "报出日期", "数据来源", "资料来源", "来源", "打印日期", "截止日期",
    "note", "notes", "remark", "remarks", "source", "sources", "prepared by", "filled in by", "checked by",
    "approved by", "reported by", "contact", "date",
)  # fmt: skip
_NOTE = re.compile(
    rf"(?:{'|'.join(map(re.escape, _NOTE_WORDS))})\s*(?:[:：]|$)|注\s*[0-9一二三四五六七八九十]*\s*[:：、.．]|[※*＊]|"
    r"第\s*[0-9]+\s*页|共\s*[0-9]+\s*页|page\s+[0-9]+",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[，。；：、,;:!！?？（(]|\s\S")
_LONG = 24  # a lone text longer than this is no code
# What a code is made of: whatever is not may still be one, but is looked at more closely.
PLAIN_CODE = r"^[0-9A-Za-z_.\-]*[0-9][0-9A-Za-z_.\-]*$"
_PLAIN_CODE = re.compile(PLAIN_CODE)
_UNIT_WORDS = frozenset(("单位", "计量单位", "unit", "units"))
_NO_UNIT = frozenset(("", "-", "/", "—"))


class Kind(Enum):
    """What a row is; the values are the codes of the findings about rows that are left out."""

    DATA = ""
    BLANK = "RI208"
    UNITS = "RI225"
    NOTE = "RI226"
    HEADER = "RI227"
    TOTAL = "RI237"


class RowKinds:
    """Tells rows apart, given the layout of the table they stand in.

    ``below`` are the first rows below the header: where the codes in them have digits, a lone text
    without one is the heading of a section.
    """

    def __init__(self, layout: Layout, columns: Sequence[Column], below: Sequence[Sequence[str]] = ()) -> None:
        self.columns = columns
        self.id = layout.id
        self.name = layout.name
        self.header = [fold(text) for text in layout.header]
        self.units = {column: fold(columns[position].unit or "") for position, column in layout.indicators.items()}
        self._id_names = {fold(name) for name in ID_NAMES} | {
            self.header[column] for column in (self.id,) if column is not None
        }
        self.began = False
        self.numbered = False
        self.numbered = self._are_numbered(below)
        self.began = False

    def _are_numbered(self, below: Sequence[Sequence[str]]) -> bool:
        """Whether the communities of the first rows all have codes with digits."""
        codes = [
            row[self.id]
            for row in below
            if self.id is not None and len(row) > self.id and self.kind(row) is Kind.DATA and sum(map(bool, row)) > 1
        ]
        return bool(codes) and all(any(map(str.isdigit, code)) for code in codes if code.strip())

    def kind(self, cells: Sequence[str]) -> Kind:
        """The kind of the next row, which may have too few or too many cells."""
        code = cells[self.id].strip() if self.id is not None and self.id < len(cells) else ""
        name = cells[self.name].strip() if self.name is not None and self.name < len(cells) else ""
        if _PLAIN_CODE.match(code):
            self.began = True
            return Kind.TOTAL if name in TOTAL_NAMES else Kind.DATA
        filled = [(column, text) for column, cell in enumerate(cells) if (text := cell.strip())]
        kind = self._unusual(filled, code, name) if filled else Kind.BLANK
        self.began = self.began or kind is Kind.DATA
        return kind

    def _unusual(self, filled: list[tuple[int, str]], code: str, name: str) -> Kind:
        first = filled[0][1]
        if name in TOTAL_NAMES or any(_is_sum(text) for text in (code, *(() if code else (name, first)))):
            return Kind.TOTAL
        if len(filled) > 1 and self._is_header(filled, code):
            return Kind.HEADER
        if not self.began and self._is_units(filled, code):
            return Kind.UNITS
        if _NOTE.match(first) and not first.isdigit():
            return Kind.NOTE
        if len(filled) == 1:
            return self._lone(filled[0][0], first)
        return Kind.DATA

    def _lone(self, column: int, text: str) -> Kind:
        """A row with one filled cell: a note in merged cells, a section heading, or a bare community."""
        if column == self.name and column != self.id:
            return Kind.DATA  # a community without a code is an error, not a note
        if len(text) > _LONG or _SENTENCE.search(text):
            return Kind.NOTE
        if self.numbered and column == (self.id or 0) and not any(map(str.isdigit, text)):
            return Kind.NOTE
        return Kind.DATA

    def _is_header(self, filled: list[tuple[int, str]], code: str) -> bool:
        same = sum(column < len(self.header) and fold(text) == self.header[column] for column, text in filled)
        return same * 2 > len(filled) or (code != "" and fold(code) in self._id_names)

    def _is_units(self, filled: list[tuple[int, str]], code: str) -> bool:
        written = [
            (fold(text).strip("()[]【】"), self.units[column]) for column, text in filled if column in self.units
        ]
        said = [(text, unit) for text, unit in written if text not in _NO_UNIT]
        if not said or (code and fold(code).strip(":") not in _UNIT_WORDS):
            return False
        return all(is_unit(text) or same_unit(text, unit) for text, unit in said)

    def wrong_units(self, cells: Sequence[str]) -> list[tuple[int, str]]:
        """Columns of a row of units where another unit stands than the indicator's own, and what stands there."""
        return [
            (column, cells[column].strip())
            for column, unit in self.units.items()
            if column < len(cells)
            and (written := fold(cells[column]).strip("()[]【】")) not in _NO_UNIT
            and not same_unit(written, unit)
        ]


def _is_sum(text: str) -> bool:
    """Whether a text says that its row adds up or averages others."""
    plain = _BRACKETED.sub("", "".join(text.split())).rstrip(":：").casefold()
    if plain in _SUM_WORDS:
        return True
    # "云澜区小计" and "全市平均", but no name of a place that merely holds such a word.
    return plain.endswith(_SUM_ENDS) and len(plain) <= _LONG


def doubtful(ids: Any, names: Any) -> NDArray[np.bool_]:
    """Rows that ``RowKinds`` must look at: a mask (units,), from codes and names as pyarrow strings.

    Every other row is a community, whatever stands in its further cells.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = pc.match_substring_regex(ids, PLAIN_CODE)
    total = pc.is_in(pc.utf8_trim_whitespace(names), pa.array(sorted(TOTAL_NAMES)))
    mask: NDArray[np.bool_] = pc.or_(pc.invert(plain), total).to_numpy(zero_copy_only=False)
    return mask


def any_doubtful(ids: Any, names: Any) -> bool:
    """Whether any row must be looked at; cheaper than ``doubtful`` where none is."""
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(ids)
    if not pc.all(pc.ascii_is_decimal(trimmed), min_count=0).as_py() and not (
        pc.all(pc.match_substring_regex(trimmed, PLAIN_CODE), min_count=0).as_py()
    ):
        return True
    found = pc.is_in(pc.utf8_trim_whitespace(names), pa.array(sorted(TOTAL_NAMES)))
    return bool(pc.any(found, min_count=0).as_py())
