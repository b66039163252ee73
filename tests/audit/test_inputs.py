"""What a run keeps of its inputs: written and read again, and every way in which it may not be what was written."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from audit_helpers import FRAMEWORK, scored

import resilience_index as ri
from resilience_index.audit import inputs, manifest
from resilience_index.errors import InputError, UsageError
from resilience_index.findings import Finding, Location
from resilience_index.framework.models import GradeModel, Rounding
from resilience_index.methods.checking import BadCall, Call, check
from resilience_index.scoring import run as scoring
from resilience_index.scoring.result import Result
from resilience_index.scoring.settings import Setting

OTHER = {"zh": "内容不是运行时写出的内容", "en": "its content is not what a run writes"}


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def refusal(call: Any, *arguments: Any) -> tuple[str, Any, Any]:
    with pytest.raises(UsageError) as caught:
        call(*arguments)
    return caught.value.code, caught.value.where, caught.value.params


def not_written(path: Path, reason: Any = OTHER) -> tuple[str, Any, Any]:
    return "RI040", Location(str(path)), {"file": str(path), "reason": reason}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return scored(tmp_path_factory.mktemp("project"))


# --- names


def test_names() -> None:
    assert inputs.NAMES == (
        "inputs/framework.yaml", "inputs/dictionary.yaml", "inputs/assessment.yaml", "inputs/judgments.yaml",
        "inputs/baseline.json", "inputs/data.parquet",
    )  # fmt: skip
    assert (inputs.MAP, inputs.TEMPLATES) == ("inputs/map.geojson", "inputs/templates/")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("inputs/templates/a.docx", True), ("inputs/templates/0-a_b.html.j2", True),
        ("inputs/templates/pictures/logo.png", True), ("inputs/templates/" + "a" * 40 + ".docx", True),
        ("inputs/templates/" + "a" * 41 + ".docx", False), ("inputs/templates/a", False), ("templates/a.docx", False),
        ("inputs/templates/.docx", False), ("inputs/templates/_a.docx", False), ("inputs/templates/a.b.c.d", False),
        ("inputs/templates/a.longer", False), ("inputs/templates/A.png", False), ("inputs/templates/x/a.png", False),
        ("inputs/templates/pictures/pictures/a.png", False), ("inputs/templates/a.docx\n", False),
    ],
)  # fmt: skip
def test_names_of_templates(name: str, found: bool) -> None:
    assert inputs.is_template(name) is found


def test_digests_of_files(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    assert inputs.file_digest(tmp_path / "x") == digest(b"abc")


# --- folders


def test_folders_of_members(tmp_path: Path) -> None:
    inputs.make_folder(tmp_path, "scores.csv")
    assert list(tmp_path.iterdir()) == []
    for _ in range(2):
        inputs.make_folder(tmp_path, "inputs/data/1.csv")
        assert (tmp_path / "inputs/data").is_dir()
        assert list((tmp_path / "inputs/data").iterdir()) == []


@pytest.mark.parametrize("place", ["inputs", "inputs/data"])
def test_a_link_in_the_place_of_a_folder_goes(place: str, tmp_path: Path) -> None:
    away, run = tmp_path / "away", tmp_path / "run"
    (away / "data").mkdir(parents=True)
    (away / "kept").write_bytes(b"x")
    (run / place).parent.mkdir(parents=True)
    (run / place).symlink_to(away)
    inputs.make_folder(run, "inputs/data/1.csv")
    assert not (run / place).is_symlink()
    assert (run / "inputs/data").is_dir()
    assert (away / "kept").read_bytes() == b"x"


def test_empty_folders_go_and_others_stay(tmp_path: Path) -> None:
    names = ("inputs/data", "inputs/templates/pictures", "signatures")
    for name in names:
        (tmp_path / name).mkdir(parents=True)
    inputs.remove_folder(tmp_path)
    assert list(tmp_path.iterdir()) == []
    inputs.remove_folder(tmp_path)
    for name in names:
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "x").write_bytes(b"")
    inputs.remove_folder(tmp_path)
    assert all((tmp_path / name / "x").exists() for name in names)


# --- writing


def fake(files: dict[str, bytes], **more: Any) -> Any:
    settled = {"judgments": None, "baseline": None, **more}
    scheme = settled.pop("scheme", None)
    plan = SimpleNamespace(framework=SimpleNamespace(files=files, scheme=scheme), **settled)
    return SimpleNamespace(plan=plan, table=more.get("table"))


def content(text: bytes) -> Any:
    return SimpleNamespace(content=text)


def written(folder: Path, writers: dict[str, Any]) -> dict[str, bytes]:
    found = {}
    for name, write in writers.items():
        write(folder / "x")
        found[name] = (folder / "x").read_bytes()
    return found


def test_what_is_written(tmp_path: Path) -> None:
    rules, both = {"f.yaml": b"rules"}, {"f.yaml": b"rules", "d.yaml": b"words"}
    one = {"inputs/framework.yaml": b"rules"}
    two = one | {"inputs/dictionary.yaml": b"words"}
    asked = content(b"asked")
    assert written(tmp_path, inputs.writers(fake(rules), None, with_data=False)) == one
    assert written(tmp_path, inputs.writers(fake(both), asked, with_data=False)) == two
    assert written(tmp_path, inputs.writers(fake(rules, scheme="flat"), None, with_data=False)) == one
    full = fake(both, scheme="flat", judgments=content(b"pairs"), baseline=content(b"base"))
    found = written(tmp_path, inputs.writers(full, asked, with_data=False))
    assert list(found.items()) == list((two | {
        "inputs/assessment.yaml": b"asked", "inputs/judgments.yaml": b"pairs", "inputs/baseline.json": b"base",
    }).items())  # fmt: skip


def test_the_values_are_written(result: Result, tmp_path: Path) -> None:
    writers = inputs.writers(result, None, with_data=True)
    assert list(writers) == ["inputs/framework.yaml", "inputs/data.parquet"]
    writers["inputs/data.parquet"](tmp_path / "d")
    assert pq.read_table(tmp_path / "d").equals(inputs.arrow(result.table))
    with pq.ParquetFile(tmp_path / "d") as file:
        assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_the_table_of_values(result: Result) -> None:
    no, text, number, yes_no = None, pa.string(), pa.float64(), pa.bool_()
    columns = {
        "community_id": (["001", "002", "003", "004", "005"], text),
        "community": (["东社区", "西社区", "南社区", "北社区", "中社区"], text),
        "row": ([2, 3, 2, 3, 4], pa.int64()), "period": (["2024"] * 5, text),
        "group:district": (["甲", "甲", "乙", "乙", ""], text),
        "leaf:visits": ([50, no, no, 20, 100], number),
        "not_applicable:visits": ([False, True, False, False, False], yes_no),
        "faulty:visits": ([False, False, True, False, False], yes_no),
        "leaf:minutes": ([30, no, 15, 45, 30], number), "leaf:events": ([20, 50, 60, 70, 40], number),
        "leaf:residents": ([100, 100, 100, no, 100], number),
    }  # fmt: skip
    expected = pa.table({name: pa.array(values, kind) for name, (values, kind) in columns.items()})
    found = inputs.arrow(result.table)
    assert found.column_names == expected.column_names
    assert found.equals(expected)
    bare = inputs.arrow(result.table.replace(periods=None, groups={}, not_applicable={}, faulty={}))
    dropped = ["period", "group:district", "not_applicable:visits", "faulty:visits"]
    assert bare.equals(expected.drop_columns(dropped))


# --- reading


def kept(run: Path, result: Result) -> tuple[dict[str, Any], dict[str, str]]:
    """The predicate and the digests of a run's folder that is written."""
    (run / "inputs").mkdir(parents=True, exist_ok=True)
    digests = {}
    for name, write in inputs.writers(result, None, with_data=True).items():
        write(run / name)
        digests[name] = digest((run / name).read_bytes())
    return manifest.build(result, {}, {}, {})["predicate"], digests


def test_read_again(result: Result, tmp_path: Path) -> None:
    run = tmp_path / "the run"
    predicate, digests = kept(run, result)
    found = inputs.read(run, json.loads(json.dumps(predicate)), digests)
    assert found.predicate == predicate
    assert found.plan.settings.to_dict() == result.plan.settings.to_dict()
    assert manifest.framework_dict(found.plan) == manifest.framework_dict(result.plan)
    table = found.table
    assert (table.source, table.indicators) == ("the run", ("visits", "minutes", "events", "residents"))
    assert inputs.arrow(table).equals(inputs.arrow(result.table))
    (file,) = table.files
    assert (file.name, file.kind, file.size, file.sha256, file.path) == (
        "the run", "parquet", 0, "", str(run / "inputs/data.parquet"),
    )  # fmt: skip
    assert file.headers == {name: name for name in table.indicators}
    assert (table.headers, table.raw, table.findings, table.file_of) == ({}, None, [], None)
    assert [column.flags.writeable for column in table.values] == [False] * 4
    assert {column.dtype for column in table.values} == {np.dtype(np.float64)}
    np.testing.assert_array_equal(scoring.execute(found.plan, table).score, result.score)


def test_runs_of_earlier_versions_and_without_values(result: Result, tmp_path: Path) -> None:
    predicate, digests = kept(tmp_path, result)
    place = {"file": str(tmp_path)}
    for gone, code in (
        (("inputs/framework.yaml",), "RI481"), (("inputs/data.parquet",), "RI014"),
        (("inputs/framework.yaml", "inputs/data.parquet"), "RI481"),
    ):  # fmt: skip
        left = {name: value for name, value in digests.items() if name not in gone}
        assert refusal(inputs.read, tmp_path, predicate, left) == (code, Location(str(tmp_path)), place)


def test_files_that_are_lost_or_changed(result: Result, tmp_path: Path) -> None:
    predicate, digests = kept(tmp_path, result)
    for name in digests:
        path = tmp_path / name
        before = path.read_bytes()
        path.write_bytes(before + b" ")
        assert refusal(inputs.read, tmp_path, predicate, digests) == not_written(path)
        path.unlink()
        gone = {"zh": "找不到该文件", "en": "it is not there"}
        assert refusal(inputs.read, tmp_path, predicate, digests) == not_written(path, gone)
        path.write_bytes(before)
    assert inputs.sound(tmp_path / inputs.FRAMEWORK, digests[inputs.FRAMEWORK]).decode() == FRAMEWORK


def test_what_a_later_version_reads_differently(result: Result, tmp_path: Path) -> None:
    """The bytes are those of the manifest: why they cannot be read is told, with the version that wrote them."""
    predicate, digests = kept(tmp_path, result)

    def told(said: dict[str, Any]) -> Any:
        code, where, params = refusal(inputs.read, tmp_path, said, digests)
        assert (code, where) == ("RI482", Location(str(tmp_path)))
        assert (params["file"], params["version"]) == (str(tmp_path), ri.__version__)
        return params["reason"]

    def changed(name: str, value: Any) -> dict[str, Any]:
        settings = {**predicate["settings"], name: {"value": value, "origin": "program"}}
        return {**predicate, "settings": settings}

    assert told(changed("scale", -1)) == "scale"
    assert told(changed("weights", {"method": "none such"})) == "RI121"
    assert told(changed("weights", [])) == "RI124"
    (tmp_path / inputs.FRAMEWORK).write_bytes(b"id: [")
    digests[inputs.FRAMEWORK] = digest(b"id: [")
    reason = told(predicate)
    assert set(reason) == {"zh", "en"}
    assert reason["en"].startswith("RI1")
    assert reason["zh"].partition(" ")[0] == reason["en"].partition(" ")[0]


def test_reasons_of_errors() -> None:
    findings = [Finding("RI566", params={"file": "a"}), Finding("RI566", params={"file": "b"})]
    said = {language: f"RI566 {findings[0].message(language)}" for language in ("zh", "en")}  # type: ignore[arg-type]
    assert inputs.reason_of(InputError(findings)) == said
    assert inputs.reason_of(UsageError("RI012", file="x")) == "RI012"
    assert inputs.reason_of(ValueError("so")) == "so"


# --- settings


YES_OR_NO = ("accept_errors", "allow_personal_data", "synthetic")

GOOD: list[tuple[str, Any, Any]] = [
    ("weights", {"method": "equal"}, check("weights", {"method": "equal"})),
    ("normalize", {"method": "minmax"}, check("normalize", {"method": "minmax"})),
    ("aggregate", {"method": "geometric"}, check("aggregate", {"method": "geometric"})),
    ("missing", {"policy": "available"}, check("missing", {"policy": "available"})),
    ("fill", {"method": "mean"}, check("fill", {"method": "mean"})),
    ("treat", {"method": "iqr"}, check("treat", {"method": "iqr"})),
    ("grading", {"method": "fixed"}, check("grading", {"method": "fixed"})),
    ("round", None, None), ("round", {"digits": 2, "mode": "half_up"}, Rounding(digits=2, mode="half_up")),
    ("grades", [], ()),
    ("grades", [{"id": "A", "min": 60.0, "title": {"zh": "优", "en": "Good"}}],
     (GradeModel.model_validate({"id": "A", "min": 60, "title": {"zh": "优", "en": "Good"}}),)),
    *((name, value, value) for name in (
        "period", "by", "framework", "judgments", "baseline", "encoding", "sheet", "map", "templates",
    ) for value in (None, "x", "")),
    *((name, value, value) for name in YES_OR_NO for value in (True, False)),
    ("scale", 100.0, 100.0), ("scale", 1, 1), ("scale", 1e-9, 1e-9), ("ties", "min", "min"), ("ties", "dense", "dense"),
    ("tokens", [], ()), ("tokens", ["-", 9, 9.5], ("-", 9, 9.5)), ("outputs", None, None), ("outputs", [], ()),
    ("outputs", ["html"], ("html",)), ("other", 1.5, 1.5), ("other", {"a": 1}, {"a": 1}), ("other", [1], (1,)),
    ("title", None, None), ("columns", {"groups": []}, {"groups": []}),
]  # fmt: skip
NAN, INF = math.nan, math.inf
BAD: list[tuple[str, Any]] = [
    *(("weights", value) for value in ({"method": "none such"}, "none such", 1, None)),
    *(("missing", value) for value in ({"policy": "none such"}, 1)),
    ("round", {"digits": -99}), ("round", 1), ("grades", [{"id": "A"}]), ("grades", None), ("grades", 1),
    *((name, value) for name in (
        "period", "by", "framework", "judgments", "baseline", "encoding", "sheet", "map", "templates",
    ) for value in (1, True, ["x"])),
    *((name, value) for name in YES_OR_NO for value in (None, 0, 1, "true")),
    *(("scale", value) for value in (0, -1, 0.0, NAN, INF, True, "100", None, [1])),
    *(("ties", value) for value in (None, "none such", 1)),
    *(("tokens", value) for value in (None, "x", [True], [None], [NAN], ["x", INF], [[]], {"a": 1}, 1)),
    *(("outputs", value) for value in ("html", [1], ["html", None], 1, {"html": 1})), ("other", NAN), ("other", -INF),
]  # fmt: skip


def test_every_setting_is_covered() -> None:
    assert {name for name, *_ in GOOD} >= {*inputs._FORMS, *inputs._METHODS}
    assert {name for name, _ in BAD} >= set(inputs._FORMS)


@pytest.mark.parametrize(("name", "value", "made"), GOOD)
def test_settings_as_a_plan_takes_them(name: str, value: Any, made: Any) -> None:
    found = inputs.settings_of({name: {"value": value, "origin": "option"}})
    assert found.items == {name: Setting(made, "option")}
    assert type(found[name]) is type(made)
    assert isinstance(made, Call) == (name in inputs._METHODS)


@pytest.mark.parametrize(("name", "value"), BAD)
def test_settings_that_are_none(name: str, value: Any) -> None:
    with pytest.raises((BadCall, ValueError, LookupError, TypeError, AttributeError)) as caught:
        inputs.settings_of({name: {"value": value, "origin": "option"}})
    if name in inputs._FORMS or name == "other":
        assert str(caught.value) == name


@pytest.mark.parametrize("item", [{"value": 1}, {"origin": "option"}])
def test_settings_without_their_parts(item: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        inputs.settings_of({"scale": item})


# --- the table of values


def table(path: Path, result: Result, **changed: Any) -> Path:
    """The table with columns exchanged, added (in their order) or taken out (None)."""
    found = inputs.arrow(result.table)
    columns = {name: found.column(name) for name in found.column_names} | changed
    pq.write_table(pa.table({name: column for name, column in columns.items() if column is not None}), path)
    return path


FIVE = [1.0] * 5
GOOD_COLUMNS: list[dict[str, Any]] = [
    {}, {"period": None}, {"group:district": None}, {"not_applicable:visits": None, "faulty:visits": None},
    {"group:more": pa.array(["x"] * 5)}, {"group:more": pa.array(["x"] * 5, pa.large_string())},
    {"leaf:more": pa.array(FIVE)}, {"not_applicable:events": pa.array([True] * 5)},
    {"community": pa.array([None] * 5, pa.string())}, {"leaf:visits": pa.array([None] * 5, pa.float64())},
]  # fmt: skip
BAD_COLUMNS: list[dict[str, Any]] = [
    {"community_id": None}, {"community": None}, {"row": None}, {"more": pa.array(FIVE)}, {"leaf:visits": None},
    {"leaf:residents": None}, {"row": pa.array(FIVE)}, {"row": pa.array([1] * 5, pa.int32())},
    {"row": pa.array([1, None, 1, 1, 1])}, {"community_id": pa.array(["a", None, "b", "c", "d"])},
    {"community_id": pa.array([1] * 5)}, {"community": pa.array([1] * 5)}, {"period": pa.array([2024] * 5)},
    {"group:district": pa.array([1] * 5)}, {"leaf:visits": pa.array([1] * 5)}, {"leaf:more": pa.array(["x"] * 5)},
    {"leaf:visits": pa.array(FIVE, pa.float32())}, {"not_applicable:visits": pa.array([0] * 5)},
    {"faulty:visits": pa.array(FIVE)}, {"not_applicable:visits": pa.array([True, None, True, True, True])},
    {"faulty:visits": pa.array([True, None, True, True, True])}, {"more": pa.array(["x"] * 5)},
    {"xgroup:x": pa.array(["x"] * 5)}, {"group": pa.array(["x"] * 5)},
]  # fmt: skip


@pytest.mark.parametrize("columns", GOOD_COLUMNS, ids=lambda columns: "+".join(columns) or "as written")
def test_tables_of_values(columns: Any, result: Result, tmp_path: Path) -> None:
    path = table(tmp_path / "d", result, **columns)
    found = inputs.read_values(path, result.plan, "run")
    kept_columns = pq.read_table(path)
    again = inputs.arrow(found)
    for name in kept_columns.column_names:
        unread = name.startswith(("not_applicable:", "faulty:")) and name not in again.column_names
        assert not unread
        assert again.column(name).to_pylist() == kept_columns.column(name).to_pylist()
    assert set(again.column_names) == set(kept_columns.column_names)
    assert (found.periods is None) == ("period" not in kept_columns.column_names)
    assert all(isinstance(column, pa.Array) for column in (found.ids, found.names, *found.groups.values()))


@pytest.mark.parametrize("columns", BAD_COLUMNS, ids="+".join)
def test_tables_that_no_run_writes(columns: Any, result: Result, tmp_path: Path) -> None:
    path = table(tmp_path / "d", result, **columns)
    assert refusal(inputs.read_values, path, result.plan, "run") == not_written(path)


def test_tables_that_cannot_be_read(result: Result, tmp_path: Path) -> None:
    path = tmp_path / "d"
    assert refusal(inputs.read_values, path, result.plan, "run") == not_written(path)
    path.write_bytes(b"PAR1 no more PAR1")
    assert refusal(inputs.read_values, path, result.plan, "run") == not_written(path)
    found = inputs.arrow(result.table)
    for name in ("row", "group:district", "leaf:visits", "faulty:visits"):
        columns, names = [*found.columns, found.column(name)], [*found.column_names, name]
        pq.write_table(pa.Table.from_arrays(columns, names=names), path)
        assert refusal(inputs.read_values, path, result.plan, "run") == not_written(path)
    order = found.column_names
    first, second = order.index("leaf:minutes"), order.index("leaf:events")
    order[first], order[second] = order[second], order[first]
    pq.write_table(found.select(order), path)
    assert refusal(inputs.read_values, path, result.plan, "run") == not_written(path)
