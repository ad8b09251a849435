"""
How a text addresses its reader, and who speaks.

German *Sie* is known by its capital inside a sentence; at its beginning, where *sie* (she, they) has a capital, too, it
is left alone, and so is "Ihr". French *vous* may mean several readers. Imperatives without a pronoun ("Stell die Lampe
hin") are known by a short list. Quoted speech is not told apart.
"""

# ruff: noqa: SIM905  (a list of words is read and sorted more easily as running text)

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from guardrails.model.span import Extent

Form = Literal["du", "sie", "tu", "vous"]

FORMS: dict[str, tuple[Form, Form]] = {"de": ("du", "sie"), "fr": ("tu", "vous")}
"""The familiar and the polite form of each language that has both."""

_DU = frozenset(
    "du dich dir dein deine deinen deinem deiner deines deins deinetwegen euch euer eure euren eurem eurer eures".split()
)
# Imperatives that are nothing else at the beginning of a sentence.
_DU_IMPERATIVES = frozenset(
    "stell zeig schick hol komm mach probier schau nimm lies klick meld bestell lass leg dreh drück öffne gib geh spar "
    "hör schreib frag starte sieh vergiss lad kauf abonnier hilf iss trink triff sprich wirf halt bleib genieß schnapp "
    "greif freu wähl such sag denk nutz".split()
)
_SIE = frozenset("Sie Ihnen Ihr Ihre Ihren Ihrem Ihrer Ihres Ihrerseits Ihretwegen".split())
_TU = frozenset("tu te toi ton ta tes tien tienne tiens tiennes t'es t'as".split())
_VOUS = frozenset("vous votre vos vôtre vôtres".split())
_TONE = frozenset("le un du ce son mon".split())
"""After these *ton* is the tone."""

_OPENING = "„“\"‚‘'«»(:–—-•\n"
"""Behind one of these a word may have its capital because something begins."""

WE = {
    "en": frozenset("we us our ours ourselves we're we've we'll we'd let's".split()),
    "de": frozenset("wir uns unser unsere unseren unserem unserer unseres".split()),
    "fr": frozenset("nous notre nos nôtre nôtres".split()),
}
YOU = {
    "en": frozenset("you your yours yourself yourselves you're you've you'll you'd".split()),
    "de": _DU,
    "fr": _TU | _VOUS,
}
SPEAKER = {
    "en": frozenset("i me my mine myself i'm i've i'll i'd".split()),
    "de": frozenset("ich mich mir mein meine meinen meinem meiner meines".split()),
    "fr": frozenset("je me moi mon ma mes mien mienne j'ai".split()),
}


@dataclass(frozen=True, slots=True)
class Address:
    """A word that addresses the reader in *form*; *is_sure* unless only the shape of a verb says so."""

    extent: Extent
    form: Form
    is_sure: bool = True


def addresses(text: str, sentence: Sequence[Extent], language: str) -> Iterator[Address]:
    """Yield the words of one *sentence* (its words) that address the reader; nothing in a language without two forms."""
    if language == "de":
        yield from _german(text, sentence)
    elif language == "fr":
        yield from _french(text, sentence)


def _german(text: str, sentence: Sequence[Extent]) -> Iterator[Address]:
    for number, word in enumerate(sentence):
        written = text[word.start : word.end]
        if written in _SIE and number and not _begins(text, word):
            yield Address(word, "sie")
        elif written.lower() in _DU and not written.isupper():
            yield Address(word, "du")
        elif number == 0 and written.lower() in _DU_IMPERATIVES and not _is_polite(text, sentence):
            yield Address(word, "du", is_sure=False)


def _begins(text: str, word: Extent) -> bool:
    """Tell whether something begins at *word*: speech, a clause behind a colon, a line."""
    at = word.start - 1
    while at >= 0 and text[at] == " ":
        at -= 1
    return at < 0 or text[at] in _OPENING


def _is_polite(text: str, sentence: Sequence[Extent]) -> bool:
    return len(sentence) > 1 and text[sentence[1].start : sentence[1].end] == "Sie"


def _french(text: str, sentence: Sequence[Extent]) -> Iterator[Address]:
    before = ""
    for word in sentence:
        written = text[word.start : word.end].lower().replace("’", "'")
        if written in _VOUS or written.endswith("-vous"):
            yield Address(word, "vous")
        elif (written in _TU and not (written == "ton" and before in _TONE)) or written.endswith(("-tu", "-toi")):
            yield Address(word, "tu")
        before = written
