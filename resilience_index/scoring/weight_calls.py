"""What a call of a weighting method is made of: its single methods, and which of them serves a node."""

from __future__ import annotations

from collections.abc import Iterator

from resilience_index.methods.checking import Call
from resilience_index.methods.registry import DATA_WEIGHTS, JUDGED_WEIGHTS

FORMS = {
    "ahp": "comparisons", "bwm": "best_worst", "direct": "points", "points": "points", "order": "ranks",
    "swing": "swing",
}  # fmt: skip
"""The form of judgments that each expert method reads."""


def choices(call: Call) -> tuple[Call, ...]:
    """The calls of which each serves some nodes: those of ``levels``, else the call itself; each once."""
    if call.name != "levels":
        return (call,)
    return tuple(dict.fromkeys((*call["from_top"], *(call["under"] or {}).values())))


def components(call: Call) -> dict[str, Call]:
    """The components of a combination by their names; of any other call itself, without a name."""
    return {part: call[part] for part in ("subjective", "objective")} if call.name == "combine" else {"": call}


def parts(call: Call) -> tuple[Call, ...]:
    """The single methods behind a call, each once: itself, or its components."""
    return tuple(dict.fromkeys(_parts(call)))


def _parts(call: Call) -> Iterator[Call]:
    for choice in choices(call):
        yield from components(choice).values()


def judged(call: Call) -> tuple[Call, ...]:
    """The methods of a call that rest on experts' judgments."""
    return tuple(part for part in parts(call) if part.name in JUDGED_WEIGHTS)


def from_data(call: Call) -> tuple[Call, ...]:
    """The methods of a call that rest on the data of the run, combinations by maximum deviation among them."""
    deviations = (choice for choice in choices(call) if choice.get("rule") == "deviation")
    return (*(part for part in parts(call) if part.name in DATA_WEIGHTS), *deviations)


def serving(call: Call, node: str, level: int) -> Call:
    """The call that weighs the children of a node; ``level`` of the root is 0."""
    if call.name != "levels":
        return call
    under = call["under"] or {}
    if node in under:
        chosen: Call = under[node]
        return chosen
    from_top: tuple[Call, ...] = call["from_top"]
    return from_top[min(level, len(from_top) - 1)]
