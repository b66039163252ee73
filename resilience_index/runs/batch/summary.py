"""The summary of a batch: data sets ranked under each framework, grades by district, what failed and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

import numpy as np

from resilience_index.audit.journal import Entry
from resilience_index.findings import Finding, sort_findings
from resilience_index.methods import rank, rounding
from resilience_index.report.export.tables import BOM, csv_text, header_line, inert
from resilience_index.scoring.batch import Task

KIND = "resilience-index/batch-summary/1"
CSV, GRADES, FAILURES, JSON = FILES = ("summary.csv", "grades.csv", "failures.csv", "summary.json")
Rows = list[dict[str, Any]]
_INTEGERS = ("rank", "exit_code", "communities", "scored", "errors", "warnings", "count", "row", "line")
_NUMBERS = ("mean_score", "lowest", "highest", "share")
_SUMMARY = (
    "framework", "version", "period", "rank", "item", "data", "state", "exit_code", "mean_score", "lowest", "highest",
    "communities", "scored", "errors", "warnings", "first_code", "folder",
)  # fmt: skip
_GRADES = ("framework", "item", "period", "group_by", "group", "grade", "count", "share", "communities", "mean_score")
_FAILURES = (
    "item", "framework", "data", "exit_code", "code", "severity", "file", "line", "row", "column", "message_en",
    "help_en", "message_zh", "help_zh",
)  # fmt: skip


def build(pairs: Sequence[tuple[Task, Entry]], findings: Sequence[Finding], runs: str) -> dict[str, Any]:
    """The summary as JSON; the tables are made from it. ``runs`` is the folder that holds the runs' folders.

    Nothing in it depends on the order in which items ended, or on how often the batch was stopped.
    """
    items = [
        _item(
            (task.item, [task.names()[path] for path, _ in task.files], task.framework_shown, task.folder), entry, runs
        )
        for task, entry in pairs
    ]
    return _summary(items, [finding.to_dict(("zh", "en")) for finding in findings])


def again(recorded: Mapping[str, Any], entries: Sequence[Entry], runs: str) -> dict[str, Any]:
    """A summary made again from the entries of its journal.

    What they do not hold is taken from the ``recorded`` one: names of items, of data and of frameworks, and what there
    was to tell of the folder or list. Raises ``ValueError``, ``LookupError`` or ``TypeError`` for what is no summary
    of these entries.
    """
    items = [
        _item((item["item"], item["data"], item["framework"], entry.task), entry, runs)
        for item, entry in zip(recorded["runs"], entries, strict=True)
    ]
    made = [finding.to_dict(("zh", "en")) for finding in sort_findings(comparable(entries))]
    told = []
    for item in recorded["findings"]:
        if item["code"] not in _COMPARABLE:
            told.append(item)
        elif made:
            told.append(made.pop(0))
    return _summary(items, [*told, *made])


def _summary(items: Rows, findings: Rows) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "kind": KIND,
        "items": len(items),
        "done": sum(item["state"] == "done" for item in items),
        "failed": sum(item["state"] == "failed" for item in items),
        "runs": items,
        "ranking": _ranking(items),
        "findings": findings,
    }


def _item(names: tuple[str, list[str], str, str], entry: Entry, runs: str) -> dict[str, Any]:
    """An item by its name, those of its data, its framework and its folder."""
    item, data, framework, folder = names
    found: dict[str, Any] = {
        "item": item,
        "data": data,
        "framework": framework,
        "state": entry.state,
        "exit_code": entry.exit_code,
        "folder": f"{runs}/{folder}" if entry.done else None,
        "errors": entry.counted,
        "findings": list(entry.findings),
    }
    return found | dict(entry.about or {}) | ({"manifest_sha256": entry.manifest} if entry.done else {})


def _ranking(items: Rows) -> Rows:
    """The data sets of each framework and period by their mean score, the best first; without one last."""
    groups: dict[tuple[str, str], Rows] = {}
    for item in items:
        for period in item.get("periods", ()):
            row = {"framework": item["framework"], "version": item["version"], "item": item["item"],
                   "folder": item["folder"], **period}  # fmt: skip
            groups.setdefault((item["framework"], period["period"] or ""), []).append(row)
    ranked: Rows = []
    for key in sorted(groups):
        rows = groups[key]
        means = np.array([np.nan if row["mean"] is None else row["mean"] for row in rows])
        ranks = rank.competition_rank(rounding.comparison_key(means), ties="min")
        places = [None if np.isnan(place) else int(place) for place in ranks]
        placed = [{**row, "rank": place} for row, place in zip(rows, places, strict=True)]
        ranked += sorted(placed, key=lambda row: (row["rank"] is None, row["rank"] or 0, row["item"]))
    return ranked


_COMPARABLE = ("RI605", "RI606")


def comparable(entries: Sequence[Entry]) -> Iterator[Finding]:
    """RI605 and RI606: why the data sets of a framework may not be compared with each other."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        if entry.about is not None:
            groups.setdefault(str(entry.about["framework"]), []).append(entry.about)
    for name, runs in sorted(groups.items()):
        relative = sorted({method for about in runs for method in about["relative"]})
        if relative and len(runs) > 1:
            yield Finding("RI605", params={"framework": name, "names": relative})
        methods = {about["method"] for about in runs}
        if len(methods) > 1:
            yield Finding("RI606", params={"framework": name, "count": len(methods)})


# --- tables


def write_csv(summary: Mapping[str, Any], stream: IO[bytes]) -> None:
    """``summary.csv``: a row for each data set, framework and period; the ranking first, then what failed."""
    by_folder = {item["folder"]: item for item in summary["runs"]}
    rows: Rows = []
    for row in summary["ranking"]:
        item = by_folder[row["folder"]]
        rows.append(_flat(item) | {"period": row["period"], "rank": row["rank"], **_figures(row)})
    rows += [_flat(item) for item in summary["runs"] if item["state"] == "failed"]
    _write(rows, _SUMMARY, stream)


def _flat(item: Mapping[str, Any]) -> dict[str, Any]:
    findings = item["findings"]
    return {**item, "data": " | ".join(item["data"]), "first_code": findings[0]["code"] if findings else None}


def _figures(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"mean_score": row["mean"], **{name: row[name] for name in ("lowest", "highest", "communities", "scored")}}


def write_grades(summary: Mapping[str, Any], stream: IO[bytes]) -> None:
    """``grades.csv``: how many communities have each grade, for each data set and each of its districts."""
    rows: Rows = []
    for item in summary["runs"]:
        for period in item.get("periods", ()):
            for group in (period, *period["groups"]):
                head = {
                    "framework": item["framework"], "item": item["item"], "period": period["period"],
                    "group_by": None if group is period else period["group_by"], "group": group.get("group"),
                    "communities": group["communities"], "mean_score": group["mean"],
                }  # fmt: skip
                counts = {**group["grades"], None: group["without_grade"]}
                for grade, count in counts.items():
                    rows.append({**head, "grade": grade, "count": count, "share": count / group["communities"]})
    _write(rows, _GRADES, stream)


def write_failures(summary: Mapping[str, Any], stream: IO[bytes]) -> None:
    """``failures.csv``: every finding of every data set that failed."""
    rows: Rows = []
    for item in summary["runs"]:
        for finding in item["findings"]:
            place = finding["location"]
            rows.append({
                **_flat(item), "code": finding["code"], "severity": finding["severity"], "file": place.get("file"),
                "line": place.get("line"), "row": place.get("row"), "column": place.get("field"),
                "message_en": finding["message"]["en"], "help_en": finding["help"]["en"],
                "message_zh": finding["message"]["zh"], "help_zh": finding["help"]["zh"],
            })  # fmt: skip
    _write(rows, _FAILURES, stream)


def _write(rows: Rows, names: Sequence[str], stream: IO[bytes]) -> None:
    import pyarrow as pa

    columns: dict[str, Any] = {}
    for name in names:
        values = [row.get(name) for row in rows]
        if name in _INTEGERS:
            columns[name] = pa.array(values, pa.int64())
        elif name in _NUMBERS:
            columns[name] = pa.array(values, pa.float64())
        else:
            columns[name] = inert(pa.array(values, pa.string()))
    table = pa.table(columns)
    stream.write(BOM)
    stream.write(header_line(table.column_names))
    stream.write(csv_text(table))


WRITERS = {CSV: write_csv, GRADES: write_grades, FAILURES: write_failures}
