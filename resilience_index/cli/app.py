"""The program ``resilience``: its commands, and how errors become messages and exit codes."""

from __future__ import annotations

import importlib
import sys
from typing import Annotated

import typer

from resilience_index._version import __version__
from resilience_index.cli import frame, streams
from resilience_index.cli.language import t
from resilience_index.errors import ResilienceError

COMMANDS = (
    "init", "frameworks", "show", "template", "validate", "questionnaire", "collect", "weights", "score", "explain",
    "compare", "diagnose", "report", "batch", "keygen", "sign", "verify", "diff", "schema", "methods", "codes",
)  # fmt: skip

app = typer.Typer(
    name="resilience",
    cls=frame.Program,
    help=t(
        "Assess how resilient urban communities are, in scores that anybody can recompute.",
        "评估城市社区的韧性，每个得分都可以复算。",
    ),
    epilog=("resilience init my-city\nresilience score -c my-city/assessment.yaml --out my-city/results"),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"resilience-index {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    _version_flag: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help=t("Print the version.", "显示版本号。")),
    ] = False,
) -> None:
    """Hold the options of the program itself."""
    if context.invoked_subcommand is None:
        print(context.get_help(), file=sys.stderr)
        raise typer.Exit(2)


for _name in COMMANDS:
    importlib.import_module(f"resilience_index.cli.commands.{_name}").register(app)


def main() -> None:
    """Run the program and leave with the exit code the contract gives."""
    streams.prepare()
    code = _run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        streams.drop_stdout()
    except ResilienceError as error:
        code = _report(error)
    sys.exit(code)


def _run() -> int:
    try:
        result = app(prog_name="resilience", standalone_mode=False)
    except typer.Exit as leave:
        result = leave.exit_code
    except (typer.Abort, KeyboardInterrupt):
        result = 130
    except frame.ReaderGoneError:
        streams.drop_stdout()
        return 0
    except ResilienceError as error:
        return _report(error)
    except Exception as error:
        return _unexpected(error)
    code = result if isinstance(result, int) else 0
    if code == 130:
        print(t("interrupted", "已中断"), file=sys.stderr)
    return code


def _unexpected(error: Exception) -> int:
    """Usage errors of the command-line library, and faults of the program."""
    from resilience_index.data.privacy import mask
    from resilience_index.errors import InternalError

    if hasattr(error, "exit_code") and hasattr(error, "format_message"):
        return _report(frame.usage_error(error))
    if "--debug" in sys.argv:
        import traceback

        sys.stderr.write(mask("".join(traceback.format_exception(error))))
    return _report(InternalError("RI011", reason=mask(f"{type(error).__name__}: {error}")))


def _report(error: ResilienceError) -> int:
    from resilience_index.cli import output

    if error.code == streams.UNWRITABLE:
        streams.drop_stdout()
    try:
        return output.report_error(error)
    except BrokenPipeError:
        streams.drop_stdout()
        return error.exit_code


__all__ = ["COMMANDS", "app", "main"]

if __name__ == "__main__":
    main()
