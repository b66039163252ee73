"""``resilience explain``: how one community's score came about."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from resilience_index.cli import options
from resilience_index.cli.language import t

_EPILOG = t("Examples: ", "示例：") + (
    "resilience explain 099101001001 results/demo"
    "  ·  resilience explain 099101001001 sample_data/communities.csv -f toe --period 2025 --json"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "explain", epilog=_EPILOG,
        help=t("Explain one community's score: cell → normalised → weight → contribution.",
               "解释一个社区的得分：单元格 → 标准化 → 权重 → 贡献。"),
    )(run)  # fmt: skip


def run(
    community: Annotated[str, typer.Argument(metavar="COMMUNITY", help=t("Its id or name.", "社区编码或名称。"))],
    source: Annotated[
        str | None, typer.Argument(metavar="[RUN|DATA]", help=t("A run's folder, or data with -f.", "结果文件夹，或数据加 -f。"))
    ] = None,
    framework: options.Framework = None,
    config: options.Config = None,
    judgments: options.Judgments = None,
    weights: options.Weights = None,
    period: options.Period = None,
    node: Annotated[
        str | None, typer.Option("--node", metavar="ID", help=t("Only this node and what is below it.", "只看该节点及其下级。"))
    ] = None,
    encoding: options.Encoding = None,
    accept_errors: options.AcceptErrors = False,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:
    """Explain."""
    from pathlib import Path

    from resilience_index.analysis.explain import explain, explain_run, only
    from resilience_index.cli import output, shared
    from resilience_index.scoring import assess

    shared.check_language(lang)
    if source is not None and Path(source).is_dir():
        found: Any = explain_run(Path(source), community, period)
    else:
        if source is not None and framework is None and config is None and not Path(source).exists():
            raise _missing(source)
        work = shared.job(
            framework, source, config=config, judgments=judgments, encoding=encoding,
            options=shared.make_options(weights=weights, accept_errors=accept_errors or None),
        )  # fmt: skip
        result = assess.assess(work)
        output.tell([f for f in result.findings if verbose or f.severity == "error"], quiet=quiet or json, verbose=verbose)
        found = explain(result, community, period)
    if node is not None:
        found = only(found, node)
    if json:
        output.write_json(found.to_dict())
        return 0
    from resilience_index.report import text
    from resilience_index.report.format import number_text

    text.print_explanation(found, output.language(), text.console(), number_text)
    return 0


def _missing(source: str) -> Exception:
    from pathlib import Path

    from resilience_index.errors import UnreadableError
    from resilience_index.findings import Location
    from resilience_index.framework.text import sibling_hint

    return UnreadableError("RI002", where=Location(source), file=source, hint=sibling_hint(Path(source)))
