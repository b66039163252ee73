"""Twenty faults put into the sample data: all found at their places, and nothing else found."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from resilience_index.data.table import Table
from resilience_index.framework.catalogue import shipped_folder
from resilience_index.framework.loading import load_framework
from resilience_index.scoring import assess
from resilience_index.scoring import plan as planning

Place = tuple[str, int | None, str | None]
# A row number as a spreadsheet shows it, a column, what is written there, and the finding that must follow.
CELLS: list[tuple[int, str, str, str]] = [
    (3, "hazard_closure_rate", "三十", "RI241"),
    (5, "response_min", "<5", "RI241"),
    (7, "iot_coverage_rate", "120", "RI242"),
    (9, "drills_per_year", "-2", "RI242"),
    (11, "warning_lead_min", "#DIV/0!", "RI241"),
    (13, "rescue_arrival_min", "2小时", "RI241"),
    (15, "micro_fire_station", "0.5", "RI248"),
    (17, "shelter_area_pc", "1.5.2", "RI241"),
    (19, "reply_hours", "2024-05-01", "RI241"),
    (21, "belonging_score", "45%", "RI241"),
    (23, "collective_income_wan", "18.4万", "RI241"),
    (25, "social_orgs", "约15", "RI241"),
    (27, "review_rate", "70-80", "RI241"),
    (29, "platform_count", "1e400", "RI241"),
]
ROWS: list[tuple[int, str, str]] = [
    (40, "doubled id", "RI232"),
    (42, "blank id", "RI231"),
    (44, "blank period", "RI236"),
    (46, "shortened id", "RI233"),
    (48, "row too long", "RI207"),
    (50, "row too short", "RI207"),
    (52, "lost zero", "RI234"),
]
HEADER = "online_meetings"  # written with a letter missing


@pytest.fixture(scope="module")
def sample() -> list[list[str]]:
    with (shipped_folder("sample_data") / "communities.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def read(rows: list[list[str]], folder: Path) -> Table:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path = folder / "communities.csv"
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    framework = load_framework("toe")
    work = assess.job(framework, path)
    return assess.read_rows(work, planning.build(framework, work.settings))


def places(table: Table) -> list[Place]:
    return [(finding.code, finding.location.row, finding.location.field) for finding in table.findings]


def test_twenty_faults_are_found_and_nothing_else(sample: list[list[str]], tmp_path: Path) -> None:
    before = places(read(sample, tmp_path))
    assert not [code for code, _, _ in before if code != "RI222"]

    rows = [list(row) for row in sample]
    column = {name: number for number, name in enumerate(rows[0])}
    expected: list[Place] = []
    for row, name, text, code in CELLS:
        rows[row - 1][column[name]] = text
        expected.append((code, row, name))
    ident, period = column["community_id"], column["period"]
    rows[39][ident], rows[39][period] = rows[37][ident], rows[37][period]
    rows[41][ident] = ""
    rows[43][period] = " "
    rows[45][ident] = "9.91E+11"
    rows[47].insert(10, "000")
    del rows[49][-3:]
    rows[51][ident] = rows[51][ident].lstrip("0")
    rows[0][column[HEADER]] = "online_meeting"
    for row, _, code in ROWS:
        field = None if code == "RI207" else "period" if code == "RI236" else "community_id"
        expected.append((code, row, field))
    expected += [("RI218", 1, "online_meeting"), ("RI216", 1, None)]

    table = read(rows, tmp_path)
    found = [place for place in places(table) if place[0] != "RI222"]
    print(f"faults seeded: {len(CELLS) + len(ROWS) + 1}, findings: {len(found)}")
    assert sorted(found, key=str) == sorted(expected, key=str)
    suggestion = next(finding for finding in table.findings if finding.code == "RI218").message("en")
    assert f"'{HEADER}'" in suggestion
