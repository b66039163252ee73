"""One way to write JSON: sorted keys, UTF-8, no NaN, so that the same content is the same bytes."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any


def dump(value: Any) -> bytes:
    """Readable JSON (two spaces) with sorted keys and a final newline; NaN becomes null."""
    text = json.dumps(finite(value), ensure_ascii=False, sort_keys=True, indent=2)
    return (text + "\n").encode()


def compact(value: Any) -> bytes:
    """The same content without white space: what digests are taken of."""
    text = json.dumps(finite(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def digest(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def finite(value: Any) -> Any:
    """Replace NaN and infinities by None; numbers that are whole stay as they are."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return value
