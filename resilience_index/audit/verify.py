"""Checking a run, offline: are its bytes those of its manifest, and who signed it.

The third level, scoring it again, is in ``runs.recheck``: it needs the writers of the outputs.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from resilience_index._version import __version__
from resilience_index.audit import archive, bundle, canonical, differences, inputs, manifest, signing
from resilience_index.data.cells import show
from resilience_index.errors import InputError, UsageError
from resilience_index.findings import Finding, Location, has_errors
from resilience_index.framework import json_strict

Status = Literal["passed", "failed", "not_checked"]
LARGEST_MANIFEST = 1 << 28
_HEX = frozenset("0123456789abcdef")
_RUN = "urn:resilience-index:run:"


@dataclass(frozen=True)
class Level:
    """One level of a verification: ``detail`` says what was checked, in plain data."""

    name: Literal["bytes", "signature", "recomputation"]
    status: Status
    findings: tuple[Finding, ...]
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Opened:
    """A run that is open: where its files are, how messages call it, its manifest and the bytes of that."""

    folder: Path
    shown: str
    statement: Mapping[str, Any]
    content: bytes

    @property
    def predicate(self) -> Mapping[str, Any]:
        """What the manifest says of the run."""
        found: Mapping[str, Any] = self.statement["predicate"]
        return found

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 by file, of the well-formed entries of the manifest."""
        return dict(_subjects(self.statement))


def level(name: Any, findings: Sequence[Finding], detail: Mapping[str, Any], *, checked: bool = True) -> Level:
    """A level with its status: failed where a finding is an error."""
    failed: Status = "failed" if has_errors(findings) else "passed" if checked else "not_checked"
    return Level(name, failed, tuple(findings), detail)


# --- opening


def open_run(folder: Path, shown: str) -> Opened:
    """The manifest of a folder.

    Raises ``UsageError`` RI012 (no run), RI041 and RI599 (folders of runs), RI564 (a form that is not known),
    ``InputError`` RI565 (a manifest that cannot be read).
    """
    path = folder / manifest.FILE
    if not _regular(path):
        _refuse_no_run(folder, shown)
    with path.open("rb") as stream:
        content = stream.read(LARGEST_MANIFEST + 1)
    try:
        if len(content) > LARGEST_MANIFEST:
            raise ValueError(path)
        statement = json_strict.parse(content)
    except ValueError as error:
        raise InputError([_damaged(shown, "它不是 JSON", "it is no JSON")]) from error
    _refuse_unknown(statement, shown)
    if not isinstance(statement.get("predicate"), dict) or not isinstance(statement.get("subject"), list):
        raise InputError([_damaged(shown, "缺少 subject 或 predicate", "it lacks its subject or its predicate")])
    return Opened(folder, shown, statement, content)


def _regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def _refuse_no_run(folder: Path, shown: str) -> None:
    if folder.is_dir():
        inside = sorted(item.name for item in folder.iterdir() if manifest.read(item) is not None)
        if len(inside) == 1:
            raise UsageError("RI599", where=Location(shown), file=shown, folder=inside[0])
        if inside:
            raise UsageError("RI041", where=Location(shown), file=shown, known=inside)
    raise UsageError("RI012", where=Location(shown), file=shown)


def _refuse_unknown(statement: Any, shown: str) -> None:
    """Raise for a manifest that is none of ours (RI012), or of another version (RI564)."""
    if not isinstance(statement, dict) or not str(statement.get("predicateType")).startswith(_RUN):
        raise UsageError("RI012", where=Location(shown), file=shown)
    found = (statement.get("_type"), statement.get("predicateType"))
    if found != (manifest.STATEMENT, manifest.PREDICATE):
        said = " ".join(show(str(item)) for item in found)
        known = f"{manifest.STATEMENT} {manifest.PREDICATE}"
        raise UsageError("RI564", where=Location(f"{shown}/{manifest.FILE}"), found=said, known=known)


def _damaged(shown: str, zh: str, en: str) -> Finding:
    return Finding("RI565", Location(f"{shown}/{manifest.FILE}"), {"reason": {"zh": zh, "en": en}})


def _subjects(statement: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for item in statement["subject"]:
        if _sound_subject(item):
            yield item["name"], item["digest"]["sha256"]


def _sound_subject(item: Any) -> bool:
    if not isinstance(item, dict) or set(item) != {"name", "digest"} or not isinstance(item["name"], str):
        return False
    name, digests = item["name"], item["digest"]
    value = digests.get("sha256") if isinstance(digests, dict) else None
    known = "/" not in name or bundle.is_member(name)
    return archive.safe_name(name) and known and isinstance(value, str) and len(value) == 64 and set(value) <= _HEX


# --- level 1


def check_bytes(run: Opened) -> Level:
    """Whether the files are those of the manifest, byte for byte, and no others."""
    findings = list(_manifest_findings(run))
    checked = 0
    for name, wanted in run.digests.items():
        path = run.folder / name
        where = Location(f"{run.shown}/{name}")
        if not os.path.lexists(path):
            findings.append(Finding("RI566", where, {"file": name}))
        elif _regular(path) and not _through_link(run.folder, name):
            checked += 1
            found = inputs.file_digest(path)
            if found != wanted:
                findings.append(Finding("RI567", where, {"file": name, "found": found, "recorded": wanted}))
    signatures = []
    for name, regular in walk(run.folder):
        where = Location(f"{run.shown}/{show(name)}")
        if not regular:
            findings.append(Finding("RI569", where, {"file": show(name)}))
        elif bundle.is_signature(name):
            signatures.append(name)
        elif name != manifest.FILE and name not in run.digests:
            findings.append(Finding("RI568", where, {"file": show(name)}))
    detail = {"files": checked, "manifest": canonical.digest(run.content), "signatures": signatures}
    return level("bytes", findings, detail)


def _through_link(folder: Path, name: str) -> bool:
    return any((folder / parent).is_symlink() for parent in Path(name).parents if str(parent) != ".")


def _manifest_findings(run: Opened) -> Iterator[Finding]:
    """RI565 where the manifest is not in the one form in which it is written, or names what no run has."""
    again = canonical.dump(run.statement)
    if again != run.content:
        pairs = zip(run.content.split(b"\n"), again.split(b"\n"), strict=False)
        line = next((number for number, (old, new) in enumerate(pairs, 1) if old != new), 1)
        zh, en = f"第 {line} 行不是规范写法", f"line {line} is not in the form that is written"
        yield Finding(
            "RI565", Location(f"{run.shown}/{manifest.FILE}", line=line), {"reason": {"zh": zh, "en": en}}
        )  # fmt: skip
    extra = sorted(set(run.statement) - {"_type", "subject", "predicateType", "predicate"})
    for key in extra:
        yield _damaged(run.shown, f"多出“{show(key)}”", f"it has a further key '{show(key)}'")
    seen: set[str] = set()
    for item in run.statement["subject"]:
        if not _sound_subject(item):
            text = show(str(item.get("name") if isinstance(item, dict) else item))
            yield _damaged(run.shown, f"条目“{text}”无效", f"its entry '{text}' is not valid")
        elif item["name"] in seen:
            text = show(item["name"])
            yield _damaged(run.shown, f"“{text}”列了两次", f"it names '{text}' twice")
        else:
            seen.add(item["name"])


def walk(folder: Path) -> Iterator[tuple[str, bool]]:
    """Every file below a folder by its name in it, and whether it is a regular one; links are not followed."""
    for root, folders, files in os.walk(folder):
        for name in sorted([*files, *(item for item in folders if (Path(root) / item).is_symlink())]):
            path = Path(root, name)
            yield path.relative_to(folder).as_posix(), _regular(path)
        folders[:] = sorted(item for item in folders if not (Path(root) / item).is_symlink())


# --- level 2


def check_signatures(run: Opened, names: Sequence[str], trusted: Sequence[signing.Trusted]) -> Level:
    """Whether every trusted key has signed the manifest."""
    checked = signing.check(run.folder, names, trusted, run.shown)
    valid = [
        {"file": item.file, "role": item.role, "signer": item.signer, "key_id": item.key_id, "key": item.key_file}
        for item in checked.valid
    ]
    detail = {"present": list(checked.present), "valid": valid, "keys": [one.id for one in trusted]}
    return level("signature", checked.findings, detail, checked=bool(trusted))


# --- for level 3


def input_findings(run: Opened) -> Iterator[Finding]:
    """RI592 where a file that went in is not the one the manifest names among the inputs."""
    digests = {item["name"]: item["digest"]["sha256"] for item in run.predicate["inputs"]}
    for item in run.predicate["sources"]:
        member, name = item["member"], item["name"]
        if member is None or not bundle.is_member(member) or not (run.folder / member).is_file():
            continue
        found = inputs.file_digest(run.folder / member)
        if digests.get(name) != found:
            params = {"name": name, "member": member, "recorded": digests.get(name), "found": found}
            yield Finding("RI592", Location(f"{run.shown}/{manifest.FILE}"), params)


def difference_findings(
    file: str, found: differences.Found, shown: str, code: str = "RI570", *, limit: int = differences.LISTED
) -> Iterator[Finding]:
    """The findings about one file: the first places that differ and how many more; or numbers that are only near."""
    for item in found.listed[:limit]:
        column = item.column
        where = Location(f"{shown}/{file}", line=item.line, row=item.row, field=column)
        place = " ".join(dict.fromkeys(text for text in (item.item, column) if text))  # a title stands in both
        said = {"en": place, "zh": _in_chinese(place)}
        yield Finding(code, where, {"file": file, "item": said, "recorded": item.recorded, "made": item.made})
    more = found.count - len(found.listed[:limit])
    if more and code == "RI570":
        yield Finding("RI571", Location(f"{shown}/{file}"), {"file": file, "count": more})
    if found.near and not found.count:
        params = {"file": file, "count": found.near, "largest": found.largest, "tolerance": differences.TOLERANCE}
        yield Finding("RI575", Location(f"{shown}/{file}"), params)


_PLACES = (
    (re.compile(r"^line ([0-9]+)$"), r"第 \1 行"),
    (re.compile(r"^page ([0-9]+), object ([0-9]+)$"), r"第 \1 页，对象 \2"),
    (re.compile(r"^object ([0-9]+)$"), r"对象 \1"),
    (re.compile(r"^(word/\S+) paragraph ([0-9]+)$"), r"\1 第 \2 段"),
    (re.compile(r"^frame$"), "文件结构"),
    (re.compile(r"^rows$"), "行数"),
    (re.compile(r"^byte order mark$"), "字节顺序标记"),
    (re.compile(r"^line ends$"), "换行符"),
)


def _in_chinese(place: str) -> str:
    """What a place in a text, a PDF or a Word document is called in Chinese; names and paths stay."""
    for pattern, text in _PLACES:
        if pattern.match(place):
            return pattern.sub(text, place)
    return place


def version_findings(run: Opened) -> list[Finding]:
    """RI576 where the program or a library has another version than the run was made with."""
    now = {"resilience-index": __version__, **manifest.versions()}
    then = {"resilience-index": run.predicate["program"]["version"], **run.predicate["versions"]}
    other = [f"{show(name)} {show(str(then.get(name, '—')))} → {now.get(name, '—')}" for name in sorted({*now, *then})
             if now.get(name) != then.get(name)]  # fmt: skip
    return [Finding("RI576", Location(run.shown), {"versions": other})] if other else []
