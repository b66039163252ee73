"""Checks across files: framework, assessment and data each sound, and yet not fit for each other.

What a plan says of itself (bounds that no score reaches) needs no data; the rest looks at a table too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from resilience_index.data.table import Table
from resilience_index.errors import UnknownNameError, UsageError
from resilience_index.findings import Finding, Location
from resilience_index.framework import yaml_strict
from resilience_index.framework.assessment import Assessment
from resilience_index.framework.tree import Framework
from resilience_index.framework.yaml_strict import Document, Steps
from resilience_index.methods.checking import Call
from resilience_index.scoring.plan import LeafPlan, Plan, Ref
from resilience_index.scoring.preparation import denominating
from resilience_index.scoring.settings import Settings

_FEW = 3
"""Values below which "none lies between the goalposts" says little about the unit of a column."""
_GLANCE = 1000
_GRADING = ("RI172", "RI173", "RI174", "RI175", "RI465")
"""What a plan says of grades and a grading that come from different places."""
Words = dict[str, str]
_SHARES = ("minmax", "distance_to_best", "vector", "sum", "max")
"""Normalisations between 0 and 1 for the units they are of."""
_NO_COLUMN: Words = {"zh": "数据中没有这一列", "en": "the data have no column for it"}
_NO_VALUE: Words = {"zh": "没有任何社区有值", "en": "no community has a value"}
_NO_DATA: Words = {"zh": "其下没有任何指标有值", "en": "no indicator below it has a value"}
_ALWAYS: Words = {"zh": "成立", "en": "true"}
_NEVER: Words = {"zh": "不成立", "en": "false"}


def with_leaf_places(plan: Plan, findings: Iterable[Finding]) -> list[Finding]:
    """The findings of a table; a missing column (RI216) names the line of the leaf that asks for it."""
    places = {leaf.id: leaf.leaf.location.text() for leaf in plan.leaves}

    def placed(finding: Finding) -> Finding:
        place = places.get(str(finding.params.get("indicator"))) if finding.code == "RI216" else None
        if not place:
            return finding
        leaf = {"zh": f"（指标位于 {place}）", "en": f" (the leaf stands at {place})"}
        return dataclasses.replace(finding, params={**finding.params, "leaf": leaf})

    return [placed(finding) for finding in findings]


def at_assessment(findings: Iterable[Finding], assessment: Assessment | None, settings: Settings) -> list[Finding]:
    """Findings about data that lack what an assessment asks for, at the line that asks."""
    return [_at_assessment(finding, assessment, settings) for finding in findings]


def _at_assessment(finding: Finding, assessment: Assessment | None, settings: Settings) -> Finding:
    path = None if assessment is None else _asking(finding, assessment, settings)
    if assessment is None or path is None:
        return finding
    params = dict(finding.params)
    if finding.code == "RI412":
        params["what"] = {"zh": "“by”", "en": "'by:'"}
    return assessment.document.finding(finding.code, path, **params)


def _asking(finding: Finding, assessment: Assessment, settings: Settings) -> Steps | None:
    """The key of an assessment that a finding about the data answers; None: a flag or a method asked."""
    name, columns = finding.params.get("name"), assessment.model.columns
    if finding.location.file is None and finding.code in (*_GRADING, "RI144"):
        for key in ("grading", "grades") if finding.code in _GRADING else ("grades",):
            if settings.origin(key) == "scheme":
                return ("schemes", str(settings["scheme"]), key)
            if settings.origin(key) == "assessment":
                return (key,)
    if finding.code in ("RI413", "RI414") and settings.origin("period") == "assessment":
        return ("period",)
    if finding.code == "RI412" and finding.params.get("what") == "--by" and settings.origin("by") == "assessment":
        return ("by",)
    if finding.code == "RI212":
        if name in columns.groups:
            return ("columns", "groups", columns.groups.index(str(name)))
        return next((("columns", key) for key in ("id", "name", "period") if getattr(columns, key) == name), None)
    return None


def without_judgments(method: Call, assessment: Assessment | None, settings: Settings) -> UsageError:
    """RI314: the weights need judgments and none are named, at the weights of the assessment that asks for them."""
    if assessment is None or settings.origin("weights") != "assessment":
        return UsageError("RI314", method=method.text())
    where = assessment.document.location(("weights",), at_key=True)
    return UsageError("RI314", where=where, source_line=assessment.document.source_line(where), method=method.text())


def unknown_encoding(
    error: UnknownNameError, assessment: Assessment | None, settings: Settings
) -> UsageError:  # fmt: skip
    """RI008 for an encoding that does not exist, at the line of the assessment that names it."""
    if assessment is None or settings.origin("encoding") != "assessment":
        return UsageError(error.code, **error.params)
    where = assessment.document.location(("encoding",))
    return UsageError(error.code, where=where, **error.params, source_line=assessment.document.source_line(where))


def plan_findings(plan: Plan, assessment: Assessment | None = None) -> list[Finding]:
    """Grade bounds, flags and red lines that no score can reach: RI285 to RI288.

    Only where the scale is known: sums and values passed unchanged have none.
    """
    places = _Places(plan.framework, assessment)
    return [*_grades(plan, places), *_flags(plan, places), *_red_lines(plan, places)]


def table_findings(plan: Plan, table: Table) -> list[Finding]:
    """What data and framework say of each other: RI282 to RI284, RI415, RI424, RI425."""
    if not len(table):
        return []  # every row was refused, with a finding of its own
    # Cells that were refused have findings of their own: the column has values, if faulty ones.
    faulty = {plan.leaves[index].id for index in table.faulty}
    columns = [
        item for item in column_findings(plan, table) if item.code != "RI415" or item.params["leaf"] not in faulty
    ]
    return [*columns, *denominating.findings(plan, table), *_without_data(plan, table, _Places(plan.framework))]


def column_findings(plan: Plan, table: Table) -> list[Finding]:
    """Columns without a value in any row (RI415), or with values on one side of the goalposts only (RI282)."""
    found: list[Finding] = []
    for leaf in plan.scored:
        if leaf.id not in table.headers:
            continue  # told with the header
        if _empty(table, leaf.index):
            found.append(Finding("RI415", Location(table.source, field=table.headers[leaf.id]), {"leaf": leaf.id}))
        elif leaf.goalposts is not None:
            found += _never_inside(leaf, leaf.goalposts, table)
    return found


def _empty(table: Table, index: int) -> bool:
    column = table.values[index]
    # Most columns begin with a value, and need no look at the rest.
    return bool(np.isnan(column[:1]).all() and np.isnan(column).all())


def _never_inside(leaf: LeafPlan, goalposts: Sequence[float], table: Table) -> Iterator[Finding]:
    column = table.values[leaf.index] if leaf.denominate is None else denominating.quotient(leaf, table)
    least, most = min(goalposts), max(goalposts)
    for part in (column[:_GLANCE], column):  # most columns need only a glance
        low, high = float(np.fmin.reduce(part)), float(np.fmax.reduce(part))
        if low <= most and high >= least:
            return
    count = int(np.count_nonzero(~np.isnan(column)))
    if count < _FEW:
        return
    above = low > most
    params: dict[str, Any] = {
        "indicator": leaf.id, "count": count, "low": low, "high": high, "goalposts": _pair(goalposts),
        "side": {"zh": "高于" if above else "低于", "en": "above" if above else "below"},
        "unit": leaf.leaf.indicator.unit or {"zh": "所要求的单位", "en": "the unit that is asked for"},
        "leaf": leaf.leaf.location.text(), "effect": _effect(leaf, goalposts, above),
    }  # fmt: skip
    yield Finding("RI282", Location(table.source, field=table.headers.get(leaf.id)), params)


def _effect(leaf: LeafPlan, goalposts: Sequence[float], above: bool) -> Words:
    if not leaf.normalize.get("clip"):
        return {"zh": "各社区得分都在目标值之外", "en": "every community is scored beyond the goalposts"}
    best = len(goalposts) == 2 and goalposts[1] == (max if above else min)(goalposts)
    score = leaf.scale * (leaf.normalize.get("scale") or 1.0) if best != leaf.invert else 0.0
    return {"zh": f"所有社区都得 {score:g}", "en": f"every community gets {score:g}"}


def _pair(values: Sequence[float]) -> str:
    return "[" + ", ".join(repr(float(value)).removesuffix(".0") for value in values) + "]"


def _without_data(plan: Plan, table: Table, places: _Places) -> Iterator[Finding]:
    """Red lines and flags that rest on leaves nobody reports."""
    lacking = {
        leaf.id: _NO_VALUE if leaf.id in table.headers else _NO_COLUMN
        for leaf in plan.leaves
        if leaf.index not in table.faulty and leaf.fill.name == "none" and _empty(table, leaf.index)
    }
    for position, line in enumerate(plan.framework.red_lines):
        if line.indicator in lacking:
            path: Steps = ("red_lines", position, "indicator")
            yield places.finding("RI283", path, indicator=line.indicator, cause=lacking[line.indicator])
    for position, flag in enumerate(plan.framework.flags):
        cause = _cause(plan, plan.positions[flag.node], lacking)
        if cause is not None:
            yield places.finding("RI284", ("flags", position, "node"), id=flag.id, node=flag.node, cause=cause)


def _cause(plan: Plan, ref: Ref, lacking: dict[str, Words]) -> Words | None:
    """Why an item has no value for anybody; None when it may have one."""
    if ref.kind == "leaf":
        return lacking.get(plan.leaves[ref.index].id)
    node = plan.nodes[ref.index]
    if node.missing.name == "zero" or any(_cause(plan, child, lacking) is None for child in node.children):
        return None
    return _NO_DATA


def _grades(plan: Plan, places: _Places) -> Iterator[Finding]:
    scale = plan.nodes[0].scale
    if not plan.bounds or not _bounded(plan, Ref("node", 0)):
        return
    most = plan.bounds[0]
    if len(plan.grades) > 1 and 0 < most <= 1 < scale:
        yield places.finding("RI286", ("grades", 0, "min"), value=most, scale=scale)
        return
    for position, (grade, bound) in enumerate(zip(plan.grades, plan.bounds, strict=True)):
        # The lowest grade may begin anywhere below: it takes what is left.
        below = bound < 0 and position < len(plan.grades) - 1
        if below or bound > scale:
            path: Steps = ("grades", position, "min")
            yield places.finding("RI285", path, id=grade.id, value=bound, scale=scale)


def _flags(plan: Plan, places: _Places) -> Iterator[Finding]:
    for position, flag in enumerate(plan.framework.flags):
        ref = plan.positions[flag.node]
        if not _bounded(plan, ref):
            continue
        scale = plan.leaves[ref.index].scale if ref.kind == "leaf" else plan.nodes[ref.index].scale
        outcome = _outcome(flag.op, flag.value, 0.0, scale)
        if outcome is not None:
            yield places.finding(
                "RI287", ("flags", position, "value"), id=flag.id, node=flag.node, op=flag.op, value=flag.value,
                scale=scale, outcome=outcome,
            )  # fmt: skip


def _red_lines(plan: Plan, places: _Places) -> Iterator[Finding]:
    for position, line in enumerate(plan.framework.red_lines):
        indicator = plan.leaves[plan.positions[line.indicator].index].leaf.indicator
        if indicator.range is None:
            continue
        outcome = _outcome(line.op, line.value, *indicator.range)
        if outcome is not None:
            yield places.finding(
                "RI288", ("red_lines", position, "value"), indicator=line.indicator, op=line.op, value=line.value,
                range=_pair(indicator.range), outcome=outcome,
            )  # fmt: skip


def _outcome(op: str, value: float, low: float, high: float) -> Words | None:
    """Whether a condition on a value between ``low`` and ``high`` always holds or never; None: it depends."""
    always = {
        ">=": low >= value, ">": low > value, "<=": high <= value, "<": high < value,
        "==": low == high == value, "!=": not low <= value <= high,
    }[op]  # fmt: skip
    never = {
        ">=": high < value, ">": high <= value, "<=": low > value, "<": low >= value,
        "==": not low <= value <= high, "!=": low == high == value,
    }[op]  # fmt: skip
    return _ALWAYS if always else _NEVER if never else None


_UNBOUNDED = ("sum", "points", "mpi", "fuzzy", "rsr")
"""Aggregations whose values may leave the range from 0 to 1 though their children do not."""


def _bounded(plan: Plan, ref: Ref) -> bool:
    """Whether a value lies between 0 and 1 inside: so do bounded methods and means of what they give."""
    if ref.kind == "leaf":
        return _gives_a_share(plan, plan.leaves[ref.index].normalize)
    node = plan.nodes[ref.index]
    calls = [node.normalize, node.show.normalize if node.show else None]
    given = [call for call in calls if call is not None]
    if given:
        return all(_gives_a_share(plan, call) for call in given)
    return node.aggregate.name not in _UNBOUNDED and all(_bounded(plan, child) for child in node.children)


def _gives_a_share(plan: Plan, call: Call) -> bool:
    """Whether a normalisation's results lie between 0 and 1."""
    if call.name == "bands":
        most = call["full"] or 1.0
        return all(0 <= band["points"] <= most for band in call["bands"])
    if call.name in ("goalposts", "distance_to_reference", "distance_to_target"):
        return bool(call["clip"]) and (call.get("scale") or 1.0) <= 1.0
    if call.name == "percentile_rank":
        return True
    ends = call.get("clip") is not False or plan.baseline is None  # without them values go beyond a baseline
    return call.name in _SHARES and ends and _in_unit(call.get("to"))


def _in_unit(pair: Sequence[float] | None) -> bool:
    return pair is None or (pair[0] >= 0 and pair[1] <= 1)  # the lower one stands first


class _Places:
    """Where the keys of a framework stand; grades may stand in the assessment instead."""

    def __init__(self, framework: Framework, assessment: Assessment | None = None) -> None:
        self.framework = framework
        self.assessment = assessment
        self._own: Document | None = None

    def finding(self, code: str, path: Steps, /, **params: Any) -> Finding:
        """A finding at a key, with its source line."""
        document = self._document(path)
        if document is None:
            return Finding(code, Location(self.framework.file), params)
        return document.finding(code, path, **params)

    def _document(self, path: Steps) -> Document | None:
        if self.assessment is not None and self.assessment.document.has(path):
            return self.assessment.document
        content = self.framework.files.get(Path(self.framework.file).name)
        if self._own is None and content is not None:
            self._own = yaml_strict.parse_leniently(content, self.framework.file)
        return self._own
