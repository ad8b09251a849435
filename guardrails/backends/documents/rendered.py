"""Markdown as HTML, by the parser that reads it: what the rules saw is what ``content-canon/1`` is made of."""

from __future__ import annotations

from guardrails.backends.documents.front_matter import front_matter
from guardrails.backends.documents.markdown import PARSER


def html_of(markdown: str) -> str:
    """Return *markdown* as HTML, without its front matter and as it would be published otherwise."""
    body = markdown[front_matter(markdown).end :].removeprefix("\ufeff")
    html: str = PARSER.html(body)
    return html
