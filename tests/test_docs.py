"""README and guides: what they tell a reader to run does run, and what they show is what comes out.

Fences mean: ``sh`` commands; ``console`` commands after ``$`` with the output that must appear (a line ``…``
stands for lines left out); ``python`` code, run page by page in one namespace, where ``print(…)  # text``
must print that text; ``yaml`` files, or parts that must fit into a framework; ``text`` and ``powershell`` are
not run. A comment ``# exit 1`` behind a command says how it ends.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from resilience_index.framework import yaml_strict
from resilience_index.framework.loading import load_framework
from resilience_index.framework.models import MODELS
from resilience_index.framework.validation import validate

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
EXAMPLES = sorted(path for path in (DOCS / "examples").rglob("*") if path.is_file())
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
RUN = ("sh", "console", "python")
NOT_RUN = ("text", "powershell", "yaml", "csv", "json")

# A process for each page: one start for all its commands. It runs the module as ``python -m resilience_index`` does.
DRIVER = r"""
import io, json, os, runpy, sys, traceback

def streams():
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)

def text(stream):
    stream.flush()
    return stream.buffer.getvalue().decode()

def command(arguments, target):
    sys.argv = ["resilience", *arguments]
    language = "zh" if "--lang zh" in " ".join(arguments) else "en"
    if language != command.language:
        for name in [name for name in sys.modules if name.startswith("resilience_index.cli")]:
            del sys.modules[name]
        command.language = language
    real = sys.stdout, sys.stderr
    sys.stderr = streams()
    sys.stdout = streams() if target else sys.stderr
    try:
        runpy.run_module("resilience_index", run_name="__main__")
        code = 0
    except SystemExit as leave:
        code = leave.code or 0
    finally:
        out, err = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = real
    if target:
        with open(target, "w", encoding="utf-8") as file:
            file.write(text(out))
    return code, text(err)

command.language = "en"

def code(source, names):
    real, sys.stdout = sys.stdout, streams()
    try:
        exec(compile(source, "<block>", "exec"), names)
        return 0, text(sys.stdout)
    except BaseException:
        return 1, text(sys.stdout) + traceback.format_exc()
    finally:
        sys.stdout = real

results = []
page = json.load(sys.stdin)
os.chdir(page["folder"])
names = {"__name__": "docs"}
for step in page["steps"]:
    if step["kind"] == "python":
        results.append(code(step["source"], names))
    else:
        results.append(command(step["arguments"], step["target"]))
json.dump(results, sys.stdout)
"""


@dataclass(frozen=True)
class Fence:
    """A block of code: its language, its lines, and the line it begins at."""

    page: str
    language: str
    lines: tuple[str, ...]
    line: int

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Step:
    """A command or a block of Python with what is expected of it."""

    place: str
    kind: str
    source: str
    expected: tuple[str, ...]
    exit_code: int = 0

    def to_dict(self) -> dict[str, Any]:
        if self.kind == "python":
            return {"kind": "python", "source": self.source}
        words = shlex.split(self.source, comments=True)
        assert words[0] == "resilience", f"{self.place}: only 'resilience' can be run here"
        target = words[words.index(">") + 1] if ">" in words else None
        arguments = words[1 : words.index(">")] if ">" in words else words[1:]
        return {"kind": "command", "arguments": arguments, "target": target}


def fences(page: Path) -> Iterator[Fence]:
    """The fenced blocks of a page."""
    language, start = "", 0
    lines: list[str] = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("```") and not start:
            language, start, lines = line[3:].strip(), number, []
        elif line.startswith("```"):
            yield Fence(str(page.relative_to(ROOT)), language, tuple(lines), start)
            start = 0
        elif start:
            lines.append(line)
    assert not start, f"{page}:{start}: the block is not closed"


def steps(fence: Fence) -> Iterator[Step]:
    """What a block asks to be run."""
    if fence.language == "python":
        printed = [match[1] for line in fence.lines if (match := re.match(r"\s*print\(.*\)\s+# (.+)$", line))]
        yield Step(str(fence), "python", fence.text, tuple(printed))
        return
    prompt = "$ " if fence.language == "console" else ""
    found: list[tuple[str, list[str]]] = []
    for line in fence.lines:
        if fence.language == "sh" or line.startswith(prompt):
            bare = line.removeprefix(prompt).strip()
            if found and found[-1][0].endswith("\\"):
                found[-1] = (found[-1][0][:-1] + bare, [])
            elif bare and not bare.startswith("#"):
                found.append((bare, []))
        elif line.startswith("> ") and found and found[-1][0].endswith("\\"):
            found[-1] = (found[-1][0][:-1] + line[2:].strip(), [])
        else:
            found[-1][1].append(line)
    for source, shown in found:
        wanted = re.search(r"# exit (\d+)$", source)
        expected = tuple(bare for line in shown if (bare := squeeze(line)) not in ("", "…"))
        yield Step(f"{fence}: {source}", "command", source, expected, int(wanted[1]) if wanted else 0)


def squeeze(line: str) -> str:
    """A line without its white space at the ends and with single spaces inside."""
    return " ".join(line.split())


STEPS = {name: [step for fence in fences(page) if fence.language in RUN for step in steps(fence)]
         for name, page in zip(NAMES, PAGES, strict=True)}  # fmt: skip


def outcomes(name: str, folder: Path) -> list[tuple[int, str]]:
    """Exit code and output of every step of a page, run in a folder of its own."""
    shutil.copytree(ROOT / "indicators", folder / "indicators")
    shutil.copytree(ROOT / "sample_data", folder / "sample_data", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(DOCS / "examples", folder / "docs" / "examples")
    work = {"folder": str(folder), "steps": [step.to_dict() for step in STEPS[name]]}
    left_out = ("LC_ALL", "LC_MESSAGES", "LANG", "PYTHONIOENCODING", "FORCE_COLOR")
    environment = {key: value for key, value in os.environ.items() if key not in left_out}
    environment |= {"RESILIENCE_LANG": "en", "COLUMNS": "120", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", DRIVER], input=json.dumps(work), text=True, encoding="utf-8", capture_output=True,
        env=environment, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: list[tuple[int, str]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", [name for name in NAMES if STEPS[name]])
def test_what_a_page_runs_succeeds_and_shows_what_comes_out(name: str, tmp_path: Path) -> None:
    for step, (code, output) in zip(STEPS[name], outcomes(name, tmp_path), strict=True):
        assert code == step.exit_code, f"{step.place}\nexit {code}\n{output}"
        lines = [squeeze(line) for line in output.splitlines()]
        at = 0
        for expected in step.expected:
            assert expected in lines[at:], f"{step.place}\nnot in the output: {expected}\n{output}"
            at = lines.index(expected, at) + 1


def test_the_program_starts_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "resilience_index", "--version"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.startswith("resilience-index ")


@pytest.mark.parametrize("name", NAMES)
def test_blocks_have_a_known_language(name: str) -> None:
    unknown = [str(fence) for fence in fences(ROOT / name) if fence.language not in (*RUN, *NOT_RUN)]
    assert not unknown


def test_commands_of_the_program_are_in_blocks_that_are_run() -> None:
    # Not on the reference page: its patterns are no commands, and its examples are those of --help.
    for page in PAGES:
        if page.name != "reference.md":
            idle = [fence for fence in fences(page) if fence.language == "text"]
            assert not [str(fence) for fence in idle if re.search(r"^(\$ )?resilience ", fence.text, re.MULTILINE)]


@pytest.mark.parametrize("name", NAMES)
def test_yaml_parts_fit_into_a_framework(name: str, tmp_path: Path) -> None:
    for fence in fences(ROOT / name):
        if fence.language != "yaml":
            continue
        file = tmp_path / "part.yaml"
        text = fence.text
        first = fence.lines[0]
        if first.startswith(("#", "schema:")):
            document = yaml_strict.parse(text.encode(), str(fence))
            kind = document.data["schema"].split("/")[1]
            if kind != "framework":
                assert validate(document, kind, MODELS[kind]), str(fence)
                continue
        elif first.startswith("- "):
            text = SKELETON + "".join(f"    {line}\n" for line in fence.lines)
        elif first.startswith("tree:"):
            text = SKELETON.partition("tree:")[0] + text
        else:
            text = text + SKELETON + SPARE
        file.write_text(text, encoding="utf-8")
        framework = load_framework(file)
        assert framework.leaves, str(fence)


SKELETON = """\
schema: resilience-index/framework/1
id: part
version: 1.0.0
title: {zh: 例, en: Part}
tree:
  id: index
  title: {zh: 指数, en: Index}
  children:
"""
SPARE = "    - response_min\n    - privacy_incidents\n"


def test_example_files_are_shown_as_they_are() -> None:
    shown = {fence.text for page in PAGES for fence in fences(page) if fence.language in ("yaml", "csv", "json")}
    for file in EXAMPLES:
        assert file.read_text(encoding="utf-8") in shown, file.name


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for target in links(page):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / unquote(path)).resolve() if path else page
        assert file.exists(), f"{name}: {target}"
        assert file.is_relative_to(ROOT), f"{name}: {target}"
        if page.parent == DOCS:
            assert file.is_relative_to(DOCS), f"{name}: {target} leaves the pages that mkdocs builds"
        if anchor:
            assert anchor in anchors(file), f"{name}: {target}"


def links(page: Path) -> Iterator[str]:
    """The targets of a page's links and pictures, outside code."""
    inside = False
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            for match in re.finditer(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", line)):
                yield match[1]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and mkdocs make them of ASCII headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_the_readme_counts_the_indicators_as_they_are() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, said in {
        "toe": (r"TOE \(Zhao 2024, (\d+) indicators", r"Zhao 2024，(\d+) 个指标"),
        "sfic": (r"SFIC \(Du, Wu and Xu 2024, (\d+) indicators", r"杜晓燕等 2024，(\d+) 个指标"),
        "community_resilience": (r"joint tree of these two \((\d+) indicators", r"综合框架（(\d+) 个指标"),
        "dual_empowerment": (r"dual empowerment \(Liang 2022, (\d+) indicators", r"梁正 2022，(\d+) 个指标"),
        "mechanisms": (r"three mechanisms \(Peng 2021, (\d+) indicators", r"彭勃 2021，(\d+) 个指标"),
    }.items():
        count = len(load_framework(name).leaves)
        for pattern in said:
            found = re.search(pattern, " ".join(readme.split()))
            assert found is not None, pattern
            assert int(found[1]) == count, name


def test_every_page_is_in_the_navigation() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.findall(r":\s*(\w+\.md)\s*$", text, re.MULTILINE)
    assert sorted(listed) == sorted(page.name for page in DOCS.glob("*.md"))


def test_the_reference_is_what_the_program_says() -> None:
    done = subprocess.run(
        [sys.executable, str(DOCS / "make_reference.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_pages_name_no_place_of_this_machine() -> None:
    for page in [*PAGES, ROOT / "CHANGELOG.md", *EXAMPLES]:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"/(?:work|tmp|home|root|opt)/", text), page.name


def test_the_picture_of_the_report_is_small() -> None:
    picture = DOCS / "images" / "report.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 300_000
