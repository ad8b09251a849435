"""What an erasure takes, what it leaves, and what it says of itself."""

from dataclasses import replace

import pytest

from guardrails.audit import tlog
from guardrails.audit.entry import Idempotency
from guardrails.audit.erased import Span, Taken, erased_by
from guardrails.audit.erasure import Approval, erase, erase_spans
from guardrails.audit.log import AuditLog
from guardrails.errors import DraftError, LedgerError
from guardrails.model.record import Record
from tests.audit.memory import MemoryKeys, MemoryStore
from tests.audit.samples import APPROVED, Clock, check, erase_text, sqlite_log


@pytest.fixture(params=["memory", "sqlite"])
def log(request, tmp_path):
    """A log over stores in memory, and over SQLite."""
    made = AuditLog(MemoryStore(), MemoryKeys(), Clock()) if request.param == "memory" else sqlite_log(tmp_path)
    yield made
    made.close()


def answered(log):
    """Record a check whose answer is remembered."""
    return log.append_check(check(log, idempotency=Idempotency("key-1", "b1", lambda _: b"CANARY-quote")))


def counts(log):
    """Return how many records are intact, erased and unaccounted for."""
    report = log.verify()
    return report.intact, report.erased, report.unaccounted


def test_erased_copy_is_gone_and_proofs_still_hold(log):
    """After an erasure no words open, the record and its proof stay, and the report tells erased from lost."""
    receipts = [answered(log), log.append_check(check(log))]
    erase_text(log, receipts[0].record_id)
    left = {part for part in check(log).parts if log.keys.part_key(receipts[0].record_id, part)}
    leaf = bytes.fromhex(receipts[0].leaf_hash)

    assert {"engine_input"} == left
    assert log.decrypt(0, "engine_input") == b"CANARY-input"
    assert tlog.inclusion_holds(0, 3, leaf, log.inclusion_proof(0), log.head().root)
    assert counts(log) == (2, 1, 0)
    assert log.verify().ok


def test_a_remembered_answer_goes_with_its_text(log):
    """After an erasure the idempotency key gives nothing back: neither row nor key is there."""
    receipt = answered(log)
    erase_text(log, receipt.record_id)

    assert log.keys.part_key(receipt.record_id, "answer") is None
    assert log.answers.given(check(log).principal, "key-1", "b1", now_ms=log.clock()) is None


def test_one_field_goes_alone(log):
    """What is not named stays readable, and the record of it names the parts."""
    fields = {"context": b"{}", "field:0": b"one", "field:1": b"two"}
    receipt = log.append_check(check(log, draft_parts=fields))
    (done,) = erase(log, [Taken(0, receipt.record_id, ("field:0",))], APPROVED, target=receipt.record_id)
    with pytest.raises(LedgerError) as caught:
        log.decrypt(0, "field:0")

    assert caught.value.code == "payload-missing"
    assert log.decrypt(0, "field:1") == b"two"
    assert [{"record": receipt.record_id, "parts": ["field:0"]}] == log.record(done.index).member("erased")
    assert counts(log) == (1, 1, 0)


def test_an_erasure_accounts_for_nothing_else(log):
    """A part that vanished beside an erased one is unaccounted for."""
    receipt = log.append_check(check(log))
    erase(log, [Taken(0, receipt.record_id, ("field:0",))], APPROVED)
    log.keys.drop([(receipt.record_id, "assessment")])

    assert counts(log) == (1, 0, 1)
    assert [(0, "key-missing", "assessment")] == [(one.index, one.what, one.detail) for one in log.verify().problems]


def test_an_erasure_accounts_for_earlier_records_only(log):
    """Whoever announces an erasure of what is still to come makes nothing vanish by it."""
    log.append("erasure", {"erased": [{"type": "check", "parts": ["field:*"], "ranges": [[0, 9]]}]})
    receipt = log.append_check(check(log))
    log.keys.drop([(receipt.record_id, "field:0")])

    assert counts(log) == (1, 0, 1)


@pytest.mark.parametrize("people", [("ann",), ("ann", "ann")])
def test_an_erasure_needs_two_people(people):
    """One person alone erases nothing."""
    with pytest.raises(DraftError) as caught:
        replace(APPROVED, approved_by=people)

    assert caught.value.code == "erasure-not-approved"


def test_a_ground_is_a_code():
    """Free words about a person are no ground."""
    with pytest.raises(DraftError) as caught:
        Approval("Ms Smith asked", "ticket 7", ("ann", "bo"))

    assert caught.value.code == "erasure-ground"


def test_an_unknown_check_cannot_be_erased(log):
    """Erasing nothing is a mistake, and no record."""
    with pytest.raises(DraftError) as caught:
        erase_text(log, "chk_none")

    assert caught.value.code == "not-found"
    assert log.head().size == 0


@pytest.mark.parametrize("body", [{}, {"erased": [{"parts": ["field:0"]}]}])
def test_an_erasure_cut_short_is_noticed_and_finished(log, body):
    """An erasure record whose keys are still there is a problem until erasing again, which records nothing new."""
    receipt = log.append_check(check(log))
    entries = [{**one, "record": receipt.record_id} for one in body.get("erased", ())]
    log.append("erasure", {"target": receipt.record_id, **({"erased": entries} if entries else {})})
    unfinished = [problem.what for problem in log.verify().problems]
    parts = ("field:0",) if entries else tuple(check(log).parts)
    (again,) = erase(log, [Taken(0, receipt.record_id, parts)], APPROVED)

    assert ["erasure-unfinished"] == unfinished
    assert again.index == 1
    assert log.head().size == 2
    assert log.verify().ok


def test_a_span_takes_one_type_within_its_ranges(log):
    """Retention names many records in one: by type and index, with all fields under one name."""
    receipts = [log.append_check(check(log)) for _ in range(4)]
    log.append("stop", {"event": "set"}, parts={"reason": b"r"})
    erase_spans(log, [Span("check", ("field:*", "context"), ((0, 2), (3, 9)))], {"ground": "retention"})
    left = [bool(log.keys.part_key(one.record_id, "field:0")) for one in receipts]

    assert [False, False, True, False] == left
    assert log.decrypt(0, "assessment") == b"CANARY-quote"
    assert counts(log) == (3, 3, 0)
    assert log.verify().ok


def test_an_erasure_accounts_for_what_stands_before_it_however_far_it_says(log):
    """Ranges that overlap, are empty or go on for ever name each earlier record once, and take no time."""
    for _ in range(3):
        log.append_check(check(log))
    ranges = [[1, 2**53 - 1], [1, 2], [2, 2], [-(2**53) + 1, 0]]
    log.append("erasure", {"erased": [{"type": "check", "parts": ["context"], "ranges": ranges}]})
    log.append_check(check(log))

    assert [(1, "erasure-unfinished"), (2, "erasure-unfinished")] == [
        (one.index, one.what) for one in log.verify().problems
    ]


def test_what_takes_more_than_a_leaf_holds_is_several_records(log):
    """No record of an erasure outgrows the entry bundles of tlog-tiles."""
    receipts = [log.append_check(check(log)) for _ in range(3)]
    names = tuple(f"field:{number}" for number in range(3000))
    erase(log, [Taken(one.index, one.record_id, names) for one in receipts], APPROVED)

    assert [record.type for _, record in log.records()] == ["check"] * 3 + ["erasure"] * 3
    assert log.verify().ok


def test_erasures_of_every_version_are_read():
    """A target, single records, and ranges of a type account for what is gone before them; nothing else does."""
    bodies = (
        {"target": "chk_a"},
        {"erased": [{"record": "chk_b", "parts": ["draft"]}]},
        {"erased": [{"type": "check", "parts": ["*"], "ranges": [[3, 5], [4, 6]]}]},
    )
    erased = erased_by((10 + n, Record(f"rec_{n}", "erasure", 1, body)) for n, body in enumerate(bodies))

    gone = [(0, "chk_a"), (0, "chk_b"), (3, "chk_c"), (5, "chk_c")]
    assert [True] * 4 == [erased.touch(at, name) for at, name in gone]
    assert [False] * 3 == [erased.touch(at, name) for at, name in ((6, "chk_c"), (0, ""), (10, "chk_a"))]
    assert not erased.touch(4, "x", "review")
    assert 5 == erased.count()
