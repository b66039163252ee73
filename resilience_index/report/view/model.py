"""The view model: every figure and text a report shows, made once, in both languages.

Renderers place what stands here and compute nothing, so that a figure cannot differ between formats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from resilience_index.report.view.calculation import Calculation

if TYPE_CHECKING:
    from resilience_index.report.view.diagnosis import DiagnosisView
    from resilience_index.report.view.map_shapes import MapView
    from resilience_index.report.view.units import LeafLines

Both = Mapping[str, str]


@dataclass(frozen=True)
class GradeView:
    """A grade with its inclusive lower bound; ``index`` 0 is the best."""

    id: str
    title: Both
    minimum: str
    index: int


@dataclass(frozen=True)
class BoundsView:
    """The lower bounds of the grades in one group (``label`` empty: the whole run), the best first, as texts."""

    label: str
    units: int
    bounds: Sequence[str]


@dataclass(frozen=True)
class GradingView:
    """How the bounds of the grades were found; ``among`` says whom a relative grade compares with."""

    method: str
    title: Both
    relative: bool
    within: str | None
    among: Both
    groups: Sequence[BoundsView]


@dataclass(frozen=True)
class StateView:
    """What stands in the place of a grade."""

    id: str
    title: Both


@dataclass(frozen=True)
class ItemView:
    """A node or leaf of the tree. ``level`` 0 is the root; weights are shares; ``scale`` is
    the top of its shown scale; texts are ready to show. ``unit`` is a leaf's as a table names it, ``unit_behind`` as
    it follows the figure 1 and any other one.
    """

    id: str
    title: Both
    kind: str
    level: int
    parent: str | None
    source: Both
    local_weight: float | None
    global_weight: float | None
    local_text: str
    global_text: str
    components: Mapping[str, str]
    aggregate: str
    normalize: str
    unit: Both
    unit_behind: tuple[Both, Both]
    direction: Both
    goalposts: str
    scale: float
    basis: Both
    measure: Both
    settings: Sequence[Both]


@dataclass(frozen=True)
class UnitView:
    """A community in a period. Numbers are on the shown scale, None without a value; texts are ready to show."""

    community_id: str
    name: str
    period: str
    groups: Mapping[str, str]
    score: float | None
    score_text: str
    rank: float | None
    rank_text: str
    grade: GradeView | None
    grade_before: GradeView | None
    capped_by: Sequence[Both]
    coverage: float | None
    coverage_text: str
    nodes: Mapping[str, float | None]
    node_texts: Mapping[str, str]
    note: Both | None
    state: StateView | None = None
    gates_failed: Sequence[Both] = ()
    prepared: Both | None = None


@dataclass(frozen=True)
class PeriodView:
    """The units of one period, ranked, and what is counted over all of them.

    ``total`` counts the units of the period; ``units`` may be the first of them only. ``bounds`` are the grades'
    lower bounds where all units of the period share them; ``gated`` counts the units that a gate takes the grade from.
    """

    label: str
    units: Sequence[UnitView]
    total: int
    scored: int
    grade_counts: Mapping[str, int]
    mean: float | None
    mean_text: str
    node_means: Mapping[str, float | None]
    node_mean_texts: Mapping[str, str]
    bounds: Mapping[str, str] = field(default_factory=dict)
    gated: int = 0


@dataclass(frozen=True)
class MatrixView:
    """A comparison matrix's consistency; ``expert`` None is the group; ``note`` says what gaps were filled."""

    parent: str
    parent_title: Both
    expert: str | None
    size: int
    lambda_max: str
    ci: str
    ri: str
    ri_table: str
    cr: str
    consistent: bool
    priorities: Sequence[tuple[Both, str]]
    left_out: bool = False
    note: Both | None = None


@dataclass(frozen=True)
class OpinionView:
    """What experts say of one node's children beside matrices: their agreement, or an answer in another form.

    ``expert`` None is all of them together; ``remarks`` are agreement, who was left out, consistency.
    """

    parent: str
    parent_title: Both
    expert: str | None
    method: str
    shares: Sequence[tuple[Both, str]]
    remarks: Sequence[Both]


@dataclass(frozen=True)
class MethodView:
    """One step of the calculation: which method, with its formula and source."""

    step: Both
    method: str
    title: Both
    formula: str
    about: Both
    source: str
    relative: bool
    used_by: Both


@dataclass(frozen=True)
class FindingView:
    """A finding with its place; texts in both languages."""

    code: str
    severity: str
    place: str
    message: Both
    help: Both


@dataclass(frozen=True)
class SettingView:
    """A setting of the run and where it came from."""

    name: str
    value: str
    origin: Both


@dataclass(frozen=True)
class CellView:
    """A value that was filled in or changed: whose, of which indicator, what was done and by which method.

    ``actions`` are ``filled`` and ``treated``; ``before`` is the value as it was reported (and divided), texts
    are ready to show.
    """

    community_id: str
    name: str
    period: str
    indicator: str
    title: Both
    actions: Sequence[str]
    before: str
    after: str
    method: str


@dataclass(frozen=True)
class View:
    """A whole run as a report shows it.

    ``title`` is the assessment's, else the framework's. ``dimensions`` are the ids of the root's inner
    children, in order; ``items`` the tree in pre-order. ``relative`` is set when scores compare only inside
    this run; ``calculation`` is what lies between raw values and scores, where the run is not too large for it, as is
    ``diagnosis``, of the newest period.
    ``leaves`` are the leaf lines of the newest period, ``map`` the areas of communities where a file of them is given.
    ``cells`` are the values that were filled in or treated, or the first of ``cells_total``.
    """

    framework_id: str
    framework_version: str
    framework_title: Both
    title: Both
    description: Both | None
    data_source: str
    synthetic: bool
    scale: float
    scale_text: str
    periods: Sequence[PeriodView]
    has_periods: bool
    group_names: Sequence[str]
    ranked_by: str | None
    grades: Sequence[GradeView]
    dimensions: Sequence[str]
    items: Sequence[ItemView]
    component_names: Sequence[str]
    matrices: Sequence[MatrixView]
    methods: Sequence[MethodView]
    settings: Sequence[SettingView]
    findings: Sequence[FindingView]
    notes: Sequence[Both]
    sources: Sequence[str]
    relative: bool
    relative_methods: Sequence[str]
    program_version: str
    inputs: Sequence[tuple[str, str]]
    opinions: Sequence[OpinionView] = ()
    calculation: Calculation | None = None
    diagnosis: DiagnosisView | None = None
    leaves: LeafLines | None = None
    map: MapView | None = None
    cells: Sequence[CellView] = ()
    cells_total: int = 0
    grading: GradingView | None = None
    scheme: str | None = None

    def item(self, item_id: str) -> ItemView:
        """A node or leaf by id."""
        return next(item for item in self.items if item.id == item_id)

    def to_dict(self) -> dict[str, Any]:
        """Plain data of the whole view."""
        from dataclasses import asdict

        return asdict(self)
