"""Made-up personal numbers with valid check digits: nobody's, and different on every draw."""

from __future__ import annotations

import datetime

from hypothesis import strategies as st

PROVINCES = ("11", "15", "21", "23", "31", "37", "41", "46", "50", "54", "61", "65", "71", "81", "82", "83", "91")


def identity(province: str, area: int, day: datetime.date, serial: int) -> str:
    """An identity number by GB 11643: the check character is that of ISO 7064, MOD 11-2."""
    body = f"{province}{area:04d}{day:%Y%m%d}{serial:03d}"
    check = (12 - sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))) % 11
    return body + ("X" if check == 10 else str(check))


def card(digits: str) -> str:
    """A number with its check digit by Luhn's rule."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def mobile(first: int, rest: int) -> str:
    return f"1{first}{rest:09d}"


identities = st.builds(
    identity,
    st.sampled_from(PROVINCES),
    st.integers(0, 9999),
    st.dates(datetime.date(1900, 1, 1), datetime.date(2030, 12, 31)),
    st.integers(0, 999),
)
mobiles = st.builds(mobile, st.integers(3, 9), st.integers(0, 999_999_999))


def _cards(first: str, digits: int) -> st.SearchStrategy[str]:
    rest = digits - len(first) - 1
    return st.integers(0, 10**rest - 1).map(lambda number: card(f"{first}{number:0{rest}d}"))


cards = st.one_of(
    st.tuples(st.sampled_from(("62", "4", "5", "3", "60", "9558", "86")), st.integers(16, 19)).flatmap(
        lambda drawn: _cards(*drawn)
    ),
    st.sampled_from(("34", "37")).flatmap(lambda first: _cards(first, 15)),
)

IDENTITY = identity("11", 101, datetime.date(1990, 3, 7), 123)
IDENTITY_X = next(
    number
    for serial in range(1000)
    if (number := identity("52", 2301, datetime.date(1985, 12, 31), serial)).endswith("X")
)
MOBILE = mobile(3, 812345678)
CARD = card("622202021234567890")
ALL = {"identity": IDENTITY, "identity with X": IDENTITY_X, "mobile": MOBILE, "card": CARD}

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def _grouped(number: str, mark: str) -> str:
    groups = {11: (3, 4, 4), 18: (6, 8, 4)}.get(len(number), (4, 4, 4, 4, 4))
    parts, at = [], 0
    for size in groups:
        parts.append(number[at : at + size])
        at += size
    return mark.join(part for part in parts if part)


WRITTEN = {
    "plain": lambda number: number,
    "spaced": lambda number: _grouped(number, " "),
    "hyphens": lambda number: _grouped(number, "-"),
    "no-break spaces": lambda number: _grouped(number, "\u00a0"),
    "ideographic spaces": lambda number: _grouped(number, "\u3000"),
    "other dashes": lambda number: _grouped(number, "\u2013"),
    "invisible": lambda number: _grouped(number, "\u200b"),
    "full width": lambda number: number.translate(_WIDE),
    "full width, parted": lambda number: _grouped(number.translate(_WIDE), "－"),
    "digit by digit": " ".join,
    "in a text": lambda number: f"联系人张三{number}，下班后",
    "in brackets": lambda number: f"({number})",
    "as a float": lambda number: number if "X" in number else f"{number}.0",
}
