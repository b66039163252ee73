"""Where everything of the calculation stands in the workbook: the same unit in the same row of three sheets, siblings
side by side, parameters above the headings. Formulas refer to these places; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from resilience_index.report.view.calculation import Calculation, LeafSteps, NodeSteps
from resilience_index.report.view.model import View

PARENT, METHOD, WEIGHT, FIRST_POINT = 0, 1, 2, 3
COVERAGE, LEAST = 3, 4
ROW = "\x01"
"""Stands for the number of the unit's row in the formulas of a column."""


@dataclass(frozen=True)
class Extra:
    """A column of the levels beyond the nodes: results, and steps that need a column of their own."""

    kind: str
    item: str
    column: int


@dataclass
class Layout:
    """The places of a view's calculation; ``sheets`` are the names of the sheets by key.

    Rows and columns count from 0.
    """

    view: View
    calculation: Calculation
    sheets: dict[str, str]
    languages: tuple[str, ...] = ("zh", "en")
    leads: int = 0
    parameters: int = 5
    leaf_columns: dict[str, int] = field(default_factory=dict)
    node_columns: dict[str, int] = field(default_factory=dict)
    extras: dict[tuple[str, str], Extra] = field(default_factory=dict)
    item_rows: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        calculation = self.calculation
        self.leads = 2 + self.view.has_periods
        self.nodes = {node.id: node for node in calculation.nodes}
        self.leaves = {leaf.id: leaf for leaf in calculation.leaves}
        self.parent = {child: node.id for node in calculation.nodes for child in node.children}
        self.leaf_columns = {name: self.leads + place for place, name in enumerate(self._leaf_order())}
        self.node_columns = {name: self.leads + place for place, name in enumerate(self._node_order())}
        self.item_rows = {item.id: row for row, item in enumerate(self.view.items, 1)}
        if any(_points(leaf) > 2 for leaf in calculation.leaves):
            self.parameters = 7
        self.first = self.parameters + 1
        self.last = self.first + len(calculation.rows) - 1
        self.blocks = self._ranges(row.block for row in calculation.rows)
        self.periods = self._ranges(place for place, period in enumerate(self.view.periods) for _ in period.units)
        column = self.leads + len(self.node_columns)
        for kind, item in self._extra_kinds():
            self.extras[kind, item] = Extra(kind, item, column)
            column += 1

    def _leaf_order(self) -> list[str]:
        """Leaves by their parent, siblings side by side; context leaves last."""
        scored = [child for node in self.calculation.nodes for child in node.children if child in self.leaves]
        return [*scored, *(leaf.id for leaf in self.calculation.leaves if leaf.normalize is None)]

    def _node_order(self) -> list[str]:
        """Nodes level by level, siblings side by side."""
        found = [self.calculation.nodes[0].id]
        for name in found:
            found += [child for child in self.nodes[name].children if child in self.nodes]
        return found

    def _ranges(self, numbers: Iterable[int]) -> list[tuple[int, int]]:
        """First and last row of each run of equal numbers, in order."""
        found: list[tuple[int, int]] = []
        before = None
        for row, current in enumerate(numbers, self.first):
            if current != before:
                found.append((row, row))
            found[-1] = (found[-1][0], row)
            before = current
        return found

    def _extra_kinds(self) -> list[tuple[str, str]]:
        found = [("group", name) for name in self.view.group_names]
        found += [("rank", ""), ("coverage", "")]
        if self.view.grades:
            found += [("grade", ""), ("before", "")]
        found += [("remark", ""), ("key", ""), ("place", "")]
        if self.says:
            found.append(("said", ""))
        if self.graded:
            found += [("position", ""), *(("line", str(n)) for n in range(len(self.calculation.red_lines)))]
        for node in self.calculation.nodes:
            if needs_column(node):
                found.append(("aggregated", node.id))
            if node.show:
                found.append(("passed", node.id))
                if node.show_normalize is not None and node.show_normalize.method == "percentile_rank":
                    found.append(("compared", node.id))
            if self.takes(node):
                found += [("taken", child) for child in node.children]
        return [*found, *(("code", name) for name in self.within)]

    @property
    def graded(self) -> bool:
        """Whether grades have formulas."""
        return bool(self.calculation.bounds)

    @property
    def says(self) -> bool:
        """Whether remarks say what does not recalculate."""
        units = (unit for period in self.view.periods for unit in period.units)
        fixed = bool(self.view.grades) and not self.graded
        return any(unit.prepared or unit.gates_failed or (fixed and unit.capped_by) for unit in units)

    @property
    def within(self) -> list[str]:
        """The groupings in which statistics are taken."""
        steps = [leaf.normalize for leaf in self.calculation.leaves if leaf.live]
        for node in self.calculation.nodes:
            steps += [node.normalize, node.show_normalize] if node.live else []
        return sorted({step.within for step in steps if step is not None and step.within is not None})

    def takes(self, node: NodeSteps) -> bool:
        """Whether the values a node takes differ from those its children show, and so stand in columns of their own."""
        nodes = [self.nodes[child] for child in node.children if child in self.nodes]
        against = any((self.nodes.get(child) or self.leaves[child]).against for child in node.children)
        return against or any(child.show for child in nodes) or len({child.scale for child in nodes}) > 1

    def weighs(self, node: str) -> bool:
        """Whether what a node shows follows the local weights of its children."""
        return self.nodes[node].live and self.nodes[node].factors is None

    def followed(self, leaf: LeafSteps) -> bool:
        """Whether a score or a grade follows a leaf's raw value."""
        lines = self.calculation.red_lines if self.graded else ()
        return leaf.live or any(line.indicator == leaf.id for line in lines)

    def moves(self, name: str) -> bool:
        """Whether a node or leaf follows some raw value."""
        node = self.nodes.get(name)
        return self.leaves[name].live if node is None else node.live and any(map(self.moves, node.children))

    # -- references -----------------------------------------------------------------------------------

    def prefix(self, sheet: str) -> str:
        """The name of a sheet in front of a reference."""
        return "'" + self.sheets[sheet].replace("'", "''") + "'!"

    def cell(self, column: int, sheet: str = "") -> str:
        """The unit's own cell of a column, ``ROW`` standing for its row."""
        return f"{self.prefix(sheet) if sheet else ''}{letters(column)}{ROW}"

    def across(self, first: int, last: int, sheet: str = "") -> str:
        """The unit's own cells of some columns."""
        return f"{self.prefix(sheet) if sheet else ''}{letters(first)}{ROW}:{letters(last)}{ROW}"

    def fixed(self, row: int, first: int, last: int, sheet: str = "") -> str:
        """Cells of one row that every unit refers to."""
        left = f"${letters(first)}${row + 1}"
        right = "" if last == first else f":${letters(last)}${row + 1}"
        return f"{self.prefix(sheet) if sheet else ''}{left}{right}"

    def column(self, column: int, sheet: str = "", rows: tuple[int, int] | None = None) -> str:
        """A column over all units, or over some rows."""
        first, last = rows or (self.first, self.last)
        name = letters(column)
        return f"{self.prefix(sheet) if sheet else ''}${name}${first + 1}:${name}${last + 1}"

    def beyond(self, kind: str, item: str = "") -> int:
        """The place of a column beyond the nodes."""
        return self.extras[kind, item].column

    def points(self, leaf: LeafSteps, sheet: str = "") -> list[str]:
        """The cells of a leaf's parameters."""
        column = self.leaf_columns[leaf.id]
        return [self.fixed(FIRST_POINT + place, column, column, sheet) for place in range(_points(leaf))]

    def children(self, node: NodeSteps) -> tuple[list[str], list[str]]:
        """A node's children: the leaves, and the nodes."""
        leaves = [child for child in node.children if child in self.leaves]
        return leaves, [child for child in node.children if child in self.nodes]


def _points(leaf: LeafSteps) -> int:
    """How many parameters a leaf's normalisation has."""
    step = leaf.normalize
    if step is None or not leaf.live:
        return 0
    if step.method == "minmax":
        return 4 if step.to != (0.0, 1.0) else 2
    return 1 if step.method == "percentile_rank" else len(step.points)


def needs_column(node: NodeSteps) -> bool:
    """Whether a node's children's value is normalised among units, which takes a column of it."""
    return node.live and node.normalize is not None and node.normalize.method != "none"


def letters(column: int) -> str:
    """The letters of a column that counts from 0."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def on_row(formula: str, row: int) -> str:
    """A column's formula for the unit in a row that counts from 0."""
    return formula.replace(ROW, str(row + 1))


def first_of(rows: Sequence[tuple[int, int]], row: int) -> tuple[int, int]:
    """The run of rows that a row is in."""
    return next(pair for pair in rows if pair[0] <= row <= pair[1])
