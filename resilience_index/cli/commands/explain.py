"""``resilience explain``: how one community's score came about."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

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
        typer.Option("--node", metavar="ID", help=t("Only this node and what is below it.", "只看该节点及其下级。")),
    ] = None,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    accept_errors: options.AcceptErrors = False,
    allow_personal_data: options.AllowPersonalData = False,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:
    """Explain."""
    import os.path
    from pathlib import Path

    from resilience_index.analysis.explain import explain, explain_run, only
    from resilience_index.cli import output, shared
    from resilience_index.scoring import assess

    shared.check_language(lang)
    shared.no_dash(framework, config, judgments)
    if source is not None and os.path.isdir(source):  # noqa: PTH112 - false for a name too long
        found: Any = explain_run(Path(source), community, period)
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
    if node is not None:
        found = only(found, node)
    if json:
        output.write_json(found.to_dict())
        return 0
    from resilience_index.report import text

    text.print_explanation(found, output.language(), text.console())
    return 0
