"""Collecting filled surveys: who answered what, how consistently, and the judgments file that follows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from resilience_index.data.cells import show
from resilience_index.data.judgments_file import Entry, judgments_text
from resilience_index.data.survey_form import PARTICULARS, THRESHOLD, questions
from resilience_index.data.survey_read import BestWorstAnswers, Survey, answered, missing_pairs, read_survey
from resilience_index.errors import RefusalError, ResilienceError, UsageError
from resilience_index.findings import Finding, Location, from_error, has_errors
from resilience_index.folding import unscripted
from resilience_index.framework import catalogue
from resilience_index.framework.judgment_forms import apart
from resilience_index.framework.loading import load_framework
from resilience_index.framework.tree import Framework, Node
from resilience_index.methods.weights import ahp, ahp_advice, ahp_batch, direct, ranking
from resilience_index.scoring.statistics import Floats

_WORSE = 1e-9
_OPEN = "~$"
"""So begin the files with which office programs mark a workbook as open."""
_MANY = 6
"""So many answers two experts hardly give alike."""


@dataclass(frozen=True)
class Worst:
    """The answer furthest from all answers together, and the change that would lower the CR most.

    ``value`` is a_ij of (first, second), ``implied`` w_i / w_j; ``place`` where it stands. ``change`` has the pair of
    the suggestion, its value, and the CR with it; None where no single change helps.
    """

    first: str
    second: str
    value: float
    implied: float
    place: Location
    change: dict[str, Any] | None


@dataclass(frozen=True)
class NodeAnswers:
    """What one expert answered under one node. ``cr`` is None where there is none; ``usable`` False: left out."""

    node: str
    answered: int
    questions: int
    missing: tuple[str, ...] = ()
    cr: float | None = None
    worst: Worst | None = None
    usable: bool = True

    @property
    def consistent(self) -> bool:
        """Whether nothing is to be asked again; a CR of best–worst answers has no threshold."""
        return self.worst is None

    def to_dict(self) -> dict[str, Any]:
        """As ``collect --json`` prints it."""
        worst = None
        if self.worst is not None:
            item = self.worst
            worst = {
                "first": item.first, "second": item.second, "value": item.value, "implied": item.implied,
                "place": item.place.to_dict(), "change": item.change,
            }  # fmt: skip
        return {
            "node": self.node, "answered": self.answered, "questions": self.questions, "missing": list(self.missing),
            "usable": self.usable, "cr": self.cr, "consistent": self.consistent, "worst": worst,
        }  # fmt: skip


@dataclass(frozen=True)
class ExpertAnswers:
    """One survey: the expert (particulars as they may be shown), and each node it asks about."""

    file: str
    sha256: str
    expert: str
    about: Mapping[str, str]
    form: str
    nodes: tuple[NodeAnswers, ...]
    survey: Survey

    @property
    def answered(self) -> int:
        """Answers that can be read."""
        return sum(node.answered for node in self.nodes)

    @property
    def questions(self) -> int:
        """Answers that were asked for."""
        return sum(node.questions for node in self.nodes)

    @property
    def used(self) -> list[str]:
        """The nodes whose answers count."""
        return [node.node for node in self.nodes if node.answered and node.usable]

    def to_dict(self) -> dict[str, Any]:
        """As ``collect --json`` prints it."""
        return {
            "file": self.file, "sha256": self.sha256, "expert": self.expert, **self.about, "form": self.form,
            "answered": self.answered, "questions": self.questions, "nodes": [node.to_dict() for node in self.nodes],
        }  # fmt: skip


@dataclass
class Collected:
    """All surveys of a run, what was found, and the judgments file; None when errors stand in its way."""

    framework: Framework | None = None
    experts: list[ExpertAnswers] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    exit_code: int = 0
    content: bytes | None = None

    def to_dict(self, language: Any) -> dict[str, Any]:
        """As ``collect --json`` prints it."""
        framework = self.framework
        named = framework and {"id": framework.id, "version": framework.version, "sha256": framework.tree_sha256}
        return {
            "schema_version": 1, "framework": named, "threshold": THRESHOLD, "ri_table": ahp.DEFAULT_TABLE,
            "experts": [expert.to_dict() for expert in self.experts],
            "findings": [finding.to_dict((language,)) for finding in self.findings],
        }  # fmt: skip


def collect(
    files: Sequence[str], framework: str | None = None, *, anonymous: bool = False, accept_errors: bool = False
) -> Collected:
    """Read filled surveys of one framework (by default the shipped one that the first of them names).

    Nothing stops at the first fault: all findings are collected. ``anonymous`` keeps ids and sub-groups only;
    ``accept_errors`` leaves out answers that cannot be used instead of stopping. Raises ``UnknownNameError`` RI008,
    ``UsageError`` RI055 and what loading the framework raises.
    """
    result = Collected()
    surveys = []
    for file in files:
        name = Path(file).name
        if name.startswith(_OPEN):
            result.findings.append(Finding("RI389", Location(file), {"survey": show(name.removeprefix(_OPEN))}))
            continue
        try:
            surveys.append(read_survey(file))
        except ResilienceError as error:
            found = from_error(error)
            place = found.location if found.location.file else Location(file)
            result.findings.append(Finding(found.code, place, found.params))
            result.exit_code = 2
    if surveys:
        result.framework = _framework(framework, surveys[0])
        fitting = [survey for survey in surveys if _fits(survey, result.framework, result)]
        _gather(fitting, result.framework, result, anonymous=anonymous)
    elif not has_errors(result.findings):
        result.findings.append(Finding("RI398", Location(files[0])))
    if _fatal(result.findings) if accept_errors else has_errors(result.findings):
        result.exit_code = max(result.exit_code, 1)
    elif result.framework is not None:
        entries = [Entry(item.expert, item.about, item.survey, item.used) for item in result.experts]
        result.content = judgments_text(result.framework, entries).encode("utf-8")
    return result


_LEFT_OUT = ("RI391", "RI396", "RI399")
"""Faults that ``accept_errors`` may leave out."""


def _fatal(findings: Sequence[Finding]) -> bool:
    return has_errors(finding for finding in findings if finding.code not in _LEFT_OUT)


def _framework(name: str | None, first: Survey) -> Framework:
    if name is not None:
        return load_framework(name)
    if first.framework not in catalogue.framework_paths():  # never a path that a survey names
        raise UsageError("RI055", where=Location(first.file), framework=show(first.framework))
    return load_framework(first.framework)


def _fits(survey: Survey, framework: Framework, result: Collected) -> bool:
    """Whether a survey was made for this tree; RI053 and RI054 where it was not."""
    if survey.framework != framework.id:
        other = {"file": survey.file, "given": show(survey.framework), "framework": framework.id}
        result.findings.append(Finding("RI053", Location(survey.file), other))
        return False
    pairs = list(_differences(survey.tree, framework))
    if survey.tree_sha256 == framework.tree_sha256 and not pairs:
        return True
    differences = {key: [pair[place] for pair in pairs] or ["—"] for place, key in enumerate(("zh", "en"))}
    params: dict[str, Any] = {
        "file": survey.file, "framework": framework.id, "given": show(survey.version), "version": framework.version,
        "differences": differences,
    }  # fmt: skip
    result.findings.append(Finding("RI054", Location(survey.file), params))
    return False


def _differences(before: Mapping[str, tuple[str, ...]], framework: Framework) -> Iterator[tuple[str, str]]:
    """What changed between two trees, in both languages."""
    now = {node.id: tuple(child.id for child in node.scored_children) for node in framework.nodes}
    for name in before:
        if name not in now:
            yield f"节点“{show(name)}”已删去", f"the node '{show(name)}' is gone"
    for name, children in now.items():
        if name not in before:
            yield f"节点“{name}”为新增", f"the node '{name}' is new"
            continue
        added = [child for child in children if child not in before[name]]
        gone = [show(child) for child in before[name] if child not in children]
        if added:
            yield f"“{name}”新增 {'、'.join(added)}", f"'{name}' has {', '.join(added)} now"
        if gone:
            yield f"“{name}”少了 {'、'.join(gone)}", f"'{name}' has no {', '.join(gone)} any more"
        if not added and not gone and children != before[name]:
            yield f"“{name}”的子项次序不同", f"the children of '{name}' stand in another order"


def _gather(surveys: Sequence[Survey], framework: Framework, result: Collected, *, anonymous: bool) -> None:
    nodes = {node.id: node for node in framework.nodes}
    owners = _Owners(surveys)
    for survey in surveys:
        result.findings += survey.findings
        where = Location(survey.file)
        if not any(answered(survey, node) for node in survey.asked):
            result.findings.append(Finding("RI392", where))
            continue
        expert = owners.enter(survey, result.findings)
        if expert is None:
            continue
        judged = tuple(_judge(survey, nodes[name], expert, result) for name in survey.asked)
        open_ = [item.node for item in judged if not item.answered and item.usable]
        if open_:
            result.findings.append(Finding("RI395", where, {"expert": expert, "nodes": open_}))
        kept = ("group",) if anonymous else PARTICULARS[1:]
        about = {word: survey.expert[word] for word in kept if word in survey.expert}
        found = ExpertAnswers(survey.file, survey.sha256, expert, about, survey.form, judged, survey)
        if not found.used:
            result.findings.append(Finding("RI392", where))
        result.experts.append(found)
    if not any(expert.used for expert in result.experts) and not has_errors(result.findings):
        result.findings.append(Finding("RI398", Location(surveys[0].file) if surveys else Location()))


class _Owners:
    """Whose surveys they are: every question to an expert once, and no survey twice."""

    def __init__(self, surveys: Sequence[Survey]) -> None:
        self._taken = {unscripted(survey.expert["id"]) for survey in surveys if "id" in survey.expert}
        self._known: dict[str, list[tuple[str, Survey]]] = {}

    def enter(self, survey: Survey, findings: list[Finding]) -> str | None:
        """The expert of a survey; None where it stands in for one that is there, with RI388 or RI390.

        An expert may answer several surveys that ask about other nodes, or in another form. RI393 where the id is
        ours, RI387 where another expert gave the same answers.
        """
        where = Location(survey.file)
        before = [pair for pairs in self._known.values() for pair in pairs]
        same = next((other.file for _, other in before if other.sha256 == survey.sha256), None)
        if same is not None:
            findings.append(Finding("RI388", where, {"first": same}))
            return None
        expert = survey.expert.get("id", "")
        if not expert:
            expert = self._next()
            findings.append(Finding("RI393", where, {"expert": expert}))
        own = self._known.setdefault(unscripted(expert), [])
        for _, other in own:
            if _clash(survey, other):
                findings.append(Finding("RI390", where, {"expert": expert, "first": other.file}))
                return None
        if sum(answered(survey, node) for node in survey.asked) >= _MANY:
            alike = ((name, other.file) for name, other in before if _answers(other) == _answers(survey))
            for name, file in list(alike)[:1]:
                findings.append(Finding("RI387", where, {"expert": expert, "other": name, "first": file}))
        own.append((own[0][0] if own else expert, survey))
        return own[0][0]

    def _next(self) -> str:
        number = next(number for number in itertools.count(1) if f"e{number:02d}" not in self._taken)
        self._taken.add(f"e{number:02d}")
        return f"E{number:02d}"


def _clash(first: Survey, second: Survey) -> bool:
    """Whether two surveys with one id cannot be those of one expert: one question twice, or two sub-groups."""
    nodes = set(first.asked) & set(second.asked) if first.form == second.form else set()
    groups = {survey.expert["group"] for survey in (first, second) if "group" in survey.expert}
    return len(groups) > 1 or any(answered(first, node) and answered(second, node) for node in nodes)


def _answers(survey: Survey) -> tuple[Any, ...]:
    return survey.form, survey.comparisons, survey.numbers, survey.best_worst


def _judge(survey: Survey, node: Node, expert: str, result: Collected) -> NodeAnswers:
    """Look at one expert's answers under one node."""
    count, total = answered(survey, node.id), questions(node, survey.form)
    if not count:
        return NodeAnswers(node.id, 0, total, usable=node.id not in survey.changed)
    names = [child.id for child in node.scored_children]
    if survey.form == "comparisons":
        return _compared(survey, node, expert, names, result)
    reason = _lacking(survey, node, names, expert)
    if reason is not None:
        params = {"expert": expert, "node": node.id, "reason": reason}
        result.findings.append(Finding("RI396", Location(survey.file), params))
        return NodeAnswers(node.id, count, total, usable=False)
    if survey.form == "points":
        given = sum(survey.numbers[node.id].values())
        if abs(given - 100) > 1e-6:
            total_found = {"expert": expert, "node": node.id, "total": given}
            result.findings.append(Finding("RI397", Location(survey.file), total_found))
    cr = _best_worst_ratio(survey.best_worst[node.id], names) if survey.form == "best-worst" else None
    return NodeAnswers(node.id, count, total, cr=cr)


def _lacking(survey: Survey, node: Node, names: Sequence[str], expert: str) -> dict[str, Any] | None:
    """Why answers of a form that needs all of them cannot be used; None where they can."""
    if survey.form == "best-worst":
        return _lacking_best_worst(survey.best_worst[node.id], names)
    given = survey.numbers[node.id]
    missing = [name for name in names if name not in given]
    if missing:
        return _without(missing)
    values = np.array([[given[name] for name in names]])
    one = np.ones(len(values))
    try:
        if survey.form == "points":
            direct.points(values, one, names=names, experts=[expert])
        else:
            ranking.ranked(values, one, experts=[expert])
    except RefusalError as error:
        found = from_error(error)
        return {"zh": found.message("zh"), "en": found.message("en")}
    return None


def _without(missing: Sequence[str]) -> dict[str, Any]:
    return {
        "zh": f"缺少 {'、'.join(missing)} 的可用答案，而该形式须全部填写",
        "en": f"no usable answer for {', '.join(missing)}; this form needs all",
    }


def _lacking_best_worst(given: BestWorstAnswers, names: Sequence[str]) -> dict[str, Any] | None:
    if given.best is None or given.worst is None:
        return {"zh": "未选出最重要和最不重要的一项", "en": "the most and the least important item are not both chosen"}
    if given.best == given.worst:
        return {"zh": "最重要与最不重要是同一项", "en": "the most and the least important item are the same"}
    missing = [f"{given.best}/{name}" for name in names if name != given.best and name not in given.to_others]
    others = (name for name in names if name not in (given.best, given.worst) and name not in given.to_worst)
    missing += [f"{name}/{given.worst}" for name in others]
    return _without(missing) if missing else None


def _best_worst_ratio(given: BestWorstAnswers, names: Sequence[str]) -> float | None:
    from resilience_index.methods.weights import bwm

    assert given.best is not None
    assert given.worst is not None
    if len(names) == 2:
        return None
    best, worst = names.index(given.best), names.index(given.worst)
    span = given.to_others[given.worst]
    first = np.array([1.0 if name == given.best else float(given.to_others[name]) for name in names])
    to_worst = {**given.to_worst, given.best: span, given.worst: 1}
    second = np.array([float(to_worst[name]) for name in names])
    return bwm.input_consistency(first, second, best, worst).cr


def _compared(survey: Survey, node: Node, expert: str, names: list[str], result: Collected) -> NodeAnswers:
    given = survey.comparisons[node.id]
    missing = tuple(f"{first}/{second}" for first, second in missing_pairs(survey, node.id))
    total = questions(node, "comparisons")
    places = [(names.index(first), names.index(second)) for first, second in given]
    where = Location(survey.file)
    parts = apart(iter(places), names)
    if parts:
        reason = {
            "zh": f"比较分成互不相连的 {len(parts)} 组：{'、'.join(parts)}",
            "en": f"the comparisons fall apart into {len(parts)} groups: {', '.join(parts)}",
        }
        result.findings.append(Finding("RI396", where, {"expert": expert, "node": node.id, "reason": reason}))
        return NodeAnswers(node.id, len(given), total, missing, usable=False)
    if missing:
        result.findings.append(Finding("RI303", where, {"expert": expert, "node": node.id, "pairs": list(missing)}))
    if len(names) <= 2:
        return NodeAnswers(node.id, len(given), total, missing)
    matrix = np.full((len(names), len(names)), np.nan)
    np.fill_diagonal(matrix, 1.0)
    for (i, j), value in zip(places, given.values(), strict=True):
        matrix[i, j], matrix[j, i] = float(value), float(1 / value)
    judged = ahp_batch.judge([matrix])[0]
    cr, worst = judged.cr, None
    if cr is not None and cr > THRESHOLD:
        worst = _worst(survey, node.id, names, matrix, np.asarray(judged.priorities))
        pair = f"{worst.first}/{worst.second}"
        params = {
            "expert": expert, "node": node.id, "cr": f"{cr:.4f}", "threshold": THRESHOLD, "table": ahp.DEFAULT_TABLE,
            "pair": pair, "value": str(given[worst.first, worst.second]),
            "implied": f"{worst.implied:.2g}" if worst.implied >= 1 else f"1/{1 / worst.implied:.2g}",
        }  # fmt: skip
        result.findings.append(Finding("RI394", worst.place, params))
    return NodeAnswers(node.id, len(given), total, missing, cr, worst)


def _worst(survey: Survey, node: str, names: list[str], matrix: Floats, weights: Floats) -> Worst:
    errors = np.abs(np.log(matrix * weights[np.newaxis, :] / weights[:, np.newaxis]))
    errors = np.where(np.isnan(errors) | np.tri(len(names), dtype=np.bool_), -1.0, errors)
    # Of answers that are equally far off the first one, as on the sheet: rounding must not choose.
    i, j = np.argwhere(errors >= errors.max() - _WORSE)[0].tolist()
    best = ahp_advice.best_change(matrix)
    change = None
    if best is not None and best.nearest is not None:
        change = {
            "first": names[best.first], "second": names[best.second], "value": best.value,
            "suggested": float(best.nearest), "cr": best.cr_nearest,
        }  # fmt: skip
    return Worst(
        names[i], names[j], float(matrix[i, j]), float(weights[i] / weights[j]),
        survey.places[node, names[i], names[j]], change,
    )  # fmt: skip
