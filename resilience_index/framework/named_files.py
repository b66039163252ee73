"""Files that a file names: what is wrong with the name is told at the line where it stands."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from resilience_index.errors import ResilienceError, UnknownNameError, UnreadableError
from resilience_index.framework.yaml_strict import Document, Steps

# What is wrong with the name itself; what is wrong inside the file is told with the place there.
_ABOUT_NAMES = ("RI003", "RI007", "RI008", "RI028")


@contextlib.contextmanager
def named_at(document: Document, path: Steps) -> Iterator[None]:
    """Errors about a file (or framework) that is named at ``path`` of a document point there.

    A missing file becomes ``UnreadableError`` RI281. All other errors pass unchanged.
    """
    try:
        yield
    except (UnreadableError, UnknownNameError) as error:
        raise _placed(error, document, path) from error


def _placed(error: ResilienceError, document: Document, path: Steps) -> ResilienceError:
    where = document.location(path)
    line = document.source_line(where)
    if error.code == "RI002":
        file = Path(str(error.params["file"])).as_posix()
        key = next(str(step) for step in reversed(path) if isinstance(step, str))
        return UnreadableError(
            "RI281", where=where, source_line=line, key=key, file=file, hint=error.params.get("hint", "")
        )
    if error.code in _ABOUT_NAMES:
        error.where = where
        error.params = {**error.params, "source_line": line}
    return error
