"""``resilience batch``: many data sets under one or more frameworks, overnight if need be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

if TYPE_CHECKING:
    from resilience_index.runs.batch.folder import Outcome

_EXAMPLES = (
    "resilience batch sample_data/batch.yaml --out results/batch\n"
    "resilience batch sample_data/batch.yaml --out results/batch --resume"
)
_MOST_WORKERS = 8


def register(app: typer.Typer) -> None:
    """Add the command."""
    about = t(
        "Score many data sets; one bad file does not stop the rest.", "为多个数据集评分；个别文件有误不影响其余。"
    )
    frame.add(app, "batch", run, _EXAMPLES, about)


def run(
    source: Annotated[
        str,
        typer.Argument(
            metavar="DIR|LIST",
            help=t("A folder of data files, or a list of data sets (YAML or CSV) with settings of their own.",
                   "存放数据文件的文件夹，或数据集清单（YAML 或 CSV），清单中可为各项单独设置。"),
        ),
    ],
    framework: Annotated[
        list[str] | None,
        typer.Option("-f", "--framework", metavar="ID|PATH",
                     help=t("Framework: its id or its file; several -f, or 'all', each make a run of every data set.",
                            "指标框架：标识或文件；可写多个 -f 或 all，每个数据集逐一评分。")),
    ] = None,
    config: options.Config = None,
    judgments: options.Judgments = None,
    weights: options.Weights = None,
    normalize: Annotated[
        str | None, typer.Option("--normalize", metavar="METHOD",
                                 help=t("Default normalisation of indicators.", "指标的默认标准化方法。"))
    ] = None,
    aggregate: Annotated[
        str | None, typer.Option("--aggregate", metavar="METHOD",
                                 help=t("Default aggregation of nodes.", "节点的默认聚合方法。"))
    ] = None,
    missing: Annotated[
        str | None, typer.Option("--missing", metavar="POLICY",
                                 help=t("Default rule for nodes with missing children.",
                                        "节点有子项缺失时的默认规则。"))
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option("--baseline", metavar="FILE",
                     help=t("Normalise every data set against the statistics that --save-baseline kept.",
                            "各数据集均以 --save-baseline 保存的统计量标准化。")),
    ] = None,
    period: options.Period = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="COLUMN",
                     help=t("Rank inside the groups of this column, and count grades by it (default: district).",
                            "按该列分组排名，并按其统计等级（默认按区县统计）。")),
    ] = None,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    accept_errors: options.AcceptErrors = False,
    allow_personal_data: options.AllowPersonalData = False,
    out: Annotated[
        str | None, typer.Option("-o", "--out", metavar="DIR", help=t("Folder for the results.", "结果文件夹。"))
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help=t("Go on with the batch in the folder: do only what is unfinished or changed.",
                                        "继续文件夹中的批次：只做未完成或有变化的部分。")),
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=0, metavar="N",
                     help=t("Processes at once, 0 for none beside this one (default: one a processor, at most 8).",
                            "同时运行的进程数，0 为只用当前进程（默认每个处理器一个，最多 8 个）。")),
    ] = None,
    formats: Annotated[
        str | None,
        typer.Option("--format", metavar="LIST",
                     help=t("Reports to write of each run, as in 'score' (default: html,xlsx), or none.",
                            "每次运行的报告，同 score（默认 html,xlsx）；none 为不生成。")),
    ] = None,
    no_trace: Annotated[
        bool,
        typer.Option("--no-trace", help=t("Leave out the trace of every value (for large data).",
                                          "不写逐项计算记录（数据量大时用）。")),
    ] = False,
    bundle: options.Bundle = None,
    bundle_without_data: options.BundleWithoutData = False,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:  # fmt: skip
    """Do the batch."""
    from pathlib import Path

    from resilience_index.cli import bundles, output, shared
    from resilience_index.cli.startup import keep_pandas_out
    from resilience_index.runs.batch import folder as batch_folder
    from resilience_index.runs.batch.item import Wanted
    from resilience_index.scoring import batch

    shared.check_language(lang)
    shared.no_dash(source, out, config, judgments, baseline)
    if out is None:
        raise _no_out()
    bundles.check(bundle, without_data=bundle_without_data, out=out)
    said = {
        "config": config, "judgments": judgments, "weights": weights, "normalize": normalize, "aggregate": aggregate,
        "missing": missing, "baseline": baseline, "period": period, "by": by, "encoding": encoding, "sheet": sheet,
        "accept_errors": accept_errors, "allow_personal_data": allow_personal_data,
    }  # fmt: skip
    settings = {name: value for name, value in said.items() if value is not None and value is not False}
    folder = Path(out)
    batch_folder.check_target(folder)
    names = shared.framework_names(framework)
    _look_at(names, settings)
    todo = batch.collect(source, names, settings, out=folder)
    count = _workers(workers, len(todo.tasks))
    wanted = Wanted(
        folder, _formats(formats), not no_trace, lang, bundle, not bundle_without_data,
        threads=1 if count > 1 else None,
    )  # fmt: skip
    outcome = _carried_out(todo, wanted, resume=resume, workers=count, quiet=quiet, begin=keep_pandas_out)
    output.tell(outcome.findings, quiet=quiet or json, verbose=verbose)
    if json:
        output.write_json(outcome.summary)
    elif not quiet:
        _print(outcome, folder)
    return outcome.exit_code


def _no_out() -> Exception:
    from resilience_index.scoring import assess

    return assess.usage(
        "没有指定结果文件夹", "请用 --out 写出结果文件夹", "no folder for the results is named", "name one with --out"
    )


def _look_at(names: list[str], settings: dict[str, Any]) -> None:
    """Refuse what would make every item fail: frameworks, methods and files of the command line."""
    import os.path
    from pathlib import Path

    from resilience_index.errors import UnreadableError
    from resilience_index.findings import Location
    from resilience_index.framework.assessment import load_assessment
    from resilience_index.framework.loading import load_framework
    from resilience_index.framework.text import sibling_hint
    from resilience_index.scoring import batch

    batch.options(settings)
    for name in names:
        load_framework(name)
    if "config" in settings:
        load_assessment(settings["config"])
    for key in ("judgments", "baseline"):
        file = settings.get(key)
        if file is not None and not os.path.exists(file):  # noqa: PTH110 - false for a name that is too long
            raise UnreadableError("RI002", where=Location(file), file=file, hint=sibling_hint(Path(file)))


def _formats(said: str | None) -> tuple[str, ...] | None:
    from resilience_index.cli.asked import Asked

    if said is None:
        return None
    return Asked(None, said, with_trace=True, top=None, json=False, lang=None, quiet=True, verbose=False).reports(None)


def _workers(said: int | None, tasks: int) -> int:
    import os

    if said is not None:
        return min(said, tasks)
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(available, _MOST_WORKERS, tasks))


def _carried_out(todo: Any, wanted: Any, *, resume: bool, workers: int, quiet: bool, begin: Any) -> Outcome:
    """The batch with its progress; a request to end (SIGTERM) is what Ctrl-C is."""
    import contextlib
    import signal

    from resilience_index.cli.language import current
    from resilience_index.cli.progress import Progress
    from resilience_index.runs.batch import folder as batch_folder

    progress = Progress(len(todo.tasks), quiet=quiet)

    def tell(task: Any, entry: Any, kept: bool) -> None:
        first = next(iter(entry.findings), None)
        why = "" if first is None else f"{_place(first, task)}{first['code']} {first['message'][current()]}"
        name = f"{task.item} ({task.framework_shown})"
        progress.add(name, failed=not entry.done, kept=kept, why=why)

    def stop(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second request must not break into the tidying up
        raise KeyboardInterrupt

    before = None
    with contextlib.suppress(ValueError):  # not the main thread
        before = signal.signal(signal.SIGTERM, stop)
    try:
        return batch_folder.carry_out(todo, wanted, resume=resume, workers=workers, tell=tell, begin=begin)
    finally:
        progress.end()
        if before is not None:
            signal.signal(signal.SIGTERM, before)


def _place(finding: Any, task: Any) -> str:
    """Row and column of a finding, after the file where the name of the item is another one; empty without them."""
    place = finding["location"]
    row, column = place.get("row"), place.get("field")
    if row is None and column is None:
        return ""
    parts = [
        t(f"row {row}", f"第 {row} 行") if row is not None else "",
        t(f"column {column}", f"{column} 列") if column is not None else "",
    ]
    inside = t(", ", " ").join(part for part in parts if part)
    file = place.get("file")
    return f"{inside if file in (None, task.item) else t(f'{file}, {inside}', f'{file} {inside}')}{t(': ', '：')}"


_WIDEST = 40
"""Cells of a column beyond which longer texts of it push the rest of their line aside."""


def _print(outcome: Outcome, folder: Any) -> None:
    """The ranking of the data sets on stdout, as lines of text below their titles; nothing where none was scored."""
    from resilience_index.cli import output
    from resilience_index.cli.width import cells, pad

    rows = [_line(row) for row in outcome.summary["ranking"]]
    titles = [
        t("Framework", "框架"), t("Period", "时期"), t("Rank", "名次"), t("Mean", "均值"), t("Data set", "数据集"),
        t("Grades", "等级"),
    ]  # fmt: skip
    shown = [[output.safe(text) for text in row] for row in ([titles, *rows] if rows else [])]
    widths = [min(_WIDEST, max(map(cells, column))) for column in zip(*shown, strict=True)]
    for row in shown:
        print("  ".join(pad(text, width) for text, width in zip(row, widths, strict=True)).rstrip())
    output.message(
        t(f"written to {folder}: {', '.join(_files())}, runs/", f"已写入 {folder}：{'、'.join(_files())}、runs/")
    )


def _line(row: Any) -> list[str]:
    from resilience_index.report.view.format import number_text

    place = "—" if row["rank"] is None else str(row["rank"])
    mean = "—" if row["mean"] is None else number_text(row["mean"], 2)
    grades = " ".join(f"{name} {count}" for name, count in row["grades"].items() if count)
    return [row["framework"], row["period"] or "—", place, mean, row["item"], grades]


def _files() -> tuple[str, ...]:
    from resilience_index.runs.batch.summary import FILES

    return FILES
