"""``resilience compare``: what changed between two runs, periods or versions of a framework, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

if TYPE_CHECKING:
    from resilience_index.analysis.pairing import Side
    from resilience_index.findings import Finding

_EXAMPLES = (
    "resilience compare sample_data/communities.csv -f toe --periods 2024 2025\n"
    "resilience compare sample_data/communities.csv -f toe -f sfic --top 3"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_ = t("Compare two runs, two periods or two frameworks: every change split by its causes.",
              "比较两次运行、两期或两个框架：把每项变化按原因拆分。")  # fmt: skip
    frame.add(app, "compare", run, _EXAMPLES, help_)


def run(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RUN [RUN]|DATA...]",
            help=t("Two folders of results; one with --periods; or data together with -f.",
                   "两个结果文件夹；一个文件夹加 --periods；或数据文件加 -f。"),
        ),
    ] = None,
    periods: Annotated[
        tuple[str, str] | None,
        typer.Option("--periods", metavar="FIRST SECOND",
                     help=t("The two periods to compare.", "要比较的两期：前一期 后一期。")),
    ] = None,
    framework: Annotated[
        list[str] | None,
        typer.Option("-f", "--framework", metavar="ID|PATH",
                     help=t("Framework of the data; two of them are compared with each other.",
                            "数据所用的指标框架；写两个则互相比较。")),
    ] = None,
    config: options.Config = None,
    judgments: options.Judgments = None,
    weights: options.Weights = None,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    accept_errors: options.AcceptErrors = False,
    allow_personal_data: options.AllowPersonalData = False,
    out: Annotated[
        str | None, typer.Option("-o", "--out", metavar="DIR",
                                 help=t("Folder for compare.csv, compare.json and compare.html.",
                                        "写入 compare.csv、compare.json、compare.html 的文件夹。"))
    ] = None,
    top: Annotated[
        int | None,
        typer.Option("--top", min=0, metavar="N",
                     help=t("Rows to show, 0 for all (default: 10).", "显示的行数，0 为全部（默认 10）。")),
    ] = None,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:  # fmt: skip
    """Compare."""
    from pathlib import Path

    from resilience_index.analysis import change
    from resilience_index.cli import output, shared
    from resilience_index.findings import sort_findings
    from resilience_index.report.export import change as change_out
    from resilience_index.report.terminal import change as change_text
    from resilience_index.report.terminal import console as text
    from resilience_index.report.view import change as change_view
    from resilience_index.runs import change_folder

    shared.check_language(lang)
    shared.no_dash(out, config, judgments)
    if out is not None:
        change_folder.check_target(Path(out))
    names = shared.framework_names(framework)
    if _folders(sources):
        if names or config is not None:
            raise _usage()
        sides, found = _runs(sources or [], periods)
    elif not names and config is None:
        raise _usage()
    else:
        said = shared.make_options(
            weights=weights, accept_errors=accept_errors or None, allow_personal_data=allow_personal_data or None
        )
        files = shared.files(sources)

        def make(name: str | None) -> Any:
            return shared.job(
                name, files, config=config, judgments=judgments, encoding=encoding, sheet=sheet, options=said
            )

        sides, found = _scored([make(name) for name in names] if names else [make(None)], names, periods)
    compared = change.compare(*sides)
    findings = sort_findings([*found, *compared.findings])
    limit = None if top == 0 else change_text.LISTED if top is None else top
    written = None
    if out is not None:
        whole = change_view.build(compared, findings, limit=None)
        written = change_folder.write(compared, whole, Path(out), language=lang or "both")
    output.tell(findings, quiet=quiet or json, verbose=verbose)
    if json:
        listed = [output.finding_dict(finding) for finding in findings]
        output.write_json(change_out.to_dict(compared) | {"findings": listed})
    elif not quiet or out is None:
        view = change_view.build(compared, findings, limit=limit)
        change_text.print_change(view, output.language(), text.console(), top=limit)
    if written is not None:
        listing = ", ".join(written.files)
        output.message(t(f"written to {written.folder}: {listing}", f"已写入 {written.folder}：{listing}"), quiet=quiet)
    return 0


def _folders(sources: list[str] | None) -> bool:
    """Whether folders are named.

    Raises ``UsageError`` RI009 where they are not alone, or are more than two, ``UnreadableError`` RI002 for what is
    not there.
    """
    import os.path
    from pathlib import Path

    from resilience_index.errors import UnreadableError
    from resilience_index.findings import Location
    from resilience_index.framework.text import sibling_hint

    for name in sources or []:
        if name != "-" and not os.path.lexists(name):
            raise UnreadableError("RI002", where=Location(name), file=name, hint=sibling_hint(Path(name)))
    inside = [os.path.isdir(name) for name in sources or []]  # noqa: PTH112 - false for a name too long
    if any(inside) and (not all(inside) or len(inside) > 2):
        raise _usage()
    return any(inside)


def _usage() -> Exception:
    from resilience_index.scoring import assess

    return assess.usage(
        "要比较什么不明确", "请写两个结果文件夹；或一个文件夹加 --periods；或数据文件加 -f（一个加 --periods，或两个）",
        "it is not clear what to compare",
        "name two folders of results; or one with --periods; or data with -f (one and --periods, or two)",
    )  # fmt: skip


def _runs(folders: list[str], periods: tuple[str, str] | None) -> tuple[list[Side], list[Finding]]:
    """The sides of finished runs: two folders, or two periods of one."""
    from pathlib import Path

    from resilience_index.analysis import runs
    from resilience_index.analysis.pairing import side
    from resilience_index.data.privacy import mask

    loaded = [runs.load(Path(name)) for name in folders]
    found = [finding for one in loaded for finding in one.findings]
    if len(loaded) == 1:
        return _periods(loaded[0].result, periods), found
    names = [mask(Path(name).name or name) for name in folders]
    if names[0] == names[1]:
        names = [mask(name) for name in folders]
    chosen = periods or (None, None)
    return [side(name, one.result, label) for name, one, label in zip(names, loaded, chosen, strict=True)], found


def _periods(result: Any, periods: tuple[str, str] | None) -> list[Side]:
    """Two periods of one result. Raises ``UsageError`` RI485 where it is open which, RI009 where there are not two."""
    from resilience_index.analysis.pairing import side
    from resilience_index.errors import UsageError

    if periods is None:
        labels = result.period_labels
        if len(labels) < 2:
            raise _usage()
        if len(labels) != 2:
            raise UsageError("RI485", known=[label or "—" for label in labels])
        periods = labels
    return [side(label, result, label) for label in periods]


def _scored(
    works: list[Any], names: list[str], periods: tuple[str, str] | None
) -> tuple[list[Side], list[Finding]]:  # fmt: skip
    """The sides of data that are scored now: two periods under one framework, or two frameworks."""
    from resilience_index.analysis.pairing import side
    from resilience_index.scoring import assess

    if len(works) > 2:
        raise _usage()
    results = [assess.assess(work, keep_text=False) for work in works]
    found = [f for result in results for f in result.findings if f.severity == "error"]
    if len(results) == 1:
        return _periods(results[0], periods), found
    labels = [f"{work.framework.id} {work.framework.version}" for work in works]
    if labels[0] == labels[1]:
        labels = names
    chosen = periods or (None, None)
    return [side(name, result, label) for name, result, label in zip(labels, results, chosen, strict=True)], found
