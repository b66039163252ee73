"""The form of a manifest: what every run writes, so that what a manifest lacks is named by its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from resilience_index.audit import differences, manifest
from resilience_index.findings import Finding, Location
from resilience_index.scoring.settings import Origin

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class _Form(BaseModel):
    """What must be there; more may be."""

    model_config = ConfigDict(strict=True, extra="allow")


class _Digest(_Form):
    sha256: Sha256


class _Input(_Form):
    name: str
    digest: _Digest


class _Source(_Form):
    role: str
    name: str
    member: str | None


class _Setting(_Form):
    value: Any
    origin: Origin


class _Columns(_Form):
    id: str | None
    name: str | None
    period: str | None
    groups: list[str]


class _ColumnsSetting(_Setting):
    value: _Columns


class _Settings(_Form):
    __pydantic_extra__: dict[str, _Setting]
    columns: _ColumnsSetting


class _Program(_Form):
    name: str
    version: str


class _DataFile(_Form):
    name: str
    kind: str


class _Data(_Form):
    files: list[_DataFile]


class _Predicate(_Form):
    bundle: dict[str, Any] | None
    data: _Data
    framework: dict[str, Any]
    inputs: list[_Input]
    language: str
    plan: dict[str, Any]
    program: _Program
    settings: _Settings
    sources: list[_Source]
    trace: bool
    versions: dict[str, str]


def findings(predicate: Mapping[str, Any], shown: str) -> Iterator[Finding]:
    """RI598 for every place of a manifest that no run writes so: its form, and inputs that are not the sources'."""
    try:
        _Predicate.model_validate(predicate)
    except ValidationError as error:
        for item in error.errors(include_url=False, include_context=False):
            value = None if item["type"] == "missing" else item["input"]
            yield _finding(shown, _path(item["loc"]), value)
        return
    for key in ("inputs", "sources"):
        other = {item["name"] for item in predicate["sources" if key == "inputs" else "inputs"]}
        counted = Counter(item["name"] for item in predicate[key])
        for name, count in counted.items():
            if name not in other or (count > 1 and key == "inputs"):
                yield _finding(shown, f"predicate.{key}[{name}]", name)


def _path(place: tuple[int | str, ...]) -> str:
    return "predicate" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)


def _finding(shown: str, path: str, value: Any) -> Finding:
    params = {"item": differences.shown(path), "value": differences.shown(value)}
    return Finding("RI598", Location(f"{shown}/{manifest.FILE}", path=path), params)
