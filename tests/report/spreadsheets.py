"""What the tests of the workbook share: runs of a framework, changed cells, a spreadsheet program that recalculates."""

import csv
import dataclasses
import os
import random
import shutil
import subprocess
import warnings
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

import resilience_index as ri
from resilience_index.report.view import build as view_build
from resilience_index.report.view import diagnosis as diagnosis_view
from resilience_index.report.workbook import xlsx

ROOT = Path(__file__).resolve().parents[2]
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(OFFICE is None and not os.environ.get("CI"), reason="no LibreOffice here")
EXCUSED = "不适用"


@dataclasses.dataclass
class Run:
    """A framework and rows of data, scored and written as a workbook."""

    name: str
    framework: ri.Framework
    header: list[str]
    rows: list[list[str]]
    options: dict

    def score(self, folder: Path, rows: list[list[str]] | None = None) -> ri.Result:
        path = folder / f"{self.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([self.header, *(self.rows if rows is None else rows)])
        return ri.score(ri.read_data(path, self.framework), self.framework, **self.options)

    def view(self, folder: Path):
        return view_build.build(self.score(folder))

    def book(self, folder: Path, language: str = "zh", diagnosis: bool = False) -> Path:
        result = self.score(folder)
        view = view_build.build(result)
        if diagnosis:
            view = dataclasses.replace(view, diagnosis=diagnosis_view.of(result))
        path = folder / f"{self.name}_{language}.xlsx"
        xlsx.write(view, path, language)
        return path


def sample(framework: str, period: str = "", **options) -> Run:
    """A shipped framework on the sample's data, of one period or all."""
    run = _run(framework, ri.load_framework(framework), ROOT / "sample_data" / "communities.csv", options)
    place = run.header.index("period")
    return dataclasses.replace(run, rows=[row for row in run.rows if period in ("", row[place])])


def hdi(**options) -> Run:
    folder = ROOT / "sample_data" / "hdi_2022"
    return _run("hdi", ri.load_framework(folder / "hdi.yaml"), folder / "countries.csv", options)


def example(name: str, **options) -> Run:
    """One of the shipped examples on its own data."""
    return _run(name, ri.load_framework(name), ROOT / "indicators" / "examples" / f"{name}.csv", options)


MIXED = """
schema: resilience-index/framework/1
id: mixed
version: 1.0.0
title: {zh: 混合, en: Mixed}
defaults: {normalize: minmax, weights: given, scale: 100}
grading: natural_breaks
grades:
  - {id: A, title: {zh: 优, en: Good}}
  - {id: B, title: {zh: 良, en: Fair}}
red_lines:
  - {indicator: fires, op: ">=", value: 2, cap: B, reason: {zh: 有火灾, en: There was a fire}}
gates:
  - {id: staffed, indicator: staff, op: ">=", value: 2, missing: fail, reason: {zh: 人手不足, en: Too few staff}}
tree:
  id: index
  title: {zh: 指数, en: Index}
  aggregate: topsis
  children:
    - id: prepared
      title: {zh: 预处理, en: Prepared}
      weight: 1
      children:
        - {id: visits, title: {zh: 走访, en: Visits}, direction: benefit, fill: mean}
        - {id: costs, title: {zh: 费用, en: Costs}, direction: cost, treat: winsorize}
        - {id: reach, title: {zh: 覆盖, en: Reach}, direction: benefit,
           normalize: {method: minmax, within: district, to: [0.1, 0.9]}}
    - id: plain
      title: {zh: 直接, en: Plain}
      weight: 2
      children:
        - {id: rate, title: {zh: 比率, en: Rate}, direction: benefit, range: [0, 100],
           normalize: {method: goalposts, goalposts: [0, 100]}}
        - {id: fires, title: {zh: 火灾, en: Fires}, direction: cost,
           normalize: {method: goalposts, goalposts: [5, 0]}}
    - {id: staff, title: {zh: 人手, en: Staff}, direction: context}
"""


MEAN = {"aggregate: topsis": "aggregate: arithmetic"}
FIXED = {"grading: natural_breaks": "grading: fixed", "id: A,": "id: A, min: 55,", "id: B,": "id: B, min: 20,",
         MIXED[MIXED.index("gates:") : MIXED.index("tree:")]: ""}  # fmt: skip


def mixed(folder: Path, name: str = "mixed", other: Mapping[str, str] | None = None) -> Run:
    """Values filled in and treated, a red line, a gate, grades and a root that follow no formula.

    ``other`` are parts of the framework with what takes their place.
    """
    text = MIXED
    for old, new in (other or {}).items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    seed = random.Random(3)
    rows = []
    for number in range(24):
        values = [seed.randint(1, 40), 900 if number == 7 else seed.randint(90, 110), seed.randint(20, 80),
                  seed.uniform(1, 99), seed.choice([0, 0, 1, 3]), seed.choice([1, 2, 3, 4])]  # fmt: skip
        cells = [repr(value) for value in values]
        cells[0] = "" if number in (2, 11) else cells[0]
        rows.append([f"{number:03d}", f"社区{number}", "东西"[number % 2], *cells])
    header = ["community_id", "community", "district", "visits", "costs", "reach", "rate", "fires", "staff"]
    return Run(name, ri.load_framework(path), header, rows, {})


def _run(name: str, framework: ri.Framework, path: Path, options: dict) -> Run:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    return Run(name, framework, header, rows, options)


def opened(path: Path, *, values: bool = False):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of looks that openpyxl does not keep
        return openpyxl.load_workbook(path, data_only=values)


def heading(sheet) -> int:
    """The row of the headings of a sheet with parameters above."""
    return next(row for row in range(1, 20) if sheet.cell(row, 1).value in ("社区编码", "Community id"))


def columns(sheet) -> dict[str, int]:
    """Columns by the id under the title, else by the title."""
    row = heading(sheet)
    found = {}
    for cell in sheet[row]:
        lines = str(cell.value or "").split("\n")
        found.setdefault(lines[1] if len(lines) > 1 else lines[0], cell.column)
    return found


def units(sheet) -> dict[tuple[str, str], int]:
    """Rows by community and period."""
    first, period = heading(sheet) + 1, columns(sheet).get("期") or columns(sheet).get("Period")
    return {
        (sheet.cell(row, 1).value, sheet.cell(row, period).value if period else ""): row
        for row in range(first, sheet.max_row + 1)
    }


def recalculated(paths: list[Path], folder: Path) -> dict[str, object]:
    """The values that LibreOffice finds in workbooks saved without any, by the stem of their names."""
    out = folder / "recalculated"
    command = [
        OFFICE or "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to",
        "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), *map(str, paths),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {path.stem: opened(out / path.name, values=True) for path in paths}
