"""Words and sentences."""

import pytest

from tests.signals.support import quotes, signals


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("don't stop: risk-free!", ["don't", "stop", "risk-free"]),
        ("1.500,00 € um 10:30", ["1.500,00", "um", "10:30"]),
        ("cafe\u0301 snake_case", ["cafe\u0301", "snake", "case"]),
        ("— … !", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    """Apostrophes, hyphens and marks inside a number hold a word together."""
    analysed = signals(text)

    assert expected == [text[word.start : word.end] for word in analysed.words]


@pytest.mark.parametrize(
    "expected",
    [
        ["Das gilt z. B. für Dr. Müller am 3. Oktober 2026.", "Wir helfen."],
        ["Wir sind u. a. in Wien, d. h. daheim usw.", "Das reicht."],
        ["He paid e.g. $3.50 to J. R. Smith.", "The U.S. Army came.", "We left the U.S.", "The end."],
        ['She said "Stop!" and left.', '"Why?" asked Tom.', "(Really.)", "Yes!"],
        ["Wait... what?", "Hmm…", "Okay."],
        ["1. Open the box.", "2. Close it."],
        ["Nr. 1 in Europa.", "No. 5 is here.", "Is it?", "No.", "We go."],
        ["It's here.", "iPhone 20 arrives at approx. 5 p.m. on Dec. 3.", "Vitamin C.", "It helps."],
        ["„Gut.“", "Das war’s.", "Seit 2024 ca. 3 Mio. Kunden."],
        ["これは。", "最高！", "です"],
        ["No full stop"],
    ],
)
def test_splitting(expected: list[str]) -> None:
    """Abbreviations, ordinals, initials, decimals and closing quotes do not confuse the end of a sentence."""
    separator = "" if expected[0].endswith("。") else " "
    analysed = signals(separator.join(expected))

    assert expected == quotes(analysed, analysed.sentences)


def test_blocks_are_split_apart() -> None:
    """A heading without full stop is a sentence of its own."""
    analysed = signals("Our promise", "We deliver")

    assert ["Our promise", "We deliver"] == quotes(analysed, analysed.sentences)


def test_words_of_a_sentence() -> None:
    """Every sentence knows its words."""
    analysed = signals("One two. Three.")

    assert [2, 1] == [len(sentence.words) for sentence in analysed.sentences]


def test_sentence_at() -> None:
    """A position is in one sentence or in none."""
    analysed = signals("One. Two.")

    assert analysed.sentences[1] == analysed.sentence_at(5)
    assert analysed.sentence_at(4) is None
    assert analysed.sentence_at(99) is None


def test_empty_field() -> None:
    """An empty field has no sentences, words, signals or figures."""
    analysed = signals()

    assert () == analysed.sentences == analysed.words == analysed.claims.of() == analysed.quantities
    assert (0, None, 0) == (analysed.readability.words, analysed.readability.reading_ease, analysed.readability.lix)
