"""
Given texts: which wording is due in a locale, and whether a passage holds it, or nearly.

Words are compared folded, without punctuation. A passage within a typing error of the text counts, but only with the
same figures and negations: "6.90 EUR" is not nearly "5.90 EUR", and "not" is no typing error.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from guardrails.matching.fold import fold_key
from guardrails.model.canonical import Json
from guardrails.rules.overlap import array, covers_locale, strings
from guardrails.text.expression import expression

_NEGATIONS = frozenset(
    ("not", "no", "never", "without", "nicht", "kein", "keine", "keinen", "keiner", "nie", "ohne", "pas", "non", "sans")
)
_SIGN = expression(r"[^\w ]|_")
"""What is no letter, digit or space; some of it belongs to words all the same."""

_SLACK_WORDS = 3
"""How many words more or fewer than the text a passage may have and still be compared with it."""


Wordings: TypeAlias = str | tuple[str, ...]
"""A text, or several accepted wordings of it."""


def has_words(texts: Mapping[str, Wordings]) -> bool:
    """Tell whether *texts* (by locale) has a wording for every locale it names, and words in each."""
    return bool(texts) and all(group and all(map(folded_words, group)) for group in map(_group, texts.values()))


def listed(texts: Mapping[str, Wordings]) -> list[Json]:
    """Return *texts* (by locale; ``"*"`` for all others) as data of a plan."""
    return [[locale, list(_group(wordings))] for locale, wordings in sorted(texts.items())]


def due_wordings(texts: Json, effective: Sequence[str]) -> list[str]:
    """
    Return the wordings of which one must be there, those of the most likely locale first.

    *texts* is what :func:`listed` made, *effective* the locales that are possible; without any, all wordings count.
    """
    known = {str(locale): strings(wordings) for locale, wordings in map(array, array(texts))}
    if not effective:
        return [text for wordings in known.values() for text in wordings]
    due: dict[str, None] = {}
    for value in effective:
        fitting = [locale for locale in known if covers_locale(value, locale)]
        due |= dict.fromkeys(known.get(max(fitting, key=len, default="*"), ()))
    return list(due)


def _group(wordings: Wordings) -> tuple[str, ...]:
    return (wordings,) if isinstance(wordings, str) else wordings


def folded_words(text: str) -> list[str]:
    """Return the folded words of *text*: runs of letters, marks and digits (with signs inside numbers)."""
    key = fold_key(text)
    return _SIGN.sub(lambda sign: sign[0] if _is_part(key, sign.start()) else " ", key).split()


def _is_part(key: str, at: int) -> bool:
    char = key[at]
    if char in ".,:%":  # a sign counts within a number: 5.9, 10:30, 7%
        return key[at - 1 : at].isdigit() and (char == "%" or key[at + 1 : at + 2].isdigit())
    return unicodedata.category(char)[0] in "LMN"


def holds(passage: list[str], wanted: list[str], least: int) -> bool:
    """Tell whether *passage* contains *wanted*, or nearly, with every figure and negation of it."""
    text, sought = " ".join(passage), " ".join(wanted)
    if f" {sought} " in f" {text} ":
        return True
    if not _must_have(wanted) <= _must_have(passage):
        return False
    from rapidfuzz import fuzz  # late: a text that is there as it should be needs none of it

    if fuzz.partial_ratio(sought, text, score_cutoff=min(least, 80)) == 0:
        return False
    return any(_is_close(window, wanted, least) for window in _windows(passage, len(wanted)))


def _windows(passage: list[str], size: int) -> Iterator[list[str]]:
    for width in range(max(size - _SLACK_WORDS, 1), size + _SLACK_WORDS + 1):
        for at in range(max(len(passage) - width, 0) + 1):
            yield passage[at : at + width]


def _is_close(window: list[str], wanted: list[str], least: int) -> bool:
    from rapidfuzz import fuzz

    score = fuzz.ratio(" ".join(window), " ".join(wanted), score_cutoff=least)
    return score >= least and _must_have(window) == _must_have(wanted)


def _must_have(words: list[str]) -> Counter[str]:
    return Counter(word for word in words if word in _NEGATIONS or any(char.isdigit() for char in word))
