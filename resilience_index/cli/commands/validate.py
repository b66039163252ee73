"""``resilience validate``: all findings of all files in one run."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

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
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:
    """Check files."""
    from resilience_index.cli import output, shared
    from resilience_index.scoring.validate import validate

    shared.check_language(lang)
    shared.no_dash(framework, *files)
    report = validate(files, framework, encoding)
    if json:
        output.write_json(
            {
                "schema_version": 1, "files": [{"file": file, "kind": kind} for file, kind in report.files],
                "findings": [finding.to_dict((output.language(),)) for finding in report.findings],
            }
        )  # fmt: skip
        return report.exit_code
    shown = [finding for finding in report.findings if verbose or not quiet or finding.severity == "error"]
    output.write_findings(shown, sys.stdout)
    counts = {
        severity: sum(f.severity == severity for f in report.findings) for severity in ("error", "warning", "info")
    }
    output.message(
        t(f"{output.count(len(report.files), 'file', 'files')}: {output.count(counts['error'], 'error', 'errors')}, "
          f"{output.count(counts['warning'], 'warning', 'warnings')}, {output.count(counts['info'], 'note', 'notes')}",
          f"{len(report.files)} 个文件：{counts['error']} 个错误，{counts['warning']} 个警告，{counts['info']} 条提示"),
        quiet=quiet,
    )  # fmt: skip
    return report.exit_code
