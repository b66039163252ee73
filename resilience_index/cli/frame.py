"""The program's own help pages and usage errors, in the language of the run.

The command-line library writes both in English, counts a Chinese character as one cell and names Python types;
its parsing is used, its texts are not.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from typer import Typer
from typer.core import TyperCommand, TyperGroup

from resilience_index.cli.language import t
from resilience_index.cli.width import cells, pad, wrap
from resilience_index.errors import ResilienceError, UsageError
from resilience_index.findings import did_you_mean

_MAXIMUM = 100
_COLUMN = 28


def add(app: Typer, name: str, run: Callable[..., int], examples: str, about: str) -> None:
    """Add a command; ``examples`` are one a line and run from a checkout."""
    app.command(name, cls=Command, epilog=examples, help=about)(run)


class ReaderGoneError(Exception):
    """Whoever read stdout has closed it (``| head``): no error of anybody's."""


class Command(TyperCommand):
    """A command with our help page, whose options stand once unless several are meant."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments. Raises ``UsageError`` RI029 for an option named twice: the library keeps the last."""
        try:
            order = self.make_parser(ctx).parse_args(list(args))[2]
        except Exception:  # told below, with its reason
            order = []
        values = [param for param in order if param.param_type_name == "option" and not _several(param)]
        for position, param in enumerate(values):
            if param in values[:position]:
                raise UsageError("RI029", name=max(param.opts, key=len), command=ctx.command_path)
        return list(super().parse_args(ctx, args))

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return page(self, ctx)

    def get_usage(self, ctx: Any) -> str:
        """The usage line."""
        return t("Usage: ", "用法：") + usage(ctx)


class Program(TyperGroup):
    """The program itself: our help page, and a suggestion for a mistyped command."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return page(self, ctx)

    def get_usage(self, ctx: Any) -> str:
        """The usage line."""
        return t("Usage: ", "用法：") + usage(ctx)

    def get_params(self, ctx: Any) -> list[Any]:
        """The options; help is off unless asked for, or the library would import pydantic to convert None."""
        params = list(super().get_params(ctx))
        for param in params:
            if param.name == "help" and param.default is None:
                param.default = False
        return params

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take ``--lang`` before the command away; ``cli.language`` has read it.

        As an option of the library it would cost every help page the import of pydantic. Raises ``UsageError`` RI029
        for one that stands twice, RI030 for names that are no text: nothing could be written about them.
        """
        for argument in args:
            if any("\udc80" <= character <= "\udcff" for character in argument):
                raise UsageError("RI030", name=os.fsencode(argument).decode("utf-8", "backslashreplace"))
        said = False
        while args and args[0].partition("=")[0] == "--lang":
            if said:
                raise UsageError("RI029", name="--lang", command=ctx.command_path)
            said = True
            name, equals, value = args.pop(0).partition("=")
            if not equals:
                if not args:
                    raise UsageError("RI019", name=name, command=ctx.command_path)
                value = args.pop(0)
            if value not in ("zh", "en"):
                from resilience_index.cli import shared

                shared.check_language(value)
        return list(super().parse_args(ctx, args))

    def invoke(self, ctx: Any) -> Any:
        """Run a command; a reader that has gone and Ctrl-C are kept from the library, which exits in its own ways."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGoneError from error
        except KeyboardInterrupt:
            return 130

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is named first. Raises ``UsageError`` RI017."""
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            known = self.list_commands(ctx)
            close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
            raise UsageError("RI017", name=name, suggestion=did_you_mean(close[0] if close else None), known=known)
        return super().resolve_command(ctx, args)


def _several(param: Any) -> bool:
    """Whether an option may stand several times: a flag says the same again."""
    return bool(param.multiple or param.is_flag or param.count)


def usage(ctx: Any) -> str:
    """``resilience score [DATA] [OPTIONS]``."""
    command = ctx.command
    if isinstance(command, TyperGroup):
        return f"{ctx.command_path} {t('COMMAND [OPTIONS]', '命令 [选项]')}"
    names = [param.metavar or param.name for param in command.params if param.param_type_name == "argument"]
    return " ".join([ctx.command_path, *names, t("[OPTIONS]", "[选项]")])


def page(command: Any, ctx: Any) -> str:
    """The help page of a command or of the program."""
    width = min(_MAXIMUM, shutil.get_terminal_size().columns)
    lines = [command.get_usage(ctx), "", *wrap("  " + (command.help or ""), width, "  ")]
    shown = [param for param in command.get_params(ctx) if not getattr(param, "hidden", False)]
    arguments = [(param.metavar or param.name, param.help or "")
                 for param in shown if param.param_type_name == "argument"]  # fmt: skip
    lines += _section(t("Arguments:", "参数："), arguments, width)
    if isinstance(command, TyperGroup):
        names = command.list_commands(ctx)
        lines += _section(t("Commands:", "命令："), [(name, _help(command, ctx, name)) for name in names], width)
    options = [_option(param) for param in shown if param.param_type_name == "option"]
    if isinstance(command, TyperGroup):
        options.insert(-1, ("--lang zh|en", t("Language (default: that of the system).", "语言（默认随系统）。")))
    lines += _section(t("Options:", "选项："), options, width)
    examples = (command.epilog or "").splitlines()
    lines += ["", t("Examples:", "示例："), *(f"  {example}" for example in examples)]
    return "\n".join(lines)


def _help(group: Any, ctx: Any, name: str) -> str:
    return group.get_command(ctx, name).help or ""


def _option(param: Any) -> tuple[str, str]:
    names = ", ".join(sorted(param.opts, key=len))
    if param.name == "help":
        return names, t("Show this page.", "显示本帮助。")
    if not param.is_flag:
        names += f" {param.metavar or param.name.upper()}"
    return names, param.help or ""


def _section(title: str, rows: Iterable[tuple[str, str]], width: int) -> list[str]:
    rows = list(rows)
    if not rows:
        return []
    column = min(_COLUMN, max(cells(name) for name, _ in rows)) + 4
    lines = ["", title]
    for name, text in rows:
        start = pad(f"  {name}", column)
        if cells(start) > column:
            lines.append(start)
            start = " " * column
        lines += wrap(start + text, width, " " * column)
    return lines


def _command() -> str:
    """The command that was called, for errors that the library raises without saying where."""
    names = {path.stem for path in Path(__file__).with_name("commands").glob("[a-z]*.py")}
    return " ".join(["resilience", *[argument for argument in sys.argv[1:] if argument in names][:1]])


def usage_error(error: Any) -> ResilienceError:
    """What the command-line library has to say about the arguments, as an error of ours."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else _command()
    name = getattr(error, "option_name", None)
    param = getattr(error, "param", None)
    kind = type(error).__name__
    if kind == "NoSuchOption":
        known = [] if context is None else [
            option for item in context.command.get_params(context) for option in item.opts if option.startswith("--")
        ]  # fmt: skip
        close = difflib.get_close_matches(str(name), known, n=1, cutoff=0.6)
        hint = did_you_mean(close[0] if close else None)
        return UsageError("RI016", name=name, suggestion=hint, command=command)
    if kind == "MissingParameter" and param is not None and context is not None:
        return UsageError("RI018", name=param.metavar or param.name, usage=usage(context))
    if kind == "BadOptionUsage":
        flag = " not " in str(error.message)  # "does not take a value"
        return UsageError("RI020" if flag else "RI019", name=name, command=command)
    if param is not None:
        expected = (param.help or "—").rstrip(".。")
        return UsageError("RI021", name=max(param.opts, key=len), expected=expected, command=command)
    extra = re.search(r"extra arguments?(?:\(s\))? \((.*)\)", str(error.format_message()))
    if extra is not None and context is not None:
        return UsageError("RI022", names=extra[1], usage=usage(context))
    text = str(error.format_message())
    remedy = {"zh": f"见 {command} --help", "en": f"see '{command} --help'"}
    return UsageError("RI009", problem={"zh": text, "en": text}, remedy=remedy)
