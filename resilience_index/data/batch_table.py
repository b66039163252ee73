"""The list of a batch as a CSV file: a row for each data set, a column for each setting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from resilience_index.data.cells import show
from resilience_index.data.files.records import Record, csv_records
from resilience_index.data.files.source import NotUtf8Error, Source, open_source
from resilience_index.findings import Finding, Location, did_you_mean
from resilience_index.methods.checking import suggestion

DELIMITERS = ",;\t"
_FLAGS = {"true": True, "false": False, "是": True, "否": False, "1": True, "0": False}


Rows = list[tuple[int, dict[str, str | bool]]]


def read_rows(path: Path, columns: Sequence[str], flags: Sequence[str]) -> tuple[Rows, list[Finding]]:
    """The sound rows with their numbers as a spreadsheet shows them, and all faults of the list: RI611 to RI615.

    Blank cells are left out; ``flags`` are true or false. Raises ``UnreadableError`` as for a table of data.
    """
    source = open_source(path, None)
    try:
        return _read(source, str(path), columns, flags)
    except NotUtf8Error:
        return _read(source.as_gb18030(), str(path), columns, flags)


def _read(
    source: Source, file: str, columns: Sequence[str], flags: Sequence[str]
) -> tuple[Rows, list[Finding]]:  # fmt: skip
    head = source.head.split(b"\n", 1)[0].decode("utf-8", "replace")
    delimiter = max(DELIMITERS, key=head.count)
    records = (record for record in csv_records(source, delimiter) if not record.blank)
    header = next(records, None)
    names = [] if header is None else [cell.strip().casefold() for cell in header.cells]
    findings = list(_about_header(names, file, columns))
    rows = []
    for record in records:
        row, faults = _row(record, names, file, flags)
        findings += faults
        if not faults and "data" in row:
            rows.append((record.row, row))
    return rows, findings


def _about_header(names: Sequence[str], file: str, columns: Sequence[str]) -> Iterator[Finding]:
    if "data" not in names:
        yield Finding("RI611", Location(file, row=1), {"name": "data", "known": list(columns)})
    for position, name in enumerate(names):
        if name not in columns or name in names[:position]:
            hint = did_you_mean(suggestion(name, columns) if name not in columns else None)
            params = {"name": show(name), "known": list(columns), "suggestion": hint}
            yield Finding("RI612", Location(file, row=1, field=name), params)


def _row(
    record: Record, names: Sequence[str], file: str, flags: Sequence[str]
) -> tuple[dict[str, str | bool], list[Finding]]:  # fmt: skip
    place = Location(file, row=record.row)
    if record.lines or len(record.cells) != len(names):
        params: Mapping[str, object] = {"row": record.row, "found": len(record.cells), "expected": len(names)}
        return {}, [Finding("RI613", place, params)]
    row: dict[str, str | bool] = {}
    findings = []
    for name, cell in zip(names, record.cells, strict=True):
        text = cell.strip()
        if not text:
            continue
        row[name] = text
        if name in flags:
            if text.casefold() not in _FLAGS:
                params = {"name": name, "value": show(text)}
                findings.append(Finding("RI615", Location(file, row=record.row, field=name), params))
            row[name] = _FLAGS.get(text.casefold(), False)
    if "data" in names and "data" not in row:
        findings.append(Finding("RI614", place, {"row": record.row}))
    return row, findings
