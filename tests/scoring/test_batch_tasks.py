"""The tasks of a batch: what each of a folder and of both kinds of lists says, whole, and what is refused where."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from resilience_index.errors import InputError, UnreadableError, UsageError
from resilience_index.findings import Location
from resilience_index.framework import catalogue
from resilience_index.methods.checking import check
from resilience_index.scoring import batch
from resilience_index.scoring.assess import Options
from resilience_index.scoring.batch import Batch, Task, collect, slug


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:8]


def task(item: str, framework: str | None, part: str, *files: tuple[str, str], **more: Any) -> Task:
    name = more.pop("name", item)
    return Task(item, framework, f"{slug(name)}-{digest(name)}/{part}", files, **more)


def touch(*names: str) -> None:
    for name in names:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("community_id\n", encoding="utf-8")


def refused(source: str, frameworks: list[str], **settings: Any) -> UsageError:
    with pytest.raises(UsageError) as caught:
        collect(source, frameworks, settings)
    return caught.value


# -- folders ------------------------------------------------------------------------------------------------


def test_a_folder_in_the_order_of_its_names(folder: Path) -> None:
    touch("in/b.csv", "in/a/c.XLSX", "in/a/d.parquet", "in/e.tsv", "in/f.xlsm", "in/.hidden.csv", "in/~$b.xlsx",
          "in/.git/x.csv")  # fmt: skip
    found = collect("in", ["sfic", "toe"], {"weights": "equal", "accept_errors": False, "by": "city"})
    names = ["a/c.XLSX", "a/d.parquet", "b.csv", "e.tsv", "f.xlsm"]
    said = {"weights": "equal", "by": "city"}  # what is not asked for is not said
    expected = [
        task(name, framework, framework, (str(Path("in", name)), name), settings=said, beside=(other,))
        for name in names for framework, other in (("sfic", "toe"), ("toe", "sfic"))
    ]  # fmt: skip
    assert found == Batch(tuple(expected))
    assert [each.folder for each in found.tasks[:2]] == [f"a-c-{digest('a/c.XLSX')}/{name}" for name in ("sfic", "toe")]


@pytest.mark.parametrize("count", [0, 3, 4, 5, 6])
def test_what_is_no_table_is_named_up_to_five(folder: Path, count: int) -> None:
    touch("in/a.csv", *(f"in/n{place}.txt" for place in range(count, 0, -1)))
    Path("in/n0.csv").symlink_to("nowhere.csv")
    found = collect("in", ["toe"], {})
    names = ["n0.csv", *(f"n{place}.txt" for place in range(1, count + 1))]
    listed = [*names[:5], *(["…"] if count + 1 > 5 else [])]
    assert [(item.code, item.location, item.params) for item in found.findings] == [
        ("RI602", Location(), {"count": count + 1, "names": listed})
    ]
    assert [each.item for each in found.tasks] == ["a.csv"]


def test_names_that_are_no_text_are_shown_with_their_bytes(folder: Path) -> None:
    touch("in/a.csv")
    for name in (b"in/b\xff.csv", b"in/c\xff.txt"):
        Path(os.fsdecode(name)).write_text("community_id\n", encoding="utf-8")
    found = collect("in", ["toe"], {})
    assert [each.item for each in found.tasks] == ["a.csv", "b\\xff.csv"]
    assert found.tasks[1].files == ((os.fsdecode(b"in/b\xff.csv"), "b\\xff.csv"),)
    assert found.findings[0].params == {"count": 1, "names": ["c\\xff.txt"]}


def test_results_in_the_folder_are_no_data(folder: Path) -> None:
    touch("in/a.csv", "in/out/scores.csv", "in/out/deep/more.csv", "in/other/out/b.csv")
    Path("link").symlink_to("in/out")
    for out in (Path("in/out"), folder / "in" / "out", Path("link")):
        assert [each.item for each in collect("in", ["toe"], {}, out=out).tasks] == ["a.csv", "other/out/b.csv"]
    every = ["a.csv", "other/out/b.csv", "out/deep/more.csv", "out/scores.csv"]
    assert [each.item for each in collect("in", ["toe"], {}, out=Path("elsewhere")).tasks] == every
    assert [each.item for each in collect("in", ["toe"], {}).tasks] == every


def test_sources_that_hold_nothing(folder: Path) -> None:
    touch("in/note.txt")
    Path("empty.csv").write_text("data,framework\n", encoding="utf-8")
    for source, code in (("in", "RI601"), ("empty.csv", "RI620")):
        error = refused(source, ["toe"])
        assert (error.code, error.where, error.params) == (code, Location(source), {"file": source})
    touch("list.csv")
    with pytest.raises(UnreadableError) as caught:
        collect("lst.csv", ["toe"], {})
    assert (caught.value.code, caught.value.where, caught.value.params["file"]) == (
        "RI002",
        Location("lst.csv"),
        "lst.csv",
    )
    assert "list.csv" in caught.value.params["hint"]["en"]


def test_a_folder_needs_a_framework_or_an_assessment(folder: Path) -> None:
    touch("in/a.csv")
    error = refused("in", [], weights="equal")
    assert (error.code, error.where, error.params) == ("RI604", Location("in"), {"item": "a.csv"})
    found = collect("in", [], {"config": "cities/all.yaml", "scheme": "x"})
    (each,) = found.tasks
    assert each == task("a.csv", None, "all", (str(Path("in/a.csv")), "a.csv"),
                        settings={"config": "cities/all.yaml", "scheme": "x"})  # fmt: skip
    assert each.framework_shown == "all.yaml"
    with_framework = collect("in", ["toe"], {"config": "cities/all.yaml"}).tasks[0]
    assert (with_framework.framework, with_framework.framework_shown) == ("toe", "toe")


def test_all_stands_for_every_shipped_framework(folder: Path) -> None:
    touch("in/a.csv")
    known = list(catalogue.framework_paths())
    assert [each.framework for each in collect("in", ["all"], {}).tasks] == known


def test_one_framework_twice_is_refused(folder: Path) -> None:
    touch("in/a.csv")
    for names, shown in ((["toe", "toe"], "toe"), (["x/mine.yaml", "y/mine.yaml"], "mine.yaml")):
        error = refused("in", names)
        assert (error.code, error.where) == ("RI603", Location("in"))
        assert error.params == {"item": "a.csv", "framework": shown}


# -- lists --------------------------------------------------------------------------------------------------

YAML = """\
schema: resilience-index/batch/1
frameworks: [toe, mine/own.yaml]
settings: {weights: equal, judgments: all.yaml, accept_errors: true, period: "2024"}
items:
  - data: east.csv
  - {data: [n/a.csv, n/b.csv], id: 北区 One, frameworks: [sfic], settings: {weights: entropy, baseline: b.json,
     accept_errors: false}}
"""


def test_a_list_as_yaml(folder: Path) -> None:
    Path("l").mkdir()
    Path("l/list.yaml").write_text(YAML, encoding="utf-8")
    absolute = str(folder / "m.yaml")
    found = collect(str(Path("l/list.yaml")), [], {"period": "2023", "judgments": absolute})
    common = {"judgments": absolute, "period": "2023"}
    own = str(Path("l/mine/own.yaml"))
    east = {"settings": {"weights": "equal", "accept_errors": True} | common}
    expected = (
        task("east.csv", "toe", "toe", (str(Path("l/east.csv")), "east.csv"), beside=("own",), **east),
        task("east.csv", own, "own", (str(Path("l/east.csv")), "east.csv"), beside=("toe",), **east),
        task("北区 One", "sfic", "sfic", (str(Path("l/n/a.csv")), "n/a.csv"), (str(Path("l/n/b.csv")), "n/b.csv"),
             settings={"weights": "entropy", "baseline": str(Path("l/b.json"))} | common),
    )  # fmt: skip
    assert found == Batch(expected)
    assert found.tasks[2].folder == f"北区-One-{digest('北区 One')}/sfic"
    assert found.tasks[1].framework_shown == "own.yaml"
    unsaid = collect("l/list.yaml", ["sfic"], {})
    assert [each.framework for each in unsaid.tasks] == ["sfic", "sfic"]
    assert unsaid.tasks[0].settings == {
        "weights": "equal", "judgments": str(Path("l/all.yaml")), "accept_errors": True, "period": "2024",
    }  # fmt: skip


def test_files_without_an_id_are_called_by_all_their_names(folder: Path) -> None:
    Path("list.yml").write_text(YAML.replace("id: 北区 One, ", ""), encoding="utf-8")
    each = collect("list.yml", [], {}).tasks[-1]
    assert (each.item, each.folder.partition("/")[0]) == (
        "n/a.csv + n/b.csv",
        f"n-a-csv-n-b-{digest('n/a.csv + n/b.csv')}",
    )


def test_items_of_a_list_without_a_framework_are_told_at_their_place(folder: Path) -> None:
    text = "schema: resilience-index/batch/1\nitems:\n  - {data: a.csv, frameworks: [toe]}\n  - {data: b.csv}\n"
    Path("list.yaml").write_text(text, encoding="utf-8")
    error = refused("list.yaml", [])
    assert (error.code, error.params) == ("RI604", {"item": "b.csv"})
    assert error.where is not None
    assert error.where.text() == "list.yaml:4:5"
    Path("list.csv").write_text("data,framework\na.csv,toe\nb.csv,\n", encoding="utf-8")
    error = refused("list.csv", [])
    assert (error.code, error.params, error.where) == ("RI604", {"item": "b.csv"}, Location("list.csv", row=3))


def test_a_list_as_csv(folder: Path) -> None:
    Path("l").mkdir()
    Path("l/list.csv").write_text(
        "data,id,framework,weights,config,judgments,baseline,accept_errors,allow_personal_data\n"
        "east.csv,,toe,,,,,,\n"
        "n/a.csv | n/b.csv,N,sfic | mine/own.yaml |,entropy,c.yaml,j.yaml,b.json,true,false\n"
        f"{folder}/w.csv,W,toe,,,,,0,1\n",
        encoding="utf-8",
    )
    found = collect(str(Path("l/list.csv")), [], {})
    n = (str(Path("l/n/a.csv")), "n/a.csv"), (str(Path("l/n/b.csv")), "n/b.csv")
    own = str(Path("l/mine/own.yaml"))
    said = {
        "weights": "entropy", "accept_errors": True, "config": str(Path("l/c.yaml")),
        "judgments": str(Path("l/j.yaml")), "baseline": str(Path("l/b.json")),
    }  # fmt: skip
    assert found == Batch((
        task("east.csv", "toe", "toe", (str(Path("l/east.csv")), "east.csv")),
        task("N", "sfic", "sfic", *n, settings=said, beside=("own",)),
        task("N", own, "own", *n, settings=said, beside=("sfic",)),
        task("W", "toe", "toe", (f"{folder}/w.csv", f"{folder}/w.csv"), settings={"allow_personal_data": True}),
    ))  # fmt: skip
    assert found.tasks[2].names() == {
        str(Path("l/n/a.csv")): "n/a.csv", str(Path("l/n/b.csv")): "n/b.csv", own: "own.yaml",
        str(Path("l/c.yaml")): "c.yaml", str(Path("l/j.yaml")): "j.yaml", str(Path("l/b.json")): "b.json",
    }  # fmt: skip
    assert found.tasks[0].names() == {str(Path("l/east.csv")): "east.csv"}


def test_faults_of_a_list(folder: Path) -> None:
    Path("list.yaml").write_text("schema: resilience-index/batch/1\nitems: []\n", encoding="utf-8")
    for read in (lambda: collect("list.yaml", ["toe"], {}), lambda: batch.load_list("list.yaml")):
        with pytest.raises(InputError) as caught:
            read()
        assert [finding.location.text() for finding in caught.value.findings] == ["list.yaml:2:8"]
    Path("list.yaml").write_text(YAML, encoding="utf-8")
    assert batch.load_list("list.yaml").frameworks == ["toe", "mine/own.yaml"]
    Path("list.csv").write_text("data,id\na.csv,A\nb.csv,A\n", encoding="utf-8")
    error = refused("list.csv", ["toe"])
    place = Location("list.csv", row=3)
    assert (error.code, error.where, error.params) == ("RI603", place, {"item": "A", "framework": "toe"})


# -- names and folders --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.csv", "a"), ("a.CSV", "a"), ("a.b.xlsx", "a-b"), ("a.txt", "a-txt"), ("x/y z.csv", "x-y-z"),
        ("_a_.csv", "a"), ("- _ -.csv", "data"), (".csv", "data"), ("", "data"), ("社区 一.tsv", "社区-一"),
        ("e\u0301.csv", "\u00e9"), ("a" * 50, "a" * 40), ("a" * 39 + " b", "a" * 39), ("CON.csv", "CON"),
    ],
)  # fmt: skip
def test_slugs(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_a_folder_is_told_apart_by_eight_digits(folder: Path) -> None:
    touch("in/a b.csv", "in/a-b.csv")
    folders = [each.folder for each in collect("in", ["toe"], {}).tasks]
    assert folders == [f"a-b-{digest(name)}/toe" for name in ("a b.csv", "a-b.csv")]
    assert all(len(name) == len("a-b-01234567/toe") for name in folders)


def test_personal_numbers_in_names_are_masked(folder: Path) -> None:
    number = "13800138000"
    touch(f"in/{number}.csv", f"in/{number}.txt")
    found = collect("in", [f"{number}/f{number}.yaml"], {"judgments": f"j{number}.yaml", "config": "c.yaml"})
    (each,) = found.tasks
    shown = [each.item, each.framework_shown, each.folder.partition("/")[0], *each.names().values()]
    assert number not in " ".join([*shown, *found.findings[0].params["names"]])
    assert {Path(path).name for path in each.names()} == {
        f"{number}.csv", f"f{number}.yaml", f"j{number}.yaml", "c.yaml",
    }  # fmt: skip
    assert replace(each, framework=None, settings={"config": f"c{number}.yaml"}).framework_shown.startswith("c")
    error = refused("in", [])
    assert number not in error.params["item"]


# -- what a task asks for -----------------------------------------------------------------------------------


def test_the_settings_of_a_task_are_options(folder: Path) -> None:
    methods = {
        "weights": "entropy:scope=siblings", "normalize": "minmax", "aggregate": "geometric", "missing": "zero",
        "fill": "median", "treat": "winsorize", "grading": "quantile",
    }  # fmt: skip
    from resilience_index.methods.checking import parse_flag

    calls: dict[str, Any] = {kind: parse_flag(kind, text) for kind, text in methods.items()}
    rest: dict[str, Any] = {"scheme": "s", "period": "2024", "by": "city", "accept_errors": True,
                            "allow_personal_data": True}  # fmt: skip
    assert batch.options({**methods, **rest}) == Options(**calls, **rest)
    assert calls["normalize"] == check("normalize", "minmax")
    assert batch.options({}) == Options()
    with pytest.raises(UsageError) as caught:
        batch.options({"fill": "meen"})
    assert (caught.value.code, caught.value.params["name"]) == ("RI121", "meen")


FRAMEWORK = """\
schema: resilience-index/framework/1
id: mini
version: 1.0.0
title: {zh: 小框架, en: Mini framework}
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - {id: x, title: {zh: 甲, en: X}, direction: benefit, goalposts: [0, 10]}
    - {id: y, title: {zh: 乙, en: Y}, direction: benefit, goalposts: [0, 10]}
"""


def test_the_job_of_a_task(folder: Path) -> None:
    Path("mini.yaml").write_text(FRAMEWORK, encoding="utf-8")
    Path("a.yaml").write_text(
        "schema: resilience-index/assessment/1\nframework: mini.yaml\nsheet: old\n", encoding="utf-8"
    )
    settings = {
        "config": "a.yaml", "judgments": "j.yaml", "baseline": "b.json", "encoding": "gb18030", "sheet": "new",
        "weights": "equal",
    }  # fmt: skip
    each = Task("x", None, "x/a", (("n/a.csv", "a.csv"), ("n/b.csv", "b.csv")), settings, ("toe",))
    work = batch.job(each)
    assert (work.framework.id, work.data, work.further, work.beside) == ("mini", "n/a.csv", ("n/b.csv",), ("toe",))
    assert (work.judgments, work.baseline, work.encoding, work.sheet) == ("j.yaml", "b.json", "gb18030", "new")
    assert (work.settings["weights"].text(), work.settings.origin("weights")) == ("equal", "option")
    assert work.assessment is not None
    assert work.assessment.file == "a.yaml"
    plain = batch.job(Task("x", "mini.yaml", "x/a", (("n/a.csv", "a.csv"),)))
    assert (plain.assessment, plain.judgments, plain.baseline, plain.encoding, plain.sheet) == (None,) * 5


def test_names_that_are_no_text_are_refused(folder: Path) -> None:
    for character, refuses in (("\udc80", True), ("\udcff", True), ("é", False), ("社", False)):
        each = Task("x", "toe", "x/toe", ((f"{character}.csv", "shown.csv"),))
        if not refuses:
            assert batch.job(each).data == f"{character}.csv"
            continue
        with pytest.raises(UsageError) as caught:
            batch.job(each)
        assert (caught.value.code, caught.value.where) == ("RI030", Location("shown.csv"))
        assert caught.value.params == {"name": "shown.csv"}
