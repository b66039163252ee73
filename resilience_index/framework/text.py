"""Reading whole small files (YAML) with the errors a user can act on."""

from __future__ import annotations

import difflib
import stat
from pathlib import Path

from resilience_index.errors import UnreadableError
from resilience_index.findings import Location, did_you_mean

_MAGIC = {
    b"PK\x03\x04": "ZIP / XLSX / DOCX", b"\xd0\xcf\x11\xe0": "XLS / DOC", b"PAR1": "Parquet",
    b"%PDF": "PDF", b"\x89PNG": "PNG", b"\x1f\x8b": "gzip",
}  # fmt: skip
NUL_BYTES = {"en": "it holds NUL bytes", "zh": "含 NUL 字节"}


def read_bytes(path: Path, limit: int, label: str | None = None) -> bytes:
    """Return the content of a text file of at most ``limit`` bytes.

    Raises ``UnreadableError``: RI002 missing, RI003 a folder, RI004 empty, RI005 binary, RI007 not
    permitted, RI108 too large.
    """
    file = label or str(path)
    where = Location(file)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableError("RI003", where=where, file=file)
        size = status.st_size
        if size <= limit:
            with path.open("rb") as stream:
                # Devices and pipes say that they are empty: what is read is bounded as well.
                content = stream.read(limit + 1)
            size = max(size, len(content))
    except FileNotFoundError as error:
        raise UnreadableError("RI002", where=where, file=file, hint=sibling_hint(path)) from error
    except OSError as error:
        raise UnreadableError("RI007", where=where, file=file, reason=error.strerror or str(error)) from error
    except ValueError as error:  # a NUL character in the name
        raise UnreadableError("RI007", where=where, file=file, reason=str(error)) from error
    if size > limit:
        raise UnreadableError("RI108", where=where, file=file, size=size, limit=limit)
    if not content.strip():
        raise UnreadableError("RI004", where=where, file=file)
    for magic, kind in _MAGIC.items():
        if content.startswith(magic):
            raise UnreadableError("RI005", where=where, file=file, kind=kind)
    if b"\0" in content[:65536]:
        raise UnreadableError("RI005", where=where, file=file, kind=NUL_BYTES)
    return content


def sibling_hint(path: Path) -> dict[str, str]:
    """A did-you-mean among the files beside a missing one."""
    try:
        names = sorted(item.name for item in path.parent.iterdir())
    except OSError:
        names = []
    matches = difflib.get_close_matches(path.name, names, n=1, cutoff=0.6)
    return did_you_mean(matches[0] if matches else None)
