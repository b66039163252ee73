"""Leaves as columns of a sheet: headers, what may be entered in their cells, and what is said of them.

The data-entry template and the return sheet share them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from resilience_index.data.cells import NOT_APPLICABLE_TEXTS
from resilience_index.data.layout.columns import letter
from resilience_index.data.layout.units import unit_name
from resilience_index.data.sheets.parts import COLOURS, clean
from resilience_index.data.sheets.words import DIRECTIONS, say
from resilience_index.framework.model_base import Text
from resilience_index.framework.tree import Framework, Indicator, Leaf, Node, walk

_LONGEST_PROMPT, _LONGEST_PROMPT_TITLE = 255, 32
_MOST_STEPS = 10  # a scale of points with more steps is not chosen from a list
_POINTS = frozenset({"分", "级"})


@dataclass(frozen=True)
class Use:
    """A framework (its id) that uses a leaf: the first-level node above the leaf, and the leaf's goalposts there."""

    framework: str
    dimension: Text
    goalposts: tuple[float, ...] | None


@dataclass(frozen=True)
class LeafColumn:
    """A leaf as a column of a sheet, with every framework that uses it, in the order they were named."""

    indicator: Indicator
    uses: tuple[Use, ...]


def uses_of(framework: Framework) -> dict[str, Use]:
    """For each leaf of a framework, by id, how it is used there."""
    found = {}
    for child in framework.root.children:
        for item in walk(child):
            if isinstance(item, Leaf):
                dimension = child.title if isinstance(child, Node) else framework.root.title
                found[item.id] = Use(framework.id, dimension, _goalposts(item))
    for indicator in framework.denominators:
        found[indicator.id] = Use(framework.id, framework.root.title, None)
    return found


def _goalposts(leaf: Leaf) -> tuple[float, ...] | None:
    if leaf.denominate is not None:  # they are those of the quotient, which nobody enters
        return None
    own = leaf.normalize.get("goalposts") if leaf.normalize is not None else None
    return tuple(map(float, own)) if own else leaf.indicator.goalposts


def figure(number: float) -> str:
    """A number as short as it can be written."""
    return repr(float(number)).removesuffix(".0")


def header_text(indicator: Indicator, language: str) -> str:
    """The header of an indicator's column, in the form the reader takes: title and unit in brackets."""
    title = " ".join(indicator.title.say(language).split())
    unit = unit_name(indicator.unit or "", language)
    if not unit or set("()（）[]【】〔〕") & set(unit):
        return title
    return f"{title}（{unit}）" if language == "zh" else f"{title} ({unit})"


def choices(indicator: Indicator) -> list[str]:
    """The values an indicator is chosen from: those of 0/1 and of short scales of points; else empty."""
    if indicator.unit == "0/1":
        return ["0", "1"]
    if indicator.range is None or (indicator.unit or "") not in _POINTS:
        return []
    low, high = map(float, indicator.range)
    if not (low.is_integer() and high.is_integer() and high - low <= _MOST_STEPS):
        return []
    return [str(step) for step in range(int(low), int(high) + 1)]


def range_text(indicator: Indicator, language: str) -> str:
    """The allowed values of an indicator."""
    if indicator.unit == "0/1":
        return say("yes_no", language)
    if indicator.range is None:
        return say("any_number", language)
    low, high = map(figure, indicator.range)
    return say("range", language, low=low, high=high)


def goalposts_text(goalposts: tuple[float, ...] | None, language: str) -> str:
    """Goalposts in words."""
    if not goalposts:
        return say("none", language)
    if len(goalposts) == 4:
        low, first, last, high = map(figure, goalposts)
        return say("target", language, low=low, first=first, last=last, high=high)
    worst, best = map(figure, goalposts[:2])
    return say("goalposts", language, worst=worst, best=best)


def about(column: LeafColumn, language: str) -> str:
    """All there is to say about a leaf, line by line, for the comment on its header."""
    item = column.indicator
    lines = [
        ("id", item.id),
        ("unit", unit_name(item.unit or "", language) or say("no_unit", language)),
        ("allowed", range_text(item, language)),
        ("direction", DIRECTIONS[item.direction][language]),
        ("posts", posts_text(column, language)),
        ("measure", item.measure.say(language) if item.measure else ""),
        ("not_applicable", item.not_applicable.say(language) if item.not_applicable else ""),
        ("frameworks", frameworks_text(column, language, "；" if language == "zh" else "; ")),
    ]
    return "\n".join(say("line", language, name=say(key, language), text=text) for key, text in lines if text)


def posts_text(column: LeafColumn, language: str) -> str:
    """The goalposts of a scored leaf, once where all frameworks agree, else framework by framework."""
    if not column.indicator.scored:
        return ""
    texts = [goalposts_text(use.goalposts, language) for use in column.uses]
    if len(set(texts)) == 1:
        return texts[0]
    return "\n".join(
        say("line", language, name=use.framework, text=text) for use, text in zip(column.uses, texts, strict=True)
    )


def frameworks_text(column: LeafColumn, language: str, between: str) -> str:
    """The frameworks that use a leaf, each with the dimension it stands under."""
    named = [
        say("use", language, framework=use.framework, dimension=use.dimension.say(language)) for use in column.uses
    ]
    return between.join(named)


def limit(sheet: Any, rows: tuple[int, int], column: int, indicator: Indicator, language: str) -> None:
    """Say and hold what may be entered in the cells of an indicator: rows and column count from 0.

    What the reader refuses is stopped; what it would merely be strange to find is asked back about.
    """
    listed = choices(indicator)
    not_applicable = NOT_APPLICABLE_TEXTS[0 if language == "zh" else 1]
    allowed = range_text(indicator, language)
    rule: dict[str, Any] = {
        "ignore_blank": True,
        "input_title": _cut(indicator.title.say(language), _LONGEST_PROMPT_TITLE),
        "input_message": _prompt(indicator, language, not_applicable),
        "error_title": say("stop_title", language),
        "error_message": _cut(say("stop", language, allowed=allowed, word=not_applicable), _LONGEST_PROMPT),
    }
    if listed:
        rule |= {"validate": "list", "source": [*listed, not_applicable]}
        if indicator.unit != "0/1":
            rule["error_type"] = "warning"
    else:
        rule |= {"validate": "custom", "value": _formula(indicator, f"{letter(column)}{rows[0] + 1}")}
    sheet.data_validation(rows[0], column, rows[1], column, rule)


def _formula(indicator: Indicator, cell: str) -> str:
    number = f"ISNUMBER({cell})"
    if indicator.range is not None:
        low, high = map(figure, indicator.range)
        number = f"AND(ISNUMBER({cell}),{cell}>={low},{cell}<={high})"
    words = ",".join(f'{cell}="{word}"' for word in NOT_APPLICABLE_TEXTS)
    return f"=OR({words},{number})"


def _prompt(indicator: Indicator, language: str, word: str) -> str:
    unit = unit_name(indicator.unit or "", language)
    text = say("prompt_unit", language, unit=unit) if unit and unit != "0/1" else ""
    text += say("prompt", language, allowed=range_text(indicator, language),
                direction=DIRECTIONS[indicator.direction][language])  # fmt: skip
    text += say("prompt_word", language, word=word) if indicator.not_applicable else say("prompt_blank", language)
    if indicator.measure is not None:
        text += "\n" + indicator.measure.say(language)
    return _cut(text, _LONGEST_PROMPT)


def _cut(text: str, longest: int) -> str:
    # The limits count UTF-16 units.
    text = clean(text)
    if len(text.encode("utf-16-le")) // 2 <= longest:
        return text
    while len(text.encode("utf-16-le")) // 2 > longest - 1:
        text = text[:-1]
    return text.rstrip("，、；,; ") + "…"


def dimension_colours(columns: Sequence[LeafColumn]) -> dict[str, str]:
    """The header colour of each leaf: one colour for each dimension of the first framework that uses it."""
    dimensions: dict[tuple[str, str], str] = {}
    found = {}
    for column in columns:
        key = (column.uses[0].framework, column.uses[0].dimension.zh)
        found[column.indicator.id] = dimensions.setdefault(key, COLOURS[len(dimensions) % len(COLOURS)])
    return found
