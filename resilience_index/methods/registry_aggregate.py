"""The registry's aggregations."""

from __future__ import annotations

from resilience_index.methods.registry_forms import Method, Param, both

_HANDBOOK = "OECD & JRC (2008), 6.3"
_ZERO = Param("zero", "zero", both("遇零：拒绝，或取下限 {floor: f}", "at a zero: refuse, or {floor: f}"), "refuse")
_WITHIN = Param(
    "within",
    "column",
    both("在各期或各组内比较，而非全部行", "units compared inside each period or group, not over all rows"),
    None,
)

ROWWISE = (
    Method(
        "aggregate",
        "arithmetic",
        both("加权算术平均", "Weighted arithmetic mean"),
        "v = Σ w·x / Σ w, over the children present",
        both("可互相弥补", "full compensation between children"),
        _HANDBOOK,
    ),
    Method(
        "aggregate",
        "geometric",
        both("加权几何平均", "Weighted geometric mean"),
        "v = exp(Σ w·ln x / Σ w), over the children present",
        both("短板受罚", "low values weigh more"),
        _HANDBOOK,
        False,
        (_ZERO,),
    ),
    Method(
        "aggregate",
        "harmonic",
        both("加权调和平均", "Weighted harmonic mean"),
        "v = Σ w / Σ (w/x), over the children present",
        both("短板受罚更重", "low values weigh more than in a geometric mean"),
        "Bullen (2003), Handbook of Means and Their Inequalities, II.1",
        False,
        (_ZERO,),
    ),
    Method(
        "aggregate",
        "power",
        both("加权幂平均", "Weighted power mean"),
        "v = (Σ w·x^p / Σ w)^(1/p), over the children present; p = 0: geometric",
        both("p 越小，短板越重", "the smaller p, the more low values weigh"),
        "Bullen (2003), Handbook of Means and Their Inequalities, III.1",
        False,
        (
            Param("p", "number", both("幂次", "exponent"), minimum=-100.0, maximum=100.0),
            _ZERO,
        ),
    ),
    Method(
        "aggregate",
        "sum",
        both("加权和", "Sum"),
        "v = Σ w·x over the children present, w as given (1 where none is given)",
        both("不归一化权重", "weights are not re-scaled"),
        "resilience-index, docs/methods_aggregate.md",
    ),
    Method(
        "aggregate",
        "points",
        both("计分累加", "Points"),
        "v = Σ points, over the children present, × full points of all / full points of those present",
        both(
            "子项为分档得分或计分节点时直接相加，否则为满分（权重）乘得分率；以分数显示",
            "children in points (bands, other points) are added; others earn a share of their full points, the weight",
        ),
        "resilience-index, docs/methods_aggregate.md",
        False,
        (
            Param(
                "full",
                "number",
                both("满分合计，用于核对", "full points in all, as a check"),
                None,
                minimum=0.0,
            ),
        ),
    ),
    Method(
        "aggregate",
        "min",
        both("取最小", "Smallest child"),
        "v = min x, over the children present of weight above 0",
        both("木桶原则", "only the weakest child counts"),
        _HANDBOOK,
    ),
    Method(
        "aggregate",
        "max",
        both("取最大", "Largest child"),
        "v = max x, over the children present of weight above 0",
        both("取长", "only the strongest child counts"),
        _HANDBOOK,
    ),
    Method(
        "aggregate",
        "owa",
        both("有序加权平均", "Ordered weighted average"),
        "v = Σ ω·x(i), x(1) the largest; with weights: W(s_i) − W(s_(i−1)) of the shares s of weight present",
        both("按大小而非按指标赋权", "weights by order of size; unequal weights of children stretch the steps"),
        "Yager (1988), IEEE Trans. SMC 18:183–190; Torra (1997), Int. J. Intelligent Systems 12:153–166",
        False,
        (Param("order", "list", both("次序权重，最大者在前", "order weights, for the largest first"), minimum=0.0),),
    ),
    Method(
        "aggregate",
        "mpi",
        both("Mazziotta–Pareto 指数", "Mazziotta–Pareto index"),
        "v = M ∓ S²/M, M mean and S² variance of a unit's children on the range 'to'",
        both("不均衡受罚", "a penalty for unbalance between children"),
        "Mazziotta & Pareto (2016), Social Indicators Research 127:983–1003",
        False,
        (
            Param(
                "sign",
                "choice",
                both("罚减（minus）或罚加（plus，用于负面现象）", "penalty subtracted, or added for what is unwanted"),
                "minus",
                ("minus", "plus"),
            ),
            Param(
                "to",
                "pair",
                both(
                    "先把 0..1 放到此区间，如 [70, 130]；结果留在其中",
                    "range that 0..1 is put on first; the value stays there",
                ),
                (0.0, 1.0),
            ),
        ),
    ),
    Method(
        "aggregate",
        "fuzzy",
        both("模糊综合评价", "Fuzzy comprehensive evaluation"),
        "b = w ∘ R by grade; score Σ b·grade / Σ b, or the grade of largest membership",
        both("各子项对各等级的隶属度合成", "memberships of the children in grades, joined by an operator"),
        "Zadeh (1965), Information and Control 8:338–353; Wang (1983), Theory of Fuzzy Sets and Its Applications",
        False,
        (
            Param(
                "operator",
                "choice",
                both(
                    "M(∧,∨) min_max、M(·,∨) product_max、M(∧,⊕) min_sum、M(·,⊕) product_sum",
                    "M(∧,∨) min_max, M(·,∨) product_max, M(∧,⊕) min_sum, M(·,⊕) product_sum",
                ),
                "product_sum",
                ("min_max", "product_max", "min_sum", "product_sum"),
            ),
            Param(
                "membership",
                "choice",
                both(
                    "三角隶属、按分界、或子项为各等级的票数",
                    "triangles around the grades, bands, or children that are the votes for each grade",
                ),
                "triangular",
                ("triangular", "bands", "votes"),
            ),
            Param("grades", "list", both("各等级的值", "value of each grade"), (1.0, 0.75, 0.5, 0.25, 0.0)),
            Param("bounds", "list", both("bands 的分界（含下限）", "inclusive lower bounds between bands"), None),
            Param(
                "score",
                "choice",
                both(
                    "按等级值加权，或取最大隶属等级", "mean of the grades' values, or the grade of largest membership"
                ),
                "values",
                ("values", "largest"),
            ),
        ),
    ),
)

ACROSS = (
    Method(
        "aggregate",
        "topsis",
        both("TOPSIS 优劣解距离法", "TOPSIS"),
        "C = D⁻ / (D⁺ + D⁻), D± = √Σ (w·(x − x±)/‖x‖)²",
        both(
            "与各指标最好、最差值的接近程度；增减单元可能使名次逆转",
            "closeness to the best; units added may reverse ranks",
        ),
        "Hwang & Yoon (1981), Multiple Attribute Decision Making, 3.2.7",
        True,
        (
            Param(
                "norm",
                "choice",
                both("向量规范化，或不再规范化", "divide by √Σx², or not"),
                "vector",
                ("vector", "none"),
            ),
            _WITHIN,
        ),
    ),
    Method(
        "aggregate",
        "vikor",
        both("VIKOR 折衷排序", "VIKOR"),
        "v = 1 − Q, Q = ν·(S − S*)/(S⁻ − S*) + (1 − ν)·(R − R*)/(R⁻ − R*)",
        both(
            "群体效用 S 与个体遗憾 R 的折衷；给出折衷解",
            "sum and largest of the distances to the best; a compromise set",
        ),
        "Opricovic & Tzeng (2004), European Journal of Operational Research 156:445–455",
        True,
        (
            Param(
                "v", "share", both("群体效用的份额 ν", "share ν of the utility measure"), 0.5, minimum=0.0, maximum=1.0
            ),
            _WITHIN,
        ),
    ),
    Method(
        "aggregate",
        "gra",
        both("灰色关联度", "Grey relational grade"),
        "v = Σ w·ξ / Σ w, ξ = ρ·Δmax / (Δ + ρ·Δmax), Δ = best − x",
        both("参考序列取各指标最好值", "the reference is the best of each child"),
        "Deng (1982), Systems & Control Letters 1:288–294",
        True,
        (
            Param("rho", "number", both("分辨系数 ρ", "distinguishing coefficient ρ"), 0.5, minimum=0.001, maximum=1.0),
            _WITHIN,
        ),
    ),
    Method(
        "aggregate",
        "rsr",
        both("秩和比", "Rank-sum ratio"),
        "RSR = Σ w·R/n / Σ w; fitted = a + b·probit of its distribution",
        both("按秩次综合，回归分档", "ranks only; classes by a line over probits"),
        "Tian (1988), Chinese Journal of Preventive Medicine 22:172–176",
        True,
        (
            Param(
                "score",
                "choice",
                both("秩和比，或回归估计值", "the ratio, or its fitted value"),
                "ratio",
                ("ratio", "fitted"),
            ),
            Param("classes", "integer", both("分档数", "number of classes"), 3, minimum=2, maximum=10),
            _WITHIN,
        ),
    ),
    Method(
        "aggregate",
        "copeland",
        both("Copeland 两两比较", "Copeland score"),
        "v = (wins − losses + N − 1) / 2(N − 1), over pairs of units and the children both have",
        both("两两比较，权重多者胜；至多 50,000 个单元", "pairs of units, more weight wins; at most 50,000 units"),
        "Copeland (1951); Munda (2008), Social Multi-Criteria Evaluation, ch. 6",
        True,
        (_WITHIN,),
    ),
)

AGGREGATE = (*ROWWISE, *ACROSS)
