"""Texts line by line; what differs in their form only; and when numbers in them are near."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from resilience_index.audit import differences as diff
from resilience_index.audit import found as basis
from resilience_index.audit import text_differences
from resilience_index.audit.found import Difference, Found, Near


def pages(folder: Path, old: bytes, new: bytes) -> list[Difference]:
    (folder / "old").write_bytes(old)
    (folder / "new").write_bytes(new)
    found = diff.texts(folder / "old", folder / "new")
    assert (found.count, found.near) == (len(found.listed), 0)
    return found.listed


def line(number: int, old: Any, new: Any) -> Difference:
    return Difference(f"line {number}", old, new, line=number)


def test_lines(tmp_path: Path) -> None:
    assert pages(tmp_path, b"a\nb\n", b"a\nb\n") == []
    assert pages(tmp_path, b"a\nb\nc", b"a\nB\nc\nd") == [line(2, "b", "B"), line(4, "—", "d")]
    assert pages(tmp_path, b"a\nd", b"a") == [line(2, "d", "—")]
    assert pages(tmp_path, b"a\n", b"a") == [line(2, "", "—")]
    assert pages(tmp_path, b"a", b"a\n") == [line(2, "—", "")]
    assert pages(tmp_path, b"\xff", b"\xfe") == [line(1, "\\xff", "\\xfe")]


LETTERS = "abcdefghijklmnopqrstuvwxyz" * 4


@pytest.mark.parametrize(
    ("at", "start", "stop"), [(0, 0, 40), (5, 0, 45), (20, 0, 60), (21, 1, 61), (50, 30, 90), (103, 83, 104)]
)
def test_what_stands_around(at: int, start: int, stop: int, tmp_path: Path) -> None:
    """Twenty letters before the first that differs, and forty from it on; a message then cuts at forty."""
    new = f"{LETTERS[:at]}-{LETTERS[at + 1 :]}"
    (found,) = pages(tmp_path, LETTERS.encode(), new.encode())
    assert (found.recorded, found.made) == (diff.shown(LETTERS[start:stop]), diff.shown(new[start:stop]))
    around = basis.around(LETTERS, new)
    assert around == (diff.shown(LETTERS[start:stop]), diff.shown(new[start:stop]))


def test_the_forty_letters_from_the_first_that_differs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Seen whole, where messages would cut."""
    for module in (basis, text_differences):
        monkeypatch.setattr(module, "shown", lambda text: text)
    new = f"{LETTERS[:50]}-{LETTERS[51:]}"
    (found,) = pages(tmp_path, LETTERS.encode(), new.encode())
    assert (found.recorded, found.made) == (LETTERS[30:90], new[30:90])
    assert basis.around(LETTERS, new) == (LETTERS[30:90], new[30:90])
    for letter in ("X", "y"):
        more = letter * 50
        assert pages(tmp_path, b"a", f"a\n{more}".encode()) == [line(2, None, more[:40])]
        assert pages(tmp_path, f"a\n{more}".encode(), b"a") == [line(2, more[:40], None)]


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [("", "", 0), ("a", "a", 1), ("ab", "a", 1), ("a", "ab", 1), ("ab", "ac", 1), ("xb", "yb", 0), (b"aab", b"aac", 2)],
)
def test_the_first_that_differs(old: Any, new: Any, at: int) -> None:
    assert basis.first_apart(old, new) == at


# --- numbers that are near


@pytest.mark.parametrize(
    ("old", "new", "numbers", "largest"),
    [
        ("a 0.3 b", "a 0.30000000000000004 b", 1, 0.30000000000000004 - 0.3),
        ("1.0", "1.0000000009", 1, 1.0000000009 - 1),
        ("1.0", "1.0000000011", None, None), ("x 2147483648.5 y", "x 2147483650.5 y", 1, 2.0),
        ("x 2147483648.5 y", "x 2147483651.0 y", None, None), ("1.5 and 2.5", "1.5000000001 and 2.4999999998", 2,
                                                               2.5 - 2.4999999998),
        ("1.5 and 2.5", "1.5000000001 and 2.6", None, None), ("0.5 a", "0.5000000001 b", None, None),
        ("-1e-17", "1e-17", 1, 2e-17), ("99.99999999999999", "100", 1, 100 - 99.99999999999999),
        ("1.5", "1.5 ", None, None), ("1.5, 2.5", "1.5000000001", None, None), ("", "0.0000000001", None, None),
        ("310101001001", "310101001002", None, None), ("003", "3", None, None), ("003", "3.0", None, None),
        ("1.10", "1.1", 1, 0.0), ("1e999", "1e998", None, None), ("v1.2.3", "v1.2.4", None, None),
        ("5", "5" + "0" * 99, None, None), ("0.5", "0.5" + "0" * 200, None, None),
    ],
)  # fmt: skip
def test_texts_that_are_near(old: str, new: str, numbers: int | None, largest: float | None) -> None:
    """All but the numbers is the same, and each pair of them within 1e-9 of its size; codes are never near."""
    found = basis.near(old, new)
    assert found == (None if numbers is None else Near(numbers, largest or 0.0))


@pytest.mark.parametrize(
    ("first", "second", "gap"),
    [
        ("310101001001", "310101001002", None), ("003", "3", None), ("003", "3.0", None), ("-01.5", "-1.5", None),
        ("1_0", "10.0", None), (" 1.5", "1.5", None), ("１.5", "1.5", None), ("2", "2.0", 0.0), (".5", "0.5", 0.0),
        ("5.", "5.0", 0.0), ("+1.5E0", "1.5", 0.0), (10**10, 10**10 + 1, 1.0), ("1e-3", "0.001", 0.0),
        ("", "0.0", None),
    ],
)  # fmt: skip
def test_texts_that_are_no_numbers_or_codes(first: Any, second: Any, gap: float | None) -> None:
    assert basis.apart(first, second) == gap
    assert basis.apart(second, first) == gap


def test_near_numbers_are_passed_over_on_the_way_to_what_differs() -> None:
    assert basis.without_near("a 0.3 b 0.5 c", "a 0.30000000000000004 b 0.6 c") == "a 0.30000000000000004 b 0.5 c"
    assert basis.without_near("0.3 x 0.3", "0.30000000000000004 y 0.4") == "0.30000000000000004 x 0.3"
    assert basis.without_near("same", "same") == "same"
    assert basis.places("a 0.3 b 0.5 c", "a 0.30000000000000004 b 0.6 c", exact=False) == (10, 26)
    assert basis.places("a 0.3 b 0.5 c", "a 0.30000000000000004 b 0.6 c") == (5, 5)
    assert basis.places("a0.3b", "a0.30000000000000004bc", exact=False) == (5, 21)


def test_lines_that_are_near(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("a\n0.3 b\nc 1.5 2.5\nd 0.3 0.7\n")
    (tmp_path / "new").write_text("a\n0.30000000000000004 b\nc 1.5000000001 2.5000000002\nd 0.30000000000000004 0.8\n")
    found = diff.texts(tmp_path / "old", tmp_path / "new", exact=False)
    at = Difference("line 4", "d 0.3 0.7", "30000000000000004 0.8", line=4)
    assert found == Found(False, [at], 1, 3, 2.5000000002 - 2.5)
    assert [item.line for item in diff.texts(tmp_path / "old", tmp_path / "new").listed] == [2, 3, 4]
    (tmp_path / "new").write_text("a\n0.3 b\nc 1.5 2.5\nd 0.3 0.7")
    shorter = diff.texts(tmp_path / "old", tmp_path / "new", exact=False)
    assert (shorter.listed, shorter.near) == ([line(5, "", "—")], 0)


# --- the form


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"\xef\xbb\xbfa\nb\n", b"a\nb\n", [("byte order mark", "EF BB BF", "—")]),
        (b"a\nb\n", b"\xef\xbb\xbfa\nb\n", [("byte order mark", "—", "EF BB BF")]),
        (b"a\r\nb\r\n", b"a\nb\n", [("line ends", "CRLF × 2", "LF × 2")]),
        (b"a\rb\r\nc\n", b"a\nb\nc\n", [("line ends", "CRLF × 1, LF × 1, CR × 1", "LF × 3")]),
        (b"\xef\xbb\xbfa\r", b"a\n", [("byte order mark", "EF BB BF", "—"), ("line ends", "CR × 1", "LF × 1")]),
    ],
)
@pytest.mark.parametrize("block", [1, 2, 3, 1 << 20])
def test_form_alone(
    old: bytes, new: bytes, told: list[tuple[str, str, str]], block: int, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Wherever the blocks end in which a file is read."""
    monkeypatch.setattr(text_differences, "_BLOCK", block)
    assert pages(tmp_path, old, new) == [Difference(*item) for item in told]


def test_form_beside_other_lines(tmp_path: Path) -> None:
    assert [item.line for item in pages(tmp_path, b"a\r\nb\r\n", b"a\nc\n")] == [1, 2]


@pytest.mark.parametrize("exact", [True, False])
def test_form_of_tables(exact: bool, tmp_path: Path) -> None:
    def found(old: bytes, new: bytes) -> list[Difference]:
        (tmp_path / "old").write_bytes(old)
        (tmp_path / "new").write_bytes(new)
        return diff.csv_tables(tmp_path / "old", tmp_path / "new", ("a",), exact=exact).listed

    text = b"a,b\r\n1,2\r\n"
    mark = Difference("byte order mark", "—", "EF BB BF")
    assert found(text, text) == []
    assert found(text, b"\xef\xbb\xbf" + text) == [mark]
    assert found(text.replace(b"\r", b""), text) == [Difference("line ends", "LF × 2", "CRLF × 2")]
    assert found(text[:-2], text) == [Difference("line ends", "CRLF × 1", "CRLF × 2")]
    assert found(text, b"\xef\xbb\xbf" + text.replace(b"2", b"3")) == [Difference("1", "2", "3", 2, "b")]
    near = found(text.replace(b"2", b"2.0"), b"\xef\xbb\xbf" + text.replace(b"2", b"2.0000000001"))
    assert near == ([Difference("1", "2.0", "2.0000000001", 2, "b")] if exact else [mark])
