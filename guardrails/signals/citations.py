"""
Pointers to sources: addresses, DOIs, numbered references, fact ids, source lines, attributions and links.

An attribution is a cue ("according to", "laut", "selon") with the name after it, up to the next comma, bracket or
end of the sentence, six words at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from guardrails.matching.pattern import compile_pattern
from guardrails.model.span import Extent
from guardrails.signals.signal import Citation
from guardrails.text.expression import expression

_Kind = Literal["url", "doi", "reference", "source", "attribution", "link", "fact"]

# The shape of a DOI is that of https://www.crossref.org/blog/dois-and-matching-regular-expressions/.
_CITATION = expression(
    r"(?P<doi>(?:https?://(?:dx\.)?doi\.org/|\bdoi:\s?)?\b10\.\d{4,9}/[-._;()/:\w]*[\w/])"
    r"|(?P<url>(?:https?://|\bwww\.)[^\s<>\"“”«»]+[^\s<>\"“”«».,;:!?)\]'’])"
    r"|\[fact:\s?(?P<fact>[\w.:/-]+)\]"
    r"|\[\^?(?P<reference>\d{1,3})\]"
    r"|(?<!\w)(?:(?:data\s+)?sources?|(?:daten)?quellen?|références?)\s?:\s*(?P<source>[^\s][^\n]{0,200})"
    r"|(?<!\w)(?:according\s+to|as\s+reported\s+by|(?:data|figures|research|a\s+(?:study|survey|report))\s+"
    r"(?:from|by)|laut|gemäß|zufolge|nach\s+angaben\s+(?:von|der|des)|selon|d['’]après)\s+"
    r"(?P<attribution>[^\s,.;:()]+(?:\s+[^\s,.;:()]+){0,5})",
    re.IGNORECASE,
)

# One of these is in every citation; linear, so that text without any costs next to nothing.
_CUE = compile_pattern(
    r"10\.\d{4}|https?:|www\.|\[fact:|\[\^?\d|(?:source|quelle|référence)\pL*\s?:|according\s+to|reported\s+by|(?:data|figures|research|study|survey|report)\s+(?:from|by)|laut|gemäß|"
    r"zufolge|angaben|selon|d['’]après",
    ignore_case=True,
)


def citations(text: str, links: Sequence[tuple[Extent, str]]) -> tuple[Citation, ...]:
    """Return the citations of *text* and its *links*, sorted."""
    found = [*_in_text(text), *(Citation(extent, "link", target) for extent, target in links)]
    return tuple(sorted(found, key=lambda c: (c.extent, c.kind, c.target)))


def _in_text(text: str) -> Iterator[Citation]:
    kinds: tuple[_Kind, ...] = ("doi", "url", "fact", "reference", "source", "attribution")
    if next(iter(_CUE.finditer(text)), None) is None:
        return
    for found in _CITATION.finditer(text):
        for kind in kinds:
            if found[kind]:
                yield Citation(Extent(*found.span()), kind, _target(kind, found[kind]))


def _target(kind: _Kind, words: str) -> str:
    if kind == "doi":
        return words[words.index("10.") :].lower()
    return " ".join(words.split())
