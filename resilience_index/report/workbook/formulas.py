"""Formulas of a spreadsheet for the steps of a score: pure text, in the English notation of the file format.

They use functions that Excel 2010 and LibreOffice know alike. A value that is missing is the text behind the name
``no_value``, one that does not apply the text behind ``not_applicable``: functions over ranges pass both by. What the
program refuses (a logarithm of zero, a constant column) shows as an error value, never as a number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from resilience_index.report.view.calculation import NodeSteps, NormalizeStep, RoundStep

NO_VALUE, NOT_APPLICABLE = "no_value", "not_applicable"
"""Names of the workbook: the texts of a value that is missing, and of one that does not apply."""
_MARGIN = "1E-9"
# Inside values are looked at without the last two decimals of a double, where its noise is.
_INSIDE_DIGITS = 14
_LITERAL = 200
"""Characters of a text inside a formula: 255 are the limit."""


@dataclass(frozen=True)
class Formula:
    """A formula without its equals sign; ``array`` asks for evaluation over ranges."""

    text: str
    array: bool = False


@dataclass(frozen=True)
class Part:
    """Children of a node side by side: the range of their weights and of a unit's values, which are ``scale``-fold."""

    weights: str
    values: str
    scale: float = 1.0


def number(value: float) -> str:
    """A number inside a formula, with all its digits."""
    return repr(float(value)).removesuffix(".0").upper()


def literal(text: str) -> str:
    """A text inside a formula: quotes doubled, pieces below the limit, and no piece that reads like a function."""
    pieces: list[str] = []
    for part in text.replace("(", "\0(").split("\0"):
        pieces += [part[start : start + _LITERAL] for start in range(0, len(part), _LITERAL)]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces) or '""'


def guarded(cell: str, value: str) -> str:
    """``value`` where a cell has a number; else that it does not apply, or is missing."""
    return f"IF(ISNUMBER({cell}),{value},IF({cell}={NOT_APPLICABLE},{NOT_APPLICABLE},{NO_VALUE}))"


def normalized(
    step: NormalizeStep,
    x: str,
    points: Sequence[str],
    column: str,
    codes: str = "",
    code: str = "",
    *,
    noisy: bool = False,
) -> str:
    """The normalised value of the number in ``x``.

    ``points`` are the cells of the parameters: the goalposts; smallest and largest value for min–max, then the ends
    of its range; the count of values for ranks. ``column`` is the range of all units; under ``within``, ``codes`` is
    the range of their groups and ``code`` the unit's own. ``noisy`` values come out of sums: they are the same at 10
    decimals.
    """
    if step.method == "goalposts":
        return _clipped(_goalposts(step, x, points), step.clip)
    if step.method == "minmax":
        return _minmax(step, x, points, column, f"({codes}={code})*ISNUMBER({column})" if codes else "", noisy)
    if step.method == "percentile_rank":
        return _percentile(step, x, points, column, f"({codes}={code})*ISNUMBER({column})" if codes else "")
    return x


def is_array(step: NormalizeStep | None) -> bool:
    """Whether a normalisation looks at groups of units, which takes a formula over ranges."""
    return step is not None and step.within is not None and step.method in ("minmax", "percentile_rank")


def _log(text: str, wanted: bool) -> str:
    return f"LN({text})" if wanted else text


def _clipped(text: str, clip: bool) -> str:
    return f"MAX(0,MIN(1,{text}))" if clip else text


def _goalposts(step: NormalizeStep, x: str, points: Sequence[str]) -> str:
    value, cells = _log(x, step.log), [_log(cell, step.log) for cell in points]
    if len(step.points) == 2:
        worst, best = cells
        return f"({value}-{worst})/({best}-{worst})"
    low, a, b, high = cells
    rising = f"({value}-{low})/({a}-{low})" if step.points[1] > step.points[0] else f"IF({x}>={points[1]},1,0)"
    falling = f"({high}-{value})/({high}-{b})" if step.points[3] > step.points[2] else f"IF({x}<={points[2]},1,0)"
    return f"MIN(1,{rising},{falling})"


def _minmax(step: NormalizeStep, x: str, points: Sequence[str], column: str, mask: str, noisy: bool) -> str:
    least, most = (f"MIN(IF({mask},{column}))", f"MAX(IF({mask},{column}))") if mask else points[:2]
    low, high, value = _log(least, step.log), _log(most, step.log), _log(x, step.log)
    share = f"({high}-{value})/({high}-{low})" if step.cost else f"({value}-{low})/({high}-{low})"
    if step.to != (0.0, 1.0):
        start, end = points[-2:]
        share = f"{start}+({end}-{start})*{share}"
    if step.constant is not None:
        level = f"ROUND({most}-{least},10)=0" if noisy else f"{most}={least}"
        share = f"IF({level},{number(step.constant)},{share})"
    return share


def _percentile(step: NormalizeStep, x: str, points: Sequence[str], column: str, mask: str) -> str:
    if mask:
        count = f"SUM({mask})"
        below, above = f"SUM({mask}*({column}<{x}))", f"SUM({mask}*({column}>{x}))"
    else:
        count, below, above = points[0], f"(RANK({x},{column},1)-1)", f"(RANK({x},{column},0)-1)"
    if step.cost and step.before:
        below, above = above, below
    rank = {
        "min": below,
        "max": f"({count}-1-{above})",
        "average": f"({below}+{count}-1-{above})/2",
    }[step.ties]
    share = f"{rank}/({count}-1)"
    return f"1-{share}" if step.cost and not step.before else share


def rounded(text: str, step: RoundStep | None, scale: float) -> str:
    """A shown value rounded, halves decided on decimal digits as the program decides them."""
    if step is None:
        return text
    inner = _INSIDE_DIGITS - max(0, math.ceil(math.log10(scale)))
    exact = f"ROUND({text},{inner})" if step.digits < inner else text
    if step.mode == "half_up":
        return f"ROUND({exact},{step.digits})"
    power = number(10.0**step.digits)
    half = f"ROUND(MOD(ABS({exact})*{power},1),9)=0.5"
    return f"IF({half},2*ROUND({exact}*{power}/2,0)/{power},ROUND({exact},{step.digits}))"


def aggregated(node: NodeSteps, parts: Sequence[Part], scale: float) -> Formula:
    """The value of a node from its children, times ``scale``, where enough of them are there."""
    zero = node.missing == "zero"
    if node.aggregate in ("arithmetic", "sum"):
        return Formula(_linear(node, parts, scale, zero=zero))
    return Formula(_over_ranges(node, parts, scale, zero=zero), array=True)


def _scaled(text: str, factor: float) -> str:
    return text if factor == 1.0 else f"{number(factor)}*{text}"


def _linear(node: NodeSteps, parts: Sequence[Part], scale: float, *, zero: bool) -> str:
    factor = scale / parts[0].scale
    same = all(part.scale == parts[0].scale for part in parts)
    terms = [
        f"SUMPRODUCT({part.weights},{part.values})" if same else
        _scaled(f"SUMPRODUCT({part.weights},{part.values})", scale / part.scale)
        for part in parts
    ]  # fmt: skip
    total = terms[0] if len(terms) == 1 else f"({'+'.join(terms)})"
    total = _scaled(total, factor) if same else total
    if node.aggregate == "sum":
        return total
    there = "ISNUMBER({0})" if not zero else "({0}<>not_applicable)"
    shares = [f"SUMPRODUCT({part.weights},--{there.format(part.values)})" for part in parts]
    return f"{total}/{shares[0] if len(shares) == 1 else '(' + '+'.join(shares) + ')'}"


def _over_ranges(node: NodeSteps, parts: Sequence[Part], scale: float, *, zero: bool) -> str:
    conditions, values = [], []
    for part in parts:
        there = f"({part.values}<>{NOT_APPLICABLE})" if zero else f"ISNUMBER({part.values})"
        counts = f"{there}*({part.weights}>0)"
        value = f"IF(ISNUMBER({part.values}),{part.values},0)" if zero else part.values
        # What does not count stands as 1: LibreOffice meets errors in elements that IF leaves out.
        inside = f"IF({counts},{value},{number(part.scale)})"
        inside = inside if part.scale == 1.0 else f"{inside}/{number(part.scale)}"
        if node.floor is not None:
            floor = number(node.floor)
            inside = f"IF({inside}<0,NA(),IF({inside}<{floor},{floor},{inside}))"
        conditions.append(counts)
        values.append(inside)
    if node.aggregate in ("min", "max"):
        # Not FALSE: for a single child it would count as a zero.
        other = "1E+99" if node.aggregate == "min" else "-1E+99"
        ranges = ",".join(f"IF({when},{value},{other})" for when, value in zip(conditions, values, strict=True))
        return _scaled(f"{node.aggregate.upper()}({ranges})", scale)
    power = -1.0 if node.aggregate == "harmonic" else node.power
    logarithms = node.aggregate == "geometric" or power == 0.0

    def term(value: str) -> str:
        return f"LN({value})" if logarithms else f"({value})^{number(power or 1.0)}"

    top = ",".join(
        f"IF({when},{part.weights}*{term(value)})" for when, value, part in zip(conditions, values, parts, strict=True)
    )
    bottom = ",".join(f"IF({when},{part.weights})" for when, part in zip(conditions, parts, strict=True))
    mean = f"SUM({top})/SUM({bottom})"
    return _scaled(f"EXP({mean})" if logarithms else f"({mean})^(1/{number(power or 1.0)})", scale)


def missing_rule(
    node: NodeSteps, parts: Sequence[Part], coverage: str, least: str, value: str, *, weightless: bool
) -> str:
    """``value`` where the node's rule for missing children allows one; else that it is missing or does not apply.

    ``coverage`` and ``least`` are the cells of the least share and number of children. ``weightless`` says that some
    child has no weight, so that those present may have none together.
    """
    counts = [f'COUNTIF({part.values},"<>"&{NOT_APPLICABLE})' for part in parts]
    applies = counts[0] if len(counts) == 1 else f"({'+'.join(counts)})"
    there = f"COUNT({','.join(part.values for part in parts)})"
    if weightless and node.aggregate != "sum":
        shares = "+".join(f"SUMPRODUCT({part.weights},--ISNUMBER({part.values}))" for part in parts)
        value = f"IF({shares}=0,{NO_VALUE},{value})"
    if node.missing == "available":
        bounds = ["1"]
        if node.min_coverage is not None:
            bounds.append(f"({coverage}-{_MARGIN})*{applies}")
        if node.min_children is not None:
            bounds.append(least)
        return f"IF({there}<MAX({','.join(bounds)}),IF({applies}=0,{NOT_APPLICABLE},{NO_VALUE}),{value})"
    if node.missing == "refuse":
        return f"IF({applies}=0,{NOT_APPLICABLE},IF({there}<{applies},NA(),{value}))"
    return f"IF({applies}=0,{NOT_APPLICABLE},{value})"


def ranked(key: str, block: str, ties: str) -> Formula:
    """The rank of a key among those of its block, the largest first."""
    if ties == "min":
        return Formula(f"IF(ISNUMBER({key}),RANK({key},{block},0),{NO_VALUE})")
    if ties == "average":
        middle = f"(RANK({key},{block},0)+COUNT({block})+1-RANK({key},{block},1))/2"
        return Formula(f"IF(ISNUMBER({key}),{middle},{NO_VALUE})")
    # Without larger keys FREQUENCY has nothing to count, which LibreOffice takes for an error.
    larger = f"SUM(--(FREQUENCY(IF(ISNUMBER({block}),IF({block}>{key},{block})),{block})>0))"
    return Formula(f"IF(ISNUMBER({key}),IF({key}=MAX({block}),1,{larger}+1),{NO_VALUE})", array=True)
