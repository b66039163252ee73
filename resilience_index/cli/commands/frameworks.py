"""``resilience frameworks``: what is shipped."""

from __future__ import annotations

from typing import Any

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

_EXAMPLES = "resilience frameworks\nresilience frameworks --json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    frame.add(
        app,
        "frameworks",
        run,
        _EXAMPLES,
        t("List the frameworks that come with the program.", "列出程序自带的指标框架。"),
    )


def run(
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,  # noqa: ARG001 - nothing is said beside the data
    verbose: options.Verbose = False,  # noqa: ARG001
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:
    """List frameworks."""
    from resilience_index.cli import output, shared
    from resilience_index.framework.catalogue import EXAMPLES, example_paths, framework_paths
    from resilience_index.framework.loading import load_framework

    shared.check_language(lang)
    loaded = [load_framework(name) for name in framework_paths()]
    examples = [load_framework(name) for name in example_paths()]
    if json:
        listed = {"frameworks": [_dict(item) for item in loaded], EXAMPLES: [_dict(item) for item in examples]}
        output.write_json({"schema_version": 1, **listed})
        return 0
    from resilience_index.report.terminal import console as text
    from resilience_index.report.words.results import say

    language = output.language()
    headings = [("id", "left"), (say("version", language), "left"), (say("nodes", language), "right"),
                (say("indicators", language), "right"), (say("title", language), "wrap")]  # fmt: skip
    out = text.console()
    text.print_list([_row(item, language) for item in loaded], headings, out)
    out.print()
    out.print(say("examples", language), style="bold")
    text.print_list([_row(item, language) for item in examples], headings, out)
    return 0


def _dict(item: Any) -> dict[str, Any]:
    return {
        "id": item.id, "version": item.version, "title": {"zh": item.title.zh, "en": item.title.en},
        "nodes": len(item.nodes), "leaves": len(item.leaves),
    }  # fmt: skip


def _row(item: Any, language: str) -> list[str]:
    return [item.id, item.version, str(len(item.nodes)), str(len(item.leaves)), item.title.say(language)]
