"""Columns that look like the names of people, and columns that look like their addresses.

A header may say so, or the cells: a large share of Chinese personal names that hardly repeat, or of
addresses down to a house. Counts and other numbers below such a header are neither.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from resilience_index.folding import fold

_NAME_WORDS = (
    "姓名", "户主", "联系人", "负责人", "责任人", "经办人", "填报人", "填表人", "申请人", "代表人", "监护人", "居民名",
    "fullname", "firstname", "lastname", "surname", "personname", "nameofperson", "nameofresident", "residentname",
    "residentsname", "contactperson", "contactname", "householder", "headofhousehold", "personincharge",
)  # fmt: skip
_ADDRESS_WORDS = ("地址", "住址", "住所", "门牌", "房号", "居住地", "户籍地", "address", "housenumber", "doornumber")
_DOORS = ("门牌", "房号", "housenumber", "doornumber")
# Headers with these speak of something else: an e-mail address, how many there are, where an office is.
_OTHERS = re.compile(
    "邮箱|电子|网址|网络|^ip|ip地址|mac地址|e-?mail|^mac|^web|url|数|率|比例|占比|次|编号|类别|类型|是否|满意|培训|电话|手机|号码"
    "|联系方式|numberof|count$|rate$|phone|mobile|社区地址|社区住所|办公|单位|机构|居委"
)
_MARKS = frozenset(("是", "否", "有", "无", "不适用", "暂无", "未知", "yes", "no", "n/a", "na", "n.a.", "-", "/"))

_COMPOUND = (
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|令狐|慕容|司徒|夏侯|宇文|端木|长孙|轩辕|南宫|独孤|西门|呼延|闻人|澹台"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖"
    "贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷"
    "詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时"
    "穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩"
)
_NAME = re.compile(rf"(?:(?:{_COMPOUND})[\u3400-\u9fff]{{1,2}}|[{_SURNAMES}][\u3400-\u9fff]{{1,2}})")
_PLACE = re.compile(
    ".*(?:社区|小区|街道|片区|大厦|广场|花园|家园|[村区县市省镇乡州路街巷弄里庄屯堡苑园楼院坊桥门营站寨店组号栋层房型类级网]"
    "|胡同|居委|大道|中心|公司|学校)"
)
# A name of three characters may end in 楼 or 门; that the column hardly holds others decides.
_ADDRESS = re.compile(
    r".*(?:[路街巷弄里道村屯组苑园院]|胡同|小区|社区|大厦|花园|公寓|新村).*[0-9〇一二三四五六七八九十]+[-之0-9A-Za-z]*"
    r"(?:号|號|栋|棟|幢|单元|單元|室|楼|座|户|弄|门).*"
    r"|.*[0-9]+(?:号|號|栋|棟|幢|座|号楼)[-0-9A-Za-z]*(?:[0-9]+(?:单元|單元|室|号|门|户)).*"
    r"|[0-9]+[A-Za-z]? [A-Za-z .'-]+ (?:street|st|road|rd|avenue|ave|lane|ln|drive|dr)\b.*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\s0-9.,，．０-９%％/:：+-]*")

FEWEST = 4
"""Cells that a column must have before its content alone says what it is."""
_SHARE = 0.7


@dataclass(frozen=True)
class Looks:
    """Whether a column looks like personal names, or like addresses."""

    names: bool = False
    addresses: bool = False


def looks(header: str, cells: Sequence[str]) -> Looks:
    """Judge a column by its header and a sample of its cells."""
    filled = [text for cell in cells if (text := cell.strip())]
    words = [text for text in filled if _NUMBER.fullmatch(text) is None and text.casefold() not in _MARKS]
    if not words or len(words) < 0.5 * len(filled):
        return Looks(addresses=bool(filled) and _says(header, _DOORS))
    if _says(header, _ADDRESS_WORDS):
        return Looks(addresses=True)
    addressed = sum(_ADDRESS.fullmatch(text) is not None for text in filled)
    if len(filled) >= FEWEST and addressed >= _SHARE * len(filled):
        return Looks(addresses=True)
    return Looks(names=_says(header, _NAME_WORDS) or _look_like_names(header, filled))


def is_name(text: str) -> bool:
    """Whether a text may be a Chinese personal name: a usual surname and one or two characters more."""
    text = fold(text)
    return _NAME.fullmatch(text) is not None and _PLACE.fullmatch(text) is None


def _look_like_names(header: str, filled: Collection[str]) -> bool:
    named = [text for text in filled if is_name(text)]
    if fold(header) in ("name", "names", "person", "people", "contact", "resident", "居民", "住户", "人员", "名字"):
        return len(named) >= 0.5 * len(filled)
    # Words of a list such as 高层 and 平房 begin like names too, but there are only a few of them.
    return len(named) >= max(FEWEST, _SHARE * len(filled)) and len(set(named)) >= 0.5 * len(named)


def _says(header: str, words: Collection[str]) -> bool:
    folded = fold(header)
    if _OTHERS.search(folded) is not None:
        return False
    plain = re.sub("[^a-z\u3400-\u9fff]", "", folded)
    return any(word in plain for word in words)
