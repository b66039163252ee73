"""The levels of a verification on small folders made by hand: every finding whole, wrong in one way and in two."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from resilience_index import __version__
from resilience_index.audit import differences, manifest, signing, verify
from resilience_index.audit.differences import Difference
from resilience_index.errors import InputError, UsageError
from resilience_index.findings import Finding, Location

posix = pytest.mark.skipif(os.name == "nt", reason="permissions, pipes and messages of POSIX systems")
FILES = {"scores.csv": b"a\n", "trace.parquet": b"PAR1", "inputs/framework.yaml": b"id: x\n"}


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def subject(name: Any, content: bytes) -> dict[str, Any]:
    return {"name": name, "digest": {"sha256": digest(content)}}


def statement(**changed: Any) -> dict[str, Any]:
    made = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [subject(name, content) for name, content in sorted(FILES.items())],
        "predicateType": "urn:resilience-index:run:1",
        "predicate": {"seed": None},
    }
    return {**made, **changed}


def written(value: Any) -> bytes:
    return (json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()


def folder(path: Path, value: Any = None) -> Path:
    for name, content in FILES.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    content = value if isinstance(value, bytes) else written(statement() if value is None else value)
    (path / "manifest.json").write_bytes(content)
    return path


def opened(path: Path) -> verify.Opened:
    return verify.open_run(path, "it")


def refusal(path: Path) -> tuple[str, Any, Any]:
    with pytest.raises(UsageError) as caught:
        opened(path)
    return caught.value.code, caught.value.where, caught.value.params


def damage(path: Path) -> tuple[Finding, ...]:
    with pytest.raises(InputError) as caught:
        opened(path)
    return tuple(caught.value.findings)


def damaged(zh: str, en: str, line: int | None = None) -> Finding:
    return Finding("RI565", Location("it/manifest.json", line=line), {"reason": {"zh": zh, "en": en}})


NO_RUN = ("RI012", Location("it"), {"file": "it"})


# --- opening


def test_an_open_run(tmp_path: Path) -> None:
    run = opened(folder(tmp_path))
    assert (run.folder, run.shown, run.statement) == (tmp_path, "it", statement())
    assert run.content == (tmp_path / "manifest.json").read_bytes()
    assert run.predicate == {"seed": None}
    assert run.digests == {name: digest(content) for name, content in FILES.items()}


def test_no_run(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none") == NO_RUN
    assert refusal(tmp_path) == NO_RUN
    (tmp_path / "x").write_bytes(b"")
    assert refusal(tmp_path / "x") == NO_RUN
    (tmp_path / "manifest.json").mkdir()
    assert refusal(tmp_path) == NO_RUN
    (tmp_path / "manifest.json").rmdir()
    (tmp_path / "away").write_bytes(written(statement()))
    (tmp_path / "manifest.json").symlink_to("away")
    assert refusal(tmp_path) == NO_RUN
    assert refusal(Path("a\0b")) == NO_RUN


def test_a_folder_of_runs(tmp_path: Path) -> None:
    for name in ("z", "a", "m"):
        folder(tmp_path / name)
    (tmp_path / "other").mkdir()
    assert refusal(tmp_path) == ("RI041", Location("it"), {"file": "it", "known": ["a", "m", "z"]})


def test_a_folder_around_a_run(tmp_path: Path) -> None:
    """As archives are that were packed by hand."""
    folder(tmp_path / "mine")
    (tmp_path / "other").mkdir()
    assert refusal(tmp_path) == ("RI599", Location("it"), {"file": "it", "folder": "mine"})


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[NaN]", b"[" * 200 + b"]" * 200])
def test_no_json(content: bytes, tmp_path: Path) -> None:
    assert damage(folder(tmp_path, content)) == (damaged("它不是 JSON", "it is no JSON"),)


def test_a_manifest_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder(tmp_path)
    size = (path / "manifest.json").stat().st_size
    monkeypatch.setattr(verify, "LARGEST_MANIFEST", size)
    assert opened(path).predicate == {"seed": None}
    monkeypatch.setattr(verify, "LARGEST_MANIFEST", size - 1)
    assert damage(path) == (damaged("它不是 JSON", "it is no JSON"),)
    with (path / "manifest.json").open("ab") as stream:
        stream.write(b" " * 20)
    monkeypatch.setattr(verify, "LARGEST_MANIFEST", size + 5)  # what is cut off would be blanks alone
    assert damage(path) == (damaged("它不是 JSON", "it is no JSON"),)


@pytest.mark.parametrize(
    "value",
    [
        [], "urn:resilience-index:run:1", 1, None, {}, ["predicateType"], statement(predicateType="urn:other:run:1"),
        statement(predicateType=None), statement(predicateType=["urn:resilience-index:run:1"]),
        statement(predicateType="x urn:resilience-index:run:1"), statement(predicateType="", _type=""),
    ],
)  # fmt: skip
def test_manifests_of_others(value: Any, tmp_path: Path) -> None:
    assert refusal(folder(tmp_path, written(value))) == NO_RUN


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"predicateType": "urn:resilience-index:run:2"}, "https://in-toto.io/Statement/v1 urn:resilience-index:run:2"),
        ({"_type": "other\n"}, "other\\n urn:resilience-index:run:1"),
        ({"_type": 1, "predicateType": "urn:resilience-index:run:"}, "1 urn:resilience-index:run:"),
        ({"_type": None, "predicate": None}, "None urn:resilience-index:run:1"),
    ],
)  # fmt: skip
def test_manifests_of_another_form(changed: Any, said: str, tmp_path: Path) -> None:
    known = "https://in-toto.io/Statement/v1 urn:resilience-index:run:1"
    found = ("RI564", Location("it/manifest.json"), {"found": said, "known": known})
    assert refusal(folder(tmp_path, statement(**changed))) == found


@pytest.mark.parametrize(
    "changed",
    [{"predicate": None}, {"predicate": []}, {"predicate": "x"}, {"subject": None}, {"subject": {}}, {"subject": "x"},
     {"predicate": [], "subject": {}}],
)  # fmt: skip
def test_a_manifest_without_its_parts(changed: Any, tmp_path: Path) -> None:
    found = damaged("缺少 subject 或 predicate", "it lacks its subject or its predicate")
    assert damage(folder(tmp_path, statement(**changed))) == (found,)


@pytest.mark.parametrize("gone", [("predicate",), ("subject",), ("subject", "predicate")])
def test_a_manifest_that_lacks_parts(gone: tuple[str, ...], tmp_path: Path) -> None:
    value = {key: part for key, part in statement().items() if key not in gone}
    found = damaged("缺少 subject 或 predicate", "it lacks its subject or its predicate")
    assert damage(folder(tmp_path, value)) == (found,)


# --- level 1


def checked(path: Path) -> verify.Level:
    return verify.check_bytes(opened(path))


def detail(path: Path, files: int = 3, signatures: list[str] | None = None) -> dict[str, Any]:
    content = (path / "manifest.json").read_bytes()
    return {"files": files, "manifest": digest(content), "signatures": signatures or []}


def told(code: str, name: str, **more: Any) -> Finding:
    return Finding(code, Location(f"it/{name}"), {"file": name, **more})


def test_bytes_as_they_were_written(tmp_path: Path) -> None:
    path = folder(tmp_path)
    assert checked(path) == verify.Level("bytes", "passed", (), detail(path))
    signed = [f"signatures/{role}.{'0' * 16}.json" for role in ("auditor", "evaluator")]
    for name in signed:
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_bytes(b"")
    assert checked(path) == verify.Level("bytes", "passed", (), detail(path, signatures=signed))


def test_files_that_are_lost_changed_or_added(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "scores.csv").unlink()
    (path / "trace.parquet").write_bytes(b"PAR2")
    (path / "more\n.txt").write_bytes(b"")
    (path / "signatures").mkdir()
    (path / "signatures/x.json").write_bytes(b"")
    changed = {"found": digest(b"PAR2"), "recorded": digest(b"PAR1")}
    findings = (
        told("RI566", "scores.csv"), told("RI567", "trace.parquet", **changed), told("RI568", "more\\n.txt"),
        told("RI568", "signatures/x.json"),
    )  # fmt: skip
    assert checked(path) == verify.Level("bytes", "failed", findings, detail(path, 2))


@posix
def test_links_are_no_files(tmp_path: Path) -> None:
    """A file that is a link, one inside a folder that is, and a link that leads nowhere: none is read."""
    path = folder(tmp_path / "run")
    (path / "scores.csv").rename(tmp_path / "away")
    (path / "scores.csv").symlink_to(tmp_path / "away")
    (path / "inputs").rename(tmp_path / "elsewhere")
    (path / "inputs").symlink_to(tmp_path / "elsewhere")
    (path / "trace.parquet").unlink()
    (path / "trace.parquet").symlink_to(tmp_path / "nowhere")
    os.mkfifo(path / "pipe")
    found = checked(path)
    names = ("inputs", "pipe", "scores.csv", "trace.parquet")
    assert found == verify.Level("bytes", "failed", tuple(told("RI569", name) for name in names), detail(path, 0))


def test_a_signature_that_is_a_link_is_none(tmp_path: Path) -> None:
    path = folder(tmp_path)
    name = f"signatures/auditor.{'0' * 16}.json"
    (path / "signatures").mkdir()
    (path / name).symlink_to(path / "manifest.json")
    assert checked(path) == verify.Level("bytes", "failed", (told("RI569", name),), detail(path))


GOOD = subject("x.csv", b"")
HEX = digest(b"")


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("text", "text"), (1, "1"), (None, "None"), ([], "[]"), ({}, "None"), ({**GOOD, "more": 1}, "x.csv"),
        ({"name": "x.csv"}, "x.csv"), ({"digest": GOOD["digest"]}, "None"), ({**GOOD, "name": 1}, "1"),
        ({**GOOD, "name": None}, "None"), ({**GOOD, "name": "../x"}, "../x"), ({**GOOD, "name": ""}, ""),
        ({**GOOD, "name": "a/b"}, "a/b"), ({**GOOD, "name": "inputs/x"}, "inputs/x"), ({**GOOD, "name": "a\n"}, "a\\n"),
        ({**GOOD, "name": f"signatures/auditor.{'0' * 16}.json"}, f"signatures/auditor.{'0' * 16}.json"),
        ({**GOOD, "digest": HEX}, "x.csv"), ({**GOOD, "digest": {}}, "x.csv"), ({**GOOD, "digest": None}, "x.csv"),
        ({**GOOD, "digest": {"sha256": None}}, "x.csv"), ({**GOOD, "digest": {"sha256": HEX[1:]}}, "x.csv"),
        ({**GOOD, "digest": {"sha256": HEX + "0"}}, "x.csv"), ({**GOOD, "digest": {"sha256": HEX.upper()}}, "x.csv"),
        ({**GOOD, "digest": {"sha256": "g" * 64}}, "x.csv"), ({**GOOD, "digest": {"sha256": ["a"] * 64}}, "x.csv"),
        ({**GOOD, "digest": {"md5": HEX}}, "x.csv"), ({**GOOD, "name": "../x", "digest": {}}, "../x"),
    ],
)  # fmt: skip
def test_entries_that_are_not_valid(item: Any, said: str, tmp_path: Path) -> None:
    """Each is told with what it is called, and names no file; the others are checked nevertheless."""
    path = folder(tmp_path, statement(subject=[item, *statement()["subject"]]))
    from resilience_index.data.cells import show

    said = show(said)
    found = damaged(f"条目“{said}”无效", f"its entry '{said}' is not valid")
    assert checked(path) == verify.Level("bytes", "failed", (found,), detail(path))


@pytest.mark.parametrize("item", [{**GOOD, "digest": {"sha256": HEX, "md5": "x"}}, GOOD])
def test_entries_that_are_valid(item: Any, tmp_path: Path) -> None:
    path = folder(tmp_path, statement(subject=[*statement()["subject"], item]))
    (path / "x.csv").write_bytes(b"")
    assert checked(path) == verify.Level("bytes", "passed", (), detail(path, 4))


def test_entries_given_twice_and_further_keys(tmp_path: Path) -> None:
    more = [f"{first}{second}" for first in "zyxcb" for second in "21"]
    subjects = [*statement()["subject"], subject("scores.csv", b"other"), GOOD, GOOD]
    value = statement(subject=subjects, **dict.fromkeys(more, 1))
    path = folder(tmp_path, value)
    (path / "x.csv").write_bytes(b"")
    findings = (
        *(damaged(f"多出“{name}”", f"it has a further key '{name}'") for name in sorted(more)),
        damaged("“scores.csv”列了两次", "it names 'scores.csv' twice"),
        damaged("“x.csv”列了两次", "it names 'x.csv' twice"),
        told("RI567", "scores.csv", found=digest(b"a\n"), recorded=digest(b"other")),
    )  # fmt: skip
    assert checked(path) == verify.Level("bytes", "failed", findings, detail(path, 4))


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [(b'    "seed": null', b'    "seed":  null', 4), (b"{\n  ", b"{\n   ", 2), (b"{\n  ", b"{  ", 1),
     (b"}\n", b"}", 27), (b"null", b"null ", 4), (b"  ]", b"   ]", 26)],
)  # fmt: skip
def test_another_form_of_the_same(old: bytes, new: bytes, line: int, tmp_path: Path) -> None:
    content = written(statement())
    assert content.count(b"\n") == 27
    head, _, tail = content.rpartition(old) if old == b"}\n" else content.partition(old)
    path = folder(tmp_path, head + new + tail)
    where = 1 if old == b"}\n" else line
    found = damaged(f"第 {where} 行不是规范写法", f"line {where} is not in the form that is written", where)
    assert checked(path) == verify.Level("bytes", "failed", (found,), detail(path))


def test_a_folder_that_is_named_by_a_link(tmp_path: Path) -> None:
    """It is links inside a run that are not followed."""
    folder(tmp_path / "run")
    (tmp_path / "link").symlink_to("run")
    path = tmp_path / "link"
    assert checked(path) == verify.Level("bytes", "passed", (), detail(path))


def test_answers_are_yes_or_no(tmp_path: Path) -> None:
    assert verify._regular(tmp_path / "none") is False
    assert verify._sound_subject(1) is False


# --- level 2


KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
OTHER = ed25519.Ed25519PrivateKey.from_private_bytes(b"\1" * 32)


def test_signatures_of_a_run(tmp_path: Path) -> None:
    path = folder(tmp_path)
    name = signing.sign(path, KEY, "auditor", "甲")
    trusted = signing.Trusted("k.pub", KEY.public_key(), "auditor")
    other = signing.Trusted("o.pub", OTHER.public_key(), None)
    valid = {"file": name, "role": "auditor", "signer": "甲", "key_id": trusted.id, "key": "k.pub"}
    said = {"present": [name], "valid": [valid], "keys": [trusted.id]}
    run = opened(path)
    assert verify.check_signatures(run, [name], [trusted]) == verify.Level("signature", "passed", (), said)
    none = {"present": [], "valid": [], "keys": []}
    assert verify.check_signatures(run, [], []) == verify.Level("signature", "not_checked", (), none)
    unnamed = (Finding("RI586", Location("it"), {"count": 1}),)
    said = {**none, "present": [name]}
    assert verify.check_signatures(run, [name], []) == verify.Level("signature", "not_checked", unnamed, said)
    found = verify.check_signatures(run, [name], [trusted, other])
    params = {"key": "o.pub", "id": other.id[:16], "role": {"zh": "", "en": ""}}
    missing = (Finding("RI584", Location("it"), params),)
    said = {"present": [name], "valid": [valid], "keys": [trusted.id, other.id]}
    assert found == verify.Level("signature", "failed", missing, said)


def test_the_status_of_a_level() -> None:
    error, info = Finding("RI566", params={"file": "x"}), Finding("RI586", params={"count": 1})
    assert error.severity == "error"
    assert info.severity != "error"
    for findings, called, status in (
        ([], True, "passed"), ([], False, "not_checked"), ([info], True, "passed"), ([info], False, "not_checked"),
        ([info, error], True, "failed"), ([error], False, "failed"),
    ):  # fmt: skip
        made = verify.level("recomputation", findings, {"a": 1}, checked=called)
        assert made == verify.Level("recomputation", status, tuple(findings), {"a": 1})  # type: ignore[arg-type]
    assert verify.level("bytes", [], {}).status == "passed"


# --- for level 3


def with_sources(path: Path, inputs: dict[str, bytes], *sources: tuple[str, str | None]) -> verify.Opened:
    predicate = {
        "inputs": [{"name": name, "digest": {"sha256": digest(content)}} for name, content in inputs.items()],
        "sources": [{"role": "data", "name": name, "member": member} for name, member in sources],
    }
    return opened(folder(path, statement(predicate=predicate)))


def test_inputs_that_are_those_of_the_manifest(tmp_path: Path) -> None:
    rules = "inputs/framework.yaml"
    run = with_sources(tmp_path, {"f.yaml": FILES[rules], "d.csv": b""}, ("d.csv", None), ("f.yaml", rules))
    assert list(verify.input_findings(run)) == []


def test_inputs_that_are_others(tmp_path: Path) -> None:
    """A file that is not there, does not travel or has no name of ours is passed over; the next is looked at."""
    rules = "inputs/framework.yaml"
    sources = (("a", None), ("b", "scores.csv"), ("c", "inputs/judgments.yaml"), ("f.yaml", rules), ("g", rules))
    run = with_sources(tmp_path, {"f.yaml": b"other", "a": b""}, *sources)
    found, where = digest(FILES[rules]), Location("it/manifest.json")
    expected = [
        Finding("RI592", where, {"name": name, "member": rules, "recorded": said, "found": found})
        for name, said in (("f.yaml", digest(b"other")), ("g", None))
    ]  # fmt: skip
    assert list(verify.input_findings(run)) == expected


def differing(*items: Difference, more: int = 0, near: int = 0) -> differences.Found:
    return differences.Found(False, list(items), len(items) + more, near, 1e-12)


def test_findings_about_differences() -> None:
    items = [
        Difference("001 score", "1", "2", row=3, column="score"), Difference("line 7", "a", "b", line=7),
        Difference("", "a", "b", column="x"), Difference("rows", "1", "2"),
        Difference("rank", "score", "rank", row=1, column="rank"),
    ]  # fmt: skip
    found = list(verify.difference_findings("f.csv", differing(*items, more=5, near=2), "it"))
    places = [
        (Location("it/f.csv", row=3, field="score"), "001 score score", "001 score score"),
        (Location("it/f.csv", line=7), "line 7", "第 7 行"), (Location("it/f.csv", field="x"), "x", "x"),
        (Location("it/f.csv"), "rows", "行数"), (Location("it/f.csv", row=1, field="rank"), "rank", "rank"),
    ]  # fmt: skip
    expected = [
        Finding("RI570", where, {"file": "f.csv", "item": {"en": en, "zh": zh}, "recorded": item.recorded,
                                 "made": item.made})
        for item, (where, en, zh) in zip(items, places, strict=True)
    ]  # fmt: skip
    expected.append(Finding("RI571", Location("it/f.csv"), {"file": "f.csv", "count": 5}))
    assert found == expected  # numbers that are near are not told beside
    assert list(verify.difference_findings("f", differing(), "it")) == []
    (one,) = verify.difference_findings("f", differing(more=1), "it")
    assert (one.code, one.params["count"]) == ("RI571", 1)
    near = {"file": "f.csv", "count": 2, "largest": 1e-12, "tolerance": 1e-9}
    told = Finding("RI575", Location("it/f.csv"), near)
    assert list(verify.difference_findings("f.csv", differing(near=2), "it")) == [told]


def test_no_more_findings_than_were_asked_for() -> None:
    items = [Difference(name, "1", "2") for name in "abc"]
    for limit, names in ((3, "abc"), (2, "ab"), (0, "")):
        found = list(verify.difference_findings("f", differing(*items, more=4), "it", limit=limit))
        assert [item.params["item"]["en"] for item in found[:-1]] == list(names)
        assert (found[-1].code, found[-1].params["count"]) == ("RI571", 7 - limit)


def test_findings_of_another_code_do_not_count_the_rest() -> None:
    found = list(verify.difference_findings("f", differing(Difference("a", "1", "2"), more=5), "it", "RI593"))
    assert [item.code for item in found] == ["RI593"]


@pytest.mark.parametrize(
    ("place", "chinese"),
    [
        ("line 12", "第 12 行"), ("page 3, object 14", "第 3 页，对象 14"), ("object 5", "对象 5"),
        ("frame", "文件结构"), ("word/document.xml paragraph 9", "word/document.xml 第 9 段"), ("rows", "行数"),
        ("rows x", "rows x"), ("a line 1", "a line 1"), ("line 1 x", "line 1 x"), ("object x", "object x"),
        ("frames", "frames"), ("xl/a.xml paragraph 1", "xl/a.xml paragraph 1"), ("nodes[a].rows", "nodes[a].rows"),
        ("", ""), ("byte order mark", "字节顺序标记"), ("line ends", "换行符"), ("line ends x", "line ends x"),
        ("排名 Ranking!H2", "排名 Ranking!H2"),
    ],
)  # fmt: skip
def test_places_in_chinese(place: str, chinese: str) -> None:
    assert verify._in_chinese(place) == chinese


def test_versions_that_are_others(tmp_path: Path) -> None:
    now = manifest.versions()

    def found(program: str, versions: dict[str, Any]) -> list[Finding]:
        predicate = {"program": {"version": program}, "versions": versions}
        return verify.version_findings(opened(folder(tmp_path, statement(predicate=predicate))))

    assert found(__version__, now) == []
    then = {**now, "numpy": "1.0", "ancient\n": 3}
    del then["pyarrow"]
    other = [
        "ancient\\n 3 → —", f"numpy 1.0 → {now['numpy']}", f"pyarrow — → {now['pyarrow']}",
        f"resilience-index 0.0.0 → {__version__}",
    ]  # fmt: skip
    assert found("0.0.0", then) == [Finding("RI576", Location("it"), {"versions": other})]
