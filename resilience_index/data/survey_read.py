"""Reading filled surveys: what they were made for, who answered, and the answers with their places."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from resilience_index.data.cells import show
from resilience_index.data.files.records import Record
from resilience_index.data.files.source import Input
from resilience_index.data.files.workbook import LARGEST, Book, is_workbook
from resilience_index.data.layout.columns import letter
from resilience_index.data.privacy import mask
from resilience_index.data.sheets.parts import clean
from resilience_index.data.survey_form import (
    ANSWER,
    CALC,
    FORMS,
    HEADS,
    KEY,
    LISTS,
    META,
    PARTICULARS,
    SCHEMA,
    SECOND,
    SIDES,
    keys,
)
from resilience_index.data.survey_words import choices, degrees, say
from resilience_index.errors import UnreadableError
from resilience_index.findings import Finding, Location

_LONGEST = 200
_NOT_CHOSEN = {"en": "it is not on the list of the cell", "zh": "不在该单元格的下拉列表中"}
_NO_NUMBER = {
    "en": "it is no plain number from 0 upwards, such as 25", "zh": "不是大于等于 0 的数字（如 25，不带 % 或单位）",
}  # fmt: skip
_NO_PLACE = {"en": "it is no place from 1 to {count}", "zh": "不是 1 至 {count} 的名次"}
_TWICE = {"en": "it stands there twice", "zh": "此项出现了两次"}
_ASKED_TWICE = {"en": "this question about '{node}' stands there twice", "zh": "“{node}”的这一题出现了两次"}
_NO_ITEM = {"en": "it is none of the items", "zh": "不是所列项目"}
_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?(e[+-]?[0-9]+)?", re.ASCII | re.IGNORECASE)
_MOVED = {
    "en": "in the sheet about '{node}' the column of answers is not where it was",
    "zh": "“{node}”表中，填答案的列已不在原处",
}
_OTHER_ITEMS = {
    "en": "in the sheet about '{node}' this row shows other items than it was made with",
    "zh": "“{node}”表中，此行所列项目与制作时不符",
}
_ROWS_GONE = {"en": "in the sheet about '{node}' {count} rows are gone", "zh": "“{node}”表中少了 {count} 行"}
_SHEETS_GONE = {
    "en": "the questions about {nodes} are not there: sheets are gone, or columns moved",
    "zh": "找不到关于 {nodes} 的题目：工作表已删去，或列已移动",
}


@dataclass
class BestWorstAnswers:
    """One node's best–worst answers, by child id; what was not answered is absent."""

    best: str | None = None
    worst: str | None = None
    to_others: dict[str, int] = field(default_factory=dict)
    to_worst: dict[str, int] = field(default_factory=dict)


@dataclass
class Survey:
    """A filled survey. Answers are by node id; what was not answered is absent.

    ``comparisons`` hold a_ij for (left, right) child ids; ``places`` where each of them stands; ``expert`` what
    was entered about the expert, personal numbers masked; ``asked`` the nodes it asks about; ``tree`` each node's
    scored children when it was made, ``titles`` what they are called in it. ``changed`` are the nodes whose sheets
    are not as they were made: their answers are left out.
    """

    file: str
    sha256: str
    framework: str
    version: str
    tree_sha256: str
    language: str
    form: str
    asked: tuple[str, ...]
    tree: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, tuple[str, ...]]
    expert: dict[str, str] = field(default_factory=dict)
    comparisons: dict[str, dict[tuple[str, str], Fraction]] = field(default_factory=dict)
    numbers: dict[str, dict[str, float]] = field(default_factory=dict)
    best_worst: dict[str, BestWorstAnswers] = field(default_factory=dict)
    places: dict[tuple[str, ...], Location] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def read_survey(path: str | Path) -> Survey:
    """Read a survey that came back.

    Answers that cannot be read are left out, with findings RI391, and those of sheets that are not as they were
    made, with RI399. Raises ``UnreadableError`` RI002, RI003, RI007, RI051, RI052, RI261 and RI262.
    """
    given, file = Input(Path(path)), str(path)
    head, size = given.head()
    if size > LARGEST or not is_workbook(given, head, size):
        raise UnreadableError("RI051", where=Location(file), file=file)
    content = given.whole()
    book = Book(content, file)
    hidden = {sheet.name: sheet for sheet in book.sheets}
    if META not in hidden or LISTS not in hidden:
        raise UnreadableError("RI051", where=Location(file), file=file)
    survey = _described(file, hashlib.sha256(content).hexdigest(), book.grid(hidden[META]).records)
    reader = _Reader(survey)
    for sheet in book.sheets:
        # A sheet that an expert hid is answered all the same.
        if sheet.name not in (META, LISTS, CALC):
            for record in book.grid(sheet).records:
                reader.row(sheet.name, record)
    reader.finish()
    return survey


def _described(file: str, sha256: str, records: tuple[Record, ...]) -> Survey:
    single: dict[str, str] = {}
    asked: list[str] = []
    of_nodes: dict[str, dict[str, tuple[str, ...]]] = {"tree": {}, "titles": {}}
    for record in records:
        word, *texts = (text.strip() for text in record.cells)
        texts = [text for text in texts if text]
        if word == "asked":
            asked += texts[:1]
        elif word in of_nodes and texts:
            of_nodes[word][texts[0]] = tuple(texts[1:])
        elif texts:
            single[word] = texts[0]
    if single.get("schema") != SCHEMA:
        raise UnreadableError("RI052", where=Location(file), file=file, schema=show(single.get("schema", "—")))
    wanted = ("framework", "version", "sha256", "language", "form")
    tree, titles = of_nodes["tree"], of_nodes["titles"]
    named = all(node in tree and len(titles.get(node, ())) == len(tree[node]) for node in asked)
    if any(word not in single for word in wanted) or single["form"] not in FORMS or not named:
        raise UnreadableError("RI051", where=Location(file), file=file)
    return Survey(
        file, sha256, single["framework"], single["version"], single["sha256"], single["language"], single["form"],
        tuple(asked), tree, titles,
    )  # fmt: skip


class _Reader:
    """Takes rows with answers apart; the key in their first column says what they answer."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        languages = ("zh", "en")
        self.choices = {_fold(text): place for name in languages for place, text in enumerate(choices(name))}
        self.degrees = {_fold(text): place for name in languages for place, text in enumerate(degrees(name), 1)}
        self.choices[_fold("1")] = 8  # the one number that says all without a side
        self.degrees |= {str(degree): degree for degree in range(1, 10)}
        self.heads = {_fold(say(HEADS[survey.form], name)) for name in languages}
        self.seen: set[str] = set()

    def row(self, sheet: str, record: Record) -> None:
        cells = [*record.cells, *[""] * (SECOND + 1 - len(record.cells))]
        word, bar, rest = cells[KEY].strip().partition("|")
        if not bar:
            return
        where = [self._place(sheet, record.row, column) for column in (ANSWER, SECOND)]
        answers = [cells[column].strip() for column in (ANSWER, SECOND)]
        ids = rest.split("|")
        if cells[KEY] in self.seen:
            if word == "expert":
                self._refuse(where[0], answers[0] or "—", _TWICE)
            elif ids[0] in self.survey.asked:
                self._change(ids[0], _ASKED_TWICE, where[0])
            return
        self.seen.add(cells[KEY])
        if word == "expert" and rest in PARTICULARS:
            if answers[0]:
                self.survey.expert[rest] = " ".join(clean(mask(answers[0])).split())[:_LONGEST]
        elif ids[0] in self.survey.asked and set(ids[1:]) <= set(self.survey.tree[ids[0]]):
            if word == "head":
                if _fold(answers[0]) not in self.heads:
                    self._change(ids[0], _MOVED, where[0])
            elif not self._fits(ids, cells):
                self._change(ids[0], _OTHER_ITEMS, where[0])
            self._answer(word, ids, answers, where)

    def finish(self) -> None:
        """Look for what is gone, and leave out the answers of sheets that were changed."""
        survey, gone = self.survey, []
        for node in survey.asked:
            made = keys(survey.form, node, survey.tree[node])
            missing = [key for key in made if key not in self.seen]
            if len(missing) == len(made):
                gone.append(node)
            elif missing:
                self._change(node, _ROWS_GONE, Location(survey.file), count=len(missing))
        if gone:
            survey.changed |= set(gone)
            reason = {
                "en": _SHEETS_GONE["en"].format(nodes=", ".join(gone)),
                "zh": _SHEETS_GONE["zh"].format(nodes="、".join(gone)),
            }
            survey.findings.append(Finding("RI399", Location(survey.file), {"reason": reason}))
        for node in survey.changed:
            for answers in (survey.comparisons, survey.numbers, survey.best_worst):
                answers.pop(node, None)

    def _fits(self, ids: list[str], cells: list[str]) -> bool:
        """Whether a row shows the items that its key names: rows may have been sorted without their keys."""
        children, titles = self.survey.tree[ids[0]], self.survey.titles[ids[0]]
        expected = [titles[children.index(name)] for name in ids[1:]]
        return all(_fold(cells[column]) == _fold(title) for column, title in zip(SIDES, expected, strict=False))

    def _change(self, node: str, texts: Mapping[str, str], where: Location, **values: object) -> None:
        """The sheet about a node is not as it was made; told once."""
        if node not in self.survey.changed:
            self.survey.changed.add(node)
            reason = {language: text.format(node=node, **values) for language, text in texts.items()}
            self.survey.findings.append(Finding("RI399", where, {"reason": reason}))

    def _answer(self, word: str, ids: list[str], answers: list[str], where: list[Location]) -> None:
        if word == "best_worst" and len(ids) == 2:
            self._degrees(ids[0], ids[1], answers, where)
        elif not answers[0]:
            return
        elif word == "pair" and len(ids) == 3:
            chosen = self.choices.get(_fold(answers[0]))
            if chosen is None:
                self._refuse(where[0], answers[0], _NOT_CHOSEN)
                return
            value = Fraction(9 - chosen) if chosen <= 8 else Fraction(1, chosen - 7)
            self.survey.comparisons.setdefault(ids[0], {})[ids[1], ids[2]] = value
            self.survey.places[tuple(ids)] = where[0]
        elif word in ("points", "ranks") and len(ids) == 2:
            self._number(word, ids, answers[0], where[0])
        elif word in ("best", "worst") and len(ids) == 1:
            self._item(word, ids[0], answers[0], where[0])

    def _number(self, word: str, ids: list[str], answer: str, where: Location) -> None:
        count = len(self.survey.tree[ids[0]])
        plain = unicodedata.normalize("NFKC", answer)
        value = float(plain) if _NUMBER.fullmatch(plain) else -1.0
        if word == "points" and not 0 <= value < 1e9:
            self._refuse(where, answer, _NO_NUMBER)
        elif word == "ranks" and not 1 <= value <= count:
            self._refuse(where, answer, {key: text.format(count=count) for key, text in _NO_PLACE.items()})
        else:
            self.survey.numbers.setdefault(ids[0], {})[ids[1]] = value
            self.survey.places[tuple(ids)] = where

    def _item(self, word: str, node: str, answer: str, where: Location) -> None:
        """A best or worst item: its number and its title, or the number alone."""
        known: dict[str, str] = {}
        for place, (child, title) in enumerate(zip(self.survey.tree[node], self.survey.titles[node], strict=True), 1):
            known |= {_fold(f"{place} {title}"): child, str(place): child}
        chosen = known.get(_fold(answer))
        if chosen is None:
            self._refuse(where, answer, _NO_ITEM)
            return
        setattr(self.survey.best_worst.setdefault(node, BestWorstAnswers()), word, chosen)
        self.survey.places[node, word] = where

    def _degrees(self, node: str, child: str, answers: list[str], where: list[Location]) -> None:
        found = self.survey.best_worst.setdefault(node, BestWorstAnswers())
        for answer, place, target in zip(answers, where, (found.to_others, found.to_worst), strict=True):
            if not answer:
                continue
            degree = self.degrees.get(_fold(answer))
            if degree is None:
                self._refuse(place, answer, _NOT_CHOSEN)
                continue
            target[child] = degree

    def _place(self, sheet: str, row: int, column: int) -> Location:
        return Location(f"{self.survey.file}[{show(sheet)}]", row=row, field=letter(column))

    def _refuse(self, where: Location, answer: str, reason: Mapping[str, str]) -> None:
        self.survey.findings.append(Finding("RI391", where, {"value": show(answer), "reason": reason}))


def _fold(text: str) -> str:
    """A text without differences of width, case and white space."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def answered(survey: Survey, node: str) -> int:
    """How many of a node's questions have an answer that can be read."""
    if survey.form == "comparisons":
        return len(survey.comparisons.get(node, {}))
    if survey.form != "best-worst":
        return len(survey.numbers.get(node, {}))
    found = survey.best_worst.get(node, BestWorstAnswers())
    others = set(survey.tree[node]) - {found.best}
    count = (found.best is not None) + (found.worst is not None)
    return count + len(others & set(found.to_others)) + len((others - {found.worst}) & set(found.to_worst))


def missing_pairs(survey: Survey, node: str) -> Iterator[tuple[str, str]]:
    """The pairs of a node without an answer, in the order of the sheet."""
    children, given = survey.tree[node], survey.comparisons.get(node, {})
    for place, first in enumerate(children):
        for second in children[place + 1 :]:
            if (first, second) not in given:
                yield first, second
