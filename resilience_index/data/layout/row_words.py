"""Words by which rows tell that they are no communities: totals, notes, signatures, examples, units."""

from __future__ import annotations

import itertools
import re

_SUMS = (
    "合计", "小计", "总计", "共计", "累计", "总和", "平均", "均值", "平均值", "平均数", "平均分", "均数", "汇总",
    "最大值", "最小值", "最高值", "最低值", "最大", "最小", "最高", "最低", "中位数", "标准差",
)  # fmt: skip
# Rows about the table as a whole that do not add anything up.
_OTHERS = (
    "全市", "全区", "全县", "全省", "总分", "满分", "权重", "指标权重", "目标值", "标准值", "基准值", "达标率",
    "达标值", "及格线", "上年同期", "去年同期", "上年", "去年", "同比", "环比", "总数", "社区总数", "社区数",
    "社区个数",
)  # fmt: skip
_ENGLISH = (
    "total", "totals", "subtotal", "sub-total", "grandtotal", "sum", "mean", "average", "median", "max", "maximum",
    "min", "minimum", "standarddeviation", "target", "weight", "weights", "lastyear", "previousyear",
)  # fmt: skip
_WORDS = frozenset((*_SUMS, *_OTHERS, *_ENGLISH))
_COUNTED = re.compile(rf"(?:{'|'.join(_SUMS)}|共)(?:数|值|量)?(?:[0-9]+(?:个|家)?(?:社区|小区|街道|村|单位)?)?")
_ENDS = tuple(word for word in _SUMS if word not in ("最大", "最小", "最高", "最低"))
_ENGLISH_END = re.compile(r"(?:^|\s)(?:grand[ -])?(?:sub-?)?(?:totals?|average|mean)$", re.IGNORECASE)
_BRACKETED = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_LONG = 24

# How a name must end, or what it must be, to be one of a total beside a code; looked for in a million names at once.
LAST = ("计", "和", "均", "值", "数", "分", "总", "差", "量", ":", "：", ")", "）", "]", "】",
        *(letter for small in "lensm" for letter in (small, small.upper())))  # fmt: skip
EXACT = tuple(sorted(_WORDS))
SAYS_SUM = "(?i)" + "|".join((*map(re.escape, (*_SUMS, *_OTHERS)), *(r"\s*".join(word) for word in _ENGLISH), "共"))


def is_sum_name(name: str) -> bool:
    """Whether the name beside a code says that its row adds up or averages others."""
    return (name[-1:] in LAST or name in EXACT) and is_sum(name)


_ENGLISH_START = re.compile(r"(?:grand[ -])?(?:sub-?)?(?:totals?|average|mean|sum)\s+\S", re.IGNORECASE)


def is_sum_code(code: str, name: str) -> bool:
    """Whether what stands where the code is says so. An English word may be the code of a community that has a name."""
    if code.isascii() and name and not is_sum(name) and name.casefold() != code.casefold():
        return False
    return is_sum(code) or (not name and _ENGLISH_START.match(code) is not None)


def is_sum(text: str) -> bool:
    """Whether a text says that its row adds up or averages others, or states a target or weight for them."""
    spoken = _BRACKETED.sub("", text).strip().rstrip(":：").strip()
    plain = "".join(spoken.split()).casefold()
    first = re.split("[:：]", plain, maxsplit=1)[0]
    if plain in _WORDS or first in _WORDS or _COUNTED.fullmatch(plain):
        return True
    # "云澜区小计" and "全市平均", but no name of a place that merely holds such a word.
    return len(plain) <= _LONG and (plain.endswith(_ENDS) or _ENGLISH_END.search(spoken) is not None)


_NOTE_WORDS = (
    "附注", "备注", "说明", "填表说明", "填报说明", "填表人", "填报人", "填写人", "制表人", "制表单位", "制表日期",
    "审核人", "复核人", "审核", "负责人", "单位负责人", "统计负责人", "经办人", "联系人", "联系电话", "填表日期",
    "填报日期", "填报单位", "填报时间", "统计时间", "报出日期", "数据来源", "资料来源", "来源", "打印日期", "截止日期",
    "签字", "签名", "盖章", "日期", "单位盖章", "公章",
    "note", "notes", "remark", "remarks", "source", "sources", "prepared by", "filled in by", "checked by",
    "approved by", "reported by", "signed", "signature", "contact", "date",
)  # fmt: skip
_NOTE = re.compile(
    rf"(?:{'|'.join(map(re.escape, _NOTE_WORDS))})\s*(?:[:：]|$)|注\s*[0-9一二三四五六七八九十]*\s*[:：、.．]|[※*＊]|"
    r"第\s*[0-9]+\s*页|共\s*[0-9]+\s*页|page\s+[0-9]+|(?:填写|填表|填报)?(?:示例|样例|范例|例)(?:\s*[:：]|$)|"
    r"(?:example|sample|e\.g\.)(?:\s*:|$)|[\u4e00-\u9fff（）()]{2,12}\s*[:：]",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[，。；：、,;:!！?？（(]|\s\S")
_DATE = re.compile(
    r"[0-9]{4}\s*[-/.年]\s*[0-9]{1,2}(?:\s*[-/.月]\s*[0-9]{1,2}\s*日?)?月?|[〇○零一二三四五六七八九十]{4}年.{0,8}"
)


def is_note(text: str) -> bool:
    """Whether a text begins a note, a signature, an example or a page number."""
    return _NOTE.match(text) is not None and not text.isdigit()


def is_sentence(text: str) -> bool:
    """Whether a text that stands alone in its row is a sentence rather than a code."""
    return len(text) > _LONG or _SENTENCE.search(text) is not None


def is_remark(text: str) -> bool:
    """Whether a text may stand in a signature or date line: Chinese words, or a date, and no value."""
    return _DATE.fullmatch(text) is not None or re.search(r"[\u4e00-\u9fff]", text) is not None


UNIT_WORDS = frozenset(("单位", "计量单位", "unit", "units"))
NO_UNIT = frozenset(("", "-", "/", "—"))
_COUNTER = re.compile(r"[(（\[]?(?:([0-9]{1,3})|([甲乙丙丁戊己庚辛壬癸])|([A-J]))[)）\]]?栏?")
_STEMS, _LETTERS = "甲乙丙丁戊己庚辛壬癸", "ABCDEFGHIJ"


def is_numbering(cells: list[str]) -> bool:
    """Whether the filled cells of a row number the columns, as statistical forms do: 甲 乙 1 2 3, (1) (2) (3) (4).

    Letters run from the first one, numbers from 1 or on from the letters. Fewer than four cells (five
    with Latin letters) may be a community's.
    """
    found = [_COUNTER.fullmatch(cell.strip()) for cell in cells if cell.strip()]
    if len(found) < 4 or None in found:
        return False
    marks = [match for match in found if match is not None]
    numbers = [int(match[1]) for match in marks if match[1]]
    stems = "".join(match[2] for match in marks if match[2])
    letters = "".join(match[3] for match in marks if match[3])
    if (letters and len(found) < 5) or (stems and letters):
        return False
    first = len(stems + letters)
    return (
        _STEMS.startswith(stems)
        and _LETTERS.startswith(letters)
        and all(after == before + 1 for before, after in itertools.pairwise(numbers))
        and (not numbers or numbers[0] in (1, first + 1))
    )
