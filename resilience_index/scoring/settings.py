"""The settings of a run, each with where it came from: program, framework, assessment, scheme or command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from resilience_index.framework.models import Defaults, GradeModel, Rounding
from resilience_index.framework.tree import Framework
from resilience_index.methods.checking import Call, check

Origin = Literal["program", "framework", "assessment", "scheme", "option"]

_PROGRAM: dict[str, Any] = {
    "weights": check("weights", "given"),
    "normalize": check("normalize", "goalposts"),
    "aggregate": check("aggregate", "arithmetic"),
    "missing": check("missing", "available"),
    "fill": check("fill", "none"),
    "treat": check("treat", "none"),
    "tokens": (),
    "round": None,
    "scale": 100.0,
    "period": None,
    "by": None,
    "grades": (),
    "grading": check("grading", "fixed"),
    "ties": "min",
    "accept_errors": False,
    "allow_personal_data": False,
}


@dataclass(frozen=True)
class Setting:
    """A value and its origin."""

    value: Any
    origin: Origin


@dataclass(frozen=True)
class Settings:
    """All settings of a run. Item access gives the value: ``settings["weights"]``."""

    items: Mapping[str, Setting] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.items[name].value

    def origin(self, name: str) -> Origin:
        """Where the setting came from."""
        return self.items[name].origin

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """``{name: {"value": …, "origin": …}}`` with plain values, for JSON."""
        return {
            name: {"value": plain(setting.value), "origin": setting.origin}
            for name, setting in sorted(self.items.items())
        }


def plain(value: Any) -> Any:
    """A setting's value as JSON can hold it."""
    if isinstance(value, Call):
        return value.to_dict()
    if isinstance(value, Rounding):
        return {"digits": value.digits, "mode": value.mode}
    if isinstance(value, GradeModel):
        bound = {} if value.min is None else {"min": value.min}
        return {"id": value.id, **bound, "title": {"zh": value.title.zh, "en": value.title.en}}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    return value


def resolve(
    framework: Framework,
    *,
    assessment: Mapping[str, Any] | None = None,
    assessment_defaults: Defaults | None = None,
    scheme: Mapping[str, Any] | None = None,
    scheme_defaults: Defaults | None = None,
    options: Mapping[str, Any] | None = None,
) -> Settings:
    """Lay the sources of settings over each other: program, framework, assessment, scheme, options.

    ``assessment``, ``scheme`` and ``options`` hold values by the names of the settings; None means not said.
    """
    items = {name: Setting(value, "program") for name, value in _PROGRAM.items()}
    _lay(items, _from_defaults(framework.defaults), "framework")
    _lay(items, {"ties": framework.ties, "grades": framework.grades or None, "grading": framework.grading}, "framework")
    if assessment_defaults is not None:
        _lay(items, _from_defaults(assessment_defaults), "assessment")
    _lay(items, assessment or {}, "assessment")
    if scheme_defaults is not None:
        _lay(items, _from_defaults(scheme_defaults), "scheme")
    _lay(items, scheme or {}, "scheme")
    _lay(items, options or {}, "option")
    return Settings(items)


def _from_defaults(defaults: Defaults) -> dict[str, Any]:
    return {
        "weights": defaults.weights, "normalize": defaults.normalize, "aggregate": defaults.aggregate,
        "missing": defaults.missing, "fill": defaults.fill, "treat": defaults.treat,
        "tokens": None if defaults.tokens is None else tuple(defaults.tokens),
        "round": defaults.round, "scale": defaults.scale,
    }  # fmt: skip


def _lay(items: dict[str, Setting], values: Mapping[str, Any], origin: Origin) -> None:
    for name, value in values.items():
        if value is not None:
            items[name] = Setting(tuple(value) if isinstance(value, list) else value, origin)
