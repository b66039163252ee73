"""Styles, page and running lines of a Word document."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from resilience_index.report.document import docx_base, fitting
from resilience_index.report.document import docx_parts as parts
from resilience_index.report.document.blocks import Document

_TITLE_ROOM = 440.0
"""Points of the width of the text."""
# Style, points of the type, points before and after.
_HEADINGS = (("Heading1", 18.0, 18.0, 8.0), ("Heading2", 14.0, 12.0, 6.0), ("Heading3", 11.5, 8.0, 4.0))


def prepare(file: Any, document: Document, size: float) -> int:
    """Set styles, page, header and footer; the width of the text in twentieths of a point.

    ``size`` is that of running text, in points.
    """
    single = not document.has_cover
    _drop_thumbnail(file)
    _defaults(file)
    _styles(file, document.language, document.title, size, single=single)
    section = file.sections[0]
    return _page(section, document, single=single)


def complete(file: Any, document: Document, size: float) -> int:
    """Give a document of the user's the styles and running lines that it lacks; the width of the text, as ``prepare``.

    What it has stays as it is.
    """
    single = not document.has_cover
    _drop_thumbnail(file)
    own = {style.style_id: deepcopy(style.element) for style in file.styles}
    for name, style_id in docx_base.STYLES.items():
        if style_id not in own and style_id in _BUILT_IN:
            _add(file, name, style_id)
    _styles(file, document.language, document.title, size, single=single)
    for style in list(file.styles):
        known = own.get(style.style_id)
        if known is not None:
            style.element.getparent().replace(style.element, known)
        else:  # set in the typefaces of the document, not in the program's
            for fonts in list(style.element.iter(parts.tag("rFonts"))):
                fonts.getparent().remove(fonts)
    for section in file.sections:
        _running(section, document, head=not docx_base.has_text(section.header),
                 foot=not docx_base.has_text(section.footer))  # fmt: skip
    docx_base.fill(file, document.running, document.title)
    return docx_base.room(file.sections[-1])


def _add(file: Any, name: str, style_id: str) -> None:
    """Add a style that a document lacks, based on its running text."""
    from docx.enum.style import WD_STYLE_TYPE

    style = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    style.element.set(parts.tag("styleId"), style_id)
    if style_id != "Normal":
        style.base_style = file.styles["Normal"]
    level = _LEVELS.get(style_id)
    if level is not None:  # what the table of contents goes by
        look = style.element.get_or_add_pPr()
        look.append(parts.element("outlineLvl", val=level))


_LEVELS = {"Heading1": "0", "Heading2": "1", "Heading3": "2"}
_BUILT_IN = frozenset({"Normal", *_LEVELS, "Title", "Subtitle", "Caption", "ListBullet", "BodyText"})


def is_listed(file: Any) -> bool:
    """Whether the style of lists sets a mark before its paragraphs."""
    styles = {style.style_id: style for style in file.styles}
    look = styles["ListBullet"].element.pPr
    return look is not None and look.find(parts.tag("numPr")) is not None


def _drop_thumbnail(file: Any) -> None:
    """The library's template has the picture of an empty page."""
    relations = file.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        del relations[key]


def _defaults(file: Any) -> None:
    styles = file.styles.element
    paragraphs = styles.find(parts.tag("docDefaults")).find(parts.tag("pPrDefault"))
    for child in list(paragraphs):
        paragraphs.remove(child)
    default = styles.find(parts.tag("docDefaults")).find(parts.tag("rPrDefault")).find(parts.tag("rPr"))
    for child in list(default):
        default.remove(child)
    default.append(parts.fonts(parts.BODY))
    default.append(parts.element("sz", val="21"))
    default.append(parts.element("szCs", val="21"))
    default.append(parts.element("lang", val="en-GB", eastAsia="zh-CN", bidi="ar-SA"))


def _styles(file: Any, language: str, title: str, size: float, *, single: bool) -> None:
    found = {style.style_id: style for style in file.styles}
    indent = round(40 * size) if language == "zh" and not single else 0
    tight = 0.35 if single else 1.0
    for name, points, before, after in _HEADINGS:
        own = points if not single or name == "Heading1" else size * 1.15
        _spacing(_look(found[name], parts.HEAD, own, parts.INK), before * tight, after * tight, keep=True)
    _spacing(_look(found["Normal"], parts.BODY, size), 0, 0)
    body = _look(found["BodyText"], parts.BODY, size)
    _spacing(body, 0, 6 * tight, line=240 if single else 320, indent=indent)
    _spacing(_look(found["Title"], parts.HEAD, _title_size(title), parts.INK), 180, 18, align="center")
    _spacing(_look(found["Subtitle"], parts.HEAD, 19), 0, 150, align="center")
    _spacing(_look(found["Caption"], parts.HEAD, size - 0.8, parts.INK), 6 * tight, 4 * tight, align="center")
    _spacing(_look(found["ListBullet"], parts.BODY, size), 0, 3 * tight)
    made = (
        ("Remark", size - 1.5, parts.SOFT, 2, 6), ("Spacer", 3.0, None, 0, 0), ("Picture", size, None, 8, 2),
        ("TableText", size - 1.2, None, 1.5, 1.5), ("Warning", size - 0.5, None, 4, 6),
        ("TOCHeading", 18.0, parts.INK, 0, 10), ("TOC1", size, None, 3, 3), ("TOC2", size, None, 1, 1),
        ("Seal", size, parts.SOFT, 0, 0), ("Notice", size, "9A3A06", 18, 0),
    )  # fmt: skip
    for name, points, colour, before, after in made:
        style = _new(file, name)
        names = parts.HEAD if name == "TOCHeading" else parts.BODY
        align = "center" if name in ("Picture", "Seal", "Notice") else "left"
        look = _look(style, names, points, colour)
        _spacing(look, before * tight, after * tight, align=align, keep=name == "Picture")
    _warning(file)
    _tabs(file)
    _table_style(file)


def _title_size(title: str) -> float:
    """Points of the title on the cover: smaller where it would leave a word or two for a second line."""
    return 26 if fitting.width(title) * 26 < _TITLE_ROOM else 21


def _new(file: Any, name: str) -> Any:
    from docx.enum.style import WD_STYLE_TYPE

    shown = {"TOC1": "toc 1", "TOC2": "toc 2", "TOCHeading": "TOC Heading", "TableText": "Table Text"}.get(name, name)
    known = {style.style_id: style for style in file.styles}
    style = known[name] if name in known else file.styles.add_style(shown, WD_STYLE_TYPE.PARAGRAPH)
    style.element.set(parts.tag("styleId"), name)
    if shown != name and parts.tag("customStyle") in style.element.attrib and shown.lower().startswith("toc"):
        del style.element.attrib[parts.tag("customStyle")]  # a style that every program knows by its name
    style.base_style = file.styles["Normal"]
    return style


def _look(style: Any, names: tuple[str, str], size: float, colour: str | None = None) -> Any:
    """Typefaces, size and colour of a style; what the library's template says goes."""
    element = style.element
    old = element.rPr
    new = parts.properties(names, size=size, colour=colour or "000000")
    if old is not None:
        element.replace(old, new)
    else:
        element.append(new)
    return style


def _spacing(
    style: Any, before: float, after: float, *, align: str = "left", keep: bool = False, line: int = 0, indent: int = 0
) -> None:
    element = style.element
    old = element.pPr
    new = parts.element("pPr")
    if keep:
        new.append(parts.element("keepNext"))
    for kept in ("numPr", "outlineLvl"):
        found = None if old is None else old.find(parts.tag(kept))
        if found is not None and kept == "numPr":
            new.append(found)
    spacing = parts.element("spacing", before=str(round(before * 20)), after=str(round(after * 20)))
    if line:
        spacing.set(parts.tag("line"), str(line))
        spacing.set(parts.tag("lineRule"), "auto")
    new.append(spacing)
    if indent:
        new.append(parts.element("ind", firstLine=str(indent)))
    new.append(parts.element("jc", val=align))
    level = None if old is None else old.find(parts.tag("outlineLvl"))
    if level is not None:
        new.append(level)
    if old is not None:
        element.replace(old, new)
    else:
        element.rPr.addprevious(new)


def _warning(file: Any) -> None:
    look = file.styles["Warning"].element.pPr
    borders = parts.element("pBdr")
    borders.append(parts.element("left", val="single", sz="18", space="6", color="E08A2C"))
    look.spacing.addprevious(borders)
    look.spacing.addprevious(parts.element("shd", val="clear", color="auto", fill="FDF3E3"))


def _tabs(file: Any) -> None:
    """Page numbers of the table of contents stand on the right, after dots."""
    for level, name in enumerate(("toc 1", "toc 2")):
        look = file.styles[name].element.pPr
        tabs = parts.element("tabs")
        tabs.append(parts.element("tab", val="right", leader="dot", pos="8950"))
        look.spacing.addprevious(tabs)
        look.spacing.addnext(parts.element("ind", left=str(300 * level)))


def _table_style(file: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    if any(style.style_id == "ReportTable" for style in file.styles):
        return
    style = file.styles.add_style("Report Table", WD_STYLE_TYPE.TABLE)
    style.element.set(parts.tag("styleId"), "ReportTable")
    look = parts.element("tblPr")
    borders = parts.element("tblBorders")
    for side in ("top", "bottom", "insideH"):
        borders.append(parts.element(side, val="single", sz="4", space="0", color=parts.LINE))
    look.append(borders)
    margins = parts.element("tblCellMar")
    for side in ("left", "right"):
        margins.append(parts.element(side, w="80", type="dxa"))
    look.append(margins)
    style.element.append(look)


def _page(section: Any, document: Document, *, single: bool) -> int:
    from docx.shared import Mm

    grid = section._sectPr.find(parts.tag("docGrid"))
    if grid is not None:  # the template's grid of lines would spread every line
        section._sectPr.remove(grid)
    section.page_width, section.page_height = Mm(210), Mm(297)
    side = Mm(18) if single else Mm(26)
    section.left_margin = section.right_margin = side
    section.top_margin, section.bottom_margin = (Mm(15), Mm(10)) if single else (Mm(28), Mm(25))
    section.header_distance, section.footer_distance = (Mm(8), Mm(5)) if single else (Mm(15), Mm(13))
    _running(section, document, head=True, foot=True)
    return int(section.page_width - section.left_margin - section.right_margin) // 635


def _running(section: Any, document: Document, *, head: bool, foot: bool) -> None:
    """Write the lines at the head and at the foot of every page, those of them that are asked for."""
    if head:
        _head(section.header.paragraphs[0]._p, document)
    if foot and document.page:
        _foot(section.footer.paragraphs[0]._p, document)


def _head(head: Any, document: Document) -> None:
    for old in list(head):
        head.remove(old)
    look = parts.element("pPr")
    borders = parts.element("pBdr")
    borders.append(parts.element("bottom", val="single", sz="4", space="3", color=parts.LINE))
    look.append(borders)
    head.append(look)
    head.append(parts.run(document.running, names=parts.HEAD, size=8.5, colour=parts.SOFT))


def _foot(foot: Any, document: Document) -> None:
    for old in list(foot):
        foot.remove(old)
    look = parts.element("pPr")
    look.append(parts.element("jc", val="center"))
    foot.append(look)
    before, _, rest = document.page.partition("{n}")
    between, _, after = rest.partition("{total}")
    style: dict[str, Any] = {"names": parts.HEAD, "size": 8.5, "colour": parts.SOFT}
    for item in (before, "PAGE", between, "NUMPAGES", after):
        if item in ("PAGE", "NUMPAGES"):
            for part in parts.field(item, "1", **style):
                foot.append(part)
        elif item:
            foot.append(parts.run(item, **style))


def end_cover(paragraph: Any, file: Any) -> None:
    """End the cover's section here: the next page has header and footer, the cover has none."""
    settings = deepcopy(file.element.body.sectPr)
    for reference in (*settings.findall(parts.tag("headerReference")), *settings.findall(parts.tag("footerReference"))):
        settings.remove(reference)
    paragraph.get_or_add_pPr().append(settings)
