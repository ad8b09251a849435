"""What a document says beside its prose: passages that no rule judges, and addresses in the targets of links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote

from guardrails.text.parsed import ParsedField, Unread

_LISTED = ("code", "script", "style sheet", "template")
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
    for extent, target in parsed.links:
        what = next((what for scheme, what in _SCHEMES.items() if target.lower().startswith(scheme)), "")
        if not what:
            continue
        address, _, query = target.partition(":")[2].partition("?")
        shown = parsed.text[extent.start : extent.end].lower()
        parts = [unquote(address)] if unquote(address).lower() not in shown else []
        said = " ".join([*parts, *_said(query.split("&"))])
        if said:
            span = parsed.span(extent)
            yield Unread(span.start if span else 0, span.end if span else len(parsed.source), what, said)


def _said(parameters: Iterable[str]) -> Iterator[str]:
    """Yield what a mail that the link begins already says."""
    return (unquote(parameter.partition("=")[2]) for parameter in parameters if "=" in parameter)
