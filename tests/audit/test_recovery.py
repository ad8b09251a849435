"""After a loss two people accept the gap, and that is on record."""

from __future__ import annotations

import pytest

from guardrails.audit.log import AuditLog
from guardrails.audit.recovery import accept_gap
from guardrails.audit.verify import verified
from guardrails.errors import DraftError, LedgerError
from tests.audit.memory import MemoryKeys, MemoryStore


def clock() -> int:
    """A moment."""
    return 1_700_000_000_000


def after_a_loss() -> tuple[MemoryStore, MemoryKeys]:
    """A store from before two events that the keys have seen."""
    keys = MemoryKeys()
    newest = AuditLog(MemoryStore(), keys, clock)
    old = MemoryStore()
    kept = AuditLog(old, keys, clock)
    kept.append("heartbeat", {})
    for _ in range(3):
        newest.append("heartbeat", {})
    newest.close()
    return old, keys


def test_a_ledger_from_an_old_copy_is_refused() -> None:
    """The control: without acceptance nothing opens it."""
    with pytest.raises(LedgerError) as refused:
        AuditLog(*after_a_loss(), clock)

    assert "ledger-damaged" == refused.value.code


def test_two_people_accept_the_gap() -> None:
    """Then it is written again, verifies, and says what is missing."""
    store, keys = after_a_loss()
    receipt = accept_gap(store, keys, clock, reason="The disk died.", approved_by=("head", "legal"))
    log = AuditLog(store, keys, clock)
    log.append("heartbeat", {})

    record = log.record(receipt.index)
    assert ("recovery", 2) == (record.type, record.number("missing"))
    assert b"The disk died." == log.decrypt(receipt.index, "reason")
    assert verified(store, keys).ok


@pytest.mark.parametrize(
    ("people", "reason", "code"),
    [
        (("head",), "Lost.", "recovery-not-approved"),
        (("head", "head"), "Lost.", "recovery-not-approved"),
        (("head", "legal"), " ", "missing-reason"),
    ],
)
def test_one_person_or_no_reason_is_not_enough(people: tuple[str, ...], reason: str, code: str) -> None:
    """Nothing is recorded and the ledger stays refused."""
    store, keys = after_a_loss()
    before = store.head()
    with pytest.raises(DraftError) as refused:
        accept_gap(store, keys, clock, reason=reason, approved_by=people)

    assert (code, before) == (refused.value.code, store.head())


def test_there_must_be_a_gap() -> None:
    """A ledger that extends what was seen has nothing to accept."""
    store, keys = MemoryStore(), MemoryKeys()
    AuditLog(store, keys, clock).append("heartbeat", {})
    with pytest.raises(DraftError) as refused:
        accept_gap(store, keys, clock, reason="Just so.", approved_by=("head", "legal"))

    assert "no-gap" == refused.value.code
