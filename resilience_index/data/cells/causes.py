"""Why a text is not a number: the clause that a finding about a cell adds to its message.

Patterns are tried from the most telling to the most general; a text that fits none has no clause.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import TypeAlias

from resilience_index.data.cells import forms
from resilience_index.data.layout.units import same_unit
from resilience_index.folding import fold

Clause: TypeAlias = Mapping[str, str]
"""The same clause in English and Chinese, with the mark that joins it to a sentence."""

_N = r"[+-]?(?:[0-9]+(?:[.,][0-9]+)*|\.[0-9]+)"
_HAN_DIGITS = "零〇○一二三四五六七八九十两廿卅壹贰叁肆伍陆柒捌玖拾"
_OTHER_NUMERALS = "百千万亿佰仟萬億"
_MEASURE = "(?:%|[个家处人名户次件项类种条分天年元级]|分钟|小时|平方米|万元)?"
_LONGEST_QUOTED = 20
_LONGEST_JUDGED = 200  # the patterns are made for cells, not for pages

NO_CLAUSE: Clause = {"en": "", "zh": ""}
_CLAUSES: dict[str, tuple[str, str]] = {
    "invisible": ("an invisible character stands in the cell", "单元格内含有不可见字符"),
    "error": ("it is a spreadsheet's error value", "这是电子表格的错误值"),
    "formula": ("it is a formula, not its result", "这是公式，而不是计算结果"),
    "large": ("it is too large for a number (above 1.8e308)", "数值过大（超过 1.8e308）"),
    "personal": ("a personal number is no value of an indicator", "个人号码不是指标的数值"),
    "infinite": ("infinity is not a value", "无穷大不是有效数值"),
    "nothing": (
        "it says that there is no value: leave the cell blank",
        "这表示没有数值，请将单元格留空",
    ),
    "date": ("it is a date", "这是日期"),
    "time": ("it is a time of day or a ratio", "这是时刻或比值"),
    "bound": ("a bound is not a value", "界限不是确定的数值"),
    "approximate": ("it is an approximate value: write the recorded one", "这是约数，请填写实际记录的数值"),
    "range": ("a range of values is not a value", "数值区间不是确定的数值"),
    "fraction": ("it is a fraction: write it as a decimal number", "这是分数，请改写为小数"),
    "brackets": (
        "in accounting brackets mean a negative number: write -5 or 5 instead of (5)",
        "会计中括号表示负数，请将 (5) 改写为 -5 或 5",
    ),
    "dash": ("its sign is a dash, not a minus: write -5", "前面的符号是连接号而不是减号，请写成 -5"),
    "signs": ("its sign is not one mark in front of the number", "正负号应为数字前的一个符号"),
    "superscript": ("it holds a raised or enclosed digit", "含有上标或带圈数字"),
    "footnote": ("a footnote mark stands behind the number", "数字后带有注释标记"),
    "hexadecimal": ("it is a hexadecimal number: write it in decimal", "这是十六进制数，请改写为十进制"),
    "underscore": ("underscores stand between its digits", "数字之间有下划线"),
    "apostrophe": ("an apostrophe stands before it", "数字前有撇号"),
    "currency": ("a currency sign stands with it: write the number alone", "带有货币符号，请只填数字"),
    "script": ("its digits are those of another script: write 0 to 9", "使用了其他文字的数字，请用 0 至 9"),
    "chinese": ("it is in Chinese numerals: write digits", "这是中文数字，请用阿拉伯数字填写"),
    "per_mille": ("it is in per mille, {indicator}", "以千分号（‰）填写，而{indicator_zh}"),
    "percent": ("it is in %, {indicator}", "以百分号填写，而{indicator_zh}"),
    "large_unit": (
        "what {large} multiplies is not clear, because {indicator}",
        "带“{large}”含义不明，因为{indicator_zh}，请按该单位写出完整数字",
    ),
    "exponent": ("{large} stands behind a number with an exponent", "科学计数法之后又带“{large}”"),
    "other_unit": (
        "'{written}' is not the indicator's unit, {unit}",
        "“{written}”不是该指标的单位 {unit}",
    ),
    "text": ("there is text behind the number: '{written}'", "数字后有文字“{written}”"),
    "letter": ("a letter stands among its digits", "数字中混有字母"),
    "points": ("it has more than one decimal point", "含有不止一个小数点"),
    "comma_or_point": (
        "point and comma: which of them marks the decimals is not clear",
        "同时含有句点与逗号，无法判断哪一个是小数点",
    ),
    "two_commas": (
        "the comma may mark decimals or thousands: write 1234 or 1.234 instead of 1,234",
        "逗号可能是小数点，也可能是千分位，请将 1,234 改写为 1234 或 1.234",
    ),
    "comma": (
        "its commas do not separate thousands, and decimals are marked with a point",
        "逗号不是千分位，小数点应写成“.”",
    ),
    "space": ("the spaces in it do not separate thousands", "数字中的空格不是千分位"),
    "answer": ("write 1 for yes and 0 for no", "“是”请填 1，“否”请填 0"),
    "yes_no": ("it is a yes or no, {indicator}", "这是“是”或“否”，而{indicator_zh}"),
}

_ERROR = re.compile(r"#[A-Z0-9/_]+[!?]?|Err:[0-9]+")
_MASKED = re.compile(r"[0-9]{3}\*{4,}[0-9]{3}")
_INFINITE = re.compile(r"[+-]?(?:inf|infinity|∞)", re.IGNORECASE)
_NOTHING = re.compile(
    r"[-–—―−_·…~*]+|\.{2,}|[?？]+|nan|null|none|nil|tbd|tba|待定|待补|待补充|待填|待统计|待核实|未知|未统计|未填|未报|不详|不清楚|空|暂无|没有",
    re.IGNORECASE,
)
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_YEAR, _MONTH, _DAY = "(?:19|20)[0-9]{2}", "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12][0-9]|3[01])"
_DATE = re.compile(
    rf"{_YEAR}([-/.]){_MONTH}\1{_DAY}(?:[ T].*)?|{_DAY}([-/.]){_MONTH}\2{_YEAR}|{_MONTH}([-/.]){_DAY}\3{_YEAR}"
    rf"|{_YEAR}[-/]{_MONTH}|{_YEAR}年.*|{_MONTH}月(?:{_DAY}[日号]?)?|[0-9]{{1,2}}[- ]{_MONTHS}(?:[- ][0-9]+)?"
    rf"|{_MONTHS}[- ][0-9]{{1,4}}",
    re.IGNORECASE,
)
_TIME = re.compile(r"[0-9]{1,3}[:：][0-9]{1,2}(?:[:：][0-9]{1,2}(?:\.[0-9]+)?)?(?: ?[ap]m)?", re.IGNORECASE)
_BOUND = re.compile(
    r"(?:[<>≤≥≦≧＜＞⩽⩾]=?|=[<>]|大于|小于|高于|低于|超过|不足|不到|不超过|不少于|不低于|不高于|不大于|不小于|至少|最多|多于|少于"
    r"|at least |at most |over |under |up to |more than |less than |max |min ).*[0-9].*"
    rf"|{_N}.*(?:\+|以上|以下|以内|以外)",
    re.IGNORECASE,
)
_APPROXIMATE = re.compile(
    rf"(?:约|大约|大概|近|将近|[~～≈]|about |approx|ca\.? ).*[0-9].*|{_N}.*(?:左右|上下|余|多|来)[^0-9]?", re.IGNORECASE
)
_RANGE = re.compile(rf"{_N}[^0-9.]{{0,4}} ?(?:-|–|—|~|～|至|到|\.{3}|…| to ) ?{_N}[^0-9.]*")
_FRACTION = re.compile(r".*[0-9] ?[/⁄∕] ?[0-9].*|.*分之.*")
_BRACKETS = re.compile(rf"[(（]\s*{_N}\s*[)）]")
_FOOTNOTE = re.compile(rf"{_N}\s*(?:[*†‡§#^]+|[\[(（【][^\])）】]*[\])）】])")
_LETTERS = re.compile(r"[+-]?[0-9OoIl.,]+")
_CURRENCY = re.compile(r"[+-]?[¥￥$€£]\s*[0-9].*|.*[0-9]\s*[¥￥$€£]")
_EUROPEAN = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3}){2,}|[+-]?[0-9.]+\.[0-9]+,[0-9]*|[+-]?[0-9]+(?:,[0-9]+)+\.[0-9]*")
_HAN_NUMBER = re.compile(
    rf"(?=.*[{_HAN_DIGITS}])[负]?[{_HAN_DIGITS}{_OTHER_NUMERALS}点半]+{_MEASURE}|[0-9.]+[百千佰仟][{_OTHER_NUMERALS}]?{_MEASURE}"
)

_PATTERNS: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("error", _ERROR.fullmatch),
    ("formula", re.compile(r"=[^<>].*").fullmatch),
    ("infinite", _INFINITE.fullmatch),
    ("nothing", _NOTHING.fullmatch),
    ("date", _DATE.fullmatch),
    ("time", _TIME.fullmatch),
    ("bound", _BOUND.fullmatch),
    ("approximate", _APPROXIMATE.fullmatch),
    ("range", _RANGE.fullmatch),
    ("fraction", _FRACTION.fullmatch),
    ("brackets", _BRACKETS.fullmatch),
    ("footnote", _FOOTNOTE.fullmatch),
    ("dash", re.compile(rf"[–—―‐‑‒﹣]\s*{_N}.*").fullmatch),
    ("signs", re.compile(rf"[+-]\s*[+-]\s*{_N}|[+-]\s+{_N}|{_N}\s*-").fullmatch),
    ("hexadecimal", re.compile(r"[+-]?0[xX][0-9a-fA-F]+").fullmatch),
    ("underscore", re.compile(r"[0-9]+(?:_[0-9]+)+(?:\.[0-9]*)?").fullmatch),
    ("apostrophe", re.compile(rf"['’‘`]\s*{_N}").fullmatch),
    ("currency", _CURRENCY.fullmatch),
    ("chinese", _HAN_NUMBER.fullmatch),
)
_YES_NO_WORDS = frozenset({"是", "否", "有", "true", "false", "yes", "no"})


def why(text: str, unit: str | None, *, decimal_comma: bool) -> Clause:
    """The likely reason why a trimmed text of an indicator in ``unit`` is not read as a number.

    The clause begins with the mark that joins it to a sentence; both languages are empty when there
    is nothing to say.
    """
    key, params = ("", {}) if len(text) > _LONGEST_JUDGED else _reason(text, unit, decimal_comma=decimal_comma)
    if forms.is_yes_no(unit) and (key in ("", "text") or text == "没有"):
        key = "answer"
    if not key:
        return NO_CLAUSE
    english, chinese = _CLAUSES[key]
    names = {
        "unit": unit or "",
        "indicator": f"the indicator is in {unit}" if unit else "the indicator has no unit",
        "indicator_zh": f"该指标以 {unit} 计" if unit else "该指标没有单位",
        **params,
    }
    return {"en": "; " + english.format(**names), "zh": "，" + chinese.format(**names)}


def _reason(text: str, unit: str | None, *, decimal_comma: bool) -> tuple[str, dict[str, str]]:
    if any(unicodedata.category(char) in ("Cf", "Cc") for char in text):
        return "invisible", {}
    if "***" in text:  # a personal number was masked: what is left of the text has no meaning of its own
        return ("personal" if _MASKED.search(text) else ""), {}
    ascii_text = forms.narrow(text)
    characters = _characters(ascii_text)
    if characters:
        return characters, {}
    if ascii_text.casefold() in _YES_NO_WORDS:
        return ("", {}) if forms.is_yes_no(unit) else ("yes_no", {})
    for key, matches in _PATTERNS:
        if matches(ascii_text):
            return key, {}
    return _cut(ascii_text, unit, decimal_comma=decimal_comma)


def _characters(text: str) -> str:
    """A reason that single characters give."""
    for char in text:
        if char.isascii() or char in "①②③":
            continue
        category = unicodedata.category(char)
        if category == "Nd":
            return "script"
        if category == "No":
            name = unicodedata.name(char, "")
            return "fraction" if "FRACTION" in name else "superscript"
    return "superscript" if any(char in "①②③" for char in text) else ""


def _cut(text: str, unit: str | None, *, decimal_comma: bool) -> tuple[str, dict[str, str]]:
    """A reason from the number that the text begins with and what stands behind it."""
    if _LETTERS.fullmatch(text) and any(char in "OoIl" for char in text) and any(char.isdigit() for char in text):
        return "letter", {}
    parts = forms.number_and_rest(text)
    if parts is None:
        return "", {}
    number, rest = parts
    separators = _separators(number, decimal_comma=decimal_comma)
    if separators:
        return separators, {}
    if not rest:
        return ("large" if re.fullmatch(rf"[+-]?{forms.NUMBER}", number) else ""), {}
    return _rest(number, rest, unit)


def _separators(number: str, *, decimal_comma: bool) -> str:
    """What is wrong with the points, commas and spaces of a number, if anything."""
    if forms.read(number, None, decimal_comma=decimal_comma) is not None:
        return ""
    spaced = any(char in number for char in " \u00a0\u2009\u202f")
    if "," in number and "." in number:
        return "comma_or_point"
    if _EUROPEAN.fullmatch(number):
        return "comma_or_point"
    if number.count(".") > 1:
        return "points"
    if "," in number:
        alone = forms.read(number, None, decimal_comma=False) is not None
        return "two_commas" if decimal_comma and alone else "comma"
    return "space" if spaced else ""


def _rest(number: str, rest: str, unit: str | None) -> tuple[str, dict[str, str]]:
    written = rest if len(rest) <= _LONGEST_QUOTED else rest[: _LONGEST_QUOTED - 1] + "…"
    written = "".join(char if char.isprintable() else "�" for char in written)
    if rest == "%":
        return "percent", {}
    if rest == "‰":
        return "per_mille", {}
    if rest[0] in "万萬亿億" and (len(rest) == 1 or same_unit(fold(rest[1:]), fold(unit or "-"))):
        return ("exponent" if "e" in number.lower() else "large_unit"), {"large": rest[0]}
    if unit and not forms.is_yes_no(unit):
        return "other_unit", {"written": written}
    return "text", {"written": written}
