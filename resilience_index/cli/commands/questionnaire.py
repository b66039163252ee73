"""``resilience questionnaire``: the expert survey as a workbook."""

from __future__ import annotations

from typing import Annotated

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t
from resilience_index.errors import UsageError

_EXAMPLES = (
    "resilience questionnaire toe -o survey.xlsx\n"
    "resilience questionnaire toe -o points.xlsx --form points --node index"
)
_FORMS = {
    "comparisons": {"zh": "两两比较（层次分析法）", "en": "pairwise comparisons (AHP)"},
    "points": {"zh": "专家打分", "en": "points"},
    "ranks": {"zh": "排序（优序）", "en": "ranks"},
    "best-worst": {"zh": "最优最劣法", "en": "best–worst"},
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_ = t(
        "Write the expert survey of a framework: a workbook that shows consistency while it is filled in.",
        "生成框架的专家调查问卷（XLSX），填写时即显示一致性。",
    )
    frame.add(app, "questionnaire", run, _EXAMPLES, help_)


def run(
    framework: Annotated[
        str, typer.Argument(metavar="FRAMEWORK", help=t("Framework: its id or its file.", "指标框架：标识或文件。"))
    ],
    out: Annotated[
        str | None,
        typer.Option("-o", "--out", metavar="FILE", help=t("The file to write: .xlsx.", "写出的文件：.xlsx。")),
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--form", metavar="FORM",
            help=t("comparisons, points, ranks or best-worst (default: comparisons).",
                   "comparisons（两两比较，默认）、points（打分）、ranks（排序）或 best-worst（最优最劣）。"),
        ),
    ] = "comparisons",
    node: Annotated[
        list[str] | None,
        typer.Option(
            "--node", metavar="NODE",
            help=t("Ask about this node's children only; may be repeated (default: every node).",
                   "只询问该节点的子项，可重复（默认全部节点）。"),
        ),
    ] = None,
    force: options.Force = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,  # noqa: ARG001 - nothing more to say
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:  # fmt: skip
    """Write a survey."""
    from pathlib import Path

    from resilience_index.cli import outfile, output, shared
    from resilience_index.data.survey import write_questionnaire
    from resilience_index.data.survey_form import questions
    from resilience_index.framework.loading import load_framework

    shared.check_language(lang)
    if form not in _FORMS:
        raise shared.unknown({"zh": "问卷形式", "en": "form of survey"}, form, list(_FORMS))
    if out is None:
        raise UsageError("RI018", name="-o FILE", usage="resilience questionnaire FRAMEWORK -o FILE")
    shared.no_dash(out, framework)
    loaded = load_framework(framework)
    path = Path(out)
    outfile.claim(path, force=force)
    with outfile.writing(path):
        nodes = write_questionnaire(loaded, path, form=form, nodes=node or (), language=output.language())
    total = sum(questions(item, form) for item in nodes)
    sheets = output.count(len(nodes), "node", "nodes")
    output.message(
        t(f"made {out}: {output.count(total, 'question', 'questions')} about {sheets} of {loaded.id}, "
          f"as {_FORMS[form]['en']}",
          f"已写出 {out}：{loaded.id} 的 {len(nodes)} 个节点、{total} 题，{_FORMS[form]['zh']}"),
        quiet=quiet,
    )  # fmt: skip
    return 0
