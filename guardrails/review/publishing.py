"""
What was published, held against permits: the last link from a check to the page that the public sees.

Whoever publishes reports the address, the moment, and the permit or a digest of the text (of its canon, or of its fields).
What came out is on the record: ``permitted``; ``no-permit`` if no permit is known for it; ``other-text``, ``other-place``,
``outside-time`` or ``revoked`` if there is one, but not for this. The address is encrypted beside the record. Reporting the same address
and moment again changes nothing, unless it is for another channel or market.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from guardrails.audit import tlog
from guardrails.audit.entry import Receipt
from guardrails.audit.log import AuditLog
from guardrails.audit.permit import SKEW_MS
from guardrails.audit.projection import permit_for_key, permit_key, publication_key, published_key
from guardrails.audit.store import Expected
from guardrails.errors import DraftError, LedgerError
from guardrails.gate import Gate
from guardrails.model.canonical import Json, canonical
from guardrails.model.context import Actor
from guardrails.model.record import Record, record_bytes
from guardrails.review.revoking import Ending

PERMITTED = "permitted"
NO_PERMIT = "no-permit"


class Publication(NamedTuple):
    """
    Something that was published at *at_ms*; *permit* or *content_sha256* says what (the digest may be of text or canon).

    Empty *channel* and *market* are not compared.
    """

    url: str
    at_ms: int
    channel: str = ""
    market: str = ""
    permit: str = ""
    content_sha256: str = ""


class Matched(NamedTuple):
    """What came of a publication: an outcome, the permit it was held against if any, and where that is recorded."""

    outcome: str
    permit: str
    receipt: Receipt


def record_published(gate: Gate, said: Publication, actor: Actor) -> Matched:
    """
    Record that something was published.

    Raises:
        DraftError: ``published-later`` if it lies in the future; ``nothing-named`` without permit and digest;
            ``unknown-channel`` or ``unknown-market``.
    """
    if said.at_ms > gate.clock() + SKEW_MS:
        raise DraftError("published-later", "what is reported as published lies in the future")
    if not said.permit and not said.content_sha256:
        raise DraftError("nothing-named", "a publication names its permit, or the digest of its text")
    _require_known(gate, "channel", said.channel)
    _require_known(gate, "market", said.market)
    ref = gate.log.refs.of("publication", canonical([said.url, said.at_ms]).decode())
    known = gate.log.indices(publication_key(ref))
    for index in known:
        if _is_the_same(said, gate.log.record(index)):
            return _known(gate.log, index)
    permit, outcome = _held_against(gate, said)
    body = _body(gate, said, permit, outcome, actor) | {"publication_ref": ref}
    try:
        receipt = gate.log.append(
            "published",
            body,
            parts={"url": said.url.encode("utf-8")},
            expected=Expected(publication_key(ref), len(known)),
        )
    except LedgerError as error:
        if error.code != "overtaken":
            raise
        return record_published(gate, said, actor)
    return Matched(outcome, permit, receipt)


def publications(log: AuditLog, from_ms: int = 0, until_ms: int | None = None) -> Iterator[tuple[int, Record]]:
    """Yield what was published in ``[from_ms, until_ms)``, by the moment of publication, and where its record stands."""
    for index in log.indices("published"):
        record = log.record(index)
        at_ms = record.number("published_ms")
        if from_ms <= at_ms and (until_ms is None or at_ms < until_ms):
            yield index, record


def unused_permits(log: AuditLog, from_ms: int, until_ms: int) -> Iterator[tuple[int, Record]]:
    """Yield the permits that ended in ``[from_ms, until_ms)`` by their time, and under which nothing was published."""
    for index in log.indices("permit"):
        record = log.record(index)
        if from_ms <= record.number("until_ms") < until_ms and not log.indices(published_key(record.text("permit_id"))):
            yield index, record


def address_of(log: AuditLog, index: int) -> str:
    """Return the address of the publication whose record stands at *index*; empty if it was erased."""
    try:
        return log.decrypt(index, "url").decode("utf-8")
    except LedgerError as error:
        if error.code != "payload-missing":
            raise
        return ""


def _require_known(gate: Gate, key: str, value: str) -> None:
    """Refuse a value that the workspace has not: the record says it in clear, and nothing else may stand there."""
    known = dict(gate.policy.workspace.values).get(key, ())
    if value and value not in known:
        near = get_close_matches(value, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known) or 'none'}"
        raise DraftError(f"unknown-{key}", f"the workspace has no such {key}", help=hint)


def _held_against(gate: Gate, said: Publication) -> tuple[str, str]:
    """Return the permit that a publication is held against, and what comes of it: of several the one that fits best."""
    outcomes = [(_outcome(gate, said, one), one.text("permit_id")) for one in _candidates(gate.log, said)]
    fitting = [permit for outcome, permit in outcomes if outcome == PERMITTED]
    if fitting:
        return fitting[-1], PERMITTED
    outcome, permit = outcomes[-1] if outcomes else (NO_PERMIT, "")
    return permit, outcome


def _candidates(log: AuditLog, said: Publication) -> list[Record]:
    if said.permit:
        return [log.record(index) for index in log.indices(permit_key(said.permit))]
    keys = [permit_for_key(log.refs.of(kind, said.content_sha256)) for kind in ("content", "canon")]
    return [log.record(index) for index in sorted({index for key in keys for index in log.indices(key)})]


def _outcome(gate: Gate, said: Publication, permit: Record) -> str:
    log, end = gate.log, Ending.now(gate).of(permit)
    texts = {permit.text("content_ref"), permit.text("canon_ref")}
    if said.content_sha256 and texts.isdisjoint(
        log.refs.of(kind, said.content_sha256) for kind in ("content", "canon")
    ):
        return "other-text"
    places = ((said.channel, permit.texts("channels")), (said.market, permit.texts("markets")))
    if any(wanted and wanted not in permitted for wanted, permitted in places):
        return "other-place"
    if not permit.number("from_ms") - SKEW_MS <= said.at_ms < permit.number("until_ms"):
        return "outside-time"
    return "revoked" if end is not None and end.since_ms <= said.at_ms else PERMITTED


def _is_the_same(said: Publication, known: Record) -> bool:
    """Tell whether what is said again names no other place than what is *known*."""
    places = ((said.channel, known.text("channel")), (said.market, known.text("market")))
    return all(not again or again == before for again, before in places)


def _known(log: AuditLog, index: int) -> Matched:
    record = log.record(index)
    receipt = Receipt(record.id, index, tlog.leaf_hash(record_bytes(record)).hex())
    return Matched(record.text("outcome"), record.text("permit"), receipt)


def _body(gate: Gate, said: Publication, permit: str, outcome: str, actor: Actor) -> dict[str, Json]:
    log = gate.log
    return {
        "published_ms": said.at_ms,
        "channel": said.channel,
        "market": said.market,
        "permit": permit,
        "named_ref": log.refs.of("permit", said.permit),
        "text_ref": log.refs.of("published", said.content_sha256),
        "outcome": outcome,
        **log.refs.acted(actor),
    }
