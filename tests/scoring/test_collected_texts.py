"""Collected surveys: every word of what is reported of them, and every rule of who counts, on answers written here.

Reading the workbooks is tested with the workbooks; here a survey is what reading one gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resilience_index.data.survey_read import BestWorstAnswers, Survey
from resilience_index.errors import UnreadableError, UsageError
from resilience_index.findings import Finding, Location
from resilience_index.framework.loading import load_framework
from resilience_index.framework.tree import Framework
from resilience_index.methods.weights import ahp
from resilience_index.scoring import surveying
from resilience_index.scoring.surveying import Collected, collect

TREE = """
tree:
  children:
    - {id: p, children: [{id: a}, {id: b}, {id: c}, {id: d}]}
    - {id: q, children: [{id: x}, {id: y}, {id: z}]}
"""
CHILDREN = {"index": ("p", "q"), "p": ("a", "b", "c", "d"), "q": ("x", "y", "z")}
Pairs = Mapping[str, Any]
Made = Callable[..., Survey]
Run = Callable[..., Collected]


@pytest.fixture
def framework(framework_file: Callable[[str], Path]) -> Framework:
    return load_framework(framework_file(TREE))


@pytest.fixture
def made(framework: Framework) -> Made:
    """A survey with its answers; ``more`` replaces what else it says."""

    def make(
        file: str, expert: str | None = None, pairs: Mapping[str, Pairs] | None = None, form: str = "comparisons",
        asked: tuple[str, ...] = ("q",), group: str | None = None, **more: Any,
    ) -> Survey:  # fmt: skip
        said: dict[str, Any] = {
            "file": file, "sha256": file.ljust(64, "0"), "framework": "small", "version": "1.0.0",
            "tree_sha256": framework.tree_sha256, "language": "zh", "form": form, "asked": asked, "tree": CHILDREN,
            "titles": CHILDREN, "expert": {} if expert is None else {"id": expert},
        }  # fmt: skip
        survey = Survey(**(said | more))
        survey.expert.update({} if group is None else {"group": group})
        for node, given in (pairs or {}).items():
            survey.comparisons[node] = {tuple(pair.split("/")): Fraction(value) for pair, value in given.items()}
            for row, pair in enumerate(given, start=5):
                survey.places[node, *pair.split("/")] = Location(f"{file}[{node}]", row=row, field="D")
        return survey

    return make


@pytest.fixture
def run(framework: Framework, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Collect surveys as if they had been read."""

    def collected(*surveys: Survey | Exception, **options: Any) -> Collected:
        names = {getattr(survey, "file", f"{place}.xlsx"): survey for place, survey in enumerate(surveys)}

        def read(name: str) -> Survey:
            found = names[name]
            if isinstance(found, Exception):
                raise found
            return found

        monkeypatch.setattr(surveying, "read_survey", read)
        return collect(list(names), framework.file, **options)

    return collected


def told(result: Collected) -> list[tuple[str, str, dict[str, Any]]]:
    return [(finding.code, finding.location.text(), dict(finding.params)) for finding in result.findings]


GOOD = {"x/y": 2, "x/z": 4, "y/z": 2}
FOUR = {"a/b": 2, "a/c": 4, "a/d": 8, "b/c": 2, "b/d": 4, "c/d": "1/9"}
"""8 : 4 : 2 : 1, but for c/d, which should be 2."""


def eigenvector(matrix: Any) -> tuple[float, Any]:
    values, vectors = np.linalg.eig(matrix)
    best = int(np.argmax(values.real))
    weights = np.abs(vectors[:, best].real)
    return float(values[best].real), weights / weights.sum()


def near(value: float) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


def test_everything_is_said_of_a_survey(run: Run, made: Made, framework: Framework) -> None:
    about = {"id": "李", "name": "Li", "unit": "Office", "role": "head", "group": "town"}
    survey = made("a.xlsx", pairs={"p": FOUR, "q": {"x/y": 3, "y/z": 1}}, asked=("index", "p", "q"))
    survey.expert.update(about)
    result = run(survey)
    matrix = np.array([[1, 2, 4, 8], [1 / 2, 1, 2, 4], [1 / 4, 1 / 2, 1, 1 / 9], [1 / 8, 1 / 4, 9, 1]])
    most, weights = eigenvector(matrix)
    cr = (most - 4) / 3 / 0.8815
    implied = float(weights[2] / weights[3])
    place = {"file": "a.xlsx[p]", "row": 10, "field": "D"}
    worst = {
        "first": "c", "second": "d", "value": 1 / 9, "implied": near(implied),
        "place": Location("a.xlsx[p]", row=10, field="D").to_dict(),
        "change": {"first": "c", "second": "d", "value": 1 / 9, "suggested": 2.0, "cr": near(0)},
    }  # fmt: skip
    assert {key: value for key, value in worst["place"].items() if value is not None} == place
    nodes = [
        {"node": "index", "answered": 0, "questions": 1, "missing": [], "usable": True, "cr": None,
         "consistent": True, "worst": None},
        {"node": "p", "answered": 6, "questions": 6, "missing": [], "usable": True, "cr": near(cr),
         "consistent": False, "worst": worst},
        {"node": "q", "answered": 2, "questions": 3, "missing": ["x/z"], "usable": True, "cr": near(0),
         "consistent": True, "worst": None},
    ]  # fmt: skip
    expert = {
        "file": "a.xlsx", "sha256": survey.sha256, "expert": "李", "name": "Li", "unit": "Office", "role": "head",
        "group": "town", "form": "comparisons", "answered": 8, "questions": 10, "nodes": nodes,
    }  # fmt: skip
    assert told(result) == [
        ("RI394", "a.xlsx[p]:row 10, column \"D\"", {
            "expert": "李", "node": "p", "cr": f"{cr:.4f}", "threshold": 0.1, "table": "alonso_lamata_2006",
            "pair": "c/d", "value": "1/9", "implied": f"1/{1 / implied:.2g}" if implied < 1 else f"{implied:.2g}",
        }),
        ("RI303", "a.xlsx", {"expert": "李", "node": "q", "pairs": ["x/z"]}),
        ("RI395", "a.xlsx", {"expert": "李", "nodes": ["index"]}),
    ]  # fmt: skip
    for language in ("zh", "en"):
        assert result.to_dict(language) == {
            "schema_version": 1, "framework": {"id": "small", "version": "1.0.0", "sha256": framework.tree_sha256},
            "threshold": 0.1, "ri_table": "alonso_lamata_2006", "experts": [expert],
            "findings": [finding.to_dict((language,)) for finding in result.findings],
        }  # fmt: skip
    assert (result.exit_code, result.experts[0].used) == (0, ["p", "q"])
    assert result.content is not None
    anonymous = run(survey, anonymous=True)
    assert anonymous.experts[0].about == {"group": "town"}
    assert {"name", "unit", "role"}.isdisjoint(anonymous.experts[0].to_dict())
    assert b"Li" not in (anonymous.content or b"")


def test_nothing_collected_is_said_too() -> None:
    assert Collected().to_dict("en") == {
        "schema_version": 1, "framework": None, "threshold": 0.1, "ri_table": ahp.DEFAULT_TABLE, "experts": [],
        "findings": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("pairs", "value", "implied"),
    [
        ({"x/y": 9, "x/z": "1/9", "y/z": 9}, "9", "1"),  # all are alike: 1 : 1 : 1
        ({"x/y": 1, "x/z": 8, "y/z": 1}, "1", "2"),  # ∛8 = 2 : 1 : 1/2
        ({"x/y": 1, "x/z": "1/27", "y/z": 1}, "1", "1/3"),
        ({"x/y": "1/4", "x/z": 2, "y/z": 1}, "1/4", "1/2"),  # ∛(1/2), ∛4: their ratio is 1/2
        ({"x/y": "5/2", "x/z": "5/54", "y/z": 1}, "5/2", "1/1.2"),  # ∛(25/108) to ∛(2/5), 0.833
    ],
)  # fmt: skip
def test_of_three_answers_the_first_is_told(pairs: Pairs, value: str, implied: str, run: Run, made: Made) -> None:
    # All three are off by the same factor, whatever rounding says.
    result = run(made("a.xlsx", "E1", {"q": pairs}))
    (found,) = told(result)
    assert (found[0], found[1]) == ("RI394", 'a.xlsx[q]:row 5, column "D"')
    assert (found[2]["pair"], found[2]["value"], found[2]["implied"]) == ("x/y", value, implied)


def test_a_cr_at_the_threshold_is_consistent(run: Run, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = made("a.xlsx", "E1", {"q": {"x/y": 2, "x/z": 3, "y/z": 4}})
    cr = run(survey).experts[0].nodes[0].cr
    assert cr is not None
    for threshold, codes in ((cr, []), (np.nextafter(cr, 0), ["RI394"]), (np.nextafter(cr, 1), [])):
        monkeypatch.setattr(surveying, "THRESHOLD", float(threshold))
        assert [finding.code for finding in run(survey).findings] == codes


def test_two_elements_have_no_consistency(run: Run, made: Made) -> None:
    result = run(made("a.xlsx", "E1", {"index": {"p/q": 9}}, asked=("index",)))
    assert [node.to_dict() for node in result.experts[0].nodes] == [
        {"node": "index", "answered": 1, "questions": 1, "missing": [], "usable": True, "cr": None,
         "consistent": True, "worst": None},
    ]  # fmt: skip
    assert told(result) == []


def test_comparisons_that_fall_apart(run: Run, made: Made) -> None:
    survey = made("a.xlsx", "E1", {"p": {"a/c": 2, "b/d": 3}, "q": GOOD}, asked=("p", "q"))
    reason = {
        "zh": "比较分成互不相连的 2 组：(a, c)、(b, d)",
        "en": "the comparisons fall apart into 2 groups: (a, c), (b, d)",
    }
    expected = [("RI396", "a.xlsx", {"expert": "E1", "node": "p", "reason": reason})]
    refused = run(survey)
    assert (told(refused), refused.exit_code, refused.content) == (expected, 1, None)
    accepted = run(survey, accept_errors=True)
    assert (told(accepted), accepted.exit_code, accepted.content is None) == (expected, 0, False)
    assert accepted.experts[0].nodes[0].to_dict() == {
        "node": "p", "answered": 2, "questions": 6, "missing": ["a/b", "a/d", "b/c", "c/d"], "usable": False,
        "cr": None, "consistent": True, "worst": None,
    }  # fmt: skip
    assert accepted.experts[0].used == ["q"]


def numbers(made: Made, form: str, *values: float | None, file: str = "a.xlsx") -> Survey:
    given = {name: value for name, value in zip(CHILDREN["q"], values, strict=True) if value is not None}
    return made(file, "E1", form=form, numbers={"q": given})


@pytest.mark.parametrize(
    ("values", "total"),
    [((50, 30, 20), None), ((50, 30, 20 + 5e-7), None), ((50, 30, 20 + 2e-6), 100 + 2e-6), ((50, 30, 21), 101.0),
     ((50, 30, 19), 99.0)],
)  # fmt: skip
def test_points_that_are_not_a_hundred(values: tuple[float, ...], total: float | None, run: Run, made: Made) -> None:
    result = run(numbers(made, "points", *values))
    expected = [] if total is None else [("RI397", "a.xlsx", {"expert": "E1", "node": "q", "total": near(total)})]
    assert (told(result), result.exit_code) == (expected, 0)
    assert [node.to_dict() for node in result.experts[0].nodes] == [
        {"node": "q", "answered": 3, "questions": 3, "missing": [], "usable": True, "cr": None, "consistent": True,
         "worst": None},
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["points", "ranks"])
def test_forms_that_need_every_answer(form: str, run: Run, made: Made) -> None:
    result = run(numbers(made, form, None, 1, None))
    reason = {"zh": "缺少 x、z 的可用答案，而该形式须全部填写", "en": "no usable answer for x, z; this form needs all"}
    assert told(result) == [
        ("RI396", "a.xlsx", {"expert": "E1", "node": "q", "reason": reason}), ("RI392", "a.xlsx", {}),
    ]  # fmt: skip
    assert (result.exit_code, result.content) == (1, None)
    assert result.experts[0].nodes[0].to_dict() == {
        "node": "q", "answered": 1, "questions": 3, "missing": [], "usable": False, "cr": None, "consistent": True,
        "worst": None,
    }  # fmt: skip


def test_rankings_and_points_that_are_none(run: Run, made: Made) -> None:
    for form, values, code in (("ranks", (2, 3, 3), "RI346"), ("points", (0, 0, 0), None)):
        result = run(numbers(made, form, *values))
        assert [finding.code for finding in result.findings] == ["RI396", "RI392"]
        reason = result.findings[0].params["reason"]
        assert set(reason) == {"zh", "en"}
        assert all(reason.values())
        assert "E1" in reason["en"]
        assert code is None or "no ranking" in reason["en"]


def best_worst(made: Made, **given: Any) -> Survey:
    return made("a.xlsx", "E1", form="best-worst", best_worst={"q": BestWorstAnswers(**given)})


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"best": "x"}, "the most and the least important item are not both chosen"),
        ({"worst": "x"}, "the most and the least important item are not both chosen"),
        ({"best": "x", "worst": "x"}, "the most and the least important item are the same"),
        ({"best": "x", "worst": "z"}, "no usable answer for x/y, x/z, y/z; this form needs all"),
        ({"best": "x", "worst": "z", "to_others": {"y": 2, "z": 8}}, "no usable answer for y/z; this form needs all"),
        ({"best": "x", "worst": "z", "to_others": {"z": 8}, "to_worst": {"y": 3}},
         "no usable answer for x/y; this form needs all"),
        ({"best": "z", "worst": "y", "to_others": {"x": 8}, "to_worst": {"x": 3}},
         "no usable answer for z/y; this form needs all"),
    ],
)  # fmt: skip
def test_best_worst_answers_that_lack_something(given: dict[str, Any], reason: str, run: Run, made: Made) -> None:
    result = run(best_worst(made, **given))
    assert [(code, place) for code, place, _ in told(result)] == [("RI396", "a.xlsx"), ("RI392", "a.xlsx")]
    params = result.findings[0].params
    assert (params["expert"], params["node"], params["reason"]["en"]) == ("E1", "q", reason)


@pytest.mark.parametrize(
    ("best", "worst", "to_others", "to_worst"),
    [("x", "z", {"y": 2, "z": 8}, {"y": 3}), ("z", "y", {"x": 3, "y": 8}, {"x": 2}),
     ("x", "z", {"y": 2, "z": 8}, {"y": 3, "x": 5, "z": 4})],
)  # fmt: skip
def test_the_consistency_of_best_worst_answers(
    best: str, worst: str, to_others: dict[str, int], to_worst: dict[str, int], run: Run, made: Made
) -> None:
    # |2 · 3 − 8| / (8 · 8 − 8), whichever is the best; what the best is to itself is never asked.
    result = run(best_worst(made, best=best, worst=worst, to_others=to_others, to_worst=to_worst))
    assert told(result) == []
    assert result.experts[0].nodes[0].to_dict() == {
        "node": "q", "answered": 5, "questions": 5, "missing": [], "usable": True, "cr": near(2 / 56),
        "consistent": True, "worst": None,
    }  # fmt: skip


def test_best_and_worst_of_two_have_no_consistency(run: Run, made: Made) -> None:
    given = BestWorstAnswers("q", "p", {"p": 4}, {})
    survey = made("a.xlsx", "E1", form="best-worst", asked=("index",), best_worst={"index": given})
    result = run(survey)
    assert (told(result), result.experts[0].nodes[0].cr) == ([], None)
    assert result.experts[0].nodes[0].to_dict()["answered"] == 3


# -- whose answers they are ---------------------------------------------------------------------------------


def test_ids_that_are_free_are_given_in_order(run: Run, made: Made) -> None:
    surveys = [made(f"{place}.xlsx", name, {"q": {"x/y": place, "y/z": 1, "x/z": place}})
               for place, name in enumerate((None, "E01", "e03", None, ""), start=1)]  # fmt: skip
    result = run(*surveys)
    assert [item.expert for item in result.experts] == ["E02", "E01", "e03", "E04", "E05"]
    assert told(result) == [
        ("RI393", "1.xlsx", {"expert": "E02"}), ("RI393", "4.xlsx", {"expert": "E04"}),
        ("RI393", "5.xlsx", {"expert": "E05"}),
    ]  # fmt: skip
    assert [item.file for item in result.experts] == [f"{place}.xlsx" for place in range(1, 6)]


SIX = {"a/b": 1, "a/c": 1, "a/d": 1, "b/c": 1, "b/d": 1, "c/d": 1}


def test_six_answers_alike_are_told_and_five_are_not(run: Run, made: Made) -> None:
    first = made("1.xlsx", "A", {"p": SIX}, asked=("p",))
    assert told(run(first, made("2.xlsx", "B", {"p": SIX}, asked=("p",)))) == [
        ("RI387", "2.xlsx", {"expert": "B", "other": "A", "first": "1.xlsx"})
    ]
    third = [made(f"{place}.xlsx", name, {"p": SIX}, asked=("p",)) for place, name in ((2, "B"), (3, "C"))]
    assert told(run(first, *third)) == [  # each once, with the first one like it
        ("RI387", "2.xlsx", {"expert": "B", "other": "A", "first": "1.xlsx"}),
        ("RI387", "3.xlsx", {"expert": "C", "other": "A", "first": "1.xlsx"}),
    ]
    five = dict.fromkeys(list(SIX)[:5], 1)
    found = run(*(made(f"{name}.xlsx", name, {"p": five}, asked=("p",)) for name in "AB"))
    assert {finding.code for finding in found.findings} == {"RI303"}
    other = made("2.xlsx", "B", {"p": {**SIX, "c/d": 2}}, asked=("p",))
    assert told(run(first, other)) == []


def test_six_answers_about_two_nodes_count_together(run: Run, made: Made) -> None:
    both = {"p": {"a/b": 1, "a/c": 1, "a/d": 1}, "q": {"x/y": 1, "y/z": 1, "x/z": 1}}
    found = run(*(made(f"{name}.xlsx", name, both, asked=("p", "q")) for name in "AB"))
    assert [code for code, _, _ in told(found) if code != "RI303"] == ["RI387"]


def test_the_same_bytes_are_refused_whoever_they_are_of(run: Run, made: Made) -> None:
    surveys = [made(f"{name}.xlsx", name, {"q": GOOD}, sha256="1" * 64) for name in ("A", "B")]
    for accept in (False, True):
        result = run(*surveys, accept_errors=accept)
        assert (told(result), result.exit_code) == ([("RI388", "B.xlsx", {"first": "A.xlsx"})], 1)
        assert [item.expert for item in result.experts] == ["A"]


def test_one_expert_may_not_answer_twice_nor_for_two_groups(run: Run, made: Made) -> None:
    first = made("1.xlsx", "A", {"q": GOOD}, group="town")
    clash = [("RI390", "2.xlsx", {"expert": "Ａ", "first": "1.xlsx"})]
    same = made("2.xlsx", "Ａ", {"q": {"x/y": 1}}, asked=("q", "p"))
    assert told(run(first, same)) == clash
    group = made("2.xlsx", "Ａ", {"p": FOUR}, asked=("p",), group="village")
    assert told(run(first, group)) == clash
    # Other nodes, another form, nothing said of the same node, or no group: still one expert.
    fine = [
        made("2.xlsx", "Ａ", {"p": SIX}, asked=("p",)),
        made("2.xlsx", "Ａ", {"p": SIX}, asked=("p", "q")),
        made("2.xlsx", "Ａ", form="points", numbers={"q": {"x": 50, "y": 30, "z": 20}}),
        made("2.xlsx", "Ａ", {"p": SIX}, asked=("p",), group="town"),
    ]
    for survey in fine:
        result = run(first, survey)
        assert {finding.code for finding in result.findings} <= {"RI395"}
        assert [item.expert for item in result.experts] == ["A", "A"]


def test_empty_surveys_say_nothing_of_their_experts(run: Run, made: Made) -> None:
    empty = made("a.xlsx")
    full = made("b.xlsx", None, {"q": GOOD})
    result = run(empty, full)
    assert told(result) == [("RI392", "a.xlsx", {}), ("RI393", "b.xlsx", {"expert": "E01"})]
    assert [item.expert for item in result.experts] == ["E01"]
    alone = run(empty)
    assert (told(alone), alone.exit_code, alone.content) == (
        [("RI392", "a.xlsx", {}), ("RI398", "a.xlsx", {})],
        1,
        None,
    )


def test_a_sheet_that_was_changed_counts_as_not_usable(run: Run, made: Made) -> None:
    survey = made("a.xlsx", "E1", {"q": GOOD}, asked=("p", "q"), changed={"p"})
    result = run(survey)
    assert [(node.node, node.answered, node.questions, node.usable) for node in result.experts[0].nodes] == [
        ("p", 0, 6, False), ("q", 3, 3, True),
    ]  # fmt: skip
    assert told(result) == []  # the change was told by whoever read the sheet


# -- which surveys fit --------------------------------------------------------------------------------------


def test_another_framework_or_tree(run: Run, made: Made) -> None:
    full = made("a.xlsx", "A", {"q": GOOD})
    other = run(full, made("b.xlsx", "B", {"q": GOOD}, framework="别的"))
    assert told(other) == [("RI053", "b.xlsx", {"file": "b.xlsx", "given": "别的", "framework": "small"})]
    assert (other.exit_code, [item.expert for item in other.experts]) == (1, ["A"])
    hash_only = run(made("b.xlsx", "B", {"q": GOOD}, tree_sha256="0" * 64, version="0.9"))
    params = {"file": "b.xlsx", "framework": "small", "given": "0.9", "version": "1.0.0"}
    unsaid = {"differences": {"zh": ["—"], "en": ["—"]}}
    assert told(hash_only)[0] == ("RI054", "b.xlsx", params | unsaid)


def test_every_difference_of_two_trees_is_named(run: Run, made: Made) -> None:
    tree = {"old": ("m",), "index": ("q", "p"), "p": ("a", "b", "gone", "lost")}
    survey = made("b.xlsx", "B", {"p": FOUR}, asked=("p",), tree=tree)
    found = run(survey, accept_errors=True)
    assert (found.exit_code, found.content) == (1, None)
    params = {"file": "b.xlsx", "framework": "small", "given": "1.0.0", "version": "1.0.0"}
    assert told(found)[0] == ("RI054", "b.xlsx", params | {"differences": {
        "zh": ["节点“old”已删去", "“index”的子项次序不同", "“p”新增 c、d", "“p”少了 gone、lost", "节点“q”为新增"],
        "en": [
            "the node 'old' is gone", "the children of 'index' stand in another order", "'p' has c, d now",
            "'p' has no gone, lost any more", "the node 'q' is new",
        ],
    }})  # fmt: skip


def test_files_that_cannot_be_read_are_told_at_their_place(run: Run, made: Made) -> None:
    full = made("a.xlsx", "A", {"q": GOOD})
    without = UnreadableError("RI051", file="1.xlsx")
    placed = UnreadableError("RI051", where=Location("inside.xlsx"), file="1.xlsx")
    for error, place in ((without, "1.xlsx"), (placed, "inside.xlsx")):
        result = run(full, error, accept_errors=True)
        assert told(result) == [("RI051", place, {"file": "1.xlsx"})]
        assert (result.exit_code, result.content, len(result.experts)) == (2, None, 1)
    alone = run(UnreadableError("RI051", file="0.xlsx"))
    assert (told(alone), alone.exit_code, alone.framework) == ([("RI051", "0.xlsx", {"file": "0.xlsx"})], 2, None)


def test_only_marks_of_open_workbooks(run: Run, made: Made) -> None:
    result = collect(["folder/~$a.xlsx", "~$b.xlsx"])
    assert told(result) == [
        ("RI389", "folder/~$a.xlsx", {"survey": "a.xlsx"}), ("RI389", "~$b.xlsx", {"survey": "b.xlsx"}),
        ("RI398", "folder/~$a.xlsx", {}),
    ]  # fmt: skip
    assert (result.exit_code, result.content) == (1, None)


def test_a_framework_that_is_not_shipped_must_be_named(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveying, "read_survey", lambda name: made(name, "A", {"q": GOOD}))
    with pytest.raises(UsageError) as caught:
        collect(["a.xlsx", "b.xlsx"])
    assert (caught.value.code, caught.value.params) == ("RI055", {"framework": "small"})
    assert caught.value.where == Location("a.xlsx")


def test_accepted_errors_are_those_of_answers_only(run: Run, made: Made) -> None:
    for code, params, fine in (
        ("RI391", {"value": "x", "reason": {"zh": "错", "en": "wrong"}}, True),
        ("RI399", {"reason": {"zh": "错", "en": "wrong"}}, True),
        ("RI241", {"text": "x", "cause": {"zh": "错", "en": "wrong"}}, False),
    ):  # fmt: skip
        survey = made("a.xlsx", "A", {"q": GOOD}, findings=[Finding(code, Location("a.xlsx"), params)])
        refused, accepted = run(survey), run(survey, accept_errors=True)
        assert (refused.exit_code, refused.content) == (1, None)
        assert (accepted.exit_code, accepted.content is None) == ((0, False) if fine else (1, True))
        assert [finding.code for finding in accepted.findings] == [code]
