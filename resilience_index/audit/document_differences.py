"""Where two PDF files, or two packed JSON values, differ: the page and the object, the path."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any

from resilience_index.audit.differences import Difference, Found, documents, shown

LARGEST = 1 << 28
"""Bytes that are read of a file, or unpacked of it."""
_OBJECT = re.compile(rb"(?:^|[\r\n])([0-9]{1,8}) [0-9]{1,5} obj\b")
_PAGE = re.compile(rb"/Type\s*/Page\b")
_CONTENTS = re.compile(rb"/Contents\s+([0-9]{1,8})\s")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_AROUND = 24


def pdfs(recorded: Path, made: Path) -> Found:
    """Two PDF files, object by object; one that is a page or its content is called by the number of the page.

    Raises ``ValueError`` for a file that is too large or holds no object.
    """
    found = Found()
    first, second = (_objects(path) for path in (recorded, made))
    pages = _pages(second)
    for name in sorted({*first, *second}, key=lambda name: (len(name), name)):
        old, new = first.get(name), second.get(name)
        if old != new:
            place = f"page {pages[name]}, object {name}" if name in pages else f"object {name}" if name else "frame"
            found.add(Difference(place, *_apart(old, new)))
    if not found.count and recorded.read_bytes() != made.read_bytes():  # objects doubled, or in another order
        found.add(Difference("frame", shown(str(len(first))), shown(str(len(second)))))
    return found


def _objects(path: Path) -> dict[str, bytes]:
    """The objects by number, and what stands around them under the empty name."""
    if path.stat().st_size > LARGEST:
        raise ValueError(path)
    content = path.read_bytes()
    starts = list(_OBJECT.finditer(content))
    if not starts:
        raise ValueError(path)
    found: dict[str, bytes] = {}
    frame = [content[: starts[0].start()]]
    for start, following in zip_longest(starts, starts[1:]):
        end = len(content) if following is None else following.start()
        body = content[start.end() : end]
        inside, _, after = body.rpartition(b"endobj") if b"endobj" in body else (body, b"", b"")
        name = start[1].decode("ascii")
        found[name] = found.get(name, b"") + inside  # a number that is given twice is the sum of both
        frame.append(after)
    found[""] = b"".join(frame)
    return found


def _pages(objects: dict[str, bytes]) -> dict[str, int]:
    """The numbers of pages by the objects that are pages or their contents."""
    found: dict[str, int] = {}
    pages = [name for name, body in objects.items() if name and _PAGE.search(body[:4096])]
    for number, name in enumerate(sorted(pages, key=int), 1):
        found[name] = number
        for contents in _CONTENTS.finditer(objects[name]):
            found.setdefault(contents[1].decode("ascii"), number)
    return found


def _apart(old: bytes | None, new: bytes | None) -> tuple[str, str]:
    """What both have at the first byte that differs; of compressed content what is packed in it."""
    if old is None or new is None:
        return tuple(shown(None if side is None else f"{len(side)} bytes") for side in (old, new))  # type: ignore[return-value]
    first, second = _unpacked(old), _unpacked(new)
    if first == second:
        first, second = old, new
    pairs = zip(first, second, strict=False)
    at = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(first), len(second)))
    before, after = (side[max(0, at - _AROUND) : at + _AROUND].decode("latin-1") for side in (first, second))
    return shown(before), shown(after)


def _unpacked(body: bytes) -> bytes:
    stream = _STREAM.search(body)
    if stream is None or b"FlateDecode" not in body[: stream.start()]:
        return body
    try:
        return zlib.decompressobj().decompress(stream[1], LARGEST)
    except zlib.error:
        return body


def packed_json(path: Path) -> Any:
    """The JSON value of a file, unpacked where it is a gzip. Raises ``ValueError`` or ``OSError``."""
    with path.open("rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
        stream.seek(0)
        try:
            content = gzip.GzipFile(fileobj=stream).read(LARGEST + 1) if packed else stream.read(LARGEST + 1)
        except (EOFError, zlib.error) as error:
            raise ValueError(str(error)) from error
    if len(content) > LARGEST:
        raise ValueError(path)
    return json.loads(content)


def json_files(
    recorded: Path, made: Path, *, exact: bool = False, read_as: Callable[[Any], Any] | None = None
) -> Found:
    """Two files of JSON, plain or packed; ``read_as`` makes of them what they stand for, which is compared first.

    Where that is the same the files are compared as they are. Raises ``ValueError``, and what ``read_as`` raises.
    """
    old, new = (packed_json(path) for path in (recorded, made))
    if read_as is not None:
        found = documents(read_as(old), read_as(new), exact=exact)
        if found.count or found.near:
            return found
    return documents(old, new, exact=exact)
