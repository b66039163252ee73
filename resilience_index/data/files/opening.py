"""Opening a table of any kind: the kind is told by the bytes of the file, not by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from resilience_index.data.body import Body
from resilience_index.data.cells import CellRules
from resilience_index.data.files.records import Record
from resilience_index.data.files.source import Input, NotUtf8Error, open_source
from resilience_index.data.files.text_file import PathMode, TextFile
from resilience_index.data.layout.columns import Layout
from resilience_index.data.layout.header import Header
from resilience_index.data.privacy import mask
from resilience_index.data.table import Column, Keys, SourceFile
from resilience_index.errors import UnreadableError
from resilience_index.findings import Finding

Found = TypeVar("Found")


class File(Protocol):
    """A file of any kind, open: what the kinds have in common. ``label`` is its name in findings."""

    label: str

    @property
    def shown(self) -> str:
        """Its name in messages about the file as a whole."""

    def header(self, columns: Sequence[Column], keys: Keys) -> Header:
        """The header."""

    def rows(
        self, header: Header, layout: Layout, columns: Sequence[Column], rules: Sequence[CellRules], *, keep_text: bool
    ) -> Body:
        """The rows, with the findings about them."""

    def originals(self, header: Header, layout: Layout) -> Iterator[Record]:
        """Every row as texts, those above the header too."""

    def about(self, header: Header, count: int) -> list[Finding]:
        """Findings about the file as a whole, of which ``count`` rows were read."""

    def described(self, header: Header, headers: dict[str, str], form: str) -> SourceFile:
        """What was read."""


def with_file(
    path: str | Path | Input,
    columns: Sequence[Column],
    keys: Keys,
    use: Callable[[File], Found],
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    label: str | None = None,
    path_mode: PathMode = "auto",
) -> Found:
    """What ``use`` makes of a file; of a text that turns out further on not to be UTF-8, as GB18030.

    ``label`` is the file's name in findings (default: its name without folders, personal numbers masked). By
    ``columns`` and ``keys`` the sheet of a workbook is found. Raises ``UnreadableError`` RI002 to RI007, RI261, RI262
    or RI266, ``UnknownNameError`` RI008 for an encoding that is not known, ``UsageError`` RI263 to RI265 about sheets.
    """
    file = str(path.path if isinstance(path, Input) else path)
    try:
        given = Input.of(path)
        name = label or mask(given.path.name)
        kind = kind_of(given)
        if kind == "xlsx":
            from resilience_index.data.files.sheet_file import SheetFile

            return use(SheetFile(given, name, columns, keys, sheet))
        if kind == "parquet":
            from resilience_index.data.files.parquet import ParquetFile

            return use(ParquetFile(given, name))
        source = open_source(given, encoding)
        try:
            return use(TextFile(source, name, path_mode))
        except NotUtf8Error:
            if source.certain:
                raise UnreadableError("RI006", file=file, encoding=source.encoding) from None
        return use(TextFile(source.as_gb18030(), name, path_mode))
    except OSError as error:
        raise UnreadableError("RI007", file=file, reason=error.strerror or str(error)) from None


def kind_of(given: Input) -> str:
    """The kind of a file by its bytes: xlsx, parquet, or csv for whatever may be text.

    Raises ``UnreadableError`` RI002, RI003, RI007, and RI261 for workbooks of kinds that are not read.
    """
    head, size = given.head()
    if head.startswith(b"PAR1"):
        return "parquet"
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0") or head.lstrip()[:1] == b"<":
        from resilience_index.data.files.workbook import is_workbook

        return "xlsx" if is_workbook(given, head, size) else "csv"
    return "csv"
