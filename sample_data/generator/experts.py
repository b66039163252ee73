"""The seven experts: what they believe, and the pairwise judgments that follow from it."""

import json
from collections.abc import Iterator
from itertools import combinations, permutations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Judgments = dict[tuple[str, str], int]
"""Two children → 2..9 when the first is that much more important, -2..-9 the second, 1 as important."""

#: Parent → its children with the importance that an average expert sees in them.
PARENTS: dict[str, dict[str, float]] = {
    "toe/index": {"technical": 3.0, "organizational": 3.4, "environmental": 2.2, "digital_risk": 1.4},
    "toe/technical": {"risk_identification": 3.0, "crisis_resistance": 3.2, "recovery_adaptation": 1.6},
    "toe/organizational": {"party_digital": 2.0, "grid_response": 3.4, "rules_people": 1.6},
    "toe/environmental": {"digital_services": 1.6, "emotional_construction": 2.0, "participation": 2.6},
    "toe/digital_risk": {
        "platform_count": 1.0,
        "platform_idle_rate": 1.1,
        "checkin_hours": 1.8,
        "elder_gap_pp": 2.4,
        "privacy_incidents": 4.2,
        "face_id_no_alternative": 2.4,
        "offline_fallback": 3.0,
        "media_fake_plan": 1.5,
    },
    "toe/risk_identification": {
        "iot_coverage_rate": 1.8,
        "warning_reach_rate": 3.6,
        "warning_lead_min": 2.4,
        "hazard_closure_rate": 3.4,
        "hidden_space_check_rate": 2.0,
        "risk_map_updates": 1.0,
    },
    "sfic/index": {
        "starting_conditions": 1.5,
        "facilitative_leadership": 2.0,
        "institutional_design": 1.8,
        "organizational_guarantee": 2.4,
        "collaborative_process": 4.0,
    },
    "sfic/collaborative_process": {"subject": 2.8, "spatial": 1.5, "technical": 2.2, "psychological": 2.0},
    "sfic/starting_conditions": {
        "motivation_score": 3.0,
        "info_asymmetry_items": 2.2,
        "resource_gap_ratio": 1.6,
        "past_conflicts": 1.2,
    },
}
#: Those of further frameworks, drawn from a stream of their own: the judgments above stay as they are.
LATER_PARENTS: dict[str, dict[str, float]] = {
    "dual_empowerment/index": {"enabling": 2.4, "enfranchising": 2.2, "resilient_organization": 2.6},
    "dual_empowerment/enabling": {
        "issue_identification": 3.0,
        "evidence_based_decisions": 1.8,
        "execution": 2.8,
        "tracking_adjustment": 1.6,
    },
    "dual_empowerment/enfranchising": {"devolution": 2.4, "co_governance": 2.0},
    "dual_empowerment/resilient_organization": {
        "robustness": 3.0,
        "flexibility": 2.2,
        "stability": 1.6,
        "disturbance_resistance": 2.4,
        "adaptivity": 2.0,
    },
    "mechanisms/index": {
        "mobilization_participation": 2.8,
        "unit_compartment": 2.4,
        "pressure_backstop": 2.0,
        "digital_practice": 1.6,
    },
    "mechanisms/mobilization_participation": {
        "risk_cognition": 2.0,
        "governance_consensus": 1.8,
        "collective_action": 3.0,
        "efficacy": 1.4,
    },
    "mechanisms/unit_compartment": {"unit_forces": 2.4, "risk_blocking": 3.0, "named_responsibility": 2.0},
    "mechanisms/pressure_backstop": {
        "policy_resources": 2.4,
        "first_responsibility": 2.2,
        "initiative_creativity": 1.6,
    },
    "mechanisms/digital_practice": {
        "tools_for_the_grassroots": 2.6,
        "scenes_in_a_closed_loop": 1.8,
        "social_mechanisms_kept": 2.4,
    },
    "community_resilience/index": {
        "technical": 3.0,
        "organizational": 3.2,
        "collaborative": 2.6,
        "environmental": 2.2,
        "digital_risk": 1.4,
    },
    "community_resilience/technical": {
        "risk_identification": 3.0,
        "crisis_resistance": 3.2,
        "recovery_adaptation": 1.6,
    },
    "community_resilience/organizational": {"party_guarantee": 2.4, "grid_response": 3.2, "rules_people": 1.6},
    "community_resilience/collaborative": {
        "starting_conditions": 1.5,
        "facilitative_leadership": 1.8,
        "institutional_design": 2.0,
        "subject": 2.8,
    },
    "community_resilience/environmental": {"spatial": 1.6, "digital_services": 1.8, "psychological": 2.4},
}


class Expert(NamedTuple):
    """One expert: weight, role and note in Chinese and English, and what he or she stresses."""

    id: str
    weight: float
    role: tuple[str, str]
    note: tuple[str, str] | None
    stress: dict[str, float]


#: The note of E06, in Chinese and English.
INCONSISTENT = (
    (
        "判断有意做成不一致，用来演示一致性检验：toe/index 与 sfic/collaborative_process 都有循环"
        "（甲>乙>丙>甲），一致性比率超过 0.1。"
    ),
    (
        "Inconsistent on purpose, to show the consistency test at work: toe/index and "
        "sfic/collaborative_process hold circles (A > B > C > A) and have a consistency ratio above 0.1."
    ),
)
EXPERTS = (
    Expert(
        "E01",
        1,
        ("街道应急管理办公室", "Sub-district emergency office"),
        None,
        {"technical": 1.3, "crisis_resistance": 1.3, "warning_reach_rate": 1.2, "offline_fallback": 1.3},
    ),
    Expert(
        "E02",
        1.5,
        ("社区党委书记", "Community Party secretary"),
        ("任职十二年，权重由课题组商定。", "Twelve years in office; weight agreed by the study group."),
        {"organizational": 1.5, "party_digital": 1.6, "organizational_guarantee": 1.5, "checkin_hours": 1.8},
    ),
    Expert(
        "E03",
        1.5,
        ("高校公共管理研究者", "University researcher, public management"),
        None,
        {"environmental": 1.3, "institutional_design": 1.6, "subject": 1.3, "digital_risk": 1.4},
    ),
    Expert(
        "E04",
        1,
        ("区数据管理部门", "District data office"),
        None,
        {"technical": 1.6, "iot_coverage_rate": 1.7, "digital_services": 1.6, "platform_idle_rate": 1.8},
    ),
    Expert(
        "E05",
        1,
        ("消防救援站", "Fire and rescue station"),
        None,
        {"technical": 1.5, "crisis_resistance": 1.6, "hazard_closure_rate": 1.4, "starting_conditions": 0.7},
    ),
    Expert(
        "E06",
        0.5,
        ("物业服务企业", "Property management company"),
        INCONSISTENT,
        {"rules_people": 1.4, "facilitative_leadership": 1.4},
    ),
    Expert(
        "E07",
        1,
        ("社会组织与居民代表", "Social organizations and residents"),
        None,
        {"environmental": 1.8, "psychological": 1.8, "emotional_construction": 1.4, "elder_gap_pp": 1.5},
    ),
)

#: The circles of E06.
CIRCLES: dict[str, Judgments] = {
    "toe/index": {
        ("technical", "organizational"): 3,
        ("organizational", "environmental"): 3,
        ("technical", "environmental"): -3,
    },
    "sfic/collaborative_process": {
        ("subject", "spatial"): 4,
        ("spatial", "technical"): 2,
        ("subject", "technical"): -3,
    },
}
TITLE = ("云澜市样例：七位专家的两两比较", "Sample city: pairwise judgments of seven experts")
NOTE = (
    "合成数据：专家为虚构，判断由隐含权重加随机误差生成。E06 有意不一致。",
    (
        "Synthetic data: the experts are invented, the judgments are drawn from hidden weights with "
        "noise. E06 is inconsistent on purpose."
    ),
)
#: Random index by size of the matrix, Alonso & Lamata 2006.
RANDOM_INDEX = {3: 0.5245, 4: 0.8815, 5: 1.1086, 6: 1.2479, 7: 1.3417, 8: 1.4056}
#: Turns the importances above into ratios as bold as people give them.
SHARPNESS = 1.5
#: Standard deviation of the logarithm of each judgment around what the expert believes.
NOISE = 0.28
#: The consistent experts stay below this, clear of the usual 0.10.
CR_LIMIT = 0.088
_SCALE: list[int] = [-k for k in range(9, 1, -1)] + list(range(1, 10))


def ratio(step: int) -> float:
    """Return the ratio a judgment stands for: 3 → 3, -3 → 1/3."""
    return float(step) if step > 0 else -1 / step


def matrix(children: list[str], judgments: Judgments) -> NDArray[np.float64]:
    """Return the reciprocal matrix of a full set of judgments."""
    result = np.ones((len(children), len(children)))
    for (a, b), step in judgments.items():
        i, j = children.index(a), children.index(b)
        result[i, j], result[j, i] = ratio(step), 1 / ratio(step)
    return result


def consistency_ratio(table: NDArray[np.float64]) -> float:
    """Return CR = (λmax - n) / (n - 1) / RI, 0 where it is not defined."""
    n = len(table)
    if n < 3:
        return 0.0  # two children cannot contradict each other
    largest = float(np.linalg.eigvals(table).real.max())
    return (largest - n) / (n - 1) / RANDOM_INDEX[n]


def circles(table: NDArray[np.float64]) -> int:
    """Return the number of three-cycles: A over B, B over C and C over A."""
    triples = permutations(range(len(table)), 3)
    return sum(bool(table[a, b] > 1 and table[b, c] > 1 and table[c, a] > 1) for a, b, c in triples) // 3


def _draw(children: list[str], hidden: list[float], rng: np.random.RandomState) -> Judgments:
    """Draw the judgments of one parent from hidden weights with noise, on the scale 1/9 .. 9."""
    weights = np.log(hidden) + 0.16 * rng.standard_normal(len(hidden))
    where = dict(zip(children, weights.tolist(), strict=True))
    judgments: Judgments = {}
    for a, b in combinations(children, 2):
        seen = where[a] - where[b] + NOISE * rng.standard_normal()
        distances = [abs(float(np.log(ratio(step))) - seen) for step in _SCALE]
        judgments[a, b] = _SCALE[int(np.argmin(distances))]
    return judgments


def judge(expert: Expert, parent: str, importance: dict[str, float], rng: np.random.RandomState) -> Judgments:
    """Return the judgments of one expert on one parent, drawn again until they are consistent."""
    children = list(importance)
    stressed = [weight * expert.stress.get(child, 1.0) for child, weight in importance.items()]
    hidden = [weight**SHARPNESS for weight in stressed]
    for _ in range(1000):
        judgments = _draw(children, hidden, rng)
        table = matrix(children, judgments)
        if consistency_ratio(table) < CR_LIMIT and not circles(table):
            break
    else:
        message = f"no consistent judgments found for {expert.id}, {parent}"
        raise RuntimeError(message)
    if expert.id == "E06":
        judgments.update(CIRCLES.get(parent, {}))
    return judgments


def all_judgments(seed: int) -> dict[str, dict[str, Judgments]]:
    """Return expert id → parent → judgments."""
    found: dict[str, dict[str, Judgments]] = {expert.id: {} for expert in EXPERTS}
    for parents, start in ((PARENTS, seed), (LATER_PARENTS, seed + 1)):
        rng = np.random.RandomState(start)
        for expert in EXPERTS:
            for parent, importance in parents.items():
                found[expert.id][parent] = judge(expert, parent, importance, rng)
    return found


def _bilingual(texts: tuple[str, str]) -> str:
    """Return a text in two languages as a YAML flow mapping."""
    zh, en = (json.dumps(text, ensure_ascii=False) for text in texts)
    return f"{{zh: {zh}, en: {en}}}"


def _comparison_lines(judgments: Judgments, width: int = 110) -> Iterator[str]:
    """Yield the judgments as lines of a YAML flow mapping, none wider than ``width``."""
    line = "         "
    for (a, b), step in judgments.items():
        item = f" {a}/{b}: {step if step > 0 else f'1/{-step}'},"
        if len(line) + len(item) > width:
            yield line
            line = "         "
        line += item
    yield line


def yaml_lines(seed: int) -> Iterator[str]:
    """Yield the lines of judgments.yaml."""
    yield "# yaml-language-server: $schema=../docs/schemas/judgments.json"
    yield "# Made by make_sample.py; keys are FRAMEWORK/PARENT, values are on Saaty's scale 1/9 .. 9."
    yield "schema: resilience-index/judgments/1"
    yield "title: " + _bilingual(TITLE)
    yield "note: " + _bilingual(NOTE)
    yield "experts:"
    judgments = all_judgments(seed)
    for expert in EXPERTS:
        yield f"  - id: {expert.id}"
        yield f"    weight: {expert.weight:g}"
        yield "    role: " + _bilingual(expert.role)
        if expert.note:
            yield "    note: " + _bilingual(expert.note)
        yield "    comparisons:"
        for parent, given in judgments[expert.id].items():
            yield f"      {parent}: {{"
            yield from _comparison_lines(given)
            yield "      }"
