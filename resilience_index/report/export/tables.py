"""``scores.csv`` and ``weights.csv``: full precision, UTF-8 with BOM, the same bytes for the same result."""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO, Any

import numpy as np

from resilience_index.scoring.plan import Plan
from resilience_index.scoring.result import Result
from resilience_index.scoring.statistics import Floats
from resilience_index.scoring.weighting import Weighting

BOM = b"\xef\xbb\xbf"
CHUNK = 16384
"""Rows formatted at a time: their text stays small enough for its memory to be used again."""
_FORMULA = r"^'*[=+\-@\t\r]"
_STEERING = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Characters that steer a terminal or turn the direction of writing; tabs and line breaks are none of them."""
_ESCAPE = r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4})"
_TO_ESCAPE = f"[{_STEERING}]|{_ESCAPE}"
_CONTROL = re.compile(_TO_ESCAPE)
_JSON_STEERING = re.compile(f"[{_STEERING}]")
# Bytes that what is to escape is or begins with in UTF-8.
_MAYBE_CONTROL = np.isin(np.arange(256), [*(set(range(32)) - {9, 10, 13}), 0x5C, 0x7F, 0xC2, 0xD8, 0xE2])
_SUSPECT = np.isin(np.arange(256), np.frombuffer(b"=+-@\t\r'", np.uint8))


def write_scores(result: Result, stream: IO[bytes]) -> None:
    """Write the scores: ids and groups, score, rank, grade, coverage, inner nodes, flags, gates.

    Rows are formatted by Arrow in chunks, two at a time, and written in order.
    """
    stream.write(BOM)
    stream.write(header_line(scores_table(result, 0, 0).column_names))
    with ThreadPoolExecutor(2) as pool:
        for text in _in_order(pool, result):
            stream.write(text)


def _in_order(pool: ThreadPoolExecutor, result: Result) -> Iterator[Any]:
    """The text of each chunk; one is being waited for while two others are in the making."""
    waiting: deque[Future[Any]] = deque()
    for start in range(0, len(result), CHUNK):
        waiting.append(pool.submit(_chunk, result, start, min(start + CHUNK, len(result))))
        if len(waiting) == 3:
            yield waiting.popleft().result()
    for future in waiting:
        yield future.result()


def _chunk(result: Result, start: int, stop: int) -> Any:
    return csv_text(scores_table(result, start, stop))


def scores_table(result: Result, start: int, stop: int) -> Any:
    """The columns of ``scores.csv`` for the rows ``start`` to ``stop``, as an Arrow table."""
    import pyarrow as pa

    source, plan, rows = result.table, result.plan, slice(start, stop)
    columns: dict[str, Any] = {"community_id": inert(source.ids[rows]), "community": inert(source.names[rows])}
    if source.periods is not None:
        columns["period"] = inert(source.periods[rows])
    columns |= {name: inert(values[rows]) for name, values in source.groups.items()}
    columns["score"] = number(result.score[rows])
    ranks = number(result.ranks[rows])
    columns["rank"] = ranks if plan.ties == "average" else ranks.cast(pa.int64())
    grades = pa.array(result.outcomes, pa.string())
    codes = pa.array(result.graded[rows].astype(np.int32), mask=result.graded[rows] < 0)
    columns["grade"] = pa.DictionaryArray.from_arrays(codes, grades).cast(pa.string())
    columns["coverage"] = number(result.coverage[rows])
    for node in plan.nodes[1:]:
        columns[node.id] = number(result.shown[node.index, rows])
    for name, values in result.flags.items():
        columns[name] = pa.array(values[rows] == 1.0, mask=np.isnan(values[rows]))
    for found in result.gated:
        columns[found.gate.id] = pa.array(found.passed[rows] == 1.0, mask=np.isnan(found.passed[rows]))
    return pa.table(columns)


def number(values: Floats) -> Any:
    """A float column; NaN becomes an empty cell."""
    import pyarrow as pa

    return pa.array(values, mask=np.isnan(values))


def inert(texts: Any) -> Any:
    """Texts that a spreadsheet would take for a formula get an apostrophe in front.

    So do those that have apostrophes there already: taking one away gives every text back. Control characters, and
    those that turn the direction of writing, become visible escapes (``\\x1b``, ``\\u202e``).
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if _any_control(texts):
        texts = pa.array([None if text is None else escaped(text) for text in texts.to_pylist()], texts.type)
    if not _any_suspect(texts):
        return texts
    risky = pc.match_substring_regex(texts, _FORMULA)
    return pc.if_else(risky, pc.binary_join_element_wise("'", texts, ""), texts)


def escaped(text: str) -> str:
    """A text whose control characters are visible; what looks like an escape already gets its backslash escaped."""
    return _CONTROL.sub(_escape, text)


def inert_json(content: bytes) -> bytes:
    """JSON whose texts hold no character that steers: each is written as ``\\uXXXX``, which readers give back."""
    return _JSON_STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", content.decode("utf-8")).encode("utf-8")


def _escape(found: re.Match[str]) -> str:
    character, rest = found[0][0], found[0][1:]
    return "\\x5c" + rest if character == "\\" else character.encode("unicode_escape").decode("ascii")


def _any_control(texts: Any) -> bool:
    """Whether any text holds a control character; most hold none of the bytes these begin with."""
    import pyarrow.compute as pc

    _, offsets_buffer, data_buffer = texts.buffers()
    if len(texts) == 0 or data_buffer is None:
        return False
    offsets = np.frombuffer(offsets_buffer, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(data_buffer, np.uint8)[offsets[0] : offsets[-1]]
    return bool(_MAYBE_CONTROL[data].any()) and bool(pc.any(pc.match_substring_regex(texts, _TO_ESCAPE)).as_py())


def _any_suspect(texts: Any) -> bool:
    """Whether any text begins with a character that a guarded text can begin with: a look at first bytes only."""
    import pyarrow as pa

    chunks = texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]
    for chunk in chunks:
        _, offsets_buffer, data_buffer = chunk.buffers()
        if len(chunk) == 0 or data_buffer is None or data_buffer.size == 0:
            continue
        offsets = np.frombuffer(offsets_buffer, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
        data = np.frombuffer(data_buffer, np.uint8)
        starts = offsets[:-1][offsets[1:] > offsets[:-1]]
        if _SUSPECT[data[starts]].any():
            return True
    return False


def formula_like(result: Result) -> list[str]:
    """The names, codes and group labels that ``scores.csv`` guards with an apostrophe, each once."""
    import pyarrow.compute as pc

    source = result.table
    found: dict[str, None] = {}
    for texts in (source.ids, source.names, *source.groups.values()):
        if not _any_suspect(texts):
            continue
        distinct = pc.unique(texts)
        found |= dict.fromkeys(distinct.filter(pc.match_substring_regex(distinct, _FORMULA)).to_pylist())
    return list(found)


def write_weights(result: Result, stream: IO[bytes]) -> None:
    """Write the weights of every node and leaf, and of each component method (global weights).

    Under ``levels`` a column names the method of each local weight instead.
    """
    import pyarrow as pa

    rows = list(weight_rows(result.plan, result.weighting))
    names = list(result.weighting.components)
    columns: dict[str, Any] = {
        "node": pa.array([row["node"] for row in rows]),
        "parent": pa.array([row["parent"] for row in rows], pa.string()),
        "level": pa.array([row["level"] for row in rows]),
        "local_weight": pa.array([row["local_weight"] for row in rows], pa.float64()),
        "global_weight": pa.array([row["global_weight"] for row in rows], pa.float64()),
    }
    for name in names:
        columns[name] = pa.array([row["components"][name] for row in rows], pa.float64())
    if result.weighting.methods_by_row() is not None:
        columns["method"] = pa.array([row["method"] for row in rows], pa.string())
    table = pa.table(columns)
    stream.write(BOM)
    stream.write(header_line(table.column_names))
    stream.write(csv_text(table))


def weight_rows(plan: Plan, weighting: Weighting) -> Iterator[dict[str, Any]]:
    """Weights in the order of the tree, the root first; context leaves have none and are left out."""
    weights, methods = weighting.weights, weighting.methods_by_row() or {}
    locals_: dict[tuple[str, int], float] = {("node", 0): 1.0}
    for node in plan.nodes:
        for ref, share in zip(node.children, weights.local[node.index].tolist(), strict=True):
            locals_[ref.kind, ref.index] = share
    for ref in plan.items:
        if (ref.kind, ref.index) not in locals_:
            continue
        is_leaf = ref.kind == "leaf"
        parent = plan.leaves[ref.index].parent if is_leaf else plan.nodes[ref.index].parent
        level = plan.nodes[parent].level + 1 if parent >= 0 else 0
        components = {
            name: float((table.leaf if is_leaf else table.node)[ref.index])
            for name, table in weighting.components.items()
        }
        yield {
            "node": plan.child_id(ref),
            "parent": plan.nodes[parent].id if parent >= 0 else None,
            "level": level,
            "local_weight": locals_[ref.kind, ref.index],
            "global_weight": float((weights.leaf if is_leaf else weights.node)[ref.index]),
            "components": components,
            "method": methods.get(plan.child_id(ref)),
        }


def header_line(names: list[str]) -> bytes:
    """The first line of a CSV file."""
    import csv

    import pyarrow as pa

    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(inert(pa.array(names)).to_pylist())
    return buffer.getvalue().encode()


def csv_text(table: Any) -> Any:
    """The rows of an Arrow table as CSV, without a header; a buffer of UTF-8."""
    import pyarrow as pa
    import pyarrow.csv

    sink = pa.BufferOutputStream()
    options = pa.csv.WriteOptions(include_header=False, quoting_style="needed")
    pa.csv.write_csv(table, sink, options)
    return sink.getvalue()
