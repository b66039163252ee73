"""All about one community, as a page without script and as Markdown: what is in it, what is not, what it never does."""

import base64
import dataclasses
import hashlib
import html.parser
import os
import re

import pytest
from browser import CHROMIUM, Browser, clean_page
from documents import NAMES, sample
from report_views import HOSTILE

from resilience_index.report import singles
from resilience_index.report.document.blocks import Beside, Figure, Heading, Table
from resilience_index.report.document.whole import WholePages
from resilience_index.report.words.translations import clean


def page_of(view, unit, language="both", ending="html"):
    ((_, content),) = singles.pages(view, [unit], [ending], language)
    return content.decode("utf-8")


def blocks_of(view, unit, language="zh"):
    for block in WholePages(view, language).page(unit).blocks:
        yield from (*block.left, *block.right) if isinstance(block, Beside) else (block,)


class Reader(html.parser.HTMLParser):
    """The text of a page, its tags and its sources."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.text, self.hidden = [], [], 0

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.hidden = tag in ("style", "script")

    def handle_endtag(self, tag):
        self.hidden = False

    def handle_data(self, data):
        if not self.hidden:
            self.text.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("place", [0, 30, 59])
def test_every_figure_of_the_community_is_there(place, language):
    view = sample()
    unit = view.periods[0].units[place]
    lines, profile = view.leaves.units[unit.community_id], view.diagnosis.community(unit.community_id)
    page, markdown = "".join(read(page_of(view, unit, language)).text), page_of(view, unit, language, "md")
    for text in (page, markdown.replace("\\", "")):
        for shown in (unit.name, unit.community_id, unit.score_text, unit.rank_text, unit.coverage_text, lines.file):
            assert shown in text
        for leaf, value, points in zip(view.leaves.leaves, lines.value_texts, lines.point_texts, strict=True):
            title = view.item(leaf).title[language]
            assert title in text
            assert value in text
            assert points in text
        for action in profile.actions:
            assert action.text[language].strip() in text
        for statement in profile.statements:
            assert statement.source[language] in text
        for step in view.methods:
            assert step.title[language] in text


def test_the_trace_has_a_row_for_every_leaf_and_the_strips_a_mark_for_every_community():
    view = sample()
    unit = view.periods[0].units[4]
    tables = [block for block in blocks_of(view, unit) if isinstance(block, Table)]
    assert max(len(table.rows) for table in tables) == len(view.leaves.leaves)
    strips = next(
        block for block in blocks_of(view, unit) if isinstance(block, Figure) and "在全部社区" in block.caption
    )
    scored = sum(other.score is not None for other in view.periods[0].units)
    rows = 1 + len(view.dimensions)
    marks = re.findall(r"M[\d.]+ [\d.]+v(24|32)(?=[M\"])", strips.svg)
    assert len(marks) == rows * (scored - 1)


def test_others_are_named_only_where_a_comparison_needs_them():
    view = sample()
    for unit in (view.periods[0].units[0], view.periods[0].units[40]):
        near = {name for _, name, *_ in view.diagnosis.community(unit.community_id).neighbours}
        text = "".join(read(page_of(view, unit)).text) + page_of(view, unit, "zh", "md")
        names = {other.name for other in view.periods[0].units} - near - {unit.name}
        assert not [name for name in names if name in text]
        ids = {other.community_id for other in view.periods[0].units} - {unit.community_id}
        assert not [name for name in ids if name in text]


@pytest.mark.parametrize(("language", "name", "count"), [
    ("zh", "其他社区", "社区数"), ("en", "other communities", "Communities"),
])  # fmt: skip
def test_the_marks_of_others_are_called_so(language, name, count):
    view = sample()
    drawn = "".join(
        block.svg for block in blocks_of(view, view.periods[0].units[0], language) if isinstance(block, Figure)
    )
    assert f">{name}</text>" in drawn
    assert f">{count}</text>" not in drawn


def test_what_a_run_without_diagnosis_or_score_has():
    view = sample()
    unit = view.periods[0].units[0]
    plain = dataclasses.replace(view, diagnosis=None)
    assert [block.text for block in blocks_of(plain, unit) if isinstance(block, Heading) and block.level == 1]
    assert unit.score_text in page_of(plain, unit)
    bare = dataclasses.replace(
        unit, score=None, score_text="—", rank=None, rank_text="—", grade=None, nodes={}, node_texts={}
    )
    period = dataclasses.replace(view.periods[0], units=[bare])
    alone = dataclasses.replace(view, periods=[period], leaves=None, has_periods=False)
    for ending in ("html", "md"):
        assert unit.name in page_of(alone, bare, "zh", ending)


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_the_page_runs_nothing_and_loads_nothing(language):
    page = page_of(sample(), sample().periods[0].units[0], language)
    tags = read(page).tags
    policy = next(attrs["content"] for tag, attrs in tags if tag == "meta" and "http-equiv" in attrs)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    scripts = [tag for tag, _ in tags if tag == "script"]
    assert len(scripts) == (language == "both")
    assert not [name for _, attrs in tags for name in attrs if name.startswith("on") or name == "style"]
    assert all(
        attrs["src"].startswith("data:image/svg+xml;base64,") and attrs["alt"] for tag, attrs in tags if tag == "img"
    )
    assert not re.findall(r'(?:src|href)="(?!data:|#)', page)


def test_hostile_names_are_shown_and_do_nothing():
    view = sample()
    harmless = [tag for tag, _ in read(page_of(view, view.periods[0].units[0])).tags]
    for name in (*NAMES, *HOSTILE):
        unit = dataclasses.replace(view.periods[0].units[0], name=name)
        period = dataclasses.replace(view.periods[0], units=[unit, *view.periods[0].units[1:]])
        changed = dataclasses.replace(view, periods=[period, *view.periods[1:]])
        reader = read(page_of(changed, unit))
        extra = name.strip().count("\n") if name.strip() else 0
        assert len(reader.tags) - len(harmless) <= 4 * (extra + 1)
        assert {tag for tag, _ in reader.tags} <= {*harmless}
        for line in name.split("\n"):
            assert clean(line) in "".join(reader.text) or not name.strip()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium browser here")
def test_the_page_in_a_browser(tmp_path, browser: Browser):
    path = tmp_path / "one.html"
    path.write_text(page_of(sample(), sample().periods[0].units[0]), encoding="utf-8")
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            browser.media(scheme)
            browser.open(path, width=width, ready="document.querySelector('.paper')")
            for language, mine, other in (("zh", "评估结果", "Results"), ("en", "Results", "评估结果")):
                browser.run(f"document.getElementById('lang-{language}').click()")
                shown = browser.run("document.querySelector('.page').innerText")
                assert mine in shown
                assert other not in shown
            inner, wide = browser.run("[innerWidth, document.documentElement.scrollWidth]")
            assert wide <= inner
            assert browser.run("[...document.images].every((image) => image.complete && image.naturalWidth > 100)")
            clean_page(browser)
    browser.media()
