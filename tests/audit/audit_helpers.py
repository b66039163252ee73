"""A small run from two files with a cell of every kind, whose figures can be worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from resilience_index.framework.assessment import load_assessment
from resilience_index.runs import folder as runs
from resilience_index.scoring import assess
from resilience_index.scoring.result import Result

FRAMEWORK = """\
schema: resilience-index/framework/1
id: small
version: 2.1.0
title: {zh: 小, en: Small}
ranks: {ties: min}
grades:
  - {id: A, min: 60, title: {zh: 优, en: Good}}
  - {id: B, min: 0, title: {zh: 中, en: Fair}}
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - id: people
      title: {zh: 人, en: People}
      weight: 3
      children:
        - {id: visits, title: {zh: 走访, en: Visits}, unit: "%", range: [0, 100], direction: benefit,
           goalposts: [0, 100]}
        - {id: minutes, title: {zh: 时长, en: Minutes}, direction: cost, goalposts: [60, 0], fill: mean}
    - {id: events, title: {zh: 活动, en: Events}, weight: 1, direction: benefit, denominate: {by: residents},
       normalize: {method: goalposts, goalposts: [0, 1]}, treat: {method: percentile, low: 0, high: 0.5}}
    - {id: residents, title: {zh: 人口, en: Residents}, direction: context}
"""
FIRST = """\
community_id,community,district,period,visits,minutes,events,residents
001,东社区,甲,2024,50%,30,20,100
002,西社区,甲,2024,不适用,,50,100
"""
SECOND = """\
community_id,community,district,period,走访,minutes,events,residents
003,南社区,乙,2024,200,15,60,100
004,北社区,乙,2024,２０,45,70,
005,中社区,,2024,100,30,40,100
"""


def project(folder: Path) -> Path:
    """The framework and both tables in a folder."""
    for name, text in (("small.yaml", FRAMEWORK), ("a.csv", FIRST), ("b.csv", SECOND)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def scored(folder: Path) -> Result:
    """The result of both tables; the cell outside its range counts as missing."""
    project(folder)
    options = assess.Options(accept_errors=True)
    files = [folder / name for name in ("a.csv", "b.csv")]
    return assess.assess(assess.job(folder / "small.yaml", files, options=options))


JUDGMENTS = """\
schema: resilience-index/judgments/1
experts:
  - id: E1
    comparisons:
      index: {people/events: 3}
      people: {visits/minutes: 2}
"""
AREA = {"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 1]]]}
FEATURES = [{"type": "Feature", "id": f"00{number}", "properties": {}, "geometry": AREA} for number in range(1, 6)]
MAP = json.dumps({"type": "FeatureCollection", "features": FEATURES})
ASSESSMENT = """\
schema: resilience-index/assessment/1
title: {zh: 甲市, en: City A}
framework: small.yaml
data: [a.csv, b.csv]
encoding: utf-8
columns: {id: community_id, name: community, period: period, groups: [district]}
weights: ahp
judgments: judgments.yaml
map: areas.geojson
accept_errors: true
synthetic: true
language: zh
outputs: [html, csv]
defaults: {missing: {policy: available, min_coverage: 0}}
schemes:
  flat: {title: {zh: 等权, en: Flat}, weights: equal, items: {people: {weight: 2}}}
"""
Run = tuple[Path, dict[str, Any]]


def made(home: Path, *, asked: bool, scheme: str | None = None, bundle: bool = True, **more: Any) -> Run:
    """A run's folder and its predicate, made from a project; the project is gone then."""
    project(home)
    for name, text in (("judgments.yaml", JUDGMENTS), ("areas.geojson", MAP), ("assessment.yaml", ASSESSMENT)):
        (home / name).write_text(text, encoding="utf-8")
    options = assess.Options(scheme=scheme, accept_errors=None if asked else True)
    if asked:
        work = assess.job(assessment=load_assessment(home / "assessment.yaml"), options=options)
    else:
        files = [home / "a.csv", home / "b.csv"]
        work = assess.job(home / "small.yaml", files, options=options, **more)
    work = assess.with_outputs(work, ["html", "csv"] if asked else ["html", "xlsx"], None, said=False)
    out = home / "run"
    runs.write(assess.assess(work), work, out, formats=(), bundle=bundle, language="zh" if asked else "both")
    for item in home.iterdir():
        if item != out:
            item.unlink()
    return out, json.loads((out / "manifest.json").read_bytes())["predicate"]
