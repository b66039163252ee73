"""``report``: from a finished run or from data, of all or of single communities; what is refused, and how."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import re
import zipfile
from pathlib import Path

import pytest
from acceptance_tools import LANGUAGES, ROOT, Inside, tree

from resilience_index.report.renderers import RENDERERS
from resilience_index.report.view import stored

CITY = [name for name in RENDERERS if name != "geojson"]


@pytest.fixture
def run(project: Path, inside: Inside) -> Path:
    """A finished run of the small project."""
    assert inside("score", "-c", "assessment.yaml", "--out", "run", "--lang", "en", "-q").code == 0
    return project / "run"


def test_the_files_are_those_that_score_writes(run: Path, inside: Inside) -> None:
    """Byte for byte, in every format and language: nothing is scored again and nothing is lost."""
    for language in ("zh", "en", "both"):
        said = (f"--format={','.join(CITY)}", "--lang", language)
        scored = ("score", "-c", "assessment.yaml", "--out", f"scored-{language}", f"--format={','.join(CITY)}", "-q")
        assert inside(*scored, *(("--lang", language) if language != "both" else ())).code == 0
        made = inside("report", f"scored-{language}", *said, "--out", f"made-{language}")
        assert made.code == 0, made.err
        files = tree(run.parent / f"made-{language}")
        files.pop("report.files.json")
        assert len(files) == (11 if language == "both" else 7)
        wanted = tree(run.parent / f"scored-{language}")
        assert files == {name: wanted[name] for name in files}


def test_a_run_is_read_and_not_touched(run: Path, inside: Inside) -> None:
    before = tree(run)
    ran = inside("report", "run")
    assert ran.code == 0
    assert ran.err.splitlines() == ["written to report-run: report.html, report.docx, report.pdf (3 files)"]
    assert ran.out == ""
    assert tree(run) == before
    assert inside("verify", "run", "--data", "data.csv").code == 0
    record = json.loads((run.parent / "report-run" / "report.files.json").read_bytes())
    digest = hashlib.sha256((run / "manifest.json").read_bytes()).hexdigest()
    assert record["run_manifest_sha256"] == digest
    for item in record["files"]:
        content = (run.parent / "report-run" / item["name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == item["sha256"]


def test_a_zip_of_a_run(project: Path, inside: Inside) -> None:
    assert inside("score", "-c", "assessment.yaml", "--out", "run", "--bundle", "zip", "-q").code == 0
    for source in ("run", "run.zip"):
        assert inside("report", source, "--format", "md,json", "--lang", "zh", "--out", source.replace(".", "-") + "r",
                      "-q").code == 0  # fmt: skip
    assert tree(project / "run-zipr") == tree(project / "runr")


def test_data_are_scored_on_the_fly(run: Path, inside: Inside) -> None:
    """The figures are those of a run; findings of the data are told."""
    ran = inside("report", "data.csv", "-f", "mini.yaml", "--format", "csv", "--lang", "en", "--out", "made")
    assert ran.code == 0, ran.err
    again = inside("report", "-c", "assessment.yaml", "--format", "csv", "--out", "other", "--lang", "en")
    assert again.code == 0, again.err
    assert inside("report", "run", "--format", "csv", "--out", "third", "--lang", "en").code == 0
    project = run.parent
    assert (project / "other/report.csv").read_bytes() == (project / "third/report.csv").read_bytes()
    assert json.loads((project / "other/report.files.json").read_bytes())["run_manifest_sha256"] is None
    assert inside("report", "data.csv", "-f", "mini.yaml", "--format", "md", "-q").code == 0
    assert (project / "report-data" / "report.zh.md").is_file()


# --- single communities


@pytest.mark.parametrize("name", ["002", "西社区"])
def test_one_community(run: Path, inside: Inside, name: str) -> None:
    ran = inside("report", "run", "--community", name, "--format", "html,docx,pdf,md,json", "--out", "one")
    assert ran.code == 0, ran.err
    made = tree(run.parent / "one")
    made.pop("report.files.json")
    assert sorted(made) == ["community-002.docx", "community-002.html", "community-002.json", "community-002.md",
                            "community-002.pdf"]  # fmt: skip
    assert made["community-002.pdf"].count(b"/Type /Page\n") == 1 or b"/Count 1" in made["community-002.pdf"]
    page, text = made["community-002.html"].decode(), made["community-002.md"].decode()
    view = stored.load((run / stored.FILE).read_bytes())
    unit = next(unit for unit in view.periods[0].units if unit.community_id == "002")
    for shown in (unit.score_text, unit.name, unit.coverage_text, *unit.node_texts.values()):
        assert shown in page
        assert shown in text
    assert "<script" not in page
    assert json.loads(made["community-002.json"])["periods"][0]["units"][0]["score"] == unit.score
    neighbours = {other[1] for other in view.diagnosis.community("002").neighbours}  # type: ignore[union-attr]
    for other in view.periods[0].units:
        if other is not unit and other.name not in neighbours:
            assert other.name not in page + text


def test_several_and_all(run: Path, inside: Inside) -> None:
    both = inside("report", "run", "--community", "004", "--community", "东社区", "--community", "004",
                  "--format", "md", "--lang", "both", "--out", "two")  # fmt: skip
    assert both.code == 0
    assert sorted(tree(run.parent / "two")) == [
        "community-001.en.md", "community-001.zh.md", "community-004.en.md", "community-004.zh.md", "report.files.json"
    ]  # fmt: skip
    ran = inside("report", "run", "--community", "all", "--format", "html,md", "--lang", "zh", "--out", "every")
    assert ran.code == 0
    names = [f"communities/community-00{number}.{ending}" for number in range(1, 5) for ending in ("html", "md")]
    assert sorted(tree(run.parent / "every")) == ["communities", *names, "report.files.json"]
    assert "(8 files)" in ran.err


def test_progress_on_a_terminal(run: Path, inside: Inside) -> None:
    ran = inside("report", "run", "--community", "all", "--format", "md", "--lang", "en", "--out", "x", columns=80)
    assert ran.code == 0
    assert "4/4" in ran.err
    assert "\r1/4  community-" in ran.err  # one page has no rate yet: the clock starts where it ends
    assert re.search(r"\r2/4, [0-9.]+/(s|min), about ", ran.err)
    quiet = inside("report", "run", "--community", "all", "--format", "md", "--out", "y", "-q", columns=80)
    assert (quiet.out, quiet.err) == ("", "")


def test_a_page_of_one_community_alone_has_both_languages(run: Path, inside: Inside) -> None:
    assert inside("report", "run", "--community", "001", "--format", "html", "--lang", "both", "--out", "o").code == 0
    page = (run.parent / "o" / "community-001.html").read_text(encoding="utf-8")
    assert page.count('<article class="paper" lang="') == 2
    assert 'id="lang-en"' in page
    assert "小框架" in page
    assert "Mini framework" in page


# --- what is there already


def test_earlier_reports_are_replaced_and_files_of_others_are_not(run: Path, inside: Inside) -> None:
    call = ("report", "run", "--format", "md,csv", "--lang", "en", "--out", "made")
    folder = run.parent / "made"
    assert inside(*call).code == 0
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    assert inside(*call, "--format", "md").code == 2  # an option named twice
    assert inside("report", "run", "--format", "json", "--out", "made").code == 0
    assert inside(*call).code == 0
    names = {item["name"] for item in json.loads((folder / "report.files.json").read_bytes())["files"]}
    assert names == {"report.md", "report.csv", "report.json"}
    (folder / "report.md").write_text("edited", encoding="utf-8")
    before = tree(folder)
    refused = inside(*call)
    assert refused.code == 2
    assert "RI015" in refused.err
    assert "report.md" in refused.err
    assert "report.csv" not in refused.err
    assert tree(folder) == before
    assert inside(*call, "--force").code == 0
    assert (folder / "report.md").read_text(encoding="utf-8") != "edited"
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_folder_in_the_way_is_refused_even_with_force(run: Path, inside: Inside) -> None:
    (run.parent / "made" / "report.md").mkdir(parents=True)
    ran = inside("report", "run", "--format", "md", "--lang", "en", "--out", "made", "--force")
    assert ran.code == 2
    assert tree(run.parent / "made") == {"report.md": b"(folder)"}


@pytest.mark.parametrize("content", ["{", "[]", '{"schema": "other", "files": []}', '{"files": [1]}'])
def test_a_record_of_somebody_else_protects_nothing(run: Path, inside: Inside, content: str) -> None:
    folder = run.parent / "made"
    folder.mkdir()
    (folder / "report.files.json").write_text(content, encoding="utf-8")
    (folder / "report.md").write_text("x", encoding="utf-8")
    assert inside("report", "run", "--format", "md", "--lang", "en", "--out", "made").code == 2


# --- what is refused


@pytest.mark.parametrize("lang", LANGUAGES)
def test_refusals(run: Path, inside: Inside, lang: str) -> None:
    """Each by its code, in both languages, with nothing written."""
    assert inside("score", "-c", "assessment.yaml", "--out", "plain", "--format", "none", "-q").code == 0
    assert inside("score", "data.csv", "-f", "mini.yaml", "-f", "toe", "--out", "several", "-q").code in (0, 1)
    before = tree(run.parent)
    for arguments, code, exit_code in [
        (("plain",), "RI541", 2), (("run", "--out", "run"), "RI530", 2), (("run", "--out", "run/deep/er"), "RI530", 2),
        (("run", "--format", "xlsx,md", "--community", "001"), "RI531", 2),
        (("run", "--format", "geojson"), "RI532", 2),
        (("data.csv", "-f", "mini.yaml", "--format", "geojson"), "RI532", 2), (("run", "--format", "word"), "RI008", 2),
        (("run", "--format", ","), "RI009", 2), (("run", "-f", "mini.yaml"), "RI009", 2), (("data.csv",), "RI009", 2),
        ((), "RI009", 2), (("nothing",), "RI002", 2), (("run", "--community", "009"), "RI417", 1),
        (("run", "--out", "data.csv"), "RI010", 2), (("-",), "RI023", 2), (("run", "--out", "a\x00b"), "RI010", 2),
    ]:  # fmt: skip
        ran = inside("report", *arguments, "--lang", lang, lang=lang)  # type: ignore[arg-type]
        assert ran.code == exit_code, (arguments, ran)
        assert code in ran.err, (arguments, ran)
        assert "Traceback" not in ran.err
    assert tree(run.parent) == before


def test_two_of_one_name(project: Path, inside: Inside) -> None:
    text = (project / "data.csv").read_text(encoding="utf-8").replace("西社区", "东社区")
    (project / "twins.csv").write_text(text, encoding="utf-8")
    ran = inside("report", "twins.csv", "-f", "mini.yaml", "--community", "东社区", "--format", "md")
    assert ran.code == 1
    assert "RI418" in ran.err
    assert "--period" not in ran.err  # report has no such option, and an id is enough


def _with_view(run: Path, content: bytes) -> None:
    """Put another view into a run, with its SHA-256 in the manifest."""
    manifest = json.loads((run / "manifest.json").read_bytes())
    for item in manifest["subject"]:
        if item["name"] == stored.FILE:
            item["digest"]["sha256"] = hashlib.sha256(content).hexdigest()
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (run / stored.FILE).write_bytes(content)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which nobody can make another")
@pytest.mark.parametrize(("lang", "reason"), [("zh", "路径中有一级不存在"), ("en", "no such file or directory")])
def test_a_place_where_no_folder_can_be_made(run: Path, inside: Inside, lang: str, reason: str) -> None:
    ran = inside("report", "run", "--format", "md", "--out", "/proc/nowhere/x", lang=lang)  # type: ignore[arg-type]
    assert ran.code == 2
    assert f"RI010 {'错误' if lang == 'zh' else 'error'}: " in ran.err
    assert reason in ran.err


def test_views_that_are_not_as_they_were_written(run: Path, inside: Inside) -> None:
    path = run / stored.FILE
    whole = path.read_bytes()
    call = ("report", "run", "--format", "md", "--lang", "en", "--out", "made")
    for content in (whole[:-1], whole + b"\0", stored.dump(dataclasses.replace(stored.load(whole), synthetic=True))):
        path.write_bytes(content)
        ran = inside(*call)
        assert (ran.code, "RI040" in ran.err, "SHA-256" in ran.err) == (2, True, True), ran.err
    path.unlink()
    ran = inside(*call)
    assert (ran.code, "RI040" in ran.err) == (2, True)
    path.symlink_to("/dev/zero")
    assert inside(*call).code == 2
    path.unlink()
    for other in (b"{}", json.dumps({"schema": stored.SCHEMA, "texts": [], "view": {}}).encode()):
        _with_view(run, gzip.compress(other))
        ran = inside(*call)
        assert (ran.code, "RI542" in ran.err, "0.1.0" in ran.err) == (2, True, True), ran.err
    _with_view(run, gzip.compress(json.dumps({"schema": "resilience-index/view/2"}).encode()))
    ran = inside(*call)
    assert (ran.code, "RI542" in ran.err, "view/2" in ran.err) == (2, True, True)
    assert not (run.parent / "made").exists()


def test_archives_that_are_none(project: Path, inside: Inside) -> None:
    with zipfile.ZipFile(project / "x.zip", "w") as archive:
        archive.writestr("../out", "x")
    ran = inside("report", "x.zip", "--format", "md")
    assert ran.code == 1
    assert "RI563" in ran.err
    assert not (project.parent / "out").exists()


def test_a_map_gives_geojson(run: Path, inside: Inside) -> None:
    ring = [[120.0, 30.0], [120.1, 30.0], [120.1, 30.1], [120.0, 30.0]]
    area = {"type": "Feature", "id": "002", "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (run.parent / "map.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [area]}))
    call = ("score", "-c", "assessment.yaml", "--map", "map.geojson", "--out", "mapped", "-q")
    assert inside(*call, "--format", "geojson").code == 0
    assert inside("report", "mapped", "--format", "geojson", "--out", "made").code == 0
    made = (run.parent / "made" / "report.geojson").read_bytes()
    assert made == (run.parent / "mapped" / "report.geojson").read_bytes()
    feature = json.loads(made)["features"][0]
    assert feature["geometry"] == area["geometry"]
    assert feature["properties"]["community"] == "西社区"
    data = ("report", "data.csv", "-f", "mini.yaml", "--map", "map.geojson", "--format", "geojson", "--out", "third")
    assert inside(*data).code == 0


def test_an_assessment_asks_for_all_formats(project: Path, inside: Inside) -> None:
    text = (project / "assessment.yaml").read_text(encoding="utf-8")
    (project / "a.yaml").write_text(text + "outputs: [md, csv, json]\nlanguage: both\n", encoding="utf-8")
    assert inside("score", "-c", "a.yaml", "--out", "run", "-q").code == 0
    files = {name for name in tree(project / "run") if name.startswith("report")}
    assert files == {"report.zh.md", "report.en.md", "report.zh.csv", "report.en.csv", "report.json"}
    assert inside("verify", "run", "--data", "data.csv", "-q").code == 0
    (project / "b.yaml").write_text(text + "outputs: [geojson]\n", encoding="utf-8")
    ran = inside("score", "-c", "b.yaml", "--out", "none", "-q")
    assert (ran.code, "RI532" in ran.err) == (2, True)
    assert not (project / "none").exists()


def test_the_sample_from_a_process_of_its_own(tmp_path: Path) -> None:
    """The words of the help page: what it shows runs."""
    from acceptance_tools import program

    data = ROOT / "sample_data" / "communities.csv"
    ran = program(
        "report", str(data), "-f", "toe", "--community", "099101001001", "--format", "html,md", "--out", "one",
        cwd=tmp_path,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert (tmp_path / "one" / "community-099101001001.html").is_file()
