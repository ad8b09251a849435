"""
The language of each block, by stop-words and script.

Only blocks of at least 20 words are judged, and only when the share of stop-words is high and clearly ahead of every
other language's; else the language is empty. Of fewer words only this can be told: that they are not in an expected
language (:func:`foreign_language`). Besides the workspace's languages those with a list of stop-words are
known, so that a text in a language that nobody expects is noticed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from guardrails.model.span import Extent
from guardrails.signals.signal import BlockLanguage
from guardrails.signals.stopwords import STOP_WORDS
from guardrails.text.expression import expression
from guardrails.text.parsed import Block

_MIN_WORDS = 20
# Of 100 words at least so many are stop-words (running text has 35 to 55, our lists find most of them) …
_MIN_PERCENT = 15
# … and the second language has at most this share of the first one's.
_MAX_RIVAL_PERCENT = 75
_FEW = 3

_CYRILLIC = (
    "ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "tg", "mn", "tt", "ba", "cv", "ce", "os", "ab", "av", "kv", "cu", "bs",
)  # fmt: skip
_ARABIC = ("ar", "fa", "ur", "ps", "ku", "sd", "ug", "ks", "pa", "kk", "az", "ha")
# Scripts, with the languages they are used for (of those in ISO 639-1), the most likely first.
_SCRIPTS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (expression("[\u3040-\u30ff]"), ("ja",)),
    (expression("[\u1100-\u11ff\uac00-\ud7a3]"), ("ko",)),
    (expression("[\u4e00-\u9fff]"), ("zh", "ja", "ko")),
    (expression("[\u0400-\u04ff]"), _CYRILLIC),
    (expression("[\u0370-\u03ff]"), ("el",)),
    (expression("[\u0600-\u06ff]"), _ARABIC),
    (expression("[\u0590-\u05ff]"), ("he", "yi")),
    (expression("[\u0e00-\u0e7f]"), ("th",)),
    (expression("[\u0900-\u097f]"), ("hi", "mr", "ne", "sa", "ks", "sd")),
    (expression("[\u0530-\u058f]"), ("hy",)),
    (expression("[\u0980-\u09ff]"), ("bn", "as")),
    (expression("[\u0a00-\u0a7f]"), ("pa",)),
    (expression("[\u0a80-\u0aff]"), ("gu",)),
    (expression("[\u0b00-\u0b7f]"), ("or",)),
    (expression("[\u0b80-\u0bff]"), ("ta",)),
    (expression("[\u0c00-\u0c7f]"), ("te",)),
    (expression("[\u0c80-\u0cff]"), ("kn",)),
    (expression("[\u0d00-\u0d7f]"), ("ml",)),
    (expression("[\u0d80-\u0dff]"), ("si",)),
    (expression("[\u0e80-\u0eff]"), ("lo",)),
    (expression("[\u0f00-\u0fff]"), ("bo", "dz")),
    (expression("[\u1000-\u109f]"), ("my",)),
    (expression("[\u10a0-\u10ff]"), ("ka",)),
    (expression("[\u1200-\u137f]"), ("am", "ti")),
    (expression("[\u1780-\u17ff]"), ("km",)),
)
_USERS = {
    word: tuple(language for language, stops in STOP_WORDS.items() if word in stops)
    for stops in STOP_WORDS.values()
    for word in stops
}
"""Every stop-word with the languages it belongs to, so that a word is looked up once for all of them."""

# In a script that nothing expected is written in, so many letters in so many words: one name is not enough.
_FOREIGN_LETTERS, _FOREIGN_WORDS = 4, 2

_UNSPACED = expression("[\u3040-\u30ff\u4e00-\u9fff\u0e00-\u0e7f]")
_LATIN_ONLY = expression(r"[\x00-\u036f\u2000-\u20ff]*\Z")


def block_languages(
    text: str, blocks: Sequence[Block], words: Sequence[Extent], lower: Sequence[str], languages: Sequence[str]
) -> tuple[BlockLanguage, ...]:
    """
    Return the language of every block.

    Args:
        text: The whole text.

        blocks: Blocks of it.

        words: Its words.

        lower: The same words in lower case.

        languages: The workspace's languages.
    """
    made = []
    for block in blocks:
        part = text[block.extent.start : block.extent.end]
        inside = lower[bisect_left(words, (block.extent.start,)) : bisect_left(words, (block.extent.end,))]
        # Two characters make a word, on average, where nothing is set between words.
        count = len(inside) + (0 if part.isascii() else len(_UNSPACED.findall(part)) // 2)
        language = _language(part, inside, languages) if count >= _MIN_WORDS else ""
        made.append(BlockLanguage(block.extent, language, count))
    return tuple(made)


def foreign_language(words: Iterable[str], expected: Collection[str]) -> str:
    """
    Return the language that a text of few words is in instead of an *expected* one, or nothing if that is not clear.

    Clear is: at least three stop-words of that language that none of the expected ones has, and three times as many as
    there are stop-words of these. (5 to 19 words each: of 10,405 English sentences none is taken for another language,
    of 166 German ones 131 are not taken for English.)
    """
    own, others = 0, Counter[str]()
    for word in words:
        users = _USERS.get(word, ()) if len(word) > 1 else ()
        if not set(users).isdisjoint(expected):
            own += 1
        else:
            others.update(users)
    count, language = max(((count, language) for language, count in others.items()), default=(0, ""))
    return language if count >= max(_FEW, _FEW * own) else ""


def foreign_script(text: str, expected: Collection[str]) -> str:
    """
    Return the language of a script in which *text* has words and nothing *expected* is written; nothing if there is none.

    Words are at least four letters in two words, a character of a script without spaces being a word, or whatever is
    half of a text: too few to tell a language by its stop-words, and plain all the same.
    """
    if text.isascii() or _LATIN_ONLY.match(text):
        return ""
    for script, users in _SCRIPTS:
        if not set(users).isdisjoint(expected):
            continue
        letters = script.findall(text)
        has_words = len(letters) >= _FOREIGN_LETTERS and _words_of(script, text) >= _FOREIGN_WORDS
        if has_words or len(letters) * 2 > sum(char.isalpha() for char in text):
            return users[0]
    return ""


def _words_of(script: re.Pattern[str], text: str) -> int:
    """Count the words of *text* that have a letter of *script*."""
    return sum(max(1, len(_UNSPACED.findall(word))) for word in text.split() if script.search(word))


def mismatches(
    fields: Sequence[Sequence[BlockLanguage]], effective_locales: Sequence[str]
) -> tuple[tuple[int, BlockLanguage], ...]:
    """
    Return ``(index of the field, block)`` of every block in a language other than that of every effective locale.

    No effective locale means that nothing is expected and nothing is reported.
    """
    expected = languages_of(effective_locales)
    return tuple(
        (index, block)
        for index, blocks in enumerate(fields)
        for block in blocks
        if expected and block.language and block.language not in expected
    )


def languages_of(locales: Iterable[str]) -> frozenset[str]:
    """Return the languages of *locales*: ``de`` of ``de-AT``."""
    return frozenset(locale.replace("_", "-").split("-")[0].lower() for locale in locales)


def _language(part: str, words: Sequence[str], languages: Sequence[str]) -> str:
    if not part.isascii() and _LATIN_ONLY.match(part) is None and (script := _by_script(part, languages)):
        return script
    return _by_stop_words([word if word.isascii() else word.casefold() for word in words])


def _by_script(part: str, languages: Sequence[str]) -> str:
    letters = sum(char.isalpha() for char in part)
    for script, users in _SCRIPTS:
        # A third of kana is plenty in Japanese, which mixes scripts; half of the letters decides elsewhere.
        if len(script.findall(part)) * (5 if users == ("ja",) else 2) > letters:
            return next((language for language in languages if language in users), users[0])
    return ""


def _by_stop_words(words: Sequence[str]) -> str:
    scores = dict.fromkeys(STOP_WORDS, 0)
    for languages, count in Counter(map(_USERS.get, words)).items():
        for language in languages or ():
            scores[language] += count
    (best, language), (rival, _) = sorted(((score, language) for language, score in scores.items()), reverse=True)[:2]
    if best * 100 < len(words) * _MIN_PERCENT or rival * 100 > best * _MAX_RIVAL_PERCENT:
        return ""
    return language
