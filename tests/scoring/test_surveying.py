"""Collecting surveys: which are refused and why, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from survey_files import blank, choice, degree, fill

from resilience_index.data.survey import questionnaire
from resilience_index.errors import UsageError
from resilience_index.framework.judgments import judgments_of
from resilience_index.framework.loading import load_framework
from resilience_index.framework.yaml_strict import parse_leniently
from resilience_index.scoring.surveying import Collected, ExpertAnswers, NodeAnswers, collect

TOE = load_framework("toe")
NAMES = ("risk_identification", "crisis_resistance", "recovery_adaptation")
FIRST, SECOND, THIRD = (
    f"pair|technical|{a}|{b}" for a, b in ((NAMES[0], NAMES[1]), (NAMES[0], NAMES[2]), (NAMES[1], NAMES[2]))
)


@pytest.fixture(scope="module")
def technical(tmp_path_factory) -> Path:
    return blank(tmp_path_factory.mktemp("blank"), TOE, nodes=["technical", "index"])


def codes(result: Collected) -> list[str]:
    return sorted(finding.code for finding in result.findings)


def read_back(result: Collected):
    assert result.content is not None
    return judgments_of(parse_leniently(result.content, "judgments.yaml"), TOE)


def complete(first: object = 2, second: object = 4, third: object = 2, **more: object) -> dict[str, object]:
    answers = {FIRST: choice(first), SECOND: choice(second), THIRD: choice(third)}
    return {**answers, **{key.replace("_", "|"): value for key, value in more.items()}}


def test_a_consistent_expert_gives_a_cr_of_zero(technical, tmp_path: Path):
    result = collect([str(fill(technical, tmp_path / "a.xlsx", complete(expert_id="A")))])
    assert (result.exit_code, codes(result)) == (0, ["RI395"])
    node = next(node for node in result.experts[0].nodes if node.node == "technical")
    assert (node.answered, node.questions, node.cr, node.consistent, node.worst) == (3, 3, 0.0, True, None)
    [finding] = result.findings
    assert "index" in finding.message("en")
    assert read_back(result).comparisons == {"technical": {"A": {(0, 1): 2, (0, 2): 4, (1, 2): 2}}}


def test_an_inconsistent_one_is_told_with_the_answer_furthest_off(technical, tmp_path: Path):
    path = fill(technical, tmp_path / "a.xlsx", complete(3, "1/3", 3, expert_id="A"))
    result = collect([str(path)])
    assert codes(result) == ["RI394", "RI395"]
    finding = next(finding for finding in result.findings if finding.code == "RI394")
    assert finding.location.field == "D"
    assert "[2 技术韧性]" in finding.location.file
    assert "CR of expert A under 'technical' is 1.2711" in finding.message("en")
    worst = next(node.worst for node in result.experts[0].nodes if node.worst)
    assert worst.change["cr"] < 0.2


def test_gaps_are_told_and_kept_open(technical, tmp_path: Path):
    answers = complete(expert_id="A")
    del answers[SECOND]
    result = collect([str(fill(technical, tmp_path / "a.xlsx", answers))])
    assert codes(result) == ["RI303", "RI395"]
    assert read_back(result).comparisons["technical"]["A"] == {(0, 1): 2, (1, 2): 2}


def test_what_falls_apart_stops_unless_it_may_be_left_out(technical, tmp_path: Path):
    index = [child.id for child in TOE.root.children]
    answers = complete(expert_id="A")
    answers[f"pair|index|{index[0]}|{index[1]}"] = choice(3)
    path = str(fill(technical, tmp_path / "a.xlsx", answers))
    result = collect([path])
    assert (result.exit_code, result.content, codes(result)) == (1, None, ["RI396"])
    assert "3 groups: (technical, organizational), (environmental), (digital_risk)" in result.findings[0].message("en")
    result = collect([path], accept_errors=True)
    assert (result.exit_code, codes(result)) == (0, ["RI396"])
    assert set(read_back(result).comparisons) == {"technical"}


def test_unreadable_answers_stop_unless_they_may_be_left_out(technical, tmp_path: Path):
    path = str(fill(technical, tmp_path / "a.xlsx", {**complete(expert_id="A"), SECOND: "left"}))
    result = collect([path])
    assert (result.exit_code, result.content) == (1, None)
    assert "RI391" in codes(result)
    result = collect([path], accept_errors=True)
    assert read_back(result).comparisons["technical"]["A"] == {(0, 1): 2, (1, 2): 2}


def test_experts_without_an_id_get_the_next_free_one(technical, tmp_path: Path):
    given = ["", "E01", "", "E03"]
    files = [
        str(fill(technical, tmp_path / f"{place}.xlsx", complete(place + 1, **({"expert_id": name} if name else {}))))
        for place, name in enumerate(given)
    ]
    result = collect(files)
    assert [expert.expert for expert in result.experts] == ["E02", "E01", "E04", "E03"]
    assert codes(result).count("RI393") == 2


def test_one_id_in_two_files_is_refused_even_with_accepted_errors(technical, tmp_path: Path):
    files = [
        str(fill(technical, tmp_path / f"{place}.xlsx", complete(place, expert_id="A"))) for place in (2, 3)
    ]  # fmt: skip
    for accept in (False, True):
        result = collect(files, accept_errors=accept)
        assert (result.exit_code, result.content) == (1, None)
        finding = next(finding for finding in result.findings if finding.code == "RI390")
        assert finding.location.file == files[1]
        assert files[0] in finding.message("en")


def test_ids_that_look_alike_are_one_expert(technical, tmp_path: Path):
    ids = ["E01", "ｅ01", ""]
    files = [
        str(fill(technical, tmp_path / f"{place}.xlsx", complete(2 + place, **({"expert_id": name} if name else {}))))
        for place, name in enumerate(ids)
    ]
    assert codes(collect(files)) == ["RI390", "RI393", "RI395", "RI395"]
    assert [expert.expert for expert in collect(files[1:]).experts] == ["ｅ01", "E02"]


def test_an_expert_may_answer_several_surveys(technical, tmp_path: Path):
    below = blank(tmp_path, TOE, "below.xlsx", form="best-worst", nodes=["technical", "organizational"])
    upper = fill(technical, tmp_path / "a.xlsx", complete(expert_id="A"))
    best = {"best|technical": "1", "worst|technical": "3"}
    best |= {f"best_worst|technical|{name}": value for name, value in
             ((NAMES[1], (degree(2), degree(3))), (NAMES[2], (degree(8), None)))}  # fmt: skip
    lower = fill(below, tmp_path / "b.xlsx", {**best, "expert|id": "a", "expert|group": "街道"})
    result = collect([str(upper), str(lower)])
    assert (result.exit_code, codes(result)) == (0, ["RI395", "RI395"])
    judgments = read_back(result)
    assert judgments.experts == ("A",)
    assert judgments.groups == {"A": "街道"}
    assert set(judgments.comparisons["technical"]) == set(judgments.best_worst["technical"]) == {"A"}
    # The same nodes in the same form are two experts, or two versions; other sub-groups are two experts.
    again = fill(below, tmp_path / "c.xlsx", {**best, "best|technical": "2", "expert|id": "A"})
    assert "RI390" in codes(collect([str(lower), str(again)]))
    other = fill(technical, tmp_path / "d.xlsx", complete(expert_id="A", expert_group="高校"))
    assert "RI390" in codes(collect([str(lower), str(other)]))


def test_the_same_file_twice_is_refused_even_without_an_id(technical, tmp_path: Path):
    first = fill(technical, tmp_path / "a.xlsx", complete())
    (tmp_path / "copy.xlsx").write_bytes(first.read_bytes())
    for accept in (False, True):
        result = collect([str(first), str(tmp_path / "copy.xlsx")], accept_errors=accept)
        assert (result.exit_code, result.content) == (1, None)
        [finding] = [finding for finding in result.findings if finding.code == "RI388"]
        assert finding.location.file == str(tmp_path / "copy.xlsx")
        assert str(first) in finding.message("en")


def test_marks_of_open_workbooks_are_no_surveys(technical, tmp_path: Path):
    mark = tmp_path / "~$a.xlsx"
    mark.write_bytes(b"\x05Admin" + b" " * 159)
    full = fill(technical, tmp_path / "a.xlsx", complete(expert_id="A"))
    result = collect([str(mark), str(full)])
    assert (result.exit_code, codes(result)) == (0, ["RI389", "RI395"])
    assert "that a.xlsx is open" in result.findings[0].message("en")
    assert [expert.expert for expert in result.experts] == ["A"]
    result = collect([str(mark)])
    assert (result.exit_code, result.content, codes(result)) == (1, None, ["RI389", "RI398"])


def test_the_same_answers_in_two_files_are_told(tmp_path: Path):
    path = blank(tmp_path, TOE, nodes=["recovery_adaptation"])
    names = [child.id for node in TOE.nodes if node.id == "recovery_adaptation" for child in node.scored_children]
    answers = {f"pair|recovery_adaptation|{a}|{b}": choice(2) for a, b in combinations(names, 2)}
    first = fill(path, tmp_path / "a.xlsx", {**answers, "expert|id": "Li"})
    second = fill(path, tmp_path / "b.xlsx", answers)
    result = collect([str(first), str(second)])
    assert (result.exit_code, codes(result)) == (0, ["RI387", "RI393"])
    [finding] = [finding for finding in result.findings if finding.code == "RI387"]
    assert finding.message("en") == f"all answers of expert E01 are those of expert Li in {first}"
    other = fill(path, tmp_path / "b.xlsx", {**answers, next(iter(answers)): choice(3)})
    assert codes(collect([str(first), str(other)])) == ["RI393"]


def test_a_changed_sheet_stops_unless_it_may_be_left_out(technical, tmp_path: Path):
    import openpyxl

    index = [child.id for child in TOE.root.children]
    answers = complete(expert_id="A")
    answers |= {f"pair|index|{a}|{b}": choice(2) for a, b in combinations(index, 2)}
    path = fill(technical, tmp_path / "a.xlsx", answers)
    book = openpyxl.load_workbook(path)
    book.worksheets[2].insert_cols(4)
    book.save(path)
    result = collect([str(path)])
    assert (result.exit_code, result.content, codes(result)) == (1, None, ["RI399"])
    result = collect([str(path)], accept_errors=True)
    assert (result.exit_code, codes(result)) == (0, ["RI399"])
    assert [(node.node, node.answered, node.usable) for node in result.experts[0].nodes] == [
        ("index", 0, False), ("technical", 3, True),
    ]  # fmt: skip
    assert set(read_back(result).comparisons) == {"technical"}


def test_empty_surveys_are_left_out_and_only_empty_ones_refused(technical, tmp_path: Path):
    full = str(fill(technical, tmp_path / "a.xlsx", complete(expert_id="A")))
    result = collect([str(technical), full])
    assert result.exit_code == 0
    assert "RI392" in codes(result)
    assert [expert.expert for expert in result.experts] == ["A"]
    result = collect([str(technical)])
    assert (result.exit_code, result.content, codes(result)) == (1, None, ["RI392", "RI398"])


def other_tree(**changes: object):
    return replace(TOE, root=replace(TOE.root, **changes))


def test_surveys_of_another_tree_are_refused_with_the_difference(tmp_path: Path):
    technical = TOE.nodes[1]
    fewer = replace(technical, children=technical.children[:2])
    cases = {
        "the children of 'index' stand in another order": other_tree(children=TOE.root.children[::-1]),
        "'technical' has recovery_adaptation now": other_tree(children=(fewer, *TOE.root.children[1:])),
        "'index' has digital_risk now": other_tree(children=TOE.root.children[:-1]),
        "the node 'digital_risk' is new": other_tree(children=TOE.root.children[:-1]),
    }
    for place, (said, framework) in enumerate(cases.items()):
        path = tmp_path / f"{place}.xlsx"
        path.write_bytes(questionnaire(framework, nodes=["index"]))
        for accept in (False, True):
            result = collect([str(path)], "toe", accept_errors=accept)
            assert (result.exit_code, result.content) == (1, None)
            [finding] = [finding for finding in result.findings if finding.code == "RI054"]
            assert said in finding.message("en")
            assert "另一棵指标树" in finding.message("zh")


def test_gone_nodes_are_named(tmp_path: Path):
    technical = TOE.nodes[1]
    extra = replace(technical, id="extra")
    path = tmp_path / "a.xlsx"
    path.write_bytes(questionnaire(other_tree(children=(*TOE.root.children, extra)), nodes=["index"]))
    [finding] = [finding for finding in collect([str(path)], "toe").findings if finding.code == "RI054"]
    assert "the node 'extra' is gone" in finding.message("en")
    assert "'index' has no extra any more" in finding.message("en")


def test_titles_and_weights_may_change_meanwhile(technical, tmp_path: Path):
    framework = replace(TOE, version="9.9.9", title=TOE.root.title)
    path = tmp_path / "a.xlsx"
    path.write_bytes(questionnaire(framework, nodes=["technical"]))
    result = collect([str(fill(path, tmp_path / "b.xlsx", complete(expert_id="A")))], "toe")
    assert (result.exit_code, codes(result)) == (0, [])


def test_surveys_of_another_framework_are_refused(technical, tmp_path: Path):
    sfic = blank(tmp_path, load_framework("sfic"), "sfic.xlsx")
    result = collect([str(fill(technical, tmp_path / "a.xlsx", complete())), str(sfic)])
    assert result.exit_code == 1
    assert "RI053" in codes(result)
    own = blank(tmp_path, replace(TOE, id="mine"), "mine.xlsx")
    with pytest.raises(UsageError) as refused:
        collect([str(own)])
    assert refused.value.code == "RI055"


def test_a_file_that_cannot_be_read_hides_no_other(technical, tmp_path: Path):
    (tmp_path / "x.xlsx").write_text("x", encoding="utf-8")
    path = fill(technical, tmp_path / "a.xlsx", {**complete(expert_id="A"), SECOND: "left"})
    result = collect([str(tmp_path / "x.xlsx"), str(path), str(tmp_path / "none.xlsx")], accept_errors=True)
    assert (result.exit_code, result.content) == (2, None)
    assert {"RI051", "RI002", "RI391"} <= set(codes(result))
    assert [expert.expert for expert in result.experts] == ["A"]


def forms(tmp_path: Path, form: str, answers: dict[str, object]) -> Collected:
    path = blank(tmp_path, TOE, f"{form}.xlsx", form=form, nodes=["technical"])
    return collect([str(fill(path, tmp_path / "filled.xlsx", {**answers, "expert|id": "A"}))])


def test_points_need_every_child_and_any_total(tmp_path: Path):
    keys = [f"points|technical|{name}" for name in NAMES]
    result = forms(tmp_path, "points", dict(zip(keys, (50, 30.5, 40), strict=True)))
    assert (result.exit_code, codes(result)) == (0, ["RI397"])
    assert "120.5" in result.findings[0].message("en")
    assert read_back(result).points == {"technical": {"A": (50, 30.5, 40)}}
    result = forms(tmp_path, "points", dict(zip(keys[:2], (50, 50), strict=True)))
    assert (result.exit_code, codes(result)) == (1, ["RI392", "RI396"])
    assert "no usable answer for recovery_adaptation;" in result.findings[0].message("en")
    result = forms(tmp_path, "points", dict.fromkeys(keys, 0))
    assert "gives no points" in result.findings[0].message("en")


def test_ranks_must_be_a_ranking(tmp_path: Path):
    keys = [f"ranks|technical|{name}" for name in NAMES]
    result = forms(tmp_path, "ranks", dict(zip(keys, (1, 2, 2), strict=True)))
    assert (result.exit_code, codes(result)) == (0, [])
    assert read_back(result).ranks == {"technical": {"A": (1, 2, 2)}}
    result = forms(tmp_path, "ranks", dict(zip(keys, (1, 3, 1), strict=True)))
    assert result.exit_code == 0
    result = forms(tmp_path, "ranks", dict(zip(keys, (2, 3, 3), strict=True)))
    assert "no ranking" in result.findings[0].message("en")


def test_best_worst_answers_with_their_consistency(tmp_path: Path):
    best = {"best|technical": "1 风险精准识别", "worst|technical": "3 恢复与适应"}
    middle, last = (f"best_worst|technical|{name}" for name in NAMES[1:])
    result = forms(tmp_path, "best-worst", {**best, middle: (degree(2), degree(3)), last: (degree(8), None)})
    assert (result.exit_code, codes(result)) == (0, [])
    assert result.experts[0].nodes[0].cr == pytest.approx(2 / 56)
    found = read_back(result).best_worst["technical"]["A"]
    assert (found.best, found.worst, found.best_to_others, found.others_to_worst) == (0, 2, (1, 2, 8), (8, 3, 1))
    for answers, said in (
        (
            {**best, middle: (degree(2), None), last: (degree(8), None)},
            "no usable answer for crisis_resistance/recovery_adaptation;",
        ),
        ({**best, middle: (degree(2), degree(2))}, "no usable answer for risk_identification/recovery_adaptation;"),
        ({"best|technical": "1", middle: (degree(2), degree(2))}, "are not both chosen"),
        ({"best|technical": "1", "worst|technical": "1 风险精准识别"}, "are the same"),
    ):
        result = forms(tmp_path, "best-worst", answers)
        assert "RI396" in codes(result)
        assert any(said in finding.message("en") for finding in result.findings)


def test_a_survey_that_was_tampered_with_is_refused(technical, tmp_path: Path):
    import openpyxl

    filled = fill(technical, tmp_path / "a.xlsx", complete(expert_id="A"))
    cases = {
        ("tree", "index", "no_such_node"): "RI054",
        ("tree", "technical", "technicl"): "RI051",
        ("framework", "toe", str(tmp_path / "own.yaml")): "RI055",
        ("asked", "index", "extra"): "RI051",
    }
    for (word, old, new), code in cases.items():
        book = openpyxl.load_workbook(filled)
        for row in book["_survey"].iter_rows():
            if (row[0].value, row[1].value) == (word, old):
                row[1].value = new
            if row[0].value in ("asked", "titles") and (row[1].value, new) == (old, "no_such_node"):
                row[1].value = new
        book.save(tmp_path / "b.xlsx")
        try:
            found = codes(collect([str(tmp_path / "b.xlsx")]))
        except UsageError as error:
            found = [error.code]
        assert code in found, (word, found)


def test_answers_count_where_they_are_given_and_usable() -> None:
    nodes = (NodeAnswers("a", 2, 3), NodeAnswers("b", 0, 3), NodeAnswers("c", 3, 4, usable=False))
    answers = ExpertAnswers("f", "0" * 64, "E1", {}, "comparisons", nodes, survey=None)  # type: ignore[arg-type]
    assert answers.used == ["a"]
    assert (answers.answered, answers.questions) == (5, 10)
