"""Scoring under several frameworks: one run's folder each, and the comparison."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resilience_index.cli import bundles, output
from resilience_index.cli.language import t

if TYPE_CHECKING:
    from resilience_index.analysis.comparison import Comparison
    from resilience_index.cli.asked import Asked
    from resilience_index.findings import Finding
    from resilience_index.scoring.assess import Job
    from resilience_index.scoring.several import Several


def score(names: Sequence[str], make: Callable[[str], Job], asked: Asked) -> int:
    """Score under each framework, compare, write and print; the exit code."""
    from resilience_index.analysis.comparison import compare
    from resilience_index.runs import comparison_folder
    from resilience_index.scoring import several

    def check(works: Sequence[Job]) -> None:
        if asked.out is not None:
            for work in works:
                if bundles.kind_of(asked, work) == "zip":
                    bundles.check_archive(Path(asked.out, work.framework.label))
            comparison_folder.check_target(Path(asked.out), [work.framework.label for work in works])

    done = several.assess_all(names, make, check=check, keep_text=asked.keep_text)
    if done.exit_code:
        _report(done, asked)
        return done.exit_code
    comparison = compare(list(done.results.values()))
    own = comparison.findings()
    works = list(done.works.values())
    written = None
    kind = bundles.kind_of(asked, works[0])
    if asked.out is not None:
        written = comparison_folder.write(
            comparison, works, Path(asked.out), findings=own, formats=asked.reports(works[0]),
            with_trace=asked.with_trace, language=asked.language(works[0]),
            bundle=kind is not None, with_data=not bundles.without_data(asked, works[0]),
        )  # fmt: skip
    if not (asked.quiet or asked.json):
        _tell([([], own), *done.findings()], len(names), verbose=asked.verbose)
    _print(comparison, works, own, asked)
    if written is not None:
        asked.say_written(written)
        if kind == "zip":
            for name, files in written.runs.items():
                bundles.pack(written.folder / name, files, quiet=asked.quiet)
    return 0


def _print(comparison: Comparison, works: Sequence[Job], own: Sequence[Finding], asked: Asked) -> None:
    """The comparison on stdout, as tables or as JSON with the runs."""
    language = output.language()
    if asked.json:
        from resilience_index.report.export import comparison as report
        from resilience_index.report.export import json as json_out

        compared = report.to_dict(comparison) | {"findings": json_out.findings_list(own, language)}
        runs = [json_out.score_dict(result, language) for result in comparison.results]
        output.write_json(
            {"schema_version": json_out.SCHEMA_VERSION, comparison.of: runs, "comparison": compared}
        )  # fmt: skip
    elif asked.tables:
        from resilience_index.report.export import comparison as report
        from resilience_index.report.terminal import comparison as comparison_text
        from resilience_index.report.terminal import console
        from resilience_index.report.view import comparison as comparison_view

        limit = report.LISTED if asked.top is None else asked.top or None
        synthetic = any(work.assessment is not None and work.assessment.model.synthetic for work in works)
        view = comparison_view.build(comparison, limit=limit, synthetic=synthetic)
        comparison_text.print_comparison(view, language, out=console.console())


Groups = Sequence[tuple[Sequence[str], Sequence["Finding"]]]


def _tell(groups: Groups, count: int, *, verbose: bool) -> None:
    """Findings, each once: errors, and the first warnings of each code; with ``-v`` all."""
    hidden = 0
    for ids, findings in groups:
        shown = output.few(findings, verbose=verbose)
        hidden += len(findings) - len(shown)
        _write(ids, shown, count)
    output.say_hidden(hidden)


def _write(ids: Sequence[str], findings: Sequence[Finding], count: int) -> None:
    """Findings under the frameworks they belong to; what belongs to all of them stands without a heading."""
    if not findings:
        return
    if 0 < len(ids) < count:
        print(output.safe(t(f"{', '.join(ids)}:", f"{'、'.join(ids)}：")), file=sys.stderr)
    output.write_findings(findings, sys.stderr)


def _report(done: Several, asked: Asked) -> None:
    """The findings of all runs when one failed: every error, and how many there are."""
    groups = list(done.findings())
    if asked.json:
        listed: list[dict[str, Any]] = [
            {**output.finding_dict(finding), "frameworks": list(ids)}
            for ids, findings in groups for finding in findings
        ]  # fmt: skip
        output.write_json({"schema_version": 1, "findings": listed})
    _tell(groups, len(done.found), verbose=asked.verbose)
    output.say_total(finding for _, findings in groups for finding in findings)
