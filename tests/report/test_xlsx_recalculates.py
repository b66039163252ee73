"""A spreadsheet program follows changed raw cells in the workbook and finds the program's own results."""

import copy
import math
import random

import pytest
from spreadsheets import EXCUSED, Run, columns, example, hdi, heading, needs_office, opened, recalculated, sample, units

import resilience_index as ri

pytestmark = [needs_office, pytest.mark.office]

TREES = """
schema: resilience-index/framework/1
id: trees
version: 1.0.0
title: {zh: 各种方法, en: Every method}
defaults: {normalize: {method: goalposts}, weights: given, scale: 100}
ranks: {ties: average}
grades:
  - {id: A, min: 60, title: {zh: 优, en: Good}}
  - {id: B, min: 30, title: {zh: 良, en: Fair}}
red_lines:
  - {indicator: fires, op: "!=", value: 0, cap: B, reason: {zh: 有火灾, en: There was a fire}}
tree:
  id: index
  title: {zh: 指数, en: Index}
  aggregate: {method: geometric, zero: {floor: 0.01}}
  round: {digits: 1, mode: half_even}
  children:
    - id: steps
      title: {zh: 标准化, en: Normalising}
      weight: 2
      missing: {policy: available, min_children: 2}
      show: {normalize: {method: percentile_rank, ties: max}, round: {digits: 2}}
      children:
        - {id: spread, title: {zh: 极差, en: Spread}, unit: a, direction: cost,
           normalize: {method: minmax, to: [0.1, 0.9]}}
        - {id: logged, title: {zh: 对数, en: Logged}, unit: a, direction: benefit,
           normalize: {method: minmax, transform: log, within: district}}
        - {id: still, title: {zh: 常数, en: Constant}, unit: a, direction: benefit,
           normalize: {method: minmax, constant: 0.5}, against: true}
        - {id: ranked, title: {zh: 名次, en: Ranked}, unit: a, direction: cost,
           normalize: {method: percentile_rank, ties: average, cost: before}}
        - {id: inside, title: {zh: 组内名次, en: Ranked inside}, unit: a, direction: cost, invert: true,
           normalize: {method: percentile_rank, ties: max, within: period}}
    - id: targets
      title: {zh: 适度, en: Targets}
      weight: 1
      against: true
      scale: 10
      normalize: {method: minmax}
      missing: {policy: zero}
      children:
        - {id: band, title: {zh: 区间, en: Band}, unit: a, direction: target, goalposts: [10, 20, 30, 60]}
        - {id: edge, title: {zh: 单边, en: One side}, unit: a, direction: target, goalposts: [15, 20, 30, 60],
           round: {digits: 0, mode: half_up}}
        - id: deep
          title: {zh: 深一层, en: Deeper}
          aggregate: sum
          normalize: {method: percentile_rank, ties: min}
          invert: true
          children:
            - {id: fires, title: {zh: 火灾, en: Fires}, unit: a, direction: cost, goalposts: [5, 0], weight: 0.25}
            - {id: loggoal, title: {zh: 对数目标, en: Logged goal}, unit: a, direction: benefit, weight: 0.5,
               normalize: {method: goalposts, goalposts: [1, 1000], transform: log, clip: false}}
"""
ROOTS = {
    "average": "{method: geometric, zero: {floor: 0.01}}", "dense": "{method: harmonic, zero: {floor: 0.01}}",
    "min": "{method: power, p: -0.5, zero: {floor: 0.01}}",
}  # fmt: skip
UNKNOWN = "-999"
"""What stands for a missing value in the data of one of the examples."""
LEAVES = ("spread", "logged", "still", "ranked", "inside", "band", "edge", "fires", "loggoal")


def trees(folder, ties="average") -> Run:
    path = folder / f"trees_{ties}.yaml"
    text = TREES.replace("ties: average}\ngrades", f"ties: {ties}}}\ngrades").replace(ROOTS["average"], ROOTS[ties])
    path.write_text(text, encoding="utf-8")
    seed = random.Random(7)
    rows = []
    for period in ("2023", "2024"):
        for number in range(14):
            values = [seed.choice([3, 5.5, 8, 21, 34]), seed.uniform(1, 90), 7, seed.choice([1, 2, 2, 9]),
                      seed.choice([4, 4, 6, 8]), seed.uniform(5, 65), seed.uniform(5, 65), seed.choice([0, 0, 0, 2]),
                      seed.uniform(0.5, 1500)]  # fmt: skip
            cells = ["" if seed.random() < 0.06 else EXCUSED if seed.random() < 0.06 else repr(x) for x in values]
            cells[2] = "7"
            rows.append([f"{number:03d}", f"社区{number}", seed.choice(["东", "西"]), period, *cells])
    rows[3][4:] = rows[5][4:]  # a tie
    rows[6][4:9] = [""] * 5  # a dimension without a value: no score
    rows[8][9:] = [EXCUSED] * 4  # a dimension that does not apply
    header = ["community_id", "community", "district", "period", *LEAVES]
    return Run(f"trees_{ties}", ri.load_framework(path), header, rows, {})


def changed(run: Run, seed: int) -> list[list[str]]:
    """The rows with other values, gaps, cells that do not apply, a tie and a caught red line."""
    chosen, rows = random.Random(seed), copy.deepcopy(run.rows)
    leaves = [leaf for leaf in run.framework.leaves if leaf.indicator.scored]
    places = {leaf.id: run.header.index(leaf.id) for leaf in leaves}
    refuses = run.name == "hdi"
    for row in rows:
        for leaf in chosen.sample(leaves, max(1, len(leaves) // 6)):
            other = chosen.choice(run.rows)[places[leaf.id]]
            lot = chosen.random()
            if not refuses and lot < 0.2:
                other = ""
            elif not refuses and lot < 0.3:
                other = EXCUSED
            if leaf.id != "still" and (other or not refuses):
                row[places[leaf.id]] = other
    by_period = [row for row in rows if row[run.header.index("period")] == rows[0][run.header.index("period")]] if (
        "period" in run.header) else rows  # fmt: skip
    for place in places.values():
        by_period[1][place] = by_period[0][place]
        if not refuses:
            by_period[4][place] = ""
    for line in run.framework.red_lines:
        by_period[2][places[line.indicator]] = "1"
    return rows


def put(run: Run, path, rows, target) -> None:
    """Write the changed values into the raw cells of a workbook."""
    workbook = opened(path)
    sheet = workbook["原始值"]
    where, at = columns(sheet), units(sheet)
    period = run.header.index("period") if "period" in run.header else None
    for row in rows:
        line = at[row[0], row[period] if period is not None else ""]
        for name, text in zip(run.header, row, strict=True):
            if name in where and name in {leaf.id for leaf in run.framework.leaves}:
                value = None if text in ("", UNKNOWN) else text if text == EXCUSED else float(text)
                sheet.cell(line, where[name]).value = value
    workbook.save(target)


def makers(folder):
    shipped = [sample("sfic", "2025"), sample("dual_empowerment", "2025"), sample("mechanisms", by="district")]
    shipped += [hdi(), *map(example, ("svi", "inform", "ndgain"))]
    return [sample("toe"), *shipped, *(trees(folder, ties) for ties in ("average", "dense", "min"))]


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """Of each run: the workbook as it was written, the result for changed values, what LibreOffice finds of both."""
    folder = tmp_path_factory.mktemp("recalculates")
    found = {}
    for run in makers(folder):
        path = run.book(folder)
        rows = changed(run, 11)
        put(run, path, run.rows, folder / f"{run.name}_same.xlsx")
        put(run, path, rows, folder / f"{run.name}_other.xlsx")
        found[run.name] = (path, run.score(folder, rows))
    paths = [folder / f"{name}_{kind}.xlsx" for name in found for kind in ("same", "other")]
    calculated = recalculated(paths, folder)
    return {
        name: (path, result, calculated[f"{name}_same"], calculated[f"{name}_other"])
        for name, (path, result) in found.items()
    }


NAMES = ("toe", "sfic", "dual_empowerment", "mechanisms", "hdi", "svi", "inform", "ndgain",
         "trees_average", "trees_dense", "trees_min")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_formula_gives_the_value_beside_it(books, name):
    path, _, same, _ = books[name]
    formulas, values = opened(path), opened(path, values=True)
    count = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                count += 1
                before = values[sheet.title][cell.coordinate].value
                after = same[sheet.title][cell.coordinate].value
                assert agree(before, after), (sheet.title, cell.coordinate, before, after)
    assert count > 20 * len(values["逐级得分"]["A"])


def agree(first, second) -> bool:
    if isinstance(first, int | float) and isinstance(second, int | float):
        return math.isclose(first, second, rel_tol=0.0, abs_tol=1e-9)
    return (first or "") == (second or "")


@pytest.mark.parametrize("name", NAMES)
def test_changed_cells_give_the_scores_of_the_program(books, name):
    _, result, _, workbook = books[name]
    sheet = workbook["逐级得分"]
    where, at = columns(sheet), units(sheet)
    scores = result.scores
    assert scores["score"].notna().sum() > 10
    differing = scores["score"].isna().any() or name == "hdi"
    assert differing  # gaps were made, but where the framework refuses them
    nodes = [node.id for node in result.plan.nodes]
    for index, row in scores.iterrows():
        line = at[row["community_id"], row.get("period", "")]
        got = {key: sheet.cell(line, column).value for key, column in where.items()}
        for place, node in enumerate(nodes):
            same_number(got[node], float(result.shown[place][index]), (row["community_id"], node))
        same_number(got["名次"], row["rank"], row["community_id"])
        same_number(got["覆盖率"], row["coverage"], row["community_id"])
        if not result.plan.grades:
            continue
        assert got["等级"] == (row["grade"] if isinstance(row["grade"], str) else "—")
        before = int(result.grades_before[index])
        lowered = before != int(result.grades[index])
        assert (got["红线前等级"] or "") == (result.plan.grades[before].id if lowered else "")


def same_number(value, expected, place) -> None:
    if math.isnan(expected):
        assert value in ("—", EXCUSED), place
    else:
        assert isinstance(value, int | float), (place, value)
        assert abs(value - expected) <= 1e-9, place


@pytest.mark.parametrize("name", NAMES)
def test_the_ranking_sorts_itself(books, name):
    _, result, _, workbook = books[name]
    sheet = workbook["排名"]
    where = {cell.value: cell.column for cell in sheet[1]}
    listed = [
        [sheet.cell(row, column).value for column in range(1, len(where) + 1)] for row in range(2, sheet.max_row + 1)
    ]
    assert len(listed) == len(result)
    keys = {"期": "period", "区县": "district"} if name == "mechanisms" else {"期": "period"}
    keys = {head: column for head, column in keys.items() if head in where}
    scores = result.scores
    labels = list(dict.fromkeys(tuple(row[where[head] - 1] for head in keys) for row in listed))
    assert [label[:1] for label in labels] == sorted((label[:1] for label in labels), reverse=True)
    for label in labels:
        rows = [row for row in listed if tuple(row[where[head] - 1] for head in keys) == label]
        mine = scores
        for column, value in zip(keys.values(), label, strict=True):
            mine = mine[mine[column] == value]
        ranks = [row[0] for row in rows if row[0] != "—"]
        assert ranks == sorted(ranks) == sorted(mine["rank"].dropna())
        assert [row[0] for row in rows][len(ranks) :] == ["—"] * (len(rows) - len(ranks))
        assert sorted(row[1] for row in rows) == sorted(mine["community_id"])
        by_id = dict(zip(mine["community_id"], mine["score"], strict=True))
        for row in rows:
            same_number(row[where["得分"] - 1], by_id[row[1]], row[1])


def test_counts_and_means_follow(books):
    _, result, _, workbook = books["toe"]
    rows = [[cell.value for cell in row] for row in workbook["总表"].iter_rows()]
    start = next(place for place, row in enumerate(rows) if row[:2] == ["期", "社区数"])
    for row in rows[start + 1 : start + 4]:
        mine = result.scores[result.scores["period"] == row[0]]
        assert row[1:4] == [len(mine), mine["score"].count(), mine["score"].isna().sum()]
        assert row[4] == pytest.approx(mine["score"].mean(), abs=1e-9)
        assert row[5:9] == [(mine["grade"] == grade).sum() for grade in "ABCD"]
        assert row[9] == pytest.approx(mine["technical"].mean(), abs=1e-9)
    start = next(place for place, row in enumerate(rows) if row[1] == "0–10")
    for row in rows[start + 1 : start + 4]:
        mine = result.scores[result.scores["period"] == row[0]]["score"].dropna()
        assert sum(row[1:11]) == len(mine)
        assert row[7] == ((mine >= 60) & (mine < 70)).sum()


def test_a_changed_weight_bound_and_goalpost_are_followed(tmp_path):
    run = sample("toe")
    path = run.book(tmp_path)
    workbook = opened(path)
    weights = workbook["权重与一致性"]
    at = {weights.cell(row, 2).value: row for row in range(2, 90)}
    weights.cell(at["technical"], 6).value = 3
    for name in ("organizational", "environmental", "digital_risk"):
        weights.cell(at[name], 6).value = 1
    method = workbook["方法"]
    bound = next(row for row in range(1, 60) if method.cell(row, 1).value == "B" and method.cell(row, 3).value == 70)
    method.cell(bound, 3).value = 64
    normalized = workbook["标准化"]
    best = columns(normalized)["response_min"]
    row = next(row for row in range(1, 9) if normalized.cell(row, best).value == 30)
    normalized.cell(row, best).value = 60
    target = tmp_path / "other.xlsx"
    workbook.save(target)
    found = recalculated([target], tmp_path)["other"]
    levels = found["逐级得分"]
    where = columns(levels)
    row = heading(levels) + 1
    inside = [
        levels.cell(row, where[name]).value for name in ("technical", "organizational", "environmental", "digital_risk")
    ]
    score = levels.cell(row, where["index"]).value
    assert score == pytest.approx((3 * inside[0] + sum(inside[1:])) / 6, abs=1e-9)
    shares = found["权重与一致性"]
    assert shares.cell(at["technical"], 7).value == pytest.approx(0.5, abs=1e-12)
    values, raw = found["标准化"], found["原始值"]
    minutes = raw.cell(row, best).value
    assert values.cell(row, best).value == pytest.approx(max(0, min(1, (minutes - 240) / (60 - 240))), abs=1e-12)
    graded = [(levels.cell(r, where["index"]).value, levels.cell(r, where["等级"]).value) for r in range(row, row + 60)]
    assert any(64 <= score < 70 and grade == "B" for score, grade in graded)
    assert not any(64 <= score < 70 and grade == "A" for score, grade in graded)
