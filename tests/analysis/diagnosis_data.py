"""A small framework with one rule of each kind, and communities whose every figure can be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import resilience_index as ri
from resilience_index.analysis.diagnosis import Diagnosis, diagnose
from resilience_index.analysis.standing import Standing, from_result

FRAMEWORK = """\
schema: resilience-index/framework/1
id: small
version: 1.0.0
title: {zh: 小框架, en: Small framework}
grades:
  - {id: A, min: 60, title: {zh: 优, en: Good}}
  - {id: B, min: 0, title: {zh: 中, en: Fair}}
recommendations:
  meet: {title: {zh: 多见面, en: Meet}, text: {zh: 多见面。, en: Meet often.}, source: "s 1"}
  build: {title: {zh: 多建设, en: Build}, source: "s 2"}
risks:
  - {id: crowd, title: {zh: 拥挤, en: Crowding}, indicators: [c, d], source: "s 3"}
diagnosis:
  nearest: 2
  rules:
    - {id: weakest, kind: lowest, items: [people, place], below: 85, source: "s 4",
       title: {zh: "最弱：{node}", en: "Weakest: {node}"},
       text: {zh: "{node} {value} < {highest} {highest_value}，差 {gap}，{leaf} {leaf_value}",
              en: "{node} {value} < {highest} {highest_value} by {gap}, {leaf} {leaf_value}"}}
    - {id: low, kind: below, items: [place, a], below: 60, source: "s 5",
       title: {zh: "{item}低", en: "{item} low"},
       text: {zh: "{item} {value}/{threshold}{unit}", en: "{item} {value}/{threshold} {unit}"}}
    - {id: closed, kind: below, items: [d], raw: {op: "==", value: 0}, basis: norm, paths: [meet], source: "s 6",
       title: {zh: "{item}关闭", en: "{item} closed"}, text: {zh: "{value}={threshold}", en: "{value}={threshold}"}}
    - {id: danger, kind: risk, risks: [crowd], below: 50, source: "s 7",
       title: {zh: "风险：{risk}", en: "Risk: {risk}"},
       text: {zh: "{figures}；{leaf} {leaf_value}<{threshold}", en: "{figures}; {leaf} {leaf_value}<{threshold}"}}
    - {id: apart, kind: balance, items: [people, place], gap: 40, source: "s 8",
       title: {zh: "{low}落后于{high}", en: "{low} behind {high}"},
       text: {zh: "{high} {high_value} {low} {low_value} {gap} {threshold} {d} {level}",
              en: "{high} {high_value} {low} {low_value} {gap} {threshold} {d} {level}"}}
  actions:
    - {id: do_people, items: [people], text: {zh: 做人的事。, en: Care for people.}, source: "s 9", changeable: easy,
       path: meet}
    - {id: do_space, items: [c], text: {zh: 建空间。, en: Build space.}, source: "s 10", changeable: hard}
    - {id: do_doors, items: [d], text: {zh: 开门。, en: Open doors.}, source: "s 11", changeable: medium, path: build}
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - id: people
      title: {zh: 人, en: People}
      paths: [meet]
      chain:
        link: {zh: 对话, en: Dialogue}
        dilemma: {id: few, title: {zh: 人少, en: Too few}, text: {zh: 人太少。, en: Too few come.}, source: "s 12"}
        details: [{indicator: a, title: {zh: 走访少, en: Few visits}}, {indicator: b, title: {zh: 慢, en: Slow}}]
        path: meet
        source: "s 13"
      children:
        - {id: a, title: {zh: 走访, en: Visits}, unit: 次, direction: benefit, goalposts: [0, 10]}
        - {id: b, title: {zh: 时长, en: Minutes}, unit: min, direction: cost, goalposts: [60, 0]}
    - id: place
      title: {zh: 地, en: Place}
      paths: [build]
      chain:
        dilemma: {id: narrow, title: {zh: 空间小, en: Too narrow}, source: "s 14"}
        path: build
      children:
        - {id: c, title: {zh: 空间, en: Space}, unit: "%", direction: benefit, goalposts: [0, 100]}
        - {id: d, title: {zh: 大门, en: Doors}, direction: benefit, goalposts: [0, 1]}
"""
HEADER = "community_id,community,district,period,a,b,c,d"
ROWS = (
    "001,东社区,甲区,2024,4,30,80,1",
    "002,西社区,甲区,2024,8,15,40,1",
    "001,东社区,甲区,2025,5,30,80,1",
    "002,西社区,甲区,2025,8,15,40,0",
    "003,南社区,乙区,2025,10,0,100,1",
    "004,北社区,乙区,2025,5,,50,1",
)


def standing(folder: Path, rows: Sequence[str] = ROWS, framework: str = FRAMEWORK, header: str = HEADER) -> Standing:
    """The standing of small data under a small framework."""
    (folder / "small.yaml").write_text(framework, encoding="utf-8")
    (folder / "data.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    loaded = ri.load_framework(folder / "small.yaml")
    return from_result(ri.score(ri.read_data(folder / "data.csv", loaded), loaded))


def diagnosed(folder: Path, rows: Sequence[str] = ROWS, framework: str = FRAMEWORK) -> Diagnosis:
    """The diagnosis of the newest period."""
    return diagnose(standing(folder, rows, framework))
