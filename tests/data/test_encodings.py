"""The same table in every encoding gives the same names and numbers; a guess is never silent."""

import codecs
from pathlib import Path

import pytest
from data_helpers import COLUMNS, HEADER, found, picture, read

from resilience_index.data.files import source
from resilience_index.data.read import read_table

TEXT = HEADER + ",区县\n001,东盛—〇社区·甲,90,30,4,澜阳区\n002,西湖社区,80.5,,不适用,澜阳区\n"
ENCODINGS = {
    "utf-8": TEXT.encode(),
    "utf-8-sig": codecs.BOM_UTF8 + TEXT.encode(),
    "utf-16-le": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    "utf-16-be": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "gb18030": TEXT.encode("gb18030"),
    "gbk": TEXT.encode("gbk"),
}


def plain(table: object) -> dict[str, object]:
    seen = picture(table)  # type: ignore[arg-type]
    return {key: seen[key] for key in seen if key not in {"file", "findings"}}


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("mode", ["auto", "careful"])
def test_same_table(tmp_path: Path, name: str, mode: str) -> None:
    expected = plain(read(tmp_path, TEXT))
    table = read(tmp_path, ENCODINGS[name], path_mode=mode)
    assert plain(table) == expected
    assert table.names.to_pylist() == ["东盛—〇社区·甲", "西湖社区"]
    assert table.size == len(ENCODINGS[name])
    assert found(table) == ([("RI203", None, None)] if name.startswith("gb") else [])
    declared = read(tmp_path, ENCODINGS[name], encoding=name, path_mode=mode)
    assert plain(declared) == expected
    assert found(declared) == []


def test_names_of_encodings(tmp_path: Path) -> None:
    seen = {name: read(tmp_path, data).encoding for name, data in ENCODINGS.items()}
    assert seen == {
        "utf-8": "utf-8", "utf-8-sig": "utf-8-sig", "utf-16-le": "utf-16", "utf-16-be": "utf-16",
        "gb18030": "gb18030", "gbk": "gb18030",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["GBK", "gb2312", "CP936", "GB-18030", "ansi"])
def test_other_names_of_gb18030(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, TEXT.encode("gb18030"), encoding=name).encoding == "gb18030"


def test_a_guess_is_named_with_its_rows(tmp_path: Path) -> None:
    told = read(tmp_path, TEXT.encode("gb18030")).findings[0]
    assert told.severity == "warning"
    assert "2 rows were read as GB18030" in told.message("en")
    assert "2 行" in told.message("zh")


def test_a_mark_beats_a_declaration(tmp_path: Path) -> None:
    for name, text in (("utf-8-sig", "utf-8"), ("utf-16-le", "utf-16")):
        table = read(tmp_path, ENCODINGS[name], encoding="gbk")
        assert table.names[1].as_py() == "西湖社区"
        assert found(table) == [("RI204", None, None)]
        assert f"the mark of {text}" in table.findings[0].message("en")


def test_utf8_declared_as_gb18030_is_noticed(tmp_path: Path) -> None:
    text = HEADER + "\n001,社区社区,90,30,4\n"
    table = read(tmp_path, text, encoding="gb18030")
    assert ("RI205", None, None) in found(table)
    assert "also valid utf-8" in table.findings[0].message("en")


def test_gbk_that_happens_to_be_valid_utf8_is_noticed(tmp_path: Path) -> None:
    data = (HEADER + "\n001,模,90,30,4\n").encode("gbk")
    data.decode("utf-8")
    table = read(tmp_path, data)
    assert found(table) == [("RI205", None, None)]
    assert "--encoding gb18030" in table.findings[0].help("en")
    declared = read(tmp_path, data, encoding="gb18030")
    assert declared.names[0].as_py() == "模"


@pytest.mark.parametrize("mode", ["auto", "careful"])
@pytest.mark.parametrize("column", ["community", "note"])
def test_gb18030_that_starts_with_much_ascii(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, column: str
) -> None:
    monkeypatch.setattr(source, "SMALL", 64)
    monkeypatch.setattr(source, "HEAD", 64)
    rows = [f"{number:03d},x,90,30,4,x" for number in range(300)]
    rows.append("999,甲社区,90,30,4,x" if column == "community" else "999,x,90,30,4,备注")
    data = "\n".join([HEADER + ",note", *rows]).encode("gb18030")
    path = tmp_path / "data.csv"
    path.write_bytes(data)
    table = read_table(path, COLUMNS, path_mode=mode)  # type: ignore[arg-type]
    assert table.encoding == "gb18030"
    assert found(table) == [("RI203", None, None), ("RI240", 1, "note")]
    assert table.names[300].as_py() == ("甲社区" if column == "community" else "x")


def test_big5_and_western_files_are_read_when_declared(tmp_path: Path) -> None:
    text = HEADER + "\n001,韌性社區,90,30,4\n"
    assert read(tmp_path, text.encode("big5"), encoding="big5").names[0].as_py() == "韌性社區"
    text = HEADER + "\n001,Zürich,90,30,4\n"
    assert read(tmp_path, text.encode("cp1252"), encoding="latin-1").names[0].as_py() == "Zürich"


def test_the_checksum_is_of_the_file_itself(tmp_path: Path) -> None:
    import hashlib

    for data in ENCODINGS.values():
        assert read(tmp_path, data).sha256 == hashlib.sha256(data).hexdigest()
