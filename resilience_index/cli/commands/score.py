"""``resilience score``: the main job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

if TYPE_CHECKING:
    from resilience_index.cli.asked import Asked
    from resilience_index.scoring.assess import Job

_EXAMPLES = (
    "resilience score sample_data/communities.csv -f toe --out results/toe\n"
    "resilience score -c sample_data/assessment.yaml --json"
)

RANKING = 60
"""Rows of the ranking that are shown unless ``--top`` says otherwise."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    frame.add(app, "score", run, _EXAMPLES, t("Score, rank and grade communities.", "为社区评分、排名、评级。"))


def run(
    data: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DATA...]",
            help=t(
                "CSV, XLSX or Parquet, one row for each community (and period); several make one table; - is stdin.",
                "CSV、XLSX 或 Parquet 文件，每个社区（每期）一行；多个文件合为一张表；- 表示标准输入。",
            ),
        ),
    ] = None,
    framework: options.Frameworks = None,
    config: options.Config = None,
    judgments: options.Judgments = None,
    weights: options.Weights = None,
    normalize: Annotated[
        str | None,
        typer.Option(
            "--normalize", metavar="METHOD", help=t("Default normalisation of indicators.", "指标的默认标准化方法。")
        ),
    ] = None,
    aggregate: Annotated[
        str | None,
        typer.Option("--aggregate", metavar="METHOD", help=t("Default aggregation of nodes.", "节点的默认聚合方法。")),
    ] = None,
    missing: Annotated[
        str | None,
        typer.Option(
            "--missing",
            metavar="POLICY",
            help=t("Default rule for nodes with missing children.", "节点有子项缺失时的默认规则。"),
        ),
    ] = None,
    period: options.Period = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="COLUMN", help=t("Rank inside the groups of this column.", "按该列分组，在组内排名。")
        ),
    ] = None,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    engine: Annotated[
        str,
        typer.Option(
            "--engine", metavar="NAME", help=t("Where to compute; so far only: local.", "计算引擎，目前只有 local。")
        ),
    ] = "local",
    accept_errors: options.AcceptErrors = False,
    allow_personal_data: options.AllowPersonalData = False,
    out: Annotated[
        str | None, typer.Option("-o", "--out", metavar="DIR", help=t("Folder for the results.", "结果文件夹。"))
    ] = None,
    formats: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="LIST",
            help=t(
                "Reports to write: of html,xlsx,docx,pdf (default: html,xlsx), or none.",
                "生成的报告：html,xlsx,docx,pdf 中选取（默认 html,xlsx），或 none。",
            ),
        ),
    ] = None,
    map_file: Annotated[
        str | None,
        typer.Option(
            "--map",
            metavar="FILE",
            help=t(
                "GeoJSON with the areas of the communities, for a map in the report.",
                "各社区边界的 GeoJSON 文件，用于报告中的地图。",
            ),
        ),
    ] = None,
    no_trace: Annotated[
        bool,
        typer.Option(
            "--no-trace",
            help=t("Leave out the trace of every value (for large data).", "不写逐项计算记录（数据量大时用）。"),
        ),
    ] = False,
    top: Annotated[
        int | None,
        typer.Option(
            "--top",
            min=0,
            metavar="N",
            help=t(
                "Rows of the ranking to show, 0 for all (default: 60; of the largest shifts between frameworks: 10).",
                "显示排名的前 N 行，0 为全部（默认 60；多个框架时为名次差最大的社区，默认 10）。",
            ),
        ),
    ] = None,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:
    """Score, rank and grade."""
    from dataclasses import replace

    from resilience_index.cli import shared
    from resilience_index.cli.asked import Asked
    from resilience_index.scoring import assess

    shared.check_language(lang)
    shared.no_dash(out, map_file)
    if engine != "local":
        raise shared.unknown({"zh": "引擎", "en": "engine"}, engine, ["local"])
    names = shared.framework_names(framework)
    said = shared.make_options(
        weights=weights, normalize=normalize, aggregate=aggregate, missing=missing, period=period, by=by,
        accept_errors=accept_errors, allow_personal_data=allow_personal_data,
    )  # fmt: skip
    files = shared.files(data)
    asked = Asked(
        out=out, formats=formats, with_trace=not no_trace, top=top, json=json, lang=lang, quiet=quiet, verbose=verbose
    )  # fmt: skip
    if formats is not None:
        asked.reports(None)

    def make(name: str | None) -> Job:
        work = shared.job(
            name, files, config=config, judgments=judgments, encoding=encoding, sheet=sheet, options=said
        )  # fmt: skip
        if map_file is not None:
            work = replace(work, map=map_file)
        return assess.with_outputs(work, asked.reports(work), lang, said=formats is not None)

    if len(names) > 1:
        from resilience_index.cli import several

        return several.score(names, make, asked)
    return _one(make(names[0] if names else None), asked)


def _one(work: Job, asked: Asked) -> int:
    """Score under one framework, write and print; the exit code."""
    from pathlib import Path

    from resilience_index.cli import output
    from resilience_index.report import folder
    from resilience_index.scoring import assess

    reports = asked.reports(work)
    if asked.out is not None:
        folder.check_target(Path(asked.out))
    result = assess.assess(work, keep_text=asked.keep_text)
    written = None
    if asked.out is not None:
        written = folder.write(
            result, work, Path(asked.out), formats=reports, with_trace=asked.with_trace, language=asked.language(work)
        )
    output.tell(result.findings, quiet=asked.quiet or asked.json, verbose=asked.verbose)
    if asked.json:
        from resilience_index.report import json_out

        output.write_json(json_out.score_dict(result, output.language()))
    elif asked.tables:
        from resilience_index.report import text

        top = RANKING if asked.top is None else asked.top
        view = folder.make_view(result, work, limit=top or None)
        out, told = text.console(), None
        if out.is_terminal and len(view.periods) > 1:
            from resilience_index.report import trends

            told = trends.histories(result, [unit.community_id for unit in view.periods[0].units])
        text.print_scores(view, output.language(), top=top, out=out, histories=told)
    if written is not None:
        asked.say_written(written)
    return 0
