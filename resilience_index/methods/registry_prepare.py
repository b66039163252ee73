"""The registry's steps before normalisation: dividing, filling missing values, treating outliers."""

from __future__ import annotations

from resilience_index.methods.registry_forms import Method, Param, both

_OWN = "resilience-index, docs/methods_fill.md"
_HANDBOOK = "OECD & JRC (2008), Handbook on Constructing Composite Indicators"
_COINR = "Becker et al. (2022), COINr, JOSS 7(78):4567"
_BY = Param("by", "column", both("period 或分组列名", "period, or the name of a group column"))
_WITHIN = Param(
    "within", "column", both("在各期或各组内进行，而非全部行", "inside each period or group, not over all rows"), None
)
_SKEWNESS = Param("skewness", "number", both("偏度绝对值的限值", "bound of |skewness|"), 2.0, minimum=0.0)
_KURTOSIS = Param("kurtosis", "number", both("超额峰度的限值", "bound of the excess kurtosis"), 3.5)
_ROW = (
    Param(
        "scale",
        "choice",
        both("在 0..1 上或按原始值", "on 0..1 (min–max), or as they are"),
        "minmax",
        ("minmax", "raw"),
    ),
    Param(
        "among",
        "choice",
        both("全部指标或同级指标", "all leaves, or the siblings"),
        "leaves",
        ("leaves", "siblings"),
    ),
)
_TEST = Param("test", "boolean", both("仅在检验不通过时处理", "only where the test is not passed"), True)

DENOMINATE = (
    Method(
        "denominate",
        "ratio",
        both("除以另一列", "Divided by a column"),
        "x / d × factor",
        both(
            "d 为树中或词典中的指标；d 缺失则该值缺失，d ≤ 0 为错误",
            "d is a leaf of the tree or an indicator of the dictionary; without d there is no value, d ≤ 0 is an error",
        ),
        f"{_HANDBOOK}, step 5",
        False,
        (
            Param("by", "text", both("作为除数的指标标识", "id of the indicator to divide by")),
            Param(
                "factor",
                "positive",
                both("再乘以此数，如 1000", "what the quotient is multiplied by, such as 1000"),
                1.0,
            ),
        ),
    ),
)

FILL = (
    Method(
        "fill",
        "none",
        both("不填补", "None"),
        "missing stays missing",
        both("缺失保持缺失", "nothing is filled"),
        "resilience-index, docs/scoring.md",
    ),
    Method(
        "fill",
        "mean",
        both("均值填补", "Mean"),
        "mean of the values that are there",
        both("取全部行的均值", "over all rows of the run"),
        f"{_HANDBOOK}, step 3",
        True,
    ),
    Method(
        "fill",
        "median",
        both("中位数填补", "Median"),
        "median of the values that are there",
        both("取全部行的中位数", "over all rows of the run"),
        f"{_HANDBOOK}, step 3",
        True,
    ),
    Method(
        "fill",
        "group_mean",
        both("组内均值填补", "Mean of the group"),
        "mean of the values of the unit's group",
        both("整组无值则仍缺失", "stays missing in a group without a value"),
        f"{_HANDBOOK}, step 3",
        True,
        (_BY,),
    ),
    Method(
        "fill",
        "group_median",
        both("组内中位数填补", "Median of the group"),
        "median of the values of the unit's group",
        both("整组无值则仍缺失", "stays missing in a group without a value"),
        f"{_HANDBOOK}, step 3",
        True,
        (_BY,),
    ),
    Method(
        "fill",
        "row_mean",
        both("单元内均值填补", "Mean of the unit's other leaves"),
        "u = mean of the unit's other leaves on 0..1 (min–max, cost leaves turned round); x = worst + u·(best − worst)",
        both(
            "best、worst 为该列最好、最差值；适度型与背景指标不参与",
            "worst and best are those of the column; target and context leaves take no part",
        ),
        _COINR,
        True,
        _ROW,
    ),
    Method(
        "fill",
        "row_median",
        both("单元内中位数填补", "Median of the unit's other leaves"),
        "as row_mean, with the median",
        both("同 row_mean，取中位数", "as row_mean, with the median"),
        _COINR,
        True,
        _ROW,
    ),
    Method(
        "fill",
        "knn",
        both("K 近邻填补", "Nearest neighbours"),
        "mean over the k units with the least d = Σ(u − u')²/c over the c leaves that both have, u on 0..1 (min–max)",
        both(
            "与第 k 个等距者都计入；共有指标不足本单元所报之半者不算近邻；不足 k 个则仍缺失；最多 20000 行",
            "units as near as the k-th count too; a neighbour has at least half of the unit's leaves; with fewer than "
            "k it stays missing; at most 20,000 rows",
        ),
        "Troyanskaya et al. (2001), Bioinformatics 17(6):520–525",
        True,
        (Param("k", "integer", both("近邻个数", "number of neighbours"), 5, minimum=1), _WITHIN),
    ),
    Method(
        "fill",
        "previous",
        both("沿用上期", "Previous period"),
        "the unit's last value of an earlier period",
        both("需有多期数据", "needs several periods"),
        "Little & Rubin (2002), Statistical Analysis with Missing Data, 4.5",
        False,
        (
            Param(
                "limit",
                "integer",
                both("最多回溯的期数（缺省不限）", "how many periods back at most; by default any"),
                None,
                minimum=1,
            ),
        ),
    ),
    Method(
        "fill",
        "linear",
        both("线性插值", "Linear interpolation"),
        "x₀ + (x₁ − x₀)·(t − t₀)/(t₁ − t₀) between the unit's nearest periods with a value; no extrapolation",
        both(
            "需有多期数据；各期均为四位年份时按年份，否则按次序等距",
            "needs several periods; t in years where all periods are four-digit years, else in places of their order",
        ),
        f"{_HANDBOOK}, step 3",
    ),
)

TREAT = (
    Method(
        "treat",
        "none",
        both("不处理", "None"),
        "values pass unchanged",
        both("不处理异常值", "outliers are kept"),
        "resilience-index, docs/scoring.md",
    ),
    Method(
        "treat",
        "winsorize",
        both("缩尾", "Winsorising"),
        "outermost values → the next value, on the side of the skew, until |skewness| < 2 or kurtosis < 3.5 (type 2)",
        both(
            "并列者一起移动，合计不超过 max_points；仍不通过者保留并提示",
            "ties move together, max_points values at most; what still fails is kept, with a finding",
        ),
        f"{_HANDBOOK}, step 4; {_COINR}",
        True,
        (
            Param("max_points", "integer", both("最多移动的值的个数", "values that are moved at most"), 5, minimum=1),
            _SKEWNESS,
            _KURTOSIS,
            _TEST,
            Param(
                "otherwise",
                "choice",
                both("仍不通过时：保留、撤销或改取对数", "what still fails: kept, undone, or logged instead"),
                "keep",
                ("keep", "undo", "log"),
            ),
            _WITHIN,
        ),
    ),
    Method(
        "treat",
        "iqr",
        both("四分位距截断", "Interquartile range"),
        "cut to [Q1 − factor·IQR, Q3 + factor·IQR]",
        both("四分位数按线性内插（第 7 型）", "quartiles of type 7, as spreadsheets"),
        "Tukey (1977), Exploratory Data Analysis, ch. 2",
        True,
        (Param("factor", "positive", both("四分位距的倍数", "multiple of the interquartile range"), 1.5), _WITHIN),
    ),
    Method(
        "treat",
        "percentile",
        both("百分位截断", "Percentiles"),
        "cut to the two percentiles",
        both("百分位按线性内插（第 7 型）", "percentiles of type 7, as spreadsheets"),
        f"{_HANDBOOK}, step 4",
        True,
        (
            Param("low", "share", both("下端份额", "lower share"), 0.05, minimum=0.0, maximum=0.5),
            Param("high", "share", both("上端份额", "upper share"), 0.95, minimum=0.5, maximum=1.0),
            _WITHIN,
        ),
    ),
    Method(
        "treat",
        "log",
        both("取对数", "Logarithm"),
        "ln(x − min + s) where the test fails; −ln(max − x + s) with the tail on the left; s = 0.01·(max − min)",
        both(
            "仅用于按本次数据标准化的指标；仍不通过者保留并提示",
            "for leaves normalised relative to the run; what still fails is kept, with a finding",
        ),
        _COINR,
        True,
        (
            Param(
                "shift",
                "choice",
                both(
                    "s 为极差的 1%（range）、1（one），或直接取 ln x（zero）",
                    "s: a hundredth of the range, 1, or ln x itself (zero)",
                ),
                "range",
                ("range", "one", "zero"),
            ),
            Param("mirror", "boolean", both("左偏时镜像", "mirrored where the tail is on the left"), True),
            _SKEWNESS,
            _KURTOSIS,
            _TEST,
            _WITHIN,
        ),
    ),
)

PREPARE = (*DENOMINATE, *FILL, *TREAT)
