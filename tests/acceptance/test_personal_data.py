"""Personal data through the whole program: refused by default, and masked in every output where they are allowed.

The numbers are made up; their check digits are right.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from acceptance_tools import DATA, SAMPLE, Inside, page_text, tree

from resilience_index.framework import catalogue

IDENTITY, MOBILE, CARD = "110101199003071233", "13812345678", "6222020212345678909"
SPACED, WIDE = "139 1234 5678", "１５８１２３４５６７８"
NUMBERS = (IDENTITY, MOBILE, CARD, "13912345678", "15812345678")


def personal(project: Path, name: str = "personal.csv") -> str:
    """Data with a personal number in a code, name, group, indicator, other column, header and title row."""
    rows = list(csv.reader(io.StringIO(DATA)))
    rows[0].append(f"电话{CARD}")
    for row in rows[1:]:
        row.append("")
    rows[1][0] = rows[5][0] = IDENTITY
    rows[2][1] += MOBILE
    rows[3][2] = SPACED
    rows[4][4] = WIDE
    rows[6][7] = f"备注 {MOBILE}"
    rows.insert(0, [f"制表人 {MOBILE}", *[""] * 7])
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    (project / name).write_text(out.getvalue(), encoding="utf-8")
    return name


def digits(text: str) -> str:
    """A text's digits of any script without what parts them."""
    return re.sub(r"(?<=\d)[ \u00a0\u3000_-]+(?=\d)", "", text.translate({0xFF10 + n: 0x30 + n for n in range(10)}))


def shown(text: str) -> list[str]:
    """The personal numbers that can be read in a text."""
    plain = digits(text)
    return [number for number in NUMBERS if number in plain]


def contents(path: Path) -> str:
    """All that a file of a run says, unpacked."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        return repr(table.to_pydict()) + repr(table.schema.metadata)
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes()).decode("utf-8")
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            return "\n".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    return page_text(path.read_bytes()) if path.suffix == ".html" else path.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("score", "personal.csv", "-f", "mini.yaml", "--out", "run"),
        ("score", "personal.csv", "-f", "mini.yaml", "--accept-errors", "-v", "--debug", "--out", "run"),
        ("score", "personal.csv", "-f", "mini.yaml", "--json"),
        ("weights", "personal.csv", "-f", "mini.yaml", "--weights", "entropy"),
        ("explain", "001", "personal.csv", "-f", "mini.yaml"),
        ("validate", "personal.csv", "-f", "mini.yaml", "-v"),
        ("validate", "personal.csv", "-f", "mini.yaml", "--json"),
        ("validate", "personal.csv", "-f", "mini.yaml", "--format", "github"),
    ],
    ids=lambda arguments: " ".join(arguments[:1] + arguments[4:]),
)
def test_refused_with_every_place_and_no_number(project: Path, inside: Inside, arguments: tuple[str, ...], lang: str):
    personal(project)
    before = tree(project)
    ran = inside(*arguments, lang=lang)
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert tree(project) == before
    said = ran.out + ran.err
    assert shown(said) == []
    for masked in ("138****5678", "139****5678", "158****5678", "110101********1233", f"6222{'*' * 11}{CARD[-4:]}"):
        assert masked in said
    assert "--allow-personal-data" in said


def test_the_places_in_json(project: Path, inside: Inside):
    personal(project)
    found = json.loads(inside("score", "personal.csv", "-f", "mini.yaml", "--json").out)["findings"]
    assert found[0]["code"] == "RI251"
    places = {(item["location"]["row"], item["location"].get("field")) for item in found if item["code"] == "RI252"}
    header = f"电话6222{'*' * 11}{CARD[-4:]}"
    assert places == {
        (1, None), (2, header), (3, "community_id"), (7, "community_id"), (4, "community"), (5, "district"),
        (6, "visits"), (8, header),
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_allowed_run_shows_no_number_anywhere(project: Path, inside: Inside, lang: str):
    personal(project)
    options = ("personal.csv", "-f", "mini.yaml", "--allow-personal-data", "--accept-errors")
    ran = inside("score", *options, "--by", "district", "-v", "--debug", "--out", "run", lang=lang)
    assert ran.code == 0
    assert shown(ran.out + ran.err) == []
    assert "RI256" in ran.err
    files = sorted(path for path in (project / "run").rglob("*") if path.is_file())
    assert {path.suffix for path in files} == {".csv", ".json", ".gz", ".html", ".xlsx", ".parquet", ".yaml"}
    for path in files:
        assert shown(contents(path)) == [], path.name
    manifest = (project / "run" / "manifest.json").read_text(encoding="utf-8")
    assert '"allow_personal_data"' in manifest
    scores = (project / "run" / "scores.csv").read_text(encoding="utf-8-sig")
    assert scores.count("110101********1233#3") == 2
    for arguments in (
        ("score", *options, "--json"),
        ("score", *options, "--out", "second", "--format", "none", "--no-trace"),
        ("weights", *options, "--weights", "entropy"),
        ("explain", "110101********1233#3", *options),
        ("explain", "北社区", "run"),
        ("explain", IDENTITY, *options),
        ("validate", "personal.csv", "-f", "mini.yaml", "--allow-personal-data", "-v"),
    ):
        ran = inside(*arguments, lang=lang)
        assert shown(ran.out + ran.err) == [], arguments


def test_the_manifest_says_who_allowed_it(project: Path, inside: Inside):
    personal(project)
    inside("score", "personal.csv", "-f", "mini.yaml", "--allow-personal-data", "--accept-errors", "--out", "run")
    text = (project / "assessment.yaml").read_text(encoding="utf-8")
    text = re.sub("(?m)^(weights|judgments): .*$", "", text.replace("data.csv", "personal.csv"))
    text += "weights: equal\nallow_personal_data: true\naccept_errors: true\n"
    (project / "allowing.yaml").write_text(text, encoding="utf-8")
    assert inside("score", "-c", "allowing.yaml", "--out", "other").code == 0
    assert inside("score", "data.csv", "-f", "mini.yaml", "--out", "clean").code == 0
    for run, expected in (
        ("run", {"value": True, "origin": "option"}),
        ("other", {"value": True, "origin": "assessment"}),
        ("clean", {"value": False, "origin": "program"}),
    ):
        manifest = json.loads((project / run / "manifest.json").read_text(encoding="utf-8"))
        assert _settings(manifest)["allow_personal_data"] == expected


def _settings(manifest: object) -> dict[str, object]:
    """The settings wherever the manifest keeps them."""
    if isinstance(manifest, dict):
        if "accept_errors" in manifest:
            return manifest
        for value in manifest.values():
            found = _settings(value)
            if found:
                return found
    return {}


def test_several_frameworks_refuse_alike(project: Path, inside: Inside):
    personal(project)
    second = (project / "mini.yaml").read_text(encoding="utf-8").replace("id: mini", "id: second")
    (project / "second.yaml").write_text(second, encoding="utf-8")
    before = tree(project)
    ran = inside("score", "personal.csv", "-f", "mini.yaml", "-f", "second.yaml", "--out", "both")
    assert ran.code == 2
    assert tree(project) == before
    assert shown(ran.out + ran.err) == []


@pytest.mark.parametrize("framework", sorted(catalogue.framework_paths()))
def test_the_sample_data_hold_none(framework: str, inside: Inside):
    for file in ("communities.csv", "communities_gb18030.csv"):
        ran = inside("validate", str(SAMPLE / file), "-f", framework, "--json")
        codes = {finding["code"] for finding in json.loads(ran.out)["findings"]}
        assert not {code for code in codes if code.startswith("RI25")}
