"""The strict YAML reader: what it refuses and where, and what it keeps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from framework_files import assert_sentences, unmark
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.errors import InputError, UnreadableError
from resilience_index.findings import from_error
from resilience_index.framework import yaml_strict

REFUSED = {
    "anchor": "a: ⟨RI103⟩&x 1\n",
    "alias": "a: 1\nb: ⟨RI103⟩*x\n",
    "anchor on a mapping": "a: ⟨RI103⟩&x {b: 1}\n",
    "merge key": "a: {b: 1}\nc:\n  ⟨RI103⟩<<: {b: 2}\n",
    "python tag": "a: ⟨RI104⟩!!python/object/apply:os.system ['true']\n",
    "standard tag": "a: ⟨RI104⟩!!str 1\n",
    "local tag": "a:\n  - ⟨RI104⟩!mine x\n",
    "the tag that says nothing": "a: ⟨RI104⟩! 1\n",
    "tag on a key": "⟨RI104⟩!!str a: 1\n",
    "second document": "a: 1\n⟨RI106⟩---\nb: 2\n",
    "control character": "a: 1\nb: x⟨RI115⟩\x07y\n",
    "escape sequence": "a: ⟨RI115⟩\x1b[31mred\n",
    "NUL": "a: 1\nb: ⟨RI115⟩\x00\n",
    "DEL": "a: ⟨RI115⟩\x7f\n",
    "only a scalar": "⟨RI107⟩just a text\n",
    "only a list": "⟨RI107⟩- a\n- b\n",
    "null": "# nothing\n⟨RI107⟩null\n",
    "a CSV table": "⟨RI107⟩community_id,community\nC1,东盛社区\n",
    "full-width colons": "⟨RI107⟩id：toe\n",
}
SYNTAX = {
    "tab in the indentation": "a:\n⟨RI100⟩\t- 1\n",
    "open quote": "a: 1\nb: ⟨RI100⟩'x\nc: 2\n",
    "open bracket": "a: ⟨RI100⟩[1, 2\n",
    "open brace": "a: ⟨RI100⟩{b: 1\n\n",
    "colon in a value": "title: a⟨RI100⟩: b\n",
    "uneven indentation": "a:\n  b: 1\n ⟨RI100⟩c: 2\n",
    "line without a colon": "a: 1\n⟨RI100⟩b\nc: 2\n",
    "full-width colon": "id: toe\nversion⟨RI100⟩：1\ntitle: 2\n",
    "full-width colon in the line before": "id⟨RI100⟩： toe\nversion: 1\n",
    "text behind a quote": "a: 'x' ⟨RI100⟩y\n",
    "at sign": "a: ⟨RI100⟩@x\n",
    "unknown escape": 'a: "⟨RI100⟩\\q"\n',
    "item in a mapping": "a: 1\n⟨RI100⟩- b\n",
    "key in a list": "- a\n⟨RI100⟩b: 1\n",
    "closed twice": "{a: 1}⟨RI100⟩}\n",
}


def error_of(text: str | bytes) -> UnreadableError | InputError:
    content = text.encode() if isinstance(text, str) else text
    with pytest.raises((UnreadableError, InputError)) as caught:
        yaml_strict.parse(content, "file.yaml")
    return caught.value


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_and_foreign_content_is_refused_with_its_place_and_exit_code_2(name):
    text, [(code, line, column)] = unmark(REFUSED[name])
    error = error_of(text)
    assert isinstance(error, UnreadableError)
    assert error.exit_code == 2
    finding = from_error(error)
    assert (finding.code, finding.location.line, finding.location.column) == (code, line, column)
    assert finding.location.file == "file.yaml"
    assert_sentences(finding)


@pytest.mark.parametrize("name", SYNTAX)
def test_a_syntax_error_points_at_what_is_to_be_mended_in_both_languages(name):
    text, [(code, line, column)] = unmark(SYNTAX[name])
    error = error_of(text)
    assert isinstance(error, InputError)
    assert error.exit_code == 1
    [finding] = error.findings
    assert (finding.code, finding.location.line, finding.location.column) == (code, line, column)
    assert finding.source == text.split("\n")[line - 1]
    assert_sentences(finding)
    assert re.search("[\u4e00-\u9fff]", finding.params["reason"]["zh"])


def test_a_full_width_colon_is_named_as_the_cause():
    for text in ("id：toe\n", "id: toe\nversion：1\ntitle: 2\n", "id： toe\nversion: 1\n"):
        error = error_of(text)
        finding = error.findings[0] if isinstance(error, InputError) else from_error(error)
        assert "full-width colon" in finding.message("en")
        assert "全角冒号" in finding.message("zh")


def test_syntax_the_reader_has_no_words_for_is_told_in_the_words_of_the_parser():
    [finding] = error_of("%FOO bar\n---\na: *\n").findings
    assert finding.code == "RI100"
    assert "while scanning" in finding.message("en")


def test_equal_keys_are_told_with_both_places():
    [first, second] = error_of("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n").findings
    assert [(f.code, f.location.line, f.location.column) for f in (first, second)] == [("RI101", 4, 3), ("RI101", 5, 1)]
    assert first.message("en") == "key 'c' stands twice; the first is at line 3, column 3"
    assert "“a”" in second.message("zh")
    assert "第 1 行第 1 列" in second.message("zh")


@pytest.mark.parametrize("key", ["1", "017", "1.5", "true", "null", "~", ".inf", "[a, b]", "{a: 1}", ""])
def test_a_key_that_is_not_text_is_told(key):
    [finding] = error_of(f"a: 1\n? {key}\n: 2\n").findings
    assert (finding.code, finding.location.line) == ("RI102", 2)
    assert_sentences(finding)


def test_all_faulty_keys_of_a_file_are_told_in_one_run():
    codes = [finding.code for finding in error_of("a: 1\na: 2\n3: x\n[b]: y\nb: {c: 1, c: 2}\n").findings]
    assert codes == ["RI101", "RI102", "RI102", "RI101"]


def test_of_two_equal_keys_the_first_counts_for_what_is_checked_next():
    document = yaml_strict.parse_leniently(b"a: 1\na: 2\n", "file.yaml")
    assert document.data == {"a": 1}
    assert [finding.code for finding in document.findings] == ["RI101"]


def test_faulty_keys_by_the_thousand_are_cut_off_with_a_note():
    findings = error_of("a: 1\n" * 3000).findings
    assert len(findings) == yaml_strict.MAX_FINDINGS + 1
    assert findings[-1].code == "RI114"
    assert_sentences(findings[-1])


def test_items_up_to_the_limit_are_read_and_one_more_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(yaml_strict, "MAX_ITEMS", 6)
    assert yaml_strict.parse(b"a: [1, 2, 3]", "file.yaml").data == {"a": [1, 2, 3]}
    error = error_of("a: [1, 2, 3, 4]")
    assert (error.code, error.where.line, error.where.column) == ("RI109", 1, 14)


def test_60_levels_are_read_and_61_are_refused():
    deepest = b"a: " + b"[" * (yaml_strict.MAX_DEPTH - 1) + b"]" * (yaml_strict.MAX_DEPTH - 1)
    assert yaml_strict.parse(deepest, "file.yaml").data["a"] is not None
    error = error_of(b"a: " + b"[" * 60 + b"]" * 60)
    assert (error.code, error.where.line, error.where.column) == ("RI105", 1, 63)


def test_byte_order_mark_and_line_ends_do_not_move_places():
    for content in (b"a: 1\nb: [1, 2]\n", b"\xef\xbb\xbfa: 1\r\nb: [1, 2]\r\n", b"a: 1\rb: [1, 2]\r"):
        document = yaml_strict.parse(content, "file.yaml")
        assert document.data == {"a": 1, "b": [1, 2]}
        location = document.location(("b", 1))
        assert (location.line, location.column, location.path) == (2, 8, "b[1]")
        assert document.source_line(location) == "b: [1, 2]"


def test_characters_that_are_no_line_breaks_in_yaml_do_not_count_as_lines():
    document = yaml_strict.parse("a: x\u2007y\nb: 2\n".encode(), "file.yaml")
    assert document.location(("b",)).line == 2
    assert document.source_line(document.location(("b",))) == "b: 2"


def test_columns_count_characters_not_bytes():
    document = yaml_strict.parse("标题: {zh: 一二三, en: x}\n".encode(), "file.yaml")
    location = document.location(("标题", "en"))
    assert "标题: {zh: 一二三, en: x}"[location.column - 1 :] == "x}"


def test_locations_of_keys_values_items_and_absent_parts():
    document = yaml_strict.parse(b"a:\n  - b: 1\n    c: 2\n", "file.yaml")
    places = {
        ("a",): (2, 3),
        ("a", 0): (2, 5),
        ("a", 0, "c"): (3, 8),
        ("a", 0, "nothing"): (2, 5),
        ("z",): (1, 1),
        (): (1, 1),
    }
    for path, place in places.items():
        location = document.location(path)
        assert (location.line, location.column) == place, path
    assert document.location(("a", 0, "c"), at_key=True).column == 5
    assert document.has(("a", 0, "c"))
    assert not document.has(("a", 0, "c", "d"))
    assert not document.has(("a", "b"))


@pytest.mark.parametrize("path", [(), ("a",), ("tree", "children", 0, "children", 12, "weight"), ("a", 0, 1)])
def test_a_path_is_read_back_from_its_text(path):
    assert yaml_strict.path_steps(yaml_strict.path_text(path)) == path


def test_a_very_long_line_is_not_carried_in_every_finding():
    text = "{long: '" + "x" * 100_000 + "', a: 1" + ", a: 1" * 50 + "}"
    findings = error_of(text).findings
    assert len(findings) == 50
    assert all(finding.source is None for finding in findings)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "RI004"),
        (b" \n\t\n", "RI004"),
        (b"# only a comment\n", "RI004"),
        ("标题: 社区".encode("gb18030"), "RI006"),
        (b"\xff\xfea\x00:\x00", "RI005"),
        (b"PK\x03\x04rest", "RI005"),
        (b"%PDF-1.7", "RI005"),
        (b"a: 1\x00", "RI005"),
    ],
)
def test_files_that_are_no_yaml_text_are_refused(tmp_path: Path, content, code):
    path = tmp_path / "file.yaml"
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as caught:
        yaml_strict.read(path)
    assert caught.value.code == code
    assert str(path) in from_error(caught.value).message("en")


def test_missing_files_folders_and_names_no_system_takes_are_refused(tmp_path: Path):
    (tmp_path / "framework.yaml").write_text("a: 1")
    cases = {"framwork.yaml": "RI002", ".": "RI003", "nul\0.yaml": "RI007"}
    for name, code in cases.items():
        with pytest.raises(UnreadableError) as caught:
            yaml_strict.read(tmp_path / name)
        assert caught.value.code == code
    with pytest.raises(UnreadableError) as caught:
        yaml_strict.read(tmp_path / "framwork.yaml")
    assert "did you mean 'framework.yaml'?" in from_error(caught.value).help("en")


def test_a_file_over_the_size_limit_is_refused_before_it_is_read(tmp_path: Path):
    path = tmp_path / "file.yaml"
    with path.open("wb") as stream:
        stream.truncate(100 * 1024 * 1024)
    with pytest.raises(UnreadableError) as caught:
        yaml_strict.read(path)
    assert (caught.value.code, caught.value.params["size"]) == ("RI108", 100 * 1024 * 1024)


def test_a_file_of_just_the_size_limit_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "file.yaml"
    path.write_bytes(b"a: 12345")
    monkeypatch.setattr(yaml_strict, "MAX_BYTES", 8)
    assert yaml_strict.read(path).data == {"a": 12345}
    path.write_bytes(b"a: 123456")
    with pytest.raises(UnreadableError) as caught:
        yaml_strict.read(path)
    assert caught.value.code == "RI108"


def test_a_file_that_is_no_mapping_is_told_without_a_cause_where_none_is_known():
    error = error_of("just a text\n")
    assert from_error(error).message("en") == "file.yaml is not a YAML mapping of keys and values"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs /dev/zero")
def test_an_endless_device_is_refused():
    with pytest.raises(UnreadableError) as caught:
        yaml_strict.read(Path("/dev/zero"))
    assert caught.value.code in ("RI108", "RI005")


# --- properties

# What YAML 1.1 takes for text and 1.2 for a number; a 1.1 writer leaves it without quotes.
_ONLY_IN_1_2 = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z|0o[0-7]+\Z")


def _quoted_where_needed(text: str) -> bool:
    return not (_ONLY_IN_1_2.match(text) and yaml.safe_dump(text).startswith(text))


_texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co")), max_size=8).filter(
    _quoted_where_needed
)
_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _texts
)
_values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4), max_leaves=20
)
_documents = st.dictionaries(_texts, _values, min_size=1, max_size=5)


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


# The dumper follows YAML 1.1: floats are written with a point, and texts are quoted where either version
# would take them for something else.
@given(_documents, st.sampled_from([None, True, False]), st.booleans())
@settings(max_examples=100, deadline=None)
def test_what_pyyaml_writes_is_read_back_equal(value, flow, unicode):
    text = yaml.dump(value, Dumper=_NoAliases, default_flow_style=flow, allow_unicode=unicode, width=1000)
    document = yaml_strict.parse(text.encode(), "file.yaml")
    assert document.data == value
    assert _types(document.data) == _types(value)


def _types(value):
    if isinstance(value, dict):
        return {key: _types(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_types(item) for item in value]
    return type(value)


@given(_documents)
@settings(max_examples=50, deadline=None)
def test_every_place_points_at_the_beginning_of_its_value(value):
    text = yaml.dump(value, Dumper=_NoAliases, default_flow_style=True, allow_unicode=False, width=10**6)
    document = yaml_strict.parse(text.encode(), "file.yaml")
    for name, mark in document.data.keys_at.items():
        rest = text.split("\n")[mark[0] - 1][mark[1] - 1 :]
        assert rest[0] in ("'", '"', "?") or rest.startswith(name)


@given(st.binary(max_size=200) | _texts.map(str.encode))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused_with_a_finding(content):
    try:
        yaml_strict.parse(content, "file.yaml")
    except (InputError, UnreadableError) as error:
        findings = error.findings if isinstance(error, InputError) else [from_error(error)]
        assert all(finding.message("en") and finding.message("zh") for finding in findings)


@given(st.text("ab:-[]{},'\"&*!?|>#%@ \n\t0", max_size=40))
@settings(max_examples=150, deadline=None)
def test_the_python_loader_gives_the_same_values_where_the_c_loader_is_missing(text):
    def outcome():
        try:
            return yaml_strict.parse_leniently(text.encode(), "file.yaml").data
        except (InputError, UnreadableError):
            return None

    fast = outcome()
    loader = yaml.__dict__.get("CSafeLoader")
    if loader is None:
        pytest.skip("no C loader here")
    try:
        del yaml.CSafeLoader
        slow = outcome()
    finally:
        yaml.CSafeLoader = loader
    if fast is not None and slow is not None:
        assert slow == fast
        assert slow.keys_at == fast.keys_at
