"""
The ledger's index: which earlier records belong to the same work, and how much risk a principal has taken.

The index is a projection: :func:`links_of` makes a record's rows from the record alone, so the whole of it can be made
again at any time (``guardrails ledger rebuild-index``) and verified. Keys of rows:

``thread:…`` ``work:…`` ``content:…`` ``fingerprint:…``
    A binding check by this principal of that thread, campaign and task, content, or with that finding to be revised.
``risk``
    The row's amount is the sum of the severities (1–4) of findings that were waived or approved for the principal.
``policy:…``
    A policy was activated, or used for the first time. (Here and below the principal is empty.)
``activation``
    People put a policy in force: the last one is. A first use is none.
``escalated``
    A binding check that asked a person; ``content:…`` says which text.
``rests_on:…``
    A binding check of a text that rests on a fact or a source.
``review`` ``waiver`` ``stop`` ``dispute`` ``withdrawal`` ``erasure`` ``key_event`` ``permit`` ``permit_revoked``
``break_glass`` ``published`` ``policy_proposed`` ``heartbeat`` ``hold`` ``approval``
    Every event of that type; ``review:…`` every answer to one review, ``ruling:…`` the last word about a text.
``permit:…`` ``permit_of:…`` ``permit_for:…``
    The permit of that id; those issued after that check; those for that text or canon.
``break_glass:…``
    Every wish to publish the held text of that check, and the permits that came of them.
``asked:…``
    What one person approved that takes two, and what was done because a second one did.
``revoked:…``
    The revocation of that permit.
``published:…`` ``publication:…``
    Something was published under that permit; that address at that moment.
``waived:…``
    A binding check in which that waiver lifted something.
"""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.audit.store import Link
from guardrails.model.record import Record

RISK = "risk"
DAY_MS = 86_400_000
ROUNDS_MS = 7 * DAY_MS
RISK_MS = 30 * DAY_MS


def links_of(record: Record, index: int = 0) -> tuple[Link, ...]:
    """Return the index rows of *record*, sorted; none for a check that does not bind."""
    is_check = record.type == "check"
    if is_check and record.member("binding") is not True:
        return ()
    own = _work_keys(record) if is_check else ()
    shared = _check_keys(record) if is_check else _event_keys(record)
    principal, at_ms, risk = record.text("principal", "ref"), record.at_ms, record.number("risk")
    rows = [Link("", key, at_ms, index) for key in set(shared)]
    rows += [Link(principal, key, at_ms, index) for key in set(own)]
    if risk:
        rows.append(Link(principal, RISK, at_ms, index, risk))
    rows.sort()
    return tuple(rows)


def policy_key(digest: str) -> str:
    """Return the key under which the activation of a policy is found."""
    return f"policy:{digest}"


def ruling_key(content_ref: str) -> str:
    """Return the key under which the last word about a text is found."""
    return f"ruling:{content_ref}"


def answers_key(review_id: str) -> str:
    """Return the key under which the answers to a review are found."""
    return f"review:{review_id}"


def waived_key(waiver_id: str) -> str:
    """Return the key under which the checks are found in which a waiver lifted something."""
    return f"waived:{waiver_id}"


def permit_key(permit_id: str) -> str:
    """Return the key under which a permit is found."""
    return f"permit:{permit_id}"


def permit_of_key(check_id: str) -> str:
    """Return the key under which the permit issued after a check is found."""
    return f"permit_of:{check_id}"


def permit_for_key(ref: str) -> str:
    """Return the key under which the permits for a text or a canon are found, by its reference."""
    return f"permit_for:{ref}"


def break_glass_key(check_id: str) -> str:
    """Return the key under which the wish to publish a held text is found, and the permit that came of it."""
    return f"break_glass:{check_id}"


def revoked_key(permit_id: str) -> str:
    """Return the key under which the revocation of a permit is found."""
    return f"revoked:{permit_id}"


def published_key(permit_id: str) -> str:
    """Return the key under which publications under a permit are found."""
    return f"published:{permit_id}"


def publication_key(ref: str) -> str:
    """Return the key under which what was published at an address at a moment is found, by its reference."""
    return f"publication:{ref}"


def asked_key(ref: str) -> str:
    """Return the key under which approvals of one thing are found, and its being done, by its reference."""
    return f"asked:{ref}"


def rests_on_key(ref: str) -> str:
    """Return the key under which texts that rest on a fact or source are found."""
    return f"rests_on:{ref}"


def work_keys(*, thread: str, work: str, content: str, fingerprints: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys that tie checks to one piece of work, from references; an empty one ties nothing."""
    keys = [f"fingerprint:{one}" for one in fingerprints]
    if thread:
        keys.append(f"thread:{thread}")
    if work:
        keys.append(f"work:{work}")
    if content:
        keys.append(f"content:{content}")
    return tuple(keys)


EVENTS = (
    "review", "waiver", "stop", "dispute", "withdrawal", "erasure", "key_event", "permit", "permit_revoked",
    "published", "break_glass", "policy_proposed", "heartbeat", "hold", "approval",
)  # fmt: skip
"""Types of records that are found by their type alone."""

ESCALATED = "escalated"
ACTIVATION = "activation"
PROPOSED = "policy_proposed"


ACTIVATING = ("activated", "rolled-back")
"""Events of a ``policy_activated`` record that put a policy in force; the other one is ``first-use``."""


def _event_keys(record: Record) -> Iterator[str]:
    if record.type == "policy_activated":
        yield policy_key(record.text("policy_digest"))
        if record.text("event") in ACTIVATING:
            yield ACTIVATION
    if record.type in EVENTS:
        yield record.type
    if record.type in ("approval", "erasure", "hold") and record.text("asked_ref"):
        yield asked_key(record.text("asked_ref"))
    if record.type == "review":
        yield answers_key(record.text("review"))
        if record.member("final") is True:
            yield ruling_key(record.text("content_ref"))
    if record.type in ("permit", "permit_revoked", "break_glass", "published"):
        yield from _permit_keys(record)


def _permit_keys(record: Record) -> Iterator[str]:
    match record.type:
        case "permit":
            is_pass = record.text("event") == "issued"
            yield permit_key(record.text("permit_id"))
            yield from map(permit_for_key, {record.text("content_ref"), record.text("canon_ref")})
            yield (permit_of_key if is_pass else break_glass_key)(record.text("check"))
        case "permit_revoked":
            yield revoked_key(record.text("permit"))
        case "break_glass":
            yield break_glass_key(record.text("check"))
        case "published":
            yield publication_key(record.text("publication_ref"))
            if record.text("permit"):
                yield published_key(record.text("permit"))


def _check_keys(check: Record) -> Iterator[str]:
    if check.text("verdict") == "escalate":
        yield ESCALATED
    yield from map(rests_on_key, check.texts("rests_on"))
    yield from map(waived_key, check.texts("waivers"))


def _work_keys(check: Record) -> tuple[str, ...]:
    return work_keys(
        thread=check.text("thread_ref"),
        work=check.text("work_ref"),
        content=check.text("content_ref"),
        fingerprints=check.texts("revise"),
    )
