"""The ranking with the diagnosis as a table for spreadsheets, in one language: figures as the reports show them.

The figures in full precision stand in ``scores.csv``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from resilience_index.files import write_atomic
from resilience_index.report.export import tables
from resilience_index.report.view.format import DASH
from resilience_index.report.view.model import UnitView, View
from resilience_index.report.words.document import Words
from resilience_index.report.words.translations import LABELS, column_title

if TYPE_CHECKING:
    from resilience_index.report.view.diagnosis import ProfileView


def write_csv(view: View, path: Path, language: str) -> None:
    """Write the table: a row a community and period, the newest period first, UTF-8 with BOM.

    Texts that a spreadsheet would take for formulas are guarded as in ``scores.csv``.
    """
    import pyarrow as pa

    words = Words(language)
    header = _header(view, words)
    rows = [_row(view, unit, words) for period in view.periods for unit in period.units]
    columns = [tables.inert(pa.array([row[place] for row in rows], pa.string())) for place in range(len(header))]
    table = pa.Table.from_arrays(columns, names=[str(place) for place in range(len(header))])
    content = b"".join((tables.BOM, tables.header_line(header), tables.csv_text(table).to_pybytes()))
    write_atomic(path, content)


def _header(view: View, words: Words) -> list[str]:
    label = {key: words.of(LABELS[key]) for key in ("community_id", "community", "rank", "score", "grade", "coverage")}
    head = [label["community_id"], label["community"], *(words.of(column_title(name)) for name in view.group_names)]
    head += [words.of(column_title("period"))] if view.has_periods else []
    head += [label["rank"], label["score"]]
    head += [label["grade"]] if view.grades else []
    head += [label["coverage"], *(words.of(view.item(name).title) for name in view.dimensions)]
    return head + ([words("dilemma"), words("path"), words("page_actions")] if view.diagnosis is not None else [])


def _row(view: View, unit: UnitView, words: Words) -> list[str | None]:
    row = [unit.community_id, unit.name, *(unit.groups.get(name, "") for name in view.group_names)]
    row += [unit.period] if view.has_periods else []
    row += [unit.rank_text, unit.score_text]
    row += [_grade(unit)] if view.grades else []
    row += [unit.coverage_text, *(unit.node_texts.get(name, DASH) for name in view.dimensions)]
    return [None if text in (DASH, "") else text for text in [*row, *_diagnosed(view, unit, words)]]


def _grade(unit: UnitView) -> str:
    if unit.grade is not None:
        return unit.grade.id
    return DASH if unit.state is None else unit.state.id


def _diagnosed(view: View, unit: UnitView, words: Words) -> list[str]:
    """Dilemmas (else what the statements say), the paths that lead out, and the first action."""
    found = view.diagnosis
    if found is None:
        return []
    profile = found.community(unit.community_id) if unit.period == found.period else None
    return ["", "", ""] if profile is None else _said(profile, words)


def _said(profile: ProfileView, words: Words) -> list[str]:
    dilemmas = [words.of(item.dilemma or item.title) for item in profile.statements]
    paths = [words.of(way.title) for item in profile.statements for way in item.paths]
    first = words.of(profile.actions[0].text) if profile.actions else ""
    return [_once(dilemmas, words), _once(paths, words), first]


def _once(texts: Sequence[str], words: Words) -> str:
    return words.list(list(dict.fromkeys(texts)))
