"""The page in a real browser: what it draws, what it never does, what its sliders compute."""

import dataclasses
import os

import pytest
from browser import CHROMIUM, Browser, clean_page, file_of, rows, slide
from page_tools import many_view, sample_view, trial_view
from report_views import HOSTILE

from resilience_index.report.page import html
from resilience_index.report.view.map_shapes import MapView, Shape
from resilience_index.report.words.translations import clean

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium browser here"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_opens_in_every_dress(browser, sample_page, scheme, language, width):
    browser.media(scheme)
    browser.open(sample_page, width=width)
    browser.run(f"document.getElementById('lang-{language}').click()")
    ids = [unit.community_id for unit in sample_view().periods[0].units]
    for fragment in ("", f"#c/{ids[0]}", f"#c/{ids[-1]}", "#results"):
        browser.run(f"location.hash = '{fragment}'")
        browser.settle()
        inner, wide = browser.run("[innerWidth, document.documentElement.scrollWidth]")
        assert wide <= inner == width
        shown = browser.run("document.getElementById('app').innerText")
        titles = {"zh": ("权重试算", "计算过程"), "en": ("Try other weights", "Trace")}[language]
        assert (titles[1] if fragment.startswith("#c/") else titles[0]) in shown
        other = {"zh": "Mean score", "en": "平均得分"}[language]
        assert other not in browser.run("document.querySelector('.page').innerText")
        assert "undefined" not in shown
        assert "NaN" not in shown
    assert browser.run("getComputedStyle(document.body).backgroundColor") == {
        "light": "rgb(255, 255, 255)", "dark": "rgb(18, 24, 31)"
    }[scheme]  # fmt: skip
    clean_page(browser)
    browser.media()


def test_the_switch_of_colours_wins_over_the_system(browser, sample_page):
    browser.media("dark")
    browser.open(sample_page)
    ground = "getComputedStyle(document.body).backgroundColor"
    for scheme, colour in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(18, 24, 31)"), ("auto", "rgb(18, 24, 31)")):
        browser.run(f"document.querySelector('[data-scheme={scheme}]').click()")
        assert browser.run(ground) == colour
        assert browser.run(f"document.querySelector('[data-scheme={scheme}]').ariaPressed") == "true"
    browser.media("dark", "print")
    assert browser.run(ground) == "rgb(255, 255, 255)"
    browser.media()


def test_print_is_whole_and_without_tools(browser, sample_page):
    browser.open(sample_page)
    assert browser.pdf().startswith(b"%PDF")
    browser.media(kind="print")
    hidden = ".bar-of-tools, #schemes, nav, .pills, .pill, .trial"
    assert browser.run(f"[...document.querySelectorAll('{hidden}')].every(one => one.offsetParent === null)")
    browser.run("location.hash = document.querySelector('.ranking tbody a').getAttribute('href')")
    browser.settle()
    assert browser.run(
        "[...document.querySelectorAll('#method, #indicators, #weights')].every(one => !one.offsetHeight)"
    )
    browser.media()
    clean_page(browser)


@pytest.mark.parametrize(
    ("accept", "lang"), [("zh-CN", "zh-Hans"), ("en-US", "en"), ("de,en-GB", "en"), ("fr", "zh-Hans")]
)
def test_it_opens_in_the_readers_language(sample_page, tmp_path, accept, lang):
    own = Browser(tmp_path, accept)
    try:
        own.open(sample_page)
        assert own.run("document.documentElement.lang") == lang
        assert own.run("document.getElementById('app').lang") == lang[:2]
    finally:
        own.close()


def test_a_foreign_script_is_refused_and_told(browser, sample_page, tmp_path):
    path = tmp_path / "report.html"
    page = sample_page.read_bytes()
    path.write_bytes(page.replace(b"</main>", b"<script>document.title='x'</script><p style='color:red'></p></main>"))
    browser.open(path)
    assert len(browser.console) == 2
    assert all("Content Security Policy" in line for line in browser.console)
    assert browser.run("document.title") != "x"


def test_hostile_names_stay_names(browser, hostile, tmp_path):
    shapes = [Shape(unit.community_id, "M0 0l9 0l0 9z", 4, 4, 50) for unit in hostile.periods[0].units]
    browser.open(file_of(dataclasses.replace(hostile, map=MapView(9, 9, shapes)), tmp_path))
    elements = "document.querySelectorAll('img, #app script, iframe, object, form, [onerror]').length"
    assert browser.run(elements) == 0
    assert browser.run("document.querySelectorAll('script').length") == 2
    names = {row["name"] for row in rows(browser)}
    assert {" ".join(clean(name).split()) for name in HOSTILE} <= {" ".join(name.split()) for name in names}
    browser.run("document.getElementById('search').value = '<script>'")
    browser.run("document.getElementById('search').dispatchEvent(new Event('input'))")
    assert [row["name"] for row in rows(browser)] == ["<script>alert(1)</script>"]
    for unit in hostile.periods[0].units[:14]:
        browser.run(f"location.hash = '#c/{unit.community_id}'")
        browser.settle()
        title = browser.run("document.querySelector('#community-title bdi').textContent")
        assert title == clean(unit.name)
        assert browser.run(elements) == 0
    clean_page(browser)


def test_the_ranking_is_that_of_the_view_in_every_period(browser, sample_page):
    view = sample_view()
    browser.open(sample_page)
    browser.run("document.getElementById('lang-en').click()")
    for place, period in enumerate(view.periods):
        browser.run(f"document.querySelectorAll('#app .pills button')[{place}].click()")
        for unit, row in zip(period.units, rows(browser), strict=True):
            assert (row["name"], row["rank"], row["score"]) == (unit.name, unit.rank_text, unit.score_text)
            assert row["grade"] == (unit.grade.id if unit.grade else "—")
            assert row["coverage"] == unit.coverage_text


def test_search_and_sort(browser, sample_page):
    browser.open(sample_page)
    browser.run("document.querySelector('[data-column=name] button').click()")
    assert browser.run("document.querySelector('[data-column=name]').ariaSort") == "ascending"
    names = [row["name"] for row in rows(browser)]
    assert names == browser.run(f"{names!r}.sort(new Intl.Collator('zh-Hans', {{ numeric: true }}).compare)")
    browser.run("document.querySelector('[data-column=score] button').click()")
    scores = [float(row["score"]) for row in rows(browser)]
    assert scores == sorted(scores, reverse=True)
    assert browser.run("document.querySelector('[data-column=score]').ariaSort") == "descending"
    browser.run("document.querySelector('[data-column=score] button').click()")
    assert [float(row["score"]) for row in rows(browser)] == sorted(scores)
    assert browser.run("document.querySelectorAll('#app [aria-sort]').length") == 1
    unit = sample_view().periods[0].units[7]
    for query in (unit.community_id, unit.name, unit.community_id[-7:].upper()):
        browser.run(
            f"(() => {{ const one = document.getElementById('search'); one.value = '{query}';"
            "one.dispatchEvent(new Event('input')); })()"
        )
        assert unit.name in [row["name"] for row in rows(browser)]
    assert browser.run("document.querySelector('.bar-of-tools [role=status]').textContent").endswith("1 / 60")


def test_keys_are_enough(browser, sample_page):
    """Skip link, slider, sorting, a community's page and the way back, by the keyboard alone."""
    browser.open(sample_page)
    browser.key("Tab", 9)
    assert browser.run("document.activeElement.className") == "skip"
    assert browser.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.run("document.getElementById('w1').focus()")
    assert browser.run("document.getElementById('trial-mark').hidden")
    browser.key("ArrowRight", 39)
    browser.settle()
    assert not browser.run("document.getElementById('trial-mark').hidden")
    assert browser.run("document.activeElement.id") == "w1"
    told = browser.run("document.activeElement.ariaValueText")
    shown = browser.run("document.activeElement.nextElementSibling.textContent")
    view = sample_view()
    second = view.item(view.calculation.nodes[0].children[1])
    assert told == shown != f"{second.local_weight:.1%}"
    assert browser.run("document.activeElement.labels[0].textContent") == second.title["zh"]
    assert browser.run("document.querySelector('.distance').getAttribute('role')") == "status"
    browser.run("document.querySelector('.reset').focus()")
    browser.key("Enter", 13, "\r")
    assert browser.run("document.getElementById('trial-mark').hidden")
    browser.run("document.querySelector('[data-column=score] button').focus()")
    browser.key("Enter", 13, "\r")
    assert browser.run("document.activeElement.parentElement.dataset.column") == "score"
    assert browser.run("document.activeElement.parentElement.ariaSort") == "descending"
    browser.run("document.querySelector('#app .ranking tbody a').focus()")
    address = browser.run("document.activeElement.getAttribute('href')")
    browser.key("Enter", 13, "\r")
    browser.wait("document.body.dataset.view === 'community'")
    assert browser.run("document.activeElement.id") == "community-title"
    browser.run("document.querySelector('.steps-nav a').focus()")
    browser.key("Enter", 13, "\r")
    browser.wait("document.body.dataset.view === 'city'")
    assert browser.run("document.activeElement.getAttribute('href')") == address


ROOTS = {
    "arithmetic": "aggregate: arithmetic",
    "geometric": "aggregate: {method: geometric, zero: {floor: 0.01}}",
    "sum": "aggregate: sum\n  scale: 40",
    "rounded": "round: {digits: 0, mode: half_even}\n  scale: 10",
    "inverted": "invert: true",
    "harmonic": "aggregate: {method: harmonic, zero: {floor: 0.01}}",
    "power": "aggregate: {method: power, p: 2}",
    "power below 0": "aggregate: {method: power, p: -0.5, zero: {floor: 0.01}}",
    "coverage": "missing: {policy: available, min_children: 3}",
    "zero": "missing: {policy: zero}",
}


@pytest.mark.parametrize("root", ROOTS)
def test_sliders_give_what_the_kernel_gives(browser, tmp_path, root):
    """At the official weights the official ranking, at others that of a run with those weights; then the way back."""
    weights, others = (0.5, 0.3, 0.2), (0.15, 0.6, 0.25)
    by = "district" if root == "inverted" else None
    official = trial_view(tmp_path / "one", ROOTS[root], weights, against=root == "rounded", by=by)
    other = trial_view(tmp_path / "two", ROOTS[root], others, against=root == "rounded", by=by)
    browser.open(file_of(official, tmp_path))
    first = rows(browser)
    for wanted, view in ((weights, official), (others, other)):
        slide(browser, wanted)
        found = {row["name"]: (row["trialscore"], row["trialrank"], row["trialgrade"]) for row in rows(browser)}
        assert found == {
            unit.name: (unit.score_text, unit.rank_text, unit.grade.id if unit.grade else "—")
            for unit in view.periods[0].units
        }
        assert browser.run("document.getElementById('trial-mark').innerText").strip() == "⚠ 试算结果，非正式结果"
    moved = [
        (float(one.rank_text), float(two.rank_text))
        for one in official.periods[0].units
        for two in other.periods[0].units
        if one.community_id == two.community_id and one.score is not None and two.score is not None
    ]
    told = browser.run("[...document.querySelectorAll('.distance dd')].map(one => one.textContent)")
    assert told[1] == f"{sum(one != two for one, two in moved)} / {len(moved)}"
    assert float(told[2]) == pytest.approx(sum(abs(one - two) for one, two in moved) / len(moved), abs=0.0051)
    browser.run("document.querySelector('.reset').click()")
    assert rows(browser) == first
    assert browser.run("document.getElementById('trial-mark').hidden")
    clean_page(browser)


def test_the_sample_at_its_official_weights_is_the_official_ranking(browser, sample_page):
    view = sample_view()
    browser.open(sample_page)
    root = view.calculation.nodes[0]
    for place, period in enumerate(view.periods):
        browser.run(f"document.querySelectorAll('#app .pills button')[{place}].click()")
        slide(browser, [view.item(child).local_weight for child in root.children])
        for unit, row in zip(period.units, rows(browser), strict=True):
            assert (row["trialscore"], row["trialrank"]) == (unit.score_text, unit.rank_text)
            assert row["trialgrade"] == (unit.grade.id if unit.grade else "—")
        browser.run("document.querySelector('.reset').click()")


def test_a_trial_is_marked_wherever_the_page_goes(browser, sample_page):
    """Through languages, periods and pages of communities, until the official weights are back."""
    browser.open(sample_page)
    slide(browser, [0.1, 0.6, 0.2, 0.1])
    trial = [row["trialrank"] for row in rows(browser)]
    for step in (
        "document.getElementById('lang-en').click()",
        "document.getElementById('lang-zh').click()",
        "location.hash = document.querySelector('.ranking tbody a').getAttribute('href')",
        "location.hash = '#results'",
        "document.querySelectorAll('#app .pills button')[1].click()",
        "document.querySelectorAll('#app .pills button')[0].click()",
    ):
        browser.run(step)
        browser.settle()
        if browser.run("document.body.dataset.view") == "city":
            assert not browser.run("document.getElementById('trial-mark').hidden")
            assert browser.run("document.querySelector('.distance strong').textContent").startswith("⚠")
    assert [row["trialrank"] for row in rows(browser)] == trial
    assert browser.run("[0, 1, 2, 3].map(place => Number(document.getElementById('w' + place).value))") == [
        0.1, 0.6, 0.2, 0.1
    ]  # fmt: skip
    browser.run("document.querySelector('.reset').click()")
    assert browser.run("document.getElementById('trial-mark').hidden")
    assert "trialrank" not in rows(browser)[0]


def test_weights_and_consistency_are_those_of_the_view(browser, sample_page):
    view = sample_view()
    browser.open(sample_page)
    browser.run("document.getElementById('lang-en').click()")
    tables = browser.run("""[...document.querySelectorAll('#weights-app table')].map(one =>
      [...one.tBodies[0].rows].map(row => [...row.cells].map(cell => cell.textContent)))""")
    for item, row in zip(view.items, tables[0], strict=True):
        assert row[:3] == [item.title["en"] + item.id, item.local_text, item.global_text]
        assert row[3:5] == [item.components.get(name, "") for name in view.component_names]
    for matrix, row in zip(view.matrices, tables[1], strict=True):
        assert row[:8] == [
            matrix.parent_title["en"], matrix.expert or "group", str(matrix.size), matrix.lambda_max, matrix.ci,
            matrix.ri, matrix.ri_table, matrix.cr,
        ]  # fmt: skip
        assert row[8].startswith("✓ consistent" if matrix.consistent else "✗ CR over the threshold")
    for opinion, row in zip(view.opinions, tables[2], strict=True):
        assert row[:3] == [opinion.parent_title["en"], opinion.expert or "group", opinion.method]
        assert all(remark["en"] in row[4] for remark in opinion.remarks)


def test_all_weights_zero_leaves_no_score(browser, sample_page):
    browser.open(sample_page)
    slide(browser, [0.0, 0.0, 0.0, 0.0])
    assert {row["trialscore"] for row in rows(browser)} == {"—"}
    assert "权重全为 0" in browser.run("document.querySelector('.distance').textContent")


def test_a_root_without_a_live_form_says_so(browser, tmp_path):
    view = trial_view(tmp_path / "one", "normalize: {method: minmax}", (1, 1, 1))
    browser.open(file_of(view, tmp_path))
    assert browser.run("document.querySelectorAll('.trial input').length") == 0
    assert "不能在页面内重算" in browser.run("document.querySelector('.trial').textContent")


def test_a_community_shows_the_lines_of_its_leaves(browser, sample_page):
    view = sample_view()
    unit = view.periods[0].units[4]
    lines = view.leaves.units[unit.community_id]
    browser.open(sample_page, fragment=f"#c/{unit.community_id}")
    found = browser.run("""[...document.querySelectorAll('.trace tbody tr')].map(row =>
      [...row.cells].map(cell => cell.textContent.trim()))""")
    assert len(found) == len(view.leaves.leaves)
    for place, row in enumerate(found):
        assert row[0].endswith(view.leaves.leaves[place])
        if place not in lines.marks:
            assert row[1].split(" ")[0] == lines.raw[place]
        assert row[3] == lines.value_texts[place]
        assert row[5] == lines.point_texts[place]
        assert row[7] == str(lines.rows[place])
    title = browser.run("document.title")
    assert title.startswith(unit.name)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    return many_view(tmp_path_factory.mktemp("many"), 200)


def test_two_hundred_communities_are_less_than_half_a_megabyte(many):
    assert len(many.diagnosis.communities) == len(many.leaves.units) == 200
    assert len(html.render(many)) < 500_000


def test_a_thousand_communities_open_within_two_seconds(browser, many, tmp_path):
    """With the leaves and the diagnosis of each."""
    copies = [
        [dataclasses.replace(unit, community_id=f"{unit.community_id}-{copy}") for unit in many.periods[0].units]
        for copy in range(5)
    ]
    period = dataclasses.replace(many.periods[0], units=[unit for copy in copies for unit in copy], total=1000)
    lines = {f"{name}-{copy}": found for copy in range(5) for name, found in many.leaves.units.items()}
    profiles = [
        dataclasses.replace(profile, community_id=f"{profile.community_id}-{copy}")
        for copy in range(5)
        for profile in many.diagnosis.communities
    ]
    found = dataclasses.replace(
        many, periods=[period], leaves=dataclasses.replace(many.leaves, units=lines),
        diagnosis=dataclasses.replace(many.diagnosis, communities=profiles),
        calculation=dataclasses.replace(many.calculation, rows=[*many.calculation.rows] * 5),
    )  # fmt: skip
    path = file_of(found, tmp_path)
    browser.open(path)
    assert browser.work() < 2
    assert len(rows(browser)) == 1000
    slide(browser, [0.1, 0.2, 0.3, 0.4])
    assert len({row["trialrank"] for row in rows(browser)}) > 100
    clean_page(browser)
