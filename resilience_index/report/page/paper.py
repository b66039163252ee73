"""Documents as pages of their own: all about one community in a file that runs no script and loads nothing."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from resilience_index.report.document.blocks import (
    Beside,
    Block,
    Bullets,
    Cell,
    Document,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Scorecard,
    Signature,
    Table,
)
from resilience_index.report.document.pictures import FAMILY
from resilience_index.report.page import html
from resilience_index.report.templates import SHIPPED, Templates
from resilience_index.report.words.translations import clean

_STYLE = """
.paper h1 { margin-top: .4em; } .paper figure { margin: 14px 0; } .paper figure > div { overflow-x: auto; }
.paper img { display: block; width: 100%; min-width: 420px; height: auto; background: #ffffff; }
.paper .scroll { margin: 10px 0; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); gap: 0 22px; }
.strong { font-weight: 650; } .lead-in { margin-right: .6em; }
"""


def render(documents: Sequence[Document], version: str, templates: Templates = SHIPPED) -> bytes:
    """The page of a document in one language, or of the same one in both (zh, en) with a switch; UTF-8."""
    writers = [_Writer(document, place) for place, document in enumerate(documents)]
    bodies = [writer.body() for writer in writers]
    colours = sorted({pair for writer in writers for pair in writer.colours})
    rules = [f".{_class(pair)} {{ {_rule(*pair)} }}" for pair in colours]
    style = "\n".join([html._style((), templates), _STYLE.strip(), *rules])
    content = {
        "title": documents[0].title, "version": version,
        "bodies": [(document.language, html._markup(body)) for document, body in zip(documents, bodies, strict=True)],
    }  # fmt: skip
    language = "both" if len(documents) > 1 else documents[0].language
    return html.page("paper.html.j2", content, language, style, templates=templates)


def _class(pair: tuple[str, str]) -> str:
    return "c" + "".join(pair).replace("#", "")


def _rule(fill: str, ink: str) -> str:
    return f"background: {fill}; color: {ink or 'inherit'};" if fill else f"color: {ink};"


def _text(text: str) -> str:
    """Text with its lines, escaped."""
    return "<br>".join(escape(clean(line)) for line in text.split("\n"))


class _Writer:
    """Writes one document; ``mark`` keeps the names of its tables apart from those of others on the page."""

    def __init__(self, document: Document, mark: int) -> None:
        self.document, self.mark = document, mark
        self.tables = self.figures = 0
        self.colours: set[tuple[str, str]] = set()

    def body(self) -> str:
        document = self.document
        running = document.running.replace("  ", " · ")
        head = [f'<p class="kicker">{_text(running)}</p>', f"<h1>{_text(document.title)}</h1>"]
        head.append(f'<p class="kicker">{_text(document.subtitle)}</p>')
        if document.notice:
            head.append(f'<p class="notice">{_text(document.notice)}</p>')
        return "\n".join([*head, *self._blocks(document.blocks)])

    def _blocks(self, blocks: Iterable[Block]) -> Iterator[str]:
        for block in blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Heading():
                level = block.level + 1
                yield f"<h{level}>{_text(block.text)}</h{level}>"
            case Paragraph():
                look = {"body": "", "note": ' class="hint"', "warning": ' class="notice"'}[block.style]
                yield f"<p{look}>{_text(block.text)}</p>"
            case Bullets() | Facts():
                pairs = block.items if isinstance(block, Bullets) else block.rows
                items = "".join(f"<li>{self._lead(lead)}{_text(rest)}</li>" for lead, rest in pairs)
                yield f"<ul>{items}</ul>"
            case Table():
                yield self._table(block)
            case Figure():
                yield self._figure(block)
            case Scorecard():
                yield f'<div class="tiles">{"".join(self._tile(*item) for item in block.items)}</div>'
            case Beside():
                sides = ("\n".join(self._blocks(side)) for side in (block.left, block.right))
                yield f'<div class="beside">{"".join(f"<div>{side}</div>" for side in sides)}</div>'
            case Signature():
                yield f"<ul>{''.join(f'<li>{_text(line)}</li>' for line in (*block.lines, block.seal))}</ul>"
                yield f'<p class="hint">{_text(block.note)}</p>'

    def _lead(self, lead: str) -> str:
        return f'<strong class="lead-in">{_text(lead)}</strong>' if lead else ""

    def _tile(self, label: str, cell: Cell) -> str:
        inner = f'<span class="g {self._coloured(cell)}">{_text(cell.text)}</span>' if cell.fill else _text(cell.text)
        return f'<div class="tile"><p class="big">{inner}</p><p>{_text(label)}</p></div>'

    def _coloured(self, cell: Cell) -> str:
        pair = (cell.fill or "", cell.ink or "")
        self.colours.add(pair)
        return _class(pair)

    def _table(self, block: Table) -> str:
        self.tables += 1
        name = f"table-{self.mark}-{self.tables}"
        titles = "".join(
            f'<th scope="col"{_look(column.align)}>{_text(column.title)}</th>' for column in block.columns
        )  # fmt: skip
        rows = "".join(f"<tr>{''.join(self._cells(block, row))}</tr>" for row in block.rows)
        shown = _text(block.caption) if block.caption else _text(block.columns[0].title)
        hidden = "" if block.caption else ' class="unseen"'
        table = (
            f'<table class="dense"><caption id="{name}"{hidden}>{shown}</caption>'
            f"<thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table>"
        )
        note = f'<p class="hint">{_text(block.note)}</p>' if block.note else ""
        return f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{name}">{table}</div>{note}'

    def _cells(self, block: Table, row: Sequence[Cell]) -> Iterator[str]:
        for place, (column, cell) in enumerate(zip(block.columns, row, strict=True)):
            named = [self._coloured(cell)] if cell.fill or cell.ink else []
            named += ["strong"] if cell.strong else []
            named += [f"l{min(8, cell.indent)}"] if cell.indent else []
            tag, scope = ("th", ' scope="row"') if place == 0 else ("td", "")
            yield f"<{tag}{scope}{_look(column.align, *named)}>{_text(cell.text)}</{tag}>"

    def _figure(self, block: Figure) -> str:
        self.figures += 1
        caption = f"<figcaption>{_text(block.caption)}</figcaption>" if block.caption else ""
        svg = block.svg.replace(f'"{FAMILY}"', f'"{FAMILY}, sans-serif"', 1)
        # As a picture of its own: the style of the page, dark or light, has no hold on it.
        source = base64.b64encode(svg.encode("utf-8")).decode("ascii")
        picture = f'<img src="data:image/svg+xml;base64,{source}" alt="{escape(clean(block.alt), quote=True)}">'
        return f"<figure>{caption}<div>{picture}</div></figure>"


def _look(align: str, *named: str) -> str:
    classes = [*(["n"] if align == "right" else []), *named]
    return f' class="{" ".join(classes)}"' if classes else ""
