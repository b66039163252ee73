"""Values and words that readers stumble over: what mutations put in the place of others."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

TEXTS = (
    "", " ", "\t", "-", ".", "..", "/", "a/b", "../x", "\x00", "\n", "\r\n", "\x85", "\u2028", "\ufeff", "\ufffe",
    "\u202e", "\u200b", "\U0001f3d8", "\U000e0001", "é", "e\u0301", "\u3000", "\x1b[31m", "{", "}", "{0}", "{name}",
    "%s", "%(x)s", "<b>", "&amp;", "]]>", "=1+1", "@x", "'", '"', "''", ",", ";", "|", ":", "#", "NA", "N/A", "null",
    "None", "nan", "inf", "-inf", "no", "yes", "true", "~", "0", "-0", "017", "0x1F", "1e400", "1e-400", "-1e308",
    "1_000", "1,000", "1.000,5", "12:30", "2024-01-31", "2024", "2024年", "１２３",
    "一二三", "5%", "５％", "3万", "3亿",
    "<5", "≥3", "3-5", "约3", "3±1", "½", "−5", "(5)", "￥5",
    "5元/年", "#DIV/0!", "#N/A", "合计", "平均", "注：", "单位",
    "community_id", "社区名称", "值", "value", "indicator", "period", "11010119900307123X", "13800138000",
    "9" * 400, "1" + "0" * 320, "0." + "0" * 330 + "1", "A" * 300, "社" * 300, "𠮷", "İ", "ß", "ﬃ", "Ⅷ", "一" * 40,
    "/dev/null", "file:///etc/passwd", "http://x/", "C:\\x", "CON", "a" * 5000, "()" * 60, "[" * 80, "- " * 40,
)  # fmt: skip
"""Texts; a path among them is never one that could be waited for."""
NUMBERS: tuple[Any, ...] = (
    0, 1, -1, 2, 3, 9, 10, 100, 101, 0.5, 1 / 3, -0.0, 1e-320, 1e-9, 1e15, 1e22, 1e200, 1.7e308, -1.7e308,
    float("inf"), float("-inf"), float("nan"), 2**31, 2**53 + 1, 2**63, -(2**63), 2**64, 10**30, 10**400,
)  # fmt: skip
WHOLE: tuple[Any, ...] = (
    None,
    True,
    False,
    [],
    {},
    [[]],
    [{}],
    {"": None},
    [None],
    [0] * 50,
    {"zh": "x"},
    {"a": {"b": 1}},
)
SWEPT: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 0.5, 1e308, -1e308, float("inf"), float("nan"), 10**400, 2**63, "", "x", " ",
    "\x00", "1/0", "1/3", "0/0", "9" * 400, "A" * 3000, "{0}", "{x}", "\u202e", [], {}, [[]], [None], {"zh": "x"},
    {"a": 1},
    ["a", "a"], [1, 2, 3, 4, 5], {"method": "minmax"}, {"method": []}, "-", "/dev/null", ".", "..",
)  # fmt: skip
"""What is put in every place of a tree, one after the other."""
CELLS = tuple(text for text in TEXTS if "\x00" not in text)

YAML_PIECES = (
    "&a ", "*a", "<<: *a", "<<: {}", "!!python/object:os.system x", "!!binary aGk=", "!!float x", "!x ", "%YAML 1.1\n",
    "---\n", "...\n", "? ", "? [a]\n: b", "|", ">", "|2-\n", "\t", "{", "}", "[", "]", ",", ": ", ":", "#", "@", "`",
    "'", '"', "\\", '"\\ud800"', '"\\0"', '"\\x85"', "\ufeff", "\x00", "\x85", "\u2028", "- - - -", "a: {b: {c: [",
    "0o17", "0b1", "1__0", ".5", "+.inf", ".nan", "1e3", "12:30:45", "2001-12-14t21:59:43.10-05:00", "=", "<<",
)  # fmt: skip
XML_PIECES = (
    "<", ">", "&", "&#0;", "&#x1F;", "&#xD800;", "&lt;", "]]>", "<!--", "-->", "<![CDATA[", "<?x?>", "<a/>", "</c>",
    "<c>",
    '<!DOCTYPE x [<!ENTITY a "b">]>', "&a;", 'r="A1"', 'r="XFD1048577"', 'r="A0"', 'r="1A"', 'r=""', 't="s"', 't="e"',
    't="b"', 't="d"', 't="str"', 't="inlineStr"', 't="x"', 's="9999"', "<v>99999999</v>", "<v></v>", "<v>1e999</v>",
    "<v>-1</v>", "<v>nan</v>", "<f>1+1</f>", "<is><t>x</t></is>", 'spans="1:99999"', "xml:space='preserve'",
    '<mergeCell ref="A1:XFD1048576"/>', '<mergeCell ref="B2:A1"/>', '<mergeCell ref="A1"/>', "_x0000_", "_xD800_",
    'date1904="1"', 'state="hidden"', 'hidden="1"', 'count="4294967295"', 'encoding="UTF-16"', "0", "-1", "2147483648",
)  # fmt: skip


def text(choose: Random) -> str:
    """A text."""
    return choose.choice(TEXTS)


def cell(choose: Random) -> str:
    """A text for a cell of a table, numbers among them."""
    return choose.choice(CELLS) if choose.random() < 0.7 else str(choose.choice(NUMBERS))


def value(choose: Random) -> Any:
    """A value of any kind."""
    kind = choose.randrange(5)
    if kind == 0:
        return choose.choice(words())
    found = (choose.choice(TEXTS), choose.choice(NUMBERS), choose.choice(WHOLE), choose.randint(-5, 120))[kind - 1]
    return copy.deepcopy(found)


@cache
def words() -> tuple[str, ...]:
    """The words of the project's own files: keys and texts of what is shipped, names of methods and parameters."""
    import yaml

    found: set[str] = set()

    def walk(item: Any) -> None:
        if isinstance(item, dict):
            for key, part in item.items():
                found.add(str(key))
                walk(part)
        elif isinstance(item, list):
            for part in item:
                walk(part)
        elif isinstance(item, str) and len(item) <= 24:
            found.add(item)

    for path in sorted([*ROOT.glob("indicators/*.yaml"), *ROOT.glob("sample_data/*.yaml")]):
        walk(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader))
    for path in sorted(ROOT.glob("docs/schemas/*.json")):
        import json

        walk(_names(json.loads(path.read_bytes())))
    return tuple(sorted(word for word in found if word.isascii() or len(word) < 6))


def _names(schema: Any) -> list[Any]:
    """Property names and permitted words of a schema."""
    names: list[Any] = []
    if isinstance(schema, dict):
        names += [word for key in ("enum", "required") for word in schema.get(key, ()) if isinstance(word, str)]
        names += [schema["const"]] if isinstance(schema.get("const"), str) else []
        names += list(schema.get("properties", ()))
        for part in schema.values():
            names += _names(part)
    elif isinstance(schema, list):
        for part in schema:
            names += _names(part)
    return names
