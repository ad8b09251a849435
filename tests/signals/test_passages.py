"""Text without a format, the passages of a text, forms of names, subjects."""

from __future__ import annotations

import pytest

from guardrails.signals.name_forms import name_forms
from guardrails.signals.passages import MOST_WORDS, passages
from guardrails.signals.plain_text import plain_signals, whole_language
from guardrails.signals.subjects import Subject, dated, priced
from tests.signals.support import quotes, signals


def test_short_sentences_make_one_passage() -> None:
    """Every sentence begins a passage that goes on until there are enough words, inside its block."""
    analysed = signals("One two three. Four. Five six seven eight nine.", "Ten eleven.")

    assert ["One two three. Four", "Four. Five six seven eight nine", "Five six seven eight nine"] == quotes(
        analysed, passages(analysed, 4)
    )


def test_long_sentences_are_cut() -> None:
    """No piece of a sentence is longer than the most words."""
    analysed = signals(" ".join(["word"] * (2 * MOST_WORDS + 10)))

    assert [MOST_WORDS, MOST_WORDS, 10] == [len(passage.words) for passage in passages(analysed, 4)]


def test_words_of_a_passage_are_folded() -> None:
    """Case and punctuation are gone."""
    (passage,) = passages(signals("ÜBER – “den” Rand."), 2)

    assert ("über", "den", "rand") == passage.words


def test_plain_text_has_paragraphs() -> None:
    """Blank lines part the paragraphs of a text without format; an empty text has none."""
    analysed = plain_signals("  One.\nTwo.\n \n\nThree.\n")

    assert ["One.\nTwo.", "Three."] == quotes(analysed, analysed.parsed.blocks)
    assert () == plain_signals("").sentences
    assert "" == whole_language(plain_signals(""))


def test_language_of_a_whole_text() -> None:
    """Paragraphs that are too short to tell are judged together, so that their numbers are read right."""
    german = "Das ist die erste Lampe.\n\nUnd das ist die andere.\n\nBeide sind hell, und eine davon mit 1.850 Lumen für das ganze Zimmer."

    assert "de" == whole_language(plain_signals(german, ("en", "de")))
    assert ["1850"] == [q.value for q in plain_signals(german, ("en", "de")).quantities]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We like Nimbrel-Desk and NimbrelDesk or Nimbrel Desk.", ["Nimbrel-Desk", "NimbrelDesk", "Nimbrel Desk"]),
        ("See the page of GitHub's team on Github.", ["GitHub", "Github"]),
        ("An iPhone is an Iphone.", ["iPhone", "Iphone"]),
        ("Use localStorage or NASA.", []),
        ("Nimbrel Desk: the lamp.", []),
        ("Nimbrel Desk For Everyone.", []),
        ("a long-term plan, Long-term", []),
        ("Plain words and Names.", []),
    ],
)
def test_name_forms(text: str, expected: list[str]) -> None:
    """Marked forms of names are found in running text, plain ones beside them; titles, labels and code are not."""
    analysed = signals(text)

    assert expected == [f.written for f in name_forms(text, analysed.sentences, analysed.parsed.blocks)]


def _subject(text: str, *, of_price: bool) -> Subject | None:
    analysed = signals(text, languages=("en", "de"))
    sentence = analysed.sentences[0].extent
    if of_price:
        return priced(text, sentence, analysed.quantities[0].extent)
    return dated(text, sentence, analysed.dates[0].extent)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Desk costs 89 €.", "desk"),
        ("Buy the new Nimbrel Desk for only 89 €.", "nimbrel desk"),
        ("Den Nimbrel Desk gibt es für 89 €.", "nimbrel desk"),
        ("You pay 89 € for the Nimbrel Desk.", "nimbrel desk"),
        ("The Nimbrel Desk (89 €) is here.", "nimbrel desk"),
        ("Die kleine Lampe kostet 89 €.", "kleine lampe"),
        ("A lamp for 89 €.", None),
        ("It costs 89 €.", None),
        ("Price: 89 €", None),
        ("Available for 89 €.", None),
        ("Lampen kosten 89 €.", None),
        ("Nimbrel Desk costs 89 € instead of 99 €.", None),
        ("Nimbrel Desk costs 89 € a month.", None),
        ("Nimbrel Desk, black, 89 €", None),
    ],
)
def test_priced(text: str, expected: str | None) -> None:
    """A price has a subject only where it is said plainly."""
    subject = _subject(text, of_price=True)

    assert expected == (subject and subject.key)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The repair evening takes place on 3 December 2026.", ("repair evening", "at")),
        ("Der Reparaturabend findet am 3. Dezember 2026 statt.", ("reparaturabend", "at")),
        ("The offer ends on 3 December 2026.", ("offer", "end")),
        ("Das Angebot gilt bis zum 3. Dezember 2026.", ("angebot", "end")),
        ("The Autumn Fair starts on 3 December 2026.", ("autumn fair", "start")),
        ("We met on 3 December 2026.", None),
        ("Released on 3 December 2026.", None),
        ("The next repair evening is on 3 December 2026.", None),
        ("Reparaturabend am 3. Dezember 2026 statt am 4. Dezember.", None),
    ],
)
def test_dated(text: str, expected: tuple[str, str] | None) -> None:
    """A day has a subject and a role only where it is said plainly."""
    subject = _subject(text, of_price=False)

    assert expected == (subject and (subject.key, subject.role))
