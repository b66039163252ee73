"""``resilience score``: the main job."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from resilience_index.cli import options
from resilience_index.cli.language import t

_EPILOG = t("Examples", "示例") + (
    ": resilience score sample_data/communities.csv -f toe --out results/toe"
    "  ·  resilience score -c sample_data/assessment.yaml --json"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "score", epilog=_EPILOG, help=t("Score, rank and grade communities.", "为社区评分、排名、评级。")
    )(run)


def run(
    data: Annotated[
        list[str] | None, typer.Argument(metavar="[DATA]", help=t("CSV file, one row a community.", "CSV 文件，一行一个社区。"))
    ] = None,
    framework: options.Framework = None,
    config: options.Config = None,
    judgments: options.Judgments = None,
    weights: options.Weights = None,
    normalize: Annotated[
        str | None, typer.Option("--normalize", metavar="METHOD", help=t("Default normalisation of leaves.", "指标的默认标准化方法。"))
    ] = None,
    aggregate: Annotated[
        str | None, typer.Option("--aggregate", metavar="METHOD", help=t("Default aggregation of nodes.", "节点的默认聚合方法。"))
    ] = None,
    missing: Annotated[
        str | None, typer.Option("--missing", metavar="POLICY", help=t("Default rule for missing children.", "子项缺失时的默认规则。"))
    ] = None,
    period: options.Period = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="COLUMN", help=t("Rank inside the groups of a column.", "按某列分组排名。"))
    ] = None,
    encoding: options.Encoding = None,
    engine: Annotated[str, typer.Option("--engine", metavar="local", help=t("Where it runs.", "运行引擎。"))] = "local",
    accept_errors: options.AcceptErrors = False,
    out: Annotated[
        str | None, typer.Option("-o", "--out", metavar="DIR", help=t("Folder for the run's files.", "结果文件夹。"))
    ] = None,
    formats: Annotated[
        str | None, typer.Option("--format", metavar="LIST", help=t("Reports: html,xlsx or none.", "报告：html,xlsx 或 none。"))
    ] = None,
    no_trace: Annotated[
        bool, typer.Option("--no-trace", help=t("No row per unit and leaf (large data).", "不写逐指标轨迹（大数据量）。"))
    ] = False,
    top: Annotated[
        int, typer.Option("--top", min=0, help=t("Rows of the ranking shown (0: all).", "终端显示的排名行数（0 为全部）。"))
    ] = 60,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:
    """Score, rank and grade."""
    from pathlib import Path

    from resilience_index.cli import output, shared
    from resilience_index.report import folder
    from resilience_index.scoring import assess

    shared.check_language(lang)
    if engine != "local":
        raise shared.unknown({"zh": "引擎", "en": "engine"}, engine, ["local"])
    work = shared.job(
        framework, shared.one(data), config=config, judgments=judgments, encoding=encoding,
        options=shared.make_options(
            weights=weights, normalize=normalize, aggregate=aggregate, missing=missing, period=period, by=by,
            accept_errors=accept_errors or None,
        ),
    )  # fmt: skip
    reports = _formats(formats, work)
    if out is not None:
        folder.check_target(Path(out))
    result = assess.assess(work, keep_text=out is not None and not no_trace)
    written: Any = None
    if out is not None:
        language = lang or (work.assessment.model.language if work.assessment else None) or "both"
        written = folder.write(result, work, Path(out), formats=reports, with_trace=not no_trace, language=language)
    output.tell(result.findings, quiet=quiet or json, verbose=verbose)
    if json:
        from resilience_index.report import json_out

        output.write_json(json_out.score_dict(result, output.language()))
    elif not quiet:
        from resilience_index.report import text

        view = folder.make_view(result, work, limit=top or None)
        text.print_scores(view, output.language(), top=top, out=text.console())
    if written is not None:
        output.message(_files(written), quiet=quiet)
    return 0


def _formats(said: str | None, work: Any) -> tuple[str, ...]:
    from resilience_index.cli import shared
    from resilience_index.report import folder

    if said is None:
        model = work.assessment.model if work.assessment else None
        return tuple(model.outputs) if model is not None and model.outputs is not None else folder.FORMATS
    names = [name.strip() for name in said.split(",") if name.strip()]
    for name in names:
        if name not in (*folder.FORMATS, "csv", "json", "none"):
            raise shared.unknown({"zh": "报告格式", "en": "report format"}, name, [*folder.FORMATS, "none"])
    return tuple(name for name in names if name in folder.FORMATS)


def _files(written: Any) -> str:
    names = ", ".join(written.files)
    return t(f"written to {written.folder}: {names}", f"已写入 {written.folder}:{names}")
