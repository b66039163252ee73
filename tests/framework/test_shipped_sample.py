"""The sample data serve every shipped framework: each leaf has its column, every community its score."""

from __future__ import annotations

import csv
import subprocess
import sys

import pytest

import resilience_index as ri
from resilience_index.framework import catalogue
from resilience_index.framework.judgments import load_judgments
from resilience_index.framework.loading import load_dictionary, load_framework
from resilience_index.framework.tree import Node

SAMPLE = catalogue.shipped_folder("sample_data")
NAMES = list(catalogue.framework_paths())
ABOUT = ["community_id", "community", "city", "district", "street", "period", "population"]


def header(name: str, encoding: str) -> list[str]:
    with (SAMPLE / name).open(encoding=encoding, newline="") as stream:
        return next(csv.reader(stream))


@pytest.mark.parametrize(
    ("name", "encoding"), [("communities.csv", "utf-8-sig"), ("communities_gb18030.csv", "gb18030")]
)
def test_the_sample_has_a_column_for_every_indicator_once(name, encoding):
    columns = header(name, encoding)
    assert columns[:7] == ABOUT
    assert len(columns) == len(set(columns))
    assert set(columns[7:]) == set(load_dictionary().indicators)


def test_the_sample_is_what_its_program_makes():
    done = subprocess.run(
        [sys.executable, str(SAMPLE / "make_sample.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("weights", ["given", "combine"])
@pytest.mark.parametrize("name", NAMES)
def test_every_framework_scores_every_community(name, weights):
    framework = load_framework(name)
    others = [other for other in NAMES if other != name]
    judgments = load_judgments(SAMPLE / "judgments.yaml", framework, others)
    table = ri.read_data(SAMPLE / "communities.csv", framework)
    if weights == "given":
        result = ri.score(table, framework)
    else:
        call = {"method": "combine", "rule": "linear", "subjective": "ahp", "objective": "entropy"}
        result = ri.score(table, framework, weights=call, judgments=judgments)
    scores = result.scores
    unscored = scores[scores["score"].isna()]
    assert [(row.community, str(row.period)) for row in unscored.itertuples()] == [("梅岭脚社区", "2024")]
    found = scores["score"].dropna()
    assert found.between(0, 100).all()
    assert found.nunique() == 179
    # A sample in which all are alike would show nothing: each grade is reached, none by more than two thirds.
    shares = scores["grade"].value_counts() / 179
    assert set(shares.index) == {"A", "B", "C", "D"}
    assert shares.max() < 2 / 3


@pytest.mark.parametrize("name", NAMES)
def test_the_experts_compare_the_branches_of_every_framework(name):
    framework = load_framework(name)
    others = [other for other in NAMES if other != name]
    judgments = load_judgments(SAMPLE / "judgments.yaml", framework, others)
    assert [finding.code for finding in judgments.findings] == ["RI313"]
    assert len(judgments.experts) == 7
    branches = [child.id for child in framework.root.children if isinstance(child, Node)]
    assert len(branches) >= 3
    assert set(judgments.comparisons[framework.root.id]) == set(judgments.experts)


def test_the_sample_surveys_hold_the_sample_judgments():
    from resilience_index.framework.judgments import judgments_of
    from resilience_index.framework.yaml_strict import parse_leniently
    from resilience_index.scoring.surveying import collect

    framework = load_framework("toe")
    known = load_judgments(SAMPLE / "judgments.yaml", framework, [name for name in NAMES if name != "toe"])
    files = sorted((SAMPLE / "surveys").iterdir())
    result = collect([str(file) for file in files])
    assert [finding.code for finding in result.findings] == ["RI394"]
    assert result.content is not None
    found = judgments_of(parse_leniently(result.content, "judgments.yaml"), framework)
    assert found.experts == tuple(file.stem for file in files) == ("E01", "E02", "E06")
    assert list(found.comparisons) == ["index", "technical"]
    for node, experts in found.comparisons.items():
        for expert, pairs in experts.items():
            expected = {cell: float(value) for cell, value in known.comparisons[node][expert].items()}
            assert {cell: float(value) for cell, value in pairs.items()} == pytest.approx(expected)
