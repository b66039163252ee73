"""The registry of methods: name, Chinese name, typed parameters, formula, source, relative or not.

Framework files are validated against it, ``resilience methods`` and the documentation print it.
It imports no numerical code.
"""

from __future__ import annotations

from resilience_index.methods.registry_aggregate import AGGREGATE
from resilience_index.methods.registry_forms import KIND_TITLES, KINDS, Kind, Method, Param
from resilience_index.methods.registry_grading import GRADING
from resilience_index.methods.registry_normalize import NORMALIZE
from resilience_index.methods.registry_others import MISSING, OTHERS
from resilience_index.methods.registry_prepare import PREPARE
from resilience_index.methods.registry_weights import DATA_WEIGHTS, JUDGED_WEIGHTS, PLAIN_WEIGHTS, WEIGHTS

__all__ = [
    "DATA_WEIGHTS",
    "JUDGED_WEIGHTS",
    "KINDS",
    "KIND_TITLES",
    "METHODS",
    "PLAIN_WEIGHTS",
    "Kind",
    "Method",
    "Param",
    "get",
    "names",
]

METHODS: dict[tuple[str, str], Method] = {
    (method.kind, method.name): method
    for method in (*PREPARE, *NORMALIZE, *WEIGHTS, *MISSING, *AGGREGATE, *OTHERS, *GRADING)
}


def names(kind: str) -> list[str]:
    """The names of all methods of a kind, in the order of the registry."""
    return [method.name for method in METHODS.values() if method.kind == kind]


def get(kind: str, name: str) -> Method:
    """The method of that kind and name; KeyError when there is none."""
    return METHODS[kind, name]
