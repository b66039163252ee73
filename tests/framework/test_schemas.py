"""JSON Schemas: valid, the same in docs/schemas, and true to the files that the program reads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from framework_files import ALPHA, found_in, framework_text

from resilience_index.framework import catalogue, yaml_strict
from resilience_index.framework.loading import load_framework
from resilience_index.framework.models import MODELS
from resilience_index.framework.schemas import json_schema

jsonschema = pytest.importorskip("jsonschema")

ROOT = Path(__file__).parents[2]
SAMPLES = catalogue.shipped_folder("sample_data")
FILES = {
    **dict.fromkeys(catalogue.framework_paths().values(), "framework"),
    **dict.fromkeys(catalogue.example_paths().values(), "framework"),
    SAMPLES / "hdi_2022" / "hdi.yaml": "framework",
    ROOT / "docs" / "examples" / "schemes.yaml": "assessment",
    catalogue.dictionary_path(): "dictionary",
    SAMPLES / "assessment.yaml": "assessment",
    SAMPLES / "judgments.yaml": "judgments",
    SAMPLES / "batch.yaml": "batch",
}


def validator(kind: str):
    return jsonschema.Draft202012Validator(json_schema(kind))


@pytest.mark.parametrize("kind", MODELS)
def test_schemas_are_valid_json_schemas(kind):
    schema = json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:resilience-index:{kind}:1"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_shipped_files_fit_their_schema(path: Path):
    assert list(validator(FILES[path]).iter_errors(yaml_strict.read(path).data)) == []


@pytest.mark.parametrize("kind", MODELS)
def test_the_schemas_in_docs_are_those_the_program_prints(kind):
    printed = json.dumps(json_schema(kind), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    assert (ROOT / "docs" / "schemas" / f"{kind}.json").read_text(encoding="utf-8") == printed, (
        f"write it anew: resilience schema {kind} > docs/schemas/{kind}.json"
    )


def test_the_command_prints_the_schema():
    done = subprocess.run(
        [sys.executable, "-m", "resilience_index", "schema", "judgments"], capture_output=True, cwd=ROOT, check=True
    )
    assert done.stdout.decode("utf-8") == (ROOT / "docs/schemas/judgments.json").read_text(encoding="utf-8")


# A file the program refuses for its form is refused by its schema, so that editors tell it too.
WRONG = [
    ("wieght: 1", False),
    ("direction: up", False),
    ("goalposts: [1]", False),
    ("goalposts: [1, x]", False),
    ("scale: 0", False),
    ("weight: two", False),
    ("weight: 2/3", True),
    ("weight: 2", True),
    ("id: Alpha", False),
    ("normalize: minmx", False),
    ("normalize: minmax", True),
    ("normalize: {method: minmax, too: 1}", False),
    ("normalize: {method: minmax, to: [0, x]}", False),
    ("normalize: {method: minmax, to: [1, 100]}", True),
    ("normalize: {method: zscore, sd: 0}", False),
    ("normalize: {method: distance_to_reference}", False),
    ("normalize: {method: distance_to_target, target: 5}", True),
    ("normalize: {method: bands, bands: [{min: 2/3, points: 2, text: all}, {below: 0, points: 0}]}", True),
    ("normalize: {method: bands, bands: [{min: 5}]}", False),
    ("normalize: {method: minmax, to: [0.1, 1], constant: 0.5, within: period}", True),
    ("normalize: {method: goalposts, clip: yes}", False),
    ("normalize: {method: goalposts, goalposts: [1, 2, 3, 4], transform: log}", True),
    ("round: {digits: 16}", False),
    ("round: {digits: 2, mode: half_even}", True),
    ("round: null", True),
    ("tokens: [-999, 无]", True),
    ("tokens: -999", False),
    ("phase: repair", False),
    ("title: Alpha", False),
]


@pytest.mark.parametrize(("extra", "fits"), WRONG)
def test_schema_and_program_agree_on_a_leaf(extra, fits):
    key = extra.split(":")[0]
    leaf = yaml_strict.parse(f"a: {ALPHA.removeprefix('- ')}\n".encode(), "x").data["a"]
    leaf.pop(key, None)
    leaf.update(yaml_strict.parse(f"{extra}\n".encode(), "x").data)
    data = yaml_strict.parse(framework_text("- reply_rate").encode(), "x").data
    data["tree"]["children"].append(leaf)
    assert (not list(validator("framework").iter_errors(data))) == fits


@pytest.mark.parametrize(
    ("defaults", "fits"),
    [
        (
            "{weights: {method: combine, alpha: 1/3, subjective: given, objective: {method: entropy, shift: 0.01}}}",
            True,
        ),
        ("{weights: {method: combine, subjective: combine}}", False),
        ("{weights: {method: combine, alpha: 2}}", False),
        ("{missing: {policy: available, min_coverage: 2/3, min_children: 2}}", True),
        ("{missing: {policy: available, min_children: 0}}", False),
        ("{missing: {policy: available, min_children: 1.5}}", False),
        ("{missing: available}", True),
        ("{aggregate: {method: geometric, zero: {floor: 0.01}}}", True),
        ("{aggregate: {method: geometric, zero: {floor: 0}}}", False),
        ("{aggregate: {method: geometric, zero: refuse}}", True),
    ],
)
def test_schema_and_program_agree_on_defaults(tmp_path: Path, defaults, fits):
    path = tmp_path / "file.yaml"
    path.write_text(framework_text(ALPHA, top=f"defaults: {defaults}"), encoding="utf-8")
    assert (not list(validator("framework").iter_errors(yaml_strict.read(path).data))) == fits
    assert (not found_in(lambda: load_framework(path))) == fits
