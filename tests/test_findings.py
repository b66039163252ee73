"""Findings: sentences in both languages, places, order, and the catalogue behind them."""

from __future__ import annotations

import json
import pickle
import re
import string

import numpy as np
import pytest

from resilience_index import errors
from resilience_index.errors import (
    InputError,
    InternalError,
    RefusalError,
    ResilienceError,
    UnknownNameError,
    UsageError,
)
from resilience_index.findings import (
    CATALOGUE,
    SEVERITIES,
    Finding,
    Location,
    did_you_mean,
    from_error,
    has_errors,
    sort_findings,
)
from resilience_index.findings.catalogue import (
    codes_aggregating,
    codes_audit,
    codes_batch,
    codes_cells,
    codes_compare,
    codes_crossfile,
    codes_data,
    codes_diagnosis,
    codes_documents,
    codes_formats,
    codes_framework,
    codes_grading,
    codes_maps,
    codes_normalizing,
    codes_preparing,
    codes_privacy,
    codes_reports,
    codes_rules,
    codes_run,
    codes_scoring,
    codes_survey,
    codes_weighting,
    codes_weights,
)

MODULES = {
    codes_run: "0",
    codes_framework: "1",
    codes_rules: "1",
    codes_grading: "4",
    codes_data: "2",
    codes_cells: "2",
    codes_privacy: "2",
    codes_formats: "2",
    codes_crossfile: "2",
    codes_weights: "3",
    codes_weighting: "3",
    codes_survey: "3",
    codes_scoring: "4",
    codes_diagnosis: "5",
    codes_reports: "5",
    codes_documents: "5",
    codes_maps: "5",
    codes_compare: "4",
    codes_audit: "5",
    codes_batch: "6",
    codes_aggregating: "4",
    codes_preparing: "4",
    codes_normalizing: "4",
}


# --- the catalogue


def test_every_entry_has_sentences_in_both_languages():
    for code, entry in CATALOGUE.items():
        assert re.fullmatch("RI[0-9]{3}", code)
        assert entry.code == code
        assert entry.severity in SEVERITIES
        for sentences in (entry.message, entry.help):
            assert list(sentences) == ["en", "zh"]
            for sentence in sentences.values():
                assert sentence, code
                assert sentence == sentence.strip(), code
                assert not sentence.endswith((".", "。")), code


def placeholders(sentence: str) -> set[str]:
    """The names in braces; raises ValueError for braces that are not balanced."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_both_languages_say_the_same_with_the_same_placeholders():
    for code, entry in CATALOGUE.items():
        for sentences in (entry.message, entry.help):
            assert placeholders(sentences["en"]) == placeholders(sentences["zh"]), code
            assert all(re.fullmatch("[a-z_]+", name) for name in placeholders(sentences["en"])), code


def test_sentences_have_no_format_that_only_numbers_take():
    for code, entry in CATALOGUE.items():
        for sentence in (*entry.message.values(), *entry.help.values()):
            for _, name, form, conversion in string.Formatter().parse(sentence):
                assert name is None or (form == "" and conversion is None), code


def test_chinese_sentences_are_chinese_and_english_ones_are_not():
    chinese = re.compile("[\u4e00-\u9fff]")
    for code, entry in CATALOGUE.items():
        assert chinese.search(entry.message["zh"].replace("{problem}", "事")), code
        english = entry.message["en"] + entry.help["en"]
        for typed in ("社区编码", "社区名称", "不适用"):  # what a user writes in a table, in whatever language
            english = english.replace(typed, "")
        assert not chinese.search(english), code


def test_codes_stand_once_in_the_module_of_their_room():
    for module, digit in MODULES.items():
        codes = [entry.code for entry in module.ENTRIES]
        assert len(set(codes)) == len(codes)
        assert {code[2] for code in codes} <= {digit, "5"}, module.__name__
    assert len(CATALOGUE) == sum(len(module.ENTRIES) for module in MODULES)


# --- sentences


def test_a_finding_speaks_both_languages():
    params = {"key": "wieght", "suggestion": did_you_mean("weight"), "known": ["weight", "scale"]}
    finding = Finding("RI112", Location("a.yaml", 3, 5), params)
    assert finding.message() == finding.message("en") == "unknown key 'wieght'; did you mean 'weight'?"
    assert finding.help("en") == "known here: weight, scale"
    assert "“wieght”" in finding.message("zh")
    assert "是否为“weight”" in finding.message("zh")
    assert "weight、scale" in finding.help("zh")
    assert finding.severity == "error"


def test_without_a_suggestion_nothing_is_asked():
    finding = Finding("RI112", params={"key": "x", "suggestion": did_you_mean(None), "known": ["a"]})
    assert finding.message("en") == "unknown key 'x'"
    assert did_you_mean("") == {"zh": "", "en": ""}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("text", "text"),
        (3, "3"),
        (3.0, "3"),
        (0.1, "0.1"),
        (1e22, "1e+22"),
        (True, "true"),
        (False, "false"),
        (None, "—"),
        (["a", 2.0, None], "a, 2, —"),
        (("a",), "a"),
        ([], ""),
        (np.float64(2.5), "2.5"),
        (np.int64(4), "4"),
        ("{x}", "{x}"),
        ({"zh": "文", "en": ["a", "b"]}, "a, b"),
        ({"zh": "文", "en": "word"}, "word"),
    ],
)
def test_values_are_said_without_the_marks_of_python(value, text):
    assert (
        Finding("RI110", params={"schema": value, "expected": "x"}).message("en") == f"schema is {text}, expected 'x'"
    )


def test_very_long_values_and_lists_are_cut_off():
    message = Finding("RI110", params={"schema": "x" * 10_000, "expected": [str(n) for n in range(1000)]}).message("en")
    assert len(message) < 1000
    assert "…" in message
    assert "(1000)" in message


def test_a_parameter_that_was_forgotten_stays_visible_instead_of_failing():
    assert Finding("RI110", params={"schema": "x"}).message("en") == "schema is x, expected '{expected}'"


# --- places


@pytest.mark.parametrize(
    ("location", "text"),
    [
        (Location(), ""),
        (Location("a.yaml"), "a.yaml"),
        (Location("a.yaml", 3), "a.yaml:3"),
        (Location("a.yaml", 3, 5), "a.yaml:3:5"),
        (Location("a.yaml", 3, 5, path="tree.children[0]"), "a.yaml:3:5"),
        (Location("a.csv", row=4), "a.csv:row 4"),
        (Location("a.csv", row=4, field="网格数"), 'a.csv:row 4, column "网格数"'),
        (Location("a.csv", field="x"), 'a.csv:column "x"'),
        (Location(row=4), "row 4"),
    ],
)
def test_places_are_written_as_the_contract_says(location, text):
    assert location.text() == text


def test_a_place_in_json_has_only_what_is_known():
    assert Location("a.yaml", 3, 5, path="tree").to_dict() == {"file": "a.yaml", "line": 3, "column": 5, "path": "tree"}
    assert Location().to_dict() == {}


def test_json_holds_all_that_text_holds():
    finding = Finding("RI101", Location("a.yaml", 2, 1), {"key": "a", "line": 1, "column": 1}, "a: 2")
    one = finding.to_dict()
    assert one["message"] == finding.message("en")
    assert one["help"] == finding.help("en")
    assert (one["code"], one["severity"], one["source"]) == ("RI101", "error", "a: 2")
    assert one["location"] == {"file": "a.yaml", "line": 2, "column": 1}
    both = finding.to_dict(("zh", "en"))
    assert both["message"] == {"zh": finding.message("zh"), "en": finding.message("en")}
    assert both["help"]["zh"] == finding.help("zh")
    assert json.loads(json.dumps(both, ensure_ascii=False)) == both
    assert finding.to_dict(("zh",))["message"] == finding.message("zh")
    assert "source" not in Finding("RI001").to_dict()


def test_findings_are_listed_by_severity_file_and_place():
    listed = [
        Finding("RI101", Location("a.yaml", 2, 1)),
        Finding("RI112", Location("a.yaml", 2, 1)),
        Finding("RI101", Location("a.yaml", 2, 9)),
        Finding("RI101", Location("a.yaml", 10, 1)),
        Finding("RI101", Location("b.csv", row=3, field="a")),
        Finding("RI101", Location("b.csv", row=3, field="b")),
        Finding("RI137", Location("a.yaml", 1, 1)),
        Finding("RI313"),
    ]
    assert sort_findings(reversed(listed)) == listed
    assert has_errors(listed)
    assert not has_errors(listed[6:])
    assert not has_errors([])


# --- errors


def test_exit_codes_are_those_of_the_contract():
    codes = {
        "UsageError": 2,
        "UnreadableError": 2,
        "UnknownNameError": 2,
        "PersonalDataError": 2,
        "InputError": 1,
        "TemplateError": 2,
        "RefusalError": 1,
        "InternalError": 3,
        "ResilienceError": 3,
    }
    found = {
        name: value.exit_code
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, ResilienceError)
    }
    assert found == codes
    for name in codes:
        assert name in errors.__doc__ or name == "ResilienceError"


def test_an_error_becomes_the_finding_that_tells_of_it():
    error = UsageError("RI003", where=Location("a"), file="a", source_line="x")
    finding = from_error(error)
    assert (finding.code, finding.location, finding.source) == ("RI003", Location("a"), "x")
    assert finding.message("en") == "a is a folder, a file is expected"
    assert from_error(RefusalError("RI331", where="row 3")).location == Location()


def test_the_text_of_an_error_is_its_sentence_with_the_place():
    assert str(UsageError("RI003", where=Location("a"), file="a")) == "a: RI003 a is a folder, a file is expected"
    found = [Finding("RI101", Location("f", 2, 1), {"key": "a", "line": 1, "column": 1})] * 25
    lines = str(InputError(found)).split("\n")
    assert lines[0] == "f:2:1: RI101 key 'a' stands twice; the first is at line 1, column 1"
    assert lines[20:] == ["… and 5 more findings"]


def test_without_the_catalogue_an_error_shows_its_code_and_parameters(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ResilienceError, "describe", None)
    assert str(RefusalError("RI322", leaf="a", count=2)) == "RI322(leaf='a', count=2)"


@pytest.mark.parametrize(
    "error",
    [
        UsageError("RI003", where=Location("a"), file="a"),
        UnknownNameError("RI008", name="x", known=["y"]),
        InternalError("RI011", reason="x"),
        InputError([Finding("RI101", Location("f", 2, 1), {"key": "a"})]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_come_back_whole_from_other_processes(error):
    same = pickle.loads(pickle.dumps(error))
    assert type(same) is type(error)
    assert vars(same) == vars(error)
    assert str(same) == str(error)
