"""Refusals during calculation: the code, the place, both languages, and never a traceback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import resilience_index as ri
from resilience_index.framework.assessment import load_assessment
from resilience_index.scoring import assess

Refused = Callable[..., Any]

PASS = "defaults: {normalize: none, scale: 1}\n"
TWO = "tree: {children: [{id: x, goalposts: [0, 10]}, {id: y, goalposts: [0, 10]}]}"


@dataclass
class Case:
    """What is refused, and how it is told."""

    framework: str
    data: str
    code: str
    row: int | None = None
    column: str | None = None
    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


def told(finding: ri.Finding, case: Case) -> None:
    assert finding.code == case.code
    assert finding.severity == "error"
    assert (finding.location.row, finding.location.field) == (case.row, case.column)
    if case.row is not None or case.column is not None:
        assert finding.location.file == "data.csv"
    for language, words in (("en", case.en), ("zh", case.zh)):
        text = finding.message(language) + "\n" + finding.help(language)
        assert not re.search(r"\{[a-z_]+\}", text), text
        for word in words:
            assert word in text, text
    assert not re.search(r"[一-鿿]", re.sub(r"[甲乙丙]社区", "", finding.message("en")))


CASES = {
    "the logarithm of 0": Case(
        "tree: {children: [{id: x, normalize: {method: goalposts, goalposts: [1, 10], transform: log}}]}",
        "id,community,x\n01,甲社区,5\n02,乙社区,0", "RI402", 3, "x", ("'x'", "乙社区 (02)", "0"), ("乙社区", "x"),
    ),
    "the logarithm of a negative before min–max": Case(
        "tree: {children: [{id: x, normalize: {method: minmax, transform: log}}]}",
        "id,x\na,5\nb,-3\nc,2", "RI402", 3, "x", ("b", "-3"), ("b", "-3"),
    ),
    "the logarithm of a target": Case(
        "tree: {children: [{id: x, direction: target, goalposts: [1, 2, 3, 4], "
        "normalize: {method: goalposts, transform: log}}]}",
        "id,x\na,2\nb,0", "RI402", 3, "x", ("b",), ("b",),
    ),
    "min–max of a constant column": Case(
        "tree: {children: [{id: x, normalize: minmax}]}", "id,x\na,4\nb,4\nc,", "RI403", None, "x", ("'x'",), ("“x”",)
    ),
    "min–max of one community": Case(
        "tree: {children: [{id: x, normalize: minmax}]}", "id,x\na,4", "RI403", None, "x"
    ),
    "min–max of a column that is constant in one group": Case(
        "tree: {children: [{id: x, normalize: {method: minmax, within: district}}]}",
        "id,district,x\na,E,1\nb,E,2\nc,W,4\nd,W,4", "RI403", None, "x", ("'x'", "'W'"), ("“W”",),
    ),
    "min–max of a node that is constant but for noise": Case(
        PASS + "tree: {aggregate: sum, normalize: minmax, children: [{id: x}, {id: y}, {id: z}]}",
        "id,x,y,z\na,0.1,0.2,0.3\nb,0.3,0.2,0.1", "RI403", None, None, ("'index'",), ("“index”",),
    ),
    "the percentile rank of one community": Case(
        "tree: {children: [{id: x, normalize: percentile_rank}]}", "id,x\na,4", "RI404", None, "x", ("'x'", "1 unit")
    ),
    "a percentile rank with one value": Case(
        "tree: {children: [{id: x, normalize: percentile_rank}]}", "id,x\na,4\nb,\nc,NA", "RI404", None, "x"
    ),
    "a percentile rank with one value in a period": Case(
        "tree: {children: [{id: x, normalize: {method: percentile_rank, within: period}}]}",
        "id,period,x\na,2024,4\nb,2024,5\na,2025,4", "RI404", None, "x", ("2025",), ("2025",),
    ),
    "the geometric mean of a zero": Case(
        "tree: {aggregate: geometric, children: [{id: x, goalposts: [0, 10]}, {id: y, goalposts: [0, 10]}]}",
        "id,community,x,y\n01,甲社区,1,2\n02,乙社区,0,2", "RI405", 3, "x", ("'index'", "'x'", "乙社区 (02)"),
        ("“index”", "“x”"),
    ),
    "the geometric mean of a node that is 0": Case(
        PASS + "tree: {aggregate: geometric, children: [{id: part, children: [{id: x}]}, {id: y}]}",
        "id,x,y\na,1,2\nb,0,2", "RI405", 3, None, ("'index'", "'part'", "b"), ("“part”",),
    ),
    "the geometric mean of a negative, whatever the floor": Case(
        PASS + "tree: {aggregate: {method: geometric, zero: {floor: 0.01}}, children: [{id: x}, {id: y}]}",
        "id,x,y\na,1,2\nb,-0.5,2", "RI405", 3, "x", ("-0.5",), ("-0.5",),
    ),
    "a missing child under refuse": Case(
        TWO.replace("tree: {", "tree: {missing: refuse, "), "id,community,x,y\n01,甲社区,1,2\n02,乙社区,1,",
        "RI406", 3, "y", ("'index'", "乙社区 (02)", "'y'"), ("“index”", "“y”"),
    ),
    "a missing node under refuse": Case(
        PASS + "tree: {missing: refuse, children: [{id: part, missing: available, children: [{id: x}]}, {id: y}]}",
        "id,x,y\na,1,2\nb,,2", "RI406", 3, None, ("'index'", "b", "'part'"), ("“part”",),
    ),
    "goalposts of a leaf that has none": Case(
        "tree: {children: [{id: x}]}", "id,x\na,1", "RI401", None, None, ("'x'", "goalposts: [worst, best]"), ("“x”",)
    ),
    "a logarithm as an option, over goalposts that have none": Case(
        "tree: {children: [{id: x, goalposts: [0, 10]}]}", "id,x\na,1", "RI139", None, None, ("'x'", "0"), ("“x”",),
        {"normalize": "goalposts:transform=log"},
    ),
    "one pair of goalposts as an option, for all leaves": Case(
        TWO, "id,x,y\na,1,2", "RI146", None, None, ("goalposts",), ("goalposts",),
        {"normalize": "goalposts:goalposts=[0, 100]"},
    ),
    "goalposts against the direction": Case(
        "tree: {children: [{id: x, direction: cost, normalize: {method: goalposts, goalposts: [0, 10]}}]}",
        "id,x\na,1", "RI134", None, None, ("'x'", "cost"), ("“x”",),
    ),
    "weights of some siblings only": Case(
        "tree: {children: [{id: x, goalposts: [0, 1], weight: 2}, {id: y, goalposts: [0, 1]}]}",
        "id,x,y\na,1,1", "RI142", None, None, ("'index'", "y"), ("“index”", "y"),
    ),
    "a range of best values under another method": Case(
        "tree: {children: [{id: x, direction: target, goalposts: [1, 2, 3, 4], normalize: minmax}]}",
        "id,x\na,1\nb,2", "RI422", None, None, ("'x'", "minmax"), ("“x”",),
    ),
    "ranks by a column that is not there": Case(
        TWO, "id,district,x,y\na,东,1,2", "RI412", None, None, ("'distrct'", "--by", "did you mean 'district'"),
        ("distrct", "是否为“district”"), {"by": "distrct"},
    ),
    "statistics within a column that is not there": Case(
        "tree: {children: [{id: x, normalize: {method: minmax, within: zone}}]}",
        "id,district,x\na,东,1\nb,东,2", "RI412", None, None, ("'zone'", "x", "district"), ("zone", "district"),
    ),
    "entropy of a negative": Case(
        PASS + "tree: {children: [{id: x}, {id: y}]}", "id,x,y\na,1,2\nb,2,-0.5\nc,3,4", "RI321", None, "y",
        ("'y'", "-0.5"), ("“y”", "-0.5"), {"weights": "entropy"},
    ),
    "entropy of two communities": Case(
        TWO, "id,x,y\na,1,2\nb,2,3", "RI322", None, "x", ("at least 3", "'x' has 2"), ("“x”只有 2",),
        {"weights": "entropy"},
    ),
    "entropy of one community": Case(
        TWO, "id,x,y\na,1,2", "RI322", None, "x", ("'x' has 1",), ("“x”只有 1",), {"weights": "entropy"}
    ),
    "entropy of a column with two values": Case(
        TWO, "id,x,y\na,1,2\nb,2,3\nc,3,\nd,4,", "RI322", None, "y", ("'y' has 2",), ("“y”",), {"weights": "entropy"}
    ),
    "entropy of constant columns": Case(
        TWO, "id,x,y\na,1,2\nb,1,2\nc,1,2", "RI323", None, None, ("constant",), ("常数",), {"weights": "entropy"}
    ),
    "entropy of constant columns among siblings": Case(
        TWO, "id,x,y\na,1,2\nb,1,2\nc,1,2", "RI323", None, None, ("constant",), ("常数",),
        {"weights": "entropy:scope=siblings"},
    ),
    "a combination with constant columns": Case(
        TWO, "id,x,y\na,1,2\nb,1,2\nc,1,2", "RI323", None, None, ("constant",), ("常数",),
        {"weights": "combine:subjective=equal"},
    ),
    "a product of nothing": Case(
        TWO.replace("goalposts: [0, 10]}, {id: y,", "goalposts: [0, 10], weight: 0}, {id: y, weight: 1,"),
        "id,x,y\na,1,2\nb,2,2\nc,3,2", "RI331", None, None, ("product",), ("之积",),
        {"weights": "combine:rule=product,subjective=given"},
    ),
    "expert weights without experts": Case(
        TWO, "id,x,y\na,1,2", "RI314", None, None, ("ahp", "-j"), ("ahp", "-j"), {"weights": "ahp"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_refusal_has_a_code_a_place_and_two_languages(name: str, refused: Refused) -> None:
    case = CASES[name]
    told(refused(case.framework, case.data, **case.options), case)


def test_every_unit_and_leaf_is_named_at_once(refused: Refused) -> None:
    text = TWO.replace("tree: {", "tree: {missing: refuse, ")
    findings = refused(text, "id,x,y\na,1,\nb,,\nc,1,2", every=True)
    assert [(f.code, f.location.row, f.location.field) for f in findings] == [
        ("RI406", 2, "y"), ("RI406", 3, "x"), ("RI406", 3, "y"),
    ]  # fmt: skip


def test_goalposts_are_asked_for_where_the_framework_lacks_them(refused: Refused) -> None:
    finding = refused("tree:\n  children:\n    - {id: x, goalposts: [0, 1]}\n    - {id: y}", "id,x,y\na,1,1")
    assert finding.location.file.endswith("small.yaml")
    assert finding.location.path == "tree.children[1]"
    line = Path(finding.location.file).read_text(encoding="utf-8").splitlines()[finding.location.line - 1]
    assert "id: y" in line


@pytest.mark.parametrize(
    ("data", "period", "code", "words"),
    [
        ("id,period,x,y\na,2024,1,2\nb,2025,1,2", "2023", "RI413", ("2023", "2024, 2025")),
        ("id,x,y\na,1,2", "2024", "RI414", ("2024", "period")),
    ],
)
def test_a_period_that_is_not_there(
    data: str, period: str, code: str, words: tuple[str, ...],
    framework_file: Callable[..., Path], data_file: Callable[..., Path],
) -> None:  # fmt: skip
    work = assess.job(str(framework_file(TWO)), str(data_file(data)), options=assess.Options(period=period))
    with pytest.raises(ri.InputError) as caught:
        assess.assess(work)
    (finding,) = [finding for finding in caught.value.findings if finding.severity == "error"]
    told(finding, Case("", "", code, en=words, zh=(period,)))
    assert finding.location.file == "data.csv"


def test_one_period_is_scored_alone(framework_file: Callable[..., Path], data_file: Callable[..., Path]) -> None:
    # With 2025 alone the smallest x is 5 and the largest 9; over both years it would be 1 and 9.
    text = "tree: {children: [{id: x, normalize: minmax}]}"
    data = "id,period,x\na,2024,1\nb,2024,9\na,2025,5\nb,2025,6\nc,2025,9"
    work = assess.job(str(framework_file(text)), str(data_file(data)), options=assess.Options(period="2025"))
    assert assess.assess(work).score.tolist() == [0, 25, 100]


def test_grades_of_an_assessment_must_hold_the_cap_of_every_red_line(
    tmp_path: Path, framework_file: Callable[..., Path]
) -> None:
    framework_file(
        "grades: [{id: A, min: 50}, {id: B, min: 0}]\nred_lines: [{indicator: x, op: '>', value: 1, cap: B}]\n" + TWO
    )
    title = "title: {zh: 题, en: title}"
    (tmp_path / "assessment.yaml").write_text(
        f"schema: resilience-index/assessment/1\nframework: small.yaml\ngrades: [{{id: A, min: 50, {title}}}]\n",
        encoding="utf-8",
    )
    with pytest.raises(ri.InputError) as caught:
        assess.load_plan(assess.job(assessment=load_assessment(tmp_path / "assessment.yaml")))
    (finding,) = [finding for finding in caught.value.findings if finding.severity == "error"]
    assert finding.code == "RI144"
    assert "'B'" in finding.message("en")


# -- the program ------------------------------------------------------------------------------------------


def resilience(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    return subprocess.run(
        [sys.executable, "-m", "resilience_index", *arguments], cwd=cwd, env=environment, capture_output=True,
        text=True, encoding="utf-8", check=False,
    )  # fmt: skip


COMMANDS = {
    "RI405": ("score", "data.csv", "-f", "small.yaml", "--aggregate", "geometric", "--out", "run"),
    "RI322": ("score", "data.csv", "-f", "small.yaml", "--weights", "entropy", "--json"),
    "RI412": ("score", "data.csv", "-f", "small.yaml", "--by", "zone"),
    "RI327": ("weights", "-f", "small.yaml", "--weights", "entropy"),
    "RI139": ("score", "data.csv", "-f", "small.yaml", "--normalize", "goalposts:transform=log"),
}


@pytest.mark.parametrize(("code", "language"), list(zip(COMMANDS, ["en", "zh"] * len(COMMANDS), strict=False)))
def test_the_program_refuses_in_words(
    code: str, language: str, framework_file: Callable[..., Path], data_file: Callable[..., Path], tmp_path: Path
) -> None:
    framework_file(TWO)
    data_file("id,x,y\na,1,2\nb,0,2")
    done = resilience(*COMMANDS[code], "--lang", language, cwd=tmp_path)
    assert done.returncode == (2 if code == "RI327" else 1), done.stderr  # without data it could not run
    assert code in done.stderr
    assert "help:" in done.stderr
    assert "Traceback" not in done.stderr
    assert bool(re.search(r"[一-鿿]", done.stderr)) == (language == "zh")
    assert not re.search(r"\{[a-z_]+\}", done.stderr)
    assert not (tmp_path / "run").exists()
    if "--json" in COMMANDS[code]:
        assert f'"code": "{code}"' in done.stdout
    else:
        assert done.stdout == ""
