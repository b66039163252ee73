"""What can be said of templates before anything is made with them, and of those that fail while it is made."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from resilience_index.data.cells import show
from resilience_index.data.privacy import mask
from resilience_index.errors import TemplateError
from resilience_index.findings import Finding, Location, did_you_mean
from resilience_index.methods.checking import suggestion
from resilience_index.report import templates as template_files
from resilience_index.report.words.translations import clean

if TYPE_CHECKING:
    from resilience_index.report.templates import Templates

VALUES = (
    "assumed", "bodies", "both", "cells", "csp", "data", "findings", "findings_left_out", "grades", "leaves",
    "page_lang", "panel", "script", "style", "texts", "title", "version", "view",
)  # fmt: skip
"""What pages are given, beside the functions of their environment."""
_KINDS: Mapping[str, dict[str, str]] = {
    "variable": {"zh": "变量", "en": "variable"}, "word": {"zh": "固定词语", "en": "fixed word"},
    "template": {"zh": "模板", "en": "template"}, "picture": {"zh": "图片", "en": "picture"},
}  # fmt: skip
_ELSEWHERE = re.compile(r"@import|url\(\s*[\"']?(?!\s*data:)", re.IGNORECASE)
_TYPST_WORD = re.compile(r"(?<![\w-])(import|include|eval|plugin)(?![\w-])")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LOADING = re.compile(r"<(?:script|style|link|img|iframe|object|embed|svg|video|audio|base|form)\b", re.IGNORECASE)
_LISTED = 12


def check(templates: Templates) -> list[Finding]:
    """All findings about the user's templates: RI544 to RI546, RI548."""
    found: list[Finding] = []
    readable = []
    for name in templates.files:
        if name in template_files.WORD:
            found += _word(templates, name)
        elif not name.startswith(template_files.PICTURES) and name != template_files.TEXTS:
            problem = _not_text(templates, name)
            found += problem
            readable += [] if problem else [name]
    pages = [name for name in readable if name in template_files.PAGES]
    found += _pages(templates, pages)
    for name in readable:
        if name in template_files.STYLES:
            found += _style(templates, name)
        elif name in template_files.TYPST:
            found += _typst(templates, name)
    return found


def _not_text(templates: Templates, name: str) -> list[Finding]:
    try:
        if "\0" not in templates.text(name):
            return []
    except UnicodeDecodeError:
        pass
    zh, en = "它不是 UTF-8 文本", "it is no text in UTF-8"
    return [template_files.unusable(templates.where(name), name, zh, en, "请存为 UTF-8", "save it as UTF-8")]


def _lines(templates: Templates, name: str, pattern: re.Pattern[str]) -> Iterator[tuple[Location, str, str]]:
    """Where a pattern occurs: the place, the line, what was found."""
    for number, line in enumerate(templates.text(name).split("\n"), 1):
        for match in pattern.finditer(line):
            yield templates.where(name, number, match.start() + 1), line, match[0]


def _style(templates: Templates, name: str) -> Iterator[Finding]:
    for where, line, _ in _lines(templates, name, re.compile("</")):
        zh, en = "“</”会使样式提前结束", "'</' would end the style"
        yield template_files.unusable(where, name, zh, en, "请删去", "take it out", line)
    for where, line, said in _lines(templates, name, _ELSEWHERE):
        zh = f"“{said}”要从别处载入，而报告只用自身内容"
        en = f"'{said}' loads something from elsewhere, and a report needs nothing but itself"
        remedy = "请用 url(data:…) 写入，或删去", "write it as url(data:…), or take it out"
        yield template_files.unusable(where, name, zh, en, *remedy, line)


def _typst(templates: Templates, name: str) -> Iterator[Finding]:
    for where, line, said in _lines(templates, name, _TYPST_WORD):
        if line.lstrip().startswith("//"):
            continue
        zh, en = f"“{said}”可载入其他代码", f"'{said}' could load further code"
        remedy = "请写在模板内；文字写进 texts.yaml", "write it into the template, texts into texts.yaml"
        yield template_files.unusable(where, name, zh, en, *remedy, line)


def _word(templates: Templates, name: str) -> Iterator[Finding]:
    from resilience_index.report.document import docx_base

    try:
        docx_base.opened(templates.files[name])
    except docx_base.NoBaseError as error:
        yield Finding("RI548", templates.where(name), {"name": name, "reason": error.reason})


# --- pages


def _pages(templates: Templates, names: list[str]) -> Iterator[Finding]:
    if not names:
        return
    from resilience_index.report.page import html

    environment = html.environment("both", templates)
    parsed: dict[str, Any] = {}
    for name in names:
        wrong = list(_words(templates, name))
        yield from wrong
        if wrong:
            continue
        source = html.translated(templates.text(name), "both")
        failure = _syntax(environment, source, name, templates)
        if failure is not None:
            yield failure
        else:
            parsed[name] = environment.parse(source, name, name)
    known = {*VALUES, *environment.globals, *_assigned(parsed)}
    for name, tree in parsed.items():
        yield from _meaning(templates, name, tree, known)


def _syntax(environment: Any, source: str, name: str, templates: Templates) -> Finding | None:
    from jinja2 import TemplateSyntaxError

    try:
        environment.compile(source, name, name)
    except TemplateSyntaxError as error:
        return _failure(templates, name, error.lineno, str(error.message))
    except RecursionError as error:
        return _failure(templates, name, None, str(error))
    return None


def _failure(templates: Templates, name: str, line: int | None, reason: str) -> Finding:
    params = {"name": name, "reason": mask(clean(reason))}
    return Finding("RI545", templates.where(name, line), params, templates.source_line(name, line))


def _words(templates: Templates, name: str) -> Iterator[Finding]:
    """RI546 for fixed words that there are not."""
    from resilience_index.report.page import html
    from resilience_index.report.words.translations import LABELS

    for where, line, said in _lines(templates, name, html.LABEL):
        word = said.strip("[]=")
        if word not in LABELS:
            yield _unknown(where, name, "word", word, list(LABELS), line)


def _unknown(where: Location, name: str, kind: str, wanted: str, known: list[str], line: str | None) -> Finding:
    near = suggestion(wanted, known)
    listed = sorted(known)
    params = {
        "name": name, "kind": _KINDS[kind], "wanted": show(wanted), "suggestion": did_you_mean(near),
        "known": listed if len(listed) <= _LISTED else [*listed[:_LISTED], "…"],
    }  # fmt: skip
    return Finding("RI546", where, params, line)


def _assigned(parsed: Mapping[str, Any]) -> set[str]:
    """Names that templates themselves set; parts that are included see them."""
    from jinja2 import nodes

    stored = (item.name for tree in parsed.values() for item in tree.find_all(nodes.Name) if item.ctx == "store")
    return set(stored)


def _meaning(templates: Templates, name: str, tree: Any, known: set[str]) -> Iterator[Finding]:
    """RI546 for variables, templates and pictures that are not there, RI544 for escaping that is turned off."""
    from jinja2 import meta, nodes

    def place(line: int) -> tuple[Location, str | None]:
        return templates.where(name, line), templates.source_line(name, line)

    for wanted in sorted(meta.find_undeclared_variables(tree) - known):
        line = next((item.lineno for item in tree.find_all(nodes.Name) if item.name == wanted), 1)
        where, source = place(line)
        yield _unknown(where, name, "variable", wanted, sorted(known), source)
    for item in tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)):
        asked = item.template
        said = [asked.value] if isinstance(asked, nodes.Const) else []
        for wanted in map(str, said):
            if wanted not in template_files.PAGES:
                where, source = place(item.lineno)
                yield _unknown(where, name, "template", wanted, list(template_files.PAGES), source)
    pictures = [picture.removeprefix(template_files.PICTURES) for picture in templates.pictures]
    for call in tree.find_all(nodes.Call):
        named = isinstance(call.node, nodes.Name) and call.node.name == "picture"
        asked = call.args[0] if named and call.args else None
        if isinstance(asked, nodes.Const) and str(asked.value) not in pictures:
            where, source = place(call.lineno)
            yield _unknown(where, name, "picture", str(asked.value), pictures, source)
    for item in tree.find_all(nodes.EvalContextModifier):
        where, source = place(item.lineno)
        zh, en = "它改变转义方式，数据就可能成为标记", "it changes escaping, so that data could become markup"
        yield template_files.unusable(where, name, zh, en, "请删去 autoescape", "take 'autoescape' out", source)


# --- while a page is made


@contextlib.contextmanager
def told(templates: Templates) -> Iterator[None]:
    """Errors in the user's templates as RI545, at their line; all others are the program's and pass."""
    try:
        yield
    except Exception as error:
        place = _place(error, templates)
        if place is None:
            raise
        reason = str(error) or type(error).__name__
        raise TemplateError([_failure(templates, *place, reason)]) from error


def _place(error: Exception, templates: Templates) -> tuple[str, int] | None:
    """The innermost line of a user's template on the way to an error."""
    found = None
    step = error.__traceback__
    while step is not None:
        name = step.tb_frame.f_code.co_filename
        if templates.own(name):
            found = name, step.tb_lineno
        step = step.tb_next
    return found


def guarded(page: str, policy: str, template: str, templates: Templates) -> None:
    """Refuse a page that lost its policy of security, or has it after something that loads: RI544."""
    if not any(templates.own(name) for name in template_files.PAGES):
        return
    bare = _COMMENT.sub("", page)
    place = bare.find(f'<meta http-equiv="Content-Security-Policy" content="{policy}">')
    first = _LOADING.search(bare)
    if place < 0 or (first is not None and first.start() < place):
        base = template if template == "report.html.j2" else "page.html.j2"
        name = base if templates.own(base) else template
        zh = "页面缺少 Content-Security-Policy，或其位置太后，页面就可能运行外来内容"
        en = "the page lacks its Content-Security-Policy, or has it too late: what comes from outside could run"
        line = '<meta http-equiv="Content-Security-Policy" content="{{ csp }}">'
        remedy = f"请在 <head> 开头写 {line}", f"write {line} at the beginning of <head>"
        raise TemplateError([template_files.unusable(templates.where(name), name, zh, en, *remedy)])
