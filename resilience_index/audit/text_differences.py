"""Where two texts differ: the line, or only the form in which they are written."""

from __future__ import annotations

import codecs
from itertools import zip_longest
from pathlib import Path

from resilience_index.audit.found import ABSENT, Difference, Found, around, near, shown

_BLOCK = 1 << 20


def texts(recorded: Path, made: Path, *, exact: bool = True) -> Found:
    """Two texts, line by line; of such as differ in the byte order mark or line ends only, that.

    Not ``exact``: lines that are the same but for numbers within the tolerance are near.
    """
    found = Found(exact)
    both = [path.read_bytes() for path in (recorded, made)]
    if both[0] != both[1] and _plain(both[0]) == _plain(both[1]):
        add_form(found, recorded, made)
        return found
    first, second = (content.decode("utf-8", "backslashreplace").split("\n") for content in both)
    for number, (old, new) in enumerate(zip_longest(first, second), 1):
        if old != new:
            _line(found, number, old, new)
    return found


def _line(found: Found, number: int, old: str | None, new: str | None) -> None:
    if old is None or new is None:
        said, now = (shown(None if text is None else text[:40]) for text in (old, new))
    elif not found.exact and (close := near(old, new)) is not None:
        found.add_near(close)
        return
    else:
        said, now = around(old, new, exact=found.exact)
    found.add(Difference(f"line {number}", said, now, line=number))


def _plain(content: bytes) -> bytes:
    """The text without its byte order mark, its lines ended in one way."""
    return content.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def add_form(found: Found, recorded: Path, made: Path) -> None:
    """Count what differs in the form of two texts that say the same: the byte order mark, the ends of lines."""
    old, new = _form(recorded), _form(made)
    for place, said, now in zip(("byte order mark", "line ends"), old, new, strict=True):
        if said != now:
            found.add(Difference(place, said, now))


def _form(path: Path) -> tuple[str, str]:
    """The byte order mark of a text and how many lines end how, as they are shown."""
    marked, counts = False, {"CRLF": 0, "LF": 0, "CR": 0}
    with path.open("rb") as stream:
        marked = stream.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8
        stream.seek(0)
        held = b""
        while block := stream.read(_BLOCK):
            block = held + block
            held = b"\r" if block.endswith(b"\r") else b""  # the other half may stand in the next block
            _count(counts, block[: len(block) - len(held)])
        _count(counts, held)
    ends = ", ".join(f"{name} × {count}" for name, count in counts.items() if count)
    return codecs.BOM_UTF8.hex(" ").upper() if marked else ABSENT, ends or ABSENT


def _count(counts: dict[str, int], block: bytes) -> None:
    both = block.count(b"\r\n")
    counts["CRLF"] += both
    counts["LF"] += block.count(b"\n") - both
    counts["CR"] += block.count(b"\r") - both
