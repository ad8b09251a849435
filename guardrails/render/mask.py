"""
Masking: what must not be shown is replaced, code point for code point, by :data:`MASK`.

A finding is masked if it is about a personal datum or a secret, or if its spans or edits overlap one. In its quotes
every code point is masked; wherever else a sensitive slice or match turns up in words (messages, evidence,
instructions, reasons), that slice is. The law is "the quote is the slice, or its mask", so positions stay exact.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from guardrails.model.draft import Field
from guardrails.model.finding import Edit, Finding
from guardrails.model.span import Extent, Extents, Span

MASK = "▇"
_CUT_AT = 119  # rules/run.py cuts a longer match in messages
_WHOLE_WORDS_BELOW = 4  # a shorter slice ("Li") is masked only as a word of its own, or every "li" would go


class Masker:
    """
    Knows what is sensitive in one draft.

    Args:
        fields: The draft's fields, as submitted.

        findings: The findings that are shown.

        spans: Sensitive spans besides theirs, of findings that are not shown.
    """

    def __init__(self, fields: Sequence[Field], findings: Sequence[Finding], spans: Sequence[Span] = ()) -> None:
        sensitive = [finding for finding in findings if finding.sensitive]
        own = (span for finding in sensitive for span in finding.spans)
        self._spans = tuple(dict.fromkeys((*own, *spans)))
        self._places = _by_field(self._spans)
        texts = {field.id: field.text for field in fields}
        slices = (texts[span.field][span.start : span.end] for span in self._spans if span.field in texts)
        self._pattern = _pattern((*(finding.match for finding in sensitive), *slices))

    def covers(self, finding: Finding) -> bool:
        """Tell whether *finding* must be masked."""
        if finding.sensitive or not self._places:
            return finding.sensitive
        edits = (edit.span for fix in finding.fixes for edit in fix.edits)
        return any(self.touches(span) for span in (*finding.spans, *finding.related, *edits))

    def words(self, text: str) -> str:
        """Return *text* with every sensitive slice in it masked."""
        return self._pattern.sub(lambda match: masked(match.group()), text) if self._pattern else text

    def edit(self, edit: Edit) -> str:
        """Return the new text of *edit*; wholly masked where it replaces something sensitive."""
        return masked(edit.text) if self.touches(edit.span) else self.words(edit.text)

    def field(self, field: str, text: str, start: int = 0) -> str:
        """Return *text*, the part of *field* from *start* on, with sensitive spans masked."""
        parts, done = [], 0
        for place in self._places[field].ordered if field in self._places else ():
            low, high = max(place.start - start, done), min(place.end - start, len(text))
            if low < high:
                parts += [text[done:low], masked(text[low:high])]
                done = high
        return "".join((*parts, text[done:])) if parts else text

    def touches(self, span: Span) -> bool:
        """Tell whether *span* shares a code point with something sensitive."""
        return span.field in self._places and self._places[span.field].overlap(Extent(span.start, span.end))


def _by_field(spans: Iterable[Span]) -> dict[str, Extents]:
    sorted_out: defaultdict[str, list[Extent]] = defaultdict(list)
    for span in spans:
        sorted_out[span.field].append(Extent(span.start, span.end))
    return {field: Extents(found) for field, found in sorted_out.items()}


def masked(text: str) -> str:
    """Return the mask of *text*: as long, line ends kept so that lines stay lines."""
    return "".join(char if char in "\r\n" else MASK for char in text)


def _pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    whole = [word.strip() for word in words]
    known = sorted({*whole, *(word[:_CUT_AT] for word in whole)} - {""}, key=lambda word: (-len(word), word))
    return re.compile("|".join(_alternative(word) for word in known), re.IGNORECASE) if known else None


def _alternative(word: str) -> str:
    escaped = re.escape(word)
    return rf"(?<!\w){escaped}(?!\w)" if len(word) < _WHOLE_WORDS_BELOW else escaped
