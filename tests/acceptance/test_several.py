"""Several frameworks in one run: their folders, the comparison, and every fault of all of them at once."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from acceptance_tools import ASSESSMENT, JUDGMENTS, LANGUAGES, MINI, SAMPLE, Inside, Ran, cells, environment, tree

from resilience_index.analysis import runs
from resilience_index.cli.language import Language
from resilience_index.framework.catalogue import framework_paths
from resilience_index.runs import comparison_folder
from resilience_index.runs import folder as run_folder

BOTH = ("score", "data.csv", "-f", "mini.yaml", "-f", "other.yaml")
SAMPLE_DATA = str(SAMPLE / "communities.csv")
RUN_FILES = {"scores.csv", "weights.csv", "findings.json", "manifest.json", "report.html", "report.xlsx",
             "view.json.gz", "trace.parquet", "trace_nodes.parquet", "inputs", "inputs/framework.yaml",
             "inputs/data.parquet"}  # fmt: skip
# Like mini, but events weigh more and there is no red line or grade B.
OTHER = (
    MINI.replace("id: mini", "id: other").replace("Mini framework", "Other framework").replace("weight: 1", "weight: 9")
)


@pytest.fixture
def pair(project: Path) -> Path:
    """A project with a second framework over the same data."""
    (project / "other.yaml").write_text(OTHER, encoding="utf-8")
    return project


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


# --- what is written


def test_a_folder_for_each_and_the_comparison(pair: Path, inside: Inside) -> None:
    """Every folder is byte for byte what the framework alone gives."""
    ran = inside(*BOTH, "--out", "out")
    assert ran.code == 0
    assert {path.name for path in (pair / "out").iterdir()} == {"mini", "other", "comparison.csv", "comparison.json"}
    for name in ("mini", "other"):
        assert inside("score", "data.csv", "-f", f"{name}.yaml", "--out", f"alone/{name}").code == 0
        assert tree(pair / "out" / name) == tree(pair / "alone" / name)
        assert set(tree(pair / "out" / name)) == RUN_FILES
    assert "written to out: mini/, other/, comparison.csv, comparison.json" in ran.err
    assert inside("explain", "001", "out/other", "--period", "2024").code == 0


def test_the_table_says_what_the_runs_say(pair: Path, inside: Inside) -> None:
    assert inside(*BOTH, "--out", "out").code == 0
    table = rows(pair / "out" / "comparison.csv")
    runs = {name: rows(pair / "out" / name / "scores.csv") for name in ("mini", "other")}
    assert list(table[0])[:5] == ["community_id", "community", "period", "district", "mini_score"]
    for index, row in enumerate(table):
        ranks = {}
        for name, scores in runs.items():
            for key in ("community_id", "community", "period", "district"):
                assert row[key] == scores[index][key]
            for key in ("score", "rank", "grade"):
                assert row[f"{name}_{key}"] == scores[index][key]
            ranks[name] = int(scores[index]["rank"])
        assert int(row["rank_shift_max"]) == max(ranks.values()) - min(ranks.values())
        if ranks["mini"] == ranks["other"]:
            assert row["rank_shift_best"] == row["rank_shift_worst"] == ""
        else:
            assert row["rank_shift_best"] == min(ranks, key=lambda name: ranks[name])
            assert row["rank_shift_worst"] == max(ranks, key=lambda name: ranks[name])
    assert {row["rank_shift_max"] for row in table} >= {"0", "1"}


def test_the_json_file_and_the_printed_one_hold_the_same(pair: Path, inside: Inside) -> None:
    ran = inside(*BOTH, "--out", "out", "--json")
    assert ran.code == 0
    printed = json.loads(ran.out)
    assert list(printed) == ["schema_version", "frameworks", "comparison"]
    assert printed["schema_version"] == 1
    for name, found in zip(("mini", "other"), printed["frameworks"], strict=True):
        alone = inside("score", "data.csv", "-f", f"{name}.yaml", "--json")
        assert found == json.loads(alone.out)
    written = json.loads((pair / "out" / "comparison.json").read_bytes())
    assert printed["comparison"] == written
    assert written["statistic"] == "Kendall's tau-b"
    assert [item["id"] for item in written["frameworks"]] == ["mini", "other"]
    assert [item["period"] for item in written["periods"]] == ["2024", "2025"]
    for period in written["periods"]:
        (found,) = period["pairs"]
        # mini: 003 002 001 004; other: 003 001 002 004: one pair of six is turned.
        assert (found["first"], found["second"], found["n"]) == ("mini", "other", 4)
        assert found["tau_b"] == pytest.approx(4 / 6, abs=1e-15)
        assert found["mean_shift"] == 0.5
        assert [item["community_id"] for item in period["largest_shifts"]] == ["001", "002"]
        assert period["largest_shifts"][0]["ranks"] == {"mini": 3, "other": 2}


def test_the_same_inputs_give_the_same_bytes(pair: Path, inside: Inside) -> None:
    for out in ("one", "deep/er/two"):
        assert inside(*BOTH, "--out", out).code == 0
    assert tree(pair / "one") == tree(pair / "deep" / "er" / "two")
    assert str(pair).encode() not in b"".join(tree(pair / "one").values())


def test_one_framework_is_as_before(pair: Path, inside: Inside) -> None:
    """One -f prints a ranking and writes a run, without a comparison."""
    ran = inside("score", "data.csv", "-f", "mini.yaml", "--json")
    assert list(json.loads(ran.out)) == [
        "schema_version", "framework", "settings", "weights", "communities", "findings",
    ]  # fmt: skip
    ran = inside("score", "data.csv", "-f", "mini.yaml", "--out", "out")
    assert set(tree(pair / "out")) == RUN_FILES
    assert "tau-b" not in ran.out


def test_all_shipped_frameworks(tmp_path: Path, inside: Inside) -> None:
    ran = inside("score", SAMPLE_DATA, "-f", "all", "--out", str(tmp_path / "out"), "--format", "none", "--no-trace")
    assert ran.code == 0
    shipped = list(framework_paths())
    assert {path.name for path in (tmp_path / "out").iterdir() if path.is_dir()} == set(shipped)
    for name in shipped:
        assert set(tree(tmp_path / "out" / name)) == {
            "scores.csv", "weights.csv", "findings.json", "manifest.json", "inputs", "inputs/framework.yaml",
            "inputs/dictionary.yaml",
        }  # fmt: skip
    compared = json.loads((tmp_path / "out" / "comparison.json").read_bytes())
    assert [item["id"] for item in compared["frameworks"]] == shipped
    for period in compared["periods"]:
        for position, row in enumerate(period["tau_b"]):
            assert row[position] == 1.0
            assert row == [other[position] for other in period["tau_b"]]


def test_ids_and_paths_can_be_mixed(pair: Path, inside: Inside) -> None:
    ran = inside("score", SAMPLE_DATA, "-f", "toe", "-f", str(framework_paths()["sfic"]), "--json")
    assert [item["framework"]["id"] for item in json.loads(ran.out)["frameworks"]] == ["toe", "sfic"]


# --- options


def test_options_apply_to_each(pair: Path, inside: Inside) -> None:
    """Weights from judgments whose keys name the framework, period, groups."""
    judgments = """\
schema: resilience-index/judgments/1
experts:
  - id: E1
    comparisons:
      mini/index: {people/events: 3}
      mini/people: {visits/minutes: 2}
      other/index: {people/events: 1/5}
      other/people: {visits/minutes: 1}
"""
    (pair / "judgments.yaml").write_text(judgments, encoding="utf-8")
    ran = inside(
        *BOTH, "--weights", "ahp", "-j", "judgments.yaml", "--period", "2025", "--by", "district", "--json"
    )  # fmt: skip
    assert ran.code == 0
    printed = json.loads(ran.out)
    shares = []
    for found in printed["frameworks"]:
        assert found["settings"]["weights"]["value"]["method"] == "ahp"
        assert {item["period"] for item in found["communities"]} == {"2025"}
        assert sorted(item["rank"] for item in found["communities"]) == [1, 1, 2, 2]
        (weight,) = [item["local_weight"] for item in found["weights"] if item["node"] == "people"]
        shares.append(weight)
    assert shares == pytest.approx([3 / 4, 1 / 6])
    assert printed["comparison"]["ranked_by"] == "district"
    assert [item["period"] for item in printed["comparison"]["periods"]] == ["2025"]


def test_frameworks_replace_the_one_of_an_assessment(pair: Path, inside: Inside) -> None:
    """Its data, judgments, title and outputs are used by each."""
    (pair / "judgments.yaml").write_text(
        JUDGMENTS.replace("index:", "mini/index:").replace("      people:", "      mini/people:")
        + "      other/index: {people/events: 1}\n      other/people: {visits/minutes: 1}\n", encoding="utf-8",
    )  # fmt: skip
    text = ASSESSMENT.replace("mini.yaml", "toe") + "synthetic: true\noutputs: [html]\n"
    (pair / "assessment.yaml").write_text(text, encoding="utf-8")
    ran = inside("score", "-c", "assessment.yaml", "-f", "other.yaml", "-f", "mini.yaml", "--out", "out")
    assert ran.code == 0
    assert "synthetic data" in ran.out
    for name in ("mini", "other"):
        assert set(tree(pair / "out" / name)) == RUN_FILES - {"report.xlsx"} | {"inputs/judgments.yaml"}
        assert runs.load(pair / "out" / name).findings == ()  # keys about the other framework are in its judgments
        settings = json.loads((pair / "out" / name / "manifest.json").read_bytes())["predicate"]["settings"]
        assert settings["framework"] == {"value": name, "origin": "option"}
        assert settings["weights"]["origin"] == "assessment"


def test_top_quiet_and_no_output(pair: Path, inside: Inside) -> None:
    whole = inside(*BOTH, "--top", "0").out
    assert ("001" in whole, "002" in whole, "more (" in whole) == (True, True, False)
    first = inside(*BOTH, "--top", "1").out
    assert ("001" in first, "002" in first, "1 more (" in first) == (True, False, True)
    assert inside(*BOTH, "-q", "--out", "out") == Ran(0, "", "")
    assert "tau-b" in inside(*BOTH, "-q").out


# --- the terminal


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_terminal(language: Language, columns: int, inside: Inside) -> None:
    ran = inside("score", SAMPLE_DATA, "-f", "all", lang=language, columns=columns)
    assert ran.code == 0
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", ran.out)
    words = ("框架比较", "平均名次差", "名次相差最大的社区") if language == "zh" else (
        "Comparison of frameworks", "mean shift of rank", "Largest shifts of rank",
    )  # fmt: skip
    assert all(word in " ".join(plain.split()) for word in (*words, "Kendall's tau-b", "[2]", "1.000"))
    if columns >= 80:
        assert [line for line in plain.splitlines() if cells(line.rstrip()) > columns] == []


def test_control_characters_are_shown_as_escapes(pair: Path, inside: Inside) -> None:
    text = (pair / "data.csv").read_text(encoding="utf-8").replace("东社区", "东\u202e社[red]区")
    (pair / "data.csv").write_text(text, encoding="utf-8")
    ran = inside(*BOTH)
    assert ran.code == 0
    assert "\\u202e社[red]区" in ran.out
    assert "\u202e" not in ran.out + ran.err


def test_what_belongs_to_all_is_told_once(pair: Path, inside: Inside) -> None:
    """Warnings about the data once, those of one framework under its id, the missing tau before them."""
    (pair / "data.csv").write_text(
        "community_id,visits,minutes,events,stray\n1,50,30,,7\n2,80,10,,7\n", encoding="utf-8"
    )
    for name, text, coverage in (("mini", MINI, "1/2"), ("other", OTHER, "1")):
        rule = f"\ndefaults: {{missing: {{policy: available, min_coverage: {coverage}}}}}\ntree:"
        (pair / f"{name}.yaml").write_text(text.replace("\ntree:", rule), encoding="utf-8")
    ran = inside(*BOTH, "-v")
    assert ran.code == 0
    assert ran.err.count('row 1, column "stray"') == 1
    lines = ran.err.splitlines()
    assert lines[0].startswith("RI039 warning: there is no Kendall's tau-b between 'mini' and 'other': fewer than 2")
    heading = lines.index("other:")
    assert [line for line in lines[heading:] if "RI407" in line]
    assert not [line for line in lines[:heading] if "RI407" in line]
    assert "-v shows all" not in ran.err
    assert "—" in ran.out


# --- faults


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_framework_named_twice(language: Language, pair: Path, inside: Inside) -> None:
    for twice in (
        ("mini.yaml", "mini.yaml"),
        ("mini.yaml", "./mini.yaml"),
        ("all", "toe"),
        ("toe", "other.yaml", "toe"),
    ):
        named = [word for name in twice for word in ("-f", name)]
        ran = inside("score", "data.csv", *named, "--out", "out", lang=language)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("RI036 ")
        assert ran.err.count("RI0") == 1
    assert not (pair / "out").exists()


def test_two_frameworks_of_one_id(pair: Path, inside: Inside) -> None:
    (pair / "again.yaml").write_text(MINI.replace("weight: 1", "weight: 3"), encoding="utf-8")
    ran = inside("score", "data.csv", "-f", "mini.yaml", "-f", "again.yaml", "--out", "out")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("again.yaml: RI037 error: several frameworks have the id 'mini': mini.yaml, again.yaml\n")
    assert not (pair / "out").exists()


def test_every_fault_of_every_framework_in_one_go(pair: Path, inside: Inside) -> None:
    """A faulty framework, an unknown one and faulty cells: all are told, each once, and nothing is written."""
    bad = OTHER.replace("id: other", "id: bad").replace("goalposts: [0, 10]", "goalposts: [0]")
    (pair / "bad.yaml").write_text(bad, encoding="utf-8")
    data = (pair / "data.csv").read_text(encoding="utf-8").replace("50,30,5", "5x,30,5")
    (pair / "data.csv").write_text(data, encoding="utf-8")
    call = (*BOTH, "-f", "bad.yaml", "--out", "out")
    ran = inside(*call)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count('data.csv:row 2, column "visits"') == 1
    assert ran.err.count("bad.yaml:") >= 1
    assert ran.err.rstrip().endswith("2 errors")
    ran = inside(*call, "-f", "nope")
    assert ran.code == 2
    assert "RI008" in ran.err
    assert ran.err.count('data.csv:row 2, column "visits"') == 1
    assert ran.err.rstrip().endswith("3 errors")
    assert not (pair / "out").exists()
    ran = inside(*call, "--json")
    findings = json.loads(ran.out)["findings"]
    assert [item["frameworks"] for item in findings if item["severity"] == "error"] == [
        ["mini", "other"], ["bad.yaml"],
    ]  # fmt: skip


def test_faults_of_one_framework_stand_under_its_name(pair: Path, inside: Inside) -> None:
    """A refusal during the calculation names no file: its heading does."""
    (pair / "other.yaml").write_text(OTHER.replace("\ntree:", "\ndefaults: {missing: refuse}\ntree:"), encoding="utf-8")
    data = (pair / "data.csv").read_text(encoding="utf-8").replace("50,30,5", ",30,5")
    (pair / "data.csv").write_text(data, encoding="utf-8")
    ran = inside(*BOTH)
    assert ran.code == 1
    assert '\nother:\ndata.csv:row 2, column "visits": RI406 error:' in ran.err


def test_warnings_do_not_bury_an_error(pair: Path, inside: Inside) -> None:
    """Of the warnings of a code only the first are shown, of the errors all; -v shows everything."""
    data = (pair / "data.csv").read_text(encoding="utf-8")
    strays = "".join(f",stray{number}" for number in range(8))
    lines = [line + (strays if number == 0 else ",1" * 8) for number, line in enumerate(data.splitlines())]
    (pair / "data.csv").write_text("\n".join(lines), encoding="utf-8")
    ran = inside(*BOTH, "-f", "nope")
    assert (ran.code, ran.err.count("RI008"), ran.err.count("RI218")) == (2, 1, 5)
    assert "more findings: -v shows all)" in ran.err
    assert inside(*BOTH, "-f", "nope", "-v").err.count("RI218") == 8


def test_personal_data_are_told_once(pair: Path, inside: Inside) -> None:
    data = (pair / "data.csv").read_text(encoding="utf-8").replace("东社区", "11010519491231002X")
    (pair / "data.csv").write_text(data, encoding="utf-8")
    ran = inside(*BOTH, "--out", "out")
    assert (ran.code, ran.err.count("RI251"), ran.err[:8]) == (2, 1, "data.csv")
    assert "11010519491231002X" not in ran.err + ran.out
    assert not (pair / "out").exists()
    assert inside(*BOTH, "--allow-personal-data", "--out", "out").code == 0
    assert b"11010519491231002X" not in b"".join(tree(pair / "out").values())


def test_the_table_can_be_piped_in(pair: Path, inside: Inside) -> None:
    """The standard input is read once, and given to every framework."""
    ran = inside("score", "-", *BOTH[2:], "--json", stdin=(pair / "data.csv").read_bytes())
    assert ran.code == 0
    assert json.loads(ran.out)["comparison"] == json.loads(inside(*BOTH, "--json").out)["comparison"]


def test_data_that_cannot_be_read_are_told_once(pair: Path, inside: Inside) -> None:
    for call, code in ((("score", "no.csv", *BOTH[2:]), "RI002"), (("score", *BOTH[2:]), "RI009")):
        ran = inside(*call)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.count(code) == 1
        assert ran.err.count("RI0") == 1


def test_a_group_with_the_name_of_a_column(pair: Path, inside: Inside) -> None:
    data = (pair / "data.csv").read_text(encoding="utf-8").replace("district", "other_rank")
    (pair / "data.csv").write_text(data, encoding="utf-8")
    ran = inside(*BOTH, "--by", "other_rank", "--out", "out")
    assert ran.code == 1
    assert ran.err.splitlines()[-2].startswith('data.csv:column "other_rank": RI131 error:')
    assert not (pair / "out").exists()


# --- the folder


def test_another_run_replaces_all(pair: Path, inside: Inside) -> None:
    """A framework that is no longer compared goes; files of the user's in its folder stay."""
    (pair / "third.yaml").write_text(OTHER.replace("id: other", "id: third"), encoding="utf-8")
    for names in (("mini", "other", "third"), ("third", "mini")):
        named = [word for name in names for word in ("-f", f"{name}.yaml")]
        assert inside("score", "data.csv", *named, "--out", "out").code == 0
        assert inside("score", "data.csv", *named, "--out", "fresh" + names[0]).code == 0
        assert tree(pair / "out") == tree(pair / ("fresh" + names[0]))
    assert inside(*BOTH, "--out", "out").code == 0
    (pair / "out" / "other" / "mine.txt").write_text("mine", encoding="utf-8")
    assert inside("score", "data.csv", "-f", "mini.yaml", "-f", "third.yaml", "--out", "out").code == 0
    assert {path.name for path in (pair / "out" / "other").iterdir()} == {"mine.txt"}


def test_folders_of_other_content_are_refused(pair: Path, inside: Inside) -> None:
    """A single run (RI038), the user's own files (RI013), also where a framework's folder would be."""
    assert inside("score", "data.csv", "-f", "mini.yaml", "--out", "single").code == 0
    (pair / "own").mkdir()
    (pair / "own" / "notes.txt").write_text("mine", encoding="utf-8")
    assert inside(*BOTH, "--out", "several").code == 0
    (pair / "several" / "third").mkdir()
    (pair / "several" / "third" / "notes.txt").write_text("mine", encoding="utf-8")
    (pair / "third.yaml").write_text(OTHER.replace("id: other", "id: third"), encoding="utf-8")
    before = tree(pair)
    for out, code in (("single", "RI038"), ("own", "RI013")):
        ran = inside(*BOTH, "--out", out)
        assert (ran.code, ran.err[: len(out) + 8]) == (2, f"{out}: {code} ")
    ran = inside(*BOTH, "-f", "third.yaml", "--out", "several")
    assert (ran.code, ran.err.split(": ")[0]) == (2, str(Path("several", "third")))
    assert "RI013" in ran.err
    ran = inside("score", "data.csv", "-f", "mini.yaml", "--out", "several")
    assert (ran.code, ran.err[:15]) == (2, "several: RI013 ")
    assert tree(pair) == before
    (pair / "empty").mkdir()
    assert inside(*BOTH, "--out", "empty").code == 0


def test_a_run_that_fails_leaves_nothing(pair: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full at the second framework, or Ctrl-C there: the earlier folder is untouched."""
    assert inside(*BOTH, "--out", "out").code == 0
    before = tree(pair)
    real = run_folder._digest

    def failing(error: BaseException) -> Any:
        def digest(path: Path) -> str:
            if path.parent.name.startswith(".other"):
                raise error
            return real(path)

        return digest

    for error, code in ((OSError(28, "No space left on device"), 2), (KeyboardInterrupt(), 130)):
        monkeypatch.setattr(run_folder, "_digest", failing(error))
        for out in ("out", "new", "deep/er/new"):
            ran = inside(*BOTH, "--weights", "equal", "--out", out)
            assert ran.code == code
            assert code == 130 or f"{out}: RI010 error: cannot write {out}: no space left on device" in ran.err
            assert tree(pair) == before


KILLED = """
import os, pathlib, signal, sys
from resilience_index.cli.app import main
count = int(sys.argv.pop(1))
real, calls = pathlib.Path.replace, 0
def deadly(self, target):
    global calls
    # Only what happens in the folder itself: files are renamed where they are made, too.
    calls += ".tmp" not in str(target)
    if calls == count:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, target)
pathlib.Path.replace = deadly
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX only")
@pytest.mark.parametrize("count", [1, 2, 3, 6, 11, 12])
def test_killed_while_an_earlier_run_is_replaced(count: int, pair: Path, inside: Inside) -> None:
    """At any rename: what is left is no finished comparison, and the next run mends it."""
    bare = (*BOTH, "--format", "none", "--no-trace")
    call = (*bare, "--out", "out")
    (pair / "third.yaml").write_text(OTHER.replace("id: other", "id: third"), encoding="utf-8")
    assert inside(*BOTH, "-f", "third.yaml", "--out", "out").code == 0
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(count), *call], cwd=pair, env=environment(), check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not (pair / "out" / "comparison.json").exists() or count == 1
    assert inside(*call).code == 0
    assert inside(*bare, "--out", "fresh").code == 0
    assert tree(pair / "out") == tree(pair / "fresh")


def test_another_run_into_one_of_the_folders(pair: Path, inside: Inside) -> None:
    """While a process writes the folder, or that of one framework, a second one says so and changes nothing."""
    fcntl = pytest.importorskip("fcntl", reason="locks are POSIX only here")
    assert inside(*BOTH, "--out", "out").code == 0
    for lock in (pair / "out" / ".out.lock", pair / "out" / "other" / ".other.lock"):
        handle = os.open(lock, os.O_CREAT | os.O_RDWR)
        fcntl.flock(handle, fcntl.LOCK_EX)
        before = tree(pair)
        ran = inside(*BOTH, "--out", "out")
        assert (ran.code, "RI027" in ran.err) == (2, True)
        assert tree(pair) == before
        os.close(handle)
        assert inside(*BOTH, "--out", "out").code == 0
        assert not lock.exists()


def test_a_comparison_that_names_no_frameworks(pair: Path, inside: Inside) -> None:
    """A file that was edited leads nowhere outside the folder."""
    (pair / "out").mkdir()
    (pair / "victim").mkdir()
    (pair / "victim" / "manifest.json").write_text("{}", encoding="utf-8")
    for frameworks in ([{"id": "../victim"}], [{}], None, [3]):
        content = {"kind": comparison_folder.report.KIND, "frameworks": frameworks}
        (pair / "out" / "comparison.json").write_text(json.dumps(content), encoding="utf-8")
        assert inside(*BOTH, "--out", "out").code == 0
    assert tree(pair / "victim") == {"manifest.json": b"{}"}
