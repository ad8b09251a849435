"""Reads HTML: pages, fragments, newsletters. Code, scripts and drawings are no prose, labels and titles are."""

from __future__ import annotations

from guardrails.backends.documents.markup import Markup
from guardrails.backends.documents.unread import with_unread
from guardrails.model.draft import Field
from guardrails.text.parsed import ParsedField
from guardrails.text.prose import Prose


def read(field: Field) -> ParsedField:
    """Read an HTML field; any string is acceptable, however broken its markup."""
    prose = Prose(field.text)
    markup = Markup(prose)
    markup.feed(field.text, 0)
    markup.finish()
    parsed = prose.parsed(field, suppressions=markup.suppressions, not_seen=markup.not_seen)
    return with_unread(parsed, markup.unread)
