"""One wrong letter in a name, wherever names are written: the first suggestion is the name that was meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from acceptance_tools import LANGUAGES, SAMPLE, Inside

from resilience_index.cli.language import Language
from resilience_index.framework import catalogue
from resilience_index.framework.loading import load_framework

DATA = str(SAMPLE / "communities.csv")
SUGGESTED = {"en": re.compile("did you mean '([^']+)'"), "zh": re.compile("是否为“([^”]+)”")}
Way = Callable[[Path, str, str], tuple[str, ...]]


def _in_file(source: Path, name: str, *call: str) -> Way:
    """Write a copy of a file with the typo in the place of the name, and read it."""

    def way(folder: Path, meant: str, typo: str) -> tuple[str, ...]:
        text = source.read_text(encoding="utf-8-sig")
        if name.endswith("csv"):
            head, body = text.split("\n", 1)
            columns = [typo if column == meant else column for column in head.split(",")]
            changed = "\n".join([",".join(columns), body])
        else:
            changed = re.sub(rf"(?<![\w-]){re.escape(meant)}(?![\w-])", typo, text, count=1)
        assert changed != text
        (folder / name).write_text(changed, encoding="utf-8")
        return call

    return way


def _in_words(old: str, new: str, *more: str) -> Way:
    """Write the assessment or framework ``old`` becomes with ``new``, in which ``{}`` is the typo."""

    def way(folder: Path, meant: str, typo: str) -> tuple[str, ...]:
        (folder / "x.yaml").write_text(old + new.replace("{}", typo), encoding="utf-8")
        return ("validate", "x.yaml", *more)

    return way


def _said(*call: str) -> Way:
    """Write the typo on the command line, in the place of ``{}``."""
    return lambda folder, meant, typo: tuple(part.replace("{}", typo) for part in call)


TOE = catalogue.framework_paths()["toe"]
ASSESSMENT = "schema: resilience-index/assessment/1\nframework: toe\n"
_HEAD = """\
schema: resilience-index/framework/1
id: mine
version: 1.0.0
title: {zh: 我的, en: Mine}
tree:
  id: index
  title: {zh: 指数, en: Index}
"""
TREE = f"{_HEAD}  children: [hazard_closure_rate, response_min, trust_score]\n"
LOCAL = f"{_HEAD}  children:\n"


def chinese(folder: Path, meant: str, typo: str) -> tuple[str, ...]:
    """A table with Chinese headers, one of them misspelt."""
    titles = ["社区编码", "社区名称", "期", *(leaf.title.zh for leaf in load_framework("toe").leaves)]
    header = [typo if title == meant else title for title in titles]
    assert header != titles
    rows = [[f"{number:03}", f"社区{number}", "2024"] + [""] * (len(titles) - 3) for number in range(1, 4)]
    (folder / "x.csv").write_text("\n".join(",".join(row) for row in [header, *rows]) + "\n", encoding="utf-8")
    return ("validate", "x.csv", "-f", "toe")


leaf = _in_file(TOE, "x.yaml", "validate", "x.yaml")
column = _in_file(SAMPLE / "communities.csv", "x.csv", "validate", "x.csv", "-f", "toe")
judged = _in_file(SAMPLE / "judgments.yaml", "x.yaml", "validate", "x.yaml", "-f", "toe")
score = _said("score", DATA, "-f", "toe", "{}", "1")

TYPOS: tuple[tuple[str, str, Way], ...] = (
    # commands and options
    ("scroe", "score", _said("{}", DATA)),
    ("valdate", "validate", _said("{}", DATA)),
    ("framewroks", "frameworks", _said("{}")),
    ("explian", "explain", _said("{}")),
    ("shwo", "show", _said("{}", "toe")),
    ("inti", "init", _said("{}", "x")),
    ("wieghts", "weights", _said("{}", DATA)),
    ("shema", "schema", _said("{}", "framework")),
    ("method", "methods", _said("{}")),
    ("coedes", "codes", _said("{}")),
    ("--framwork", "--framework", score),
    ("--judgements", "--judgments", score),
    ("--normalise", "--normalize", score),
    ("--agregate", "--aggregate", score),
    ("--wieghts", "--weights", score),
    ("--encodng", "--encoding", score),
    ("--fromat", "--format", _said("validate", DATA, "-f", "toe", "{}", "text")),
    ("--froce", "--force", _said("init", "x", "{}")),
    # values of options
    ("teo", "toe", _said("score", DATA, "-f", "{}")),
    ("sfci", "sfic", _said("show", "{}")),
    ("sfi", "sfic", _said("validate", "{}")),
    ("entopy", "entropy", _said("score", DATA, "-f", "toe", "--weights", "{}")),
    ("combin", "combine", _said("weights", DATA, "-f", "toe", "--weights", "{}")),
    ("eqaul", "equal", _said("score", DATA, "-f", "toe", "--weights", "{}")),
    ("shft", "shift", _said("score", DATA, "-f", "toe", "--weights", "entropy:{}=1")),
    ("minmx", "minmax", _said("score", DATA, "-f", "toe", "--normalize", "{}")),
    ("goalpost", "goalposts", _said("score", DATA, "-f", "toe", "--normalize", "{}")),
    ("geomteric", "geometric", _said("score", DATA, "-f", "toe", "--aggregate", "{}")),
    ("availble", "available", _said("score", DATA, "-f", "toe", "--missing", "{}")),
    ("refues", "refuse", _said("score", DATA, "-f", "toe", "--missing", "{}")),
    ("consise", "concise", _said("validate", DATA, "-f", "toe", "--format", "{}")),
    ("gihtub", "github", _said("validate", DATA, "-f", "toe", "--format", "{}")),
    ("htlm", "html", _said("score", DATA, "-f", "toe", "--format", "{}")),
    ("gb1803", "gb18030", _said("score", DATA, "-f", "toe", "--encoding", "{}")),
    ("distrct", "district", _said("score", DATA, "-f", "toe", "--by", "{}", "--out", "run")),
    ("20244", "2024", _said("score", DATA, "-f", "toe", "--period", "{}", "--out", "run")),
    ("technicl", "technical", _said("explain", "鼓桥社区", DATA, "-f", "toe", "--period", "2025", "--node", "{}")),
    ("鼓橋社区", "鼓桥社区", _said("explain", "{}", DATA, "-f", "toe")),
    ("framwork", "framework", _said("schema", "{}")),
    ("percentile_rnk", "percentile_rank", _said("methods", "{}")),
    # ids in frameworks
    ("hazard_closure_rat", "hazard_closure_rate", leaf),
    ("warning_lead_mins", "warning_lead_min", leaf),
    ("responce_min", "response_min", leaf),
    ("privacy_incident", "privacy_incidents", leaf),
    ("trust_scroe", "trust_score", _in_words(TREE, "flags: [{id: low, node: {}, op: '<', value: 3}]\n")),
    ("hazard_closuer_rate", "hazard_closure_rate",
     _in_words(TREE, "flags: [{id: low, node: {}, op: '<', value: 3}]\n")),
    ("respons_min", "response_min", _in_words(
        TREE, "grades: [{id: A, min: 0, title: {zh: 优, en: Good}}]\n"
        "red_lines: [{indicator: {}, op: '>', value: 200, cap: A, reason: {zh: 慢, en: slow}}]\n")),
    # ids in judgments
    ("technicl", "technical", judged),
    ("organisational", "organizational", judged),
    ("hazard_closure_rte", "hazard_closure_rate", judged),
    # keys of files
    ("agregate", "aggregate", leaf),
    ("weigth", "weight", _in_words(LOCAL, "    - {indicator: trust_score, {}: 1}\n")),
    ("vesion", "version", leaf),
    ("framewrok", "framework", _in_words("schema: resilience-index/assessment/1\n", "{}: toe\n")),
    ("jugments", "judgments", _in_words(ASSESSMENT, "{}: judgments.yaml\n")),
    ("clumns", "columns", _in_words(ASSESSMENT, "{}: {id: community_id}\n")),
    ("peroid", "period", _in_words(ASSESSMENT, "columns: {{}: period}\n")),
    ("resilience-index/asessment/1", "resilience-index/assessment/1", _in_words("", "schema: {}\nframework: toe\n")),
    # values of keys
    ("toee", "toe", _in_words("schema: resilience-index/assessment/1\n", "framework: {}\n")),
    ("arithmatic", "arithmetic", _in_words(ASSESSMENT, "defaults: {aggregate: {}}\n")),
    ("entrpoy", "entropy", _in_words(ASSESSMENT, "weights: {method: {}}\n")),
    ("linaer", "linear", _in_words(ASSESSMENT, "weights: {method: combine, rule: {}}\n")),
    ("avialable", "available", _in_words(ASSESSMENT, "defaults: {missing: {policy: {}}}\n")),
    ("half_upp", "half_up", _in_words(ASSESSMENT, "defaults: {round: {digits: 2, mode: {}}}\n")),
    ("benefti", "benefit", _in_words(LOCAL, "    - {id: a, title: {zh: 甲, en: A}, direction: {}, range: [0, 1]}\n")),
    ("conext", "context", _in_words(LOCAL, "    - {id: a, title: {zh: 甲, en: A}, direction: {}}\n    - well_being\n")),
    ("averge", "average", _in_words(TREE, "ranks: {ties: {}}\n")),
    ("xlxs", "xlsx", _in_words(ASSESSMENT, "outputs: [{}]\n")),
    ("prevnt", "prevent", _in_words(
        LOCAL, "    - {id: a, title: {zh: 甲, en: A}, direction: benefit, goalposts: [0, 1], phase: {}}\n")),
    # columns of tables
    ("comunity_id", "community_id", column),
    ("hazard_closure_rat", "hazard_closure_rate", column),
    ("warnng_lead_min", "warning_lead_min", column),
    ("privacy_incidentss", "privacy_incidents", column),
    ("review_rte", "review_rate", column),
    ("reply_hour", "reply_hours", column),
    ("社区编马", "社区编码", chinese),
    ("隐患整改闭坏率", "隐患整改闭环率", chinese),
    ("诉求响应时常", "诉求响应时长", chinese),
    ("事后复盘", "事后复盘率", chinese),
    ("预警提前时量", "预警提前量", chinese),
)  # fmt: skip


def test_there_are_enough_of_them_and_each_is_a_small_slip():
    assert len(TYPOS) >= 60
    for typo, meant, _ in TYPOS:
        assert _edits(typo, meant) == 1, (typo, meant)


def _edits(first: str, second: str) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours between two texts."""
    rows = [list(range(len(second) + 1))]
    for i, left in enumerate(first, start=1):
        row = [i]
        for j, right in enumerate(second, start=1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (left != right))
            if i > 1 and j > 1 and left == second[j - 2] and first[i - 2] == right:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("typo", "meant", "way"), TYPOS, ids=[f"{typo} for {meant}" for typo, meant, _ in TYPOS])
def test_the_first_suggestion_is_what_was_meant(
    typo: str, meant: str, way: Way, language: Language, tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    ran = inside(*way(tmp_path, meant, typo), lang=language)
    assert ran.code in (0, 1, 2)
    found = SUGGESTED[language].findall(ran.out + ran.err)
    assert found[:1] == [meant], ran.out + ran.err
