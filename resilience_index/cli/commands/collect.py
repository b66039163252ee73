"""``resilience collect``: filled surveys into one judgments file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

if TYPE_CHECKING:
    from resilience_index.scoring.surveying import Collected, ExpertAnswers, NodeAnswers

_EXAMPLES = (
    "resilience collect sample_data/surveys/E01.xlsx -o judgments.yaml\n"
    "resilience collect sample_data/surveys/E06.xlsx -f toe --anonymous --json"
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_ = t(
        "Read filled surveys: who answered what, who is inconsistent and where; write the judgments file.",
        "汇总交回的问卷：谁答了哪些、谁不一致、在何处；写出专家判断文件。",
    )
    frame.add(app, "collect", run, _EXAMPLES, help_)


def run(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help=t("Surveys that came back.", "交回的问卷。")),
    ],
    out: Annotated[
        str | None,
        typer.Option(
            "-o", "--out", metavar="FILE",
            help=t("The judgments file to write; without it there is only the report.",
                   "写出的专家判断文件；不写则只给出报告。"),
        ),
    ] = None,
    framework: options.Framework = None,
    anonymous: Annotated[
        bool,
        typer.Option(
            "--anonymous",
            help=t("Ids and sub-groups only: no names, organisations or roles.",
                   "只保留编号与组别，不写姓名、单位、职务。"),
        ),
    ] = False,
    accept_errors: Annotated[
        bool,
        typer.Option("--accept-errors", help=t("Leave out answers that cannot be used.", "不能使用的答案按未答处理。")),
    ] = False,
    force: options.Force = False,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:  # fmt: skip
    """Collect surveys."""
    from pathlib import Path

    from resilience_index.cli import outfile, output, shared
    from resilience_index.errors import UsageError
    from resilience_index.files import write_atomic
    from resilience_index.findings import Location, sort_findings
    from resilience_index.scoring.surveying import collect

    shared.check_language(lang)
    shared.no_dash(out, framework, *files)
    path = None if out is None else Path(out)
    if path is not None:
        if path.suffix.lower() not in (".yaml", ".yml"):
            raise UsageError("RI032", where=Location(out), file=out, known=[".yaml", ".yml"])
        outfile.claim(path, force=force)
    result = collect(list(dict.fromkeys(files)), framework, anonymous=anonymous, accept_errors=accept_errors)
    result.findings = sort_findings(result.findings)
    if path is not None and result.content is not None:
        with outfile.writing(path):
            write_atomic(path, result.content)
    written = out if result.content is not None else None
    if json:
        output.write_json({**result.to_dict(output.language()), "written": written})
    else:
        output.tell(result.findings, quiet=quiet, verbose=verbose)
        _print(result)
    if written is not None:
        count = len({expert.expert for expert in result.experts if expert.used})
        output.message(
            t(f"made {out}: judgments of {output.count(count, 'expert', 'experts')}",
              f"已写出 {out}：{count} 位专家的判断"), quiet=quiet or json,
        )  # fmt: skip
    elif out is not None:
        output.message(t(f"{out} is not written", f"未写出 {out}"), quiet=json)
    return result.exit_code


def _print(result: Collected) -> None:
    """A line for each expert, and one for each node that is to be asked again."""
    if not result.experts:
        return
    import sys

    from resilience_index.cli.output import safe
    from resilience_index.cli.width import cells, pad

    rows = [
        (t("expert", "专家"), t("group", "组别"), t("answered", "已答"), t("consistency", "一致性"), t("file", "文件"))
    ]
    notes: list[list[str]] = [[]]
    for expert in result.experts:
        bad = [node for node in expert.nodes if not node.consistent]
        unused = [node.node for node in expert.nodes if not node.usable]
        verdict = t(f"{len(bad)} above CR 0.10", f"{len(bad)} 处超过 CR 0.10") if bad else t("good", "良好")
        if expert.form != "comparisons":
            verdict = _largest(expert)
        rows.append(
            (
                expert.expert,
                expert.about.get("group", "—"),
                f"{expert.answered}/{expert.questions}",
                verdict,
                expert.file,
            )
        )
        lines = [_line(node) for node in bad]
        if unused:
            lines.append(t(f"    left out: {', '.join(unused)}", f"    未计入：{'、'.join(unused)}"))
        notes.append(lines)
    shown = [[safe(cell) for cell in row] for row in rows]
    widths = [max(cells(row[place]) for row in shown) for place in range(len(shown[0]))]
    for row, lines in zip(shown, notes, strict=True):
        text = "  ".join(pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        sys.stdout.write("\n".join([text, *map(safe, lines)]) + "\n")


def _largest(expert: ExpertAnswers) -> str:
    """The largest CR of best–worst answers, which have no threshold; other forms have none."""
    found = [(node.cr, node.node) for node in expert.nodes if node.cr is not None]
    if not found:
        return "—"
    cr, node = max(found, key=lambda pair: pair[0])
    return t(f"CR up to {cr:.4f} ({node})", f"CR 最大 {cr:.4f}（{node}）") if cr > 0 else t("good", "良好")


def _line(node: NodeAnswers) -> str:
    worst = node.worst
    assert worst is not None
    assert node.cr is not None
    text = t(f"    {node.node}: CR {node.cr:.4f}, look again at {worst.first}/{worst.second}",
             f"    {node.node}：CR {node.cr:.4f}，请复核 {worst.first}/{worst.second}")  # fmt: skip
    if worst.change is not None:
        pair = f"{worst.change['first']}/{worst.change['second']}"
        value = worst.change["suggested"]
        said = f"{value:g}" if value >= 1 else f"1/{1 / value:.0f}"
        text += t(f"; {pair} = {said} would give {worst.change['cr']:.4f}",
                  f"；{pair} 改为 {said} 时为 {worst.change['cr']:.4f}")  # fmt: skip
    return text
