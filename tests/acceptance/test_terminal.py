"""On a terminal, in a pipe that closes, and under Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from acceptance_tools import LANGUAGES, SAMPLE, Inside, cells, environment

from resilience_index.cli.language import Language
from resilience_index.cli.width import cells as own_cells
from resilience_index.cli.width import wrap

pty = pytest.importorskip("pty", reason="pseudo-terminals are POSIX only")

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
DATA = str(SAMPLE / "communities.csv")
CALLS = {
    "score": ("score", DATA, "-f", "toe", "--top", "10"),
    "weights": ("weights", "-c", str(SAMPLE / "assessment.yaml")),
    "show": ("show", "toe"),
    "explain": ("explain", "099101001001", DATA, "-f", "toe"),
    "frameworks": ("frameworks",),
}
MORE = {
    **CALLS,
    "score by group": ("score", DATA, "-f", "sfic", "--by", "district", "--top", "10"),
    "score an assessment": ("score", "-c", str(SAMPLE / "assessment.yaml"), "--top", "3"),
    "show sfic": ("show", "sfic"),
    "weights that are given": ("weights", "-f", "sfic"),
    "explain a leaf": ("explain", "月湖社区", DATA, "-f", "toe", "--node", "recovery_days"),
    "diagnose a city": ("diagnose", DATA, "-f", "community_resilience"),
    "diagnose a community": ("diagnose", DATA, "-f", "mechanisms", "--community", "月湖社区"),
    "findings": ("validate", DATA, "-f", "sfic", "-v"),
    "errors": ("score", DATA, "-f", "toe", "--by", "distrct"),
}


def on_terminal(
    *arguments: str, columns: int = 80, cwd: Path | None = None, env: dict[str, str] | None = None
) -> tuple[int, str]:
    """Exit code and what a terminal of that width receives."""
    import fcntl
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "resilience_index", *arguments], stdin=slave, stdout=slave, stderr=slave, cwd=cwd,
        env=environment({"TERM": "xterm-256color", **(env or {})}), start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    received = b""
    while True:
        try:
            block = os.read(master, 65536)
        except OSError:  # Linux tells the end of a terminal so
            break
        if not block:
            break
        received += block
    os.close(master)
    return process.wait(timeout=60), received.decode("utf-8").replace("\r\n", "\n")


def check_lines(received: str, columns: int) -> None:
    """No line wider than the terminal, none that holds a torn word; paths are never broken and may be longer."""
    lines = ESCAPE.sub("", received).split("\n")
    assert "\x1b" not in "".join(lines)
    assert [line for line in lines if cells(line.rstrip()) > columns and str(SAMPLE) not in line] == []
    for line in lines:
        assert not re.fullmatch(r"\s+[a-z]{1,2}\s*", line), line


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CALLS)
def test_on_a_terminal_of_80_columns(name: str, language: str, tmp_path: Path) -> None:
    """A real pseudo-terminal: Chinese characters count as two cells; bold and colours are there."""
    code, received = on_terminal(*CALLS[name], "--lang", language, cwd=tmp_path)
    assert code == 0
    check_lines(received, 80)
    assert "\x1b[1m" in received


@pytest.mark.parametrize(("language", "columns"), [("zh", 60), ("zh", 80), ("en", 80), ("en", 140)])
@pytest.mark.parametrize("name", MORE)
def test_other_widths(name: str, language: Language, columns: int, inside: Inside) -> None:
    """The same at other widths, and for more commands."""
    ran = inside(*MORE[name], lang=language, columns=columns)
    assert ran.code == (1 if name == "errors" else 0)
    if columns >= 80 or name in ("frameworks", "show", "show sfic", "findings", "errors"):
        check_lines(ran.out, columns)
    check_lines(ran.err, columns)


def test_no_colour_when_asked(tmp_path: Path) -> None:
    """NO_COLOR leaves no control bytes even on a terminal."""
    code, received = on_terminal(*CALLS["score"], cwd=tmp_path, env={"NO_COLOR": "1"})
    assert code == 0
    assert "\x1b[3" not in received
    assert "\x1b[9" not in received


@pytest.mark.parametrize(
    "arguments",
    [
        ("score", DATA, "-f", "toe", "--json"), ("score", DATA, "-f", "toe", "--top", "0"),
        ("weights", "-c", str(SAMPLE / "assessment.yaml")), ("codes",), ("validate", DATA, "-f", "sfic"),
    ],
    ids=lambda arguments: " ".join(word for word in arguments if "/" not in word),
)  # fmt: skip
def test_a_reader_that_leaves(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """``| head -1``: no traceback, and no failure."""
    process = subprocess.Popen(
        [sys.executable, "-m", "resilience_index", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=tmp_path, env=environment(),
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(1)
    process.stdout.close()
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    assert "Traceback" not in said
    assert "Broken" not in said


@pytest.mark.parametrize(("arguments", "code"), [(CALLS["score"], 0), (("codes", "RI999", "--json"), 2)])
def test_a_reader_that_was_never_there(arguments: tuple[str, ...], code: int, tmp_path: Path) -> None:
    """Stdout closed before the first byte: the exit code is that of the command."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "resilience_index", *arguments], stdout=writing, stderr=subprocess.PIPE,
        cwd=tmp_path, env=environment(), check=False,
    )  # fmt: skip
    os.close(writing)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert b"Broken" not in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize(("language", "word"), [("zh", "已中断"), ("en", "interrupted")])
def test_ctrl_c(language: str, word: str, project: Path) -> None:
    """Ctrl-C in the middle of a run: 130, one word, no traceback, no folder."""
    os.mkfifo(project / "slow.yaml")
    call = ("score", "data.csv", "-f", "slow.yaml", "--out", "run", "--lang", language)
    process = subprocess.Popen(
        [sys.executable, "-m", "resilience_index", *call],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=project, env=environment(),
    )  # fmt: skip
    writing = None
    for _ in range(600):  # the pipe can be opened for writing once the program waits at its other end
        try:
            writing = os.open(project / "slow.yaml", os.O_WRONLY | os.O_NONBLOCK)
            break
        except OSError:
            time.sleep(0.05)
    assert writing is not None
    try:
        for attempt in range(6):  # a signal just before the program waits for the pipe is seen with the next one only
            process.send_signal(signal.SIGINT)
            try:
                out, err = process.communicate(timeout=10)
                break
            except subprocess.TimeoutExpired:
                assert attempt < 5, "still running"
    finally:
        process.kill()
        os.close(writing)
    assert (process.returncode, out.decode(), err.decode()) == (130, "", word + "\n")
    assert not (project / "run").exists()


def test_wrapping() -> None:
    """Chinese breaks between characters, not before closing marks; other text at spaces; long words stay whole."""
    assert wrap("a bb ccc dddd", 6) == ["a bb", "ccc", "dddd"]
    assert wrap("一二三四五", 4) == ["一二", "三四", "五"]
    assert wrap("一二，三四", 4) == ["一", "二，", "三四"]
    assert wrap("一（二）三", 4) == ["一", "（二）", "三"]
    assert wrap("/a/long/path 一二", 6) == ["/a/long/path", "一二"]
    assert wrap("一二三四", 6, "  ") == ["一二三", "  四"]
    assert wrap("", 6) == [""]
    assert own_cells("a一e\u0301") == 4
    for width in range(2, 30):
        text = "没有名为“x y”的方法(entropy),是否为 entropy？See also: resilience methods"
        lines = wrap(text, width)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
