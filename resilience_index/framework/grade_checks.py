"""What grades, their bounds, gates and schemes mean together; every check adds findings with places."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from resilience_index.findings import Finding, did_you_mean
from resilience_index.framework.models import ID_PATTERN, Gate, GradeModel, SchemeModel
from resilience_index.framework.tree import Framework, Node, walk
from resilience_index.framework.yaml_strict import Document, Steps
from resilience_index.methods.checking import Call, suggestion

ALL = "all"
"""The name that stands for every scheme."""
_ON_LEAVES = ("normalize", "fill", "treat", "round", "weight")
_ON_NODES = ("aggregate", "missing", "normalize", "round", "weight")


def grade_findings(
    document: Document, grades: Sequence[GradeModel], grading: Call | None, place: Steps = (), *, whole: bool = False
) -> Iterable[Finding]:
    """Grades (of a framework, an assessment or a scheme): bounds that fall or are not given, ids that stand once.

    ``place`` is the way to what holds ``grades`` and ``grading``; in a ``whole`` nothing else can say how the bounds
    are found.
    """
    seen: dict[str, Steps] = {}
    relative = grading is not None and grading.method.relative
    for position, grade in enumerate(grades):
        path: Steps = (*place, "grades", position)
        if relative and grade.min is not None and grading is not None:
            yield document.finding("RI171", (*path, "min"), id=grade.id, method=grading.name)
        elif grade.min is None and (whole or grading is not None) and not relative:
            yield document.finding("RI111", path, key="min")
        elif not relative and position:
            previous = grades[position - 1].min
            if grade.min is not None and previous is not None and not grade.min < previous:
                yield document.finding("RI145", (*path, "min"), id=grade.id, value=grade.min, previous=previous)
        if grade.id in seen:
            yield _twice(document, grade.id, (*path, "id"), seen[grade.id])
        seen.setdefault(grade.id, (*path, "id"))
    if grading is not None and relative and whole and not grades:
        yield document.finding("RI174", (*place, "grading"), method=grading.name)
    elif grading is not None:
        yield from _grading(document, len(grades), grading, (*place, "grading"))


def _grading(document: Document, count: int, grading: Call, path: Steps) -> Iterable[Finding]:
    for code, params in grading_problems(grading, count):
        place: Steps = (*path, {"RI173": "shares", "RI175": "steps"}.get(code) or str(params.get("param")))
        yield document.finding(code, place if document.has(place) else path, **params)


def grading_problems(grading: Call, count: int) -> Iterable[tuple[str, dict[str, Any]]]:
    """What is wrong with a way to find the bounds of ``count`` grades; 0 says that they stand elsewhere."""
    if grading.method.relative and count == 1:
        yield "RI174", {"method": grading.name}
    shares, steps = grading.get("shares"), grading.get("steps")
    if shares is not None:
        if count and len(shares) != count:
            yield "RI172", {"method": grading.name, "param": "shares", "given": len(shares), "expected": count}
        total = sum(map(share_of, shares), start=Fraction(0))
        if total != 1 or min(shares) <= 0:
            yield "RI173", {"shares": [str(share) for share in shares], "total": str(float(total))}
    if steps is not None:
        if count and len(steps) != count - 1:
            yield "RI172", {"method": grading.name, "param": "steps", "given": len(steps), "expected": count - 1}
        if any(not later < earlier for earlier, later in pairwise(steps)):
            yield "RI175", {"steps": [str(step) for step in steps]}


def share_of(value: Fraction | float) -> Fraction:
    """A share as it was written: 0.1 is one tenth."""
    return value if isinstance(value, Fraction) else Fraction(repr(float(value)))


def gate_findings(
    document: Document, gates: Sequence[Gate], grades: Collection[str], taken: Collection[str]
) -> Iterable[Finding]:
    """Gates: one thing each to look at, ids of their own, states that are no grades."""
    seen: dict[str, Steps] = {}
    titles: dict[str, Gate] = {}
    for position, gate in enumerate(gates):
        path: Steps = ("gates", position)
        if (gate.indicator is None) == (gate.node is None):
            yield document.finding("RI176", path, id=gate.id)
        if gate.id in seen:
            yield _twice(document, gate.id, (*path, "id"), seen[gate.id])
        elif gate.id in taken:
            yield document.finding("RI177", (*path, "id"), id=gate.id)
        seen.setdefault(gate.id, (*path, "id"))
        if gate.state is None:
            continue
        first = titles.setdefault(gate.state.id, gate)
        if gate.state.id in grades or (first.state is not None and first.state.title != gate.state.title):
            yield document.finding("RI178", (*path, "state", "id"), id=gate.id, state=gate.state.id)


def scheme_findings(document: Document, schemes: Mapping[str, SchemeModel]) -> Iterable[Finding]:
    """Schemes by themselves: names that can be folders, and sound grades."""
    for name, scheme in schemes.items():
        path: Steps = ("schemes", name)
        if not re.match(ID_PATTERN, name):
            yield document.finding("RI132", path, at_key=True, id=name)
        elif name == ALL:
            yield document.finding("RI131", path, at_key=True, id=name, known=[ALL])
        normalize = scheme.normalize
        if normalize is not None and normalize.name == "goalposts" and normalize["goalposts"] is not None:
            place = {"zh": "默认值中带 goalposts", "en": "with goalposts of its own as a default"}
            where = (*path, "normalize", "goalposts")
            yield document.finding("RI146", where, name=normalize.name, place=place, known=["{method: goalposts}"])
        yield from grade_findings(document, scheme.grades or (), scheme.grading, path)


def item_findings(document: Document, framework: Framework, name: str, scheme: SchemeModel) -> Iterable[Finding]:
    """What a scheme says of single nodes and leaves, against the framework: they exist, and have such a setting."""
    found = {item.id: item for item in walk(framework.root)}
    for item_id, settings in scheme.items.items():
        path: Steps = ("schemes", name, "items", item_id)
        item = found.get(item_id)
        if item is None:
            expected = {"zh": f"框架“{framework.id}”中的节点或指标", "en": f"a node or leaf of '{framework.id}'"}
            yield document.finding(
                "RI144", path, at_key=True, id=name, name=item_id, expected=expected, known=list(found),
                suggestion=did_you_mean(suggestion(item_id, list(found))),
            )  # fmt: skip
            continue
        known = _ON_NODES if isinstance(item, Node) else _ON_LEAVES
        for key in sorted(settings.model_fields_set - set(known)):
            where = {"zh": f"“{item_id}”", "en": f"on '{item_id}'"}
            yield document.finding("RI146", (*path, key), at_key=True, name=key, place=where, known=list(known))


def _twice(document: Document, name: str, path: Steps, first: Steps) -> Finding:
    return document.finding("RI130", path, id=name, line=document.location(first).line)
