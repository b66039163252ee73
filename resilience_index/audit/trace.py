"""The trace: one row per unit and leaf, from the cell of the file to the contribution to the score.

``trace_nodes.parquet`` stands beside it with one row per unit and inner node.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from resilience_index.data.cells.forms import label
from resilience_index.scoring.plan import Plan
from resilience_index.scoring.result import BlockDetail, Result
from resilience_index.scoring.statistics import Floats

FILE = "trace.parquet"
NODES_FILE = "trace_nodes.parquet"
STATUSES = ("reported", "missing", "not_applicable", "faulty", "filled", "treated")
"""What became of a cell: ``filled``: it had no value and was given one; ``treated``: changed as an outlier."""


def schema() -> Any:
    """The columns of ``trace.parquet``."""
    import pyarrow as pa

    text, number = pa.string(), pa.float64()
    return pa.schema(
        [
            ("community_id", text), ("period", text), ("indicator", text), ("source_file", text),
            ("source_row", pa.int64()), ("source_column", text), ("raw", text), ("cleaned", number),
            ("status", text), ("conversion", text), ("divided", number), ("filled", number), ("treated", number),
            ("normalized", number), ("global_weight", number), ("contribution", number), ("effective_weight", number),
        ]
    )  # fmt: skip


def node_schema(plan: Plan) -> Any:
    """The columns of ``trace_nodes.parquet``; ``details`` where nodes have figures on the way to their values."""
    import pyarrow as pa

    text, number = pa.string(), pa.float64()
    details = [("details", pa.map_(text, number))] if plan.detailed else []
    return pa.schema(
        [
            ("community_id", text), ("period", text), ("node", text), ("aggregated", number), ("value", number),
            ("shown", number), ("effective_weight", number), ("contribution", number), *details,
        ]
    )  # fmt: skip


def write(result: Result, path: Path) -> None:
    """Write ``trace.parquet`` block by block: memory does not grow with the number of units."""
    _write(result, path, schema(), leaf_batch)


def write_nodes(result: Result, path: Path) -> None:
    """Write ``trace_nodes.parquet`` block by block."""
    _write(result, path, node_schema(result.plan), node_batch)


def _write(result: Result, path: Path, columns: Any, batch: Callable[[Result, BlockDetail], Any]) -> None:
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, columns, compression="zstd") as writer:
        for detail in result.details():
            writer.write_batch(batch(result, detail))


def status_codes(result: Result, index: int, start: int, stop: int) -> Any:
    """Positions in ``STATUSES`` of one leaf's cells in the rows ``start`` to ``stop``."""
    table = result.table
    codes = np.isnan(table.values[index][start:stop]).astype(np.int8)
    for code, masks in ((2, table.not_applicable), (3, table.faulty)):
        if index in masks:
            codes[masks[index][start:stop]] = code
    for code, masks in ((5, result.prepared.treated), (4, result.prepared.filled)):
        if index in masks:
            codes[masks[index][start:stop]] = code
    return codes


def leaf_batch(result: Result, detail: BlockDetail) -> Any:
    """The rows of ``trace.parquet`` for a block, unit by unit, as an Arrow record batch."""
    import pyarrow as pa

    table, plan, block = result.table, result.plan, detail.block
    start, stop = block.start, block.stop
    units, leaves = stop - start, len(plan.leaves)
    by_unit = pa.array(np.repeat(np.arange(start, stop), leaves))
    by_leaf = np.tile(np.arange(leaves), units)

    def names(values: list[str | None]) -> Any:
        return pa.DictionaryArray.from_arrays(pa.array(by_leaf), pa.array(values, pa.string())).cast(pa.string())

    cleaned = _numbers([table.values[leaf.index][start:stop] for leaf in plan.leaves], units)
    codes = np.empty((units, leaves), dtype=np.int8)
    for leaf in plan.leaves:
        codes[:, leaf.index] = status_codes(result, leaf.index, start, stop)
    status = pa.DictionaryArray.from_arrays(pa.array(codes.ravel()), pa.array(STATUSES)).cast(pa.string())
    periods = pa.nulls(units * leaves, pa.string()) if table.periods is None else _text(table.periods).take(by_unit)
    weights = np.tile(result.weights.leaf, units)
    scored = np.tile(np.array([leaf.scored for leaf in plan.leaves]), units)
    columns = [
        _text(table.ids).take(by_unit), periods, names([leaf.id for leaf in plan.leaves]),
        *_places(result, start, stop), _raw(result, start, stop), cleaned, status,
        _conversions(result, start, stop), *_prepared(result, start, stop, cleaned),
        _numbers(detail.values.leaves, units),
        pa.array(weights, mask=~scored), _numbers(detail.contributions.leaves, units),
        _numbers(detail.contributions.effective_leaves, units),
    ]  # fmt: skip
    return pa.record_batch(columns, schema=schema())


def _prepared(result: Result, start: int, stop: int, cleaned: Any) -> list[Any]:
    """The quotient of leaves that are divided, the values that were filled in, and those that are normalised."""
    import pyarrow as pa

    prepared, leaves, units = result.prepared, result.plan.leaves, stop - start
    if not (prepared.divided or prepared.filled or prepared.treated):
        nothing = pa.nulls(len(cleaned), pa.float64())
        return [nothing, nothing, cleaned]
    divided: list[Floats | None] = [None] * len(leaves)
    filled = list(divided)
    for index, column in prepared.divided.items():
        divided[index] = column[start:stop]
    for index, mask in prepared.filled.items():
        filled[index] = np.where(mask[start:stop], prepared.completed[index][start:stop], np.nan)
    values: list[Floats | None] = [column[start:stop] for column in prepared.values]
    return [_numbers(columns, units) for columns in (divided, filled, values)]


def _conversions(result: Result, start: int, stop: int) -> Any:
    """What was converted to read each cell, unit by unit; null where nothing was."""
    import pyarrow as pa

    leaves = result.plan.leaves
    codes = np.zeros((stop - start, len(leaves)), dtype=np.int16)
    for leaf in leaves:
        if leaf.index in result.table.conversions:
            codes[:, leaf.index] = result.table.conversions[leaf.index][start:stop]
    distinct, places = np.unique(codes, return_inverse=True)
    names = pa.array([label(code) or None for code in distinct.tolist()], pa.string())
    return names.take(pa.array(places.ravel()))


def node_batch(result: Result, detail: BlockDetail) -> Any:
    """The rows of ``trace_nodes.parquet`` for a block, unit by unit."""
    import pyarrow as pa

    table, plan, values = result.table, result.plan, detail.values
    start, stop = detail.block.start, detail.block.stop
    units, nodes = stop - start, len(plan.nodes)
    by_unit = pa.array(np.repeat(np.arange(start, stop), nodes))
    by_node = pa.array(np.tile(np.arange(nodes), units))
    periods = pa.nulls(units * nodes, pa.string()) if table.periods is None else _text(table.periods).take(by_unit)
    names = pa.DictionaryArray.from_arrays(by_node, pa.array([node.id for node in plan.nodes])).cast(pa.string())
    columns = [
        _text(table.ids).take(by_unit), periods, names, _numbers(values.aggregated, units),
        _numbers(values.nodes, units), _numbers(values.shown, units),
        _numbers(detail.contributions.effective_nodes, units), _numbers(detail.contributions.nodes, units),
    ]  # fmt: skip
    schema = node_schema(plan)
    if plan.detailed:
        rows = [list(node_details(detail, node.index, unit).items()) for unit in range(units) for node in plan.nodes]
        columns.append(pa.array([row or None for row in rows], schema.field("details").type))
    return pa.record_batch(columns, schema=schema)


def node_details(detail: BlockDetail, node: int, unit: int) -> dict[str, float | None]:
    """The figures on the way to a node's value, for the unit at a place of a block; empty where it has none."""
    found = {name: float(column[unit]) for name, column in detail.values.details.get(node, {}).items()}
    return {name: None if np.isnan(value) else value for name, value in found.items()}


def _numbers(columns: list[Floats | None], units: int) -> Any:
    """Columns over units as one Arrow column, unit by unit; NaN is null."""
    import pyarrow as pa

    matrix = np.full((units, len(columns)), np.nan)
    for position, column in enumerate(columns):
        if column is not None:
            matrix[:, position] = column
    flat = matrix.ravel()
    return pa.array(flat, mask=np.isnan(flat))


def _text(column: Any) -> Any:
    import pyarrow as pa

    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _places(result: Result, start: int, stop: int) -> tuple[Any, Any, Any]:
    """File, row and column header of each cell, unit by unit; row and column are null where there is no cell."""
    import pyarrow as pa

    table, leaves = result.table, result.plan.leaves
    units = stop - start
    files = np.zeros(units, dtype=np.int64) if table.file_of is None else table.file_of[start:stop]
    names = pa.array([file.name for file in table.files], pa.string()).take(pa.array(np.repeat(files, len(leaves))))
    rows = np.repeat(table.rows[start:stop], len(leaves)).reshape(units, len(leaves))
    if table.cell_rows is not None:
        for leaf in leaves:
            rows[:, leaf.index] = table.cell_rows[leaf.index][start:stop] if leaf.index in table.cell_rows else 0
    headers = pa.array([file.headers.get(leaf.id) for file in table.files for leaf in leaves], pa.string())
    which = files[:, None] * len(leaves) + np.arange(len(leaves))
    flat = rows.ravel()
    return names, pa.array(flat, mask=flat == 0), headers.take(pa.array(which.ravel()))


def _raw(result: Result, start: int, stop: int) -> Any:
    """The cells as they stand in the file, unit by unit."""
    import pyarrow as pa

    leaves = result.plan.leaves
    units = stop - start
    columns = []
    for leaf in leaves:
        texts = result.table.raw.column(leaf.index) if result.table.raw is not None else None
        columns.append(pa.nulls(units, pa.string()) if texts is None else _text(texts.slice(start, units)))
    stacked = pa.concat_arrays([column.cast(pa.string()) for column in columns])
    order = np.arange(units * len(leaves)).reshape(len(leaves), units).T.ravel()
    return stacked.take(pa.array(order))
