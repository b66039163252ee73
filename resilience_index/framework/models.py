"""The forms of the YAML files, as pydantic models; the JSON Schemas are made from them.

They say which keys a file may have and of what kind each is. What the keys mean together (weights of
siblings, goalposts against directions, names that must exist) is checked in ``checks``.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag

from resilience_index.framework.batch_models import BatchModel
from resilience_index.framework.call_types import (
    AggregateCall,
    DenominateCall,
    FillCall,
    GradingCall,
    MissingCall,
    NormalizeCall,
    Number,
    TreatCall,
    WeightsCall,
)
from resilience_index.framework.diagnosis_models import DiagnosisModel
from resilience_index.framework.model_base import Id, Model, Name, Text
from resilience_index.framework.texts_model import TextsModel
from resilience_index.methods import checking

ID_PATTERN = r"^[a-z][a-z0-9_]*\Z"
LARGEST_WEIGHT = 1e100
"""Weights are relative; sums of larger ones would be infinite."""
RESERVED = (
    "score", "rank", "grade", "coverage", "community_id", "community", "period", "rank_low", "rank_high",
)  # fmt: skip

DICTIONARY_SCHEMA = "resilience-index/dictionary/1"
FRAMEWORK_SCHEMA = "resilience-index/framework/1"
ASSESSMENT_SCHEMA = "resilience-index/assessment/1"
JUDGMENTS_SCHEMA = "resilience-index/judgments/1"
BATCH_SCHEMA = "resilience-index/batch/1"
TEXTS_SCHEMA = "resilience-index/texts/1"
JUDGMENT_FORMS = ("comparisons", "points", "ranks", "best_worst", "swing")

Operator = Literal[">=", ">", "<=", "<", "==", "!="]
Direction = Literal["benefit", "cost", "target", "context"]
Phase = Literal["prevent", "respond", "recover", "adapt"]


class Basis(Model):
    """Where an indicator (paper and section) and its goalposts come from."""

    seed: str | None = None
    goalposts: Literal["seed", "norm", "assumption"] | None = None
    note: Text | None = None


class IndicatorModel(Model):
    """An indicator: what is measured, how, in which unit and direction."""

    title: Text
    unit: str | None = None
    direction: Direction
    range: list[float] | None = Field(None, min_length=2, max_length=2)
    goalposts: list[float] | None = Field(None, min_length=2, max_length=4)
    measure: Text | None = None
    phase: Phase | None = None
    basis: Basis | None = None
    aliases: list[Name] = Field(default_factory=list)
    not_applicable: Text | None = None


class DictionaryModel(Model):
    """``indicators/dictionary.yaml``: each indicator once, whatever number of frameworks use it."""

    schema_: Literal["resilience-index/dictionary/1"] = Field(alias="schema")
    indicators: dict[str, IndicatorModel]


class Rounding(Model):
    """Decimals on the shown scale and what happens to halves."""

    digits: int = Field(ge=-12, le=15)
    mode: Literal["half_up", "half_even"] = "half_up"


class Show(Model):
    """How a node is shown while its parent takes the value before."""

    normalize: NormalizeCall | None = None
    round: Rounding | None = None


class Dilemma(Model):
    """A dilemma a paper names, with its section."""

    id: Id
    title: Text
    text: Text | None = None
    source: str | None = None


class Detail(Model):
    """The indicator that, when it is worst, chooses the detail of a dilemma."""

    indicator: Id
    title: Text


class Logic(Model):
    """A tag that is not scored, with its basis."""

    id: Id
    title: Text
    basis: str | None = None


class Chain(Model):
    """Link → strategy → mechanism → resilience → dilemma → path of a node, as data."""

    link: Text | None = None
    strategy: Text | None = None
    mechanism: Text | None = None
    resilience: Text | None = None
    dilemma: Dilemma | None = None
    details: list[Detail] = Field(default_factory=list)
    path: str | None = None
    logic: Logic | None = None
    source: str | None = None


class LeafSettings(Model):
    """What a leaf may say of itself in a tree; each key replaces the default whole."""

    weight: Number | None = None
    denominate: DenominateCall | None = None
    normalize: NormalizeCall | None = None
    fill: FillCall | None = None
    treat: TreatCall | None = None
    tokens: list[str | float] | None = None
    invert: bool = False
    against: bool = False
    round: Rounding | None = None
    scale: float | None = Field(None, gt=0)
    source: str | None = None


class LeafModel(LeafSettings):
    """A leaf of the dictionary, with settings of its own."""

    indicator: Id


class LocalLeafModel(LeafSettings):
    """A leaf defined in the tree itself."""

    id: Id
    title: Text
    unit: str | None = None
    direction: Direction
    range: list[float] | None = Field(None, min_length=2, max_length=2)
    goalposts: list[float] | None = Field(None, min_length=2, max_length=4)
    measure: Text | None = None
    phase: Phase | None = None
    basis: Basis | None = None
    aliases: list[Name] = Field(default_factory=list)
    not_applicable: Text | None = None


def _child_kind(value: Any) -> str:
    if isinstance(value, dict):
        for key, kind in (("children", "node"), ("indicator", "leaf"), ("direction", "local")):
            if key in value:
                return kind
        # None of the keys that tell: perhaps one of them is misspelt.
        near = [checking.suggestion(str(key), ("children", "indicator")) for key in value]
        return "node" if "children" in near else ("leaf" if "indicator" in near else "local")
    if isinstance(value, NodeModel):
        return "node"
    return "leaf" if isinstance(value, LeafModel) else "local"


def _short_leaf(value: Any) -> Any:
    return {"indicator": value} if isinstance(value, str) else value


Child = Annotated[
    Annotated["NodeModel", Tag("node")] | Annotated[LeafModel, Tag("leaf")] | Annotated[LocalLeafModel, Tag("local")],
    Discriminator(_child_kind),
    BeforeValidator(_short_leaf, json_schema_input_type="str | NodeModel | LeafModel | LocalLeafModel"),
]


class NodeModel(Model):
    """An inner node: its children, how they are joined, and how its value is shown and passed up."""

    id: Id
    title: Text
    description: Text | None = None
    weight: Number | None = None
    aggregate: AggregateCall | None = None
    normalize: NormalizeCall | None = None
    invert: bool = False
    against: bool = False
    round: Rounding | None = None
    show: Show | None = None
    scale: float | None = Field(None, gt=0)
    missing: MissingCall | None = None
    paths: list[str] = Field(default_factory=list)
    chain: Chain | None = None
    aliases: list[Name] = Field(default_factory=list)
    source: str | None = None
    children: list[Child] = Field(min_length=1)


class Source(Model):
    """A publication the framework rests on."""

    citation: str
    doi: str | None = None
    url: str | None = None


class Defaults(Model):
    """What holds for every leaf or node that does not say otherwise."""

    normalize: NormalizeCall | None = None
    aggregate: AggregateCall | None = None
    weights: WeightsCall | None = None
    fill: FillCall | None = None
    missing: MissingCall | None = None
    tokens: list[str | float] | None = None
    treat: TreatCall | None = None
    round: Rounding | None = None
    scale: float | None = Field(None, gt=0)


class Ranks(Model):
    """How ties share ranks."""

    ties: Literal["min", "average", "dense"] = "min"


class GradeModel(Model):
    """A grade: its inclusive lower bound on the shown scale, or none where ``grading`` finds the bounds."""

    id: str = Field(min_length=1)
    min: float | None = None
    title: Text
    basis: str | None = None


class RedLine(Model):
    """A condition on a raw value that caps the grade."""

    indicator: Id
    op: Operator
    value: float
    cap: str
    reason: Text
    basis: str | None = None


class State(Model):
    """What stands in the place of a grade for a community that fails a gate."""

    id: str = Field(min_length=1)
    title: Text


class Gate(Model):
    """A condition that must hold for a community to have a grade: of a raw value or of a node's shown value."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["indicator"]}, {"required": ["node"]}]})

    id: Id
    indicator: Id | None = None
    node: Id | None = None
    op: Operator
    value: float
    missing: Literal["fail", "pass"] = "fail"
    state: State | None = None
    title: Text | None = None
    reason: Text
    basis: str | None = None


class Flag(Model):
    """A condition on a shown value that makes a true/false column."""

    id: Id
    node: str
    op: Operator
    value: float
    title: Text | None = None


class Recommendation(Model):
    """A path the paper names: what to do, in our words, with its section."""

    title: Text
    text: Text | None = None
    source: str | None = None


class Risk(Model):
    """A risk the paper names and the leaves that show it."""

    id: Id
    title: Text
    indicators: list[str] = Field(min_length=1)
    source: str | None = None


class FrameworkModel(Model):
    """``indicators/<framework>.yaml``: a tree with everything a score depends on."""

    schema_: Literal["resilience-index/framework/1"] = Field(alias="schema")
    id: Id
    version: str
    title: Text
    description: Text | None = None
    dictionary: str | None = None
    sources: dict[str, Source] = Field(default_factory=dict)
    defaults: Defaults = Field(default_factory=Defaults)
    ranks: Ranks = Field(default_factory=Ranks)
    grading: GradingCall | None = None
    grades: list[GradeModel] = Field(default_factory=list)
    red_lines: list[RedLine] = Field(default_factory=list)
    gates: list[Gate] = Field(default_factory=list)
    flags: list[Flag] = Field(default_factory=list)
    recommendations: dict[str, Recommendation] = Field(default_factory=dict)
    risks: list[Risk] = Field(default_factory=list)
    diagnosis: DiagnosisModel | None = None
    notes: list[Text] = Field(default_factory=list)
    tree: NodeModel


class Columns(Model):
    """Which columns of the data hold the keys."""

    id: str | None = None
    name: str | None = None
    period: str | None = None
    groups: list[str] = Field(default_factory=list)


class ItemSettings(Model):
    """What a scheme says of one node or leaf; each key replaces its own setting whole."""

    weight: Number | None = None
    normalize: NormalizeCall | None = None
    aggregate: AggregateCall | None = None
    fill: FillCall | None = None
    missing: MissingCall | None = None
    treat: TreatCall | None = None
    round: Rounding | None = None


class SchemeModel(Defaults):
    """A named set of choices laid over the assessment's; ``items`` are settings of single nodes and leaves."""

    title: Text | None = None
    judgments: str | None = None
    grading: GradingCall | None = None
    grades: list[GradeModel] | None = None
    ranks: Ranks | None = None
    items: dict[str, ItemSettings] = Field(default_factory=dict)


class AssessmentModel(Model):
    """``assessment.yaml``: one file that says all a run depends on. Paths are relative to it."""

    schema_: Literal["resilience-index/assessment/1"] = Field(alias="schema")
    title: Text | None = None
    framework: str
    data: str | Annotated[list[str], Field(min_length=1)] | None = None
    encoding: str | None = None
    sheet: str | None = None
    columns: Columns = Field(default_factory=Columns)
    period: str | None = None
    by: str | None = None
    weights: WeightsCall | None = None
    judgments: str | None = None
    map: str | None = None
    templates: str | None = None
    baseline: str | None = None
    defaults: Defaults = Field(default_factory=Defaults)
    grading: GradingCall | None = None
    grades: list[GradeModel] | None = None
    schemes: dict[str, SchemeModel] = Field(default_factory=dict)
    accept_errors: bool = False
    allow_personal_data: bool = False
    synthetic: bool = False
    language: Literal["zh", "en", "both"] | None = None
    outputs: list[Literal["html", "xlsx", "docx", "pdf", "md", "csv", "json", "geojson"]] | None = None
    bundle: Literal["folder", "zip"] | None = None
    bundle_without_data: bool = False


class BestWorstModel(Model):
    """Best–worst judgments under one node: the best child against each, and each against the worst, from 1 to 9."""

    best: Name
    worst: Name
    best_to_others: dict[str, Number]
    others_to_worst: dict[str, Number]


class ExpertModel(Model):
    """An expert: weight, sub-group, and for each parent node judgments of its children in one form or several.

    ``comparisons``: ``a/b``: how many times a outweighs b; ``points``: any numbers from 0; ``ranks``: 1 for the
    most important; ``swing``: 100 for the most important step from worst to best; ``best_worst``.
    """

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": [form]} for form in JUDGMENT_FORMS]})

    id: str = Field(min_length=1)
    weight: Number = Fraction(1)
    name: Name | None = None
    unit: Name | None = None
    role: Text | None = None
    group: Name | None = None
    note: Text | None = None
    comparisons: dict[str, dict[str, Number]] = Field(default_factory=dict)
    points: dict[str, dict[str, Number]] = Field(default_factory=dict)
    ranks: dict[str, dict[str, Number]] = Field(default_factory=dict)
    best_worst: dict[str, BestWorstModel] = Field(default_factory=dict)
    swing: dict[str, dict[str, Number]] = Field(default_factory=dict)


class MadeForModel(Model):
    """The framework that judgments were made for: its id, its version and the checksum of its tree."""

    id: Id
    version: str | None = None
    sha256: str | None = Field(None, json_schema_extra={"pattern": "^[0-9a-f]{64}$"})


class JudgmentsModel(Model):
    """``judgments.yaml``: experts' judgments by node (``FRAMEWORK/NODE`` or ``NODE``), in the forms of an expert."""

    schema_: Literal["resilience-index/judgments/1"] = Field(alias="schema")
    title: Text | None = None
    note: Text | None = None
    framework: MadeForModel | None = None
    experts: list[ExpertModel] = Field(min_length=1)


MODELS: dict[str, type[Model]] = {
    "framework": FrameworkModel,
    "dictionary": DictionaryModel,
    "assessment": AssessmentModel,
    "judgments": JudgmentsModel,
    "batch": BatchModel,
    "texts": TextsModel,
}
SCHEMAS = {
    "framework": FRAMEWORK_SCHEMA,
    "dictionary": DICTIONARY_SCHEMA,
    "assessment": ASSESSMENT_SCHEMA,
    "judgments": JUDGMENTS_SCHEMA,
    "batch": BATCH_SCHEMA,
    "texts": TEXTS_SCHEMA,
}
