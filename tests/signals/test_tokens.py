"""Tokens."""

import sys

import pytest

from guardrails.errors import MissingDependencyError, SettingsError
from guardrails.signals import tokens
from tests.signals.support import signals

pytest.importorskip("spacy", reason="needs spaCy: pip install 'guardrails-gate[nlp]'")


def _found(text: str, patterns: list[list[dict[str, object]]], anchors: list[int]) -> list[str]:
    analysed = signals(text)
    return [text[e.start : e.end] for e in tokens.match_tokens(analysed, "en", patterns, anchors)]


def test_tokens_are_our_words() -> None:
    """A document's tokens are our words and the signs between them."""
    _, extents = tokens.docs(signals("Don't stop, it's 1.5x!"), "blank:en")

    assert [(0, 5), (6, 10), (10, 11), (12, 16), (17, 21), (21, 22)] == [(e.start, e.end) for e in extents]


def test_matching() -> None:
    """Token patterns match, and their extents are positions in the text."""
    assert ["very  good"] == _found("A very  good day.", [[{"LOWER": "very"}, {"LOWER": "good"}]], [])


def test_no_match_across_sentences() -> None:
    """A match stays inside one sentence."""
    assert [] == _found("It is good. Day by day.", [[{"LOWER": "good"}, {"ORTH": "."}, {"LOWER": "day"}]], [])


def test_anchors() -> None:
    """With anchors only their sentences are looked at."""
    assert ["good"] == _found("A good day. A good night.", [[{"LOWER": "good"}]], [14])


def test_empty_text() -> None:
    """An empty field has no matches."""
    assert [] == _found("", [[{"LOWER": "good"}]], [])


def test_missing_pipeline() -> None:
    """A pipeline that is not installed is named, with the line that installs it."""
    with pytest.raises(MissingDependencyError) as raised:
        tokens.require("en_no_such_pipeline")

    assert "spacy download" in raised.value.help


def test_unknown_language() -> None:
    """A language that spaCy does not know is an error of the settings."""
    with pytest.raises(SettingsError):
        tokens.require("blank:qq")


def test_without_spacy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without spaCy the error holds the line that installs it."""
    tokens._loaded.cache_clear()
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(MissingDependencyError) as raised:
        tokens.require("blank:en")

    assert "pip install 'guardrails-gate[nlp]'" == raised.value.help
