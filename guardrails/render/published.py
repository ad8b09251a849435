"""
What was published, in published form: one publication, and a list of them with the permits that nobody used.

``guardrails.publication/v1`` and ``guardrails.publications/v1``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from guardrails.model.canonical import Json
from guardrails.model.record import Record
from guardrails.render.answer import Receipt
from guardrails.render.moment import minute, rfc3339
from guardrails.render.paint import Paint, printable
from guardrails.render.standing import receipt_json

OUTCOMES = {
    "permitted": "permitted",
    "no-permit": "no permit is known for it",
    "other-text": "the permit is for another text",
    "other-place": "the permit is for another channel or market",
    "outside-time": "the permit was not valid then",
    "revoked": "the permit did not hold any more",
}
"""What came of a publication, in words."""


def publication_json(outcome: str, permit: str, receipt: Receipt) -> dict[str, Json]:
    """Return ``guardrails.publication/v1``."""
    return {
        "schema": "guardrails.publication/v1",
        "outcome": outcome,
        "permit_id": permit or None,
        "audit": receipt_json(receipt),
    }


def listed_publication(record: Record, url: str) -> dict[str, Json]:
    """Return a publication as a list shows it."""
    return {
        "id": record.id,
        "published_at": rfc3339(record.number("published_ms")),
        "url": url,
        "channel": record.text("channel"),
        "market": record.text("market"),
        "permit_id": record.text("permit") or None,
        "outcome": record.text("outcome"),
    }


def publications_json(
    found: Sequence[Mapping[str, Json]], unused: Sequence[Mapping[str, Json]], from_ms: int, until_ms: int
) -> dict[str, Json]:
    """Return ``guardrails.publications/v1``: what was published in ``[from, until)``, and which permits ended unused."""
    return {
        "schema": "guardrails.publications/v1",
        "from": rfc3339(from_ms),
        "until": rfc3339(until_ms),
        "publications": [dict(one) for one in found],
        "unused_permits": [dict(one) for one in unused],
    }


def publication_line(body: Mapping[str, Any], paint: Paint) -> str:
    """Return in a line what came of a publication."""
    is_good = body["outcome"] == "permitted"
    permit = f" ({body['permit_id']})" if body["permit_id"] else ""
    return f"{paint('good' if is_good else 'bad', OUTCOMES[body['outcome']])}{permit}"


def publications_lines(body: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    """Yield a list in words: what was published without a permit first."""
    for one in sorted(body["publications"], key=lambda each: each["outcome"] == "permitted"):
        yield f"{minute(one['published_at'])}  {printable(one['url']) or '(erased)'}  {publication_line(one, paint)}"
    for one in body["unused_permits"]:
        yield f"{one['permit_id']}  {paint('dim', 'never used')}, ended {minute(one['not_after'])}"
    held = sum(one["outcome"] != "permitted" for one in body["publications"])
    yield f"{len(body['publications'])} published, {held} without a permit for it, {len(body['unused_permits'])} permits never used"
