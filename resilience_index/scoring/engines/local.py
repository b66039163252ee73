"""The local engine: blocks of rows on threads of this machine."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")

BLOCK_ROWS = 16384
"""Rows of a block: a column of it (128 KiB) stays in the second cache level, and NumPy's cost per call is small."""


class Room(threading.local):
    """Memory for the columns of a block, of each thread its own, that every block of the thread uses again.

    Fresh memory for every block is more costly than the arithmetic: the system clears each page of it first.
    """

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._room = np.empty((columns, 0))

    def get(self, rows: int) -> NDArray[np.float64]:
        """An array (columns, at least ``rows``) of undefined content."""
        if self._room.shape[1] < rows:
            self._room = np.empty((self._columns, rows))
        return self._room


def spans(rows: int, block_rows: int | None = None) -> list[tuple[int, int]]:
    """The rows cut into blocks (of ``BLOCK_ROWS`` unless said); one empty block for no rows."""
    size = BLOCK_ROWS if block_rows is None else block_rows
    return [(start, min(start + size, rows)) for start in range(0, rows, size)] or [(0, 0)]


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
