"""``verify`` on runs that were changed: each change is found and named; on untouched ones nothing is."""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tampering
import tampering_reports
from acceptance_tools import Inside, mini_project
from tampering import CASES, Case, csv_cell, forge, manifest, settled, write_manifest

from resilience_index.audit import archive, verify
from resilience_index.runs import recheck

CALL = ("score", "-c", "assessment.yaml", "-q", "--bundle", "folder", "--out")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of the small project, made once."""
    folder = mini_project(tmp_path_factory.mktemp("project"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert Inside(patch)(*CALL, "run").code == 0
    return folder / "run"


@pytest.fixture
def copied(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "run"))


def test_the_matrix_is_large_and_its_names_are_its_own() -> None:
    names = [case.name for case in CASES] + [case.name for _, case in tampering_reports.CASES]
    assert len(set(names)) == len(names)
    assert len(names) >= 150


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_change_is_found_and_named(case: Case, copied: Path, inside: Inside) -> None:
    case.change(copied)
    ran = inside("verify", str(copied))
    assert ran.code == case.code, ran.out + ran.err
    for said in case.said:
        assert said in ran.err, ran.err


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Bundles with a map, by their reports, made once."""
    made = {}
    for formats in tampering_reports.BUNDLES:
        folder = tmp_path_factory.mktemp("reported")
        call = tampering_reports.project(folder, formats)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            ran = Inside(patch)(*call, "run")
            assert ran.code == 0, ran.err
            assert Inside(patch)("verify", "run", "-q").code == 0
        made[formats] = folder / "run"
    return made


@pytest.mark.parametrize(
    ("formats", "case"), tampering_reports.CASES, ids=[case.name for _, case in tampering_reports.CASES]
)
def test_a_change_of_a_report_or_map_is_found_and_named(
    formats: str, case: Case, reported: dict[str, Path], tmp_path: Path, inside: Inside
) -> None:
    copied = Path(shutil.copytree(reported[formats], tmp_path / "run"))
    case.change(copied)
    ran = inside("verify", str(copied))
    assert ran.code == case.code, ran.out + ran.err
    for said in case.said:
        assert said in ran.err, ran.err


PACKED = [number for number in range(0, len(CASES), 9) if "link" not in CASES[number].name]


@pytest.mark.parametrize("number", PACKED)
def test_a_change_is_found_in_an_archive(number: int, copied: Path, inside: Inside) -> None:
    """The same in a ZIP; links and folders are not put into it."""
    case = CASES[number]
    case.change(copied)
    names = [name for name, regular in verify.walk(copied) if regular]
    archive.pack(copied, names, copied.with_suffix(".zip"))
    ran = inside("verify", str(copied.with_suffix(".zip")))
    assert ran.code == case.code
    assert all(said in ran.err for said in case.said)


def test_a_whole_run_in_the_place_of_another_is_told_by_its_signature_only(
    copied: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who scores anew makes a run that is sound in itself: that is what signatures are for."""
    monkeypatch.chdir(copied.parent)
    assert inside("keygen", "k").code == 0
    assert inside("sign", str(copied), "--key", "k.key", "--role", "auditor").code == 0
    content = manifest(copied)
    content["predicate"]["program"]["version"] = "9.9"
    write_manifest(copied, content)
    assert "RI576" in inside("verify", str(copied)).err
    ran = inside("verify", str(copied), "--key", "k.pub")
    assert ran.code == 1
    assert "it signs another manifest" in ran.err


def test_other_versions_excuse_pages_and_no_figures(copied: Path, inside: Inside) -> None:
    """What another version wrote cannot be compared: the verdict says which files, and no figure is excused."""
    settled("predicate", "program", "version", value="0.0.1")(copied)
    assert inside("verify", str(copied), "-q").out == f"{copied}: verified\n"
    page = copied / "report.html"
    page.write_text(page.read_text("utf-8").replace("东社区", "西社区"), "utf-8")
    forge(copied)
    ran = inside("verify", str(copied))
    assert (ran.code, "RI593" in ran.err) == (0, True)
    verdict = f"{copied}: verified, except for what could not be compared: report.html\n"
    assert ran.out.endswith(verdict)
    assert inside("verify", str(copied), "-q").out == verdict
    assert json.loads(inside("verify", str(copied), "--json").out)["not_compared"] == ["report.html"]
    csv_cell("scores.csv", 4, "grade", "B", forged=True)(copied)
    assert inside("verify", str(copied)).code == 1


@pytest.mark.parametrize(("library", "code"), [("jinja2", 0), ("xlsxwriter", 1), ("numpy", 1)])
def test_a_page_is_excused_by_the_library_that_wrote_it_only(
    library: str, code: int, copied: Path, inside: Inside
) -> None:
    settled("predicate", "versions", library, value="0.0.1")(copied)
    page = copied / "report.html"
    page.write_text(page.read_text("utf-8").replace("东社区", "西社区"), "utf-8")
    forge(copied)
    assert inside("verify", str(copied)).code == code


@pytest.mark.parametrize("path", [("seed",), ("data", "rows"), ("plan", "leaves", "visits", "global_weight")])
def test_other_versions_excuse_nothing_of_the_manifest(path: tuple[str, ...], copied: Path, inside: Inside) -> None:
    settled("predicate", "program", "version", value="0.0.1")(copied)
    settled("predicate", *path, value=0.5)(copied)
    ran = inside("verify", str(copied))
    assert ran.code == 1
    assert "RI570" in ran.err


def test_last_digits_excuse_no_words(copied: Path, inside: Inside) -> None:
    """A figure that is near in a table says nothing about a name on the page."""
    path = copied / "scores.csv"
    lines = path.read_text("utf-8-sig").split("\n")
    cells = lines[1].split(",")
    at = lines[0].split(",").index("score")
    cells[at] = repr(float(cells[at]) + 1e-12)
    path.write_text("\n".join(["\ufeff" + lines[0], ",".join(cells), *lines[2:]]), "utf-8", newline="")
    page = copied / "report.html"
    page.write_text(page.read_text("utf-8").replace("东社区", "西社区"), "utf-8")
    forge(copied)
    ran = inside("verify", str(copied))
    assert ran.code == 1
    assert "RI575" in ran.err
    assert "report.html" in ran.err


def test_the_cause_is_named_first_and_what_follows_is_short(copied: Path, inside: Inside) -> None:
    """One cell of the data changes nearly every figure: an auditor reads the cell, not a thousand of its effects."""
    csv_cell(tampering.RAW, 2, "visits", "9", forged=True)(copied)
    ran = inside("verify", str(copied), "--json")
    assert ran.code == 1
    found = json.loads(ran.out)["levels"][2]["findings"]
    places = [(item["code"], Path(item["location"]["file"]).relative_to(copied).as_posix()) for item in found]
    first = places.index(("RI570", "inputs/data.parquet"))
    assert {code for code, _ in places[:first]} <= {"RI592", "RI577"}
    assert found[first]["location"]["field"] == "leaf:visits"
    assert "RI593" not in {code for code, _ in places}  # pages were written by this version: they follow from the cell
    after = [file for _, file in places[first + 1 :]]
    assert {"manifest.json", "weights.csv", "scores.csv", "trace.parquet", "report.html"} <= set(after)
    assert max(after.count(file) for file in set(after)) <= 4  # three, and how many more


@pytest.mark.parametrize(("step", "code"), [(1e-12, 0), (1e-3, 1)])
def test_the_last_digits_may_differ_where_the_file_is_unchanged(
    step: float, code: int, copied: Path, inside: Inside
) -> None:
    """As a processor with another logarithm would have written it; the figure and the tolerance are told."""
    path = copied / "scores.csv"
    lines = path.read_bytes().decode().split("\n")
    cells = lines[1].split(",")
    at = lines[0].split(",").index("score")
    cells[at] = repr(float(cells[at]) + step)
    path.write_bytes("\n".join([lines[0], ",".join(cells), *lines[2:]]).encode())
    assert inside("verify", str(copied)).code == 1  # its bytes are not those of the manifest: nothing is excused
    forge(copied)
    ran = inside("verify", str(copied))
    assert ran.code == code
    assert ("RI575" in ran.err) == (code == 0)


METHODS = ("given", "equal", "entropy", "critic", "entropy:scope=siblings", "combine:rule=linear")
SETS = int(os.environ.get("UNTOUCHED", "12"))


def _project(folder: Path, chance: random.Random) -> list[str]:
    """Random data with all that a table may hold; the arguments of ``score``."""
    mini_project(folder)
    rows = ["community_id,community,district,period,visits,minutes,events"]
    for period in ("2024", "2025"):
        for number in range(chance.randint(3, 9)):
            visits = chance.choice(["", "不适用", f"{chance.uniform(0, 100):.3f}", "８０％"])
            visits = ("10", "50", "90")[number] if number < 3 else visits  # no method refuses a constant column
            district = chance.choice("甲乙")
            cells = f"{chance.randint(0, 60)},{chance.random() * 10}"
            rows.append(f"{number:03},{chance.choice('东西=+南')}{number}社区,{district}区,{period},{visits},{cells}")
    encoding = chance.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    (folder / "data.csv").write_text("\n".join(rows) + "\n", encoding)
    features = tampering.areas([f"{number:03}" for number in range(chance.randint(1, 9))])
    (folder / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    source = chance.choice([["data.csv"], _as_parquet(folder, rows), _in_two(folder, rows, encoding)])
    arguments = ["score", *source, "-f", "mini.yaml", "--weights", chance.choice(METHODS[:5]), "-q"]
    encoding = "" if source[0].endswith(".parquet") else encoding
    arguments += chance.choice([[], ["--map", "areas.geojson"]])
    arguments += ["--encoding", "gb18030"] if encoding == "gb18030" else []
    arguments += chance.choice([[], ["--by", "district"], ["--period", "2025"], ["--normalize", "minmax"]])
    arguments += chance.choice([[], ["--fill", "mean"], ["--aggregate", "geometric:zero=0.01"]][:2])
    arguments += chance.choice([[], ["--bundle-without-data"], ["--bundle", "folder"], ["--bundle", "zip"]])
    formats = chance.choice(["none", "html", "html,xlsx", "md,csv,json", "docx", "docx,pdf", "html,xlsx,pdf"])
    language = chance.choice([[], ["--lang", "zh"], ["--lang", "en"]])
    return [*arguments, *chance.choice([[], ["--format", formats]]), *language, "--out", "run"]


def _as_parquet(folder: Path, rows: list[str]) -> list[str]:
    cells = [row.split(",") for row in rows]
    columns = {name: [row[at] or None for row in cells[1:]] for at, name in enumerate(cells[0])}
    pq.write_table(pa.table(columns), folder / "data.parquet")
    return ["data.parquet"]


def _in_two(folder: Path, rows: list[str], encoding: str) -> list[str]:
    at = next(at for at, row in enumerate(rows) if ",2025," in row)
    for name, part in (("early.csv", rows[1:at]), ("late.csv", rows[at:])):
        (folder / name).write_text("\n".join([rows[0], *part]) + "\n", encoding)
    return ["early.csv", "late.csv"]


@pytest.mark.parametrize("seed", range(SETS))
def test_untouched_runs_pass(
    seed: int, tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Random runs of every kind: no error and no warning. UNTOUCHED=100 for more."""
    monkeypatch.chdir(tmp_path)
    arguments = _project(tmp_path, random.Random(seed))
    ran = inside(*arguments)
    assert ran.code == 0, ran.err
    for name in [name for name in ("run", "run.zip") if (tmp_path / name).exists()]:
        found = json.loads(inside("verify", name, "--json").out)
        severities = [finding["severity"] for level in found["levels"] for finding in level["findings"]]
        assert found["verified"], found
        assert {"warning", "error"} & set(severities) == set(), found
        with_data = "--bundle" in arguments
        level = found["levels"][2]
        assert level["from"] == ("data" if with_data else "values")
        assert level["same"] == level["compared"] or not with_data


def test_a_run_without_anything_to_score_says_so(project: Path, inside: Inside) -> None:
    assert inside(*CALL[:-1], "--bundle-without-data", "--no-trace", "--out", "run").code == 0
    ran = inside("verify", "run")
    assert (ran.code, "RI578" in ran.err) == (0, True)
    assert "recomputation: not checked" in ran.out
    ran = inside("verify", "run", "--data", "data.csv", "-v")
    assert (ran.code, ran.err) == (0, "")
    assert "recomputation: passed from its data files" in ran.out
    (project / "data.csv").write_text((project / "data.csv").read_text().replace("50,30", "51,30"))
    ran = inside("verify", "run", "--data", "data.csv")
    assert (ran.code, "RI581" in ran.err) == (1, True)


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(copied: Path, inside: Inside) -> None:
    for name in ("inputs/framework.yaml", "scores.csv"):
        (copied / name).unlink()
        os.mkfifo(copied / name)
    ran = inside("verify", str(copied))
    assert (ran.code, ran.err.count("RI569")) == (1, 2)


@pytest.mark.parametrize("name", ["../secret.yaml", "/etc/passwd", "a\\b"])
def test_a_manifest_leads_to_no_file_outside(name: str, copied: Path, inside: Inside) -> None:
    """Names of files in the manifest: those of sources, of settings, of outputs."""
    (copied.parent / "secret.yaml").write_text("secret: 1\n")
    content = manifest(copied)
    (copied / "inputs/judgments.yaml").unlink()
    content["predicate"]["settings"]["judgments"]["value"] = name
    for source in content["predicate"]["sources"]:
        source.update(member=name, name=name)
    content["subject"].append({"name": name, "digest": {"sha256": "0" * 64}})
    write_manifest(copied, content)
    ran = inside("verify", str(copied), "-v")
    assert ran.code == 1
    assert "secret: 1" not in ran.err
    assert "root:" not in ran.err
    assert "is not valid" in ran.err


def test_hostile_manifests_never_raise(copied: Path) -> None:
    """Every place of the manifest replaced by what does not belong there: a failed level, never an exception."""
    content = manifest(copied)["predicate"]
    chance = random.Random(7)
    opened = verify.open_run(copied, "run")
    places = list(_places(content, ()))
    for path in chance.sample(places, 40):
        changed = json.loads(json.dumps(manifest(copied)))
        _set(changed["predicate"], path, chance.choice([None, [], {}, "x", -1, 1e308, [None], {"method": "x"}]))
        again = verify.Opened(copied, "run", changed, opened.content)
        level = recheck.recompute(again)
        assert level.status in ("failed", "passed"), path


def _places(value: object, path: tuple[object, ...]) -> list[tuple[object, ...]]:
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in ((*path, key), *_places(item, (*path, key)))]
    if isinstance(value, list):
        return [found for key, item in enumerate(value) for found in ((*path, key), *_places(item, (*path, key)))]
    return []


def _set(place: object, path: tuple[object, ...], value: object) -> None:
    for step in path[:-1]:
        place = place[step]  # type: ignore[index]
    place[path[-1]] = value  # type: ignore[index]
