"""Sentences in the passive, by the shape of words; the sentences are invented, each group labelled by reading."""

from __future__ import annotations

from itertools import pairwise

import pytest

from guardrails.signals.passives import is_passive
from tests.signals.support import signals

PASSIVE_EN = (
    "The lamp was tested by two people.", "Each lamp is carefully packed.", "The parts are then sent to you.",
    "It has been shown that light matters.", "The box can be returned within 30 days.", "It's made in Oberwinkel.",
    "The cable got torn in the fall.", "The price is not yet known.", "Orders were being shipped all week.",
    "The offer will be withdrawn on Friday.", "The old parts are used again.", "The report has never been published.",
    "The names aren't given to anybody.", "The room is lit from two sides.", "The switch was put there on purpose.",
)  # fmt: skip
ACTIVE_EN = (
    "We test every lamp.", "The lamp is small and red.", "We are interested in your story.", "Are you tired of glare?",
    "It is the best place to read.", "You need a screwdriver.", "The days are getting shorter.", "There is a speed limit.",
    "The lamp is unlimited fun.", "We were there, tested or not.", "The light is soft, and we reduced the glare.",
    "He was a hundred miles away.", "You can see what the shop sold.", "The result is indeed good.", "They are married.",
)  # fmt: skip
PASSIVE_DE = (
    "Die Lampe wird geladen.", "Jede Lampe wurde zweimal geprüft.", "Die Teile werden danach an Sie verschickt.",
    "Es ist gezeigt worden, dass Licht wirkt.", "Der Karton kann zurückgeschickt werden.", "Das muss repariert werden.",
    "Wenn die Lampe geladen wird, blinkt sie.", "Das Angebot wurde nie veröffentlicht.", "Weggeworfen wird nichts.",
    "Die Kabel werden vom Team und von Freunden gelötet.", "Der Preis wird nicht genannt.", "Der Brief wurde erhalten.",
    "Der Name soll beibehalten werden.", "Das ist zu schade, um vergessen zu werden.", "Das Kabel wird ausgetauscht.",
)  # fmt: skip
ACTIVE_DE = (
    "Wir prüfen jede Lampe.", "Das Licht wird wärmer.", "Sie werden den Unterschied merken.", "Es wird bald dunkel.",
    "Wir werden die Lampe öffnen.", "Wenn es kalt wird, verändert sich das Licht.", "Sie werden eine Nachricht erhalten.",
    "Das würde niemand bemerken.", "Die Lampe wird warm und verliert Licht.", "Er wird berühmt.", "Die App wird gelingen.",
    "Bis dahin wird er die Lampe verkauft haben.", "Die Lampe ist geladen.", "Das gefällt uns, und es wird gut.",
    "Sie wird bekannt.",
)  # fmt: skip
LABELLED = {("en", True): PASSIVE_EN, ("en", False): ACTIVE_EN, ("de", True): PASSIVE_DE, ("de", False): ACTIVE_DE}
SENTENCES = [(language, text, expected) for (language, expected), texts in LABELLED.items() for text in texts]


def _judged(text: str, language: str) -> bool:
    extents = signals(text).words
    words = [text[word.start : word.end] for word in extents]
    gaps = [text[one.end : other.start] for one, other in pairwise(extents)]
    return is_passive(words, gaps, language)


@pytest.mark.parametrize(("language", "text", "expected"), SENTENCES)
def test_passive(language: str, text: str, expected: bool) -> None:
    """An auxiliary and a participle make a passive; states, futures and adjectives do not."""
    assert expected == _judged(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Are the lamps tested?"),
        ("en", "The price shown here is final."),
        ("de", "Die Lampe wird, sobald sie da ist, geladen."),
        ("de", "Das wird er erfahren."),
    ],
)
def test_known_misses(language: str, text: str) -> None:
    """What the module says it misses, it misses: a question, no auxiliary, a clause in between, an infinitive."""
    assert not _judged(text, language)
