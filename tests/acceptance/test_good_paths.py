"""Every command in both languages, as text and as JSON; help pages and their examples; streams and switches."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from acceptance_tools import LANGUAGES, ROOT, SAMPLE, Inside, Ran, cells, environment, program, tree

from resilience_index._version import __version__
from resilience_index.cli import app
from resilience_index.cli.language import Language

CALLS: dict[str, tuple[str, ...]] = {
    "frameworks": ("frameworks",),
    "show a shipped framework": ("show", "toe"),
    "show a file": ("show", "mini.yaml"),
    "validate": ("validate", "assessment.yaml", "mini.yaml", "judgments.yaml", "data.csv", "-f", "mini.yaml"),
    "weights": ("weights", "-f", "mini.yaml"),
    "weights of experts": ("weights", "-f", "mini.yaml", "--weights", "ahp", "-j", "judgments.yaml"),
    "weights of data": ("weights", "data.csv", "-f", "mini.yaml", "--weights", "entropy"),
    "weights of an assessment": ("weights", "-c", "assessment.yaml"),
    "score": ("score", "data.csv", "-f", "mini.yaml"),
    "score by group": ("score", "data.csv", "-f", "mini.yaml", "--by", "district"),
    "score an assessment": ("score", "-c", "assessment.yaml"),
    "score the sample": ("score", str(SAMPLE / "communities.csv"), "-f", "toe", "--top", "5"),
    "explain from data": ("explain", "东社区", "data.csv", "-f", "mini.yaml", "--period", "2024"),
    "explain a node": ("explain", "001", "-c", "assessment.yaml", "--node", "people"),
    "explain a leaf": ("explain", "001", "-c", "assessment.yaml", "--node", "visits"),
    "methods": ("methods",),
    "one method": ("methods", "entropy"),
    "codes": ("codes",),
    "one code": ("codes", "ri134"),
}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e]")


def parsed(text: str) -> Any:
    """JSON that has no NaN or Infinity."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CALLS)
def test_text(name: str, language: Language, project: Path, inside: Inside) -> None:
    """Exit 0, data on stdout, no control bytes, no file made; words in the language asked for."""
    before = tree(project)
    ran = inside(*CALLS[name], lang=language)
    assert ran.code == 0
    assert ran.out or name == "validate"
    assert not CONTROL.search(ran.out + ran.err)
    assert "Traceback" not in ran.err
    assert tree(project) == before
    other = inside(*CALLS[name], lang="en" if language == "zh" else "zh")
    assert other.out + other.err != ran.out + ran.err


@pytest.mark.parametrize("name", CALLS)
def test_json(name: str, project: Path, inside: Inside) -> None:
    """One object with the version of its form; nothing on stderr; the same figures in both languages."""
    ran = {language: inside(*CALLS[name], "--json", lang=language) for language in LANGUAGES}
    objects = {language: parsed(one.out) for language, one in ran.items()}
    for language, one in ran.items():
        assert (one.code, one.err) == (0, "")
        assert objects[language]["schema_version"] == 1
    assert _without_sentences(objects["zh"]) == _without_sentences(objects["en"])


def _without_sentences(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_sentences(item) for key, item in value.items() if key not in ("message", "help")}
    return [_without_sentences(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("kind", ["framework", "dictionary", "assessment", "judgments"])
def test_schema(kind: str, inside: Inside) -> None:
    """A JSON Schema each."""
    ran = inside("schema", kind)
    assert ran.code == 0
    assert parsed(ran.out)["$schema"].startswith("https://json-schema.org/")


def test_score_json_has_the_form_of_the_contract(project: Path, inside: Inside) -> None:
    """Keys, order and nulls of ``score --json``."""
    (project / "gap.csv").write_text(
        "community_id,period,visits,minutes,events\n9,2024,,,\n10,2024,90,0,9\n2,2024,90,0,9\n1,2023,1,,\n",
        encoding="utf-8",
    )
    ran = inside("score", "gap.csv", "-f", "mini.yaml", "--json")
    found = parsed(ran.out)
    assert list(found) == ["schema_version", "framework", "settings", "weights", "communities", "findings"]
    places = [(one["period"], one["rank"], one["community_id"]) for one in found["communities"]]
    assert places == [("2023", None, "1"), ("2024", 1, "10"), ("2024", 1, "2"), ("2024", None, "9")]
    last = found["communities"][-1]
    assert (last["score"], last["grade"], last["coverage"]) == (None, None, 0.0)
    assert last["nodes"] == {"index": None, "people": None}
    root = found["weights"][0]
    assert (root["node"], root["parent"], root["local_weight"], root["global_weight"]) == ("index", None, 1.0, 1.0)
    assert {"node", "parent", "local_weight", "global_weight"} <= set(found["weights"][1])


# Help pages: made when the program starts, so a process a language prints them all.

PAGES = """
import contextlib, io, sys
from resilience_index.cli.app import COMMANDS, app
for name in ("", *COMMANDS):
    for flag in ("--help", "-h"):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            app([*([name] if name else []), flag], prog_name="resilience", standalone_mode=False)
        print("=== " + name + " " + flag)
        print(out.getvalue(), end="")
"""


@pytest.fixture(scope="module", params=LANGUAGES)
def pages(request: pytest.FixtureRequest) -> tuple[str, dict[str, str]]:
    """The language and the help pages by command."""
    done = subprocess.run(
        [sys.executable, "-c", PAGES], capture_output=True, check=True,
        env=environment({"RESILIENCE_LANG": request.param, "COLUMNS": "80"}),
    )  # fmt: skip
    parts = [part.split("\n", 1) for part in done.stdout.decode().split("=== ")[1:]]
    found = {name.removesuffix(" --help"): page for name, page in parts if name.endswith("--help")}
    short = {name.removesuffix(" -h"): page for name, page in parts if name.endswith("-h")}
    assert found == short
    return request.param, found


def examples(page: str) -> list[str]:
    """The commands under the last heading of a page."""
    last = page.rpartition("\n\n")[2]
    return [line.strip() for line in last.splitlines()[1:]]


def test_help(pages: tuple[str, dict[str, str]]) -> None:
    """Every page: usage, what it does, options with a sentence each, two examples; 80 cells; one language."""
    language, found = pages
    assert set(found) == {"", *app.COMMANDS}
    words = {"en": ("Usage: ", "Options:", "Examples:"), "zh": ("用法：", "选项：", "示例：")}
    for name, page in found.items():
        usage, options, last = words[language]
        assert page.startswith(f"{usage}resilience {name}".rstrip())
        assert f"\n{options}\n" in page
        assert f"\n{last}\n" in page
        assert not any(word in page for word in words["zh" if language == "en" else "en"])
        assert "<str>" not in page
        assert "None" not in page
        assert max(cells(line) for line in page.splitlines()) <= 80
        assert len(examples(page)) == 2
        assert all(example.startswith(f"resilience {name}".rstrip()) for example in examples(page))
        rows = page.split(f"\n{options}\n")[1].split("\n\n")[0].splitlines()
        assert all(re.match(r"  (-|\s{10})", row) for row in rows)
        if language == "zh":
            for row in rows:
                assert re.search("[\u4e00-\u9fff]", row), row
    assert "--lang" in found[""]


def test_every_option_has_a_sentence_of_its_own_language(pages: tuple[str, dict[str, str]]) -> None:
    """No English page has Chinese in it."""
    language, found = pages
    if language == "en":
        assert not re.search("[\u4e00-\u9fff]", "".join(found.values()))


def test_examples_run(
    pages: tuple[str, dict[str, str]], tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every example of every page runs in a checkout (a folder with its sample data)."""
    language, found = pages
    if language == "zh":
        pytest.skip("the pages have the same examples: see test_examples_are_the_same")
    (tmp_path / "sample_data").symlink_to(SAMPLE, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    for page in found.values():
        for example in examples(page):
            words = shlex.split(example)
            if ">" in words:
                words = words[: words.index(">")]
            ran = inside(*words[1:])
            assert ran.code == 0, (example, ran.err)
    assert (tmp_path / "my-city" / "results" / "report.html").is_file()
    assert (tmp_path / "results" / "toe" / "scores.csv").is_file()


def test_examples_are_the_same() -> None:
    """Both languages have the same examples."""
    found = []
    for language in LANGUAGES:
        ran = program("score", "--help", env={"RESILIENCE_LANG": language})
        found.append(examples(ran.out.rstrip("\n")))
    assert found[0] == found[1]


# Streams and switches


@pytest.mark.parametrize("arguments", [("--version",), ("--lang", "zh", "--version")])
def test_version(arguments: tuple[str, ...]) -> None:
    assert program(*arguments) == Ran(0, f"resilience-index {__version__}\n", "")


def test_the_script_and_the_module_are_the_same(tmp_path: Path) -> None:
    """``resilience`` and ``python -m resilience_index``."""
    script = Path(sys.executable).with_name("resilience")
    if not script.exists():
        pytest.skip("the package is not installed with its script")
    done = subprocess.run([script, "frameworks"], capture_output=True, check=True, env=environment(), cwd=tmp_path)
    assert done.stdout.decode() == program("frameworks").out


def test_no_arguments() -> None:
    """The help page, as a usage error: nothing was asked for."""
    ran = program()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: resilience ")


@pytest.mark.parametrize("arguments", [("--lang", "zh", "codes", "RI002"), ("codes", "--lang=zh", "RI002")])
def test_the_language_may_stand_before_the_command(arguments: tuple[str, ...]) -> None:
    assert "RI002 错误" in program(*arguments).out


@pytest.mark.parametrize(
    ("variables", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True), ({"LANG": "zh_TW.UTF-8"}, True), ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "C"}, False), ({"LANG": "de_DE.UTF-8"}, False), ({"LC_ALL": "zh_CN.GB18030", "LANG": "C"}, True),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, False), ({"LC_MESSAGES": "zh_CN", "LANG": "en_US"}, True),
        ({"RESILIENCE_LANG": "en", "LANG": "zh_CN.UTF-8"}, False),
    ],
)  # fmt: skip
def test_the_locale_chooses_the_language(variables: dict[str, str], chinese: bool) -> None:
    from resilience_index.cli.language import find

    assert (find((), variables) == "zh") == chinese
    assert find(("score", "--lang", "en"), variables) == "en"
    assert find(("--lang=zh", "score"), variables) == "zh"


def test_output_is_utf8_in_any_locale() -> None:
    """Chinese arrives whole in a pipe, whatever the locale's encoding."""
    for locale in ("C", "zh_CN.GB18030"):
        ran = program(
            "frameworks", "--lang", "zh", env={"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        )
        assert ran.code == 0
        assert "协同治理" in ran.out


def test_streams_are_kept_apart(project: Path, inside: Inside) -> None:
    """Results on stdout, findings and what was written on stderr."""
    ran = inside("score", "-c", "assessment.yaml", "--out", "run")
    assert "RI" not in ran.out
    assert "95.56" in ran.out or "A" in ran.out
    assert "RI419 warning" in ran.err
    assert "written to run: scores.csv, weights.csv, " in ran.err


def test_quiet_and_verbose(project: Path, inside: Inside) -> None:
    """-q leaves results and errors; with a folder to write into the results are there. -v gives the notes too."""
    call = ("score", "-c", "assessment.yaml")
    normal, quiet, verbose = inside(*call), inside(*call, "-q"), inside(*call, "-v")
    assert quiet.out == normal.out == verbose.out
    assert quiet.err == ""
    assert inside(*call, "-q", "--out", "run") == Ran(0, "", "")
    data = ("score", str(SAMPLE / "communities.csv"), "-f", "toe", "--top", "1")
    few, all_ = inside(*data), inside(*data, "-v")
    assert " info: " not in few.err
    assert " info: " in all_.err
    assert "more finding" in few.err
    assert "more finding" not in all_.err
    assert inside("score", "bad.csv", "-f", "mini.yaml", "-q").err.startswith("bad.csv: RI002")


def test_top(project: Path, inside: Inside) -> None:
    """--top cuts the ranking and says so; the counts below are of all."""
    ran = inside("score", "data.csv", "-f", "mini.yaml", "--top", "1")
    assert "… 3 more (--top 0 shows all)" in ran.out
    assert "西社区" not in ran.out
    assert re.search(r"^2025 +4 +4 ", ran.out, re.MULTILINE)
    assert "more (" not in inside("score", "data.csv", "-f", "mini.yaml", "--top", "0").out


def test_ranks_by_group_name_the_group(project: Path, inside: Inside) -> None:
    """--by: the group stands in the ranking, and a line says what the ranks count."""
    ran = inside("score", "data.csv", "-f", "mini.yaml", "--by", "district")
    ranking = [line.split()[:3] for line in ran.out.splitlines() if re.match(r" +\d ", line)]
    groups = {"甲区": ("西社区", "东社区"), "乙区": ("南社区", "北社区")}
    assert ranking == [[str(rank), group, name] for group in groups for rank, name in enumerate(groups[group], start=1)]
    assert "ranks are counted within each district" in ran.out


def test_names_cannot_steer_the_terminal(project: Path, inside: Inside) -> None:
    """Escape sequences and overrides in names and cells are shown, not sent."""
    (project / "hostile.csv").write_text(
        'community_id,community,visits,minutes,events\n1,"\x1b[31mred\x1b]0;title\x07",1,2,3\n2,a\u202eb,4,\x1b[2J,6\n',
        encoding="utf-8",
    )
    for call in (("score", "hostile.csv", "-f", "mini.yaml"), ("validate", "hostile.csv", "-f", "mini.yaml"),
                 ("score", "hostile.csv", "-f", "mini.yaml", "--accept-errors"),
                 ("explain", "1", "hostile.csv", "-f", "mini.yaml", "--accept-errors")):  # fmt: skip
        ran = inside(*call)
        assert not CONTROL.search(ran.out + ran.err), call


def test_init_makes_a_project_that_runs(tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """init, validate, score and weights, unedited, for every shipped framework."""
    monkeypatch.chdir(tmp_path)
    for framework in ("toe", "sfic", "community_resilience", "dual_empowerment", "mechanisms"):
        made = inside("init", framework, "-f", framework)
        assert (made.code, made.out) == (0, "")
        config = f"{framework}/assessment.yaml"
        assert inside("validate", config).code == 0
        ran = inside("score", "-c", config, "--out", f"{framework}/results", "-q")
        assert (ran.code, ran.err) == (0, "")
        assert inside("weights", "-c", config, "-q").code == 0
        again = inside("init", framework, "-f", framework)
        assert (again.code, again.err[: len(framework) + 7]) == (2, f"{framework}: RI015")
        assert inside("init", framework, "-f", framework, "--force", "-q") == Ran(0, "", "")
        manifest = (tmp_path / framework / "results" / "manifest.json").read_text(encoding="utf-8")
        assert str(tmp_path) not in manifest


@pytest.mark.parametrize("target", ["file", "file/below"])
def test_init_into_a_file(target: str, tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    ran = inside("init", target)
    assert ran.code == 2
    assert ran.err.startswith(f"{target}: RI010")
    assert tree(tmp_path) == {"file": b"kept"}


def test_validate_finds_the_faults_of_all_files(project: Path, inside: Inside) -> None:
    """A fault in one file does not hide those of the next, nor in one part of an assessment those of another."""
    (project / "data.csv").write_text("community_id,visits,minutes,events\n1,x,2,3\n", encoding="utf-8")
    judged = (project / "judgments.yaml").read_text(encoding="utf-8")
    (project / "judgments.yaml").write_text(judged.replace("people/events", "people/event"), encoding="utf-8")
    alone = inside("validate", "assessment.yaml")
    together = inside("validate", "judgments.yaml", "data.csv", "mini.yaml")
    for ran in (alone, together):
        assert ran.code == 1
        assert "RI302" in ran.out
        assert "RI241" in ran.out
    assert "1 file: 2 errors, 0 warnings, 1 note" in alone.err
    missing = inside("validate", "data.csv", "nowhere.yaml", "-f", "mini.yaml")
    assert missing.code == 2
    assert "nowhere.yaml: RI002" in missing.out
    assert "RI241" in missing.out


def test_judgments_that_are_not_used_are_told(project: Path, inside: Inside) -> None:
    """-j with weights that need no judgments: a warning, and the path stays out of the run's files."""
    (project / "sub").mkdir()
    (project / "judgments.yaml").rename(project / "sub" / "judgments.yaml")
    ran = inside("score", "data.csv", "-f", "mini.yaml", "-j", "sub/judgments.yaml", "--out", "run")
    assert ran.code == 0
    assert "sub/judgments.yaml: RI026 warning" in ran.err
    assert "sub/" not in (project / "run" / "findings.json").read_text(encoding="utf-8")
    assert "RI026" not in inside("score", "-c", "assessment.yaml", "--weights", "equal").err


def test_reading_the_sample_from_the_root_of_the_checkout() -> None:
    """The commands of the README, from the root, without writing."""
    ran = program("score", "-c", "sample_data/assessment.yaml", "--json", cwd=ROOT)
    assert ran.code == 0
    assert len(parsed(ran.out)["communities"]) == 180
