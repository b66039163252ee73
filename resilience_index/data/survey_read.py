"""Reading filled surveys: what they were made for, who answered, and the answers with their places."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from resilience_index.data.cells import show
from resilience_index.data.columns import letter
from resilience_index.data.privacy import mask
from resilience_index.data.records import Record
from resilience_index.data.sheet_parts import clean
from resilience_index.data.source import Input
from resilience_index.data.survey_form import ANSWER, FORMS, KEY, LISTS, META, PARTICULARS, SCHEMA, SECOND
from resilience_index.data.survey_words import choices, degrees
from resilience_index.data.workbook import LARGEST, Book, is_workbook
from resilience_index.errors import UnreadableError
from resilience_index.findings import Finding, Location

_LONGEST = 200
_NOT_CHOSEN = {"en": "it is not on the list of the cell", "zh": "不在该单元格的下拉列表中"}
_NO_NUMBER = {"en": "it is no number from 0 upwards", "zh": "不是大于等于 0 的数字"}
_NO_PLACE = {"en": "it is no place from 1 to {count}", "zh": "不是 1 至 {count} 的名次"}
_TWICE = {"en": "this question stands there twice", "zh": "此题出现了两次"}
_NO_ITEM = {"en": "it is none of the items", "zh": "不是所列项目"}


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
    scored children when it was made.
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
    expert: dict[str, str] = field(default_factory=dict)
    comparisons: dict[str, dict[tuple[str, str], Fraction]] = field(default_factory=dict)
    numbers: dict[str, dict[str, float]] = field(default_factory=dict)
    best_worst: dict[str, BestWorstAnswers] = field(default_factory=dict)
    places: dict[tuple[str, ...], Location] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_survey(path: str | Path) -> Survey:
    """Read a survey that came back.

    Answers that cannot be read are left out, with findings RI391. Raises ``UnreadableError`` RI002, RI003, RI007,
    RI051, RI052, RI261 and RI262.
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
        if sheet.state == "visible":
            for record in book.grid(sheet).records:
                reader.row(sheet.name, record)
    return survey


def _described(file: str, sha256: str, records: tuple[Record, ...]) -> Survey:
    single: dict[str, str] = {}
    asked: list[str] = []
    tree: dict[str, tuple[str, ...]] = {}
    for record in records:
        word, *texts = (text.strip() for text in record.cells)
        texts = [text for text in texts if text]
        if word == "asked":
            asked += texts[:1]
        elif word == "tree" and texts:
            tree[texts[0]] = tuple(texts[1:])
        elif texts:
            single[word] = texts[0]
    if single.get("schema") != SCHEMA:
        raise UnreadableError("RI052", where=Location(file), file=file, schema=show(single.get("schema", "—")))
    wanted = ("framework", "version", "sha256", "language", "form")
    if any(word not in single for word in wanted) or single["form"] not in FORMS or not set(asked) <= set(tree):
        raise UnreadableError("RI051", where=Location(file), file=file)
    return Survey(
        file, sha256, single["framework"], single["version"], single["sha256"], single["language"], single["form"],
        tuple(asked), tree,
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
        self.items: dict[str, dict[str, str]] = {}
        self.seen: set[str] = set()

    def row(self, sheet: str, record: Record) -> None:
        cells = [*record.cells, *[""] * (SECOND + 1 - len(record.cells))]
        word, bar, rest = cells[KEY].strip().partition("|")
        if not bar:
            return
        where = [self._place(sheet, record.row, column) for column in (ANSWER, SECOND)]
        answers = [cells[column].strip() for column in (ANSWER, SECOND)]
        if cells[KEY] in self.seen:
            self._refuse(where[0], answers[0] or "—", _TWICE)
            return
        self.seen.add(cells[KEY])
        ids = rest.split("|")
        if word == "expert" and rest in PARTICULARS:
            if answers[0]:
                self.survey.expert[rest] = " ".join(clean(mask(answers[0])).split())[:_LONGEST]
        elif ids[0] in self.survey.asked and set(ids[1:]) <= set(self.survey.tree[ids[0]]):
            self._answer(word, ids, answers, where)

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
        try:
            value = float(unicodedata.normalize("NFKC", answer))
        except ValueError:
            value = -1.0
        if word == "points" and not 0 <= value < 1e9:
            self._refuse(where, answer, _NO_NUMBER)
        elif word == "ranks" and not 1 <= value <= count:
            self._refuse(where, answer, {key: text.format(count=count) for key, text in _NO_PLACE.items()})
        else:
            self.survey.numbers.setdefault(ids[0], {})[ids[1]] = value
            self.survey.places[tuple(ids)] = where

    def _item(self, word: str, node: str, answer: str, where: Location) -> None:
        """A best or worst item: its number stands before its title."""
        number = unicodedata.normalize("NFKC", answer).split(" ")[0]
        children = self.survey.tree[node]
        if not (number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= len(children)):
            self._refuse(where, answer, _NO_ITEM)
            return
        setattr(self.survey.best_worst.setdefault(node, BestWorstAnswers()), word, children[int(number) - 1])
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
