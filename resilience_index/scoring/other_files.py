"""Files of ours, pipes and devices where a table is wanted."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from resilience_index.data.files.source import STREAM
from resilience_index.errors import UnreadableError
from resilience_index.findings import Location

_KINDS = {"framework": "框架", "dictionary": "词典", "assessment": "评估文件", "judgments": "专家判断"}
_SCHEMA = re.compile(rb"^schema:[ \t]*[\"']?resilience-index/([a-z]+)/", re.MULTILINE)


def refuse_other(data: str) -> None:
    """Refuse a YAML file of ours where a table is wanted, before its lines are read as faulty rows.

    Pipes and devices are refused too: a table is read more than once. The standard input is read whole first.
    """
    if data == STREAM:
        return
    try:
        if not stat.S_ISREG(mode := Path(data).stat().st_mode) and not stat.S_ISDIR(mode):
            raise UnreadableError("RI028", where=Location(data), file=data)
        with Path(data).open("rb") as stream:
            found = _SCHEMA.search(stream.read(4096))
    except (OSError, ValueError):
        return  # the reader says what is wrong
    if found is not None:
        kind = found[1].decode()
        both = {"zh": _KINDS.get(kind, kind), "en": kind}
        raise UnreadableError("RI024", where=Location(data), file=data, kind=both)
