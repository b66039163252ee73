"""The program ``resilience``: its commands, and how errors become messages and exit codes."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Annotated

import typer

from resilience_index._version import __version__
from resilience_index.cli.language import CURRENT, t

COMMANDS = (
    "init", "frameworks", "show", "validate", "weights", "score", "explain", "schema", "methods", "codes",
)  # fmt: skip

app = typer.Typer(
    name="resilience",
    help=t(
        "Assess how resilient urban communities are, in scores that anybody can recompute.",
        "评估城市社区的韧性，每个得分都可复算。",
    ),
    epilog=t(
        "Start with: resilience init my-city, then resilience score -c my-city/assessment.yaml --out my-city/results",
        "从这里开始：resilience init my-city,然后 resilience score -c my-city/assessment.yaml --out my-city/results",
    ),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"resilience-index {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _version_flag: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help=t("Print the version.", "输出版本。")),
    ] = False,
) -> None:
    """Hold the options of the program itself."""


for _name in COMMANDS:
    importlib.import_module(f"resilience_index.cli.commands.{_name}").register(app)


def main() -> None:
    """Run the program and leave with the exit code the contract gives."""
    _prepare_streams()
    code = _run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone: nothing is left to tell it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _run() -> int:
    from resilience_index.errors import ResilienceError

    try:
        result = app(standalone_mode=False)
    except typer.Exit as leave:
        return int(leave.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        print(t("interrupted", "已中断"), file=sys.stderr)
        return 130
    except ResilienceError as error:
        from resilience_index.cli import output

        return output.report_error(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _unexpected(error)
    return result if isinstance(result, int) else 0


def _unexpected(error: Exception) -> int:
    """Usage errors of the command-line library, and faults of the program."""
    if hasattr(error, "exit_code") and hasattr(error, "format_message"):
        context = getattr(error, "ctx", None)
        if context is not None:
            print(context.get_usage(), file=sys.stderr)
            help_command = f"{context.command_path} --help"
        else:
            help_command = "resilience --help"
        print(t("error: ", "用法错误：") + str(error.format_message()), file=sys.stderr)
        print(t(f"help: see {help_command}", f"帮助：见 {help_command}"), file=sys.stderr)
        return int(error.exit_code)
    if "--debug" in sys.argv:
        import traceback

        traceback.print_exception(error)
    from resilience_index.cli import output
    from resilience_index.errors import InternalError

    return output.report_error(InternalError("RI011", reason=f"{type(error).__name__}: {error}"))


def _prepare_streams() -> None:
    """UTF-8 on pipes and files; on a terminal of another encoding, unknown characters are replaced."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            if stream.isatty() or "PYTHONIOENCODING" in os.environ:
                reconfigure(errors="replace")
            else:
                reconfigure(encoding="utf-8", errors="replace")


__all__ = ["COMMANDS", "CURRENT", "app", "main"]

if __name__ == "__main__":
    main()
