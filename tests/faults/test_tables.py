"""Tables as they go wrong: every cell of the sample torn, forms of cells, files of offices, personal numbers."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import test_bad_files as offices
import test_cell_forms as forms
import test_privacy_tables as privacy
from acceptance_tools import SAMPLE
from fault_tools import count, figure

from resilience_index.data.table import Table
from resilience_index.errors import UnreadableError
from resilience_index.framework.loading import load_framework
from resilience_index.scoring import assess
from resilience_index.scoring import plan as planning
from resilience_index.scoring.assess import Job
from resilience_index.scoring.plan import Plan


@pytest.fixture(scope="module")
def toe() -> tuple[Job, Plan]:
    framework = load_framework("toe")
    work = assess.job(framework, "data.csv")
    return work, planning.build(framework, work.settings)


def _read(path: Path, toe: tuple[Job, Plan]) -> Table:
    work, plan = toe
    return assess.read_rows(work, plan, path=str(path))


# What goes wrong at one cell: the lines of a row before and after it.
MUTATIONS: dict[str, Callable[[list[str], int], str]] = {
    "a thousands comma without quotes": lambda cells, at: ",".join([*cells[:at], "1,234", *cells[at + 1 :]]),
    "a cell that is missing": lambda cells, at: ",".join([*cells[:at], *cells[at + 1 :]]),
    "a cell too many": lambda cells, at: ",".join([*cells[:at], "7", *cells[at:]]),
    # Before the first cell a break would only leave a blank line.
    "a break inside the row": lambda cells, at: ",".join(cells[: at or 1]) + "\n" + ",".join(cells[at or 1 :]),
}


def test_no_cell_shifts_silently(toe: tuple[Job, Plan], tmp_path: Path) -> None:
    """Each tried cell of the sample torn in four ways: an error at its row, and no other row's value is another one.

    FAULTS_CELLS=1 tries every cell, 50 every fiftieth.
    """
    text = (SAMPLE / "communities.csv").read_text(encoding="utf-8-sig")
    lines = text.splitlines()
    rows = list(csv.reader(io.StringIO(text)))
    assert all(",".join(row) == line for row, line in zip(rows, lines, strict=True))
    (tmp_path / "data.csv").write_text(text, encoding="utf-8")
    whole = _read(tmp_path / "data.csv", toe)
    before = {int(row): [float(column[at]) for column in whole.values] for at, row in enumerate(whole.rows)}
    places = [(row, at) for row in range(1, len(rows)) for at in range(len(rows[0]))]
    tried = told = silent = 0
    for number, (row, at) in enumerate(places[:: count("CELLS", 1500)]):
        mutation = list(MUTATIONS.values())[number % len(MUTATIONS)]
        changed = [*lines[:row], mutation(rows[row], at), *lines[row + 1 :]]
        (tmp_path / "data.csv").write_text("\n".join(changed) + "\n", encoding="utf-8")
        tried += 1
        table = _read(tmp_path / "data.csv", toe)
        errors = {finding.location.row for finding in table.findings if finding.severity == "error"}
        told += bool(errors & {row + 1, row + 2})
        shift = mutation is MUTATIONS["a break inside the row"]
        for position, found in enumerate(table.rows.tolist()):
            if found in (row + 1, row + 2) and errors & {row + 1, row + 2}:
                continue
            source = found - 1 if shift and found > row + 1 else found
            values = [float(column[position]) for column in table.values]
            silent += not _alike(values, before[source])
    assert (told, silent) == (tried, 0)
    figure(f"torn cells of the sample: {tried} of {len(places)} cells, one of {len(MUTATIONS)} faults each: "
           f"told at the row {told}/{tried}, silent shifts {silent}")  # fmt: skip


def _alike(first: list[float], second: list[float]) -> bool:
    return all(a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(first, second, strict=True))


FRAMEWORK = """\
schema: resilience-index/framework/1
id: forms
version: 1.0.0
title: {{zh: 形式, en: Forms}}
tree:
  id: index
  title: {{zh: 指数, en: Index}}
  children:
    - {{id: cell, title: {{zh: 单元格, en: Cell}}, unit: {unit}, direction: benefit, goalposts: [0, 1000000]}}
"""


def _cell(text: str, unit: str | None, folder: Path) -> Table:
    """A table with that text in a quoted cell, read from a file."""
    written = "null" if unit is None else f'"{unit}"'
    (folder / "forms.yaml").write_text(FRAMEWORK.format(unit=written), encoding="utf-8")
    with (folder / "data.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(
            [["community_id", "community", "cell"], ["a1", "甲社区", text], ["a2", "乙社区", "3"]]
        )
    framework = load_framework(folder / "forms.yaml")
    work = assess.job(framework, folder / "data.csv")
    return assess.read_rows(work, planning.build(framework, work.settings))


def test_forms_of_cells(tmp_path: Path) -> None:
    """Through whole files: what is read has its value, what is refused is an error at its cell."""
    usable = [item for item in forms.READ if "\ufeff" not in item[0] and "\0" not in item[0]]
    read = refused = wrong = 0
    for text, unit, number, _ in usable:
        table = _cell(text, unit, tmp_path)
        value = float(table.values[0][0])
        told = any(finding.severity == "error" and finding.location.row == 2 for finding in table.findings)
        wrong += not (told if number is None else value == number)
        read += number is not None
    for text, unit, reason in forms.REFUSED:
        if reason is None:
            continue
        try:
            table = _cell(text, unit, tmp_path)
        except UnreadableError:  # a NUL: no text file at all
            refused += 1
            continue
        told = any(finding.severity == "error" and finding.location.row == 2 for finding in table.findings)
        left_out = 2 not in table.rows.tolist() and bool(table.findings)
        wrong += not (told or left_out)
        refused += 1
    assert wrong == 0
    assert read >= 40
    figure(f"forms of cells: {read} read as documented, {refused} refused at their cell, silently wrong {wrong}")


def test_files_of_offices() -> None:
    """Titles, notes, totals, merged headers, blank lines: what is no community is never taken for one."""
    false = looked = 0
    for name in offices.FILES:
        if name[:2] in ("08", "09"):  # personal data and several sheets: refused as a whole
            continue
        table = offices.read(name)
        errors = {finding.location.row for finding in table.findings if finding.severity == "error"}
        pairs = zip(table.ids.to_pylist(), table.rows.tolist(), strict=True)
        false += sum(code not in offices.TRUTH and row not in errors for code, row in pairs)
        looked += 1
    assert false == 0
    assert looked >= 12
    whole = len(offices.FILES) - looked
    figure(f"files of offices: {looked} read, {whole} refused as a whole: false communities {false}")


def _personal(folder: Path) -> Iterator[bool]:
    """Whether each number is found at its place and masked: numbers x ways of writing x columns x kinds of file."""
    for kind, make in privacy.KINDS.items():
        for column, title in privacy.WHERE.values():
            for number in privacy.ALL.values():
                for form in privacy.FORMS:
                    table = privacy.read(folder, make(privacy.cells(column, privacy.WRITTEN[form](number))))
                    named = privacy.personal(table) == [("RI252", 2, title)]
                    yield named and not privacy.holds(privacy.everything(table), number)
        assert kind


def test_personal_numbers(tmp_path: Path) -> None:
    """Found in every kind of column and file; none found in the shipped data."""
    found = list(_personal(tmp_path))
    missed = found.count(False)
    alarms = 0
    samples = sorted(SAMPLE.rglob("*.csv"))
    for path in samples:
        framework = load_framework("toe")
        work = assess.job(framework, path)
        try:
            table = assess.read_rows(work, planning.build(framework, work.settings))
        except UnreadableError:
            continue
        alarms += sum(finding.code in privacy.PERSONAL for finding in table.findings)
    assert (missed, alarms) == (0, 0)
    each = f"numbers x ways of writing x {len(privacy.WHERE)} columns x {len(privacy.KINDS)} kinds of file"
    figure(f"personal numbers: {len(found)} ({each}): missed {missed}, "
           f"false alarms in {len(samples)} shipped tables {alarms}")  # fmt: skip
