"""``resilience show``: what a leaf is divided by, filled, treated and normalised with."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from resilience_index.cli.app import app
from resilience_index.report.terminal import console as text
from resilience_index.report.terminal import framework as framework_text

FRAMEWORK = """
schema: resilience-index/framework/1
id: small
version: 1.0.0
title: {zh: 小, en: Small}
tree:
  id: index
  title: {zh: 指数, en: Index}
  aggregate: geometric
  children:
    - id: a
      title: {zh: 甲, en: A}
      unit: t
      direction: benefit
      denominate: {by: n, factor: 1000}
      fill: {method: group_median, by: district}
      treat: {method: iqr, factor: 3}
      normalize: {method: minmax, to: [1, 100]}
    - {id: b, title: {zh: 乙, en: B}, direction: cost, denominate: n, normalize: zscore}
    - id: c
      title: {zh: 丙, en: C}
      direction: benefit
      normalize: {method: goalposts, goalposts: [1, 9], transform: log}
    - {id: n, title: {zh: 人口, en: People}, direction: context}
"""


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The rows that the command gives as JSON."""
    monkeypatch.chdir(tmp_path)
    Path("small.yaml").write_text(FRAMEWORK, encoding="utf-8")
    done = CliRunner().invoke(app, ["show", "small.yaml", "--json"])
    assert done.exit_code == 0, done.output
    rows: list[dict[str, Any]] = json.loads(done.stdout)["tree"]
    return rows


def lines(rows: list[dict[str, Any]], language: str, width: int) -> list[str]:
    out = io.StringIO()
    console = text.console(out)
    console.width = width
    framework_text.print_framework(rows, language, console)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_the_json_holds_each_step(shown: list[dict[str, Any]]) -> None:
    _, a, b, c, n = shown
    assert a["denominate"] == {"method": "ratio", "by": "n", "factor": 1000}
    assert a["fill"] == {"method": "group_median", "by": "district"}
    assert a["treat"] == {"method": "iqr", "factor": 3}
    assert b["denominate"] == {"method": "ratio", "by": "n", "factor": 1}
    assert [row["fill"] for row in (b, c, n)] == [{"method": "none"}] * 3
    assert c["denominate"] is None


def test_a_wide_table_has_a_column_for_what_comes_before(shown: list[dict[str, Any]]) -> None:
    head, index, a, b, c, n = lines(shown, "en", 160)
    assert "unit before normalising" in head
    assert index.split() == ["index", "Index", "100.0%", "geometric"]
    assert "÷ n × 1000; fill group_median(by=district); treat iqr(factor=3)" in a
    assert a.endswith("minmax(to=[1, 100])")
    assert b.split()[-3:] == ["÷", "n", "zscore"]
    assert c.endswith("1→9 ln")
    assert n.endswith("—")
    assert "先行处理" in lines(shown, "zh", 160)[0]
    assert "÷ n × 1000；补缺 group_median(by=district)；处理 iqr(factor=3)" in lines(shown, "zh", 160)[2]


def test_there_is_no_column_where_nothing_is_done(shown: list[dict[str, Any]]) -> None:
    assert "before normalising" not in lines(shown[:1], "en", 160)[0]


def test_a_narrow_window_has_a_line_for_it(shown: list[dict[str, Any]]) -> None:
    found = lines(shown, "en", 80)
    steps = "    ÷ n × 1000; fill group_median(by=district); treat iqr(factor=3)"
    assert found[2:5] == ["  a    33.3%  minmax(to=[1, 100]) t", "    A", steps]
    assert found[8:10] == ["  c    33.3%  1→9 ln", "    C"]
