"""
What an agent or a writer is told before writing: the rules of one place, at most 600 words.

A brief is made of lines in sections. Its words are counted as ``wc -w`` counts them in the Markdown form: list marks,
ids at line ends and headings included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guardrails.model.context import Values
from guardrails.model.policy import LAYERS, Layer

MAX_WORDS = 600

LeftOut = Literal[Layer, "facts", "obligations"]
LEFT_OUT: tuple[LeftOut, ...] = (*LAYERS, "facts", "obligations")

SectionName = Literal[
    "decide", "tone", "avoid", "say_instead", "proof", "facts", "required", "limits", "good", "bad", "stop"
]  # fmt: skip
SECTIONS: dict[SectionName, str] = {
    "decide": "What you may decide",
    "tone": "Tone",
    "avoid": "Do not write",
    "say_instead": "Say instead",
    "proof": "Proof",
    "facts": "Facts in approved wording",
    "required": "Must be there",
    "limits": "Limits",
    "good": "Like this",
    "bad": "Not like this",
    "stop": "Stop and ask a person",
}
"""Every section with its heading, in order."""


@dataclass(frozen=True, slots=True)
class Line:
    """
    One short sentence, the ids of the rules it comes from, and the fact to cite for it (or nothing).

    The ids of a *quiet* line are for programs: it names many rules by title, or shows an example.
    """

    text: str
    rules: tuple[str, ...] = ()
    fact: str = ""
    quiet: bool = False

    @property
    def shown_rules(self) -> tuple[str, ...]:
        """The ids that stand at the end of the line for people."""
        return () if self.quiet else self.rules

    @property
    def words(self) -> int:
        """Count its words in the Markdown form: list mark, text, and ids in brackets."""
        return 1 + len(self.text.split()) + len(self.shown_rules) + bool(self.fact)


def heading_words(name: SectionName) -> int:
    """Count the words of a section's heading in the Markdown form, its mark included."""
    return 1 + len(SECTIONS[name].split())


def cut(text: str, most: int) -> str:
    """Return *text* on one line, its first *most* words if it has more."""
    words = text.split()
    return " ".join(words) if len(words) <= most else f"{' '.join(words[:most])}…"


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading."""

    name: SectionName
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """
    The brief of one agent in one place.

    Attributes:
        context: Possible values per key; one value means it is known.

        assumed: Keys that were not said, so that every permitted value counts.

        place: The context for its title: channel, market and locale, and whatever else is known.

        as_of: The UTC day it speaks of.

        applicable: How many active rules apply.

        sections: Those that have something to say, in order.

        left_out: How many rules of each layer apply and are not in it, and how many facts and obligations.
    """

    agent: str
    context: Values
    assumed: tuple[str, ...]
    place: tuple[str, ...]
    policy_digest: str
    as_of: str
    applicable: int
    sections: tuple[Section, ...]
    left_out: tuple[tuple[LeftOut, int], ...]
