"""What is wrong with a YAML file's syntax, in words a person can act on, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

Words = dict[str, str]

# A part of the parser's words → ours. The first that is found is taken.
_REASONS: tuple[tuple[str, Words], ...] = (
    ("found unexpected end of stream", {"zh": "引号没有闭合", "en": "a quote is opened here and never closed"}),
    ("found unexpected document indicator", {"zh": "引号没有闭合", "en": "a quote is not closed"}),
    (
        "mapping values are not allowed",
        {
            "zh": "此处不能再有“键: 值”（值中含冒号时请加引号；或上一行缺冒号、缩进不齐）",
            "en": "no 'key: value' can stand here (quote a value that holds a colon; or the line before lacks "
            "its colon, or the indentation is uneven)",
        },
    ),
    (
        "sequence entries are not allowed",
        {"zh": "此处不能写“- ”列表项，请另起一行", "en": "no '- ' item can stand here; begin a new line"},
    ),
    ("block mapping values are not allowed", {"zh": "此处不能写冒号", "en": "no colon can stand here"}),
    (
        "could not find expected ':'",
        {"zh": "此行缺少冒号（应为“键: 值”）", "en": "this line lacks its colon (key: value)"},
    ),
    (
        "did not find expected key",
        {
            "zh": "此处应为同级的键（请检查缩进，或引号之后的多余文字）",
            "en": "a key of the same level is expected (check the indentation, and text behind a closing quote)",
        },
    ),
    (
        "did not find expected '-' indicator",
        {"zh": "此处应为“- ”列表项（请检查缩进）", "en": "a '- ' item is expected (check the indentation)"},
    ),
    (
        "did not find expected ',' or ']'",
        {"zh": "方括号没有闭合，或缺少逗号", "en": "a bracket [ is not closed, or a comma is missing"},
    ),
    (
        "did not find expected ',' or '}'",
        {"zh": "花括号没有闭合，或缺少逗号", "en": "a brace { is not closed, or a comma is missing"},
    ),
    (
        "found character that cannot start any token",
        {
            "zh": "此字符不能作为开头（缩进请用空格；以 @ ` % 开头的值请加引号）",
            "en": "nothing can begin with this character (indent with spaces; quote values that begin with @ ` %)",
        },
    ),
    (
        "found a tab character",
        {"zh": "缩进用了制表符，请改用空格", "en": "a tab stands in the indentation; use spaces"},
    ),
    (
        "found unknown escape character",
        {
            "zh": "双引号内的反斜杠写法无效（请改用单引号）",
            "en": "unknown escape behind a backslash (use single quotes)",
        },
    ),
    (
        "did not find expected hexdecimal number",
        {"zh": "反斜杠后的编码不完整", "en": "the code behind the backslash is incomplete"},
    ),
    (
        "did not find expected <document start>",
        {"zh": "内容在此之前已结束", "en": "the content had ended before this place"},
    ),
    ("did not find expected node content", {"zh": "此处应为一个值", "en": "a value is expected"}),
)
WIDE_COLON = {
    "zh": "键之后是全角冒号“：”，应为半角冒号加空格",
    "en": "a full-width colon stands behind the key; write an ASCII colon and a space",
}


def reason(problem: str | None, context: str | None) -> Words:
    """Say in both languages what the parser found; its own words where we have none."""
    for part, words in _REASONS:
        if problem is not None and part in problem:
            return words
    text = ", ".join(part for part in (context, problem) if part) or "syntax"
    return {"zh": text, "en": text}


def hint(lines: Sequence[str]) -> Words:
    """What to add when a file is no mapping: the usual cause, or nothing."""
    if any(wide_colon(line) for line in lines):
        return {"zh": f"：{WIDE_COLON['zh']}", "en": f": {WIDE_COLON['en']}"}
    return {"zh": "", "en": ""}


def wide_colon(line: str) -> int:
    """The column (from 1) of the colon in ``key：value``, the colon of Chinese keyboards; 0 when there is none."""
    before, colon, _ = line.partition("：")
    name = before.strip().removeprefix("- ")
    return len(before) + 1 if colon and name.isascii() and name.replace("_", "").isalnum() else 0
