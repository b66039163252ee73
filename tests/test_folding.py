"""The one form in which names are compared, and when it needs the converter of scripts."""

from __future__ import annotations

import subprocess
import sys

import pytest

from resilience_index.folding import _BOTH_SCRIPTS, _simplified, fold, to_simplified
from resilience_index.framework.catalogue import shipped_folder

CHARACTERS = sorted(_simplified())


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Reply  Rate", "replyrate"),
        ("ＡＢＣ", "abc"),
        ("办理\n时长", "办理时长"),
        ("\ufeff办理\u200b时长", "办理时长"),
        ("辦理時長", "办理时长"),
        ("答覆率", "答复率"),
        ("訴求答覆覆蓋率", "诉求答复覆盖率"),
        ("覆盖率", "覆盖率"),
        ("沈浸式", "沉浸式"),
        ("五公里", "五公里"),
        ("", ""),
    ],
)
def test_names_are_folded(written: str, folded: str) -> None:
    assert fold(written) == folded
    assert fold(folded) == folded


def test_simplified_characters_stay_as_they_are_in_every_word_of_two() -> None:
    """What is not put to the converter is what the converter would not change."""
    convert = to_simplified().convert
    for first in CHARACTERS:
        words = "\n".join(first + second for second in CHARACTERS)
        assert convert(words) == words


def test_each_exception_is_needed() -> None:
    """Alone, or in a word of two with another character of the set."""
    convert = to_simplified().convert
    everything = [*CHARACTERS, *_BOTH_SCRIPTS]
    for char in _BOTH_SCRIPTS:
        words = "\n".join([char, *(char + other for other in everything), *(other + char for other in everything)])
        assert convert(words) != words, char
    assert len(set(_BOTH_SCRIPTS)) == len(_BOTH_SCRIPTS)


RUN = """
import sys
sys.argv = ["resilience", *{arguments!r}]
from resilience_index.cli.app import main
try:
    main()
except SystemExit as leave:
    assert not leave.code, leave.code
print("opencc" in sys.modules, file=sys.stderr)
"""


SAMPLE = str(shipped_folder("sample_data") / "communities.csv")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["frameworks"], ["show", "toe"], ["validate", SAMPLE, "-f", "all"]], ids=lambda it: it[0]
)
def test_simplified_texts_do_not_load_the_converter(arguments: list[str]) -> None:
    code = RUN.format(arguments=arguments)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1:] == ["False"], done.stderr
