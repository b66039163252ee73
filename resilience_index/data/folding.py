"""What names and units are compared by: one folded form, and the spellings of one unit."""

from __future__ import annotations

import functools
import unicodedata
from typing import Any

from resilience_index.data.unit_names import ENGLISH


@functools.lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """What headers are compared by: no case, width, white space, invisible characters or traditional script."""
    plain = unscripted(text)
    return plain if plain.isascii() else to_simplified().convert(plain)


def unscripted(text: str) -> str:
    """As ``fold``, with traditional characters left as they are."""
    wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(char for char in wide if not char.isspace() and unicodedata.category(char) != "Cf")
    # Accents may have stood on a space that is gone.
    return unicodedata.normalize("NFKC", bare)


@functools.cache
def to_simplified() -> Any:
    """The converter from traditional to simplified script; loaded when it is first needed."""
    from opencc import OpenCC

    return OpenCC("t2s")


_UNITS = (
    {"min", "mins", "minute", "minutes", "分钟"}, {"h", "hr", "hour", "hours", "小时", "时"},
    {"s", "sec", "second", "seconds", "秒"}, {"天", "日", "d", "day", "days"}, {"%", "percent", "百分比"},
    {"百分点", "个百分点", "pp", "percentagepoints"}, {"个", "家", "处"}, {"m2/人", "平方米/人"}, {"m2", "平方米"},
    {"次/年", "次"}, {"h/人·周", "小时/人·周"}, {"万元/年", "万元"}, {"1–5", "1-5", "1~5", "1至5"},
    {"0/1", "0或1", "1/0", "1或0", "是/否", "是或否", "有/无", "有或无", "yes/no"},
    *({unscripted(chinese), unscripted(english)} for chinese, english in ENGLISH.items()),
)  # fmt: skip
"""Spellings of one unit, in the folded form of headers."""


def same_unit(written: str, unit: str) -> bool:
    """Whether a folded unit in a header is the indicator's own, perhaps in its other language or spelling."""
    return written == unit or any(written in names and unit in names for names in _UNITS)


def is_unit(written: str) -> bool:
    """Whether a folded text is a unit that some indicator may have."""
    return any(written in names for names in _UNITS)
