"""Make ``docs/reference.md`` from the program: its commands, its methods, its finding codes.

python docs/make_reference.py            write the page
python docs/make_reference.py --check    exit 1 if the page differs from what the program says
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent / "reference.md"

_HEAD = """\
# Reference

Made from the program by `docs/make_reference.py`; a test keeps the two equal.
The same texts come from `resilience COMMAND --help`, `resilience methods` and `resilience codes`,
with `--lang zh` in Chinese.
"""

_COMMON = ("--lang", "--quiet", "--verbose", "--debug")

_EXITS = """\
## Exit codes

| code | meaning |
| --- | --- |
| 0 | done |
| 1 | error findings in what was read, or a calculation that has no defined answer |
| 2 | could not run: usage; missing, empty, binary or undecodable files; personal data |
| 3 | a fault of the program |
| 130 | interrupted |
"""


def render() -> str:
    """The whole page."""
    # The language of help texts is fixed when the program is imported: hence no imports above.
    os.environ["RESILIENCE_LANG"] = "en"
    parts = [_HEAD, *_commands(), _EXITS, *_methods(), *_codes()]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _commands() -> Iterator[str]:
    cli = import_module("resilience_index.cli.app")
    program: Any = import_module("typer.main").get_command(cli.app)
    yield "## Commands\n"
    shared: dict[str, Any] = {}
    for name in cli.COMMANDS:
        command = program.commands[name]
        arguments = [param for param in command.params if param.param_type_name == "argument"]
        options = [param for param in command.params if param.param_type_name == "option"]
        own = [param for param in options if param.opts[-1] not in _COMMON]
        shared |= {param.opts[-1]: param for param in options if param.opts[-1] in _COMMON}
        words = ["resilience", name, *(["[OPTIONS]"] if options else []), *(param.metavar for param in arguments)]
        yield f"### {name}\n"
        yield _sentence(command.help)
        yield "```text\n" + " ".join(words) + "\n```\n"
        rows = [(param.metavar.strip("[]"), param.help or "", "") for param in arguments]
        rows += [_option(param) for param in own]
        if rows:
            yield _table(("argument or option", "what it is", "default"), _as_code(rows))
        yield _examples(command.epilog)
    yield "### Options of every command\n"
    rows = [_option(shared[name]) for name in _COMMON]
    rows += [("-h, --help", "Show the help of a command.", ""), ("--version", "Print the version.", "")]
    yield _table(("option", "what it does", "default"), _as_code(rows))


def _option(param: Any) -> tuple[str, str, str]:
    names = ", ".join(param.opts)
    if param.is_flag:
        return names, param.help, ""
    default = "" if param.default is None else f"`{param.default}`"
    return f"{names} {param.metavar or 'N'}", param.help, default


def _as_code(rows: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    return [(f"`{_cell(first)}`", *rest) for first, *rest in rows]


def _sentence(text: str) -> str:
    return text.strip() + "\n"


def _examples(epilog: str | None) -> str:
    lines = (epilog or "").splitlines()
    return "```text\n" + "\n".join(lines) + "\n```\n" if lines else ""


def _methods() -> Iterator[str]:
    registry = import_module("resilience_index.methods.registry")
    yield "## Methods\n"
    yield "A method marked *relative* gives figures that compare only inside one run.\n"
    for kind in registry.KINDS:
        titles = registry.KIND_TITLES[kind]
        yield f"### {titles['en']} {titles['zh']} (`{kind}`)\n"
        rows = []
        for method in registry.METHODS.values():
            if method.kind != kind:
                continue
            name = f"`{method.name}` {method.title['zh']}" + (" *relative*" if method.relative else "")
            rows.append((name, method.formula, method.about["en"], "; ".join(_params(method)) or "—", method.source))
        yield _table(("method", "formula", "what it does", "parameters (default)", "source"), rows)


def _params(method: Any) -> Iterator[str]:
    for param in method.params:
        choices = " or ".join(param.choices) or param.kind
        default = param.default_text()
        yield f"`{param.name}`: {choices}" + (f" ({default})" if default else "") + f", {param.about['en']}"


def _codes() -> Iterator[str]:
    catalogue = import_module("resilience_index.findings").CATALOGUE
    yield "## Finding codes\n"
    yield (
        "RI0xx running and files, RI1xx frameworks and assessments, RI2xx data, RI3xx judgments and weights,\n"
        "RI4xx calculation. Words in braces are filled in. An *error* stops a run; a *warning* and an *info* do not.\n"
    )
    rows = [
        (entry.code, entry.severity, entry.message["en"], entry.help["en"]) for _, entry in sorted(catalogue.items())
    ]
    yield _table(("code", "severity", "message", "what to do"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    """A text for a table's cell: one line, no bars, nothing that Markdown takes for HTML."""
    bare = " ".join(text.split()).replace("\\|", "|")
    return bare.replace("|", "\\|").replace("<", "&lt;")


def main(arguments: Sequence[str]) -> int:
    """Write or check the page."""
    page = render()
    if "--check" in arguments:
        same = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page
        if not same:
            sys.stderr.write("docs/reference.md differs; run: python docs/make_reference.py\n")
        return int(not same)
    PAGE.write_text(page, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
