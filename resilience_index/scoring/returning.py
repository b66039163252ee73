"""Giving a validated data file back: one file, against one framework or several."""

from __future__ import annotations

from pathlib import Path

from resilience_index.data.privacy import mask
from resilience_index.data.sheets.originals import read_original
from resilience_index.data.sheets.return_sheet import check_ending, write_return_sheet
from resilience_index.data.table import Column
from resilience_index.errors import UsageError
from resilience_index.findings import Finding, Language, Location
from resilience_index.scoring.several import settle_unknown
from resilience_index.scoring.validate import CheckedTable, Report


def return_sheet(report: Report, destination: str | Path, *, language: Language = "zh") -> int | None:
    """Write the return sheet of the one data file that was validated; return the number of findings in it.

    None when the file could not be read at all: the report says why, and nothing is written. Raises ``UsageError``
    RI032 for another ending than ``.xlsx``, RI033 unless there is exactly one data file, RI034 for one that no sheet
    holds, RI035 when ``destination`` is that file, and ``OSError``.
    """
    path = Path(destination)
    check_ending(path)
    file = _one(report)
    if file is None:
        return None
    if path.exists() and Path(file).exists() and path.samefile(file):
        raise UsageError("RI035", where=Location(str(path)), file=str(path))
    tables = [table for table in report.tables if table.work.data == file]
    if not tables:
        return None
    indicators = list({leaf.id: leaf.leaf.indicator for table in tables for leaf in table.plan.leaves}.values())
    indicators += {
        item.id: item for table in tables for item in table.work.framework.denominators
        if item.id not in {indicator.id for indicator in indicators}
    }.values()  # fmt: skip
    work = tables[0].work
    others = [item for item in work.framework.others if item.id not in {indicator.id for indicator in indicators}]
    original = read_original(
        file, [Column.of(item) for item in indicators], keys=work.keys, encoding=work.encoding, sheet=work.sheet,
        known=[Column.of(item) for item in others],
    )  # fmt: skip
    title = ("、" if language == "zh" else ", ").join(
        f"{table.work.framework.title.say(language)} {table.work.framework.version}" for table in tables
    )
    return write_return_sheet(original, _findings(tables), indicators, path, language=language, title=title, mask=mask)


def _one(report: Report) -> str | None:
    """The one data file, named by itself or by an assessment; None when what names it could not be read."""
    named = [file for file, kind in report.files if kind == "data"]
    if not named:
        works = [table.work for table in report.tables]
        named = list(dict.fromkeys(file for work in works if work.data for file in (work.data, *work.further)))
        if not named and report.unreadable:
            return None
    if len(named) != 1:
        raise UsageError("RI033", count=len(named))
    return named[0]


def _findings(tables: list[CheckedTable]) -> list[Finding]:
    """What was found in the data themselves, once each; columns of other frameworks are no matter."""
    unique: dict[str, Finding] = {}
    found = [table.findings for table in tables]
    for findings in settle_unknown(found, found):
        for finding in findings:
            if finding.location.line is None and not (len(tables) > 1 and finding.code == "RI222"):
                unique.setdefault(str(finding.to_dict(("en",))), finding)
    return list(unique.values())
