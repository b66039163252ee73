"""``compare`` and the inputs that a run keeps: folders, periods, frameworks; refusals; the same figures later."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from acceptance_tools import MINI, Inside

from resilience_index.analysis import runs
from resilience_index.audit import canonical
from resilience_index.scoring import assess

FACTORS = ("data", "set", "weights", "method")
FILES = {"compare.csv", "compare.json", "compare.html"}


def answer(ran: Any) -> Any:
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def totals(found: Any) -> float:
    """How far the parts of scores are from the changes."""
    worst = 0.0
    for unit in found["communities"]:
        for figure in ("score", "rank"):
            parts = [unit[figure][factor] for factor in FACTORS]
            if unit[figure]["change"] is not None and parts[3] is not None:
                worst = max(worst, abs(sum(part or 0.0 for part in parts) - unit[figure]["change"]))
    return worst


@pytest.fixture
def two(project: Path, inside: Inside, changed: Callable[..., Path]) -> Path:
    """Two runs: the second has other weights and, in 2025, other data and one community more."""
    data = (project / "data.csv").read_text(encoding="utf-8") + "005,中社区,甲区,2025,60,20,6\n"
    (project / "later.csv").write_text(data.replace("55,30,5", "75,30,5"), encoding="utf-8")
    changed("mini.yaml", "weight: 2", "weight: 3", "heavier.yaml")
    for data_file, framework, out in (("data.csv", "mini.yaml", "a"), ("later.csv", "heavier.yaml", "b")):
        assert inside("score", data_file, "-f", framework, "-q", "--out", out, "--format", "none").code == 0
    return project


def test_two_runs(two: Path, inside: Inside) -> None:
    found = answer(inside("compare", "a", "b", "--json"))
    assert (found["first"]["name"], found["second"]["name"]) == ("a", "b")
    assert found["matched_by"] == ["community_id", "period"]
    assert totals(found) < 1e-12
    unit = next(item for item in found["communities"] if (item["community_id"], item["period"]) == ("001", "2025"))
    # visits 55 → 75: +10 points of people; people weighs 2/3, then 3/4.
    assert unit["score"]["data"] == pytest.approx(10 * (2 / 3 + 3 / 4) / 2, abs=1e-12)
    assert unit["score"]["set"] == 0.0
    assert unit["score"]["weights"] == pytest.approx(unit["score"]["change"] - unit["score"]["data"], abs=1e-12)
    assert unit["leaves"][0]["indicator"] == "visits"
    assert (unit["leaves"][0]["before"], unit["leaves"][0]["after"]) == (55, 75)
    assert [item["community_id"] for item in found["new"]] == ["005"]
    assert found["gone"] == []
    assert [finding["code"] for finding in found["findings"]] == ["RI486"]


def test_years_later_and_elsewhere(two: Path, inside: Inside) -> None:
    """Without the files the runs were made from, in another place: the same comparison."""
    here = inside("compare", "a", "b", "--json").out
    away = two.parent / "archive"
    away.mkdir()
    for name in ("a", "b"):
        shutil.move(two / name, away / name)
    for name in ("mini.yaml", "heavier.yaml", "data.csv", "later.csv"):
        (two / name).unlink()
    assert inside("compare", str(away / "a"), str(away / "b"), "--json").out == here


def test_two_periods(two: Path, inside: Inside) -> None:
    """Of a run, of data, and of two runs."""
    of_run = answer(inside("compare", "a", "--periods", "2024", "2025", "--json"))
    of_data = answer(inside("compare", "data.csv", "-f", "mini.yaml", "--periods", "2024", "2025", "--json"))
    assert of_run["communities"] == of_data["communities"]
    assert of_run["mean"]["score"]["data"] == of_run["mean"]["score"]["change"]
    assert answer(inside("compare", "a", "--json"))["communities"] == of_run["communities"]  # it has just two periods
    back = answer(inside("compare", "a", "--periods", "2025", "2024", "--json"))
    assert back["mean"]["score"]["change"] == pytest.approx(-of_run["mean"]["score"]["change"], abs=1e-12)
    of_both = answer(inside("compare", "a", "b", "--periods", "2024", "2025", "--json"))
    assert of_both["matched_by"] == ["community_id"]
    assert totals(of_both) < 1e-12


def test_two_frameworks(two: Path, inside: Inside) -> None:
    found = answer(inside("compare", "data.csv", "-f", "mini.yaml", "-f", "heavier.yaml", "--json"))
    assert (found["first"]["name"], found["second"]["name"]) == ("mini.yaml", "heavier.yaml")
    for unit in found["communities"]:
        assert unit["score"]["weights"] == unit["score"]["change"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_as_text(lang: Any, two: Path, inside: Inside) -> None:
    """Both sides, the mean with its parts, the largest changes, the leaves, new communities; nothing wraps at 80."""
    ran = inside("compare", "a", "b", lang=lang, columns=80)
    assert ran.code == 0
    words = {"zh": ("变化及其来源", "数据部分来自哪些指标", "新增社区 (1)"),
             "en": ("What changed, and why", "Leaves behind the part 'data'", "new communities (1)")}  # fmt: skip
    for word in words[lang]:
        assert word in ran.out
    assert "中社区 (005)" in ran.out
    few = inside("compare", "a", "b", "--top", "1", lang=lang)
    assert "--top 0" in few.out
    assert "--top 0" not in inside("compare", "a", "b", "--top", "0", lang=lang).out
    same = inside("compare", "a", "a", lang=lang)
    assert {"zh": "没有得分变化", "en": "no score changed"}[lang] in same.out


def test_into_a_folder(two: Path, inside: Inside) -> None:
    """Three files; again over them; the CSV adds up and lists new communities; a folder with other files is refused."""
    ran = inside("compare", "a", "b", "-o", "changes", "-q")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert {path.name for path in (two / "changes").iterdir()} == FILES
    with (two / "changes" / "compare.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["status"] for row in rows] == ["both"] * 8 + ["new"]
    assert rows[-1]["score_before"] == ""
    assert float(rows[-1]["score_after"]) > 0
    for row in rows[:-1]:
        total = sum(float(row[f"score_{factor}"]) for factor in FACTORS)
        assert total == pytest.approx(float(row["score_after"]) - float(row["score_before"]), abs=1e-12)
    written = json.loads((two / "changes" / "compare.json").read_bytes())
    printed = answer(inside("compare", "a", "b", "--json"))
    assert {**written, "findings": 0} == {**printed, "findings": 0}
    before = {path.name: path.read_bytes() for path in (two / "changes").iterdir()}
    assert inside("compare", "a", "b", "-o", "changes").code == 0
    assert {path.name: path.read_bytes() for path in (two / "changes").iterdir()} == before
    assert inside("compare", "a", "b", "-o", "a").err.startswith("a: RI013")
    assert inside("compare", "a", "b", "-o", "data.csv").err.startswith("data.csv: RI010")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("compare",), "RI009"), (("compare", "a", "data.csv"), "RI009"), (("compare", "a", "b", "a"), "RI009"),
        (("compare", "a", "b", "-f", "mini.yaml"), "RI009"), (("compare", "nowhere", "b"), "RI002"),
        (("compare", "data.csv"), "RI009"), (("compare", "nowhere.csv", "-f", "mini.yaml"), "RI002"),
        (("compare", ".", "b"), "RI041"), (("compare", "empty", "b"), "RI012"),
        (("compare", "a", "b", "--periods", "2023", "2024"), "RI413"),
        (("compare", "one.csv", "-f", "mini.yaml"), "RI009"), (("compare", "one", "other"), "RI484"),
    ],
)  # fmt: skip
def test_refusals(arguments: tuple[str, ...], code: str, two: Path, inside: Inside) -> None:
    (two / "empty").mkdir()
    (two / "one.csv").write_text("community_id,visits,minutes,events\n009,1,1,1\n", encoding="utf-8")
    (two / "other.csv").write_text("community_id,visits,minutes,events\n008,1,1,1\n", encoding="utf-8")
    for name in ("one", "other"):
        inside("score", f"{name}.csv", "-f", "mini.yaml", "-q", "--out", name, "--format", "none")
    for lang in ("zh", "en"):
        ran = inside(*arguments, lang=lang)  # type: ignore[arg-type]
        assert ran.code == (1 if code in ("RI413", "RI484") else 2), ran.err
        assert code in ran.err.splitlines()[0]


# --- what a run keeps


def test_what_a_run_keeps_gives_the_run_again(project: Path, inside: Inside) -> None:
    """Judgments, data weights, not applicable cells, periods: scored again to the last bit, and every digest."""
    data = (project / "data.csv").read_text(encoding="utf-8").replace("20,45,1", "20,不适用,1")
    (project / "data.csv").write_text(data, encoding="utf-8")
    assert inside("score", "-c", "assessment.yaml", "-q", "--out", "run").code == 0
    kept = sorted(path.name for path in (project / "run" / "inputs").iterdir())
    assert kept == ["data.parquet", "framework.yaml", "judgments.yaml"]
    again = runs.load(project / "run")
    assert again.findings == ()
    from resilience_index.framework.assessment import load_assessment

    fresh = assess.assess(assess.job(assessment=load_assessment(project / "assessment.yaml")))
    assert again.result.score.tolist() == fresh.score.tolist()
    assert again.result.ranks.tolist() == fresh.ranks.tolist()
    assert again.result.plan.settings.to_dict() == {
        **again.result.plan.settings.to_dict(), **{
            name: value for name, value in fresh.plan.settings.to_dict().items() if name in ("weights", "missing")
        },
    }  # fmt: skip
    subjects = json.loads((project / "run" / "manifest.json").read_bytes())["subject"]
    digests = {item["name"]: item["digest"]["sha256"] for item in subjects}
    for name in kept:
        assert digests[f"inputs/{name}"] == canonical.digest((project / "run" / "inputs" / name).read_bytes())
    assert (project / "run" / "inputs" / "framework.yaml").read_text(encoding="utf-8") == MINI


def test_shipped_frameworks_keep_their_dictionary(tmp_path: Path, inside: Inside) -> None:
    from resilience_index.framework.catalogue import dictionary_path, shipped_folder

    data = shipped_folder("sample_data") / "communities.csv"
    run = tmp_path / "run"
    assert inside("score", str(data), "-f", "mechanisms", "-q", "--out", str(run), "--format", "none").code == 0
    assert (run / "inputs" / "dictionary.yaml").read_bytes() == dictionary_path().read_bytes()
    assert runs.load(run).findings == ()


def test_a_scheme_is_kept(project: Path, inside: Inside) -> None:
    """What a scheme of an assessment says of single items is part of what a run keeps."""
    text = (project / "assessment.yaml").read_text(encoding="utf-8")
    scheme = "schemes:\n  calm: {weights: given, items: {events: {weight: 9}}}\n"
    (project / "assessment.yaml").write_text(text + scheme, encoding="utf-8")
    ran = inside("score", "-c", "assessment.yaml", "--scheme", "calm", "-q", "--out", "run", "--format", "none")
    assert ran.code == 0, ran.err
    again = runs.load(project / "run")
    assert again.findings == ()
    assert again.result.plan.nodes[0].given == (2.0, 9.0)


def test_runs_without_inputs(two: Path, inside: Inside) -> None:
    """Made without a trace, or by an earlier version: refused by name; ``explain`` does without."""
    inside("score", "data.csv", "-f", "mini.yaml", "-q", "--out", "bare", "--no-trace", "--format", "none")
    assert inside("compare", "bare", "b").err.startswith("bare: RI014")
    manifest = json.loads((two / "a" / "manifest.json").read_bytes())
    manifest["subject"] = [item for item in manifest["subject"] if not item["name"].startswith("inputs/")]
    (two / "a" / "manifest.json").write_bytes(canonical.dump(manifest))
    assert inside("compare", "a", "b").err.startswith("a: RI481")
    found = answer(inside("explain", "001", "a", "--json"))
    assert [finding["code"] for finding in found["outlook"]["findings"]] == ["RI494"]


@pytest.mark.parametrize("name", ["framework.yaml", "data.parquet"])
@pytest.mark.parametrize("lost", [True, False])
def test_damaged_inputs(name: str, lost: bool, two: Path, inside: Inside) -> None:
    path = two / "a" / "inputs" / name
    if lost:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b" ")
    ran = inside("compare", "a", "b")
    assert ran.code == 2
    assert "RI040" in ran.err
    assert name in ran.err


def test_another_version(two: Path, inside: Inside) -> None:
    """Settings this version does not know are refused by name; other figures are told, and the new ones used."""
    path = two / "a" / "manifest.json"
    whole = json.loads(path.read_bytes())
    whole["predicate"]["program"]["version"] = "9.9"
    whole["predicate"]["settings"]["aggregate"]["value"]["method"] = "magic"
    path.write_bytes(canonical.dump(whole))
    for lang in ("zh", "en"):
        ran = inside("compare", "a", "b", lang=lang)  # type: ignore[arg-type]
        assert ran.code == 2
        assert re.search("RI482.*RI121.*9.9", ran.err.splitlines()[0])
    whole["predicate"]["settings"]["aggregate"]["value"] = {"method": "geometric"}
    path.write_bytes(canonical.dump(whole))
    ran = inside("compare", "a", "b", "--json")
    codes = [finding["code"] for finding in answer(ran)["findings"]]
    assert "RI483" in codes
    assert any("RI483" in line for line in inside("compare", "a", "b").err.splitlines())


def test_a_link_in_the_place_of_the_inputs(two: Path, inside: Inside) -> None:
    """A second run writes into its own folder, whatever a link in it points at; names in a manifest lead nowhere."""
    outside = two / "outside"
    shutil.move(two / "a" / "inputs", outside)
    (two / "a" / "inputs").symlink_to(outside)
    kept = {path.name: path.read_bytes() for path in outside.iterdir()}
    manifest = json.loads((two / "a" / "manifest.json").read_bytes())
    manifest["subject"].append({"name": "inputs/../../data.csv", "digest": {"sha256": ""}})
    (two / "a" / "manifest.json").write_bytes(canonical.dump(manifest))
    assert inside("score", "later.csv", "-f", "mini.yaml", "-q", "--out", "a", "--format", "none").code == 0
    assert not (two / "a" / "inputs").is_symlink()
    assert {path.name: path.read_bytes() for path in outside.iterdir()} == kept
    assert (two / "data.csv").is_file()


def test_fewer_inputs_leave_no_old_ones(two: Path, inside: Inside) -> None:
    inside("score", "-c", "assessment.yaml", "-q", "--out", "a", "--format", "none")
    assert (two / "a" / "inputs" / "judgments.yaml").is_file()
    inside("score", "data.csv", "-f", "mini.yaml", "-q", "--out", "a", "--format", "none", "--no-trace")
    assert [path.name for path in (two / "a" / "inputs").iterdir()] == ["framework.yaml"]


# --- explain


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_explain_says_what_would_change(lang: Any, two: Path, inside: Inside) -> None:
    """From a run's folder and from data the same; with ``--node`` the leaves below it."""
    of_run = answer(inside("explain", "001", "a", "--json", lang=lang))
    of_data = answer(inside("explain", "001", "data.csv", "-f", "mini.yaml", "--json", lang=lang))
    assert of_run["outlook"] == of_data["outlook"]
    kinds = [goal["kind"] for goal in of_run["outlook"]["goals"]]
    assert kinds == ["better_grade", "pass_above", "worse_grade", "behind_below"][: len(kinds)] or "pass_above" in kinds
    text = inside("explain", "001", "a", lang=lang).out
    assert {"zh": "怎样会改变名次或等级", "en": "What would change the rank or the grade"}[lang] in text
    part = answer(inside("explain", "001", "a", "--node", "people", "--json", lang=lang))
    names = {leaf["indicator"] for goal in part["outlook"]["goals"] for leaf in goal["leaves"]}
    assert names <= {"visits", "minutes"}
    relative = inside("explain", "001", "-c", "assessment.yaml", lang=lang).out
    assert {"zh": "不能给出怎样改变名次", "en": "is not promised"}[lang] in relative


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_whole_way_of_a_leaf(lang: Any, two: Path, inside: Inside) -> None:
    """Of one indicator, and with ``-v`` of all: cell, raw, cleaned, parameters, local and global weight, points."""
    text = inside("explain", "001", "a", "--node", "minutes", lang=lang).out
    words = {
        "zh": ("位置", "data.csv，第 6 行，minutes", "局部权重", "全局权重", "目标值：60 → 0"),
        "en": ("cell", "data.csv, row 6, minutes", "local weight", "global weight", "goalposts: 60 → 0"),
    }[lang]
    for word in (*words, "0.3333", "16.6667"):
        assert word in text, word
    every = inside("explain", "001", "a", "-v", lang=lang).out
    assert every.count(words[2]) == 3
    assert words[2] not in inside("explain", "001", "a", lang=lang).out


def test_explain_as_a_page(two: Path, inside: Inside) -> None:
    """Written beside the text; not over a file that is there, unless forced; a folder is refused."""
    ran = inside("explain", "001", "a", "--html", "001.html")
    assert ran.code == 0
    assert "written to 001.html" in ran.err
    assert ran.out.startswith("东社区")
    page = (two / "001.html").read_bytes()
    assert inside("explain", "001", "a", "--html", "001.html").code == 2
    assert inside("explain", "001", "a", "--html", "001.html", "--force", "-q").code == 0
    assert (two / "001.html").read_bytes() == page
    assert inside("explain", "001", "a", "--html", "a").err.startswith("a: RI003")
    quiet = inside("explain", "001", "a", "--html", "002.html", "-q")
    assert (quiet.out, quiet.err) == ("", "")
