"""Every citation of the shipped diagnoses names a section that says what the statement rests on.

``papers.yaml`` holds the sections of the papers, with key terms that stand in each and what rests on each term.
A statement must cite just the sections under which it stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from check_papers import BOUNDS

import resilience_index as ri
from resilience_index.framework.catalogue import framework_paths
from resilience_index.framework.diagnosis_rules import rulebook
from resilience_index.framework.tree import Framework, Node

Section = tuple[str, str]
FRAMEWORKS = tuple(framework_paths())


@cache
def papers() -> dict[str, dict[str, dict]]:
    return yaml.safe_load((Path(__file__).parent / "papers.yaml").read_text(encoding="utf-8"))


@cache
def grounds() -> dict[str, set[Section]]:
    """Statement → the sections that say what it rests on."""
    found: dict[str, set[Section]] = {}
    for paper, sections in papers().items():
        for section, entry in sections.items():
            for statements in entry["says"].values():
                for statement in statements:
                    found.setdefault(statement, set()).add((paper, section))
    return found


def cited(source: str) -> set[Section]:
    """The sections of a source: ``001 四; 四(二); 004 四(三)`` carries the paper on."""
    paper, found = "", set()
    for part in source.split("; "):
        match = re.fullmatch("(?:([0-9]{3}) )?(.+)", part)
        assert match is not None
        paper = match[1] or paper
        found.add((paper, match[2]))
    return found


def statements(framework: Framework) -> Iterator[tuple[str, str | None]]:
    """All that a diagnosis of a framework may say, by the name it has in ``papers.yaml``, with its source."""
    book = rulebook(framework)
    for entry in (*book.rules, *book.actions, *book.risks.values()):
        yield entry.id, entry.source
    for name, path in book.paths.items():
        yield name, path.source
    for line in framework.red_lines:
        yield f"cap/{line.indicator}", line.basis
    for node in framework.nodes:
        if isinstance(node, Node) and node.chain is not None:
            yield node.chain.dilemma.id, node.chain.dilemma.source
            yield f"chain/{node.chain.dilemma.id}", node.chain.source


def known(name: str, framework: str) -> set[Section]:
    """What a statement rests on: an entry of the framework's own goes before a common one."""
    table = grounds()
    return table.get(f"{framework}/{name}", table.get(name, set()))


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_statements_cite_the_sections_that_say_so(name):
    wrong = {}
    for statement, source in statements(ri.load_framework(name)):
        assert source is not None, statement
        if cited(source) != known(statement, name):
            wrong[statement] = (source, sorted(known(statement, name)))
    assert wrong == {}


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_details_stand_in_the_sections_of_their_chain(name):
    for node in ri.load_framework(name).nodes:
        if not isinstance(node, Node) or node.chain is None:
            continue
        allowed = cited(node.chain.dilemma.source) | cited(node.chain.source)
        assert node.chain.details
        for detail in node.chain.details:
            assert grounds()[f"detail/{detail.indicator}"] & allowed, detail.indicator


def test_the_table_has_no_statement_that_is_not_made():
    made = set()
    for name in FRAMEWORKS:
        framework = ri.load_framework(name)
        for statement, _ in statements(framework):
            made |= {statement, f"{name}/{statement}"}
        for node in framework.nodes:
            if isinstance(node, Node) and node.chain is not None:
                made |= {f"detail/{detail.indicator}" for detail in node.chain.details}
    assert set(grounds()) <= made


def test_the_sections_are_those_that_can_be_looked_up():
    assert {paper: set(sections) for paper, sections in papers().items()} == {
        paper: set(sections) for paper, sections in BOUNDS.items()
    }
    assert all(entry["title"] and entry["says"] for sections in papers().values() for entry in sections.values())
