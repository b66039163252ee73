"""The registry's weights from data."""

from __future__ import annotations

from resilience_index.methods.registry_forms import Method, Param, both

_SCOPE = Param(
    "scope",
    "choice",
    both("全部末级指标，或各上级之下", "all leaves together, or each set of siblings"),
    "leaves",
    ("leaves", "siblings"),
)
_INPUT = Param(
    "input",
    "choice",
    both("标准化值或原始值", "normalised values, or raw ones"),
    "normalized",
    ("normalized", "raw"),
)

DATA = (
    Method(
        "weights",
        "entropy",
        both("熵权法", "Entropy"),
        "p = x'/Σx'; e = −Σ p·ln p / ln m (0·ln 0 = 0); w = (1 − e)/Σ(1 − e)",
        both(
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
                both("标准化值加上的平移量（会改变权重）", "added to the normalised values; it changes the weights"),
                0.0,
                minimum=0.0,
            ),
            Param(
                "input",
                "choice",
                both("标准化值或原始正值", "normalised values, or raw positive ones"),
                "normalized",
                ("normalized", "raw"),
            ),
        ),
    ),
    Method(
        "weights",
        "critic",
        both("CRITIC 法", "CRITIC"),
        "w ∝ s_j · Σ_k (1 − r_jk), s the sample standard deviation, r the correlation over common units",
        both("兼顾差异与冲突", "how much a leaf varies, times how little it goes with the others"),
        "Diakoulaki, Mavrotas & Papayannakis (1995), Computers & Operations Research 22(7):763–770",
        True,
        (
            _SCOPE,
            Param(
                "direction",
                "choice",
                both("相关前逆向指标是否已转正", "cost leaves turned round before they are correlated, or as they are"),
                "flip",
                ("flip", "raw"),
            ),
        ),
    ),
    Method(
        "weights",
        "std",
        both("标准差法", "Standard deviation"),
        "w ∝ s, the sample standard deviation of normalised values",
        both("差异越大权重越大", "the more units differ, the larger the weight"),
        "Diakoulaki, Mavrotas & Papayannakis (1995); Sałabun, Wątróbski & Shekhovtsov (2020), Symmetry 12(9):1549",
        True,
        (_SCOPE,),
    ),
    Method(
        "weights",
        "cv",
        both("变异系数法", "Coefficient of variation"),
        "w ∝ s / mean",
        both("相对差异越大权重越大；负值被拒绝", "relative differences; negative values are refused"),
        "Shuai et al. (2012), Chinese Control and Decision Conference",
        True,
        (_SCOPE, _INPUT),
    ),
    Method(
        "weights",
        "gini",
        both("基尼系数法", "Gini coefficient"),
        "w ∝ G = Σ_i Σ_k |x_i − x_k| / (2 m² · mean)",
        both("分配越不均权重越大；负值被拒绝", "the more unequal, the larger the weight; negative values are refused"),
        "Li & Chi (2009), Int. Conf. on Information Science and Engineering, 3726–3729",
        True,
        (_SCOPE, _INPUT),
    ),
    Method(
        "weights",
        "merec",
        both("MEREC 法", "MEREC"),
        "w ∝ Σ_i |S'_ij − S_i|, S_i = ln(1 + Σ_j |ln n_ij| / n)",
        both("去掉某指标后绩效变化越大权重越大；值须大于 0", "what leaving a leaf out changes; values must be above 0"),
        "Keshavarz-Ghorabaee et al. (2021), Symmetry 13(4):525",
        True,
        (_SCOPE, _INPUT),
    ),
    Method(
        "weights",
        "cilos",
        both("CILOS 法", "CILOS"),
        "F·q = 0, from the losses p_ij = 1 − a_ij/a_jj at the best unit of each leaf",
        both(
            "在其他指标最优处损失越小权重越大；值须大于 0", "what the best units of others lose; values must be above 0"
        ),
        "Zavadskas & Podvezko (2016), IJITDM 15(2):267–283",
        True,
        (_SCOPE, _INPUT),
    ),
    Method(
        "weights",
        "idocriw",
        both("IDOCRIW 法", "IDOCRIW"),
        "w ∝ entropy weight × CILOS weight",
        both("熵权与 CILOS 权重之积；值须大于 0", "entropy and CILOS weights multiplied; values must be above 0"),
        "Zavadskas & Podvezko (2016), IJITDM 15(2):267–283",
        True,
        (_SCOPE, _INPUT),
    ),
    Method(
        "weights",
        "pca",
        both("主成分法", "Principal components"),
        "coefficients loading/√λ of components with λ > 1, weighted by the variance they explain, over their sum",
        both("负载荷默认拒绝", "a negative loading is refused unless it is said what to do with it"),
        "OECD & JRC (2008), 6.1; Zhou, Hou & Zong (2018), Statistics & Decision 34(1):66–69",
        True,
        (
            _SCOPE,
            Param(
                "negative",
                "choice",
                both(
                    "负载荷：拒绝、带号计入或取绝对值", "negative loadings: refuse, take with their sign, or their size"
                ),
                "refuse",
                ("refuse", "signed", "absolute"),
            ),
        ),
    ),
    Method(
        "weights",
        "independence",
        both("独立性权重", "Independence"),
        "w ∝ 1/R, R the multiple correlation with all others",
        both("越不能由其他指标解释权重越大", "the less the others explain a leaf, the larger its weight"),
        "Kendall (1957), A Course in Multivariate Analysis (R)",
        True,
        (_SCOPE,),
    ),
)
