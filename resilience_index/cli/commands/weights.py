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
        "Show weights, with the consistency of judgments (λmax, CI, RI, CR), advice to experts, and how far the "
        "weights are from equal ones.",
        "显示权重、判断矩阵的一致性（λmax、CI、RI、CR）与复核建议，以及各级与等权的差距。",
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
    normalize: Annotated[
        str | None,
        typer.Option(
            "--normalize", metavar="METHOD", help=t("Default normalisation of indicators.", "指标的默认标准化方法。")
        ),
    ] = None,
    period: options.Period = None,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    accept_errors: options.AcceptErrors = False,
    allow_personal_data: options.AllowPersonalData = False,
    tree: Annotated[bool, typer.Option("--tree", help=t("Draw the tree with bars.", "以树形和条形显示。"))] = False,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair",
            help=t(
                "Write a proposed copy of the judgments beside them, every change listed.",
                "在判断文件旁写出一份建议的副本，列出每处改动。",
            ),
        ),
    ] = False,
    force: options.Force = False,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:
    """Weights."""
    from resilience_index.cli import output, shared
    from resilience_index.report.export import json as json_out

    shared.check_language(lang)
    work = shared.job(
        framework, shared.files(data), config=config, judgments=judgments, encoding=encoding, sheet=sheet,
        options=shared.make_options(
            weights=weights, normalize=normalize, period=period, accept_errors=accept_errors,
            allow_personal_data=allow_personal_data,
        ),
    )  # fmt: skip
    plan, weighting, findings = _find(work)
    if repair:
        _repair(plan, weighting, force=force)
    output.tell(findings, quiet=quiet or json, verbose=verbose)
    if json:
        output.write_json(json_out.weights_dict(plan, weighting, findings, output.language()))
    else:
        from resilience_index.cli import weights_text

        weights_text.print_all(plan, weighting, output.language(), tree=tree)
    return 0


def _find(work: Any) -> tuple[Any, Any, list[Any]]:
    """Weights alone where no data are needed, else those of a scored run."""
    from resilience_index.errors import UsageError
    from resilience_index.scoring import assess, weight_calls
    from resilience_index.scoring.weighting import Weighting

    assess.look_for_judgments(work)
    plan = assess.load_plan(work)
    if not weight_calls.from_data(plan.weights):
        weighting = Weighting(plan)
        judged = plan.judgments.findings if plan.judgments is not None else ()
        return plan, weighting, [*plan.framework.findings, *plan.findings, *judged, *weighting.findings]
    if work.data is None:
        raise UsageError("RI327", method=plan.weights.text())
    result = assess.assess(work, keep_text=False)
    return plan, result.weighting, list(result.findings)


def _repair(plan: Any, weighting: Any, *, force: bool) -> None:
    """Write the proposal, and say on stderr what it changes. Raises ``UsageError`` RI015 where there is one."""
    import sys
    from pathlib import Path

    from resilience_index.cli import outfile
    from resilience_index.files import write_atomic
    from resilience_index.scoring import repair

    found = repair.repairs(weighting.matrices)
    if plan.judgments is None or not found:
        print(t("no matrix is inconsistent: nothing is proposed", "没有不一致的判断矩阵，无需建议"), file=sys.stderr)
        return
    path = Path(plan.judgments.file)
    copy = path.with_name(f"{path.stem}_proposed{path.suffix}")
    outfile.claim(copy, force=force)
    content = repair.proposed(path, plan.framework.id, found)
    with outfile.writing(copy):
        write_atomic(copy, content)
    print(t(f"{copy} written, a proposal that nobody has confirmed:",
            f"已写出 {copy}，这是未经确认的建议："), file=sys.stderr)  # fmt: skip
    for line in (line for item in found for line in item.lines()):
        print(f"  {line}", file=sys.stderr)
