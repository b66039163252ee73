"""What travels with a run: the names of members, the copies, and what the manifest says of each file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from resilience_index.audit import bundle
from resilience_index.data.table import SourceFile
from resilience_index.errors import UnreadableError, UsageError
from resilience_index.findings import Finding, Location


@pytest.mark.parametrize(
    ("name", "found"),
    [
        *((f"inputs/{name}", True) for name in (
            "framework.yaml", "dictionary.yaml", "assessment.yaml", "judgments.yaml", "baseline.json", "data.parquet",
            "map.geojson", "templates/cover.docx", "templates/pictures/logo.png", "templates/report.html.j2",
            "data/1.csv", "data/9999.xlsx", "data/20.parquet",
        )),
        *((name, False) for name in (
            "", "inputs/", "framework.yaml", "inputs/other.yaml", "inputs/data/0.csv", "inputs/data/01.csv",
            "inputs/data/10000.csv", "inputs/data/1.txt", "inputs/data/1.csv.zip", "xinputs/data/1.csv",
            "inputs/data/.csv", "inputs/data/1xcsv", "inputs/data/1.csv/a", "scores.csv", "manifest.json",
            "inputs/templates/a/b.docx", "inputs/templates/A.docx",
        )),
    ],
)  # fmt: skip
def test_names_of_members(name: str, found: bool) -> None:
    assert bundle.is_member(name) is found


ID = "0123456789abcdef"


@pytest.mark.parametrize(
    ("name", "found"),
    [(f"signatures/{role}.{ID}.json", True) for role in ("evaluator", "department", "auditor")]
    + [(name, False) for name in (
        f"signatures/owner.{ID}.json", f"signatures/auditor.{ID[1:]}.json", f"signatures/auditor.{ID}0.json",
        f"signatures/auditor.{ID.upper()}.json", f"auditor.{ID}.json", f"signatures/auditor{ID}.json",
        f"signatures/auditor.{ID}.json.x", f"x/signatures/auditor.{ID}.json", f"signatures/auditor.{ID}xjson",
    )],
)  # fmt: skip
def test_names_of_signatures(name: str, found: bool) -> None:
    assert bundle.is_signature(name) is found


def file(name: str, kind: str = "csv", content: bytes = b"x") -> SourceFile:
    return SourceFile(Path(name).name, kind, hashlib.sha256(content).hexdigest, len(content), {}, path=name)


def result(
    *files: SourceFile, findings: tuple[Finding, ...] = (), areas: Any = None, plan: Any = None
) -> Any:  # fmt: skip
    return SimpleNamespace(table=SimpleNamespace(files=files, findings=list(findings)), areas=areas, plan=plan)


def test_members_of_data_files() -> None:
    files = [file("z.csv"), file("a.xlsx", "xlsx"), file("b", "parquet")]
    assert bundle.raw_names(files) == ["inputs/data/1.csv", "inputs/data/2.xlsx", "inputs/data/3.parquet"]
    assert bundle.raw_names([]) == []


# --- personal data


def personal(code: str, name: str | None) -> Finding:
    return Finding(
        code, Location(name), {"count": 1, "kind": "x", "column": "c", "rows": "1", "value": "v", "what": "w"}
    )


@pytest.mark.parametrize(
    ("table", "areas", "name"),
    [((personal("RI256", "d.csv"),), None, "d.csv"), ((), (personal("RI256", "m.geojson"),), "m.geojson"),
     ((personal("RI256", None),), (), "out"), ((personal("RI251", "a"), personal("RI256", "b")), None, "b"),
     ((personal("RI256", "d.csv"),), (personal("RI256", "m.geojson"),), "d.csv")],
)  # fmt: skip
def test_personal_data_do_not_travel(table: Any, areas: Any, name: str) -> None:
    found = result(findings=table, areas=None if areas is None else SimpleNamespace(findings=areas))
    with pytest.raises(UsageError) as caught:
        bundle.refuse_personal(found, "out")
    error = caught.value
    assert (error.code, error.where, error.params) == ("RI560", Location("out"), {"file": name})


def test_other_findings_do_not_stop_a_bundle() -> None:
    other = (personal("RI251", "a"),)
    bundle.refuse_personal(result(findings=other), "out")
    bundle.refuse_personal(result(findings=other, areas=SimpleNamespace(findings=other)), "out")


# --- copies


def test_what_is_written_beside_the_outputs(tmp_path: Path) -> None:
    for name, content in (("one.csv", b"1"), ("two.xlsx", b"2")):
        (tmp_path / name).write_bytes(content)
    files = [file(str(tmp_path / "one.csv"), "csv", b"1"), file(str(tmp_path / "two.xlsx"), "xlsx", b"2")]
    found = result(*files, areas=SimpleNamespace(content=b"map", findings=()))
    assessment: Any = SimpleNamespace(content=b"asked")

    def written(*arguments: Any, **more: Any) -> dict[str, bytes]:
        made = {}
        for name, write in bundle.writers(*arguments, **more).items():
            write(tmp_path / "copy")
            made[name] = (tmp_path / "copy").read_bytes()
        return made

    data = {"inputs/data/1.csv": b"1", "inputs/data/2.xlsx": b"2", "inputs/map.geojson": b"map"}
    asked = {"inputs/assessment.yaml": b"asked"}
    assert written(found, assessment, with_data=True) == asked | data
    assert written(found, None, with_data=True) == data
    assert written(found, assessment, with_data=False) == asked
    assert written(found, None, with_data=False) == {}
    data.pop("inputs/map.geojson")
    assert written(result(*files), None, with_data=True) == data


def test_a_file_that_has_changed_does_not_travel(tmp_path: Path) -> None:
    path = str(tmp_path / "d.csv")
    (tmp_path / "d.csv").write_bytes(b"other")

    def refusal() -> UnreadableError:
        with pytest.raises(UnreadableError) as caught:
            bundle._copy(file(path, content=b"before"), tmp_path / "copy")
        assert (caught.value.code, caught.value.where) == ("RI007", Location(path))
        return caught.value

    changed = {"zh": "读取后内容已改变", "en": "it has changed since it was read"}
    assert refusal().params == {"file": path, "reason": changed}
    (tmp_path / "d.csv").unlink()
    assert refusal().params == {"file": path, "reason": "No such file or directory"}


def test_an_error_without_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> Any:
        raise OSError("just so")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UnreadableError) as caught:
        bundle._copy(file("d.csv"), tmp_path / "copy")
    assert caught.value.params["reason"] == "just so"


def test_data_from_a_stream_travel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from resilience_index.data.files.source import STREAM, Input

    monkeypatch.setattr(Input, "of", lambda name: SimpleNamespace(whole=lambda: name.encode() + b" piped"))
    content = STREAM.encode() + b" piped"
    bundle._copy(file(STREAM, content=content), tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == content


# --- what the manifest says


def plan(files: dict[str, bytes], judgments: str | None = None, baseline: str | None = None) -> Any:
    def named(name: str | None) -> Any:
        return None if name is None else SimpleNamespace(file=name)

    return SimpleNamespace(framework=SimpleNamespace(files=files), judgments=named(judgments), baseline=named(baseline))


def test_sources_of_a_run() -> None:
    paths = ["2024/d.csv", "2025/d.csv", "f.yaml", "dict.yaml", "j.yaml", "b.json", "a.yaml", "m.geojson", "t/x.docx"]
    names = {path: f"<{path}>" for path in paths}
    found = result(
        file("2024/d.csv"), file("2025/d.csv", "xlsx"), plan=plan({"f.yaml": b"", "dict.yaml": b""}, "j.yaml", "b.json")
    )
    asked: Any = SimpleNamespace(file="a.yaml")
    said = [
        ("data", "2024/d.csv", "inputs/data/1.csv"), ("data", "2025/d.csv", "inputs/data/2.xlsx"),
        ("framework", "f.yaml", "inputs/framework.yaml"), ("dictionary", "dict.yaml", "inputs/dictionary.yaml"),
        ("judgments", "j.yaml", "inputs/judgments.yaml"), ("baseline", "b.json", "inputs/baseline.json"),
        ("assessment", "a.yaml", "inputs/assessment.yaml"), ("map", "m.geojson", "inputs/map.geojson"),
        ("templates", "t/x.docx", "inputs/templates/x.docx"),
    ]  # fmt: skip

    def expected(members: list[str]) -> list[dict[str, Any]]:
        items = []
        for role, path, member in said:
            label = {"label": path} if role == "data" else {}
            items.append({"role": role, "name": f"<{path}>", **label, "member": member if member in members else None})
        return items

    templates = {"t/x.docx": "inputs/templates/x.docx"}
    every = [member for _, _, member in said]
    for members in (every, every[:1], every[3:5], []):
        assert bundle.sources(found, asked, "m.geojson", names, members, templates) == expected(members)


def test_sources_of_the_smallest_run() -> None:
    found = result(file("in/d.csv"), plan=plan({"f.yaml": b""}))
    assert bundle.sources(found, None, None, {"in/d.csv": "d.csv", "f.yaml": "f.yaml"}, ["inputs/framework.yaml"]) == [
        {"role": "data", "name": "d.csv", "label": "d.csv", "member": None},
        {"role": "framework", "name": "f.yaml", "member": "inputs/framework.yaml"},
    ]
