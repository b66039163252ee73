"""``resilience frameworks``: what is shipped."""

from __future__ import annotations

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
    from resilience_index.framework.catalogue import framework_paths
    from resilience_index.framework.loading import load_framework

    shared.check_language(lang)
    loaded = [load_framework(name) for name in framework_paths()]
    if json:
        rows = [
            {"id": item.id, "version": item.version, "title": {"zh": item.title.zh, "en": item.title.en},
             "nodes": len(item.nodes), "leaves": len(item.leaves)}
            for item in loaded
        ]  # fmt: skip
        output.write_json({"schema_version": 1, "frameworks": rows})
        return 0
    from resilience_index.report import text
    from resilience_index.report.words import say

    language = output.language()
    headings = [("id", "left"), (say("version", language), "left"), (say("nodes", language), "right"),
                (say("indicators", language), "right"), (say("title", language), "wrap")]  # fmt: skip
    rows_text = [
        [item.id, item.version, str(len(item.nodes)), str(len(item.leaves)), item.title.say(language)]
        for item in loaded
    ]
    text.print_list(rows_text, headings, text.console())
    return 0
