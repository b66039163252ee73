"""``resilience validate``: all findings of all files in one run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

if TYPE_CHECKING:
    from resilience_index.scoring.validate import Report

_EXAMPLES = (
    "resilience validate sample_data/assessment.yaml\nresilience validate sample_data/communities.csv -f toe --json"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_ = t(
        "Check frameworks, dictionaries, assessments, judgments and data.", "检查框架、词典、评估文件、专家判断与数据。"
    )
    frame.add(app, "validate", run, _EXAMPLES, help_)


def run(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help=t("Files of any kind.", "一个或多个文件，类型不限。"))
    ],
    framework: options.Framework = None,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    allow_personal_data: options.AllowPersonalData = False,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help=t(
                "text (default), concise (one line a finding), json, or github (annotations of a workflow).",
                "text（默认）、concise（每条一行）、json，或 github（工作流标注）。",
            ),
        ),
    ] = None,
    return_sheet: Annotated[
        str | None,
        typer.Option(
            "--return-sheet", metavar="FILE",
            help=t("Give the data back as .xlsx, each faulty cell marked and explained.",
                   "把数据写回 .xlsx，逐格标出问题并附说明。"),
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help=t("Overwrite a return sheet that is there.", "覆盖已有的返回表。"))
    ] = False,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:  # fmt: skip
    """Check files."""
    from resilience_index.cli import finding_formats, output, shared
    from resilience_index.scoring.validate import validate

    shared.check_language(lang)
    form = finding_formats.check_format(format_, json=json)
    shared.no_dash(framework, return_sheet)
    report = validate(
        shared.files(files) or [], framework, encoding, sheet=sheet, allow_personal_data=allow_personal_data or None
    )  # fmt: skip
    note = "" if return_sheet is None else _give_back(report, return_sheet, force=force)
    if form == "json":
        output.write_json(finding_formats.as_json(report.files, report.findings))
        return report.exit_code
    shown = [finding for finding in report.findings if verbose or not quiet or finding.severity == "error"]
    if form == "text":
        output.write_findings(shown, sys.stdout)
    else:
        sys.stdout.writelines(finding_formats.LINES[form](finding) + "\n" for finding in shown)
    counts = {
        severity: sum(f.severity == severity for f in report.findings) for severity in ("error", "warning", "info")
    }
    output.message(
        t(f"{output.count(len(report.files), 'file', 'files')}: {output.count(counts['error'], 'error', 'errors')}, "
          f"{output.count(counts['warning'], 'warning', 'warnings')}, {output.count(counts['info'], 'note', 'notes')}",
          f"{len(report.files)} 个文件：{counts['error']} 个错误，{counts['warning']} 个警告，{counts['info']} 条提示"),
        quiet=quiet,
    )  # fmt: skip
    if note:
        output.message(note, quiet=quiet)
    return report.exit_code


def _give_back(report: Report, name: str, *, force: bool) -> str:
    """Write the return sheet; say what was done."""
    from pathlib import Path

    from resilience_index.cli import outfile, output
    from resilience_index.scoring.returning import return_sheet

    path = Path(name)
    outfile.claim(path, force=force)
    with outfile.writing(path):
        count = return_sheet(report, path, language=output.language())
    if count is None:
        return t("no return sheet is written: the data could not be checked", "数据未能检查，未写出返回表")
    return t(f"made {name}: {output.count(count, 'finding', 'findings')} marked", f"已写出 {name}：标出 {count} 条发现")
