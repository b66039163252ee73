"""Files a command writes where the user says: never over another one unasked, and never half."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from resilience_index.errors import UsageError
from resilience_index.findings import Location


def claim(path: Path, *, force: bool) -> None:
    """Refuse a folder, and a file that is there unless ``force`` is set: somebody may have filled it in.

    Raises ``UsageError`` RI003, RI015, and RI010 for a name that no file can have.
    """
    from resilience_index.runs.folder import refuse_name

    refuse_name(path)
    if path.is_dir():
        raise UsageError("RI003", where=Location(str(path)), file=str(path))
    if path.is_file() and not force:
        raise UsageError("RI015", where=Location(str(path)), file=str(path.parent), names=[path.name])


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Tell a fault of the system while ``path`` is written: ``UsageError`` RI010."""
    try:
        yield
    except OSError as error:
        from resilience_index.runs.folder import cannot_write

        raise cannot_write(path, error) from error
