"""Workbook packages: the parts of a ZIP file of XML, read within limits.

A workbook comes from anywhere. Nothing is unpacked to disk, sizes are counted while they are read
and not believed, and no part may declare entities.
"""

from __future__ import annotations

import codecs
import functools
import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any
from xml.parsers import expat

from resilience_index.errors import UnreadableError

MEMBERS = 20_000
TOTAL = 512 << 20
"""Bytes that all the parts of a workbook that are read may have together."""
RATIO = 150
RATIO_FROM = 16 << 20
"""Above this size a part may not be more than ``RATIO`` times as long as it is in the file."""
_CHUNK = 1 << 20

Attributes = Mapping[str, str]


class Package:
    """The parts of a workbook file by name.

    Raises ``UnreadableError`` RI262 for what is not a sound ZIP file, or unpacks to too much.
    """

    def __init__(self, content: bytes, file: str) -> None:
        self.file = file
        self._left = TOTAL
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            found = self._archive.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            raise unsound(file, "it is damaged or incomplete", "文件已损坏或不完整") from error
        if len(found) > MEMBERS:
            raise unsound(file, f"it has {len(found)} parts", f"其中有 {len(found)} 个部件")
        self._parts: dict[str, zipfile.ZipInfo] = {}
        for part in found:
            # Excel looks names up without regard to case; a second part of a name would hide the first.
            name = part.filename.replace("\\", "/").lstrip("/").casefold()
            if self._parts.setdefault(name, part) is not part:
                raise unsound(file, "two of its parts have one name", "其中两个部件同名")

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._parts

    def read(self, name: str) -> bytes:
        """The bytes of a part. Raises ``UnreadableError`` RI262 when it is missing, damaged or too large."""
        part = self._parts.get(name.casefold())
        if part is None:
            raise unsound(self.file, f"its part {name} is missing", f"缺少部件 {name}")
        if part.flag_bits & 1:
            raise unsound(self.file, "it is encrypted", "文件已加密")
        self._check_size(part, part.file_size)
        out = bytearray()
        try:
            with self._archive.open(part) as stream:
                while block := stream.read(_CHUNK):
                    out += block
                    self._check_size(part, len(out))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
            raise unsound(self.file, f"its part {name} is damaged", f"部件 {name} 已损坏") from error
        self._left -= len(out)
        return bytes(out)

    def _check_size(self, part: zipfile.ZipInfo, size: int) -> None:
        if size > self._left or (size > RATIO_FROM and size > RATIO * max(1, part.compress_size)):
            mebibytes = size >> 20
            raise unsound(self.file, f"it unpacks to more than {mebibytes} MiB", f"解压后超过 {mebibytes} MiB")

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part refers to, by id: the last word of the relation's type, and the name of the part."""
        folder, base = posixpath.split(name)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: Attributes) -> None:
            if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
                found[attributes.get("Id", "")] = (attributes.get("Type", "").rsplit("/", 1)[-1], target)

        relations = posixpath.join(folder, "_rels", f"{base}.rels")
        if relations in self:
            self.parse(relations, start)
        return found

    def parse(
        self,
        name: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> bytes:
        """Read a part and call back for its elements; returns its bytes.

        Raises ``UnreadableError`` RI262 for XML that is not well-formed or has a document type, and for what no
        program writes but readers of XML do not agree about: other encodings than UTF-8, and comments,
        instructions and CDATA between the elements.
        """
        content = self.read(name)
        parser = expat.ParserCreate()

        def odd(*_: Any) -> None:
            raise unsound(self.file, f"its part {name} is written unusually", f"部件 {name} 的写法不合常规")

        def first(tag: str, attributes: Attributes) -> None:
            parser.CommentHandler = parser.ProcessingInstructionHandler = parser.StartCdataSectionHandler = odd
            parser.StartElementHandler = start
            start(tag, attributes)

        def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
            if encoding is not None and encoding.casefold() not in ("utf-8", "us-ascii"):
                odd()

        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            odd()
        parser.XmlDeclHandler = declaration
        parser.buffer_text = True
        parser.StartElementHandler = first
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text

        def refuse(*_: Any) -> None:
            raise unsound(self.file, f"its part {name} declares a document type", f"部件 {name} 带有文档类型声明")

        parser.StartDoctypeDeclHandler = refuse
        try:
            parser.Parse(content, True)
        except expat.ExpatError as error:
            raise unsound(self.file, f"its part {name} is damaged", f"部件 {name} 已损坏") from error
        return content


@functools.lru_cache(maxsize=1024)
def local(tag: str) -> str:
    """The name of an element without its prefix."""
    return tag.rpartition(":")[2]


def unsound(file: str, reason_en: str, reason_zh: str) -> UnreadableError:
    """RI262 with its reason."""
    return UnreadableError("RI262", file=file, reason={"en": reason_en, "zh": reason_zh})
