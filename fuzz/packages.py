"""Mutations of ZIP packages (workbooks, bundles): of the archive itself, and of what its members hold."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import warnings
import zipfile
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import mutate
import odd

Members = list[tuple[str, bytes]]
_SIZE = 1 << 20
_XML_TEXT = mutate.of_text(odd.XML_PIECES)


def members(data: bytes) -> Members | None:
    """What a package holds; None for what is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(info.file_size for info in package.infolist()) > 8 * _SIZE:
                return None
            return [(info.filename, package.read(info)) for info in package.infolist()]
    except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError, OSError, EOFError, zipfile.zlib.error):
        return None


def packed(parts: Members, method: int = zipfile.ZIP_STORED) -> bytes:
    """A package of these members, with fixed times."""
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", method) as package:
        warnings.simplefilter("ignore")  # a name that stands twice is meant
        for name, content in parts:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o100644 << 16
            info.create_system = 3
            package.writestr(info, content, method)
    return stream.getvalue()


def workbook(data: bytes, choose: Random, others: Sequence[bytes]) -> bytes:
    """Mutations of a workbook: bytes of the package, its members, and their XML."""
    parts = members(data) if choose.random() < 0.9 else None
    if parts is None or not parts:
        return mutate.of_bytes(data, choose, others)
    for _ in range(choose.choice((1, 1, 2, 3))):
        _change_members(parts, choose, others, _xml)
        if not parts:
            break
    return _packed_somehow(parts, choose)


def _packed_somehow(parts: Members, choose: Random) -> bytes:
    try:
        return packed(parts, zipfile.ZIP_DEFLATED if choose.random() < 0.9 else zipfile.ZIP_STORED)[:_SIZE]
    except (ValueError, UnicodeError, OverflowError):
        return packed([])


def _change_members(
    parts: Members, choose: Random, others: Sequence[bytes], inner: Callable[[str, bytes, Random], bytes]
) -> None:  # fmt: skip
    at = choose.randrange(len(parts))
    name, content = parts[at]
    match choose.randrange(16):
        case 0:
            del parts[at]
        case 1:
            parts.insert(at, (name, content))
        case 2:
            parts[at] = (
                choose.choice((odd.text(choose) or "x", name.upper(), "../" + name, name + "/", "a/" + name)),
                content,
            )
        case 3 if others:
            parts.extend((members(choose.choice(others)) or [])[:3])
        case 4:
            other = choose.randrange(len(parts))
            parts[at], parts[other] = (name, parts[other][1]), (parts[other][0], content)
        case _:
            parts[at] = (name, inner(name, content, choose))


def _xml(name: str, content: bytes, choose: Random) -> bytes:
    kind = choose.random()
    if kind < 0.2:
        return _XML_TEXT(content, choose, ())
    if kind < 0.95:
        return _tags(content, choose)
    return mutate.of_bytes(content, choose, ())


def _tags(content: bytes, choose: Random) -> bytes:
    """Repeat, remove, exchange and rename tags, attributes and texts between them."""
    pieces = content.decode("utf-8", "surrogateescape").replace(">", ">\n").replace("<", "\n<").split("\n")
    for _ in range(choose.choice((1, 2, 5))):
        at = choose.randrange(len(pieces))
        match choose.randrange(12):
            case 0:
                del pieces[at : at + choose.choice((1, 2, 6))]
            case 1:
                pieces[at:at] = pieces[at : at + choose.choice((1, 2, 6))] * choose.choice((1, 1, 40))
            case 2:
                other = choose.randrange(len(pieces))
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case 3 if '"' in pieces[at]:
                parts = pieces[at].split('"')
                place = choose.randrange(len(parts) // 2) * 2 + 1
                parts[place] = choose.choice((odd.text(choose), str(choose.choice(odd.NUMBERS)), parts[place] + "9"))
                pieces[at] = '"'.join(parts)
            case 4 if not pieces[at].startswith("<"):
                pieces[at] = odd.cell(choose)
            case 5:
                pieces[at] = choose.choice(odd.XML_PIECES)
            case 6:
                pieces[at] = re.sub("[0-9]+", lambda _: str(choose.choice(odd.NUMBERS[:24])), pieces[at], count=1)
            case _:
                values = [place for place in range(len(pieces)) if pieces[place] and pieces[place][0] != "<"]
                if values:
                    pieces[choose.choice(values)] = html.escape(odd.cell(choose))
        pieces = pieces or [""]
    return "".join(pieces).encode("utf-8", "surrogateescape")


# --- runs


def run(data: bytes, choose: Random, others: Sequence[bytes]) -> bytes:
    """Mutations of a run that is packed: of its manifest, its tables, its files; mostly with digests that fit."""
    parts = members(data)
    if not parts:
        return mutate.of_bytes(data, choose, others)
    for _ in range(choose.choice((1, 1, 2))):
        _change_members(parts, choose, (), _member)
        if not parts:
            break
    if choose.random() < 0.7:
        parts = forged(parts)
    return packed_or_empty(parts)


def archive(data: bytes, choose: Random, others: Sequence[bytes]) -> bytes:
    """As ``run``, and of the archive's own bytes."""
    return run(data, choose, others) if choose.random() < 0.5 else mutate.of_bytes(data, choose, others)


def packed_or_empty(parts: Members) -> bytes:
    """A package; an empty one where the names of the members cannot be written."""
    try:
        return packed(parts)[:_SIZE]
    except (ValueError, UnicodeError, OverflowError):
        return packed([])


def _member(name: str, content: bytes, choose: Random) -> bytes:
    if choose.random() < 0.1:
        return mutate.of_bytes(content, choose, ())
    if name.endswith(".json"):
        return mutate.of_json(content, choose, ())
    if name.endswith((".yaml", ".yml")):
        return mutate.of_yaml(content, choose, ())
    if name.endswith(".csv"):
        return mutate.of_table(content, choose, ())
    if name.endswith(".xlsx"):
        return workbook(content, choose, ())
    return parquet(content, choose, ()) if name.endswith(".parquet") else mutate.of_bytes(content, choose, ())


def forged(parts: Members) -> Members:
    """The members with a manifest whose digests fit them."""
    content = dict(parts)
    try:
        statement = json.loads(content["manifest.json"])
        for item in statement["subject"]:
            _set(item["digest"], content.get(item["name"]))
        digests = {item["name"]: item["digest"] for item in statement["predicate"]["inputs"]}
        for source in statement["predicate"]["sources"]:
            if source["member"] is not None:
                _set(digests[source["name"]], content.get(source["member"]))
        again = mutate.as_json(statement)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return parts
    return [(name, again if name == "manifest.json" else part) for name, part in parts]


def _set(digest: Any, content: bytes | None) -> None:
    if content is not None:
        digest["sha256"] = hashlib.sha256(content).hexdigest()


# --- Parquet


def parquet(data: bytes, choose: Random, others: Sequence[bytes]) -> bytes:
    """Mutations of a Parquet file: columns of other types, names and values, else its bytes."""
    if choose.random() < 0.5:
        return mutate.of_bytes(data, choose, others)
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(data))
        for _ in range(choose.choice((1, 1, 2))):
            table = _other_column(table, choose)
        stream = io.BytesIO()
        pq.write_table(table, stream, compression=choose.choice(("zstd", "snappy", "none")),
                       use_dictionary=choose.random() < 0.5)  # fmt: skip
        return stream.getvalue()[:_SIZE]
    except (
        pa.ArrowException,
        ValueError,
        OSError,
        TypeError,
        KeyError,
        OverflowError,
        MemoryError,
        NotImplementedError,
    ):
        return mutate.of_bytes(data, choose, others)


def _other_column(table: Any, choose: Random) -> Any:
    import datetime
    from decimal import Decimal

    import pyarrow as pa

    rows = table.num_rows
    at = choose.randrange(max(1, table.num_columns))
    name = table.column_names[at] if table.num_columns else "x"
    made: list[Callable[[], Any]] = [
        lambda: pa.array([choose.choice(odd.TEXTS) for _ in range(rows)]),
        lambda: pa.array([float(choose.choice(odd.NUMBERS[:23])) for _ in range(rows)]),
        lambda: pa.array([choose.choice((None, True, False)) for _ in range(rows)]),
        lambda: pa.array([choose.choice((None, 2**63 - 1, -1, 0)) for _ in range(rows)], pa.int64()),
        lambda: pa.array([2**64 - 1] * rows, pa.uint64()),
        lambda: pa.array([Decimal("1.50")] * rows, pa.decimal128(38, 2)),
        lambda: pa.array([datetime.date(2024, 2, 29)] * rows),
        lambda: pa.array([datetime.datetime(1, 1, 1)] * rows, pa.timestamp("us")),  # noqa: DTZ001
        lambda: pa.array([10**17] * rows, pa.int64()).cast(pa.timestamp("s", "Asia/Shanghai")),
        lambda: pa.array([5] * rows, pa.int32()).cast(pa.time32("s")),
        lambda: pa.array([b"\xff\x00"] * rows, pa.binary()),
        lambda: pa.array([[1.0, None]] * rows, pa.list_(pa.float64())),
        lambda: pa.array([{"a": 1}] * rows),
        lambda: pa.nulls(rows),
        lambda: pa.array([1.5] * rows, pa.float32()),
        lambda: pa.array([choose.choice(odd.TEXTS) for _ in range(rows)], pa.large_string()),
        lambda: table.column(at).combine_chunks().dictionary_encode(),
        lambda: table.column(at).combine_chunks(),
    ]
    column = choose.choice(made)()
    kind = choose.randrange(6)
    if kind == 0:
        return table.append_column(choose.choice((name, odd.text(choose), choose.choice(odd.words()))), column)
    if kind == 1:
        names = list(table.column_names)
        names[at] = choose.choice((odd.text(choose), choose.choice(odd.words()), names[0]))
        return table.rename_columns(names)
    if kind == 2:
        return pa.concat_tables([table] * choose.choice((0, 2)) or [table.slice(0, 0)])
    return table.set_column(at, name, column) if table.num_columns else table.append_column("x", column)
