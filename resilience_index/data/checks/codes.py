"""Codes of communities that only look different: what a copy from elsewhere leaves around or inside them.

A code is compared as text, so one invisible character makes two communities of one. What can stand for
nothing else is taken away, with a finding; names and groups keep their text.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np

from resilience_index.data.body import Body
from resilience_index.data.cells import show
from resilience_index.data.layout.columns import Layout
from resilience_index.findings import Finding, Location

_FORMULA = re.compile(r'=\s*"([^"]*)"')  # how a text is kept from becoming a number in a text file
_APOSTROPHE = re.compile(r"['’‘＇]([^'’‘＇]+)")  # how it is done in a cell
_WIDE = {
    wide: wide - 0xFEE0
    for wide in (
        *range(ord("０"), ord("９") + 1), *range(ord("Ａ"), ord("Ｚ") + 1), *range(ord("ａ"), ord("ｚ") + 1),
        *map(ord, "－＿．"),
    )
}  # fmt: skip
# Cheap to ask, and true of every code that ``plain_code`` changes.
_SUSPECT = r"[\p{Cf}\p{Z}\s'’‘＇=０-９Ａ-Ｚａ-ｚ－＿．]"
_SPACED = re.compile(r"[0-9]+(?:\s+[0-9]+)+")
_KINDS = {
    "invisible": {"en": "invisible characters removed", "zh": "去除不可见字符"},
    "formula": {"en": 'the ="…" around them removed', "zh": '去除外层的 ="…"'},
    "apostrophe": {"en": "the apostrophe before them removed", "zh": "去除开头的撇号"},
    "wide": {"en": "full-width characters made half-width", "zh": "全角字符改为半角"},
    "spaces": {"en": "spaces between their digits removed", "zh": "去除数字之间的空格"},
}


def plain_code(text: str) -> tuple[str, set[str]]:
    """A code without what only makes it look different, and the kinds of what was taken away."""
    kinds = set()
    code = "".join(char for char in text if unicodedata.category(char) != "Cf")
    if code != text:
        kinds.add("invisible")
    code = code.strip()
    for kind, form in (("formula", _FORMULA), ("apostrophe", _APOSTROPHE)):
        found = form.fullmatch(code)
        if found is not None:
            code = found[1].strip()
            kinds.add(kind)
    narrow = code.translate(_WIDE)
    if narrow != code:
        kinds.add("wide")
    if _SPACED.fullmatch(narrow):
        narrow = "".join(narrow.split())
        kinds.add("spaces")
    return narrow, kinds


def with_plain_codes(body: Body, layout: Layout, file: str) -> list[Finding]:
    """Replace the codes of a body by their plain forms; RI249 for each kind of what was taken away."""
    if layout.id is None:
        return []
    texts = body.texts[layout.id]
    odd = _odd(texts)
    if not odd.size:
        return []
    import pyarrow as pa

    codes = texts.to_pylist()
    seen: dict[str, list[int]] = {}
    examples: dict[str, tuple[str, str]] = {}
    for index in odd.tolist():
        written = codes[index].strip()
        plain, kinds = plain_code(written)
        if kinds:
            codes[index] = plain
        for kind in kinds:
            seen.setdefault(kind, []).append(index)
            examples.setdefault(kind, (show(written), show(plain)))
    body.texts[layout.id] = pa.array(codes, pa.string())
    place = Location(file, field=layout.title(layout.id))
    return [
        Finding("RI249", place, {
            "what": what, "count": len(seen[kind]), "first": int(body.rows[seen[kind][0]]),
            "text": examples[kind][0], "id": examples[kind][1],
        })
        for kind, what in _KINDS.items()
        if kind in seen
    ]  # fmt: skip


def _odd(texts: Any) -> Any:
    """The indices of the codes that must be looked at."""
    import pyarrow.compute as pc

    if pc.all(pc.ascii_is_alnum(texts), min_count=0).as_py():
        return np.zeros(0, dtype=np.int64)
    odd = pc.match_substring_regex(pc.utf8_trim_whitespace(texts), _SUSPECT)
    return np.flatnonzero(odd.to_numpy(zero_copy_only=False))
