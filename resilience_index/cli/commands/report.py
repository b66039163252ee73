"""``resilience report``: reports of a finished run, of the city or of single communities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

if TYPE_CHECKING:
    from pathlib import Path

    from resilience_index.runs.report import Order, Source
    from resilience_index.scoring.assess import Job

_EXAMPLES = (
    "resilience report results/toe --format docx,pdf --lang zh\n"
    "resilience report sample_data/communities.csv -f toe --community 099101001001"
)

_LISTED = 8
"""File names that are told."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_ = t("Reports of a finished run, without scoring it again: of the city or of communities.",
              "由已完成的运行生成报告，无需重新评分：全市报告或单个社区报告。")  # fmt: skip
    frame.add(app, "report", run, _EXAMPLES, help_)


def run(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN|DATA]",
            help=t("Folder or ZIP of a run, or data together with -f or -c.",
                   "运行结果的文件夹或 ZIP 压缩包；或数据文件，另加 -f 或 -c。"),
        ),
    ] = None,
    formats: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="LIST",
            help=t("Formats: of html,xlsx,docx,pdf,md,csv,json,geojson (default: html,docx,pdf).",
                   "格式：html,xlsx,docx,pdf,md,csv,json,geojson 中选取（默认 html,docx,pdf）。"),
        ),
    ] = None,
    community: Annotated[
        list[str] | None,
        typer.Option(
            "--community", metavar="ID",
            help=t("A report of this community alone: its id or its name; several are allowed; all: of each.",
                   "只做该社区的报告：编码或名称；可写多个；all 表示逐个社区。"),
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option("-o", "--out", metavar="DIR",
                     help=t("Folder for the reports (default: report-NAME here).",
                            "报告文件夹（默认为当前文件夹下的 report-名称）。")),
    ] = None,
    force: Annotated[
        bool,
        typer.Option("--force", help=t("Overwrite files that are there, also changed ones.",
                                       "覆盖已有的文件，包括改动过的。")),
    ] = False,
    framework: options.Framework = None,
    config: options.Config = None,
    judgments: options.Judgments = None,
    weights: options.Weights = None,
    map_file: Annotated[
        str | None,
        typer.Option("--map", metavar="FILE",
                     help=t("GeoJSON with the areas of the communities (with DATA).",
                            "各社区边界的 GeoJSON 文件（用于数据文件）。")),
    ] = None,
    template_folder: options.Templates = None,
    save_templates: Annotated[
        str | None,
        typer.Option("--save-templates", metavar="DIR",
                     help=t("Write the program's templates there, to start from, and nothing else.",
                            "把程序自带的模板写入该文件夹，作为修改的起点；不做其他事。")),
    ] = None,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    accept_errors: options.AcceptErrors = False,
    allow_personal_data: options.AllowPersonalData = False,
    lang: Annotated[
        str | None,
        typer.Option("--lang", metavar="zh|en|both",
                     help=t("Language of the reports (default: that of the run).", "报告的语言（默认与运行一致）。")),
    ] = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:  # fmt: skip
    """Make the reports."""
    from pathlib import Path

    from resilience_index.cli import shared
    from resilience_index.report import templates
    from resilience_index.runs import report

    if lang not in (None, "both"):
        shared.check_language(lang)
    shared.no_dash(source, out, framework, config, judgments, map_file, template_folder, save_templates)
    if save_templates is not None:
        return _save(save_templates, force=force, quiet=quiet)
    scored = {"-f": framework, "-c": config, "-j": judgments, "--weights": weights, "--map": map_file,
              "--encoding": encoding, "--sheet": sheet, "--accept-errors": accept_errors,
              "--allow-personal-data": allow_personal_data}  # fmt: skip
    named = [name for name, value in scored.items() if value]
    own = None if template_folder is None else templates.load(template_folder)
    order = report.Order(_formats(formats), lang, community or None, force, own)
    folder = Path(out) if out is not None else Path(f"report-{_name(source or config or '')}")
    report.check(order, folder)
    if source is not None and _is_run(source, named):
        _refuse_options(named)
        found = _of_run(source)
    else:
        if framework is None and config is None:
            raise shared.no_run_and_no_framework(source)
        said = {"weights": weights, "accept_errors": accept_errors, "allow_personal_data": allow_personal_data}
        work = shared.job(
            framework, shared.files([source] if source is not None else None), config=config, judgments=judgments,
            encoding=encoding, sheet=sheet, options=shared.make_options(**said),
        )  # fmt: skip
        found = _of_data(work, map_file, order, quiet=quiet, verbose=verbose)
    _write(found, folder, order, quiet=quiet)
    return 0


def _save(target: str, *, force: bool, quiet: bool) -> int:
    """Write the templates of the program into a folder."""
    from pathlib import Path

    from resilience_index.cli import output
    from resilience_index.report import templates
    from resilience_index.runs import folder as run_folder

    folder = Path(target)
    run_folder.refuse_name(folder)
    try:
        names = templates.save_all(folder, force=force)
    except OSError as error:
        raise run_folder.cannot_write(folder, error) from error
    listed, amount = ", ".join(names), len(names)
    output.message(t(f"written to {folder}: {listed} ({amount} files)",
                     f"已写入 {folder}：{listed}（共 {amount} 个）"), quiet=quiet)  # fmt: skip
    return 0


def _formats(said: str | None) -> tuple[str, ...]:
    """The formats that are asked for. Raises ``UnknownNameError`` RI008, ``UsageError`` RI009 for none at all."""
    from resilience_index.cli import shared
    from resilience_index.report.renderers import RENDERERS
    from resilience_index.runs.report import USUAL
    from resilience_index.scoring import assess

    if said is None:
        return USUAL
    names = [name.strip() for name in said.split(",") if name.strip()]
    for name in names:
        if name not in RENDERERS:
            raise shared.unknown({"zh": "报告格式", "en": "report format"}, name, list(RENDERERS))
    if not names:
        raise assess.usage(
            "没有写出报告格式", "请写出一种或多种，如 --format docx,pdf",
            "no format is named", "name one or several, such as --format docx,pdf",
        )  # fmt: skip
    return tuple(dict.fromkeys(names))


def _name(source: str) -> str:
    """What the folder of reports is called after: the name of the run or file, without its ending."""
    from pathlib import Path

    path = Path(source)
    try:
        name = path.absolute().name if path.name in ("", ".", "..") else path.name
        whole = path.is_dir()
    except (OSError, ValueError):  # told where it is read
        return "run"
    return (name if whole else Path(name).stem) or "run"


def _is_run(source: str, named: list[str]) -> bool:
    """Whether a folder or an archive is named; a workbook is an archive, too, and comes with a framework."""
    import os.path
    from pathlib import Path

    from resilience_index.audit import archive

    if os.path.isdir(source):  # noqa: PTH112 - false for a name too long
        return True
    return "-f" not in named and "-c" not in named and archive.is_archive(Path(source))


def _refuse_options(named: list[str]) -> None:
    """Refuse options that would need scoring: a finished run is as it is."""
    from resilience_index.scoring import assess

    if named:
        text = ", ".join(named)
        raise assess.usage(
            f"{text} 只用于数据文件，不用于已完成的运行", "请去掉这些选项，或改为给出数据文件",
            f"{text}: for data, not for a run that is finished", "leave them out, or name the data file instead",
        )  # fmt: skip


def _of_run(source: str) -> Source:
    from pathlib import Path

    from resilience_index.audit import archive, verify
    from resilience_index.runs import report

    with archive.opened(Path(source)) as folder:
        return report.of_run(verify.open_run(folder, source))


def _of_data(work: Job, map_file: str | None, order: Order, *, quiet: bool, verbose: bool) -> Source:
    """The view of data that are scored on the fly; what was found in them is told."""
    from dataclasses import replace

    from resilience_index.cli import output
    from resilience_index.report import renderers, templates
    from resilience_index.runs import folder as run_folder
    from resilience_index.runs import report
    from resilience_index.scoring import assess

    work = work if map_file is None else replace(work, map=map_file)
    work = assess.with_outputs(work, order.formats, order.language, said=True)
    renderers.check_map(order.formats, there=work.map is not None, where=work.data or "")
    result = run_folder.as_written(assess.assess(work))
    output.tell(result.findings, quiet=quiet, verbose=verbose)
    own = templates.of_job(work)
    view = run_folder.make_view(result, work, templates=own)
    return report.Source(view, str(work.settings["language"]), templates=own)


def _write(found: Source, folder: Path, order: Order, *, quiet: bool) -> None:
    """Write the reports and say which."""
    from resilience_index.cli import output
    from resilience_index.cli.progress import Counted
    from resilience_index.runs import report

    counted = Counted(quiet=quiet)
    try:
        names = report.write(found, folder, order, counted.tell)
    finally:
        counted.end()
    shown = names if len(names) <= _LISTED else (*names[:_LISTED], "…")
    listed, amount = ", ".join(shown), output.count(len(names), "file", "files")
    output.message(t(f"written to {folder}: {listed} ({amount})", f"已写入 {folder}：{listed}（共 {len(names)} 个）"),
                   quiet=quiet)  # fmt: skip
