"""Texts of workbooks: those of several runs, those that are shared by cells, and which of them show nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from resilience_index.data.files.package import Attributes, Package, local

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_RUNS = {
    "superscript": str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾"),
    "subscript": str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}


class Rich:
    """A text of several runs, put together from its XML; raised and lowered runs show that they are.

    A footnote mark behind a number would else be one more digit of it.
    """

    def __init__(self) -> None:
        self.aside = 0
        self.begin()

    def begin(self) -> None:
        """Begin a new text."""
        self.pieces: list[str] = []
        self.raised = False
        self._marks: dict[int, int] | None = None
        self._inside = False

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the start of an element inside the text, by its local name."""
        if name == "t":
            self._inside = True
        elif name == "r":
            self._marks = None
        elif name == "vertAlign":
            self._marks = _RUNS.get(attributes.get("val", ""))
        elif name == "rPh":  # how a text is pronounced
            self.aside += 1

    def end(self, name: str) -> None:
        """Take the end of an element inside the text."""
        if name == "t":
            self._inside = False
        elif name == "r":
            self._marks = None
        elif name == "rPh":
            self.aside -= 1

    def text(self, text: str) -> None:
        """Take a piece of text."""
        if self._inside and not self.aside:
            marked = text if self._marks is None else text.translate(self._marks)
            self.raised |= marked != text
            self.pieces.append(marked)

    def done(self) -> str:
        """The whole text."""
        return unescaped("".join(self.pieces))


class SharedTexts(NamedTuple):
    """What is known of the shared texts of a workbook, by their numbers: the blank ones, and those of
    which runs are raised or lowered.
    """

    blank: frozenset[str] = frozenset()
    raised: Mapping[str, str] = MappingProxyType({})


def shared_texts(package: Package, part: str) -> tuple[SharedTexts, bytes]:
    """Which of the shared texts of a workbook are blank or hold raised runs, and their XML.

    Raises ``UnreadableError`` RI262.
    """
    filled: set[int] = set()
    raised: dict[str, str] = {}
    count = [0]
    rich = Rich()

    def start(tag: str, attributes: Attributes) -> None:
        name = local(tag)
        if name == "si":
            count[0] += 1
            rich.begin()
        else:
            rich.start(name, attributes)

    def end(tag: str) -> None:
        name = local(tag)
        if name != "si":
            rich.end(name)
        elif rich.raised:
            raised[str(count[0] - 1)] = rich.done()

    def text(text: str) -> None:
        if not rich.aside and not is_blank(text):
            filled.add(count[0] - 1)
        rich.text(text)

    content = package.parse(part, start, end, text)
    blank = frozenset(str(number) for number in range(count[0]) if number not in filled)
    return SharedTexts(blank, raised), content


def unescaped(text: str) -> str:
    """A stored text with the characters that are written by their numbers, as in ``_x000D_``."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def is_blank(text: str) -> bool:
    """Whether a stored text shows nothing."""
    return not unescaped(text).strip()
