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
_CLIP_BASELINE = Param(
    "clip",
    "boolean",
    both(
        "对照基线时，超出基线范围的值是否截断到两端（缺省截断）",
        "against a baseline: whether values beyond its range are cut to its ends (they are by default)",
    ),
    None,
)
_CONSTANT = Param(
    "constant", "number", both("常数列取此值；缺省拒绝", "value for a constant column; refused by default"), None
)
_TIES = Param("ties", "choice", both("并列取最小、平均或最大名次", "rank of ties"), "min", ("min", "average", "max"))


def _cost(default: str) -> Param:
    return Param(
        "cost",
        "choice",
        both("逆向指标：1 − x'（complement）或取倒数（reciprocal）", "cost leaves: 1 − x', or reciprocals"),
        default,
        ("complement", "reciprocal"),
    )


_JAHAN = "Jahan & Edwards (2015), Materials & Design 65:335–342"
_HANDBOOK = "OECD & JRC (2008), Handbook on Constructing Composite Indicators, 5"

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
            Param("scale", "positive", both("结果乘以此数（截断之后）", "the result times this, after clipping"), None),
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
            Param("to", "pair", both("输出区间", "range of the result"), (0.0, 1.0)),
            _TRANSFORM,
            _CONSTANT,
            _CLIP_BASELINE,
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
            _TIES,
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
        "zscore",
        both("Z 分数（标准分）", "z-scores"),
        "benefit z = (x − mean)/s, cost (mean − x)/s, s with divisor n − 1; then mean' + sd'·z",
        both("不限于 0..1；以样本标准差为单位", "not bounded; counted in sample standard deviations"),
        _HANDBOOK,
        True,
        (
            Param("mean", "number", both("结果的均值", "mean of the result"), 0.0),
            Param("sd", "positive", both("结果的标准差", "standard deviation of the result"), 1.0),
            Param("clip", "pair", both("把结果截断到此区间", "cut the result to this range"), None),
            _TRANSFORM,
            _CONSTANT,
            _WITHIN,
        ),
    ),
    Method(
        "normalize",
        "rank",
        both("名次", "Rank"),
        "x' = rank, 1 (worst) to N (best); a cost leaf ranks −x",
        both("N 为有值单元数；不在 0..1", "N counts the units with a value; not in 0..1"),
        _HANDBOOK,
        True,
        (_TIES, _WITHIN),
    ),
    Method(
        "normalize",
        "borda",
        both("波达计数", "Borda count"),
        "x' = rank − 1, 0 (worst) to N − 1 (best); a cost leaf ranks −x",
        both("并列规则同名次", "ties as for ranks"),
        "Borda (1784), Histoire de l'Académie royale des sciences 1781:657–665; Becker et al. (2022), JOSS 7(78):4567",
        True,
        (_TIES, _WITHIN),
    ),
    Method(
        "normalize",
        "vector",
        both("向量标准化", "Vector"),
        "r = x/√Σx²; cost 1 − r, or with reciprocal (1/x)/√Σ(1/x)²",
        both("值须不为负（取倒数时大于 0）", "values must not be negative (above 0 for reciprocals)"),
        _JAHAN,
        True,
        (_cost("complement"), _TRANSFORM, _CLIP_BASELINE, _WITHIN),
    ),
    Method(
        "normalize",
        "sum",
        both("和标准化（比重）", "Share of the sum"),
        "r = x/Σx; cost (1/x)/Σ(1/x), or with complement 1 − r",
        both("值须不为负（取倒数时大于 0）", "values must not be negative (above 0 for reciprocals)"),
        _JAHAN,
        True,
        (_cost("reciprocal"), _TRANSFORM, _CLIP_BASELINE, _WITHIN),
    ),
    Method(
        "normalize",
        "max",
        both("最大值标准化", "Share of the maximum"),
        "r = x/max; cost min/x, or with complement 1 − r",
        both("值须不为负（取倒数时大于 0）", "values must not be negative (above 0 for reciprocals)"),
        _JAHAN,
        True,
        (_cost("reciprocal"), _TRANSFORM, _CLIP_BASELINE, _WITHIN),
    ),
    Method(
        "normalize",
        "distance_to_best",
        both("与最优值的距离", "Distance to the best"),
        "x' = 1 − (best − x)/(best − worst), best and worst of the run",
        both("与极差标准化数值相同", "the same figures as min–max to 0..1"),
        _HANDBOOK,
        True,
        (_TRANSFORM, _CONSTANT, _CLIP_BASELINE, _WITHIN),
    ),
    Method(
        "normalize",
        "distance_to_reference",
        both("与参照单元的距离", "Distance to a reference unit"),
        "x' = 1 − (x_ref − x)/(x_ref − worst), worst of the run; above 1 beyond the reference without clip",
        both("参照单元得 1，最差值得 0", "1 for the reference unit, 0 for the worst value"),
        _HANDBOOK,
        True,
        (
            Param("reference", "text", both("参照单元的社区编码", "the reference unit's community_id")),
            _TRANSFORM,
            _CLIP,
            _WITHIN,
        ),
    ),
    Method(
        "normalize",
        "distance_to_target",
        both("与目标值的距离", "Distance to a target"),
        "x' = 1 − (target − x)/(target − worst), worst of the run; above 1 beyond the target without clip",
        both("目标值得 1，最差值得 0", "1 at the target, 0 for the worst value"),
        _HANDBOOK,
        True,
        (
            Param("target", "number", both("目标值，原始单位", "the target, in the raw unit")),
            _TRANSFORM,
            _CLIP,
            _WITHIN,
        ),
    ),
    Method(
        "normalize",
        "bands",
        both("分档得分", "Bands"),
        "x' = points of the band that x falls into, over full where it is given",
        both(
            "阈值对应得分；min、max 含端点，above、below 不含",
            "thresholds to points; min and max belong to a band, above and below do not",
        ),
        "resilience-index, docs/methods_normalize.md",
        False,
        (
            Param(
                "bands",
                "bands",
                both(
                    "分档：{min 或 above, max 或 below, points, text}",
                    "bands: {min or above, max or below, points, text}",
                ),
            ),
            Param("full", "positive", both("满分；缺省直接给分", "full marks; by default points as they are"), None),
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
