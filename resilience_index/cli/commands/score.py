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
    fill: Annotated[
        str | None,
        typer.Option(
            "--fill",
            metavar="METHOD",
            help=t(
                "Default filling of missing values, such as group_mean:by=district.",
                "缺失值的默认填补方法，如 group_mean:by=district。",
            ),
        ),
    ] = None,
    treat: Annotated[
        str | None,
        typer.Option(
            "--treat",
            metavar="METHOD",
            help=t(
                "Default treatment of outliers, such as winsorize:max_points=5.",
                "异常值的默认处理方法，如 winsorize:max_points=5。",
            ),
        ),
    ] = None,
    grading: Annotated[
        str | None,
        typer.Option(
            "--grading",
            metavar="METHOD",
            help=t(
                "How the bounds of the grades are found, such as natural_breaks or quantile.",
                "等级分界的求法，如 natural_breaks、quantile。",
            ),
        ),
    ] = None,
    scheme: Annotated[
        list[str] | None,
        typer.Option(
            "--scheme",
            metavar="NAME",
            help=t(
                "Scheme of the assessment; several --scheme, or 'all', are scored and compared.",
                "评估文件中的方案；可写多个 --scheme 或 all，逐一评分并比较。",
            ),
        ),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            help=t(
                "Normalise against the statistics that --save-baseline kept, not against this run's.",
                "以 --save-baseline 保存的统计量标准化，而非本次数据的统计量。",
            ),
        ),
    ] = None,
    save_baseline: Annotated[
        str | None,
        typer.Option(
            "--save-baseline",
            metavar="FILE",
            help=t(
                "Keep the statistics of relative methods for other years.", "保存相对方法的统计量，供其他年份使用。"
            ),
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
                "Reports to write: of html,xlsx,docx,pdf,md,csv,json,geojson (default: html,xlsx), or none.",
                "生成的报告：html,xlsx,docx,pdf,md,csv,json,geojson 中选取（默认 html,xlsx），或 none。",
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
    template_folder: options.Templates = None,
    no_trace: Annotated[
        bool,
        typer.Option(
            "--no-trace",
            help=t("Leave out the trace of every value (for large data).", "不写逐项计算记录（数据量大时用）。"),
        ),
    ] = False,
    bundle: options.Bundle = None,
    bundle_without_data: options.BundleWithoutData = False,
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

    from resilience_index.cli import baselines, bundles, shared
    from resilience_index.cli.asked import Asked
    from resilience_index.scoring import assess

    shared.check_language(lang)
    shared.no_dash(out, map_file, template_folder, save_baseline)
    bundles.check(bundle, without_data=bundle_without_data, out=out)
    if engine != "local":
        raise shared.unknown({"zh": "引擎", "en": "engine"}, engine, ["local"])
    names = shared.framework_names(framework)
    said = shared.make_options(
        weights=weights, normalize=normalize, aggregate=aggregate, missing=missing, fill=fill, treat=treat,
        grading=grading, period=period, by=by,
        accept_errors=accept_errors, allow_personal_data=allow_personal_data,
    )  # fmt: skip
    files = shared.files(data)
    asked = Asked(
        out=out, formats=formats, with_trace=not no_trace, top=top, json=json, lang=lang, quiet=quiet, verbose=verbose,
        bundle=bundle, without_data=bundle_without_data,
    )  # fmt: skip
    if formats is not None:
        asked.reports(None)

    schemes = shared.scheme_names(scheme, config, names)

    def make(name: str | None) -> Job:
        framework_id, chosen = (names[0] if names else None, name) if schemes else (name, None)
        work = shared.job(
            framework_id, files, config=config, judgments=judgments, baseline=baseline, encoding=encoding,
            sheet=sheet, options=replace(said, scheme=chosen),
        )  # fmt: skip
        if map_file is not None:
            work = replace(work, map=map_file)
        if template_folder is not None:
            work = replace(work, templates=template_folder)
        return assess.with_outputs(work, asked.reports(work), lang, said=formats is not None)

    baselines.claim(save_baseline, several=len(names) > 1 or len(schemes) > 1)
    if len(names) > 1 or len(schemes) > 1:
        from resilience_index.cli import several

        return several.score(schemes or names, make, asked)
    return _one(make(next(iter(schemes or names), None)), asked, save_baseline)


def _one(work: Job, asked: Asked, save_baseline: str | None) -> int:
    """Score under one framework, write and print; the exit code."""
    from pathlib import Path

    from resilience_index.cli import baselines, bundles, output
    from resilience_index.report import templates
    from resilience_index.runs import folder
    from resilience_index.scoring import assess

    templates.of_job(work)  # what is wrong with them is told before anything is scored
    reports = asked.reports(work)
    kind = bundles.kind_of(asked, work)
    if asked.out is not None:
        folder.check_target(Path(asked.out))
        if kind == "zip":
            bundles.check_archive(Path(asked.out))
    result = assess.assess(work, keep_text=asked.keep_text)
    written = None
    if asked.out is not None:
        written = folder.write(
            result, work, Path(asked.out), formats=reports, with_trace=asked.with_trace, language=asked.language(work),
            bundle=kind is not None, with_data=not bundles.without_data(asked, work),
        )  # fmt: skip
    baselines.keep(result, save_baseline)
    output.tell(result.findings, quiet=asked.quiet or asked.json, verbose=asked.verbose)
    if asked.json:
        from resilience_index.report.export import json as json_out

        output.write_json(json_out.score_dict(result, output.language()))
    elif asked.tables:
        from resilience_index.report.terminal import console, scores

        top = RANKING if asked.top is None else asked.top
        view = folder.make_view(result, work, limit=top or None)
        out, told = console.console(), None
        if out.is_terminal and len(view.periods) > 1:
            from resilience_index.report.view import trends

            told = trends.histories(result, [unit.community_id for unit in view.periods[0].units])
        scores.print_scores(view, output.language(), top=top, out=out, histories=told)
    if written is not None:
        asked.say_written(written)
        if kind == "zip":
            bundles.pack(written.folder, written.files, quiet=asked.quiet)
    baselines.tell(save_baseline, quiet=asked.quiet)
    return 0
