"""Markdown: whatever a text holds, it is shown as it is and nothing of it acts; the document has its chapters."""

import dataclasses

import pytest
from documents import NAMES, sample, tables
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from report_views import HOSTILE

from resilience_index.report.document import city, markdown
from resilience_index.report.document.blocks import (
    Bullets,
    Cell,
    Column,
    Document,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Scorecard,
    Signature,
    Table,
)
from resilience_index.report.words.translations import clean

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
LIKELY = st.text("*_`[]()<>|\\!#+-=.:~&$1a中 \n\t\"'/@w", max_size=12)
PLAIN = {"text", "softbreak", "hardbreak", "strong_open", "strong_close"}


def shown(text):
    return " ".join(clean(text).split())


def inline(tokens):
    return [part for token in tokens if token.type == "inline" for part in token.children]


def words_of(tokens):
    return ["".join(part.content for part in token.children) for token in tokens if token.type == "inline"]


def document(*blocks, **more):
    given_ = {"title": "T", "subtitle": "S", "running": "", "page": "", "blocks": blocks, "table_word": "Table"} | more
    return Document(language="en", **given_)


@example("1. x")
@example("- x")
@example("===")
@example(":-")
@example("# x #")
@example("\\")
@example("a\n---")
@example("| a |\n| - |\n| b |")
@example("**a**")
@example("&lt;")
@example("<img src=x onerror=alert(1)>")
@example("https://x.test www.x.test a@b.c")
@given(LIKELY | st.text(max_size=20))
def test_a_text_stays_a_text(text):
    """In a heading, a paragraph, a list, a table, a quotation: one text, as it is; nothing else."""
    blocks = (
        Heading(f"h {text}", 1), Paragraph(f"{text} p".replace("\n", " ")), Bullets([(text, text)]),
        Facts([(text, text)]),
        Table([Column(text, 1), Column("c", 1)], [[Cell(text.replace("\n", " "), indent=1), Cell("d")]], text),
        Paragraph(f"w {text}".replace("\n", " "), "warning"), Scorecard([(text, Cell("1"))]),
        Signature([text], text, f"{text} n"),
    )  # fmt: skip
    tokens = PARSER.parse(markdown.render(document(*blocks)).decode("utf-8"))
    assert {part.type for part in inline(tokens)} <= PLAIN
    kinds = [token.type for token in tokens if token.nesting == 1 and token.level == 0]
    assert kinds.count("table_open") == 2
    assert kinds.count("heading_open") == 2
    assert not {"html_block", "fence", "code_block", "hr", "ordered_list_open"} & {token.type for token in tokens}
    found = words_of(tokens)
    text = shown(text)
    for wanted in (f"h {text}", f"{text} p", f"w {text}", f"{text} n"):
        assert wanted.strip() in found
    cells = [position for position, token in enumerate(tokens) if token.type in ("th_open", "td_open")]
    assert tokens[cells[0] + 1].children == [] or words_of(tokens[cells[0] : cells[0] + 2]) == [text]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_names_are_shown_and_do_nothing(language):
    view, names = sample(), [*NAMES, *HOSTILE]
    units = [
        dataclasses.replace(unit, name=names[place % len(names)]) for place, unit in enumerate(view.periods[0].units)
    ]
    view = dataclasses.replace(view, periods=[dataclasses.replace(view.periods[0], units=units), *view.periods[1:]])
    built = city.build(view, language)
    tokens = PARSER.parse(markdown.render(built).decode("utf-8"))
    assert {part.type for part in inline(tokens)} <= PLAIN
    assert not {"html_block", "fence", "code_block", "hr"} & {token.type for token in tokens}
    assert sum(token.type == "table_open" for token in tokens) == len(tables(built))
    found = set(words_of(tokens))
    assert {shown(name) for name in names if shown(name)} <= found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_chapters_captions_and_figures_are_those_of_the_document(language):
    built = city.build(sample(), language)
    tokens = PARSER.parse(markdown.render(built).decode("utf-8"))
    headings = [
        (int(token.tag[1:]) - 1, tokens[place + 1].children[0].content)
        for place, token in enumerate(tokens) if token.type == "heading_open"
    ]  # fmt: skip
    wanted = [(block.level, " ".join(block.text.split())) for block in built.blocks if isinstance(block, Heading)]
    assert headings == [(0, built.title), *wanted]
    words = words_of(tokens)
    for number, figure in enumerate((block for block in built.blocks if isinstance(block, Figure)), 1):
        assert f"{built.figure_word} {number} {figure.caption} {figure.alt}" in words
    captions = [table.caption for table in tables(built) if table.caption]
    for number, caption in enumerate(captions, 1):
        assert f"{built.table_word} {number} {caption}" in words
    assert len(captions) > 10
