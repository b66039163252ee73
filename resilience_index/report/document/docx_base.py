"""Documents of Word that a report begins from: the user's, with its styles, header, footer and page set-up.

Styles are known by their names, whatever language the document was made in; those that it lacks are the program's.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from resilience_index.report.document import docx_parts as parts
from resilience_index.report.words.translations import clean

STYLES = {
    "normal": "Normal", "heading 1": "Heading1", "heading 2": "Heading2", "heading 3": "Heading3", "title": "Title",
    "subtitle": "Subtitle", "caption": "Caption", "list bullet": "ListBullet", "body text": "BodyText",
    "remark": "Remark", "spacer": "Spacer", "picture": "Picture", "table text": "TableText", "warning": "Warning",
    "toc heading": "TOCHeading", "toc 1": "TOC1", "toc 2": "TOC2", "seal": "Seal", "notice": "Notice",
    "report table": "ReportTable",
}  # fmt: skip
"""Names of styles in small letters, and the ids that the program calls them by."""
_REFERENCES = ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link", "styleLink", "numStyleLink")
_HEADINGS = frozenset({"Heading1", "Heading2", "Heading3", "Title", "Subtitle", "Caption", "TOCHeading"})
_BROKEN = (zipfile.BadZipFile, KeyError, ValueError, LookupError, SyntaxError, OSError, EOFError, NotImplementedError,
           RuntimeError)  # fmt: skip
_LARGEST, _MOST = 64 * 1024 * 1024, 2000
_EXTERNAL = {"zh": "它链接了其他文件或网址（{target}）", "en": "it links to another file or address ({target})"}
_MACROS = {"zh": "它含有宏", "en": "it holds macros"}
_LARGE = {"zh": "解压后过大", "en": "it is too large when it is unpacked"}
_ENCRYPTED = {"zh": "它是旧式 .doc 文件，或已加密", "en": "it is an old .doc file, or encrypted"}
_BODY_ONLY = ("image", "hyperlink", "chart", "oleObject", "package", "aFChunk", "header", "footer")
"""Kinds of relations that only the text of a document uses."""


class NoBaseError(Exception):
    """Why a file cannot be begun from; ``reason`` in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = {"zh": zh, "en": en}


def opened(content: bytes) -> Any:
    """The document without its text. Raises ``NoBaseError``."""
    import docx as library

    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise NoBaseError(**_ENCRYPTED)
    try:
        file = library.Document(io.BytesIO(_with_our_ids(content)))
        _clear(file)
        if not file.sections:
            raise ValueError("no section")
        for section in file.sections:  # what is missing there shows only when it is asked for
            _ = (section.header.paragraphs, section.footer.paragraphs, room(section))
    except (*_BROKEN, TypeError, AttributeError) as error:
        said = str(error) or type(error).__name__
        zh, en = f"不是可读的 .docx 文档（{said}）", f"it is no .docx document that can be read ({said})"
        raise NoBaseError(zh, en) from error
    return file


def room(section: Any) -> int:
    """The width of the text in twentieths of a point. Raises ``ValueError`` where none is left."""
    found = int(section.page_width - section.left_margin - section.right_margin) // 635
    if found < _NARROWEST:
        raise ValueError("page width")
    return found


_NARROWEST = 2000


def has_text(part: Any) -> bool:
    """Whether a header or footer says or shows anything."""
    if part.is_linked_to_previous:
        return False
    element = part._element
    shown = any(text.text and text.text.strip() for text in element.iter(parts.tag("t")))
    return shown or any(next(element.iter(parts.tag(name)), None) is not None for name in _SHOWN)


_SHOWN = ("drawing", "pict", "fldSimple", "instrText", "tbl")


def fill(file: Any, running: str, title: str) -> None:
    """Put the texts of a document for ``{running}`` and ``{title}`` in headers and footers."""
    for section in file.sections:
        for part in (section.header, section.footer, section.first_page_header, section.first_page_footer,
                     section.even_page_header, section.even_page_footer):  # fmt: skip
            if part.is_linked_to_previous:
                continue
            for paragraph in part._element.iter(parts.tag("p")):
                _fill(list(paragraph.iter(parts.tag("t"))), {"{running}": running, "{title}": title})


def _fill(texts: list[Any], values: dict[str, str]) -> None:
    """A word in braces may be divided among runs: the first one takes the whole text then."""
    whole = "".join(text.text or "" for text in texts)
    said = whole
    for word, value in values.items():
        said = said.replace(word, clean(value))
    if said != whole:
        for place, text in enumerate(texts):
            text.text = said if place == 0 else ""


def take_styles(body: Any) -> None:
    """Take typefaces away from the runs of a body, so that those of the styles show; what stood out is bold."""
    for paragraph in body.iter(parts.tag("p")):
        style = None if paragraph.pPr is None else paragraph.pPr.find(parts.tag("pStyle"))
        heading = style is not None and style.get(parts.tag("val")) in _HEADINGS
        for properties in list(paragraph.iter(parts.tag("rPr"))):
            fonts = properties.find(parts.tag("rFonts"))
            if fonts is None:
                continue
            if fonts.get(parts.tag("eastAsia")) == parts.HEAD[1] and not heading:
                fonts.addprevious(parts.element("b"))
            properties.remove(fonts)


def starting(name: str) -> bytes:
    """A document with the program's styles to start from: a line of text in each of them."""
    import docx as library

    from resilience_index.report.document import docx, docx_styles
    from resilience_index.report.document.blocks import Document

    single = name.startswith("community")
    file = library.Document()
    shown = Document(
        language="zh", title="{title}", subtitle="", running="{running}", page="" if single else "{n} / {total}",
        blocks=(), cover=() if single else (("", ""),),
    )  # fmt: skip
    docx_styles.prepare(file, shown, 9.0 if single else 10.5)
    for style in STYLES.values():
        if style != "ReportTable":
            paragraph = parts.element("p")
            setting = parts.element("pPr")
            setting.append(parts.element("pStyle", val=style))
            paragraph.append(setting)
            run = parts.run(style)
            run.remove(run.rPr)
            paragraph.append(run)
            file.element.body.sectPr.addprevious(paragraph)
    docx.describe(file, "", (), "zh-CN")
    out = io.BytesIO()
    file.save(out)
    return parts.same_bytes(out.getvalue())


# --- what a file holds


def _with_our_ids(content: bytes) -> bytes:
    """The file with the styles that we know under our ids, in all its parts. Raises ``NoBaseError``."""
    from docx.oxml.parser import parse_xml

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        members = source.infolist()
        if len(members) > _MOST or sum(item.file_size for item in members) > _LARGEST:
            raise NoBaseError(**_LARGE)
        read = {item.filename: source.read(item) for item in members if not item.is_dir()}
    _refuse_active(read)
    renamed = _renamed(parse_xml(read["word/styles.xml"]))
    with zipfile.ZipFile(out, "w") as target:
        for name, data in read.items():
            if renamed and name.startswith("word/") and name.endswith(".xml") and name.count("/") == 1:
                data = _rename(parse_xml(data), renamed)  # noqa: PLW2901
            target.writestr(name, data)
    return out.getvalue()


def _refuse_active(read: dict[str, bytes]) -> None:
    """Refuse macros, and what a program would load from elsewhere when it opens a report."""
    from docx.oxml.parser import parse_xml

    if any("vbaproject" in name.lower() for name in read):
        raise NoBaseError(**_MACROS)
    for name, data in read.items():
        if name.endswith(".rels"):
            for item in parse_xml(data):
                if item.get("TargetMode") == "External" and not str(item.get("Type")).endswith("/hyperlink"):
                    target = str(item.get("Target"))[:100]
                    raise NoBaseError(**{key: text.format(target=target) for key, text in _EXTERNAL.items()})


def _renamed(styles: Any) -> dict[str, str]:
    """New ids by the old ones: ours for the styles we know, others where theirs was one of ours."""
    wanted: dict[str, str] = {}
    ids = []
    for style in styles.iter(parts.tag("style")):
        name, old = style.find(parts.tag("name")), style.get(parts.tag("styleId"))
        ids.append(old)
        ours = None if name is None else STYLES.get(str(name.get(parts.tag("val"))).lower())
        if ours is not None and ours not in wanted.values():
            wanted[old] = ours
    taken = set(wanted.values())
    for old in ids:
        if old not in wanted and old in taken:
            wanted[old] = f"{old}Other"
    return {old: new for old, new in wanted.items() if old != new}


def _rename(root: Any, renamed: dict[str, str]) -> bytes:
    from docx.opc.oxml import serialize_part_xml

    key, value = parts.tag("styleId"), parts.tag("val")
    for style in root.iter(parts.tag("style")):
        style.set(key, renamed.get(style.get(key), style.get(key)))
    for reference in root.iter(*map(parts.tag, _REFERENCES)):
        if reference.get(value) in renamed:
            reference.set(value, renamed[reference.get(value)])
    return bytes(serialize_part_xml(root))


def _clear(file: Any) -> None:
    """Take the text out, and what only the text used."""
    body = file.element.body
    for child in list(body):
        if child.tag != parts.tag("sectPr"):
            body.remove(child)
    used = set(_ids(body))
    relations = file.part.rels
    for key in [key for key, item in relations.items() if item.reltype.rsplit("/", 1)[-1] in _BODY_ONLY]:
        if key not in used:
            del relations[key]


def _ids(element: Any) -> Iterator[str]:
    for item in element.iter():
        yield from (value for name, value in item.attrib.items() if name.endswith("}id"))
