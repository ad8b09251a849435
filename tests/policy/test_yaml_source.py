"""YAML text → values and places."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.errors import PolicyError
from guardrails.model.canonical import MAX_INT
from guardrails.policy.yaml_source import core_scalar, parse_yaml

TEXTS = st.text(
    st.characters(min_codepoint=0xA0, max_codepoint=0x2FFF) | st.sampled_from("aN01:#&*!-?{}[]'\"\\ "), max_size=8
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INT, MAX_INT) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True), ("TRUE", True), ("false", False), ("null", None), ("~", None), ("", None), ("12", 12),
        ("-3", -3), ("012", 12), ("0x1F", 31), ("0o17", 15), ("1.5", 1.5), ("1e3", 1000.0), (".5", 0.5),
        ("-.inf", float("-inf")), ("NO", "NO"), ("yes", "yes"), ("on", "on"), ("2026-01-01", "2026-01-01"),
        ("1_000", "1_000"), ("12:30", "12:30"), ("1.2.0", "1.2.0"), ("tRue", "tRue"), ("0b1", "0b1"), (".", "."),
    ],
)  # fmt: skip
def test_a_plain_scalar_means_what_yaml_1_2_says(text, expected):
    """Only the core schema's scalars are more than text."""
    assert expected == core_scalar(text)
    assert type(expected) is type(core_scalar(text))


def test_a_quoted_scalar_is_text():
    """Quotes make any scalar text."""
    document = parse_yaml("a: \"1\"\nb: 'true'\nc: |\n  12\n", "f.yaml")

    assert {"a": "1", "b": "true", "c": "12\n"} == document.value


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\nb: *x\n", "alias", 2, 4),
        ("a: &x 1\n", "alias", 1, 4),
        ("a: & b\n", "alias", 1, 5),
        ("a:\n  <<: {b: 1}\n", "merge-key", 2, 3),
        ("a: !!str 1\n", "yaml-tag", 1, 4),
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", 3, 1),
        ("a: {b: 1, b: 2}\n", "duplicate-key", 1, 11),
        ("1: a\n", "key-not-text", 1, 1),
        ("true: a\n", "key-not-text", 1, 1),
        ("? [a]\n: b\n", "key-not-text", 1, 3),
        ("a: 1\n---\nb: 2\n", "several-documents", 2, 1),
        ("a:\n\tb: 1\n", "yaml-syntax", 2, 1),
        ("a: [1\n", "yaml-syntax", 2, 1),
        ("a: b: c\n", "yaml-syntax", 1, 5),
        ("a: " + "[" * 60 + "]" * 60, "yaml-syntax", 1, 44),
    ],
)
def test_what_is_refused_points_at_its_place(text, code, line, column):
    """Every refusal names code, line and column, and quotes the line."""
    with pytest.raises(PolicyError) as failed:
        parse_yaml(text, "f.yaml")

    place = failed.value.place
    assert (code, "f.yaml", line, column) == (failed.value.code, place.file, place.line, place.column)
    assert (text.split("\n")[line - 1] if line <= len(text.split("\n")) else None) == place.excerpt


def test_a_tab_is_named_in_the_help():
    """Tabs get their own hint."""
    with pytest.raises(PolicyError) as failed:
        parse_yaml("a:\n\tb: 1\n", "f.yaml")

    assert "tabs" in failed.value.help


def test_a_control_character_is_a_syntax_error():
    """What the reader refuses has a shape too."""
    with pytest.raises(PolicyError) as failed:
        parse_yaml("a: \x07", "f.yaml")

    assert ("yaml-syntax", "f.yaml:1:4") == (failed.value.code, str(failed.value.place))


def test_a_file_above_a_megabyte_is_refused():
    """The limit counts bytes, not characters."""
    with pytest.raises(PolicyError) as failed:
        parse_yaml("a: " + "é" * 500_000, "f.yaml")

    assert failed.value.code == "file-too-large"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('a: "x\\0y"', "control-character"),
        ('a: "\\x1b[31m"', "control-character"),
        ('a: "\\uFFFE"', "control-character"),
        ("a: 9007199254740992", "number-too-large"),
        ("a: 0xFFFFFFFFFFFFFFFF", "number-too-large"),
    ],
)
def test_what_no_digest_could_hold_is_refused(text, code):
    """Escapes for what may not stand in a text, and numbers that canonical JSON does not know, are mistakes."""
    with pytest.raises(PolicyError) as failed:
        parse_yaml(text, "f.yaml")

    assert (code, "f.yaml:1:4") == (failed.value.code, str(failed.value.place))


def test_an_empty_file_has_no_value():
    """Nothing, or comments only, is null."""
    assert parse_yaml("# nothing\n", "f.yaml").value is None


def test_places_point_at_values_and_keys():
    """Columns count code points from 1; a missing path falls back to its parent."""
    document = parse_yaml("é: {k: [x, yy]}\n", "f.yaml")

    assert "f.yaml:1:12" == str(document.place(("é", "k", 1)))
    assert "f.yaml:1:5" == str(document.place(("é", "k"), key=True))
    assert "f.yaml:1:8" == str(document.place(("é", "k", 7, "z")))


@given(PLAIN)
@settings(max_examples=60, deadline=None)
def test_json_reads_back_as_it_is(value):
    """JSON without floats is YAML, and means the same; YAML's own line ends (U+0085, U+2028, U+2029) are escaped."""
    text = re.sub("[\x85\u2028\u2029]", lambda end: f"\\u{ord(end[0]):04x}", json.dumps(value, ensure_ascii=False))

    assert value == parse_yaml(text, "f.yaml").value


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_parses_or_is_refused_with_a_place(text):
    """No text makes anything but a value or a policy error."""
    try:
        place = parse_yaml(text, "f.yaml").place()
    except PolicyError as error:
        place = error.place

    assert place is not None
    assert place.file == "f.yaml"
