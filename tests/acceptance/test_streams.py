"""Standard output that cannot be written, names that no file can have, and options that stand twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from acceptance_tools import LANGUAGES, MINI, ROOT, Inside, environment, program

FULL = Path("/dev/full")
POSIX = pytest.mark.skipif(os.name == "nt", reason="descriptors and bytes in names are POSIX only")
CALLS = (
    ("score", "data.csv", "-f", "mini.yaml", "--period", "2024"),
    ("validate", "data.csv", "-f", "mini.yaml", "--json"),
    ("validate", "nothing.csv", "-f", "mini.yaml"),
    ("weights", "-f", "mini.yaml"),
    ("explain", "001", "data.csv", "-f", "mini.yaml", "--json"),
    ("show", "toe"),
    ("frameworks",),
    ("methods",),
    ("codes",),
    ("schema", "framework"),
    ("--help",),
    ("score", "--help"),
    ("--version",),
    ("nonsense", "--json"),
)
LONG = "n" * 300


def _redirected(redirection: str, *call: str) -> tuple[int, str]:
    """The program under a shell's redirection: its exit code, and what it says on standard error."""
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$@" {redirection}', "sh", sys.executable, "-m", "resilience_index", *call],
        env=environment(), check=False, capture_output=True,
    )  # fmt: skip
    return done.returncode, done.stderr.decode()


@POSIX
@pytest.mark.parametrize("call", CALLS, ids=" ".join)
@pytest.mark.parametrize("redirection", [">&-", ">/dev/full"])
def test_unwritable_output(redirection: str, call: tuple[str, ...], project: Path) -> None:
    """One sentence, exit code 2, no traceback."""
    if "full" in redirection and not FULL.exists():
        pytest.skip("no /dev/full here")
    code, err = _redirected(redirection, *call)
    assert code == 2
    assert err.count("RI042 error: cannot write standard output") == 1
    assert "Traceback" not in err
    assert "RI011" not in err


@POSIX
@pytest.mark.parametrize("redirection", [">&-", ">/dev/full"])
def test_nothing_to_print(redirection: str, project: Path) -> None:
    """A run that only writes files needs no standard output."""
    code, err = _redirected(redirection, "score", "data.csv", "-f", "mini.yaml", "--out", "out", "-q")
    assert (code, err) == (0, "")
    assert (project / "out" / "manifest.json").is_file()


@POSIX
@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_unwritable_messages(redirection: str, project: Path) -> None:
    """What cannot be told is not told; the exit code and the output stay what they are."""
    if "full" in redirection and not FULL.exists():
        pytest.skip("no /dev/full here")
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$@" {redirection}', "sh", sys.executable, "-m", "resilience_index", "validate", "no.csv"],
        env=environment(), check=False, capture_output=True,
    )  # fmt: skip
    whole = program("validate", "no.csv", cwd=project)
    assert (done.returncode, done.stdout.decode()) == (2, whole.out)


@POSIX
@pytest.mark.parametrize(
    "call",
    [
        ("score", b"d\xff.csv", "-f", "mini.yaml"),
        ("score", "data.csv", "-f", b"d\xff.yaml"),
        ("score", "data.csv", "-f", "mini.yaml", "--out", b"d\xff"),
        ("validate", b"d\xff.csv", "-f", "mini.yaml"),
        ("template", "toe", "-o", b"d\xff.xlsx"),
        ("init", b"d\xff"),
    ],
)
def test_names_that_are_no_text(call: tuple[str | bytes, ...], project: Path) -> None:
    """A name that is not UTF-8 is refused, and shown with the bytes at fault."""
    before = sorted(map(os.fsencode, project.iterdir()))
    done = subprocess.run(
        [os.fsencode(part) for part in (sys.executable, "-m", "resilience_index", *call)],
        env=environment(), check=False, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.decode().startswith(r"RI030 error: the name 'd\xff")
    assert sorted(map(os.fsencode, project.iterdir())) == before


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("call", "code"),
    [
        (("score", "data.csv", "-f", "mini.yaml", "--out", LONG), "RI010"),
        (("score", "data.csv", "-f", "mini.yaml", "-f", "toe", "--out", LONG), "RI010"),
        (("template", "toe", "-o", f"{LONG}.xlsx"), "RI010"),
        (("validate", "data.csv", "-f", "mini.yaml", "--return-sheet", f"{LONG}.xlsx"), "RI010"),
        (("init", LONG), "RI010"),
        (("explain", "001", LONG), "RI002"),
        (("score", LONG, "-f", "mini.yaml"), "RI007"),
        (("validate", f"{LONG}.yaml"), "RI007"),
    ],
)
def test_names_too_long(call: tuple[str, ...], code: str, lang: str, project: Path, inside: Inside) -> None:
    """No system has a name of 300 characters: a usage error, and nothing is left behind."""
    before = sorted(project.iterdir())
    ran = inside(*call, lang="zh" if lang == "zh" else "en")
    assert ran.code == 2
    assert code in ran.err + ran.out
    assert "RI011" not in ran.err
    assert sorted(project.iterdir()) == before


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (("score", "data.csv", "-f", "mini.yaml", "--format", "html", "--format", "xlsx"), "--format"),
        (("score", "data.csv", "-f", "mini.yaml", "--top", "3", "--top", "3"), "--top"),
        (("score", "-c", "assessment.yaml", "-c", "assessment.yaml"), "--config"),
        (("validate", "data.csv", "-f", "mini.yaml", "--encoding", "gbk", "--encoding=utf-8"), "--encoding"),
        (("weights", "-f", "mini.yaml", "-f", "toe"), "--framework"),
        (("explain", "001", "data.csv", "-f", "mini.yaml", "-f", "toe"), "--framework"),
        (("init", "new", "-f", "toe", "--framework", "sfic"), "--framework"),
        (("template", "toe", "-o", "a.csv", "-o", "b.csv"), "--out"),
        (("codes", "--lang", "zh", "--lang", "en"), "--lang"),
        (("--lang", "zh", "--lang", "en", "codes"), "--lang"),
    ],
)
def test_option_given_twice(call: tuple[str, ...], name: str, project: Path, inside: Inside) -> None:
    """The last one does not win in silence."""
    before = sorted(project.iterdir())
    ran = inside(*call)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"RI029 error: option '{name}' is given more than once")
    assert sorted(project.iterdir()) == before


def test_flag_given_twice(project: Path, inside: Inside) -> None:
    """A flag says the same again."""
    assert inside("score", "data.csv", "-f", "mini.yaml", "-q", "-q").code == 0


@pytest.mark.parametrize("second", ["data.csv", "./data.csv", "link.csv"])
def test_same_file_twice(second: str, project: Path, inside: Inside) -> None:
    """Two names of one file are one clear error, not one for each community."""
    (project / "link.csv").symlink_to("data.csv")
    for command in ("score", "validate", "weights"):
        ran = inside(command, "data.csv", second, "-f", "mini.yaml")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == (
            f"RI043 error: the file data.csv is named twice: data.csv, {second}\n  help: name each file once\n"
        )


def test_same_file_twice_in_an_assessment(project: Path, inside: Inside) -> None:
    """The error stands at the second name."""
    text = "schema: resilience-index/assessment/1\nframework: mini.yaml\ndata: [data.csv, data.csv]\n"
    (project / "a.yaml").write_text(text, encoding="utf-8")
    ran = inside("score", "-c", "a.yaml")
    assert ran.code == 2
    assert ran.err.startswith("a.yaml:3:18: RI043 error:")


def test_codes_show_single_braces(inside: Inside) -> None:
    """Braces that YAML needs are printed once, in the terminal, in JSON and in the reference."""
    for code in ("RI405", "RI406", "RI414"):
        for lang in LANGUAGES:
            for more in ((), ("--json",)):
                out = inside("codes", code, *more, lang="zh" if lang == "zh" else "en").out
                assert "{{" not in out
                assert "}}" not in out
    assert "{floor: 0.01}" in inside("codes", "RI405").out
    assert "{{" not in (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("written", "meant"), [("=>", ">="), ("=<", "<="), ("=", "=="), ("<>", "!="), ("≥", ">=")])
def test_operators_of_other_languages(written: str, meant: str, project: Path, inside: Inside) -> None:
    """A comparison as it is written elsewhere is told with the one that is meant."""
    line = f"red_lines: [{{indicator: visits, op: '{written}', value: 1, cap: B, reason: {{zh: 甲, en: A}}}}]\n"
    (project / "mini.yaml").write_text(MINI + line, encoding="utf-8")
    assert f"did you mean '{meant}'?" in inside("validate", "mini.yaml").out
