"""The page: every figure of the view, nothing that runs, nothing from outside, readable by all."""

import base64
import dataclasses
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import report_pages as pages
from report_pages import contrast
from report_views import HOSTILE

from resilience_index.report import html
from resilience_index.report.translations import LABELS, clean

TEMPLATES = Path(html.__file__).parent / "templates"


@pytest.fixture(scope="module")
def page(sample):
    return html.render(sample)


@pytest.fixture(scope="module")
def tree(page):
    return pages.read(page)


def test_every_figure_of_every_community_is_in_its_row(sample, tree):
    tables = tree.all("table", class_="ranking")
    assert len(tables) == len(sample.periods) == 3
    for period, table in zip(sample.periods, tables, strict=True):
        found = pages.rows(table, "zh")
        scored = [unit for unit in period.units if unit.score is not None]
        for unit, row in zip(scored, found[: len(scored)], strict=True):
            grade = unit.grade.id + (f"红线 ← {unit.grade_before.id}" if unit.capped_by else "")
            assert row == [
                unit.rank_text, unit.name + unit.community_id, unit.score_text, grade, *unit.groups.values(),
                unit.coverage_text, *(unit.node_texts[name] for name in sample.dimensions),
            ]  # fmt: skip
        lone = next(unit for unit in period.units if unit.score is None)
        assert found[len(scored)] == ["未得分社区"]
        assert found[len(scored) + 1] == [
            "—", lone.name + lone.community_id, lone.note["zh"], *lone.groups.values(), lone.coverage_text,
            *(lone.node_texts[name] for name in sample.dimensions),
        ]  # fmt: skip
        foot = " ".join(table.all("tfoot")[0].text("zh").split())
        assert foot.startswith("平均")
        assert period.mean_text in foot
        assert all(period.node_mean_texts[name] in foot for name in sample.dimensions)


def test_the_newest_period_stands_first_and_is_the_one_shown(sample, tree):
    labels = [label.text("zh").strip() for label in tree.all("label") if label.attributes["for"].startswith("p")]
    assert labels == ["期 2024", "期 2023", "期 2022"]
    checked = [box.attributes["id"] for box in tree.all("input", name="period") if "checked" in box.attributes]
    assert checked == ["p0"]


def test_counts_of_grades_and_reasons_of_caps(sample, tree):
    for period, panel in zip(sample.periods, tree.all("div", class_="period"), strict=True):
        legend = [" ".join(entry.text("en").split()) for entry in panel.all("ul", class_="legend")[0].all("li")]
        assert legend == [
            f"{grade.id} {grade.title['en']} ≥ {grade.minimum} {period.grade_counts[grade.id]}"
            for grade in sample.grades
        ]
        capped = next(unit for unit in period.units if unit.capped_by)
        told = " ".join(panel.all("ul", class_="capped")[0].text("en").split())
        assert capped.name in told
        assert f"{capped.grade_before.id} → {capped.grade.id}" in told
        assert capped.capped_by[0]["en"] in told


def test_weights_consistency_method_and_log_are_there(sample, tree):
    weights = pages.rows(tree.all("table", class_="tree")[0], "zh")
    for item, row in zip(sample.items, weights, strict=True):
        assert row[:3] == [item.title["zh"] + item.id, item.local_text, item.global_text]
        assert row[3:5] == [item.components.get(name, "") for name in sample.component_names]
    matrices = pages.rows(tree.all("table", class_="matrices")[0], "en")
    assert [row[1] for row in matrices] == ["group", "E01", "E02"]
    assert [row[7] for row in matrices] == [matrix.cr for matrix in sample.matrices]
    assert [row[8] for row in matrices] == ["✓ consistent", "✓ consistent", "✗ CR over the threshold"]
    text = tree.text("en")
    for step in sample.methods:
        assert step.formula in text
        assert step.source in text
    indicators = pages.rows(tree.all("table", class_="indicators")[0], "en")
    leaves = [item for item in sample.items if item.kind != "node"]
    assert [(row[1], row[3], row[5]) for row in indicators] == [
        (item.unit, item.goalposts, item.basis["en"]) for item in leaves
    ]
    marked = [mark.text("en") for mark in tree.all("table", class_="indicators")[0].all("span", class_="mark")]
    assert marked == [item.basis["en"] for item in leaves if "assumption" in item.basis["en"]]
    for setting in sample.settings:
        assert setting.value in text
        assert setting.origin["en"] in text
    for finding in sample.findings:
        assert finding.code in text
        assert finding.place in text
        assert finding.message["en"] in text
        assert finding.help["en"] in text
    for name, digest in sample.inputs:
        assert name in text
        assert digest in text
    assert sample.notes[0]["en"] in text
    assert sample.sources[0] in text


def test_synthetic_and_relative_are_said_only_where_true(sample, tree):
    notices = " ".join(notice.text("en") for notice in tree.all("p", class_="notice"))
    assert "Synthetic data" in notices
    assert "Relative scores" in notices
    assert "entropy" in notices
    plain = dataclasses.replace(sample, synthetic=False, relative=False, relative_methods=())
    assert not pages.read(html.render(plain)).all("p", class_="notice")


def test_the_same_view_gives_the_same_bytes(sample, page, view_of):
    assert html.render(sample) == page == html.render(view_of())


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_bytes_do_not_depend_on_the_process(page, seed):
    code = (
        "import sys; from report_views import make_view; from resilience_index.report import html; "
        "sys.stdout.buffer.write(html.render(make_view()))"
    )
    environment = os.environ | {"PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": "Asia/Shanghai"}
    folder = Path(__file__).parent
    environment["PYTHONPATH"] = os.pathsep.join([str(folder), str(folder.parents[1])])
    made = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert made.stdout == page


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_hostile_texts_are_text(hostile, view_of, language):
    page = html.render(hostile, language)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]", page.decode())
    tree = pages.read(page)
    harmless = pages.read(html.render(view_of(), language))
    assert [element.tag for element in tree.iter()] == [element.tag for element in harmless.iter()]
    shown = {bdi.text() for bdi in tree.all("bdi")}
    assert {clean(name) for name in HOSTILE} <= shown


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_the_policy_allows_the_own_style_and_script_and_nothing_else(hostile, language):
    tree = pages.read(html.render(hostile, language))
    policy = tree.all("meta", **{"http-equiv": "Content-Security-Policy"})[0].attributes["content"]
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    styles, scripts = tree.all("style"), tree.all("script")
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["style-src"] == f"'{hashed(styles[0].text())}'"
    assert len(styles) == 1
    if language == "both":
        assert rules["script-src"] == f"'{hashed(scripts[0].text())}'"
        assert len(scripts) == 1
    else:
        assert rules["script-src"] == "'none'"
        assert not scripts
    for element in tree.iter():
        names = element.attributes
        assert not [name for name in names if name.startswith("on") or name in ("style", "src", "srcset", "action")]
        href = names.get("href")
        assert href is None or href == "data:," or (element.tag == "a" and href.startswith("#"))
    assert not re.search(r"url\(|@import|https?:", styles[0].text())


def hashed(content):
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def test_both_languages_stand_side_by_side_and_one_alone_is_alone(sample, tree):
    chinese, english = html.render(sample, "zh").decode(), html.render(sample, "en").decode()
    assert "Mean score" in tree.text("en")
    assert "Mean score" not in tree.text("zh")
    assert "平均得分" in tree.text("zh")
    assert "平均得分" not in tree.text("en")
    for page, other in ((chinese, "en"), (english, "zh")):
        text = pages.read(page.encode()).text()
        texts = [label[other] for label in LABELS.values() if label["zh"] != label["en"] and len(label[other]) > 9]
        assert not [label for label in texts if label in text]
        assert 'name="language"' not in page
    assert '<html lang="en">' in english
    assert '<html lang="zh-Hans">' in chinese


def test_an_unknown_language_is_refused(sample):
    with pytest.raises(ValueError, match="zh, en, both"):
        html.render(sample, "fr")


def test_no_label_is_left_untranslated(page):
    assert b"[[" not in page
    assert b"{{" not in page
    assert b"{%" not in page


def test_tables_and_graphics_speak_to_screen_readers(tree):
    ids = [element.attributes["id"] for element in tree.iter() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in tree.iter():
        for name in ("aria-labelledby", "for"):
            assert name not in element.attributes or element.attributes[name] in ids
        if element.tag == "a":
            assert element.attributes["href"][1:] in ids
        if element.tag == "table":
            assert element.all("caption")
            assert element.all("caption")[0].text().strip()
        if element.tag == "th":
            assert element.attributes.get("scope") in ("col", "row", "rowgroup")
        if element.tag == "svg":
            assert element.attributes.get("aria-hidden") == "true" or element.attributes.get("aria-labelledby")
        if "scroll" in (element.attributes.get("class") or "").split():
            assert element.attributes["tabindex"] == "0"
            assert element.attributes["aria-labelledby"]
    assert [link.attributes["href"] for link in tree.all("a", class_="skip")] == ["#results"]
    assert len(tree.all("h1")) == len(tree.all("main")) == 1


@pytest.mark.parametrize("scheme", [0, 1])
def test_text_can_be_read_on_every_ground_in_light_and_dark(scheme):
    block = re.findall(r":root \{(.*?)\}", (TEMPLATES / "report.css").read_text(), re.DOTALL)[scheme]
    colour = dict(re.findall(r"--(\w+(?:-\w+)*): (#\w{6})", block))
    for ground in ("paper", "sheet", *(f"h{step}" for step in range(10))):
        assert contrast(colour["ink"], colour[ground]) >= 4.5
    for text in ("soft", "accent", "bad"):
        for ground in ("paper", "sheet"):
            assert contrast(colour[text], colour[ground]) >= 4.5
    assert contrast(colour["ink"], colour["notice"]) >= 4.5
    assert contrast(colour["paper"], colour["accent"]) >= 4.5


def test_sixty_communities_and_three_periods_stay_small(page):
    assert len(page) < 500_000


def test_without_periods_there_is_no_switch(view_of):
    tree = pages.read(html.render(view_of(labels=("",))))
    assert not tree.all("input", name="period")
    assert ".period { display: block; }" in tree.all("style")[0].text()
    assert not tree.all("h3", class_="when")


def test_without_grades_dimensions_or_scores_the_page_still_stands(sample):
    unit = next(unit for unit in sample.periods[0].units if unit.score is None)
    period = dataclasses.replace(
        sample.periods[0], units=(unit,), total=1, scored=0, grade_counts={}, mean=None, mean_text="—",
        node_means={}, node_mean_texts={},
    )  # fmt: skip
    bare = dataclasses.replace(
        sample, periods=(period,), grades=(), dimensions=(), matrices=(), findings=(), notes=(), group_names=()
    )
    tree = pages.read(html.render(bare))
    assert "No community has a score" in tree.text("en")
    assert "There are no findings" in tree.text("en")
    row = pages.rows(tree.all("table", class_="ranking")[0], "en")[-1]
    assert row == ["—", unit.name + unit.community_id, unit.note["en"], unit.coverage_text]


def test_scores_below_the_lowest_bound_are_counted(sample):
    period = dataclasses.replace(sample.periods[0], grade_counts=sample.periods[0].grade_counts | {"D": 0})
    tree = pages.read(html.render(dataclasses.replace(sample, periods=(period,))))
    last = " ".join(tree.all("ul", class_="legend")[0].all("li")[-1].text("en").split())
    assert last == f"— No grade below the lowest bound {sample.periods[0].grade_counts['D']}"


def test_what_a_page_leaves_out_is_said(sample, monkeypatch):
    monkeypatch.setattr(html, "LISTED_UNITS", 10)
    monkeypatch.setattr(html, "LISTED_FINDINGS", 1)
    tree = pages.read(html.render(sample))
    assert len(pages.rows(tree.all("table", class_="ranking")[0])) == 10 + 2
    notices = [notice.text("en") for notice in tree.all("p", class_="notice")]
    assert "49 rows are not listed here; scores.csv has all." in notices
    assert "1 more are in findings.json." in notices


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium browser here")


def browse(page, folder, *flags):
    """The page's DOM after loading, and what the browser logged."""
    file = folder / "report.html"
    file.write_bytes(page)
    command = [
        CHROMIUM or "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0",
        f"--user-data-dir={folder / 'profile'}", *flags, "--dump-dom", file.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


@needs_browser
@pytest.mark.browser
@pytest.mark.parametrize(
    ("accept", "lang"), [("zh-CN", "zh-Hans"), ("en-US", "en"), ("de-DE,en-GB", "en"), ("fr-FR", "zh-Hans")]
)
def test_a_browser_opens_it_in_the_readers_language_without_a_complaint(hostile, tmp_path, accept, lang):
    dom, console = browse(html.render(hostile), tmp_path, f"--accept-lang={accept}")
    assert console == []
    assert f'<html lang="{lang}">' in dom
    assert dom.count("<script>") == 1
    assert "<img" not in dom


@needs_browser
@pytest.mark.browser
def test_a_browser_would_complain_about_a_foreign_script(sample, tmp_path):
    page = html.render(sample).replace(b"</main>", b"<script>document.title='x'</script></main>")
    dom, console = browse(page, tmp_path)
    assert len(console) == 1
    assert "Content Security Policy" in console[0]
    assert "<title>x</title>" not in dom


@needs_browser
@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_cut_off_on_a_narrow_screen(hostile, tmp_path, monkeypatch, language):
    # A browser window is never narrower than 500 pixels: the page stands in a frame and tells its width.
    probe = (
        f"document.getElementById('lang-{language}').checked=true;"
        "parent.postMessage([innerWidth,document.documentElement.scrollWidth].join(' '),'*')"
    )
    original = html._text
    monkeypatch.setattr(html, "_text", lambda name: probe if name == "report.js" else original(name))
    (tmp_path / "page.html").write_bytes(html.render(hostile))
    frame = (
        b"<script>onmessage=function(told){document.title=told.data}</script>"
        b'<iframe src="page.html" width="390" height="800" frameborder="0"></iframe>'
    )
    dom, _ = browse(frame, tmp_path, "--virtual-time-budget=3000")
    inner, wide = map(int, re.search(r"<title>(\d+) (\d+)</title>", dom).groups())
    assert wide <= inner == 390
