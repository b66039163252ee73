"""Numbers that identify a person, and columns that name people: found in a table, masked in whatever is shown.

``numbers`` is the definition and what this package offers. ``columns`` judges whole columns of names and
addresses, ``scan`` applies both while a table is read.
"""

from resilience_index.data.privacy.numbers import (
    CARD,
    IDENTITY,
    KINDS,
    LONGEST_GAP,
    MOBILE,
    SHORTEST,
    Hit,
    find,
    is_card,
    is_identity,
    mask,
    mask_all,
)

__all__ = [
    "CARD",
    "IDENTITY",
    "KINDS",
    "LONGEST_GAP",
    "MOBILE",
    "SHORTEST",
    "Hit",
    "find",
    "is_card",
    "is_identity",
    "mask",
    "mask_all",
]
