"""Loading frameworks and the dictionary from YAML, with all findings of a file in one go."""

from __future__ import annotations

import functools
from pathlib import Path

from resilience_index.errors import InputError
from resilience_index.findings import Finding, did_you_mean, has_errors
from resilience_index.framework import catalogue, checks, yaml_strict
from resilience_index.framework.models import (
    DictionaryModel,
    FrameworkModel,
    IndicatorModel,
    LeafModel,
    LocalLeafModel,
    NodeModel,
)
from resilience_index.framework.tree import Framework, Indicator, Leaf, Node, walk
from resilience_index.framework.validation import validate
from resilience_index.framework.yaml_strict import Document
from resilience_index.methods.checking import suggestion

Path_ = tuple[str | int, ...]


class Dictionary:
    """The indicators of a dictionary file by id."""

    def __init__(self, document: Document, model: DictionaryModel) -> None:
        self.document = document
        self.indicators = {name: _indicator(name, item) for name, item in model.indicators.items()}


def load_dictionary(path: str | Path | None = None) -> Dictionary:
    """Load a dictionary (the shipped one by default).

    Raises ``UnreadableError`` and ``InputError`` with findings RI1xx.
    """
    source = catalogue.dictionary_path() if path is None else Path(path)
    return _load_dictionary(source, "dictionary.yaml" if path is None else str(path))


@functools.lru_cache(maxsize=8)
def _load_dictionary(path: Path, label: str) -> Dictionary:
    document = yaml_strict.read(path, label)
    dictionary = Dictionary(document, validate(document, "dictionary", DictionaryModel))
    findings = checks.dictionary_findings(document, dictionary.indicators)
    if has_errors(findings):
        raise InputError(findings)
    return dictionary


def load_framework(name: str | Path) -> Framework:
    """Load a framework by id (``toe``) or path.

    The dictionary is the file named by ``dictionary:``, else ``dictionary.yaml`` beside the framework,
    else the shipped one. Raises ``UnknownNameError`` (RI008), ``UnreadableError`` (missing, empty,
    binary or hostile file) and ``InputError`` with findings RI1xx, each with line and column.
    Warnings stay in ``Framework.findings``.
    """
    path, label = catalogue.find_framework(str(name))
    document = yaml_strict.read(path, label)
    model = validate(document, "framework", FrameworkModel)
    builder = _Builder(document, _dictionary_for(path, label, model))
    root = builder.node(model.tree, ("tree",))
    findings = [*builder.findings, *checks.framework_findings(document, model, root)]
    if has_errors(findings):
        raise InputError(findings)
    used = builder.dictionary
    files = {Path(label).name: document.content}
    if used is not None:
        files[Path(used.document.file).name] = used.document.content
    return Framework(
        id=model.id, version=model.version, title=model.title, root=root, file=label, files=files,
        description=model.description, dictionary_file=used.document.file if used else None,
        sources=model.sources, defaults=model.defaults, ties=model.ranks.ties, grades=tuple(model.grades),
        red_lines=tuple(model.red_lines), flags=tuple(model.flags), recommendations=model.recommendations,
        risks=tuple(model.risks), notes=tuple(model.notes), findings=tuple(findings), others=_others(used, root),
    )  # fmt: skip


def _others(dictionary: Dictionary | None, root: Node) -> tuple[Indicator, ...]:
    """The dictionary's indicators that the tree does not use."""
    if dictionary is None:
        return ()
    used = {item.id for item in walk(root)}
    return tuple(item for name, item in dictionary.indicators.items() if name not in used)


def _dictionary_for(path: Path, label: str, model: FrameworkModel) -> Dictionary | None:
    if not _needs_dictionary(model.tree):
        return None
    if model.dictionary is not None:
        return _load_dictionary(path.parent / model.dictionary, str(Path(label).parent / model.dictionary))
    beside = path.parent / "dictionary.yaml"
    if beside.is_file() and beside != catalogue.dictionary_path():
        return _load_dictionary(beside, str(Path(label).parent / "dictionary.yaml"))
    return load_dictionary()


def _needs_dictionary(node: NodeModel) -> bool:
    return any(
        isinstance(child, LeafModel) or (isinstance(child, NodeModel) and _needs_dictionary(child))
        for child in node.children
    )


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
        self.findings: list[Finding] = []

    def node(self, model: NodeModel, path: Path_) -> Node:
        children: list[Node | Leaf] = []
        for position, child in enumerate(model.children):
            place = (*path, "children", position)
            if isinstance(child, NodeModel):
                children.append(self.node(child, place))
            else:
                leaf = self.leaf(child, place)
                if leaf is not None:
                    children.append(leaf)
        return Node(
            id=model.id, title=model.title, children=tuple(children), location=self.document.location(path),
            description=model.description, weight=model.weight, aggregate=model.aggregate,
            normalize=model.normalize, missing=model.missing, invert=model.invert, against=model.against,
            round=model.round, show=model.show, scale=model.scale, paths=tuple(model.paths), chain=model.chain,
            aliases=tuple(model.aliases), source=model.source,
        )  # fmt: skip

    def leaf(self, model: LeafModel | LocalLeafModel, path: Path_) -> Leaf | None:
        if isinstance(model, LocalLeafModel):
            indicator = _indicator(model.id, model)
        else:
            found = self.dictionary.indicators.get(model.indicator) if self.dictionary else None
            if found is None:
                known = list(self.dictionary.indicators) if self.dictionary else []
                self.findings.append(
                    self.document.finding(
                        "RI133", path, id=model.indicator,
                        dictionary=self.dictionary.document.file if self.dictionary else "dictionary.yaml",
                        suggestion=did_you_mean(suggestion(model.indicator, known)),
                    )  # fmt: skip
                )
                return None
            indicator = found
        return Leaf(
            indicator=indicator, location=self.document.location(path), weight=model.weight,
            normalize=model.normalize, fill=model.fill, treat=model.treat,
            tokens=None if model.tokens is None else tuple(model.tokens), invert=model.invert,
            against=model.against, round=model.round, scale=model.scale, source=model.source,
            local=isinstance(model, LocalLeafModel),
        )  # fmt: skip
