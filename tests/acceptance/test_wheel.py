"""The wheel has all it needs: built, installed into a fresh environment, run in an empty folder."""

from __future__ import annotations

import importlib.util
import os
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from acceptance_tools import ROOT, environment

pytestmark = pytest.mark.wheel

# What the package needs at run time; where all of it is here, nothing has to be fetched.
NEEDED = (
    "docx", "fontTools", "jinja2", "numpy", "pandas", "pyarrow", "pydantic", "pylopdf_fonts_zh_cn", "yaml", "rich",
    "typer", "typst", "xlsxwriter",
)  # fmt: skip


Done = subprocess.CompletedProcess[str]


def run(*command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> Done:
    words = [str(part) for part in command]
    return subprocess.run(words, cwd=cwd, env=env, capture_output=True, encoding="utf-8", check=False, timeout=600)


def give_up(reason: str, done: Done) -> None:
    """Skip where packages cannot be had, unless this is the build that must prove it."""
    said = (done.stderr or done.stdout).strip().splitlines()
    if os.environ.get("CI"):
        pytest.fail(f"{reason}: {done.stdout}\n{done.stderr}")
    pytest.skip(f"{reason}: {said[-1] if said else done.returncode}")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout; without isolation where the build backend is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    isolated = [] if importlib.util.find_spec("hatchling") else [None]
    options = ["--no-build-isolation"] if not isolated else []
    done = run(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", *options, "--wheel-dir", folder, ROOT,
        env=environment(),
    )  # fmt: skip
    if done.returncode:
        give_up("the wheel cannot be built", done)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment with the wheel; packages that are here are lent to it."""
    folder = tmp_path_factory.mktemp("fresh")
    here = all(importlib.util.find_spec(name) for name in NEEDED)
    venv.create(folder, with_pip=True)
    binaries = folder / ("Scripts" if os.name == "nt" else "bin")
    found = binaries / ("python.exe" if os.name == "nt" else "python")
    options = ["--no-deps"] if here else []
    done = run(found, "-m", "pip", "install", "--quiet", *options, wheel, env=environment() | {"PYTHONPATH": ""})
    if done.returncode:
        give_up("the wheel cannot be installed", done)
    if here:
        _lend(found)
    return found


def _lend(python: Path) -> None:
    """Let the environment see the packages of this one, except this checkout itself."""
    target = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip())
    lent = [path for path in site.getsitepackages() if Path(path).is_dir()]
    # Added at the end of the path by hand: as .pth lines their own .pth files (the checkout) would count too.
    code = f"import sys; sys.path.extend({lent!r})"
    (target / "lent.pth").write_text(code + "\n", encoding="utf-8")


def resilience(python: Path, *arguments: str, cwd: Path) -> Done:
    script = python.with_name("resilience.exe" if os.name == "nt" else "resilience")
    return run(script, *arguments, cwd=cwd, env=environment() | {"PYTHONPATH": ""})


def test_what_is_inside(wheel: Path) -> None:
    """The package with its data, the indicators and the sample; no tests, no caches, no checkout's leftovers."""
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = "resilience_index/shipped"
    sample = ("assessment.yaml", "communities.csv", "communities_gb18030.csv", "judgments.yaml")
    files = [path for path in (ROOT / "indicators").rglob("*") if path.suffix in (".yaml", ".csv", ".py")]
    trees = tuple(path.relative_to(ROOT / "indicators").as_posix() for path in sorted(files))
    assert {"toe.yaml", "examples/svi.yaml", "examples/svi.csv", "examples/make_data.py"} <= set(trees)
    for name in (*(f"sample_data/{item}" for item in sample), *(f"indicators/{item}" for item in trees)):
        assert f"{shipped}/{name}" in names
        with zipfile.ZipFile(wheel) as archive:
            assert archive.read(f"{shipped}/{name}") == (ROOT / name).read_bytes()
    assert "resilience_index/report/templates/report.html.j2" in names
    assert "resilience_index/report/templates/report.css" in names
    assert "resilience_index/report/templates/page/main.js" in names
    assert "resilience_index/report/templates/paper.typ" in names
    tops = {name.split("/")[0] for name in names}
    assert len(tops) == 2
    assert "resilience_index" in tops
    assert not [
        name for name in names if "__pycache__" in name or name.endswith((".pyc", ".tmp")) or "/results/" in name
    ]
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "resilience_index").rglob("*.py")}
    assert modules <= names


def test_it_runs_in_an_empty_folder(python: Path, tmp_path: Path) -> None:
    """init, validate, score, explain, from the installed package only."""
    place = run(python, "-c", "import resilience_index; print(resilience_index.__file__)", cwd=tmp_path,
                env=environment() | {"PYTHONPATH": ""})  # fmt: skip
    assert str(python.parents[1]) in place.stdout, place.stderr
    for call in (
        ("--version",), ("frameworks",), ("init", "city"), ("validate", "city/assessment.yaml"),
        ("score", "-c", "city/assessment.yaml", "--out", "city/results"), ("explain", "099101001001", "city/results"),
    ):  # fmt: skip
        done = resilience(python, *call, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
    assert (tmp_path / "city" / "results" / "report.html").stat().st_size > 100_000
    assert (tmp_path / "city" / "results" / "report.xlsx").is_file()
    assert str(tmp_path) not in (tmp_path / "city" / "results" / "manifest.json").read_text(encoding="utf-8")


def test_the_packaged_sample(python: Path, tmp_path: Path) -> None:
    """The sample that is shipped is found and scored as in the checkout."""
    code = "from resilience_index.framework.catalogue import shipped_folder; print(shipped_folder('sample_data'))"
    sample = Path(run(python, "-c", code, cwd=tmp_path, env=environment() | {"PYTHONPATH": ""}).stdout.strip())
    assert ROOT not in sample.parents
    done = resilience(python, "score", "-c", str(sample / "assessment.yaml"), "--out", "run", "-q", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    call = ("score", "-c", "sample_data/assessment.yaml", "-q", "--out", tmp_path / "here")
    here = run(sys.executable, "-m", "resilience_index", *call, cwd=ROOT, env=environment())
    assert here.returncode == 0, here.stderr
    for name in ("scores.csv", "weights.csv", "findings.json", "report.html"):
        assert (tmp_path / "run" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


def test_the_library_from_the_wheel(python: Path, tmp_path: Path) -> None:
    """The public names work without a checkout."""
    code = """
import resilience_index as ri
from resilience_index.framework.catalogue import shipped_folder
framework = ri.load_framework("sfic")
table = ri.read_data(shipped_folder("sample_data") / "communities.csv", framework)
print(len(ri.score(table, framework, weights="entropy").scores))
"""
    done = run(python, "-c", code, cwd=tmp_path, env=environment() | {"PYTHONPATH": ""})
    assert done.stdout == "180\n", done.stderr
