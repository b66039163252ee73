"""What a framework or assessment may say of grades, gates and schemes."""

from __future__ import annotations

from pathlib import Path

import pytest
from framework_files import ALPHA, BETA, check, framework_text

from resilience_index.framework.assessment import load_assessment

A, B = "{id: A, title: {zh: 优, en: A}}", "{id: B, title: {zh: 良, en: B}}"
C = "{id: C, title: {zh: 中, en: C}}"
ALPHA_OVER = 'indicator: alpha, op: ">", value: 1'
NAMED = f"grades: [{A}, {B}]"
REASON = "reason: {zh: 因, en: Why}"

TOPS = {
    "a min beside a relative method": (
        "grading: quantile\ngrades: [{id: A, min: ⟨RI171⟩9, title: {zh: 优, en: A}}, " + B + "]"
    ),
    "no min beside fixed": "grading: fixed\ngrades: [{id: A, min: 9, title: {zh: 优, en: A}}, ⟨RI111⟩" + B + "]",
    "one grade": f"grading: ⟨RI174⟩mean_sd\ngrades: [{A}]",
    "no grades": "grading: ⟨RI174⟩mean_sd",
    "too few shares": "grading: {method: quantile, shares: ⟨RI172⟩[1]}\n" + NAMED,
    "too many steps": "grading: {method: mean_sd, steps: ⟨RI172⟩[1, 0]}\n" + NAMED,
    "shares over 1": "grading: {method: quantile, shares: ⟨RI173⟩[0.5, 0.6]}\n" + NAMED,
    "a share of 0": "grading: {method: quantile, shares: ⟨RI173⟩[1, 0]}\n" + NAMED,
    "steps that rise": (
        "grading: {method: mean_sd, steps: ⟨RI175⟩[0, 1]}\n" + f"grades: [{A}, {B}, {C}]"
    ),
    "a method that is none": "grading: ⟨RI121⟩jenks\n" + NAMED,
    "a gate on nothing": f'gates: [⟨RI176⟩{{id: g, op: ">", value: 1, {REASON}}}]',
    "a gate on two things": f'gates: [⟨RI176⟩{{id: g, indicator: alpha, node: index, op: ">", value: 1, {REASON}}}]',
    "a gate on what is not there": f'gates: [{{id: g, indicator: ⟨RI144⟩alfa, op: ">", value: 1, {REASON}}}]',
    "a gate on a leaf as a node": f'gates: [{{id: g, node: ⟨RI144⟩alpha, op: ">", value: 1, {REASON}}}]',
    "a gate with the id of a leaf": f'gates: [{{id: ⟨RI177⟩beta, indicator: alpha, op: ">", value: 1, {REASON}}}]',
    "two gates of one id": (
        f'gates:\n- {{id: g, indicator: alpha, op: ">", value: 1, {REASON}}}\n'
        f'- {{id: ⟨RI130⟩g, indicator: beta, op: ">", value: 1, {REASON}}}'
    ),
    "a gate with a reserved id": f'gates: [{{id: ⟨RI131⟩rank, indicator: alpha, op: ">", value: 1, {REASON}}}]',
    "a state that is a grade": (
        "grades: [{id: A, min: 1, title: {zh: 优, en: A}}]\n"
        f'gates: [{{id: g, {ALPHA_OVER}, state: {{id: ⟨RI178⟩A, title: {{zh: 否, en: N}}}}, {REASON}}}]'
    ),
    "a state with two titles": (
        f'gates:\n- {{id: g, {ALPHA_OVER}, state: {{id: out, title: {{zh: 否, en: N}}}}, {REASON}}}\n'
        f'- {{id: h, {ALPHA_OVER}, state: {{id: ⟨RI178⟩out, title: {{zh: 非, en: M}}}}, {REASON}}}'
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOPS)
def test_what_does_not_fit_is_told_at_its_place(name: str, tmp_path: Path) -> None:
    check(tmp_path, framework_text(ALPHA, BETA, top=TOPS[name]))


def test_what_fits_is_taken(tmp_path: Path) -> None:
    top = (
        "grading: {method: quantile, shares: [1/3, 2/3], within: period}\n" + NAMED + "\n"
        f'gates: [{{id: g, node: index, op: ">", value: 1, missing: pass, {REASON}}}]'
    )
    assert check(tmp_path, framework_text(ALPHA, BETA, top=top)) == []


HEAD = "schema: resilience-index/assessment/1\nframework: toe\n"
SCHEMES = {
    "a name that is no id": "schemes:\n  ⟨RI132⟩Two words: {weights: equal}",
    "the name of all": "schemes:\n  ⟨RI131⟩all: {weights: equal}",
    "a key that is none": "schemes:\n  a: {⟨RI112⟩wieghts: equal}",
    "goalposts for all": "schemes:\n  a: {normalize: {method: goalposts, goalposts: ⟨RI146⟩[0, 1]}}",
    "grades that rise": (
        "schemes:\n  a:\n    grades:\n    - {id: A, min: 1, title: {zh: 优, en: A}}\n"
        "    - {id: B, min: ⟨RI145⟩2, title: {zh: 良, en: B}}"
    ),
    "a min beside a relative method": (
        "schemes:\n  a:\n    grading: natural_breaks\n    grades:\n"
        "    - {id: A, min: ⟨RI171⟩1, title: {zh: 优, en: A}}\n"
        "    - {id: B, title: {zh: 良, en: B}}"
    ),
    "a method that is none": "schemes:\n  a: {aggregate: ⟨RI121⟩geometrical}",
    "grades of the assessment": (
        "grading: quantile\ngrades: [{id: A, min: ⟨RI171⟩1, title: {zh: 优, en: A}}, " + B + "]"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SCHEMES)
def test_schemes_are_checked_where_they_stand(name: str, tmp_path: Path) -> None:
    check(tmp_path, HEAD + SCHEMES[name], load_assessment)


def test_grades_of_an_assessment_may_rest_on_the_grading_of_the_framework(tmp_path: Path) -> None:
    path = tmp_path / "assessment.yaml"
    path.write_text(HEAD + NAMED + "\nschemes:\n  base: {}\n  even: {weights: equal}\n", encoding="utf-8")
    model = load_assessment(path).model
    assert [grade.min for grade in model.grades] == [None, None]
    assert list(model.schemes) == ["base", "even"]
