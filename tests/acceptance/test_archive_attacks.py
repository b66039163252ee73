"""ZIP archives that mean harm: refused with the member named, nothing written outside, nothing swelling."""

from __future__ import annotations

import io
import stat
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from acceptance_tools import Inside, tree
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.audit import archive
from resilience_index.errors import InputError, UnreadableError


@pytest.fixture
def bundle(project: Path, inside: Inside) -> Path:
    call = ("score", "data.csv", "-f", "mini.yaml", "-q", "--format", "none", "--bundle", "zip", "--out", "run")
    assert inside(*call).code == 0
    return project / "run.zip"


def add(path: Path, name: str, content: bytes = b"x", **attributes: object) -> None:
    info = zipfile.ZipInfo(name)
    for key, value in attributes.items():
        setattr(info, key, value)
    with zipfile.ZipFile(path, "a") as opened, pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.warn", lambda *_, **__: None)
        opened.writestr(info, content, compress_type=info.compress_type)


NAMES = [
    "../evil", "inputs/../../evil", "/etc/evil", "C:/evil", "c:evil", "..\\evil", "inputs\\evil", "a/./b", "a//b",
    "./evil", "inputs/..", "evil.", "evil ", " evil", "a:b", "x" * 300, "a\nb", "a\x1b[2J", "\u202eevil", "a*", "a|b",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_member_that_would_escape(name: str, bundle: Path, inside: Inside) -> None:
    add(bundle, name)
    before = tree(bundle.parent.parent)
    ran = inside("verify", str(bundle))
    assert (ran.code, "RI563" in ran.err) == (1, True)
    assert tree(bundle.parent.parent) == before
    assert "\x1b" not in ran.err


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices(mode: int, bundle: Path, inside: Inside) -> None:
    add(bundle, "link", b"/etc/passwd", external_attr=(mode | 0o777) << 16)
    ran = inside("verify", str(bundle))
    assert (ran.code, "it is no regular file" in ran.err) == (1, True)


@pytest.mark.parametrize("name", ["scores.csv", "SCORES.CSV", "Inputs/Framework.yaml"])
def test_a_name_twice(name: str, bundle: Path, inside: Inside) -> None:
    add(bundle, name)
    ran = inside("verify", str(bundle))
    assert (ran.code, f"'{name}' is refused" in ran.err) == (1, True)


@pytest.mark.parametrize("name", ["evil.txt", "inputs/more.yaml", "scores.csv/inside"])
def test_a_further_member(name: str, bundle: Path, inside: Inside) -> None:
    add(bundle, name)
    ran = inside("verify", str(bundle))
    assert (ran.code, name in ran.err) == (1, True)


def test_a_bomb(bundle: Path, inside: Inside) -> None:
    """A gigabyte in a megabyte is refused by what it declares, before anything is written."""
    with zipfile.ZipFile(bundle, "a", zipfile.ZIP_DEFLATED) as opened, opened.open("bomb", "w") as member:
        for _ in range(1024):
            member.write(bytes(1 << 20))
    begin = time.monotonic()
    ran = inside("verify", str(bundle))
    assert (ran.code, "'bomb' is refused: unpacked it is too large" in ran.err) == (1, True)
    assert time.monotonic() - begin < 5


def test_a_member_longer_than_it_says(bundle: Path, inside: Inside) -> None:
    """The size in the directory is made small: no more than that is ever written."""
    with zipfile.ZipFile(bundle, "a", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("liar", bytes(1 << 20))
    content = bytearray(bundle.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<L", 10)
    bundle.write_bytes(content)
    ran = inside("verify", str(bundle))
    assert (ran.code, "'liar' is refused" in ran.err) == (1, True)


def test_too_many_members(tmp_path: Path, inside: Inside) -> None:
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as opened:
        for number in range(archive.MAX_MEMBERS + 1):
            opened.writestr(str(number), b"")
    ran = inside("verify", str(tmp_path / "many.zip"))
    assert (ran.code, "more than 10000 members" in ran.err) == (1, True)


def test_encrypted_and_strange_compression(bundle: Path, inside: Inside) -> None:
    content = bytearray(bundle.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 8] |= 1
    bundle.with_name("locked.zip").write_bytes(content)
    assert "it is encrypted" in inside("verify", str(bundle.with_name("locked.zip"))).err
    with zipfile.ZipFile(bundle, "a", zipfile.ZIP_BZIP2) as opened:
        opened.writestr("squeezed", b"x" * 100)
    assert "its compression method is not known" in inside("verify", str(bundle)).err


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _flipped(content: bytes) -> bytes:
    at = content.index(b"community_id,community")
    return content[:at] + b"C" + content[at + 1 :]


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [(_cut, 2, "RI562"), (lambda content: content[:10], 2, "RI562"), (_flipped, 1, "does not fit its checksum")],
    ids=["half", "beginning", "a byte"],
)
def test_damaged(change: Callable[[bytes], bytes], code: int, said: str, bundle: Path, inside: Inside) -> None:
    bundle.write_bytes(change(bundle.read_bytes()))
    ran = inside("verify", str(bundle))
    assert (ran.code, said in ran.err) == (code, True)


def test_packed_by_another_program(bundle: Path, inside: Inside) -> None:
    """Compressed, with entries for folders: fine, and said."""
    with zipfile.ZipFile(bundle) as opened, zipfile.ZipFile(bundle.with_name("again.zip"), "w") as again:
        again.writestr("inputs/", b"")
        for name in opened.namelist():
            again.writestr(name, opened.read(name), compress_type=zipfile.ZIP_DEFLATED)
    ran = inside("verify", str(bundle.with_name("again.zip")), "-v")
    assert (ran.code, "RI590" in ran.err) == (0, True)
    assert "RI590" not in inside("verify", str(bundle), "-v").err


def test_other_archives(tmp_path: Path, inside: Inside) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as opened:
        opened.writestr("page.html", b"x")
    assert "RI012" in inside("verify", str(tmp_path / "other.zip")).err
    (tmp_path / "text.txt").write_text("x")
    for name in ("text.txt", "nothing"):
        ran = inside("verify", str(tmp_path / name))
        assert (ran.code, "RI012" in ran.err) == (2, True)


@settings(deadline=None)
@given(name=st.text(max_size=30) | st.sampled_from(NAMES))
def test_a_safe_name_stays_inside(name: str) -> None:
    if archive.safe_name(name):
        root = Path("/some/folder")
        assert (root / name).resolve().is_relative_to(root)
        assert (root / name).resolve() != root
        assert "\\" not in name


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_mutated_archives_are_read_or_refused(data: st.DataObject) -> None:
    """Bytes changed, cut out or doubled anywhere: an answer, never another exception, and nothing outside."""
    import tempfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as opened:
        for name in ("manifest.json", "scores.csv", "inputs/framework.yaml"):
            opened.writestr(name, b"some content " * 3, compress_type=data.draw(st.sampled_from([0, 8])))
    content = bytearray(packed.getvalue())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        kind = data.draw(st.sampled_from(["set", "cut", "double"]))
        if kind == "set":
            content[at] = data.draw(st.integers(0, 255))
        elif kind == "cut" and len(content) > 30:
            del content[at : at + 7]
        else:
            content[at:at] = content[at : at + 9]
    with tempfile.TemporaryDirectory() as scratch:
        inside, path = Path(scratch, "inside"), Path(scratch, "x.zip")
        inside.mkdir()
        path.write_bytes(content)
        try:
            names = archive.unpack(path, inside)
        except (InputError, UnreadableError):
            names = []
        assert {item.name for item in Path(scratch).iterdir()} == {"inside", "x.zip"}
        assert all((inside / name).is_file() for name in names)
