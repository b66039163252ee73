"""``resilience schema``: the JSON Schemas of the YAML files."""

from __future__ import annotations

from typing import Annotated

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

_EXAMPLES = "resilience schema framework\nresilience schema assessment > assessment.json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    frame.add(
        app, "schema", run, _EXAMPLES, t("Print the JSON Schema of a kind of file.", "输出某类文件的 JSON Schema。")
    )


def run(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help=t(
                "framework, dictionary, assessment, judgments or batch.",
                "framework、dictionary、assessment、judgments 或 batch。",
            ),
        ),
    ],
    lang: options.Lang = None,
    quiet: options.Quiet = False,  # noqa: ARG001 - nothing is said beside the data
    verbose: options.Verbose = False,  # noqa: ARG001
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:
    """Print a schema."""
    from resilience_index.cli import output, shared
    from resilience_index.framework.models import MODELS
    from resilience_index.framework.schemas import json_schema

    shared.check_language(lang)
    if kind not in MODELS:
        raise shared.unknown({"zh": "文件类型", "en": "kind of file"}, kind, list(MODELS))
    output.write_json(json_schema(kind))
    return 0
