"""The registry's methods for missing values, rounding and ranks."""

from __future__ import annotations

from resilience_index.methods.registry_forms import Method, Param, both

MISSING = (
    Method(
        "missing",
        "available",
        both("取已有子项", "Available children"),
        "weights re-scaled over the children present",
        both("达到最低覆盖才计算", "computed only with enough children"),
        "resilience-index, docs/scoring.md",
        False,
        (
            Param(
                "min_coverage",
                "share",
                both("子项最低占比（无任何条件时 2/3）", "least share of children (2/3 without any condition)"),
                None,
                minimum=0.0,
                maximum=1.0,
            ),
            Param("min_children", "integer", both("子项最少个数", "least number of children"), None, minimum=1),
        ),
    ),
    Method(
        "missing",
        "refuse",
        both("拒绝", "Refuse"),
        "stops the run and names unit and leaf",
        both("有缺即停", "any gap stops the run"),
        "resilience-index, docs/scoring.md",
    ),
    Method(
        "missing",
        "zero",
        both("计零", "Zero"),
        "a missing child counts as 0",
        both("缺失按 0 计", "missing children are scored 0"),
        "resilience-index, docs/scoring.md",
    ),
)

OTHERS = (
    Method(
        "ranks",
        "min",
        both("取最小名次", "Smallest"),
        "1, 2, 2, 4",
        both("并列同取最小名次", "ties share the smallest rank"),
        "resilience-index, docs/scoring.md",
    ),
    Method(
        "ranks",
        "average",
        both("取平均名次", "Average"),
        "1, 2.5, 2.5, 4",
        both("并列取平均", "ties share the mean rank"),
        "resilience-index, docs/scoring.md",
    ),
    Method(
        "ranks",
        "dense",
        both("不跳号", "Dense"),
        "1, 2, 2, 3",
        both("并列后不跳号", "no gap after ties"),
        "resilience-index, docs/scoring.md",
    ),
    Method(
        "round",
        "half_up",
        both("四舍五入", "Half up"),
        "halves away from zero, decided on the shortest decimal form",
        both("逢半远离零", "2.5 → 3, −2.5 → −3"),
        "resilience-index, docs/scoring.md",
    ),
    Method(
        "round",
        "half_even",
        both("四舍六入五成双", "Half even"),
        "halves to the even digit, decided on the shortest decimal form",
        both("逢半取偶", "2.5 → 2, 3.5 → 4"),
        "IEEE 754; GB/T 8170-2008",
    ),
)
