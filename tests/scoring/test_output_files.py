"""The files of a run: what stands in them, in which order, to which digit, and that it hangs together."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import io
import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import resilience_index as ri
from resilience_index.audit.trace import leaf_batch
from resilience_index.methods.checking import parse_flag
from resilience_index.report.export import tables
from resilience_index.report.view.format import decimals, score_text
from resilience_index.runs import folder as run_folder
from resilience_index.scoring import assess

FRAMEWORK = """
defaults: {missing: {policy: available, min_coverage: 1/2}}
grades: [{id: A, min: 80}, {id: B, min: 50}, {id: C, min: 20}]
red_lines: [{indicator: leaks, op: ">=", value: 1, cap: C}]
flags: [{id: slow, node: services, op: "<", value: 60}, {id: near, node: response, op: ">=", value: 75}]
tree:
  aggregate: {method: geometric, zero: {floor: 0.01}}
  missing: {policy: available, min_coverage: 1}
  children:
    - id: services
      weight: 2
      children:
        - {id: closure, unit: "%", goalposts: [60, 100], aliases: [闭环率]}
        - {id: response, unit: min, direction: cost, goalposts: [240, 30]}
    - id: society
      weight: 1
      children:
        - {id: belonging, goalposts: [1, 5], weight: 3}
        - {id: leaks, direction: cost, goalposts: [4, 0], weight: 1}
        - {id: people, direction: context}
"""
DATA = """\
community_id,community,period,district,闭环率,response,belonging,leaks,people
0012,=1+1,2025,东,85.0,135,3,0,1200
0007,"甲, ""老""社区",2024,西, 90 ,30,5,0,
0012,=1+1,2024,东,70,240,不适用,2,1100
0099,'=quoted,2025,西,,,3,0,900
0007,"甲, ""老""社区",2025,西,100,30,5,1,
0003,-枫桥,2025,东,80,NA,1,4,500
"""
# services = (closure + response)/2, society = (3 · belonging + leaks)/4, index = (services² · society)^(1/3):
# 0012/2025: (0.625 + 0.5)/2 = 0.5625, (3 · 0.5 + 1)/4 = 0.625
# 0007/2024: (0.75 + 1)/2 = 0.875, 1
# 0012/2024: (0.25 + 0)/2 = 0.125, leaks alone, belonging does not apply: 0.5
# 0099/2025: services without any value: no score
# 0007/2025: 1, (3 + 0.75)/4 = 0.9375, capped by its leak
# 0003/2025: closure alone 0.5, (0 + 0)/4 = 0 → floor 0.01
INSIDE = [(0.5625**2 * 0.625), (0.875**2 * 1), (0.125**2 * 0.5), None, (1 * 0.9375), (0.5**2 * 0.01)]


@pytest.fixture
def files(tmp_path: Path, framework_file: Callable[..., Path]) -> tuple[Path, Path]:
    framework = framework_file(FRAMEWORK)
    data = tmp_path / "data.csv"
    data.write_text(DATA, encoding="utf-8")
    return framework, data


@pytest.fixture
def job(files: tuple[Path, Path]) -> assess.Job:
    return assess.job(*map(str, files))


@pytest.fixture
def result(job: assess.Job) -> ri.Result:
    return assess.assess(job)


@pytest.fixture
def run(tmp_path: Path, job: assess.Job, result: ri.Result) -> Path:
    """The folder of a run."""
    return run_folder.write(result, job, tmp_path / "run", formats=()).folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


# -- scores.csv -------------------------------------------------------------------------------------------


def test_scores_have_the_columns_of_the_contract_in_its_order(run: Path) -> None:
    content = (run / "scores.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    header = content.removeprefix(b"\xef\xbb\xbf").decode().splitlines()[0]
    assert header == "community_id,community,period,district,score,rank,grade,coverage,services,society,slow,near"


def test_scores_hold_every_row_in_input_order(run: Path) -> None:
    rows = rows_of(run / "scores.csv")
    assert [(row["community_id"], row["period"]) for row in rows] == [
        ("0012", "2025"), ("0007", "2024"), ("0012", "2024"), ("0099", "2025"), ("0007", "2025"), ("0003", "2025"),
    ]  # fmt: skip
    assert [row["district"] for row in rows] == ["东", "西", "东", "西", "西", "东"]


def test_scores_are_those_worked_out_by_hand(run: Path) -> None:
    rows = rows_of(run / "scores.csv")
    expected = [None if value is None else 100 * value ** (1 / 3) for value in INSIDE]
    for row, value in zip(rows, expected, strict=True):
        assert row["score"] == "" if value is None else float(row["score"]) == pytest.approx(value, rel=1e-12)
    # 65.3, 91.5, 19.8, 97.9, 13.6
    assert [row["rank"] for row in rows] == ["2", "1", "2", "", "1", "3"]
    assert [row["grade"] for row in rows] == ["B", "A", "", "", "C", ""]
    assert [float(row["coverage"]) for row in rows] == pytest.approx([1, 1, 1, 0.5, 1, 0.75])
    assert [row["services"] for row in rows] == ["56.25", "87.5", "12.5", "", "100", "50"]
    assert [row["slow"] for row in rows] == ["true", "false", "true", "", "false", "true"]
    assert [row["near"] for row in rows] == ["false", "true", "false", "", "true", ""]


def test_an_unscored_row_is_blank_beside_what_could_be_computed(run: Path) -> None:
    (row,) = [row for row in rows_of(run / "scores.csv") if row["community_id"] == "0099"]
    # (3 · 0.5 + 1)/4
    assert row | {"community": "", "district": ""} == {
        "community_id": "0099", "community": "", "period": "2025", "district": "", "score": "", "rank": "",
        "grade": "", "coverage": "0.5", "services": "", "society": "62.5", "slow": "", "near": "",
    }  # fmt: skip


def test_every_number_reads_back_to_the_same_bits(run: Path, result: ri.Result) -> None:
    rows = rows_of(run / "scores.csv")
    columns = {"score": result.score, "coverage": result.coverage}
    columns |= {node.id: result.shown[node.index] for node in result.plan.nodes[1:]}
    for name, values in columns.items():
        found = [float(row[name]) if row[name] else math.nan for row in rows]
        assert [value.hex() for value in found] == [value.hex() for value in values.tolist()], name


@pytest.mark.parametrize(
    "value", [0.1, 1 / 3, 1e-7, 5e-324, 1e22, 123456789.123456789, -0.5, 100.0, 1e300, 2 / 3 * 1e-5]
)
def test_numbers_are_written_in_full(value: float) -> None:
    text = bytes(tables.csv_text(pa.table({"x": [value]}))).decode().strip()
    assert float(text) == value


def test_names_like_formulas_are_inert_and_come_back(run: Path) -> None:
    rows = rows_of(run / "scores.csv")
    assert [row["community"] for row in rows] == [
        "'=1+1", '甲, "老"社区', "'=1+1", "''=quoted", '甲, "老"社区', "'-枫桥",
    ]  # fmt: skip
    from resilience_index.analysis.explain import explain_run

    assert explain_run(run, "0003").community == "-枫桥"
    assert explain_run(run, "0099").community == "'=quoted"
    assert explain_run(run, "=1+1").community_id == "0012"


@pytest.mark.parametrize("text", ["=A1", "+1", "-1", "@x", "\tx", "\rx", "'=A1", "''+1", "'plain", "x=1", "", "甲"])
def test_inert_text_starts_no_formula_and_loses_nothing(text: str) -> None:
    (shown,) = tables.inert(pa.array([text])).to_pylist()
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert shown in (text, "'" + text)
    assert (shown != text) == (text.lstrip("'")[:1] in tuple("=+-@\t\r"))


def test_a_group_named_like_a_formula_is_an_inert_header(files: tuple[Path, Path], tmp_path: Path) -> None:
    framework, data = files
    data.write_text(DATA.replace("district", "=zone"), encoding="utf-8")
    result = assess.assess(assess.job(str(framework), str(data), options=assess.Options(by="=zone")))
    stream = io.BytesIO()
    tables.write_scores(result, stream)
    assert stream.getvalue().decode("utf-8-sig").startswith("community_id,community,period,'=zone,score,")


@pytest.mark.parametrize("name", ["score", "coverage", "services", "slow"])
def test_a_group_may_not_take_the_column_of_a_result(name: str, files: tuple[Path, Path]) -> None:
    framework, data = files
    data.write_text(DATA.replace("district", name), encoding="utf-8")
    with pytest.raises(ri.InputError) as caught:
        assess.assess(assess.job(str(framework), str(data), options=assess.Options(by=name)))
    (finding,) = [finding for finding in caught.value.findings if finding.severity == "error"]
    assert (finding.code, finding.location.field, finding.params["id"]) == ("RI131", name, name)


def test_average_ranks_may_have_a_half(score: Callable[..., Any]) -> None:
    text = "ranks: {ties: average}\ntree: {children: [{id: x, goalposts: [0, 10]}]}"
    result = score(text, "id,x\na,5\nb,5\nc,1").result
    stream = io.BytesIO()
    tables.write_scores(result, stream)
    lines = stream.getvalue().decode("utf-8-sig").splitlines()
    assert [line.split(",")[3] for line in lines[1:]] == ["1.5", "1.5", "3"]


# -- numbers as reports write them ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "scale", "text"),
    [
        (79.99996, 100, "79.99996"),  # below 80, and of the grade below
        (79.99999999999, 100, "80.00"),  # 80 at 10 decimals of the inside scale
        (79.994, 100, "79.99"),
        (0.799999996, 1, "0.799999996"),
        (0.79999999996, 1, "0.8000"),
        (-1e-17, 1, "0.0000"),
        (1e30, 100, "1" + "0" * 30 + ".00"),
    ],
)
def test_a_score_is_written_on_the_side_of_its_grade(score: float, scale: float, text: str) -> None:
    assert score_text(score, [0.8 * scale], decimals(scale), scale) == text


# -- weights.csv ------------------------------------------------------------------------------------------


def test_weights_hold_the_tree_with_local_and_global_weights(run: Path) -> None:
    rows = rows_of(run / "weights.csv")
    assert list(rows[0]) == ["node", "parent", "level", "local_weight", "global_weight", "given"]
    found = [tuple(row[key] for key in ("node", "parent", "level")) for row in rows]
    assert found == [
        ("index", "", "0"), ("services", "index", "1"), ("closure", "services", "2"), ("response", "services", "2"),
        ("society", "index", "1"), ("belonging", "society", "2"), ("leaks", "society", "2"),
    ]  # fmt: skip
    assert [float(row["local_weight"]) for row in rows] == pytest.approx([1, 2 / 3, 1 / 2, 1 / 2, 1 / 3, 3 / 4, 1 / 4])
    expected = [1, 2 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 4, 1 / 12]
    assert [float(row["global_weight"]) for row in rows] == pytest.approx(expected, rel=1e-12)


def test_a_combination_has_a_column_per_component(files: tuple[Path, Path], tmp_path: Path) -> None:
    options = assess.Options(weights=parse_flag("weights", "combine:subjective=given,alpha=0.25"))
    work = assess.job(*map(str, files), options=options)
    run = run_folder.write(assess.assess(work), work, tmp_path / "run", formats=()).folder
    rows = rows_of(run / "weights.csv")
    assert list(rows[0])[5:] == ["given", "entropy"]
    leaves = [row for row in rows if row["level"] == "2"]
    for column in ("global_weight", "given", "entropy"):
        assert sum(float(row[column]) for row in leaves) == pytest.approx(1, abs=1e-12)
    for parent in ("index", "services", "society"):
        assert sum(float(row["local_weight"]) for row in rows if row["parent"] == parent) == pytest.approx(1, abs=1e-12)
    for row in leaves:
        mixed = 0.25 * float(row["given"]) + 0.75 * float(row["entropy"])
        assert float(row["global_weight"]) == pytest.approx(mixed, rel=1e-12)


# -- trace.parquet ----------------------------------------------------------------------------------------


def test_the_trace_has_a_row_per_unit_and_leaf(run: Path) -> None:
    trace = pq.read_table(run / "trace.parquet")
    assert trace.column_names[:16] == [
        "community_id", "period", "indicator", "source_file", "source_row", "source_column", "raw", "cleaned", "status",
        "conversion", "divided", "filled", "treated", "normalized", "global_weight", "contribution",
    ]  # fmt: skip
    assert trace.num_rows == 6 * 5
    first = trace.slice(0, 5).to_pylist()
    assert [row["indicator"] for row in first] == ["closure", "response", "belonging", "leaks", "people"]
    assert {(row["community_id"], row["period"], row["source_file"]) for row in first} == {("0012", "2025", "data.csv")}


def test_the_trace_leads_from_the_cell_to_the_contribution(run: Path) -> None:
    cells = {
        (row["community_id"], row["period"], row["indicator"]): row
        for row in pq.read_table(run / "trace.parquet").to_pylist()
    }
    closure = cells["0012", "2025", "closure"]
    # Row 2 of the sheet, column 闭环率: 85.0 → 85 → (85 − 60)/40 = 0.625.
    assert (closure["source_row"], closure["source_column"], closure["raw"]) == (2, "闭环率", "85.0")
    assert (closure["cleaned"], closure["treated"], closure["status"]) == (85, 85, "reported")
    assert closure["normalized"] == pytest.approx(0.625, rel=1e-12)
    assert closure["global_weight"] == pytest.approx(1 / 3, rel=1e-12)
    # The score is shared 2 · 0.5625 to 0.625 between the nodes, and in services 0.625 to 0.5.
    score = 100 * INSIDE[0] ** (1 / 3)
    assert closure["contribution"] == pytest.approx(score * 1.125 / 1.75 * 0.625 / 1.125, rel=1e-12)


def test_the_trace_keeps_the_text_of_the_file_and_says_what_became_of_it(run: Path) -> None:
    rows = pq.read_table(run / "trace.parquet").to_pylist()
    found = {
        (row["community_id"], row["period"], row["indicator"]): (row["raw"], row["cleaned"], row["status"])
        for row in rows
    }
    assert found["0007", "2024", "closure"] == (" 90 ", 90, "reported")
    assert found["0012", "2024", "belonging"] == ("不适用", None, "not_applicable")
    assert found["0003", "2025", "response"] == ("NA", None, "missing")
    assert found["0099", "2025", "closure"] == ("", None, "missing")
    assert found["0012", "2025", "people"] == ("1200", 1200, "reported")


def test_a_context_leaf_is_traced_without_weight_or_contribution(run: Path) -> None:
    rows = [row for row in pq.read_table(run / "trace.parquet").to_pylist() if row["indicator"] == "people"]
    assert {(row["normalized"], row["global_weight"], row["contribution"]) for row in rows} == {(None, None, None)}


def test_a_faulty_cell_that_was_accepted_is_marked(files: tuple[Path, Path], tmp_path: Path) -> None:
    framework, data = files
    data.write_text(DATA.replace("85.0", "eighty"), encoding="utf-8")
    work = assess.job(str(framework), str(data), options=assess.Options(accept_errors=True))
    run = run_folder.write(assess.assess(work), work, tmp_path / "run", formats=()).folder
    row = pq.read_table(run / "trace.parquet").to_pylist()[0]
    assert (row["raw"], row["cleaned"], row["status"], row["contribution"]) == ("eighty", None, "faulty", None)
    codes = [finding["code"] for finding in json.loads((run / "findings.json").read_bytes())]
    assert "RI420" in codes


def test_a_column_that_the_file_lacks_is_missing_without_a_source(files: tuple[Path, Path], tmp_path: Path) -> None:
    framework, data = files
    lines = [line.rsplit(",", 1)[0] for line in DATA.splitlines()]
    data.write_text("\n".join(lines) + "\n", encoding="utf-8")
    work = assess.job(str(framework), str(data))
    run = run_folder.write(assess.assess(work), work, tmp_path / "run", formats=()).folder
    row = pq.read_table(run / "trace.parquet").to_pylist()[4]
    assert (row["indicator"], row["source_column"], row["raw"], row["status"]) == ("people", None, None, "missing")


FLOOR = "aggregate: {method: geometric, zero: {floor: 0.01}}"
TREES = {
    "arithmetic": "children: [{x, weight: 2}, {id: part, weight: 1, children: [{y}, {z}]}]",
    "geometric": f"{FLOOR}, children: [{{x, weight: 2}}, {{y, weight: 1}}, {{z, weight: 3}}]",
    "sum": "aggregate: sum, children: [{x, weight: 2}, {y, weight: 3}, {z, weight: 1}]",
    "turned": "invert: true, children: [{x}, {id: part, against: true, children: [{y}, {z}]}]",
    "renormalised": "normalize: minmax, children: [{x}, {id: part, normalize: percentile_rank, children: [{y}, {z}]}]",
    "shown otherwise": "show: {normalize: percentile_rank, round: {digits: 1}}, children: [{x}, {y}, {z}]",
    "rounded": "round: {digits: 0}, children: [{x}, {id: part, round: {digits: 1}, children: [{y}, {z}]}]",
    "zero counts": f"missing: zero, {FLOOR}, children: [{{x}}, {{id: part, children: [{{y}}, {{z}}]}}]",
}


@pytest.mark.parametrize("name", TREES)
def test_contributions_add_up_to_the_score(name: str, score: Callable[..., Any]) -> None:
    tree = re.sub(r"\{([xyz])", r"{id: \1, goalposts: [0, 10]", TREES[name])
    data = "id,x,y,z\na,2,5,8\nb,9,1,0\nc,4,,6\nd,,不适用,3\ne,,,\nf,0,0,0"
    scored = score(f"tree: {{{tree}}}", data)
    rows = leaf_batch(scored.result, scored.result.detail(0, 6)).to_pylist()
    for unit, value in enumerate(scored.scores):
        parts = [row["contribution"] for row in rows[3 * unit : 3 * unit + 3] if row["contribution"] is not None]
        assert (sum(parts) if parts else None) == (None if value is None else pytest.approx(value, rel=1e-12))
    assert scored.scores.count(None) < 4


# -- score --json -----------------------------------------------------------------------------------------


def resilience(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The program as a user calls it."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    return subprocess.run(
        [sys.executable, "-m", "resilience_index", *arguments], cwd=cwd, env=environment, capture_output=True,
        text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.fixture
def answer(files: tuple[Path, Path]) -> dict[str, Any]:
    done = resilience("score", "data.csv", "-f", "small.yaml", "--json", "--lang", "en", cwd=files[0].parent)
    assert done.returncode == 0, done.stderr
    assert "NaN" not in done.stdout
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_score_json_has_the_shape_of_the_contract(answer: dict[str, Any], result: ri.Result) -> None:
    assert list(answer) == ["schema_version", "framework", "settings", "weights", "communities", "findings"]
    assert answer["schema_version"] == 1
    assert answer["framework"]["id"] == "small"
    for row in answer["weights"]:
        assert list(row)[:2] == ["node", "parent"]
        assert isinstance(row["local_weight"], float)
        assert isinstance(row["global_weight"], float)
    assert answer["weights"][0] | {"components": 0} == {
        "node": "index", "parent": None, "level": 0, "local_weight": 1.0, "global_weight": 1.0, "components": 0,
    }  # fmt: skip
    for row in answer["communities"]:
        assert {"community_id", "community", "period", "score", "rank", "grade", "coverage", "nodes"} <= set(row)
        assert list(row["nodes"]) == ["index", "services", "society"]
        assert row["nodes"]["index"] == row["score"]
        assert isinstance(row["community_id"], str)
        assert row["rank"] is None or isinstance(row["rank"], int)
        assert row["score"] is None or isinstance(row["score"], float)
    for finding in answer["findings"]:
        assert {"code", "severity", "message", "help", "location"} <= set(finding)
    # Full precision: the same doubles as in the library.
    scores = {(row["community_id"], row["period"]): row["score"] for row in answer["communities"]}
    table = result.scores
    for unit in range(len(table)):
        value = scores[table["community_id"][unit], table["period"][unit]]
        assert value == table["score"][unit] or (value is None and math.isnan(table["score"][unit]))


def test_score_json_is_sorted_by_period_rank_and_id(answer: dict[str, Any]) -> None:
    found = [(row["period"], row["rank"], row["community_id"]) for row in answer["communities"]]
    assert found == [
        ("2024", 1, "0007"), ("2024", 2, "0012"), ("2025", 1, "0007"), ("2025", 2, "0012"), ("2025", 3, "0003"),
        ("2025", None, "0099"),
    ]  # fmt: skip
    last = answer["communities"][-1]
    assert (last["score"], last["rank"], last["grade"], last["coverage"]) == (None, None, None, 0.5)
    assert last["nodes"] == {"index": None, "services": None, "society": 62.5}
    assert last["flags"] == {"slow": None, "near": None}
    assert answer["communities"][2]["flags"] == {"slow": False, "near": True}
    assert answer["communities"][2]["community"] == '甲, "老"社区'


def test_periods_are_sorted_as_numbers_and_ties_by_id(score: Callable[..., Any]) -> None:
    from resilience_index.report.export.json import communities

    data = "id,period,x\nc,2024 Q10,5\nb,2024 Q9,5\na,2024 Q9,5\nd,2024 Q9,7"
    result = score("tree: {children: [{id: x, goalposts: [0, 10]}]}", data).result
    assert [(row["period"], row["rank"], row["community_id"]) for row in communities(result)] == [
        ("2024 Q9", 1, "d"), ("2024 Q9", 2, "a"), ("2024 Q9", 2, "b"), ("2024 Q10", 1, "c"),
    ]  # fmt: skip


def test_without_a_period_column_the_period_is_null(score: Callable[..., Any]) -> None:
    from resilience_index.report.export.json import communities

    result = score("tree: {children: [{id: x, goalposts: [0, 10]}]}", "id,x\na,5").result
    (row,) = communities(result)
    assert (row["period"], row["rank"], row["score"], row["grade"]) == (None, 1, 50.0, None)


# -- findings.json, manifest.json -------------------------------------------------------------------------


def test_findings_are_in_both_languages(run: Path) -> None:
    findings = json.loads((run / "findings.json").read_bytes())
    assert {"RI407", "RI408", "RI416"} <= {finding["code"] for finding in findings}
    for finding in findings:
        assert set(finding["message"]) == {"zh", "en"} == set(finding["help"])
        assert not re.search(r"\{[a-z_]+\}", finding["message"]["zh"] + finding["message"]["en"])


def test_the_manifest_is_a_statement_that_hashes_every_output(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_bytes())
    assert sorted(manifest) == ["_type", "predicate", "predicateType", "subject"]
    assert manifest["_type"] == "https://in-toto.io/Statement/v1"
    digests = {subject["name"]: subject["digest"]["sha256"] for subject in manifest["subject"]}
    every = (path for path in run.rglob("*") if path.is_file() and path.name != "manifest.json")
    written = {path.relative_to(run).as_posix(): path for path in every}
    assert set(digests) == set(written)
    for name, path in written.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digests[name], name


def test_the_manifest_hashes_what_went_in(run: Path, files: tuple[Path, Path]) -> None:
    predicate = json.loads((run / "manifest.json").read_bytes())["predicate"]
    inputs = {item["name"]: item["digest"]["sha256"] for item in predicate["inputs"]}
    assert inputs == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert predicate["settings"]["missing"] == {
        "value": {"policy": "available", "min_coverage": "1/2"}, "origin": "framework"
    }  # fmt: skip
    assert predicate["settings"]["weights"]["origin"] == "program"
    assert predicate["seed"] is None
    assert "numpy" in predicate["versions"]


def test_no_file_tells_the_folder_the_machine_or_the_time(run: Path, files: tuple[Path, Path]) -> None:
    for name in ("manifest.json", "findings.json"):
        text = (run / name).read_text(encoding="utf-8")
        assert str(files[0].parent) not in text, name
        assert not re.search(r'"/|[A-Z]:\\\\', text), name
        assert not re.search(r"20\d\d-\d\d-\d\d", text), name


def test_two_runs_give_the_same_bytes(files: tuple[Path, Path], tmp_path: Path) -> None:
    """From two folders, one by relative and one by absolute paths, with every report that there is."""
    there = all(importlib.util.find_spec(f"resilience_index.report.{name}") for name in ("html", "xlsx"))
    formats = "html,xlsx" if there else "none"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for arguments, cwd in (
        (("data.csv", "-f", "small.yaml", "-o", "first"), tmp_path),
        ((str(files[1]), "-f", str(files[0]), "-o", str(tmp_path / "second")), elsewhere),
    ):
        done = resilience("score", *arguments, "--format", formats, "-q", cwd=cwd)
        assert done.returncode == 0, done.stderr
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*") if path.is_file()}
        for name in ("first", "second")
    )
    assert set(first) == set(second) >= {"scores.csv", "weights.csv", "trace.parquet", "findings.json", "manifest.json"}
    assert [name for name in first if first[name] != second[name]] == []


def test_threads_and_blocks_do_not_show(score: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from resilience_index.scoring.engines import local

    leaves = "{id: x, normalize: {method: minmax, to: [0.1, 1]}}, {id: y, goalposts: [0, 10]}"
    text = f"tree: {{aggregate: geometric, children: [{leaves}]}}"
    lines = [f"u{unit},{(unit * 37) % 101},{1 + (unit * 13) % 9}" for unit in range(60)]
    data = "\n".join(["id,x,y", *lines])
    whole = score(text, data, weights="entropy").result.score.tobytes()
    monkeypatch.setattr(local, "BLOCK_ROWS", 7)
    monkeypatch.setattr(local.spans, "__defaults__", (7,))
    assert score(text, data, weights="entropy", threads=3).result.score.tobytes() == whole


def test_settings_stand_as_yaml_would_say_them(result: ri.Result) -> None:
    settings = json.loads(json.dumps(result.plan.settings.to_dict()))
    assert settings["normalize"]["value"] == {"method": "goalposts", "transform": "none", "clip": True}
    assert settings["missing"]["value"] == {"policy": "available", "min_coverage": "1/2"}
