"""Degenerate inputs through the whole of ``score``: each ends in a result or in named findings, never otherwise."""

from __future__ import annotations

import itertools
import math
import os
import re
import time
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from resilience_index.errors import InputError, UsageError
from resilience_index.findings import from_error
from resilience_index.methods import registry
from resilience_index.runs import folder as run_folder
from resilience_index.scoring import assess
from resilience_index.scoring.flags import flag

LEAVES = ("a", "b", "c", "d")
KINDS = ("usual", "constant", "zero", "missing", "one value", "negative", "huge", "tiny", "not applicable", "two apart")
"""What a column may be."""
_METHODS = {
    "normalize": [
        *(name for name in registry.names("normalize") if name not in ("bands", "distance_to_reference")),
        "distance_to_reference:reference=000",
    ],
    "weights": ["given", "equal", *registry.names("weights")[8:-2], "combine:subjective=given,objective=entropy"],
    "aggregate": [name for name in registry.names("aggregate") if name not in ("points", "owa", "power", "fuzzy")]
    + ["power:p=-1", "power:p=0", "fuzzy"],
    "missing": registry.names("missing"),
    "fill": [*(name for name in registry.names("fill") if not name.startswith("group")), "group_mean:by=period"],
    "treat": registry.names("treat"),
    "grading": registry.names("grading"),
}
_METHODS["normalize"] = [
    name if name != "distance_to_target" else "distance_to_target:target=3" for name in _METHODS["normalize"]
]


def framework(leaves: list[str], weights: list[str]) -> str:
    """A tree of one level, or of two where there are four leaves."""
    lines = [
        "schema: resilience-index/framework/1", "id: odd", "version: 1.0.0", "title: {zh: 退化, en: Odd}",
        "grades:", "  - {id: A, min: 60, title: {zh: 优, en: Good}}", "  - {id: B, min: 0, title: {zh: 中, en: Fair}}",
        "tree:", "  id: index", "  title: {zh: 指数, en: Index}", "  children:",
    ]  # fmt: skip

    def leaf(name: str, weight: str, indent: int) -> str:
        direction = "cost" if name == "b" else "benefit"
        return (
            " " * indent + f"- {{id: {name}, title: {{zh: {name}, en: {name}}}, weight: {weight}, "
            f"direction: {direction}, goalposts: [{'9, 1' if name == 'b' else '1, 9'}]}}"
        )

    pairs = list(zip(leaves, weights, strict=True))
    if len(pairs) == 4:
        for number, part in enumerate((pairs[:2], pairs[2:])):
            lines += [
                f"    - id: n{number}",
                f"      title: {{zh: 部分 {number}, en: Part {number}}}",
                "      children:",
            ]
            lines += [leaf(name, weight, 8) for name, weight in part]
    else:
        lines += [leaf(name, weight, 4) for name, weight in pairs]
    return "\n".join(lines) + "\n"


def column(kind: str, units: int) -> list[str]:
    """The cells of a column."""
    usual = ["3", "7", "1", "9", "5"]
    return {
        "usual": usual[:units], "constant": ["4"] * units, "zero": ["0"] * units, "missing": [""] * units,
        "one value": ["5", *[""] * (units - 1)], "negative": ["-3", "-7", "-1", "-9", "-5"][:units],
        "huge": ["1e300", "-1e300", "1e299", "0", "1e-300"][:units],
        "tiny": ["1e-300", "2e-300", "0", "5e-324", "1e-310"][:units],
        "not applicable": ["不适用"] * units, "two apart": ["0", *["1e9"] * (units - 1)],
    }[kind]  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """A framework, a table and the methods."""
    leaves = list(LEAVES[: draw(st.sampled_from((1, 2, 4)))])
    units = draw(st.integers(1, 5))
    alike = draw(st.booleans()) if units > 1 else False
    odd = draw(st.sets(st.sampled_from(leaves), min_size=1))
    columns = [column(draw(st.sampled_from(KINDS)) if name in odd else "usual", units) for name in leaves]
    if alike:
        columns = [[cells[0]] * units for cells in columns]
    weights = [draw(st.sampled_from(("1", "1", "0", "2", "1/3", "1e-300"))) for _ in leaves]
    said = draw(st.sets(st.sampled_from(list(_METHODS)), max_size=2))
    asked = {kind: draw(st.sampled_from(_METHODS[kind])) for kind in sorted(said)}
    rows = [
        f"{number:03},社区{number},2024," + ",".join(cells) for number, cells in enumerate(zip(*columns, strict=True))
    ]
    head = "community_id,community,period," + ",".join(leaves)
    return {"framework": framework(leaves, weights), "data": "\n".join([head, *rows]) + "\n", "methods": asked}


_QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "200")), deadline=None, suppress_health_check=_QUIET)
@given(case=cases())
def test_every_degenerate_input_has_a_defined_outcome(case: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_text(case["framework"], encoding="utf-8")
    (tmp_path / "odd.csv").write_text(case["data"], encoding="utf-8")
    try:
        options = assess.Options(**{kind: flag(kind, text) for kind, text in case["methods"].items()})
        result = assess.assess(assess.job(tmp_path / "odd.yaml", tmp_path / "odd.csv", options=options))
    except (InputError, UsageError) as error:
        findings = list(getattr(error, "findings", ())) or [from_error(error)]
        assert any(finding.severity == "error" for finding in findings)
        event("refused")
    else:
        findings = list(result.findings)
        assert not np.isinf(result.score).any()
        if np.isnan(result.score).any():
            assert findings, "a score is missing and nothing says why"
        event("scored" if not np.isnan(result.score).any() else "scored in part")
    for finding in findings:
        for language in ("zh", "en"):
            text = finding.message(language) + finding.help(language)
            assert not re.search(r"\{[a-z_]+\}", text), text


def test_a_tree_of_10000_leaves(tmp_path: Path) -> None:
    """Read, planned, scored and written; the time is printed."""
    lines = [
        "schema: resilience-index/framework/1", "id: wide", "version: 1.0.0", "title: {zh: 宽, en: Wide}", "tree:",
        "  id: index", "  title: {zh: 指数, en: Index}", "  children:",
    ]  # fmt: skip
    for part in range(100):
        lines += [f"    - id: n{part}", f"      title: {{zh: 部分 {part}, en: Part {part}}}", "      children:"]
        lines += [
            f"        - {{id: x{part}_{number}, title: {{zh: 项 {part}-{number}, en: Item {part}-{number}}}, "
            "direction: benefit, goalposts: [0, 100]}"
            for number in range(100)
        ]
    names = [f"x{part}_{number}" for part, number in itertools.product(range(100), range(100))]
    (tmp_path / "wide.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = [
        f"{unit:03},社区{unit}," + ",".join(str((unit * 37 + place * 11) % 101) for place in range(len(names)))
        for unit in range(5)
    ]
    (tmp_path / "wide.csv").write_text("\n".join(["community_id,community," + ",".join(names), *rows]) + "\n", "utf-8")
    began = time.process_time()
    work = assess.job(tmp_path / "wide.yaml", tmp_path / "wide.csv")
    result = assess.assess(work)
    scored = time.process_time() - began
    run_folder.write(result, work, tmp_path / "run", formats=())
    written = time.process_time() - began - scored
    print(f"10,000 leaves × 5 units: scored in {scored:.1f} s, written in {written:.1f} s of processor time")
    assert len(result.plan.leaves) == 10_000
    expected = [math.fsum((unit * 37 + place * 11) % 101 for place in range(10_000)) / 10_000 for unit in range(5)]
    assert np.allclose(result.score, expected, rtol=0, atol=1e-9)
    assert scored < 60
