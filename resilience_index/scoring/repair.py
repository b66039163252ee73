"""A copy of a judgments file with the changes that would make inconsistent experts consistent: a proposal.

Only the numbers of the changed comparisons differ from the original, and a list of them stands at its head.
Nothing of it is used until somebody, the expert best of all, adopts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from resilience_index.framework import yaml_strict
from resilience_index.framework.yaml_strict import Document
from resilience_index.methods.weights import ahp_advice
from resilience_index.methods.weights.ahp_advice import Change, Proposal
from resilience_index.scoring.judgment_reports import MatrixReport, scale_text

_SCALAR = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s,}#]+")


@dataclass(frozen=True)
class Repair:
    """What is proposed for one expert under one node."""

    report: MatrixReport
    proposal: Proposal

    def lines(self) -> Iterator[str]:
        """Each change with the CR before and after it; and whether the threshold is reached."""
        for change in self.proposal.changes:
            pair = self.report.pair(change.first, change.second)
            yield (
                f"{self.report.parent} {self.report.expert}: {pair} {scale_text(change.before)} → {change.after}"
                f" (CR {change.cr_before:.4f} → {change.cr_after:.4f})"
            )
        if not self.proposal.reached:
            yield f"{self.report.parent} {self.report.expert}: CR > {self.proposal.threshold:g}"


def repairs(matrices: Sequence[MatrixReport]) -> list[Repair]:
    """Proposals for the experts whose matrices are inconsistent; those of the group follow from theirs."""
    return [
        Repair(report, ahp_advice.propose(report.given, report.threshold, report.ri_table))
        for report in matrices
        if report.expert is not None and not report.consistent
    ]


def proposed(path: Path, framework: str, found: Sequence[Repair]) -> bytes:
    """The judgments file with the changes in their places and listed at its head.

    ``framework`` is the id that may stand before nodes. Raises what reading the file raises.
    """
    document = yaml_strict.read_leniently(path)
    lines = document.content.decode("utf-8-sig").splitlines(keepends=True)
    edits = [edit for repair in found for edit in _edits(document, framework, repair)]
    for row, column, text in sorted(edits, reverse=True):
        line = lines[row - 1]
        old = _SCALAR.match(line, column - 1)
        if old is not None:
            lines[row - 1] = line[: column - 1] + text + line[old.end() :]
    head = ["# 建议的判断，未经专家确认。改动： / Proposed judgments, confirmed by no expert. Changes:\n"]
    head += [f"#   {line}\n" for repair in found for line in repair.lines()]
    return "".join([*head, *lines]).encode()


def _edits(document: Document, framework: str, repair: Repair) -> Iterator[tuple[int, int, str]]:
    """Line, column and new text of every number that changes."""
    report = repair.report
    changes: dict[tuple[str, str], Change] = {
        (report.children[change.first], report.children[change.second]): change for change in repair.proposal.changes
    }
    for position, expert in enumerate(document.data["experts"]):
        if expert["id"] != report.expert:
            continue
        for key, pairs in expert["comparisons"].items():
            if key not in (report.parent, f"{framework}/{report.parent}"):
                continue
            for pair in pairs:
                first, _, second = (part.strip() for part in pair.partition("/"))
                value = _new(changes, first, second)
                if value is not None:
                    where = document.location(("experts", position, "comparisons", key, pair))
                    yield int(where.line or 1), int(where.column or 1), str(value)


def _new(changes: dict[tuple[str, str], Change], first: str, second: str) -> Fraction | None:
    if (first, second) in changes:
        return changes[first, second].after
    return 1 / changes[second, first].after if (second, first) in changes else None
