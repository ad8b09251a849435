"""
Bands of a voice, proposed from the brand's own good copy.

A band goes from the average of the texts by ``k`` standard deviations to either side, at least as far as the texts
themselves go, and never past the ends of its scale. ``k`` is ``5 (1 + 4 / n)``: the more texts, the surer their spread.
Three would do for normal distributions, but the figures of short texts are skewed (most hardly say "we", a few say it
often). Five was chosen on the measured half of ``fixtures/voice`` alone: leaving one good text out at a time, bands of
3 hold 3 % of them and bands of 4 none, and up to 7 everything that is off is caught there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING, Literal, TypeAlias

from guardrails.errors import PolicyError
from guardrails.model.span import Extent
from guardrails.signals.analysis import FieldSignals
from guardrails.signals.voice import LEAST_SENTENCES, LEAST_WORDS, PERCENT, figures, is_long_enough, measures_in, voice
from guardrails.text.parsed import Block, ParsedField

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from guardrails.signals.address import Form
    from guardrails.signals.voice import Measure, Voice

Language: TypeAlias = Literal["en", "de", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "de", "fr")
LEAST_TEXTS = 10
"""On fewer texts a band says more about them than about the voice."""

_LEAST_WORDS_MARGIN = 3
_LEAST_MARGIN = 30
"""
A band reaches at least so far to either side: three words per sentence, three sentences of ten, three words of a hundred.

Where all texts agree their spread says nothing about the next one, and a single word or sentence must not decide.
"""


@dataclass(frozen=True, slots=True)
class Band:
    """The proposed ends of a measure (None where the scale ends), and the values they rest on, sorted."""

    low: int | None
    high: int | None
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    What the texts say about the voice.

    Attributes:
        language: The language they are in.

        bands: A band per measure that enough texts have.

        address: The form in which they address the reader, None if they do not, or not all in the same way.

        texts: How many texts were measured; *words* and *sentences* are theirs.

        left_out: Names of the texts that are too short or in another language.
    """

    language: Language
    bands: dict[Measure, Band]
    address: Form | None
    texts: int
    words: int
    sentences: int
    left_out: tuple[str, ...]


def proposal(texts: Sequence[tuple[str, Sequence[ParsedField]]], language: Language | None = None) -> Proposal:
    """
    Return the bands that *texts* (each a name and its fields) propose.

    Without *language* it is that of the texts.

    Raises:
        PolicyError: ``mixed-languages`` if they are in several, ``too-few-texts`` if fewer than :data:`LEAST_TEXTS`
            are long enough and in the language.
    """
    known = language or _common_language([fields for _, fields in texts])
    counted = [(name, _voices(fields, known)) for name, fields in texts]
    used = [voices for _, voices in counted if is_long_enough(voices, LEAST_SENTENCES, LEAST_WORDS)]
    left_out = tuple(name for name, voices in counted if not is_long_enough(voices, LEAST_SENTENCES, LEAST_WORDS))
    if len(used) < LEAST_TEXTS:
        raise _too_few(len(used), left_out)
    lengths = [length for voices in used for one in voices for length in one.lengths]
    return Proposal(known, _bands(used, known), _address(used), len(used), sum(lengths), len(lengths), left_out)


def _common_language(texts: Sequence[Sequence[ParsedField]]) -> Language:
    found = Counter(language for fields in texts for field in fields if (language := _field_language(field)))
    if len(found) == 1:
        return next(iter(found))
    listed = ", ".join(f"{count} in {language}" for language, count in sorted(found.items())) or "none we know"
    hint = "Name one by --language, or measure each language by itself."
    raise PolicyError("mixed-languages", f"expected texts in one language, got {listed}", help=hint)


def _too_few(count: int, left_out: Sequence[str]) -> PolicyError:
    message = f"bands need {LEAST_TEXTS} texts, got {count}"
    if left_out:
        message += f"; too short or in another language: {', '.join(left_out[:5])}{' …' if len(left_out) > 5 else ''}"  # noqa: PLR2004
    hint = f"Give more of the brand's good copy, each text with {LEAST_SENTENCES} sentences or {LEAST_WORDS} words."
    return PolicyError("too-few-texts", message, help=hint)


def _field_language(field: ParsedField) -> Language | None:
    """Return the language of a field as a whole; None if it is too short to tell, or in another language."""
    whole = ParsedField(
        field.id, field.format, field.source, field.text, (Block("paragraph", _whole(field)),), field.pieces
    )
    found = FieldSignals(whole, LANGUAGES).block_languages[0].language
    return next((language for language in LANGUAGES if language == found), None)


def _whole(field: ParsedField) -> Extent:
    return Extent(0, len(field.text))


def _voices(fields: Iterable[ParsedField], language: str) -> list[Voice]:
    return [voice(FieldSignals(field, (language,)), language) for field in fields]


def _address(texts: Sequence[Sequence[Voice]]) -> Form | None:
    forms = {found.form for voices in texts for one in voices for found in one.addresses}
    return next(iter(forms)) if len(forms) == 1 else None


def _bands(texts: Sequence[Sequence[Voice]], language: str) -> dict[Measure, Band]:
    measured = [figures(voices) for voices in texts]
    values = {measure: sorted(one[measure] for one in measured if measure in one) for measure in measures_in(language)}
    return {measure: _band(measure, found) for measure, found in values.items() if len(found) >= LEAST_TEXTS}


def _band(measure: Measure, values: Sequence[int]) -> Band:
    count, total = len(values), sum(values)
    # (k · standard deviation)² with k = (5n + 20) / n, as a fraction of integers; the root is rounded up.
    numerator = (5 * count + 20) ** 2 * (count * sum(value * value for value in values) - total * total)
    least = _LEAST_WORDS_MARGIN if measure == "sentence_words" else _LEAST_MARGIN
    margin = max(_root_up(numerator, count**3 * (count - 1)), least)
    low, high = min(total // count - margin, values[0]), max(-(-total // count) + margin, values[-1])
    top = 100 if measure in PERCENT else None
    return Band(low if low > 0 else None, high if top is None or high < top else None, tuple(values))


def _root_up(numerator: int, denominator: int) -> int:
    """Return the square root of the quotient, rounded up."""
    quotient = -(-numerator // denominator)
    root = isqrt(quotient)
    return root if root * root == quotient else root + 1
