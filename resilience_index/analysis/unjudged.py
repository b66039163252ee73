"""What a diagnosis cannot say of a unit, since items that it would look at have no value there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resilience_index.analysis.standing import Both, Item, Standing
from resilience_index.framework.diagnosis_models import Rule
from resilience_index.framework.diagnosis_rules import Rulebook

COUPLING = "coupling"
_TOGETHER = frozenset({"lowest", "balance", COUPLING})
"""What sets items against each other: one without a value, and nothing can be said of the others either."""


@dataclass(frozen=True)
class Unjudged:
    """A rule that could not be applied, or (``rule`` None, ``kind`` coupling) the coupling of the dimensions.

    ``items`` are what it looks at, ``missing`` those of them that have no value; rules of the kinds ``below`` and
    ``risk`` look at each item by itself, so that both are the same there. ``subject`` is a risk's title.
    """

    rule: str | None
    kind: str
    items: tuple[tuple[str, Both], ...]
    missing: tuple[tuple[str, Both], ...]
    subject: Both | None = None


def of(standing: Standing, book: Rulebook, *, coupled: bool) -> dict[int, tuple[Unjudged, ...]]:
    """For each row that lacks something what could not be judged, in the order of the rules.

    ``coupled`` says that the coupling of the dimensions is defined where they all have values.
    """
    looks = [look for rule in book.rules for look in _looks(standing, book, rule)]
    if coupled:
        looks.append((None, COUPLING, standing.dimensions, None, False))
    found: dict[int, list[Unjudged]] = {}
    for rule, kind, items, subject, raw in looks:
        gone = [np.isnan(_values(item, raw=raw)) for item in items]
        for row in np.flatnonzero(np.any(gone, axis=0)).tolist() if gone else ():
            missing = _named(item for item, part in zip(items, gone, strict=True) if part[row])
            every = _named(items) if kind in _TOGETHER else missing
            found.setdefault(row, []).append(Unjudged(rule, kind, every, missing, subject))
    return {row: tuple(entries) for row, entries in found.items()}


_Look = tuple[str | None, str, Sequence[Item], Both | None, bool]


def _looks(standing: Standing, book: Rulebook, rule: Rule) -> Iterator[_Look]:
    """What a rule looks at: a risk's leaves apart from those of another one; context leaves are not scored."""
    if rule.kind == "risk":
        for name in rule.risks:
            risk = book.risks[name]
            yield rule.id, rule.kind, _known(standing, risk.indicators), _both(risk.title.zh, risk.title.en), False
    else:
        yield rule.id, rule.kind, _known(standing, rule.items), None, rule.raw is not None


def _known(standing: Standing, names: Iterable[str]) -> list[Item]:
    return [standing.items[name] for name in names if name in standing.items]


def _values(item: Item, *, raw: bool) -> NDArray[np.float64]:
    return item.raw if raw and item.raw is not None else item.good


def _named(items: Iterable[Item]) -> tuple[tuple[str, Both], ...]:
    return tuple((item.id, item.title) for item in items)


def _both(zh: str, en: str) -> Both:
    return {"zh": zh, "en": en}
