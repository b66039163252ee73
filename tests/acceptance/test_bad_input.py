"""Every kind of bad input: exit code, code, place, sentences in both languages; nothing printed or left behind.

``UPDATE_EXPECTED=1`` writes the sentences of this run into ``expected/``; read the difference before keeping it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance_tools import LANGUAGES, Inside, mini_project, program, tree
from bad_input_cases import CASES, Case

from resilience_index.cli.language import Language
from resilience_index.findings import CATALOGUE

EXPECTED = Path(__file__).parent / "expected"
UPDATE = bool(os.environ.get("UPDATE_EXPECTED"))
_written: dict[str, dict[str, str]] = {"zh": {}, "en": {}}


def _read(language: str) -> dict[str, str]:
    """The expected sentences by the names of the cases."""
    parts = (EXPECTED / f"bad_input.{language}.txt").read_text(encoding="utf-8").split("\n## ")[1:]
    sections = [(part.split("\n", 1)[0], part.split("\n", 1)[1]) for part in parts]
    return dict(sections)


@pytest.fixture(scope="module", autouse=True)
def expected() -> Iterator[dict[str, dict[str, str]]]:
    """The sentences in both languages; under UPDATE_EXPECTED they are written at the end."""
    if not UPDATE:
        yield {language: _read(language) for language in LANGUAGES}
        return
    yield _written
    EXPECTED.mkdir(exist_ok=True)
    for language, sections in _written.items():
        head = f"What the program says to bad input ({language}); made by test_bad_input.py.\n"
        body = "".join(f"\n## {name}\n{said}" for name, said in sections.items())
        (EXPECTED / f"bad_input.{language}.txt").write_text(head + body, encoding="utf-8")


def _call(case: Case, *more: str) -> tuple[str, ...]:
    """The call of a case; a score gets a folder to write into unless the case names one."""
    if case.call[0] == "score" and "--out" not in case.call and not {"--framework", "--quiet=yes"} & set(case.call):
        return (case.call[0], *more, *case.call[1:], "--out", "run")
    return (case.call[0], *more, *case.call[1:])


HEAD = re.compile(r"(?:(.*): )?(RI[0-9]{3}) \S+: ")


def _places(said: str) -> list[tuple[str, str]]:
    """Code and place of each finding in the text."""
    heads = (HEAD.match(line) for line in said.splitlines())
    return [(head[2], head[1] or "") for head in heads if head is not None]


PLACEHOLDER = re.compile(r"\{[a-z_]+\}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_terminal(
    case: Case, language: Language, project: Path, inside: Inside, expected: dict[str, dict[str, str]]
) -> None:
    """Text: what is said, where; nothing on stdout, no file made or changed."""
    if case.prepare is not None:
        case.prepare(project)
    before = tree(project.parent)
    ran = inside(*_call(case), lang=language)
    said = ran.out + ran.err
    assert ran.code == case.code
    assert ran.out == "" or case.call[0] == "validate"  # findings are the data of that command
    assert "Traceback" not in said
    assert "\x1b" not in said
    assert not PLACEHOLDER.search(said)
    assert _places(said) == list(case.found)
    if UPDATE:
        _written[language][case.name] = said
    assert said == expected[language][case.name]
    assert tree(project.parent) == before


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_json(case: Case, project: Path, inside: Inside) -> None:
    """JSON holds all that the text holds; the exit code is the same; --debug prints no more."""
    if case.prepare is not None:
        case.prepare(project)
    call = _call(case, "--json", "--debug")
    if "--json" not in _options(case):
        pytest.skip("the command prints no JSON")
    ran = inside(*call)
    assert ran.code == case.code
    assert "Traceback" not in ran.err
    printed = json.loads(ran.out)
    assert printed["schema_version"] == 1
    findings = [item for item in printed["findings"] if item["severity"] != "info"]
    assert [item["code"] for item in findings] == [code for code, _ in case.found]
    for item, (code, place) in zip(findings, case.found, strict=True):
        assert item["severity"] == CATALOGUE[code].severity
        assert item["message"]
        assert item["help"]
        assert not PLACEHOLDER.search(item["message"] + item["help"])
        location = item["location"]
        assert str(location.get("file", "")) == place.split(":")[0]
        for part in ("line", "column", "row", "field"):
            assert part not in location or str(location[part]) in place


def _options(case: Case) -> set[str]:
    """What the command of a case takes; usage errors come before any command."""
    without = {"init", "schema"}
    return set() if case.call[0] in without else {"--json"}


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run of the small project."""
    folder = mini_project(tmp_path_factory.mktemp("earlier"))
    assert program("score", "data.csv", "-f", "mini.yaml", "--out", "run", cwd=folder).code == 0
    return folder / "run"


@pytest.mark.parametrize("case", [case for case in CASES if "run" in _call(case)], ids=lambda case: case.name)
def test_an_earlier_run_stays_whole(case: Case, project: Path, earlier: Path, inside: Inside) -> None:
    """A run that fails leaves the folder of the run before it as it was."""
    if case.prepare is not None:
        case.prepare(project)
    shutil.copytree(earlier, project / "run")
    before = tree(project.parent)
    assert inside(*_call(case, "-q")).code == case.code
    assert tree(project.parent) == before


def test_every_case_has_its_own_sentences() -> None:
    """No case without expectation, none left over, in both languages."""
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
    for language in LANGUAGES:
        sections = _written[language] if UPDATE else _read(language)
        assert list(sections) == names
        for said in sections.values():
            assert "\n  help: " in said


def test_chinese_is_chinese() -> None:
    """Sentences of the Chinese file have Chinese in them, the English ones only where a name is quoted."""
    for said in _read("zh").values():
        for line in said.splitlines():
            if not line.startswith("    "):
                assert any("\u4e00" <= character <= "\u9fff" for character in line), line


@pytest.mark.parametrize("flag", [(), ("--debug",)])
def test_a_fault_of_the_program(
    flag: tuple[str, ...], project: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 3 with one sentence; the traceback comes with --debug only."""
    from resilience_index.scoring import assess

    monkeypatch.setattr(assess, "assess", lambda *_, **__: 1 / 0)
    ran = inside("score", "data.csv", "-f", "mini.yaml", *flag)
    assert ran.code == 3
    assert ran.out == ""
    assert "RI011" in ran.err
    assert ("Traceback" in ran.err) == bool(flag)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="POSIX only")
@pytest.mark.parametrize("target", ["locked", "locked/run", "locked/sub/run"])
@pytest.mark.parametrize(("language", "reason"), [("zh", "权限不足"), ("en", "permission denied")])
def test_a_folder_without_permission(
    target: str, language: Language, reason: str, project: Path, inside: Inside
) -> None:
    """A folder of somebody else: RI010 before anything is calculated or made."""
    locked = project / "locked"
    locked.mkdir()
    locked.chmod(0o555)
    assert inside("score", "data.csv", "-f", "mini.yaml", "-q").code == 0  # what is imported late is there now
    before = tree(project)
    user = os.geteuid()
    try:
        if user == 0:  # root may write everywhere: be nobody for a moment
            for folder in (project, *project.parents[:-2]):
                folder.chmod(0o755)
            os.seteuid(65534)
        ran = inside("score", "data.csv", "-f", "mini.yaml", "--out", target, lang=language)
    finally:
        os.seteuid(user)
        locked.chmod(0o755)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"{target}: RI010 ")
    assert reason in ran.err
    assert tree(project) == before
