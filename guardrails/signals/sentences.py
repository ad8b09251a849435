"""
Sentences of a field.

Every block (paragraph, heading, list item …) is split by itself. A full stop, exclamation or question mark, or
ellipsis with its closing quotes ends a sentence if white space follows and what comes next may start one: not a lower
case word, not the noun of a German ordinal ("3. Oktober"), and not after an abbreviation or an initial. When in doubt
there is no end. Lists of abbreviations hold for all languages at once, so that boundaries do not hang on language
detection.
"""

# ruff: noqa: SIM905  (a list of words is read and sorted more easily as running text)

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from guardrails.model.span import Extent
from guardrails.signals.signal import Sentence
from guardrails.text.expression import expression
from guardrails.text.parsed import Block

_END = expression(r"""[.!?…。！？](?:(?<=[.!?…])[.!?…]*|[。！？]*)["'”’»“«)\]*_]*""")
_NEXT = expression(r"""\s+["'“„‚‘«»(\[¿¡*_–—-]*\s*(?P<word>\w*)""")

_SHORTENED = frozenset(
    "mr mrs ms dr prof st vs fig figs vol approx dept est gen gov rev hon sen rep capt incl excl cf viz eq ed eds "
    "hr fr frl dipl ing med phil nat bzw ca vgl inkl exkl zzgl zzt abzgl evtl ggf sog bspw mind abb bd nr str tel "
    "geb gest kap art abs stk mio mrd usf jh jhdt mme mlle "
    "jan feb mar apr jun jul aug sep sept oct okt nov dec dez".split()
)
_BEFORE_NUMBERS = frozenset("no nos nr p pp art ch sec seite abs vol fig max min".split())
_CUT_SHORT = _SHORTENED | _BEFORE_NUMBERS
_ABBREVIATION = expression(
    rf"(?:^|[^\w.])(?:{'|'.join(sorted(_SHORTENED))}|"
    r"[zdousiv]\.\s?[abdhouäütr]|e\.\s?g|i\.\s?e|i\.\s?d\.\s?r|o\.\s?ä|m\.\s?e"
    r")\.$",
    re.IGNORECASE,
)
_NUMBERED = expression(rf"(?:^|[^\w.])(?:{'|'.join(sorted(_BEFORE_NUMBERS))})\.$", re.IGNORECASE)
_SPLIT_ABBREVIATION = expression(r"(?:^|\s)[zduosimv]\.$")
_INITIAL = expression(r"(?:^|[^\w.'’])(?:[^\W\d_]\.)+$")
_ORDINAL = expression(r"(?:^|[^\w.,])(?P<number>\d{1,2})\.$")
_ORDINAL_NOUNS = frozenset(
    "januar jänner februar märz april mai juni juli august september oktober november dezember jahrhundert jahrtausend "
    "quartal halbjahr platz auflage ausgabe tag woche monat jahr mal klasse liga stock etage weltkrieg kapitel runde "
    "generation stufe schritt lebensjahr geburtstag".split()
)
_STARTERS = frozenset(
    "the this that these those we our you your it its he she they there here in on at for with from when while if but "
    "and so as not no all each every what why how who der die das ein eine wir unser unsere ihr ihre sie es er dieser "
    "diese dieses mit für bei im in auf wenn aber und so alle jede jeder was warum wie wer hier le la les nous notre "
    "vous il elle ce cette et mais".split()
)


def sentences(text: str, blocks: Sequence[Block], words: Sequence[Extent]) -> tuple[Sentence, ...]:
    """Return the sentences of all *blocks*; *words* are those of the whole *text*, in order."""
    return tuple(
        Sentence(extent, tuple(words[bisect_left(words, (extent.start,)) : bisect_left(words, (extent.end,))]))
        for block in blocks
        for extent in _split(text, block.extent)
    )


def _split(text: str, block: Extent) -> Iterator[Extent]:
    start = block.start
    for end in _ends(text, block):
        if (extent := _trimmed(text, start, end)) is not None:
            yield extent
        start = end


def _ends(text: str, block: Extent) -> Iterator[int]:
    start = block.start
    for found in _END.finditer(text, block.start, block.end):
        if _is_end(text, start, found, block.end):
            start = found.end()
            yield start
    yield block.end


def _trimmed(text: str, start: int, end: int) -> Extent | None:
    part = text[start:end]
    lead = len(part) - len(part.lstrip())
    length = len(part.strip())
    return Extent(start + lead, start + lead + length) if length else None


def _is_end(text: str, start: int, found: re.Match[str], limit: int) -> bool:
    if found.group()[0] in "。！？":
        return True
    follows = _NEXT.match(text, found.end(), limit)
    if follows is None:
        return False
    word = follows["word"]
    if word[:1].islower() and not word[1:2].isupper():
        return False
    return found.group() != "." or not _is_abbreviated(text, start, found.end(), word, text[follows.end() : limit][:1])


def _is_abbreviated(text: str, start: int, end: int, word: str, after: str) -> bool:
    """Tell whether the full stop before *end* belongs to an abbreviation, initial or ordinal; *after* follows *word*."""
    near = max(start, end - 14)
    if _is_plain_word(text[near : end - 1]):
        return False
    if _ABBREVIATION.search(text, near, end) or not text[start : end - 1].strip("0123456789 \n"):
        return True
    if _NUMBERED.search(text, near, end):
        return word.isdigit()
    if _SPLIT_ABBREVIATION.search(text, near, end) and len(word) == 1 and after == ".":
        return True
    if _INITIAL.search(text, near, end):
        return word.casefold() not in _STARTERS
    return _ORDINAL.search(text, near, end) is not None and word.casefold() in _ORDINAL_NOUNS


def _is_plain_word(before: str) -> bool:
    """Tell quickly whether *before* ends with a word that none of the forms of an abbreviation can be."""
    last = before.rpartition(" ")[2]
    return len(last) > 1 and last.isascii() and last.isalpha() and last.lower() not in _CUT_SHORT
