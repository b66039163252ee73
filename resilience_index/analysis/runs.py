"""A finished run, scored again from what its folder keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from resilience_index.analysis.explain import read_manifest, recorded_scores, sound
from resilience_index.audit import inputs
from resilience_index.audit import manifest as manifests
from resilience_index.errors import InputError, UsageError
from resilience_index.findings import Finding, Location
from resilience_index.scoring import run as running
from resilience_index.scoring.result import Result
from resilience_index.scoring.statistics import Floats

_NOISE = 1e-9
"""Scores that differ by less, inside the scale, are the same: another version may add in another order."""


@dataclass(frozen=True)
class Run:
    """A run's folder with its result, scored again; ``findings`` tell where the folder says otherwise."""

    folder: Path
    predicate: Mapping[str, Any]
    result: Result
    findings: tuple[Finding, ...]


def load(folder: Path) -> Run:
    """Score a run again from its folder.

    Raises ``UsageError`` RI012, RI041 (no run), RI014, RI481 (a run that keeps no inputs), RI040 (a file that is
    damaged or lost), RI482 (inputs that this version reads differently).
    """
    content = read_manifest(folder)
    with sound(folder / manifests.FILE):
        predicate = content["predicate"]
        digests = {str(item["name"]): str(item["digest"]["sha256"]) for item in content["subject"]}
        predicate["settings"].items()
        str(predicate["program"]["version"])
    kept = inputs.read(folder, predicate, digests)
    try:
        result = running.execute(kept.plan, kept.table)
    except InputError as error:
        params = {"file": str(folder), "version": predicate["program"]["version"], "reason": inputs.reason_of(error)}
        raise UsageError("RI482", where=Location(str(folder)), **params) from error
    return Run(folder, predicate, result, tuple(_differences(folder, predicate, result)))


def _differences(folder: Path, predicate: Mapping[str, Any], result: Result) -> list[Finding]:
    """RI483: where the scores of the folder are not those that come out now."""
    path = folder / "scores.csv"
    recorded = np.array(recorded_scores(path), dtype=np.float64)
    with sound(path):
        if recorded.shape != result.score.shape:
            raise ValueError(path)
    apart = _apart(recorded, result.score)
    scale = result.plan.nodes[0].scale
    count = int((apart > _NOISE * scale).sum())
    if not count:
        return []
    params = {
        "file": str(folder), "count": count, "version": predicate["program"]["version"],
        "largest": float(np.max(apart[np.isfinite(apart)], initial=0.0)),
    }  # fmt: skip
    return [Finding("RI483", Location(str(folder)), params)]


def _apart(first: Floats, second: Floats) -> Floats:
    """How far two columns differ; infinite where one of them has no value."""
    lost = np.isnan(first) != np.isnan(second)
    return np.where(lost, np.inf, np.abs(np.nan_to_num(first) - np.nan_to_num(second)))
