"""``resilience diagnose``: where a city or a community stands, why, and what to do first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

if TYPE_CHECKING:
    from pathlib import Path

    from resilience_index.analysis.standing import Standing

_EXAMPLES = (
    "resilience diagnose sample_data/communities.csv -f sfic\n"
    "resilience diagnose -c sample_data/assessment.yaml --community 099101001001"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_ = t("Strengths, obstacles, dilemmas, paths and actions of a city or a community.",
              "诊断全市或一个社区：优势与短板、障碍、困境、路径与行动。")  # fmt: skip
    frame.add(app, "diagnose", run, _EXAMPLES, help_)


def run(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN|DATA]",
            help=t("A folder of results, or data together with -f.", "结果文件夹；或数据文件，另加 -f。"),
        ),
    ] = None,
    framework: options.Framework = None,
    config: options.Config = None,
    community: Annotated[
        str | None,
        typer.Option(
            "--community",
            metavar="ID",
            help=t(
                "A community: its id or its name (default: the city as a whole).",
                "一个社区的编码或名称（默认诊断全市）。",
            ),
        ),
    ] = None,
    judgments: options.Judgments = None,
    weights: options.Weights = None,
    period: Annotated[
        str | None,
        typer.Option(
            "--period",
            metavar="PERIOD",
            help=t("The period to diagnose (default: the newest).", "诊断哪一期（默认最新一期）。"),
        ),
    ] = None,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    accept_errors: options.AcceptErrors = False,
    allow_personal_data: options.AllowPersonalData = False,
    full: Annotated[
        bool,
        typer.Option("--full", help=t("All strengths, obstacles and actions.", "列出全部优势、短板、障碍与行动。")),
    ] = False,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:
    """Diagnose."""
    import os.path
    from pathlib import Path

    from resilience_index.analysis import diagnosis
    from resilience_index.cli import output, shared

    shared.check_language(lang)
    shared.no_dash(framework, config, judgments)
    if source is not None and os.path.isdir(source):  # noqa: PTH112 - false for a name too long
        _as_scored(source, judgments=judgments, weights=weights, encoding=encoding, sheet=sheet,
                   accept_errors=accept_errors, allow_personal_data=allow_personal_data)  # fmt: skip
        standing = _from_run(Path(source), framework, config)
    else:
        said = {"weights": weights, "accept_errors": accept_errors, "allow_personal_data": allow_personal_data}
        standing = _from_data(source, framework, config, judgments, encoding, sheet, said,
                              quiet=quiet or json, verbose=verbose)  # fmt: skip
    found = diagnosis.diagnose(standing, community=community, period=period, each=json)
    if json:
        from resilience_index.report.export import diagnosis as diagnosis_json

        output.write_json(diagnosis_json.to_dict(found, output.language(), city=community is None))
        return 0
    from resilience_index.report.terminal import console as text
    from resilience_index.report.terminal import diagnosis as diagnosis_text
    from resilience_index.report.view.diagnosis import build

    output.tell(found.findings, quiet=quiet, verbose=verbose)
    view, language = build(found), output.language()
    title = found.framework_title[language]
    if community is None:
        diagnosis_text.print_city(view, title, language, text.console(), full=full)
    else:
        diagnosis_text.print_community(view, view.communities[0], title, language, text.console(), full=full)
    return 0


def _as_scored(folder: str, **given: str | bool | None) -> None:
    """Refuse options of reading and scoring beside a run's folder (RI509): its figures are those it was scored to."""
    from resilience_index.errors import UsageError
    from resilience_index.findings import Location

    options = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if options:
        raise UsageError("RI509", where=Location(folder), options=options, folder=folder)


def _from_run(folder: Path, framework: str | None, config: str | None) -> Standing:
    """The figures of a finished run, with the framework it was made with."""
    from resilience_index.analysis import standing
    from resilience_index.errors import UsageError
    from resilience_index.findings import Location
    from resilience_index.framework import catalogue
    from resilience_index.framework.assessment import load_assessment
    from resilience_index.framework.loading import load_framework

    name = standing.run_framework(folder)
    said = framework
    if said is None and config is not None:
        said = load_assessment(config).framework_name()
    if said is None:
        if name not in catalogue.framework_paths():
            raise UsageError("RI507", where=Location(str(folder)), name=name)
        said = name
    return standing.from_run(folder, load_framework(said))


def _from_data(
    source: str | None, framework: str | None, config: str | None, judgments: str | None, encoding: str | None,
    sheet: str | None, said: Mapping[str, Any], *, quiet: bool, verbose: bool,
) -> Standing:  # fmt: skip
    """The figures of data that are scored on the fly."""
    from resilience_index.analysis import standing
    from resilience_index.cli import output, shared
    from resilience_index.scoring import assess

    if framework is None and config is None:
        raise shared.no_run_and_no_framework(source)
    work = shared.job(
        framework, shared.files([source] if source is not None else None), config=config, judgments=judgments,
        encoding=encoding, sheet=sheet, options=shared.make_options(**said),
    )  # fmt: skip
    result = assess.assess(work)
    output.tell([f for f in result.findings if verbose or f.severity == "error"], quiet=quiet, verbose=verbose)
    return standing.from_result(result)
