"""What a rule asks for, as a writer is told before writing (``guardrails brief``); each kind says it of its own plan."""

from __future__ import annotations

from typing import Literal, NamedTuple

WRITE_NAMES = "Write these names exactly so"
"""The text of every kind that asks for names, so that these share a line."""

Topic = Literal["tone", "avoid", "proof", "required", "limits"]


class Advice(NamedTuple):
    """
    One rule in advance of the writing.

    Attributes:
        topic: Which part of the brief it belongs to.

        text: What to do, in the imperative and without a full stop; rules of one topic with the same text share a line.
            Empty: the rule's title and instruction say it.

        words: Words that matter, each with what to say instead (or nothing), the most telling first.

        when: The advice counts only for a text with one of these words; empty for every text.

        wording: Wordings to put in, of which any one is enough.

        place: Where they have to stand, if not anywhere: ``at the start``.
    """

    topic: Topic
    text: str = ""
    words: tuple[tuple[str, str], ...] = ()
    when: tuple[str, ...] = ()
    wording: tuple[str, ...] = ()
    place: str = ""


def plain_words(words: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return *words* with nothing to say instead."""
    return tuple((word, "") for word in words)
