"""Data checked against several frameworks at once: what they find, each once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from acceptance_tools import DATA, JUDGMENTS, LANGUAGES, MINI, SAMPLE, Inside

OTHER = MINI.replace("id: mini", "id: other").replace("id: events", "id: meetings").replace("活动", "会议")
OTHER = OTHER.replace("en: Events", "en: Meetings")


@pytest.fixture
def pair(project: Path) -> Path:
    """A project with a second framework, which knows other columns."""
    (project / "other.yaml").write_text(OTHER, encoding="utf-8")
    return project


def _found(inside: Inside, *call: str) -> list[tuple[str, str, str | None]]:
    """What ``validate`` finds: codes, messages and columns."""
    out = json.loads(inside(*call, "--json").out)["findings"]
    return [(item["code"], item["message"], item["location"].get("field")) for item in out]


def test_every_framework_is_checked(pair: Path, inside: Inside) -> None:
    """Neither the first nor the last one wins: the lacking column of each is told, with the framework's own line."""
    data = DATA.replace(",events", ",x").replace(",minutes", ",minuts")
    (pair / "data.csv").write_text(data, encoding="utf-8")
    ran = inside("validate", "data.csv", "-f", "mini.yaml", "-f", "other.yaml")
    for lacking in ("mini.yaml:17:11", "other.yaml:17:11", "mini.yaml:18:7", "other.yaml:18:7"):
        assert f"(the leaf stands at {lacking})" in ran.out
    alone = inside("validate", "data.csv", "-f", "other.yaml")
    assert alone.code == ran.code == 0
    assert "mini.yaml" not in alone.out


def test_all_frameworks(project: Path, inside: Inside) -> None:
    """``all`` stands for those that are shipped; the sample data fit each."""
    ran = inside("validate", str(SAMPLE / "communities.csv"), "-f", "all")
    assert ran.code == 0
    assert "0 errors, 0 warnings" in ran.err


def test_framework_named_twice(pair: Path, inside: Inside) -> None:
    """By two names too."""
    ran = inside("validate", "data.csv", "-f", "mini.yaml", "-f", "./mini.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("RI036 error:")


@pytest.mark.parametrize("order", [("mini.yaml", "other.yaml"), ("other.yaml", "mini.yaml")])
def test_misspelt_column_once(order: tuple[str, str], pair: Path, inside: Inside) -> None:
    """A column that nobody knows is told once, with a suggestion where any framework has one."""
    (pair / "data.csv").write_text(DATA.replace(",events", ",evnts"), encoding="utf-8")
    call = ("data.csv", "-f", order[0], "-f", order[1])
    unknown = [item for item in _found(inside, "validate", *call) if item[0] == "RI218"]
    assert len(unknown) == 1
    assert unknown[0][1].endswith("did you mean 'events'?")
    for lang in LANGUAGES:
        err = inside("score", *call, lang="zh" if lang == "zh" else "en").err
        assert err.count("RI218") == 1
        assert ("did you mean 'events'?" if lang == "en" else "是否为“events”？") in err


def test_column_of_the_other_framework(pair: Path, inside: Inside) -> None:
    """A column that one framework uses is not unknown, even where another framework has no use for the data."""
    (pair / "data.csv").write_text(DATA.replace(",events", ",meetings"), encoding="utf-8")
    call = ("data.csv", "-f", "mini.yaml", "-f", "other.yaml")
    assert "RI218" in [code for code, _, _ in _found(inside, "validate", *call[:3])]
    assert "RI218" not in [code for code, _, _ in _found(inside, "validate", *call)]
    assert "RI218" not in inside("score", *call, "-v").err


def test_several_data_files(pair: Path, inside: Inside) -> None:
    """What one file lacks is no matter of another's."""
    (pair / "more.csv").write_text(DATA.replace("2024", "2023").replace("2025", "2022").replace("events", "evnts"))
    unknown = _found(inside, "validate", "data.csv", "more.csv", "-f", "mini.yaml", "-f", "other.yaml")
    assert [(code, field) for code, _, field in unknown if code == "RI218"] == [("RI218", "evnts")]


def test_judgments_of_both(pair: Path, inside: Inside) -> None:
    """Keys of each framework are known to the other."""
    text = JUDGMENTS.replace("      index:", "      mini/index:").replace("      people:", "      other/people:")
    (pair / "judgments.yaml").write_text(text, encoding="utf-8")
    both = inside("validate", "judgments.yaml", "-f", "mini.yaml", "-f", "other.yaml")
    assert "RI301" not in both.out


def test_return_sheet_for_both(pair: Path, inside: Inside) -> None:
    """One sheet for all frameworks."""
    ran = inside("validate", "data.csv", "-f", "mini.yaml", "-f", "other.yaml", "--return-sheet", "back.xlsx")
    assert ran.code == 0
    assert (pair / "back.xlsx").is_file()
