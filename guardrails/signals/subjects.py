"""
What a price or a day is said of.

Read are only the plainest forms, in English and German: a noun phrase and, joined to it by nothing but a link, the
price or the day: "Desk costs 89 €", "der Desk für 89 €", "Desk: 89 €", "89 € for Desk"; "the repair evening is on 3
December", "Der Reparaturabend findet am 3. Dezember statt". Everything else has no subject here, because a wrong
subject makes a false alarm. A phrase with an indefinite article ("a lamp for 89 €") names no particular thing, and a
sentence that sets something against something else ("instead of", "statt", "moved to") is left out as a whole.
"""

# ruff: noqa: SIM905  (a list of words is read and sorted more easily as running text)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from guardrails.matching.fold import fold_key
from guardrails.model.span import Extent
from guardrails.signals.stopwords import STOP_WORDS
from guardrails.text.expression import expression

Role = Literal["price", "at", "start", "end"]

_WORD = r"[^\W_](?:[^\W_]|['’&./+-](?=[^\W_]))*"
_BEFORE = expression(rf"(?P<phrase>(?:{_WORD}[ \u00a0]){{0,9}}{_WORD})(?P<sign>\s?[:–—(]\s?|\s)\Z")
_AFTER = expression(rf"\s(?:for|für)\s(?P<phrase>(?:{_WORD}[ \u00a0]){{0,3}}{_WORD})(?=\s*(?:[.,;!?)]|\Z))")
_SPACED = expression(r"\S+")

_PRICE_LINKS = frozenset(
    "costs is for at now only just sells retails priced available kostet gibt es für jetzt nur ist "
    "erhältlich erhalten sie bekommen bekommst du zum preis von".split()
)  # fmt: skip
_START_LINKS = frozenset("starts begins opens launches from beginnt startet öffnet ab vom".split())
_END_LINKS = frozenset("ends closes expires runs until lasts valid endet schließt bis läuft gilt".split())
_AT_LINKS = frozenset("on is takes place will be happens the findet ist steigt am zum den dem".split())

_INDEFINITE = frozenset("a an any every each another some ein eine einen einem einer jede jeder jedes jeden".split())
_DEFINITE = frozenset(
    "the our your its this der die das den dem des unser unsere unseren unserem unserer dieser diese dieses".split()
)
_VERBS = frozenset(
    "buy get order grab try see meet join visit save book bring come reserve kaufen kaufe kauf bestellen bestelle hol "
    "sichern sichere komm kommen besuchen besuche reservieren now today jetzt heute new neu per".split()
)  # fmt: skip
_BREAKS = STOP_WORDS["en"] | STOP_WORDS["de"] | _INDEFINITE | _DEFINITE | _VERBS
"""What may precede a name in a phrase and is no part of it."""


_CONTRAST = expression(
    r"(?<!\w)(?:instead|rather|was|were|used to|originally|previously|formerly|before|regular\w*|usual\w*|normal\w*|list "
    r"price|rrp|msrp|old|reduced|down from|up from|off|discount\w*|save|saving|saved|sale|moved|postponed|rescheduled|"
    r"brought forward|new date|plus|extra|shipping|delivery|postage|deposit|month|monthly|year|yearly|annual\w*|week|"
    r"weekly|per|each|set|bundle|pair|both|together|with|without|excl\w*|incl\w*|from|starting|up to|if|or|"
    # "statt" at the end belongs to "findet … statt".
    r"statt(?!\s*(?:[.!?;:,]|\Z))|anstatt|anstelle|bisher\w*|vorher|früher\w*|zuvor|ursprünglich\w*|eigentlich|regulär\w*|üblich\w*|sonst|uvp|"
    r"alt\w{0,2}|reduziert\w*|gesenkt|rabatt\w*|nachlass|spar\w*|ermäßigt\w*|verschoben|verlegt|vorgezogen|zzgl|zuzüglich|"
    r"versand\w*|lieferung|anzahlung|monat\w*|jahr|jährlich\w*|woche|pro|je|jeweils|paar|beide|zusammen|mit|ohne|ab|wenn|"
    r"oder|last|next|second|first|letzte\w?|nächste\w?|zweite\w?|erste\w?)(?!\w)",
    re.IGNORECASE,
)

_VERBAL = expression(r"(?:ed|ing|able|bar|lich)\Z", re.IGNORECASE)
"""How words end that open a sentence with a capital and name nothing: "Released on", "Erhältlich für"."""

_LABELS = frozenset(
    "date datum dates update version release day tag time price preis total gesamt summe sold yours all both none here "
    "today deadline start ende end due status from to von".split()
)  # fmt: skip
"""Words that say what the figure is, not of what."""

_REACH = 100
"""A phrase with its link is looked for in so many characters before the price or the day."""

_LONGEST_SENTENCE = 400
"""Code points; nothing is said plainly in a longer one."""

_MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Subject:
    """
    What something is said of.

    Attributes:
        extent: Where the phrase stands.

        key: Its words without articles, folded.

        is_name: It reads as a name: at least two capitalised words, or a capital inside a word.

        role: What is said of it.
    """

    extent: Extent
    key: str
    is_name: bool
    role: Role


def priced(text: str, sentence: Extent, price: Extent) -> Subject | None:
    """Return what costs the *price* that stands in *sentence* of *text*, if it is said plainly."""
    if not is_plain(text, sentence):
        return None
    words, links = _linked(text, sentence, price, _PRICE_LINKS)
    if links is not None:
        return _subject(text, sentence, words, "price")
    after = _AFTER.match(text, price.end, sentence.end)
    return _subject(text, sentence, _words(text, Extent(*after.span("phrase"))), "price") if after else None


def dated(text: str, sentence: Extent, day: Extent) -> Subject | None:
    """Return what happens, starts or ends on the *day* that stands in *sentence* of *text*, if it is said plainly."""
    words, links = _linked(text, sentence, day, _START_LINKS | _END_LINKS | _AT_LINKS)
    if links is None or not is_plain(text, sentence):
        return None
    role: Role = "end" if links & _END_LINKS else "start" if links & _START_LINKS else "at"
    return _subject(text, sentence, words, role)


def is_plain(text: str, sentence: Extent) -> bool:
    """Tell whether *sentence* is short and sets nothing against something else, dates back or sets conditions."""
    is_short = sentence.end - sentence.start <= _LONGEST_SENTENCE
    return is_short and _CONTRAST.search(text, sentence.start, sentence.end) is None


def _linked(text: str, sentence: Extent, place: Extent, links: frozenset[str]) -> tuple[list[Extent], set[str] | None]:
    """
    Return the words before *place* up to those that link them to it, and the latter.

    A sign ("Desk: 89 €") links too; None instead of the links if there is neither.
    """
    found = _BEFORE.search(text, max(sentence.start, place.start - _REACH), place.start)
    if found is None:
        return [], None
    words, linking = _words(text, Extent(*found.span("phrase"))), set()
    while words and (word := _lower(text, words[-1])) in links:
        linking.add(word)
        words.pop()
    return words, linking if words and (linking or found["sign"].strip()) else None


def _words(text: str, phrase: Extent) -> list[Extent]:
    return [Extent(*found.span()) for found in _SPACED.finditer(text, phrase.start, phrase.end)]


def _lower(text: str, word: Extent) -> str:
    return text[word.start : word.end].lower()


def _subject(text: str, sentence: Extent, words: Sequence[Extent], role: Role) -> Subject | None:
    """Return what the last of *words* name: those after the last article, preposition or the like."""
    lowered = [_lower(text, word) for word in words]
    last = max((at for at, word in enumerate(lowered) if word in _BREAKS), default=-1)
    kept, article = words[last + 1 :], lowered[last] if last >= 0 else ""
    if not 0 < len(kept) <= _MOST_WORDS or article in _INDEFINITE:
        return None
    extent = Extent(kept[0].start, kept[-1].end)
    written = [text[word.start : word.end] for word in kept]
    if lowered[-1] in _LABELS and len(kept) == 1:
        return None
    if not _is_particular(written, article, is_first=kept[0].start == sentence.start):
        return None
    return Subject(extent, fold_key(text[extent.start : extent.end]), _is_name(written), role)


def _is_particular(words: list[str], article: str, *, is_first: bool) -> bool:
    """Tell whether *words* name one thing: after a definite article, or capitalised and not only by their place."""
    if article in _DEFINITE or _is_name(words):
        return True
    if is_first and len(words) == 1:
        return words[0][0].isupper() and _VERBAL.search(words[0]) is None
    return any(word[0].isupper() for word in words[is_first:])


def _is_name(words: list[str]) -> bool:
    capitals = sum(word[0].isupper() for word in words)
    return capitals >= 2 or any(char.isupper() for word in words for char in word[1:] if not word.isupper())  # noqa: PLR2004
