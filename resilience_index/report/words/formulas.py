"""The formulas of the registry as a Chinese report writes them: the same signs, the words around them in Chinese.

The registry has each formula once, with English words; here each text that has words stands beside its Chinese.
"""

from __future__ import annotations

_PRESENT = "over the children present"

CHINESE: dict[str, str] = {
    "x / d × factor": "x / d × 系数",
    "framework file": "框架文件",
    # Filling
    "missing stays missing": "缺失值仍为缺失",
    "mean of the values that are there": "已有数值的平均数",
    "median of the values that are there": "已有数值的中位数",
    "mean of the values of the unit's group": "该单元所在组的平均数",
    "median of the values of the unit's group": "该单元所在组的中位数",
    "u = mean of the unit's other leaves on 0..1 (min–max, cost leaves turned round); x = worst + u·(best − worst)": (
        "u = 该单元其他指标在 0–1 上的平均数（极差标准化，逆向指标取反）；x = 最差 + u·(最好 − 最差)"
    ),
    "as row_mean, with the median": "同 row_mean，改用中位数",
    "mean over the k units with the least d = Σ(u − u')²/c over the c leaves that both have, u on 0..1 (min–max)": (
        "距离 d = Σ(u − u')²/c 最小的 k 个单元的平均数，c 为双方都有值的指标数，u 在 0–1 上（极差标准化）"
    ),
    "the unit's last value of an earlier period": "该单元此前最近一期的数值",
    "x₀ + (x₁ − x₀)·(t − t₀)/(t₁ − t₀) between the unit's nearest periods with a value; no extrapolation": (
        "x₀ + (x₁ − x₀)·(t − t₀)/(t₁ − t₀)，在该单元前后最近的有值各期之间内插；不外推"
    ),
    # Outliers
    "values pass unchanged": "数值保持不变",
    "outermost values → the next value, on the side of the skew, until |skewness| < 2 or kurtosis < 3.5 (type 2)": (
        "在偏斜的一侧，最外的数值改为相邻的数值，直至 |偏度| < 2 或峰度 < 3.5（2 型）"
    ),
    "cut to [Q1 − factor·IQR, Q3 + factor·IQR]": "截至 [Q1 − 系数·IQR, Q3 + 系数·IQR]",
    "cut to the two percentiles": "截至两端的百分位数",
    "ln(x − min + s) where the test fails; −ln(max − x + s) with the tail on the left; s = 0.01·(max − min)": (
        "检验未通过时取 ln(x − min + s)；长尾在左侧时取 −ln(max − x + s)；s = 0.01·(max − min)"
    ),
    # Normalisation
    "x' = (x − worst) / (best − worst); target [low, a, b, high]: 1 inside [a, b], linear to 0 at low and high": (
        "x' = (x − 最差) / (最好 − 最差)；适中型 [下限, a, b, 上限]：在 [a, b] 内为 1，向两端线性降为 0"
    ),
    "benefit (x − min)/(max − min); cost (max − x)/(max − min); then low + (high − low)·x'": (
        "正向 (x − min)/(max − min)；逆向 (max − x)/(max − min)；再取 下限 + (上限 − 下限)·x'"
    ),
    "p = (rank − 1)/(N − 1), ascending; a cost leaf takes 1 − p (cost: before ranks −x)": (
        "p = (名次 − 1)/(N − 1)，升序；逆向指标取 1 − p（cost 为 before 时对 −x 排名）"
    ),
    "benefit z = (x − mean)/s, cost (mean − x)/s, s with divisor n − 1; then mean' + sd'·z": (
        "正向 z = (x − 平均数)/s，逆向 (平均数 − x)/s，s 以 n − 1 为除数；再取 平均数' + 标准差'·z"
    ),
    "x' = rank, 1 (worst) to N (best); a cost leaf ranks −x": "x' = 名次，1（最差）至 N（最好）；逆向指标对 −x 排名",
    "x' = rank − 1, 0 (worst) to N − 1 (best); a cost leaf ranks −x": (
        "x' = 名次 − 1，0（最差）至 N − 1（最好）；逆向指标对 −x 排名"
    ),
    "r = x/√Σx²; cost 1 − r, or with reciprocal (1/x)/√Σ(1/x)²": "r = x/√Σx²；逆向 1 − r，或取倒数 (1/x)/√Σ(1/x)²",
    "r = x/Σx; cost (1/x)/Σ(1/x), or with complement 1 − r": "r = x/Σx；逆向 (1/x)/Σ(1/x)，或取补数 1 − r",
    "r = x/max; cost min/x, or with complement 1 − r": "r = x/max；逆向 min/x，或取补数 1 − r",
    "x' = 1 − (best − x)/(best − worst), best and worst of the run": (
        "x' = 1 − (最好 − x)/(最好 − 最差)，最好与最差取自本次运行"
    ),
    "x' = 1 − (x_ref − x)/(x_ref − worst), worst of the run; above 1 beyond the reference without clip": (
        "x' = 1 − (参照值 − x)/(参照值 − 最差)，最差取自本次运行；不截断时，超过参照值者大于 1"
    ),
    "x' = 1 − (target − x)/(target − worst), worst of the run; above 1 beyond the target without clip": (
        "x' = 1 − (目标值 − x)/(目标值 − 最差)，最差取自本次运行；不截断时，超过目标值者大于 1"
    ),
    "x' = points of the band that x falls into, over full where it is given": (
        "x' = x 所在区间的分值；给出满分的，再除以满分"
    ),
    # Weights
    "w = 1/n among siblings": "同级之间 w = 1/n",
    "w = weight / Σ weight among siblings": "w = 给定权重 / 同级给定权重之和",
    "A·w = λmax·w; CI = (λmax − n)/(n − 1); CR = CI/RI; several experts: weighted geometric mean per judgment": (
        "A·w = λmax·w；CI = (λmax − n)/(n − 1)；CR = CI/RI；多位专家：逐项判断取加权几何平均"
    ),
    "linear: least ξ ≥ |w_B − a_Bj·w_j|, |w_j − a_jW·w_W|; nonlinear: least ξ ≥ |w_B/w_j − a_Bj|, |w_j/w_W − a_jW|": (
        "线性：最小的 ξ ≥ |w_B − a_Bj·w_j|, |w_j − a_jW·w_W|；非线性：最小的 ξ ≥ |w_B/w_j − a_Bj|, |w_j/w_W − a_jW|"
    ),
    "w = points / Σ points of each expert, then the weighted mean over the experts": (
        "每位专家 w = 分值 / Σ 分值，再对各专家取加权平均"
    ),
    "w = points / budget of each expert, then the weighted mean over the experts": (
        "每位专家 w = 分值 / 总分，再对各专家取加权平均"
    ),
    "roc: (1/n)·Σ_{i≥r} 1/i; rs: 2(n + 1 − r)/(n(n + 1)); rr: (1/r)/Σ 1/i; precedence: row sums of the chart over "
    "their total": (
        "重心法 (1/n)·Σ_{i≥r} 1/i；名次和法 2(n + 1 − r)/(n(n + 1))；名次倒数法 (1/r)/Σ 1/i；"
        "优先图法：图中各行之和 / 总和"
    ),
    "w = points of the swing / Σ points of each expert, then the weighted mean over the experts": (
        "每位专家 w = 摆幅分值 / Σ 分值，再对各专家取加权平均"
    ),
    "w ∝ s_j · Σ_k (1 − r_jk), s the sample standard deviation, r the correlation over common units": (
        "w ∝ s_j · Σ_k (1 − r_jk)，s 为样本标准差，r 为共有单元上的相关系数"
    ),
    "w ∝ s, the sample standard deviation of normalised values": "w ∝ s，s 为标准化值的样本标准差",
    "w ∝ s / mean": "w ∝ s / 平均数",
    "w ∝ G = Σ_i Σ_k |x_i − x_k| / (2 m² · mean)": "w ∝ G = Σ_i Σ_k |x_i − x_k| / (2 m² · 平均数)",
    "F·q = 0, from the losses p_ij = 1 − a_ij/a_jj at the best unit of each leaf": (
        "F·q = 0，由各指标最优单元处的损失 p_ij = 1 − a_ij/a_jj 求得"
    ),
    "w ∝ entropy weight × CILOS weight": "w ∝ 熵权 × CILOS 权重",
    "coefficients loading/√λ of components with λ > 1, weighted by the variance they explain, over their sum": (
        "λ > 1 的主成分的系数 载荷/√λ，按所解释的方差加权，再除以总和"
    ),
    "w ∝ 1/R, R the multiple correlation with all others": "w ∝ 1/R，R 为与其余各项的复相关系数",
    "linear α·s + (1 − α)·o; product s·o/Σ; geometric √(s·o)/Σ; game, deviation: (a·s + b·o)/(a + b); on global leaf "
    "weights": (
        "线性 α·s + (1 − α)·o；乘积 s·o/Σ；几何 √(s·o)/Σ；博弈、离差 (a·s + b·o)/(a + b)；用于指标的全局权重"
    ),
    "local weights of each set of siblings by the method of its level, or of its parent": (
        "每组同级项的局部权重，按其层级或上级所定的方法求得"
    ),
    # Missing values
    "weights re-scaled over the children present": "权重在有值的下级之间重新归一",
    "stops the run and names unit and leaf": "停止运行，并指明单元与指标",
    "a missing child counts as 0": "缺失的下级按 0 计",
    # Aggregation
    f"v = Σ w·x / Σ w, {_PRESENT}": "v = Σ w·x / Σ w，取有值的下级",
    f"v = exp(Σ w·ln x / Σ w), {_PRESENT}": "v = exp(Σ w·ln x / Σ w)，取有值的下级",
    f"v = Σ w / Σ (w/x), {_PRESENT}": "v = Σ w / Σ (w/x)，取有值的下级",
    f"v = (Σ w·x^p / Σ w)^(1/p), {_PRESENT}; p = 0: geometric": (
        "v = (Σ w·x^p / Σ w)^(1/p)，取有值的下级；p = 0 时为几何平均"
    ),
    f"v = Σ w·x {_PRESENT}, w as given (1 where none is given)": (
        "v = Σ w·x，取有值的下级；w 为给定权重（未给定者为 1）"
    ),
    f"v = Σ points, {_PRESENT}, × full points of all / full points of those present": (
        "v = Σ 分值（有值的下级）× 全部满分 / 有值者的满分"
    ),
    f"v = min x, {_PRESENT} of weight above 0": "v = min x，取有值且权重大于 0 的下级",
    f"v = max x, {_PRESENT} of weight above 0": "v = max x，取有值且权重大于 0 的下级",
    "v = Σ ω·x(i), x(1) the largest; with weights: W(s_i) − W(s_(i−1)) of the shares s of weight present": (
        "v = Σ ω·x(i)，x(1) 为最大；有权重时 ω 为 W(s_i) − W(s_(i−1))，s 为有值者的累计权重份额"
    ),
    "v = M ∓ S²/M, M mean and S² variance of a unit's children on the range 'to'": (
        "v = M ∓ S²/M，M 与 S² 为该单元各下级在所定区间上的平均数与方差"
    ),
    "b = w ∘ R by grade; score Σ b·grade / Σ b, or the grade of largest membership": (
        "各等级 b = w ∘ R；得分为 Σ b·等级分 / Σ b，或取隶属度最大的等级"
    ),
    "RSR = Σ w·R/n / Σ w; fitted = a + b·probit of its distribution": (
        "RSR = Σ w·R/n / Σ w；拟合值 = a + b·其分布的概率单位"
    ),
    "v = Σ w·ξ / Σ w, ξ = ρ·Δmax / (Δ + ρ·Δmax), Δ = best − x": (
        "v = Σ w·ξ / Σ w，ξ = ρ·Δmax / (Δ + ρ·Δmax)，Δ = 最好 − x"
    ),
    "v = (wins − losses + N − 1) / 2(N − 1), over pairs of units and the children both have": (
        "v = (胜 − 负 + N − 1) / 2(N − 1)，单元两两比较双方都有值的下级"
    ),
    # Rounding and grades
    "halves away from zero, decided on the shortest decimal form": "五入时远离零，按最短十进制形式判断",
    "halves to the even digit, decided on the shortest decimal form": "五入时取偶数，按最短十进制形式判断",
    "the first grade whose min is at most the score": "下限不高于得分的最高等级",
    "the first j grades begin at the score of place ⌈n·(s₁ + … + s_j)⌉ from the top": (
        "前 j 个等级的下限为自高而低第 ⌈n·(s₁ + … + s_j)⌉ 位的得分"
    ),
    "classes with the least Σ (x − class mean)², found over all divisions": (
        "使 Σ (x − 组平均数)² 最小的分组，比较全部分法求得"
    ),
    "bounds at mean + step·sd": "分界在 平均数 + 步长·标准差",
    "bounds at low + (high − low)·j/g, between the lowest and the highest score": (
        "分界在 最低 + (最高 − 最低)·j/g，最低、最高为得分的两端"
    ),
}  # fmt: skip


def formula(text: str, language: str) -> str:
    """A formula of the registry in a language; one without words, or of a plug-in, is as it stands."""
    return CHINESE.get(text, text) if language == "zh" else text
