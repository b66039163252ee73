"""Numbers that identify a person: what they look like in one text, and the text with them masked.

This is the definition; ``scan`` applies it to whole columns. It knows identity numbers of 18
places (GB 11643: province, date of birth, check character), mobile numbers, and bank cards (16 to 19
digits, or 15 beginning with 34 or 37, with the check digit of ISO/IEC 7812). Codes of these lengths
that pass a check by chance are found as well: one in ten for cards.

Spaces, hyphens and the like inside a number do not hide it, nor do the digits of other scripts. Digits
of a decimal number are never such a number, nor are dates and times, nor a piece of a longer run of
digits.
"""

from __future__ import annotations

import datetime
import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

IDENTITY, MOBILE, CARD = "identity", "mobile", "card"
KINDS = {
    IDENTITY: {"en": "identity number", "zh": "身份证号"},
    MOBILE: {"en": "mobile number", "zh": "手机号码"},
    CARD: {"en": "bank card number", "zh": "银行卡号"},
}
SHORTEST = 11
"""Digits of the shortest of these numbers."""
LONGEST_GAP = 3
"""Separators in a row that may stand between two groups of digits of one number."""

_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[1-68]")  # 9: residence cards
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_MOBILE = re.compile(r"(?:(?:00)?86)?1[3-9][0-9]{9}")
_CARD = re.compile(r"3[47][0-9]{13}|[2345689][0-9]{15,18}")
_YEARS = range(1900, 2100)

_GROUP = re.compile(r"[0-9]+")
_JOIN = re.compile(rf"[ _()\[\]-]{{1,{LONGEST_GAP}}}")
_X = re.compile(rf"[ _-]{{0,{LONGEST_GAP}}}X")
_ENOUGH = re.compile(rf"(?:[^0-9]*[0-9]){{{SHORTEST}}}")
_EXPONENT = re.compile(r"\.?[eE][+-]?[0-9]")
_MANTISSA = re.compile(r"[0-9.][eE][+-]?$")
_COMMA_DECIMAL = re.compile(r"\s*[+-]?([0-9]+),([0-9]+)\s*")
_WIDE = dict(zip("（）［］．，＿Ｘｘx", "()[].,_XXX", strict=True))
_ASCII = {ord("x"): "X", **dict.fromkeys(map(ord, "\t\n\v\f\r"), " ")}


class Hit(NamedTuple):
    """A number found in a text: its kind, its place from ``start`` to ``end``, and how it may be shown."""

    kind: str
    start: int
    end: int
    masked: str


class _Digits(NamedTuple):
    """A run of digits; ``dotted`` says that a full stop joins it to the one before."""

    start: int
    end: int
    text: str
    dotted: bool


def find(text: str) -> tuple[Hit, ...]:
    """Every personal number in a text, from left to right, without overlaps."""
    if len(text) < SHORTEST:
        return ()
    plain = _plain(text)
    if _ENOUGH.match(plain) is None:
        return ()
    hits: list[Hit] = []
    for chain in _chains(plain):
        hits += _in_chain(plain, chain)
    return tuple(hits)


def mask(text: str, hits: Sequence[Hit] | None = None) -> str:
    """The text with the middle of every personal number replaced by asterisks.

    ``hits`` are what ``find`` finds in it, where that is known.
    """
    hits = find(text) if hits is None else hits
    # What is left of two numbers may look like a third, so until nothing is found.
    while hits:
        parts, at = [], 0
        for hit in hits:
            parts += [text[at : hit.start], hit.masked]
            at = hit.end
        text = "".join(parts) + text[at:]
        hits = find(text)
    return text


def mask_all(value: Any) -> Any:
    """The same value with personal numbers masked in every text of its mappings and lists."""
    if isinstance(value, Mapping):
        return {key: mask_all(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [mask_all(item) for item in value]
    return mask(value) if isinstance(value, str) else value


def _plain(text: str) -> str:
    """The text with digits, separators and X in one form each; every character keeps its place."""
    if text.isascii():
        return text.translate(_ASCII)
    return "".join(map(_plain_character, text))


@functools.lru_cache(maxsize=8192)
def _plain_character(char: str) -> str:
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if char in _WIDE:
        return _WIDE[char]
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me") or char.isspace():
        return " "
    return "-" if category == "Pd" or char in "\u2212·・•" else char


def _chains(text: str) -> Iterator[list[_Digits]]:
    """Runs of digits that separators join, without those that belong to decimal numbers."""
    comma = _COMMA_DECIMAL.fullmatch(text)
    if comma is not None and min(len(comma[1]), len(comma[2])) < SHORTEST:
        return
    runs = [(found.start(), found.end()) for found in _GROUP.finditer(text)]
    gaps = [text[end:start] for (_, end), (start, _) in itertools.pairwise(runs)]
    chain: list[_Digits] = []
    for number, (start, end) in enumerate(runs):
        before = gaps[number - 1] if number else ""
        dotted = before == "."
        joined = dotted or _JOIN.fullmatch(before) is not None
        if chain and not joined:
            yield chain
            chain = []
        if _decimal(text, gaps, number, start, end, runs):
            if chain:
                yield chain
            chain = []
        else:
            chain.append(_Digits(start, end, text[start:end], dotted and bool(chain)))
    if chain:
        yield chain


def _decimal(
    text: str, gaps: Sequence[str], number: int, start: int, end: int, runs: Sequence[tuple[int, int]]
) -> bool:
    """Whether a run of digits is a part of a decimal number, or of one with an exponent."""
    if text[start - 1 : start] == "." and (start == 1 or text[start - 2] in " +-,;"):
        return True  # .5
    before = [gap == "." for gap in (gaps[number - 2 : number] if number > 1 else gaps[:number])]
    after = [gap == "." for gap in gaps[number : number + 2]]
    if before[-1:] == [True] and before[:-1] != [True] and after[:1] != [True]:
        return True  # the fraction
    if after[:1] == [True] and after[1:] != [True] and before[-1:] != [True]:
        fraction = slice(*runs[number + 1])
        return text[fraction].strip("0") != "" or _exponent(text, runs[number + 1][1])
    return _exponent(text, end) or _MANTISSA.search(text[max(0, start - 3) : start]) is not None


def _exponent(text: str, end: int) -> bool:
    return _EXPONENT.match(text, end) is not None


def _in_chain(text: str, chain: Sequence[_Digits]) -> list[Hit]:
    """The numbers in a chain; of overlapping ones, the surest."""
    found: list[tuple[int, int, Hit]] = []
    for first in range(len(chain)):
        count = 0
        for last in range(first, len(chain)):
            count += len(chain[last].text)
            if count > 19:
                break
            if count < SHORTEST:
                continue
            window = chain[first : last + 1]
            whole = len(window) == len(chain)
            hit = _number(text, window, whole=whole)
            if hit is not None:
                rank = 0 if hit.kind == IDENTITY else 1 if whole else 2 if hit.kind == MOBILE else 3
                found.append((rank, first, hit))
    chosen: list[Hit] = []
    for _, _, hit in sorted(found, key=lambda item: item[:2]):
        if all(hit.end <= other.start or hit.start >= other.end for other in chosen):
            chosen.append(hit)
    return sorted(chosen, key=lambda hit: hit.start)


def _number(text: str, window: Sequence[_Digits], *, whole: bool) -> Hit | None:
    """The personal number that these runs of digits make up, if any."""
    digits = "".join(run.text for run in window)
    start, end = window[0].start, window[-1].end
    groups = [run.text for run in window]
    dotted = any(run.dotted for run in window[1:])
    # Between full stops only longer groups: 192.168.10.100 is no mobile number.
    if dotted and (min(map(len, groups)) < 3 or max(map(len, groups)) < 4):
        return None
    if len(digits) == 17:
        check = _X.match(text, end)
        if check is not None and is_identity(digits + "X"):
            return Hit(IDENTITY, start, check.end(), _masked(IDENTITY, digits + "X"))
    if is_identity(digits):
        return Hit(IDENTITY, start, end, _masked(IDENTITY, digits))
    # Part of a longer list of short numbers, such as answers on a scale, is not read as one.
    if len(groups) > 1 and (_dates(groups) or (not whole and min(map(len, groups)) < 3)):
        return None
    if _MOBILE.fullmatch(digits):
        return Hit(MOBILE, start, end, digits[:-11] + _masked(MOBILE, digits[-11:]))
    if is_card(digits) and not _times(digits):
        return Hit(CARD, start, end, _masked(CARD, digits))
    return None


def is_identity(digits: str) -> bool:
    """Whether 18 characters are an identity number: province, date of birth and check character (GB 11643).

    Numbers of permanent residence cards, which begin with 9 and the province, are built alike.
    """
    if len(digits) != 18 or not digits[:17].isdecimal():
        return False
    if _PROVINCES.match(digits) is None or _date(digits[6:14]) is None:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits[:17], strict=True))
    return _CHECKS[total % 11] == digits[17]


def is_card(digits: str) -> bool:
    """Whether digits have the length and first digits of a bank card, and its check digit (Luhn)."""
    if _CARD.fullmatch(digits) is None:
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(int(digit) for digit in digits[::-2]) + sum(doubled)) % 10 == 0


def _date(digits: str) -> datetime.date | None:
    """A day written as eight digits, of this century or the last."""
    if int(digits[:4]) not in _YEARS:
        return None
    try:
        return datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _times(digits: str) -> bool:
    """Whether digits are a day and a time (20241231235959123), or two days."""
    if _date(digits[:8]) is None:
        return False
    clock = int(digits[8:10]) < 24 and int(digits[10:12]) < 60 and int(digits[12:14]) < 60
    return clock or (len(digits) == 16 and _date(digits[8:]) is not None)


def _dates(groups: Sequence[str]) -> bool:
    """Whether groups begin with a day (1990, 03, 07) or with two years."""
    if len(groups[0]) != 4 or int(groups[0]) not in _YEARS:
        return False
    if len(groups[1]) == 4:
        return int(groups[1]) in _YEARS
    day = len(groups) > 2 and max(len(groups[1]), len(groups[2])) <= 2
    return day and 1 <= int(groups[1]) <= 12 and 1 <= int(groups[2]) <= 31


def _masked(kind: str, digits: str) -> str:
    first = {IDENTITY: 6, MOBILE: 3, CARD: 4}[kind]
    return digits[:first] + "*" * (len(digits) - first - 4) + digits[-4:]
