"""The registry's weights: plain ones, those of experts, and those joined from several."""

from __future__ import annotations

from resilience_index.methods.registry_data_weights import DATA
from resilience_index.methods.registry_forms import Method, Param, both

_PLAIN = (
    Method(
        "weights",
        "equal",
        both("等权", "Equal"),
        "w = 1/n among siblings",
        both("同级相等", "the same for all siblings"),
        "OECD & JRC (2008), 6.1",
    ),
    Method(
        "weights",
        "given",
        both("给定", "Given"),
        "w = weight / Σ weight among siblings",
        both("取框架文件所写；未写为等权", "as written in the framework; equal where none is"),
        "framework file",
    ),
)

_RI_TABLES = ("alonso_lamata_2006", "saaty_1980", "saaty_2005")

_JUDGED = (
    Method(
        "weights",
        "ahp",
        both("层次分析法", "Analytic hierarchy process"),
        "A·w = λmax·w; CI = (λmax − n)/(n − 1); CR = CI/RI; several experts: weighted geometric mean per judgment",
        both(
            "由专家两两比较得权；CR 超限为警告",
            "from experts' pairwise comparisons; CR over the threshold is a warning",
        ),
        "Saaty (1980), The Analytic Hierarchy Process; Alonso & Lamata (2006) for RI; Aczél & Saaty (1983) for groups",
        False,
        (
            Param(
                "priority",
                "choice",
                both(
                    "权重向量求法：特征向量、方根法、和积法、对数最小二乘",
                    "how priorities are found: principal eigenvector, row geometric means, means of normalised "
                    "columns, or log least squares",
                ),
                "eigenvector",
                ("eigenvector", "geometric", "arithmetic", "least_squares"),
            ),
            Param(
                "completion",
                "choice",
                both("残缺判断的补全规则", "how gaps in a matrix are filled"),
                "least_squares",
                ("least_squares", "eigenvalue"),
            ),
            Param("ri_table", "choice", both("随机一致性指标表", "table of random indices"), _RI_TABLES[0], _RI_TABLES),
            Param("threshold", "number", both("CR 限值", "largest acceptable CR"), 0.10, minimum=0.0),
            Param(
                "group",
                "choice",
                both("多专家的综合方式：综合判断或综合权重", "how experts are joined: their judgments or priorities"),
                "judgments",
                ("judgments", "priorities"),
            ),
            Param(
                "mean",
                "choice",
                both("综合权重时的平均方式", "mean of the experts' priorities, where these are joined"),
                "geometric",
                ("geometric", "arithmetic"),
            ),
            Param(
                "leave_out",
                "number",
                both(
                    "CR 超过此值的专家不计入（缺省全部计入）", "experts with a CR above are left out; by default none"
                ),
                None,
                minimum=0.0,
            ),
        ),
    ),
    Method(
        "weights",
        "bwm",
        both("最优最劣法", "Best–worst method"),
        "linear: least ξ ≥ |w_B − a_Bj·w_j|, |w_j − a_jW·w_W|; nonlinear: least ξ ≥ |w_B/w_j − a_Bj|, |w_j/w_W − a_jW|",
        both(
            "由与最重要、最不重要两项的比较得权，按专家加权平均",
            "from comparisons with the best and the worst child, then the weighted mean over the experts",
        ),
        "Rezaei (2016), Omega 64:126–130 (linear); Rezaei (2015), Omega 53:49–57 (nonlinear)",
        False,
        (
            Param(
                "model",
                "choice",
                both("线性或非线性模型", "linear or nonlinear model"),
                "linear",
                ("linear", "nonlinear"),
            ),
        ),
    ),
    Method(
        "weights",
        "direct",
        both("专家打分", "Direct rating"),
        "w = points / Σ points of each expert, then the weighted mean over the experts",
        both("各专家的分数先除以其合计", "an expert's scores are divided by their sum first, whatever it is"),
        "Bottomley, Doyle & Green (2000), Journal of Marketing Research 37(4):508–513",
    ),
    Method(
        "weights",
        "points",
        both("分数分配法", "Budget allocation"),
        "w = points / budget of each expert, then the weighted mean over the experts",
        both("每位专家在同级间分完总分", "each expert divides a budget of points among siblings"),
        "OECD & JRC (2008), 6.2.3",
        False,
        (Param("budget", "number", both("每级的总分", "points to divide among siblings"), 100.0, minimum=1.0),),
    ),
    Method(
        "weights",
        "order",
        both("排序赋权、优序图", "Rank order"),
        "roc: (1/n)·Σ_{i≥r} 1/i; rs: 2(n + 1 − r)/(n(n + 1)); rr: (1/r)/Σ 1/i; precedence: row sums of the chart "
        "over their total",
        both(
            "由专家的重要性排序得权，按专家加权平均",
            "from the experts' rankings of siblings, then the weighted mean over the experts",
        ),
        "Barron & Barrett (1996), Management Science 42(11):1515–1523; Moody (1983), Decision Making (chart)",
        False,
        (
            Param(
                "rule",
                "choice",
                both(
                    "ROC 重心、RS 秩和、RR 倒数、优序图",
                    "rank-order centroid, rank sum, rank reciprocal or precedence chart",
                ),
                "roc",
                ("roc", "rs", "rr", "precedence"),
            ),
            Param(
                "diagonal",
                "boolean",
                both("优序图对角线计 0.5", "the chart's diagonal counts 0.5, so that the last keeps a weight"),
                True,
            ),
        ),
    ),
    Method(
        "weights",
        "swing",
        both("摆幅赋权", "Swing weights"),
        "w = points of the swing / Σ points of each expert, then the weighted mean over the experts",
        both("最重要的摆幅为 100 分", "the most important step from worst to best counts 100"),
        "von Winterfeldt & Edwards (1986), Decision Analysis and Behavioral Research",
    ),
)

PLAIN_WEIGHTS = tuple(method.name for method in _PLAIN)
"""Weights that need neither judgments nor data."""
JUDGED_WEIGHTS = tuple(method.name for method in _JUDGED)
"""Weights from experts' judgments."""
DATA_WEIGHTS = tuple(method.name for method in DATA)
"""Weights from the data of the run."""
_SUBJECTIVE = ("ahp", *PLAIN_WEIGHTS[::-1], *JUDGED_WEIGHTS[1:])

_JOINED = (
    Method(
        "weights",
        "combine",
        both("组合赋权", "Combination"),
        "linear α·s + (1 − α)·o; product s·o/Σ; geometric √(s·o)/Σ; game, deviation: (a·s + b·o)/(a + b); "
        "on global leaf weights",
        both(
            "主观与客观权重（或任意两种权重）的组合；game 为博弈论，deviation 为最大离差",
            "expert and data weights joined, or any two; game theory and maximum deviation find a and b themselves",
        ),
        "Hwang & Yoon (1981), 2.3.4 (product); Kullback (1959), ch. 3 (geometric); Chen (2003), Fujian Computer "
        "(9):15–16 (game); Wang (1998), Systems Engineering and Electronics 20(7):24–26 (deviation)",
        False,
        (
            Param(
                "rule",
                "choice",
                both("组合规则", "rule"),
                "linear",
                ("linear", "product", "geometric", "game", "deviation"),
            ),
            Param(
                "alpha",
                "share",
                both("第一部分的份额（仅线性）", "share of the first component (linear only)"),
                0.5,
                minimum=0.0,
                maximum=1.0,
            ),
            Param(
                "negative",
                "choice",
                both("博弈论系数为负时：拒绝或取绝对值", "a negative coefficient under game: refuse, or take its size"),
                "refuse",
                ("refuse", "absolute"),
            ),
            Param(
                "subjective",
                "component",
                both("第一部分，通常为主观方法", "the first component, s: as a rule an expert method"),
                "ahp",
                (*_SUBJECTIVE, *DATA_WEIGHTS),
            ),
            Param(
                "objective",
                "component",
                both("第二部分，通常为客观方法", "the second component, o: as a rule a data method"),
                "entropy",
                (*DATA_WEIGHTS, *_SUBJECTIVE),
            ),
        ),
    ),
    Method(
        "weights",
        "levels",
        both("分级赋权", "By level"),
        "local weights of each set of siblings by the method of its level, or of its parent",
        both(
            "各级可用不同方法；客观方法只在同级之间计算",
            "a method of its own for each level; data methods work among siblings",
        ),
        "resilience-index, docs/weights.md",
        False,
        (
            Param(
                "from_top",
                "components",
                both(
                    "自上而下各级的方法：先是根的子项；最后一个用于其下各级",
                    "methods from the top: first for the root's children; the last goes on below",
                ),
                choices=(*PLAIN_WEIGHTS, *JUDGED_WEIGHTS, *DATA_WEIGHTS, "combine"),
            ),
            Param(
                "under",
                "component map",
                both("某些上级节点：其子项所用的方法", "for single parents: node id → the method of its children"),
                None,
                (*PLAIN_WEIGHTS, *JUDGED_WEIGHTS, *DATA_WEIGHTS, "combine"),
            ),
        ),
    ),
)

WEIGHTS = (*_PLAIN, *_JUDGED, *DATA, *_JOINED)
