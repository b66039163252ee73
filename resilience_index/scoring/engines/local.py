"""The local engine: blocks of rows on threads of this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

BLOCK_ROWS = 8192
"""Rows of a block: a column of it (64 KiB) stays in the first cache levels."""


def spans(rows: int, block_rows: int = BLOCK_ROWS) -> list[tuple[int, int]]:
    """The rows cut into blocks; one empty block for no rows."""
    return [(start, min(start + block_rows, rows)) for start in range(0, rows, block_rows)] or [(0, 0)]


def map_blocks(function: Callable[[int, int], T], rows: int, *, threads: int | None = None) -> Iterator[T]:
    """Apply ``function(start, stop)`` to every block; results come in the order of the blocks.

    NumPy releases the interpreter's lock inside its loops, so threads share the work without copies.
    """
    blocks = spans(rows)
    workers = min(threads or os.cpu_count() or 1, len(blocks))
    if workers <= 1:
        for start, stop in blocks:
            yield function(start, stop)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(lambda span: function(*span), blocks)
