"""One table in six encodings, and names of every script: the same score bytes, or a refusal; never other names."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from acceptance_tools import DATA, Inside
from fault_tools import figure

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030", "gbk")
NAMES = (
    "NA", "null", "None", "nan", "N/A", "NULL", "true", "1e3", "0012", "-", "社区", "社區", "Ä Ö é", "ß", "Ελλάδα",
    "Жилой", "עברית", "العربية", "한국", "コミュニティ", "🏘️", "a\u0301", "\u00e1", "　全角　", "A'B", "a;b",
)  # fmt: skip


def encoded(text: str, encoding: str) -> bytes:
    """The bytes; UTF-16 in either order with its mark."""
    return (b"\xfe\xff" if encoding == "utf-16-be" else b"") + text.encode(encoding)


@pytest.mark.parametrize("declared", [False, True])
def test_one_table_in_six_encodings(declared: bool, project: Path, inside: Inside) -> None:
    """Found out, or declared."""
    made = set()
    wrong = 0
    for encoding in ENCODINGS:
        (project / "table.csv").write_bytes(encoded(DATA, encoding))
        said = ("--encoding", encoding.removesuffix("-be").removesuffix("-sig")) if declared else ()
        ran = inside("score", "table.csv", "-f", "mini.yaml", "--out", encoding, "--format", "none", *said)
        assert ran.code == 0, ran.err
        assert ("RI203" in ran.err) == (not declared and encoding.startswith("gb"))
        content = (project / encoding / "scores.csv").read_bytes()
        made.add(content)
        names = {row["community"] for row in csv.DictReader(content.decode("utf-8-sig").splitlines())}
        wrong += len(names - {"东社区", "西社区", "南社区", "北社区"})
    assert wrong == 0
    assert len(made) == 1
    figure(f"encodings ({'declared' if declared else 'found out'}): {len(ENCODINGS)} of one table, the same score "
           f"bytes, wrong names {wrong}")  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_names_are_kept(encoding: str, project: Path, inside: Inside) -> None:
    """Names that other programs take for missing values, numbers or other text."""
    head = DATA.splitlines()[0].replace("period,", "")
    rows = [f"k{number},{name},x,5{number % 10},30,5" for number, name in enumerate(NAMES)]
    (project / "names.csv").write_bytes(encoded("\n".join([head, *rows]) + "\n", encoding))
    ran = inside("score", "names.csv", "-f", "mini.yaml", "--out", "names", "--format", "none", "-q")
    assert ran.code == 0, ran.err
    text = (project / "names" / "scores.csv").read_text(encoding="utf-8-sig")
    found = [row["community"] for row in csv.DictReader(text.splitlines())]
    wanted = [f"'{name}" if name.startswith("-") else name.strip() for name in NAMES]
    lost = sum(a.strip() != b for a, b in zip(found, wanted, strict=True))
    assert lost == 0, [(a, b) for a, b in zip(found, wanted, strict=True) if a.strip() != b]
    figure(f"names in {encoding}: {len(NAMES)} kept as they are, lost {lost}")


def test_bytes_of_no_encoding(project: Path, inside: Inside) -> None:
    """A byte that fits none is refused with exit 2, not replaced."""
    for encoding in ("utf-8", "gb18030"):
        content = DATA.encode(encoding)
        at = content.index("区".encode(encoding))
        (project / "broken.csv").write_bytes(content[:at] + b"\xff\xff" + content[at:])
        for said in ((), ("--encoding", encoding)):
            ran = inside("score", "broken.csv", "-f", "mini.yaml", "--out", "broken", *said)
            assert ran.code == 2
            assert "RI006" in ran.err
            assert not (project / "broken").exists()
