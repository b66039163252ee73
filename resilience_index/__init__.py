"""resilience-index: how resilient urban communities are, in scores that anybody can recompute.

::

    import resilience_index as ri

    framework = ri.load_framework("toe")
    table = ri.read_data("sample_data/communities.csv", framework)
    result = ri.score(table, framework, weights="entropy")
    result.scores      # pandas.DataFrame

Names are imported when they are first used, so that ``import resilience_index`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from resilience_index._version import __version__

if TYPE_CHECKING:
    from resilience_index.data.table import Table
    from resilience_index.errors import (
        InputError,
        InternalError,
        PersonalDataError,
        RefusalError,
        ResilienceError,
        TemplateError,
        UnknownNameError,
        UnreadableError,
        UsageError,
    )
    from resilience_index.findings import Finding, Location
    from resilience_index.framework.judgments import Judgments, load_judgments
    from resilience_index.framework.loading import load_framework
    from resilience_index.framework.tree import Framework, Indicator, Leaf, Node
    from resilience_index.scoring.assess import read_data, score
    from resilience_index.scoring.baseline import save_baseline
    from resilience_index.scoring.result import Result

_HOMES = {
    "Finding": "findings",
    "Framework": "framework.tree",
    "Indicator": "framework.tree",
    "InputError": "errors",
    "InternalError": "errors",
    "Judgments": "framework.judgments",
    "Leaf": "framework.tree",
    "Location": "findings",
    "Node": "framework.tree",
    "PersonalDataError": "errors",
    "RefusalError": "errors",
    "ResilienceError": "errors",
    "Result": "scoring.result",
    "Table": "data.table",
    "TemplateError": "errors",
    "UnknownNameError": "errors",
    "UnreadableError": "errors",
    "UsageError": "errors",
    "load_framework": "framework.loading",
    "load_judgments": "framework.judgments",
    "read_data": "scoring.assess",
    "save_baseline": "scoring.baseline",
    "score": "scoring.assess",
}

__all__ = [
    "Finding",
    "Framework",
    "Indicator",
    "InputError",
    "InternalError",
    "Judgments",
    "Leaf",
    "Location",
    "Node",
    "PersonalDataError",
    "RefusalError",
    "ResilienceError",
    "Result",
    "Table",
    "TemplateError",
    "UnknownNameError",
    "UnreadableError",
    "UsageError",
    "__version__",
    "load_framework",
    "load_judgments",
    "read_data",
    "save_baseline",
    "score",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
