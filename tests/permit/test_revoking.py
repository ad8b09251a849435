"""A permit ends before its time: by a person, or with what it rests on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guardrails.audit.approvers import trust_of
from guardrails.audit.revocations import Revocations, trusted_revocations
from guardrails.audit.signing import rotate
from guardrails.backends.documents.rendered import html_of
from guardrails.errors import DraftError
from guardrails.model.draft import Draft, Field
from guardrails.review.permits import find_permit, issue
from guardrails.review.revoking import revocations, revoke
from guardrails.review.stop import Scope, restore, resume, stop, withdraw
from tests.gates import DAY_MS
from tests.permit.test_issuing import FACT, approved, issued, passing, said, verified
from tests.review.office import AGENT, EDITOR, LEGAL, PRESS, Office, changed


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


def respelled(draft: Draft) -> Draft:
    """The same words in other markup."""
    (body,) = draft.fields
    return replace(draft, fields=(Field("body", html_of(body.text).replace("<p>", "<p class=x>"), "html"),))


def test_a_text_whose_permit_was_revoked_asks_a_person(office: Office) -> None:
    """The agent gets no new permit by having it checked again, in this or in other markup, here or elsewhere."""
    earlier = office.submit(passing())
    one = issued(office)
    revoke(office.gate, find_permit(office.gate, one.id)[1], "A wrong price.", LEGAL)
    again, other, edited = (office.submit(draft) for draft in (passing(), respelled(passing()), changed(passing())))
    found = [given.assessment for given in (again, other, edited)]

    assert [("escalate", ["text-revoked"])] * 3 == [
        (a.verdict, [r.code for r in a.reasons if r.outcome == "escalate"]) for a in found
    ]
    assert one.id in found[0].completeness.faults[0].message
    with pytest.raises(DraftError, match="does not pass any more"):
        issue(office.gate, str(earlier.check_id), AGENT, html_of)


def test_a_person_lets_it_out_again(office: Office) -> None:
    """By an approval that is newer than the revocation: it saw that there was one. Another text is not concerned."""
    one = issued(office)
    revoke(office.gate, find_permit(office.gate, one.id)[1], "A wrong price.", LEGAL)
    assert "escalate" == office.submit(passing()).assessment.verdict
    office.decide(office.only_review(), actor=EDITOR)
    given = office.submit(passing())
    permit = issue(office.gate, str(given.check_id), AGENT, html_of)
    text = Draft((Field("body", passing().fields[0].text + "\nSee you.\n", "markdown"),))

    assert "HUMAN_1" == said(permit).level
    assert verified(
        office, permit.envelope, passing().fields, revocations=str(revocations(office.gate)).encode()
    ).may_publish
    assert "text-revoked" not in [reason.code for reason in office.submit(text).assessment.reasons]


def test_an_older_approval_does_not_let_it_out_again(office: Office) -> None:
    """Whoever approved it did not know of the revocation."""
    permit = issue(office.gate, approved(office, PRESS), AGENT, html_of)
    revoke(office.gate, find_permit(office.gate, permit.id)[1], "A wrong price.", LEGAL)

    assert ["text-revoked"] == [
        reason.code for reason in office.submit().assessment.reasons if reason.outcome == "escalate"
    ]


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
    rotate(office.gate.log, "permit", approved_by=("ana", "ben"))
    data = str(revocations(office.gate)).encode()

    assert verified(office, one.envelope, passing().fields, revocations=data).may_publish
    assert listed(office).size == office.gate.log.head().size
