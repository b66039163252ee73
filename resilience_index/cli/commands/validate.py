"""``resilience validate``: all findings of all files in one run."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from resilience_index.cli import options
from resilience_index.cli.language import t

_EPILOG = t("Examples: ", "示例：") + (
    "resilience validate sample_data/assessment.yaml  ·  resilience validate sample_data/communities.csv -f toe --json"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "validate", epilog=_EPILOG,
        help=t("Check frameworks, dictionary, assessment, judgments and data.", "检查框架、词典、评估、判断与数据。"),
    )(run)  # fmt: skip


def run(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help=t("Files of any kind.", "任意类型的文件。"))],
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
    counts = {severity: sum(f.severity == severity for f in report.findings) for severity in ("error", "warning", "info")}
    output.message(
        t(f"{len(report.files)} files: {counts['error']} errors, {counts['warning']} warnings, {counts['info']} notes",
          f"{len(report.files)} 个文件：{counts['error']} 个错误，{counts['warning']} 个警告，{counts['info']} 条提示"),
        quiet=quiet,
    )  # fmt: skip
    return report.exit_code
