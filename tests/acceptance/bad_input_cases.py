"""Bad input, one case each: what is wrong, how the program is called, and what it must find.

The sentences it must say stand in ``expected/bad_input.en.txt`` and ``.zh.txt``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from acceptance_tools import ASSESSMENT, DATA, JUDGMENTS, MINI

Prepare = Callable[[Path], object]
SCORE = ("score", "data.csv", "-f", "mini.yaml")
AHP = (*SCORE, "--weights", "ahp", "-j")
LEAF = '{id: visits, title: {zh: 走访, en: Rate}, unit: "%", range: [0, 100], direction: benefit, goalposts: [0, 100]}'


@dataclass(frozen=True)
class Case:
    """A call and its outcome: exit code, and code and place of each finding that is printed."""

    name: str
    call: tuple[str, ...]
    code: int
    found: tuple[tuple[str, str], ...]
    prepare: Prepare | None = None


def text(name: str, content: str) -> Prepare:
    return lambda folder: (folder / name).write_text(content, encoding="utf-8")


def octets(name: str, content: bytes) -> Prepare:
    return lambda folder: (folder / name).write_bytes(content)


def folder_named(name: str) -> Prepare:
    return lambda folder: (folder / name).mkdir()


def framework(*changes: tuple[str, str]) -> Prepare:
    """The small framework with some of its texts replaced, as ``bad.yaml``."""

    def write(folder: Path) -> None:
        content = MINI
        for old, new in changes:
            assert old in content, old
            content = content.replace(old, new)
        (folder / "bad.yaml").write_text(content, encoding="utf-8")

    return write


def data(*rows: str) -> Prepare:
    """``bad.csv``: the header of the sample and some rows."""
    return text("bad.csv", "\n".join([DATA.splitlines()[0], *rows]) + "\n")


def comparisons(old: str, new: str) -> Prepare:
    assert old in JUDGMENTS
    return text("bad.yaml", JUDGMENTS.replace(old, new))


def workbook(*names: str, hidden: str | None = None) -> Prepare:
    """``data.xlsx`` with sheets that hold nothing but a header, and a hidden one."""

    def write(folder: Path) -> None:
        import xlsxwriter

        book = xlsxwriter.Workbook(str(folder / "data.xlsx"))
        for name in names:
            book.add_worksheet(name).write_row(0, 0, ["community_id", "visits", "minutes", "events"])
        if hidden is not None:
            if not names:  # a workbook has at least one visible sheet
                book.add_worksheet()
            book.add_worksheet(hidden).hide()
        book.close()

    return write


def pipe(folder: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("needs named pipes")
    os.mkfifo(folder / "pipe")


def foreign(folder: Path) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / "notes.txt").write_text("kept", encoding="utf-8")


def constant(*columns: int) -> Prepare:
    """The data with some of the last three columns constant."""

    def write(folder: Path) -> None:
        header, *rows = DATA.splitlines()
        lines = [row.split(",") for row in rows]
        for cells in lines:
            for column in columns:
                cells[column] = "5"
        (folder / "bad.csv").write_text("\n".join([header, *map(",".join, lines)]) + "\n", encoding="utf-8")

    return write


FILES = (
    Case("no data file of that name", ("score", "dta.csv", "-f", "mini.yaml"), 2, (("RI002", "dta.csv"),)),
    Case("no framework file of that name", ("score", "data.csv", "-f", "mni.yaml"), 2, (("RI002", "mni.yaml"),)),
    Case("no assessment file of that name", ("score", "-c", "asessment.yaml"), 2, (("RI002", "asessment.yaml"),)),
    Case("no judgments file of that name", (*AHP, "judgements.yaml"), 2, (("RI002", "judgements.yaml"),)),
    Case("an assessment that names no data file", ("score", "-c", "bad.yaml"), 2, (("RI281", "bad.yaml:3:7"),),
         text("bad.yaml", ASSESSMENT.replace("data.csv", "dta.csv"))),
    Case("an assessment that names no framework file", ("score", "-c", "bad.yaml"), 2, (("RI281", "bad.yaml:2:12"),),
         text("bad.yaml", ASSESSMENT.replace("mini.yaml", "mni.yaml"))),
    Case("an assessment that names no framework", ("score", "-c", "bad.yaml"), 2, (("RI008", "bad.yaml:2:12"),),
         text("bad.yaml", ASSESSMENT.replace("mini.yaml", "teo"))),
    Case("an assessment with ahp and without judgments", ("score", "-c", "bad.yaml"), 2, (("RI314", "bad.yaml:4:1"),),
         text("bad.yaml", ASSESSMENT.replace("judgments: judgments.yaml\n", ""))),
    Case("an assessment of another period", ("score", "-c", "bad.yaml"), 1, (("RI413", "bad.yaml:6:9"),),
         text("bad.yaml", ASSESSMENT + "period: '2026'\n")),
    Case("an assessment with ranks in no group", ("score", "-c", "bad.yaml"), 1, (("RI412", "bad.yaml:6:5"),),
         text("bad.yaml", ASSESSMENT + "by: distrct\n")),
    Case("a folder as data", ("score", "sub", "-f", "mini.yaml"), 2, (("RI003", "sub"),), folder_named("sub")),
    Case("a folder as framework", ("score", "data.csv", "-f", "./sub"), 2, (("RI003", "./sub"),), folder_named("sub")),
    Case("a folder as assessment", ("score", "-c", "sub"), 2, (("RI003", "sub"),), folder_named("sub")),
    Case("a folder as judgments", (*AHP, "sub"), 2, (("RI003", "sub"),), folder_named("sub")),
    Case("empty data", ("score", "bad.csv", "-f", "mini.yaml"), 2, (("RI004", "bad.csv"),), octets("bad.csv", b"")),
    Case("an empty framework", ("score", "data.csv", "-f", "bad.yaml"), 2,
         (("RI004", "bad.yaml"),), octets("bad.yaml", b"")),
    Case("an empty assessment", ("score", "-c", "bad.yaml"), 2, (("RI004", "bad.yaml"),), octets("bad.yaml", b"")),
    Case("empty judgments", (*AHP, "bad.yaml"), 2, (("RI004", "bad.yaml"),), octets("bad.yaml", b"")),
    Case("data of white space", ("score", "bad.csv", "-f", "mini.yaml"), 2, (("RI004", "bad.csv"),),
         octets("bad.csv", b" \r\n\t\n\n")),
    Case("a framework of white space", ("score", "data.csv", "-f", "bad.yaml"), 2, (("RI004", "bad.yaml"),),
         octets("bad.yaml", b" \n\n")),
    Case("a header without rows", ("score", "bad.csv", "-f", "mini.yaml"), 2, (("RI201", "bad.csv"),), data()),
    Case("a picture as data", ("score", "bad.csv", "-f", "mini.yaml"), 2, (("RI005", "bad.csv"),),
         octets("bad.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")),
    Case("a picture as framework", ("score", "data.csv", "-f", "bad.yaml"), 2, (("RI005", "bad.yaml"),),
         octets("bad.yaml", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")),
    Case("a workbook without rows", ("score", "data.xlsx", "-f", "mini.yaml"), 2, (("RI201", "data.xlsx"),),
         workbook("Data")),
    Case("a workbook of several tables", ("score", "data.xlsx", "-f", "mini.yaml"), 2, (("RI263", ""),),
         workbook("2024", "2025")),
    Case("an unknown sheet", ("score", "data.xlsx", "-f", "mini.yaml", "--sheet", "2026"), 2, (("RI264", ""),),
         workbook("2024", "2025")),
    Case("a hidden sheet", ("score", "data.xlsx", "-f", "mini.yaml", "--sheet", "2025"), 2, (("RI265", ""),),
         workbook("2024", hidden="2025")),
    Case("a workbook of nothing visible", ("score", "data.xlsx", "-f", "mini.yaml"), 2, (("RI266", "data.xlsx"),),
         workbook(hidden="2025")),
    Case("a damaged workbook", ("score", "data.xlsx", "-f", "mini.yaml"), 2, (("RI262", "data.xlsx"),),
         octets("data.xlsx", b"PK\x03\x04[Content_Types].xml")),
    Case("an old workbook", ("score", "data.xls", "-f", "mini.yaml"), 2, (("RI261", "data.xls"),),
         octets("data.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    Case("a web page named as a workbook", ("score", "data.xls", "-f", "mini.yaml"), 2, (("RI261", "data.xls"),),
         text("data.xls", "<html><table></table></html>")),
    Case("a sheet of a text file", (*SCORE, "--sheet", "S"), 2, (("RI009", ""),)),
    Case("a table as framework", ("score", "data.csv", "-f", "./data.csv"), 2, (("RI107", "./data.csv:1:1"),)),
    Case("a table as assessment", ("score", "-c", "data.csv"), 2, (("RI107", "data.csv:1:1"),)),
    Case("a table as judgments", (*AHP, "data.csv"), 2, (("RI107", "data.csv:1:1"),)),
    Case("a framework as data", ("score", "mini.yaml", "-f", "mini.yaml"), 2, (("RI024", "mini.yaml"),)),
    Case("a framework as assessment", ("score", "-c", "mini.yaml"), 1, (("RI110", "mini.yaml:1:9"),)),
    Case("an assessment as framework", ("score", "data.csv", "-f", "assessment.yaml"), 1,
         (("RI110", "assessment.yaml:1:9"),)),
    Case("bytes that no encoding fits", ("score", "bad.csv", "-f", "mini.yaml"), 2, (("RI006", "bad.csv"),),
         octets("bad.csv", b"community_id,visits\n\xff\xff\xfe,1\n")),
    Case("GB18030 declared as UTF-8", ("score", "bad.csv", "-f", "mini.yaml", "--encoding", "utf-8"), 2,
         (("RI006", "bad.csv"),), octets("bad.csv", DATA.encode("gb18030"))),
    Case("a framework that is not UTF-8", ("score", "data.csv", "-f", "bad.yaml"), 2, (("RI006", "bad.yaml"),),
         octets("bad.yaml", MINI.encode("gb18030"))),
    Case("an unknown encoding", (*SCORE, "--encoding", "gb1803"), 2, (("RI008", ""),)),
    Case("a pipe as data", ("score", "pipe", "-f", "mini.yaml"), 2, (("RI028", "pipe"),), pipe),
    Case("communities in two files", ("score", "data.csv", "more.csv", "-f", "mini.yaml"), 1,
         (("RI279", "more.csv:row 3"),),
         text("more.csv", "\n".join([DATA.splitlines()[0], "009,x,y,2024,50,30,5", DATA.splitlines()[1]]))),
)  # fmt: skip

FRAMEWORKS = (
    Case("an unknown framework", ("score", "data.csv", "-f", "teo"), 2, (("RI008", ""),)),
    Case("no framework", ("score", "data.csv"), 2, (("RI009", ""),)),
    Case("an id twice", ("score", "data.csv", "-f", "bad.yaml"), 1, (("RI130", "bad.yaml:17:16"),),
         framework(("id: minutes", "id: visits"))),
    Case("an unknown indicator", ("score", "data.csv", "-f", "bad.yaml"), 1, (("RI133", "bad.yaml:16:11"),),
         framework((LEAF, "hazard_closure_rat"))),
    Case("goalposts in the wrong order, benefit", ("score", "data.csv", "-f", "bad.yaml"), 1,
         (("RI134", "bad.yaml:18:91"),),
         framework(("goalposts: [0, 10]", "goalposts: [10, 0]"))),
    Case("goalposts in the wrong order, cost", ("score", "data.csv", "-f", "bad.yaml"), 1,
         (("RI134", "bad.yaml:17:96"),),
         framework(("goalposts: [60, 0]", "goalposts: [0, 60]"))),
    Case("goalposts that are equal", ("score", "data.csv", "-f", "bad.yaml"), 1, (("RI135", "bad.yaml:17:96"),),
         framework(("goalposts: [60, 0]", "goalposts: [60, 60]"))),
    Case("a negative weight", ("score", "data.csv", "-f", "bad.yaml"), 1, (("RI140", "bad.yaml:14:15"),),
         framework(("weight: 2", "weight: -2"))),
    Case("weights that are all zero", ("score", "data.csv", "-f", "bad.yaml"), 1, (("RI141", "bad.yaml:9:3"),),
         framework(("weight: 2", "weight: 0"), ("weight: 1", "weight: 0"))),
    Case("weights for some siblings", ("score", "data.csv", "-f", "bad.yaml"), 1, (("RI142", "bad.yaml:9:3"),),
         framework((" weight: 1,", ""))),
    Case("a misspelt key", ("score", "data.csv", "-f", "bad.yaml"), 1, (("RI112", "bad.yaml:14:7"),),
         framework(("weight: 2", "wieght: 2"))),
    Case("several faults at once", ("score", "data.csv", "-f", "bad.yaml"), 1,
         (("RI140", "bad.yaml:14:15"), ("RI134", "bad.yaml:17:96")),
         framework(("weight: 2", "weight: -2"), ("goalposts: [60, 0]", "goalposts: [0, 60]"))),
    Case("a misspelt schema", ("validate", "bad.yaml"), 1, (("RI025", "bad.yaml:1:9"),),
         framework(("resilience-index/framework/1", "resilience-index/framwork/1"))),
)  # fmt: skip

JUDGED = (
    Case("judgments of an unknown node", (*AHP, "bad.yaml"), 1, (("RI301", "bad.yaml:6:7"),),
         comparisons("people: {v", "peopel: {v")),
    Case("judgments of an unknown child", (*AHP, "bad.yaml"), 1, (("RI302", "bad.yaml:5:15"),),
         comparisons("people/events", "people/event")),
    Case("judgments without a pair", (*AHP, "bad.yaml"), 1, (("RI381", "bad.yaml:5:7"),),
         comparisons("{people/events: 3}", "{}")),
    Case("a judgment of zero", (*AHP, "bad.yaml"), 1,
         (("RI305", "bad.yaml:5:30"),), comparisons("events: 3", "events: 0")),
    Case("no judgments", (*SCORE, "--weights", "ahp"), 2, (("RI314", ""),)),
    Case("no data for data weights", ("weights", "-f", "mini.yaml", "--weights", "entropy"), 2, (("RI327", ""),)),
)  # fmt: skip

TABLES = (
    Case("a text for a number", ("score", "bad.csv", "-f", "mini.yaml"), 1,
         (("RI241", 'bad.csv:row 2, column "visits"'),),
         data("001,东社区,甲区,2024,many,30,5")),
    Case("a value outside its range", ("score", "bad.csv", "-f", "mini.yaml"), 1,
         (("RI242", 'bad.csv:row 2, column "visits"'),), data("001,东社区,甲区,2024,180,30,5")),
    Case("a row with a cell too many", ("score", "bad.csv", "-f", "mini.yaml"), 1, (("RI207", "bad.csv:row 3"),),
         data("001,东社区,甲区,2024,18,30,5", "002,西社区,甲区,2024,1,800,30,5")),
    Case("a community twice", ("score", "bad.csv", "-f", "mini.yaml"), 1,
         (("RI232", 'bad.csv:row 3, column "community_id"'),),
         data("001,东社区,甲区,2024,18,30,5", "001,东社区,甲区,2024,18,30,5")),
    Case("several faulty cells", ("score", "bad.csv", "-f", "mini.yaml"), 1,
         (("RI241", 'bad.csv:row 2, column "visits"'), ("RI241", 'bad.csv:row 3, column "events"')),
         data("001,东社区,甲区,2024,x,30,5", "002,西社区,甲区,2024,1,30,y")),
    Case("all columns constant under entropy", ("score", "bad.csv", "-f", "mini.yaml", "--weights", "entropy"), 1,
         (("RI323", ""),), constant(4, 5, 6)),
    Case("one community under entropy", ("score", "bad.csv", "-f", "mini.yaml", "--weights", "entropy"), 1,
         (("RI322", 'bad.csv:column "visits"'),), data("001,东社区,甲区,2024,50,30,5")),
    Case("one community under percentile rank",
         ("score", "bad.csv", "-f", "mini.yaml", "--normalize", "percentile_rank"), 1,
         (("RI404", 'bad.csv:column "visits"'),), data("001,东社区,甲区,2024,50,30,5")),
    Case("a constant column under min–max", ("score", "bad.csv", "-f", "mini.yaml", "--normalize", "minmax"), 1,
         (("RI403", 'bad.csv:column "events"'),), constant(6)),
    Case("a zero under the geometric mean", ("score", "bad.csv", "-f", "mini.yaml", "--aggregate", "geometric"), 1,
         (("RI405", "bad.csv:row 2"), ("RI405", 'bad.csv:row 2, column "visits"')),
         data("001,东社区,甲区,2024,0,30,5")),
    Case("a period that does not exist", (*SCORE, "--period", "2026"), 1, (("RI413", "data.csv"),)),
    Case("a group that does not exist", (*SCORE, "--by", "distrct"), 1, (("RI412", "data.csv"),)),
    Case("a community that does not exist", ("explain", "00", "data.csv", "-f", "mini.yaml"), 1,
         (("RI417", "data.csv"),)),
    Case("a node that does not exist", ("explain", "001", "data.csv", "-f", "mini.yaml", "--node", "peple"), 2,
         (("RI008", ""),)),
    Case("a folder that is no run", ("explain", "001", "sub"), 2, (("RI012", "sub"),), folder_named("sub")),
)  # fmt: skip

ARGUMENTS = (
    Case("an unknown language", (*SCORE, "--lang", "fr"), 2, (("RI008", ""),)),
    Case("an unknown way of weighting", (*SCORE, "--weights", "entropi"), 2, (("RI121", ""),)),
    Case("an unknown parameter", (*SCORE, "--weights", "entropy:shft=1"), 2, (("RI122", ""),)),
    Case("a parameter without a value", (*SCORE, "--weights", "entropy:shift"), 2, (("RI123", ""),)),
    Case("a parameter of the wrong kind", (*SCORE, "--weights", "entropy:shift=little"), 2, (("RI123", ""),)),
    Case("an unknown way of normalising", (*SCORE, "--normalize", "minmx"), 2, (("RI121", ""),)),
    Case("an unknown way of aggregating", (*SCORE, "--aggregate", "geomtric"), 2, (("RI121", ""),)),
    Case("an unknown rule for gaps", (*SCORE, "--missing", "availble"), 2, (("RI121", ""),)),
    Case("an unknown report format", (*SCORE, "--format", "htm"), 2, (("RI008", ""),)),
    Case("an unknown form of findings", ("validate", "data.csv", "-f", "mini.yaml", "--format", "concize"), 2,
         (("RI008", ""),)),
    Case("an unknown engine", (*SCORE, "--engine", "locl"), 2, (("RI008", ""),)),
    Case("a mistyped command", ("scor", "data.csv"), 2, (("RI017", ""),)),
    Case("a command nothing is like", ("frobnicate",), 2, (("RI017", ""),)),
    Case("a mistyped option", ("score", "data.csv", "--framwork", "mini.yaml"), 2, (("RI016", ""),)),
    Case("a short option that is not there", ("score", "data.csv", "-x"), 2, (("RI016", ""),)),
    Case("a missing argument", ("explain",), 2, (("RI018", ""),)),
    Case("an option without its value", ("score", "data.csv", "--framework"), 2, (("RI019", ""),)),
    Case("a value for a flag", ("score", "data.csv", "--quiet=yes"), 2, (("RI020", ""),)),
    Case("a text for a number of rows", (*SCORE, "--top", "ten"), 2, (("RI021", ""),)),
    Case("a negative number of rows", (*SCORE, "--top", "-1"), 2, (("RI021", ""),)),
    Case("an argument too many", ("show", "toe", "sfic"), 2, (("RI022", ""),)),
    Case("an empty standard input", ("score", "-", "-f", "mini.yaml"), 2, (("RI004", "-"),)),
    Case("standard input named twice", ("score", "-", "-", "-f", "mini.yaml"), 2, (("RI009", ""),)),
    Case("standard input as framework", ("score", "data.csv", "-f", "-"), 2, (("RI023", ""),)),
    Case("standard input as assessment", ("score", "-c", "-"), 2, (("RI023", ""),)),
    Case("standard input as judgments", (*AHP, "-"), 2, (("RI023", ""),)),
    Case("standard output for a folder", (*SCORE, "--out", "-"), 2, (("RI023", ""),)),
    Case("an empty standard input to be checked", ("validate", "-", "-f", "mini.yaml"), 2, (("RI004", "-"),)),
    Case("neither run nor framework", ("explain", "001"), 2, (("RI009", ""),)),
    Case("data without a framework", ("validate", "data.csv"), 2, (("RI009", "data.csv"),)),
    Case("an unknown finding code", ("codes", "RI9"), 2, (("RI008", ""),)),
    Case("an unknown method", ("methods", "entrpy"), 2, (("RI008", ""),)),
    Case("an unknown kind of file", ("schema", "framwork"), 2, (("RI008", ""),)),
    Case("a file in the way", (*SCORE, "--out", "mini.yaml"), 2, (("RI010", "mini.yaml"),)),
    Case("a file above the folder", (*SCORE, "--out", "mini.yaml/run"), 2, (("RI010", "mini.yaml/run"),)),
    Case("a folder with other files", (*SCORE, "--out", "mine"), 2, (("RI013", "mine"),), foreign),
    Case("a project over other files", ("init", "."), 2, (("RI015", "."),)),
)  # fmt: skip

CASES = (*FILES, *FRAMEWORKS, *JUDGED, *TABLES, *ARGUMENTS)
