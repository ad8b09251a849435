"""
Readability figures.

Flesch reading ease (Flesch 1948, "A new readability yardstick"): 206.835 − 1.015 ASL − 84.6 ASW. Its German form
(Amstad 1978, "Wie verständlich sind unsere Zeitungen?"): 180 − ASL − 58.5 ASW. ASL is words per sentence, ASW
syllables per word; 100 is very easy, 0 very hard, and neither end is a limit. LIX (Björnsson 1968, "Läsbarhet"): ASL
plus the percentage of words of more than six letters; 25 is very easy, 60 very hard.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from guardrails.signals.signal import Readability, Sentence
from guardrails.text.expression import expression

# (base, weight of ASL, weight of ASW), each times 1000.
_FORMULAS = {"en": (206_835, 1_015, 84_600), "de": (180_000, 1_000, 58_500)}
_LONG = 6
_VOWELS_EN = expression("[aeiouyàâäéèêëïîôöùûü]+")
_SILENT_EN = expression("(?<=[^aeiouylr])e[sd]?$|(?<=[aeiouy][lr])e[sd]?$")
_SOUNDED_EN = expression("[td]ed$|[sxz]es$|[cs]hes$|[cg]es$")
_VOWELS_DE = expression("[aä]u|e[iu]|ie|ai|aa|ee|oo|[aeiouyäöüéèêàâ]")


def readability(words: Sequence[str], sentences: Sequence[Sentence], language: str) -> Readability:
    """Return the figures of *sentences* and their *words* in lower case; sentences without words do not count."""
    spoken = sum(bool(sentence.words) for sentence in sentences)
    counts = Counter(words)
    total = sum(syllables(word, language) * count for word, count in counts.items())
    long_words = sum(count for word, count in counts.items() if len(word) > _LONG)
    return Readability(
        language=language,
        words=len(words),
        sentences=spoken,
        syllables=total,
        long_words=long_words,
        reading_ease=_reading_ease(language, len(words), spoken, total),
        lix=_rounded(len(words) * len(words) + 100 * long_words * spoken, spoken * len(words)),
    )


@lru_cache(maxsize=8192)
def syllables(word: str, language: str) -> int:
    """Return an estimate of the syllables of lower-case *word*, at least 1; German by nuclei, else by English rules."""
    if language == "de":
        return max(len(_VOWELS_DE.findall(word)), 1)
    count = len(_VOWELS_EN.findall(word))
    if count > 1 and _SILENT_EN.search(word) and not _SOUNDED_EN.search(word):
        count -= 1
    return max(count, 1)


def _reading_ease(language: str, words: int, sentences: int, syllable_count: int) -> int | None:
    if language not in _FORMULAS or not words:
        return None
    base, per_length, per_syllable = _FORMULAS[language]
    product = words * sentences
    score = base * product - per_length * words * words - per_syllable * syllable_count * sentences
    return _rounded(score, 1000 * product)


def _rounded(numerator: int, denominator: int) -> int:
    """Return the quotient rounded half up, 0 if *denominator* is."""
    return (2 * numerator + denominator) // (2 * denominator) if denominator else 0
