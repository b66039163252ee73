"""The registry's ways to find the bounds of grades."""

from __future__ import annotations

from resilience_index.methods.registry_forms import Method, Param, both

_SLOCUM = "Slocum, McMaster, Kessler & Howard (2009), Thematic Cartography and Geovisualization, ch. 4"
_WITHIN = Param(
    "within",
    "column",
    both("在各期或各组内分别求分界，而非全部得分合并", "bounds inside each period or group, not over all scores"),
    None,
)

GRADING = (
    Method(
        "grading",
        "fixed",
        both("固定分界", "Fixed bounds"),
        "the first grade whose min is at most the score",
        both("分界即各等级的 min；各年可比", "the bounds are the grades' min; comparable between years"),
        "resilience-index, docs/methods_grade.md",
    ),
    Method(
        "grading",
        "quantile",
        both("分位数法", "Quantiles"),
        "the first j grades begin at the score of place ⌈n·(s₁ + … + s_j)⌉ from the top",
        both("各等级的单元数按份额分配，得分相同者不拆分", "grades by shares of the units; ties are never split"),
        "Hyndman & Fan (1996), Sample quantiles in statistical packages, definition 1",
        True,
        (
            Param(
                "shares",
                "list",
                both(
                    "各等级的份额，从好到差，合计为 1；缺省相等",
                    "the share of each grade, best first, sum 1; equal by default",
                ),
                None,
                minimum=0.0,
                maximum=1.0,
            ),
            _WITHIN,
        ),
    ),
    Method(
        "grading",
        "natural_breaks",
        both("自然断点法", "Natural breaks (Fisher–Jenks)"),
        "classes with the least Σ (x − class mean)², found over all divisions",
        both("组内差异最小，得分相同者不拆分", "the least spread inside the grades; ties are never split"),
        "Fisher (1958), JASA 53:789–798; Jenks & Caspall (1971), Annals of the AAG 61:217–244",
        True,
        (_WITHIN,),
    ),
    Method(
        "grading",
        "mean_sd",
        both("均值—标准差法", "Mean and standard deviation"),
        "bounds at mean + step·sd",
        both("以均值为中心、以标准差为步长", "steps of a standard deviation around the mean"),
        _SLOCUM,
        True,
        (
            Param(
                "steps",
                "list",
                both(
                    "除最低等级外各等级下限的步数，递减；g 个等级缺省为 g/2 − 1, …, 1 − g/2",
                    "the step of each bound but the lowest, falling; for g grades g/2 − 1, …, 1 − g/2 by default",
                ),
                None,
            ),
            Param(
                "sd",
                "choice",
                both("样本标准差（n − 1）或总体标准差（n）", "divisor n − 1 (sample) or n (population)"),
                "sample",
                ("sample", "population"),
            ),
            _WITHIN,
        ),
    ),
    Method(
        "grading",
        "equal_interval",
        both("等间距法", "Equal intervals"),
        "bounds at low + (high − low)·j/g, between the lowest and the highest score",
        both("把得分的极差等分", "the span of the scores in equal parts"),
        _SLOCUM,
        True,
        (_WITHIN,),
    ),
)
