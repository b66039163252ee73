"""What dividing, filling and treating refuse, and what they only tell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import resilience_index as ri
from resilience_index.methods import fill

Score = Callable[..., Any]

DIVIDED = """
defaults: {normalize: minmax}
tree: {children: [{id: a, denominate: {by: pop}}, {id: b}, {id: pop, direction: context}]}
"""
PLAIN = "defaults: {normalize: minmax}\ntree: {children: [{id: a}, {id: b}]}"


def columns(a: list[Any], b: list[Any] | None = None) -> str:
    """A table of one or two leaves."""
    return "id,a,b\n" + "\n".join(f"{n},{x},{(b or a)[n]}" for n, x in enumerate(a))


def test_dividing_by_nothing_or_less_is_refused_cell_by_cell(refused: Score) -> None:
    data = "id,a,b,pop\n1,1,1,5\n2,2,2,0\n3,3,3,-4\n4,,4,0\n"
    found = refused(DIVIDED, data, every=True)
    assert [finding.code for finding in found] == ["RI424", "RI424"]
    assert [(finding.location.row, finding.location.field) for finding in found] == [(3, "pop"), (4, "pop")]
    assert found[1].params == {"leaf": "a", "by": "pop", "value": "-4", "unit": "3"}


def test_validate_finds_them_too(framework_file: Any, data_file: Any) -> None:
    from resilience_index.scoring.validate import validate

    data = data_file("id,a,b,pop\n1,1,1,5\n2,2,2,0\n3,3,3,\n")
    found = validate([str(data)], framework=str(framework_file(DIVIDED))).findings
    places = [(item.code, item.location.row, item.location.field) for item in found if item.code[:4] == "RI42"]
    assert places == [("RI424", 3, "pop"), ("RI425", None, "pop")]


def test_accepted_errors_count_as_missing(framework_file: Any, data_file: Any) -> None:
    framework = ri.load_framework(framework_file(DIVIDED))
    path = data_file("id,a,b,pop\n1,1,1,5\n2,2,2,0\n3,3,3,4\n")
    from resilience_index.scoring import assess

    work = assess.job(framework, path, options=assess.Options(accept_errors=True))
    result = assess.assess(work)
    assert "RI424" in [finding.code for finding in result.findings]
    assert result.coverage.tolist() == [1.0, 0.5, 1.0]


def test_what_cannot_be_filled_is_told(score: Score) -> None:
    data = "id,district,a,b\n1,n,1,1\n2,n,2,3\n3,s,,2\n4,s,,5\n"
    found = score(PLAIN, data, fill="group_mean:by=district").finding("RI427")
    assert found.params == {"leaf": "a", "count": 2, "method": "group_mean(by=district)", "units": ["3", "4"]}
    assert found.location.field == "a"
    assert found.severity == "warning"


def test_many_units_are_counted_after_the_first(score: Score) -> None:
    found = score(PLAIN, columns([1, 2, *[""] * 7], list(range(9))), fill="mean").finding("RI426")
    assert found.params["count"] == 7
    assert found.params["units"] == ["2", "3", "4", "5", "6", "… (7)"]


def test_neighbours_have_a_limit(refused: Score, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fill, "MOST_ROWS", 4)
    found = refused(PLAIN, columns([1, 2, 3, 4, ""], [1, 2, 3, 4, 5]), every=True, fill="knn:k=2")
    assert [(item.code, item.params["leaf"], item.params["count"], item.params["limit"]) for item in found] == [
        ("RI431", "a", 5, 4),
        ("RI431", "b", 5, 4),
    ]


def test_the_limit_of_neighbours_is_the_stated_one() -> None:
    assert fill.MOST_ROWS == 20_000


@pytest.mark.parametrize("method", ["previous", "linear"])
def test_earlier_periods_are_needed(refused: Score, method: str) -> None:
    without = refused(PLAIN, columns([1, 2, 3]), every=True, fill=method)
    assert {(item.code, item.params["what"]["en"]) for item in without} == {("RI432", "no period column")}
    one = refused(PLAIN, "id,period,a,b\n1,2024,1,1\n2,2024,,2\n", every=True, fill=method)
    assert {(item.code, item.params["what"]["en"]) for item in one} == {("RI432", "one period only")}


def test_what_still_fails_the_test_is_told(score: Score) -> None:
    a = [*range(40), 10**5, 10**7]
    for otherwise, english in (
        ("keep", "the next step would change more than max_points values; it is kept as treated"),
        ("undo", "the treatment is undone"),
    ):
        found = score(PLAIN, columns(a, list(range(42))), treat=f"winsorize:max_points=1,otherwise={otherwise}")
        finding = found.finding("RI429")
        assert finding.params["leaf"] == "a"
        assert finding.params["what"]["en"] == english
        assert ("RI428" in found.codes) == (otherwise == "keep")
        assert finding.message("zh").startswith("“a”未通过 winsorize(max_points=1")


def test_what_stays_failing_after_every_step_is_kept(score: Score) -> None:
    """Two far groups: every step makes one of them larger, until the next would leave nothing to tell units apart."""
    found = score(PLAIN, columns([*[0] * 30, 1, 2], list(range(32))), treat="winsorize")
    finding = found.finding("RI429")
    assert finding.params["what"]["en"] == "the next step would make all units equal; it is kept as treated"
    assert found.result.prepared.values[0].max() == 1


def test_a_logarithm_that_does_not_help_is_kept_and_told(score: Score) -> None:
    found = score(PLAIN, columns([*[0] * 30, 1, 10**9], list(range(32))), treat="log:shift=one,mirror=false")
    assert found.finding("RI429").params["what"]["en"] == "it is kept as treated"


@pytest.mark.parametrize(
    ("treat", "a", "reason"),
    [
        ("iqr", [1, 2, 3], "fewer than 4 units have a value"),
        ("percentile", [1, *[0] * 20], "all units would become equal"),
    ],
)
def test_what_is_not_treated_is_told(score: Score, treat: str, a: list[int], reason: str) -> None:
    found = score(PLAIN, columns(a, list(range(len(a)))), treat=treat)
    told = [finding for finding in found.result.findings if finding.code == "RI430" and finding.params["leaf"] == "a"]
    assert [finding.params["reason"]["en"] for finding in told] == [reason]


def test_a_group_is_named_where_it_is_not_treated(score: Score) -> None:
    data = "id,district,a,b\n" + "\n".join(f"{n},{'n' if n else 's'},{n},{n}" for n in range(6))
    found = score(PLAIN, data, treat="iqr:within=district")
    told = [finding for finding in found.result.findings if finding.code == "RI430"]
    assert [finding.message("en") for finding in told] == [
        "'a' was not treated by iqr(within=district) (within 's'): fewer than 4 units have a value",
        "'b' was not treated by iqr(within=district) (within 's'): fewer than 4 units have a value",
    ]


def test_plain_logarithms_name_the_values_that_have_none(refused: Score) -> None:
    data = columns([3, 0, -1, 4, 900], [1, 2, 3, 4, 5])
    found = refused(PLAIN, data, every=True, treat="log:shift=zero,test=false")
    assert [(item.code, item.location.row, item.params["value"]) for item in found] == [
        ("RI402", 3, 0.0),
        ("RI402", 4, -1.0),
    ]


def test_logged_values_meet_no_goalposts(refused: Score) -> None:
    framework = "tree: {children: [{id: a, goalposts: [0, 10], treat: log}, {id: b, goalposts: [0, 10]}]}"
    found = refused(framework, columns([1, 2]))
    assert (found.code, found.params) == ("RI434", {"id": "a", "method": "goalposts"})
    again = refused(framework.replace("treat: log", "treat: {method: winsorize, otherwise: log}"), columns([1, 2]))
    assert again.code == "RI434"
    assert again.location.line is not None


def test_a_default_of_goalposts_is_not_for_quotients(refused: Score) -> None:
    framework = (
        DIVIDED.replace("{normalize: minmax}", "{}")
        .replace("{id: a, ", "{id: a, goalposts: [0, 5], ")
        .replace("{id: b}", "{id: b, goalposts: [0, 5]}")
    )
    found = refused(framework, "id,a,b,pop\n1,1,1,5\n")
    assert (found.code, found.params) == ("RI433", {"id": "a", "by": "pop"})


def test_unknown_groups_are_told_with_who_asks(refused: Score) -> None:
    for option in ({"fill": "group_mean:by=distrct"}, {"treat": "iqr:within=distrct"}):
        found = refused(PLAIN, "id,district,a,b\n1,n,1,1\n2,n,2,2\n", **option)
        assert found.code == "RI412"
        assert found.params["suggestion"]["en"] == "; did you mean 'district'?"
        assert found.params["what"] == "a"


def test_unknown_methods_are_named(score: Score) -> None:
    with pytest.raises(ValueError, match="did you mean 'winsorize'"):
        score(PLAIN, columns([1, 2]), treat="winsorise")
    with pytest.raises(ValueError, match="missing"):
        score(PLAIN, columns([1, 2]), fill="group_mean")


# --- keys of the framework


def faults(framework_file: Any, text: str) -> list[ri.Finding]:
    with pytest.raises(ri.InputError) as caught:
        ri.load_framework(framework_file(text))
    return [finding for finding in caught.value.findings if finding.severity == "error"]


@pytest.mark.parametrize(
    ("denominate", "code", "path"),
    [
        ("{by: a}", "RI149", "tree.children[0].denominate.by"),
        ("a", "RI149", "tree.children[0].denominate"),
        ("{by: popp}", "RI144", "tree.children[0].denominate.by"),
        ("{by: pop, factor: 0}", "RI123", "tree.children[0].denominate.factor"),
        ("{factor: 10}", "RI123", "tree.children[0].denominate"),
        ("{by: pop, times: 10}", "RI122", "tree.children[0].denominate.times"),
        ("{by: index}", "RI144", "tree.children[0].denominate.by"),
    ],
)
def test_faults_of_denominate(framework_file: Any, denominate: str, code: str, path: str) -> None:
    (found,) = faults(framework_file, DIVIDED.replace("{by: pop}", denominate))
    assert (found.code, found.location.path) == (code, path)
    assert found.location.line is not None


def test_goalposts_of_the_indicator_are_not_those_of_the_quotient(framework_file: Any) -> None:
    text = DIVIDED.replace("{id: a, ", "{id: a, goalposts: [0, 5], normalize: goalposts, ")
    (found,) = faults(framework_file, text)
    assert (found.code, found.params) == ("RI150", {"id": "a", "by": "pop"})


def test_goalposts_of_a_quotient_lie_where_they_like(score: Score) -> None:
    framework = DIVIDED.replace(
        "{id: a, ", "{id: a, range: [0, 100], normalize: {method: goalposts, goalposts: [0, 400]}, "
    ).replace("{by: pop}", "{by: pop, factor: 1000}")
    found = score(framework, "id,a,b,pop\n1,4,1,10\n2,1,2,10\n")
    assert found.passed("a") == [1.0, 0.25]


def test_an_id_alone_is_enough(score: Score) -> None:
    data = "id,a,b,pop\n1,4,1,8\n2,1,2,10\n"
    assert score(DIVIDED.replace("{by: pop}", "pop"), data).scores == score(DIVIDED, data).scores


def test_the_template_asks_for_what_is_divided_by(tmp_path: Path) -> None:
    from resilience_index.data.sheets.template import write_template

    (tmp_path / "dictionary.yaml").write_text(
        "schema: resilience-index/dictionary/1\nindicators:\n"
        "  cases: {title: {zh: 案件, en: Cases}, direction: cost}\n"
        "  residents: {title: {zh: 居民, en: Residents}, direction: context}\n",
        encoding="utf-8",
    )
    path = tmp_path / "f.yaml"
    path.write_text(
        "schema: resilience-index/framework/1\nid: small\nversion: 1.0.0\ntitle: {zh: 小, en: small}\n"
        "dictionary: dictionary.yaml\ntree:\n  id: index\n  title: {zh: 甲, en: index}\n  children:\n"
        "    - {indicator: cases, denominate: residents, normalize: minmax}\n",
        encoding="utf-8",
    )
    for name in ("t.csv", "t.xlsx"):
        found = write_template([ri.load_framework(path)], tmp_path / name, language="en")
        assert [column.indicator.id for column in found] == ["cases", "residents"]
    assert "Residents" in (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
