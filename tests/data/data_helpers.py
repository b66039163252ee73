"""Shared by the tests of the data room: a few indicators, and ways to write and read small files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from resilience_index.data.read import read_table
from resilience_index.data.table import Column, Table

COLUMNS = (
    Column("closure_rate", ("隐患整改闭环率", "Hazards closed"), ("隐患闭环率",), "%", (0, 100)),
    Column("response_min", ("诉求响应时长", "Response time"), (), "min", (0, 1440)),
    Column("belonging", ("归属感", "Sense of belonging"), (), "1–5", None),
)
HEADER = "community_id,community,closure_rate,response_min,belonging"


def write(folder: Path, content: str | bytes, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def read(folder: Path, content: str | bytes, **options: Any) -> Table:
    options.setdefault("columns", COLUMNS)
    columns = options.pop("columns")
    return read_table(write(folder, content), columns, **options)


def found(table: Table) -> list[tuple[str, int | None, str | None]]:
    return [(finding.code, finding.location.row, finding.location.field) for finding in table.findings]


def picture(table: Table) -> dict[str, Any]:
    """All that two ways of reading must agree about, in comparable form."""
    return {
        "values": [column.tobytes() for column in map(_settled, table.values)],
        "not_applicable": {key: mask.tolist() for key, mask in sorted(table.not_applicable.items())},
        "faulty": {key: mask.tolist() for key, mask in sorted(table.faulty.items())},
        "conversions": {key: codes.tolist() for key, codes in sorted(table.conversions.items())},
        "ids": table.ids.to_pylist(),
        "names": table.names.to_pylist(),
        "periods": None if table.periods is None else table.periods.to_pylist(),
        "groups": {name: labels.to_pylist() for name, labels in table.groups.items()},
        "rows": table.rows.tolist(),
        "headers": table.headers,
        "findings": [(finding.code, finding.location, dict(finding.params)) for finding in table.findings],
        "file": (table.encoding, table.delimiter, table.sha256, table.size),
    }


def _settled(values: np.ndarray) -> np.ndarray:
    # NaN has many bit patterns; every other value must agree to the last bit.
    return np.where(np.isnan(values), np.nan, values)
