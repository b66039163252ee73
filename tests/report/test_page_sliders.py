"""The page's sliders against scores made by hand from the files of the run: its traces, its table of scores."""

import csv
import math
import os
import random
import subprocess
import sys

import pandas as pd
import pytest
from browser import CHROMIUM, clean_page, rows, slide
from page_tools import ROOT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium browser here"),
]
TRIALS = 20
GRADES = (("A", 70), ("B", 50), ("C", 20))
FRAMEWORK = """
schema: resilience-index/framework/1
id: trial
version: 1.0.0
title: {{zh: 试算, en: Trial}}
defaults: {{normalize: {{method: goalposts}}}}
ranks: {{ties: {ties}}}
grades:
  - {{id: A, min: 70, title: {{zh: 优, en: Good}}}}
  - {{id: B, min: 50, title: {{zh: 中, en: Fair}}}}
  - {{id: C, min: 20, title: {{zh: 差, en: Weak}}}}
red_lines:
  - {{indicator: leaks, op: ">=", value: 3, cap: B, reason: {{zh: 泄露, en: Leaks}}}}
{gates}
tree:
  id: index
  title: {{zh: 指数, en: Index}}
  aggregate: {aggregate}
  children:
    - id: shelter
      title: {{zh: 避难, en: Shelter}}
      children:
        - {{id: area, title: {{zh: 面积, en: Area}}, unit: m2, direction: benefit, goalposts: [0, 100]}}
        - {{id: distance, title: {{zh: 距离, en: Distance}}, unit: m, direction: cost, goalposts: [900, 100]}}
    - id: ties
      title: {{zh: 联系, en: Ties}}
      children:
        - {{id: visits, title: {{zh: 走访, en: Visits}}, unit: "%", direction: benefit, goalposts: [0, 100]}}
    - id: safety
      title: {{zh: 安全, en: Safety}}
      children:
        - {{id: leaks, title: {{zh: 泄露, en: Leaks}}, unit: 次, direction: cost, goalposts: [5, 0]}}
    - id: work
      title: {{zh: 工作, en: Work}}
      children:
        - {{id: staff, title: {{zh: 人员, en: Staff}}, unit: 人, direction: benefit, goalposts: [0, 40]}}
"""
GATES = """gates:
  - id: gate_visits
    indicator: visits
    op: ">"
    value: 10
    state: {id: not_admitted, title: {zh: 不予认定, en: Not admitted}}
    reason: {zh: 走访率须高于 10%, en: Visits must be above 10 %}
"""
GEOMETRIC = "{method: geometric, zero: {floor: 0.01}}"


def score(*arguments):
    command = [sys.executable, "-m", "resilience_index", "score", *map(str, arguments), "--format", "html", "-q"]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)


def made_run(path, aggregate="arithmetic", ties="min", gates=""):
    """A run over 90 communities, a third of them twins of others, some without whole dimensions."""
    (path / "trial.yaml").write_text(FRAMEWORK.format(aggregate=aggregate, ties=ties, gates=gates), encoding="utf-8")
    seed = random.Random(7)
    cells = [
        [seed.randint(0, 100), seed.randint(50, 950), seed.choice([0, 40, 77, 100]), seed.randint(0, 4),
         seed.randint(0, 40)]
        for _ in range(60)
    ]  # fmt: skip
    for number in range(0, 60, 7):
        cells[number][seed.choice([2, 3, 4])] = ""
    cells[11][2:] = ["", "", ""]
    lines = ["community_id,community,area,distance,visits,leaks,staff"]
    for number, found in enumerate([*cells, *cells[:30]]):
        lines.append(",".join(map(str, [f"c{number:03d}", f"社区{number}", *found])))
    (path / "data.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    run = path / "run"
    score(path / "data.csv", "-f", path / "trial.yaml", "-o", run)
    return run


class ByHand:
    """A run's newest period, and what other weights would make of it."""

    def __init__(self, run, children, aggregate="arithmetic", floor=None, ties="min", period=None, lines=()):
        with (run / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
            self.official = {
                row["community_id"]: row for row in csv.DictReader(file) if period is None or row["period"] == period
            }
        nodes = pd.read_parquet(run / "trace_nodes.parquet")
        leaves = pd.read_parquet(run / "trace.parquet")
        if period is not None:
            nodes, leaves = nodes[nodes["period"] == period], leaves[leaves["period"] == period]
        values = nodes.pivot(index="community_id", columns="node", values="value")
        self.values = {key: [float(row[child]) for child in children] for key, row in values.iterrows()}
        self.aggregate, self.floor, self.ties = aggregate, floor, ties
        raw = leaves.pivot(index="community_id", columns="indicator", values="cleaned")
        self.capped = {key for key, row in raw.iterrows() if any(row[name] >= limit for name, limit, _ in lines)}
        self.cap = lines[0][2] if lines else None

    def score(self, key, weights):
        """The score out of 100; None where less than two thirds of the dimensions have a value."""
        there = [(value, weight) for value, weight in zip(self.values[key], weights, strict=True) if value == value]
        if 3 * len(there) < 2 * len(weights):
            return None
        there = [(value, weight) for value, weight in there if weight > 0]
        if not there:
            return None
        total = math.fsum(weight for _, weight in there)
        if self.aggregate == "geometric":
            floor = 0 if self.floor is None else self.floor
            return 100 * math.exp(math.fsum(w * math.log(max(v, floor)) for v, w in there) / total)
        return 100 * math.fsum(value * weight for value, weight in there) / total

    def table(self, weights, grades=GRADES):
        """Score, rank and grade of every community; scores that agree in twelve digits share a rank."""
        scores = {key: self.score(key, weights) for key in self.official}
        known = sorted({round(score, 9) for score in scores.values() if score is not None}, reverse=True)
        places = [round(score, 9) for score in scores.values() if score is not None]
        found = {}
        for key, score in scores.items():
            if score is None:
                found[key] = (None, None, "—")
                continue
            own = round(score, 9)
            above, same = sum(other > own for other in places), places.count(own)
            rank = {"min": above + 1, "average": above + (same + 1) / 2, "dense": known.index(own) + 1}[self.ties]
            reached = [name for name, least in grades if own >= least]
            grade = reached[0] if reached else "—"
            if key in self.capped and reached:
                grade = max(grade, self.cap)
            found[key] = (score, rank, grade)
        return found


def trial(browser):
    """Rank, score and grade under the trial, by community."""
    shown = browser.run("""[...document.querySelectorAll('#app .ranking tbody tr')].map(row =>
      row.querySelector('th small bdi').textContent)""")
    return dict(zip(shown, rows(browser), strict=True))


def agrees(browser, wanted, graded=True):
    found = trial(browser)
    assert found.keys() == wanted.keys()
    for key, (score, rank, grade) in wanted.items():
        row = found[key]
        if score is None:
            assert (row["trialscore"], row["trialrank"]) == ("—", "—")
        else:
            assert abs(float(row["trialscore"]) - score) <= 0.0050000001, key
            assert float(row["trialrank"]) == rank, key
        assert row.get("trialgrade") == (grade if graded else None), key


def weights_at_random(count):
    """Weights of ``count`` dimensions: any, whole steps that tie, and some of them 0."""
    seed = random.Random(20)
    found = [[seed.random() for _ in range(count)] for _ in range(TRIALS - 4)]
    found += [[1.0] * count, [0.25, 0.5, *[0.25] * (count - 2)]]
    return [*found, [0.0, *[0.4] * (count - 1)], [*[0.0] * (count - 1), 1.0]]


FORMS = {
    "ties share the smallest rank": {},
    "ties share the mean rank": {"ties": "average"},
    "ties take one rank": {"ties": "dense"},
    "geometric": {"aggregate": GEOMETRIC},
    "gates": {"gates": GATES},
}


@pytest.mark.parametrize("form", FORMS)
def test_twenty_trials_are_what_a_hand_makes_of_the_trace(browser, tmp_path, form):
    settings = FORMS[form]
    run = made_run(tmp_path, **settings)
    geometric = "aggregate" in settings
    hand = ByHand(
        run, ("shelter", "ties", "safety", "work"), "geometric" if geometric else "arithmetic",
        0.01 if geometric else None, settings.get("ties", "min"), lines=[("leaks", 3, "B")],
    )  # fmt: skip
    assert hand.capped
    browser.open(run / "report.html")
    for weights in ([0.25] * 4, *weights_at_random(4)):
        slide(browser, weights)
        agrees(browser, hand.table(weights), graded="gates" not in settings)
        assert not browser.run("document.getElementById('trial-mark').hidden")
        moved = browser.run("document.querySelector('.distance dd').textContent")
        shares = [weight / sum(weights) for weight in weights]
        assert float(moved.rstrip("%")) == pytest.approx(50 * sum(abs(one - 0.25) for one in shares), abs=0.051)
    official = {key: row["rank"] or "—" for key, row in hand.official.items()}
    browser.run("document.querySelector('.reset').click()")
    assert {key: row["rank"] for key, row in trial(browser).items()} == official
    assert "trialrank" not in rows(browser)[0]
    assert browser.run("document.querySelector('.distance strong').textContent").startswith("✓")
    clean_page(browser)


def test_the_page_of_a_run_ranks_as_its_table_of_scores(browser, tmp_path):
    """The sample, official weights and twenty others, every period."""
    run = tmp_path / "run"
    score("-c", ROOT / "sample_data" / "assessment.yaml", "-o", run)
    children = ("technical", "organizational", "environmental", "digital_risk")
    table = pd.read_csv(run / "weights.csv", encoding="utf-8-sig").set_index("node")
    official = [float(table.loc[child, "local_weight"]) for child in children]
    grades = (("A", 85), ("B", 70), ("C", 55), ("D", 0))
    lines = [("privacy_incidents", 1, "C"), ("face_id_no_alternative", 1, "C")]
    browser.open(run / "report.html")
    for place, period in enumerate(("2025", "2024", "2023")):
        browser.run(f"document.querySelectorAll('#app .pills button')[{place}].click()")
        hand = ByHand(run, children, period=period, lines=lines)
        for weights in (official, *(weights_at_random(4) if not place else [[0.1, 0.2, 0.3, 0.4]])):
            slide(browser, weights)
            agrees(browser, hand.table(weights, grades))
            if weights is official:
                for key, row in trial(browser).items():
                    kept = hand.official[key]
                    assert (row["trialrank"], row["trialgrade"]) == (kept["rank"] or "—", kept["grade"] or "—")
                    assert (row["rank"], row["grade"][:1]) == (kept["rank"] or "—", kept["grade"] or "—")
    clean_page(browser)
