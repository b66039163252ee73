"""Headers: which column of the file is which indicator or key.

Headers are compared after folding case, width, white space, line breaks and traditional script, and
without brackets at the end that ``header_units`` allows. The result is a ``Layout``; every doubt is a finding.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from resilience_index.data.cells import show
from resilience_index.data.layout.header_units import says_own_unit
from resilience_index.data.layout.names import (
    BRACKETS,
    CONTEXT_NAMES,
    GROUP_NAMES,
    ID_NAMES,
    NAME_NAMES,
    PERIOD_NAMES,
    REMARK_NAMES,
    SERIAL_NAMES,
    by_fold,
    nearest,
    peeled,
    tiers_of,
)
from resilience_index.data.layout.units import bilingual
from resilience_index.data.privacy import Hit, find, mask
from resilience_index.data.table import Column, Keys
from resilience_index.findings import Finding, Location, did_you_mean
from resilience_index.folding import fold, to_simplified, unscripted

_CODE_ENDS = ("编码", "编号", "代码", "code", "id")
_OTHER_CODES = ("街道", "乡镇", "区县", "网格", "指标", "street", "district", "grid", "indicator")
_COMPARISONS = 200_000  # names × unknown columns that are compared to make suggestions: about a second
_ROLES = {
    "id": {"en": "the community codes", "zh": "社区编码"},
    "name": {"en": "the community names", "zh": "社区名称"},
    "period": {"en": "the period", "zh": "期别"},
}
# "the columns hold the group 'district'" and "declared as a group"
_GROUP = {"en": "the group", "zh": "分组"}


@dataclass
class Layout:
    """Where everything is: column numbers count from 0 over the file's columns.

    ``indicators`` maps indicator positions to columns, ``groups`` names to columns; ``unnamed`` are
    columns without a header. ``further`` are columns that are read as text besides. ``row`` is the
    header's row number, ``file`` the file's name in findings. ``personal`` are the personal numbers, by
    column, that were masked in the header.
    """

    header: tuple[str, ...]
    row: int
    file: str = ""
    indicators: dict[int, int] = field(default_factory=dict)
    id: int | None = None
    name: int | None = None
    period: int | None = None
    groups: dict[str, int] = field(default_factory=dict)
    unnamed: tuple[int, ...] = ()
    further: tuple[int, ...] = ()
    personal: tuple[tuple[int, Hit], ...] = ()
    findings: list[Finding] = field(default_factory=list)

    @property
    def texts(self) -> tuple[int, ...]:
        """The columns that are read as text: keys, groups, and those without a header."""
        keys = [self.id, self.name, self.period, *self.groups.values(), *self.unnamed, *self.further]
        return tuple(sorted({column for column in keys if column is not None}))

    def title(self, column: int) -> str:
        """The header of a column, fit for a message."""
        return show(" ".join(self.header[column].split()))


def column_of(letters: str) -> int:
    """The column that a spreadsheet gives letters from A to Z: the opposite of ``letter``."""
    number = 0
    for character in letters:
        number = number * 26 + ord(character) - ord("A") + 1
    return number - 1


def letter(column: int) -> str:
    """The letters a spreadsheet gives a column: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def match(
    header: Sequence[str],
    columns: Sequence[Column],
    keys: Keys,
    *,
    file: str,
    row: int = 1,
    known: Sequence[Column] = (),
) -> Layout:
    """Find the column of each key and indicator.

    ``known`` are indicators the caller does not need: their columns are counted, not reported as
    unknown. The layout's findings: RI211 to RI214, RI216 to RI222, RI228, RI240.
    """
    personal = tuple((column, hit) for column, text in enumerate(header) for hit in find(text))
    layout = Layout(tuple(map(mask, header)), row, file=file, personal=personal)
    return _Matcher(layout, columns, keys, file, known).layout()


class _Matcher:
    def __init__(
        self, result: Layout, columns: Sequence[Column], keys: Keys, file: str, known: Sequence[Column]
    ) -> None:
        self.result = result
        self.columns = columns
        self.keys = keys
        self.file = file
        self.folded = [fold(text) for text in result.header]
        self.names = tiers_of(columns)
        self.others = {name for tier in tiers_of(known) for name in tier}
        self.taken: set[int] = set()
        self.lacking: list[tuple[str | None, dict[str, str]]] = []  # keys without a column
        self.spoilt: set[int] = set()  # indicators whose column has a faulty header

    def layout(self) -> Layout:
        for role, names in (("id", ID_NAMES), ("name", NAME_NAMES), ("period", PERIOD_NAMES)):
            setattr(self.result, role, self._key(role, getattr(self.keys, role), names))
        self._groups()
        for column in range(len(self.folded)):
            if column not in self.taken and self.folded[column]:
                self._indicator(column)
        self.result.unnamed = tuple(
            column for column, text in enumerate(self.folded) if not text and column not in self.taken
        )
        self._traditional()
        self._missing_keys()
        meant = self._unknown()
        self._absent(meant)
        return self.result

    def _tell(self, code: str, column: int | None = None, **params: Any) -> None:
        title = None if column is None else self.result.title(column)
        place = Location(self.file, row=self.result.row, field=title)
        self.result.findings.append(Finding(code, place, params))

    def _two(self, code: str, first: int, second: int, **params: Any) -> None:
        titles = {"first": self.result.title(first), "second": self.result.title(second)}
        letters = {"first_letter": letter(first), "second_letter": letter(second)}
        self._tell(code, second, **titles, **letters, **params)

    def _find(self, names: Iterable[str]) -> list[int]:
        """The columns of a key; whatever stands in brackets behind its name, it has no unit."""
        wanted = {fold(name) for name in names}
        return [
            column
            for column, text in enumerate(self.folded)
            if text in wanted or (self._base(column) in wanted and not self._positions(text))
        ]

    def _declared(self, name: str) -> list[int]:
        """The columns of a name that the assessment declares: as it is written, else with brackets behind it."""
        exact = fold(name)
        found = self._find([name])
        return [column for column in found if self.folded[column] == exact] or found

    def _key(self, role: str, declared: str | None, builtin: Sequence[str]) -> int | None:
        if declared is not None:
            found = self._declared(declared)
        else:
            found = [column for column in self._find(builtin) if column not in self.taken]
        for second in found[1:]:
            self._two("RI213", found[0], second, what=_ROLES[role])
        if not found and declared is not None:
            self.lacking.append((declared, _ROLES[role]))
        elif not found and role == "id":
            self.lacking.append((None, _ROLES[role]))
        elif not found and role == "name":
            self._tell("RI220")
        self.taken.update(found)
        return found[0] if found else None

    def _traditional(self) -> None:
        """Tell which headers were understood only after their script was changed."""
        read = [
            f"{self.result.title(column)} → {to_simplified().convert(self.result.title(column))}"
            for column in sorted(self.taken)
            if not self.folded[column].isascii() and unscripted(self.result.header[column]) != self.folded[column]
        ]
        if read:
            self._tell("RI228", headers=read, count=len(read))

    def _missing_keys(self) -> None:
        # Asked last: a column that turned out to be something else is no suggestion.
        for declared, role in self.lacking:
            # What is taken for a usual group may be the declared one, misspelt.
            usual = self.result.groups.items() if role is _GROUP else ()
            free = {column for name, column in usual if name not in self.keys.groups}
            near = self._similar_header(ID_NAMES if declared is None else [declared], free)
            if declared is None:
                self._tell("RI211", suggestion=_looks_like(near))
            else:
                self._tell("RI212", name=declared, role=role, suggestion=did_you_mean(near))

    def _similar_header(self, names: Sequence[str], free: Collection[int] = ()) -> str | None:
        """The header that looks most like one of the names, for a question about a missing key."""
        headers: dict[str, str] = {}
        for column in range(len(self.folded)):
            if (column not in self.taken or column in free) and self._base(column):
                headers.setdefault(self._base(column), self.result.title(column))
        near = next((near for name in names if (near := nearest(name, headers)) is not None), None)
        if near is None and names is ID_NAMES:
            # 编号 or 统计用区划代码 may be the code; that of a street or grid is not.
            likely = [base for base in headers if base.endswith(_CODE_ENDS) and not base.startswith(_OTHER_CODES)]
            near = headers[likely[0]] if likely else None
        return near

    def _groups(self) -> None:
        found: dict[str, list[int]] = {}
        for declared in self.keys.groups:
            columns = self._declared(declared) or self._find(GROUP_NAMES.get(fold(declared), ()))
            if columns:
                found[declared] = columns
            else:
                self.lacking.append((declared, _GROUP))
        for name, names in GROUP_NAMES.items():
            columns = [column for column in self._find(names) if column not in self.taken]
            if columns and not any(set(columns) & set(others) for others in found.values()):
                found[name] = columns
        for name, columns in found.items():  # declared, then city to street: not as the columns happen to stand
            for second in columns[1:]:
                what = {language: f"{text} {name}" for language, text in _GROUP.items()}
                self._two("RI213", columns[0], second, what=what)
            self.result.groups[name] = columns[0]
            # A declared group may be an indicator's column too, and is then read as both.
            if not any(self._positions(self.folded[column]) for column in columns):
                self.taken.update(columns)

    def _positions(self, name: str) -> tuple[int, ...]:
        return next((tier[name] for tier in self.names if name in tier), ())

    def _indicator(self, column: int) -> None:
        name = self.folded[column]
        positions, written = peeled(name, self.names)
        if len(positions) == 1 and not self._own_unit(column, written, positions[0]):
            return
        if len(positions) > 1:
            ids = [self.columns[position].id for position in positions]
            self._tell("RI221", column, name=self.result.title(column), indicators=ids)
            self.spoilt.update(positions)
            self.taken.add(column)
        elif positions:
            self._take(column, positions[0])

    def _own_unit(self, column: int, written: Sequence[str], position: int) -> bool:
        if all(says_own_unit(text, self.columns[position]) for text in written):
            return True
        self._tell(
            "RI214",
            column,
            found=self.result.title(column),
            indicator=self.columns[position].id,
            unit=bilingual(self.columns[position].unit),
        )
        self.spoilt.add(position)
        self.taken.add(column)
        return False

    def _take(self, column: int, position: int) -> None:
        self.taken.add(column)
        first = self.result.indicators.setdefault(position, column)
        if first != column:
            indicator = self.columns[position]
            what = {"en": f"the indicator {indicator.id}", "zh": f"指标 {indicator.id}"}
            self._two("RI213", first, column, what=what)

    def _unknown(self) -> dict[int, str]:
        """Report the columns nobody knows; returns, by indicator position, the header that may mean it."""
        unknown, others = [], 0
        context = {fold(name) for name in (*CONTEXT_NAMES, *SERIAL_NAMES)}
        remark = {fold(name) for name in REMARK_NAMES}
        for column, name in enumerate(self.folded):
            if column in self.taken or not name or self._base(column) in context:
                continue
            if self._base(column) in remark:
                self._tell("RI240", column, letter=letter(column), name=self.result.title(column))
            elif name in self.others or self._base(column) in self.others:
                others += 1
            else:
                unknown.append(column)
        meant: dict[int, str] = {}
        owners = self._unmatched()
        names = by_fold(owners)
        affordable = _COMPARISONS // max(1, len(names))
        first_of: dict[str, int] = {}
        for count, column in enumerate(unknown):
            first = first_of.setdefault(self.folded[column], column)
            if first != column:
                self._two("RI219", first, column, name=self.result.title(column))
                continue
            near = nearest(self._base(column), names) if count < affordable else None
            if near is not None and (position := owners[near]) is not None:
                meant.setdefault(position, self.result.title(column))
            title = self.result.title(column)
            self._tell("RI218", column, letter=letter(column), name=title, suggestion=did_you_mean(near))
        if others:
            self._tell("RI222", count=others)
        return meant

    def _base(self, column: int) -> str:
        """The folded header without what stands in brackets at its end."""
        base = self.folded[column]
        while (bracket := BRACKETS.fullmatch(base)) is not None:
            base = bracket[1]
        return base

    def _unmatched(self) -> dict[str, int | None]:
        """Every name that no column has yet, with its indicator's position (None for keys)."""
        owners: dict[str, int | None] = {}
        for position, column in enumerate(self.columns):
            if position not in self.result.indicators and position not in self.spoilt:
                for name in (column.id, *column.titles, *column.aliases):
                    owners.setdefault(name, position)
        keys = (
            (self.result.id, self.keys.id, ID_NAMES),
            (self.result.name, self.keys.name, NAME_NAMES),
            (self.result.period, self.keys.period, PERIOD_NAMES),
        )
        for found, declared, names in keys:
            if found is None:
                owners.update(dict.fromkeys(names if declared is None else [declared]))
        for group, names in GROUP_NAMES.items():
            if group not in self.result.groups:
                owners.update(dict.fromkeys(names))
        return owners

    def _absent(self, meant: dict[int, str]) -> None:
        if not self.result.indicators and self.columns and not self.spoilt:
            self._tell("RI217")
            return
        for position, column in enumerate(self.columns):
            if position in self.result.indicators or position in self.spoilt:
                continue
            titles = column.titles or (column.id,)
            title = {"zh": titles[0], "en": titles[-1]}
            suggestion = _looks_like(meant.get(position))
            self._tell("RI216", indicator=column.id, title=title, suggestion=suggestion, leaf="")


def _looks_like(header: str | None) -> dict[str, str]:
    """The end of a sentence about a column that is not there: one that may be it under another name."""
    if header is None:
        return {"en": "", "zh": ""}
    return {"en": f"; column '{header}' looks like it", "zh": f"；“{header}”列与之相近"}
