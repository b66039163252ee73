"""The registry of methods: name, Chinese name, typed parameters, formula, source, relative or not.

Framework files are validated against it, ``resilience methods`` and the documentation print it.
It imports no numerical code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["normalize", "aggregate", "weights", "missing", "fill", "treat", "ranks", "round"]
KINDS: tuple[Kind, ...] = (
    "fill",
    "treat",
    "normalize",
    "weights",
    "missing",
    "aggregate",
    "round",
    "ranks",
)

KIND_TITLES: dict[str, dict[str, str]] = {
    "fill": {"zh": "缺失值填补", "en": "Filling missing values"},
    "treat": {"zh": "异常值处理", "en": "Treatment of outliers"},
    "normalize": {"zh": "标准化", "en": "Normalisation"},
    "weights": {"zh": "赋权", "en": "Weights"},
    "missing": {"zh": "缺失规则", "en": "Missing children of a node"},
    "aggregate": {"zh": "聚合", "en": "Aggregation"},
    "round": {"zh": "修约", "en": "Rounding"},
    "ranks": {"zh": "排名并列规则", "en": "Ties in ranks"},
}

_REQUIRED = object()


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a method.

    ``kind`` is one of number, share (a number or fraction 0..1), integer, boolean, choice, pair
    (two numbers), numbers (two or four numbers), column (``period`` or a group column), zero
    (``refuse`` or ``{floor: f}``), component (a weighting method).
    """

    name: str
    kind: str
    about: Mapping[str, str]
    default: Any = _REQUIRED
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def required(self) -> bool:
        """Whether the method cannot be used without it."""
        return self.default is _REQUIRED

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


def _t(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


_TRANSFORM = Param(
    "transform",
    "choice",
    _t("先取自然对数（目标值同取）", "take natural logarithms first, of the goalposts too"),
    "none",
    ("none", "log"),
)
_WITHIN = Param(
    "within",
    "column",
    _t("在各期或各组内统计，而非全部行", "statistics inside each period or group, not over all rows"),
    None,
)
_CLIP = Param("clip", "boolean", _t("截断到 0..1", "cut to 0..1"), True)

_NORMALIZE = (
    Method(
        "normalize",
        "goalposts",
        _t("固定目标值法", "Goalposts"),
        "x' = (x − worst) / (best − worst); target [low, a, b, high]: 1 inside [a, b], linear to 0 at low and high",
        _t("最差值得 0，最好值得 1；各年可比", "0 at the worst value, 1 at the best; comparable between years"),
        "UNDP (2024), Human Development Report, Technical note 1",
        False,
        (
            Param(
                "goalposts",
                "numbers",
                _t(
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
        _t("极差标准化", "Min–max"),
        "benefit (x − min)/(max − min); cost (max − x)/(max − min); then low + (high − low)·x'",
        _t("以本次数据的最小、最大值为界", "between the smallest and largest value of the run"),
        "OECD & JRC (2008), Handbook on Constructing Composite Indicators, 5.3",
        True,
        (
            Param("to", "pair", _t("输出区间", "range of the result"), (0.0, 1.0), minimum=0.0, maximum=1.0),
            _TRANSFORM,
            Param(
                "constant",
                "number",
                _t("常数列取此值；缺省拒绝", "value for a constant column; refused by default"),
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
        _t("百分位排名", "Percentile rank"),
        "p = (rank − 1)/(N − 1), ascending; a cost leaf takes 1 − p (cost: before ranks −x)",
        _t("N 为有值单元数", "N counts the units with a value"),
        "Flanagan et al. (2011), A Social Vulnerability Index for Disaster Management, JHSEM 8(1):3",
        True,
        (
            Param("ties", "choice", _t("并列取最小、平均或最大名次", "rank of ties"), "min", ("min", "average", "max")),
            Param(
                "cost",
                "choice",
                _t("逆向指标：先排后反（after）或先反后排（before）", "cost leaves: invert after or before ranking"),
                "after",
                ("after", "before"),
            ),
            _WITHIN,
        ),
    ),
    Method(
        "normalize",
        "none",
        _t("不变换", "None"),
        "x' = x",
        _t("原值通过，不处理方向", "values pass unchanged, direction is not applied"),
        "resilience-index, docs/scoring.md",
        False,
    ),
)

_AGGREGATE = (
    Method(
        "aggregate",
        "arithmetic",
        _t("加权算术平均", "Weighted arithmetic mean"),
        "v = Σ w·x / Σ w, over the children present",
        _t("可互相弥补", "full compensation between children"),
        "OECD & JRC (2008), 6.3",
    ),
    Method(
        "aggregate",
        "geometric",
        _t("加权几何平均", "Weighted geometric mean"),
        "v = exp(Σ w·ln x / Σ w), over the children present",
        _t("短板受罚", "low values weigh more"),
        "OECD & JRC (2008), 6.3",
        False,
        (Param("zero", "zero", _t("遇零：拒绝，或取下限 {floor: f}", "at a zero: refuse, or {floor: f}"), "refuse"),),
    ),
    Method(
        "aggregate",
        "sum",
        _t("加权和", "Sum"),
        "v = Σ w·x over the children present, w as given (1 where none is given)",
        _t("不归一化权重", "weights are not re-scaled"),
        "resilience-index, docs/scoring.md",
    ),
)

_SCOPE = Param(
    "scope",
    "choice",
    _t("全部末级指标，或各上级之下", "all leaves together, or each set of siblings"),
    "leaves",
    ("leaves", "siblings"),
)

_WEIGHTS = (
    Method(
        "weights",
        "equal",
        _t("等权", "Equal"),
        "w = 1/n among siblings",
        _t("同级相等", "the same for all siblings"),
        "OECD & JRC (2008), 6.1",
    ),
    Method(
        "weights",
        "given",
        _t("给定", "Given"),
        "w = weight / Σ weight among siblings",
        _t("取框架文件所写；未写为等权", "as written in the framework; equal where none is"),
        "framework file",
    ),
    Method(
        "weights",
        "ahp",
        _t("层次分析法", "Analytic hierarchy process"),
        "A·w = λmax·w; CI = (λmax − n)/(n − 1); CR = CI/RI; several experts: weighted geometric mean per judgment",
        _t(
            "由专家两两比较得权；CR 超限为警告",
            "from experts' pairwise comparisons; CR over the threshold is a warning",
        ),
        "Saaty (1980), The Analytic Hierarchy Process; Alonso & Lamata (2006) for RI; Aczél & Saaty (1983) for groups",
        False,
        (
            Param(
                "priority", "choice", _t("权重向量求法", "how priorities are found"), "eigenvector", ("eigenvector",)
            ),
            Param(
                "ri_table",
                "choice",
                _t("随机一致性指标表", "table of random indices"),
                "alonso_lamata_2006",
                ("alonso_lamata_2006", "saaty_1980", "saaty_2005"),
            ),
            Param("threshold", "number", _t("CR 限值", "largest acceptable CR"), 0.10, minimum=0.0),
            Param("group", "choice", _t("多专家的综合方式", "how experts are joined"), "judgments", ("judgments",)),
        ),
    ),
    Method(
        "weights",
        "entropy",
        _t("熵权法", "Entropy"),
        "p = x'/Σx'; e = −Σ p·ln p / ln m (0·ln 0 = 0); w = (1 − e)/Σ(1 − e)",
        _t(
            "差异越大权重越大；m 为有值单元数",
            "the more units differ, the larger the weight; m counts units with a value",
        ),
        "Shannon (1948); Zavadskas & Podvezko (2016), IJITDM 15(2):267–283",
        True,
        (
            _SCOPE,
            Param(
                "shift",
                "number",
                _t("标准化值加上的平移量（会改变权重）", "added to the normalised values; it changes the weights"),
                0.0,
                minimum=0.0,
            ),
            Param(
                "input",
                "choice",
                _t("标准化值或原始正值", "normalised values, or raw positive ones"),
                "normalized",
                ("normalized", "raw"),
            ),
        ),
    ),
    Method(
        "weights",
        "combine",
        _t("组合赋权", "Combination"),
        "linear α·s + (1 − α)·o; product s·o / Σ s·o; on global leaf weights",
        _t("主观与客观权重的组合", "expert and data weights joined"),
        "Wang & Lee (2009), Expert Systems with Applications 36(5):8980–8985 (product); weighted mean (linear)",
        False,
        (
            Param("rule", "choice", _t("组合规则", "rule"), "linear", ("linear", "product")),
            Param(
                "alpha",
                "share",
                _t("主观权重的份额（仅线性）", "share of the expert weights (linear only)"),
                0.5,
                minimum=0.0,
                maximum=1.0,
            ),
            Param("subjective", "component", _t("主观方法", "expert method"), "ahp", ("ahp", "given", "equal")),
            Param("objective", "component", _t("客观方法", "data method"), "entropy", ("entropy",)),
        ),
    ),
)

_MISSING = (
    Method(
        "missing",
        "available",
        _t("取已有子项", "Available children"),
        "weights re-scaled over the children present",
        _t("达到最低覆盖才计算", "computed only with enough children"),
        "resilience-index, docs/scoring.md",
        False,
        (
            Param(
                "min_coverage",
                "share",
                _t("子项最低占比（无任何条件时 2/3）", "least share of children (2/3 without any condition)"),
                None,
                minimum=0.0,
                maximum=1.0,
            ),
            Param("min_children", "integer", _t("子项最少个数", "least number of children"), None, minimum=1),
        ),
    ),
    Method(
        "missing",
        "refuse",
        _t("拒绝", "Refuse"),
        "stops the run and names unit and leaf",
        _t("有缺即停", "any gap stops the run"),
        "resilience-index, docs/scoring.md",
    ),
    Method(
        "missing",
        "zero",
        _t("计零", "Zero"),
        "a missing child counts as 0",
        _t("缺失按 0 计", "missing children are scored 0"),
        "resilience-index, docs/scoring.md",
    ),
)

_OTHERS = (
    Method(
        "fill",
        "none",
        _t("不填补", "None"),
        "missing stays missing",
        _t("缺失保持缺失", "nothing is filled"),
        "resilience-index, docs/scoring.md",
    ),
    Method(
        "treat",
        "none",
        _t("不处理", "None"),
        "values pass unchanged",
        _t("不处理异常值", "outliers are kept"),
        "resilience-index, docs/scoring.md",
    ),
    Method(
        "ranks",
        "min",
        _t("取最小名次", "Smallest"),
        "1, 2, 2, 4",
        _t("并列同取最小名次", "ties share the smallest rank"),
        "resilience-index, docs/scoring.md",
    ),
    Method(
        "ranks",
        "average",
        _t("取平均名次", "Average"),
        "1, 2.5, 2.5, 4",
        _t("并列取平均", "ties share the mean rank"),
        "resilience-index, docs/scoring.md",
    ),
    Method(
        "ranks",
        "dense",
        _t("不跳号", "Dense"),
        "1, 2, 2, 3",
        _t("并列后不跳号", "no gap after ties"),
        "resilience-index, docs/scoring.md",
    ),
    Method(
        "round",
        "half_up",
        _t("四舍五入", "Half up"),
        "halves away from zero, decided on the shortest decimal form",
        _t("逢半远离零", "2.5 → 3, −2.5 → −3"),
        "resilience-index, docs/scoring.md",
    ),
    Method(
        "round",
        "half_even",
        _t("四舍六入五成双", "Half even"),
        "halves to the even digit, decided on the shortest decimal form",
        _t("逢半取偶", "2.5 → 2, 3.5 → 4"),
        "IEEE 754; GB/T 8170-2008",
    ),
)

METHODS: dict[tuple[str, str], Method] = {
    (method.kind, method.name): method
    for method in (*_OTHERS[:2], *_NORMALIZE, *_WEIGHTS, *_MISSING, *_AGGREGATE, *_OTHERS[2:])
}


def names(kind: str) -> list[str]:
    """The names of all methods of a kind, in the order of the registry."""
    return [method.name for method in METHODS.values() if method.kind == kind]


def get(kind: str, name: str) -> Method:
    """The method of that kind and name; KeyError when there is none."""
    return METHODS[kind, name]
