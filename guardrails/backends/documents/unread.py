"""What a document says beside its prose: passages that no rule judges, and addresses in the targets of links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote

from guardrails.text.parsed import ParsedField, Unread

_LISTED = ("code", "script", "style sheet", "template", "text for Outlook")
_SCHEMES = {"mailto:": "mail address in a link", "tel:": "telephone number in a link"}


def with_unread(parsed: ParsedField, passages: Sequence[Unread]) -> ParsedField:
    """Return *parsed* with *passages* and the addresses in its links; kinds of passages are counted as not seen."""
    counts = Counter(passage.what for passage in passages)
    seen = [f"{what} ({_passages(counts[what])})" for what in _LISTED if counts[what]]
    return replace(parsed, unread=(*passages, *_addresses(parsed)), not_seen=(*parsed.not_seen, *seen))


def _passages(count: int) -> str:
    return "1 passage" if count == 1 else f"{count} passages"


def _addresses(parsed: ParsedField) -> Iterator[Unread]:
    """Yield the addresses that links lead to, unless the link's own text shows them."""
    links = [(parsed.text[extent.start : extent.end], parsed.span(extent), target) for extent, target in parsed.links]
    shown = [(text, span.start, span.end, target) for text, span, target in links if span is not None]
    for text, start, end, target in (*shown, *(("", *mute) for mute in parsed.mute_links)):
        what = next((what for scheme, what in _SCHEMES.items() if target.lower().startswith(scheme)), "")
        address, _, query = target.partition(":")[2].partition("?")
        parts = [unquote(address)] if unquote(address).lower() not in text.lower() else []
        said = " ".join([*parts, *_said(query.split("&"))])
        if what and said:
            yield Unread(start, end, what, said)


def _said(parameters: Iterable[str]) -> Iterator[str]:
    """Yield what a mail that the link begins already says."""
    return (unquote(parameter.partition("=")[2]) for parameter in parameters if "=" in parameter)
