"""``resilience init``: a project that runs unedited."""

from __future__ import annotations

from typing import Annotated

import typer

from resilience_index.cli import frame, options
from resilience_index.cli.language import t

_EXAMPLES = "resilience init my-town\nresilience init my-district -f sfic"


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_ = t(
        "Make a project folder with sample data that runs as it is.", "新建项目文件夹，内含样例数据，可直接运行。"
    )
    frame.add(app, "init", run, _EXAMPLES, help_)


def run(
    folder: Annotated[str, typer.Argument(metavar="DIR", help=t("The folder to make.", "要新建的文件夹。"))],
    framework: options.Framework = None,
    force: Annotated[
        bool, typer.Option("--force", help=t("Overwrite files that are there.", "覆盖已有的文件。"))
    ] = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,  # noqa: ARG001 - nothing more to say
    debug: options.Debug = False,  # noqa: ARG001 - read by the program's frame
) -> int:
    """Make a project."""
    import shlex
    from pathlib import Path

    from resilience_index.cli import output, shared
    from resilience_index.scoring.project import create

    shared.check_language(lang)
    shared.no_dash(folder, framework)
    try:
        names = create(Path(folder), framework or "toe", force=force, language=output.language())
    except OSError as error:
        from resilience_index.runs.folder import cannot_write

        raise cannot_write(Path(folder), error) from error
    output.message(t(f"made {folder}: {', '.join(names)}", f"已建立 {folder}：{'、'.join(names)}"), quiet=quiet)
    config, results = (shlex.quote(f"{folder}/{name}") for name in ("assessment.yaml", "results"))
    output.message(
        t(f"next: resilience validate {config}\n      resilience score -c {config} --out {results}",
          f"下一步：resilience validate {config}\n       resilience score -c {config} --out {results}"),
        quiet=quiet,
    )  # fmt: skip
    return 0
