"""How an English report writes the sections of the papers, which are Chinese and number them 三(一)2.

Texts of other forms, such as those of a user's own framework, stay as they are.
"""

from __future__ import annotations

import functools
import re

from resilience_index.report.view.model import Both

_DIGITS = dict(zip("一二三四五六七八九", "123456789", strict=True))
_SECTIONS = re.compile(r"[\d; ()一二三四五六七八九第其是进路结论]*\d{3} [\d; ()一二三四五六七八九第其是进路结论]*")


def section(text: str, language: str) -> str:
    """A reference to sections of numbered papers; ``001 四(三); 004 三(二)`` is ``001 sec. 4(3); 004 sec. 3(2)``."""
    if language != "en" or not _SECTIONS.fullmatch(text):
        return text
    text = re.sub(" (?:[第其]([一二三四五])|([一二三四五])是)",
                  lambda found: f", point {_DIGITS[found[1] or found[2]]}", text)  # fmt: skip
    text = re.sub(r"进路(\d)", r"approach \1", text).replace("结论", "conclusion")
    text = re.sub(r"(?<![(])([一二三四五六七八九])", r"sec. \1", text)
    return re.sub("[一二三四五六七八九]", lambda found: _DIGITS[found[0]], text)


@functools.lru_cache(maxsize=1 << 12)
def sections(text: str | None) -> Both:
    """A reference to sections of numbered papers in both languages."""
    return {language: section(text or "", language) for language in ("zh", "en")}
