"""Several data files are also looked at as the one table that ``score`` would make of them."""

from __future__ import annotations

import json
from pathlib import Path

from acceptance_tools import Inside

HEAD = "community_id,visits,minutes,events\n"


def write(project: Path, name: str, *rows: str) -> str:
    path = project / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + "".join(f"{row},10,20,3\n" for row in rows), encoding="utf-8")
    return name


def findings(inside: Inside, *call: str) -> list[dict[str, object]]:
    return json.loads(inside("validate", *call, "-f", "mini.yaml", "--json").out)["findings"]  # type: ignore[no-any-return]


def told(found: list[dict[str, object]]) -> list[tuple[object, object]]:
    return [(item["code"], item["location"]) for item in found if item["severity"] == "error"]


def test_a_community_in_two_files_is_told_once(project: Path, inside: Inside) -> None:
    files = write(project, "x/a.csv", "001", "002"), write(project, "y/a.csv", "003", "002")
    found = findings(inside, *files)
    assert told(found) == [("RI279", {"file": "y/a.csv", "row": 3})]
    assert found[0]["message"] == "the community code '002' stands here and in x/a.csv, row 3"
    assert inside("validate", *files, "-f", "mini.yaml").code == 1
    alone = [item for file in files for item in findings(inside, file)]
    assert [item for item in found if item["code"] != "RI279"] == alone


def test_zeros_that_only_one_file_has_kept(project: Path, inside: Inside) -> None:
    files = write(project, "a.csv", "001", "002"), write(project, "b.csv", "3")
    ran = inside("validate", *files, "-f", "mini.yaml", lang="zh")
    assert "“3”（第 2 行）短于“001”（a.csv 第 2 行）" in ran.out
    ran = inside("validate", *files, "-f", "mini.yaml", lang="en")
    assert "'3' (row 2) is shorter than '001' (row 2, a.csv)" in ran.out
    within = inside("validate", write(project, "c.csv", "001", "3"), "-f", "mini.yaml", lang="zh")
    assert "“3”（第 3 行）短于“001”（第 2 行）" in within.out


def test_faults_of_a_file_are_not_told_again(project: Path, inside: Inside) -> None:
    files = write(project, "a.csv", "001", "001"), write(project, "b.csv", "002")
    assert told(findings(inside, *files)) == [("RI232", {"file": "a.csv", "row": 3, "field": "community_id"})]
    assert told(findings(inside, "b.csv", "b.csv")) == [("RI043", {})]
    assert told(findings(inside, "a.csv", "b.csv", "nowhere.csv"))[-1][0] in ("RI002", "RI232")
