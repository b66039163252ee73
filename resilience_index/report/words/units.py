"""Units in both languages: as a table names them, and as they follow a figure."""

from __future__ import annotations

import functools

from resilience_index.data.layout.units import unit_behind, unit_name, with_unit
from resilience_index.report.view.model import Both

_LANGUAGES = ("zh", "en")


def name(unit: str | None) -> Both:
    """A unit as a table names it; empty for none."""
    return {language: unit_name(unit or "", language) for language in _LANGUAGES}


def behind(unit: str | None) -> tuple[Both, Both]:
    """A unit as it follows the figure 1, and any other figure; empty for what is merely counted."""
    one, other = ({language: unit_behind(unit, language, one=one) for language in _LANGUAGES} for one in (True, False))
    return one, other


@functools.lru_cache(maxsize=1 << 14)
def amount(figure: str, unit: str | None) -> Both:
    """A figure with its unit."""
    return {language: with_unit(figure, unit, language) for language in _LANGUAGES}
