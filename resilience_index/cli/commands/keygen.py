"""``resilience keygen``: a pair of keys to sign runs with."""

from __future__ import annotations

from typing import Annotated

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

_EXAMPLES = "resilience keygen department\nresilience keygen auditor --json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_ = t("Make a pair of keys: NAME.key to sign runs, NAME.pub to check them.",
              "生成一对密钥：名称.key 用于签署，名称.pub 用于核验。")  # fmt: skip
    frame.add(app, "keygen", run, _EXAMPLES, help_)


def run(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help=t("Name of the key files, without ending.", "密钥文件名，不带后缀。"))
    ],
    json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,  # noqa: ARG001 - every command has it
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:
    """Make keys."""
    from pathlib import Path

    from resilience_index.audit import signing
    from resilience_index.cli import output, shared
    from resilience_index.runs import folder

    shared.check_language(lang)
    shared.no_dash(name)
    folder.refuse_name(Path(name))
    try:
        private, public, identity = signing.keygen(Path(name))
    except OSError as error:
        raise folder.cannot_write(Path(name), error) from error
    if json:
        output.write_json({"schema_version": 1, "private": str(private), "public": str(public), "key_id": identity})
        return 0
    output.message(
        t(f"{private}: keep it secret; only you can read it", f"{private}：请保密；只有本人可以读取"), quiet=quiet
    )
    output.message(t(f"{public}: give it to those who check", f"{public}：请交给核验的人"), quiet=quiet)
    print(identity)
    return 0
