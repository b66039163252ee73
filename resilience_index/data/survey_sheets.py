"""The sheets of the expert survey on which answers are given, one for each node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from resilience_index.data.layout.columns import letter
from resilience_index.data.layout.units import unit_name
from resilience_index.data.sheets import parts
from resilience_index.data.sheets.parts import Book
from resilience_index.data.survey_calc import Calc, Consistency
from resilience_index.data.survey_form import ANSWER, CALC, HEADS, KEY, SECOND, THRESHOLD, key, questions
from resilience_index.data.survey_words import phrase, say
from resilience_index.framework.tree import Leaf, Node

_BOX = {"border": 1, "border_color": "#C9D2DC", "valign": "vcenter", "text_wrap": True}
_NAME = {**_BOX, "bold": True, "align": "left", "indent": 1}
_ASK = {**_BOX, "bg_color": "#FFF6D6", "locked": False}
_LABEL = {"bold": True, "font_color": "#44526B", "valign": "vcenter", "align": "right", "indent": 1}
_STATE = {"bold": True, "valign": "vcenter", "align": "left"}
_ADVICE = {"valign": "vcenter", "align": "left", "text_wrap": True}
_SECTION = {"bold": True, "font_size": 11, "font_color": "#1F4E79", "bottom": 1, "bottom_color": "#1F4E79"}
_QUIET = {**_BOX, "font_color": "#44526B", "indent": 1}
_WIDTHS = {
    "comparisons": (0, 6, 30, 28, 30, 58), "points": (0, 6, 34, 14, 14, 78), "ranks": (0, 6, 34, 16, 14, 78),
    "best-worst": (0, 6, 34, 30, 30, 52),
}  # fmt: skip
_CHOICE = _WIDTHS["best-worst"][ANSWER]
_LONGEST_LIST = 50
_FLAG = 6
"""The hidden column that says which rows are coloured."""


@dataclass
class Page:
    """A node's sheet while it is written."""

    book: Book
    calc: Calc
    sheet: Any
    name: str
    node: Node
    form: str
    random_index: float
    row: int = 0
    count: str = field(default="0", init=False)

    @property
    def language(self) -> Any:
        """The language of the survey."""
        return self.book.language

    @property
    def titles(self) -> list[str]:
        """The children's titles, numbered: two may be named alike."""
        return [
            f"{place} {parts.clean(child.title.say(self.language))}"
            for place, child in enumerate(self.node.scored_children, 1)
        ]

    @property
    def total(self) -> int:
        """How many answers are asked for."""
        return questions(self.node, self.form)

    def say(self, word: str, **values: Any) -> str:
        """A fixed text."""
        return say(word, self.language, **values)

    def cell(self, row: int, column: int) -> str:
        """The reference to a cell of this sheet from any sheet."""
        return f"'{self.name}'!${letter(column)}${row + 1}"

    def text(self, row: int, column: int, text: str, *style: Any, **more: Any) -> None:
        """Write a text."""
        self.sheet.write_string(row, column, parts.clean(text), self.book.format(*style, **more))

    def formula(self, row: int, column: int, formula: str, value: Any, *style: Any, **more: Any) -> None:
        """Write a formula with the value it has in an empty survey."""
        self.sheet.write_formula(row, column, "=" + formula, self.book.format(*style, **more), value)

    def wide(self, row: int, first: int, last: int, style: Any) -> None:
        """Merge cells of a row."""
        self.sheet.merge_range(row, first, row, last, "", self.book.format(style))

    def header(self, before: Sequence[str], *after: str) -> None:
        """The header of the answers: texts before and after that of the form; printed on every page."""
        self.text(self.row, KEY, key("head", self.node.id))
        for place, word in enumerate((*before, HEADS[self.form], *after), 1):
            self.text(self.row, place, self.say(word), parts.HEADER, bg_color=parts.KEY_COLOUR)
        self.sheet.set_row(self.row, 30)
        self.sheet.repeat_rows(self.row)
        self.row += 1

    def height(self, texts: Sequence[str]) -> None:
        """Make the current row as high as the texts of its columns, from the second on, need."""
        widths = _WIDTHS[self.form][1:]
        self.sheet.set_row(self.row, max(24, parts.height(list(zip(texts, widths, strict=False)))))


def write(page: Page) -> str:
    """Write a node's sheet; the reference to its count of answers."""
    sheet = page.sheet
    for column, width in enumerate(_WIDTHS[page.form]):
        sheet.set_column(column, column, width, None, {"hidden": column == KEY})
    sheet.set_column(_FLAG, _FLAG, 4, None, {"hidden": True})
    _head(page)
    _FORMS[page.form](page)
    sheet.hide_gridlines(2)
    sheet.freeze_panes(6, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    parts.print_setup(sheet)
    sheet.fit_to_pages(1, 0)
    return page.count


def _head(page: Page) -> None:
    """Title and question; the figures of rows 3 to 5 are written by the form."""
    title = page.node.title.say(page.language)
    question = page.say("ask_" + page.form.replace("-", "_"), title=title)
    about = page.node.description.say(page.language) if page.node.description is not None else ""
    page.text(0, 1, title, parts.TITLE)
    page.sheet.set_row(0, 30)
    page.wide(1, 1, 5, parts.PLAIN)
    line = f"{question} {about}".strip()
    page.text(1, 1, line, parts.PLAIN)
    page.sheet.set_row(1, parts.height([(line, sum(_WIDTHS[page.form]))]))
    page.row = 6


@dataclass(frozen=True)
class Verdict:
    """What row 5 says once all is answered: formulas of whether all is well, and of what to say otherwise.

    ``wrong`` tells answers that contradict each other before all is answered; ``warn`` colours what is not well.
    """

    well: str
    good: str
    bad: str = '""'
    wrong: str = "FALSE"
    warn: bool = True


def _states(page: Page, second: tuple[str, str, Any, str] | None, verdict: Verdict) -> None:
    """Rows 3 to 5: how many answers are there, a figure (its word, formula, empty value, number format), advice."""
    start, end = page.say("missing"), page.say("missing_end")
    page.text(2, 2, page.say("head_progress"), _LABEL)
    page.formula(2, ANSWER, f'{page.count}&" / {page.total}"', f"0 / {page.total}", _STATE)
    if second is not None:
        word, formula, value, form = second
        page.text(3, 2, page.say(word), _LABEL)
        page.formula(3, ANSWER, formula, value, _STATE, num_format=form)
    page.text(4, 2, page.say("head_advice"), _LABEL)
    page.wide(4, ANSWER, 5, _ADVICE)
    done = f"IF({page.count}<{page.total},0,IF({verdict.well},1,2))"
    page.formula(4, _FLAG, f"IF({verdict.wrong},3,{done})", 0)
    open_ = f'"{start}"&({page.total}-{page.count})&"{end}"'
    said = f'IF($G$5=1,"{verdict.good}",IF($G$5=2,{verdict.bad},"{page.say("same")}"))'
    page.formula(4, ANSWER, f"IF($G$5=0,{open_},{said})", f"{start}{page.total}{end}", _ADVICE)
    for row in (2, 3):
        page.sheet.set_row(row, 18)
    page.sheet.set_row(4, 32)
    colours = [("=1", page.book.format(font_color="#117755"))]
    colours.append((">1" if verdict.warn else ">2", page.book.format(font_color="#B3261E", bold=True)))
    for test, style in colours:
        rule = {"type": "formula", "criteria": f"=$G$5{test}", "format": style}
        page.sheet.conditional_format(4, ANSWER, 4, ANSWER, rule)


def _about(page: Page, item: Node | Leaf) -> str:
    """What a child is: how an indicator is measured, what a node says of itself or contains."""
    language = page.language
    if isinstance(item, Leaf):
        unit = unit_name(item.indicator.unit or "", language)
        texts = [item.indicator.measure.say(language) if item.indicator.measure else ""]
        texts += [page.say("unit", unit=unit)] if unit and unit != "0/1" else []
    else:
        names = ("、" if language == "zh" else ", ").join(child.title.say(language) for child in item.scored_children)
        texts = [item.description.say(language) if item.description else "", page.say("contains", names=names)]
    return "\n".join(text for text in texts if text)


def _items(page: Page) -> str:
    """The table of children, before the questions; the range of their numbered titles on this sheet."""
    page.text(page.row, 1, page.say("items"), _SECTION)
    for column in range(2, 6):
        page.text(page.row, column, "", _SECTION)
    page.sheet.set_row(page.row, 20)
    page.row += 1
    first = page.row
    for title, child in zip(page.titles, page.node.scored_children, strict=True):
        about = _about(page, child)
        page.sheet.merge_range(page.row, 1, page.row, 2, "", page.book.format(_NAME))
        page.text(page.row, 1, title, _NAME)
        page.wide(page.row, 3, 5, _QUIET)
        page.text(page.row, 3, about or "—", _QUIET)
        room = sum(_WIDTHS[page.form][3:])
        page.sheet.set_row(page.row, max(20, parts.height([(about, room), (title, _WIDTHS[page.form][2])])))
        page.row += 1
    cells = f"'{page.name}'!$B${first + 1}:$B${page.row}"
    page.row += 1
    return cells


def _list(page: Page, row: int, column: int, source: Any) -> None:
    page.sheet.data_validation(row, column, row, column, {
        "validate": "list", "source": source, "ignore_blank": True, "error_title": page.say("stop_title"),
        "error_message": page.say("stop_list"),
    })  # fmt: skip


def _place(page: Page, row: int) -> None:
    """A place from 1: from a list where it is short enough for one."""
    if page.total <= _LONGEST_LIST:
        _list(page, row, ANSWER, [str(number) for number in range(1, page.total + 1)])
        return
    page.sheet.data_validation(row, ANSWER, row, ANSWER, {
        "validate": "integer", "criteria": "between", "minimum": 1, "maximum": page.total, "ignore_blank": True,
    })  # fmt: skip


def _comparisons(page: Page) -> None:
    _items(page)
    page.header(("question", "left_head"), "right_head", "reads")
    children, first = page.node.scored_children, page.row
    pairs = list(combinations(range(len(children)), 2))
    cells = [page.cell(first + place, ANSWER) for place in range(len(pairs))]
    top = page.calc.row
    figures = page.calc.comparisons(cells, len(children), page.random_index)
    page.count = figures.count
    for place, (i, j) in enumerate(pairs):
        names = [children[at].title.say(page.language) for at in (i, j)]
        page.text(page.row, KEY, key("pair", page.node.id, children[i].id, children[j].id))
        page.sheet.write_number(page.row, 1, place + 1, page.book.format(_BOX, align="center"))
        page.text(page.row, 2, names[0], _NAME, align="right")
        page.sheet.write_blank(page.row, ANSWER, None, page.book.format(_ASK, align="center"))
        _list(page, page.row, ANSWER, "=survey_choices")
        page.text(page.row, 4, names[1], _NAME)
        chosen, row = f"{CALC}!$A${top + place + 1}", page.row + 1
        left, right = (f"IF({chosen}<=9,${first}${row},${second}${row})" for first, second in ("CE", "EC"))
        sentence = "&".join([left, f"INDEX(survey_phrases,MAX(1,{chosen}))", right,
                             f"INDEX(survey_ends,MAX(1,{chosen}))"])  # fmt: skip
        said = f'IF($D${row}="","",IF({chosen}=0,"⚠ {page.say("choose")}",{sentence}))'
        page.formula(page.row, 5, said, "", _QUIET)
        if figures.cr is not None:
            page.formula(page.row, _FLAG, f"IF(AND($G$5=2,{figures.worst}={place + 1}),1,0)", 0)
        spoken = "".join(names) + phrase(9, page.language) + "  "
        page.height(["", names[0], "", names[1], spoken])
        page.row += 1
    colour = {"type": "formula", "criteria": f"=$G{first + 1}=1", "format": page.book.format(bg_color="#FFD6D1")}
    page.sheet.conditional_format(first, 1, page.row - 1, 5, colour)
    _consistency_of_pairs(page, figures, first)


def _consistency_of_pairs(page: Page, figures: Consistency, first: int) -> None:
    if figures.cr is None:
        _states(page, ("head_cr", '"—"', "—", "General"), Verdict("TRUE", page.say("complete")))
        return
    left, right = (f"INDEX(${column}${first + 1}:${column}${page.row},{figures.worst})" for column in "CE")
    bad = f'"{page.say("again")}"&{figures.worst}&"{page.say("again_end")}"&{left}&" — "&{right}'
    later = page.say("later")
    shown = f'IF({page.count}={page.total},{figures.cr},"{later}")'
    verdict = Verdict(f"{figures.cr}<={THRESHOLD}", page.say("good"), bad)
    _states(page, ("head_cr", shown, later, "0.000"), verdict)


def _points(page: Page) -> None:
    page.header(("number", "item"), "share", "what")
    first, last = page.row, page.row + page.total - 1
    cells = f"$D${first + 1}:$D${last + 1}"
    for place, child in enumerate(page.node.scored_children):
        about, row = _about(page, child), page.row
        cell = f"$D${row + 1}"
        page.text(row, KEY, key("points", page.node.id, child.id))
        page.sheet.write_number(row, 1, place + 1, page.book.format(_BOX, align="center"))
        page.text(row, 2, child.title.say(page.language), _NAME)
        page.sheet.write_blank(row, ANSWER, None, page.book.format(_ASK, align="center"))
        page.sheet.data_validation(row, ANSWER, row, ANSWER, {
            "validate": "decimal", "criteria": ">=", "value": 0, "ignore_blank": True,
            "error_title": page.say("stop_points_title"), "error_message": page.say("stop_points"),
        })  # fmt: skip
        share = f'IF(AND(ISNUMBER({cell}),SUM({cells})>0),{cell}/SUM({cells}),"")'
        page.formula(row, 4, share, "", _QUIET, align="center", indent=0, num_format="0.0%")
        page.text(row, 5, about or "—", _QUIET)
        page.height(["", child.title.say(page.language), "", "", about])
        page.row += 1
    page.count = page.calc.count(f"'{page.name}'!{cells}")
    verdict = Verdict(f"ABS(SUM({cells})-100)<0.000001", page.say("complete"), f'"{page.say("total_wrong")}"')
    _states(page, ("head_total", f"SUM({cells})", 0, "General"), verdict)


def _ranks(page: Page) -> None:
    page.header(("number", "item"))
    wide = page.book.format(parts.HEADER, bg_color=parts.KEY_COLOUR)
    page.sheet.merge_range(page.row - 1, 4, page.row - 1, 5, page.say("what"), wide)
    first, last = page.row, page.row + page.total - 1
    cells = f"$D${first + 1}:$D${last + 1}"
    for place, child in enumerate(page.node.scored_children):
        about, row = _about(page, child), page.row
        cell = f"$D${row + 1}"
        page.text(row, KEY, key("ranks", page.node.id, child.id))
        page.sheet.write_number(row, 1, place + 1, page.book.format(_BOX, align="center"))
        page.text(row, 2, child.title.say(page.language), _NAME)
        page.sheet.write_blank(row, ANSWER, None, page.book.format(_ASK, align="center"))
        _place(page, row)
        page.wide(row, 4, 5, _QUIET)
        page.text(row, 4, about or "—", _QUIET)
        page.height(["", child.title.say(page.language), "", "", about])
        # Where a place counts those before it, and the part of a tie: for the check that none is skipped.
        page.formula(row, _FLAG, f'IF(ISNUMBER({cell}),1+COUNTIF({cells},"<"&{cell}),0)', 0)
        page.formula(row, _FLAG + 1, f"IF(ISNUMBER({cell}),1/COUNTIF({cells},{cell}),0)", 0)
        page.row += 1
    page.sheet.set_column(_FLAG + 1, _FLAG + 1, 4, None, {"hidden": True})
    page.count = page.calc.count(f"'{page.name}'!{cells}")
    smallest = f"SUMPRODUCT(ABS({cells}-$G${first + 1}:$G${last + 1}))=0"
    dense = f"ABS(MAX({cells})-SUM($H${first + 1}:$H${last + 1}))<0.000001"
    verdict = Verdict(f"OR({smallest},{dense})", page.say("complete"), f'"{page.say("ranks_wrong")}"')
    _states(page, None, verdict)


def _best_worst(page: Page) -> None:
    items = _items(page)
    first_choice = page.row
    for word in ("best", "worst"):
        page.text(page.row, KEY, key(word, page.node.id))
        page.sheet.merge_range(page.row, 1, page.row, 2, "", page.book.format(_NAME))
        page.text(page.row, 1, page.say(word), _NAME)
        page.sheet.write_blank(page.row, ANSWER, None, page.book.format(_ASK, align="center"))
        _list(page, page.row, ANSWER, "=" + items.split("!")[1])
        # As high as the longest title that may be chosen.
        page.sheet.set_row(page.row, max(24, *(parts.height([(title, _CHOICE)]) for title in page.titles)))
        page.row += 1
    page.row += 1
    page.header(("number", "item"), "to_worst", "reads")
    children, first = page.node.scored_children, page.row
    cells = [(page.cell(first + place, ANSWER), page.cell(first + place, SECOND)) for place in range(len(children))]
    choice = [page.cell(first_choice + place, ANSWER) for place in range(2)]
    figures = page.calc.best_worst(choice[0], choice[1], cells, items)
    page.count = figures.count
    for place, child in enumerate(children):
        row = page.row
        title = child.title.say(page.language)
        page.text(row, KEY, key("best_worst", page.node.id, child.id))
        page.sheet.write_number(row, 1, place + 1, page.book.format(_BOX, align="center"))
        page.text(row, 2, title, _NAME)
        for column in (ANSWER, SECOND):
            page.sheet.write_blank(row, column, None, page.book.format(_ASK, align="center"))
            _list(page, row, column, "=survey_degrees")
        role = figures.roles[place]
        said = f'IF({role}=1,"{page.say("is_best")}",IF({role}=2,"{page.say("is_worst")}",""))'
        page.formula(row, 5, said, "", _QUIET)
        page.formula(row, _FLAG, role, 0)
        page.height(["", title])
        page.row += 1
    grey = page.book.format(bg_color="#D9DEE4", font_color="#D9DEE4")
    for column, test in ((ANSWER, "=1"), (SECOND, ">0")):
        rule = {"type": "formula", "criteria": f"=$G{first + 1}{test}", "format": grey}
        page.sheet.conditional_format(first, column, page.row - 1, column, rule)
    if len(children) == 2:
        _states(page, ("head_cr", '"—"', "—", "General"), Verdict("TRUE", page.say("complete"), wrong=figures.same))
        return
    later = page.say("later")
    shown = f'IF({page.count}={page.total},{figures.cr},"{later}")'
    bad = f'"{page.say("again_item")}"&INDEX($C${first + 1}:$C${page.row},{figures.worst})'
    verdict = Verdict(f"{figures.cr}=0", page.say("good"), bad, figures.same, warn=False)
    _states(page, ("head_cr", shown, later, "0.000"), verdict)


_FORMS = {"comparisons": _comparisons, "points": _points, "ranks": _ranks, "best-worst": _best_worst}
