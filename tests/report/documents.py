"""What the tests of documents share: the sample with its diagnosis, texts of PDFs, LibreOffice."""

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from resilience_index.framework.assessment import load_assessment
from resilience_index.report.document.blocks import Beside, Document, Table
from resilience_index.runs import folder
from resilience_index.scoring import assess

ROOT = Path(__file__).resolve().parents[2]
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
# Names that would act, or break the file, if anything read them as markup, field, formula, path or control.
NAMES = (
    '#read("/etc/passwd")', "*粗* _斜_ $x^2$ `c`", "= 标题 <label> @ref", '#eval("1+1")', "\\u{41} // 注释 /* */",
    '=HYPERLINK("http://evil.example")', "<w:t>&amp;</w:t>", "{ TOC \\o }", "]]>", "https://evil.example/a b",
    "名\x00\x07\x1b[31m\ufffe\ud800称", "\u202e倒序\u2066", "社区👍", "ཀ区", "\n换行\t制表", " ", "%PDF-1.7",
)  # fmt: skip


@functools.cache
def sample(framework=None):
    """The view of the sample: of its assessment, or of a framework without judgments."""
    if framework is None:
        work = assess.job(assessment=load_assessment(ROOT / "sample_data" / "assessment.yaml"))
    else:
        work = assess.job(framework, ROOT / "sample_data" / "communities.csv")
    return folder.make_view(assess.assess(work), work)


def tables(document: Document) -> list[Table]:
    found = []
    for block in document.blocks:
        if isinstance(block, Table):
            found.append(block)
        elif isinstance(block, Beside):
            found += [item for item in (*block.left, *block.right) if isinstance(item, Table)]
    return found


def column(table: Table, title: str) -> list[str]:
    place = [item.title for item in table.columns].index(title)
    return [row[place].text for row in table.rows]


def tool(name: str) -> str:
    """A program of poppler; without it the test is left out, but not where everything must be proved."""
    found = shutil.which(name)
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"no {name} here")
    return found or name


def text_of(pdf: bytes, folder: Path) -> str:
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([tool("pdftotext"), "-raw", path, "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def flat(text: str) -> str:
    """Text without white space, which a page breaks as it likes."""
    return re.sub(r"[\s\u200b\u00ad]+", "", text)


def fonts_of(pdf: bytes, folder: Path) -> list[tuple[str, str]]:
    """(name without its tag, embedded) of each font."""
    path = folder / "fonts.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([tool("pdffonts"), path], capture_output=True, text=True, check=True)
    rows = [line.split() for line in done.stdout.splitlines()[2:]]
    return [(row[0].partition("+")[2], row[-5]) for row in rows]


def pages_of(pdf: bytes) -> int:
    return max(int(count) for count in re.findall(rb"/Count (\d+)", pdf))


def to_pdf(files: list[Path], folder: Path) -> list[bytes]:
    """Word files as LibreOffice prints them."""
    command = [OFFICE or "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
               "--convert-to", "pdf", "--outdir", folder / "printed", *files]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return [(folder / "printed" / file.with_suffix(".pdf").name).read_bytes() for file in files]
