"""A permit ends before its time: by a person, or with what it rests on."""

from __future__ import annotations

import pytest

from guardrails.audit.approvers import trust_of
from guardrails.audit.revocations import Revocations, trusted_revocations
from guardrails.audit.signing import rotate
from guardrails.backends.documents.rendered import html_of
from guardrails.errors import DraftError
from guardrails.review.permits import find_permit, issue
from guardrails.review.revoking import revocations, revoke
from guardrails.review.stop import Scope, restore, resume, stop, withdraw
from tests.gates import DAY_MS
from tests.permit.test_issuing import FACT, issued, passing, verified
from tests.review.office import AGENT, EDITOR, LEGAL, Office


def listed(office: Office) -> Revocations:
    """The list as a verifier reads it."""
    return trusted_revocations(str(revocations(office.gate)).encode(), trust_of(office.gate.log))


def why(office: Office) -> list[str]:
    """Why permits do not hold any more."""
    return [code for _, code in listed(office).revoked]


def test_a_person_revokes_a_permit(office: Office) -> None:
    """It is refused with the list, and there is no other for the same check."""
    one = issued(office)
    revoke(office.gate, find_permit(office.gate, one.id)[1], "A wrong price.", LEGAL)
    data = str(revocations(office.gate)).encode()

    assert ((one.id, "revoked"),) == listed(office).revoked
    assert ["revoked"] == [r.code for r in verified(office, one.envelope, passing().fields, revocations=data).refusals]
    with pytest.raises(DraftError, match="does not hold any more"):
        issue(office.gate, office.gate.log.record(one.index).text("check"), AGENT, html_of)


def test_only_people_revoke_and_only_once(office: Office) -> None:
    """An agent may not, and nobody twice."""
    record = find_permit(office.gate, issued(office).id)[1]
    with pytest.raises(DraftError, match="only people"):
        revoke(office.gate, record, "No.", AGENT)
    revoke(office.gate, record, "A wrong price.", LEGAL)
    with pytest.raises(DraftError, match="already"):
        revoke(office.gate, record, "A wrong price.", EDITOR)


def test_a_withdrawn_fact_ends_every_permit_that_rests_on_it(office: Office) -> None:
    """In the moment of the withdrawal; a fact that may be used again gives them back."""
    issued(office)
    assert [] == why(office)
    withdraw(office.gate, "N-001", "Another one.", LEGAL)
    assert [] == why(office)
    withdraw(office.gate, FACT, "It is wrong.", LEGAL)
    assert ["fact-withdrawn"] == why(office)
    restore(office.gate, FACT, "It was right.", LEGAL)

    assert [] == why(office)


@pytest.mark.parametrize(
    ("scope", "value", "other"),
    [
        ("all", "", None),
        ("channel", "newsletter", "blog"),
        ("agent", "distribution", "qa"),
        ("campaign", "Repair-Evening", "spring"),
    ],
)
def test_a_stop_holds_permits_while_it_lasts(office: Office, scope: Scope, value: str, other: str | None) -> None:
    """Those within it, and no others."""
    issued(office)
    if other:
        stop(office.gate, scope, other, "Elsewhere.", LEGAL)
        assert [] == why(office)
    halt = stop(office.gate, scope, value, "Wrong.", LEGAL)
    assert ["stopped"] == why(office)
    resume(office.gate, halt.record_id, "Right.", LEGAL)

    assert [] == why(office)


def test_a_rollback_ends_the_permits_of_the_policy_it_takes_back(office: Office) -> None:
    """Whoever rolls back says that it let out what it should not have; a next policy says no such thing."""
    gate = office.gate
    issued(office)
    old = {"policy_digest": gate.policy.digest, "previous_digest": "sha256:0"}
    gate.log.append("policy_activated", {"event": "activated", **old})
    assert [] == why(office)
    gate.log.append(
        "policy_activated", {"event": "activated", "policy_digest": "sha256:1", "previous_digest": gate.policy.digest}
    )
    assert [] == why(office)
    gate.log.append("policy_activated", {"event": "activated", **old})
    gate.log.append(
        "policy_activated", {"event": "rolled-back", "policy_digest": "sha256:1", "previous_digest": gate.policy.digest}
    )
    assert ["policy-rolled-back"] == why(office)
    gate.log.append("policy_activated", {"event": "activated", **old})

    assert [] == why(office)


def test_what_has_ended_by_its_time_is_not_listed(office: Office) -> None:
    """The list stays short."""
    record = find_permit(office.gate, issued(office).id)[1]
    revoke(office.gate, record, "A wrong price.", LEGAL)
    office.clock.ms += 8 * DAY_MS

    assert [] == why(office)


def test_a_new_key_signs_the_list_and_old_permits_stay_valid(office: Office) -> None:
    """Rotation ends no permit."""
    one = issued(office)
    office.clock.ms += 1000
    rotate(office.gate.log, "permit")
    data = str(revocations(office.gate)).encode()

    assert verified(office, one.envelope, passing().fields, revocations=data).may_publish
    assert listed(office).size == office.gate.log.head().size
