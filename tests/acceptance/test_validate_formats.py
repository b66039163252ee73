"""The forms in which ``validate`` tells its findings, and what it counts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from acceptance_tools import DATA, LANGUAGES, Inside, tree

from resilience_index.cli import finding_formats
from resilience_index.cli.language import Language
from resilience_index.findings import Finding, Location

Change = Callable[[str, str, str, str], Path]
LINE = re.compile(r"(?:(?P<place>.+?): )?(?P<code>RI[0-9]{3}) (error|warning|info|错误|警告|提示): (?P<message>.+)")
COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


@pytest.fixture
def faulty(project: Path, changed: Change) -> tuple[str, ...]:
    """A call over a framework, a table and judgments with faults of every severity."""
    (project / "bad.csv").write_text(DATA.replace("80,10", "8o,10").replace(",30,5\n", ",30,50%\n"), encoding="utf-8")
    changed("mini.yaml", "goalposts: [0, 100]", "goalposts: [0, 120]", "bad.yaml")
    changed("judgments.yaml", "people/events: 3", "people/event: 30", "judged.yaml")
    return ("validate", "bad.yaml", "bad.csv", "judged.yaml", "assessment.yaml")


def _json(inside: Inside, call: tuple[str, ...], language: Language = "en") -> list[dict[str, object]]:
    return json.loads(inside(*call, "--format", "json", lang=language).out)["findings"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("language", LANGUAGES)
def test_concise_has_a_line_for_each_finding(faulty: tuple[str, ...], inside: Inside, language: Language) -> None:
    ran = inside(*faulty, "--format", "concise", lang=language)
    found = _json(inside, faulty, language)
    lines = [LINE.fullmatch(line) for line in ran.out.splitlines()]
    assert ran.code == 1
    assert all(lines), ran.out
    assert len(found) > 4
    told = [(line["code"], line["message"]) for line in lines if line]
    assert told == [(finding["code"], finding["message"]) for finding in found]
    places = {line["place"] for line in lines if line}
    assert {'bad.csv:row 3, column "visits"', "judged.yaml:5:15"} <= places
    assert "help:" not in ran.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_github_has_a_workflow_command_for_each_finding(
    faulty: tuple[str, ...], inside: Inside, language: Language
) -> None:
    ran = inside(*faulty, "--format", "github", lang=language)
    found = _json(inside, faulty, language)
    commands = [COMMAND.fullmatch(line) for line in ran.out.splitlines()]
    assert all(commands), ran.out
    assert len(commands) == len(found)
    for command, finding in zip(commands, found, strict=True):
        assert command is not None
        level = {"error": "error", "warning": "warning", "info": "notice"}[str(finding["severity"])]
        properties = dict(item.split("=", 1) for item in command[2].split(","))
        place = finding["location"]
        assert isinstance(place, dict)
        assert command[1] == level
        assert properties["title"] == finding["code"]
        assert properties.get("file") == place.get("file")
        assert properties.get("line") == _text(place.get("line", place.get("row")))
        assert properties.get("col") == _text(place.get("column"))
        message = command[3].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
        start = f'column "{place["field"]}": ' if "field" in place else ""
        assert message == f"{start}{finding['message']}\n{finding['help']}"


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def test_a_workflow_command_cannot_be_broken_or_made_by_names() -> None:
    place = Location("a,b:c%\n::error::.csv", row=3, field="x\r::warning::y")
    line = finding_formats.github(Finding("RI241", place, {"text": "1\n::set-output name=x::y", "cause": ""}))
    assert "\n" not in line
    assert "\r" not in line
    command = COMMAND.fullmatch(line)
    assert command is not None
    assert command[2] == "file=a%2Cb%3Ac%25%0A%3A%3Aerror%3A%3A.csv,line=3,title=RI241"
    assert "%0D::warning::y" in command[3]
    assert "%0A::set-output" in command[3]


def test_a_finding_without_a_place_has_a_form_too() -> None:
    finding = Finding("RI023")
    assert finding_formats.github(finding).startswith("::error title=RI023::")
    assert finding_formats.concise(finding).startswith("RI023 ")


def test_text_has_the_source_line_and_the_remedy(faulty: tuple[str, ...], inside: Inside) -> None:
    ran = inside(*faulty)
    assert ran.out == inside(*faulty, "--format", "text").out
    lines = ran.out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("judged.yaml:5:15: RI302 error: "))
    assert lines[at + 1].strip() == "index: {people/event: 30}"
    assert lines[at + 2].index("^") == lines[at + 1].index("people/event")
    assert lines[at + 3].startswith("  help: ")


def test_json_is_the_same_by_either_name(faulty: tuple[str, ...], inside: Inside) -> None:
    either = inside(*faulty, "--json")
    assert either == inside(*faulty, "--format", "json")
    assert inside(*faulty, "--json", "--format", "json") == either
    document = json.loads(either.out)
    assert document["schema_version"] == 1
    assert [entry["kind"] for entry in document["files"]] == ["framework", "data", "judgments", "assessment"]
    assert either.err == ""


def test_the_counts_stand_at_the_end_on_stderr(faulty: tuple[str, ...], inside: Inside) -> None:
    found = _json(inside, faulty)
    counts = [sum(finding["severity"] == kind for finding in found) for kind in ("error", "warning", "info")]
    for form in ("text", "concise", "github"):
        ran = inside(*faulty, "--format", form)
        said = re.fullmatch(r"4 files: (\d+) errors?, (\d+) warnings?, (\d+) notes?\n", ran.err)
        assert said is not None, ran.err
        assert [int(number) for number in said.groups()] == counts
        quiet = inside(*faulty, "--format", form, "-q")
        assert quiet.err == ""
        assert "warning" not in quiet.out
        assert quiet.out


@pytest.mark.parametrize(
    ("arguments", "code", "suggested"),
    [
        (("--format", "concize"), "RI008", "did you mean 'concise'?"),
        (("--format", "sarif"), "RI008", "known: text, concise, json, github"),
        (("--json", "--format", "text"), "RI009", "keep one of them"),
    ],
)
def test_formats_that_do_not_exist_or_disagree(
    project: Path, inside: Inside, arguments: tuple[str, ...], code: str, suggested: str
) -> None:
    before = tree(project)
    ran = inside("validate", "data.csv", "-f", "mini.yaml", *arguments)
    assert ran.code == 2
    assert f"{code} error" in ran.err
    assert suggested in ran.err
    assert tree(project) == before


def test_clean_files_print_nothing_but_the_count(project: Path, inside: Inside) -> None:
    for form in ("text", "concise", "github"):
        ran = inside("validate", "mini.yaml", "data.csv", "--format", form)
        assert (ran.code, ran.out, ran.err) == (0, "", "2 files: 0 errors, 0 warnings, 0 notes\n")
