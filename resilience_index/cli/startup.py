"""Keeping the start of a command fast."""

from __future__ import annotations

import sys


def keep_pandas_out() -> None:
    """Let pyarrow settle that it works without pandas, before it looks for it.

    The first value pyarrow converts makes it import pandas where that is installed (0.15 s), only to be able
    to recognise a Series. No command has one. pyarrow still imports pandas when it is asked for a DataFrame.
    Only the program does this, never the library: a process of somebody else's may hold Series.
    """
    if "pandas" in sys.modules:
        return
    sys.meta_path.insert(0, _WithoutPandas)
    try:
        import pyarrow as pa

        pa.scalar(0)
    finally:
        sys.meta_path.remove(_WithoutPandas)


class _WithoutPandas:
    """An importer that answers for pandas alone: not here."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:  # noqa: ARG004 - the protocol
        if name == "pandas":
            raise ImportError(name)
