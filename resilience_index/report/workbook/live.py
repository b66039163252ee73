"""The formulas of every column of the calculation, for the places of a layout."""

from __future__ import annotations

from resilience_index.report.view.calculation import LeafSteps, NodeSteps, NormalizeStep
from resilience_index.report.words.translations import clean
from resilience_index.report.workbook import formulas
from resilience_index.report.workbook.formulas import NO_VALUE, NOT_APPLICABLE, Formula, Part, number
from resilience_index.report.workbook.layout import COVERAGE, LEAST, WEIGHT, Layout, letters, needs_column, on_row

GRADE_IDS, GRADE_BOUNDS = "grade_ids", "grade_bounds"
RED_LINES, RED_LINE_REASONS = "red_line_values", "red_line_reasons"
"""Names of the workbook for the tables of grades and red lines on the sheet of methods."""
LONGEST_FORMULA, _LONGEST_TEXT = 8_192, 32_767
"""Characters of a formula, and of the text that a cell holds."""
_SAID = 20
"""Characters before the reason of a red line, at most."""
_OPERATORS = {"==": "=", "!=": "<>"}
_LACKING = {
    "zh": ("、", "；缺：", "数据不足，未得分"),
    "en": (", ", "; without: ", "too few data for a score"),
}


def leaf(layout: Layout, item: LeafSteps) -> Formula | None:
    """The normalised value of a leaf, or None where it has no formula."""
    step, column = item.normalize, layout.leaf_columns[item.id]
    if step is None or not item.live:
        return None
    x = layout.cell(column, "raw")
    codes, code = _codes(layout, step, "levels")
    share = formulas.normalized(step, x, layout.points(item), layout.column(column, "raw"), codes, code)
    if item.invert:
        share = f"1-({share})"
    if item.round is not None:
        shown = formulas.rounded(_times(share, item.scale), item.round, item.scale)
        share = f"{shown}/{number(item.scale)}"
    return Formula(formulas.guarded(x, share), formulas.is_array(step))


def _codes(layout: Layout, step: NormalizeStep, sheet: str) -> tuple[str, str]:
    """The range of the groups' codes and the unit's own, where statistics are taken in groups."""
    if not formulas.is_array(step):
        return "", ""
    column = layout.beyond("code", str(step.within))
    return layout.column(column, sheet), layout.cell(column, sheet).replace("!", "!$", 1)


def _times(text: str, scale: float) -> str:
    return f"({text})" if scale == 1.0 else f"{number(scale)}*({text})"


def node(layout: Layout, item: NodeSteps) -> Formula | None:
    """The shown value of a node."""
    if not item.live:
        return None
    if item.show:
        passed = layout.cell(layout.beyond("passed", item.id))
        inside = f"{passed}/{number(item.scale)}"
        array = False
        if item.show_normalize is not None and item.show_normalize.method != "none":
            source = "compared" if item.show_normalize.method == "percentile_rank" else "passed"
            inside, array = _normalized(layout, item, item.show_normalize, source)
        shown = formulas.rounded(_times(inside, item.scale), item.show_round, item.scale)
        return Formula(f"IF(ISNUMBER({passed}),{shown},{passed})", array)
    return passed_on(layout, item)


def passed_on(layout: Layout, item: NodeSteps) -> Formula | None:
    """The value of a node as its parent takes it, on the shown scale."""
    if not item.live:
        return None
    if not needs_column(item):
        found = _aggregated(layout, item, item.scale)
        value = f"{number(item.scale)}-{_guard(found.text)}" if item.invert else found.text
        value = formulas.rounded(value, item.round, item.scale)
        return Formula(_missing_rule(layout, item, value), found.array)
    assert item.normalize is not None
    source = layout.cell(layout.beyond("aggregated", item.id))
    inside, array = _normalized(layout, item, item.normalize, "aggregated")
    if item.invert:
        inside = f"1-({inside})"
    value = formulas.rounded(_times(inside, item.scale), item.round, item.scale)
    return Formula(f"IF(ISNUMBER({source}),{value},{source})", array)


def aggregated(layout: Layout, item: NodeSteps) -> Formula | None:
    """The inside value of a node before it is normalised among units; for ranks at the decimals they compare."""
    if not item.live:
        return None
    found = _aggregated(layout, item, 1.0)
    ranks = item.normalize is not None and item.normalize.method == "percentile_rank"
    value = f"ROUND({found.text},10)" if ranks else found.text
    return Formula(_missing_rule(layout, item, value), found.array)


def compared(layout: Layout, item: NodeSteps) -> Formula | None:
    """A node's value at the decimals that ranks compare."""
    passed = layout.cell(layout.beyond("passed", item.id))
    return Formula(f"IF(ISNUMBER({passed}),ROUND({passed}/{number(item.scale)},10),{passed})") if item.live else None


def _guard(text: str) -> str:
    return f"({text})"


def _normalized(layout: Layout, item: NodeSteps, step: NormalizeStep, source: str) -> tuple[str, bool]:
    """The inside value of a node normalised among units from the column of ``source``."""
    column = layout.beyond(source, item.id)
    whole = layout.column(column)
    # What is shown is on the shown scale; a share between smallest and largest is the same on either.
    points = [f"MIN({whole})", f"MAX({whole})"] if step.method == "minmax" else [f"COUNT({whole})"]
    points += [number(end) for end in step.to] if step.to != (0.0, 1.0) else []
    codes, code = _codes(layout, step, "")
    return formulas.normalized(step, layout.cell(column), points, whole, codes, code, noisy=True), formulas.is_array(
        step
    )


def parts(layout: Layout, item: NodeSteps) -> list[Part]:
    """Where the children of a node stand: weights and the unit's values."""
    if layout.takes(item):
        return [_part(layout, layout.beyond("taken", item.children[0]), len(item.children), "", 1.0)]
    leaves, nodes = layout.children(item)
    found = []
    if leaves:
        found.append(_part(layout, layout.leaf_columns[leaves[0]], len(leaves), "normalized", 1.0))
    if nodes:
        scale = layout.nodes[nodes[0]].scale
        found.append(_part(layout, layout.node_columns[nodes[0]], len(nodes), "", scale))
    return found


def _part(layout: Layout, first: int, count: int, sheet: str, scale: float) -> Part:
    last = first + count - 1
    return Part(layout.fixed(WEIGHT, first, last, sheet), layout.across(first, last, sheet), scale)


def _aggregated(layout: Layout, item: NodeSteps, scale: float) -> Formula:
    return formulas.aggregated(item, parts(layout, item), scale)


def _missing_rule(layout: Layout, item: NodeSteps, value: str) -> str:
    column = layout.node_columns[item.id]
    coverage, least = (layout.fixed(row, column, column) for row in (COVERAGE, LEAST))
    weights = {entry.id: entry.local_weight for entry in layout.view.items}
    weightless = any(not weights[child] for child in item.children)
    return formulas.missing_rule(item, parts(layout, item), coverage, least, value, weightless=weightless)


def taken(layout: Layout, child: str) -> Formula:
    """The inside value of a child as its parent takes it."""
    if child in layout.leaves:
        source, against, scale = (
            layout.cell(layout.leaf_columns[child], "normalized"),
            layout.leaves[child].against,
            1.0,
        )
    else:
        item = layout.nodes[child]
        column = layout.beyond("passed", child) if item.show else layout.node_columns[child]
        source, against, scale = layout.cell(column), item.against, item.scale
    inside = source if scale == 1.0 else f"{source}/{number(scale)}"
    return Formula(f"IF(ISNUMBER({source}),{'1-' if against else ''}{inside},{source})")


def weight(layout: Layout, child: str) -> str | float:
    """The weight of a child: a formula that fetches its local weight, or what the framework gives it in a sum."""
    parent = layout.nodes[layout.parent[child]]
    if parent.factors is not None:
        return parent.factors[list(parent.children).index(child)]
    row = layout.item_rows[child]
    return layout.fixed(row, LOCAL, LOCAL, "weights")


LOCAL = 5
"""The column of local weights on their sheet."""


def result_or_step(layout: Layout, kind: str, item: str) -> Formula | None:
    """A column beyond the nodes; None for one of plain values."""
    if kind in ("group", "code", "said") or (kind in ("grade", "before") and not layout.graded):
        return None
    if kind in ("aggregated", "passed", "compared"):
        makers = {"aggregated": aggregated, "passed": passed_on, "compared": compared}
        return makers[kind](layout, layout.nodes[item])
    if kind == "taken":
        return taken(layout, item)
    if kind == "coverage":
        return Formula(_coverage(layout))
    if kind == "remark":
        return _remark(layout)
    if kind == "key":
        root = layout.calculation.nodes[0]
        score = layout.cell(layout.node_columns[root.id])
        return Formula(f"IF(ISNUMBER({score}),ROUND({score}/{number(root.scale)},10),{NO_VALUE})")
    return _graded(layout, kind, item)


def _coverage(layout: Layout) -> str:
    scored = [name for name, item in layout.leaves.items() if item.normalize is not None]
    columns = [layout.leaf_columns[name] for name in scored]
    cells = layout.across(min(columns), max(columns), "raw")
    applies = f'COUNTIF({cells},"<>"&{NOT_APPLICABLE})'
    return f"IF({applies}=0,{NO_VALUE},COUNT({cells})/{applies})"


def _graded(layout: Layout, kind: str, item: str) -> Formula:
    if kind == "line":
        return Formula(_line(layout, int(item)))
    key = layout.cell(layout.beyond("key"))
    if kind == "position":
        scale = number(layout.calculation.nodes[0].scale)
        better = f"SUMPRODUCT(--({GRADE_BOUNDS}>ROUND({scale}*{key},12)))"
        return Formula(f"IF(ISNUMBER({key}),{better}+1,{NO_VALUE})")
    position = layout.cell(layout.beyond("position"))
    capped = _capped(layout)
    if kind == "grade":
        place = f"MAX({position},{capped})" if capped else position
        text = f"IF({position}>ROWS({GRADE_IDS}),{NO_VALUE},INDEX({GRADE_IDS},{place}))"
        return Formula(f"IF(ISNUMBER({position}),{text},{NO_VALUE})")
    caught = f"AND(ISNUMBER({position}),{position}<=ROWS({GRADE_IDS}),{position}<MAX({capped or '0'}))"
    return Formula(f'IF({caught},INDEX({GRADE_IDS},{position}),"")')


def _capped(layout: Layout) -> str:
    """The unit's cells with the positions of the grades that red lines leave it."""
    count = len(layout.calculation.red_lines)
    return layout.across(layout.beyond("line", "0"), layout.beyond("line", str(count - 1))) if count else ""


def _line(layout: Layout, index: int) -> str:
    """The position of the grade that a red line leaves a unit it catches; 0 for others."""
    line = layout.calculation.red_lines[index]
    value = layout.cell(layout.leaf_columns[line.indicator], "raw")
    test = f"{value}{_OPERATORS.get(line.op, line.op)}INDEX({RED_LINES},{index + 1})"
    return f"IF(ISNUMBER({value}),IF({test},{line.cap + 1},0),0)"


def _remark(layout: Layout) -> Formula | None:
    """Why a grade was lowered, and what a unit without a score lacks; None where a cell cannot hold so much."""
    found = []
    lines = layout.calculation.red_lines if layout.graded else ()
    for index in range(len(lines)):
        position, line = layout.cell(layout.beyond("position")), layout.cell(layout.beyond("line", str(index)))
        caught = f"AND(ISNUMBER({position}),{position}<=ROWS({GRADE_IDS}),{position}<{line})"
        found.append(f'IF({caught},CHAR(10)&INDEX({RED_LINE_REASONS},{index + 1}),"")')
    if ("said", "") in layout.extras:
        fixed = layout.cell(layout.beyond("said"))
        found.append(f'IF({fixed}="","",CHAR(10)&{fixed})')
    key = layout.cell(layout.beyond("key"))
    lacking = [f"CHAR(10)&{_lacking(layout, code)}" for code in layout.languages]
    found.append(f'IF(ISNUMBER({key}),"",{"&".join(lacking)})')
    text = f"MID({'&'.join(found)},2,{_LONGEST_TEXT})"
    shown = sum(_SAID + len(part) for line in lines for part in line.reason.values())
    fits = len(on_row(text, layout.last)) <= LONGEST_FORMULA and 2 * (shown + len(text)) <= _LONGEST_TEXT
    return Formula(text) if fits else None


def _lacking(layout: Layout, language: str) -> str:
    """What a unit without a score lacks, as the view says it."""
    comma, colon, start = _LACKING[language]
    text = formulas.literal(start)
    names = {item.id: item.title for item in layout.view.items}
    if not layout.view.dimensions:
        return text
    pieces = []
    for name in layout.view.dimensions:
        cell = layout.cell(layout.node_columns[name])
        pieces.append(f'IF(ISNUMBER({cell}),"",{formulas.literal(comma + clean(names[name][language]))})')
    columns = [layout.node_columns[name] for name in layout.view.dimensions]
    there = f"COUNT({layout.across(min(columns), max(columns))})"
    listed = f"{formulas.literal(colon)}&MID({'&'.join(pieces)},{len(comma) + 1},{_LONGEST_TEXT})"
    return f'{text}&IF({there}<{len(columns)},{listed},"")'


def place(layout: Layout, block: tuple[int, int], offset: int) -> Formula:
    """The place of a unit in the list of the ranking: by rank inside its block, those without a rank last."""
    column = layout.beyond("key")
    key, whole = layout.cell(column), layout.column(column, rows=block)
    name = letters(column)
    above = f"${name}${block[0] + 1}:{key}"
    ahead = f"RANK({key},{whole},0)+COUNTIF({above},{key})-1"
    behind = f"COUNT({whole})+ROWS({above})-COUNT({above})"
    return Formula(f"{offset}+IF(ISNUMBER({key}),{ahead},{behind})")


def rank(layout: Layout, block: tuple[int, int]) -> Formula:
    """The rank of a unit in its block."""
    column = layout.beyond("key")
    return formulas.ranked(layout.cell(column), layout.column(column, rows=block), layout.calculation.ties)
