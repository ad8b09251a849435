"""
Contractions: words drawn together with an apostrophe.

English: negations ("isn't"), pronouns with a short verb ("we'll", "it's", "let's"), "could've", and "gonna" with its
like; possessive *'s* is none, so *'s* counts only behind a pronoun or "that", "there", "here" and question words.
German: a verb or a short word with *es* ("gibt's", "wenn's"), and spoken forms ("'ne", "so'n", "hab'").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guardrails.model.span import Extent
from guardrails.text.expression import expression

LANGUAGES = ("en", "de")
"""Languages whose contractions are known."""

_ENGLISH = expression(
    r"\w+n't|(?:i|you|we|they|he|she|it|that|there|here|what|who|where|how|this)'(?:m|re|s|ve|ll|d)|let's|(?:would|could|"
    r"should|might|must)'ve|y'all"
)
_SLURRED = frozenset(("gonna", "wanna", "gotta", "gimme", "lemme"))
_GERMAN = expression(
    r"(?:geht|gibt|ist|war|hat|wird|macht|steht|kommt|hab|wenn|wie|ob|dass|weil|was|wo|so|du|ich|er|sie|wir|mir|dir|"
    r"probier|mach|nimm|lass|soll|kann|muss|find)'s|so'n\w*"
)
_CUT_SHORT = frozenset(("n", "ne", "nen", "nem", "ner", "is", "nich", "hab"))


def contractions(text: str, words: Sequence[Extent], language: str) -> Iterator[Extent]:
    """Yield those of *words* that are contractions in *language*, one of :data:`LANGUAGES`."""
    pattern, alone = (_GERMAN, _CUT_SHORT) if language == "de" else (_ENGLISH, _SLURRED)
    for word in words:
        written = text[word.start : word.end].lower().replace("’", "'")
        if ("'" in written and pattern.fullmatch(written)) or (written in alone and _is_alone(text, word, written)):
            yield word


def _is_alone(text: str, word: Extent, written: str) -> bool:
    """Tell whether *written*, which holds no apostrophe, is a contraction: it is slurred, or one stands beside it."""
    if written in _SLURRED:
        return True
    before, after = text[word.start - 1 : word.start] if word.start else "", text[word.end : word.end + 1]
    return (before if written.startswith("n") and written != "nich" else after) in {"'", "’"}
