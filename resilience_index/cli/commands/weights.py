"""``resilience weights``: weights with their consistency and components."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from resilience_index.cli import options
from resilience_index.cli.language import t

_EPILOG = t("Examples: ", "示例：") + (
    "resilience weights -f toe --weights ahp -j sample_data/judgments.yaml"
    "  ·  resilience weights -f toe sample_data/communities.csv --weights entropy --json"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "weights", epilog=_EPILOG, help=t("Show weights, with λmax, CI, RI, CR and components.",
                                          "显示权重及 λmax、CI、RI、CR 与组成。"),
    )(run)  # fmt: skip


def run(
    data: Annotated[
        list[str] | None, typer.Argument(metavar="[DATA]", help=t("Data, for data weights.", "数据（客观赋权需要）。"))
    ] = None,
    framework: options.Framework = None,
    config: options.Config = None,
    judgments: options.Judgments = None,
    weights: options.Weights = None,
    period: options.Period = None,
    encoding: options.Encoding = None,
    accept_errors: options.AcceptErrors = False,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:
    """Weights."""
    from resilience_index.cli import output, shared
    from resilience_index.report import json_out

    shared.check_language(lang)
    work = shared.job(
        framework, shared.one(data), config=config, judgments=judgments, encoding=encoding,
        options=shared.make_options(weights=weights, period=period, accept_errors=accept_errors or None),
    )  # fmt: skip
    plan, weighting, findings = _find(work)
    output.tell(findings, quiet=quiet or json, verbose=verbose)
    if json:
        output.write_json(json_out.weights_dict(plan, weighting, findings, output.language()))
    else:
        _print(plan, weighting, output.language())
    return 0


def _find(work: Any) -> tuple[Any, Any, list[Any]]:
    """Weights alone where no data are needed, else those of a scored run."""
    from resilience_index.errors import InputError
    from resilience_index.findings import Finding
    from resilience_index.scoring import assess
    from resilience_index.scoring.weighting import Weighting

    plan = assess.load_plan(work)
    needs_data = plan.weights.name == "entropy" or plan.weights.get("objective") is not None
    if not needs_data:
        weighting = Weighting(plan)
        judged = plan.judgments.findings if plan.judgments is not None else ()
        return plan, weighting, [*plan.framework.findings, *plan.findings, *judged, *weighting.findings]
    if work.data is None:
        raise InputError([Finding("RI327", params={"method": plan.weights.text()})])
    result = assess.assess(work, keep_text=False)
    return plan, result.weighting, list(result.findings)


def _print(plan: Any, weighting: Any, language: Any) -> None:
    from resilience_index.framework.tree import walk
    from resilience_index.report import text
    from resilience_index.report.format import percent_text
    from resilience_index.report.tables import weight_rows

    titles = {item.id: {"zh": item.title.zh, "en": item.title.en} for item in walk(plan.framework.root)}
    components = list(weighting.components) if len(weighting.components) > 1 else []
    out = text.console()
    out.print(f"{plan.framework.title.say(language)}  ·  {plan.weights.text()}", style="bold")
    text.print_weights(list(weight_rows(plan, weighting)), titles, components, language, out, percent_text)
    if weighting.matrices:
        out.print()
        text.print_matrices(weighting.matrices, language, out)
