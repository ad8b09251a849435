"""What a voice is measured by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.signals.address import addresses
from guardrails.signals.analysis import FieldSignals
from guardrails.signals.contractions import contractions
from guardrails.signals.voice import MEASURES, figures, is_long_enough, measures_in, voice
from tests.backends.documents.reading import parsed
from tests.signals.support import signals


def _forms(text: str, language: str) -> list[tuple[str, str]]:
    read = signals(text, languages=(language,))
    found = (one for sentence in read.sentences for one in addresses(text, sentence.words, language))
    return [(text[one.extent.start : one.extent.end], one.form) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wenn Sie Ihre Lampe mögen, sagen wir Ihnen mehr.", ["Sie", "Ihre", "Ihnen"]),
        ("Sie leuchtet warm. Ihr Licht ist weich.", []),
        ("Hinweis: Sie ist neu. „Sie leuchtet“, sagt er.", []),
        ("Stellen Sie sie ans Fenster.", ["Sie"]),
        ("• Ihre Lampe", []),
    ],
)
def test_polite_german(text: str, expected: list[str]) -> None:
    """*Sie* is polite where its capital cannot come from the beginning of something."""
    assert [(word, "sie") for word in expected] == _forms(text, "de")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Stell deine Lampe auf, wie du magst.", ["Stell", "deine", "du"]), ("Zeigen sie die Lampe?", []),
        ("Habt ihr eure Lampe?", ["eure"]), ("DU UND ICH.", []), ("Die Stelle ist frei.", []), ("Komm!", ["Komm"]),
    ],
)  # fmt: skip
def test_familiar_german(text: str, expected: list[str]) -> None:
    """*du* with its forms, and verbs that are imperatives and nothing else at the beginning of a sentence."""
    assert [(word, "du") for word in expected] == _forms(text, "de")


def test_french() -> None:
    """*tu* and *vous* with their forms, joined to verbs as well; *le ton* is the tone."""
    assert [("Tu", "tu"), ("ta", "tu"), ("toi", "tu")] == _forms(
        "Tu poses ta lampe chez toi, et le ton est calme.", "fr"
    )
    assert [("Posez-vous", "vous"), ("votre", "vous")] == _forms("Posez-vous sur votre balcon.", "fr")
    assert [] == _forms("You and your lamp.", "en")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "It’s here, isn't it? We'll see that it’d fit.", ["It’s", "isn't", "We'll", "it’d"]),
        ("en", "Nimbrel's lamp and the dog's bed, it is not his.", []), ("en", "Gonna read, let's go.", ["Gonna", "let's"]),
        ("de", "Gibt's das? Wenn's geht, nimm so'n Ding und 'ne Tasse.", ["Gibt's", "Wenn's", "so'n", "ne"]),
        ("de", "Nimbrel's Lampe, im Haus, zum Tisch.", []),
    ],
)  # fmt: skip
def test_contractions(language: str, text: str, expected: list[str]) -> None:
    """Words drawn together by an apostrophe, not the possessive and not what the language always draws together."""
    found = contractions(text, signals(text).words, language)

    assert expected == [text[one.start : one.end] for one in found]


def test_figures() -> None:
    """Every figure is an integer by the rule of its measure."""
    text = "We test our lamp. It was made for you. You turn it on, and we see. It's yours. Read."
    found = figures([voice(signals(text), "en")])

    assert {
        "sentence_words": 4, "sentence_spread": 56, "active": 80, "contractions": 53, "we_words": 158, "you_words": 158,
        "i_words": 0, "we_share": 50,
    } == found  # fmt: skip


def test_fields_count_together() -> None:
    """The figures of a draft do not hang on how its text is divided into fields."""
    one, other = "We test our lamp. It was made for you.", "You turn it on, and we see. It's yours. Read."
    together = figures([voice(signals(f"{one} {other}"), "en")])

    assert together == figures([voice(signals(one), "en"), voice(signals(other), "en")])


def test_too_little_to_count() -> None:
    """Without enough sentences there is no spread, without enough persons no share, without a sentence nothing."""
    found = figures([voice(signals("We like it. You see."), "en")])

    assert {"sentence_spread", "we_share"} == set(MEASURES) - set(found)
    assert {} == figures([voice(signals("A heading"), "en")])
    assert {} == figures([])


def test_what_is_no_sentence_does_not_count() -> None:
    """Headings, greetings and cells are left out; list items and quotes that end like sentences count."""
    source = (
        "# We we we.\n\nHello,\n\nit is late.\n\n- Turn it on.\n- Lamp\n\n> It is on.\n\n| We. |\n|---|\n| We we. |\n"
    )
    counted = voice(FieldSignals(parsed(source, "markdown"), ("en",)), "en")

    assert ((3, 3, 3), ()) == (counted.lengths, counted.we)


def test_other_languages_do_not_count() -> None:
    """A block in another language is left out, and all of a field that is in another one."""
    german = (
        "Wir stellen die Lampe ans Fenster und sehen, wie das Licht auf den Tisch und auf die Seiten im Buch fällt."
    )
    english = "We put the lamp by the window and we see how the light falls on the table and on the pages of our book."
    mixed = voice(signals(german, english, "We do.", languages=("en", "de")), "en")

    assert (24, 2) == mixed.lengths
    assert () == voice(signals(german, "We do.", languages=("en", "de")), "en").lengths


def test_long_enough() -> None:
    """A draft is long enough by its sentences or by its words."""
    voices = [voice(signals("One two three. Four five."), "en")]

    assert [True, True, False] == [is_long_enough(voices, *least) for least in ((2, 9), (3, 5), (3, 6))]


def test_french_has_fewer_measures() -> None:
    """The passive and contractions are not known in French."""
    assert {"active", "contractions"} == set(MEASURES) - set(measures_in("fr"))


@given(st.text(alphabet="wedu Sie.!’'\n", max_size=60), st.sampled_from(["en", "de", "fr"]))
def test_any_text(text: str, language: str) -> None:
    """Whatever is counted stays on its scale."""
    found = figures([voice(signals(text or "x", languages=(language,)), language)])

    assert all(value >= 0 for value in found.values())
    assert found.get("active", 0) <= 100
