"""A run as a ZIP archive: packed so that the same files are the same bytes, unpacked so that nothing escapes.

Members are stored, not compressed: the bytes then depend on no compression library, and nothing swells when it is
unpacked. Archives that another program has packed are read within limits.
"""

from __future__ import annotations

import contextlib
import hashlib
import stat
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from resilience_index.errors import InputError, UnreadableError
from resilience_index.files import write_atomic
from resilience_index.findings import Finding, Location

MAX_MEMBERS = 10_000
MAX_NAME = 200
MAX_RATIO = 200
FREE = 64 << 20
"""Bytes that an archive of any size may hold; beyond, ``MAX_RATIO`` times its own size."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_BLOCK = 1 << 20
_ENCRYPTED = 0x1
_LARGE = 1 << 31
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError)

_REASONS = {
    "name": {"zh": "名称可能指向文件夹之外，或系统之间含义不同", "en": "its name may lead out of the folder"},
    "kind": {"zh": "不是普通文件", "en": "it is no regular file"},
    "encrypted": {"zh": "已加密", "en": "it is encrypted"},
    "method": {"zh": "压缩方法未知", "en": "its compression method is not known"},
    "double": {"zh": "名称重复（不分大小写）", "en": "another member has its name (in whatever case)"},
    "many": {"zh": f"成员多于 {MAX_MEMBERS} 个", "en": f"there are more than {MAX_MEMBERS} members"},
    "large": {"zh": "解压后过大", "en": "unpacked it is too large"},
    "broken": {"zh": "内容与校验和不符", "en": "its content does not fit its checksum"},
}


def is_archive(path: Path) -> bool:
    """Whether a path is a file that begins as ZIP archives do."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except (OSError, ValueError):
        return False


# --- packing


def pack(folder: Path, names: Sequence[str], destination: Path) -> None:
    """Pack the files ``names`` of a folder. Raises ``OSError`` as the system does."""

    def write(stream: IO[bytes]) -> None:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted(names):
                path = folder / name
                info = zipfile.ZipInfo(name, _EPOCH)
                info.create_system = 3  # the same on every system
                info.external_attr = (stat.S_IFREG | 0o644) << 16
                large = path.stat().st_size >= _LARGE
                with path.open("rb") as source, archive.open(info, "w", force_zip64=large) as member:
                    while block := source.read(_BLOCK):
                        member.write(block)

    write_atomic(destination, write)


# --- unpacking


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Path]:
    """The folder of a run: the path itself, or what an archive holds, unpacked into a temporary folder.

    Raises as ``unpack`` does.
    """
    if not is_archive(path):
        yield path
        return
    with tempfile.TemporaryDirectory() as scratch:
        unpack(path, Path(scratch))
        yield Path(scratch)


def safe_name(name: str) -> bool:
    """Whether a name stays inside the folder it is unpacked to, on every system."""
    parts = name.split("/")
    return (
        len(name) <= MAX_NAME
        and name.isprintable()
        and not set(name) & set('\\:*?"<>|')
        and all(part and part.strip(" ") == part and not part.endswith(".") for part in parts)
    )


def unpack(path: Path, folder: Path) -> list[str]:
    """Unpack an archive into an empty folder; the names of its members, in order.

    Everything about the members is checked before the first byte is written. Raises ``UnreadableError`` RI562 for a
    file that is no archive, ``InputError`` RI563 with every member that is refused.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not _plain_folder(info)]
            refused = _refused(path, members)
            if refused:
                raise InputError(refused)
            findings = []
            for info in members:
                why = _extract(archive, info, folder / info.filename)
                if why is not None:
                    findings.append(_finding(path, info.filename, why))
            if findings:
                raise InputError(findings)
            return [info.filename for info in members]
    except (*_BROKEN, OSError) as error:
        reason = str(error) or type(error).__name__
        raise UnreadableError("RI562", where=Location(str(path)), file=str(path), reason=reason) from error


def _plain_folder(info: zipfile.ZipInfo) -> bool:
    """An entry for a folder, as other programs write them: it holds nothing and creates nothing here."""
    # The library asks for the last letter of the name, and there may be none.
    return info.filename.endswith("/") and info.file_size == 0 and safe_name(info.filename.rstrip("/"))


def _refused(path: Path, members: Sequence[zipfile.ZipInfo]) -> list[Finding]:
    if len(members) > MAX_MEMBERS:
        return [_finding(path, members[MAX_MEMBERS].filename, "many")]
    found, seen = [], set()
    room = FREE + MAX_RATIO * path.stat().st_size
    for info in members:
        room -= info.file_size
        folded = unicodedata.normalize("NFC", info.filename).casefold()
        why = _why_not(info) or ("double" if folded in seen else "large" if room < 0 else None)
        if why is not None:
            found.append(_finding(path, info.filename, why))
        seen.add(folded)
    return found


def _why_not(info: zipfile.ZipInfo) -> str | None:
    mode = info.external_attr >> 16
    # The name as it stands in the archive: the library shortens it at a NUL.
    if not safe_name(info.filename) or info.orig_filename != info.filename:
        return "name"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "kind"
    if info.flag_bits & _ENCRYPTED:
        return "encrypted"
    return None if info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) else "method"


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, destination: Path) -> str | None:
    """Write a member, never more bytes than it declares; why that failed, if it did."""
    left = info.file_size
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(info) as source, destination.open("xb") as target:
            while block := source.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    return "large"
                target.write(block)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        return "double"
    except _BROKEN:
        return "broken"
    return None if left == 0 else "broken"


def _finding(path: Path, member: str, why: str) -> Finding:
    return Finding("RI563", Location(str(path)), {"file": str(path), "member": member, "reason": _REASONS[why]})


def packed_by_others(path: Path, folder: Path) -> list[Finding]:
    """RI590 where an archive is not the one that its unpacked members give: no byte of it goes unnoticed."""
    names = [item.relative_to(folder).as_posix() for item in folder.rglob("*") if item.is_file()]
    with tempfile.TemporaryDirectory() as scratch:
        again = Path(scratch, "again.zip")
        pack(folder, names, again)
        same = _digest(again) == _digest(path)
    return [] if same else [Finding("RI590", Location(str(path)), {"file": str(path)})]


def _digest(path: Path) -> bytes:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()
