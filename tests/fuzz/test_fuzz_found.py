"""Inputs that once ended in an exception nobody had meant: found by ``make fuzz``, each made as small as it goes."""

from __future__ import annotations

import base64
import datetime
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import desk
import packages
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resilience_index.analysis import runs as analysed
from resilience_index.analysis.explain import explain_run
from resilience_index.audit import archive, canonical, journal, manifest, signing, verify
from resilience_index.cli import bundles
from resilience_index.data import areas
from resilience_index.errors import InputError, UnreadableError, UsageError
from resilience_index.runs import change_folder, comparison_folder, recheck
from resilience_index.runs import folder as run_folder
from resilience_index.scoring import assess, baseline, batch
from resilience_index.scoring.flags import flag


def changed_manifest(folder: Path, change: Callable[[Any], None]) -> None:
    """Change a run's manifest; it stays in the form that is written."""
    path = folder / "manifest.json"
    statement = json.loads(path.read_bytes())
    change(statement)
    path.write_bytes(canonical.dump(statement))


def forge(folder: Path) -> None:
    """Make the digests of the manifest fit the files."""
    parts = packages.forged(packages.members(desk.of_folder(folder)) or [])
    (folder / "manifest.json").write_bytes(dict(parts)["manifest.json"])


# --- workbooks


def test_a_workbook_whose_parts_begin_before_the_file(desk_folder: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", "<workbook/>")
    content = bytearray(stream.getvalue())
    directory = content.index(b"PK\x01\x02")
    end = content.rindex(b"PK\x05\x06")
    content[end + 16 : end + 20] = struct.pack("<I", directory + 40)  # the directory is said to begin later
    Path("tried.xlsx").write_bytes(content)
    with pytest.raises(UnreadableError) as refused:
        assess.read_data("tried.xlsx", "mini.yaml")
    assert refused.value.code == "RI262"


# --- bundles


def test_a_member_without_a_name(tmp_path: Path) -> None:
    path = tmp_path / "run.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("manifest.json", "{}")
        package.writestr(zipfile.ZipInfo(""), "x")
    with pytest.raises(InputError) as refused:
        archive.unpack(path, tmp_path / "out")
    assert [finding.code for finding in refused.value.findings] == ["RI563"]


# --- weights whose sum is no number


@pytest.mark.parametrize("weight", ["1e308", "1.1e100", "-1"])
def test_weights_of_siblings_whose_sum_is_infinite(weight: str, desk_folder: Path) -> None:
    text = desk.FRAMEWORK.replace("weight: 2", f"weight: {weight}").replace("weight: 1,", f"weight: {weight},")
    Path("heavy.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        assess.job("heavy.yaml", "data.csv")
    assert [finding.code for finding in refused.value.findings] == ["RI140", "RI140"]


@pytest.mark.parametrize("weight", ["1e308", "1.1e100", "0"])
def test_weights_of_experts_whose_sum_is_infinite(weight: str, desk_folder: Path) -> None:
    text = desk.JUDGMENTS.replace("weight: 2", f"weight: {weight}").replace(
        "- id: E1", f"- id: E1\n    weight: {weight}"
    )
    Path("heavy.yaml").write_text(text, encoding="utf-8")
    work = assess.job(
        "mini.yaml", "data.csv", judgments="heavy.yaml", options=assess.Options(weights=flag("weights", "ahp"))
    )
    with pytest.raises(InputError) as refused:
        assess.assess(work)
    assert [finding.code for finding in refused.value.findings] == ["RI312", "RI312"]


@pytest.mark.parametrize("weight", ["1e100", "1e-320"])
def test_the_largest_and_the_smallest_weights(weight: str, desk_folder: Path) -> None:
    text = desk.FRAMEWORK.replace("weight: 2", f"weight: {weight}").replace("weight: 1,", f"weight: {weight},")
    Path("heavy.yaml").write_text(text, encoding="utf-8")
    result = assess.assess(assess.job("heavy.yaml", "data.csv"))
    assert [shares.tolist() for shares in result.weights.local] == [[0.5, 0.5], [0.5, 0.5]]


# --- lists of batches


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("settings: {period: true}", "RI113"), ("settings: {accept_errors: 'yes'}", "RI113"),
        ("frameworks: ['']", "RI113"),
        ("settings: {weights: false}", "RI113"), ("settings: {wieghts: equal}", "RI112"),
    ],
)  # fmt: skip
def test_settings_of_a_list_that_are_none(text: str, code: str, desk_folder: Path) -> None:
    head = "schema: resilience-index/batch/1\n"
    for written in (
        f"{head}{text}\nitems: [{{data: data.csv}}]\n",
        f"{head}items:\n  - data: data.csv\n    {text}\n",
    ):
        Path("list.yaml").write_text(written, encoding="utf-8")
        with pytest.raises(InputError) as refused:
            batch.collect("list.yaml", [], {})
        assert code in [finding.code for finding in refused.value.findings]


# --- maps


@pytest.mark.parametrize(
    "position",
    [{"0": 1}, {"0": 1, "1": 2}, [10**400, 30.0], [True, False], ["1", "2"], [[1], 2], [], [True], "12", [None, 1]],
    ids=lambda position: str(position)[:12],
)
def test_positions_of_a_map_that_are_none(position: Any, tmp_path: Path) -> None:
    ring = [position] * 4
    feature = {"type": "Feature", "id": "001", "geometry": {"type": "Polygon", "coordinates": [ring]}}
    path = tmp_path / "map.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        areas.read(str(path), ["001"])
    assert [finding.code for finding in refused.value.findings] == ["RI550"]


# --- baselines


@pytest.mark.parametrize("local", [{"index": "x"}, ["x"], {"index": {"people": 10**400}}, {"index": {"people": []}}])
def test_a_baseline_with_other_shares_and_a_checksum_that_fits(local: Any, desk_folder: Path) -> None:
    content = json.loads(desk.baselines()[1])
    content["weights"]["local"] = local
    content["sha256"] = baseline._digest(content)
    with pytest.raises(UnreadableError) as refused:
        baseline.read(json.dumps(content).encode(), "base.json")
    assert refused.value.code == "RI440"


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("method", {}), ("method", ["minmax"]), ("direction", 1), ("groups", {}),
        ("groups", [{"group": [], "parameters": {}}]),
        ("groups", [{"group": None, "parameters": {"minimum": 10**400}}]),
        ("groups", [{"group": None, "parameters": {"values": [10**400]}}]),
        ("groups", [{"group": "2024", "parameters": {}}] * 2),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_a_baseline_with_other_steps_and_a_checksum_that_fits(part: str, value: Any, desk_folder: Path) -> None:
    content = json.loads(desk.baselines()[0])
    content["steps"][2][part] = value
    content["sha256"] = baseline._digest(content)
    with pytest.raises(UnreadableError) as refused:
        baseline.read(json.dumps(content).encode(), "base.json")
    assert refused.value.code == "RI440"


# --- runs


def no_parquet(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-60] + bytes(60))


def two_of_a_name(path: Path) -> None:
    table = pq.read_table(path)
    pq.write_table(table.append_column("community_id", table.column("community")), path)


def other_type(path: Path) -> None:
    table = pq.read_table(path)
    pq.write_table(table.set_column(0, "community_id", pa.array(range(table.num_rows))), path)


def no_ids(path: Path) -> None:
    table = pq.read_table(path)
    pq.write_table(table.set_column(0, "community_id", pa.array([None] * table.num_rows, pa.string())), path)


def one_column_less(path: Path) -> None:
    pq.write_table(pq.read_table(path).drop_columns(["row"]), path)


def no_utf8(path: Path) -> None:
    table = pq.read_table(path)
    ids = pa.array([b"\xb3\x80"] * table.num_rows, pa.binary()).view(pa.string())
    pq.write_table(table.set_column(table.column_names.index("community_id"), "community_id", ids), path)


@pytest.mark.parametrize("change", [no_parquet, two_of_a_name, other_type, no_ids, one_column_less, no_utf8])
def test_values_of_a_run_that_are_none(change: Callable[[Path], None], runs: Path) -> None:
    change(runs / "two/inputs/data.parquet")
    forge(runs / "two")
    with pytest.raises(UsageError) as refused:
        analysed.load(Path("two"))
    assert refused.value.code == "RI040"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("normalize", []), ("normalize", {"minmax": 1}), ("weights", 1), ("treat", None), ("scale", "100"),
        ("scale", -1), ("scale", True), ("by", 5), ("period", ["2025"]), ("ties", "most"), ("ties", []),
        ("tokens", "x"), ("tokens", [[]]), ("accept_errors", 1), ("round", 3), ("grades", [[]]), ("grades", 7),
    ],
)  # fmt: skip
def test_settings_of_a_manifest_that_are_none(name: str, value: Any, runs: Path) -> None:
    changed_manifest(runs / "two", lambda statement: statement["predicate"]["settings"][name].update(value=value))
    with pytest.raises(UsageError) as refused:
        analysed.load(Path("two"))
    assert refused.value.code == "RI482"
    level = recheck.recompute(verify.open_run(Path("two"), "two"))
    assert level.status == "failed"


# --- signatures


@pytest.mark.parametrize("ending", ["key", "pub"])
def test_a_key_of_an_algorithm_that_nobody_knows(ending: str, tmp_path: Path) -> None:
    """The identifier of Ed25519 (1.3.101.112) with another number in it."""
    signing.keygen(tmp_path / "k")
    path = tmp_path / f"k.{ending}"
    first, body, *last = path.read_text("ascii").splitlines()
    content = base64.b64decode(body).replace(b"\x06\x03\x2b\x65\x70", b"\x06\x03\x2b\x85\x70")
    path.write_text("\n".join([first, base64.b64encode(content).decode(), *last]), "ascii")
    load = signing.load_private if ending == "key" else signing.load_public
    with pytest.raises(UsageError) as refused:
        load(path if ending == "key" else str(path))  # type: ignore[arg-type]
    assert refused.value.code == "RI587"


def test_a_signed_statement_without_a_subject(runs: Path) -> None:
    path = next((runs / "two/signatures").iterdir())
    envelope = json.loads(path.read_bytes())
    statement = json.loads(base64.b64decode(envelope["payload"]))
    del statement["subject"]
    payload = canonical.compact(statement)
    key, _ = signing.load_private(Path("a.key"))
    envelope["payload"] = base64.b64encode(payload).decode()
    envelope["signatures"][0]["sig"] = base64.b64encode(key.sign(signing._encoded(payload))).decode()
    path.write_bytes(canonical.dump(envelope))
    opened = verify.open_run(Path("two"), "two")
    name = path.relative_to(runs / "two").as_posix()
    level = verify.check_signatures(opened, [name], [signing.load_public("trusted.pub")])
    assert {finding.code for finding in level.findings} == {"RI585", "RI584"}


# --- journals


@pytest.mark.parametrize(
    "change", [{"task": []}, {"task": 1}, {"findings": None}, {"exit_code": "1"}, {"about": []}, {"more": 1}], ids=str
)
def test_a_line_of_a_journal_with_other_kinds_of_values(change: dict[str, Any], desk_folder: Path) -> None:
    lines = desk.journals()[0].splitlines()
    record = {**json.loads(lines[1])["record"], **change}
    path = desk_folder / "torn.jsonl"
    path.write_bytes(b"\n".join([lines[0], journal.line(record), *lines[2:]]) + b"\n")
    found = journal.read(path)
    assert (list(found.entries), found.unreadable) == (["two-2/mini"], 1)


# --- manifests


def nested(levels: int) -> list[Any]:
    """Lists inside each other."""
    found: list[Any] = []
    for _ in range(levels):
        found = [found]
    return found


PLACES = (
    ("further",), ("predicate", "framework", "id"), ("predicate", "settings", "by", "value"),
    ("predicate", "plan", "nodes", 0, "parameters"), ("predicate", "plan", "weights"), ("subject", 0, "name"),
)  # fmt: skip


@pytest.mark.parametrize(
    "value", ["\ud800", nested(70), nested(900), float("nan")], ids=["half", "deep", "deeper", "nan"]
)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: str(place[-1]))
def test_a_manifest_that_cannot_be_written_again(place: tuple[Any, ...], value: Any, runs: Path) -> None:
    path = runs / "two/manifest.json"
    statement = json.loads(path.read_bytes())
    part = statement
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    path.write_text(json.dumps(statement), encoding="ascii")
    with pytest.raises(InputError) as damaged:
        verify.open_run(runs / "two", "two")
    assert [finding.code for finding in damaged.value.findings] == ["RI565"]
    for read in (analysed.load, lambda folder: explain_run(folder, "001", "2025")):
        with pytest.raises(UsageError) as refused:
            read(runs / "two")
        assert refused.value.code == "RI040"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("framework",), {}), (("framework", "title"), {"zh": 1}), (("plan", "nodes", 0, "level"), "0"),
        (("plan", "nodes", 0, "title"), None), (("plan", "nodes", 0, "aggregate"), {"method": "none"}),
        (("plan", "leaves", 0, "normalize"), {"method": "goalposts", "clip": 7}), (("plan", "leaves", 0, "parent"), 3),
        (("plan", "nodes", 0, "scale"), "100"), (("plan", "leaves", 0, "title"), {"zh": "甲"}),
    ],
    ids=str,
)  # fmt: skip
def test_an_explanation_from_a_manifest_with_other_kinds_of_values(place: Any, value: Any, runs: Path) -> None:
    def change(statement: Any) -> None:
        part = statement["predicate"]
        for key in place[:-1]:
            part = part[key]
        part[place[-1]] = value

    changed_manifest(runs / "two", change)
    with pytest.raises(UsageError) as refused:
        explain_run(runs / "two", "001", "2025")
    assert refused.value.code == "RI040"


def test_a_trace_with_other_kinds_of_values(runs: Path) -> None:
    path = runs / "two/trace.parquet"
    table = pq.read_table(path)
    times = pa.array([datetime.date(2024, 1, 31)] * table.num_rows)
    pq.write_table(table.set_column(table.column_names.index("raw"), "raw", times), path)
    with pytest.raises(UsageError) as refused:
        explain_run(runs / "two", "001", "2025")
    assert refused.value.code == "RI040"


def test_the_manifest_of_an_earlier_run_that_is_nested_without_end(runs: Path) -> None:
    for name in ("manifest.json", run_folder.EARLIER):
        (runs / "two" / name).write_text("[" * 100_000, encoding="ascii")
    assert run_folder.files_of_earlier(runs / "two") == set()
    assert manifest.read(runs / "two") is None


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b'{"kind": "\\ud800"}', b"\xff", b"NaN"], ids=["deep", "half", "bytes", "nan"]
)
def test_files_in_the_place_of_earlier_results_that_are_none(content: bytes, tmp_path: Path) -> None:
    for name, is_earlier in (
        (change_folder.JSON, change_folder.is_change),
        (comparison_folder.JSON, comparison_folder.is_comparison),
        ("manifest.json", run_folder.is_run),
    ):
        (tmp_path / name).write_bytes(content)
        assert not is_earlier(tmp_path)
    with pytest.raises(UsageError) as refused:
        change_folder.check_target(tmp_path)
    assert refused.value.code == "RI013"


def test_an_archive_in_the_place_of_the_bundle_that_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "run.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("manifest.json", b"x" * 1000)
    content = bytearray(path.read_bytes())
    at = content.index(b"manifest.json") + len("manifest.json")
    content[at : at + 4] = b"\xff" * 4
    path.write_bytes(content)
    with pytest.raises(UsageError) as refused:
        bundles.check_archive(tmp_path / "run")
    assert refused.value.code == "RI561"
