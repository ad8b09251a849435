"""
The only home of spaCy: documents built from our words and sentences.

A document's tokens are our words and what stands between them, so that every token boundary is a position of ours; a
document never leaves this module. The pipeline is ``blank:<language>`` (shapes, lengths, lower-case forms and
lexical flags, no tagging) or the name of an installed one, which then adds tags and parses to these tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from guardrails.errors import MissingDependencyError, SettingsError
from guardrails.model.span import Extent
from guardrails.signals.analysis import FieldSignals

_BLANK = "blank:"
_INSTALL = "pip install 'guardrails-gate[nlp]'"


def require(pipeline: str) -> None:
    """
    Make sure that *pipeline* can be used.

    Raises:
        MissingDependencyError: ``nlp-missing``, without spaCy; ``pipeline-missing``, without that pipeline.

        SettingsError: ``unknown-language``, if spaCy does not know the language of ``blank:<language>``.
    """
    _loaded(pipeline)


def docs(signals: FieldSignals, pipeline: str) -> tuple[Any, tuple[Extent, ...]]:
    """
    Return a spaCy ``Doc`` of the whole field, and the extent of each of its tokens.

    Raises:
        As :func:`require`.
    """
    from spacy.tokens import Doc

    nlp = _loaded(pipeline)
    text = signals.parsed.text
    tokens = tuple(_tokens(text, signals.words))
    starts = {sentence.extent.start for sentence in signals.sentences}
    doc = Doc(
        nlp.vocab,
        words=[text[token.start : token.end] for token in tokens],
        spaces=[text[token.end : token.end + 1] == " " for token in tokens],
        sent_starts=[number == 0 or token.start in starts for number, token in enumerate(tokens)],
    )
    for _, component in nlp.pipeline:
        doc = component(doc)
    return doc, tokens


def match_tokens(
    signals: FieldSignals,
    lang: str,
    patterns: Sequence[Sequence[dict[str, Any]]],
    anchors: Sequence[int],
) -> Iterator[Extent]:
    """
    Find sequences of tokens by spaCy's ``Matcher``, with ``blank:<lang>`` unless *lang* names a pipeline.

    Args:
        signals: The field.

        lang: A language code, or the name of an installed pipeline.

        patterns: Token patterns in the form that ``Matcher.add`` takes; any one may match.

        anchors: Positions of which at least one must lie in the match's sentence; empty: everything is looked at.

    Yields:
        Extents in reading order, each once; no match crosses a sentence.

    Raises:
        As :func:`require`.
    """
    pipeline = lang if len(lang) > 3 else _BLANK + lang  # noqa: PLR2004  # ISO 639 codes have two or three letters
    doc, tokens = docs(signals, pipeline)
    matcher = _matcher(doc.vocab, patterns)
    wanted = _sentences_at(signals, anchors)
    found = {Extent(tokens[start].start, tokens[end - 1].end) for _, start, end in matcher(doc)}
    for extent in sorted(found):
        sentence = signals.sentence_at(extent.start)
        inside = sentence is not None and sentence.extent.covers(extent)
        if sentence is not None and inside and (not anchors or sentence.extent.start in wanted):
            yield extent


def _sentences_at(signals: FieldSignals, anchors: Sequence[int]) -> set[int]:
    sentences = (signals.sentence_at(anchor) for anchor in anchors)
    return {sentence.extent.start for sentence in sentences if sentence is not None}


def _tokens(text: str, words: Sequence[Extent]) -> Iterator[Extent]:
    """Yield our words, and every character between them that is no white space, as a token of its own."""
    done = 0
    for word in (*words, Extent(len(text), len(text))):
        yield from (Extent(at, at + 1) for at in range(done, word.start) if not text[at].isspace())
        if word.start < word.end:
            yield word
        done = word.end


def _matcher(vocab: Any, patterns: Sequence[Sequence[dict[str, Any]]]) -> Any:
    from spacy.matcher import Matcher

    matcher = Matcher(vocab)
    matcher.add("match", [list(pattern) for pattern in patterns])
    return matcher


@lru_cache(maxsize=8)
def _loaded(pipeline: str) -> Any:
    try:
        import spacy
    except ImportError as error:
        message = "rules that look at tokens need spaCy, which is not installed"
        raise MissingDependencyError("nlp-missing", message, help=_INSTALL) from error
    if pipeline.startswith(_BLANK):
        return _blank(spacy, pipeline.removeprefix(_BLANK))
    try:
        return spacy.load(pipeline)
    except OSError as error:
        message = f"the spaCy pipeline {pipeline!r} is not installed"
        raise MissingDependencyError(
            "pipeline-missing", message, help=f"python -m spacy download {pipeline}"
        ) from error


def _blank(spacy: Any, language: str) -> Any:
    try:
        return spacy.blank(language)
    except ImportError as error:
        message = f"spaCy knows no language {language!r}"
        raise SettingsError("unknown-language", message, help="use a code such as en or de, or xx for any") from error
