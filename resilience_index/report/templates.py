"""Templates of reports: those of the program, and a folder of the user's that wins file by file.

A folder is read once, as a whole, and checked before anything is made with it; what is made later sees these bytes
only. Nothing outside the two folders is ever read: a template names others by their names here, not by paths.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from resilience_index.audit import inputs
from resilience_index.data.cells import show
from resilience_index.errors import InputError, TemplateError, UnreadableError, UsageError
from resilience_index.files import write_atomic
from resilience_index.findings import Finding, Location, did_you_mean
from resilience_index.framework import yaml_strict
from resilience_index.framework.text import sibling_hint
from resilience_index.framework.texts_model import TextsModel
from resilience_index.framework.validation import validate
from resilience_index.methods.checking import suggestion
from resilience_index.scoring.assess import Job, is_written

FOLDER = Path(__file__).with_name("templates")
PAGES = (
    "report.html.j2", "page.html.j2", "paper.html.j2", "plain.html.j2", "weights.html.j2", "method.html.j2",
    "prepared.html.j2", "log.html.j2",
)  # fmt: skip
STYLES = ("report.css", "page.css", "print.css", "light.css", "dark.css")
TYPST = ("paper.typ", "picture.typ")
WORD = ("report.docx", "community.docx")
"""Documents of Word: of a whole run, and of one community."""
TEXTS = "texts.yaml"
NAMES = (*PAGES, *STYLES, *TYPST, *WORD, TEXTS)
PICTURES = "pictures/"
_PICTURE = re.compile(r"pictures/[a-z0-9][a-z0-9_-]{0,39}\.(?:png|jpg|svg)")
_LEFT_BY_OTHERS = re.compile(r"(?:^|/)(?:\.|~\$)|(?:^|/)(?:Thumbs\.db|desktop\.ini)$")
"""What file managers and Word leave beside files."""
LARGEST, MOST = 8 * 1024 * 1024, 100
"""Bytes of all files of a folder together, and their number."""


@dataclass(frozen=True, eq=False)
class Templates:
    """The files of a user by their names, beside which those of the program are used; ``folder`` is for messages."""

    folder: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    texts: TextsModel | None = None

    def own(self, name: str) -> bool:
        """Whether the user's folder has this file."""
        return name in self.files

    def content(self, name: str) -> bytes:
        """A template: the user's, else the program's."""
        found = self.files.get(name)
        return (FOLDER / name).read_bytes() if found is None else found

    def text(self, name: str) -> str:
        """A template of text."""
        # Line ends of Windows, and the mark that its editors put in front, are not part of a template.
        return self.content(name).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")

    def where(self, name: str, line: int | None = None, column: int | None = None) -> Location:
        """A place in a template, for messages."""
        return Location(f"{self.folder}/{name}" if self.own(name) else name, line=line, column=column)

    def source_line(self, name: str, line: int | None) -> str | None:
        """A line of a template, from 1; None where there is none."""
        lines = self.text(name).split("\n")
        return lines[line - 1] if line is not None and 0 < line <= len(lines) else None

    @property
    def pictures(self) -> dict[str, bytes]:
        """The pictures of the user's folder by their names, such as ``pictures/seal.png``."""
        return {name: content for name, content in self.files.items() if name.startswith(PICTURES)}

    @property
    def members(self) -> dict[str, bytes]:
        """The files as a run keeps them, by their names in its folder."""
        return {inputs.TEMPLATES + name: content for name, content in self.files.items()}


SHIPPED = Templates()


def of_job(work: Job) -> Templates:
    """The templates that a job names, if any. Raises as ``load``; what is wrong with a name points at its line."""
    if work.templates is None:
        return SHIPPED
    assessment = work.assessment
    if assessment is None or not is_written(work, "templates"):
        return load(work.templates)
    with assessment.named("templates"):
        return load(work.templates)


def of_run(folder: Path, shown: str, digests: Mapping[str, str]) -> Templates:
    """The templates that a run keeps; ``digests`` are those of its manifest.

    Raises ``UsageError`` RI040 for one that is lost or damaged, and as ``of_files``.
    """
    wanted = [name for name in digests if inputs.is_template(name)]
    files = {name.removeprefix(inputs.TEMPLATES): inputs.sound(folder / name, digests[name]) for name in wanted}
    return of_files(f"{shown}/{inputs.TEMPLATES.rstrip('/')}", files) if files else SHIPPED


def load(folder: str | Path) -> Templates:
    """Read a folder of templates and check it.

    Raises ``UnreadableError`` RI002 (no such folder), RI007, ``TemplateError`` with findings RI543 to RI548 and those
    of ``texts.yaml``.
    """
    root, shown = Path(folder), str(folder)
    if not root.is_dir():
        if not os.path.lexists(root):
            raise UnreadableError("RI002", where=Location(shown), file=shown, hint=sibling_hint(root))
        zh, en = "它不是文件夹", "it is no folder"
        raise TemplateError([unusable(Location(shown), root.name, zh, en, "请写出模板文件夹", "name a folder")])
    findings: list[Finding] = []
    try:
        files = _read(root, shown, findings)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableError("RI007", where=Location(shown), file=shown, reason=reason) from error
    return of_files(shown, files, findings)


def of_files(folder: str, files: Mapping[str, bytes], findings: Sequence[Finding] = ()) -> Templates:
    """Templates of files that are read already; checked. Raises ``TemplateError`` with ``findings`` and its own."""
    from resilience_index.report import template_checks

    found = list(findings)
    templates = Templates(folder, dict(sorted(files.items())))
    texts = None
    if TEXTS in templates.files:
        try:
            document = yaml_strict.parse_leniently(templates.files[TEXTS], f"{folder}/{TEXTS}")
            texts = validate(document, "texts", TextsModel)
        except UnreadableError as error:
            found.append(Finding(error.code, error.where, error.params))
        except InputError as error:
            found += error.findings
    found += template_checks.check(templates)
    if found:
        raise TemplateError(found)
    return Templates(templates.folder, templates.files, texts)


def unusable(
    where: Location, name: str, zh: str, en: str, remedy_zh: str, remedy_en: str, source: str | None = None
) -> Finding:
    """RI544 with its reason and remedy."""
    params = {"name": name, "reason": {"zh": zh, "en": en}, "remedy": {"zh": remedy_zh, "en": remedy_en}}
    return Finding("RI544", where, params, source)


def _read(root: Path, shown: str, findings: list[Finding]) -> dict[str, bytes]:
    """The files of a folder by their names in it; what is none of ours is told."""
    found: dict[str, bytes] = {}
    room = LARGEST
    for name in _names(root):
        where = Location(f"{shown}/{name}")
        if name not in NAMES and _PICTURE.fullmatch(name) is None:
            hint = did_you_mean(suggestion(name, [*NAMES, PICTURES]))
            findings.append(Finding("RI543", where, {"name": show(name), "suggestion": hint}))
            if len(findings) >= MOST:  # another folder was meant
                break
            continue
        status = (root / name).lstat()
        if not stat.S_ISREG(status.st_mode):  # a link could lead out of the folder, a pipe would be waited for
            zh, en = "它是链接，或不是普通文件", "it is a link, or no regular file"
            findings.append(unusable(where, name, zh, en, "请放入文件本身", "put the file itself there"))
            continue
        with (root / name).open("rb") as stream:
            content = stream.read(room + 1)
        room -= len(content)
        if room < 0 or len(found) >= MOST:
            zh = f"文件夹超过 {LARGEST} 字节或 {MOST} 个文件"
            en = f"the folder has more than {LARGEST} bytes or {MOST} files"
            findings.append(unusable(where, name, zh, en, "请缩小图片", "make the pictures smaller"))
            break
        found[name] = content
    return found


def _names(root: Path) -> Iterator[str]:
    """The names of what is in a folder, and in its folder of pictures."""
    for item in sorted(root.iterdir()):
        pictures = item.name == PICTURES.rstrip("/") and item.is_dir() and not item.is_symlink()
        for path in sorted(item.iterdir()) if pictures else [item]:
            name = path.relative_to(root).as_posix()
            if not _LEFT_BY_OTHERS.search(name):
                yield name


def save_all(folder: Path, *, force: bool = False) -> tuple[str, ...]:
    """Write all templates of the program into a folder, to start from; their names.

    Raises ``UsageError`` RI015 where one of them is there already, unless ``force``; ``OSError`` as the system does.
    """
    from resilience_index.report.document import docx_base

    there = [name for name in NAMES if os.path.lexists(folder / name)]
    if there and not force:
        raise UsageError("RI015", where=Location(str(folder)), file=str(folder), names=there)
    content = {name: docx_base.starting(name) if name in WORD else SHIPPED.content(name) for name in NAMES}
    for name, data in content.items():
        write_atomic(folder / name, data)
    return NAMES
