"""``resilience codes``: every finding code."""

from __future__ import annotations

from typing import Annotated

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

_EXAMPLES = "resilience codes RI134\nresilience codes --json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    frame.add(
        app,
        "codes",
        run,
        _EXAMPLES,
        t("Explain a finding code, or list them all.", "说明检查发现的代码，或列出全部代码。"),
    )


def run(
    code: Annotated[str | None, typer.Argument(metavar="[CODE]", help=t("Such as RI134.", "如 RI134。"))] = None,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,  # noqa: ARG001 - nothing is said beside the data
    verbose: options.Verbose = False,  # noqa: ARG001
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:
    """Print codes."""
    from resilience_index.cli import output, shared
    from resilience_index.errors import UnknownNameError
    from resilience_index.findings import CATALOGUE, did_you_mean

    shared.check_language(lang)
    if code is not None and code.upper() not in CATALOGUE:
        kind = {"zh": "检查发现代码", "en": "finding code"}
        known = {"zh": "见 resilience codes", "en": "see 'resilience codes'"}
        raise UnknownNameError("RI008", kind=kind, name=code, suggestion=did_you_mean(None), known=known)
    chosen = list(CATALOGUE.values()) if code is None else [CATALOGUE[code.upper()]]
    language = output.language()
    if json:
        rows = []
        for entry in chosen:
            both = {name: entry.patterns(name) for name in entry.message}
            said = [{name: texts[at] for name, texts in both.items()} for at in (0, 1)]
            rows.append({"code": entry.code, "severity": entry.severity, "message": said[0], "help": said[1]})
        output.write_json({"schema_version": 1, "codes": rows})
        return 0
    for entry in chosen:
        word = output.severity_word(entry.severity)
        message, remedy = entry.patterns(language)
        print(f"{entry.code} {word}: {message}\n    {remedy}")
    return 0
