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

BLOCK_ROWS = 65536
"""Most rows of a block. Threads hand the interpreter's lock over at every NumPy call: calls on fewer rows are
over so soon that two threads take longer than one."""
BLOCK_CELLS = 1 << 22
"""Most cells of a block (32 MiB), so that memory does not grow with the number of columns."""
PART_ROWS = 8192
"""Rows of a part of the details behind the scores, which are many times as large as the scores."""


class Room(threading.local):
    """Memory for the columns of a block, of each thread its own, that every block of the thread uses again.

    Fresh memory for every block costs more than the arithmetic: the system clears each page of it first.
    """

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._room = np.empty((columns, 0))

    def get(self, rows: int) -> NDArray[np.float64]:
        """An array (columns, at least ``rows``) of undefined content."""
        if self._room.shape[1] < rows:
            self._room = np.empty((self._columns, rows))
        return self._room


def spans(rows: int, size: int = PART_ROWS) -> list[tuple[int, int]]:
    """The rows cut into parts of ``size``; one empty part for no rows."""
    return [(start, min(start + size, rows)) for start in range(0, rows, size)] or [(0, 0)]


def map_blocks(
    function: Callable[[int, int], T], rows: int, columns: int, *, threads: int | None = None
) -> Iterator[T]:
    """Apply ``function(start, stop)`` to every block of a table; results come in the order of the blocks.

    NumPy releases the interpreter's lock inside its loops, so threads share the work without copies.
    """
    blocks = spans(rows, max(1, min(BLOCK_ROWS, BLOCK_CELLS // max(1, columns))))
    workers = min(threads or os.cpu_count() or 1, len(blocks))
    if workers <= 1:
        for start, stop in blocks:
            yield function(start, stop)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(lambda span: function(*span), blocks)
