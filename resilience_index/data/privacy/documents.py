"""Personal data in a JSON document such as a map: numbers in its texts, and properties that name people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from resilience_index.data.privacy import KINDS, SHORTEST, Hit, find, mask
from resilience_index.data.privacy.columns import looks
from resilience_index.data.privacy.scan import LISTED, LONG, in_name, what
from resilience_index.findings import Finding, Location

_SAMPLED = 500


def personal(value: Any, file: str, name: str, *, leaving: Collection[str] = ()) -> list[Finding]:
    """RI251 to RI255 for a document that is called ``name``; what stands under the keys ``leaving`` is not looked at.

    Whole numbers count as they are written; numbers with decimals are none. ``file`` is what findings call it.
    """
    found = list(_hits(value, "", frozenset(leaving)))
    names, addresses = _people(value)
    counts = Counter(hit.kind for _, hit in found)
    told = list(in_name(name, file))
    if counts or (names and addresses):
        told.append(Finding("RI251", Location(file), {"what": what(counts, int(bool(names and addresses)))}))
    for path, hit in found[:LISTED]:
        kind = KINDS[hit.kind]
        said = {"zh": f"{path} 处的{kind['zh']}", "en": f"{kind['en']} at {path}"}
        told.append(Finding("RI252", Location(file, path=path), {"kind": said, "masked": hit.masked}))
    if len(found) > LISTED:
        told.append(Finding("RI253", Location(file), {"count": len(found) - LISTED, "shown": LISTED}))
    if names:
        code = "RI254" if addresses else "RI255"
        told.append(Finding(code, Location(file), {"names": names, "addresses": addresses}))
    return told


def _hits(value: Any, path: str, leaving: frozenset[str]) -> Iterator[tuple[str, Hit]]:
    """Personal numbers with the way to each of them; keys of mappings are looked at like values."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in leaving:
                continue
            inside = f"{path}.{mask(key)}" if path else mask(key)
            yield from ((inside, hit) for hit in find(key))
            yield from _hits(item, inside, leaving)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _hits(item, f"{path}[{number}]", leaving)
    elif isinstance(value, str):
        if len(value) >= SHORTEST:
            yield from ((path, hit) for hit in find(value))
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) >= LONG:
        yield from ((path, hit) for hit in find(str(value)))


def _people(value: Any) -> tuple[list[str], list[str]]:
    """The properties of the first features that look like names of people, and like addresses."""
    features = value.get("features") if isinstance(value, dict) else None
    cells: dict[str, list[str]] = {}
    for feature in (features if isinstance(features, list) else [])[:_SAMPLED]:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        for key, item in properties.items() if isinstance(properties, dict) else ():
            if isinstance(item, str) and item:
                cells.setdefault(key, []).append(item)
    looked = {key: looks(key, texts) for key, texts in cells.items()}
    names = [mask(key) for key, look in looked.items() if look.names]
    return names, [mask(key) for key, look in looked.items() if look.addresses and not look.names]
