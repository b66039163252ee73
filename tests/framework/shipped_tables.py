"""What the papers of the dual empowerment and of the mechanisms name, written from the papers, and our goalposts."""

from __future__ import annotations

DUAL_PARTS = {
    "enabling": ("issue_identification", "evidence_based_decisions", "execution", "tracking_adjustment"),
    "enfranchising": ("devolution", "co_governance"),
    "resilient_organization": ("robustness", "flexibility", "stability", "disturbance_resistance", "adaptivity"),
}
DUAL = {
    "issue_identification": ("issue_detect_min", "auto_warning_share", "info_loss_rate"),
    "evidence_based_decisions": ("data_backed_rate",),
    "execution": ("dispatch_sec", "cross_dept_days", "resource_redundancy"),
    "tracking_adjustment": ("tracked_rate", "adjust_cycle_days"),
    "devolution": ("response_min", "delegated_items", "authority_match"),
    "co_governance": ("council_share", "points_participation", "agenda_adoption_rate"),
    "robustness": ("service_continuity",),
    "flexibility": ("reassign_hours",),
    "stability": ("staff_turnover",),
    "disturbance_resistance": ("peak_completion_rate",),
    "adaptivity": ("lessons_applied_rate",),
}
DUAL_PATHS = {
    "enabling": ("policy_full_lifecycle_digital",),
    "enfranchising": ("policy_power_allocation",),
    "resilient_organization": ("policy_resilient_organisation",),
}

MECHANISMS_PARTS = {
    "mobilization_participation": ("risk_cognition", "governance_consensus", "collective_action", "efficacy"),
    "unit_compartment": ("unit_forces", "risk_blocking", "named_responsibility"),
    "pressure_backstop": ("policy_resources", "first_responsibility", "initiative_creativity"),
    "digital_practice": ("tools_for_the_grassroots", "scenes_in_a_closed_loop", "social_mechanisms_kept"),
}
MECHANISMS = {
    "risk_cognition": ("risk_knowledge_score",),
    "governance_consensus": ("consensus_rate",),
    "collective_action": ("volunteer_rate", "mobilise_min"),
    "efficacy": ("efficacy_score",),
    "unit_forces": ("grid_team_rate",),
    "risk_blocking": ("block_hours",),
    "named_responsibility": ("owner_named_rate",),
    "policy_resources": ("resource_arrival_days",),
    "first_responsibility": ("duty_list_rate",),
    "initiative_creativity": ("local_innovations",),
    "tools_for_the_grassroots": ("checkin_hours", "local_use_share", "data_returned_rate"),
    "scenes_in_a_closed_loop": ("scene_count", "scene_use_rate", "loop_stage_rate"),
    "social_mechanisms_kept": ("patrol_volunteers", "human_tech_balance", "mutual_aid_rate"),
}
#: Problem of practice → path that answers it.
PROBLEMS = {
    "tools_for_the_grassroots": ("数字治理矮化为内部监督工具", "mechanisms_path_technology"),
    "scenes_in_a_closed_loop": ("场景设计中的选择性治理", "mechanisms_path_process"),
    "social_mechanisms_kept": ("社会韧性机制被遮蔽和忽略", "mechanisms_path_system"),
}
MECHANISM_PATHS = {
    "mobilization_participation": ("mechanisms_path_system",),
    "unit_compartment": ("mechanisms_path_technology",),
    "pressure_backstop": ("mechanisms_path_process",),
}

#: Where the joint tree puts the leaves that TOE and SFIC share.
SHARED = {
    "iot_coverage_rate": "risk_identification",
    "branch_grid_rate": "party_guarantee",
    "participation_rate": "subject",
    "online_service_rate": "digital_services",
    "reply_rate": "digital_services",
    "belonging_score": "psychological",
    "neighbour_events": "psychological",
    "privacy_incidents": "digital_risk",
}

# Direction, unit, goalposts. Those of the papers' notes as given there, the rest ours.
LATER_INDICATORS: dict[str, tuple[str, str, tuple[float, ...]]] = {
    "issue_detect_min": ("cost", "min", (1440, 10)),
    "auto_warning_share": ("benefit", "%", (0, 80)),
    "info_loss_rate": ("cost", "%", (20, 0)),
    "data_backed_rate": ("benefit", "%", (0, 100)),
    "dispatch_sec": ("cost", "s", (3600, 1)),
    "cross_dept_days": ("cost", "天", (15, 1)),
    "resource_redundancy": ("benefit", "倍", (0.5, 2)),
    "tracked_rate": ("benefit", "%", (0, 100)),
    "adjust_cycle_days": ("cost", "天", (90, 7)),
    "authority_match": ("benefit", "分", (0, 5)),
    "council_share": ("benefit", "%", (0, 100)),
    "points_participation": ("benefit", "%", (0, 50)),
    "service_continuity": ("benefit", "%", (60, 100)),
    "reassign_hours": ("cost", "h", (24, 1)),
    "staff_turnover": ("cost", "%", (30, 5)),
    "peak_completion_rate": ("benefit", "%", (60, 100)),
    "lessons_applied_rate": ("benefit", "%", (0, 100)),
    "risk_knowledge_score": ("benefit", "分", (0, 100)),
    "consensus_rate": ("benefit", "%", (0, 100)),
    "volunteer_rate": ("benefit", "%", (0, 15)),
    "mobilise_min": ("cost", "min", (120, 20)),
    "efficacy_score": ("benefit", "1–5", (1, 5)),
    "block_hours": ("cost", "h", (24, 2)),
    "owner_named_rate": ("benefit", "%", (0, 100)),
    "resource_arrival_days": ("cost", "天", (30, 3)),
    "duty_list_rate": ("benefit", "%", (0, 100)),
    "local_innovations": ("benefit", "项/年", (0, 3)),
    "local_use_share": ("benefit", "%", (0, 80)),
    "data_returned_rate": ("benefit", "%", (0, 100)),
    "scene_count": ("context", "个", ()),
    "scene_use_rate": ("benefit", "%", (0, 100)),
    "loop_stage_rate": ("benefit", "%", (0, 100)),
    "patrol_volunteers": ("benefit", "人/千人", (0, 10)),
    "human_tech_balance": ("target", "倍", (0, 0.5, 2, 10)),
}
