"""``resilience template``: a data-entry workbook or CSV header for one or several frameworks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t
from resilience_index.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from resilience_index.findings import Finding
    from resilience_index.framework.tree import Framework

_EXAMPLES = "resilience template toe sfic -o data.xlsx\nresilience template all -o data.csv --ids"


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_ = t(
        "Write a data-entry workbook or CSV for one or more frameworks, each indicator once.",
        "为一个或多个框架生成数据填报表（XLSX 或 CSV），每个指标只出现一次。",
    )
    frame.add(app, "template", run, _EXAMPLES, help_)


def run(
    frameworks: Annotated[
        list[str],
        typer.Argument(
            metavar="FRAMEWORK...",
            help=t("Ids or files; all: every framework shipped.", "标识或文件；all 为全部自带框架。"),
        ),
    ],
    out: Annotated[
        str | None,
        typer.Option(
            "-o", "--out", metavar="FILE", help=t("The file to write: .xlsx or .csv.", "写出的文件：.xlsx 或 .csv。")
        ),
    ] = None,
    rows: Annotated[
        int,
        typer.Option(
            "--rows", metavar="N", min=1, max=1_048_575,
            help=t("Rows of the workbook with limits and drop-downs, 1 to 1048575 (default: 500).",
                   "工作簿中带限制与下拉列表的行数，1 至 1048575（默认为 500 行）。"),
        ),
    ] = 500,
    ids: Annotated[
        bool, typer.Option("--ids", help=t("Ids as headers instead of titles.", "表头用编号（id）而不用名称。"))
    ] = False,
    force: options.Force = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,  # noqa: ARG001 - nothing more to say
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:  # fmt: skip
    """Write a template."""
    from pathlib import Path

    from resilience_index.cli import outfile, output, shared
    from resilience_index.data.sheets.template import write_template

    shared.check_language(lang)
    if out is None:
        raise UsageError("RI018", name="-o FILE", usage="resilience template FRAMEWORK... -o FILE")
    shared.no_dash(out, *frameworks)
    loaded = _load(frameworks)
    path = Path(out)
    outfile.claim(path, force=force)
    with outfile.writing(path):
        columns = write_template(loaded, path, language=output.language(), rows=rows, ids=ids)
    names = t(", ", "、").join(framework.id for framework in loaded)
    output.message(
        t(f"made {out}: {output.count(len(columns), 'indicator', 'indicators')} of {names}",
          f"已写出 {out}：{names} 的 {len(columns)} 个指标"),
        quiet=quiet,
    )  # fmt: skip
    return 0


def _load(names: list[str]) -> list[Framework]:
    """The frameworks of that name, each once; the findings of all that are faulty in one go."""
    from resilience_index.errors import InputError
    from resilience_index.framework import catalogue
    from resilience_index.framework.loading import load_framework

    wanted: dict[Path, str] = {}
    for name in catalogue.expanded(names):
        wanted.setdefault(catalogue.path_of(name), name)
    loaded: list[Framework] = []
    findings: list[Finding] = []
    for name in wanted.values():
        try:
            loaded.append(load_framework(name))
        except InputError as error:
            findings += error.findings
    if findings:
        raise InputError(findings)
    return loaded
