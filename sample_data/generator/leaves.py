"""How each indicator of the sample city behaves: one line of a table per leaf.

The columns of the table:

form        how a standard normal number z becomes a value:
            ``linear``  centre + spread * z
            ``log``     centre * exp(spread * z)
            ``logit``   a percentage on an S-shaped curve through ``centre`` (see ``city._transform``)
            ``share``   1 in the share ``centre`` of the communities with the highest z, else 0
            ``rare``    ``centre`` everywhere; cases are put in by name (see ``city.RED_LINES``)
centre      the value of an average community in the middle year
spread      negative where less is better, so that a good community always has a high z
trend       what a year adds to z
w d s g     shares of wealth, digital maturity, social capital and governance in the common part of z
dec         decimals written
low high    bounds of the generated values, inside the range of the indicator
base        ``grids`` or ``events``: a percentage of that many; ``-``: none
miss        how often the cell is blank, relative to other leaves; 0: never by chance
"""

from typing import NamedTuple


class Leaf(NamedTuple):
    """One indicator and the parameters its values are drawn with."""

    id: str
    form: str
    centre: float
    spread: float
    trend: float
    loadings: tuple[float, float, float, float]
    decimals: int
    low: float
    high: float
    base: str
    miss: float


_TABLE = """
# indicator              form   centre spread trend  w d s g  dec  low high base miss
# --- TOE: technical resilience
iot_coverage_rate         logit   62    0.80  0.16   3 7 0 0   1    5   100  -      1
warning_reach_rate        logit   85    0.70  0.08   0 4 3 3   1   30   100  -      1
warning_lead_min          log     70    0.45  0.08   1 6 0 3   0    5   240  -      1
hazard_closure_rate       logit   87    0.70  0.06   0 2 0 8   1   40   100  -      1
hidden_space_check_rate   logit   84    0.75  0.05   3 0 0 7   1   30   100  -      1
risk_map_updates          linear   1.5  0.85  0.08   0 4 0 6   0    0     6  -      1
departments_connected     linear   8    2.30  0.16   1 8 0 1   0    1    12  -      1
data_sources_integrated   linear   6    1.70  0.16   1 8 0 1   0    1     9  -      1
resident_tag_types        linear  13    4.00  0.14   0 8 0 2   0    3    20  -      1
task_loop_rate            logit   87    0.70  0.08   0 4 0 6   1   40   100  -      1
rescue_arrival_min        log     11   -0.38  0.04   5 1 0 4   1    3    45  -      1
rescue_circle_coverage    logit   77    0.90  0.04   6 0 0 4   1   10   100  -      1
shelter_area_pc           log      0.95 0.38  0.02   6 0 0 4   2  0.1     4  -      1
supplies_online_rate      logit   64    0.90  0.14   0 6 0 4   1    3   100  -      1
micro_fire_station        share    0.82 1.00  0.08   4 0 0 6   0    0     1  -      1
plan_completeness         linear   3.4  0.95  0.06   0 1 0 9   0    0     5  -      1
drills_per_year           linear   2.0  0.95  0.04   0 0 3 7   0    0     8  -      1
collective_income_wan     log     24    0.46  0.06   9 0 0 1   1    2    90  -      2
recovery_days             log      5   -0.48  0.05   3 1 3 3   1  0.5    30  -      1
review_rate               logit   68    0.90  0.08   0 1 0 9   1    0   100  events 1
psych_care_coverage       logit   66    0.85  0.08   0 0 6 4   1    0   100  -      1
# --- TOE: organizational resilience
branch_grid_rate          logit   80    0.95  0.05   0 0 2 8   1   10   100  grids  1
member_tasks_pc           log      3.7  0.36  0.05   0 1 5 4   1  0.4    12  -      1
secretary_leads_emergency share    0.85 1.00  0.05   0 1 0 9   0    0     1  -      1
online_meetings           linear   8    3.20  0.08   0 5 0 5   0    0    24  -      1
microgrids_per_grid       linear   5.8  1.60  0.05   0 0 3 7   2    1    10  -      1
grid_team_rate            logit   74    0.95  0.06   0 0 3 7   1    5   100  grids  1
household_visit_rate      logit   72    0.90  0.04   0 0 6 4   1   10   100  -      1
special_visit_rate        logit   84    0.75  0.05   0 0 5 5   1   30   100  -      1
response_min              log     92   -0.46  0.08   0 4 0 6   0   20   420  -      1
record_update_days        log     32   -0.52  0.10   0 6 0 4   0    5   150  -      1
sop_coverage              logit   58    0.90  0.10   0 5 0 5   1    2   100  -      1
digital_training_hours    log     24    0.42  0.08   1 5 0 4   0    2   100  -      1
levels_linked             linear   2.2  0.75  0.06   0 5 0 5   0    0     3  -      1
# --- TOE: environmental resilience (social capital)
terminal_types            linear   2.6  1.05  0.10   3 7 0 0   0    0     6  -      1
online_service_rate       logit   78    0.75  0.12   1 7 0 2   1   20   100  -      1
elder_training_rate       logit   29    0.65  0.10   0 3 6 1   1    2   100  -      2
reply_rate                logit   87    0.70  0.05   0 3 0 7   1   45   100  -      1
reply_hours               log     22   -0.55  0.10   0 4 0 6   1    2   160  -      1
neighbour_events          log     16    0.42  0.04   1 0 8 1   0    1    60  -      1
mutual_aid_rate           logit   31    0.65  0.04   0 0 9 1   1    3    90  -      3
belonging_score           linear   3.70 0.42  0.04   1 0 8 1   2    1     5  -      3
social_orgs               linear  15    4.60  0.06   2 0 7 1   0    2    36  -      1
agenda_adoption_rate      logit   52    0.75  0.05   0 0 5 5   1    5   100  -      1
three_rounds_rate         logit   76    0.90  0.04   0 0 3 7   1   10   100  -      1
participation_rate        logit   19    0.55  0.04   0 1 8 1   1    2    70  -      2
new_worker_informants     log      6.2  0.48  0.14   0 2 6 2   1  0.5    30  -      2
# --- TOE: digital risks
platform_count            log      6.2 -0.36  0.06   0 2 0 8   0    2    20  -      1
platform_idle_rate        logit   21   -0.70  0.06   0 4 0 6   1    0    90  -      1
checkin_hours             log      7.2 -0.40  0.08   0 3 0 7   1  0.5    30  -      3
elder_gap_pp              log     23   -0.38  0.08   2 3 5 0   1    2    70  -      3
privacy_incidents         rare     0    0.00  0.00   1 1 1 1   0    0    20  -      0
face_id_no_alternative    rare     0    0.00  0.00   1 1 1 1   0    0     1  -      0
offline_fallback          share    0.62 1.00  0.14   0 4 0 6   0    0     1  -      1
media_fake_plan           share    0.52 1.00  0.18   0 4 0 6   0    0     1  -      1
# --- SFIC only: starting conditions
motivation_score          linear   3.65 0.42  0.04   0 0 7 3   2    1     5  -      3
info_asymmetry_items      log      6.5 -0.50  0.08   0 5 2 3   0    0    30  -      1
resource_gap_ratio        log     16   -0.55  0.03   9 0 0 1   1    0    80  -      1
past_conflicts            log      6.5 -0.48  0.05   1 0 6 3   1  0.2    30  -      1
# --- SFIC only: facilitative leadership
digital_embed_rate        logit   63    0.85  0.14   0 8 0 2   1    3   100  -      1
facilitator_named         share    0.84 1.00  0.06   0 0 3 7   0    0     1  -      1
platform_uptime           linear  98.4  0.75  0.08   1 8 0 1   1   95  99.9  -      1
# --- SFIC only: institutional design
inclusive_types           linear   6.0  1.20  0.05   0 0 6 4   0    1     8  -      1
platform_integration_rate logit   60    0.85  0.12   0 7 0 3   1    3   100  -      1
rule_clarity              linear   3.4  0.90  0.05   0 0 2 8   0    0     5  -      1
process_open_rate         logit   71    0.85  0.06   0 1 3 6   1    5   100  -      1
# --- SFIC only: organizational guarantee
delegated_items           linear  12.5  3.90  0.06   0 1 0 9   0    0    28  -      1
funding_wan               log      7.3  0.42  0.04   8 0 0 2   1  0.5    40  -      1
staff_per_1000            log      1.25 0.26  0.03   5 0 0 5   2  0.4     3  -      1
# --- SFIC only: subject resilience
joint_meetings            log      8    0.42  0.05   0 0 6 4   0    0    30  -      1
shared_data_rate          logit   63    0.85  0.12   0 7 0 3   1    3   100  -      1
third_party_review_rate   logit   57    0.90  0.06   2 0 2 6   1    0   100  -      1
fingertip_close_rate      logit   85    0.75  0.08   0 5 0 5   1   40   100  -      1
# --- SFIC only: spatial resilience
public_space_pc           log      1.30 0.40  0.02   8 0 2 0   2  0.1     6  -      1
zoned_space               share    0.70 1.00  0.06   6 0 2 2   0    0     1  -      1
online_active_rate        logit   39    0.65  0.08   0 6 4 0   1    3    95  -      2
shared_circle_count       linear   2.6  1.15  0.05   0 0 6 4   0    0     8  -      1
# --- SFIC only: technical resilience
full_cycle_stages         linear   2.2  0.75  0.06   0 6 0 4   0    0     3  -      1
warning_hit_rate          logit   73    0.65  0.10   0 8 0 2   1   20   100  -      1
liability_rule            share    0.66 1.00  0.14   0 3 0 7   0    0     1  -      1
security_audit_year       linear   0.9  0.60  0.14   0 5 0 5   0    0     3  -      1
# --- SFIC only: psychological resilience
trust_score               linear   3.65 0.42  0.03   0 0 7 3   2    1     5  -      3
wellbeing_score           linear   3.70 0.42  0.03   4 0 6 0   2    1     5  -      3
safety_score              linear   3.85 0.38  0.03   3 0 4 3   2    1     5  -      3
dead_account_rate         logit   33   -0.75  0.08   0 5 2 3   1    0    95  -      1
"""

#: Those that came with further frameworks, drawn from a stream of their own: the columns above stay as they are.
_LATER_TABLE = """
# indicator              form   centre spread trend  w d s g  dec  low high base miss
# --- dual empowerment only: technology enabling
issue_detect_min          log    480   -0.70  0.10   0 7 0 3   0    5  4000  -      1
auto_warning_share        logit   51    0.80  0.16   1 8 0 1   1    2   100  -      1
info_loss_rate            logit    7   -0.70  0.08   0 5 0 5   1    0    60  -      2
data_backed_rate          logit   64    0.85  0.12   0 6 0 4   1    3   100  -      1
dispatch_sec              log    900   -1.00  0.14   0 9 0 1   0    1 14400  -      1
cross_dept_days           log      6   -0.45  0.06   0 3 0 7   1  0.5    40  -      1
resource_redundancy       linear   1.45 0.38  0.03   5 0 0 5   2  0.2     4  -      1
tracked_rate              logit   66    0.85  0.10   0 4 0 6   1    3   100  -      1
adjust_cycle_days         log     32   -0.52  0.08   0 4 0 6   0    2   180  -      1
# --- dual empowerment only: technology enfranchising
authority_match           linear   3.3  0.90  0.05   0 0 1 9   0    0     5  -      1
council_share             logit   64    0.90  0.08   0 0 7 3   1    0   100  -      1
points_participation      logit   30    0.65  0.12   0 3 7 0   1    1    95  -      1
# --- dual empowerment only: resilient organization
service_continuity        logit   88    0.65  0.04   4 1 0 5   1   40   100  -      1
reassign_hours            log      7   -0.55  0.05   0 1 4 5   1  0.3    72  -      1
staff_turnover            log     12   -0.40  0.03   4 0 1 5   1    0    60  -      1
peak_completion_rate      logit   86    0.75  0.06   0 4 0 6   1   40   100  -      1
lessons_applied_rate      logit   64    0.90  0.08   0 1 0 9   1    0   100  -      1
# --- mechanisms only: mobilization and participation
risk_knowledge_score      linear  67    8.50  0.10   0 2 4 4   1   20   100  -      3
consensus_rate            logit   69    0.70  0.04   0 0 8 2   1   15   100  -      3
volunteer_rate            log      9.2  0.42  0.05   0 0 9 1   1  0.3    40  -      1
mobilise_min              log     54   -0.40  0.05   0 1 5 4   0    8   240  -      1
efficacy_score            linear   3.65 0.42  0.03   0 0 7 3   2    1     5  -      3
# --- mechanisms only: units and compartments
block_hours               log      9   -0.48  0.06   0 3 0 7   1  0.5    96  -      1
owner_named_rate          logit   79    0.90  0.05   0 0 2 8   1   10   100  -      1
# --- mechanisms only: pressure and backstop
resource_arrival_days     log     12   -0.45  0.04   3 0 0 7   1    1    90  -      1
duty_list_rate            logit   73    0.90  0.06   0 0 0 9   1    5   100  -      1
local_innovations         linear   1.9  0.90  0.08   0 2 4 4   0    0     6  -      1
# --- mechanisms only: practice of the digital transformation
local_use_share           logit   51    0.65  0.08   0 3 0 7   1    5   100  -      1
data_returned_rate        logit   52    0.85  0.14   0 7 0 3   1    0   100  -      1
scene_count               log      9    0.50  0.18   3 7 0 0   0    1    40  -      1
scene_use_rate            logit   59    0.85  0.06   0 2 0 8   1    0   100  -      1
loop_stage_rate           logit   67    0.85  0.08   0 5 0 5   1    3   100  -      1
patrol_volunteers         log      6.3  0.48  0.00   0 0 9 1   1  0.2    40  -      1
human_tech_balance        log      1.1 -1.05  0.08   2 8 0 0   2 0.02    60  -      1
"""

#: Only a community that had an event in the year can answer these.
EVENT_LEAVES = ("recovery_days", "review_rate", "psych_care_coverage", "service_continuity")


def _parse(line: str) -> Leaf:
    """Return the leaf that one line of the table describes."""
    indicator, form, centre, spread, trend, w, d, s, g, decimals, low, high, base, miss = line.split()
    return Leaf(
        id=indicator,
        form=form,
        centre=float(centre),
        spread=float(spread),
        trend=float(trend),
        loadings=(float(w), float(d), float(s), float(g)),
        decimals=int(decimals),
        low=float(low),
        high=float(high),
        base=base,
        miss=float(miss),
    )


def _read(table: str) -> tuple[Leaf, ...]:
    """Return the leaves of a table, in the order of the columns."""
    return tuple(_parse(line) for line in table.splitlines() if line and not line.startswith("#"))


#: TOE first and then those that only SFIC has.
LEAVES = _read(_TABLE)
#: Those that only the dual empowerment and the mechanisms have.
LATER_LEAVES = _read(_LATER_TABLE)
