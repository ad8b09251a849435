"""What a ledger must extend before it is written to: the head its keys have seen, and its own last checkpoint."""

from __future__ import annotations

from guardrails.audit.store import KeyStore, RecordStore
from guardrails.audit.verify import rolled_back
from guardrails.errors import LedgerError


def require_no_rollback(store: RecordStore, keys: KeyStore) -> None:
    """
    Refuse a ledger that is older than what is known of it.

    Raises:
        LedgerError: ``ledger-damaged``; ``keys-missing`` if these keys have seen none of its records.
    """
    size = store.head().size
    seen = keys.seen()  # after the size: a head is kept before the first record is written
    if size and seen is None:
        raise LedgerError(
            "keys-missing",
            "this ledger has records, and its key database has seen none of them",
            help="Restore the newest copy of the key database; docs/operate.md, “The keys are lost”.",
        )
    why = rolled_back(store, seen) or _behind(store)
    if why:
        raise LedgerError(
            "ledger-damaged",
            why,
            help="Restore the newest copy; if there is none: guardrails ledger recover --accept-gap.",
        )


def _behind(store: RecordStore) -> str:
    note = store.last_checkpoint()
    if note is None:
        return ""
    from guardrails.audit.checkpoint import behind  # a ledger without checkpoints starts sooner

    return behind(store, note)
