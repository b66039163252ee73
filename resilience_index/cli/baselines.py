"""Saving the baseline of a run from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from resilience_index.cli import outfile
from resilience_index.cli.language import t


def claim(name: str | None, *, several: bool) -> None:
    """Refuse a name that cannot be written, and one file for ``several`` runs, before anything is computed.

    Without a name nothing is kept. An earlier baseline of that name is replaced. Raises ``UsageError`` RI003, RI009,
    RI010.
    """
    if name is None:
        return
    if several:
        from resilience_index.scoring.assess import usage

        raise usage(
            "--save-baseline 只保存一次运行的基线", "请逐个框架、逐个方案运行",
            "--save-baseline keeps the baseline of one run", "score one framework and one scheme at a time",
        )  # fmt: skip
    outfile.claim(Path(name), force=True)


def keep(result: Any, name: str | None) -> None:
    """Write the baseline of a result, if it has a name. Raises ``UsageError`` RI010."""
    if name is None:
        return
    from resilience_index.scoring.baseline import save_baseline

    with outfile.writing(Path(name)):
        save_baseline(result, name)


def tell(name: str | None, *, quiet: bool) -> None:
    """Say where the baseline is, if there is one."""
    if name is not None:
        from resilience_index.cli import output

        output.message(t(f"baseline written to {name}", f"基线已写入 {name}"), quiet=quiet)
