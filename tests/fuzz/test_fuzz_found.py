"""Inputs that once ended in an exception nobody had meant: found by ``make fuzz``, each made as small as it goes."""

from __future__ import annotations

import base64
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
from resilience_index.audit import canonical, journal, signing, verify
from resilience_index.data import areas
from resilience_index.errors import InputError, UnreadableError, UsageError
from resilience_index.runs import recheck
from resilience_index.scoring import assess, baseline


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


@pytest.mark.parametrize("change", [no_parquet, two_of_a_name, other_type, no_ids, one_column_less])
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
