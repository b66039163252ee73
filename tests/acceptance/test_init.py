"""A new project: it runs as it is, from anywhere, in both languages; nothing of anybody's is lost or half-written."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

import pytest
from acceptance_tools import LANGUAGES, Inside, tree

from resilience_index import files as writing
from resilience_index.cli.language import Language
from resilience_index.framework import catalogue
from resilience_index.framework.judgments import load_judgments
from resilience_index.framework.loading import load_framework
from resilience_index.scoring import project as making

FRAMEWORKS = tuple(catalogue.framework_paths())
COMMON = {
    "assessment.yaml", "dictionary.yaml", "communities.csv", "template.xlsx", "judgments.yaml",
    "judgments_template.yaml", "README.md",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_init_validate_score_unedited(
    framework: str, language: Language, tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = inside("init", "my town", "-f", framework, lang=language)
    assert (made.code, made.out) == (0, "")
    assert set(tree(tmp_path / "my town")) == {*COMMON, f"{framework}.yaml"}
    checked = inside("validate", "my town/assessment.yaml", lang=language)
    assert checked.code == 0
    for above in (tmp_path, tmp_path / "my town", Path("/")):
        monkeypatch.chdir(above)
        config = os.path.relpath(tmp_path / "my town" / "assessment.yaml", above)
        out = str(tmp_path / f"results{len(above.parts)}")
        ran = inside("score", "-c", config, "--out", out, "-q", lang=language)
        assert (ran.code, ran.err) == (0, "")
    bytes_of = [
        (tmp_path / f"results{len(above.parts)}" / "scores.csv").read_bytes() for above in (tmp_path, Path("/"))
    ]
    assert bytes_of[0] == bytes_of[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_commands_of_the_readme_run(
    language: Language, tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both halves of the project's README tell the same three commands, and they run in its folder."""
    monkeypatch.chdir(tmp_path)
    assert inside("init", "town", "-q", lang=language).code == 0
    monkeypatch.chdir(tmp_path / "town")
    blocks = re.findall(r"```\n(.*?)```", Path("README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 2
    assert blocks[0] == blocks[1]
    commands = blocks[0].splitlines()
    assert len(commands) == 3
    for command in commands:
        name, *arguments = command.split()
        assert name == "resilience"
        assert inside(*arguments, lang=language).code == 0, command


def test_the_next_commands_that_are_printed_run(
    tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = inside("init", "my town; rm x").err
    commands = [shlex.split(line.removeprefix("next:")) for line in said.splitlines() if " resilience " in line]
    assert [command[1] for command in commands] == ["validate", "score"]
    for command in commands:
        assert inside(*command[1:]).code == 0


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_form_for_judgments_can_be_read_as_it_is(framework: str, tmp_path: Path) -> None:
    loaded = load_framework(framework)
    path = tmp_path / "judgments.yaml"
    path.write_text(making.judgments_form(loaded), encoding="utf-8")
    judgments = load_judgments(path, loaded)
    assert judgments.findings == ()
    assert set(judgments.comparisons) == {node.id for node in loaded.nodes if len(node.scored_children) > 1}


def test_the_copies_say_nothing_of_files_that_are_not_there(
    tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert inside("init", "town").code == 0
    for name, content in tree(tmp_path / "town").items():
        if name.endswith(".yaml"):
            assert b"../docs" not in content, name
    shipped = catalogue.framework_paths()["toe"].read_bytes()
    assert shipped.endswith((tmp_path / "town" / "toe.yaml").read_bytes())


def test_the_same_bytes_each_time(tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        assert inside("init", name, "-q").code == 0
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


# --- what is there already


def test_nothing_is_overwritten_without_force_and_the_files_are_named(
    tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "town").mkdir()
    for name in ("communities.csv", "README.md", "notes.txt"):
        (tmp_path / "town" / name).write_text("mine", encoding="utf-8")
    before = tree(tmp_path)
    ran = inside("init", "town")
    assert ran.code == 2
    assert "town: RI015 error: town already has communities.csv, README.md\n" in ran.err
    assert "--force" in ran.err
    assert tree(tmp_path) == before


def test_force_replaces_the_files_of_the_project_and_no_other(
    tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert inside("init", "town", "-q").code == 0
    fresh = tree(tmp_path / "town")
    (tmp_path / "town" / "communities.csv").write_text("spoilt", encoding="utf-8")
    (tmp_path / "town" / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "town" / "data").mkdir()
    assert inside("init", "town", "--force", "-q").code == 0
    assert tree(tmp_path / "town") == {**fresh, "notes.txt": b"mine", "data": b"(folder)"}


def test_a_link_that_leads_nowhere_is_there_too(
    tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "town").mkdir()
    (tmp_path / "town" / "judgments.yaml").symlink_to("nowhere")
    ran = inside("init", "town")
    assert (ran.code, "judgments.yaml" in ran.err) == (2, True)
    assert [path.name for path in (tmp_path / "town").iterdir()] == ["judgments.yaml"]


def test_a_folder_in_the_place_of_a_file(tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "town" / "communities.csv").mkdir(parents=True)
    before = tree(tmp_path)
    ran = inside("init", "town", "--force")
    assert ran.code == 2
    assert ran.err.startswith("town/communities.csv: RI010 error")
    assert tree(tmp_path) == before


def test_when_writing_fails_halfway_nothing_is_left(
    tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "mine.txt").write_text("mine", encoding="utf-8")
    before = tree(tmp_path)
    whole = writing.write_atomic

    def full(destination: Path, content: bytes) -> None:
        if destination.name == "judgments.yaml":
            raise OSError(28, "No space left on device")
        whole(destination, content)

    monkeypatch.setattr(making, "write_atomic", full)
    for folder in ("old", "new/below"):
        ran = inside("init", folder)
        assert ran.code == 2
        assert "RI010 error" in ran.err
        assert tree(tmp_path) == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a place where nobody may write")
def test_a_folder_that_may_not_be_written(tmp_path: Path, inside: Inside) -> None:
    """As root, who may write into every folder of a disk, into one that is none."""
    locked = Path("/sys") if os.geteuid() == 0 else tmp_path
    tmp_path.chmod(0o555)
    ran = inside("init", str(locked / "town"))
    tmp_path.chmod(0o755)
    assert ran.code == 2
    assert ran.err.startswith(f"{locked}/town: RI010 error: cannot write {locked}/town: ")
    assert not (locked / "town").exists()


@pytest.mark.parametrize(("name", "code"), [("mini.yaml", "RI009"), ("teo", "RI008")])
def test_a_framework_that_is_not_shipped(project: Path, name: str, code: str, inside: Inside) -> None:
    before = tree(project)
    ran = inside("init", "town", "-f", name)
    assert (ran.code, f"{code} error" in ran.err) == (2, True)
    assert tree(project) == before
