"""What ``diagnosis:`` means together with the tree it stands in; every check adds findings with places."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from typing import Any

from resilience_index.errors import UnknownNameError
from resilience_index.findings import Finding, did_you_mean
from resilience_index.framework import catalogue
from resilience_index.framework.diagnosis_models import ALLOWED, NEEDED, PLACEHOLDERS, TITLES, Action, Rule
from resilience_index.framework.models import FrameworkModel
from resilience_index.framework.tree import Node, walk
from resilience_index.framework.yaml_strict import Document, Steps
from resilience_index.methods.checking import shown, suggestion

_KINDS = ("items", "risks", "below", "raw", "gap")


def diagnosis_findings(
    document: Document, model: FrameworkModel, root: Node, absent: Iterable[str] = ()
) -> list[Finding]:
    """RI130, RI144 and RI180–RI187 about the rules and actions of a framework; ``absent`` leaves were reported."""
    return list(_Checks(document, model, root, absent).findings()) if model.diagnosis is not None else []


class _Checks:
    def __init__(self, document: Document, model: FrameworkModel, root: Node, absent: Iterable[str]) -> None:
        self.document, self.model = document, model
        self.items = {item.id: item for item in walk(root)}
        self.known = dict.fromkeys([*self.items, *absent])
        self.nodes = {name: item for name, item in self.items.items() if isinstance(item, Node)}
        self.risks = dict.fromkeys(risk.id for risk in model.risks)
        self.paths = dict.fromkeys(model.recommendations)
        scale = model.defaults.scale or 100.0
        self.scales = {name: float(item.scale or scale) for name, item in self.items.items()}

    def findings(self) -> Iterable[Finding]:
        diagnosis = self.model.diagnosis
        assert diagnosis is not None
        yield from self._inherited(diagnosis.inherit)
        for part, entries in (("rules", diagnosis.rules), ("actions", diagnosis.actions)):
            yield from self._twice([entry.id for entry in entries], part)
        for number, rule in enumerate(diagnosis.rules):
            yield from self._rule(rule, ("diagnosis", "rules", number))
        for number, action in enumerate(diagnosis.actions):
            yield from self._action(action, ("diagnosis", "actions", number))

    def _inherited(self, names: list[str]) -> Iterable[Finding]:
        for number, name in enumerate(names):
            path: Steps = ("diagnosis", "inherit", number)
            reason = None
            if name == self.model.id:
                reason = {"zh": "但那就是本框架", "en": "which is this framework itself"}
            elif not catalogue.is_path(name):
                try:
                    catalogue.find_framework(name)
                except UnknownNameError:
                    reason = {"zh": "但没有这个框架", "en": "which is no framework"}
            if reason is not None:
                known = [known for known in catalogue.framework_paths() if known != self.model.id]
                yield self.document.finding("RI184", path, name=name, reason=reason, known=known)

    def _twice(self, names: list[str], part: str) -> Iterable[Finding]:
        seen: dict[str, Steps] = {}
        for number, name in enumerate(names):
            path: Steps = ("diagnosis", part, number, "id")
            if name in seen:
                line = self.document.location(seen[name]).line
                yield self.document.finding("RI130", path, id=name, line=line)
            seen.setdefault(name, path)

    def _rule(self, rule: Rule, path: Steps) -> Iterable[Finding]:
        yield from self._keys(rule, path)
        node = {"zh": "树中的节点", "en": "a node of the tree"}
        either = {"zh": "树中的节点或指标", "en": "a node or leaf of the tree"}
        inner = rule.kind in ("lowest", "balance")
        yield from self._names(rule.items, self.nodes if inner else self.known, rule.id, (*path, "items"),
                               node if inner else either)  # fmt: skip
        risk = {"zh": "风险（risks）", "en": "a risk"}
        yield from self._names(rule.risks, self.risks, rule.id, (*path, "risks"), risk)
        yield from self._names(rule.paths, self.paths, rule.id, (*path, "paths"), _PATH)
        if rule.kind == "lowest":
            yield from self._chains(rule, path)
        yield from self._raw(rule, path)
        yield from self._thresholds(rule, path)
        yield from self._texts(rule, path)

    def _keys(self, rule: Rule, path: Steps) -> Iterable[Finding]:
        given = [key for key in _KINDS if getattr(rule, key) not in (None, [])]
        lacking = [key for key in NEEDED[rule.kind] if key not in given]
        if rule.kind in ("lowest", "balance") and len(rule.items) == 1:
            lacking.append("items (2)")
        if rule.kind == "below" and ("below" in given) == ("raw" in given):
            lacking.append("below | raw")
        known = list(ALLOWED[rule.kind])
        if lacking:
            yield self.document.finding("RI180", path, id=rule.id, kind=rule.kind, lacking=lacking, known=known)
        for key in given:
            if key not in known:
                place = (*path, key)
                yield self.document.finding(
                    "RI181", place, at_key=True, id=rule.id, key=key, kind=rule.kind, known=known
                )

    def _names(
        self, names: list[str], known: Mapping[str, object], owner: str, path: Steps, expected: Mapping[str, str]
    ) -> Iterable[Finding]:
        for number, name in enumerate(names):
            if name not in known:
                yield self.document.finding(
                    "RI144", (*path, number), id=owner, name=name, expected=expected, known=list(known) or ["—"],
                    suggestion=did_you_mean(suggestion(name, list(known))),
                )  # fmt: skip

    def _chains(self, rule: Rule, path: Steps) -> Iterable[Finding]:
        for number, name in enumerate(rule.items):
            node = self.nodes.get(name)
            if node is None:
                continue
            lacking = [word for word in ("dilemma", "path") if node.chain is None or getattr(node.chain, word) is None]
            if lacking:
                place = (*path, "items", number)
                joined = {"zh": "、".join(lacking), "en": " or ".join(lacking)}
                yield self.document.finding("RI182", place, id=rule.id, name=name, lacking=joined)

    def _raw(self, rule: Rule, path: Steps) -> Iterable[Finding]:
        for number, name in enumerate(rule.items if rule.raw is not None else ()):
            if name in self.nodes:
                yield self.document.finding("RI186", (*path, "items", number), id=rule.id, name=name)

    def _thresholds(self, rule: Rule, path: Steps) -> Iterable[Finding]:
        """A threshold outside the scale of what it is compared with would hold always or never."""
        names = rule.items
        if rule.kind == "risk":
            names = [name for risk in self.model.risks if risk.id in rule.risks for name in risk.indicators]
        for key in ("below", "gap"):
            value = getattr(rule, key)
            for name in names:
                scale = self.scales.get(name)
                if value is not None and scale is not None and not 0 < value <= scale:
                    yield self.document.finding(
                        "RI187", (*path, key), id=rule.id, value=shown(value), name=name, scale=shown(scale)
                    )  # fmt: skip
                    break

    def _texts(self, rule: Rule, path: Steps) -> Iterable[Finding]:
        for key, names in (("title", TITLES), ("text", PLACEHOLDERS)):
            known = list(names[rule.kind])
            for language in ("zh", "en"):
                place = (*path, key, language)
                try:
                    fields = list(string.Formatter().parse(getattr(getattr(rule, key), language)))
                except ValueError:
                    yield self.document.finding("RI185", place, id=rule.id)
                    continue
                for _, name, form, conversion in fields:
                    written = f"{name}{f'!{conversion}' if conversion else ''}{f':{form}' if form else ''}"
                    if name is not None and written not in known:
                        hint = did_you_mean(None if name in known else suggestion(name, known))
                        params: dict[str, Any] = {"id": rule.id, "name": written, "kind": rule.kind, "known": known}
                        yield self.document.finding("RI183", place, **params, suggestion=hint)

    def _action(self, action: Action, path: Steps) -> Iterable[Finding]:
        either = {"zh": "树中的节点或指标", "en": "a node or leaf of the tree"}
        yield from self._names(action.items, self.known, action.id, (*path, "items"), either)
        if action.path is not None and action.path not in self.paths:
            yield self.document.finding(
                "RI144", (*path, "path"), id=action.id, name=action.path, expected=_PATH,
                known=list(self.paths) or ["—"], suggestion=did_you_mean(suggestion(action.path, list(self.paths))),
            )  # fmt: skip


_PATH = {"zh": "路径（recommendations）", "en": "a recommendation"}
