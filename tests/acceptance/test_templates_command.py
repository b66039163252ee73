"""Templates of users on the command line and in assessments: what is recorded, verified, and refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from acceptance_tools import LANGUAGES, Inside, tree

from resilience_index.report.templates import NAMES, SHIPPED

TEXTS = "schema: resilience-index/texts/1\ndepartment: {zh: 某市应急局, en: Emergency bureau}\n"


@pytest.fixture
def own(project: Path) -> Path:
    """A folder of templates with texts, a style and a picture."""
    folder = project / "own"
    (folder / "pictures").mkdir(parents=True)
    (folder / "texts.yaml").write_text(TEXTS, encoding="utf-8")
    (folder / "page.css").write_text(SHIPPED.text("page.css") + "h1 { color: #8a1c1c; }\n", encoding="utf-8")
    (folder / "pictures" / "seal.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    return folder


def test_a_run_keeps_its_templates_and_is_verified(own: Path, inside: Inside) -> None:
    made = ("score", "-c", "assessment.yaml", "--templates", "own", "--format", "html,docx,pdf", "-q", "--out", "run")
    assert inside(*made).code == 0
    run = own.parent / "run"
    kept = {name for name in tree(run) if name.startswith("inputs/templates/") and "." in name}
    assert kept == {f"inputs/templates/{name}" for name in ("page.css", "pictures/seal.svg", "texts.yaml")}
    predicate = json.loads((run / "manifest.json").read_bytes())["predicate"]
    assert predicate["settings"]["templates"] == {"origin": "option", "value": "own"}
    assert {item["name"] for item in predicate["inputs"]} >= {"page.css", "seal.svg", "texts.yaml"}
    assert "某市应急局" in (run / "report.html").read_text(encoding="utf-8")
    verified = inside("verify", "run", "--data", "data.csv")
    assert verified.code == 0, verified.err + verified.out
    # The same run again is the same bytes; a report of it is made with the templates it keeps.
    assert inside(*made[:-1], "again").code == 0
    assert tree(own.parent / "again") == tree(run)
    (own / "texts.yaml").unlink()
    assert inside("report", "run", "--format", "html,pdf", "--out", "made", "-q").code == 0
    assert (own.parent / "made/report.html").read_bytes() == (run / "report.html").read_bytes()
    assert (own.parent / "made/report.zh.pdf").read_bytes() == (run / "report.zh.pdf").read_bytes()


def test_a_changed_template_is_found(own: Path, inside: Inside) -> None:
    assert inside("score", "-c", "assessment.yaml", "--templates", "own", "-q", "--out", "run").code == 0
    path = own.parent / "run/inputs/templates/page.css"
    path.write_text(path.read_text(encoding="utf-8").replace("#8a1c1c", "#8a1c1d"), encoding="utf-8")
    verified = inside("verify", "run", "--data", "data.csv", "--lang", "en")
    assert verified.code == 1
    assert "inputs/templates/page.css: RI567" in verified.err + verified.out


def test_an_assessment_names_templates(own: Path, inside: Inside) -> None:
    assessment = own.parent / "assessment.yaml"
    text = assessment.read_text(encoding="utf-8")
    assessment.write_text(text + "templates: own\n", encoding="utf-8")
    said = ("score", "-c", "assessment.yaml", "--format", "html", "-q", "--out")
    for bundle in ("folder", "zip"):
        assert inside(*said, bundle, "--bundle", bundle).code == 0
        verified = inside("verify", bundle if bundle == "folder" else "zip.zip")
        assert verified.code == 0, verified.err + verified.out
    settings = json.loads((own.parent / "folder/manifest.json").read_bytes())["predicate"]["settings"]
    assert settings["templates"] == {"origin": "assessment", "value": "own"}
    # A run with other templates than before takes the old ones away.
    assessment.write_text(text, encoding="utf-8")
    assert inside(*said, "folder").code == 0
    assert not (own.parent / "folder/inputs/templates").exists()
    assessment.write_text(text + "templates: owm\n", encoding="utf-8")
    ran = inside(*said, "third", "--lang", "en")
    assert ran.code == 2
    assert ran.err.startswith("assessment.yaml:6:12: RI281")
    assert not (own.parent / "third").exists()


def test_reports_of_a_run_take_other_templates(own: Path, inside: Inside) -> None:
    assert inside("score", "-c", "assessment.yaml", "-q", "--out", "run").code == 0
    said = ("report", "run", "--format", "html,docx,pdf,md", "--lang", "zh", "-q", "--out")
    assert inside(*said, "plain").code == 0
    assert inside(*said, "made", "--templates", "own").code == 0
    made, plain = tree(own.parent / "made"), tree(own.parent / "plain")
    assert all(made[name] != plain[name] for name in made)
    assert {item["name"] for item in json.loads(made["report.files.json"])["templates"]} == {
        "page.css", "pictures/seal.svg", "texts.yaml"}  # fmt: skip
    assert inside(*said, "one", "--templates", "own", "--community", "002").code == 0
    assert "某市应急局" in (own.parent / "one/community-002.html").read_text(encoding="utf-8")
    # An empty folder gives the program's templates again.
    (own.parent / "empty").mkdir()
    assert inside(*said, "shipped", "--templates", "empty").code == 0
    assert tree(own.parent / "shipped") == plain


def test_templates_are_saved_to_start_from(project: Path, inside: Inside) -> None:
    for language in LANGUAGES:
        ran = inside("report", "--save-templates", f"own-{language}", "--lang", language)
        assert ran.code == 0
        assert "texts.yaml" in ran.err
        assert sorted(tree(project / f"own-{language}")) == sorted(NAMES)
    again = inside("report", "--save-templates", "own-zh", "--lang", "en")
    assert again.code == 2
    assert "RI015" in again.err
    assert inside("report", "--save-templates", "own-zh", "--force", "-q").code == 0
    assert inside("score", "-c", "assessment.yaml", "--templates", "own-zh", "--format", "html,docx,pdf", "-q",
                  "--out", "run").code == 0  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("plain.html.j2", "<p>\n{{ panel.totl }}", "RI545"),
        ("plain.html.j2", "<p>\n{{ panell }}", "RI546"),
        ("paper.typ", "\n#let x = (", "RI547"),
        ("report.docx", "none", "RI548"),
        ("page.cs", "", "RI543"),
        ("page.css", "\n</style>", "RI544"),
    ],
)
def test_a_fault_stops_the_run_and_nothing_is_written(
    project: Path, inside: Inside, language: str, name: str, content: str, code: str
) -> None:
    (project / "own").mkdir()
    (project / "own" / name).write_text(content, encoding="utf-8")
    line = "" if code in ("RI543", "RI548") else ":2"
    assert inside("score", "-c", "assessment.yaml", "-q", "--out", "run").code == 0
    for command in (("score", "-c", "assessment.yaml"), ("report", "run")):
        ran = inside(*command, "--templates", "own", "--format", "html,pdf", "--out", "made", "--lang", language)
        assert ran.code == 2
        place = next(text for text in ran.err.splitlines() if code in text)
        assert place.startswith(f"own/{name}{line}")
        assert "Traceback" not in ran.err
        assert sorted(path.name for path in project.iterdir() if path.name.startswith((".", "made"))) == []
