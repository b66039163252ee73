"""``batch``: folders and lists, failures beside successes, going on, and what is refused."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tampering
from acceptance_tools import DATA, LANGUAGES, MINI, Inside, program, tree

Call = Callable[..., Any]


@pytest.fixture
def cities(project: Path) -> Path:
    """A folder with three good data sets, one with faulty cells, one that is no table, and a note."""
    folder = project / "cities"
    (folder / "north").mkdir(parents=True)
    (folder / "east.csv").write_text(DATA, encoding="utf-8")
    (folder / "north" / "west.csv").write_text(DATA.replace("50,30", "70,30"), encoding="utf-8")
    (folder / "南.csv").write_bytes(DATA.replace("90,5", "95,5").encode("gb18030"))
    (folder / "bad.csv").write_text(DATA.replace("80,10,2", "x,10,2"), encoding="utf-8")
    (folder / "junk.csv").write_bytes(b"PK\x03\x04 no table")
    (folder / "note.txt").write_text("a note", encoding="utf-8")
    (folder / ".hidden.csv").write_text("x", encoding="utf-8")
    (folder / "~$east.xlsx").write_text("x", encoding="utf-8")
    return folder


@pytest.fixture
def batch(inside: Inside) -> Call:
    """The command in this process."""

    def run(*arguments: str, **named: Any) -> Any:
        source = arguments[0] if arguments and not arguments[0].startswith("-") else "cities"
        rest = arguments[1:] if source == (arguments or ("",))[0] else arguments
        return inside("batch", source, "--out", "out", "--workers", "0", "--format", "none", *rest, **named)

    return run


def summary(folder: str = "out") -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Path(folder, "summary.json").read_bytes())
    return content


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(Path("out", name).read_text(encoding="utf-8-sig").splitlines()))


def test_a_folder(cities: Path, batch: Call) -> None:
    """Good items are done, bad ones listed with their findings; what is no data is named or left alone."""
    ran = batch("-f", "mini.yaml", "-v")
    assert ran.code == 1
    found = summary()
    assert (found["items"], found["done"], found["failed"]) == (5, 3, 2)
    states = {item["item"]: (item["state"], item["exit_code"]) for item in found["runs"]}
    assert states == {
        "bad.csv": ("failed", 1), "east.csv": ("done", 0), "junk.csv": ("failed", 2), "north/west.csv": ("done", 0),
        "南.csv": ("done", 0),
    }  # fmt: skip
    assert "RI616 error: 2 of 5 items failed" in ran.err
    assert "RI602 info: files that are no tables and are left out: 1 (note.txt)" in ran.err
    assert "failed: bad.csv (mini.yaml): " in ran.err
    failures = rows("failures.csv")
    faults = [(row["item"], row["code"], row["row"], row["column"]) for row in failures if row["severity"] == "error"]
    assert faults == [("bad.csv", "RI241", "3", "visits"), ("junk.csv", "RI005", "", "")]
    assert all(row["message_zh"] and row["help_en"] for row in failures)


def test_the_summary(cities: Path, batch: Call) -> None:
    """Data sets ranked by their means, grades counted by district: figures of scores.csv."""
    batch("-f", "mini.yaml")
    found = summary()
    for item in found["runs"]:
        if item["state"] == "failed":
            continue
        scores = list(csv.DictReader(Path("out", item["folder"], "scores.csv").read_text("utf-8-sig").splitlines()))
        for period in item["periods"]:
            own = [row for row in scores if row["period"] == period["period"]]
            values = [float(row["score"]) for row in own]
            assert period["mean"] == pytest.approx(sum(values) / len(values), rel=1e-15)
            assert (period["lowest"], period["highest"]) == (min(values), max(values))
            for group in period["groups"]:
                members = [row for row in own if row["district"] == group["group"]]
                assert group["communities"] == len(members)
                for grade, count in group["grades"].items():
                    assert count == sum(row["grade"] == grade for row in members)
    ranking = [(row["period"], row["rank"], row["item"]) for row in found["ranking"]]
    assert ranking == [
        ("2024", 1, "north/west.csv"), ("2024", 2, "南.csv"), ("2024", 3, "east.csv"),
        ("2025", 1, "east.csv"), ("2025", 1, "north/west.csv"), ("2025", 1, "南.csv"),
    ]  # fmt: skip
    table = rows("summary.csv")
    assert [(row["period"], row["rank"], row["item"]) for row in table[:6]] == [
        (period, str(rank), item) for period, rank, item in ranking
    ]
    assert {row["first_code"] for row in table[6:]} >= {"RI005"}
    grades = rows("grades.csv")
    total = [row for row in grades if row["item"] == "east.csv" and row["period"] == "2024" and not row["group_by"]]
    assert sum(int(row["count"]) for row in total) == 4
    assert {row["group"] for row in grades if row["group_by"] == "district"} == {"甲区", "乙区"}


def test_runs_are_those_of_score(cities: Path, batch: Call, inside: Inside) -> None:
    """A run of a batch is the run that score makes, byte for byte."""
    batch("-f", "mini.yaml")
    folder = next(item["folder"] for item in summary()["runs"] if item["item"] == "east.csv")
    assert inside("score", "cities/east.csv", "-f", "mini.yaml", "--out", "alone", "-q", "--format", "none").code == 0
    assert tree(Path("out", folder)) == tree(Path("alone"))


def test_worker_processes_change_nothing(cities: Path, batch: Call, project: Path) -> None:
    """Three processes: the same bytes as none, the journal included."""
    batch("-f", "mini.yaml", "-f", "toe")
    ran = program("batch", "cities", "-f", "mini.yaml", "-f", "toe", "--out", "other", "--workers", "3", "--format",
                  "none", cwd=project)  # fmt: skip
    assert ran.code == 1
    assert ran.err.count("failed: ") == 7
    assert "10 of 10 items: 3 done, 7 failed, 0 of them from before" in ran.err
    assert tree(project / "out") == tree(project / "other")


def test_going_on(cities: Path, batch: Call) -> None:
    """--resume does nothing twice, does what has changed, and leaves the state of an undisturbed batch."""
    batch("-f", "mini.yaml")
    before = tree(Path("out"))
    again = batch("-f", "mini.yaml")
    assert (again.code, again.err[:10]) == (2, "out: RI600")
    ran = batch("-f", "mini.yaml", "--resume")
    assert ran.code == 1
    assert "3 done, 2 failed, 5 of them from before" in ran.err
    assert tree(Path("out")) == before
    (cities / "bad.csv").write_text(DATA, encoding="utf-8")
    (cities / "east.csv").write_text(DATA.replace("80,10,2", "x,10,2"), encoding="utf-8")
    ran = batch("-f", "mini.yaml", "--resume")
    assert "3 done, 2 failed, 3 of them from before" in ran.err
    resumed = tree(Path("out"))
    Path("out").rename("first")
    batch("-f", "mini.yaml")
    assert tree(Path("out")) == resumed


@pytest.mark.parametrize("what", ["manifest.json", "scores.csv", "inputs/framework.yaml"])
def test_a_run_that_was_damaged_is_done_again(what: str, cities: Path, batch: Call) -> None:
    """A file that is lost, or is not as it was written."""
    batch("-f", "mini.yaml")
    before = tree(Path("out"))
    folder = Path("out", next(item["folder"] for item in summary()["runs"] if item["item"] == "east.csv"))
    for damage in (Path.unlink, lambda path: path.write_bytes(b"{}")):
        damage(folder / what)
        ran = batch("-f", "mini.yaml", "--resume")
        assert "4 of them from before" in ran.err
        assert tree(Path("out")) == before


@pytest.mark.parametrize(
    "change",
    [("--weights", "equal"), ("--period", "2024"), ("--no-trace",), ("--by", "district"), ("--lang", "zh")],
)
def test_other_settings_are_done_again(change: tuple[str, ...], cities: Path, batch: Call) -> None:
    """An outcome depends on what was asked for."""
    (cities / "bad.csv").unlink()
    (cities / "junk.csv").unlink()
    batch("-f", "mini.yaml")
    ran = batch("-f", "mini.yaml", "--resume", *change)
    assert ran.code == 0
    assert "0 of them from before" in ran.err


def test_a_changed_framework_is_done_again(cities: Path, batch: Call, project: Path) -> None:
    """Its content counts, not its name; items that are no longer asked for are named and left alone."""
    batch("-f", "mini.yaml")
    (project / "mini.yaml").write_text(MINI.replace("weight: 2", "weight: 3"), encoding="utf-8")
    (cities / "bad.csv").unlink()
    ran = batch("-f", "mini.yaml", "--resume", "-v")
    assert "4 of 4 items: 3 done, 1 failed, 0 of them from before" in ran.err
    assert "RI610 info: items of the earlier batch that are no longer asked for: 1" in ran.err


@pytest.mark.parametrize("damage", ["torn", "changed", "nonsense", "empty line"])
def test_a_damaged_journal(damage: str, cities: Path, batch: Call) -> None:
    """A line that cannot be believed costs its item, nothing else."""
    batch("-f", "mini.yaml")
    before = tree(Path("out"))
    path = Path("out", "journal.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    if damage == "torn":
        lines[-1] = lines[-1][:40]
    elif damage == "changed":
        lines[2] = lines[2].replace(b'"exit_code":0', b'"exit_code":1').replace(b'"done"', b'"dona"')
    elif damage == "nonsense":
        lines[3] = b"\xff\xfe nonsense\n"
    else:
        lines.insert(2, b"\n")
    path.write_bytes(b"".join(lines))
    ran = batch("-f", "mini.yaml", "--resume")
    assert f"{5 if damage == 'empty line' else 4} of them from before" in ran.err
    assert "RI609 warning: lines of the journal that cannot be read: 1" in ran.err
    assert tree(Path("out")) == before


LIST = """\
schema: resilience-index/batch/1
frameworks: [mini.yaml]
settings: {weights: equal}
items:
  - {id: one, data: data.csv, settings: {period: "2024"}}
  - {id: both, data: [a.csv, b.csv], settings: {weights: given, accept_errors: true}}
  - {data: data.csv, frameworks: [mini.yaml, toe]}
"""
TABLE = """\
id,data,framework,weights,period,accept_errors
one,data.csv,mini.yaml,equal,2024,
both,a.csv|b.csv,mini.yaml,given,,true
,data.csv,mini.yaml|toe,equal,,
"""


@pytest.mark.parametrize("name", ["list.yaml", "list.csv"])
def test_lists(name: str, project: Path, batch: Call) -> None:
    """YAML and CSV say the same; settings of an item stand in its run's manifest; paths start at the list."""
    folder = project / "lists"
    folder.mkdir()
    lines = DATA.splitlines(keepends=True)
    (folder / "data.csv").write_text(DATA, encoding="utf-8")
    (folder / "a.csv").write_text("".join(lines[:3]).replace("50,30", "x,30"), encoding="utf-8")
    (folder / "b.csv").write_text("".join([lines[0], *lines[3:5]]), encoding="utf-8")
    (folder / "mini.yaml").write_text(MINI, encoding="utf-8")
    (folder / name).write_text(LIST if name.endswith("yaml") else TABLE, encoding="utf-8")
    ran = batch(f"lists/{name}")
    assert ran.code == 1  # the data have none of the indicators of toe
    found = {(item["item"], item["framework"]): item for item in summary()["runs"]}
    assert [item["state"] for item in found.values()] == ["done", "done", "done", "failed"]
    assert found["both", "mini"]["data"] == ["a.csv", "b.csv"]
    settings = {}
    for key, item in found.items():
        if item["state"] == "done":
            manifest = json.loads(Path("out", item["folder"], "manifest.json").read_bytes())
            settings[key[0]] = manifest["predicate"]["settings"]
    assert settings["one"]["period"]["value"] == "2024"
    assert settings["one"]["weights"]["value"] == settings["data.csv"]["weights"]["value"] == {"method": "equal"}
    assert settings["both"]["weights"]["value"] == {"method": "given"}
    assert settings["both"]["accept_errors"]["value"] is True
    assert "RI606 warning: under 'mini' the data sets were not scored alike: 2" in ran.err
    ran = batch(f"lists/{name}", "--resume", "--weights", "given", "-f", "mini.yaml")
    assert ran.code == 0
    assert "RI606" not in ran.err


def test_lists_of_both_kinds_end_alike(project: Path, batch: Call) -> None:
    (project / "a.csv").write_text(DATA, encoding="utf-8")
    (project / "b.csv").write_text(DATA.replace("\n00", "\n10"), encoding="utf-8")
    for name, text in (("list.yaml", LIST), ("list.csv", TABLE)):
        (project / name).write_text(text, encoding="utf-8")
        assert batch(name).code == 1
        Path("out").rename(f"of-{name}")
    assert tree(project / "of-list.yaml") == tree(project / "of-list.csv")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("files", "arguments", "code", "exit_code"),
    [
        ({}, ("nothing",), "RI002", 2),
        ({"empty/note.txt": "x"}, ("empty", "-f", "mini.yaml"), "RI601", 2),
        ({"l.csv": "data,framework\n"}, ("l.csv",), "RI620", 2),
        ({"l.csv": "file\nx.csv\n"}, ("l.csv", "-f", "mini.yaml"), "RI611", 1),
        ({"l.csv": "data,wieghts\nx.csv,equal\n"}, ("l.csv", "-f", "mini.yaml"), "RI612", 1),
        ({"l.csv": "data,data\nx.csv,y.csv\n"}, ("l.csv", "-f", "mini.yaml"), "RI612", 1),
        ({"l.csv": "data,weights\nx.csv,combine:alpha=1,2\n"}, ("l.csv", "-f", "mini.yaml"), "RI613", 1),
        ({"l.csv": "data,id\n,x\n"}, ("l.csv", "-f", "mini.yaml"), "RI614", 1),
        ({"l.csv": "data,accept_errors\nx.csv,perhaps\n"}, ("l.csv", "-f", "mini.yaml"), "RI615", 1),
        ({"l.csv": "data\ndata.csv\n"}, ("l.csv",), "RI604", 2),
        ({"l.csv": "data\ndata.csv\ndata.csv\n"}, ("l.csv", "-f", "mini.yaml"), "RI603", 2),
        ({"l.yaml": LIST.replace("weights: equal", "wieghts: equal")}, ("l.yaml",), "RI112", 1),
        ({"l.yaml": LIST.replace("batch/1", "batch/2")}, ("l.yaml",), "RI110", 1),
        ({"l.yaml": LIST.replace("items:", "things:")}, ("l.yaml",), "RI111", 1),
        ({}, ("cities", "-f", "nonsense"), "RI008", 2),
        ({}, ("cities", "-f", "mini.yaml", "--weights", "nonsense"), "RI121", 2),
        ({}, ("cities", "-f", "mini.yaml", "-j", "nowhere.yaml"), "RI002", 2),
        ({}, ("cities", "-c", "nowhere.yaml"), "RI002", 2),
        ({}, ("cities", "-f", "mini.yaml", "--format", "odt"), "RI008", 2),
        ({"out/own.txt": "mine"}, ("cities", "-f", "mini.yaml"), "RI013", 2),
    ],
)  # fmt: skip
def test_refusals(
    files: dict[str, str], arguments: tuple[str, ...], code: str, exit_code: int, lang: str, cities: Path,
    project: Path, inside: Inside,
) -> None:  # fmt: skip
    """What cannot be begun says so in both languages, and nothing is written."""
    for name, text in files.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    before = tree(project)
    ran = inside("batch", *arguments, "--out", "out", "--workers", "0", lang="zh" if lang == "zh" else "en")
    assert code in ran.err
    assert ran.code == exit_code
    assert tree(project) == before


def test_no_folder_for_the_results(cities: Path, inside: Inside) -> None:
    assert "no folder for the results is named" in inside("batch", "cities", "-f", "mini.yaml").err


def test_relative_methods_are_warned_of(cities: Path, batch: Call) -> None:
    """Each data set is measured by itself then: a ranking of data sets says so."""
    ran = batch("-f", "mini.yaml", "--weights", "entropy")
    assert "RI605 warning: under 'mini' the data sets are not on one scale: relative methods (entropy)" in ran.err
    assert [finding["code"] for finding in summary()["findings"] if finding["severity"] == "warning"] == ["RI605"]


def test_json_and_quiet(cities: Path, batch: Call) -> None:
    """One object on stdout; with -q nothing but that."""
    ran = batch("-f", "mini.yaml", "--json", "-q")
    assert json.loads(ran.out) == summary()
    assert ran.err == ""


def test_an_assessment_for_all(cities: Path, batch: Call, project: Path) -> None:
    """-c names framework, weights and judgments; the data are those of the batch."""
    ran = batch("-c", "assessment.yaml")
    assert ran.code == 1
    found = summary()
    assert {item["framework"] for item in found["runs"] if item["state"] == "done"} == {"mini"}
    assert "RI605" in ran.err


def test_the_results_are_no_data(cities: Path, inside: Inside) -> None:
    """A folder of results inside the folder of data is left alone."""
    for _ in range(2):
        call = ("batch", "cities", "-f", "mini.yaml", "--out", "cities/out", "--workers", "0", "--resume")
        ran = inside(*call, "--format", "none")
        assert "5 of 5 items" in ran.err


def test_validate_reads_a_list(project: Path, inside: Inside) -> None:
    """``validate`` checks the form of a list."""
    (project / "list.yaml").write_text(LIST, encoding="utf-8")
    assert inside("validate", "list.yaml").code == 0
    (project / "list.yaml").write_text(LIST.replace("period:", "perid:"), encoding="utf-8")
    ran = inside("validate", "list.yaml")
    assert ran.code == 1
    assert "RI112" in ran.out
    assert "did you mean 'period'?" in ran.out


def test_progress_on_a_terminal(cities: Path, inside: Inside) -> None:
    """One line that is written over; rate and time left; gone at the end."""
    ran = inside("batch", "cities", "-f", "mini.yaml", "--out", "out", "--workers", "0", "--format", "none", columns=80)
    assert "\r5/5, " in ran.err
    assert "left" in ran.err
    assert "\r3/5" in ran.err
    assert "5 of 5 items: 3 done, 2 failed" in ran.err


def test_documents_maps_and_archives(cities: Path, inside: Inside, project: Path) -> None:
    """Every item with its documents and its bundle; a changed map makes its items anew, and no others."""
    areas_of = tampering.areas(["001", "002"])
    (project / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": areas_of}), "utf-8")
    with (project / "assessment.yaml").open("a", encoding="utf-8") as stream:
        stream.write("title: {zh: 甲市, en: City A}\nmap: areas.geojson\n")
    listed = "- {id: mapped, data: cities/east.csv, settings: {config: assessment.yaml}}"
    titled = "- {id: plain, data: cities/east.csv, settings: {weights: ahp, judgments: judgments.yaml}}"
    head = "schema: resilience-index/batch/1\nframeworks: [mini.yaml]\nitems:\n"
    (project / "list.yaml").write_text(f"{head}  {listed}\n  {titled}\n", "utf-8")
    call = ("batch", "list.yaml", "--out", "out", "--workers", "0", "--format", "docx,pdf", "--lang", "en")
    assert inside(*call, "--bundle", "zip", "-q").code == 0
    for folder in sorted(path.parent for path in (project / "out/runs").glob("*/*/manifest.json")):
        assert {"report.docx", "report.pdf"} <= {path.name for path in folder.iterdir()}
        for place in (folder, folder.with_suffix(".zip")):
            found = json.loads(inside("verify", str(place), "--json").out)
            assert found["verified"]
            assert found["levels"][2]["from"] == "data"
    assert inside("verify", "out", "-q").code == 0
    ran = inside(*call, "--bundle", "zip", "--resume")
    assert "2 of them from before" in ran.err
    (project / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": areas_of[:1]}), "utf-8")
    ran = inside(*call, "--bundle", "zip", "--resume")
    assert "1 of them from before" in ran.err
    assert inside("verify", "out", "-q").code == 0


def test_signatures_stay_when_a_batch_goes_on(cities: Path, inside: Inside, project: Path) -> None:
    """Runs that were signed, in their folders or packed, are done: --resume leaves them and their signatures."""
    call = (
        "batch",
        "cities",
        "-f",
        "mini.yaml",
        "--out",
        "out",
        "--workers",
        "0",
        "--format",
        "none",
        "--bundle",
        "zip",
    )
    assert inside(*call, "-q").code == 1
    assert inside("keygen", "k").code == 0
    first, second, *_ = sorted(path.parent for path in (project / "out/runs").glob("*/*/manifest.json"))
    packed = second.with_suffix(".zip")
    for place in (first, packed):
        assert inside("sign", str(place), "--key", "k.key", "--role", "auditor").code == 0
    before = packed.read_bytes()
    ran = inside(*call, "--resume")
    assert "5 of them from before" in ran.err
    assert packed.read_bytes() == before
    for place in (first, packed):
        assert inside("verify", str(place), "--key", "auditor=k.pub", "-q").code == 0
    assert inside("verify", "out", "-q").code == 0
    packed.write_bytes(before[:-30])
    assert "4 of them from before" in inside(*call, "--resume").err


def test_titles_and_maps_are_no_other_way_of_scoring(cities: Path, inside: Inside, project: Path) -> None:
    """Items of assessments that differ in their titles alone are scored alike: no warning that they are not."""
    text = (project / "assessment.yaml").read_text("utf-8")
    items = []
    for name in ("甲", "乙"):
        (project / f"{name}.yaml").write_text(f"{text}title: {{zh: {name}市, en: City}}\n", "utf-8")
        items.append(f"  - {{id: {name}, data: cities/east.csv, settings: {{config: {name}.yaml}}}}\n")
    head = "schema: resilience-index/batch/1\nframeworks: [mini.yaml]\nitems:\n"
    (project / "list.yaml").write_text(head + "".join(items), "utf-8")
    ran = inside("batch", "list.yaml", "--out", "out", "--workers", "0", "--format", "none", "-v")
    assert ran.code == 0
    assert "RI606" not in ran.err
