"""``resilience methods``: every method with its formula and source."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

_EXAMPLES = "resilience methods\nresilience methods entropy --lang zh"


def register(app: typer.Typer) -> None:
    """Add the command."""
    frame.add(
        app,
        "methods",
        run,
        _EXAMPLES,
        t("Print every method with its formula and source.", "列出全部方法及其公式与出处。"),
    )


def run(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help=t("One method, or one kind of methods.", "某个方法或某类方法。")),
    ] = None,
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,  # noqa: ARG001 - nothing is said beside the data
    verbose: options.Verbose = False,  # noqa: ARG001
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:
    """Print methods."""
    from resilience_index.cli import output, shared
    from resilience_index.methods.registry import KINDS, METHODS

    shared.check_language(lang)
    chosen = [method for method in METHODS.values() if name in (None, method.name, method.kind)]
    if not chosen:
        known = [*KINDS, *dict.fromkeys(method.name for method in METHODS.values())]
        raise shared.unknown({"zh": "方法", "en": "method"}, str(name), known)
    if json:
        output.write_json({"schema_version": 1, "methods": [_dict(method) for method in chosen]})
        return 0
    for method in chosen:
        print(_text(method, output.language()))
    return 0


def _dict(method: Any) -> dict[str, Any]:
    return {
        "kind": method.kind, "name": method.name, "title": dict(method.title), "formula": method.formula,
        "about": dict(method.about), "source": method.source, "relative": method.relative,
        "params": [
            {"name": param.name, "kind": param.kind, "about": dict(param.about), "choices": list(param.choices),
             "default": param.default_text()}
            for param in method.params
        ],
    }  # fmt: skip


def _text(method: Any, language: str) -> str:
    from resilience_index.methods.registry import KIND_TITLES

    relative = t("  (relative to the run)", "  （相对于本次数据）") if method.relative else ""
    lines = [
        f"{method.name}  {method.title[language]}  [{KIND_TITLES[method.kind][language]}]{relative}",
        f"    {method.formula}",
        f"    {method.about[language]}",
        f"    {t('source', '出处')}: {method.source}",
    ]
    for param in method.params:
        choices = " | ".join(param.choices) or param.kind
        default = param.default_text()
        lines.append(
            f"    - {param.name}: {choices}" + (f" = {default}" if default else "") + f"  {param.about[language]}"
        )
    return "\n".join(lines) + "\n"
