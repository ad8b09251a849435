"""
What analysis can see, as frozen values.

Every extent counts code points of one field's parsed text. Numbers are integers or decimal strings, never floats.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from guardrails.model.span import Extent

ClaimType = Literal[
    "superlative", "comparative", "quantified", "guarantee", "health", "environmental", "price", "endorsement",
    "scientific", "future", "origin", "award",
]  # fmt: skip
"""What a sentence claims; ``competitor`` is no signal, because rivals are named by the workspace."""

CLAIM_TYPES: tuple[ClaimType, ...] = get_args(ClaimType)

QuantityKind = Literal["count", "percent", "points", "multiple", "currency", "measure", "duration", "ratio"]
"""``points`` are percentage points; ``ratio`` is a share in words or ``n in m`` (its value is at most 1)."""

Bound = Literal["exact", "approx", "at_least", "at_most"]


class Sentence(NamedTuple):
    """A sentence (a heading or list item without full stop is one too); *words* are extents of its words."""

    extent: Extent
    words: tuple[Extent, ...]


class Readability(NamedTuple):
    """
    Counts of one field and the figures made of them.

    Attributes:
        language: The language whose formula was used.

        words: Words counted; 0 for an empty field, and then every figure is 0 or None.

        syllables: Estimated by vowel groups.

        long_words: Words of more than six letters (LIX).

        reading_ease: Flesch (en) or Amstad (de) reading ease, rounded; None in other languages or without words.

        lix: Läsbarhetsindex, rounded.
    """

    language: str
    words: int
    sentences: int
    syllables: int
    long_words: int
    reading_ease: int | None
    lix: int


class Quantity(NamedTuple):
    """
    A number with what it counts.

    Attributes:
        extent: Number, unit, magnitude and currency sign; the bound word before it is outside.

        value: Exact decimal in plain notation with magnitude applied ("1500000", "0.333333"), at most six decimals.

        unit: Canonical unit: ``%``, ``pp``, ``x``, an ISO 4217 code, ``kg``, ``h`` …; empty for a bare count.

        kind: What sort of quantity it is.

        bound: What a word right before it says ("up to", "about", "mindestens").

        high: Upper end if it is a range ("3–5 kg", "20 bis 30 %"), as *value*; else empty.
    """

    extent: Extent
    value: str
    unit: str
    kind: QuantityKind
    bound: Bound = "exact"
    high: str = ""

    @property
    def micro(self) -> int:
        """Return *value* in millionths of the unit."""
        whole, _, fraction = self.value.partition(".")
        sign = -1 if whole.startswith("-") else 1
        return int(whole) * 1_000_000 + sign * int(fraction.ljust(6, "0") or "0")


class DateMention(NamedTuple):
    """A calendar date: *start_ms* is its first instant in UTC, *precision* how much of it is said."""

    extent: Extent
    start_ms: int
    precision: Literal["day", "month", "year"]


class Hedge(NamedTuple):
    """A word that softens its sentence; *cue* is its lexicon entry."""

    extent: Extent
    cue: str


class Citation(NamedTuple):
    """A pointer to a source; *target* is the URL, DOI, number, fact id, or the name that follows the cue."""

    extent: Extent
    kind: Literal["url", "doi", "reference", "source", "attribution", "link", "fact"]
    target: str


class Claim(NamedTuple):
    """
    A sentence makes a claim of one type.

    *extent* is the sentence, *trigger* the words that show the type, *hedged* whether the sentence holds a hedge.
    """

    extent: Extent
    type: ClaimType
    trigger: Extent
    hedged: bool


class PersonalDatum(NamedTuple):
    """A personal datum or secret; *kind* is ``email``, ``phone``, ``iban``, ``card`` or ``<country>-<id name>``."""

    kind: str
    extent: Extent


class BlockLanguage(NamedTuple):
    """The language of one block; empty if unsure or under 20 *words*."""

    extent: Extent
    language: str
    words: int
