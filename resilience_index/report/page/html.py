"""The report as one HTML page that needs nothing but itself.

No network, no storage, no inline style or handler: a content security policy with the hashes of the page's own style
and script allows nothing else. The data stand once, as JSON that the script draws from; without the script the page
shows the ranking of the newest period and all fixed parts, and switches languages by radio buttons and CSS.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from resilience_index.report import template_checks
from resilience_index.report.page import charts
from resilience_index.report.page import data as page_data
from resilience_index.report.templates import FOLDER, PAGES, PICTURES, SHIPPED, Templates
from resilience_index.report.view.model import Both, GradeView, PeriodView, UnitView, View
from resilience_index.report.words import formulas
from resilience_index.report.words.translations import LABELS, clean, column_title, languages, pick, say, versions

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

# A page stays usable up to here; what is left out is counted on the page and stands in scores.csv.
LISTED_UNITS = 2000
LISTED_FINDINGS = 300
LISTED_CELLS = 500

_PAGES = frozenset({*PAGES, "change.html.j2", "explain.html.j2"})
_SCRIPTS = ("core", "draw", "live", "weights", "ranking", "trial", "diagnosis", "city", "community", "main")
LABEL = re.compile(r"\[\[(=?)(\w+)\]\]")


@dataclass(frozen=True)
class Panel:
    """The newest period as the page shows it without its script. ``units`` are the listed rows."""

    period: PeriodView
    units: Sequence[UnitView]
    left_out: int
    capped: Sequence[UnitView]
    gated: Sequence[UnitView]
    no_grade: int
    grade_bar: Markup


def render(view: View, language: str = "both", templates: Templates = SHIPPED) -> bytes:
    """The page as UTF-8 bytes; the same view, language and templates give the same bytes.

    ``language`` is ``zh``, ``en`` or ``both`` (a page with a switch). Raises ``ValueError`` for another,
    ``TemplateError`` RI544 or RI545 for templates that fail.
    """
    data = _packed(page_data.build(view, language, LISTED_UNITS))
    style = _style(view.grades, templates)
    return page("report.html.j2", _content(view) | {"data": data}, language, style, _script(), templates)


def page(
    template: str, content: Mapping[str, Any], language: str, style: str | None = None, script: str | None = None,
    templates: Templates = SHIPPED,
) -> bytes:  # fmt: skip
    """A page of any template in the look of the report, that needs nothing but itself; as ``render``.

    Its style is the report's, its script the one that chooses the reader's language, unless others are given.
    """
    both = len(languages(language)) == 2
    style = _style((), templates) if style is None else style
    script = (_text("switch.js").strip() if both else "") if script is None else script
    policy = _policy(style, script)
    with template_checks.told(templates):
        rendered = environment(language, templates).get_template(template).render(
            **content,
            both=both,
            page_lang="en" if language == "en" else "zh-Hans",
            csp=policy,
            style=_markup(style),
            script=_markup(script),
            texts=_texts(templates),
        )  # fmt: skip
    template_checks.guarded(rendered, policy.replace("'", "&#39;"), template, templates)
    return clean(rendered).encode("utf-8")


def _texts(templates: Templates) -> dict[str, Both | None]:
    """What the user's texts say on pages; None where they say nothing."""
    texts = templates.texts
    said = {key: None if texts is None else getattr(texts, key) for key in ("subtitle", "department", "note")}
    return {key: None if text is None else {"zh": text.zh, "en": text.en} for key, text in said.items()}


def _content(view: View) -> dict[str, Any]:
    nodes = {item.parent for item in view.items if item.parent is not None}
    leaves = [item for item in view.items if item.id not in nodes]
    return {
        "view": view,
        "panel": _panel(view, view.periods[0]) if view.periods else None,
        "leaves": leaves,
        "assumed": {item.id for item in leaves if "assumption" in item.basis.get("en", "").lower()},
        "grades": view.grades,
        "cells": view.cells[:LISTED_CELLS],
        "findings": view.findings[:LISTED_FINDINGS],
        "findings_left_out": max(0, len(view.findings) - LISTED_FINDINGS),
    }


def _panel(view: View, period: PeriodView) -> Panel:
    units = period.units[:LISTED_UNITS]
    counts = period.grade_counts
    no_grade = max(0, period.scored - sum(counts.values()))
    parts = [
        charts.Part(grade.id, counts.get(grade.id, 0), charts.grade_colour(grade.index, len(view.grades)))
        for grade in view.grades
    ]
    parts.append(charts.Part("—", no_grade, charts.NO_GRADE_COLOUR))
    return Panel(
        period=period,
        units=units,
        left_out=period.total - len(units),
        capped=[unit for unit in period.units if unit.capped_by],
        gated=[unit for unit in period.units if unit.gates_failed],
        no_grade=no_grade,
        grade_bar=_markup(charts.stacked_bar(parts, "grades")),
    )


@functools.lru_cache(maxsize=16)
def environment(language: str, templates: Templates) -> Environment:
    """What pages are made in: a sandbox, in which all values are escaped and templates know each other only."""
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def load(name: str) -> tuple[str, str, None] | None:
        known = templates.own(name) or (FOLDER / name).is_file() if name in _PAGES else False
        return (translated(templates.text(name), language), name, None) if known else None

    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    del environment.filters["safe"]
    environment.globals |= {
        "picture": functools.partial(_picture, templates=templates),
        "t": functools.partial(_spans, language=language),
        "plain": lambda texts: pick(texts, language, " / "),
        "severity": lambda word: _spans(LABELS[word], language) if word in LABELS else word,
        "column": lambda name: _spans(column_title(name), language),
        "bar": lambda value, full: _markup(charts.bar(value, full)),
        "formula": lambda text: {code: formulas.formula(text, code) for code in ("zh", "en")},
    }
    return environment


def translated(source: str, language: str) -> str:
    """A template with its fixed words, ``[[word]]`` and ``[[=word]]``, in a language."""

    # Fixed words are put in before the template is compiled: a third less to compile, nothing to look up.
    def word(match: re.Match[str]) -> str:
        plain, key = match.groups()
        return escape(say(key, language, " / ")) if plain else str(_spans(LABELS[key], language))

    return LABEL.sub(word, source)


def _spans(texts: Both, language: str) -> Markup:
    shown = versions(texts, language)
    if len(shown) < 2:
        return _markup("".join(escape(text) for _, text in shown))
    return _markup("".join(f'<span lang="{code}">{escape(text)}</span>' for code, text in shown))


def _style(grades: Sequence[GradeView], templates: Templates = SHIPPED) -> str:
    light, dark = (f"{templates.text(f'{name}.css').strip()}\ncolor-scheme: {name};" for name in ("light", "dark"))
    rules = [
        f":root {{\n{light}\n}}",
        f'@media (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{\n{dark}\n}} }}',
        f':root[data-theme="dark"] {{\n{dark}\n}}',
        templates.text("report.css").strip(),
        templates.text("page.css").strip(),
    ]
    rules += [
        f".h{step} {{ background: var(--h{step}); }} .sh{step} {{ fill: var(--s{step}); }} "
        f".scale .h{step} {{ background: var(--s{step}); }}"
        for step in range(charts.HEAT_STEPS)
    ]
    for grade in grades:
        rules.append(_coloured(str(grade.index), f".g{grade.index}", charts.grade_colour(grade.index, len(grades))))
    rules.append(_coloured("none", ".g.none", charts.NO_GRADE_COLOUR))
    # As specific as the rules of the dark scheme, and after them: paper is white.
    rules.append(f"@media print {{ :root:root:root {{\n{light}\n--ink: #000000;\n}} }}")
    rules.append(templates.text("print.css").strip())
    return "\n".join(rules)


def _coloured(key: str, badge: str, colour: charts.Colour) -> str:
    """The colours of a grade as ground and letters of its badge, as an area and as text on an area."""
    fill, ink = colour
    return (
        f"{badge} {{ background: {fill}; color: {ink}; }} .fill{key} {{ fill: {fill}; }} "
        f"svg .ink{key} {{ fill: {ink}; }}"
    )


@functools.cache
def _script() -> str:
    """The script, from its parts, in a scope of its own."""
    lines = [line.strip() for name in _SCRIPTS for line in _text(f"page/{name}.js").splitlines()]
    kept = "\n".join(line for line in lines if line and not line.startswith("//"))
    return f'(async () => {{\n"use strict";\n{kept}\n}})();'


def _packed(content: dict[str, Any]) -> str:
    """The data as JSON, compressed (zlib, RFC 1950), in base 64: a fifth of its size."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")


def _policy(style: str, script: str) -> str:
    allowed = f"'{_hash(script)}'" if script else "'none'"
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src {allowed}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")


def _picture(name: str, templates: Templates) -> str:
    """A picture of the user's templates as the address of an image that holds it."""
    from jinja2 import UndefinedError

    content = templates.files.get(PICTURES + name)
    if content is None:
        raise UndefinedError(f"picture {name!r}")
    kind = {"png": "png", "jpg": "jpeg", "svg": "svg+xml"}[name.rsplit(".", 1)[1]]
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _text(name: str) -> str:
    return SHIPPED.text(name)


@functools.cache
def _markup_type() -> Callable[[str], Markup]:
    from markupsafe import Markup

    return Markup


def _markup(safe: str) -> Markup:
    """Mark text as HTML; only for text made by this package from escaped parts."""
    return _markup_type()(safe)
