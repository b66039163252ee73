"""What a method of the registry is: its kind, name, texts and typed parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal[
    "denominate", "normalize", "aggregate", "weights", "missing", "fill", "treat", "ranks", "round", "grading",
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "denominate",
    "fill",
    "treat",
    "normalize",
    "weights",
    "missing",
    "aggregate",
    "round",
    "ranks",
    "grading",
)

KIND_TITLES: dict[str, dict[str, str]] = {
    "denominate": {"zh": "除以另一列", "en": "Dividing by a column"},
    "fill": {"zh": "缺失值填补", "en": "Filling missing values"},
    "treat": {"zh": "异常值处理", "en": "Treatment of outliers"},
    "normalize": {"zh": "标准化", "en": "Normalisation"},
    "weights": {"zh": "赋权", "en": "Weights"},
    "missing": {"zh": "缺失规则", "en": "Missing children of a node"},
    "aggregate": {"zh": "聚合", "en": "Aggregation"},
    "round": {"zh": "修约", "en": "Rounding"},
    "ranks": {"zh": "排名并列规则", "en": "Ties in ranks"},
    "grading": {"zh": "等级分界", "en": "Bounds of grades"},
}

REQUIRED = object()


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a method.

    ``kind`` is one of number, share (a number or fraction 0..1), integer, boolean, choice, pair
    (two numbers), numbers (two or four numbers), list (one number or more), column (``period`` or a group column), zero
    (``refuse`` or ``{floor: f}``), component (a weighting method), components (a list of them), component map
    (node id → weighting method), positive (a number above 0), text (words), bands (a points table).
    """

    name: str
    kind: str
    about: Mapping[str, str]
    default: Any = REQUIRED
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def required(self) -> bool:
        """Whether the method cannot be used without it."""
        return self.default is REQUIRED

    def default_text(self) -> str:
        """The default as YAML would write it; empty when there is none."""
        if self.required or self.default is None:
            return ""
        if isinstance(self.default, bool):
            return "true" if self.default else "false"
        return str(list(self.default) if isinstance(self.default, tuple) else self.default)


@dataclass(frozen=True, slots=True)
class Method:
    """A named method. ``relative`` says that its result depends on the set of units in the run."""

    kind: Kind
    name: str
    title: Mapping[str, str]
    formula: str
    about: Mapping[str, str]
    source: str
    relative: bool = False
    params: tuple[Param, ...] = ()

    def param(self, name: str) -> Param | None:
        """Return the parameter of that name, or None."""
        return next((param for param in self.params if param.name == name), None)


def both(zh: str, en: str) -> dict[str, str]:
    """A text in both languages."""
    return {"zh": zh, "en": en}
