"""Formulas for single steps, each against the function of the program that it stands for."""

import dataclasses
import math

import numpy as np
import pytest
from spreadsheets import needs_office, opened, recalculated

from resilience_index.data.sheets.parts import new_workbook
from resilience_index.methods import aggregate, normalize, rounding
from resilience_index.report.view.calculation import NodeSteps, NormalizeStep, RoundStep
from resilience_index.report.workbook import formulas
from resilience_index.report.workbook.formulas import Part

NODE = NodeSteps(
    id="n", children=("a", "b", "c"), factors=None, aggregate="arithmetic", floor=None, power=None, missing="available",
    min_coverage=0.5, min_children=None, normalize=None, invert=False, against=False, round=None, show=False,
    show_normalize=None, show_round=None, scale=1.0, live=True,
)  # fmt: skip
WEIGHTS = np.array([2.0, 1.0, 0.0])
ROWS = [(0.2, 0.7, 0.9), (0.5, None, 0.1), (None, 0.4, None), (0.25, "n/a", 0.5), (1.0, 1.0, 1.0), (0.0, 0.0, 0.3)]


def combined(node: NodeSteps, row) -> float:
    """What the program makes of a row."""
    zero = node.missing == "zero"
    values = [math.nan if x == "n/a" or (x is None and not zero) else x or 0.0 for x in row]
    children = [np.array([x]) for x in values]
    if node.aggregate == "arithmetic":
        return float(aggregate.weighted_mean(children, WEIGHTS)[0])
    if node.aggregate == "sum":
        return float(aggregate.weighted_sum(children, WEIGHTS)[0])
    known = [(w, x) for w, x in zip(WEIGHTS, values, strict=True) if not math.isnan(x) and w > 0]
    if node.floor is not None:
        known = [(w, max(x, node.floor)) for w, x in known]
    total = sum(w for w, _ in known)
    if node.aggregate in ("min", "max"):
        return (min if node.aggregate == "min" else max)(x for _, x in known)
    power = -1.0 if node.aggregate == "harmonic" else node.power or 0.0
    if power == 0.0:
        return math.exp(sum(w * math.log(x) for w, x in known) / total)
    return (sum(w * x**power for w, x in known) / total) ** (1 / power)


NODES = [
    *(dataclasses.replace(NODE, aggregate=name, missing=missing, floor=0.01, power=power)
      for name, power in (("arithmetic", None), ("sum", None), ("geometric", None), ("harmonic", None), ("power", 2.0),
                          ("power", -0.5), ("power", 0.0), ("min", None), ("max", None))
      for missing in ("available", "zero")),
]  # fmt: skip
SCALED = 10.0


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """A workbook with a formula in each row for each aggregation, and one column of rounding; recalculated."""
    folder = tmp_path_factory.mktemp("formulas")
    path = folder / "steps.xlsx"
    workbook = new_workbook(str(path), "steps")
    workbook.define_name("no_value", '="—"')
    workbook.define_name("not_applicable", '="n/a"')
    sheet = workbook.add_worksheet("aggregate")
    for column, weight in enumerate(WEIGHTS):
        sheet.write_number(0, column, weight)
        sheet.write_number(0, column + 4, weight)
    for row, values in enumerate(ROWS, 1):
        for column, value in enumerate(values):
            # The second group of columns holds the same children tenfold, as a shown scale of 10 does.
            for place, factor in ((column, 1.0), (column + 4, SCALED)):
                if isinstance(value, float):
                    sheet.write_number(row, place, value * factor)
                else:
                    sheet.write_string(row, place, value or "—")
        for place, node in enumerate(NODES):
            line = row + 1
            parts = [Part("$A$1:$A$1", f"$A{line}:$A{line}"), Part("$F$1:$G$1", f"$F{line}:$G{line}", SCALED)]
            made = formulas.aggregated(node, parts, 1.0)
            ruled = formulas.missing_rule(node, parts, "0.3", "0", made.text, weightless=True)
            write = sheet.write_array_formula if made.array else sheet.write_formula
            where = (row, 10 + place, row, 10 + place) if made.array else (row, 10 + place)
            write(*where, "{=" + ruled + "}" if made.array else "=" + ruled)
    rounding_sheet(workbook)
    normalize_sheet(workbook)
    workbook.close()
    opened(path).save(path)  # without values: LibreOffice finds them
    return recalculated([path], folder)["steps"]


@needs_office
@pytest.mark.office
@pytest.mark.parametrize("place", range(len(NODES)))
def test_aggregations(found, place):
    node, sheet = NODES[place], found["aggregate"]
    for row, values in enumerate(ROWS, 2):
        got = sheet.cell(row, 11 + place).value
        assert got == pytest.approx(combined(node, values), abs=1e-12), (node.aggregate, node.missing, values)


HALVES = [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.005, 0.015, 0.80005, 0.795, 0.035, 0.1 + 0.2, 0.6749999, 1.005, 0.285]
ROUNDS = [RoundStep(0, "half_up"), RoundStep(2, "half_up"), RoundStep(0, "half_even"), RoundStep(2, "half_even")]


def rounding_sheet(workbook) -> None:
    sheet = workbook.add_worksheet("round")
    for row, value in enumerate(HALVES):
        sheet.write_number(row, 0, value)
        for place, step in enumerate(ROUNDS, 1):
            for offset, scale in ((0, 1.0), (len(ROUNDS), 100.0)):
                text = formulas.rounded(f"{formulas.number(scale)}*A{row + 1}", step, scale)
                sheet.write_formula(row, place + offset, "=" + text)


@needs_office
@pytest.mark.office
def test_halves_are_decided_as_the_program_decides_them(found):
    sheet = found["round"]
    for row, value in enumerate(HALVES, 1):
        for place, step in enumerate(ROUNDS, 2):
            for offset, scale in ((0, 1.0), (len(ROUNDS), 100.0)):
                wanted = rounding.round_shown(np.array([value]), step.digits, step.mode, scale)[0]
                assert sheet.cell(row, place + offset).value == pytest.approx(wanted, abs=1e-12), (value, step, scale)


XS = [5.0, 15.0, 20.0, 25.0, 30.0, 45.0, 60.0, 75.0]
TARGETS = [(10.0, 20.0, 30.0, 60.0), (20.0, 20.0, 30.0, 60.0), (10.0, 20.0, 30.0, 30.0), (20.0, 20.0, 30.0, 30.0)]


def normalize_sheet(workbook) -> None:
    sheet = workbook.add_worksheet("target")
    for row, x in enumerate(XS):
        sheet.write_number(row, 0, x)
        for place, points in enumerate(TARGETS):
            for offset, clip in ((0, True), (len(TARGETS), False)):
                step = NormalizeStep("goalposts", points=points, clip=clip)
                text = formulas.normalized(step, f"A{row + 1}", [formulas.number(x) for x in points], "A1:A8")
                sheet.write_formula(row, 1 + place + offset, "=" + text)


@needs_office
@pytest.mark.office
def test_targets_with_and_without_sides(found):
    sheet = found["target"]
    for place, points in enumerate(TARGETS):
        for offset, clip in ((0, True), (len(TARGETS), False)):
            wanted = normalize.target(np.array(XS), *points, clip=clip)
            got = [sheet.cell(row, 2 + place + offset).value for row in range(1, len(XS) + 1)]
            assert got == pytest.approx(wanted.tolist(), abs=1e-12)


def test_texts_inside_formulas_stay_texts():
    hostile = 'a"&HYPERLINK("http://x")&"' + "长" * 700 + "FILTER(SORT("
    text = formulas.literal(hostile)
    pieces = [piece.replace('""', '"') for piece in text.removeprefix('"').removesuffix('"').split('"&"')]
    assert "".join(pieces) == hostile
    assert max(map(len, pieces)) <= 255
    assert "FILTER(" not in text  # the library would take it for a function of later versions
    assert formulas.literal("") == '""'


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1"), (0.1, "0.1"), (1e-9, "1E-09"), (2 / 3, "0.6666666666666666"), (1e20, "1E+20")]
)
def test_numbers_keep_their_digits(value, text):
    assert formulas.number(value) == text
    assert float(text) == value
