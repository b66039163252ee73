"""A text file in segments of whole lines that several threads read, each knowing where its rows belong.

The file is read once only. How many lines there are is not known before the end, so room is made for as many as
samples say, and a segment learns its place as soon as the lines of those above it have been counted.
"""

from __future__ import annotations

import threading
from typing import NamedTuple

from resilience_index.data.files.source import Source

SEGMENT = 8 << 20
_SAMPLE = 64 << 10
_MARGIN = 1.2
_UTMOST = 4.0  # times the mean of the samples: a sample of blank lines must not ask for room without end


class NoRoomError(Exception):
    """There are more lines than the samples said."""


class _StoppedError(Exception):
    """A segment above could not be counted; its own error says why."""


class Segment(NamedTuple):
    """Bytes of a file from ``start`` to ``end``, and which of its segments they are."""

    number: int
    start: int
    end: int


class Segments:
    """The segments of a file below its header, and the order of their rows."""

    def __init__(self, source: Source, start: int) -> None:
        self._source = source
        self._start = start
        self._samples: list[tuple[int, int]] = []  # bytes and lines
        cuts = [start]
        while cuts[-1] < source.end:
            cuts.append(self._cut(cuts[-1]))
        self.all = [Segment(*segment) for segment in zip(range(len(cuts)), cuts, cuts[1:], strict=False)]

    def _cut(self, start: int) -> int:
        """The end of the segment that begins there: the first line end after its size."""
        end = min(start + SEGMENT, self._source.end)
        for block in self._source.blocks(end, self._source.end, _SAMPLE):
            self._samples.append((len(block), block.count(b"\n")))
            found = block.find(b"\n")
            if found >= 0:
                return end + found + 1
            end += len(block)
        return end

    def room(self) -> int:
        """A number of lines that there are hardly more of."""
        size = self._source.end - self._start
        if len(self.all) < 2:
            return self.lines()
        densest = max(lines / seen for seen, lines in self._samples)
        mean = sum(lines for _, lines in self._samples) / sum(seen for seen, _ in self._samples)
        return min(int(size * min(densest * _MARGIN, mean * _UTMOST)) + len(self.all), size)

    def lines(self) -> int:
        """The number of lines, counted; the last one may lack its end."""
        blocks = self._source.blocks(self._start, self._source.end)
        return sum(block.count(b"\n") for block in blocks) + 1


class Order:
    """Hands out places for rows from the first segment to the last, up to the number there is room for."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._turn = threading.Condition()
        self._next = 0
        self._at = 0
        self._stopped: int | None = None

    def place(self, segment: Segment, lines: int) -> int:
        """Where the rows of a segment begin, once all segments above it have been counted.

        Raises ``NoRoomError``, and ``_StoppedError`` when a segment above never will be counted.
        """
        with self._turn:
            self._turn.wait_for(lambda: self._next == segment.number or self._is_below(segment))
            if self._next != segment.number:
                raise _StoppedError
            at = self._at
            self._at += lines
            self._next += 1
            self._turn.notify_all()
        if at + lines > self._room:
            raise NoRoomError
        return at

    def stop(self, segment: Segment) -> None:
        """Wake those who wait for a segment that has failed."""
        with self._turn:
            self._stopped = min(segment.number, segment.number if self._stopped is None else self._stopped)
            self._turn.notify_all()

    def _is_below(self, segment: Segment) -> bool:
        return self._stopped is not None and self._stopped < segment.number
