"""``resilience weights``: weights with their consistency and components."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

_EXAMPLES = (
    "resilience weights -f toe --weights ahp -j sample_data/judgments.yaml\n"
    "resilience weights sample_data/communities.csv -f toe --weights entropy"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_ = t(
        "Show weights, with the consistency of judgments (λmax, CI, RI, CR).",
        "显示权重及判断矩阵的一致性（λmax、CI、RI、CR）。",
    )
    frame.add(app, "weights", run, _EXAMPLES, help_)


def run(
    data: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DATA...]", help=t("The data, where weights come from data.", "数据文件，客观赋权时需要。")
        ),
    ] = None,
    framework: options.Framework = None,
    config: options.Config = None,
    judgments: options.Judgments = None,
    weights: options.Weights = None,
    period: options.Period = None,
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
    """Weights."""
    from resilience_index.cli import output, shared
    from resilience_index.report import json_out

    shared.check_language(lang)
    work = shared.job(
        framework, shared.files(data), config=config, judgments=judgments, encoding=encoding, sheet=sheet,
        options=shared.make_options(
            weights=weights, period=period, accept_errors=accept_errors or None,
            allow_personal_data=allow_personal_data or None,
        ),
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
    from resilience_index.errors import UsageError
    from resilience_index.scoring import assess
    from resilience_index.scoring.weighting import Weighting

    plan = assess.load_plan(work)
    needs_data = plan.weights.name == "entropy" or plan.weights.get("objective") is not None
    if not needs_data:
        weighting = Weighting(plan)
        judged = plan.judgments.findings if plan.judgments is not None else ()
        return plan, weighting, [*plan.framework.findings, *plan.findings, *judged, *weighting.findings]
    if work.data is None:
        raise UsageError("RI327", method=plan.weights.text())
    result = assess.assess(work, keep_text=False)
    return plan, result.weighting, list(result.findings)


def _print(plan: Any, weighting: Any, language: Any) -> None:
    from resilience_index.framework.tree import walk
    from resilience_index.report import text
    from resilience_index.report.tables import weight_rows

    titles = {item.id: {"zh": item.title.zh, "en": item.title.en} for item in walk(plan.framework.root)}
    components = list(weighting.components) if len(weighting.components) > 1 else []
    out = text.console()
    text.headline(plan.framework.title.say(language), plan.weights.text(), out, joiner="  ·  ")
    text.print_weights(list(weight_rows(plan, weighting)), titles, components, language, out)
    if weighting.matrices:
        out.print()
        text.print_matrices(weighting.matrices, language, out)
