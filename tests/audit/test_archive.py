"""Archives member by member: what is packed to the byte, and every reason for which a member is refused."""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from resilience_index.audit import archive
from resilience_index.errors import InputError, UnreadableError
from resilience_index.findings import Finding, Location

FILE, LINK = stat.S_IFREG, stat.S_IFLNK
REASONS = {
    "name": ("its name may lead out of the folder", "名称可能指向文件夹之外，或系统之间含义不同"),
    "kind": ("it is no regular file", "不是普通文件"),
    "encrypted": ("it is encrypted", "已加密"),
    "method": ("its compression method is not known", "压缩方法未知"),
    "double": ("another member has its name (in whatever case)", "名称重复（不分大小写）"),
    "many": ("there are more than 10000 members", "成员多于 10000 个"),
    "large": ("unpacked it is too large", "解压后过大"),
    "broken": ("its content does not fit its checksum", "内容与校验和不符"),
}


def refused(path: Path, *pairs: tuple[str, str]) -> list[Finding]:
    found = []
    for member, why in pairs:
        en, zh = REASONS[why]
        params = {"file": str(path), "member": member, "reason": {"zh": zh, "en": en}}
        found.append(Finding("RI563", Location(str(path)), params))
    return found


def member(name: str, mode: int = FILE | 0o644, method: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.compress_type = method
    return info


def zipped(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as opened, pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.warn", lambda *_, **__: None)
        for name, content in members:
            opened.writestr(name if isinstance(name, zipfile.ZipInfo) else member(name), content)
    return path


def unpacked(path: Path) -> dict[str, bytes]:
    folder = path.parent / "unpacked"
    folder.mkdir()
    names = archive.unpack(path, folder)
    assert sorted(names) == sorted(item.relative_to(folder).as_posix() for item in folder.rglob("*") if item.is_file())
    return {name: (folder / name).read_bytes() for name in names}


def findings(path: Path) -> list[Finding]:
    folder = path.parent / "unpacked"
    folder.mkdir(exist_ok=True)
    with pytest.raises(InputError) as caught:
        archive.unpack(path, folder)
    return list(caught.value.findings)


# --- which files are archives


@pytest.mark.parametrize(
    ("content", "found"),
    [(b"PK\x03\x04", True), (b"PK\x03\x04 and more", True), (b"PK\x05\x06" + bytes(18), True), (b"PK\x01\x02", False),
     (b"PK\x03", False), (b"", False), (b" PK\x03\x04", False)],
)  # fmt: skip
def test_what_is_an_archive(content: bytes, found: bool, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(content)
    assert archive.is_archive(tmp_path / "x") is found


def test_what_cannot_be_read_is_no_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert archive.is_archive(tmp_path) is False
    assert archive.is_archive(tmp_path / "none") is False
    assert archive.is_archive(Path("a\0b")) is False
    path = zipped(tmp_path / "x.zip", ("a", b"1"))
    for error in (PermissionError("no"), ValueError("no")):
        monkeypatch.setattr(Path, "open", lambda *_, error=error: (_ for _ in ()).throw(error))
        assert archive.is_archive(path) is False


# --- packing


@pytest.mark.parametrize("block", [1, 4, 1 << 20])
def test_packed_to_the_byte(block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Worked out by hand from the format: local headers, contents, directory, end; names sorted, no time."""
    monkeypatch.setattr(archive, "_BLOCK", block)
    contents = {"b.txt": b"0123456789", "a/c.txt": b"", "a.txt": b"four"}
    for name, content in contents.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    archive.pack(tmp_path, list(contents), tmp_path / "x.zip")
    day = (0 << 9) | (1 << 5) | 1  # 1980-01-01, as MS-DOS writes it
    body, directory = b"", b""
    for name in ("a.txt", "a/c.txt", "b.txt"):
        content = contents[name]
        sizes = struct.pack("<LLL", zlib.crc32(content), len(content), len(content))
        common = struct.pack("<HHHHH", 20, 0, 0, 0, day) + sizes + struct.pack("<HH", len(name), 0)
        mode = (0o100644 << 16).to_bytes(4, "little")
        directory += b"PK\x01\x02" + bytes([20, 3]) + common + struct.pack("<HHH", 0, 0, 0) + mode
        directory += struct.pack("<L", len(body)) + name.encode()
        body += b"PK\x03\x04" + common + name.encode() + content
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 3, 3, len(directory), len(body), 0)
    assert (tmp_path / "x.zip").read_bytes() == body + directory + end


@pytest.mark.parametrize(("size", "version"), [(9, 20), (10, 45), (11, 45)])
def test_large_members_have_room_for_their_sizes(
    size: int, version: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_LARGE", 10)
    (tmp_path / "a").write_bytes(bytes(size))
    archive.pack(tmp_path, ["a"], tmp_path / "x.zip")
    assert struct.unpack("<H", (tmp_path / "x.zip").read_bytes()[4:6]) == (version,)
    assert archive._LARGE <= 1 << 31


def test_limits() -> None:
    assert (archive.MAX_MEMBERS, archive.MAX_NAME, archive.MAX_RATIO, archive.FREE) == (10_000, 200, 200, 67_108_864)


def test_packed_by_this_program_or_another(tmp_path: Path) -> None:
    folder, path = tmp_path / "run", tmp_path / "x.zip"
    (folder / "inputs").mkdir(parents=True)
    (folder / "inputs/b").write_bytes(b"2")
    (folder / "a").write_bytes(b"1")
    archive.pack(folder, ["inputs/b", "a"], path)
    assert archive.packed_by_others(path, folder) == []
    path.write_bytes(path.read_bytes() + b" ")
    assert archive.packed_by_others(path, folder) == [Finding("RI590", Location(str(path)), {"file": str(path)})]


# --- opening


def test_a_folder_is_opened_as_it_is_and_an_archive_unpacked(tmp_path: Path) -> None:
    with archive.opened(tmp_path) as folder:
        assert folder == tmp_path
    path = zipped(tmp_path / "x.zip", ("a", b"1"))
    with archive.opened(path) as folder:
        assert folder not in (path, tmp_path)
        assert (folder / "a").read_bytes() == b"1"
    assert not folder.exists()


# --- names


@pytest.mark.parametrize(
    "name",
    ["a", "a/b", "a/b/c.d", "x" * 200, "a b", ".hidden", "..a", "a..b", "a.b/c", "社区", "a/.b", "-", "0", "X",
     "x" * 99 + "/" + "y" * 100],
)  # fmt: skip
def test_safe_names(name: str) -> None:
    assert archive.safe_name(name) is True


@pytest.mark.parametrize(
    "name",
    ["", "/", "/a", "a/", "a//b", ".", "..", "...", "a/..", "../a", "a/./b", "x" * 201, " a", "a ", "a/ b", "a /b",
     "a.", "a./b", "b/a.", "a\nb", "\u202e", "a\x00", *(f"a{sign}b" for sign in '\\:*?"<>|')],
)  # fmt: skip
def test_names_that_are_not_safe(name: str) -> None:
    assert not archive.safe_name(name)


# --- unpacking


def test_members_are_unpacked_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_BLOCK", 3)
    path = zipped(
        tmp_path / "x.zip", ("b/c/d", b"0123456789"), ("b/", b""), ("b/c/a", b"123"), (member("z", mode=0), b""),
        (member("y", method=zipfile.ZIP_DEFLATED), b"1" * 1000), ("b/c", b"")
    )  # fmt: skip
    assert findings(path) == refused(path, ("b/c", "double"))
    (tmp_path / "unpacked").rename(tmp_path / "before")
    path = zipped(
        tmp_path / "x.zip", ("b/c/d", b"0123456789"), ("b/", b""), ("b/c/a", b"123"), (member("z", mode=0), b""),
        ("X/", b""), (member("y", method=zipfile.ZIP_DEFLATED), b"1" * 1000)
    )  # fmt: skip
    found = unpacked(path)
    assert list(found) == ["b/c/d", "b/c/a", "z", "y"]
    assert found == {"b/c/d": b"0123456789", "b/c/a": b"123", "z": b"", "y": b"1" * 1000}


NFC, NFD = (unicodedata.normalize(form, "é") for form in ("NFC", "NFD"))


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ((("../a", b"1"),), (("../a", "name"),)),
        ((("../", b""),), (("../", "name"),)),
        ((("a/", b"1"),), (("a/", "name"),)),
        (((member("a", LINK | 0o777), b"1"),), (("a", "kind"),)),
        (((member("a", stat.S_IFDIR), b"1"),), (("a", "kind"),)),
        (((member("a", method=zipfile.ZIP_BZIP2), b"1"),), (("a", "method"),)),
        ((("a", b"1"), ("a", b"1")), (("a", "double"),)),
        ((("a", b"1"), ("A", b"1"), ("a", b"2")), (("A", "double"), ("a", "double"))),
        (((NFC, b"1"), (NFD, b"2")), ((NFD, "double"),)),
        ((("ß", b"1"), ("SS", b"2")), (("SS", "double"),)),
        # two reasons at once: the first of the list is told
        (((member("..", LINK, zipfile.ZIP_BZIP2), b"1"),), (("..", "name"),)),
        (((member("a", LINK, zipfile.ZIP_BZIP2), b"1"),), (("a", "kind"),)),
        ((("a", b"1"), (member("A", LINK), b"1")), (("A", "kind"),)),
        # every member that is refused is told, in order; sound ones are not
        ((("..", b"1"), ("b", b"1"), (member("c", LINK), b"1"), ("B", b"")),
         (("..", "name"), ("c", "kind"), ("B", "double"))),
        # one that is refused takes its name nevertheless
        (((member("a", LINK), b"1"), ("a", b"")), (("a", "kind"), ("a", "double"))),
    ],
)  # fmt: skip
def test_members_that_are_refused(members: Any, why: Any, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", *members)
    assert findings(path) == refused(path, *why)
    assert list((tmp_path / "unpacked").iterdir()) == []


def test_a_name_with_an_end_inside_and_an_encrypted_member(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", ("aXb", b"1"))
    path.write_bytes(path.read_bytes().replace(b"aXb", b"a\0b"))
    assert findings(path) == refused(path, ("a", "name"))
    path = zipped(tmp_path / "x.zip", ("a", b"1"))
    content = bytearray(path.read_bytes())
    for bits, why in ((1, "encrypted"), (2, None)):
        content[content.index(b"PK\x01\x02") + 8] = bits
        path.write_bytes(content)
        if why is None:
            assert archive.unpack(path, tmp_path / "unpacked") == ["a"]
        else:
            assert findings(path) == refused(path, ("a", why))


def test_as_many_members_as_are_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    four = zipped(tmp_path / "4.zip", *((name, b"") for name in "abcd"))
    assert findings(four) == refused(four, ("d", "many"))
    with_folder = zipped(tmp_path / "3.zip", *((name, b"") for name in ("a", "f/", "b", "c")))
    assert list(unpacked_to(with_folder, tmp_path / "three")) == ["a", "b", "c"]


def unpacked_to(path: Path, folder: Path) -> list[str]:
    folder.mkdir()
    return archive.unpack(path, folder)


def test_as_many_bytes_as_are_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is free for any archive and so many times its own size: the very byte beyond is refused."""
    path = zipped(tmp_path / "x.zip", ("a", bytes(600)), ("b", bytes(400)), ("c", b""))
    own = path.stat().st_size
    monkeypatch.setattr(archive, "MAX_RATIO", 0)
    monkeypatch.setattr(archive, "FREE", 1000)
    assert unpacked_to(path, tmp_path / "free") == ["a", "b", "c"]
    monkeypatch.setattr(archive, "FREE", 999)
    assert findings(path) == refused(path, ("b", "large"), ("c", "large"))
    monkeypatch.setattr(archive, "MAX_RATIO", 2)
    monkeypatch.setattr(archive, "FREE", 1000 - 2 * own)
    assert unpacked_to(path, tmp_path / "ratio") == ["a", "b", "c"]
    monkeypatch.setattr(archive, "FREE", 999 - 2 * own)
    assert findings(path) == refused(path, ("b", "large"), ("c", "large"))


@pytest.mark.parametrize("names", [("a", "a/b"), ("a/b", "a"), ("a", "a/b/c"), ("a/b/c", "a/b")])
def test_a_file_and_a_folder_of_one_name(names: tuple[str, str], tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", (names[0], b"1"), (names[1], b"2"), ("z", b"3"))
    assert findings(path) == refused(path, (names[1], "double"))
    assert (tmp_path / "unpacked/z").read_bytes() == b"3"


def test_what_is_in_the_way_is_not_written_over(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", ("a", b"1"))
    (tmp_path / "unpacked").mkdir()
    (tmp_path / "unpacked/a").write_bytes(b"mine")
    assert findings(path) == refused(path, ("a", "double"))
    assert (tmp_path / "unpacked/a").read_bytes() == b"mine"


def test_contents_that_do_not_fit_their_checksums(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", ("a", b"first one"), ("b", b"second"), ("c", b"third one"))
    path.write_bytes(path.read_bytes().replace(b"first", b"First").replace(b"third", b"Third"))
    assert findings(path) == refused(path, ("a", "broken"), ("c", "broken"))


class Told:
    """An archive whose members hold something else than the directory says."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def open(self, _info: Any) -> io.BytesIO:
        return io.BytesIO(self.content)


@pytest.mark.parametrize(
    ("size", "why", "written"),
    [(10, None, b"0123456789"), (9, "large", b"01234567"), (11, "broken", b"0123456789"), (0, "large", b"")],
)
def test_never_more_than_a_member_declares(
    size: int, why: str | None, written: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_BLOCK", 4)
    info = member("a")
    info.file_size = size
    told: Any = Told(b"0123456789")
    assert archive._extract(told, info, tmp_path / "deep/er/a") == why
    assert (tmp_path / "deep/er/a").read_bytes() == written


def test_no_archive_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK\x03\x04 no more")

    def refusal(place: Path) -> tuple[str, Any, Any]:
        with pytest.raises(UnreadableError) as caught:
            archive.unpack(place, tmp_path)
        return caught.value.code, caught.value.where, caught.value.params

    params = {"file": str(path), "reason": "File is not a zip file"}
    assert refusal(path) == ("RI562", Location(str(path)), params)
    assert refusal(tmp_path / "none")[0] == "RI562"
    zipped(path, ("a", b"1"))
    for error in (EOFError(), NotImplementedError(), zlib.error(), RuntimeError(), ValueError(), OSError()):
        monkeypatch.setattr(zipfile.ZipFile, "infolist", lambda _, error=error: (_ for _ in ()).throw(error))
        params = {"file": str(path), "reason": type(error).__name__}
        assert refusal(path) == ("RI562", Location(str(path)), params)
