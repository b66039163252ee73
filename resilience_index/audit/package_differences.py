"""Where two workbooks or Word documents differ: the sheet and the cell, the paragraph, else the part."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from resilience_index.audit.found import Difference, Found, Near, around, first_apart, near, shown, without_near
from resilience_index.audit.workbook_cells import Book, Cell
from resilience_index.data.cells import show

LARGEST = 1 << 28
"""Bytes that the parts of a package may have together."""
_WORKBOOK = "xl/workbook.xml"
_MANY = 10_000
_CELL = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"')
_SHARED = re.compile(rb'(<c [^<>]{0,99}\bt="s"[^<>]{0,99}><v>)[0-9]+(?=</v>)')
_PARAGRAPH = re.compile(rb"<w:p[ >]")
_NONE = Cell("text", "", None)


def packages(recorded: Path, made: Path, *, exact: bool = True) -> Found:
    """Two workbooks or Word documents.

    Of workbooks the cells that differ, by sheet and place; the parts only where all cells are the same. Else the part
    that differs, and the first cell or paragraph in it. Not ``exact``: cells and parts that are the same but for
    numbers within the tolerance are near. Raises ``ValueError`` for what is no package.
    """
    try:
        first, second = _parts(recorded), _parts(made)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ValueError(str(error)) from error
    found, sheets, shared = Found(exact), frozenset[str](), None
    if _WORKBOOK in first and _WORKBOOK in second and first != second:
        try:
            wanted = Book(made)
            given = Book(recorded, _MANY + 2 * len(wanted.texts))
            sheets, shared = _compare_cells(found, given, wanted)
        except ValueError:  # nothing is known of the cells: the parts say where
            found = Found(exact)
    if not found.count:
        _compare_parts(found, first, second, sheets, shared)
    return found


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        if sum(info.file_size for info in archive.infolist()) > LARGEST:
            raise ValueError(path)
        return {info.filename: archive.read(info) for info in archive.infolist()}


# --- cells


def _compare_cells(found: Found, recorded: Book, made: Book) -> tuple[frozenset[str], str | None]:
    """Count the cells that differ; the parts of the sheets that were compared, and the part of the shared texts."""
    for old, new in _pairs(list(recorded.parts), list(made.parts)):
        if old is None or new is None:
            found.add(Difference(show(new or old or ""), shown(old), shown(new)))
            continue
        if old != new:
            found.add(Difference(show(new), shown(old), shown(new)))
        if recorded.texts == made.texts and recorded.content(old) == made.content(new):
            continue
        cells = made.cells(new)
        _compare_sheet(found, new, recorded.cells(old, _MANY + 2 * len(cells)), cells)
    return frozenset(made.parts.values()), made.shared_part


def _pairs(old: list[str], new: list[str]) -> Iterator[tuple[str | None, str | None]]:
    """The sheets by their titles; those that only one side has in their order, where there are as many."""
    gone, more = [name for name in old if name not in new], [name for name in new if name not in old]
    renamed = dict(zip(more, gone, strict=True)) if len(gone) == len(more) else {}
    for name in new:
        yield (name if name in old else renamed.get(name)), name
    if not renamed:
        for name in gone:
            yield name, None


def _compare_sheet(found: Found, title: str, old: Mapping[str, Cell], new: Mapping[str, Cell]) -> None:
    if old == new:
        return
    for place in sorted({*old, *new}, key=_row_and_column):
        first, second = old.get(place, _NONE), new.get(place, _NONE)
        if first != second:
            _compare_cell(found, f"{show(title)}!{place}", first, second)


def _row_and_column(place: str) -> tuple[int, int, str]:
    letters = place.rstrip("0123456789")
    return int(place[len(letters) :]), len(letters), letters


def _compare_cell(found: Found, place: str, old: Cell, new: Cell) -> None:
    same = old.formula == new.formula
    if same and old.kind == new.kind == "number" and (number := _number(old)) is not None and number == _number(new):
        return  # 1 and 1.0: the part says how it is written
    if not found.exact and (close := _near(old, new)) is not None:
        for one in close:
            found.add_near(one)
        return
    said = [cell.value if same or cell.formula is None else f"={cell.formula}" for cell in (old, new)]
    if said[0] == said[1]:  # a number and a text that looks like it
        said = [f'"{text}"' if cell.kind == "text" else text for cell, text in zip((old, new), said, strict=True)]
    found.add(Difference(place, *_shown(*said)))


def _near(old: Cell, new: Cell) -> list[Near] | None:
    """What is near in two cells that differ in numbers within the tolerance only."""
    if old.kind != new.kind or (old.formula is None) != (new.formula is None):
        return None
    found = []
    for first, second in ((old.value, new.value), (old.formula or "", new.formula or "")):
        if first != second:
            if (close := near(first, second)) is None:
                return None
            found.append(close)
    return found


def _number(cell: Cell) -> float | None:
    try:
        return float(cell.value)
    except ValueError:
        return None


def _shown(old: str, new: str) -> tuple[str, str]:
    """Both whole where messages have room for them, else what stands around the first letter that differs."""
    first, second = (shown(text or None) for text in (old, new))
    if first != second:
        return first, second
    at = max(0, first_apart(old, new) - 20)
    said = [shown(("…" if at else "") + text[at : at + 40] or None) for text in (old, new)]
    return said[0], said[1]


# --- parts


def _compare_parts(
    found: Found, first: Mapping[str, bytes], second: Mapping[str, bytes], sheets: frozenset[str], shared: str | None
) -> None:
    """Count the parts that differ; the texts that cells share only where nothing else does."""
    counted = found.near
    names = sorted({*first, *second}, key=lambda name: (name == shared, name))
    for name in names:
        if name == shared and found.count:
            break
        old, new = first.get(name), second.get(name)
        if old is None or new is None:
            said, now = (shown(None if part is None else name) for part in (old, new))
            found.add(Difference(show(name), said, now))
        elif old != new and not (name in sheets and _SHARED.sub(rb"\1", old) == _SHARED.sub(rb"\1", new)):
            _part(found, name, old, new, told=bool(counted) and (name in sheets or name == shared))


def _part(found: Found, name: str, old: bytes, new: bytes, *, told: bool) -> None:
    """Count a part; ``told``: its near numbers are counted, as those of its cells."""
    aligned = old
    if not found.exact:
        first, second = (part.decode("utf-8", "surrogateescape") for part in (old, new))
        if (close := near(first, second)) is not None:
            if not told:
                found.add_near(close)
            return
        aligned = without_near(first, second).encode("utf-8", "surrogateescape")
    inside = _first_cell(aligned, new) or _first_paragraph(name, aligned, new)
    place = f"{name} {inside}" if inside else name
    found.add(Difference(show(place), *_around(old, new, exact=found.exact)))


def _first_cell(old: bytes, new: bytes) -> str | None:
    pieces = [_CELL.split(part) for part in (old, new)]
    for position in range(1, min(map(len, pieces)), 2):
        if pieces[0][position : position + 2] != pieces[1][position : position + 2]:
            return pieces[1][position].decode("ascii")
    return None


def _first_paragraph(name: str, old: bytes, new: bytes) -> str | None:
    """The number of the first paragraph that differs, as the parts of a Word document count them."""
    if not name.startswith("word/"):
        return None
    count = len(_PARAGRAPH.findall(new[: first_apart(old, new)]))
    return f"paragraph {count}" if count else None


def _around(old: bytes, new: bytes, *, exact: bool = True) -> tuple[str, str]:
    first, second = (part.decode("utf-8", "backslashreplace") for part in (old, new))
    return around(first, second, exact=exact)
