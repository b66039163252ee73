"""Personal data in a whole table: found while it is read, masked before anything else sees it.

Nothing behind this module ever holds a personal number: every batch of cells is put to a ``Scan`` and
goes on with the numbers masked. Codes of communities that are masked get the row where they first
stand, so that they stay apart. What was found becomes findings at the end, when the rows are known.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from resilience_index.data.files.records import Record
from resilience_index.data.layout.columns import Layout, letter
from resilience_index.data.privacy import KINDS, LONGEST_GAP, SHORTEST, Hit, find, mask
from resilience_index.data.privacy.columns import looks
from resilience_index.findings import Finding, Location

LISTED = 20  # places in a column that are listed; further ones are counted
PERSONAL = frozenset(("RI251", "RI252", "RI253", "RI254"))
"""Codes of findings that stop a run unless personal data are allowed; the first sums up the others."""
SMALL = 1e8
"""Plain numbers below it have too few digits before the decimal point to be a personal number."""

_CODES = (12, 14)  # digits that codes and times have, and no personal number
LONG = 1e10
"""Numbers that a float holds and that are as long as a mobile number."""

_SAMPLED, _STEP = 500, 997  # names and addresses are looked for in the first rows and every so many further ones

# What a text with a personal number must hold, in the syntax of RE2. The first pattern is put to every batch
# anew, so it is one that is quickly compiled; the second one only to what the first lets through.
_RUNS = r"(?:^|[^0-9.]|[^0-9]\.)(?:(?:00)?(?:86)?1[3-9][0-9]{9}(?:[^0-9]|$)|[0-9]{15})"
_PARTED = rf"[0-9](?:[^0-9A-Za-z.,:;/]{{1,{LONGEST_GAP}}}|\.[0-9]+\.)[0-9]"
_ELSEWHERE = r"\x{660}-\x{1C59}\x{A620}-\x{ABF9}\x{FF10}-\x{FF19}\x{104A0}-\x{1FBF9}"  # digits of other scripts
_HOLDS = f"{_RUNS}|{_PARTED}|[{_ELSEWHERE}]"
_ENOUGH = rf"{_RUNS}|(?:[0-9{_ELSEWHERE}][^0-9{_ELSEWHERE}]{{0,{LONGEST_GAP}}}){{{SHORTEST}}}"


class _Place(NamedTuple):
    """A personal number: where it stands (index of the row, or its number), its kind, and how it is shown."""

    row: int
    kind: str
    masked: str


class Scan:
    """Looks at every cell that is read, in any order and from several threads."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        keys = {*layout.texts, *layout.indicators.values()} - set(layout.unnamed)
        self.unused = tuple(column for column in range(len(layout.header)) if column not in keys)
        # The first numbers of every batch with the index of their row, and how many there are of each kind.
        self._places: dict[int, list[_Place]] = {}
        self._counts: dict[int, Counter[str]] = {}
        # Numbers in the header and in rows that are left out, with the number of their row.
        self._aside: dict[int | None, list[_Place]] = {}
        for column, hit in layout.personal:
            self._aside.setdefault(column, []).append(_Place(layout.row, hit.kind, hit.masked))
        self._codes: list[tuple[int, str]] = []
        self._samples: dict[int, list[tuple[int, str]]] = {}
        self._lock = threading.Lock()

    def texts(self, column: int, at: int, texts: Any) -> Any:
        """Take a batch of a text column that begins at row index ``at``; return it with the numbers masked.

        ``texts`` is a pyarrow string array.
        """
        if column in self.layout.unnamed:
            self._sample(column, at, texts)
        return self._masked(column, at, texts, None)

    def cells(self, column: int, at: int, texts: Any, values: NDArray[np.float64], *, plain: bool) -> Any:
        """Take a batch of an indicator that begins at row index ``at``; return it with the numbers masked.

        ``values`` is what the cells have been read as (NaN: no number); ``plain`` says that those without a number
        are blank or mean "missing".
        """
        if plain and max(np.fmax.reduce(values, initial=0), -np.fmin.reduce(values, initial=0)) < SMALL:
            return texts
        usual = np.abs(values) < SMALL
        return texts if usual.all() else self._masked(column, at, texts, ~usual)

    def skipped(self, column: int, at: int, texts: Any) -> None:
        """Take a batch of a column that nothing else reads."""
        self._sample(column, at, texts)
        self._masked(column, at, texts, None)

    def row(self, record: Record) -> None:
        """Take a row that is left out because it is too long or too short."""
        self._look(record, self._aside)

    def _look(self, record: Record, found: dict[int | None, list[_Place]]) -> None:
        within = record.row > self.layout.row
        for column, cell in enumerate(record.cells):
            for hit in find(cell):
                place = column if within and column < len(self.layout.header) else None
                found.setdefault(place, []).append(_Place(record.row, hit.kind, hit.masked))

    def codes(self, ids: Any, rows: NDArray[np.int64]) -> Any:
        """The masked codes of communities, each with the row where it first stands."""
        import pyarrow as pa

        if not self._codes:
            return ids
        first: dict[str, int] = {}
        replaced: list[str | None] = [None] * len(rows)
        for index, code in sorted(self._codes):
            row = first.setdefault(code.strip(), int(rows[index]))
            replaced[index] = f"{mask(code)}#{row}"
        new = pa.array(replaced, pa.string())
        return new.fill_null(ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids)

    def findings(self, rows: NDArray[np.int64], left_out: Iterable[Record]) -> list[Finding]:
        """What was found: RI251 to RI254 for personal data, RI255 for names of people without addresses.

        ``rows`` are the row numbers of the communities, ``left_out`` the rows that are none.
        """
        found: dict[int | None, list[_Place]] = {column: list(places) for column, places in self._aside.items()}
        for record in left_out:
            self._look(record, found)
        counts = {column: Counter(place.kind for place in places) for column, places in found.items()}
        for column, places in self._places.items():
            first = [place._replace(row=int(rows[place.row])) for place in sorted(places)[:LISTED]]
            found.setdefault(column, []).extend(first)
            counts.setdefault(column, Counter()).update(self._counts[column])
        people = self._people()
        named = sum(finding.code == "RI254" for finding in people)
        total = sum(counts.values(), Counter())
        if not total and not named:
            return people
        summary = Finding("RI251", Location(self.layout.file), {"what": what(total, named)})
        return [summary, *self._listed(found, {column: count.total() for column, count in counts.items()}), *people]

    def _masked(self, column: int, at: int, texts: Any, among: NDArray[np.bool_] | None) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        if isinstance(texts, pa.ChunkedArray):
            chunks, parts, start = texts.chunks, [], 0
            for chunk in chunks:
                part = None if among is None else among[start : start + len(chunk)]
                parts.append(self._masked(column, at + start, chunk, part))
                start += len(chunk)
            same = all(part is chunk for part, chunk in zip(parts, chunks, strict=True))
            return texts if same else pa.chunked_array(parts, pa.string())
        where = _suspects(texts, among)
        if not len(where):
            return texts
        seen = ((index, text, find(text)) for index, text in zip(where.tolist(), _at(texts, where), strict=True))
        found = [row for row in seen if row[2]]
        if not found:
            return texts
        # A column that is text and indicator at once is looked at twice.
        if among is None or column not in self.layout.texts:
            self._note(column, at, found)
        replaced = np.zeros(len(texts), dtype=np.bool_)
        replaced[[index for index, _, _ in found]] = True
        shown = [mask(text, hits) for _, text, hits in found]
        return pc.replace_with_mask(texts, pa.array(replaced), pa.array(shown, pa.string()))

    def _note(self, column: int, at: int, found: Sequence[tuple[int, str, Sequence[Hit]]]) -> None:
        """Keep what was found in a batch that begins at row index ``at``: places in it, texts and their numbers."""
        places = [_Place(at + index, hit.kind, hit.masked) for index, _, hits in found[:LISTED] for hit in hits]
        with self._lock:
            self._places.setdefault(column, []).extend(places)
            self._counts.setdefault(column, Counter()).update(hit.kind for _, _, hits in found for hit in hits)
            if column == self.layout.id:
                self._codes += [(at + index, text) for index, text, _ in found]

    def _sample(self, column: int, at: int, texts: Any) -> None:
        """Keep the cells of some rows, the same ones however the file is read."""
        first = max(0, min(_SAMPLED - at, len(texts)))
        kept = [(at + index, text) for index, text in enumerate(texts.slice(0, first).to_pylist()) if text]
        for index in range(first + -(at + first) % _STEP, len(texts), _STEP):
            text = texts[index].as_py()
            kept += [(at + index, text)] if text else []
        if kept:
            with self._lock:
                self._samples.setdefault(column, []).extend(kept)

    def _people(self) -> list[Finding]:
        """RI254 for columns of names beside columns of addresses, RI255 for names alone."""
        names, addresses = [], []
        for column in self.unused:
            cells = [text for _, text in sorted(self._samples.get(column, ()))]
            look = looks(self.layout.header[column], cells)
            if look.names:
                names.append(column)
            elif look.addresses:
                addresses.append(column)
        if not names:
            return []
        code = "RI254" if addresses else "RI255"
        params = {"names": self._titles(names), "addresses": self._titles(addresses)}
        return [Finding(code, Location(self.layout.file, row=self.layout.row, field=self._title(names[0])), params)]

    def _listed(self, found: Mapping[int | None, list[_Place]], counts: Mapping[int | None, int]) -> list[Finding]:
        """RI252 for the first numbers of a column, and RI253 for the others."""
        file = self.layout.file
        findings: list[Finding] = []
        for column, places in sorted(found.items(), key=lambda item: -1 if item[0] is None else item[0]):
            field = None if column is None else self._title(column)
            for place in sorted(places)[:LISTED]:
                params: dict[str, Any] = {"kind": KINDS[place.kind], "masked": place.masked}
                findings.append(Finding("RI252", Location(file, row=place.row, field=field), params))
            if counts[column] > LISTED:
                further: dict[str, Any] = {"count": counts[column] - LISTED, "shown": LISTED}
                findings.append(Finding("RI253", Location(file, field=field), further))
        return findings

    def _title(self, column: int) -> str:
        return self.layout.title(column) or letter(column)

    def _titles(self, columns: Collection[int]) -> list[str]:
        return [self._title(column) for column in columns]


def allowed(findings: Iterable[Finding]) -> list[Finding]:
    """The findings of a table whose personal data are allowed: RI256 in place of those that stop a run."""
    return [
        Finding("RI256", finding.location, finding.params) if finding.code == "RI251" else finding
        for finding in findings
        if finding.code == "RI251" or finding.code not in PERSONAL
    ]


def in_name(name: str, file: str) -> list[Finding]:
    """RI251 and RI252 for personal numbers in the name of a file; ``file`` is what findings call it."""
    hits = find(name)
    if not hits:
        return []
    held = what(Counter(hit.kind for hit in hits), 0)
    summary = {"zh": f"文件名中有 {held['zh']}", "en": f"{held['en']} in its name"}
    kinds = [KINDS[hit.kind] for hit in hits]
    listed = [{"zh": f"文件名中的{kind['zh']}", "en": f"{kind['en']} in the file's name"} for kind in kinds]
    return [
        Finding("RI251", Location(file), {"what": summary}),
        *(
            Finding("RI252", Location(file), {"kind": kind, "masked": hit.masked})
            for kind, hit in zip(listed, hits, strict=True)
        ),
    ]


def is_long(values: Any) -> bool:
    """Whether any number of a pyarrow array may be one of these when written out: its text must be seen."""
    numbers = values.to_numpy(zero_copy_only=False)
    return bool(((numbers >= LONG) | (numbers <= -LONG)).any())


def _at(texts: Any, where: NDArray[np.int64]) -> list[str]:
    """The texts at those places of a string array."""
    import pyarrow as pa

    found: list[str] = texts.take(pa.array(where)).to_pylist()
    return found


def _suspects(texts: Any, among: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    """The places of the cells that may hold a personal number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    where = np.arange(len(texts)) if among is None else np.flatnonzero(among)
    if among is not None:
        texts = texts.filter(pa.array(among))
    lengths = pc.min_max(pc.binary_length(texts)).as_py()
    if (lengths["max"] or 0) < SHORTEST or (lengths["min"] == lengths["max"] in _CODES and _all_digits(texts)):
        return where[:0]
    for pattern in (_HOLDS, _ENOUGH):
        held = pc.match_substring_regex(texts, pattern)
        where = where[held.to_numpy(zero_copy_only=False)]
        if not len(where):
            break
        texts = texts.filter(held)
    return where


def _all_digits(texts: Any) -> bool:
    """Whether a string array of full cells holds nothing but ASCII digits."""
    _, offsets, data = texts.buffers()
    if data is None or texts.type != "string":
        return False
    ends = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    codes = np.frombuffer(data, dtype=np.uint8)[ends[0] : ends[-1]]
    return bool(((codes - np.uint8(48)) < 10).all())


def what(counts: Counter[str], named: int) -> dict[str, str]:
    """``3 mobile numbers, names with addresses``."""
    there = [(KINDS[kind], counts[kind]) for kind in KINDS if counts[kind]]
    zh = [f"{count} 个{kind['zh']}" for kind, count in there]
    en = [f"{count} {kind['en']}{'s' if count > 1 else ''}" for kind, count in there]
    if named:
        zh.append("成对的姓名列与地址列")
        en.append("names with addresses")
    return {"zh": "、".join(zh), "en": ", ".join(en)}
