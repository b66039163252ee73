"""The whole view as a file, and back: what a run keeps so that reports can be made of it without scoring again.

Texts in both languages, which repeat from community to community, stand once; everything else stands as it is. The
order of fields and keys is that of the view, since reports follow it, so the same view gives the same bytes.
"""

from __future__ import annotations

import functools
import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from resilience_index.report.view.model import View

FILE = "view.json.gz"
SCHEMA = "resilience-index/view/1"
MOST_UNITS = 20_000
"""Units, all periods together, up to which a run keeps its view."""
MOST_BYTES = 1 << 30
"""Bytes that a kept view may have unpacked."""

_LEVEL = 4
_REFERENCE = "="
_BOTH = {"zh", "en"}
_SCALARS = frozenset((str, int, float, bool, type(None)))


class NoViewError(ValueError):
    """What was read is no view."""


class OtherFormError(NoViewError):
    """A view of another form than this program's; ``found`` says which."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


def keeps(units: int) -> bool:
    """Whether a run of so many units keeps its view."""
    return units <= MOST_UNITS


def plain(view: View) -> dict[str, Any]:
    """The view as plain data: mappings, lists, numbers, texts."""
    return {"schema": SCHEMA, **_plain(view, None)}


def dump(view: View) -> bytes:
    """The view as compressed JSON."""
    shared: dict[tuple[str, str], int] = {}
    content = _plain(view, shared)
    texts = [list(pair) for pair in shared]
    text = json.dumps(
        {"schema": SCHEMA, "texts": texts, "view": content}, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return _packed(text.encode("utf-8"))


def _packed(content: bytes) -> bytes:
    """Compressed, without a name or a time, and with a system byte that is the same everywhere (RFC 1952)."""
    made = bytearray(gzip.compress(content, _LEVEL, mtime=0))
    made[9] = 255
    return bytes(made)


def load(content: bytes) -> View:
    """The view that ``dump`` wrote.

    Raises ``NoViewError`` for what is no view, ``OtherFormError`` for a view of another form.
    """
    try:
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        text = unpacker.decompress(content, MOST_BYTES)
        found = json.loads(text)
        schema = found["schema"]
        if schema != SCHEMA:
            raise OtherFormError(str(schema))
        texts = [{"zh": zh, "en": en} for zh, en in found["texts"]]
        view: View = _adapter().validate_python(_restored(found["view"], texts))
    except OtherFormError:
        raise
    except (zlib.error, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise NoViewError(f"{type(error).__name__}: {error}") from error
    return view


def expanded(document: Any) -> Any:
    """The plain data of a kept view with its texts in their places. Raises ``NoViewError`` for what is no view."""
    try:
        texts = [{"zh": zh, "en": en} for zh, en in document["texts"]]
        return {"schema": document["schema"], "view": _restored(document["view"], texts)}
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise NoViewError(f"{type(error).__name__}: {error}") from error


@functools.cache
def _adapter() -> Any:
    """Reads a view from plain data; built once, only where a view is read."""
    from pydantic import TypeAdapter

    from resilience_index.report.view.diagnosis import DiagnosisView
    from resilience_index.report.view.map_shapes import MapView
    from resilience_index.report.view.units import LeafLines

    adapter = TypeAdapter(View)
    adapter.rebuild(_types_namespace={"DiagnosisView": DiagnosisView, "MapView": MapView, "LeafLines": LeafLines})
    return adapter


_NAMES: dict[type, tuple[str, ...]] = {}
"""The fields of the classes of a view, by class."""


def _plain(value: Any, shared: dict[tuple[str, str], int] | None) -> Any:
    """Plain data; with ``shared``, texts in both languages become references to it."""
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is dict:
        if shared is not None and value.keys() == _BOTH:
            return {_REFERENCE: shared.setdefault((value["zh"], value["en"]), len(shared))}
        return {str(key): _plain(item, shared) for key, item in value.items()}
    if kind in (list, tuple):
        return [_plain(item, shared) for item in value]
    if kind in _NAMES:
        return {name: _plain(getattr(value, name), shared) for name in _NAMES[kind]}
    if is_dataclass(kind):
        _NAMES[kind] = tuple(item.name for item in fields(kind))
        return _plain(value, shared)
    return _other(value, shared)


def _other(value: Any, shared: dict[tuple[str, str], int] | None) -> Any:
    """Plain data of what has no usual class: numbers of arrays, sets, other mappings and sequences."""
    if isinstance(value, Mapping):
        return _plain(dict(value), shared)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Sequence):
        return _plain(list(value), shared)
    return float(value) if isinstance(value, float) else int(value)


def _restored(value: Any, texts: Sequence[Mapping[str, str]]) -> Any:
    """Plain data with the texts back in their places. Only a reference holds a number under its sign."""
    if isinstance(value, dict):
        if len(value) == 1 and type(value.get(_REFERENCE)) is int:
            return texts[value[_REFERENCE]]
        return {key: _restored(item, texts) for key, item in value.items()}
    return [_restored(item, texts) for item in value] if isinstance(value, list) else value
