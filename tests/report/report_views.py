"""A made-up view: 60 communities, three periods, a capped and an unscored one, names that attack the reports."""

import dataclasses
import random

from resilience_index.report.view.model import (
    FindingView,
    GradeView,
    ItemView,
    MatrixView,
    MethodView,
    PeriodView,
    SettingView,
    UnitView,
    View,
)
from resilience_index.report.words import references, units

HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example","点我")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}[[score]]{% raw %}",
    "名\x00\x07\x1b[31m\ufffe\ud800称",
    "\u202e倒序社区\u2066",
    "007",
    "_x0041_ &amp; 'x' </td></table>",
    "https://evil.example/a b",
)
_TREE = (
    ("technical", "技术韧性", "Technical resilience", 2, (
        ("iot_coverage_rate", "重点风险点物联感知覆盖率", "IoT coverage of listed risk points", "%", "0 → 100"),
        ("warning_reach_rate", "预警信息到户率", "Households reached by warnings", "%", "50 → 100"),
        ("rescue_arrival_min", "应急救援到达时间", "Rescue arrival time", "min", "30 → 3"),
        ("drills_per_year", "演练次数", "Drills", "次/年", "0 → 2"))),
    ("organizational", "组织韧性", "Organizational resilience", 2, (
        ("branch_grid_rate", "网格党支部覆盖率", "Grids with a Party branch", "%", "0 → 100"),
        ("response_min", "诉求/哨声响应时长", "Response time", "min", "240 → 30"),
        ("household_visit_rate", "年入户走访率", "Households visited in the year", "%", "0 → 100"))),
    ("environmental", "环境韧性（社会资本）", "Environmental resilience (social capital)", 1, (
        ("online_service_rate", "事项网办率", "Services available online", "%", "30 → 100"),
        ("belonging_score", "归属感", "Sense of belonging", "1–5", "1 → 5"),
        ("participation_rate", "居民议事参与率", "Residents taking part", "%", "0 → 30"))),
    ("digital_risk", "数字化风险", "Digital risks", 1, (
        ("platform_count", "在用平台数（平台堆砌）", "Platforms in use (pile-up)", "个", "12 → 3"),
        ("privacy_incidents", "信息泄露事件", "Privacy incidents", "次/年", "3 → 0"),
        ("elder_gap_pp", "老年数字鸿沟", "Elderly digital divide", "百分点", "60 → 0"))),
)  # fmt: skip
_NAMES = ("东盛", "枫桥", "暨阳", "浣东", "陶朱", "大唐", "店口", "次坞", "应店街", "牌头", "安华", "璜山")
_DISTRICTS = ("越城区", "柯桥区", "上虞区", "诸暨市")


def _t(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


GRADES = tuple(
    GradeView(id_, _t(zh, en), minimum, index)
    for index, (id_, zh, en, minimum) in enumerate(
        [("A", "优", "Excellent", "85"), ("B", "良", "Good", "70"), ("C", "中", "Fair", "55"), ("D", "差", "Weak", "0")]
    )
)
_REASON = _t(
    "年内发生过居民个人信息泄露，等级最高为 C。",
    "Residents' personal data leaked during the year; the grade cannot exceed C.",
)


def _item(id_: str, zh: str, en: str, kind: str, level: int, parent: str | None, **more: object) -> ItemView:
    local, total = more.pop("local", 1.0), more.pop("total", 1.0)
    base: dict[str, object] = {
        "source": references.sections("001 三(一)"), "local_weight": local, "global_weight": total,
        "local_text": "—" if local is None else f"{local:.2%}", "global_text": "—" if total is None else f"{total:.2%}",
        "components": {} if local is None else {"ahp": f"{local:.2%}", "entropy": f"{local * 0.9:.2%}"},
        "aggregate": "arithmetic" if kind == "node" else "", "normalize": "" if kind == "node" else "goalposts",
        "unit": _t("", ""), "unit_behind": units.behind(None), "direction": _t("", ""), "goalposts": "",
        "basis": _t("", ""), "measure": _t("", ""),
        "settings": (),
    }  # fmt: skip
    return ItemView(id=id_, title=_t(zh, en), kind=kind, level=level, parent=parent, **({"scale": 100.0} | base | more))


def make_items() -> tuple[ItemView, ...]:
    items = [_item("index", "社区韧性指数", "Community resilience index", "node", 0, None)]
    for id_, zh, en, weight, leaves in _TREE:
        share = weight / 6
        settings = (_t("缺失：至少两项", "missing: at least two children"),) if id_ == "technical" else ()
        items.append(_item(id_, zh, en, "node", 1, "index", local=share, total=share, settings=settings))
        for position, (leaf, leaf_zh, leaf_en, unit, goalposts) in enumerate(leaves):
            cost = leaf in {"rescue_arrival_min", "response_min", "platform_count", "privacy_incidents", "elder_gap_pp"}
            basis = (
                _t("目标值：本框架假设", "goalposts: assumption")
                if position % 2
                else _t("文献 [001] 三（一）", "paper [001] 三（一）")
            )
            items.append(_item(
                leaf, leaf_zh, leaf_en, "leaf", 2, id_, local=1 / len(leaves), total=share / len(leaves),
                unit=units.name(unit), unit_behind=units.behind(unit),
                goalposts=goalposts, basis=basis,
                direction=_t("越低越好", "less is better") if cost else _t("越高越好", "more is better"),
                measure=_t("已接入监测的点位数 ÷ 风险台账登记点位数", "monitored points ÷ points in the risk ledger"),
            ))  # fmt: skip
    items.append(
        _item(
            "population",
            "常住人口",
            "Residents",
            "context",
            2,
            "digital_risk",
            local=None,
            total=None,
            unit=units.name("人"),
            unit_behind=units.behind("人"),
        )
    )
    return tuple(items)


def _grade(score: float) -> GradeView:
    return next(grade for grade in GRADES if score >= float(grade.minimum))


def _texts(nodes: dict[str, float | None]) -> dict[str, str]:
    return {name: "—" if value is None else f"{value:.2f}" for name, value in nodes.items()}


def _unit(number: int, period: str, seed: random.Random, hostile: bool) -> UnitView:
    nodes = {row[0]: round(seed.uniform(86 if number == 20 else 35, 98), 6) for row in _TREE}
    score = sum(nodes[row[0]] * row[3] for row in _TREE) / 6
    name = f"{_NAMES[number % len(_NAMES)]}{'第' if number > 11 else ''}{'一二三四五'[number // 12]}社区"
    if hostile and number < len(HOSTILE):
        name = HOSTILE[number]
    before = _grade(score)
    capped = number == 20
    grade = GRADES[2] if capped else before
    coverage = seed.choice([1.0, 1.0, 12 / 13])
    unit = UnitView(
        community_id=f"{330681000 + number:012d}", name=name, period=period,
        groups={"区县": _DISTRICTS[number % 4], "街道": f"{_NAMES[(number * 7) % 12]}街道"},
        score=score, score_text=f"{score:.2f}", rank=1.0, rank_text="1", grade=grade, grade_before=before,
        capped_by=(_REASON,) if capped else (), coverage=coverage, coverage_text=f"{coverage:.0%}",
        nodes={"index": score} | nodes, node_texts={"index": f"{score:.2f}"} | _texts(nodes), note=None,
    )  # fmt: skip
    if number != 31:
        return unit
    part = {"technical": nodes["technical"], "organizational": None, "environmental": None, "digital_risk": None}
    return dataclasses.replace(
        unit, score=None, score_text="—", rank=None, rank_text="—", grade=None, coverage=4 / 13, coverage_text="31%",
        nodes={"index": None} | part,
        node_texts={"index": "—"} | _texts(part),
        note=_t("覆盖率不足：“组织韧性”等 3 个维度缺失过多。", "Too little data: 3 dimensions miss too much."),
    )  # fmt: skip


def _period(label: str, seed: random.Random, units: int, hostile: bool) -> PeriodView:
    made = [_unit(number, label, seed, hostile) for number in range(units)]
    scored = sorted((unit for unit in made if unit.score is not None), key=lambda unit: -unit.score)
    ranked = [dataclasses.replace(unit, rank=float(n), rank_text=str(n)) for n, unit in enumerate(scored, 1)]
    counts = {grade.id: sum(unit.grade is grade for unit in ranked) for grade in GRADES}
    means = {
        node: sum(unit.nodes[node] for unit in ranked) / len(ranked) for node in ["index", *(row[0] for row in _TREE)]
    }
    return PeriodView(
        label=label, units=(*ranked, *(unit for unit in made if unit.score is None)), total=len(made),
        scored=len(ranked), grade_counts=counts, mean=means["index"], mean_text=f"{means['index']:.2f}",
        node_means=means, node_mean_texts=_texts(means),
    )  # fmt: skip


def _method(zh: str, en: str, method: str, formula: str, relative: bool = False) -> MethodView:
    return MethodView(
        step=_t(zh, en), method=method, title=_t("固定目标值法", "Goalposts"), formula=formula,
        about=_t("最差值得 0,最好值得 1；各年可比。", "0 at the worst value, 1 at the best; comparable between years."),
        source="UNDP (2024), Human Development Report, Technical note 1", relative=relative,
        used_by=_t("全部 13 个指标", "all 13 indicators"),
    )  # fmt: skip


def _matrix(expert: str | None, cr: str, consistent: bool) -> MatrixView:
    return MatrixView(
        parent="index", parent_title=_t("社区韧性指数", "Community resilience index"), expert=expert, size=4,
        lambda_max="4.0206", ci="0.0069", ri="0.8816", ri_table="alonso_lamata_2006", cr=cr, consistent=consistent,
        priorities=tuple((_t(row[1], row[2]), f"{row[3] / 6:.2%}") for row in _TREE),
    )  # fmt: skip


def make_view(units: int = 60, labels: tuple[str, ...] = ("2022", "2023", "2024"), hostile: bool = False) -> View:
    """A plausible view; the same arguments give the same view."""
    seed = random.Random(20240601)
    text = HOSTILE[0] if hostile else "E02"
    return View(
        framework_id="toe", framework_version="1.0.0",
        framework_title=_t("技术—组织—环境框架", "Technology, organization, environment"),
        title=_t("技术—组织—环境（TOE）社区韧性框架",
                 "Technology–organization–environment (TOE) framework of community resilience"),
        description=_t("从技术、组织、环境三个维度衡量数字技术如何增强城市社区的韧性，并单列数字化风险。",
                       "Measures how digital technology strengthens the resilience of urban communities along "
                       "three dimensions, with digital risks as a block of their own."),
        data_source="sample_data/communities.csv", synthetic=True, scale=100.0, scale_text="0–100",
        periods=tuple(_period(label, seed, units, hostile) for label in reversed(labels)), has_periods=labels != ("",),
        group_names=("区县", "街道"), ranked_by=None, grades=GRADES, dimensions=tuple(row[0] for row in _TREE),
        items=make_items(), component_names=("ahp", "entropy"),
        matrices=(_matrix(None, "0.0078", True), _matrix("E01", "0.0312", True), _matrix(text, "0.1634", False)),
        methods=(
            _method("标准化", "Normalisation", "goalposts", "x' = (x − worst) / (best − worst), 1 inside [a, b]"),
            _method("赋权", "Weights", "entropy", "e = −Σ p ln p / ln m; w = (1 − e)/Σ(1 − e)", relative=True),
            _method("聚合", "Aggregation", "arithmetic", "v = Σ w·x / Σ w, over the children present"),
        ),
        settings=(
            SettingView("framework", "toe 1.0.0", _t("命令行", "command line")),
            SettingView("weights", "combine(rule=linear, alpha=0.5, subjective=ahp, objective=entropy)",
                        _t("评估文件", "assessment file")),
            SettingView("missing", "available, min_coverage 2/3", _t("框架默认", "framework default")),
        ),
        findings=(
            FindingView("RI407", "warning", "communities.csv",
                        _t("180 个单元中有 3 个未得分。", "3 of 180 units have no score."),
                        _t("其数据覆盖不足。", "their data cover too little of the tree")),
            FindingView("RI408", "info", 'communities.csv:row 21, column "信息泄露事件"',
                        _t("红线：等级降为 C。", "red line: the grade is capped at C."),
                        _t("核实后更正。", "correct the value if it is wrong")),
        ),
        notes=(_t("权重与等级界限为本框架的假设。", "Weights and grade bounds are assumptions of this framework."),),
        sources=("Zhao Guoqiang. Research on the Path of Community Resilience Governance. 2024(6).",),
        relative=True, relative_methods=("entropy",), program_version="0.1.0",
        inputs=(("sample_data/communities.csv", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
                ("indicators/toe.yaml", "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752")),
    )  # fmt: skip
