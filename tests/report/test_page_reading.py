"""What readers of the page see and hear in a real browser: contrast, whole languages, room for long names, paper."""

import dataclasses
import os
import re
import shutil
import subprocess

import pytest
from browser import CHROMIUM, file_of, slide
from page_tools import sample_view
from report_views import make_view

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium browser here"),
]


@pytest.mark.parametrize("width", [1280, 390])
def test_long_names_stay_inside_the_window(browser, tmp_path, width):
    """Without a place to break, in the lists, the cards, the tables and the title."""
    view = make_view()
    long = [
        dataclasses.replace(
            unit, name=("long" * 60, "长" * 120)[place % 2], groups=dict.fromkeys(unit.groups, "wide" * 40)
        )
        for place, unit in enumerate(view.periods[0].units)
    ]  # fmt: skip
    found = dataclasses.replace(view, periods=(dataclasses.replace(view.periods[0], units=long), *view.periods[1:]))
    browser.open(file_of(found, tmp_path), width=width)
    for fragment in ("", f"#c/{long[20].community_id}"):
        browser.run(f"location.hash = '{fragment}'")
        browser.settle()
        assert browser.run("document.documentElement.scrollWidth") <= width


LIGHTNESS = """(() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const over = ([r, g, b, a = 1], ground) => [r, g, b].map((one, at) => one * a + ground[at] * (1 - a));
  const light = (colour) => colour.map(one => one / 255).map(one =>
    one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const chain = (one) => (one ? [...chain(one.parentElement), one] : []);
  const found = new Set();
  for (const one of document.querySelectorAll('body *:not(svg *)')) {
    const own = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!own || !one.checkVisibility() || one.closest('svg, script, style, .key')) { continue; }
    const grounds = chain(one).map(element => getComputedStyle(element));
    const ground = grounds.reduce((below, style) => over(parse(style.backgroundColor), below), [255, 255, 255]);
    const seen = grounds.reduce((part, style) => part * Number(style.opacity), 1);
    const ink = over([...over(parse(getComputedStyle(one).color), ground), seen], ground);
    const [low, high] = [light(ink), light(ground)].sort((left, right) => left - right);
    if ((high + 0.05) / (low + 0.05) < 4.5) { found.add(one.localName + '.' + one.className + ' ' + one.textContent); }
  }
  return [...found];
})()"""


def test_each_language_is_whole(browser, sample_page):
    """English without Chinese but for names, Chinese without English sentences: units, sections, formulas."""
    view = sample_view()
    units = view.periods[0].units
    names = {unit.name for unit in units} | {name for unit in units for name in unit.groups.values()}
    browser.open(sample_page)
    browser.run("document.getElementById('lang-en').click()")
    for fragment in ("", *(f"#c/{units[place].community_id}" for place in (0, 30, 59))):
        browser.run(f"location.hash = '{fragment}'")
        browser.settle()
        text = browser.run("[...document.querySelectorAll('.page header, .page section:not(#sources)')]"
                           ".filter(one => one.checkVisibility()).map(one => one.innerText).join('\\n')")  # fmt: skip
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "")
        assert re.findall(".*[\u4e00-\u9fff].*", text) == []
    browser.run("document.getElementById('lang-zh').click()")
    for fragment in ("results", *(f"c/{units[place].community_id}" for place in (0, 59))):
        browser.run(f"location.hash = '#{fragment}'")
        browser.settle()
        text = browser.run("document.querySelector('main').innerText")
        half_width = "[\u4e00-\u9fff）]: .*|[\u4e00-\u9fff] \\([\u4e00-\u9fff].*|[0-9] \\([\u4e00-\u9fff].*"
        assert re.findall(half_width, text) == []
    browser.run("location.hash = '#results'")
    browser.settle()
    formulas = browser.run("[...document.querySelectorAll('.formula')].map(one => one.innerText)")
    assert len(formulas) > 5
    assert [one for one in formulas if re.search("[A-Za-z]{3,} [A-Za-z]{2,}", one)] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(browser, sample_page, scheme):
    """A contrast of at least 4.5 (WCAG 2.1, 1.4.3), with what lies behind and how clear it is, trials too."""
    browser.media(scheme)
    browser.open(sample_page)
    for fragment in ("", f"#c/{sample_view().periods[0].units[0].community_id}", "#results"):
        browser.run(f"location.hash = '{fragment}'")
        browser.settle()
        if fragment == "#results":
            slide(browser, [0.1, 0.6, 0.2, 0.1])
        assert browser.run(LIGHTNESS) == []
    browser.media()


def test_short_words_in_tables_stay_on_one_line(browser, sample_page):
    browser.open(sample_page)
    for fragment in ("", f"#c/{sample_view().periods[0].units[3].community_id}"):
        browser.run(f"location.hash = '{fragment}'")
        browser.settle()
        broken = browser.run("""[...document.querySelectorAll('tbody td')].filter(cell => {
          const text = cell.textContent.trim();
          if (!text || text.length > 5 || cell.children.length || !cell.checkVisibility()) { return false; }
          const range = document.createRange();
          range.selectNodeContents(cell);
          return new Set([...range.getClientRects()].map(one => Math.round(one.top))).size > 1;
        }).map(cell => cell.textContent)""")
        assert broken == []


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no Poppler here")
def test_every_printed_page_of_the_ranking_has_its_headings(browser, sample_page, tmp_path):
    browser.open(sample_page)
    (tmp_path / "page.pdf").write_bytes(browser.pdf())
    made = subprocess.run(["pdftotext", "-layout", "page.pdf", "-"], cwd=tmp_path, capture_output=True, check=True)
    pages = made.stdout.decode().split("\f")
    ids = [unit.community_id for unit in sample_view().periods[0].units]
    found = [page for page in pages if sum(one in page for one in ids) > 8]
    assert len(found) > 2
    assert all("名次" in page and "覆盖率" in page for page in found)


def test_what_screen_readers_hear(browser, sample_page):
    browser.open(sample_page)
    ids = [unit.community_id for unit in sample_view().periods[0].units]
    for fragment in ("", f"#c/{ids[3]}"):
        browser.run(f"location.hash = '{fragment}'")
        browser.settle()
        faults = browser.run("""(() => {
          const found = [];
          const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
          if (new Set(ids).size !== ids.length) { found.push('ids twice'); }
          for (const one of document.querySelectorAll('#app *')) {
            for (const name of ['aria-labelledby', 'for', 'aria-describedby']) {
              if (one.hasAttribute(name) && !document.getElementById(one.getAttribute(name))) { found.push(name); }
            }
            if (one.localName === 'svg' && one.getAttribute('aria-hidden') !== 'true'
                && !(one.getAttribute('role') && one.getAttribute('aria-label'))) { found.push('svg'); }
            if (one.localName === 'table' && !one.caption) { found.push('caption'); }
            if (one.localName === 'th' && !one.scope) { found.push('scope'); }
            if (['button', 'a', 'input'].includes(one.localName) && !(one.textContent.trim() || one.labels?.length
                || one.getAttribute('aria-label'))) { found.push(one.outerHTML); }
            if (one.hasAttribute('style')) { found.push('style'); }
          }
          const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
            .filter(one => one.checkVisibility()).map(one => Number(one.localName[1]));
          levels.forEach((level, place) => {
            if (place && level > levels[place - 1] + 1) { found.push('level ' + place); }
          });
          return found;
        })()""")
        assert faults == []
