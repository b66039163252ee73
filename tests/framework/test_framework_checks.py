"""What the keys of a file mean together: RI130 to RI148, each at its line and column."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from framework_files import ALPHA, BETA, check, found_in, framework_text, load_dictionary, load_text

from resilience_index.framework.loading import load_framework
from resilience_index.framework.models import RESERVED

DICTIONARY = "schema: resilience-index/dictionary/1\nindicators:\n"


def local(extra: str, *, name: str = "alpha", direction: str = "benefit") -> str:
    return f"- {{id: {name}, {_title(name)}, direction: {direction}, {extra}}}"


def node(name: str, *children: str, extra: str = "") -> str:
    """An inner node; ``extra`` is one further line."""
    lines = [f"- id: {name}", f"  {_title(name)}"]
    lines += [f"  {extra}"] if extra else []
    return "\n".join([*lines, "  children:", *(f"    {child}" for child in children)])


def _title(name: str) -> str:
    word = re.sub("⟨.*?⟩|[^a-zA-Z0-9]", "", name)
    return f"title: {{zh: 标题{word}, en: Title {word}}}"


# --- ids


def test_an_id_that_stands_twice_is_told_with_the_line_of_the_first(tmp_path: Path):
    [finding] = check(tmp_path, framework_text(ALPHA, "- {id: ⟨RI130⟩alpha, title: {zh: 乙, en: B}, direction: cost}"))
    assert finding.message("en") == "id 'alpha' is used twice in this file; the first is at line 9"
    assert "第 9 行" in finding.message("zh")


def test_ids_are_unique_over_nodes_leaves_and_the_dictionary(tmp_path: Path):
    text = framework_text(
        ALPHA,
        node("⟨RI130⟩alpha", "- reply_rate"),
        node("n", "- indicator: ⟨RI130⟩reply_rate"),
        node("⟨RI130⟩index", BETA),
    )
    check(tmp_path, text)


@pytest.mark.parametrize("name", RESERVED)
def test_names_of_the_output_columns_are_reserved(tmp_path: Path, name):
    [finding] = check(tmp_path, framework_text(local("scale: 1", name=f"⟨RI131⟩{name}")))
    assert name in finding.help("zh")


def test_nodes_flags_the_framework_and_the_dictionary_may_not_take_reserved_ids(tmp_path: Path):
    text = framework_text(node("⟨RI131⟩rank", ALPHA), top="flags: [{id: ⟨RI131⟩grade, node: alpha, op: '>', value: 1}]")
    check(tmp_path, text.replace("id: demo", "id: ⟨RI131⟩score"))
    check(tmp_path, DICTIONARY + "  ⟨RI131⟩period: {title: {zh: 期, en: P}, direction: context}\n", load_dictionary)


@pytest.mark.parametrize("name", ["Alpha", "1a", "_a", "a-b", "a b", "甲", "a.b", "a/b", '"a\\n"', '"a\\e[31m"'])
def test_ids_are_small_ascii_letters_digits_and_underscores(tmp_path: Path, name):
    check(tmp_path, framework_text(local("scale: 1", name=f"⟨RI132⟩{name}")))


def test_ids_of_the_dictionary_are_told_at_their_key(tmp_path: Path):
    text = DICTIONARY + "  ⟨RI132⟩Bad-Id: {title: {zh: 一, en: One}, direction: context}\n"
    check(tmp_path, text, load_dictionary)


# --- the dictionary


def test_an_unknown_indicator_is_told_with_the_closest_one_and_nothing_else(tmp_path: Path):
    text = framework_text(
        node("n", "- ⟨RI133⟩reply_rte", extra="weight: 1"),
        "- indicator: ⟨RI133⟩hazard_closure_rat\n  weight: 1",
        ALPHA.replace("[0, 10]", "[0, 10], weight: 1"),
        top="red_lines: [{indicator: reply_rte, op: '>', value: 1, cap: A, reason: {zh: 因, en: x}}]\n"
        "flags: [{id: f, node: reply_rate, op: '>', value: 1}, "
        "{id: elder_gap_pp, node: ⟨RI144⟩zzz, op: '>', value: 1}]\n"
        "risks: [{id: r, title: {zh: 险, en: R}, indicators: [hazard_closure_rate]}]\n"
        "grades: [{id: A, min: 0, title: {zh: 优, en: A}}]",
    )
    _, first, second = check(tmp_path, text)
    assert "did you mean 'reply_rate'?" in first.message("en")
    assert "是否为“hazard_closure_rate”" in second.message("zh")
    assert "dictionary.yaml" in first.help("en")


def test_a_dictionary_beside_the_framework_is_taken_before_the_shipped_one(tmp_path: Path):
    (tmp_path / "dictionary.yaml").write_text(
        DICTIONARY + "  mine: {title: {zh: 我的, en: Mine}, direction: benefit, goalposts: [0, 1]}\n",
        encoding="utf-8",
    )
    framework = load_text(tmp_path, framework_text("- mine"))
    assert framework.leaves[0].indicator.goalposts == (0.0, 1.0)
    assert framework.dictionary_file == str(tmp_path / "dictionary.yaml")
    assert set(framework.files) == {"file.yaml", "dictionary.yaml"}
    [finding] = check(tmp_path, framework_text("- ⟨RI133⟩reply_rate"))
    assert str(tmp_path / "dictionary.yaml") in finding.help("en")


def test_a_dictionary_may_be_named_and_is_read_again_after_an_edit(tmp_path: Path):
    other = tmp_path / "lists" / "other.yaml"
    other.parent.mkdir()
    entry = (
        "schema: resilience-index/dictionary/1\nindicators:\n  mine: {{title: {{zh: 我的, en: Mine}}, direction: {}}}\n"
    )
    text = framework_text("- mine", top="dictionary: lists/other.yaml")
    for direction in ("benefit", "cost", "benefit"):
        other.write_text(entry.format(direction), encoding="utf-8")
        assert load_text(tmp_path, text).leaves[0].indicator.direction == direction


def test_findings_of_the_dictionary_and_of_the_framework_come_together(tmp_path: Path):
    (tmp_path / "dictionary.yaml").write_text(
        DICTIONARY + "  mine: {title: {zh: 我的, en: Mine}, direction: cost, goalposts: [0, 1]}\n",
        encoding="utf-8",
    )
    path = tmp_path / "file.yaml"
    path.write_text(framework_text("- mine\n- other"), encoding="utf-8")
    found = found_in(lambda: load_framework(path))
    assert [(item.code, Path(item.location.file or "").name) for item in found] == [
        ("RI133", "file.yaml"), ("RI134", "dictionary.yaml"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["indicators: 5\n", "indicators: {}\nindicators: {}\n", "schema: x\n", ": :\n"])
def test_a_dictionary_of_no_use_is_told_with_what_is_wrong_with_the_framework(tmp_path: Path, text):
    (tmp_path / "dictionary.yaml").write_text(DICTIONARY.replace("indicators:\n", "") + text, encoding="utf-8")
    path = tmp_path / "file.yaml"
    path.write_text(framework_text("- mine", top="ranks: {ties: max}"), encoding="utf-8")
    found = {Path(item.location.file or "").name for item in found_in(lambda: load_framework(path))}
    assert found == {"file.yaml", "dictionary.yaml"}
    assert found_in(lambda: load_dictionary(tmp_path / "dictionary.yaml"))


# --- goalposts and ranges


@pytest.mark.parametrize(
    ("direction", "goalposts"), [("benefit", "[10, 0]"), ("cost", "[0, 10]"), ("cost", "[-1, -0.5]")]
)
def test_goalposts_against_the_direction_are_refused(tmp_path: Path, direction, goalposts):
    [finding] = check(tmp_path, framework_text(local(f"goalposts: ⟨RI134⟩{goalposts}", direction=direction)))
    assert f"goalposts {goalposts} of 'alpha'" in finding.message("en")
    assert direction in finding.message("zh")


def test_goalposts_of_a_leaf_of_the_dictionary_are_held_against_its_direction(tmp_path: Path):
    good = "- {indicator: response_min, normalize: {method: goalposts, goalposts: [240, 30]}}"
    check(tmp_path, framework_text(good))
    check(tmp_path, framework_text(good.replace("[240, 30]", "⟨RI134⟩[30, 240]")))


@pytest.mark.parametrize(
    ("direction", "goalposts"),
    [
        ("benefit", "[1, 1]"),
        ("cost", "[1, 1]"),
        ("benefit", "[0, 1, 2, 3]"),
        ("benefit", "[0, 1, 2]"),
        ("target", "[0, 10]"),
        ("target", "[0, 1, 2]"),
        ("target", "[3, 2, 1, 0]"),
        ("target", "[0, 0, 2, 3]"),
        ("target", "[0, 2, 1, 3]"),
        ("target", "[0, 1, 3, 3]"),
    ],
)
def test_goalposts_that_do_not_fit_the_direction_are_refused(tmp_path: Path, direction, goalposts):
    check(tmp_path, framework_text(local(f"goalposts: ⟨RI135⟩{goalposts}", direction=direction)))


@pytest.mark.parametrize("goalposts", ["[0, 1, 2, 3]", "[0, 1, 1, 3]", "[-3, -2, 5, 5.5]"])
def test_target_goalposts_rise_and_may_have_one_best_value(tmp_path: Path, goalposts):
    check(tmp_path, framework_text(local(f"goalposts: {goalposts}", direction="target")))


def test_a_leaf_scored_by_goalposts_needs_some(tmp_path: Path):
    check(tmp_path, framework_text(local("normalize: ⟨RI136⟩goalposts")))
    check(tmp_path, framework_text(local("normalize: ⟨RI136⟩{method: goalposts, clip: false}")))
    check(tmp_path, framework_text(local("normalize: {method: goalposts, goalposts: [0, 1]}")))
    check(tmp_path, framework_text(local("normalize: goalposts", name="c", direction="context"), ALPHA))


def test_goalposts_outside_the_range_are_a_warning_that_stays_with_the_framework(tmp_path: Path):
    text = framework_text(local("range: [0, 100], goalposts: ⟨RI137⟩[50, 101]"))
    [finding] = check(tmp_path, text)
    assert finding.severity == "warning"
    assert "[50, 101]" in finding.message("zh")
    assert "[0, 100]" in finding.message("zh")
    framework = load_text(tmp_path, text.replace("⟨RI137⟩", ""))
    assert framework.findings == (finding,)
    check(tmp_path, framework_text(local("range: [0, 100], goalposts: [0, 100]")))


@pytest.mark.parametrize("limits", ["[1, 1]", "[2, 1]"])
def test_a_range_is_low_and_high(tmp_path: Path, limits):
    check(tmp_path, framework_text(local(f"range: ⟨RI138⟩{limits}, goalposts: [0, 10]")))


@pytest.mark.parametrize("goalposts", ["[0, 10]", "[-1, 10]"])
def test_log_goalposts_are_above_0(tmp_path: Path, goalposts):
    text = framework_text(local(f"goalposts: {goalposts}, normalize: ⟨RI139⟩{{method: goalposts, transform: log}}"))
    check(tmp_path, text)
    check(tmp_path, framework_text(local("goalposts: [0.1, 10], normalize: {method: goalposts, transform: log}")))


# --- weights


def test_negative_weights_are_refused(tmp_path: Path):
    first, second = check(tmp_path, framework_text(local("weight: ⟨RI140⟩-1"), local("weight: ⟨RI140⟩-2/3", name="b")))
    assert "weight -1 of 'alpha'" in first.message("en")
    assert "-2/3" in second.message("zh")


def test_weights_are_numbers_or_fractions(tmp_path: Path):
    texts = {"1": 1.0, "2/3": Fraction(2, 3), "' 2 / 3 '": Fraction(2, 3), "1e-3": 0.001, "0.25": 0.25, "'0.25'": 0.25}
    leaves = [local(f"weight: {text}", name=f"leaf{number}") for number, text in enumerate(texts)]
    assert [leaf.weight for leaf in load_text(tmp_path, framework_text(*leaves)).leaves] == list(texts.values())


@pytest.mark.parametrize("zero", ["0", "0/5", "0.0", "1e-400"])
def test_weights_that_are_all_0_are_refused(tmp_path: Path, zero):
    marked = framework_text(node("n", local(f"weight: {zero}"), local(f"weight: {zero}", name="b")))
    check(tmp_path, marked.replace("- id: n", "- ⟨RI141⟩id: n"))


def test_weights_of_some_siblings_only_are_refused_by_name(tmp_path: Path):
    children = [local("weight: 1"), local("scale: 1", name="b"), local("scale: 1", name="c")]
    [finding] = check(tmp_path, framework_text(*children).replace("  id: index", "  ⟨RI142⟩id: index"))
    assert "without: b, c" in finding.message("en")
    assert "b、c" in finding.message("zh")


def test_context_leaves_need_no_weight(tmp_path: Path):
    check(tmp_path, framework_text(local("weight: 1"), local("scale: 1", name="b", direction="context")))


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        ("⟨RI151⟩fill: mean", ["fill"]), ("⟨RI151⟩treat: iqr", ["treat"]), ("⟨RI151⟩against: true", ["against"]),
        ("invert: true, ⟨RI151⟩fill: {method: knn, k: 3}", ["fill", "invert"]),
    ],
)  # fmt: skip
def test_keys_that_a_context_leaf_cannot_use_are_told(tmp_path: Path, keys, names):
    [finding] = check(tmp_path, framework_text(ALPHA, local(keys, name="people", direction="context")))
    assert finding.params["names"] == names
    assert finding.severity == "warning"


def test_a_context_leaf_may_be_divided(tmp_path: Path):
    keys = "denominate: alpha, invert: false, against: false"
    assert check(tmp_path, framework_text(ALPHA, local(keys, direction="context", name="n"))) == []


def test_a_node_without_scored_children_is_refused(tmp_path: Path):
    text = framework_text(ALPHA, node("n", local("scale: 1", name="c", direction="context")))
    check(tmp_path, text.replace("- id: n", "- ⟨RI143⟩id: n"))


# --- names


@pytest.mark.parametrize(
    ("top", "near", "expected"),
    [
        (
            "red_lines: [{indicator: ⟨RI144⟩alpa, op: '>', value: 1, cap: A, reason: {zh: 因, en: x}}]",
            "alpha",
            "a leaf of the tree",
        ),
        ("red_lines: [{indicator: alpha, op: '>', value: 1, cap: ⟨RI144⟩a, reason: {zh: 因, en: x}}]", "A", "a grade"),
        (
            "red_lines: [{indicator: ⟨RI144⟩index, op: '>', value: 1, cap: A, reason: {zh: 因, en: x}}]",
            None,
            "a leaf of the tree",
        ),
        ("flags: [{id: f, node: ⟨RI144⟩indx, op: '>', value: 1}]", "index", "a node or leaf"),
        ("risks: [{id: r, title: {zh: 险, en: R}, indicators: [alpha, ⟨RI144⟩aplha]}]", "alpha", "a leaf of the tree"),
    ],
)
def test_a_name_in_the_head_of_the_file_stands_for_something(tmp_path: Path, top, near, expected):
    text = framework_text(ALPHA, top=top + "\ngrades: [{id: A, min: 0, title: {zh: 优, en: A}}]")
    [finding] = check(tmp_path, text)
    assert expected in finding.message("en")
    assert near is None or f"did you mean '{near}'?" in finding.message("en")


def test_paths_and_details_of_a_node_stand_for_something(tmp_path: Path):
    root = """\
    paths: [one, ⟨RI144⟩on]
    chain:
      path: ⟨RI144⟩two
      details:
        - {indicator: alpha, title: {zh: 细, en: D}}
        - {indicator: ⟨RI144⟩alpah, title: {zh: 细, en: D}}
    """
    findings = check(tmp_path, framework_text(ALPHA, top="recommendations: {one: {title: {zh: 路, en: P}}}", root=root))
    assert [finding.params["name"] for finding in findings] == ["on", "two", "alpah"]


def test_details_may_name_indicators_of_the_dictionary_that_are_not_in_the_tree(tmp_path: Path):
    root = "chain: {details: [{indicator: elder_gap_pp, title: {zh: 细, en: D}}]}"
    check(tmp_path, framework_text("- reply_rate", root=root))
    check(tmp_path, framework_text("- reply_rate", root=root.replace("elder_gap_pp", "⟨RI144⟩elder_gap")))


def test_flags_have_ids_of_their_own(tmp_path: Path):
    flag = "{{id: {}, node: alpha, op: '>', value: 1}}"
    ids = ["f", "⟨RI130⟩f", "⟨RI130⟩alpha", "⟨RI130⟩index", "⟨RI132⟩F"]
    check(tmp_path, framework_text(ALPHA, top=f"flags: [{', '.join(flag.format(name) for name in ids)}]"))


@pytest.mark.parametrize("bound", ["70", "70.0", "71"])
def test_grades_fall_and_stand_once(tmp_path: Path, bound):
    top = f"""\
    grades:
      - {{id: A, min: 70, title: {{zh: 优, en: A}}}}
      - {{id: ⟨RI130⟩A, min: ⟨RI145⟩{bound}, title: {{zh: 良, en: B}}}}
      - {{id: C, min: -1.5, title: {{zh: 中, en: C}}}}
    """
    check(tmp_path, framework_text(ALPHA, top=top))


def test_goalposts_of_a_node_stand_in_its_own_key(tmp_path: Path):
    check(tmp_path, framework_text(ALPHA, root="normalize: ⟨RI157⟩goalposts"))
    check(tmp_path, framework_text(ALPHA, root="show: {normalize: {method: goalposts, goalposts: ⟨RI157⟩[1, 1]}}"))
    check(tmp_path, framework_text(ALPHA, root="normalize: {method: goalposts, goalposts: ⟨RI157⟩[0, 9, 5, 10]}"))
    logged = "normalize: {method: goalposts, transform: log, goalposts: ⟨RI157⟩[0, 1]}"
    assert "above 0" in check(tmp_path, framework_text(ALPHA, root=logged))[0].help("en")
    for own in ("[0, 1]", "[80, 20]", "[0, 40, 60, 100]"):
        check(tmp_path, framework_text(ALPHA, root=f"normalize: {{method: goalposts, goalposts: {own}}}"))
    check(tmp_path, framework_text(ALPHA, top="defaults: {normalize: {method: goalposts, goalposts: ⟨RI146⟩[0, 1]}}"))
    for method in ("minmax", "percentile_rank", "zscore", "rank", "vector", "distance_to_best", "none"):
        check(tmp_path, framework_text(ALPHA, root=f"normalize: {method}\nshow: {{normalize: {method}}}"))


def test_bands_follow_the_direction_of_the_leaf(tmp_path: Path):
    bands = "normalize: {method: bands, bands: %s[{min: 80, points: %s}, {points: %s}]}"
    for direction, high, low in (("benefit", 1, 2), ("cost", 2, 1)):
        leaf = "- {id: a, title: {zh: 一, en: One}, direction: %s, %s}"
        [finding] = check(tmp_path, framework_text(leaf % (direction, bands % ("⟨RI156⟩", high, low))))
        assert finding.params["first"] == "x"
        assert finding.params["second"] == "80 ≤ x"
        check(tmp_path, framework_text(leaf % (direction, bands % ("", low, high))))
    anyhow = "- {id: a, title: {zh: 一, en: One}, direction: target, goalposts: [0, 1, 2, 3], %s}"
    check(tmp_path, framework_text(anyhow % (bands % ("", 1, 2))))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("title: {zh: 率, en: One}", "title: {zh: 率, en: Two}"),
        ("title: {zh: 一, en: Reply Rate}", "title: {zh: 二, en: 'reply  rate'}"),
        ("title: {zh: 一, en: One}, aliases: [率]", "title: {zh: 二, en: Two}, aliases: [率]"),
        ("title: {zh: 一, en: One}, aliases: [ＡＢＣ]", "title: {zh: 二, en: abc}"),
        ("title: {zh: 一, en: One}, aliases: [b]", "title: {zh: 二, en: Two}"),
        ("title: {zh: 办结率, en: One}", "title: {zh: 辦結率, en: Two}"),
        ("title: {zh: 办结率, en: One}", "title: {zh: 二, en: Two}, aliases: ['办\u200b结率']"),
    ],
)
def test_a_column_name_stands_for_one_leaf(tmp_path: Path, first, second):
    text = framework_text(f"- {{id: a, direction: cost, {first}}}", f"- ⟨RI147⟩{{id: b, direction: cost, {second}}}")
    [finding] = check(tmp_path, text)
    assert finding.params["first"] == "a"
    assert finding.params["second"] == "b"


def test_column_names_are_unique_over_the_dictionary(tmp_path: Path):
    text = """\
schema: resilience-index/dictionary/1
indicators:
  one: {title: {zh: 率, en: One}, direction: cost}
  ⟨RI147⟩two: {title: {zh: 率, en: Two}, direction: cost}
"""
    check(tmp_path, text, load_dictionary)


def test_a_leaf_may_have_one_name_in_several_forms(tmp_path: Path):
    check(tmp_path, framework_text("- {id: alpha, title: {zh: Alpha, en: ALPHA}, aliases: [alpha], direction: cost}"))


def test_a_node_cannot_ask_for_more_children_than_it_has(tmp_path: Path):
    missing = "missing: {policy: available, min_children: ⟨RI148⟩3}"
    context = local("scale: 1", name="c", direction="context")
    [finding] = check(tmp_path, framework_text(ALPHA, BETA, context, root=missing))
    assert "only 2 of its children are scored" in finding.message("en")
    check(tmp_path, framework_text(ALPHA, BETA, root="missing: {policy: available, min_children: 2}"))


def test_all_findings_of_a_file_come_in_one_run(tmp_path: Path):
    text = framework_text(
        local("goalposts: ⟨RI134⟩[1, 0], range: ⟨RI138⟩[3, 2], weight: ⟨RI140⟩-1"),
        local("goalposts: [0, 1], weight: 1", name="⟨RI132⟩B"),
        node("⟨RI131⟩period", "- ⟨RI133⟩nothing_of_the_kind", extra="weight: 1"),
        top="""\
        flags: [{id: f, node: ⟨RI144⟩nowhere, op: '>', value: 1}]
        defaults: {normalize: {method: goalposts, goalposts: ⟨RI146⟩[0, 1]}}
        """,
    )
    check(tmp_path, text)
