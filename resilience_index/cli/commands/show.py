"""``resilience show``: the tree of a framework with sources, weights and goalposts."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

_EXAMPLES = "resilience show toe\nresilience show sfic --lang zh --json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_ = t(
        "Print the tree of a framework: weights, units, goalposts, sources.",
        "显示框架的指标树：权重、单位、目标值与出处。",
    )
    frame.add(app, "show", run, _EXAMPLES, help_)


def run(
    framework: Annotated[
        str, typer.Argument(metavar="FRAMEWORK", help=t("A framework: its id or its file.", "指标框架：标识或文件。"))
    ],
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:
    """Print a tree."""
    from resilience_index.cli import output, shared
    from resilience_index.framework.loading import load_framework

    shared.check_language(lang)
    shared.no_dash(framework)
    loaded = load_framework(framework)
    output.tell(loaded.findings, quiet=quiet or json, verbose=verbose)
    rows = list(_rows(loaded))
    if json:
        output.write_json(
            {
                "schema_version": 1, "id": loaded.id, "version": loaded.version,
                "title": {"zh": loaded.title.zh, "en": loaded.title.en},
                "sources": {name: source.model_dump(exclude_none=True) for name, source in loaded.sources.items()},
                "notes": [note.model_dump() for note in loaded.notes], "tree": rows,
            }
        )  # fmt: skip
        return 0
    _print(loaded, rows, output.language(), verbose=verbose)
    return 0


def _rows(framework: Any) -> Any:
    """Every node and leaf with what the file says of it and its share under the given weights."""
    from resilience_index.methods.checking import check
    from resilience_index.report.export.tables import weight_rows
    from resilience_index.scoring.plan import build
    from resilience_index.scoring.settings import resolve
    from resilience_index.scoring.weighting import Weighting

    settings = resolve(framework, options={"weights": check("weights", "given")})
    plan = build(framework, settings)
    weights = {row["node"]: row for row in weight_rows(plan, Weighting(plan))}
    for ref in plan.items:
        item: Any = plan.leaves[ref.index] if ref.kind == "leaf" else plan.nodes[ref.index]
        parent = plan.nodes[item.parent] if item.parent >= 0 else None
        entry = item.leaf if ref.kind == "leaf" else item.node
        row: dict[str, Any] = {
            "id": item.id, "kind": ref.kind, "level": parent.level + 1 if parent else 0,
            "parent": parent.id if parent else None, "title": {"zh": entry.title.zh, "en": entry.title.en},
            "local_weight": weights[item.id]["local_weight"] if item.id in weights else None,
            "global_weight": weights[item.id]["global_weight"] if item.id in weights else None,
        }  # fmt: skip
        if ref.kind == "leaf":
            indicator = entry.indicator
            row |= {
                "unit": indicator.unit, "direction": indicator.direction,
                "goalposts": None if item.goalposts is None else list(item.goalposts),
                "denominate": None if item.denominate is None else item.denominate.to_dict(),
                "fill": item.fill.to_dict(), "treat": item.treat.to_dict(),
                "normalize": item.normalize.to_dict(), "phase": indicator.phase,
                "source": indicator.basis.seed if indicator.basis else entry.source,
                "basis": indicator.basis.goalposts if indicator.basis else None,
                "measure": indicator.measure.model_dump() if indicator.measure else None,
            }  # fmt: skip
        else:
            row |= {"aggregate": item.aggregate.to_dict(), "source": entry.source, "paths": list(entry.paths)}
        yield row


def _print(framework: Any, rows: list[dict[str, Any]], language: Any, *, verbose: bool) -> None:
    from resilience_index.report.terminal import console as text
    from resilience_index.report.terminal import framework as framework_text
    from resilience_index.report.words.results import say

    out = text.console()
    text.headline(framework.title.say(language), f"{framework.id} {framework.version}", out)
    framework_text.print_framework(rows, language, out)
    out.print(say("basis_marks", language), style="dim")
    for source in framework.sources.values():
        out.print(f"· {source.citation}" + (f" doi:{source.doi}" if source.doi else ""), style="dim")
    if verbose:
        for note in framework.notes:
            out.print(f"· {note.say(language)}")
