"""Names: what keys and indicators are called in a table, and which of them a text means or nearly means."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from resilience_index.data.layout.header_units import says_own_unit
from resilience_index.data.table import Column, Keys
from resilience_index.folding import fold

ID_NAMES = ("community_id", "社区编码", "社区代码")
NAME_NAMES = ("community", "社区名称", "社区")
PERIOD_NAMES = ("period", "期", "年份", "年度", "期间")
GROUP_NAMES = {
    "city": ("city", "市", "城市"),
    "district": ("district", "区县", "区"),
    "street": ("street", "街道", "乡镇街道"),
}
# The columns of a long table, one row a value; that of the unit may be absent.
INDICATOR_NAMES = ("indicator", "indicator_id", "指标", "指标编号", "指标名称", "指标代码")
VALUE_NAMES = ("value", "数值", "指标值", "值", "取值")
UNIT_NAMES = ("unit", "units", "单位", "计量单位", "指标单位", "数据单位")
LONG_NAMES = (INDICATOR_NAMES, VALUE_NAMES, UNIT_NAMES)
# Columns that a data set is expected to have and that say nothing until they are declared as groups.
CONTEXT_NAMES = ("population", "人口", "常住人口", "户籍人口", "人口数")
# Columns that number the rows; 编号 is none of them, it may be the code of the community.
SERIAL_NAMES = ("序号", "行号", "no", "no.", "#", "s/n", "serial number")
REMARK_NAMES = ("备注", "说明", "附注", "备注说明", "remark", "remarks", "note", "notes", "comment", "comments")
# A folded name, and what stands in brackets behind it.
BRACKETS = re.compile(r"(.+)[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")


def known_names(columns: Sequence[Column], keys: Keys) -> frozenset[str]:
    """Every folded name that a key or indicator may have; for ``recognised``."""
    declared = (keys.id, keys.name, keys.period, *keys.groups)
    long = (*INDICATOR_NAMES, *VALUE_NAMES)
    builtin = (ID_NAMES, NAME_NAMES, PERIOD_NAMES, *GROUP_NAMES.values(), long, declared)
    folded = {fold(name) for names in builtin for name in names if name}
    return frozenset(folded.union(*tiers_of(columns)))


def recognised(header: Sequence[str], names: frozenset[str]) -> int:
    """How many of the headers are keys or indicators; tells delimiters, sheets and header rows apart."""
    return sum(recognises(text, names) for text in header)


def recognises(text: str, names: frozenset[str]) -> bool:
    """Whether a header is a key or an indicator, perhaps with something in brackets at its end."""
    folded = fold(text)
    while folded not in names:
        bracket = BRACKETS.fullmatch(folded)
        if bracket is None:
            return False
        folded = bracket[1]
    return True


class Names:
    """Indicators by everything they may be called, for texts that are not headers."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._tiers = tiers_of(columns)

    def positions(self, text: str) -> tuple[int, ...]:
        """The indicators that a text may mean; its own unit in brackets at the end does not count."""
        found, written = peeled(fold(text), self._tiers)
        return tuple(at for at in found if all(says_own_unit(part, self._columns[at]) for part in written))

    def before_bracket(self, text: str) -> tuple[int, ...]:
        """The indicators that a text names, whatever stands in brackets at its end."""
        return peeled(fold(text), self._tiers)[0]

    def nearest(self, text: str) -> str | None:
        """The name of an indicator that a text is most likely a misspelling of, or None."""
        bracket = BRACKETS.fullmatch(fold(text))
        names = (name for column in self._columns for name in (column.id, *column.titles, *column.aliases))
        return nearest(text if bracket is None else bracket[1], by_fold(names))


def tiers_of(columns: Sequence[Column]) -> tuple[dict[str, tuple[int, ...]], ...]:
    """Folded names to indicator positions: ids win over titles, titles over aliases."""
    tiers: tuple[dict[str, tuple[int, ...]], ...] = ({}, {}, {})
    for position, column in enumerate(columns):
        for tier, names in zip(tiers, ((column.id,), column.titles, column.aliases), strict=True):
            for name in {fold(text) for text in names} - {""}:
                tier[name] = (*tier.get(name, ()), position)
    return tiers


def peeled(name: str, tiers: Sequence[Mapping[str, tuple[int, ...]]]) -> tuple[tuple[int, ...], list[str]]:
    """The indicators of a folded header, and what stands in brackets behind their name; () for none."""
    written: list[str] = []
    while True:
        found = next((tier[name] for tier in tiers if name in tier), ())
        bracket = BRACKETS.fullmatch(name)
        if found or bracket is None:
            return found, written
        name = bracket[1]
        written.append(bracket[2])


def by_fold(candidates: Iterable[str]) -> dict[str, str]:
    """Candidates for ``nearest``: what they are compared by, and how they are written."""
    originals: dict[str, str] = {}
    for candidate in candidates:
        originals.setdefault(fold(candidate), candidate)
    return originals


def nearest(name: str, candidates: Mapping[str, str]) -> str | None:
    """The candidate that ``name`` most likely stands for, or None when none is near.

    A candidate one edit away (a character more, less, other, or two swapped) goes before any other;
    in short Chinese titles one edit is already a large share of the text.
    """
    wanted = fold(name)
    close = [text for text in candidates if _one_edit(wanted, text)]
    if not close:
        close = difflib.get_close_matches(wanted, candidates, 1, 0.7)
    if not close:
        return None
    matcher = difflib.SequenceMatcher(None, "", wanted)

    def alike(text: str) -> float:
        matcher.set_seq1(text)
        return matcher.ratio()

    return candidates[max(close, key=alike)]


def _one_edit(first: str, second: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours makes them equal."""
    if abs(len(first) - len(second)) > 1 or min(len(first), len(second)) < 2:
        return False
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    end = 0
    while end < min(len(first), len(second)) - start and first[-1 - end] == second[-1 - end]:
        end += 1
    rest = (first[start : len(first) - end], second[start : len(second) - end])
    return max(map(len, rest)) <= 1 or (len(rest[0]) == 2 and rest[0] == rest[1][::-1])
