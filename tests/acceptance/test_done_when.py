"""What the program is for: scores under several frameworks and weights, by hand, and the same bytes anywhere."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from acceptance_tools import ROOT, SAMPLE, Inside, program, tree

DATA = SAMPLE / "communities.csv"
JUDGED = ("-j", str(SAMPLE / "judgments.yaml"))
COMBINE = "combine:subjective=ahp,objective=entropy,rule="
WEIGHTS: dict[str, tuple[str, ...]] = {
    "equal": ("--weights", "equal"),
    "entropy of leaves": ("--weights", "entropy:scope=leaves"),
    "entropy of siblings": ("--weights", "entropy:scope=siblings"),
    "ahp": ("--weights", "ahp", *JUDGED),
    "linear": ("--weights", f"{COMBINE}linear,alpha=0.3", *JUDGED),
    "product": ("--weights", f"{COMBINE}product", *JUDGED),
}
# Scored leaves: one of the 20 of the mechanisms is context.
FRAMEWORKS = {"toe": 55, "sfic": 38, "community_resilience": 85, "dual_empowerment": 20, "mechanisms": 19}
# Every file of a run, and none else.
FILES = {
    "scores.csv", "weights.csv", "trace.parquet", "trace_nodes.parquet", "findings.json", "report.html", "report.xlsx",
    "view.json.gz", "manifest.json", "inputs", "inputs/framework.yaml", "inputs/dictionary.yaml", "inputs/data.parquet",
}  # fmt: skip

Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def write(path: Path, rows: Rows, columns: list[str], encoding: str = "utf-8-sig") -> Path:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_one_table_many_ways(framework: str, weights: str, folder: Path, inside: Inside) -> None:
    """Every framework from the same CSV under every way of weighting: whole runs, checked against their own trace."""
    reports = "html,xlsx" if weights == "linear" else "none"
    ran = inside("score", str(DATA), "-f", framework, *WEIGHTS[weights], "--format", reports, "--out", "run", "-q")
    assert (ran.code, ran.err) == (0, "")
    expected = FILES - ({"report.html", "report.xlsx", "view.json.gz"} if reports == "none" else set())
    judged = {"inputs/judgments.yaml"} if "-j" in WEIGHTS[weights] or "--judgments" in WEIGHTS[weights] else set()
    assert set(tree(folder / "run")) == expected | judged
    rows, found = read(folder / "run" / "scores.csv"), read(folder / "run" / "weights.csv")
    assert [(row["community_id"], row["period"]) for row in rows] == [
        (row["community_id"], row["period"]) for row in read(DATA)
    ]
    unscored = [row for row in rows if not row["score"]]
    assert [(row["community"], row["period"], row["rank"], row["grade"]) for row in unscored] == [
        ("梅岭脚社区", "2024", "", "")
    ]
    leaves = _check_weights(found)
    assert len(leaves) == FRAMEWORKS[framework]
    _check_scores(folder / "run", rows, leaves)
    _check_ranks(rows)


def _check_weights(found: Rows) -> dict[str, float]:
    """Siblings sum to 1, leaves sum to 1, a global weight is the product down the path; the leaves' weights."""
    shares = {row["node"]: float(row["global_weight"]) for row in found}
    parents = {row["parent"] for row in found}
    for parent in parents - {""}:
        local = [float(row["local_weight"]) for row in found if row["parent"] == parent]
        assert math.isclose(math.fsum(local), 1.0, abs_tol=1e-12)
    for row in found:
        if row["parent"]:
            product = shares[row["parent"]] * float(row["local_weight"])
            assert math.isclose(shares[row["node"]], product, abs_tol=1e-12)
    leaves = {name: share for name, share in shares.items() if name not in parents}
    assert math.isclose(math.fsum(leaves.values()), 1.0, abs_tol=1e-12)
    return leaves


def _check_scores(run: Path, rows: Rows, weights: dict[str, float]) -> None:
    """Where every leaf has a value the score is the weighted sum of normalised values; contributions sum up."""
    import pyarrow.parquet as pq

    cells: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for cell in pq.read_table(run / "trace.parquet").to_pylist():
        cells.setdefault((cell["community_id"], cell["period"]), []).append(cell)
    whole = 0
    for row in rows:
        mine = cells[row["community_id"], row["period"]]
        if not row["score"]:
            continue
        score = float(row["score"])
        assert math.isclose(math.fsum(cell["contribution"] or 0.0 for cell in mine), score, abs_tol=1e-9)
        scored = [cell for cell in mine if cell["indicator"] in weights]
        if all(cell["status"] == "reported" for cell in scored):
            whole += 1
            by_hand = 100 * math.fsum(weights[cell["indicator"]] * cell["normalized"] for cell in scored)
            assert math.isclose(by_hand, score, abs_tol=1e-9)
    assert whole > 20


def _check_ranks(rows: Rows) -> None:
    """In each year the rank of a community is one more than the number that score higher."""
    for year in ("2023", "2024", "2025"):
        scores = [round(float(row["score"]), 8) for row in rows if row["period"] == year and row["score"]]
        for row in rows:
            if row["period"] == year and row["score"]:
                assert int(row["rank"]) == 1 + sum(other > round(float(row["score"]), 8) for other in scores)


def test_the_ways_differ(folder: Path, inside: Inside) -> None:
    """No two ways of weighting give the same weights."""
    found = set()
    for arguments in WEIGHTS.values():
        ran = inside("weights", str(DATA), "-f", "toe", *arguments, "--json")
        found.add(tuple(one["global_weight"] for one in json.loads(ran.out)["weights"]))
    assert len(found) == len(WEIGHTS)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of the sample's assessment, from the root of the checkout."""
    folder = tmp_path_factory.mktemp("demo")
    out = folder / "run"
    ran = program("score", "-c", "sample_data/assessment.yaml", "--out", str(out), "-q", cwd=ROOT)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    return out


@pytest.mark.parametrize(
    ("name", "variables", "place"),
    [
        ("again", {}, "root"),
        ("China", {"LANG": "zh_CN.UTF-8", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1"}, "sample"),
        ("C", {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONHASHSEED": "4242"}, "elsewhere"),
        ("America", {"LANG": "en_US.UTF-8", "LC_NUMERIC": "de_DE.UTF-8", "TZ": "Pacific/Kiritimati",
                     "HOME": "/nonexistent", "USER": "somebody", "OMP_NUM_THREADS": "1"}, "root"),
    ],
)  # fmt: skip
def test_the_same_bytes(name: str, variables: dict[str, str], place: str, demo: Path, tmp_path: Path) -> None:
    """Neither environment nor place changes a byte of any file of the run."""
    folders = {"root": ROOT, "sample": SAMPLE, "elsewhere": tmp_path}
    cwd = folders[place]
    config = (
        os.path.relpath(SAMPLE / "assessment.yaml", cwd) if place != "elsewhere" else str(SAMPLE / "assessment.yaml")
    )
    ran = program("score", "-c", config, "--out", str(tmp_path / "run"), "-q", cwd=cwd, env=variables)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    _same(tree(tmp_path / "run"), tree(demo))


def _same(found: dict[str, bytes], expected: dict[str, bytes]) -> None:
    assert set(found) == set(expected)
    assert [name for name in found if found[name] != expected[name]] == []


def test_nothing_of_the_machine_is_in_the_files(demo: Path) -> None:
    """No absolute path in any file, the packed ones opened."""
    import zipfile

    contents = tree(demo)
    with zipfile.ZipFile(demo / "report.xlsx") as book:
        contents |= {name: book.read(name) for name in book.namelist()}
    for name, content in contents.items():
        for word in (str(ROOT), str(demo.parent)):
            assert word.encode() not in content, (name, word)


def test_the_order_of_rows_and_columns_changes_nothing(folder: Path, inside: Inside) -> None:
    """Rows and columns shuffled: every row of scores.csv is the same to the last digit; so are the weights."""
    rows = read(DATA)
    shuffled, columns = rows[:], list(rows[0])
    random.Random(7).shuffle(shuffled)
    random.Random(8).shuffle(columns)
    groups = iter(("city", "district", "street"))  # groups that no assessment declares are written in file order
    columns = [next(groups) if column in ("city", "district", "street") else column for column in columns]
    write(folder / "shuffled.csv", shuffled, columns)
    for source, out in ((str(DATA), "a"), ("shuffled.csv", "b")):
        call = ("score", source, "-f", "toe", *WEIGHTS["linear"], "--out", out, "--format", "none", "-q")
        assert inside(*call).code == 0
    scores = {out: (folder / out / "scores.csv").read_text(encoding="utf-8-sig").splitlines() for out in "ab"}
    assert scores["a"] != scores["b"]
    assert scores["a"][0] == scores["b"][0]
    order = {(row["community_id"], row["period"]): index for index, row in enumerate(shuffled)}
    places = [order[row["community_id"], row["period"]] for row in rows]
    assert scores["a"][1:] == [scores["b"][1 + place] for place in places]
    assert (folder / "a" / "weights.csv").read_bytes() == (folder / "b" / "weights.csv").read_bytes()


@pytest.mark.parametrize("arguments", [("--encoding", "gb18030"), ("--encoding", "GBK"), ()])
def test_gb18030_gives_the_same_scores(arguments: tuple[str, ...], folder: Path, inside: Inside) -> None:
    """The copy that Excel on Chinese Windows writes, declared or found out (with a warning that says so)."""
    call = ("-f", "toe", "--format", "none", "--out")
    assert inside("score", str(DATA), *call, "utf8").code == 0
    ran = inside("score", str(SAMPLE / "communities_gb18030.csv"), *call, "gb", *arguments)
    assert ran.code == 0
    assert ("RI203" in ran.err) == (not arguments)
    for name in ("scores.csv", "weights.csv"):
        assert (folder / "gb" / name).read_bytes() == (folder / "utf8" / name).read_bytes()


@pytest.mark.parametrize("weights", ["equal", "entropy of siblings", "linear"])
def test_a_period_is_as_if_it_were_alone(weights: str, folder: Path, inside: Inside) -> None:
    """--period 2025 gives what a file with only these rows gives."""
    rows = read(DATA)
    write(folder / "alone.csv", [row for row in rows if row["period"] == "2025"], list(rows[0]))
    call = ("-f", "toe", *WEIGHTS[weights], "--format", "none", "-q", "--out")
    assert inside("score", str(DATA), "--period", "2025", *call, "a").code == 0
    assert inside("score", "alone.csv", *call, "b").code == 0
    for name in ("scores.csv", "weights.csv"):
        assert (folder / "a" / name).read_bytes() == (folder / "b" / name).read_bytes()
    assert len(read(folder / "a" / "scores.csv")) == 60


def test_fewer_formats_leave_no_old_report(folder: Path, inside: Inside) -> None:
    """A second run into the same folder removes what it does not write; a file of the user's stays."""
    call = ("score", str(DATA), "-f", "toe", "-q", "--out", "run")
    assert inside(*call).code == 0
    (folder / "run" / "notes.txt").write_text("mine", encoding="utf-8")
    assert inside(*call, "--format", "xlsx", "--no-trace").code == 0
    left = FILES - {"report.html", "trace.parquet", "trace_nodes.parquet", "inputs/data.parquet"}
    assert set(tree(folder / "run")) == {*left, "notes.txt"}
    fresh = inside(*call[:-1], "fresh", "--format", "xlsx", "--no-trace")
    assert fresh.code == 0
    (folder / "run" / "notes.txt").unlink()
    _same(tree(folder / "run"), tree(folder / "fresh"))
    assert inside("explain", "099101001001", "run").err.startswith("run: RI014")


def test_the_manifest_holds_the_digests_of_what_went_in_and_came_out(demo: Path) -> None:
    """SHA-256 of every input and output, by names without folders."""
    import hashlib

    manifest = json.loads((demo / "manifest.json").read_bytes())
    subjects = {item["name"]: item["digest"]["sha256"] for item in manifest["subject"]}
    assert set(subjects) == FILES - {"manifest.json", "inputs"} | {"inputs/judgments.yaml"}
    for name, digest in subjects.items():
        assert hashlib.sha256((demo / name).read_bytes()).hexdigest() == digest
    inputs = {item["name"]: item["digest"]["sha256"] for item in manifest["predicate"]["inputs"]}
    assert set(inputs) == {"assessment.yaml", "communities.csv", "judgments.yaml", "toe.yaml", "dictionary.yaml"}
    for name in ("assessment.yaml", "communities.csv", "judgments.yaml"):
        assert hashlib.sha256((SAMPLE / name).read_bytes()).hexdigest() == inputs[name]
    for name in ("toe.yaml", "dictionary.yaml"):
        assert hashlib.sha256((ROOT / "indicators" / name).read_bytes()).hexdigest() == inputs[name]


# By hand: 西社区 in 2024 has visits 80 %, 10 minutes, 2 events.
#   visits 80 of 0..100 → 0.8; minutes 10 of 60..0 → 5/6; people = their mean = 49/60
#   events 2 of 0..10 → 0.2; index = (2 · 49/60 + 1 · 0.2) / 3 = 11/18 → 61.11…, grade A from 60 on


@pytest.mark.parametrize("source", ["run", "data"])
def test_explain_by_hand(source: str, project: Path, inside: Inside) -> None:
    """Cell → normalised → weight → contribution, from the run's folder and from the data alike."""
    if source == "run":
        assert inside("score", "data.csv", "-f", "mini.yaml", "--out", "run", "-q").code == 0
        call = ("explain", "002", "run", "--period", "2024")
    else:
        call = ("explain", "西社区", "data.csv", "-f", "mini.yaml", "--period", "2024")
    found = json.loads(inside(*call, "--json").out)
    assert (found["community_id"], found["community"], found["period"]) == ("002", "西社区", "2024")
    assert math.isclose(found["score"], 100 * 11 / 18, abs_tol=1e-12)
    assert (found["rank"], found["grade"], found["coverage"]) == (2, "A", 1.0)
    leaves = {leaf["indicator"]: leaf for leaf in found["leaves"]}
    by_hand = {
        "visits": ("80", 0.8, 1 / 2, 1 / 3),
        "minutes": ("10", 5 / 6, 1 / 2, 1 / 3),
        "events": ("2", 0.2, 1 / 3, 1 / 3),
    }
    for name, (raw, normalized, local, share) in by_hand.items():
        leaf = leaves[name]
        assert (leaf["raw"], leaf["status"], leaf["source_row"], leaf["source_column"]) == (raw, "reported", 3, name)
        assert leaf["source_file"] == "data.csv"
        assert math.isclose(leaf["normalized"], normalized, abs_tol=1e-12)
        assert math.isclose(leaf["local_weight"], local, abs_tol=1e-12)
        assert math.isclose(leaf["global_weight"], share, abs_tol=1e-12)
        assert math.isclose(leaf["contribution"], 100 * normalized * share, abs_tol=1e-10)
    nodes = {node["id"]: node for node in found["nodes"]}
    assert math.isclose(nodes["people"]["value"], 49 / 60, abs_tol=1e-12)
    assert math.isclose(nodes["people"]["contribution"], 100 * 49 / 90, abs_tol=1e-10)
    text = inside(*call).out
    assert "score 61.11111111  rank 2  grade A" in text
    assert "Σ contribution = 61.11111111" in text


def test_explain_is_the_same_from_the_run_and_from_the_data(project: Path, inside: Inside) -> None:
    """Every community and period, with weights from experts and data together."""
    assert inside("score", "-c", "assessment.yaml", "--out", "run", "-q").code == 0
    for name in ("001", "002", "003", "004"):
        for period in ("2024", "2025"):
            said = [inside("explain", name, *source, "--period", period, "--json").out
                    for source in (("run",), ("-c", "assessment.yaml"))]  # fmt: skip
            assert json.loads(said[0]) == json.loads(said[1])
    newest = json.loads(inside("explain", "001", "run", "--json").out)
    assert newest["period"] == "2025"


def test_a_constant_column_under_entropy_is_told(
    project: Path, inside: Inside, changed: Callable[[str, str, str, str], Path]
) -> None:
    """Weight 0 with a warning, in both languages; the rest is scored."""
    lines = (project / "data.csv").read_text(encoding="utf-8").splitlines()
    rows = [line.rsplit(",", 1)[0] + ",5" for line in lines[1:]]
    (project / "flat.csv").write_text("\n".join([lines[0], *rows]) + "\n", encoding="utf-8")
    for language, sentence in (
        ("en", "'events' is constant over the units and gets weight 0"),
        ("zh", "“events”在各单元上为常数，权重为 0"),
    ):
        ran = inside(
            "score", "flat.csv", "-f", "mini.yaml", "--weights", "entropy", lang="zh" if language == "zh" else "en"
        )
        assert ran.code == 0
        assert sentence in ran.err
    found = json.loads(inside("weights", "flat.csv", "-f", "mini.yaml", "--weights", "entropy", "--json").out)
    assert {row["node"]: row["global_weight"] for row in found["weights"]}["events"] == 0.0
    combined = inside("weights", "-c", "assessment.yaml", "flat.csv", "--json")
    assert {row["node"]: row["global_weight"] for row in json.loads(combined.out)["weights"]}["events"] > 0.0


def test_a_run_folder_can_be_moved(project: Path, inside: Inside) -> None:
    """A run explains itself from anywhere, without its inputs."""
    assert inside("score", "-c", "assessment.yaml", "--out", "run", "-q").code == 0
    before = inside("explain", "003", "run").out
    shutil.move(project / "run", project / "moved")
    for name in ("data.csv", "mini.yaml", "judgments.yaml", "assessment.yaml"):
        (project / name).unlink()
    assert inside("explain", "003", "moved").out == before
