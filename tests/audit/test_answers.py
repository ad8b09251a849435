"""Answers that are remembered under an idempotency key."""

import pytest

from guardrails.audit.entry import Idempotency
from guardrails.errors import DraftError, LedgerError
from guardrails.model.context import Principal
from tests.audit.samples import DAY_MS, WRITER, check

OTHER = Principal("agent", "other")


def given(log, principal, key, body):
    """Return the answer that was given to this request before, as of now."""
    return log.answers.given(principal, key, body, now_ms=log.clock())


def remembered(log, body="b1", **changes):
    """Record a check whose answer is remembered."""
    answer = Idempotency("key-1", body, lambda receipt: f"CANARY-quote {receipt.index}".encode())
    return log.append_check(check(log, idempotency=answer, **changes))


def test_an_answer_is_given_again(log):
    """The same key and body get the first answer; the same key of another principal is another key."""
    log.append_check(check(log))
    remembered(log)

    assert given(log, WRITER, "key-1", "b1") == b"CANARY-quote 1"
    assert given(log, OTHER, "key-1", "b1") is None
    assert given(log, WRITER, "key-2", "b1") is None


def test_a_key_belongs_to_one_body(log, clock):
    """Another body under a live key is a mistake of the caller; after 24 hours the key is free."""
    remembered(log)
    with pytest.raises(DraftError) as caught:
        given(log, WRITER, "key-1", "b2")
    clock.now_ms += DAY_MS

    assert caught.value.code == "idempotency-key-reused"
    assert given(log, WRITER, "key-1", "b2") is None
    assert remembered(log, body="b2").index == 1


def test_two_requests_with_one_key_make_one_record(log):
    """Whoever comes second under a key is refused and leaves no record."""
    remembered(log)
    with pytest.raises(LedgerError) as caught:
        remembered(log)

    assert caught.value.code == "idempotency-key-in-use"
    assert log.head().size == 1
