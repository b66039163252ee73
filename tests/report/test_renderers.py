"""Formats of a run: which files are written, in which languages, and that they belong to the run."""

import json
import zipfile

import pytest
from documents import ROOT

from resilience_index.report import renderers
from resilience_index.report.templates import SHIPPED
from resilience_index.runs import folder
from resilience_index.scoring import assess

TINY = ROOT / "docs" / "examples"


@pytest.fixture(scope="module")
def scored():
    work = assess.job(TINY / "tiny.yaml", TINY / "tiny.csv")
    return assess.assess(work), work


@pytest.mark.parametrize(
    ("language", "files"),
    [
        ("both", ["report.en.docx", "report.en.pdf", "report.xlsx", "report.zh.docx", "report.zh.pdf"]),
        ("zh", ["report.docx", "report.pdf", "report.xlsx"]),
        ("en", ["report.docx", "report.pdf", "report.xlsx"]),
    ],
)
def test_files_of_a_language(scored, tmp_path, language, files):
    result, work = scored
    written = folder.write(result, work, tmp_path / "run", formats=("docx", "pdf", "xlsx"), language=language)
    assert sorted(name for name in written.files if name.startswith("report")) == files
    named = {item["name"] for item in json.loads((tmp_path / "run" / "manifest.json").read_bytes())["subject"]}
    assert set(files) <= named
    for name in files:
        content = (tmp_path / "run" / name).read_bytes()
        assert content.startswith(b"%PDF-1.7" if name.endswith("pdf") else b"PK")
    again = folder.write(result, work, tmp_path / "again", formats=("docx", "pdf", "xlsx"), language=language)
    assert again.files == written.files
    for name in files:
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "run" / name).read_bytes(), name


def test_a_run_without_grades_groups_or_periods_has_documents(scored, tmp_path):
    result, work = scored
    view = folder.make_view(result, work)
    renderers.RENDERERS["docx"].write(view, tmp_path / "report.docx", "zh", SHIPPED)
    renderers.RENDERERS["pdf"].write(view, tmp_path / "report.pdf", "en", SHIPPED)
    assert zipfile.is_zipfile(tmp_path / "report.docx")


def test_an_assessment_may_ask_for_documents(tmp_path):
    from resilience_index.framework.assessment import load_assessment

    file = tmp_path / "assessment.yaml"
    file.write_text(
        f"schema: resilience-index/assessment/1\nframework: {TINY / 'tiny.yaml'}\ndata: {TINY / 'tiny.csv'}\n"
        "outputs: [docx, pdf]\n",
        encoding="utf-8",
    )
    assert load_assessment(file).model.outputs == ["docx", "pdf"]
