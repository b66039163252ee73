"""Framework, assessment and data that are each sound and do not fit each other: what is found, where, and when not."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience_index.findings import Finding
from resilience_index.framework import catalogue
from resilience_index.framework.loading import load_framework
from resilience_index.scoring import assess, crossfile
from resilience_index.scoring.validate import validate

HEAD = """\
schema: resilience-index/framework/1
id: mini
version: 1.0.0
title: {zh: 小框架, en: Mini framework}
"""
GRADES = """\
grades:
  - {id: A, min: 60, title: {zh: 优, en: Good}}
  - {id: B, min: 0, title: {zh: 中, en: Fair}}
"""
TREE = """\
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
    - id: people
      title: {zh: 人, en: People}
      children:
        - {id: visits, title: {zh: 访, en: Calls}, unit: "%", direction: benefit, range: [0, 100], goalposts: [60, 90]}
        - {id: minutes, title: {zh: 时长, en: Minutes}, unit: min, direction: cost, goalposts: [60, 10]}
    - {id: warmth, title: {zh: 室温, en: Warmth}, unit: °C, direction: target, goalposts: [10, 18, 24, 32]}
"""
DATA = """\
community_id,community,district,period,visits,minutes,warmth
001,东社区,甲区,2024,70,30,20
002,西社区,甲区,2024,80,20,26
003,南社区,乙区,2024,95,5,8
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def found(*files: str, framework: str | None = None) -> list[Finding]:
    return validate(files, framework).findings


def check(data: str = DATA, extra: str = GRADES, tree: str = TREE) -> list[Finding]:
    """Errors and warnings about a table under a framework."""
    findings = found(write("mini.yaml", HEAD + extra + tree), write("data.csv", data))
    return [finding for finding in findings if finding.severity != "info"]


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def one(findings: list[Finding], code: str) -> Finding:
    assert codes(findings) == [code], [finding.message() for finding in findings]
    for language in ("zh", "en"):
        assert "{" not in findings[0].message(language) + findings[0].help(language)
    return findings[0]


def column(name: str, *values: object) -> str:
    """The data with other values in one column; none: without the column."""
    lines = [line.split(",") for line in DATA.splitlines()]
    index = lines[0].index(name)
    for line, value in zip(lines[1:], values, strict=False):
        line[index] = str(value)
    if not values:
        lines = [[cell for position, cell in enumerate(line) if position != index] for line in lines]
    return "\n".join(map(",".join, lines)) + "\n"


def test_what_fits_together_has_no_findings(folder: Path):
    assert check() == []


# --- goalposts and values


@pytest.mark.parametrize(
    ("name", "values", "side", "score"),
    [
        ("visits", (10, 20, 30), "below", "0"),
        ("visits", (91, 92, 100), "above", "100"),
        ("minutes", (1, 2, 9.5), "below", "100"),
        ("minutes", (1800, 3600, 900), "above", "0"),
        ("warmth", (293, 299, 281), "above", "0"),
        ("warmth", (-3, 2, 9), "below", "0"),
    ],
)
def test_values_on_one_side_of_the_goalposts_are_told_with_what_follows(folder: Path, name, values, side, score):
    finding = one(check(column(name, *values)), "RI282")
    assert finding.location.text() == f'data.csv:column "{name}"'
    message = finding.message()
    assert f"all 3 values of '{name}' ({min(values)} to {max(values)}) lie {side}" in message
    assert f"every community gets {score};" in finding.help()
    assert f"所有社区都得 {score}；" in finding.help("zh")
    assert "mini.yaml:" in finding.help()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("visits", (10, 20, 60)),  # one at the worst goalpost
        ("visits", (90, 95, 100)),  # one at the best
        ("visits", (10, 20, 95)),  # on both sides
        ("warmth", (9, 40, 9)),
        ("visits", (10, 20, "")),  # too few to say
    ],
)
def test_values_at_the_goalposts_on_both_sides_or_few_are_no_finding(folder: Path, name, values):
    assert check(column(name, *values)) == []


def test_an_inverted_leaf_and_one_that_is_not_clipped_say_what_follows_for_them(folder: Path):
    for settings, said in (
        ("invert: true", "every community gets 100"),
        ("normalize: {method: goalposts, clip: false}", "every community is scored beyond the goalposts"),
        ("normalize: {method: goalposts, goalposts: [0, 1]}", "every community gets 100"),
    ):
        tree = TREE.replace("goalposts: [60, 90]}", f"goalposts: [60, 90], {settings}}}")
        values = (10, 20, 30)
        assert said in one(check(column("visits", *values), tree=tree), "RI282").help()


def test_a_long_column_is_looked_at_to_its_end(folder: Path):
    rows = [f"{number:05},社区,甲区,2024,10,30,20" for number in range(3000)]
    head = DATA.splitlines()[0]
    assert codes(check("\n".join([head, *rows]))) == ["RI282"]
    rows[-1] = rows[-1].replace(",10,", ",60,")
    assert check("\n".join([head, *rows])) == []


def test_scoring_tells_it_too(folder: Path):
    work = assess.job(write("mini.yaml", HEAD + TREE), write("data.csv", column("minutes", 1800, 3600, 900)))
    result = assess.assess(work)
    assert [finding.code for finding in result.findings if finding.severity == "warning"] == ["RI282"]


# --- leaves without data


def test_a_leaf_without_a_column_names_its_line_in_the_framework(folder: Path):
    finding = one(check(column("minutes")), "RI216")
    assert finding.location.text() == "data.csv:row 1"
    line = (HEAD + GRADES + TREE).splitlines().index(next(x for x in TREE.splitlines() if "minutes" in x)) + 1
    assert f"(the leaf stands at mini.yaml:{line}:11)" in finding.help()
    assert f"（指标位于 mini.yaml:{line}:11）" in finding.help("zh")


def test_a_leaf_that_nobody_reports(folder: Path):
    finding = one(check(column("minutes", "", "", "")), "RI415")
    assert finding.location.text() == 'data.csv:column "minutes"'


RED_LINE = "red_lines: [{indicator: minutes, op: '>', value: 50, cap: B, reason: {zh: 慢, en: slow}}]\n"


@pytest.mark.parametrize(("values", "cause"), [((), "no column"), (("", "", ""), "no community has a value")])
def test_a_red_line_without_data_points_at_the_framework(folder: Path, values, cause):
    findings = check(column("minutes", *values), GRADES + RED_LINE)
    assert codes(findings) == ["RI216" if not values else "RI415", "RI283"]
    finding = findings[1]
    assert cause in finding.message()
    assert finding.location.text() == "mini.yaml:8:25"
    assert finding.source == RED_LINE.rstrip()


@pytest.mark.parametrize(("node", "flagged"), [("minutes", True), ("people", False), ("index", False)])
def test_a_flag_without_data_points_at_the_framework(folder: Path, node, flagged):
    flags = f"flags: [{{id: low, node: {node}, op: '<', value: 50}}]\n"
    findings = check(column("minutes"), GRADES + flags)
    assert ("RI284" in codes(findings)) == flagged
    both = check(column("minutes").replace(",visits", ",others"), GRADES + flags)
    assert ("RI284" in codes(both)) == (node != "index")
    if flagged:
        assert next(finding for finding in findings if finding.code == "RI284").location.text() == "mini.yaml:8:25"


def test_a_column_of_faulty_cells_is_told_by_its_cells_alone(folder: Path):
    findings = check(column("minutes", "x", "y", "z"), GRADES + RED_LINE)
    assert codes(findings) == ["RI241"] * 3


def test_rows_that_are_all_refused_leave_nothing_to_compare(folder: Path):
    findings = check("community_id,visits,minutes\n" + "001,70\n" * 3, GRADES + RED_LINE)
    assert {"RI207", "RI216"} == set(codes(findings))


# --- bounds that no score reaches


@pytest.mark.parametrize(
    ("grades", "code", "place"),
    [
        ([("A", 120), ("B", 60), ("C", 0)], "RI285", "mini.yaml:6:18"),
        ([("A", 60), ("B", -5), ("C", -20)], "RI285", "mini.yaml:7:18"),
        ([("A", 0.8), ("B", 0.6), ("C", 0)], "RI286", "mini.yaml:6:18"),
        ([("A", 1), ("B", 0)], "RI286", "mini.yaml:6:18"),
        ([("A", 100), ("B", 60), ("C", -99)], None, ""),
        ([("A", 0)], None, ""),
    ],
)
def test_grade_bounds_outside_the_scale(folder: Path, grades, code, place):
    lines = [f"  - {{id: {name}, min: {low}, title: {{zh: 级, en: Grade}}}}\n" for name, low in grades]
    findings = check(extra="grades:\n" + "".join(lines))
    assert codes(findings) == ([code] if code else [])
    assert [finding.location.text() for finding in findings] == ([place] if code else [])


def test_the_scale_of_the_framework_counts(folder: Path):
    low = GRADES.replace("60", "0.6")
    assert check(extra="defaults: {scale: 1}\n" + low) == []
    assert codes(check(extra="defaults: {scale: 1}\n" + GRADES)) == ["RI285"]


def test_sums_and_raw_values_have_no_scale(folder: Path):
    high = GRADES.replace("60", "600")
    assert codes(check(extra=high)) == ["RI285"]
    for settings in ("{aggregate: sum}", "{normalize: none}", "{normalize: {method: goalposts, clip: false}}"):
        assert check(extra=f"defaults: {settings}\n" + high) == []


@pytest.mark.parametrize(
    ("normalize", "codes_of"),
    [
        ("vector", ["RI285"]), ("sum", ["RI285"]), ("max", ["RI285"]), ("distance_to_best", ["RI285"]),
        ("{method: distance_to_target, target: 9}", ["RI285"]), ("percentile_rank", ["RI285"]),
        ("{method: bands, bands: [{min: 1, points: 1}, {points: 0}]}", ["RI285"]),
        ("{method: bands, full: 5, bands: [{min: 1, points: 5}, {points: 0}]}", ["RI285"]),
        ("{method: goalposts, scale: 0.5}", ["RI285"]),
        ("{method: bands, bands: [{min: 1, points: 5}, {points: 0}]}", []), ("zscore", []), ("rank", []), ("borda", []),
        ("{method: distance_to_target, target: 9, clip: false}", []), ("{method: goalposts, scale: 10}", []),
        ("{method: minmax, to: [1, 100]}", []), ("{method: minmax, to: [0.1, 1]}", ["RI285"]),
    ],
)  # fmt: skip
def test_what_lies_between_0_and_1_has_a_scale(folder: Path, normalize: str, codes_of: list[str]):
    high = GRADES.replace("60", "600")
    tree = TREE.replace("direction: cost", "direction: benefit").replace("goalposts: [60, 10]", "goalposts: [10, 60]")
    tree = tree.replace("direction: target, goalposts: [10, 18, 24, 32]", "direction: benefit, goalposts: [0, 9]")
    Path("mini.yaml").write_text(f"{HEAD}defaults: {{normalize: {normalize}}}\n{high}{tree}", encoding="utf-8")
    assert codes(crossfile.plan_findings(assess.load_plan(assess.job("mini.yaml")))) == codes_of
    if "scale: 0.5" not in normalize and "goalposts" not in normalize:  # on a node, too
        on_node = tree.replace("  title: {zh: 指数", f"  normalize: {normalize}\n  title: {{zh: 指数")
        Path("mini.yaml").write_text(f"{HEAD}{high}{on_node}", encoding="utf-8")
        assert codes(crossfile.plan_findings(assess.load_plan(assess.job("mini.yaml")))) == codes_of


@pytest.mark.parametrize(
    ("op", "value", "outcome"),
    [
        (">=", 0, "true"), (">=", 101, "false"), (">", -1, "true"), (">", 100, "false"), ("<=", 100, "true"),
        ("<=", -1, "false"), ("<", 101, "true"), ("<", 0, "false"), ("==", 101, "false"), ("!=", -1, "true"),
        (">=", 0.5, None), (">=", 100, None), (">", 0, None), ("<=", 0, None), ("<", 100, None), ("==", 0, None),
        ("!=", 100, None),
    ],
)  # fmt: skip
def test_flags_and_red_lines_that_cannot_differ(folder: Path, op, value, outcome):
    flags = f"flags: [{{id: low, node: people, op: '{op}', value: {value}}}]\n"
    findings = check(extra=GRADES + flags)
    assert codes(findings) == ([] if outcome is None else ["RI287"])
    line = f"red_lines: [{{indicator: visits, op: '{op}', value: {value}, cap: B, reason: {{zh: 低, en: low}}}}]\n"
    lines = check(extra=GRADES + line)
    assert codes(lines) == ([] if outcome is None else ["RI288"])
    if outcome is not None:
        assert f" is {outcome} for every community" in findings[0].message()
        assert f" is {outcome} for every community: its range is [0, 100]" in lines[0].message()
        assert (findings[0].location.line, lines[0].location.line) == (8, 8)


# --- assessments


ASSESSMENT = "schema: resilience-index/assessment/1\nframework: mini.yaml\ndata: data.csv\n"


def assessed(text: str, **files: str) -> list[Finding]:
    write("mini.yaml", HEAD + GRADES + TREE)
    write("data.csv", DATA)
    for name, content in files.items():
        write(f"{name}.yaml", content)
    return [finding for finding in found(write("assessment.yaml", text)) if finding.severity != "info"]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        (ASSESSMENT.replace("mini.yaml", "mni.yaml"), "RI281", "assessment.yaml:2:12"),
        (ASSESSMENT.replace("mini.yaml", "teo"), "RI008", "assessment.yaml:2:12"),
        (ASSESSMENT.replace("data.csv", "dta.csv"), "RI281", "assessment.yaml:3:7"),
        (ASSESSMENT.replace("data.csv", "."), "RI003", "assessment.yaml:3:7"),
        (ASSESSMENT + "judgments: nobody.yaml\nweights: ahp\n", "RI281", "assessment.yaml:4:12"),
        (ASSESSMENT + "weights: ahp\n", "RI314", "assessment.yaml:4:1"),
        (ASSESSMENT + "period: '2025'\n", "RI413", "assessment.yaml:4:9"),
        (ASSESSMENT + "by: distrct\n", "RI412", "assessment.yaml:4:5"),
        (ASSESSMENT + "columns: {groups: [district, town]}\n", "RI212", "assessment.yaml:4:30"),
        (ASSESSMENT + "columns: {groups: [city]}\n", "RI212", "assessment.yaml:4:20"),
        (ASSESSMENT + "grades: [{id: A, min: 0.5, title: {zh: 优, en: A}}, {id: B, min: 0, title: {zh: 中, en: B}}]\n",
         "RI286", "assessment.yaml:4:23"),
    ],
)  # fmt: skip
def test_what_an_assessment_asks_for_and_does_not_get_is_told_at_its_line(folder: Path, text, code, place):
    finding = one(assessed(text), code)
    assert finding.location.text() == place
    assert finding.source is not None


def test_a_key_column_that_is_missing_is_told_where_it_is_declared(folder: Path):
    findings = assessed(ASSESSMENT + "columns: {period: year}\n")
    assert [(finding.code, finding.location.text()) for finding in findings] == [
        ("RI212", "assessment.yaml:4:19"), ("RI218", 'data.csv:row 1, column "period"'),
    ]  # fmt: skip


def test_every_file_that_is_missing_is_told_in_one_run(folder: Path):
    text = ASSESSMENT.replace("mini", "x").replace("data.csv", "y.csv") + "judgments: z.yaml\nweights: ahp\n"
    assert [finding.location.line for finding in assessed(text)] == [2, 3, 4]


def test_every_data_file_that_is_missing_is_told_at_its_place_in_the_list(folder: Path):
    findings = assessed(ASSESSMENT.replace("data.csv", "[data.csv, x.csv, y.csv]"))
    assert [(finding.code, finding.location.text()) for finding in findings] == [
        ("RI281", "assessment.yaml:3:18"), ("RI281", "assessment.yaml:3:25"),
    ]  # fmt: skip


def test_a_dictionary_that_a_framework_names_and_that_is_missing(folder: Path):
    findings = check(extra="dictionary: mine/dictionary.yaml\n" + GRADES)
    assert [(finding.code, finding.location.text()) for finding in findings] == [("RI281", "mini.yaml:5:13")]


def test_paths_of_an_assessment_start_at_its_folder(folder: Path):
    Path("town").mkdir()
    finding = one(found(write("town/assessment.yaml", ASSESSMENT.replace("mini.yaml", "toe"))), "RI281")
    assert finding.location.text() == "town/assessment.yaml:3:7"
    assert "town/data.csv" in finding.message()


def test_nodes_that_no_expert_compares_and_inconsistent_experts_are_told_where_ahp_is_asked_for(folder: Path):
    judgments = (
        "schema: resilience-index/judgments/1\nexperts: [{id: E1, comparisons: {people: {visits/minutes: 3}}}]\n"
    )
    asked = assessed(ASSESSMENT + "judgments: judged.yaml\nweights: ahp\n", judged=judgments)
    assert one(asked, "RI309").params["nodes"] == ["index"]
    assert assessed(ASSESSMENT + "judgments: judged.yaml\n", judged=judgments) == []


def test_faults_of_all_parts_in_one_run(folder: Path):
    """Keys that stand twice, a missing file, a period that is not there and a faulty cell."""
    write("other.csv", column("visits", 70, "x", 80))
    text = ASSESSMENT.replace("data.csv", "other.csv") + "period: '2030'\njudgments: z.yaml\nweights: ahp\n"
    assert {finding.code for finding in assessed(text)} == {"RI281", "RI413", "RI241"}
    twice = assessed(ASSESSMENT + "data: data.csv\nperod: x\n")
    assert {finding.code for finding in twice} == {"RI101", "RI112"}


def test_data_of_the_same_name_in_two_folders_are_told_apart(folder: Path):
    for name in ("a", "b"):
        Path(name).mkdir()
        # Communities of their own: together they are one table.
        write(f"{name}/data.csv", column("visits", 70, "x", 80).replace("\n", f"\n{name}").removesuffix(name))
    findings = found(write("mini.yaml", HEAD + TREE), "a/data.csv", "b/data.csv")
    places = [finding.location.text() for finding in findings if finding.severity == "error"]
    assert places == ['a/data.csv:row 3, column "visits"', 'b/data.csv:row 3, column "visits"']


def test_data_are_checked_against_every_framework_that_is_named(folder: Path):
    other = TREE.replace("warmth", "cold").replace("室温", "气温").replace("Warmth", "Cold")
    write("mini.yaml", HEAD + TREE)
    write("other.yaml", HEAD.replace("mini", "other") + other)
    findings = found("mini.yaml", "other.yaml", write("data.csv", DATA))
    assert "RI216" in codes(findings)
    assert {"RI218", "RI222"}.isdisjoint(codes(findings))  # a column that one of them knows


def test_data_beside_an_assessment_are_read_as_it_says(folder: Path):
    write("mini.yaml", HEAD + GRADES + TREE)
    write("data.csv", DATA)
    write("more.csv", DATA.replace("community_id", "code"))
    assessment = write("assessment.yaml", ASSESSMENT + "columns: {id: code}\n")
    findings = found(assessment, "more.csv")
    assert {(finding.code, finding.location.file) for finding in findings if finding.severity == "error"} == {
        ("RI212", "assessment.yaml")
    }


def test_a_misspelt_shipped_framework_is_no_table(folder: Path):
    report = validate(["teo"])
    assert report.exit_code == 2
    assert "did you mean 'toe'?" in report.findings[0].help()


@pytest.mark.parametrize("framework", catalogue.framework_paths())
def test_the_shipped_frameworks_and_the_sample_have_nothing_against_each_other(framework):
    sample = catalogue.shipped_folder("sample_data")
    files = [framework, str(sample / "communities.csv"), str(sample / "judgments.yaml")]
    findings = validate(files).findings
    assert [finding.message() for finding in findings if finding.severity != "info"] == []
    plan = assess.load_plan(assess.job(load_framework(framework)))
    assert crossfile.plan_findings(plan) == []
