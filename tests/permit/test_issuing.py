"""Permits are issued after a pass, once, and say what the pass rests on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from guardrails.audit.approvers import add_approver_key, end_approver_key, trust_of
from guardrails.audit.dsse import Envelope, envelope_bytes
from guardrails.audit.permit import WEEK_MS, Permit, permit_of
from guardrails.audit.permit_check import Answer, Content, Question, verified_permit
from guardrails.backends.documents.rendered import html_of
from guardrails.errors import DraftError
from guardrails.model.canonical import sha256_hex
from guardrails.model.context import Actor, Principal
from guardrails.model.draft import Draft, Field, content_sha256
from guardrails.review.permits import Issued, issue, permit_at
from guardrails.review.stop import stop, withdraw
from guardrails.text.canon import text_digest
from guardrails.text.moment import moment_ms
from tests.e2e import nimbrel
from tests.gates import DAY_MS
from tests.permit.forms import JO, KIM, sealed, vkey
from tests.review.office import AGENT, CREATIVE, EDITOR, LEGAL, PRESS, Office, asking, changed, under

FACT = "N-006"


def passing() -> Draft:
    """The draft that passes."""
    return nimbrel.draft(nimbrel.PASSING)


def issued(office: Office, draft: Draft | None = None, actor: Actor = AGENT, **context: str) -> Issued:
    """Have a draft checked and the permit issued."""
    given = office.submit(draft or passing(), **context)
    assert "pass" == given.assessment.verdict
    return issue(office.gate, str(given.check_id), actor, html_of)


def said(one: Issued) -> Permit:
    """What a permit says."""
    return permit_of(one.envelope.payload)


def verified(office: Office, envelope: Envelope, fields: tuple[Field, ...], **asked: Any) -> Answer:
    """Verify a permit with the keys of the ledger that issued it."""
    content = Content(content_sha256(fields), lambda: text_digest(fields, html_of))
    question = Question(content, trust_of(office.gate.log), office.clock(), **asked)
    return verified_permit(envelope_bytes(envelope), question)


def approved(office: Office, *people: Actor) -> str:
    """Have the press text approved by these people, as many as it takes, and checked again; return the check."""
    office.submit()
    for actor in people:
        office.decide(office.only_review(), actor=actor)
    given = office.submit()
    assert "pass" == given.assessment.verdict
    return str(given.check_id)


def test_a_pass_has_a_permit_that_verifies(office: Office) -> None:
    """For its text, there, now, on the account of the delegating role."""
    one = issued(office)
    answer = verified(office, one.envelope, passing().fields, channel="newsletter", market="de", locale="de-DE")

    assert answer.may_publish
    assert ("AUTO_PASS", "role:head-of-content") == (said(one).level, said(one).accountable)
    assert (office.clock(), office.clock() + WEEK_MS) == (said(one).from_ms, said(one).until_ms)
    assert (FACT,) == said(one).facts


def test_a_permit_is_on_record_before_it_leaves(office: Office) -> None:
    """The record has the digest of the statement, and the envelope lies encrypted beside it."""
    one = issued(office)
    found = office.gate.log.find(one.record_id)

    assert found is not None
    assert sha256_hex(one.envelope.payload) == found[1].text("statement_sha256")
    assert one == permit_at(office.gate, found[0])
    assert said(one).log.index < found[0]


def test_nothing_of_the_text_stands_in_the_record(office: Office) -> None:
    """Digests of short copy could be found by trying; the record has references only."""
    one = issued(office)
    found = office.gate.log.find(one.record_id)

    assert found is not None
    assert said(one).raw_sha256 not in str(found[1].body)
    assert said(one).canon_sha256 not in str(found[1].body)
    assert said(one).nonce not in str(found[1].body)


def test_issuing_twice_gives_the_same_permit(office: Office) -> None:
    """Byte for byte, also later."""
    given = office.submit(passing())
    first = issue(office.gate, str(given.check_id), AGENT, html_of)
    office.clock.ms += DAY_MS

    assert first == issue(office.gate, str(given.check_id), AGENT, html_of)
    assert first == issue(office.gate, str(given.check_id), EDITOR, html_of)


def test_whoever_is_quicker_issues_it(office: Office) -> None:
    """Several who ask at once get one permit, and there is one record of it."""
    given = office.submit(passing())
    issued(office, changed(passing()))  # the key is there
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: issue(office.gate, str(given.check_id), AGENT, html_of), range(8)))

    assert [found[0]] * 8 == found
    assert 2 == len(office.gate.log.indices("permit"))


def refused(office: Office, check: str, actor: Actor = AGENT) -> str:
    """The code with which no permit is issued."""
    with pytest.raises(DraftError) as error:
        issue(office.gate, check, actor, html_of)
    return error.value.code


def test_only_what_passed_has_one(office: Office) -> None:
    """Neither what is to be revised, nor a simulation, nor what nobody checked."""
    held = office.submit()
    simulated = office.gate.check(passing(), principal=AGENT.principal, as_of_ms=office.clock() - 1)

    assert "not-passed" == refused(office, str(held.check_id))
    assert "not-passed" == refused(office, str(simulated.check_id))
    assert "not-found" == refused(office, "chk_nothing")


def test_what_may_be_handed_on_may_not_be_published(office: Office) -> None:
    """A pass of the action prepare lets nothing out."""
    given = office.submit(passing(), action="prepare")

    assert "pass" == given.assessment.verdict
    assert "not-passed" == refused(office, str(given.check_id))


def test_another_agent_gets_none(office: Office) -> None:
    """A permit is for whoever submitted the text, or for a person."""
    given = office.submit(passing())

    assert "forbidden" == refused(office, str(given.check_id), CREATIVE)


def test_the_text_passes_at_the_moment_of_issue(office: Office) -> None:
    """A stop or a withdrawal between check and permit keeps it."""
    stopped, withdrawn = office.submit(passing()), office.submit(changed(passing()))
    withdraw(office.gate, FACT, "It is wrong.", LEGAL)
    assert "passes-no-more" == refused(office, str(withdrawn.check_id))
    stop(office.gate, "channel", "newsletter", "Wrong price.", LEGAL)

    assert "passes-no-more" == refused(office, str(stopped.check_id))


def test_another_policy_keeps_it(office: Office) -> None:
    """What passed under another policy is checked again first."""
    given = office.submit(passing())

    assert "passes-no-more" == refused(under(office, digest="sha256:" + "0" * 64), str(given.check_id))


def test_a_permit_ends_with_what_it_rests_on(office: Office) -> None:
    """The weakest link counts: an approval that ends tomorrow ends the permit."""
    office.submit()
    office.decide(office.only_review(), until_ms=office.clock() + DAY_MS)
    given = office.submit()
    one = issue(office.gate, str(given.check_id), AGENT, html_of)

    assert office.clock() + DAY_MS == said(one).until_ms


def test_a_permit_begins_with_publication(office: Office) -> None:
    """A text for the day after tomorrow may not go out today."""
    one = issued(office, publish_at="2026-11-25T08:00:00Z")
    begin = moment_ms("2026-11-25T08:00:00Z")
    early = verified(office, one.envelope, passing().fields)

    assert (begin, begin + WEEK_MS) == (said(one).from_ms, said(one).until_ms)
    assert ["too-early"] == [refusal.code for refusal in early.refusals]


def test_a_text_for_much_later_gets_its_permit_later(office: Office) -> None:
    """Thirty days before publication at the earliest: what it is judged by may change until then."""
    given = office.submit(passing(), publish_at="2026-12-31T08:00:00Z")
    with pytest.raises(DraftError, match="30 days") as error:
        issue(office.gate, str(given.check_id), AGENT, html_of)
    office.clock.ms = moment_ms("2026-12-01T08:00:00Z")

    assert ("permit-too-soon", "ask again from 2026-12-01T08:00:00.000Z on") == (error.value.code, error.value.help)
    assert moment_ms("2026-12-31T08:00:00Z") == said(issue(office.gate, str(given.check_id), AGENT, html_of)).from_ms


def test_a_permit_that_ended_is_not_issued_again(office: Office) -> None:
    """A week later the text is checked again."""
    given = office.submit(passing())
    issue(office.gate, str(given.check_id), AGENT, html_of)
    office.clock.ms += WEEK_MS

    assert "permit-ended" == refused(office, str(given.check_id))


def test_an_approved_text_says_by_whom(office: Office) -> None:
    """One person's approval is the level HUMAN_1, with a reference to it."""
    one = issue(office.gate, approved(office, PRESS), AGENT, html_of)
    (approval,) = said(one).approvals

    assert "HUMAN_1" == said(one).level
    assert ("head-of-communications", office.gate.log.refs.actor(PRESS)) == (
        approval.role,
        approval.person,
    )
    assert verified(office, one.envelope, asking().fields).may_publish


def two(office: Office) -> Office:
    """The same office, where it takes two people to let the press text out."""
    workspace = office.gate.policy.workspace
    queues = tuple(replace(one, quorum=2) if one.name == "press-office" else one for one in workspace.queues)
    return under(office, workspace=replace(workspace, queues=queues))


def test_two_approvals_are_signed_by_two_people(office: Office) -> None:
    """The service alone lets nothing out on that level; two keys of those who approved do."""
    office = two(office)
    for seed, actor in ((JO, PRESS), (KIM, EDITOR)):
        add_approver_key(office.gate.log, vkey(seed), actor.principal.id, actor)
    one = issue(office.gate, approved(office, PRESS, EDITOR), AGENT, html_of)
    signed = one.envelope
    for seed in (JO, KIM):
        assert ["approvers"] == [r.code for r in verified(office, signed, asking().fields).refusals]
        signed = signed.with_signature(sealed(one.envelope.payload, seed).signatures[0])

    assert "HUMAN_2" == said(one).level
    assert verified(office, signed, asking().fields).may_publish
    end_approver_key(office.gate.log, vkey(KIM), LEGAL)
    office.clock.ms += 1
    assert ["approvers"] == [r.code for r in verified(office, signed, asking().fields).refusals]


def test_two_people_without_keys_are_named_only(office: Office) -> None:
    """What nobody can sign is no level that a verifier would have to see signed."""
    office = two(office)
    one = issue(office.gate, approved(office, PRESS, EDITOR), AGENT, html_of)

    assert ("HUMAN_1", 2) == (said(one).level, len(said(one).approvals))


def test_a_key_is_for_one_person(office: Office) -> None:
    """Nobody registers a key that is somebody's, or the service's."""
    issued(office)
    service = next(key.vkey for key in trust_of(office.gate.log).keys if key.purpose == "permit")
    add_approver_key(office.gate.log, vkey(JO), "legal-counsel", LEGAL)
    for taken in (vkey(JO), vkey(JO, "another-name"), service):
        with pytest.raises(DraftError) as error:
            add_approver_key(office.gate.log, taken, "head-of-content", EDITOR)

        assert "key-in-use" == error.value.code


def test_obligations_travel_with_the_permit(office: Office) -> None:
    """What is to be done afterwards is said by the permit."""
    one = issue(office.gate, approved(office, PRESS), AGENT, html_of)

    assert [("archive-copy", "after")] == [(code, due) for code, due, _ in said(one).obligations]


def test_required_texts_are_listed(office: Office) -> None:
    """The rules that looked for a disclosure in this place are named."""
    assert "nimbrel-brand.unsubscribe" in dict(said(issued(office)).disclosures)


def test_a_person_publishes_on_their_own_account(office: Office) -> None:
    """A person's pass is no approval by somebody else."""
    given = office.submit(passing(), actor=EDITOR)
    one = issue(office.gate, str(given.check_id), Actor(Principal("person", "head-of-content"), "key-editor"), html_of)

    assert ("AUTO_PASS", ()) == (said(one).level, said(one).approvals)
