"""The console: tables that fit 80 columns, count Chinese characters as two, plain when piped."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table


Language = str


PIPE_WIDTH = 200
"""Width of tables in a pipe or file: wide enough that nothing wraps."""

_SPARKS = "▁▂▃▄▅▆▇█"
_BARS = " ▏▎▍▌▋▊▉█"


STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that steer a terminal or turn the direction of writing."""


def console(stream: TextIO | None = None) -> Console:
    """A console on stdout: colours and the window's width on a terminal, neither when piped."""
    import os

    from rich.console import Console
    from rich.segment import Segment

    class Output(Console):
        """A console that lets the program end in its own way when the reader has gone."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

        def render(self, *arguments: Any, **named: Any) -> Iterator[Segment]:
            """What is shown, wherever the text comes from: nothing in it steers the terminal."""
            for found in super().render(*arguments, **named):
                yield found if found.control else found._replace(text=STEERING.sub(_visible, found.text))

    stream = sys.stdout if stream is None else stream
    terminal = stream.isatty()
    plain = not terminal or bool(os.environ.get("NO_COLOR"))
    columns = os.environ.get("COLUMNS", "")
    return Output(
        file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False, legacy_windows=False,
        force_terminal=terminal, no_color=plain, color_system=None if plain else "auto",
        width=None if terminal else int(columns) if columns.isdigit() and int(columns) else PIPE_WIDTH,
    )  # fmt: skip


def table(columns: Sequence[tuple[str, str]]) -> Table:
    """A table without lines; ``columns`` are (heading, ``left``, ``right`` or ``wrap``).

    On a narrow terminal ``wrap`` columns break their text over lines; nothing is cut off.
    """
    from rich.table import Table

    result = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", show_edge=False)
    for heading, side in columns:
        justify: Any = "right" if side == "right" else "left"
        result.add_column(heading, justify=justify, no_wrap=side != "wrap", overflow="fold")
    return result


def _visible(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def bar(share: float | None, width: int) -> str:
    """A bar of block characters for a share 0..1."""
    if share is None or width <= 0:
        return " " * max(width, 0)
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_BARS[rest] if rest else "")).ljust(width)


def spark(values: Sequence[float | None], *, least: float = 5.0) -> str:
    """A sparkline: a block for each value between the lowest and the highest of them; a space for none.

    A range below ``least`` is widened to it, so that small changes do not look large.
    """
    known = [value for value in values if value is not None]
    if not known:
        return " " * len(values)
    low, high = min(known), max(known)
    if high - low < least:
        middle = (low + high) / 2
        low, high = middle - least / 2, middle + least / 2
    steps = len(_SPARKS) - 1
    return "".join(" " if value is None else _SPARKS[round((value - low) / (high - low) * steps)] for value in values)


def clean(text: str) -> str:
    """Control characters as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def indented(text: str, level: int) -> RenderableType:
    """A text that keeps its indentation where it wraps."""
    from rich.padding import Padding
    from rich.text import Text

    return Padding(Text(text), (0, 0, 0, 2 * level))


def headline(first: str, second: str, out: Console, *, joiner: str = "  ") -> None:
    """A title and what belongs to it: on one line where both fit, else on two."""
    from rich.cells import cell_len

    if cell_len(first + joiner + second) <= out.width:
        out.print(f"{first}{joiner}{second}", style="bold")
    else:
        out.print(first, style="bold")
        out.print(second, style="bold")


def joined(parts: Sequence[str], out: Console) -> list[str]:
    """Parts joined by dots into lines; a line breaks between parts, not inside one."""
    from rich.cells import cell_len

    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]} · {part}" if lines else part
        if lines and cell_len(longer) <= out.width:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def heading(title: str, width: int) -> str | None:
    """A column's heading in at most two lines of whole words (Chinese: halves); None when it does not fit."""
    from rich.cells import cell_len

    if cell_len(title) <= width:
        return title
    words = title.split()
    for count in range(len(words) - 1, 0, -1):
        lines = " ".join(words[:count]), " ".join(words[count:])
        if all(cell_len(line) <= width for line in lines):
            return "\n".join(lines)
    fits = len(title) == 4 and cell_len(title) == 8 and width >= 4
    return f"{title[:2]}\n{title[2:]}" if fits else None


def print_list(rows: Sequence[Sequence[str]], headings: Sequence[tuple[str, str]], out: Console) -> None:
    """A table of texts."""
    result = table(headings)
    for row in rows:
        result.add_row(*row)
    out.print(result)
