"""``resilience explain``: how one community's score came about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

if TYPE_CHECKING:
    from pathlib import Path

    from resilience_index.analysis.explain import Explanation
    from resilience_index.analysis.whatif import Outlook

_EXAMPLES = (
    "resilience explain 099101001001 -c sample_data/assessment.yaml\n"
    "resilience explain 099101001001 sample_data/communities.csv -f toe --json"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_ = t("Explain a community's score: cell → normalised → weight → contribution.",
              "解释一个社区的得分：单元格 → 标准化 → 权重 → 贡献。")  # fmt: skip
    frame.add(app, "explain", run, _EXAMPLES, help_)


def run(
    community: Annotated[
        str, typer.Argument(metavar="COMMUNITY", help=t("A community: its id or its name.", "社区的编码或名称。"))
    ],
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN|DATA]",
            help=t("A folder of results, or data together with -f.", "结果文件夹；或数据文件，另加 -f。"),
        ),
    ] = None,
    framework: options.Framework = None,
    config: options.Config = None,
    judgments: options.Judgments = None,
    weights: options.Weights = None,
    period: options.Period = None,
    node: Annotated[
        str | None,
        typer.Option(
            "--node",
            metavar="ID",
            help=t(
                "Only this node and what is below it; of an indicator, its whole way.",
                "只看该节点及其下级；若为指标，则显示其完整过程。",
            ),
        ),
    ] = None,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    accept_errors: options.AcceptErrors = False,
    allow_personal_data: options.AllowPersonalData = False,
    html: Annotated[
        str | None,
        typer.Option("--html", metavar="FILE", help=t("Write a page to this file too.", "同时写出一个网页文件。")),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help=t("Overwrite a page that is there.", "覆盖已有的网页。"))
    ] = False,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:
    """Explain."""
    import os.path
    from pathlib import Path

    from resilience_index.analysis.explain import explain, only
    from resilience_index.analysis.outlook import of_result, within
    from resilience_index.cli import outfile, output, shared
    from resilience_index.scoring import assess

    shared.check_language(lang)
    shared.no_dash(framework, config, judgments, html)
    if html is not None:
        outfile.claim(Path(html), force=force)
    if source is not None and os.path.isdir(source):  # noqa: PTH112 - false for a name too long
        found, outlook = _finished(Path(source), community, period)
    else:
        if framework is None and config is None:
            raise shared.no_run_and_no_framework(source)
        work = shared.job(
            framework, shared.files([source] if source is not None else None), config=config, judgments=judgments,
            encoding=encoding, sheet=sheet,
            options=shared.make_options(
                weights=weights, accept_errors=accept_errors, allow_personal_data=allow_personal_data
            ),
        )  # fmt: skip
        result = assess.assess(work)
        output.tell(
            [f for f in result.findings if verbose or f.severity == "error"], quiet=quiet or json, verbose=verbose
        )
        found = explain(result, community, period)
        outlook = of_result(result, found)
    if node is not None:
        found = only(found, node)
        outlook = within(outlook, found)
    if html is not None:
        _write_page(Path(html), found, outlook, lang or "both")
    if json:
        output.write_json(found.to_dict() | {"outlook": _plain(outlook)})
    elif not quiet or html is None:
        from resilience_index.report.terminal import change as change_text
        from resilience_index.report.terminal import console, explanation
        from resilience_index.report.view import outlook as outlook_view

        language, out = output.language(), console.console()
        explanation.print_explanation(found, language, out)
        if verbose or not found.nodes:
            from resilience_index.report.view import explanation as explain_view

            change_text.print_ways(explain_view.build(found), language, out)
        view = outlook_view.build(outlook, found.nodes[0].scale if found.nodes else 100.0)
        change_text.print_outlook(view, language, out)
    if html is not None:
        output.message(t(f"written to {html}", f"已写入 {html}"), quiet=quiet)
    return 0


def _finished(folder: Path, community: str, period: str | None) -> tuple[Explanation, Outlook]:
    """The explanation that a run's folder holds, and what would change it, scored again from its inputs."""
    from resilience_index.analysis import outlook, runs
    from resilience_index.analysis.explain import explain_run
    from resilience_index.analysis.whatif import Outlook
    from resilience_index.errors import UsageError
    from resilience_index.findings import Finding, Location

    found = explain_run(folder, community, period)
    try:
        run = runs.load(folder)
    except UsageError as error:
        if error.code not in ("RI481", "RI482"):
            raise
        return found, Outlook((), (Finding("RI494", Location(str(folder)), {"file": str(folder)}),))
    ahead = outlook.of_result(run.result, found)
    return found, Outlook(ahead.goals, (*run.findings, *ahead.findings))


def _write_page(path: Path, found: Explanation, outlook: Outlook, language: str) -> None:
    from resilience_index.cli import outfile
    from resilience_index.files import write_atomic
    from resilience_index.report.page import further as pages
    from resilience_index.report.view import explanation as explain_view
    from resilience_index.report.view import outlook as outlook_view

    ahead = outlook_view.build(outlook, found.nodes[0].scale if found.nodes else 100.0)
    with outfile.writing(path):
        write_atomic(path, pages.explanation_page(explain_view.build(found), ahead, outlook.findings, language))


def _plain(outlook: Outlook) -> dict[str, Any]:
    from resilience_index.cli import output
    from resilience_index.report.view import outlook as outlook_view

    findings = [output.finding_dict(finding) for finding in outlook.findings]
    return {"goals": outlook_view.to_list(outlook), "findings": findings}
