"""``resilience diagnose``: from a run and from data, as text and as JSON, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from acceptance_tools import LANGUAGES, SAMPLE, Inside

DATA = str(SAMPLE / "communities.csv")
CONFIG = str(SAMPLE / "assessment.yaml")
ONE = "099101001001"
SPARKS = "▁▂▃▄▅▆▇█"


@pytest.fixture
def run(tmp_path: Path, inside: Inside) -> str:
    assert inside("score", "-c", CONFIG, "--out", str(tmp_path / "run"), "--format", "none", "-q").code == 0
    return str(tmp_path / "run")


def figures(text: str) -> dict:
    return json.loads(text)


@pytest.mark.parametrize("chosen", [(), ("--community", ONE), ("--period", "2024")])
def test_a_run_and_its_data_give_the_same_diagnosis(chosen, run, inside):
    from_run = inside("diagnose", run, *chosen, "--json")
    from_data = inside("diagnose", "-c", CONFIG, *chosen, "--json")
    assert (from_run.code, from_data.code) == (0, 0)
    assert figures(from_run.out) == figures(from_data.out)


@pytest.mark.parametrize("framework", ["toe", "sfic", "community_resilience", "dual_empowerment", "mechanisms"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_text_of_a_city_and_of_a_community(framework, language, inside):
    for chosen in ((), ("--community", ONE)):
        done = inside("diagnose", DATA, "-f", framework, *chosen, lang=language)
        assert done.code == 0
        assert not done.err
        assert not re.search(r"\b(nan|None)\b|[{}]|\x1b", done.out)
        assert not set(SPARKS[:-1]) & set(done.out)  # sparklines are for terminals
        wanted = ("判断", "先做什么", "障碍度") if language == "zh" else ("Statements", "What to do first", "obstacle")
        assert all(word in done.out for word in wanted)


def test_full_lists_more(inside):
    calls = [("diagnose", DATA, "-f", "sfic", "--community", ONE, *more) for more in (("--full",), ())]
    full, brief = (inside(*call).out.splitlines() for call in calls)
    assert len(full) > len(brief) + 30


def test_json_holds_the_figures_behind_every_statement(inside):
    done = figures(inside("diagnose", DATA, "-f", "sfic", "--json").out)
    assert (done["schema_version"], done["framework"]["id"], done["period"]) == (1, "sfic", "2025")
    assert len(done["communities"]) == done["total"] == 60
    first = next(item for item in done["communities"] if item["community_id"] == ONE)
    [statement] = first["statements"]
    assert statement["source"] == "004 三(二); 四"
    assert (statement["dilemma"]["source"], statement["paths"][0]["source"]) == ("004 四(二)", "004 五(二); 四(二)")
    assert {item["id"] for item in statement["figures"]} >= {"subject", "spatial", "technical", "psychological"}
    assert sum(item["degree"] for item in first["obstacles"]["leaves"]) == pytest.approx(1)
    assert first["coupling"]["level"] == 9
    assert first["coupling"]["level_name"] == {"zh": "良好协调", "en": "good coordination"}
    assert [item["kind"] for item in first["comparisons"]] == [
        "goalposts", "group", "group", "group", "all", "nearest", "previous",
    ]  # fmt: skip
    one = figures(inside("diagnose", DATA, "-f", "sfic", "--community", ONE, "--json").out)
    assert one["communities"] == [first]
    assert one["city"] is None


def test_a_community_by_name_and_a_period(inside):
    done = inside("diagnose", DATA, "-f", "toe", "--community", "月湖社区", "--period", "2024", "--lang", "en")
    assert done.code == 0
    assert "2024" in done.out.splitlines()[0]
    assert "last period: 2023" in done.out


@pytest.mark.parametrize(
    ("arguments", "code", "place"),
    [
        ((DATA, "-f", "toe", "--community", "00"), 1, "RI417"), ((DATA, "-f", "toe", "--period", "2030"), 1, "RI413"),
        ((DATA,), 2, "RI009"), (("nothing.csv",), 2, "RI002"), ((), 2, "RI009"),
        ((DATA, "-f", "toe", "--lang", "fr"), 2, "RI008"),
    ],
)  # fmt: skip
def test_mistakes(arguments, code, place, inside):
    done = inside("diagnose", *arguments)
    assert done.code == code
    assert f"{place} " in done.err
    assert "Traceback" not in done.err
    assert not done.out


def test_a_run_of_a_framework_of_ones_own_is_diagnosed_with_its_file(project, inside):
    assert inside("score", "data.csv", "-f", "mini.yaml", "--out", "run", "--format", "none", "-q").code == 0
    done = inside("diagnose", "run")
    assert (done.code, "RI507" in done.err) == (2, True)
    done = inside("diagnose", "run", "-f", "mini.yaml", "--community", "001", "--json")
    assert done.code == 0
    assert figures(done.out)["findings"][0]["code"] == "RI502"  # one inner dimension: no coupling
    path = Path("mini.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace("weight: 2", "weight: 3"), encoding="utf-8")
    done = inside("diagnose", "run", "-f", "mini.yaml")
    assert (done.code, "RI506" in done.err) == (1, True)


def test_a_run_without_trace_and_a_damaged_one(project, inside):
    assert (
        inside("score", "data.csv", "-f", "mini.yaml", "--out", "run", "--no-trace", "--format", "none", "-q").code == 0
    )
    assert "RI014" in inside("diagnose", "run", "-f", "mini.yaml").err
    assert inside("score", "data.csv", "-f", "mini.yaml", "--out", "run", "--format", "none", "-q").code == 0
    scores = Path("run/scores.csv")
    lines = scores.read_text(encoding="utf-8").splitlines(keepends=True)
    scores.write_text("".join(lines[:-1]), encoding="utf-8")  # a row is lost
    done = inside("diagnose", "run", "-f", "mini.yaml")
    assert (done.code, "RI040" in done.err) == (2, True)
    assert "RI041" in inside("diagnose", ".").err
    Path("empty").mkdir()
    assert "RI012" in inside("diagnose", "empty").err


def test_hostile_names_are_inert_in_the_terminal(project, inside):
    rows = ["community_id,community,district,visits,minutes,events", "1,[bold]x[/bold],=1+1,50,30,5",
            "2,\x1b[31mred,=1+1,60,20,6", "3,<b>{node},\u202eabc,70,10,7"]  # fmt: skip
    Path("hostile.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for name in ("1", "2", "3"):
        done = inside("diagnose", "hostile.csv", "-f", "mini.yaml", "--community", name)
        assert done.code == 0
        assert "\x1b" not in done.out + done.err
        assert "\u202e" not in done.out + done.err
    assert "[bold]x[/bold]" in inside("diagnose", "hostile.csv", "-f", "mini.yaml", "--community", "1").out
    assert "<b>{node}" in inside("diagnose", "hostile.csv", "-f", "mini.yaml", "--community", "3").out


def test_personal_data_are_refused(project, inside):
    text = Path("data.csv").read_text(encoding="utf-8").replace("东社区", "13812345678")
    Path("personal.csv").write_text(text, encoding="utf-8")
    assert inside("diagnose", "personal.csv", "-f", "mini.yaml").code == 2


@pytest.mark.parametrize("call", [("score", DATA, "-f", "toe", "--top", "3"), ("diagnose", DATA, "-f", "toe")])
def test_periods_are_drawn_on_a_terminal_only(call, inside):
    drawn = re.compile(f"[{SPARKS}]{{3}}")
    assert drawn.search(inside(*call, columns=100).out.replace("███", ""))
    piped = inside(*call).out
    assert not set(SPARKS[:-1]) & set(piped)


def test_one_period_has_no_sparklines(project, inside):
    done = inside("score", "data.csv", "-f", "mini.yaml", "--period", "2025", columns=100)
    assert done.code == 0
    assert not set(SPARKS[:-1]) & set(done.out)


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_framework_than_that_of_the_run_is_refused_by_name(language, run, inside):
    done = inside("diagnose", run, "-f", "sfic", lang=language)
    assert (done.code, done.out, "RI508" in done.err) == (1, "", True)
    assert "toe" in done.err
    assert "sfic" in done.err


@pytest.mark.parametrize(
    "given", [("--weights", "equal"), ("-j", "j.yaml"), ("--encoding", "utf-8"), ("--sheet", "1"), ("--accept-errors",),
              ("--allow-personal-data",)],
)  # fmt: skip
def test_options_of_scoring_are_refused_beside_a_run(given, run, inside):
    done = inside("diagnose", run, *given)
    assert (done.code, done.out, "RI509" in done.err) == (2, "", True)
