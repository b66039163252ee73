"""Files that cannot be read at all: one error with a place, a cause and a remedy, never a traceback."""

import hashlib
import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from data_helpers import COLUMNS, HEADER, write

from resilience_index.data.files import source, text_file
from resilience_index.data.read import read_table
from resilience_index.errors import UnknownNameError, UnreadableError
from resilience_index.findings import from_error

ROW = "\n001,甲,90,30,4\n"


def refused(path: Path, code: str, **options: str) -> str:
    kind = UnknownNameError if code == "RI008" else UnreadableError
    with pytest.raises(kind) as caught:
        read_table(path, COLUMNS, **options)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert caught.value.exit_code == 2
    told = from_error(caught.value)
    for language in ("zh", "en"):
        assert "{" not in told.message(language) + told.help(language)
    return told.message("en") + " | " + told.help("en")


def test_missing_file_with_a_suggestion(tmp_path: Path) -> None:
    write(tmp_path, HEADER, "communities.csv")
    assert "did you mean 'communities.csv'?" in refused(tmp_path / "comunities.csv", "RI002")
    assert "did you mean" not in refused(tmp_path / "xyz.csv", "RI002")
    assert "did you mean" not in refused(tmp_path / "no" / "folder.csv", "RI002")


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    """Assessments may hold such a name; the command line cannot."""
    assert "null" in refused(tmp_path / "a\0b.csv", "RI007")


def test_folder(tmp_path: Path) -> None:
    refused(tmp_path, "RI003")


BLANK = [b"", b"\xef\xbb\xbf", b"\n\r\n  \n", b"\xff\xfe", b",,,\n; ;\n", b"\xff\xfe\n\0"]


@pytest.mark.parametrize("content", BLANK)
def test_empty(tmp_path: Path, content: bytes) -> None:
    refused(write(tmp_path, content), "RI004")


@pytest.mark.parametrize("tail", ["", "\n", "\n\n\n", "\n,,,,\n ,\u3000\n"])
def test_header_without_rows(tmp_path: Path, tail: str) -> None:
    for mode in ("auto", "careful"):
        refused(write(tmp_path, HEADER + tail), "RI201", path_mode=mode)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PK\x03\x04stored", "ZIP"),
        ((HEADER + "\n001,\0,90,30,4\n").encode(), "NUL"),
        ((HEADER + ROW).encode("utf-16-le"), "NUL"),
        (b"\xef\xbb\xbf" + (HEADER + "\n001,\0,90,30,4\n").encode(), "NUL"),
        (("\ufeff" + HEADER + "\n001,\0,90,30,4\n").encode("utf-16-le"), "NUL"),
    ],
)
def test_binary(tmp_path: Path, content: bytes, kind: str) -> None:
    assert kind in refused(write(tmp_path, content), "RI005")


@pytest.mark.parametrize("mode", ["auto", "careful"])
def test_nul_far_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setattr(source, "SMALL", 64)
    monkeypatch.setattr(source, "HEAD", 64)
    path = write(tmp_path, HEADER + ROW * 40 + "002,\0,1,1,1\n")
    refused(path, "RI005", path_mode=mode)


def test_undecodable(tmp_path: Path) -> None:
    assert "gb18030" in refused(write(tmp_path, HEADER.encode() + b"\n001,\xff\xff,1,1,1\n"), "RI006")
    gbk = (HEADER + ROW).encode("gb18030")
    assert "as utf-8" in refused(write(tmp_path, gbk), "RI006", encoding="utf-8")
    assert "as utf-8" in refused(write(tmp_path, b"\xef\xbb\xbf" + gbk), "RI006")
    assert "as big5" in refused(write(tmp_path, (HEADER + ROW).encode()), "RI006", encoding="big5")
    assert "as utf-16" in refused(write(tmp_path, b"\xff\xfea\0b"), "RI006")


@pytest.mark.parametrize("mode", ["auto", "careful"])
def test_undecodable_far_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setattr(source, "SMALL", 64)
    monkeypatch.setattr(source, "HEAD", 64)
    path = write(tmp_path, (HEADER + ROW * 40).encode() + b"002,\xff\xff,1,1,1\n")
    assert "gb18030" in refused(path, "RI006", path_mode=mode)
    assert "utf-8" in refused(path, "RI006", path_mode=mode, encoding="utf-8")
    # The column is not read, but the file is still not what it was declared to be.
    path = write(tmp_path, (HEADER + ",note" + ROW * 40).encode() + b"002,x,1,1,1,\xff\xff\n")
    assert "utf-8" in refused(path, "RI006", path_mode=mode, encoding="utf-8")


def test_unknown_encoding(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + ROW)
    assert "did you mean 'gb18030'?" in refused(path, "RI008", encoding="gb18300")
    for hostile in ("unicode_escape", "rot13", "zip", "utf-7", ""):
        refused(path, "RI008", encoding=hostile)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a user that is not root")
def test_no_permission(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + ROW)
    path.chmod(0)
    refused(path, "RI007")


def test_operating_system_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, HEADER + ROW)

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", denied)
        assert "Permission denied" in refused(path, "RI007")
    with monkeypatch.context() as patch:
        patch.setattr(source.Source, "blocks", denied)
        assert "Permission denied" in refused(path, "RI007")


def test_a_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, HEADER + ROW)
    monkeypatch.setattr(source, "SMALL", 10)  # a small file is read once, into memory
    monkeypatch.setattr(source, "HEAD", 20)
    rows = text_file.TextFile.rows

    def change(*args: Any, **options: Any) -> Any:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(ROW)
        return rows(*args, **options)

    monkeypatch.setattr(text_file.TextFile, "rows", change)
    assert "changed" in refused(path, "RI007")


def test_a_file_that_changes_before_its_checksum_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, HEADER + ROW)
    monkeypatch.setattr(source, "SMALL", 10)
    monkeypatch.setattr(source, "HEAD", 20)
    table = read_table(path, COLUMNS)
    digest = table.sha256
    assert digest == hashlib.sha256((HEADER + ROW).encode()).hexdigest()
    waiting: list[threading.Thread] = []

    def put_off(hasher: threading.Thread) -> None:
        waiting.append(hasher)

    monkeypatch.setattr(source.Hasher, "start", put_off)
    other = read_table(path, COLUMNS)
    path.write_text(HEADER + ROW + ROW, encoding="utf-8")
    threading.Thread.start(waiting[0])
    with pytest.raises(UnreadableError) as caught:
        _ = other.sha256
    assert caught.value.code == "RI007"
    assert table.sha256 == digest
