"""The report as one HTML page that needs nothing but itself.

No network, no storage, no inline style or handler: a content security policy with the hashes of the page's
own style and script allows nothing else. Switches between languages and periods are radio buttons and CSS,
so they work without the script, which only starts the page in the reader's language.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resilience_index.report import charts
from resilience_index.report.translations import LABELS, clean, column_title, languages, pick, say, versions
from resilience_index.report.view import Both, GradeView, ItemView, PeriodView, UnitView, View

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

# A page stays usable up to here; what is left out is counted on the page and stands in scores.csv.
LISTED_UNITS = 2000
LISTED_FINDINGS = 300
LISTED_CELLS = 500

_TEMPLATES = Path(__file__).parent / "templates"
_LABEL = re.compile(r"\[\[(=?)(\w+)\]\]")


@dataclass(frozen=True)
class Panel:
    """A period as the page lays it out. ``scored`` and ``unscored`` are the listed rows."""

    period: PeriodView
    scored: Sequence[UnitView]
    unscored: Sequence[UnitView]
    left_out: int
    capped: Sequence[UnitView]
    gated: Sequence[UnitView]
    no_grade: int
    grade_bar: Markup
    mean_bars: Markup


def render(view: View, language: str = "both") -> bytes:
    """The page as UTF-8 bytes; the same view and language give the same bytes.

    ``language`` is ``zh``, ``en`` or ``both`` (a page with a switch). Raises ``ValueError`` for another.
    """
    return page("report.html.j2", _content(view, language), language, _style(len(view.periods), view.grades))


def page(template: str, content: Mapping[str, Any], language: str, style: str | None = None) -> bytes:
    """A page of any template in the look of the report, that needs nothing but itself; as ``render``."""
    both = len(languages(language)) == 2
    style = _style(1, ()) if style is None else style
    script = _text("report.js").strip() if both else ""
    rendered = _environment(language).get_template(template).render(
        **content,
        both=both,
        page_lang="en" if language == "en" else "zh-Hans",
        csp=_policy(style, script),
        style=_markup(style),
        script=_markup(script),
    )  # fmt: skip
    return clean(rendered).encode("utf-8")


def _content(view: View, language: str) -> dict[str, Any]:
    items = {item.id: item for item in view.items}
    nodes = {item.parent for item in view.items if item.parent is not None}
    root = next((item.id for item in view.items if item.parent is None), "")
    dimensions = [items[dimension] for dimension in view.dimensions]
    units = [unit for period in view.periods for unit in period.units]
    full = {root: charts.full_length((unit.score for unit in units), view.scale)}
    for item in dimensions:
        full[item.id] = charts.full_length((unit.nodes.get(item.id) for unit in units), item.scale)
    longest = max([view.scale, *(full[item.id] for item in dimensions)])
    leaves = [item for item in view.items if item.id not in nodes]
    return {
        "view": view,
        "panels": [_panel(view, key, dimensions, longest, language) for key in range(len(view.periods))],
        "root": root,
        "nodes": nodes,
        "leaves": leaves,
        "assumed": {item.id for item in leaves if "assumption" in item.basis.get("en", "").lower()},
        "dimensions": dimensions,
        "grades": view.grades,
        "full": full,
        "width": 4 + bool(view.grades) + len(view.group_names) + len(dimensions),
        "cells": view.cells[:LISTED_CELLS],
        "findings": view.findings[:LISTED_FINDINGS],
        "findings_left_out": max(0, len(view.findings) - LISTED_FINDINGS),
    }


def _panel(view: View, key: int, dimensions: Sequence[ItemView], full: float, language: str) -> Panel:
    period = view.periods[key]
    scored = [unit for unit in period.units if unit.score is not None]
    unscored = [unit for unit in period.units if unit.score is None]
    counts = period.grade_counts
    no_grade = period.scored - sum(counts.values())
    parts = [
        charts.Part(grade.id, counts.get(grade.id, 0), charts.grade_colour(grade.index, len(view.grades)))
        for grade in view.grades
    ]
    parts.append(charts.Part("—", max(0, no_grade), charts.NO_GRADE_COLOUR))
    means = [
        charts.MeanBar(item.title, period.node_means.get(item.id), period.node_mean_texts.get(item.id, "—"))
        for item in dimensions
    ]
    return Panel(
        period=period,
        scored=scored[:LISTED_UNITS],
        unscored=unscored[:LISTED_UNITS],
        left_out=period.total - len(scored[:LISTED_UNITS]) - len(unscored[:LISTED_UNITS]),
        capped=[unit for unit in period.units if unit.capped_by],
        gated=[unit for unit in period.units if unit.gates_failed],
        no_grade=max(0, no_grade),
        grade_bar=_markup(charts.stacked_bar(parts, f"grades-{key}")),
        mean_bars=_markup(charts.mean_bars(means, full, f"means-{key}", language)),
    )


@functools.cache
def _environment(language: str) -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(lambda name: _translated(_text(name), language)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.globals |= {
        "t": functools.partial(_spans, language=language),
        "plain": lambda texts: pick(texts, language, " / "),
        "severity": lambda word: _spans(LABELS[word], language) if word in LABELS else word,
        "column": lambda name: _spans(column_title(name), language),
        "bar": lambda value, full: _markup(charts.bar(value, full)),
        "shade": _shade,
    }
    return environment


def _translated(source: str, language: str) -> str:
    # Fixed words are put in before the template is compiled: a third less to compile, nothing to look up.
    def word(match: re.Match[str]) -> str:
        plain, key = match.groups()
        return escape(say(key, language, " / ")) if plain else str(_spans(LABELS[key], language))

    return _LABEL.sub(word, source)


def _spans(texts: Both, language: str) -> Markup:
    shown = versions(texts, language)
    if len(shown) < 2:
        return _markup("".join(escape(text) for _, text in shown))
    return _markup("".join(f'<span lang="{code}">{escape(text)}</span>' for code, text in shown))


def _shade(value: float | None, full: float) -> str:
    step = charts.heat(value, full)
    return "" if step is None else f"h{step}"


def _style(periods: int, grades: Sequence[GradeView]) -> str:
    rules = [_text("report.css").strip()]
    rules += [f".h{step} {{ background: var(--h{step}); }}" for step in range(charts.HEAT_STEPS)]
    for grade in grades:
        fill, ink = charts.grade_colour(grade.index, len(grades))
        rules.append(f".g{grade.index} {{ background: {fill}; color: {ink}; }}")
    fill, ink = charts.NO_GRADE_COLOUR
    rules.append(f".g.none {{ background: {fill}; color: {ink}; }}")
    shown = [f"#p{key}:checked ~ .p{key}" for key in range(periods)] if periods > 1 else [".period"]
    rules.append(f"{', '.join(shown)} {{ display: block; }}")
    return "\n".join(rules)


def _policy(style: str, script: str) -> str:
    allowed = f"'{_hash(script)}'" if script else "'none'"
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src {allowed}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")


def _text(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


@functools.cache
def _markup_type() -> Callable[[str], Markup]:
    from markupsafe import Markup

    return Markup


def _markup(safe: str) -> Markup:
    """Mark text as HTML; only for text made by this package from escaped parts."""
    return _markup_type()(safe)
