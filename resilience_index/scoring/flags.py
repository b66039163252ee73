"""Methods as they are written after an option: ``entropy:scope=siblings,shift=0.01``."""

from __future__ import annotations

from collections.abc import Mapping

from resilience_index.errors import UsageError
from resilience_index.findings import did_you_mean
from resilience_index.methods.checking import BadCall, Call, parse_flag


def flag(kind: str, text: str | None) -> Call | None:
    """A method given on the command line. Raises ``UsageError`` RI121–RI124."""
    if text is None:
        return None
    try:
        return parse_flag(kind, text)
    except BadCall as error:
        params = dict(error.params)
        if "suggestion" in params:
            params["suggestion"] = did_you_mean(params["suggestion"])
        if isinstance(params.get("kind"), Mapping):  # a title of the registry, inside a sentence here
            params["kind"] = {**params["kind"], "en": f"--{kind}"}
        raise UsageError(error.code, **params) from error
