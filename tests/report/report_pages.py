"""What tests read from a page: elements, rows of tables, visible text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "input", "br", "img", "hr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    children: list["Element | str"] = field(default_factory=list)

    def iter(self):
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.iter()

    def all(self, tag: str, **attributes: str) -> list["Element"]:
        """Every element below with that tag and attributes (``class_`` is one of its classes)."""
        wanted_class = attributes.pop("class_", None)
        return [
            element for element in self.iter()
            if element.tag == tag and all(element.attributes.get(name) == value for name, value in attributes.items())
            and (wanted_class is None or wanted_class in (element.attributes.get("class") or "").split())
        ]  # fmt: skip

    def text(self, language: str | None = None) -> str:
        """The text; with a language, without the parts in another one."""
        if language and self.attributes.get("lang", language) != language and self.tag != "html":
            return ""
        return "".join(child if isinstance(child, str) else child.text(language) for child in self.children)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.stack = [self.root]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs))
        self.stack[-1].children.append(element)
        if tag not in _VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag, attrs):
        self.stack[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.stack[-1].tag == tag, f"</{tag}> closes <{self.stack[-1].tag}>"
        self.stack.pop()

    def handle_data(self, data):
        self.stack[-1].children.append(data)


def read(page: bytes) -> Element:
    """The tree of a page; fails where an element is not closed by its own end tag."""
    reader = _Reader()
    reader.feed(page.decode("utf-8"))
    reader.close()
    assert reader.stack == [reader.root]
    return reader.root


def rows(table: Element, language: str | None = None) -> list[list[str]]:
    """The cells of a table's body, white space folded."""
    return [
        [" ".join(cell.text(language).split()) for cell in row.children if isinstance(cell, Element)]
        for body in table.all("tbody") for row in body.all("tr")
    ]  # fmt: skip


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
