"""The tree of a framework on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from resilience_index.data.layout.units import unit_name
from resilience_index.methods import bands
from resilience_index.methods.checking import check
from resilience_index.report.terminal.console import Language, indented, print_list
from resilience_index.report.view.format import number_text, percent_text
from resilience_index.report.view.method import item_text
from resilience_index.report.words.references import section
from resilience_index.report.words.results import say

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 140
"""From this width on the tree is shown as one table."""


def print_framework(rows: Sequence[Mapping[str, Any]], language: Language, out: Console) -> None:
    """The tree of a framework, as a table where there is room for it, else a few lines for each item."""
    prepared = [_prepared(row, language) for row in rows]
    if out.width >= WIDTH:
        sides = {"title": "wrap", "global": "right", "unit": "left", "goalposts": "left", "source": "wrap"}
        if any(prepared):
            sides = {"title": "wrap", "global": "right", "unit": "left", "prepared": "wrap", **sides}
        headings = [("id", "left"), *((say(word, language), side) for word, side in sides.items())]
        lines = [
            ["  " * row["level"] + row["id"], row["title"][language], percent_text(row["global_weight"], 1),
             unit_name(row.get("unit") or "", language), *([steps] if any(prepared) else []), _posts(row),
             section(row["source"] or "", language)]
            for row, steps in zip(rows, prepared, strict=True)
        ]  # fmt: skip
        print_list(lines, headings, out)
        return
    ids = max(2 * row["level"] + len(row["id"]) for row in rows)
    for row, steps in zip(rows, prepared, strict=True):
        first = "  " * row["level"] + row["id"]
        unit = unit_name(row.get("unit") or "", language)
        out.print(f"{first:<{ids}} {percent_text(row['global_weight'], 1):>6}  {_posts(row)} {unit}".rstrip())
        source = f" · {section(row['source'], language)}" if row["source"] else ""
        out.print(indented(row["title"][language] + source, row["level"] + 1))
        if steps:
            out.print(indented(steps, row["level"] + 1))


def _posts(row: Mapping[str, Any]) -> str:
    """A node's aggregation; of a scored leaf goalposts with the mark of their basis, or else how it is normalised."""
    if row["kind"] == "node":
        return str(row["aggregate"]["method"])
    call = check("normalize", row["normalize"])
    if row["direction"] == "context":
        posts = "—"
    elif call.name == "bands":
        posts = bands.summary(row["normalize"]["bands"])
    elif row["goalposts"]:
        posts = "→".join(number_text(value) for value in row["goalposts"])
        posts += " ln" if call["transform"] == "log" else ""
    else:
        return item_text(call)
    return posts + ("" if row.get("basis") in (None, "seed") else f" [{row['basis'][0].upper()}]")


def _prepared(row: Mapping[str, Any], language: Language) -> str:
    """What is done to a leaf's values before they are normalised."""
    if row["kind"] == "node":
        return ""
    found = []
    if row["denominate"] is not None:
        factor = row["denominate"]["factor"]
        found.append(f"÷ {row['denominate']['by']}" + (f" × {number_text(factor)}" if factor != 1 else ""))
    for step in ("fill", "treat"):
        call = check(step, row[step])
        if call.name != "none" and row["direction"] != "context":
            found.append(f"{say(step, language)} {item_text(call)}")
    return "; ".join(found) if language == "en" else "；".join(found)
