"""What plans are tested with: settings that come from somewhere, and what a plan says of itself."""

from __future__ import annotations

import re
from typing import Any

from resilience_index.findings import CATALOGUE, Finding, Location
from resilience_index.framework.judgments import Judgments
from resilience_index.framework.tree import Framework
from resilience_index.methods.checking import Call, check
from resilience_index.scoring import plan as planning
from resilience_index.scoring.plan import Plan
from resilience_index.scoring.settings import Setting, Settings, resolve

TREE = """
tree:
  children:
    - id: p
      weight: 1
      children: [{id: a, weight: 2, goalposts: [0, 10]}, {id: b, weight: 3, direction: cost, goalposts: [10, 0]}]
    - {id: note, direction: context}
    - {id: c, weight: 4, goalposts: [0, 1]}
"""

OWN = """
tree:
  aggregate: geometric
  missing: zero
  normalize: minmax
  round: {digits: 1}
  scale: 10
  show: {normalize: zscore, round: {digits: 3}}
  children:
    - {id: p, invert: true, children: [{id: x}]}
    - {id: a, invert: true, normalize: zscore, fill: median, treat: winsorize, tokens: [缺], round: {digits: 2},
       scale: 5}
"""


def call(kind: str, value: Any) -> Call:
    return check(kind, value)


def settings_of(framework: Framework, origin: str = "option", **said: Any) -> Settings:
    """The settings of a framework with some that come from ``origin``."""
    items = dict(resolve(framework).items)
    for name, value in said.items():
        known = value if name in ("grades", "tokens", "round", "scale", "by", "period") else check(name, value)
        items[name] = Setting(known, origin)  # type: ignore[arg-type]
    return Settings(items)


def build(framework: Framework, judgments: Judgments | None = None, origin: str = "option", **said: Any) -> Plan:
    return planning.build(framework, settings_of(framework, origin, **said), judgments, refuse=False)


def told(plan: Plan) -> list[tuple[str, str, dict[str, Any]]]:
    """The findings of a plan; places without the folder."""
    return [(item.code, _place(item), dict(item.params)) for item in plan.findings]


def _place(finding: Finding) -> str:
    return finding.location.text().rpartition("/")[2]


def finding(code: str, where: Location | None = None, **params: Any) -> Finding:
    """A finding with everything that its sentences need."""
    return Finding(code, where or Location(), dict.fromkeys(_NEEDED.findall(_sentences(code)), "…") | params)


_NEEDED = re.compile(r"\{(\w+)\}")


def _sentences(code: str) -> str:
    return CATALOGUE[code].message["en"] + CATALOGUE[code].help["en"]
