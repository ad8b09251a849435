"""
Going on after records were lost: a ledger restored from an old copy no longer extends the head that its keys have seen.

Two people accept the gap, and that is a record of its own: how many records are known to be missing, the head that was
seen, why. The record comes first, the keys' memory after it; a crash between the two leaves the ledger refused, and
doing it again finishes it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from guardrails.audit.entry import Receipt
from guardrails.audit.ids import Clock, Entropy
from guardrails.audit.log import AuditLog
from guardrails.audit.store import KeyStore, RecordStore
from guardrails.audit.verify import rolled_back
from guardrails.errors import DraftError

TWO_PEOPLE = 2


def accept_gap(
    store: RecordStore,
    keys: KeyStore,
    clock: Clock,
    *,
    reason: str,
    approved_by: Sequence[str],
    entropy: Entropy = secrets.token_bytes,
) -> Receipt:
    """
    Record that two people accept the loss of records, and let the ledger be written again.

    Raises:
        DraftError: ``no-gap`` if nothing is missing; ``recovery-not-approved`` unless two different people approved;
            ``missing-reason``.
    """
    people = sorted(set(approved_by))
    if len(people) < TWO_PEOPLE:
        raise DraftError("recovery-not-approved", "two different people must accept the loss of records")
    if not reason.strip():
        raise DraftError("missing-reason", "the reason is missing: every decision says why")
    seen, why = keys.seen(), rolled_back(store, keys.seen())
    if seen is None or not why:
        raise DraftError("no-gap", "the ledger extends everything its keys have seen: nothing to accept")
    log = AuditLog(store, keys, clock, entropy, accept_gap=True)
    found = store.head()
    receipt = log.append(
        "recovery",
        {
            "found": {"size": found.size, "root": found.root.hex()},
            "seen": {"size": seen.size, "root": seen.root.hex()},
            "missing": max(seen.size - found.size, 0),
            "approved_by": [log.refs.of("person", who) for who in people],
        },
        parts={"reason": reason.strip().encode("utf-8")},
    )
    keys.reset_seen(store.head())
    return receipt
