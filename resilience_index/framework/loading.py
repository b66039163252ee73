"""Loading frameworks and the dictionary from YAML, with all findings of a file in one go."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from resilience_index.errors import InputError
from resilience_index.findings import Finding, did_you_mean, has_errors
from resilience_index.framework import catalogue, checks, diagnosis_checks, yaml_strict
from resilience_index.framework.models import (
    DictionaryModel,
    FrameworkModel,
    IndicatorModel,
    LeafModel,
    LocalLeafModel,
    NodeModel,
)
from resilience_index.framework.named_files import named_at
from resilience_index.framework.text import read_bytes
from resilience_index.framework.tree import Framework, Indicator, Leaf, Node, walk
from resilience_index.framework.validation import examine
from resilience_index.framework.yaml_strict import Document, Steps
from resilience_index.methods.checking import suggestion

_HINTS = 200


class Dictionary:
    """The indicators of a dictionary file by id, and what was found in it."""

    def __init__(self, document: Document, model: DictionaryModel, findings: tuple[Finding, ...] = ()) -> None:
        self.document = document
        self.indicators = {name: _indicator(name, item) for name, item in model.indicators.items()}
        self.findings = findings


def load_dictionary(path: str | Path | None = None) -> Dictionary:
    """Load a dictionary (the shipped one by default).

    Raises ``UnreadableError`` and ``InputError`` with findings RI1xx; warnings stay in its ``findings``.
    """
    source = catalogue.dictionary_path() if path is None else Path(path)
    dictionary = _load_dictionary(source, "dictionary.yaml" if path is None else str(path))
    if has_errors(dictionary.findings):
        raise InputError(dictionary.findings)
    return dictionary


def _load_dictionary(path: Path, label: str) -> Dictionary:
    return _parse_dictionary(read_bytes(path, yaml_strict.MAX_BYTES, label), label)


@functools.lru_cache(maxsize=4)
def _parse_dictionary(content: bytes, label: str) -> Dictionary:
    """A dictionary with all its findings. Kept by content: a file that was edited is read again."""
    document = yaml_strict.parse_leniently(content, label)
    examined = examine(document, "dictionary", DictionaryModel)
    if examined.model is None:
        raise InputError(examined.findings)
    dictionary = Dictionary(document, examined.model)
    findings = examined.keep(checks.dictionary_findings(document, dictionary.indicators))
    return Dictionary(document, examined.model, (*examined.findings, *findings))


def load_framework(name: str | Path) -> Framework:
    """Load a framework by id (``toe``) or path.

    The dictionary is the file named by ``dictionary:``, else ``dictionary.yaml`` beside the framework,
    else the shipped one. Raises ``UnknownNameError`` (RI008), ``UnreadableError`` (missing, empty,
    binary or hostile file) and ``InputError`` with findings RI1xx of the framework and its dictionary,
    each with line and column. Warnings stay in ``Framework.findings``.
    """
    path, label = catalogue.find_framework(str(name))
    return _resolved(yaml_strict.read_leniently(path, label), path, label, None)


def framework_from(
    content: bytes, label: str, dictionary: bytes | None, dictionary_label: str = "dictionary.yaml"
) -> Framework:
    """A framework from the bytes of its file and of the dictionary it was made with; as ``load_framework``."""
    document = yaml_strict.parse_leniently(content, label)
    given = None if dictionary is None else _parse_dictionary(dictionary, dictionary_label)
    return _resolved(document, None, label, given)


def _resolved(document: Document, path: Path | None, label: str, given: Dictionary | None) -> Framework:
    """The framework of a document; without ``path`` its dictionary is the one given, if any."""
    examined = examine(document, "framework", FrameworkModel)
    model = examined.model
    if model is None:
        raise InputError(examined.findings)
    try:
        used = given if path is None else _dictionary_for(path, label, model, document)
    except InputError as error:
        raise InputError([*examined.findings, *error.findings]) from error
    builder = _Builder(document, used)
    root = builder.node(model.tree, ("tree",))
    known = used.indicators if used is not None else ()
    meaning = checks.framework_findings(document, model, root, builder.unresolved, known)
    absent = [name for names in builder.unresolved.values() for name in names]
    meaning += diagnosis_checks.diagnosis_findings(document, model, root, absent)
    findings = [*examined.findings, *examined.keep([*builder.findings, *meaning])]
    findings += used.findings if used is not None else ()
    if has_errors(findings):
        raise InputError(findings)
    files = {Path(label).name: document.content}
    if used is not None:
        shared = Path(used.document.file)
        files[shared.name if shared.name not in files else shared.as_posix()] = used.document.content
    return Framework(
        id=model.id, version=model.version, title=model.title, root=root, file=label, files=files,
        description=model.description, dictionary_file=used.document.file if used else None,
        sources=model.sources, defaults=model.defaults, ties=model.ranks.ties if model.ranks.model_fields_set else None,
        grades=tuple(model.grades),
        red_lines=tuple(model.red_lines), grading=model.grading, gates=tuple(model.gates),
        flags=tuple(model.flags), recommendations=model.recommendations,
        risks=tuple(model.risks), notes=tuple(model.notes), findings=tuple(findings), others=_others(used, root),
        diagnosis=model.diagnosis,
    )  # fmt: skip


def _others(dictionary: Dictionary | None, root: Node) -> tuple[Indicator, ...]:
    """The dictionary's indicators that the tree does not use."""
    if dictionary is None:
        return ()
    used = {item.id for item in walk(root)}
    return tuple(item for name, item in dictionary.indicators.items() if name not in used)


def _dictionary_for(path: Path, label: str, model: FrameworkModel, document: Document) -> Dictionary | None:
    if model.dictionary is not None:
        with named_at(document, ("dictionary",)):
            return _load_dictionary(path.parent / model.dictionary, str(Path(label).parent / model.dictionary))
    if not _needs_dictionary(model.tree):
        return None
    beside, shipped = path.parent / "dictionary.yaml", catalogue.dictionary_path()
    if beside.is_file() and beside != shipped:
        return _load_dictionary(beside, str(Path(label).parent / "dictionary.yaml"))
    return _load_dictionary(shipped, "dictionary.yaml")


def _needs_dictionary(node: NodeModel) -> bool:
    models = list(_leaf_models(node))
    if any(isinstance(leaf, LeafModel) for leaf in models):
        return True
    here = {leaf.id for leaf in models if isinstance(leaf, LocalLeafModel)}
    return any(leaf.denominate is not None and leaf.denominate["by"] not in here for leaf in models)


def _leaf_models(node: NodeModel) -> Iterator[LeafModel | LocalLeafModel]:
    for child in node.children:
        if isinstance(child, NodeModel):
            yield from _leaf_models(child)
        else:
            yield child


def _indicator(name: str, item: IndicatorModel | LocalLeafModel) -> Indicator:
    return Indicator(
        id=name, title=item.title, unit=item.unit, direction=item.direction,
        range=(item.range[0], item.range[1]) if item.range else None,
        goalposts=tuple(item.goalposts) if item.goalposts else None,
        measure=item.measure, phase=item.phase, basis=item.basis, aliases=tuple(item.aliases),
        not_applicable=item.not_applicable,
    )  # fmt: skip


class _Builder:
    """Turns models into the resolved tree, noting what cannot be resolved."""

    def __init__(self, document: Document, dictionary: Dictionary | None) -> None:
        self.document = document
        self.dictionary = dictionary
        self.unresolved: dict[str, list[str]] = {}
        self.findings: list[Finding] = []

    def node(self, model: NodeModel, path: Steps) -> Node:
        children: list[Node | Leaf] = []
        for position, child in enumerate(model.children):
            place = (*path, "children", position)
            if isinstance(child, NodeModel):
                children.append(self.node(child, place))
            else:
                leaf = self.leaf(child, place)
                if leaf is not None:
                    children.append(leaf)
                elif isinstance(child, LeafModel):
                    self.unresolved.setdefault(model.id, []).append(child.indicator)
        return Node(
            id=model.id, title=model.title, children=tuple(children), location=self.document.location(path),
            description=model.description, weight=model.weight, aggregate=model.aggregate,
            normalize=model.normalize, missing=model.missing, invert=model.invert, against=model.against,
            round=model.round, show=model.show, scale=model.scale, paths=tuple(model.paths), chain=model.chain,
            aliases=tuple(model.aliases), source=model.source,
        )  # fmt: skip

    def leaf(self, model: LeafModel | LocalLeafModel, path: Steps) -> Leaf | None:
        if isinstance(model, LocalLeafModel):
            indicator = _indicator(model.id, model)
        else:
            found = self.dictionary.indicators.get(model.indicator) if self.dictionary else None
            if found is None:
                self._unknown(model.indicator, path)
                return None
            indicator = found
        return Leaf(
            indicator=indicator, location=self.document.location(path), weight=model.weight,
            denominate=model.denominate,
            normalize=model.normalize, fill=model.fill, treat=model.treat,
            tokens=None if model.tokens is None else tuple(model.tokens), invert=model.invert,
            against=model.against, round=model.round, scale=model.scale, source=model.source,
            local=isinstance(model, LocalLeafModel),
        )  # fmt: skip

    def _unknown(self, name: str, path: Steps) -> None:
        known = list(self.dictionary.indicators) if self.dictionary else []
        file = self.dictionary.document.file if self.dictionary else "dictionary.yaml"
        place = (*path, "indicator") if self.document.has((*path, "indicator")) else path
        # Likeness is slow to compute: a file of nothing but unknown names is told without hints.
        hint = did_you_mean(suggestion(name, known) if len(self.findings) < _HINTS else None)
        self.findings.append(self.document.finding("RI133", place, id=name, dictionary=file, suggestion=hint))
