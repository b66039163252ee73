"""Personal numbers in one text: what is one, what is not, and how it is masked."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from privacy_numbers import (
    ALL,
    CARD,
    IDENTITY,
    IDENTITY_X,
    MOBILE,
    WRITTEN,
    card,
    cards,
    identities,
    identity,
    mobiles,
)

from resilience_index.data.cells import show
from resilience_index.data.privacy import CARD as CARDS
from resilience_index.data.privacy import IDENTITY as IDENTITIES
from resilience_index.data.privacy import MOBILE as MOBILES
from resilience_index.data.privacy import find, is_card, is_identity, mask

EARLIEST = datetime.datetime.fromisoformat("1900-01-01")
LATEST = datetime.datetime.fromisoformat("2099-12-31")


def kinds(text: str) -> list[str]:
    return [hit.kind for hit in find(text)]


# --- the numbers themselves


def test_the_published_examples_of_check_digits():
    assert is_identity("11010519491231002X")  # the example of GB 11643-1999
    assert is_identity("440524188001010014") is False  # its other example: born in 1880
    assert is_card("4111111111111111")
    assert is_card("378282246310005")


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("what", ALL)
def test_however_it_is_written_it_is_found_and_masked(what: str, written: str):
    text = WRITTEN[written](ALL[what])
    assert kinds(text) == [what.split(maxsplit=1)[0]]
    masked = mask(text)
    assert find(masked) == ()
    assert "*" in masked
    assert len(re.sub("[^0-9]", "", masked)) <= 10 + masked.endswith(".0")


@given(st.one_of(identities, mobiles, cards), st.text(), st.text(), st.sampled_from(sorted(WRITTEN)))
def test_every_number_is_found_whatever_stands_around_it(number: str, before: str, after: str, written: str):
    # What joins digits to a number would make another number of it.
    before = re.sub(r"[\d.,eE+\s_()\[\]-]+$", "", before) + "：" if before else ""
    after = "；" + after
    text = before + WRITTEN[written](number) + after
    assume(not find(before + after))
    hits = find(text)
    assert len(hits) == 1
    assert len(number) < 15 or hits[0].kind in (IDENTITIES, CARDS)
    assert number not in re.sub("[^0-9Xx]", "", mask(text)).upper()
    assert find(mask(text)) == ()


@pytest.mark.parametrize("prefix", ["+86", "86", "0086", "+86 ", "+86-", "0086 ", "（+86）"])
def test_a_country_code_does_not_hide_a_mobile_number(prefix: str):
    assert kinds(f"{prefix}{MOBILE}") == [MOBILES]
    assert kinds(f"{prefix}138 1234 5678") == [MOBILES]


def test_several_numbers_in_one_text():
    text = f"张三{MOBILE}、李四 139-1234-5678；证件{IDENTITY_X.lower()} 卡{CARD}"
    assert kinds(text) == [MOBILES, MOBILES, IDENTITIES, CARDS]
    assert kinds("13812345678,13912345678") == [MOBILES, MOBILES]
    assert kinds("138 1234 5678 139 1234 5678") == [MOBILES, MOBILES]
    assert kinds("2024-13812345678") == [MOBILES]
    assert kinds("12 138 1234 5678 9") == [MOBILES]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (IDENTITY, f"110101********{IDENTITY[-4:]}"),
        (IDENTITY_X.lower(), f"522301********{IDENTITY_X[-4:]}"),
        (f"{IDENTITY_X[:-1]} x", f"522301********{IDENTITY_X[-4:]}"),
        ("13812345678", "138****5678"),
        ("张三138 1234 5678。", "张三138****5678。"),
        ("+8613812345678", "+86138****5678"),
        (CARD, f"6222{'*' * 11}{CARD[-4:]}"),
        ("378282246310005", "3782*******0005"),
        ("１３８－１２３４－５６７８", "138****5678"),
        ("13812345678.0", "138****5678.0"),
        ("无", "无"),
    ],
)
def test_how_a_number_is_masked(text: str, masked: str):
    assert mask(text) == masked


def test_messages_mask_before_they_cut():
    assert show(f"{'备注' * 15}{MOBILE}") == f"{'备注' * 15}138****56…"


# --- what is none


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0.13812345678901234",
        "13812345678.5",
        "-13812345678.25",
        ".13812345678",
        "0,13812345678",
        "13812345678,5",
        "1.3812345678e10",
        "13812345678e5",
        "1.10101199003071e+17",
        "11010119900307.1233",
        "13,812,345,678",
        "110101001001",  # a community's code
        "110101001",  # a street's
        "54110101MF1234567X",  # a committee's credit code
        "20241231120000",
        "20241231235959123",
        "2024-12-31 12:00:00",
        "2023-01-01 - 2023-12-31",
        "20230101-20231231",
        "2019 2020 2021 2022",
        "1990-03-07 123",
        "192.168.10.100",
        "1 5 3 4 2 1 3 3 4 5 2 1",
        "010-62345678",
        "12345678901",
        "6901234567892",  # a bar code
        "1" + MOBILE,
        MOBILE + "9",
        "1" + IDENTITY,
        IDENTITY + "1",
        "A-3栋-2单元-1201室",
        "9" * 16,
        "0" * 18,
    ],
)
def test_what_is_no_personal_number(text: str):
    assert find(text) == ()
    assert mask(text) == text


def test_an_identity_number_needs_its_check_character_its_date_and_its_province():
    last = "0123456789X"
    assert [IDENTITY[:-1] + check for check in last if is_identity(IDENTITY[:-1] + check)] == [IDENTITY]
    assert not is_identity(with_check("110101" + "19900231" + "123"))
    assert not is_identity(with_check("110101" + "18991231" + "123"))
    assert not is_identity(with_check("990101" + "19900307" + "123"))
    assert not is_identity("１" + IDENTITY[1:])


def with_check(body: str) -> str:
    """An identity number whose date or province may be wrong, but whose check character is right."""
    day = datetime.date(2000, 1, 1)
    check = next(
        found
        for serial in range(1000)
        for found in [identity("11", 101, day, serial)]
        if weighted(found[:17]) == weighted(body)
    )[-1]
    return body + check


def weighted(body: str) -> int:
    return sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body)) % 11


def test_a_card_needs_its_check_digit_length_and_first_digits():
    number = card("622202123456789")
    assert [number[:-1] + digit for digit in "0123456789" if is_card(number[:-1] + digit)] == [number]
    assert not is_card(card("62220212345678"))  # 15 digits
    assert not is_card(card("6" * 19))
    assert not is_card(card("722202123456789"))
    assert not is_card(card("35" + "0" * 12))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_decimal_numbers_never(number: Decimal):
    assume(number != number.to_integral_value())
    assert find(format(number, "f")) == ()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_as_they_are_written_never(number: float):
    assume("e" in repr(number) or number != int(number))
    assert find(repr(number)) == ()


@given(st.integers(0, 10**12 - 1), st.sampled_from(["{:012d}", "{:09d}社区", "No.{:012d}", "{:014d}"]))
def test_codes_of_other_lengths_never(number: int, form: str):
    assume(form != "{:09d}社区" or number < 10**9)
    assert find(form.format(number)) == ()


@given(st.datetimes(EARLIEST, LATEST))
def test_days_and_times_never(moment: datetime.datetime):
    for form in ("%Y-%m-%d", "%Y%m%d%H%M%S", "%Y%m%d%H%M%S%f", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d", "%Y年%m月%d日"):
        assert find(moment.strftime(form)) == ()


@given(st.text())
def test_any_text_can_be_looked_at_and_masked_once_for_all(text: str):
    once = mask(text)
    assert mask(once) == once
    assert find(once) == ()


@given(st.text("0123456789 -.xX*１，,eE+()", max_size=60))
def test_texts_of_digits_too(text: str):
    once = mask(text)
    assert mask(once) == once
    for hit in find(text):
        assert text[hit.start : hit.end] != hit.masked
        assert len(re.sub("[^0-9X]", "", hit.masked)) <= 14  # country code, first digits and last
