"""No control is met by something that could not have broken it."""

from dataclasses import replace

import pytest

from guardrails.audit.entry import RuleCount
from guardrails.audit.keys import ApiKeys
from guardrails.audit.signing import RETIRED, signer
from guardrails.model.governance import Governance
from guardrails.report.controls import definitions
from guardrails.report.period import Period
from guardrails.report.view import view_of
from guardrails.review.activation import Ask
from tests.audit.samples import check
from tests.e2e import nimbrel
from tests.gates import DAY_MS, Clock, activations_over, gate_over
from tests.report.conftest import PERIOD, books_in
from tests.review.office import EDITOR

UNJUDGED = {"disputes", "retention", "requests", "human-review", "incidents", "reports", "document"}
"""Queries that no ledger can break; so none can meet them."""

LATE_MS = PERIOD.until_ms - DAY_MS
RULE = "synthetic.rule"
RESTS_ON = "fact:N-010"


def under_another_policy(view):
    """The workspace's policy with a rule on prohibited practices and AI disclosure, and half of a governance."""
    policy = view.policy
    rule = replace(policy.rules[0], id=RULE, status="active", topics=("prohibited-practice", "ai-disclosure"))
    mandates = tuple(replace(one, agent="somebody-else") for one in policy.workspace.mandates)
    workspace = replace(policy.workspace, mandates=mandates, governance=Governance(contact="privacy"))
    return replace(policy, digest=f"sha256:{'b' * 64}", rules=(*policy.rules, rule), workspace=workspace)


def broken(folder):
    """Books in which something breaks every control that anything could break, and the view to report on them with."""
    books = books_in(folder)
    log, clock = books.log, Clock(PERIOD.from_ms + DAY_MS)
    log.clock = clock
    view = view_of(nimbrel.WORKSPACE)
    policy = under_another_policy(view)
    put = log.append
    activations_over(gate_over(log, clock)).activate(Ask(EDITOR, "legal-counsel", "First activation."))
    (body,) = (dict(one.body) for _, one in log.records() if one.type == "policy_activated")
    del body["commitments"]
    put("policy_activated", {**body, "role": "x", "proposed_by": "x", "policy_digest": policy.digest})
    _, key = ApiKeys(log).issue(principal=nimbrel.AGENT, scopes=("read",))
    hands = f"key:{key.id}"
    put("key_event", {"event": "revoked", "key": key.id, "person_ref": ""})
    put("key_event", {"event": RETIRED, "purpose": "permit", "vkey": "v", "approved_by": ["one"]})
    put("heartbeat", {"every_ms": 60_000})
    put("withdrawal", {"event": "withdrawn", "fact": "N-010"})
    put("stop", {"event": "set", "scope": "all", "role": "x"})
    put("recovery", {})
    clock.ms = LATE_MS
    passing = {"verdict": "pass", "reasons": (), "policy_digest": policy.digest, "who": hands}
    log.append_check(check(log, **passing, rules=(RuleCount(RULE, "revise", 1),), rests_on=(RESTS_ON,)))
    log.append_check(check(log, **passing, faults=("worker-died",), complete=False))
    asking = check(log, verdict="escalate", queue="legal", due_hours=1)
    log.append_check(asking)
    clock.ms += 3 * 3_600_000
    for person in range(25):
        put("review", {"review": f"r{person}", "check": "c", "final": True, "decision": "approve", "edited": False,
                       "rules": ["brand.superlatives"], "actor_ref": f"p{person % 6}", "content_ref": ""})  # fmt: skip
    author = log.refs.of("actor", hands)
    put("review", {"actor_ref": author, "content_ref": log.refs.of("content", "c0" * 32)})
    asked = put("waiver", {"event": "requested", "actor_ref": "ann"})
    put("waiver", {"event": "approved", "of": asked.record_id, "actor_ref": "ann"})
    put("published", {"permit": "none", "outcome": "unknown"})
    put("erasure", {"ground": "gdpr-17-1-b", "approved_by": ["one"]})
    put("dispute", {"said": "words in clear", "actor_ref": author})
    return books, replace(view, policy=policy)


@pytest.fixture(scope="module")
def statuses(tmp_path_factory):
    """Every control of a ledger in which all is broken, by its query."""
    books, view = broken(tmp_path_factory.mktemp("broken"))
    report = books.report(view)
    books.log.close()
    return {one.definition.id: one for one in report.controls}


@pytest.mark.parametrize("definition", definitions(), ids=lambda one: one.id)
def test_every_control_that_can_be_met_can_be_broken(statuses, definition):
    """There is a ledger in which it is not satisfied; where there is none, what is on record is said and not judged."""
    found = statuses[definition.id]
    expected = "no evidence" if definition.query in UNJUDGED else "not satisfied"

    assert expected == found.status
    assert definition.query not in UNJUDGED or not found.tested
    assert found.broken >= len(found.exceptions)


def test_what_cannot_be_judged_is_told(statuses):
    """Its count is the population, none of it is tested, and the words say what there is."""
    assert "1 dispute of a finding" == statuses["ISO42001-A.3.3"].on_record
    assert (1, 0) == (statuses["ISO42001-A.3.3"].population, statuses["ISO42001-A.3.3"].tested)
    assert "1 stop" in statuses["GDPR-33"].on_record


def test_records_are_counted_not_sorts_of_them(report):
    """Of checks that do not say whether AI made the text, each is an exception."""
    found = next(one for one in report.controls if one.definition.id == "AIA-50.2")

    assert sum(one.binding and not one.origin for one in report.decisions) == found.broken > 1


def test_a_question_that_is_not_yet_due_shows_nothing(tmp_path):
    """That people answer is shown by answers, not by a question that nobody had to answer yet."""
    books = books_in(tmp_path)
    books.log.clock = Clock(LATE_MS)
    books.log.append_check(check(books.log, verdict="escalate", queue="legal", due_hours=240))
    found = next(one for one in books.report().controls if one.definition.id == "AIA-14.1")
    books.log.close()

    assert ("no evidence", 1, 0) == (found.status, found.population, found.tested)
    assert "1 question not yet due, or no longer asked" == found.on_record


def test_six_months_of_logs_are_kept_once_there_are_six_months(books):
    """A ledger of four weeks has not kept anything for six months yet; one that is older and whole has."""
    young = next(one for one in books.report().controls if one.definition.id == "AIA-19")
    books.log.clock = Clock(PERIOD.until_ms + 200 * DAY_MS)
    later = books.maker().made(Period(PERIOD.until_ms + 180 * DAY_MS, PERIOD.until_ms + 190 * DAY_MS))
    old = next(one for one in later.controls if one.definition.id == "AIA-19")

    assert ("no evidence", "satisfied") == (young.status, old.status)
    assert "27 days" in young.on_record


def test_a_key_that_ended_and_was_not_used_since_meets_its_control(books):
    """Something could have gone wrong, and did not."""
    books.log.clock = Clock(LATE_MS)
    key = signer(books.log, "permit").key.vkey
    books.log.append("key_event", {"event": RETIRED, "purpose": "permit", "vkey": key, "approved_by": ["a", "b"]})
    found = next(one for one in books.report().controls if one.definition.id == "AIA-15.3")

    assert "satisfied" == found.status
    assert found.tested == 1
