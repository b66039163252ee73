"""Schemes: named sets of choices in an assessment, laid over it so that one table is scored in several ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from resilience_index.errors import InputError, UnknownNameError, UsageError
from resilience_index.findings import Finding, did_you_mean
from resilience_index.framework.assessment import Assessment
from resilience_index.framework.checks import goalpost_findings
from resilience_index.framework.grade_checks import ALL, item_findings
from resilience_index.framework.models import LARGEST_WEIGHT, AssessmentModel, ItemSettings, SchemeModel
from resilience_index.framework.tree import Framework, Leaf, Node, walk
from resilience_index.framework.yaml_strict import Document, Steps
from resilience_index.methods.checking import shown, suggestion
from resilience_index.scoring.settings import Settings


def names_of(assessment: Assessment | None, said: Sequence[str]) -> list[str]:
    """The schemes that are named, ``all`` standing for every one of the assessment, in its order.

    Raises ``UsageError`` RI009 without an assessment or for one that is named twice, ``UnknownNameError`` RI008.
    """
    known = list(_all(assessment)) if said else []
    names = [name for word in said for name in (known if word == ALL else [word])]
    for position, name in enumerate(names):
        if name not in known:
            raise _unknown(name, known)
        if name in names[:position]:
            raise _usage(
                f"方案“{name}”写了两次", "每个方案只写一次",
                f"the scheme '{name}' is named twice", "name each scheme once",
            )  # fmt: skip
    return names


def _all(assessment: Assessment | None) -> Mapping[str, SchemeModel]:
    """The schemes of an assessment; refused when it has none."""
    found = assessment.model.schemes if assessment is not None else {}
    if not found:
        raise _usage(
            "--scheme 所指的方案写在评估文件中，这里没有", "请用 -c 指定评估文件，并在其中写 schemes:",
            "--scheme names a scheme of an assessment, and there is none",
            "name the assessment with -c, and write 'schemes:' in it",
        )  # fmt: skip
    return found


def _unknown(name: str, known: Sequence[str]) -> UnknownNameError:
    kind = {"zh": "方案", "en": "scheme"}
    return UnknownNameError(
        "RI008", kind=kind, name=name, known=[*known, ALL], suggestion=did_you_mean(suggestion(name, known))
    )


def _usage(problem_zh: str, remedy_zh: str, problem_en: str, remedy_en: str) -> UsageError:
    return UsageError("RI009", problem={"zh": problem_zh, "en": problem_en}, remedy={"zh": remedy_zh, "en": remedy_en})


def chosen(assessment: Assessment | None, name: str | None) -> SchemeModel | None:
    """The scheme of that name; None for none. Raises as ``names_of``."""
    if name is None or assessment is None:
        if name is not None:
            names_of(None, [name])
        return None
    return _all(assessment)[names_of(assessment, [name])[0]]


def layer(scheme: SchemeModel | None) -> dict[str, Any]:
    """What a scheme says beside the defaults, by the names of settings."""
    if scheme is None:
        return {}
    return {"grades": scheme.grades, "grading": scheme.grading, "ties": scheme.ranks.ties if scheme.ranks else None}


def of_assessment(model: AssessmentModel | None) -> dict[str, Any]:
    """What an assessment says beside the defaults, by the names of settings."""
    if model is None:
        return {}
    return {
        "weights": model.weights, "period": model.period, "by": model.by, "grades": model.grades,
        "grading": model.grading, "accept_errors": model.accept_errors or None,
        "allow_personal_data": model.allow_personal_data or None,
    }  # fmt: skip


def judgments(model: AssessmentModel | None, scheme: SchemeModel | None) -> str | None:
    """The file of judgments that a scheme names, else the assessment."""
    return (scheme.judgments if scheme else None) or (model.judgments if model else None)


def says_judgments(assessment: Assessment | None, framework: Framework) -> bool:
    """Whether the scheme in use names a file of judgments itself."""
    if assessment is None or framework.scheme is None:
        return False
    return assessment.model.schemes[framework.scheme].judgments is not None


def judgments_path(settings: Settings) -> tuple[str, ...]:
    """Where the file of judgments is named in the assessment."""
    if settings.origin("judgments") == "scheme":
        return ("schemes", str(settings["scheme"]), "judgments")
    return ("judgments",)


def apply(framework: Framework, assessment: Assessment, name: str, scheme: SchemeModel) -> Framework:
    """A framework with what a scheme says of single nodes and leaves.

    Raises ``InputError`` for items that do not exist or have no such setting (RI144, RI146), goalposts that do not
    fit (RI134, RI135) and weights that do not (RI140 to RI142), each at its line of the assessment.
    """
    document = assessment.document
    findings = list(item_findings(document, framework, name, scheme))
    if findings:
        raise InputError(findings)
    root = _changed(framework.root, scheme.items)
    assert isinstance(root, Node)
    findings += _goalposts(document, framework, name, scheme)
    findings += _weights(document, root, name, scheme)
    if any(finding.severity == "error" for finding in findings):
        raise InputError(findings)
    return replace(
        framework, root=root, scheme=name, scheme_title=scheme.title, findings=(*framework.findings, *findings)
    )


def _changed(item: Node | Leaf, settings: Mapping[str, ItemSettings]) -> Node | Leaf:
    own = settings.get(item.id)
    said = {key: getattr(own, key) for key in own.model_fields_set} if own is not None else {}
    if isinstance(item, Leaf):
        return replace(item, **said)
    return replace(item, children=tuple(_changed(child, settings) for child in item.children), **said)


def _goalposts(document: Document, framework: Framework, name: str, scheme: SchemeModel) -> Iterator[Finding]:
    for leaf in framework.leaves:
        own = scheme.items.get(leaf.id)
        call = own.normalize if own is not None else None
        goalposts = call.get("goalposts") if call is not None else None
        if goalposts is not None:
            path: Steps = ("schemes", name, "items", leaf.id, "normalize", "goalposts")
            yield from goalpost_findings(document, leaf.indicator, goalposts, path)


def _weights(document: Document, root: Node, name: str, scheme: SchemeModel) -> Iterator[Finding]:
    said = {item_id for item_id, own in scheme.items.items() if own.weight is not None}
    for node in walk(root):
        if not isinstance(node, Node):
            continue
        children = node.scored_children
        touched = [child for child in children if child.id in said]
        if not touched:
            continue
        path: Steps = ("schemes", name, "items", touched[0].id, "weight")
        without = [child.id for child in children if child.weight is None]
        if without:
            yield document.finding("RI142", path, id=node.id, names=without)
        elif all(child.weight == 0 for child in children):
            yield document.finding("RI141", path, id=node.id)
        for child in touched:
            if child.weight is not None and not 0 <= child.weight <= LARGEST_WEIGHT:
                place: Steps = ("schemes", name, "items", child.id, "weight")
                yield document.finding("RI140", place, id=child.id, weight=shown(child.weight))
