"""What goes with what, what stands against it, and what the receipt says."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from guardrails.audit import tlog
from guardrails.audit.parts import texts_of
from guardrails.backends.documents.rendered import html_of
from guardrails.errors import DraftError
from guardrails.model.draft import Draft, Field
from guardrails.privacy import holds
from guardrails.privacy.published import (
    Desk,
    add_hold,
    end_hold,
    erase,
    export_subject,
    list_holds,
)
from guardrails.render.moment import rfc3339
from guardrails.review import dispute, stop
from guardrails.review.permits import issue
from tests.e2e import nimbrel
from tests.privacy.conftest import PEOPLE
from tests.review.office import AGENT, EDITOR, Office, asking, changed, plain

DAY_MS = 86_400_000
TWO = Draft((Field("title", "Erna Vogt likes it"), Field("body", "Lamps are good.")))
SAID: dict[str, Any] = {
    "ground": "gdpr-17-1-b",
    "request": "ticket 7",
    "reason": "She asked us to.",
}


def erased(desk: Desk, **wanted: Any) -> dict[str, Any]:
    """Erase and return the receipt as JSON gives it."""
    body: dict[str, Any] = json.loads(json.dumps(erase(desk, {**wanted, **SAID}, people=PEOPLE)))
    return body


def planned(desk: Desk, **wanted: Any) -> dict[str, Any]:
    """Return the plan as JSON gives it."""
    body: dict[str, Any] = json.loads(json.dumps(erase(desk, {**wanted, "dry_run": True})))
    return body


def left(desk: Desk, index: int) -> set[str]:
    """Return the parts of a record that still have a key."""
    record = desk.log.record(index)
    return {part for part in record.commitments() if desk.log.keys.part_key(record.id, part)}


def index_of(desk: Desk, record_id: str) -> int:
    """Return where a record stands."""
    found = desk.log.find(record_id)
    assert found is not None
    return found[0]


def test_a_text_goes_with_what_people_said_about_it(office: Office, desk: Desk) -> None:
    """Of the check only what Rego decided on is left, of its review and dispute only who and how."""
    answer = office.submit()
    edited = changed(asking()).fields
    review = office.decide(office.only_review(), edited=edited)
    disputed = dispute.dispute(office.gate, str(answer.check_id), "f1", "wrong", "Erna said so.", EDITOR)
    receipt = erased(desk, checks=[answer.check_id])

    assert {"engine_input"} == left(desk, index_of(desk, str(answer.check_id)))
    assert {"persons"} == left(desk, index_of(desk, review.answers[0].record_id))
    assert {"persons"} == left(desk, disputed.index)
    assert answer.check_id == desk.log.record(receipt["records"][0]["index"]).text("target")
    assert desk.log.verify().ok


def test_one_field_goes_and_the_others_stay(office: Office, desk: Desk) -> None:
    """Sources, context and the other field can be read; what may quote the field cannot."""
    answer = office.submit(TWO)
    assert answer.audit is not None
    erased(desk, checks=[answer.check_id], field="title")

    assert {"context", "engine_input", "field:1"} == left(desk, answer.audit.index)
    assert ("Lamps are good.",) == texts_of(desk.log, answer.audit.index)
    assert desk.log.verify().ok


@pytest.mark.parametrize("field", ["headline", "field:0"])
def test_an_unknown_field_is_said(office: Office, desk: Desk, field: str) -> None:
    """A misspelt field erases nothing, and the others are named."""
    answer = office.submit(TWO)
    with pytest.raises(DraftError) as refused:
        erased(desk, checks=[answer.check_id], field=field)

    assert "field-unknown" == refused.value.code
    assert "title" in refused.value.help


def test_a_person_goes_wherever_they_are_named(office: Office, desk: Desk) -> None:
    """Every part that names them is taken with the quotes of it; the other texts and fields stay."""
    named, other = office.submit(TWO), office.submit(Draft((Field("body", "Lamps are fine."),)))
    assert named.audit is not None
    assert other.audit is not None
    receipt = erased(desk, subject=["erna vogt"])

    assert [named.check_id] == [one["record"] for one in receipt["taken"]]
    assert {"context", "engine_input", "field:1"} == left(desk, named.audit.index)
    assert "field:0" in left(desk, other.audit.index)
    assert planned(desk, subject=["erna vogt"])["taken"] == []


def test_a_person_in_the_name_of_a_field_takes_the_replay(office: Office, desk: Desk) -> None:
    """If what Rego decided on names them, it goes too, and the plan says what is lost by it."""
    answer = office.submit(Draft((Field("erna-vogt", "Lamps are good."),)))
    lost = {one["code"] for one in planned(desk, subject=["erna-vogt"])["lost"]}
    erased(desk, subject=["erna-vogt"])
    assert answer.audit is not None

    assert "decision-replay" in lost
    assert "engine_input" not in left(desk, answer.audit.index)


def test_a_question_about_an_erased_text_is_closed(office: Office, desk: Desk) -> None:
    """The plan says that it still waits; erased with others, for a person, it waits no more and nobody is asked."""
    texts = (plain(f"The light of Lampadio is dull, says Erna Vogt on {day}.") for day in ("Monday", "Friday"))
    first, second = (office.submit(text, channel="blog") for text in texts)
    before = {one.check for one in office.desk.reviews()}
    lost = [one["record"] for one in planned(desk, subject=["Erna Vogt"])["lost"] if one["code"] == "question"]
    erased(desk, subject=["Erna Vogt"])

    assert {first.check_id, second.check_id} == before == set(lost)
    assert () == office.desk.reviews()
    assert {"erased"} == {one.status for one in office.desk.reviews(status="all")}
    assert [] == [one for one in planned(desk, checks=[first.check_id])["lost"] if one["code"] == "question"]


def test_a_dry_run_erases_nothing(office: Office, desk: Desk) -> None:
    """It names the parts, what is lost, the copies and the last back-up, and that nothing stands against it."""
    answer = office.submit(TWO)
    export_subject(desk, {"texts": ["Erna Vogt"]})
    size = desk.log.head().size
    body = planned(desk, checks=[answer.check_id])

    assert size == desk.log.head().size
    assert {"full-replay", "answer"} == {one["code"] for one in body["lost"]}
    assert ["access"] == [one["type"] for one in body["copies"]]
    assert "2026" in body["backups_end"]
    assert body["refused"] is None


def test_the_receipt_proves_itself(office: Office, desk: Desk) -> None:
    """Each record of it is in the tree of the signed head that comes with it."""
    body = erased(desk, checks=[office.submit(TWO).check_id])
    one, tree = body["records"][0], body["tree"]
    path = tuple(bytes.fromhex(node) for node in one["proof"])

    leaf, root = bytes.fromhex(one["leaf_hash"]), bytes.fromhex(tree["root"])
    assert tlog.inclusion_holds(one["index"], tree["size"], leaf, path, root)
    assert body["checkpoint"].splitlines()[1] == str(tree["size"])


def test_erasing_again_says_the_same_record(office: Office, desk: Desk) -> None:
    """There is one record of it, and everything stays verified."""
    answer = office.submit(TWO)
    first, again = (erased(desk, checks=[answer.check_id]) for _ in range(2))

    assert first["records"][0]["record_id"] == again["records"][0]["record_id"]
    assert ("ticket 7", "ticket 7") == (first["request"], again["request"])
    assert 1 == sum(record.type == "erasure" for _, record in desk.log.records())


def test_erasing_again_for_something_else_says_what_it_was(office: Office, desk: Desk) -> None:
    """The receipt has the ground on record, not the one that was given now, and does not say that this request was it."""
    wanted = {"checks": [office.submit(TWO).check_id], **SAID}
    erase(desk, wanted, people=PEOPLE)
    again = erase(desk, {**wanted, "ground": "gdpr-17-1-a", "request": "ticket 8"}, people=PEOPLE)

    assert ("gdpr-17-1-b", None) == (again["ground"], again["request"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"people": ("key:a",)}, "erasure-not-approved"),
        ({"people": ("key:a", "key:a")}, "erasure-not-approved"),
        ({"ground": ""}, "erasure-ground"),
        ({"reason": " "}, "missing-reason"),
        ({"request": ""}, "missing-reason"),
    ],
)
def test_an_erasure_says_why_and_who(office: Office, desk: Desk, change: dict[str, Any], code: str) -> None:
    """Ground, request, reason and two people are needed."""
    answer = office.submit(TWO)
    size = desk.log.head().size
    body = {"checks": [answer.check_id], **SAID, **change}
    people = body.pop("people", PEOPLE)
    with pytest.raises(DraftError) as refused:
        erase(desk, body, people=people)

    assert code == refused.value.code
    assert size == desk.log.head().size


def test_what_is_in_force_is_ended_first(office: Office, desk: Desk) -> None:
    """The words of a stop cannot go while it holds; ended, they can."""
    halt = stop.stop(office.gate, "channel", "blog", "Erna Vogt saw a wrong price.", EDITOR)
    body = planned(desk, subject=["Erna Vogt"])
    with pytest.raises(DraftError) as refused:
        erased(desk, subject=["Erna Vogt"])
    stop.resume(office.gate, halt.record_id, "Mended.", EDITOR)
    erased(desk, subject=["Erna Vogt"])

    assert (["still-in-force"], [halt.record_id]) == ([body["refused"]], body["in_force"])
    assert "still-in-force" == refused.value.code
    assert {"persons"} == left(desk, halt.index)
    assert () == office.gate.standing.stops()


# -- holds


def test_a_hold_covers_records_from_before_campaigns_were_on_them(office: Office, desk: Desk) -> None:
    """Of an old record the campaign is read from its answer; where that is gone, the record is held."""
    answer = office.submit(campaign="evening")
    assert answer.audit is not None
    record = desk.log.record(answer.audit.index)
    old = replace(record, body={key: value for key, value in record.body.items() if key != "campaign_ref"})
    add_hold(desk, {"scope": "campaign", "reason": "A claim.", "value": "evening"})
    add_hold(desk, {"scope": "campaign", "reason": "A claim.", "value": "morning"})
    evening, morning = holds.holds(desk.log)
    before = [one.covers(desk.log, answer.audit.index, old) for one in (evening, morning)]
    desk.log.keys.drop([(record.id, "assessment")])

    assert [True, False] == before
    assert [True, True] == [one.covers(desk.log, answer.audit.index, old) for one in (evening, morning)]


def day(office: Office, days: int) -> str:
    """Return a moment some days from now."""
    return rfc3339(office.clock.ms + days * DAY_MS)


def wishes(office: Office, check_id: str, days: int = -1) -> dict[str, Any]:
    """Return a hold of each scope that covers the check, if the period of two days begins so many *days* from now."""
    named = {"check": check_id, "channel": "press", "campaign": "Evening"}
    scopes: dict[str, Any] = {scope: {"scope": scope, "value": value} for scope, value in named.items()}
    scopes["period"] = {"scope": "period", "since": day(office, days), "until": day(office, days + 2)}
    return {scope: {**wish, "reason": "A claim."} for scope, wish in scopes.items()}


@pytest.mark.parametrize("scope", holds.SCOPES)
def test_what_is_held_is_not_erased(office: Office, desk: Desk, scope: str) -> None:
    """Neither the text nor what was said about it goes until two people release the hold."""
    answer = office.submit(campaign="evening")
    office.decide(office.only_review())
    held = add_hold(desk, wishes(office, str(answer.check_id))[scope])
    body = planned(desk, checks=[answer.check_id])
    with pytest.raises(DraftError) as refused:
        erased(desk, checks=[answer.check_id])
    with pytest.raises(DraftError) as alone:
        end_hold(desk, str(held["id"]), {"reason": "Settled."}, PEOPLE[:1])
    end_hold(desk, str(held["id"]), {"reason": "Settled."}, PEOPLE)

    assert ("held", [held["id"]]) == (body["refused"], [one["id"] for one in body["holds"]])
    assert ("held", "release-not-approved") == (refused.value.code, alone.value.code)
    assert [] == list_holds(desk)["holds"]
    assert erased(desk, checks=[answer.check_id])["records"]


def test_a_hold_covers_nothing_else(office: Office, desk: Desk) -> None:
    """Another channel, campaign, check or day is not held."""
    other = office.submit(TWO, channel="blog", campaign="morning")
    held = office.submit(campaign="evening")
    for wish in wishes(office, str(held.check_id), days=1).values():
        add_hold(desk, wish)

    assert planned(desk, checks=[other.check_id])["holds"] == []


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"scope": "check", "value": "chk_none"}, "not-found"),
        ({"scope": "channel", "value": "blgo"}, "unknown-value"),
        ({"scope": "campaign", "value": " "}, "missing-reason"),
        ({"scope": "period", "since": "2026-12-01", "until": "2026-11-30"}, "bad-period"),
        ({"scope": "period"}, "bad-period"),
        ({"scope": "channel", "value": "blog", "reason": " "}, "missing-reason"),
        ({"scope": "market", "value": "uk"}, "bad-body"),
    ],
)
def test_a_hold_of_nothing_is_refused(desk: Desk, wish: dict[str, str], code: str) -> None:
    """A misspelt check or channel would hold nothing, so it is said."""
    with pytest.raises(DraftError) as refused:
        add_hold(desk, {"reason": "Why.", **wish})

    assert code == refused.value.code


def test_only_a_hold_in_force_is_released(desk: Desk) -> None:
    """Releasing what is not held is a mistake."""
    with pytest.raises(DraftError) as refused:
        end_hold(desk, "hld_none", {"reason": "Settled."}, PEOPLE)

    assert "hold-unknown" == refused.value.code


def test_a_text_goes_with_its_permit(office: Office, desk: Desk) -> None:
    """A permit holds a bare digest of its text: its words go, that it was issued stays, and it is named as a copy."""
    answer = office.submit(nimbrel.draft(nimbrel.PASSING))
    permit = issue(office.gate, str(answer.check_id), AGENT, html_of)
    receipt = erased(desk, checks=[answer.check_id])

    assert set() == left(desk, permit.index)
    assert "permit" in {one["code"] for one in receipt["lost"]}
    assert "permit" in {one["type"] for one in receipt["copies"]}
    assert permit.id == desk.log.record(permit.index).text("permit_id")
    assert desk.log.verify().ok


def test_a_person_goes_with_the_permits_of_their_text(office: Office, desk: Desk) -> None:
    """The digest in a permit would tell whoever guesses the name; so it goes with the name."""
    plain = nimbrel.draft(nimbrel.PASSING)
    answer = office.submit(replace(plain, fields=(*plain.fields, Field("by", "Written by Erna Vogt."))))
    permit = issue(office.gate, str(answer.check_id), AGENT, html_of)
    receipt = erased(desk, subject=["Erna Vogt"])

    assert set() == left(desk, permit.index)
    assert {answer.check_id, desk.log.record(permit.index).id} == {one["record"] for one in receipt["taken"]}
