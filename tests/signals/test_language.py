"""Language and readability."""

import re

import pytest

from guardrails.signals.language import foreign_language, foreign_script, mismatches
from guardrails.signals.readability import syllables
from tests.signals.support import signals

_EN = (
    "We made this lamp for people who read late at night and do not want to wake the person beside them, "
    "so the light is warm and it stays where you put it."
)
_DE = (
    "Wir haben diese Lampe für Menschen gebaut, die spät in der Nacht noch lesen und dabei nicht wollen, dass die "
    "Person neben ihnen wach wird, und darum ist das Licht warm."
)
_FR = (
    "Nous avons fait cette lampe pour les personnes qui lisent tard dans la nuit et qui ne veulent pas réveiller la "
    "personne à côté, et la lumière est donc très douce."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [(_EN, "en"), (_DE, "de"), (_FR, "fr"), ("この製品は" * 10, "ja"), ("Это очень хорошая лампа для вас. " * 4, "ru")],
)
def test_language_of_a_block(text: str, expected: str) -> None:
    """Twenty words tell the language, whether the workspace knows it or not."""
    assert [expected] == [block.language for block in signals(text).block_languages]


@pytest.mark.parametrize("text", ["Das ist nicht Englisch.", "Acme Flow Nova Pulse Edge Prime Ultra Max " * 4])
def test_unsure(text: str) -> None:
    """Short blocks and lists of names have no language."""
    assert [""] == [block.language for block in signals(text).block_languages]


def test_mismatches() -> None:
    """A block in a language other than every effective locale's is a mismatch."""
    blocks = [signals(_EN, _DE).block_languages, signals(_FR).block_languages]

    assert [(0, "de"), (1, "fr")] == [(field, block.language) for field, block in mismatches(blocks, ("en-GB",))]
    assert () == mismatches(blocks, ("en", "de-AT", "fr"))


def test_language_of_a_field() -> None:
    """Where blocks are too short to tell, the first possible language stands."""
    assert signals("Kurz.", languages=("de", "en")).language == "de"
    assert signals(_DE, "Short.").language == "de"


@pytest.mark.parametrize(
    ("word", "language", "expected"),
    [("the", "en", 1), ("cake", "en", 1), ("table", "en", 2), ("wanted", "en", 2), ("reading", "en", 2),
     ("haus", "de", 1), ("freude", "de", 2), ("überzeugung", "de", 4), ("xkcd", "en", 1)],
)  # fmt: skip
def test_syllables(word: str, language: str, expected: int) -> None:
    """Vowel groups make syllables, a silent e does not."""
    assert expected == syllables(word, language)


def test_reading_ease() -> None:
    """Flesch: 206.835 − 1.015 · 6 − 84.6 · 1 = 116.1 for six words of one syllable; LIX is 6."""
    figures = signals("The cat sat on the mat.").readability

    assert (116, 6) == (figures.reading_ease, figures.lix)


def test_german_reading_ease() -> None:
    """Amstad: 180 − 4 − 58.5 · 5/4 = 102.9."""
    figures = signals("Der Hund mag Käse.", languages=("de",)).readability

    assert (103, 5) == (figures.reading_ease, figures.syllables)


def test_no_formula() -> None:
    """Other languages have a LIX and no reading ease."""
    figures = signals("Le chat dort.", languages=("fr",)).readability

    assert (None, 3) == (figures.reading_ease, figures.lix)


@pytest.mark.parametrize(
    ("text", "expected", "language"),
    [
        ("Der neue Kalender kostet 1.500,00 € im Jahr und wird ab Montag geliefert.", {"en"}, "de"),
        ("Der neue Kalender kostet 1.500,00 € im Jahr und wird ab Montag geliefert.", {"en", "de"}, ""),
        ("La lampe est pour les gens qui lisent tard.", {"en", "de"}, "fr"),
        ("The lamp is for people who read late.", {"de"}, "en"),
        ("Maison de la Lampe", {"en"}, ""),
        ("The house of the lamp: Maison de la Lampe et du Jardin", {"en"}, ""),
        ("e_i = a * e_i and e_j", {"de"}, ""),
        ("", {"en"}, ""),
    ],
)
def test_a_few_words_can_be_foreign(text: str, expected: set[str], language: str) -> None:
    """Three words that only another language has are enough, if hardly one of the expected language stands beside them."""
    words = re.findall(r"[^\W\d_]+", text.casefold())

    assert language == foreign_language(words, expected)


@pytest.mark.parametrize(
    ("text", "expected", "language"),
    [
        ("保证一周内见效。", {"en"}, "zh"),
        ("Plan your week on one page with the planner. 保证见效", {"en", "de"}, "zh"),
        ("Plan your week on one page. نتائج مضمونة", {"en"}, "ar"),
        ("Гарантия", {"en"}, "ru"),
        ("მოემზადეთ კვირისთვის", {"en"}, "ka"),
        ("結果を保証します", {"zh"}, "ja"),
        ("保证一周内见效。", {"ja", "en"}, ""),
        ("Гарантија за све", {"sr"}, ""),
        ("We open in Москва and 東京, at 20 Ω and 5 µm.", {"en"}, ""),
        ("Größe, garçon, señor, Łódź: ﬁne", {"en"}, ""),
        ("", {"en"}, ""),
    ],
)
def test_a_script_can_be_foreign(text: str, expected: set[str], language: str) -> None:
    """Two words in a script that no expected language is written in are enough; a name is not."""
    assert language == foreign_script(text, expected)
