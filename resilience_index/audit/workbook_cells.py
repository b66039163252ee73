"""The cells of a workbook as they are compared: by sheet and place, with value and formula.

A workbook of a run may come from anywhere: it is read within the limits of ``data.files.package``, and of no sheet more
cells than are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Sized
from pathlib import Path
from typing import NamedTuple

from resilience_index.data.files.package import TOTAL, Attributes, Package, local
from resilience_index.data.files.sheet_marks import sheets
from resilience_index.data.files.sheet_texts import unescaped
from resilience_index.data.layout.columns import letter
from resilience_index.errors import UnreadableError

_PLACE = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_NAMES = {"s": "text", "str": "text", "inlineStr": "text", "b": "truth", "e": "error", "d": "date"}


class Cell(NamedTuple):
    """A cell with a value, a formula or both, as they are stored; its kind is number, text, truth, error or date."""

    kind: str
    value: str
    formula: str | None


class Book:
    """A workbook file.

    Raises ``ValueError`` for what is no sound workbook, or has more than ``limit`` texts that cells share.
    """

    def __init__(self, path: Path, limit: int | None = None) -> None:
        if path.stat().st_size > TOTAL:
            raise ValueError(path)
        try:
            self._package = Package(path.read_bytes(), path.name)
            listed, _, shared = sheets(self._package)
            self.parts = {sheet.name: sheet.part for sheet in listed}
            self.shared_part = shared
            self._texts = _texts(self._package, shared, limit) if shared and shared in self._package else []
        except UnreadableError as error:
            raise ValueError(str(error)) from error
        if len(self.parts) < len(listed):
            raise ValueError("two sheets have one name")

    @property
    def texts(self) -> Sequence[str]:
        """The texts that cells share, by their numbers."""
        return self._texts

    def content(self, sheet: str) -> bytes:
        """The XML of a sheet. Raises ``ValueError``."""
        try:
            return self._package.read(self.parts[sheet])
        except UnreadableError as error:
            raise ValueError(str(error)) from error

    def cells(self, sheet: str, limit: int | None = None) -> dict[str, Cell]:
        """The cells of a sheet by their places, in the order of the file; those that say nothing are left out.

        Raises ``ValueError``, also where there are more than ``limit`` of them.
        """
        work = _Cells(self._texts, limit)
        try:
            self._package.parse(self.parts[sheet], work.start, work.end, work.text)
        except UnreadableError as error:
            raise ValueError(str(error)) from error
        return work.found


def _texts(package: Package, part: str, limit: int | None) -> list[str]:
    found: list[str] = []
    work = _Text()

    def start(tag: str, _: Attributes) -> None:
        if (name := local(tag)) == "si":
            work.pieces = []
        work.start(name)

    def end(tag: str) -> None:
        if (name := local(tag)) == "si":
            _check(found, limit)
            found.append(unescaped("".join(work.pieces)))
        work.end(name)

    package.parse(part, start, end, work.text)
    return found


def _check(found: Sized, limit: int | None) -> None:
    if limit is not None and len(found) >= limit:
        raise ValueError(f"more than {limit} cells or texts")


class _Text:
    """A text of one or several runs; how it is pronounced is no part of it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.inside = False
        self.aside = 0

    def start(self, name: str) -> None:
        self.inside = self.inside or name == "t"
        self.aside += name == "rPh"

    def end(self, name: str) -> None:
        self.inside = self.inside and name != "t"
        self.aside -= name == "rPh"

    def text(self, text: str) -> None:
        if self.inside and not self.aside:
            self.pieces.append(text)


class _Cells:
    def __init__(self, texts: Sequence[str], limit: int | None) -> None:
        self.texts = texts
        self.limit = limit
        self.found: dict[str, Cell] = {}
        self.row, self.column = 0, -1
        self.place = self.type = ""
        self.rich = _Text()
        self.collecting: str | None = None
        self.filled = False  # a formula that stands in full at another cell
        self.pieces: list[str] = []
        self.said: dict[str, str] = {}

    def start(self, tag: str, attributes: Attributes) -> None:
        name = local(tag)
        if self.collecting == "is":
            self.rich.start(name)
        elif name in ("v", "f", "is"):
            self.collecting, self.pieces, self.rich = name, [], _Text()
            self.filled = name == "f" and attributes.get("t") == "shared"
        elif name == "c":
            self.column += 1
            self.place = attributes.get("r") or f"{letter(self.column)}{self.row}"
            self.type, self.said = attributes.get("t", "n"), {}
        elif name == "row":
            given = attributes.get("r", "")
            self.row = int(given) if _PLACE.fullmatch(f"A{given}") else self.row + 1
            self.column = -1

    def text(self, text: str) -> None:
        if self.collecting == "is":
            self.rich.text(text)
        elif self.collecting is not None:
            self.pieces.append(text)

    def end(self, tag: str) -> None:
        name = local(tag)
        if name == "c":
            self._add()
        elif name == self.collecting:
            said = "".join(self.rich.pieces if name == "is" else self.pieces)
            self.said[name] = "…" if self.filled and not said else said
            self.collecting = None
        elif self.collecting == "is":
            self.rich.end(name)

    def _add(self) -> None:
        value, formula = self._value(), self.said.get("f")
        if not value and formula is None:
            return
        if not _PLACE.fullmatch(self.place) or self.place in self.found:
            raise ValueError("a cell stands at no place of its own")
        _check(self.found, self.limit)
        self.found[self.place] = Cell(_NAMES.get(self.type, "number") if value else "text", value, formula)

    def _value(self) -> str:
        stored = self.said.get("is" if self.type == "inlineStr" else "v", "")
        if self.type != "s":
            return unescaped(stored) if self.type in ("str", "inlineStr") else stored.strip()
        number = stored.strip()
        if not (number.isascii() and number.isdigit() and len(number) < 10 and int(number) < len(self.texts)):
            raise ValueError("a cell has a text that is not there")
        return self.texts[int(number)]
