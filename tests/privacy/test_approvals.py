"""Two people who say the same thing, whenever they do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from guardrails.audit.entry import Receipt
from guardrails.audit.keys import ApiKeys
from guardrails.audit.log import AuditLog
from guardrails.errors import DraftError
from guardrails.model.context import Actor, Principal
from guardrails.privacy.approvals import Asked, two, waiting
from guardrails.privacy.published import Desk

ROLES = ("data-protection-officer", "legal-counsel")


@pytest.fixture
def log(desk: Desk) -> AuditLog:
    """The ledger."""
    return desk.log


def people(log: AuditLog) -> tuple[Actor, Actor]:
    """Two people with keys of their own."""
    issued = (ApiKeys(log).issue(principal=Principal("person", role), person=role)[1] for role in ROLES)
    first, second = (Actor(key.principal, key.id, key.person) for key in issued)
    return first, second


def asked(number: int) -> Asked:
    """One of many things that take two people."""
    return Asked("erasure", {"subject": [f"Erna {number}"]}, {"request": f"ticket {number}"})


def test_at_the_same_moment_one_is_first(log: AuditLog) -> None:
    """However close they are, one word is recorded, and the other one joins it."""
    pair, start = people(log), Barrier(2)

    def say(number: int, actor: Actor) -> tuple[str, str] | Receipt:
        start.wait()
        return two(log, asked(number), actor, ROLES)

    with ThreadPoolExecutor(2) as pool:
        for number in range(20):
            said = list(pool.map(say, (number, number), pair))

            assert 1 == sum(isinstance(one, Receipt) for one in said)
    assert 20 == len(log.indices("approval"))


def test_no_name_is_kept_of_what_waits(log: AuditLog) -> None:
    """Whom it is about stands nowhere, not even encrypted; the reference is this ledger's own."""
    first, _ = people(log)
    receipt = two(log, asked(7), first, ROLES)
    assert isinstance(receipt, Receipt)
    record = log.record(receipt.index)
    kept = b"".join(log.decrypt(receipt.index, part) for part in record.commitments())

    assert b"Erna" not in kept
    assert {"request": "ticket 7"} == next(waiting(log)).terms
    assert asked(7).ref(log) == record.text("asked_ref")


def test_whoever_has_no_key_cannot_be_told_from_others(log: AuditLog) -> None:
    """Their word counts for nothing, and is not recorded."""
    with pytest.raises(DraftError) as refused:
        two(log, asked(7), Actor(Principal("person", ROLES[0])), ROLES)

    assert "two-people-needed" == refused.value.code
    assert () == tuple(log.indices("approval"))
