"""The view of what would change a rank or a grade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from resilience_index.analysis.whatif import Goal, Outlook, Step
from resilience_index.report.view.format import DASH, decimals, number_text
from resilience_index.report.view.model import Both
from resilience_index.report.words import units
from resilience_index.report.words.change import WORDS


@dataclass(frozen=True)
class StepView:
    """One leaf alone: value now (empty: not reported) and needed, the score and grade it then has."""

    id: str
    title: Both
    unit: Both
    now: str
    needed: str
    score: str
    grade: str


@dataclass(frozen=True)
class GoalView:
    """What would change, in words, and the leaves that do it alone, the nearest first."""

    kind: str
    title: Both
    leaves: Sequence[StepView]
    unable: int
    rest: Both


@dataclass(frozen=True)
class OutlookView:
    """All goals of a community; ``notes`` say what is not promised."""

    goals: Sequence[GoalView]
    notes: Sequence[Both]


def build(outlook: Outlook, scale: float) -> OutlookView:
    """The view; ``scale`` is the top of the score's scale."""
    digits = decimals(scale)
    notes = [{"zh": finding.message("zh"), "en": finding.message("en")} for finding in outlook.findings]
    return OutlookView([_goal(goal, digits) for goal in outlook.goals], notes)


def _goal(goal: Goal, digits: int) -> GoalView:
    fields = {
        "grade": goal.grade or DASH, "name": goal.community or goal.community_id or DASH,
        "score": number_text(goal.score, digits),
    }  # fmt: skip
    title = {language: text.format(**fields) for language, text in WORDS[goal.kind].items()}
    bar = goal.score
    rest = {language: text.format(count=len(goal.unable)) for language, text in WORDS["unable"].items()}
    return GoalView(goal.kind, title, [_step(step, digits, bar) for step in goal.leaves], len(goal.unable), rest)


def _step(step: Step, digits: int, bar: float | None) -> StepView:
    return StepView(
        step.indicator, step.title, units.name(step.unit), "" if step.value is None else number_text(step.value),
        number_text(step.needed), _apart(step.score, bar, digits), step.grade or DASH,
    )  # fmt: skip


def _apart(score: float, bar: float | None, digits: int) -> str:
    """A score with enough digits to differ from the one it passes."""
    for count in range(digits, 11):
        if bar is None or number_text(score, count) != number_text(bar, count):
            return number_text(score, count)
    return number_text(score)


def to_list(outlook: Outlook) -> list[dict[str, Any]]:
    """The goals as plain data, as ``explain --json`` prints them."""
    return [asdict(goal) for goal in outlook.goals]
