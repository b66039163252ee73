"""Scoring under several frameworks: one run's folder each, and the comparison."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resilience_index.cli import output
from resilience_index.cli.language import t

if TYPE_CHECKING:
    from resilience_index.analysis.comparison import Comparison
    from resilience_index.findings import Finding
    from resilience_index.scoring.assess import Job
    from resilience_index.scoring.several import Several


@dataclass(frozen=True)
class Outputs:
    """What is asked for beside the figures; ``top`` None is the number usual for what is shown."""

    out: str | None
    formats: Callable[[Job], tuple[str, ...]]
    with_trace: bool
    top: int | None
    json: bool
    lang: str | None
    quiet: bool
    verbose: bool


def score(names: Sequence[str], make: Callable[[str], Job], asked: Outputs) -> int:
    """Score under each framework, compare, write and print; the exit code."""
    from resilience_index.analysis.comparison import compare
    from resilience_index.report import comparison_folder
    from resilience_index.scoring import several

    def check(works: Sequence[Job]) -> None:
        for work in works[:1]:
            asked.formats(work)
        if asked.out is not None:
            comparison_folder.check_target(Path(asked.out), [work.framework.label for work in works])

    done = several.assess_all(names, make, check=check, keep_text=asked.out is not None and asked.with_trace)
    if done.exit_code:
        _report(done, asked)
        return done.exit_code
    comparison = compare(list(done.results.values()))
    own = comparison.findings()
    works = list(done.works.values())
    written = None
    if asked.out is not None:
        model = works[0].assessment.model if works[0].assessment else None
        written = comparison_folder.write(
            comparison, works, Path(asked.out), findings=own, formats=asked.formats(works[0]),
            with_trace=asked.with_trace, language=asked.lang or (model.language if model else None) or "both",
        )  # fmt: skip
    if not (asked.quiet or asked.json):
        _tell([([], own), *done.findings()], len(names), verbose=asked.verbose)
    _print(comparison, works, own, asked)
    if written is not None:
        listed = ", ".join(written.files)
        text = t(f"written to {written.folder}: {listed}", f"已写入 {written.folder}：{listed}")
        output.message(text, quiet=asked.quiet)
    return 0


def _print(comparison: Comparison, works: Sequence[Job], own: Sequence[Finding], asked: Outputs) -> None:
    """The comparison on stdout, as tables or as JSON with the runs."""
    language = output.language()
    if asked.json:
        from resilience_index.report import comparison as report
        from resilience_index.report import json_out

        compared = report.to_dict(comparison) | {"findings": json_out.findings_list(own, language)}
        runs = [json_out.score_dict(result, language) for result in comparison.results]
        output.write_json(
            {"schema_version": json_out.SCHEMA_VERSION, comparison.of: runs, "comparison": compared}
        )  # fmt: skip
    elif not asked.quiet or asked.out is None:
        from resilience_index.report import comparison as report
        from resilience_index.report import comparison_view, text

        limit = report.LISTED if asked.top is None else asked.top or None
        synthetic = any(work.assessment is not None and work.assessment.model.synthetic for work in works)
        view = comparison_view.build(comparison, limit=limit, synthetic=synthetic)
        text.print_comparison(view, language, out=text.console())


SUMMARY = "RI251"
"""The finding that counts the others itself."""
Groups = Sequence[tuple[Sequence[str], Sequence["Finding"]]]


def _tell(groups: Groups, count: int, *, verbose: bool) -> None:
    """Findings, each once: errors, and the first warnings of each code; with ``-v`` all."""
    hidden = 0
    for ids, findings in groups:
        shown: list[Finding] = []
        seen: dict[str, int] = {}
        for finding in findings:
            seen[finding.code] = seen.get(finding.code, 0) + 1
            few = finding.severity != "info" and seen[finding.code] <= output.REPEATS
            if verbose or finding.severity == "error" or few:
                shown.append(finding)
        hidden += len(findings) - len(shown)
        _write(ids, shown, count)
    if hidden:
        more = "1 more finding" if hidden == 1 else f"{hidden} more findings"
        output.message(t(f"({more}: -v shows all)", f"（另有 {hidden} 条，加 -v 可见）"))


def _write(ids: Sequence[str], findings: Sequence[Finding], count: int) -> None:
    """Findings under the frameworks they belong to; what belongs to all of them stands without a heading."""
    if not findings:
        return
    if 0 < len(ids) < count:
        print(output.safe(t(f"{', '.join(ids)}:", f"{'、'.join(ids)}：")), file=sys.stderr)
    output.write_findings(findings, sys.stderr)


def _report(done: Several, asked: Outputs) -> None:
    """The findings of all runs when one failed: every error, and how many there are."""
    groups = list(done.findings())
    every = [finding for _, findings in groups for finding in findings]
    if asked.json:
        listed: list[dict[str, Any]] = [
            {**output.finding_dict(finding), "frameworks": list(ids)}
            for ids, findings in groups for finding in findings
        ]  # fmt: skip
        output.write_json({"schema_version": 1, "findings": listed})
    _tell(groups, len(done.found), verbose=asked.verbose)
    errors = sum(finding.severity == "error" for finding in every)
    if errors > 1 and not any(finding.code == SUMMARY for finding in every):
        print(t(f"{errors} errors", f"共 {errors} 个错误"), file=sys.stderr)
