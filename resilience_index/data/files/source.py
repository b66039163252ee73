"""The bytes of a table: opening the file, finding its encoding, its checksum.

Whatever the file's encoding, the readers get UTF-8: straight from the file when that is what it
holds, from memory otherwise. Nothing is ever decoded with replacement characters: a file decodes
wholly or is refused.
"""

from __future__ import annotations

import codecs
import difflib
import functools
import hashlib
import io
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from resilience_index.errors import UnknownNameError, UnreadableError
from resilience_index.findings import did_you_mean
from resilience_index.framework.text import NUL_BYTES, sibling_hint

HEAD = 1 << 20
# Below this a file is read whole at once: its encoding is then known for sure before parsing.
SMALL = 8 << 20
_BLOCK = 1 << 20

# GB18030 decodes every GBK and GB 2312 file, and agrees between systems about the dashes.
_ENCODINGS = {
    "utf8": "utf-8",
    "utf8sig": "utf-8",
    "utf16": "utf-16",
    "utf16le": "utf-16",
    "utf16be": "utf-16",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp936": "gb18030",
    "ansi": "gb18030",
    "big5": "big5",
    "cp950": "big5",
    "cp1252": "cp1252",
    "latin1": "cp1252",
    "iso88591": "cp1252",
}
KNOWN_ENCODINGS = ("utf-8", "utf-16", "gb18030", "gbk", "big5", "cp1252")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MAGIC = (
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"PAR1", "Parquet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLS"),
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip"),
)

STREAM = "-"
"""The name of the standard input where a file is named."""


@dataclass(frozen=True)
class Input:
    """A file to read, by its path; or its bytes, where they came from a stream and cannot be read twice."""

    path: Path
    content: bytes | None = None

    @classmethod
    def of(cls, given: str | Path | Input) -> Input:
        """Take what callers name a file by; ``-`` is read from the standard input, at once and whole."""
        if isinstance(given, Input):
            return given
        if str(given) != STREAM:
            return cls(Path(given))
        return cls(Path(STREAM), _read_stream(sys.stdin.buffer))

    def head(self) -> tuple[bytes, int]:
        """The first bytes (all of a small file) and the size.

        Raises ``UnreadableError`` RI002, RI003 or RI007.
        """
        if self.content is not None:
            return self.content, len(self.content)
        return _read_head(self.path)

    def whole(self) -> bytes:
        """All bytes. Raises ``UnreadableError`` RI007."""
        if self.content is not None:
            return self.content
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise _unreadable(self.path, error) from None


@functools.lru_cache(maxsize=1)
def _read_stream(stream: IO[bytes]) -> bytes:
    """All of a stream. It can be read once only, and a run may need it for several frameworks."""
    return stream.read()


class NotUtf8Error(Exception):
    """A file taken for UTF-8 by its beginning is not UTF-8 further on. Never leaves this room."""


@dataclass(frozen=True)
class Note:
    """Something to tell about the encoding: a finding code and the parameters of its message."""

    code: str
    params: dict[str, str]


class Hasher(threading.Thread):
    """Computes the SHA-256 of a file in the background; hashing does not hold the GIL.

    It is made before the file is read and started when it has been read, so as not to slow the reading
    down: what the system says of the file must be the same before, after the reading, and after the hashing.
    """

    def __init__(self, path: Path, whole: bytes | None) -> None:
        super().__init__(name="sha256", daemon=True)
        self._before = self._after = None if whole is not None else _fingerprint(path)
        self._path = path
        self._whole = whole
        self._digest = hashlib.sha256()
        self._size = 0
        self._error: OSError | None = None

    def run(self) -> None:
        """Read the file once through, unless its bytes are at hand."""
        if self._whole is not None:
            self._digest.update(self._whole)
            self._size = len(self._whole)
            return
        buffer = bytearray(_BLOCK)
        view = memoryview(buffer)
        try:
            with self._path.open("rb", buffering=0) as stream:
                while count := stream.readinto(buffer):
                    self._digest.update(view[:count])
                    self._size += count
        except OSError as error:
            self._error = error
        self._after = None if self._before is None else _fingerprint(self._path)

    def begin(self, expected: int) -> Callable[[], str]:
        """Start, now that the file has been read; return what waits for the digest in hex.

        Both raise ``UnreadableError`` RI007 when the file changed or is not ``expected`` bytes long.
        """
        self._check(None if self._before is None else _fingerprint(self._path))
        self.start()

        def digest() -> str:
            self.join()
            if self._error is not None:
                raise _unreadable(self._path, self._error)
            self._check(self._after, changed=self._size != expected)
            return self._digest.hexdigest()

        return digest

    def _check(self, now: tuple[int, int, int] | None, *, changed: bool = False) -> None:
        if changed or self._before != now:
            reason = {"en": "it changed while it was being read", "zh": "读取过程中文件发生了变化"}
            raise UnreadableError("RI007", file=str(self._path), reason=reason)


def _fingerprint(path: Path) -> tuple[int, int, int] | None:
    """What changes with a file: its size, time of change and number on the disk; None where the system does not say."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


class Piece(NamedTuple):
    """Bytes of a file: those of ``held`` from ``start`` to ``end``."""

    held: bytes | bytearray
    start: int
    end: int


@dataclass
class Source:
    """A readable table as UTF-8 bytes.

    ``data`` holds all of them when they are in memory, otherwise they are the file's bytes from
    ``start`` on. ``encoding`` is the file's own. ``certain`` is false while only the beginning of
    the file is known to be UTF-8.
    """

    path: Path
    encoding: str
    size: int
    head: bytes
    start: int = 0
    data: bytes | None = None
    certain: bool = True
    notes: tuple[Note, ...] = ()
    hasher: Hasher | None = None

    @property
    def end(self) -> int:
        """The position after the last byte, on the scale of ``start``."""
        return self.size if self.data is None else len(self.data)

    def blocks(self, start: int, end: int, size: int = _BLOCK) -> Iterator[bytes]:
        """The bytes from start to end, in blocks."""
        if self.data is not None:
            for at in range(start, end, size):
                yield self.data[at : min(at + size, end)]
            return
        with self.path.open("rb", buffering=0) as stream:
            stream.seek(start)
            while start < end and (block := stream.read(min(size, end - start))):
                start += len(block)
                yield block

    def piece(self, start: int, end: int, room: bytearray) -> Piece:
        """The bytes from start to end, at once; in ``room``, which holds as many, unless they are in memory."""
        if self.data is not None:
            return Piece(self.data, start, end)
        view, filled = memoryview(room)[: end - start], 0
        with self.path.open("rb", buffering=0) as stream:
            stream.seek(start)
            while filled < len(view) and (count := stream.readinto(view[filled:])):
                filled += count
        return Piece(room, 0, filled)

    def text(self) -> IO[str]:
        """The whole table as a text stream that keeps line ends as they are, for the csv module."""
        stream: IO[bytes] = self.path.open("rb") if self.data is None else io.BytesIO(self.data)
        stream.seek(self.start)
        return io.TextIOWrapper(stream, encoding="utf-8", errors="strict", newline="")

    def sha256(self) -> Callable[[], str]:
        """Begin with the checksum of the file on disk, once it has been read; returns what waits for it, in hex."""
        if self.hasher is None:
            raise AssertionError
        return self.hasher.begin(self.size)

    def as_gb18030(self) -> Source:
        """The same file as GB18030, after it turned out not to be UTF-8; UnreadableError if it is not."""
        whole = self.data if self.start == 0 else None
        source = _transcode(self.path, "gb18030", self.size, self.hasher, whole)
        source.notes = (Note("RI203", {}),)
        return source


def open_source(given: Path | Input, encoding: str | None) -> Source:
    """Open a CSV file.

    ``encoding`` is what the user declares; None: found out. Raises UnreadableError for a file that
    is missing, a folder, empty, binary, undecodable or not permitted, UnknownNameError for an
    encoding that is not known.
    """
    declared = None if encoding is None else _known(encoding)
    given = Input.of(given)
    path = given.path
    head, size = given.head()
    _refuse_binary(path, head, size)
    hasher = Hasher(path, _whole(head, size))
    for mark, found in _MARKS:
        if head.startswith(mark):
            source = _marked(path, found, head, size, hasher)
            if declared not in {None, found}:
                source.notes += (Note("RI204", {"declared": str(encoding), "found": found}),)
            return source
    if b"\0" in head and declared != "utf-16":
        raise UnreadableError("RI005", file=str(path), kind=NUL_BYTES)
    if declared is None:
        return _detected(path, head, size, hasher)
    if declared != "utf-8":
        source = _transcode(path, declared, size, hasher, _whole(head, size))
        if not head.isascii() and _decodes(head, size, "utf-8"):
            source.notes = (Note("RI205", {"used": str(encoding), "other": "utf-8"}),)
        return source
    if not _decodes(head, size, "utf-8"):
        raise UnreadableError("RI006", file=str(path), encoding="utf-8")
    return Source(path, "utf-8", size, head, data=_whole(head, size), hasher=hasher)


def _known(encoding: str) -> str:
    plain = "".join(char for char in encoding.casefold() if char.isalnum())
    if plain not in _ENCODINGS:
        near = difflib.get_close_matches(encoding.casefold(), KNOWN_ENCODINGS, 1)
        raise UnknownNameError(
            "RI008",
            kind={"en": "encoding", "zh": "编码"},
            name=encoding,
            suggestion=did_you_mean(near[0] if near else None),
            known=list(KNOWN_ENCODINGS),
        )
    return _ENCODINGS[plain]


def _read_head(path: Path) -> tuple[bytes, int]:
    try:
        if path.is_dir():
            raise UnreadableError("RI003", file=str(path))
        size = path.stat().st_size
        with path.open("rb") as stream:
            return stream.read(size if size <= SMALL else HEAD), size
    except FileNotFoundError:
        raise UnreadableError("RI002", file=str(path), hint=sibling_hint(path)) from None
    except OSError as error:
        raise _unreadable(path, error) from None
    except ValueError as error:  # a NUL character in the name
        raise UnreadableError("RI007", file=str(path), reason=str(error)) from None


def _unreadable(path: Path, error: OSError) -> UnreadableError:
    return UnreadableError("RI007", file=str(path), reason=error.strerror or type(error).__name__)


def _refuse_binary(path: Path, head: bytes, size: int) -> None:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            raise UnreadableError("RI005", file=str(path), kind=kind)
    if size <= SMALL and not head.removeprefix(codecs.BOM_UTF8).strip():
        raise UnreadableError("RI004", file=str(path))


def _marked(path: Path, found: str, head: bytes, size: int, hasher: Hasher) -> Source:
    """A file that begins with a byte order mark, which settles its encoding."""
    if found == "utf-16":
        return _transcode(path, "utf-16", size, hasher, _whole(head, size))
    if not _decodes(head, size, "utf-8"):
        raise UnreadableError("RI006", file=str(path), encoding="utf-8")
    if b"\0" in head:
        raise UnreadableError("RI005", file=str(path), kind=NUL_BYTES)
    return Source(path, "utf-8-sig", size, head, len(codecs.BOM_UTF8), _whole(head, size), hasher=hasher)


def _detected(path: Path, head: bytes, size: int, hasher: Hasher) -> Source:
    """A file without mark or declaration: UTF-8 if it is valid UTF-8, else GB18030, else refused."""
    if not _decodes(head, size, "utf-8"):
        source = _transcode(path, "gb18030", size, hasher, _whole(head, size))
        source.notes = (Note("RI203", {}),)
        return source
    notes: tuple[Note, ...] = ()
    if not head.isascii() and _decodes(head, size, "gb18030"):
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
        # Chinese in UTF-8 takes three bytes. Only two-byte letters (é, Ж) may be a few GBK
        # characters whose bytes happen to be valid UTF-8.
        if max(text) < "\u0800":
            notes = (Note("RI205", {"used": "utf-8", "other": "gb18030"}),)
    certain = size <= len(head)
    return Source(path, "utf-8", size, head, 0, _whole(head, size), certain, notes, hasher)


def _whole(head: bytes, size: int) -> bytes | None:
    return head if len(head) >= size else None


def _decodes(head: bytes, size: int, encoding: str) -> bool:
    """Whether the head is valid in that encoding; a character cut off at its end is not held against it."""
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(head, final=size <= len(head))
    except UnicodeDecodeError:
        return False
    return True


def _transcode(path: Path, encoding: str, size: int, hasher: Hasher | None, whole: bytes | None) -> Source:
    """The whole file as UTF-8 in memory, read block by block unless its bytes are at hand.

    Raises ``UnreadableError`` RI006 if a byte does not fit.
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    out = io.BytesIO()
    try:
        with path.open("rb") if whole is None else io.BytesIO(whole) as stream:
            while block := stream.read(_BLOCK):
                out.write(decoder.decode(block).encode("utf-8"))
        out.write(decoder.decode(b"", final=True).encode("utf-8"))
    except OSError as error:
        raise _unreadable(path, error) from None
    except UnicodeError:
        raise UnreadableError("RI006", file=str(path), encoding=encoding) from None
    data = out.getvalue()
    if b"\0" in data:
        raise UnreadableError("RI005", file=str(path), kind=NUL_BYTES)
    if not data.strip():
        raise UnreadableError("RI004", file=str(path))
    return Source(path, encoding, size, data[:HEAD], data=data, hasher=hasher)
