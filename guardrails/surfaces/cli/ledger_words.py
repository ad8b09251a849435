"""Words that the ledger's commands share."""

from __future__ import annotations


def records(count: int) -> str:
    """Return *count* with its noun."""
    return f"{count} record{'' if count == 1 else 's'}"
