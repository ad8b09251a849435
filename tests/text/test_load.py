"""Files to drafts."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.errors import DraftError
from guardrails.model.draft import (
    Attachment,
    ClaimLink,
    Draft,
    Field,
    Provenance,
    Source,
    draft_json,
)
from guardrails.text.load import MAX_BYTES, draft_from_file


def _refused(name: str, data: bytes) -> DraftError:
    with pytest.raises(DraftError) as caught:
        draft_from_file(name, data)
    return caught.value


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.md", "markdown"), ("a.MARKDOWN", "markdown"), ("a.txt", "text"), ("a.html", "html"), ("a.htm", "html")],
)
def test_the_ending_tells_the_format(name: str, kind: str) -> None:
    """A file is one field “body” in the format of its ending."""
    assert Draft((Field("body", "Hé\r\n", kind),)) == draft_from_file(name, "Hé\r\n".encode())


def test_another_ending_is_refused() -> None:
    """A format that is not known is not guessed; the nearest one is named."""
    error = _refused("copy.mdx", b"x")

    assert error.code == "unknown-format"
    assert "did you mean .md?" in error.help


def test_a_byte_order_mark_is_dropped() -> None:
    """The text starts after the mark."""
    assert draft_from_file("a.txt", b"\xef\xbb\xbfHi").fields[0].text == "Hi"


def test_other_bytes_than_utf_8_are_refused_with_their_place() -> None:
    """The byte, line and column of the first mistake are named."""
    error = _refused("a.txt", "ok\nMüll".encode("latin-1"))

    assert error.message == "byte 4 (0xfc) is not UTF-8"
    assert str(error.place) == "a.txt:2:2"


def test_utf_16_is_named() -> None:
    """A file in UTF-16 is told what it is."""
    assert "UTF-16" in _refused("a.txt", "Hi".encode("utf-16")).message


def test_a_huge_file_is_refused() -> None:
    """What is longer than any copy is not read."""
    assert _refused("a.txt", b"x" * (MAX_BYTES + 1)).code == "draft-too-large"


@pytest.mark.parametrize(
    ("value", "place", "words"),
    [
        ([], "/", "expected an object, got an array"),
        ({}, "/", "the key 'fields' is missing"),
        ({"fields": []}, "/fields", "at least one field"),
        ({"fields": [{"id": "b", "text": "x", "formt": "html"}]}, "/fields/0/formt", "unknown key 'formt'"),
        ({"fields": [{"id": "b", "text": 1}]}, "/fields/0/text", "expected a string, got a number"),
        ({"fields": [{"id": "b", "text": "x", "format": "md"}]}, "/fields/0/format", "expected one of"),
        ({"fields": [{"id": "b", "text": "x"}] * 2}, "/fields/1", "'b' is taken already"),
        ({"fields": [{"id": "b", "text": "\ud800"}]}, "/fields/0/text", "lone surrogate U+D800 at position 0"),
        ({"fields": [{"id": "b", "text": "x"}], "context": {"chanel": "x"}}, "/context/chanel", "unknown key"),
        ({"fields": [{"id": "b", "text": "x"}], "a/b~": 1}, "/a~1b~0", "unknown key"),
        ({"fields": [{"id": "b", "text": "x"}], "schema": "v0"}, "/schema", "expected one of"),
        (
            {"fields": [{"id": "b", "text": "x"}], "claims": [{"field": "b", "start": 0, "end": 2, "sources": []}]},
            "/claims/0",
            "[0, 2) is no range of 'b'",
        ),
        (
            {"fields": [{"id": "b", "text": "x"}], "claims": [{"field": "b", "start": True, "end": 1, "sources": []}]},
            "/claims/0/start",
            "expected an integer, got a boolean",
        ),
        (
            {"fields": [{"id": "b", "text": "x"}], "sources": [{"id": "s", "published": "last May"}]},
            "/sources/0/published",
            "expected an ISO date",
        ),
        (
            {"fields": [{"id": "b", "text": "x"}], "attachments": [{"id": "a", "kind": "image", "sha256": "abc"}]},
            "/attachments/0/sha256",
            "64 lower-case hex digits",
        ),
    ],
)
def test_a_wrong_json_draft_is_refused_at_its_place(value: object, place: str, words: str) -> None:
    """Every mistake is named with a JSON pointer."""
    error = _refused("d.json", json.dumps(value).encode())

    assert error.code == "bad-draft"
    assert f"d.json#{place}" == str(error.place)
    assert words in error.message


def test_a_misspelt_key_is_answered_with_the_nearest() -> None:
    """The help line names the key that was probably meant."""
    assert _refused("d.json", b'{"feilds": []}').help == "did you mean 'fields'?"


@pytest.mark.parametrize(
    "data", [b"{", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"[" * 100_000, b'{"a": 1' + b"0" * 5000 + b"}"]
)
def test_what_is_no_json_is_refused(data: bytes) -> None:
    """Broken, doubled, endless or deep JSON is an error of its own."""
    assert _refused("d.json", data).code == "bad-json"


def test_broken_json_points_at_the_line() -> None:
    """The place of a syntax error has line, column and excerpt."""
    error = _refused("d.json", b'{\n "fields": [,]\n}')

    assert (error.place.line, error.place.column, error.place.excerpt) == (2, 13, ' "fields": [,]')


def test_a_full_draft_comes_back_as_written() -> None:
    """Reading is the inverse of writing."""
    draft = Draft(
        fields=(Field("subject", "Hé"), Field("body", "<p>x</p>", "html")),
        context=(("channel", "newsletter"), ("market", "de")),
        provenance=Provenance("generated", "m-1", "r-9"),
        sources=(Source("s1", "study", "https://lamp.example", "T", "2026-01-01", "2026-02-01", "words"),),
        claims=(ClaimLink("subject", 0, 2, ("s1",)),),
        attachments=(Attachment("a", "image", "0" * 64),),
        fixes="none",
    )

    assert draft == draft_from_file("d.json", json.dumps(draft_json(draft)).encode())


@given(st.binary(max_size=60), st.sampled_from(["a.md", "a.txt", "a.html", "a.json"]))
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_a_draft_or_an_error_with_a_shape(data: bytes, name: str) -> None:
    """Nothing but a draft error escapes."""
    with suppress(DraftError):
        assert draft_from_file(name, data).fields
