"""Stops, withdrawals and waivers take effect with the next check, and end when they are ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guardrails.audit.earlier import risk
from guardrails.errors import DraftError
from guardrails.model.context import Actor, Principal
from guardrails.model.draft import ClaimLink, Draft, Field, Source
from guardrails.review import stop, waive
from guardrails.review.dispute import dispute
from guardrails.review.history import where
from guardrails.review.waive import Wish
from tests.e2e import nimbrel
from tests.gates import DAY_MS
from tests.review.office import AGENT, EDITOR, LEGAL, PRESS, Office, changed

NEWSLETTER = {"channel": "newsletter", "market": "de"}
CITING = "brief/b05-newsletter-app-4-2.md"


def verdict(office: Office, name: str = nimbrel.PASSING) -> tuple[str, list[str]]:
    """The verdict about a draft, and the codes that hold it."""
    assessment = office.submit(nimbrel.draft(name)).assessment
    return assessment.verdict, [reason.code for reason in assessment.reasons]


def cited(office: Office) -> str:
    """A fact that a passing draft rests on."""
    answer = office.submit(nimbrel.draft(CITING))
    assert answer.audit is not None
    evaluation = office.gate.evaluate(
        nimbrel.draft(CITING),
        office.gate.policy,
        office.gate.state(AGENT.principal, now_ms=office.clock.ms),
        office.clock.ms,
    )
    assert "pass" == answer.assessment.verdict
    return next(one for one in evaluation.rests_on if one.startswith("fact:"))


@pytest.mark.parametrize(("scope", "value"), [("all", ""), ("agent", "distribution"), ("channel", "newsletter")])
def test_a_stop_holds_until_it_is_lifted(office: Office, scope: stop.Scope, value: str) -> None:
    """The next check escalates for it, the one after the lifting passes."""
    assert "pass" == verdict(office)[0]
    halt = stop.stop(office.gate, scope, value, "Something is wrong.", EDITOR)

    assert ("escalate", ["stop-in-force"]) == verdict(office)
    stop.resume(office.gate, halt.record_id, "It is right again.", EDITOR)
    assert "pass" == verdict(office)[0]


def test_a_stop_of_a_campaign_holds_it_alone(office: Office) -> None:
    """Other campaigns go on; capitals make no difference."""
    stop.stop(office.gate, "campaign", "spring", "Wrong price.", EDITOR)

    assert "pass" == verdict(office)[0]
    stop.stop(office.gate, "campaign", "Repair-Evening", "Wrong date.", EDITOR)
    assert ("escalate", ["stop-in-force"]) == verdict(office)


@pytest.mark.parametrize(
    ("scope", "value", "actor", "code"),
    [
        ("channel", "newsleter", EDITOR, "unknown-value"),
        ("agent", "nobody", EDITOR, "unknown-value"),
        ("campaign", " ", EDITOR, "unknown-value"),
        ("all", "", AGENT, "person-needed"),
    ],
)
def test_a_stop_that_would_stop_nothing_is_refused(
    office: Office, scope: stop.Scope, value: str, actor: Actor, code: str
) -> None:
    """A misspelt channel is no stop."""
    with pytest.raises(DraftError) as refused:
        stop.stop(office.gate, scope, value, "Because.", actor)

    assert code == refused.value.code


def test_a_withdrawn_fact_holds_what_rests_on_it(office: Office) -> None:
    """The text that passed escalates, is listed, and passes again once the fact may be used."""
    fact = cited(office)
    stop.withdraw(office.gate, fact.removeprefix("fact:"), "The laboratory was wrong.", LEGAL)

    assert ("escalate", ["fact-withdrawn"]) == verdict(office, CITING)
    assert [("escalate", 2)] == [(one.verdict, one.checks) for one in where(office.gate.log, fact)]
    assert "pass" == verdict(office)[0]
    stop.restore(office.gate, fact.removeprefix("fact:"), "It was right.", LEGAL)
    assert "pass" == verdict(office, CITING)[0]


def test_a_withdrawn_fact_holds_what_links_to_it(office: Office) -> None:
    """A link of the draft to a fact counts like a citation in its text."""
    text = "Nimbrel Go leuchtet bis zu 14 Stunden bei 30 Prozent Helligkeit."
    body = f"{text}\n\nAbmelden"
    linked = Draft(
        (Field("body", body),), claims=(ClaimLink("body", 0, len(text), ("N-003",)),), sources=(Source("N-003"),)
    )
    place = {"channel": "newsletter", "market": "de", "locale": "de-DE"}
    before = office.submit(linked, **place).assessment
    stop.withdraw(office.gate, "N-003", "The laboratory was wrong.", LEGAL)
    after = office.submit(linked, **place).assessment

    assert "pass" == before.verdict
    assert ("escalate", ["fact-withdrawn"]) == (after.verdict, [fault.code for fault in after.completeness.faults])
    assert [1] == [len(where(office.gate.log, "fact:N-003"))]


def test_a_fact_that_no_sheet_has_is_not_withdrawn(office: Office) -> None:
    """A misspelt id would hold nothing."""
    with pytest.raises(DraftError) as refused:
        stop.withdraw(office.gate, "N-00", "Wrong.", LEGAL)

    assert "unknown-fact" == refused.value.code


def test_history_is_found_by_rule_and_by_phrase(office: Office) -> None:
    """Case and typography aside; a text once, however often it was checked."""
    office.submit(nimbrel.draft(nimbrel.REVISING))
    answer = office.submit(nimbrel.draft(nimbrel.REVISING))
    rule = answer.assessment.findings[0].rule.id
    words = " ".join(nimbrel.draft(nimbrel.REVISING).fields[0].text.split()[-3:]).upper()

    assert [2] == [one.checks for one in where(office.gate.log, f"rule:{rule}")]
    assert [2] == [one.checks for one in where(office.gate.log, f'"{words}"')]
    assert () == where(office.gate.log, "rule:no.such")
    with pytest.raises(DraftError, match="empty"):
        where(office.gate.log, '""')


HELD = Draft((Field("body", "Results guaranteed in a week.", "text"),))


def held(office: Office) -> tuple[str, str]:
    """Rule and fingerprint of a finding that holds a text and may be waived."""
    rules = {rule.id: rule for rule in office.gate.policy.rules}
    findings = office.submit(HELD, **NEWSLETTER, locale="en-GB").assessment.findings
    return next((f.rule.id, f.fingerprint) for f in findings if f.calls_for == "revise" and rules[f.rule.id].waivable)


def waived(office: Office, rule: str) -> list[str]:
    """The waivers that findings of *rule* are under in a new check."""
    findings = office.submit(HELD, **NEWSLETTER, locale="en-GB").assessment.findings
    return [finding.waiver for finding in findings if finding.rule.id == rule]


def test_a_waiver_is_asked_for_and_approved_by_another(office: Office) -> None:
    """Asking changes nothing; the approval lifts the finding from then on, until it ends."""
    rule, fingerprint = held(office)
    end = office.clock.ms + DAY_MS
    asked = waive.request(office.gate, Wish(rule, "The test market knows it.", end, (), (fingerprint,)), LEGAL)

    assert [""] == waived(office, rule)
    waive.approve(office.gate, asked.record_id, EDITOR)
    found = []
    for moment in (end - 1, end, end + 1):
        office.clock.ms = moment
        found += waived(office, rule)
    assert [asked.record_id, "", ""] == found


def test_a_check_names_the_waivers_that_lifted_something(office: Office) -> None:
    """In its record, and in the index; one that lifts nothing there is not named."""
    rule, _ = held(office)
    wish = Wish(rule, "A try.", office.clock.ms + DAY_MS)
    of = office.gate.log.record(waive.grant(office.gate, wish, asked_by=AGENT, approver=EDITOR).index).text("of")
    other = Wish("eu-claims.superlatives-en", "A try.", office.clock.ms + DAY_MS)
    waive.grant(office.gate, other, asked_by=AGENT, approver=EDITOR)
    waived(office, rule)
    log = office.gate.log

    assert [(of,)] == [log.record(index).texts("waivers") for index in log.indices(f"waived:{of}")]


def test_a_waived_finding_is_a_risk_once_per_text(office: Office) -> None:
    """However often a pipeline runs over the text; another text with it counts anew."""
    rule, fingerprint = held(office)
    wish = Wish(rule, "A try.", office.clock.ms + DAY_MS, (), (fingerprint,))
    waive.grant(office.gate, wish, asked_by=AGENT, approver=EDITOR)
    risks = []
    for text in (HELD, HELD, changed(HELD)):
        office.submit(text, **NEWSLETTER, locale="en-GB")
        risks.append(risk(office.gate.log, AGENT.principal, now_ms=office.clock.ms))

    assert 0 < risks[0] == risks[1] < risks[2]


def test_a_waiver_can_be_ended(office: Office) -> None:
    """The finding holds again."""
    rule, _ = held(office)
    wish = Wish(rule, "A try.", office.clock.ms + DAY_MS)
    given = waive.grant(office.gate, wish, asked_by=AGENT, approver=EDITOR)
    before = waived(office, rule)
    of = office.gate.log.record(given.index).text("of")
    waive.end(office.gate, of, LEGAL)

    assert ([of], [""]) == (before, waived(office, rule))


def test_a_waiver_holds_in_its_scope_only(office: Office) -> None:
    """What is waived for the United Kingdom is not waived for Germany."""
    rule, _ = held(office)
    wish = Wish(rule, "Only there.", office.clock.ms + DAY_MS, (("market", ("uk",)),))
    waive.grant(office.gate, wish, asked_by=AGENT, approver=EDITOR)

    assert [""] == waived(office, rule)


def test_nobody_approves_their_own_request(office: Office) -> None:
    """Neither the same person nor another key of the same role; an agent never."""
    rule, _ = held(office)
    asked = waive.request(office.gate, Wish(rule, "Please.", office.clock.ms + DAY_MS), LEGAL)
    codes = []
    for actor in (LEGAL, replace(LEGAL, credential="other"), AGENT, Actor(Principal("person", "intern"))):
        with pytest.raises(DraftError) as refused:
            waive.approve(office.gate, asked.record_id, actor)
        codes.append(refused.value.code)

    assert ["own-request", "own-request", "person-needed", "unknown-role"] == codes


def test_a_person_does_not_approve_their_request_in_another_role(office: Office) -> None:
    """Two keys of one name are one person."""
    rule, _ = held(office)
    wish = Wish(rule, "Please.", office.clock.ms + DAY_MS)
    asked = waive.request(office.gate, wish, replace(LEGAL, person="ada"))
    with pytest.raises(DraftError) as refused:
        waive.approve(office.gate, asked.record_id, replace(PRESS, person="ada"))

    assert "own-request" == refused.value.code


def test_who_asked_for_a_waiver_does_not_decide_about_its_rule(office: Office) -> None:
    """The requester may not release by review what was not waived, until the wish would have ended anyway."""
    answer = office.submit()
    rule = next(f.rule.id for f in answer.assessment.findings if f.calls_for == "escalate")
    end = office.clock.ms + DAY_MS
    asked = waive.request(office.gate, Wish(rule, "It is fine.", end), PRESS)
    waive.end(office.gate, asked.record_id, PRESS)
    refusals = []
    for actor in (PRESS, replace(PRESS, credential="another-key")):
        with pytest.raises(DraftError) as refused:
            office.decide(office.only_review(), actor=actor)
        refusals.append(refused.value.code)

    assert ["own-request", "own-request"] == refusals
    office.clock.ms = end
    assert "decided" == office.decide(office.only_review(), actor=PRESS).status


def test_a_dispute_is_on_record_by_rule(office: Office) -> None:
    """Also an agent may say that a finding is wrong."""
    answer = office.submit(nimbrel.draft(nimbrel.REVISING))
    first = answer.assessment.findings[0]
    receipt = dispute(office.gate, str(answer.check_id), first.id, "wrong", "It is a name.", AGENT)

    assert first.rule.id == office.gate.log.record(receipt.index).text("rule")
    assert "wrong" == office.gate.log.record(receipt.index).text("complaint")
    with pytest.raises(DraftError, match="f99"):
        dispute(office.gate, str(answer.check_id), "f99", "wrong", "", AGENT)
