"""Texts of a page, each kept once: sentences that differ in their figures share one entry."""

from __future__ import annotations

import re
from collections.abc import Mapping

from resilience_index.report.view.model import Both
from resilience_index.report.words.translations import clean, versions

SLOT = "\x01"
"""Stands for a figure in a kept text; ``clean`` never lets it through from outside."""
_FIGURE = re.compile(r"[+\-−]?\d[\d.,/]*\d%?|[+\-−]?\d%?")

Entry = str | tuple[str, str]


class Texts:
    """The texts in the order of their first use. An entry is one text, or (zh, en) where both are shown."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._places: dict[Entry, int] = {}

    @property
    def entries(self) -> list[Entry]:
        """All entries; positions are what ``both``, ``plain`` and ``filled`` give."""
        return list(self._places)

    def both(self, texts: Both | None) -> int:
        """A text in the page's languages; −1 for none."""
        return -1 if texts is None else self._place(self._shown(texts))

    def plain(self, text: str) -> int:
        """A text that is the same in all languages."""
        return self._place(clean(text))

    def filled(self, texts: Both | None) -> int | list[int | str | list[str]]:
        """A sentence as its position and its figures: [position, figure, …]; figures of each language apart
        ([position, [zh figures], [en figures]]) where they differ; the position alone where there are none.
        """
        if texts is None:
            return -1
        shown = self._shown(texts)
        parts = (shown,) if isinstance(shown, str) else shown
        figures = [_FIGURE.findall(part) for part in parts]
        if not any(figures):
            return self._place(shown)
        slotted = [_FIGURE.sub(SLOT, part) for part in parts]
        place = self._place(slotted[0] if len(slotted) == 1 else (slotted[0], slotted[1]))
        if all(found == figures[0] for found in figures):
            return [place, *figures[0]]
        return [place, *figures]

    def _shown(self, texts: Mapping[str, str]) -> Entry:
        found = [clean(text) for _, text in versions(texts, self.language)]
        return (found[0], found[1]) if len(found) == 2 else found[0] if found else ""

    def _place(self, entry: Entry) -> int:
        return self._places.setdefault(entry, len(self._places))
