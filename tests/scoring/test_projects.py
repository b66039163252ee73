"""A new project folder: what is in it, what is refused before anything is written, and what goes when writing fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from resilience_index.data.sheets import template
from resilience_index.errors import UnknownNameError, UsageError
from resilience_index.findings import Location
from resilience_index.framework import catalogue, yaml_strict
from resilience_index.framework.judgments import judgments_of
from resilience_index.framework.loading import load_framework
from resilience_index.scoring import project

FILES = [
    "assessment.yaml", "toe.yaml", "dictionary.yaml", "communities.csv", "template.xlsx", "judgments.yaml",
    "judgments_template.yaml", "README.md",
]  # fmt: skip


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A workbook that takes no time; it has tests of its own."""
    monkeypatch.setattr(template, "workbook", lambda frameworks, language: f"{frameworks[0].id} {language}".encode())
    monkeypatch.chdir(tmp_path)


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_every_file_of_a_project(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "mine"
    assert project.create(folder) == FILES
    assert names(folder) == sorted(FILES)
    sample, shipped = catalogue.shipped_folder("sample_data"), catalogue.framework_paths()["toe"]
    content = {name: (folder / name).read_bytes() for name in FILES}
    assert content["communities.csv"] == (sample / "communities.csv").read_bytes()
    assert content["template.xlsx"] == b"toe zh"
    for name, source in (
        ("toe.yaml", shipped),
        ("dictionary.yaml", catalogue.dictionary_path()),
        ("judgments.yaml", sample / "judgments.yaml"),
    ):
        original = source.read_bytes()
        assert content[name] == original or original.endswith(content[name])
        assert not content[name].startswith(b"# yaml-language-server")
        assert original.removesuffix(content[name]).count(b"\n") <= 2
    assert b"\nframework: toe.yaml " in content["assessment.yaml"]
    readme = content["README.md"].decode()
    titles = load_framework("toe").title
    assert f"# {titles.zh}\n" in readme
    assert f"# {titles.en}\n" in readme
    assert readme.count("resilience explain 099101001001 results") == 2
    assert "{" not in readme
    assert project.create(tmp_path / "other", "sfic", language="en")[1] == "sfic.yaml"
    assert (tmp_path / "other" / "template.xlsx").read_bytes() == b"sfic en"


def test_the_form_for_judgments_is_one_and_says_that_all_are_alike() -> None:
    framework = load_framework("toe")
    text = project.judgments_form(framework)
    found = judgments_of(yaml_strict.parse_leniently(text.encode(), "form.yaml"), framework)
    parents = {node.id: len(node.scored_children) for node in framework.nodes if len(node.scored_children) > 1}
    assert {node: len(given["E01"]) for node, given in found.comparisons.items()} == {
        node: size * (size - 1) // 2 for node, size in parents.items()
    }
    assert {value for given in found.comparisons.values() for value in given["E01"].values()} == {1}
    assert found.expert_weights == {"E01": 1}
    first, second = framework.root.scored_children[:2]
    words = f"{first.title.zh} / {first.title.en} ： {second.title.zh} / {second.title.en}"
    assert f"        {first.id}/{second.id}: 1  # {words}\n" in text
    assert f"      # {framework.root.title.zh} / {framework.root.title.en}\n      {framework.root.id}:\n" in text
    assert text.count("  # ") - text.count("      # ") == len(framework.root.scored_children) * (
        len(framework.root.scored_children) - 1) // 2  # fmt: skip


def test_files_that_are_there_are_kept_unless_they_may_be_replaced(tmp_path: Path) -> None:
    Path("toe.yaml").write_text("mine", encoding="utf-8")
    Path("README.md").symlink_to("nowhere")
    Path("other.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        project.create(tmp_path)
    assert (caught.value.code, caught.value.where) == ("RI015", Location(str(tmp_path)))
    assert caught.value.params == {"file": str(tmp_path), "names": ["toe.yaml", "README.md"]}
    assert names(tmp_path) == ["README.md", "other.txt", "toe.yaml"]
    project.create(tmp_path, force=True)
    assert names(tmp_path) == sorted([*FILES, "other.txt"])
    assert Path("toe.yaml").read_text(encoding="utf-8") != "mine"
    assert Path("other.txt").read_text(encoding="utf-8") == "mine"


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    Path("communities.csv").mkdir()
    with pytest.raises(UsageError) as caught:
        project.create(tmp_path, force=True)
    place = str(tmp_path / "communities.csv")
    assert (caught.value.code, caught.value.where, caught.value.params["file"]) == ("RI010", Location(place), place)
    assert caught.value.params["reason"] == {"zh": "此处是一个文件夹", "en": "is a directory"}
    assert names(tmp_path) == ["communities.csv"]


def test_only_shipped_frameworks(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_bytes(catalogue.framework_paths()["toe"].read_bytes())
    with pytest.raises(UsageError) as caught:
        project.create(tmp_path / "new", "own.yaml")
    assert (caught.value.code, caught.value.where) == ("RI009", Location("own.yaml"))
    known = list(catalogue.framework_paths())
    assert caught.value.params == {
        "problem": {"zh": "新项目只能以自带的框架开始", "en": "a new project starts from a framework that is shipped"},
        "remedy": {
            "zh": f"可用：{'、'.join(known)}；之后可在 assessment.yaml 中换成您的框架文件",
            "en": f"known: {', '.join(known)}; name your own file in assessment.yaml afterwards",
        },
    }
    with pytest.raises(UnknownNameError):
        project.create(tmp_path / "new", "teo")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("fails", range(8))
def test_what_was_made_goes_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: int) -> None:
    written: list[str] = []
    plain = project.write_atomic

    def write(path: Path, content: bytes) -> None:
        if len(written) == fails:
            raise OSError(28, "no space")
        written.append(path.name)
        plain(path, content)

    monkeypatch.setattr(project, "write_atomic", write)
    with pytest.raises(OSError, match="no space"):
        project.create(tmp_path / "deep" / "mine")
    assert names(tmp_path) == []
    assert written == [*FILES[1:], FILES[0]][:fails]  # the assessment last
    Path("README.md").write_text("mine", encoding="utf-8")
    Path("other.txt").write_text("mine", encoding="utf-8")
    written.clear()
    with pytest.raises(OSError, match="no space"):
        project.create(tmp_path, force=True)
    assert names(tmp_path) == ["README.md", "other.txt"]
