"""The page as it stands in the file: a ranking without script, a policy that lets nothing in, inert texts."""

import base64
import dataclasses
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import report_pages as pages
from report_pages import contrast
from report_views import HOSTILE

from resilience_index.report.page import charts, html
from resilience_index.report.words.translations import LABELS, clean

TEMPLATES = Path(html.__file__).parents[1] / "templates"


@pytest.fixture(scope="module")
def page(sample):
    return html.render(sample)


@pytest.fixture(scope="module")
def tree(page):
    return pages.read(page)


def test_the_ranking_of_the_newest_period_needs_no_script(sample, tree):
    period = sample.periods[0]
    found = pages.rows(tree.all("table", class_="ranking")[0], "zh")
    assert len(tree.all("table", class_="ranking")) == 1
    for unit, row in zip(period.units, found, strict=True):
        grade = (unit.grade.id if unit.grade else "—") + (f"红线 ← {unit.grade_before.id}" if unit.capped_by else "")
        who = unit.name + unit.community_id + (unit.note["zh"] if unit.note else "")
        assert row == [unit.rank_text, who, unit.score_text, grade, unit.coverage_text]
    foot = " ".join(tree.all("tfoot")[0].text("zh").split())
    assert foot.startswith("平均")
    assert period.mean_text in foot
    assert period.label in tree.all("h3", class_="when")[0].text()
    assert "浏览器未运行本页脚本" in tree.text("zh")


def test_counts_of_grades_and_reasons_of_caps(sample, tree):
    period = sample.periods[0]
    legend = [" ".join(entry.text("en").split()) for entry in tree.all("ul", class_="legend")[0].all("li")]
    assert legend == [
        f"{grade.id} {grade.title['en']} ≥ {grade.minimum} {period.grade_counts[grade.id]}" for grade in sample.grades
    ]
    capped = next(unit for unit in period.units if unit.capped_by)
    told = " ".join(tree.all("ul", class_="capped")[0].text("en").split())
    assert capped.name in told
    assert f"{capped.grade_before.id} → {capped.grade.id}" in told
    assert capped.capped_by[0]["en"] in told


def test_method_and_log_are_there(sample, tree):
    text = tree.text("en")
    for step in sample.methods:
        assert step.formula in text
        assert step.source in text
    indicators = pages.rows(tree.all("table", class_="indicators")[0], "en")
    leaves = [item for item in sample.items if item.kind != "node"]
    assert [(row[1], row[3], row[5]) for row in indicators] == [
        (item.unit["en"], item.goalposts, item.basis["en"]) for item in leaves
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
    notices = " ".join(notice.text("en") for notice in pages.read(html.render(plain)).all("p", class_="notice"))
    assert "Synthetic" not in notices
    assert "Relative" not in notices


def test_the_same_view_gives_the_same_bytes(sample, page, view_of):
    assert html.render(sample) == page == html.render(view_of())


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_bytes_do_not_depend_on_the_process(page, seed):
    code = (
        "import sys; from report_views import make_view; from resilience_index.report.page import html; "
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
    marked = [name for name in HOSTILE if "<" in name]
    assert marked
    assert not [name for name in marked if name in page.decode()]


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_the_policy_allows_the_own_style_and_script_and_nothing_else(hostile, language):
    tree = pages.read(html.render(hostile, language))
    policy = tree.all("meta", **{"http-equiv": "Content-Security-Policy"})[0].attributes["content"]
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    styles, scripts = tree.all("style"), tree.all("script")
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["style-src"] == f"'{hashed(styles[0].text())}'"
    assert len(styles) == 1
    assert [script.attributes.get("type") for script in scripts] == ["text/plain", None]
    assert rules["script-src"] == f"'{hashed(scripts[1].text())}'"
    assert "unsafe" not in policy
    for element in tree.iter():
        names = element.attributes
        assert not [name for name in names if name.startswith("on") or name in ("style", "src", "srcset", "action")]
        href = names.get("href")
        assert href is None or href == "data:," or (element.tag == "a" and href.startswith("#"))
    assert not re.search(r"url\(|@import|https?:", styles[0].text())
    assert re.findall(r"https?://[^\"]*", scripts[1].text()) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(", scripts[1].text())


def hashed(content):
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def test_both_languages_stand_side_by_side_and_one_alone_is_alone(sample, tree):
    chinese, english = html.render(sample, "zh").decode(), html.render(sample, "en").decode()
    assert "Mean score" in tree.text("en")
    assert "Mean score" not in tree.text("zh")
    assert "平均得分" in tree.text("zh")
    assert "平均得分" not in tree.text("en")
    for page, other in ((chinese, "en"), (english, "zh")):
        text = pages.read(page.encode()).all("div", class_="page")[0].text()
        texts = [label[other] for label in LABELS.values() if label["zh"] != label["en"] and len(label[other]) > 9]
        assert not [label for label in texts if label in text]
        assert 'name="language"' not in page
    assert '<html lang="en">' in english
    assert '<html lang="zh-Hans">' in chinese


def test_an_unknown_language_is_refused(sample):
    with pytest.raises(ValueError, match="zh, en, both"):
        html.render(sample, "fr")


def test_no_label_is_left_untranslated(page):
    assert b"[[" not in page.split(b"<script", 1)[0]
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_every_ground_in_light_and_dark(scheme):
    colour = dict(re.findall(r"--(\w+(?:-\w+)*): (#\w{6})", (TEMPLATES / f"{scheme}.css").read_text()))
    for ground in ("paper", "sheet", "trial", *(f"h{step}" for step in range(10))):
        assert contrast(colour["ink"], colour[ground]) >= 4.5
    for text in ("soft", "accent", "bad", "rise", "fall"):
        for ground in ("paper", "sheet"):
            assert contrast(colour[text], colour[ground]) >= 4.5
    assert contrast(colour["ink"], colour["notice"]) >= 4.5
    assert contrast(colour["paper"], colour["accent"]) >= 4.5
    for mark in ("peer", "bar", "other"):  # graphics: WCAG 2.1, 1.4.11
        assert contrast(colour[mark], colour["sheet"]) >= 3


def test_shades_of_the_heat_map_go_one_way():
    for scheme, sign in (("light", -1), ("dark", 1)):
        colour = dict(re.findall(r"--(s\d): (#\w{6})", (TEMPLATES / f"{scheme}.css").read_text()))
        shades = [pages.luminance(colour[f"s{step}"]) for step in range(charts.HEAT_STEPS)]
        assert shades == sorted(shades, reverse=sign < 0)
        assert len(set(shades)) == charts.HEAT_STEPS


def test_sixty_communities_and_three_periods_stay_small(page):
    assert len(page) < 200_000


def test_without_periods_there_is_no_heading_of_one(view_of):
    tree = pages.read(html.render(view_of(labels=("",))))
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
    assert row == ["—", unit.name + unit.community_id + unit.note["en"], "—", unit.coverage_text]
    nothing = pages.read(html.render(dataclasses.replace(bare, periods=())))
    assert "No community has a score" in nothing.text("en")


def test_scores_below_the_lowest_bound_are_counted(sample):
    period = dataclasses.replace(sample.periods[0], grade_counts=sample.periods[0].grade_counts | {"D": 0})
    tree = pages.read(html.render(dataclasses.replace(sample, periods=(period,))))
    last = " ".join(tree.all("ul", class_="legend")[0].all("li")[-1].text("en").split())
    assert last == f"— No grade below the lowest bound {sample.periods[0].grade_counts['D']}"


def test_what_a_page_leaves_out_is_said(sample, monkeypatch):
    monkeypatch.setattr(html, "LISTED_UNITS", 10)
    monkeypatch.setattr(html, "LISTED_FINDINGS", 1)
    tree = pages.read(html.render(sample))
    assert len(pages.rows(tree.all("table", class_="ranking")[0])) == 10
    notices = [notice.text("en") for notice in tree.all("p", class_="notice")]
    assert "50 rows are not listed here; scores.csv has all." in notices
    assert "1 more are in findings.json." in notices
