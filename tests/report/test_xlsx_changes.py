"""Changed parameters, and raw values beside what has no formula: a spreadsheet program finds the program's results."""

import copy
import dataclasses
import math

import pytest
from spreadsheets import FIXED, MEAN, columns, heading, mixed, needs_office, opened, recalculated, units
from test_xlsx_recalculates import agree, put, same_number, trees

import resilience_index as ri

pytestmark = [needs_office, pytest.mark.office]

PARAMETERS = {
    "unit: a, direction: cost,\n           normalize: {method: minmax, to: [0.1, 0.9]}":
        "unit: a, direction: cost,\n           normalize: {method: minmax, to: [0.2, 0.7]}",
    "goalposts: [10, 20, 30, 60]": "goalposts: [5, 22, 31, 70]",
    "goalposts: [5, 0], weight: 0.25": "goalposts: [9, 1], weight: 0.4",
    "goalposts: [1, 1000]": "goalposts: [2, 500]",
    "min_children: 2": "min_children: 4",
    "weight: 2\n": "weight: 5\n",
    "{id: A, min: 60": "{id: A, min: 45",
    'op: "!=", value: 0': 'op: "!=", value: 2',
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("changes")


@pytest.fixture(scope="module")
def found(folder):
    """Each workbook with its changes, as LibreOffice recalculates it, beside the program's result for the same."""
    made = {"parameters": parameters(folder)}
    for name, other in (("mixed", {}), ("mean", MEAN), ("fixed", MEAN | FIXED)):
        run = mixed(folder, name, other)
        path, rows = run.book(folder), changed(run.rows)
        target = folder / f"{name}_other.xlsx"
        put(run, path, rows, target)
        made[name] = (target, run.score(folder), run.score(folder, rows))
    calculated = recalculated([target for target, *_ in made.values()], folder)
    return {name: (calculated[target.stem], *results) for name, (target, *results) in made.items()}


def changed(rows):
    """Other values where formulas stand, and gaps."""
    rows = copy.deepcopy(rows)
    for number, row in enumerate(rows):
        if number % 3 == 0:
            row[5] = repr(20.5 + number)  # reach
        if number % 4 == 1:
            row[6] = "" if number == 5 else repr(99.0 - number)  # rate
        if number in (4, 9, 10):
            row[7] = "2"  # fires
    return rows


def parameters(folder):
    """The trees with other goalposts, ranges, weights, bounds and red lines, in the workbook and in the file."""
    run = trees(folder)
    path = run.book(folder)
    text = (folder / "trees_average.yaml").read_text(encoding="utf-8")
    for old, new in PARAMETERS.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / "other.yaml").write_text(text, encoding="utf-8")
    other = dataclasses.replace(run, framework=ri.load_framework(folder / "other.yaml"))
    workbook = opened(path)
    normalized, levels, weights, method = (workbook[name] for name in ("标准化", "逐级得分", "权重与一致性", "方法"))
    where = columns(normalized)
    for leaf, cells in (("spread", {6: 0.2, 7: 0.7}), ("band", {4: 5, 5: 22, 6: 31, 7: 70}), ("fires", {4: 9, 5: 1}),
                        ("loggoal", {4: 2, 5: 500})):  # fmt: skip
        for row, value in cells.items():
            blue(normalized.cell(row, where[leaf])).value = value
    blue(normalized.cell(3, where["fires"])).value = 0.4
    blue(levels.cell(5, columns(levels)["steps"])).value = 4
    at = {weights.cell(row, 2).value: row for row in range(2, weights.max_row + 1)}
    blue(weights.cell(at["steps"], 6)).value = 5
    blue(weights.cell(at["targets"], 6)).value = 1
    cells = [cell for line in method.iter_rows() for cell in line]
    bound = next(cell for cell in cells if cell.column == 3 and cell.value == 60)
    blue(bound).value = 45
    line = next(cell for cell in cells if cell.column == 2 and cell.value == "fires")
    blue(method.cell(line.row, 4)).value = 2
    target = folder / "parameters.xlsx"
    workbook.save(target)
    return target, run.score(folder), other.score(folder)


def blue(cell):
    """A cell that says of itself that it may be changed."""
    assert cell.font.color.rgb == "FF0B5CAD", cell.coordinate
    assert cell.data_type == "n", cell.coordinate
    return cell


def scored(sheet, result, nodes):
    """Hold the nodes, ranks and coverage of a sheet against a result."""
    where, at = columns(sheet), units(sheet)
    for index, row in result.scores.iterrows():
        line = at[row["community_id"], row.get("period", "")]
        for place, node in enumerate(result.plan.nodes):
            if node.id in nodes:
                same_number(sheet.cell(line, where[node.id]).value, float(result.shown[place][index]), (line, node.id))


def test_every_changed_parameter_is_followed(found):
    workbook, before, after = found["parameters"]
    sheet = workbook["逐级得分"]
    scored(sheet, after, {node.id for node in after.plan.nodes})
    where, at = columns(sheet), units(sheet)
    grades = set()
    for _, row in after.scores.iterrows():
        line = at[row["community_id"], row["period"]]
        same_number(sheet.cell(line, where["名次"]).value, row["rank"], line)
        grade = row["grade"] if isinstance(row["grade"], str) else "—"
        assert sheet.cell(line, where["等级"]).value == grade
        grades.add(grade)
    assert grades == {"A", "B", "—"}
    assert (before.scores["score"] - after.scores["score"]).abs().median() > 1
    assert (before.scores["grade"].fillna("") != after.scores["grade"].fillna("")).any()


@pytest.mark.parametrize("name", ["mean", "fixed"])
def test_scores_follow_beside_filled_and_treated_leaves(found, name):
    """The leaves that were filled and treated keep their values; all else follows, ranks included."""
    workbook, before, after = found[name]
    sheet = workbook["逐级得分"]
    scored(sheet, after, {"index", "prepared", "plain"})
    assert (before.scores["score"] - after.scores["score"]).abs().max() > 1
    where, at = columns(sheet), units(sheet)
    for index, row in after.scores.iterrows():
        line = at[row["community_id"], ""]
        same_number(sheet.cell(line, where["名次"]).value, row["rank"], line)
        # Under gates, or with bounds from the scores, the grades are those of the run.
        grade = (before if name == "mean" else after).scores["grade"][index]
        assert sheet.cell(line, where["等级"]).value == (grade if isinstance(grade, str) else "—")
    caught = (after.grades_before != after.grades) & (before.grades_before == before.grades)
    assert caught.any() or name == "mean"


def test_a_root_without_a_formula_keeps_its_value_while_dimensions_follow(found):
    workbook, before, after = found["mixed"]
    sheet = workbook["逐级得分"]
    scored(sheet, before, {"index"})
    scored(sheet, after, {"prepared", "plain"})
    assert (before.scores["plain"] - after.scores["plain"]).abs().max() > 1
    assert (before.scores["score"] - after.scores["score"]).abs().max() > 1  # which the workbook says it does not show
    text = "\n".join(str(cell.value) for row in workbook["总表"].iter_rows() for cell in row if cell.value)
    assert "总得分与名次只有数值，不随改动而变" in text
    assert "index (topsis)" in text


def test_unchanged_workbooks_give_the_values_beside_their_formulas(folder):
    """Also where a leaf is normalised inside groups onto a range of its own."""
    run = mixed(folder, "same", MEAN)
    path = run.book(folder)
    target = folder / "same_other.xlsx"
    put(run, path, run.rows, target)
    values, formulas = opened(path, values=True), opened(path)
    calculated = recalculated([target], folder)["same_other"]
    sheet = formulas["标准化"]
    first, column = heading(sheet) + 1, columns(sheet)["reach"]
    assert "".join(str(sheet.cell(row, column).value or "") for row in range(4, 8)) == "0.10.9"
    ends = [calculated["标准化"].cell(row, column).value for row in range(first, sheet.max_row + 1)]
    assert math.isclose(min(ends), 0.1)
    assert math.isclose(max(ends), 0.9)
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    pair = [book[sheet.title][cell.coordinate].value for book in (values, calculated)]
                    assert agree(*pair), (sheet.title, cell.coordinate, *pair)
