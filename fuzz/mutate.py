"""Mutations of bytes, texts, trees (YAML, JSON) and tables; every one is decided by the generator it is given."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import odd
import yaml

LARGEST = 1 << 18
Mutation = Callable[[bytes, Random, Sequence[bytes]], bytes]
"""From an input, a generator and the other inputs to another input."""
ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "gb18030",
    "gbk",
    "big5",
    "shift_jis",
    "latin-1",
)


# --- bytes


def of_bytes(data: bytes, choose: Random, others: Sequence[bytes]) -> bytes:
    """Flip, cut, repeat, insert and splice bytes."""
    content = bytearray(data or b"\0")
    for _ in range(choose.choice((1, 1, 2, 4, 8))):
        at, end = sorted(choose.randrange(len(content) + 1) for _ in range(2))
        end = min(end, at + choose.choice((1, 2, 4, 16, 256)))
        match choose.randrange(7):
            case 0:
                content[at:end] = bytes(choose.randrange(256) for _ in range(end - at))
            case 1:
                del content[at:end]
            case 2:
                content[at:at] = content[at:end] * choose.choice((1, 2, 64))
            case 3:
                content[at:at] = choose.choice(
                    (b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"PK\x03\x04", b"PAR1", b"\x80" * 4)
                )
            case 4 if at < len(content):
                content[at] ^= 1 << choose.randrange(8)
            case 5 if others:
                other = choose.choice(others)
                start = choose.randrange(len(other) + 1)
                content[at:end] = other[start : start + choose.choice((4, 64, 1024))]
            case _:
                content[at : at + 4] = choose.choice((0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)).to_bytes(4, "little")
        content = content or bytearray(b"\0")
    return bytes(content[:LARGEST])


# --- texts


def of_text(pieces: Sequence[str]) -> Mutation:
    """Mutations of lines and words; ``pieces`` are what such a text is made of."""

    def mutate(data: bytes, choose: Random, others: Sequence[bytes]) -> bytes:
        text = data.decode("utf-8", "surrogateescape")
        for _ in range(choose.choice((1, 1, 1, 2, 3))):
            text = _one_change(text, choose, others, pieces)
        return text.encode("utf-8", "surrogateescape")[:LARGEST]

    return mutate


def _one_change(text: str, choose: Random, others: Sequence[bytes], pieces: Sequence[str]) -> str:
    lines = text.split("\n")
    row = choose.randrange(len(lines))
    at = choose.randrange(len(text) + 1)
    match choose.randrange(10):
        case 0:
            del lines[row]
        case 1:
            lines[row:row] = [lines[row]] * choose.choice((1, 2, 30))
        case 2:
            other = choose.randrange(len(lines))
            lines[row], lines[other] = lines[other], lines[row]
        case 3:
            lines[row] = " " * choose.choice((1, 2, 4, 70)) + lines[row]
        case 4:
            lines[row] = lines[row].lstrip()
        case 5:
            words = lines[row].split(" ")
            words[choose.randrange(len(words))] = choose.choice((odd.text(choose), str(choose.choice(odd.NUMBERS))))
            lines[row] = " ".join(words)
        case 6:
            return text[:at] + text[at + choose.choice((1, 2, 8, 100)) :]
        case 7 if others:
            other_lines = choose.choice(others).decode("utf-8", "surrogateescape").split("\n")
            lines[row:row] = other_lines[choose.randrange(len(other_lines)) :][:3]
        case 8:
            return text[:at] + choose.choice(pieces) * choose.choice((1, 1, 1, 2, 90)) + text[at:]
        case _:
            return text[:at] + choose.choice((odd.text(choose), choose.choice(odd.words()))) + text[at:]
    return "\n".join(lines)


# --- trees


def of_yaml(data: bytes, choose: Random, others: Sequence[bytes]) -> bytes:
    """Mutations of a YAML file as a tree, else as a text."""
    kind = choose.random()
    if kind < 0.55:
        found = _yaml_tree(data, choose, others)
        if found is not None:
            return found
    return _YAML_TEXT(data, choose, others) if kind < 0.9 else of_bytes(data, choose, others)


_YAML_TEXT = of_text(odd.YAML_PIECES)
_JSON_TEXT = of_text(
    ("{", "}", "[", "]", '"', ",", ":", "null", "NaN", "Infinity", "1e999", "\\ud800", '"\\u0000"', "-", "0")
)


def _yaml_tree(data: bytes, choose: Random, others: Sequence[bytes]) -> bytes | None:
    try:
        tree = read_yaml(data)
        other = read_yaml(choose.choice(others)) if others and choose.random() < 0.2 else None
        tree = of_tree(tree, choose, other)
        return as_yaml(tree)[:LARGEST]
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        return None


class _Plain(yaml.CSafeDumper):
    """Writes no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def of_json(data: bytes, choose: Random, others: Sequence[bytes]) -> bytes:
    """Mutations of a JSON file as a tree, else as a text."""
    kind = choose.random()
    if kind < 0.7:
        try:
            tree = of_tree(json.loads(data), choose, json.loads(choose.choice(others)) if others else None)
            return as_json(tree)[:LARGEST]
        except (ValueError, RecursionError):
            pass
    return _JSON_TEXT(data, choose, others) if kind < 0.9 else of_bytes(data, choose, others)


def as_json(tree: Any) -> bytes:
    """JSON in the form the program writes: sorted keys and two spaces, where that can be."""
    try:
        return (json.dumps(tree, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode("utf-8", "surrogatepass")
    except TypeError:
        return json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass")


def of_tree(tree: Any, choose: Random, other: Any = None) -> Any:
    """A copy of a tree of mappings, lists and values with one to three changes."""
    whole = [copy.deepcopy(tree)]
    for _ in range(choose.choice((1, 1, 2, 3))):
        _change_at(whole, choose, other)
    return whole[0]


def sweep(tree: Any) -> list[tuple[int, Any]]:
    """Every place of a tree with every value that may be put there; ``put`` makes the tree of one of them."""
    return [(place, value) for place in range(len(_places([tree], []))) for value in (*odd.SWEPT, GONE)]


GONE = object()
"""In the place of a value: that there is none."""


def put(tree: Any, place: int, value: Any) -> Any:
    """A copy of a tree with another value in one place."""
    whole = [copy.deepcopy(tree)]
    parent, key = _places(whole, [])[place]
    if value is not GONE:
        parent[key] = copy.deepcopy(value)
    elif parent is not whole:
        del parent[key]
    return whole[0]


def read_yaml(data: bytes) -> Any:
    """A YAML file as a tree."""
    return yaml.load(data, Loader=yaml.CSafeLoader)


def as_yaml(tree: Any) -> bytes:
    """A tree as a YAML file."""
    return yaml.dump(tree, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=120).encode()


def _places(item: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every container with each of its keys or positions."""
    keys = list(item) if isinstance(item, dict) else range(len(item)) if isinstance(item, list) else ()
    for key in keys:
        found.append((item, key))
        _places(item[key], found)
    return found


def _change_at(whole: list[Any], choose: Random, other: Any) -> None:
    places = _places(whole, [])
    parent, key = choose.choice(places)
    part = parent[key]
    match choose.randrange(11):
        case 0:
            parent[key] = odd.value(choose)
        case 1 if parent is not whole:
            del parent[key]
        case 2 if isinstance(parent, list):
            parent.insert(key, copy.deepcopy(part))
        case 3:
            elsewhere, name = choose.choice(places)
            parent[key] = copy.deepcopy(elsewhere[name])
        case 4 if isinstance(parent, dict):
            again = [(choose.choice(odd.words()) if name == key else name, value) for name, value in parent.items()]
            parent.clear()
            parent.update(again)
        case 5 if isinstance(part, dict):
            part[choose.choice(odd.words())] = odd.value(choose)
        case 6:
            parent[key] = choose.choice(([part], {choose.choice(odd.words()): part}, [part, part], [[[part]]]))
        case 7 if isinstance(part, (int, float)):
            parent[key] = choose.choice((-part, part * 10, part // 3, part + 1, str(part), choose.choice(odd.NUMBERS)))
        case 8 if isinstance(part, str):
            at = choose.randrange(len(part) + 1)
            parent[key] = part[:at] + odd.text(choose) + part[at + choose.choice((0, 1, 5)) :]
        case 9 if other is not None:
            elsewhere, name = choose.choice(_places([other], []))
            parent[key] = copy.deepcopy(elsewhere[name])
        case _:
            parent[key] = choose.choice(odd.words())


# --- tables


def of_table(data: bytes, choose: Random, others: Sequence[bytes]) -> bytes:
    """Mutations of cells, rows, columns, separators and encodings, else of bytes."""
    kind = choose.random()
    if kind < 0.15:
        return of_bytes(data, choose, others)
    if kind < 0.25:
        return _TABLE_TEXT(data, choose, others)
    text, encoding = _decoded(data)
    separator = max(",;\t|", key=text.split("\n")[0].count)
    rows = [line.rstrip("\r").split(separator) for line in text.split("\n")]
    for _ in range(choose.choice((1, 1, 2, 4))):
        _change_table(rows, choose)
    if choose.random() < 0.1:
        separator = choose.choice((",", ";", "\t", "|", " ", "，", ", "))
    end = "\n" if choose.random() < 0.8 else choose.choice(("\r\n", "\r", "\n\n", "\x85"))
    if choose.random() < 0.12:
        encoding = choose.choice(ENCODINGS)
    return end.join(separator.join(row) for row in rows).encode(encoding, "replace")[:LARGEST]


_TABLE_TEXT = of_text((",", ";", "\t", '"', '""', "\r", "\r\n", "\n", "\x00", "\x1a", "\ufeff", "sep=;\n", "#"))


def _decoded(data: bytes) -> tuple[str, str]:
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"


def _change_table(rows: list[list[str]], choose: Random) -> None:
    row = choose.choice(rows)
    at = choose.randrange(len(row)) if row else 0
    match choose.randrange(13):
        case 0 | 1 | 2 if row:
            row[at] = odd.cell(choose)
        case 3 if row:
            row[at] = choose.choice(
                ('"%s"', '"%s', '%s"', " %s ", "%s%%", "%s万", "-%s", "'%s", "%s\n%s", "%s年")
            ).replace("%s", row[at])
        case 4:
            rows.insert(choose.randrange(len(rows) + 1), [odd.cell(choose) for _ in range(choose.randrange(9))])
        case 5:
            rows.insert(choose.randrange(len(rows) + 1), list(row))
        case 6 if len(rows) > 1:
            rows.remove(row)
        case 7:
            choose.shuffle(rows)
        case 8:
            name = odd.cell(choose)
            for line in rows:
                line.insert(min(at, len(line)), name)
                name = odd.cell(choose)
        case 9:
            for line in rows:
                del line[at : at + 1]
        case 10:
            row.insert(at, odd.cell(choose))
        case 11 if row:
            rows[0][min(at, len(rows[0]) - 1) :][:1] = [choose.choice(odd.words())]
        case _ if row:
            same = odd.cell(choose)
            for line in rows[1:]:
                line[at : at + 1] = [same]
