"""People answer over HTTP, agents read what became of theirs."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
import structlog
from structlog.testing import capture_logs

from guardrails.model.context import Principal
from guardrails.render import review_schemas
from tests.audit.samples import erase_text
from tests.gates import DAY_MS
from tests.surfaces.http.people import TEXT, People, plain, refused, verdict
from tests.surfaces.http.serving import assert_problem


def test_from_escalation_to_pass(people: People) -> None:
    """Escalate, list, show, approve, check again: pass, in the approver's role; and for nothing else."""
    assert "escalate" == people.submit()["assessment"]["verdict"]
    review = people.review()
    done = people.answer(review)

    assert ("legal", 1, ["legal-counsel"]) == (review["queue"], review["submissions"], review["may_answer"])
    assert (200, "decided") == (done.status_code, done.json()["answers"][0]["status"])
    assert ("pass", "role:legal-counsel") == verdict(people)
    assert ("escalate", None) == verdict(people, f"{TEXT} ")
    assert ("escalate", None) == verdict(people, channel="linkedin")
    people.clock.ms += 14 * DAY_MS
    assert ("escalate", None) == verdict(people)


def test_the_author_reads_what_became_of_it(people: People) -> None:
    """By the id of its check; instructions and edited text, and neither reason nor others' words."""
    check = people.submit()["check_id"]
    before = people.ask("GET", f"/v1/reviews/{check}", "agent").json()
    people.answer(people.review(), decision="send-back", instructions=["Leave the name out."])
    after = people.ask("GET", f"/v1/reviews/{check}", "agent").json()

    assert jsonschema_rs.is_valid(review_schemas.REVIEW_STATUS, after)
    assert ("open", None) == (before["status"], before["answer"])
    assert ("decided", "send-back") == (after["status"], after["answer"]["decision"])
    assert ["Leave the name out."] == after["answer"]["instructions"]
    assert "Fair." not in str(after)
    assert_problem(people.ask("GET", f"/v1/reviews/{check}", "other"), 404, "review-unknown")


def test_an_edited_text_is_handed_back_to_its_author(people: People) -> None:
    """The agent submits exactly that, and it passes."""
    check = people.submit()["check_id"]
    edited = [{"id": "body", "format": "text", "text": "The light of others is dull."}]
    people.answer(people.review(), edited=edited)
    answer = people.ask("GET", f"/v1/reviews/{check}", "agent").json()["answer"]

    assert edited == answer["edited"]
    assert ("pass", "role:legal-counsel") == verdict(people, answer["edited"][0]["text"])


def test_what_is_published_is_as_described(people: People) -> None:
    """Every answer satisfies its schema."""
    people.submit()
    people.submit("Lampadio again.")
    listed = people.ask("GET", "/v1/reviews").json()
    review = people.ask("GET", f"/v1/reviews/{listed['questions'][0]['texts'][0]['id']}").json()
    asked = {"rule": "nimbrel-escalation.competitors", "reason": "A partner.", "until": "2026-12-01"}
    forms = {
        "REVIEWS": listed,
        "REVIEW": review,
        "REVIEW_DECISION": people.answer(review).json(),
        "RECORDED": people.ask("POST", "/v1/waivers", json=asked).json(),
        "WAIVERS": people.ask("GET", "/v1/waivers").json(),
    }
    people.ask("POST", "/v1/stops", json={"scope": "all", "reason": "Wait."})
    forms["STOPS"] = people.ask("GET", "/v1/stops").json()

    assert 1 == len(forms["STOPS"]["stops"])
    for name, form in forms.items():
        assert jsonschema_rs.is_valid(getattr(review_schemas, name), form), (name, form)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"who": "bold"}, (403, "person-needed")),
        ({"who": "agent"}, (403, "forbidden")),
        ({"who": "press"}, (403, "not-asked")),
        ({"seen": {"content_sha256": "0" * 64, "policy_digest": "", "question_ref": ""}}, (409, "review-moved")),
        ({"reason": " "}, (422, "missing-reason")),
        ({"decision": "send-back", "instructions": []}, (422, "missing-instructions")),
        ({"decision": "send-back"}, (422, "bad-body")),
        ({"decision": "publish"}, (422, "bad-body")),
        ({"relevance": "very"}, (422, "bad-body")),
        ({"stop_needed": "yes"}, (422, "bad-body")),
        ({"approved_by": "role:head-of-content"}, (422, "bad-body")),
        ({"until": "2026-11-22"}, (422, "bad-end")),
        ({"until": "soon"}, (422, "bad-moment")),
        ({"edited": [{"id": "other", "text": "x"}]}, (422, "bad-edits")),
        ({"edited": [{"id": "body", "text": f"{TEXT} Guaranteed, the best."}]}, (422, "edits-add-findings")),
        ({"decision": "waive", "finding": "f9", "until": "2026-12-01"}, (404, "finding-unknown")),
        ({"decision": "waive", "finding": "f1"}, (422, "bad-body")),
    ],
)
def test_a_forged_answer_is_refused(people: People, changes: dict[str, Any], expected: tuple[int, str]) -> None:
    """Nothing is recorded of it."""
    people.submit()
    size = people.http.gate.log.head().size
    wanted = plain(changes) if changes.get("decision") == "waive" else dict(changes)

    assert expected == refused(people, **wanted)
    assert size == people.http.gate.log.head().size


@pytest.mark.parametrize("decision", [None, "s3cret"])
def test_a_body_without_a_decision_is_told_what_one_is(people: People, decision: str | None) -> None:
    """The problem names the decisions there are, and repeats nothing that was sent."""
    people.submit()
    problem = people.answer(people.review(), decision=decision).json()

    assert "“decision” is needed, one of approve, reject, send-back, waive, wrong (1 in all)" == problem["detail"]


def test_an_answer_is_not_given_twice(people: People) -> None:
    """A replayed decision is refused, by the same person and by anybody else."""
    people.submit()
    review = people.review()
    people.answer(review)

    assert (409, "review-decided") == refused(people, review=review)


def test_four_eyes(people: People) -> None:
    """The same person twice is one person; the second one decides."""
    people.submit("There will be layoffs.")
    review = people.review("editor")
    first = people.answer(review, "editor").json()["answers"][0]

    assert ("open", 1) == (first["status"], first["people_missing"])
    assert (409, "already-answered") == refused(people, review=review, who="editor")
    second = people.answer(review, "press").json()["answers"][0]
    assert ("decided", 0) == (second["status"], second["people_missing"])
    assert ("pass", "role:head-of-communications") == verdict(people, "There will be layoffs.")


def test_nobody_answers_their_own(people: People) -> None:
    """A text that the person has submitted; a rule for which the person has asked an exception."""
    people.submit(who="legal")
    own = people.review()
    people.submit("Lampadio again.")
    wish = {"rule": "nimbrel-escalation.competitors", "reason": "A partner.", "until": "2026-12-01"}

    assert (403, "own-text") == refused(people, review=own)
    listed = people.ask("GET", "/v1/reviews").json()["questions"]
    (other,) = (one["texts"][0]["id"] for one in listed if one["texts"][0]["id"] != own["id"])
    people.ask("POST", "/v1/waivers", json=wish)
    assert (403, "own-request") == refused(people, review=people.ask("GET", f"/v1/reviews/{other}").json())


def test_agents_read_nobody_elses(people: People) -> None:
    """An agent's key with the scope review reads no list, and of a review no more than its own outcome."""
    check = people.submit()["check_id"]

    assert_problem(people.ask("GET", "/v1/reviews", "bold"), 403, "person-needed")
    assert "guardrails.review-status/v1" == people.ask("GET", f"/v1/reviews/{check}", "bold").json()["schema"]


def test_one_answer_for_one_question(people: People) -> None:
    """Texts that share the passage are listed once and answered once."""
    for channel in ("blog", "linkedin"):
        people.submit(channel=channel)
    (question,) = people.ask("GET", "/v1/reviews", params={"queue": "legal"}).json()["questions"]
    review = people.review()
    done = people.answer(review, group=True).json()["answers"]

    assert (2, 1) == (len(question["texts"]), len(review["alike"]))
    assert ["decided", "decided"] == [one["status"] for one in done]
    assert [] == people.ask("GET", "/v1/reviews", params={"queue": "management"}).json()["questions"]
    assert ["pass", "pass"] == [verdict(people, channel=channel)[0] for channel in ("blog", "linkedin")]


@pytest.mark.parametrize(("decision", "until"), [("waive", "2026-12-01"), ("wrong", None)])
def test_a_single_finding_is_lifted(people: People, decision: str, until: str | None) -> None:
    """The author asks again, and the review is moot."""
    people.submit()
    review = people.review()
    done = people.answer(review, **plain({"decision": decision, "finding": "f1", "until": until})).json()

    assert {"waive": "finding-waived", "wrong": "finding-wrong"}[decision] == done["what"]
    assert ("pass", "role:head-of-content") == verdict(people)
    assert "moot" == people.ask("GET", f"/v1/reviews/{review['id']}").json()["status"]


def test_personal_data_is_masked_until_asked_for(people: People) -> None:
    """Text and opening words are; whoever asks for it may (scope `disclose`), and is on the record first."""
    text = f"Write to ida.lamm@mail.example. {TEXT}"
    people.submit(text)
    review = people.review()
    asked = {"url": f"/v1/reviews/{review['id']}", "params": {"show_personal_data": True}}
    trusted = people.http.key("review", "disclose", principal=Principal("person", "legal-counsel"))
    shown = people.http.client.get(**asked, headers=trusted).json()
    last = list(people.http.gate.log.records())[-1][1]

    assert "ida.lamm" not in str(review)
    assert (True, False) == (review["masked"], shown["masked"])
    assert text == shown["draft"]["fields"][0]["text"]
    assert ("disclosure", review["check_id"]) == (last.type, last.text("check"))
    assert_problem(people.http.client.get(**asked, headers=people.headers["legal"]), 403, "forbidden")


def test_no_word_and_no_person_is_logged(people: People) -> None:
    """Ids, kinds and codes are."""
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as events:
        people.submit()
        review = people.review()
        people.answer(review, reason="Kanarienvogel.")
        people.ask("POST", "/v1/stops", json={"scope": "campaign", "value": "Kanarienvogel", "reason": "Kanarienvogel"})
    answered = [event for event in events if event["event"] == "review_answered"]

    assert [(review["id"], "approve", "decided")] == [
        (event["review"], event["decision"], event["status"]) for event in answered
    ]
    assert "recorded" in {event["event"] for event in events}
    for word in ("Kanarienvogel", "Lampadio", "legal-counsel", "distribution"):
        assert word not in str(events)


def test_an_erased_text_is_gone(people: People) -> None:
    """Its review is 410, and the list goes on without it."""
    check = people.submit()["check_id"]
    erase_text(people.http.gate.log, check)

    assert [] == people.ask("GET", "/v1/reviews", params={"status": "all"}).json()["questions"]
    assert_problem(people.ask("GET", f"/v1/reviews/{check}"), 410, "payload-missing")
