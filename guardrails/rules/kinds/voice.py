"""
voice: text that does not sound like the brand.

Why: no single word makes a voice. It is how long sentences are and how much they differ, whether somebody acts in them,
who speaks to whom, and whether the reader is “du” or “Sie”.

How: *address* is the form in which the reader is addressed; every word of the other form is a hit, with both forms in
``{count}`` and ``{limit}``. *bands* are lower and upper limits of measures over the whole draft: a measure outside its
band is a hit that speaks of the draft as a whole. There ``{match}`` names the measure, ``{count}`` is what it came to,
``{limit}`` the nearer end of the band, and the related places show where. ``{say_instead}`` is what to change, so that
one message serves all: "“{match}” is not our voice: {count} instead of {limit}". Only text in *language* is counted, in
sentences that end with a full stop, question or exclamation mark. ``guardrails policy measure good/*.md`` proposes bands
from the brand's own good copy. All of it is counted by our own code and spaCy is not needed: the passive is known by the
shape of words, which is wrong in about one of ten cases (``guardrails/signals/passives.py`` has the figures).

Misses: drafts with fewer sentences than *min_sentences* and fewer words than *min_words*, and figures with too little to
count (five sentences for the spread, five words of “we” and “you” for their share); irony, the rhythm in the ear, and
everything else that cannot be counted; “Sie” and “Ihr” at the beginning of a sentence, and imperatives without a pronoun
that are not in a short list; quoted speech is counted as the brand's own. French has no measure of passive and
contractions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from guardrails.model.canonical import Json
from guardrails.model.context import EffectiveContext
from guardrails.model.finding import Hit
from guardrails.model.policy import Need, Plan
from guardrails.model.span import Extent
from guardrails.rules.advice import Advice
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import FORBID, array, covers_locale, integer, mapping, slice_of
from guardrails.signals.address import FORMS, Form
from guardrails.signals.voice import (
    LEAST_SENTENCES,
    LEAST_WORDS,
    MEASURES,
    PERCENT,
    PLACES,
    Measure,
    Voice,
    figures,
    is_long_enough,
    measures_in,
    voice,
)

_MOST_PLACES = 10
"""Places that a hit names; more would bury the draft."""

_UNSURE_PM = 800
"""Confidence (permille) that a verb at the beginning of a sentence is an imperative."""

_FORM_NAMES = {"du": "“du”", "sie": "“Sie”", "tu": "“tu”", "vous": "“vous”"}

_NAMES: dict[Measure, tuple[str, str, str]] = {
    "sentence_words": ("words per sentence", "longer sentences", "shorter sentences"),
    "sentence_spread": (
        "spread of sentence lengths in percent", "short and long sentences in turn", "sentences of more even length"
    ),
    "active": ("active sentences in percent", "sentences in which somebody acts", "fewer sentences with an actor"),
    "contractions": ("contractions per 1,000 words", "more contractions", "fewer contractions"),
    "we_words": ("“we” per 1,000 words", "more of “we”", "less of “we”"),
    "you_words": ("“you” per 1,000 words", "more of “you”", "less of “you”"),
    "i_words": ("“I” per 1,000 words", "more of “I”", "less of “I”"),
    "we_share": ("“we” in percent of “we” and “you”", "more of “we” and less of “you”", "more of “you” and less of “we”"),
}  # fmt: skip
"""What each measure is called, and what to do where it is below and above its band."""


_AIMS = {
    "sentence_words": "words per sentence on average",
    "active": "% of the sentences active",
    "contractions": "contractions in 1,000 words",
}
"""Measures that a writer can aim at."""


@dataclass(frozen=True, slots=True)
class Band:
    """
    From where to where a measure may go, both ends inclusive; at least one of them.

    Attributes:
        min: Least value.

        max: Greatest value.
    """

    __pydantic_config__: ClassVar = FORBID

    min: int | None = None
    max: int | None = None

    def __post_init__(self) -> None:
        """Refuse bands without ends, and those that nothing is in."""
        if self.min is None and self.max is None:
            raise ValueError("expected min, max or both")
        if (self.min or 0) < 0 or (self.max is not None and self.max < (self.min or 0)):
            raise ValueError(f"expected 0 ≤ min ≤ max, got {self.min} and {self.max}")


@dataclass(frozen=True, slots=True)
class Bands:
    """
    A band per measure; a measure without one is not asked for.

    Attributes:
        sentence_words: Words per sentence, on average.

        sentence_spread: How much the lengths of sentences differ: their standard deviation in percent of the average.

        active: Sentences that are not in the passive, in percent.

        contractions: Contractions ("isn't", "gibt's") per 1,000 words.

        we_words: Words of the first person plural (we, our; wir, unser) per 1,000 words.

        you_words: Words that address the reader (you, your; du, dein, Sie inside a sentence) per 1,000 words.

        i_words: Words of the first person singular per 1,000 words.

        we_share: Words of "we" in percent of those of "we" and "you".
    """

    __pydantic_config__: ClassVar = FORBID

    sentence_words: Band | None = None
    sentence_spread: Band | None = None
    active: Band | None = None
    contractions: Band | None = None
    we_words: Band | None = None
    you_words: Band | None = None
    i_words: Band | None = None
    we_share: Band | None = None


@dataclass(frozen=True, slots=True)
class Params:
    """
    How the brand sounds.

    Attributes:
        language: The language whose words are counted; text in another one is left alone.

        address: The form in which the reader is addressed: ``du`` or ``sie`` in German, ``tu`` or ``vous`` in French.

        bands: The limits of measures.

        min_sentences: Drafts with fewer sentences are too short for bands …

        min_words: … unless they have at least so many words.
    """

    __pydantic_config__: ClassVar = FORBID

    language: Literal["en", "de", "fr"]
    address: Form | None = None
    bands: Bands | None = None
    min_sentences: int = LEAST_SENTENCES
    min_words: int = LEAST_WORDS

    def __post_init__(self) -> None:
        """Refuse a rule that asks nothing, and what the language does not have."""
        bands = _given(self)
        if self.address is None and not bands:
            raise ValueError("expected address, bands or both")
        if self.address is not None and self.address not in FORMS.get(self.language, ()):
            raise ValueError(f"the language {self.language} has no form “{self.address}”")
        for measure, band in bands.items():
            if measure not in measures_in(self.language):
                raise ValueError(f"{measure} is not measured in the language {self.language}")
            if measure in PERCENT and max(band.min or 0, band.max or 0) > 100:  # noqa: PLR2004 - a percentage
                raise ValueError(f"{measure} is a percentage: expected 0 to 100")
        if min(self.min_sentences, self.min_words) < 1:
            raise ValueError("min_sentences and min_words: expected 1 or more")


def _given(params: Params) -> dict[Measure, Band]:
    """Return the bands there are, by measure."""
    named: dict[Measure, Band | None] = {measure: getattr(params.bands, measure, None) for measure in MEASURES}
    return {measure: band for measure, band in named.items() if band is not None}


def plan(params: Params) -> Plan:
    """Scan for nothing: a voice is counted."""
    bands: dict[str, Json] = {measure: [band.min, band.max] for measure, band in _given(params).items()}
    data: dict[str, Json] = {
        "language": params.language,
        "address": params.address,
        "bands": bands,
        "least": [params.min_sentences, params.min_words],
    }
    return Plan((), data)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Report every word of the wrong form, then every measure outside its band."""
    data = mapping(plan.data)
    voices = [voice(signals, str(data["language"])) for signals in view.signals]
    if data["address"]:
        yield from _wrong_forms(view, voices, str(data["address"]))
    sentences, words = (integer(number) for number in array(data["least"]))
    if is_long_enough(voices, sentences, words):
        yield from _out_of_band(view, voices, mapping(data["bands"]))


def advise(plan: Plan, context: EffectiveContext) -> Advice | None:
    """Name the form of address and the bands that a writer can aim at, where the text may be in the language."""
    data = mapping(plan.data)
    locales = context["locale"]
    if locales and not any(covers_locale(locale, str(data["language"])) for locale in locales):
        return None
    form = [f"Address the reader with {_FORM_NAMES[str(data['address'])]}"] if data["address"] else []
    bands = [_in_words(measure, *_ends(band)) for measure, band in mapping(data["bands"]).items() if measure in _AIMS]
    text = ", ".join((*form, *bands))
    return Advice("tone", f"{text[0].upper()}{text[1:]}") if text else None


def _in_words(measure: str, low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return f"{low} to {high} {_AIMS[measure]}"
    return f"at least {low} {_AIMS[measure]}" if high is None else f"at most {high} {_AIMS[measure]}"


def _ends(band: Json) -> tuple[int | None, int | None]:
    low, high = (end if isinstance(end, int) else None for end in array(band))
    return low, high


def _wrong_forms(view: View, voices: Sequence[Voice], form: str) -> Iterator[Hit]:
    for number, one in enumerate(voices):
        for found in one.addresses:
            if found.form != form:
                match = slice_of(view.fields[number], found.extent)
                sure = 1000 if found.is_sure else _UNSURE_PM
                evidence = (("expected", form), ("found", found.form))
                said, wanted = _FORM_NAMES[found.form], _FORM_NAMES[form]
                values = (("count", said), ("limit", wanted), ("say_instead", f"{wanted} to the reader"))
                yield Hit(number, found.extent, match, values=values, evidence=evidence, confidence_pm=sure)


def _out_of_band(view: View, voices: Sequence[Voice], bands: dict[str, Json]) -> Iterator[Hit]:
    measured = figures(voices)
    for measure in MEASURES:
        if measure in bands and measure in measured:
            low, high = _ends(bands[measure])
            value = measured[measure]
            if low is not None and value < low:
                yield _band_hit(view, voices, measure, value, low, is_low=True)
            if high is not None and value > high:
                yield _band_hit(view, voices, measure, value, high, is_low=False)


def _band_hit(view: View, voices: Sequence[Voice], measure: Measure, value: int, end: int, *, is_low: bool) -> Hit:
    name, more, less = _NAMES[measure]
    number = len(view.fields) - 1
    at = len(view.fields[number].text)
    figures_ = (("count", str(value)), ("limit", str(end)))
    return Hit(
        number,
        Extent(at, at),
        name,
        values=(*figures_, ("say_instead", more if is_low else less)),
        evidence=(*figures_, ("measure", measure)),
        related=_places(voices, measure),
    )


def _places(voices: Sequence[Voice], measure: Measure) -> tuple[tuple[int, Extent], ...]:
    places = [(number, extent) for number, one in enumerate(voices) for extent in sorted(PLACES[measure](one))]
    return tuple(places[:_MOST_PLACES])


_SIE = """
language: de
address: sie
"""
_DU = """
language: de
address: du
"""
_VOUS = """
language: fr
address: vous
"""
_CALM = """
language: en
min_sentences: 3
bands:
  sentence_words: {min: 4, max: 14}
  active: {min: 60}
  contractions: {max: 60}
  we_share: {max: 50}
"""

KIND = RuleKind(
    name="voice",
    params=Params,
    revision=1,
    locales=ANY,
    needs=frozenset({Need.WORDS, Need.SENTENCES, Need.BLOCKS}),
    plan=plan,
    find=find,
    examples=(
        Example(_SIE, "Stellen Sie [[deine]] Lampe ans Fenster. [[Zeig]] uns ein Bild."),
        Example(_DU, "Wenn du magst, zeigen wir [[Ihnen]], wie es geht. Sie leuchtet warm."),
        Example(_VOUS, "Posez la lampe sur [[ta]] table. Vous la verrez mieux."),
        Example(_CALM, "The lamp was made by hand. It was tested. It is sent to you. You like it.[[]]"),
        Example(_CALM, "We like our lamps. We test our lamps. We sell our lamps to you.[[]]"),
        Example(_SIE, "Stellen Sie Ihre Lampe ans Fenster. Sie leuchtet warm, und sie bleibt kühl."),
        Example(_DU, "Stell deine Lampe ans Fenster. Hast du schon die App?"),
        Example(_CALM, "You turn the ring. The light gets warm. We test every lamp, and you can see how."),
    ),
    per_draft=True,
    advise=advise,
)
