"""Batches that were changed, stopped or robbed of a part: what ``batch`` and ``verify`` say of their folders."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from acceptance_tools import DATA, LANGUAGES, MINI, Inside, cells, environment, tree

Call = Callable[..., Any]
OTHER = MINI.replace("id: mini", "id: other")


@pytest.fixture
def cities(project: Path) -> Path:
    """A folder with two good data sets and one with a faulty cell; two frameworks beside it."""
    folder = project / "cities"
    folder.mkdir()
    (folder / "east.csv").write_text(DATA, encoding="utf-8")
    (folder / "west.csv").write_text(DATA.replace("50,30", "70,30"), encoding="utf-8")
    (folder / "坏.csv").write_text(DATA.replace("80,10,2", "x,10,2"), encoding="utf-8")
    (project / "other.yaml").write_text(OTHER, encoding="utf-8")
    return folder


@pytest.fixture
def batch(inside: Inside) -> Call:
    def run(*arguments: str, source: str = "cities", **named: Any) -> Any:
        return inside("batch", source, "--out", "out", "--workers", "0", "--format", "none", *arguments, **named)

    return run


def runs(folder: str = "out") -> list[str]:
    """Folders of runs, as ``runs/ITEM/FRAMEWORK``."""
    return sorted(path.parent.relative_to(folder).as_posix() for path in Path(folder).glob("runs/*/*/manifest.json"))


def codes(text: str) -> list[str]:
    """The codes of the findings on stderr, in their order."""
    return [part for line in text.splitlines() for part in line.split()[:8] if part.startswith("RI") and len(part) == 5]


# --- folders of no item


@pytest.mark.parametrize("lang", LANGUAGES)
def test_items_that_the_batch_no_longer_has(lang: Any, cities: Path, batch: Call, inside: Inside) -> None:
    """Nothing is deleted; batch names the folders and says what to do, verify fails with a true sentence."""
    batch("-f", "mini.yaml", "-f", "other.yaml")
    (cities / "west.csv").unlink()
    before = runs()
    ran = batch("-f", "mini.yaml", "--resume", lang=lang)
    assert runs() == before
    west = next(name for name in before if name.startswith("runs/west-")).rsplit("/", 1)[0]
    east = next(name for name in before if name.startswith("runs/east-") and name.endswith("/other"))
    if lang == "en":
        assert f"RI617 warning: folders that belong to no item of this batch: 2 ({east}, {west})" in ran.err
        assert "nothing was deleted; move them out of the folder: 'verify' fails while they are there" in ran.err
    else:
        assert f"RI617 警告: 有 2 个文件夹不属于本批次的任何一项（{east}、{west}）" in ran.err
        assert "未删除任何内容；请将其移出该文件夹，否则 verify 不予通过" in ran.err
    checked = inside("verify", "out", lang=lang)
    assert (checked.code, codes(checked.err)) == (1, ["RI597", "RI597"])
    assert checked.out.splitlines()[-2].endswith("passed" if lang == "en" else "：通过")  # the tables are as they were
    if lang == "en":
        assert f"{west} is there, and journal.jsonl does not name it: left from an item that the batch no longer " in (
            checked.err
        )
        assert "no longer has, or put there" in checked.err
        assert "move it out of the folder" in checked.err
    else:
        assert f"存在 {west}，而 journal.jsonl 中没有：批次已不含该项而留下，或另行放入" in checked.err
    for name in (east, west):
        shutil.move(Path("out", name), name.replace("/", "-"))
    assert inside("verify", "out", lang=lang).code == 0
    assert "RI617" not in batch("-f", "mini.yaml", "--resume").err


def test_ten_are_named_and_the_rest_counted(cities: Path, batch: Call) -> None:
    for number in range(12):
        (cities / f"n{number:02}.csv").write_text(DATA, encoding="utf-8")
    batch("-f", "mini.yaml")
    for number in range(12):
        (cities / f"n{number:02}.csv").unlink()
    ran = batch("-f", "mini.yaml", "--resume")
    line = next(line for line in ran.err.splitlines() if "RI617" in line)
    assert line.count("runs/n") == 10
    assert ": 12 (" in line
    assert line.endswith(" and 2 more)")
    line = next(line for line in batch("-f", "mini.yaml", "--resume", lang="zh").err.splitlines() if "RI617" in line)
    assert line.endswith("，另有 2 个）")


# --- stopped

STOPPED = """
import os, signal, sys
from resilience_index import files
from resilience_index.cli.app import main
how, k = sys.argv.pop(1), int(sys.argv.pop(1))
real, calls = files.Appending.add, 0
def deadly(self, line):
    global calls
    calls += 1
    if calls == k:
        if how == "interrupted":
            raise KeyboardInterrupt
        os.kill(os.getpid(), signal.SIGKILL)
    real(self, line)
files.Appending.add = deadly
main()
"""


def stop(how: str, item: int, *more: str) -> None:
    """A batch that ends before the line of its ``item``-th item is in the journal."""
    call = ("batch", "cities", "--out", "out", "--workers", "0", "--format", "none", "-f", "mini.yaml", *more)
    done = subprocess.run(
        [sys.executable, "-c", STOPPED, how, str(item), *call], env=environment(), check=False, capture_output=True
    )
    assert done.returncode == (130 if how == "interrupted" else -signal.SIGKILL)


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX only")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("how", ["killed", "interrupted"])
def test_an_unfinished_batch_is_one_finding(
    how: str, lang: Any, cities: Path, batch: Call, inside: Inside
) -> None:  # fmt: skip
    """It says what to do; the lock and the folder of the item that was under way are none; runs are verified."""
    stop(how, 2)
    for left in (".journal.jsonl.abcdefgh.tmp", ".summary.csv.ab_defg1.tmp"):
        Path("out", left).write_bytes(b"half")
    Path("out", f"{runs()[0]}/../.other.0123abcd.tmp").mkdir()
    assert (how == "killed") == Path("out/.out.lock").exists()
    ran = inside("verify", "out", lang=lang)
    assert (ran.code, codes(ran.err)) == (1, ["RI618"])
    if lang == "en":
        assert "RI618 error: the batch is unfinished: items in its journal: 1" in ran.err
        assert "--resume" in ran.err
        assert "bytes passed, signature not checked, recomputation passed" in ran.out
        assert "not checked" in ran.out.splitlines()[-2]
        assert ran.out.splitlines()[-1] == "out: NOT verified (1 of 1 run verified)"
    else:
        assert "RI618 错误: 批次尚未完成：日志中有 1 项" in ran.err
        assert ran.out.splitlines()[-2].endswith("）：未核验")
        assert ran.out.splitlines()[-1] == "out：核验未通过（1 次运行中 1 次通过）"
    assert json.loads(inside("verify", "out", "--json").out)["findings"][0]["code"] == "RI618"
    Path("out/notes.txt").write_text("x")
    Path("out/runs/more").mkdir()
    Path("out/runs/more/x.txt").write_text("x")
    assert sorted(codes(inside("verify", "out").err)) == ["RI597", "RI597", "RI618"]
    Path("out/notes.txt").unlink()
    shutil.rmtree("out/runs/more")
    assert batch("-f", "mini.yaml", "--resume").code == 1
    assert inside("verify", "out").code == 0


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX only")
def test_stopped_before_the_first_item_and_while_going_on(cities: Path, batch: Call, inside: Inside) -> None:
    stop("killed", 1)
    ran = inside("verify", "out")
    assert (ran.code, codes(ran.err)) == (1, ["RI618"])
    assert "items in its journal: 0" in ran.err
    assert batch("-f", "mini.yaml", "--resume").code == 1
    (cities / "more.csv").write_text(DATA, encoding="utf-8")
    for name in ("east", "west"):
        (cities / f"{name}.csv").write_text(DATA.replace("90,5", "91,5"), encoding="utf-8")
    stop("killed", 2, "--resume")  # east has a second line, more is made and has none
    ran = inside("verify", "out")
    assert (ran.code, codes(ran.err)) == (1, ["RI618"])
    assert "items in its journal: 3" in ran.err
    assert batch("-f", "mini.yaml", "--resume").code == 1
    assert inside("verify", "out").code == 0


REPLACED = """
import os, signal, sys
from resilience_index.runs import folder
from resilience_index.cli.app import main
where = sys.argv.pop(1)
real = getattr(folder, where)
def deadly(*arguments):
    real(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(folder, where, deadly)
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX only")
@pytest.mark.parametrize("where", ["_write", "clear"])
def test_killed_while_a_run_is_made_anew(where: str, cities: Path, batch: Call, inside: Inside) -> None:
    """What the killed process left in the folder of the earlier run is none of its faults."""
    batch("-f", "mini.yaml")
    (cities / "more.csv").write_text(DATA, encoding="utf-8")
    Path("cities/more.csv").rename("cities/a.csv")  # the first one: it has a line, and is in no summary
    (cities / "east.csv").write_text(DATA.replace("90,5", "91,5"), encoding="utf-8")
    stop("killed", 2, "--resume")
    call = ("batch", "cities", "--out", "out", "--workers", "0", "--format", "none", "-f", "mini.yaml", "--resume")
    (cities / "east.csv").write_text(DATA.replace("90,5", "92,5"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", REPLACED, where, *call], env=environment(), check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL
    ran = inside("verify", "out")
    assert (ran.code, codes(ran.err)) == (1, ["RI618"])
    assert "mini: not checked (the batch was stopped while it made it anew)" in ran.out
    assert batch("-f", "mini.yaml", "--resume").code == 1
    assert inside("verify", "out").code == 0


def test_a_batch_that_is_barely_begun(project: Path, inside: Inside) -> None:
    """Killed before there was a journal."""
    Path("out").mkdir()
    Path("out/.journal.jsonl.abcdefgh.tmp").write_bytes(b"")
    Path("out/.out.lock").write_bytes(b"")
    ran = inside("verify", "out")
    assert (ran.code, codes(ran.err)) == (1, ["RI618"])


def test_a_lock_with_content_is_no_lock(cities: Path, batch: Call, inside: Inside) -> None:
    batch("-f", "mini.yaml")
    Path("out/.out.lock").write_bytes(b"")
    assert inside("verify", "out").code == 0
    Path("out/.out.lock").write_bytes(b"text")
    assert codes(inside("verify", "out").err) == ["RI597"]


# --- lost


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_run_of_several_frameworks_that_is_lost(lang: Any, project: Path, inside: Inside) -> None:
    (project / "other.yaml").write_text(OTHER, encoding="utf-8")
    call = ("score", "data.csv", "-f", "mini.yaml", "-f", "other.yaml", "-q", "--format", "none", "--out", "both")
    assert inside(*call).code == 0
    shutil.rmtree("both/other")
    ran = inside("verify", "both", lang=lang)
    assert (ran.code, codes(ran.err)) == (1, ["RI619"])
    lines = ran.out.splitlines()
    if lang == "en":
        assert "RI619 error: other is lost: comparison.json names it, and it is not there" in ran.err
        assert lines[1:] == ["other: lost", "across the runs (comparison.csv, comparison.json): not checked",
                             "both: NOT verified (1 of 2 runs verified)"]  # fmt: skip
    else:
        assert "RI619 错误: other 已丢失：comparison.json 中有，但找不到" in ran.err
        assert lines[1:] == ["other：已丢失", "各运行汇总（comparison.csv、comparison.json）：未核验",
                             "both：核验未通过（2 次运行中 1 次通过）"]  # fmt: skip


def test_a_run_of_a_batch_that_is_lost(cities: Path, batch: Call, inside: Inside) -> None:
    batch("-f", "mini.yaml")
    shutil.rmtree(Path("out", runs()[0]))
    ran = inside("verify", "out")
    assert (ran.code, codes(ran.err)) == (1, ["RI619"])
    assert ran.out.endswith("out: NOT verified (1 of 2 runs verified)\n")
    assert "1 of them from before" not in batch("-f", "mini.yaml", "--resume").err
    assert inside("verify", "out").code == 0


@pytest.mark.parametrize("how", ["manifest", "item"])
def test_other_ways_of_losing(how: str, cities: Path, batch: Call, inside: Inside) -> None:
    """A manifest alone; an item whose folder is elsewhere and linked to is not lost."""
    batch("-f", "mini.yaml")
    run = Path("out", runs()[0])
    if how == "manifest":
        (run / "manifest.json").unlink()
        ran = inside("verify", "out")
        assert (ran.code, codes(ran.err)) == (1, ["RI619"])
        assert "mini/manifest.json is lost" in ran.err
        return
    run.parent.rename("elsewhere")
    run.parent.symlink_to(Path("elsewhere").absolute())
    ran = inside("verify", "out")
    assert (ran.code, ran.err) == (0, "")


def test_a_comparison_that_was_being_replaced(project: Path, inside: Inside) -> None:
    """The hidden file that a killed run leaves there says what it is; its comparison is not there."""
    (project / "other.yaml").write_text(OTHER, encoding="utf-8")
    call = ("score", "data.csv", "-f", "mini.yaml", "-f", "other.yaml", "-q", "--format", "none", "--out", "both")
    assert inside(*call).code == 0
    Path("both/comparison.json").rename("both/.comparison.earlier.json")
    ran = inside("verify", "both")
    assert (ran.code, "RI572 error: comparison.json cannot be compared: it is not there" in ran.err) == (2, True)


# --- failures


def failures() -> list[dict[str, str]]:
    return list(csv.DictReader(Path("out/failures.csv").read_text("utf-8-sig").splitlines()))


def test_every_failure_names_a_file(project: Path, batch: Call, inside: Inside) -> None:
    """A sheet, an encoding, a method: the data file that the item is about."""
    import xlsxwriter

    with xlsxwriter.Workbook(project / "book.xlsx") as book:
        for number, line in enumerate(DATA.splitlines()):
            book.add_worksheet("data") if not number else None
            book.worksheets()[0].write_row(number, 0, line.split(","))
    (project / "two.csv").write_text(DATA, encoding="utf-8")
    (project / "l.csv").write_text(
        "data,id,sheet,encoding,weights\nbook.xlsx,sheet,none,,\ndata.csv,encoding,,latin9000,\n"
        "data.csv,method,,,combine:alpha=x\ndata.csv|two.csv,pair,,,combine:alpha=x\n", encoding="utf-8",
    )  # fmt: skip
    assert batch("-f", "mini.yaml", source="l.csv").code == 1
    found = [(row["item"], row["code"], row["file"]) for row in failures()]
    assert found == [
        ("sheet", "RI264", "book.xlsx"), ("encoding", "RI008", "data.csv"), ("method", "RI123", "data.csv"),
        ("pair", "RI123", "data.csv | two.csv"),
    ]  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_files_of_a_list_that_are_not_there(lang: Any, project: Path, batch: Call) -> None:
    """Paths start at the list; what is suggested is the name of a file, never the folder of the results."""
    folder = project / "lists"
    folder.mkdir()
    (folder / "l.csv").write_text("data,judgments,weights\nout.csv,,\nestern.csv,,\n../data.csv,judgment.yaml,ahp\n",
                                  encoding="utf-8")  # fmt: skip
    for name in ("eastern.csv", "judgment.yaml.bak", "judgments.yaml"):
        (folder / name).write_text(DATA, encoding="utf-8")
    (folder / "out.csx").mkdir()
    ran = batch("-f", "mini.yaml", source="lists/l.csv", lang=lang)
    assert ran.code == 1
    found = [(row["code"], row["file"], row["message_en"], row["help_en"]) for row in failures()]
    start = "check the name; relative paths start at the list (or folder) of the batch"
    assert found == [
        ("RI621", "out.csv", "file not found: out.csv", start),
        ("RI621", "estern.csv", "file not found: estern.csv", f"{start}; did you mean 'eastern.csv'?"),
        ("RI621", "judgment.yaml", "file not found: judgment.yaml", f"{start}; did you mean 'judgments.yaml'?"),
    ]
    assert failures()[0]["help_zh"] == "请检查名称；相对路径从批次的清单（或文件夹）算起"
    before = tree(Path("out"))
    shutil.rmtree("out")
    (folder / "out").mkdir()
    (folder / "note.txt").write_text("x")
    assert batch("-f", "mini.yaml", source="lists/l.csv", lang=lang).code == 1
    assert tree(Path("out")) == before


def test_all_faults_of_a_list_at_once(project: Path, batch: Call) -> None:
    """Faults of the header, of rows, and of items, each at its row."""
    text = "data,wieghts,accept_errors,framework\nx.csv,1,perhaps,toe\n,2,,toe\ny.csv,3\nz.csv,4,,\nz.csv,5,,toe\n"
    (project / "l.csv").write_text(text + "z.csv,6,,toe\nu.csv,7,,\n", encoding="utf-8")
    ran = batch(source="l.csv")
    assert (ran.code, codes(ran.err)) == (1, ["RI612", "RI615", "RI614", "RI613", "RI604", "RI603", "RI604"])
    assert not Path("out").exists()
    (project / "l.csv").write_text("data,framework\na.csv,\nb.csv,toe\nb.csv,toe\nc.csv,\n", encoding="utf-8")
    ran = batch(source="l.csv")
    assert (ran.code, sorted(codes(ran.err))) == (2, ["RI603", "RI604", "RI604"])
    (project / "l.csv").write_text("file,accept_errors\na.csv,maybe\n", encoding="utf-8")
    assert codes(batch(source="l.csv").err) == ["RI611", "RI612", "RI615"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_list_of_nothing_but_its_header(lang: Any, project: Path, batch: Call) -> None:
    (project / "l.csv").write_text("data,framework\n", encoding="utf-8")
    ran = batch(source="l.csv", lang=lang)
    said = "l.csv has a header and no rows" if lang == "en" else "l.csv 只有表头，没有数据行"
    assert (ran.code, codes(ran.err), said in ran.err) == (2, ["RI620"], True)


# --- progress and the summary as text


def test_failures_are_told_with_their_place(cities: Path, batch: Call) -> None:
    assert "failed: 坏.csv (mini.yaml): row 3, column visits: RI241 " in batch("-f", "mini.yaml").err
    shutil.rmtree("out")
    assert "失败：坏.csv (mini.yaml)：第 3 行 visits 列：RI241 " in batch("-f", "mini.yaml", lang="zh").err
    shutil.rmtree("out")
    Path("l.yaml").write_text(
        "schema: resilience-index/batch/1\nitems: [{id: pair, data: [cities/坏.csv, cities/none.csv]}]\n", "utf-8"
    )
    assert "failed: pair (mini.yaml): RI621 " in batch("-f", "mini.yaml", source="l.yaml").err
    shutil.rmtree("out")
    Path("l.yaml").write_text("schema: resilience-index/batch/1\nitems: [{id: pair, data: cities/坏.csv}]\n", "utf-8")
    assert "failed: pair (mini.yaml): cities/坏.csv, row 3, column visits: RI241 " in batch(
        "-f", "mini.yaml", source="l.yaml"
    ).err  # fmt: skip


def test_the_last_line_in_chinese(cities: Path, batch: Call) -> None:
    ran = batch("-f", "mini.yaml", lang="zh")
    assert "共 3 项：完成 2，失败 1，其中沿用先前 0，用时 " in ran.err


def test_the_last_line_of_a_batch_that_was_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    from resilience_index.cli import language
    from resilience_index.cli.progress import Progress

    for lang, said in (("zh", "共 40 项，已处理 1：完成 1，失败 0，其中沿用先前 0，用时 "),
                       ("en", "1 of 40 items: 1 done, 0 failed, 0 of them from before, in ")):  # fmt: skip
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(language, "CURRENT", lang)
            line = Progress(40, quiet=False)
            line.add("x", failed=False, kept=False)
            line.end()
        assert capsys.readouterr().err.startswith(said)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_summary_as_text_has_a_header(lang: Any, cities: Path, batch: Call) -> None:
    """Columns begin where their titles do, in cells of a terminal; none where nothing was scored."""
    (cities / "东部一个名字很长的城区.csv").write_text(DATA, encoding="utf-8")
    lines = batch("-f", "mini.yaml", lang=lang).out.splitlines()
    titles = ["Framework", "Period", "Rank", "Mean", "Data set", "Grades"]
    if lang == "zh":
        titles = ["框架", "时期", "名次", "均值", "数据集", "等级"]
    starts = [cells(lines[0][: lines[0].index(title)]) for title in titles]
    assert starts == sorted(starts)
    assert len(lines) == 7
    for line in lines[1:]:
        for start in starts:
            before = next(at for at in range(len(line) + 1) if cells(line[:at]) == start)
            assert line[before] != " "
            assert start == 0 or line[before - 1] == " "
    shutil.rmtree("out")
    for name in ("east", "west", "东部一个名字很长的城区"):
        (cities / f"{name}.csv").unlink()
    assert batch("-f", "mini.yaml", lang=lang).out == ""
    shutil.rmtree("out")
    assert batch("-f", "mini.yaml", "--json", lang=lang).out.startswith("{")
