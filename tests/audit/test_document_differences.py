"""PDF files object by object, and packed JSON."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from resilience_index.audit import document_differences as diff
from resilience_index.audit.differences import Difference

HEAD, TAIL = b"%PDF-1.7\n", b"xref\ntrailer\n%%EOF\n"


def stream(text: bytes, *, packed: bool = True, more: bytes = b"") -> bytes:
    body = zlib.compress(text) if packed else text
    return (b"<< /Filter /FlateDecode " if packed else b"<< ") + more + b">>\nstream\n" + body + b"\nendstream"


OBJECTS: dict[str, bytes] = {
    "1": b"<< /Type /Catalog /Pages 2 0 R >>", "2": b"<< /Type /Pages /Kids [3 0 R 10 0 R] >>",
    "10": b"<< /Type /Page /Contents 11 0 R >>", "11": stream(b"second page, 0.5"),
    "3": b"<< /Type/Page\n/Contents 4 0 R /Parent 2 0 R >>", "4": stream(b"first page, 0.25"), "5": b"(loose)",
}  # fmt: skip


def pdf(path: Path, objects: dict[str, bytes], head: bytes = HEAD, tail: bytes = TAIL) -> Path:
    body = b"".join(b"%s 0 obj\n%s\nendobj\n" % (name.encode(), content) for name, content in objects.items())
    path.write_bytes(head + body + tail)
    return path


def compared(tmp_path: Path, new: dict[str, bytes], **more: bytes) -> list[Difference]:
    found = diff.pdfs(pdf(tmp_path / "old", OBJECTS), pdf(tmp_path / "new", new, **more))
    assert found.count == len(found.listed)
    assert found.near == 0
    return found.listed


def test_the_same_file(tmp_path: Path) -> None:
    assert compared(tmp_path, OBJECTS) == []


@pytest.mark.parametrize(
    ("name", "content", "place", "old", "new"),
    [
        ("11", stream(b"second page, 0.6"), "page 2, object 11", "second page, 0.5", "second page, 0.6"),
        ("4", stream(b"first page, 0.24"), "page 1, object 4", "first page, 0.25", "first page, 0.24"),
        ("5", b"(lose)", "object 5", "\\n(loose)\\n", "\\n(lose)\\n"),
        ("1", b"<< /Type /Catalog /Pages 3 0 R >>", "object 1", "< /Type /Catalog /Pages 2 0 R >>\\n",
         "< /Type /Catalog /Pages 3 0 R >>\\n"),
        ("4", stream(b"first page, 0.25", packed=False), "page 1, object 4", "first page, 0.25",
         None),
    ],
)  # fmt: skip
def test_an_object(name: str, content: bytes, place: str, old: str, new: str | None, tmp_path: Path) -> None:
    (item,) = compared(tmp_path, {**OBJECTS, name: content})
    assert (item.item, item.row, item.column, item.line) == (place, None, None, None)
    assert item.recorded == old
    if new is not None:
        assert item.made == new


def test_objects_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    """As numbers: 2 before 10; what stands around them is first; a page is called by its number."""
    new = {name: content + b" " for name, content in OBJECTS.items()}
    places = [item.item for item in compared(tmp_path, new, tail=TAIL + b"x")]
    assert places == ["frame", "object 1", "object 2", "page 1, object 3", "page 1, object 4", "object 5",
                      "page 2, object 10", "page 2, object 11"]  # fmt: skip


def test_objects_that_one_side_has(tmp_path: Path) -> None:
    more = compared(tmp_path, {**OBJECTS, "6": b"new"})
    assert more == [Difference("object 6", "—", "5 bytes")]
    less = compared(tmp_path, {name: content for name, content in OBJECTS.items() if name != "5"})
    assert less == [Difference("object 5", "9 bytes", "—")]


def test_the_frame(tmp_path: Path) -> None:
    rest = "\\nxref\\ntrailer\\n%%EOF\\n"
    found = compared(tmp_path, OBJECTS, head=b"%PDF-1.4\n")
    assert found == [Difference("frame", f"%PDF-1.7{rest}", f"%PDF-1.4{rest}")]
    (item,) = compared(tmp_path, OBJECTS, tail=b"xref\ntrailer\n%%EOX\n")
    assert item.item == "frame"
    assert item.made.endswith("%%EOX\\n")


def test_a_frame_that_looks_like_a_page_is_none(tmp_path: Path) -> None:
    head = HEAD + b"/Type /Page /Contents 5 0 R\n"
    found = diff.pdfs(
        pdf(tmp_path / "old", OBJECTS, head=head), pdf(tmp_path / "new", {**OBJECTS, "5": b"x"}, head=head)
    )
    assert [item.item for item in found.listed] == ["object 5"]


def test_a_page_is_what_says_so_at_its_beginning(tmp_path: Path) -> None:
    """Only the first 4096 bytes are looked through; tens of pages are numbered in the order of their numbers."""
    pages = {str(number): b"/Type /Page" for number in range(1, 13)}
    fill = b"x" * (4096 - len(b"\n/Type /Page"))
    late = {"20": fill + b"x/Type /Page", "21": fill + b"/Type /Page"}
    old, new = {**pages, **late}, {name: content + b"!" for name, content in {**pages, **late}.items()}
    found = diff.pdfs(pdf(tmp_path / "old", old), pdf(tmp_path / "new", new))
    names = [f"page {number}, object {number}" for number in range(1, 13)]
    assert [item.item for item in found.listed] == [*names, "object 20", "page 13, object 21"]


def test_contents_of_two_pages_are_called_by_the_first(tmp_path: Path) -> None:
    old = {
        "1": b"/Type /Page /Contents 3 0 R ",
        "2": b"/Type /Page /Contents 3 0 R /Contents 4 0 R ",
        "3": b"a",
        "4": b"b",
    }
    found = diff.pdfs(pdf(tmp_path / "old", old), pdf(tmp_path / "new", {**old, "3": b"x", "4": b"y"}))
    assert [item.item for item in found.listed] == ["page 1, object 3", "page 2, object 4"]


def test_objects_in_another_order_or_given_twice(tmp_path: Path) -> None:
    """The same objects, but not the same bytes: a difference, too."""
    turned = dict(reversed(OBJECTS.items()))
    assert compared(tmp_path, turned) == [Difference("frame", "8", "8")]
    path = pdf(tmp_path / "new", OBJECTS)
    path.write_bytes(path.read_bytes().replace(TAIL, b"") + b"5 0 obj\n(more)\nendobj\n" + TAIL)
    said = "\\n(loose)\\n"
    assert diff.pdfs(tmp_path / "old", path).listed == [Difference("object 5", said, f"{said}\\n(more)\\n")]


def test_the_same_content_packed_otherwise(tmp_path: Path) -> None:
    """What is packed is the same, so the bytes are told."""
    other = b"<< /Filter /FlateDecode >>\nstream\n" + zlib.compress(b"first page, 0.25", 0) + b"\nendstream"
    (item,) = compared(tmp_path, {**OBJECTS, "4": other})
    assert item.item == "page 1, object 4"
    assert "FlateDecode" in item.recorded
    assert item.recorded != item.made


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (stream(b"text"), b"text"), (stream(b"text").replace(b"\n", b"\r\n", 2), b"text"),
        (stream(b"text", packed=False), stream(b"text", packed=False)), (b"plain", b"plain"),
        (b"<< /FlateDecode >>\nstream\nno\nendstream", b"<< /FlateDecode >>\nstream\nno\nendstream"),
        (b"<< >>\nstream\n" + zlib.compress(b"text") + b"\nendstream /FlateDecode",
         b"<< >>\nstream\n" + zlib.compress(b"text") + b"\nendstream /FlateDecode"),
    ],
)  # fmt: skip
def test_what_a_stream_holds(body: bytes, found: bytes) -> None:
    assert diff._unpacked(body) == found


def test_around_the_first_byte_that_differs(tmp_path: Path) -> None:
    old, new = bytes(range(65, 91)) * 4, bytes(range(65, 91)) * 4
    new = new[:50] + b"-" + new[51:]
    (item,) = diff.pdfs(pdf(tmp_path / "old", {"1": old}), pdf(tmp_path / "new", {"1": new})).listed
    assert (len(item.recorded), len(item.made)) == (40, 40)  # cut where messages cut
    assert diff._apart(old, new)[0].startswith(old[26:50].decode())
    assert diff._apart(b"abc", b"abd") == ("abc", "abd")
    assert diff._apart(b"abc", b"ab") == ("abc", "ab")
    assert diff._apart(b"x" * 60, b"x" * 50) == ("x" * 34, "x" * 24)
    assert diff._apart(b"\xe9", b"b") == ("é", "b")


def test_what_is_no_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = pdf(tmp_path / "good", OBJECTS), tmp_path / "bad"
    bad.write_bytes(b"%PDF-1.7 but no more")
    for pair in ((good, bad), (bad, good)):
        with pytest.raises(ValueError, match="bad"):
            diff.pdfs(*pair)
    monkeypatch.setattr(diff, "LARGEST", good.stat().st_size)
    assert diff.pdfs(good, good).count == 0
    monkeypatch.setattr(diff, "LARGEST", good.stat().st_size - 1)
    with pytest.raises(ValueError, match="good"):
        diff.pdfs(good, good)


def test_an_object_without_an_end(tmp_path: Path) -> None:
    for name, content in (("old", b"a"), ("new", b"b")):
        (tmp_path / name).write_bytes(HEAD + b"1 0 obj\n" + content)
    assert diff.pdfs(tmp_path / "old", tmp_path / "new").listed == [Difference("object 1", "\\na", "\\nb")]


# --- JSON


def test_json_plain_and_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = json.dumps({"a": [1, "社"]}, ensure_ascii=False).encode()
    path = tmp_path / "x"
    for packed in (content, gzip.compress(content)):
        path.write_bytes(packed)
        monkeypatch.setattr(diff, "LARGEST", len(content))
        assert diff.packed_json(path) == {"a": [1, "社"]}
        monkeypatch.setattr(diff, "LARGEST", len(content) - 1)
        with pytest.raises(ValueError, match=r"x$"):
            diff.packed_json(path)
    monkeypatch.undo()
    for broken in (gzip.compress(content)[:-9], gzip.compress(content)[:12] + b"\xff" * 20, b"{", b""):
        path.write_bytes(broken)
        with pytest.raises(ValueError, match=r".+"):
            diff.packed_json(path)
    with pytest.raises(FileNotFoundError):
        diff.packed_json(tmp_path / "none")


def _value(content: Any) -> Any:
    return content["value"]


def test_what_files_stand_for_is_compared_first(tmp_path: Path) -> None:
    def found(new: Any, **more: Any) -> diff.Found:
        (tmp_path / "old").write_text(json.dumps({"value": {"a": 1.0}, "form": 1}))
        (tmp_path / "new").write_bytes(gzip.compress(json.dumps(new).encode()))
        return diff.json_files(tmp_path / "old", tmp_path / "new", **more)

    changed = {"value": {"a": 2.0}, "form": 2}
    assert found(changed).listed == [Difference("form", "1", "2"), Difference("value.a", "1.0", "2.0")]
    assert found(changed, read_as=_value).listed == [Difference("a", "1.0", "2.0")]
    near = {"value": {"a": 1.0 + 1e-12}, "form": 2}
    said = found(near, read_as=_value)
    assert (said.count, said.near) == (0, 1)
    exact = found(near, read_as=_value, exact=True)
    assert ([item.item for item in exact.listed], exact.near) == (["a"], 0)
    assert [item.item for item in found(near, exact=True).listed] == ["form", "value.a"]
    same = {"value": {"a": 1.0}, "form": 2}
    assert found(same, read_as=_value).listed == [Difference("form", "1", "2")]
    assert found(same, read_as=_value, exact=True).exact is True
    with pytest.raises(KeyError):
        found({"form": 1}, read_as=_value)
