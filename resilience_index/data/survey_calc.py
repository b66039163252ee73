"""Formulas by which a survey shows how consistent the answers of a sheet are, in the cells of a hidden sheet.

Only functions that every spreadsheet has, and no array formulas. Every formula is written with the value it has in
an empty survey, since not every program calculates a file that it opens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from resilience_index.data.layout.columns import letter
from resilience_index.data.survey_form import CALC

SQUARINGS = 8
"""The matrix is squared so often: its 256th power tells the priorities, however inconsistent the answers."""


@dataclass(frozen=True)
class Consistency:
    """References to the figures of one sheet: answers given, CR, and the place (from 1) of the worst answer."""

    count: str
    cr: str | None
    worst: str | None


class Calc:
    """Writes blocks of formulas below each other on the hidden sheet."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.row = 0

    def put(self, row: int, column: int, formula: str, value: Any) -> str:
        """Write a formula; the reference to its cell on this sheet."""
        self.sheet.write_formula(row, column, "=" + formula, None, value)
        return _at(row, column)

    def count(self, cells: str) -> str:
        """The reference to the count of numbers in some cells of another sheet."""
        reference = self.put(self.row, 0, f"COUNT({cells})", 0)
        self.row += 1
        return _outside(reference)

    def comparisons(self, answers: Sequence[str], size: int, random_index: float) -> Consistency:
        """Pairwise comparisons of ``size`` elements: ``answers`` are the cells, in the order of the pairs.

        λmax is that of the principal eigenvector, CR = (λmax − n) / (n − 1) / RI, and the worst answer the one
        with the largest |ln (a_ij · w_j / w_i)|.
        """
        top, pairs = self.row, list(combinations(range(size), 2))
        self.row += max(len(pairs), size) + 4
        for place, answer in enumerate(answers):
            self.put(top + place, 0, f"IFERROR(MATCH({answer},survey_choices,0),0)", 0)
            chosen = _at(top + place, 0)
            self.put(top + place, 1, f"IF({chosen}=0,1,INDEX(survey_values,MAX(1,{chosen})))", 1)
        count = self.put(top, 3, f'COUNTIF({_range(top, 0, len(pairs), 1)},">0")', 0)
        if size <= 2:
            return Consistency(_outside(count), None, None)
        weights = self._eigenvector(top, pairs, size)
        for place, (i, j) in enumerate(pairs):
            self.put(top + place, 2, f"ABS(LN({_at(top + place, 1)}*{weights[j]}/{weights[i]}))", 0)
        errors = _range(top, 2, len(pairs), 1)
        mean = self.put(top + 1, 3, f"SUM({_range(top, 5, size, 1)})/{size}", size)
        cr = self.put(top + 2, 3, f"MAX(0,{mean}-{size})/{size - 1}/{random_index!r}", 0)
        worst = self.put(top + 3, 3, f"MATCH(MAX({errors}),{errors},0)", 1)
        return Consistency(_outside(count), _outside(cr), _outside(worst))

    def _eigenvector(self, top: int, pairs: Sequence[tuple[int, int]], size: int) -> list[str]:
        """The priorities' cells (column 4), the ratios (A·w)_i / w_i beside them; powers go on to the right."""
        first = 8
        columns = [first + step * (2 * size + 1) for step in range(SQUARINGS + 1)]
        for i in range(size):
            for j in range(size):
                formula = "1"
                if i != j:
                    given = _at(top + pairs.index((min(i, j), max(i, j))), 1)
                    formula = given if i < j else f"1/{given}"
                self.put(top + i, first + j, formula, 1)
        value = 1.0
        for step, column in enumerate(columns):
            for i in range(size):
                for j in range(size):
                    if step:
                        before = columns[step - 1]
                        left = _range(top + i, before, 1, size)
                        right = _range(top + j, before + size, 1, size)
                        total = _at(top + size, before)
                        self.put(top + i, column + j, f"SUMPRODUCT({left},{right})/{total}/{total}", value)
                    self.put(top + i, column + size + j, _at(top + j, column + i), value)
            self.put(top + size, column, f"SUM({_range(top, column, size, size)})", value * size * size)
            value = size * value * value / (value * size * size) ** 2
        last = columns[-1]
        total = _at(top + size, last)
        weights = [
            self.put(top + i, 4, f"SUM({_range(top + i, last, 1, size)})/{total}", 1 / size) for i in range(size)
        ]
        for i in range(size):
            # Lying as a row, to be multiplied with the rows of the matrix.
            self.put(top + size + 1, first + i, weights[i], 1 / size)
        across = _range(top + size + 1, first, 1, size)
        for i in range(size):
            self.put(top + i, 5, f"SUMPRODUCT({_range(top + i, first, 1, size)},{across})/{weights[i]}", size)
        return weights

    def best_worst(self, best: str, worst: str, cells: Sequence[tuple[str, str]], items: str) -> BestWorstCells:
        """Best–worst answers: ``best`` and ``worst`` are the cells, ``cells`` those of each child's two answers.

        The consistency is max |a_Bj · a_jW − a_BW| / (a_BW² − a_BW), from the answers alone.
        """
        top, size = self.row, len(cells)
        self.row += size + 6
        for place in range(size):
            self.sheet.write_number(top + place, 7, place + 1)
        # Compared, not looked up: MATCH would take *, ? and ~ in a title for wildcards.
        numbers = _range(top, 7, size, 1)
        at_best, at_worst = (
            self.put(top + row, 6, f'IF({cell}="",0,SUMPRODUCT(({items}={cell})*{numbers}))', 0)
            for row, cell in enumerate((best, worst))
        )
        both = self.put(top + 2, 6, f"IF(AND({at_best}>0,{at_worst}>0,{at_best}<>{at_worst}),1,0)", 0)
        roles = []
        for place, (first, second) in enumerate(cells):
            row = top + place
            role = self.put(row, 0, f"IF({both}=0,0,IF({at_best}={place + 1},1,IF({at_worst}={place + 1},2,0)))", 0)
            self.put(row, 1, f"IF({role}=1,0,IFERROR(MATCH({first},survey_degrees,0),0))", 0)
            self.put(row, 2, f"IF({role}>0,0,IFERROR(MATCH({second},survey_degrees,0),0))", 0)
            roles.append(_outside(role))
        span = self.put(top + 3, 6, f"IF({at_worst}=0,0,INDEX({_range(top, 1, size, 1)},MAX(1,{at_worst})))", 0)
        given = f'COUNTIF({_range(top, 1, size, 2)},">0")'
        count = self.put(top + 4, 6, f"IF({at_best}>0,1,0)+IF({at_worst}>0,1,0)+IF({both}=1,{given},0)", 0)
        for place in range(size):
            row = top + place
            gap = f"ABS({_at(row, 1)}*{_at(row, 2)}-{span})/MAX(1,{span}*{span}-{span})"
            self.put(row, 3, f"IF(OR({_at(row, 0)}>0,{both}=0),0,{gap})", 0)
        errors = _range(top, 3, size, 1)
        cr = self.put(top + 5, 6, f"MAX({errors})", 0)
        furthest = self.put(top + 6, 6, f"MATCH(MAX({errors}),{errors},0)", 1)
        self.row += 1
        return BestWorstCells(_outside(count), _outside(cr), _outside(furthest), _outside(both), roles,
                              f"AND({_outside(at_best)}>0,{_outside(at_best)}={_outside(at_worst)})")  # fmt: skip


@dataclass(frozen=True)
class BestWorstCells:
    """References of one best–worst sheet; a role is 1 for the best, 2 for the worst and 0 for the others."""

    count: str
    cr: str
    worst: str
    chosen: str
    roles: Sequence[str]
    same: str


def _at(row: int, column: int) -> str:
    return f"${letter(column)}${row + 1}"


def _range(row: int, column: int, rows: int, columns: int) -> str:
    return f"{_at(row, column)}:{_at(row + rows - 1, column + columns - 1)}"


def _outside(reference: str) -> str:
    return f"{CALC}!{reference}"
