"""The registry's normalisations."""

from __future__ import annotations

from resilience_index.methods.registry_forms import Method, Param, both

_TRANSFORM = Param(
    "transform",
    "choice",
    both("先取自然对数（目标值同取）", "take natural logarithms first, of the goalposts too"),
    "none",
    ("none", "log"),
)
_WITHIN = Param(
    "within",
    "column",
    both("在各期或各组内统计，而非全部行", "statistics inside each period or group, not over all rows"),
    None,
)
_CLIP = Param("clip", "boolean", both("截断到 0..1", "cut to 0..1"), True)

NORMALIZE = (
    Method(
        "normalize",
        "goalposts",
        both("固定目标值法", "Goalposts"),
        "x' = (x − worst) / (best − worst); target [low, a, b, high]: 1 inside [a, b], linear to 0 at low and high",
        both("最差值得 0，最好值得 1；各年可比", "0 at the worst value, 1 at the best; comparable between years"),
        "UNDP (2024), Human Development Report, Technical note 1",
        False,
        (
            Param(
                "goalposts",
                "numbers",
                both(
                    "[最差, 最好]；适度型为 [低, a, b, 高]；缺省取指标自身的目标值",
                    "[worst, best]; for target [low, a, b, high]; default: the indicator's own",
                ),
                None,
            ),
            _TRANSFORM,
            _CLIP,
        ),
    ),
    Method(
        "normalize",
        "minmax",
        both("极差标准化", "Min–max"),
        "benefit (x − min)/(max − min); cost (max − x)/(max − min); then low + (high − low)·x'",
        both("以本次数据的最小、最大值为界", "between the smallest and largest value of the run"),
        "OECD & JRC (2008), Handbook on Constructing Composite Indicators, 5.3",
        True,
        (
            Param("to", "pair", both("输出区间", "range of the result"), (0.0, 1.0), minimum=0.0, maximum=1.0),
            _TRANSFORM,
            Param(
                "constant",
                "number",
                both("常数列取此值；缺省拒绝", "value for a constant column; refused by default"),
                None,
                minimum=0.0,
                maximum=1.0,
            ),
            _WITHIN,
        ),
    ),
    Method(
        "normalize",
        "percentile_rank",
        both("百分位排名", "Percentile rank"),
        "p = (rank − 1)/(N − 1), ascending; a cost leaf takes 1 − p (cost: before ranks −x)",
        both("N 为有值单元数", "N counts the units with a value"),
        "Flanagan et al. (2011), A Social Vulnerability Index for Disaster Management, JHSEM 8(1):3",
        True,
        (
            Param(
                "ties", "choice", both("并列取最小、平均或最大名次", "rank of ties"), "min", ("min", "average", "max")
            ),
            Param(
                "cost",
                "choice",
                both("逆向指标：先排后反（after）或先反后排（before）", "cost leaves: invert after or before ranking"),
                "after",
                ("after", "before"),
            ),
            _WITHIN,
        ),
    ),
    Method(
        "normalize",
        "none",
        both("不变换", "None"),
        "x' = x",
        both("原值通过，不处理方向", "values pass unchanged, direction is not applied"),
        "resilience-index, docs/scoring.md",
        False,
    ),
)
