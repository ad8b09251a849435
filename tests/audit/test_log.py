"""What the audit log records, finds again and counts."""

import secrets

import pytest

from guardrails.audit import tlog
from guardrails.audit.log import AuditLog
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.errors import LedgerError
from guardrails.model.context import Principal
from guardrails.model.record import record_bytes
from tests.audit.memory import MemoryKeys, MemoryStore
from tests.audit.samples import CANARIES, NOON, WRITER, Clock, check, sqlite_log

OTHER = Principal("agent", "other")


def test_a_check_is_found_with_its_receipt(log):
    """The receipt says where the record is, and its proof leads to the head."""
    receipts = [log.append_check(check(log)) for _ in range(5)]
    found = log.find_check(receipts[3].record_id)
    head = log.head()
    leaf = tlog.leaf_hash(record_bytes(found.record))

    assert receipts[3] == found.receipt
    assert leaf.hex() == receipts[3].leaf_hash
    assert tlog.inclusion_holds(3, 5, leaf, log.inclusion_proof(3), head.root)


def test_a_record_says_what_was_decided(log):
    """Verdict, codes, counts and closed values stand in the record; nothing else is needed to count."""
    record = log.find_check(log.append_check(check(log)).record_id).record

    assert (
        record.type,
        record.at_ms,
        record.text("verdict"),
        record.member("binding"),
    ) == ("check", NOON, "revise", True)
    assert record.member("rules") == [{"id": "brand.superlatives", "calls_for": "revise", "count": 1}]
    assert (
        record.texts("reasons"), record.texts("channels"), record.texts("markets"),
    ) == (("findings",), ("press",), ("de",))  # fmt: skip
    assert sorted(record.commitments()) == ["assessment", "context", "engine_input", "field:0", "state"]


def test_no_copy_and_no_person_stand_in_a_record(log):
    """Neither text nor agent nor thread is readable in the canonical bytes."""
    data = record_bytes(log.find_check(log.append_check(check(log)).record_id).record)

    assert [canary for canary in CANARIES if canary in data] == []


def test_equal_drafts_have_different_commitments(log):
    """A fresh salt per part keeps equal copy from showing."""
    records = [log.find_check(log.append_check(check(log)).record_id).record for _ in range(2)]

    assert records[0].commitments().keys() == records[1].commitments().keys()
    assert not set(records[0].commitments().values()) & set(records[1].commitments().values())


def test_every_part_can_be_read_again(log):
    """Decryption gives back what was handed over."""
    entry = check(log)
    index = log.append_check(entry).index

    assert entry.parts == {part: log.decrypt(index, part) for part in entry.parts}


def test_other_ledgers_have_other_references():
    """The same principal cannot be followed from one ledger to another."""
    logs = [AuditLog(MemoryStore(), MemoryKeys(), Clock()) for _ in range(2)]

    assert logs[0].refs.principal(WRITER) != logs[1].refs.principal(WRITER)
    assert logs[0].refs.of("person", "x") != logs[0].refs.of("thread", "x")
    assert logs[0].refs.of("person", "") == ""


def test_what_is_unknown_is_said(log):
    """An unknown index, part or id is told apart from damage."""
    log.append_check(check(log))
    with pytest.raises(LedgerError) as unknown:
        log.decrypt(9, "field:0")
    with pytest.raises(LedgerError) as missing:
        log.decrypt(0, "none")

    assert (unknown.value.code, missing.value.code) == ("record-unknown", "payload-missing")
    assert log.find_check("chk_none") is None


def test_other_events_are_no_checks(log):
    """A stop is recorded with its text encrypted, and is not found as a check."""
    receipt = log.append("stop", {"scope": "all"}, parts={"reason": b"CANARY-draft"})

    assert log.decrypt(receipt.index, "reason") == b"CANARY-draft"
    assert log.find_check(receipt.record_id) is None
    with pytest.raises(ValueError, match="no record of type"):
        log.append("gossip", {})


def test_without_a_durable_key_there_is_no_record(clock):
    """If the keys cannot be kept, nothing is recorded."""

    class FullKeys(MemoryKeys):
        def put(self, keys, seen):
            raise LedgerError("ledger-full", "no room")

    log = AuditLog(MemoryStore(), FullKeys(), clock)
    with pytest.raises(LedgerError):
        log.append_check(check(log))

    assert log.head().size == 0


def test_closing_a_broken_log_closes_both(clock):
    """A store that cannot say its head is closed, its keys too, and the error is told."""
    closed = []

    class Broken(MemoryStore):
        def close(self):
            closed.append("store")

    class Keys(MemoryKeys):
        def close(self):
            closed.append("keys")

    def fails():
        raise LedgerError("ledger-damaged", "the head is missing")

    store = Broken()
    log = AuditLog(store, Keys(), clock)
    store.head = fails
    with pytest.raises(LedgerError):
        log.close()

    assert closed == ["store", "keys"]


def test_an_old_copy_of_the_ledger_is_refused(tmp_path):
    """A ledger that does not extend the head its keys have seen is not opened."""
    log = sqlite_log(tmp_path)
    log.append_check(check(log))
    log.close()
    old = (tmp_path / "ledger.db").read_bytes()
    log = sqlite_log(tmp_path)
    log.append_check(check(log))
    log.close()
    (tmp_path / "ledger.db").write_bytes(old)
    with pytest.raises(LedgerError) as caught:
        sqlite_log(tmp_path)

    assert caught.value.code == "ledger-damaged"


def test_a_forked_ledger_is_refused(tmp_path):
    """A ledger as long as the one seen, with other records, is not opened."""
    log = sqlite_log(tmp_path)
    log.append_check(check(log))
    log.close()
    (tmp_path / "ledger.db").unlink()
    fork = SqliteStore(tmp_path / "ledger.db")
    fork.append("chk_other", b"{}")
    fork.close()
    with pytest.raises(LedgerError, match="not those that have been seen"):
        sqlite_log(tmp_path)


def test_ids_come_from_clock_and_entropy(clock):
    """The same time and the same entropy give the same id; it sorts by time."""
    log = AuditLog(MemoryStore(), MemoryKeys(), clock, entropy=bytes)
    early = log.new_check_id()
    clock.now_ms += 1

    digits = ["0123456789abcdefghjkmnpqrstvwxyz".index(digit) for digit in early.removeprefix("chk_")]

    assert len(digits) == 26
    assert sum(digit << 5 * place for place, digit in enumerate(reversed(digits))) == NOON << 80
    assert early < log.new_check_id()
    assert log.new_check_id() != AuditLog(MemoryStore(), MemoryKeys(), clock, secrets.token_bytes).new_check_id()
