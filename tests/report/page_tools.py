"""What tests of the page share: its data, views of real runs, frameworks and data made for a trial of weights."""

import base64
import functools
import json
import random
import re
import zlib
from pathlib import Path

from resilience_index.framework.assessment import load_assessment
from resilience_index.framework.loading import load_framework
from resilience_index.report.view.model import View
from resilience_index.runs import folder
from resilience_index.scoring import assess

ROOT = Path(__file__).resolve().parents[2]


def content_of(page: bytes) -> dict:
    """The data that the page's script draws from."""
    packed = re.search(rb'<script type="text/plain" id="data">([^<]*)</script>', page)
    return json.loads(zlib.decompress(base64.b64decode(packed[1])))


@functools.cache
def sample_view() -> View:
    """The view of the sample, with everything that a page shows."""
    work = assess.job(assessment=load_assessment(ROOT / "sample_data" / "assessment.yaml"))
    return folder.make_view(assess.assess(work), work)


def many_view(path: Path, count: int) -> View:
    """The view of a run of the sample's framework over ``count`` communities mixed from those of the sample."""
    lines = (ROOT / "sample_data" / "communities.csv").read_text(encoding="utf-8-sig").splitlines()
    head, *rows = (line.split(",") for line in lines)
    newest = [row for row in rows if row[head.index("period")] == "2025"]
    seed, first = random.Random(5), head.index("population")
    made = [head]
    for number in range(count):
        row = list(newest[number % len(newest)])
        row[:2] = [f"0991{number:08d}", f"{row[1][:-2]}第{number}社区"]
        for place in range(first, len(head)):
            other = newest[seed.randrange(len(newest))][place]
            if seed.random() < 0.5 and other:
                row[place] = other
        made.append(row)
    (path / "data.csv").write_text("\n".join(",".join(row) for row in made) + "\n", encoding="utf-8")
    assessment = load_assessment(ROOT / "sample_data" / "assessment.yaml")
    work = assess.job(data=path / "data.csv", encoding="utf-8", assessment=assessment)
    return folder.make_view(assess.assess(work), work)


FRAMEWORK = """
schema: resilience-index/framework/1
id: trial
version: 1.0.0
title: {{zh: 试算, en: Trial}}
defaults: {{normalize: {{method: goalposts}}}}
grades:
  - {{id: A, min: 70, title: {{zh: 优, en: Good}}}}
  - {{id: B, min: 50, title: {{zh: 中, en: Fair}}}}
  - {{id: C, min: 20, title: {{zh: 差, en: Weak}}}}
red_lines:
  - {{indicator: leaks, op: ">=", value: 3, cap: B, reason: {{zh: 泄露, en: Leaks}}}}
tree:
  id: index
  title: {{zh: 指数, en: Index}}
  {root}
  children:
    - id: shelter
      title: {{zh: 避难, en: Shelter}}
      weight: {weights[0]}
      children:
        - {{id: area, title: {{zh: 面积, en: Area}}, unit: m2, direction: benefit, goalposts: [0, 100]}}
        - {{id: distance, title: {{zh: 距离, en: Distance}}, unit: m, direction: cost, goalposts: [900, 100]}}
    - id: ties
      title: {{zh: 联系, en: Ties}}
      weight: {weights[1]}
      against: {against}
      children:
        - {{id: visits, title: {{zh: 走访, en: Visits}}, unit: "%", direction: benefit, goalposts: [0, 100]}}
    - {{id: leaks, title: {{zh: 泄露, en: Leaks}}, unit: 次, direction: cost, goalposts: [5, 0], weight: {weights[2]}}}
"""


def trial_view(
    path: Path, root: str, weights: tuple[float, ...], *, against: bool = False, by: str | None = None
) -> View:
    """A run of 80 made-up communities under a framework whose root has these settings and weights."""
    path.mkdir()
    (path / "trial.yaml").write_text(
        FRAMEWORK.format(root=root, weights=weights, against=str(against).lower()), encoding="utf-8"
    )
    seed = random.Random(11)
    rows = ["community_id,community,district,area,distance,visits,leaks"]
    for number in range(80):
        cells = [seed.randint(0, 100), seed.randint(50, 950), seed.choice([0, 40, 40.5, 77, 100]), seed.randint(0, 4)]
        if number % 9 == 0:
            cells[seed.randrange(4)] = ""
        if number % 13 == 0:
            cells[2] = "不适用"
        if number == 5:
            cells = [50, "", "", ""]
        rows.append(",".join(map(str, [f"c{number:03d}", f"社区{number}", f"d{number % 3}", *cells])))
    (path / "data.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    options = assess.Options(by=by)
    work = assess.job(load_framework(path / "trial.yaml"), path / "data.csv", options=options)
    return folder.make_view(assess.assess(work), work)
