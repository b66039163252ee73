"""The annexes of a document: weights, judgments, definitions of indicators, settings and findings, sources."""

from __future__ import annotations

import json

from resilience_index.report.document.blocks import Block, Bullets, Cell, Column, Heading, PageBreak, Paragraph, Table
from resilience_index.report.view.format import DASH
from resilience_index.report.view.model import Both, ItemView, View
from resilience_index.report.words.document import Words

LISTED_FINDINGS = 100
LISTED_CELLS = 300


def build(view: View, words: Words) -> list[Block]:
    """All annexes that have something to say, numbered in order; the first begins a page."""
    parts = [
        ("annex_weights", _weights(view, words)), ("annex_consistency", _matrices(view, words)),
        ("annex_opinions", _opinions(view, words)), ("annex_indicators", _indicators(view, words)),
        ("annex_prepared", _prepared(view, words)), ("annex_settings", _settings(view, words)),
        ("annex_sources", _sources(view, words)),
    ]  # fmt: skip
    blocks: list[Block] = []
    for key, content in parts:
        if content:
            number = 1 + sum(isinstance(block, Heading) and block.level == 1 for block in blocks)
            start: list[Block] = [] if blocks else [PageBreak()]
            blocks += [*start, Heading(words("annex", n=number) + words(key), 1), *content]
    return blocks


def _shares(words: Words, shares: list[tuple[Both, str]]) -> str:
    return words.join([f"{words.of(title)} {text}" for title, text in shares])


def _weights(view: View, words: Words) -> list[Block]:
    columns = [Column(words("item"), 4), Column(words("local"), 1.1, "right"), Column(words("global"), 1.1, "right")]
    columns += [Column(words("component", name=name), 1.2, "right") for name in view.component_names]
    rows = []
    for item in view.items:
        strong = item.kind == "node"
        row = [Cell(words.of(item.title), strong=strong, indent=item.level, fill="#edf1f4" if strong else None),
               Cell(item.local_text, strong=strong), Cell(item.global_text, strong=strong)]  # fmt: skip
        rows.append([*row, *(Cell(item.components.get(name, DASH)) for name in view.component_names)])
    return [Table(columns, rows, words("caption_weights"), words("weights_note"))]


def _matrices(view: View, words: Words) -> list[Block]:
    if not view.matrices:
        return []
    columns = [Column(words("matrix"), 2.2), Column(words("expert"), 1), Column(words("size"), 0.8, "right"),
               Column("λmax", 1, "right"), Column("CI", 1, "right"), Column("CR", 1, "right"),
               Column(words("verdict"), 1.6)]  # fmt: skip
    rows = []
    for matrix in view.matrices:
        verdict = [words("consistent" if matrix.consistent else "inconsistent")]
        verdict += [words("left_out")] if matrix.left_out else []
        verdict += [words.of(matrix.note)] if matrix.note else []
        strong = matrix.expert is None
        rows.append([
            Cell(words.of(matrix.parent_title), strong=strong),
            Cell(words("expert_group") if strong else matrix.expert or DASH, strong=strong), Cell(str(matrix.size)),
            Cell(matrix.lambda_max), Cell(matrix.ci), Cell(matrix.cr), Cell(words.join(verdict)),
        ])  # fmt: skip
    tables = words.join(sorted({matrix.ri_table for matrix in view.matrices}))
    return [Table(columns, rows, words("caption_consistency"), words("consistency_note", tables=tables))]


def _opinions(view: View, words: Words) -> list[Block]:
    if not view.opinions:
        return []
    columns = [Column(words("matrix"), 1.6), Column(words("expert"), 0.9), Column(words("method"), 1.1),
               Column(words("shares"), 4), Column(words("remarks"), 2.6)]  # fmt: skip
    rows = [
        [Cell(words.of(opinion.parent_title)), Cell(opinion.expert or words("expert_group")), Cell(opinion.method),
         Cell(_shares(words, list(opinion.shares))), Cell("\n".join(words.of(remark) for remark in opinion.remarks))]
        for opinion in view.opinions
    ]  # fmt: skip
    return [Table(columns, rows, words("caption_opinions"))]


def _indicators(view: View, words: Words) -> list[Block]:
    columns = [Column(words("indicator"), 2.6), Column(words("unit"), 0.9), Column(words("direction"), 1.1),
               Column(words("goalposts"), 1.2), Column(words("basis"), 1.5), Column(words("measure"), 4.2)]  # fmt: skip
    rows = [_indicator(item, words) for item in view.items if item.kind != "node"]
    return [Table(columns, rows, words("caption_indicators"), words("indicators_note"))]


def _indicator(item: ItemView, words: Words) -> list[Cell]:
    basis = [words.of(item.basis), words.of(item.source)]
    return [
        Cell(f"{words.of(item.title)}\n{item.id}"), Cell(words.of(item.unit) or DASH),
        Cell(words.of(item.direction) or DASH), Cell(item.goalposts or DASH),
        Cell("\n".join(part for part in basis if part) or DASH), Cell(words.of(item.measure) or DASH),
    ]  # fmt: skip


def _prepared(view: View, words: Words) -> list[Block]:
    """The values that were filled in or treated as outliers, each before and after."""
    if not view.cells:
        return []
    columns = [Column(words("community"), 2), *([Column(words("period"), 0.9)] if view.has_periods else []),
               Column(words("indicator"), 2.2), Column(words("what_was_done"), 1.1),
               Column(words("before"), 1, "right"), Column(words("after"), 1, "right"),
               Column(words("method"), 2)]  # fmt: skip
    rows = [
        [Cell(f"{cell.name}\n{cell.community_id}"), *([Cell(cell.period)] if view.has_periods else []),
         Cell(words.of(cell.title)), Cell(words.join([words(action) for action in cell.actions])), Cell(cell.before),
         Cell(cell.after), Cell(cell.method)]
        for cell in view.cells[:LISTED_CELLS]
    ]  # fmt: skip
    left_out = view.cells_total - len(rows)
    note = words("prepared_note") if left_out <= 0 else words.sentences(
        [words("prepared_note"), words("cells_left_out", count=left_out)]
    )  # fmt: skip
    return [Table(columns, rows, words("caption_prepared"), note)]


def _value(text: str, words: Words) -> str:
    """The value of a setting for readers: JSON as names and values without its signs."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return _read(value, words) if isinstance(value, (dict, list, bool)) else text


def _read(value: object, words: Words) -> str:
    if isinstance(value, bool):
        return words("yes" if value else "no")
    if isinstance(value, dict):
        return words.list([
            f"{name} = {{{_read(own, words)}}}" if isinstance(own, dict) else f"{name} = {_read(own, words)}"
            for name, own in value.items()
        ])  # fmt: skip
    if isinstance(value, list):
        return words.join([_read(own, words) for own in value]) if value else DASH
    return DASH if value is None else str(value)


def _settings(view: View, words: Words) -> list[Block]:
    columns = [Column(words("setting"), 1.6), Column(words("value"), 4), Column(words("origin"), 1.6)]
    rows = [[Cell(item.name), Cell(_value(item.value, words)), Cell(words.of(item.origin))] for item in view.settings]
    blocks: list[Block] = [Table(columns, rows, words("caption_settings"))]
    if not view.findings:
        return [*blocks, Paragraph(words("findings_none"))]
    columns = [Column(words("severity"), 1.1), Column(words("place"), 2), Column(words("message"), 5)]
    rows = [
        [Cell(f"{words(item.severity)}\n{item.code}"), Cell(item.place or DASH), Cell(words.of(item.message))]
        for item in view.findings[:LISTED_FINDINGS]
    ]
    left_out = len(view.findings) - LISTED_FINDINGS
    note = words("findings_left_out", count=left_out) if left_out > 0 else ""
    return [*blocks, Table(columns, rows, words("caption_findings"), note)]


def _sources(view: View, words: Words) -> list[Block]:
    blocks: list[Block] = []
    if view.sources:
        blocks += [Heading(words("section_sources"), 2), Bullets([("", source) for source in view.sources])]
    if view.inputs:
        columns = [Column(words("file"), 1.4), Column("SHA-256", 4)]
        rows = [[Cell(name), Cell(digest)] for name, digest in view.inputs]
        blocks += [Heading(words("section_inputs"), 2), Table(columns, rows, words("caption_inputs"))]
    return blocks
