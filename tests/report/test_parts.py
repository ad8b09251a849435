"""Parts that speak of records which other commands make: read by their fields, robust without them."""

from guardrails.audit.signing import RETIRED
from guardrails.report.parts.access import access_of
from guardrails.report.parts.exceptions import exceptions_of
from guardrails.report.parts.incidents import IN_FLIGHT_MS, incidents_of
from guardrails.report.parts.oversight import Agreement, oversight_of
from guardrails.report.parts.privacy import privacy_of
from guardrails.report.period import Period
from tests.report.records import PERIOD, evidence


def test_a_publication_without_a_permit_is_found():
    """A publication names its permit by the permit's id, or by its record's."""
    found = exceptions_of(
        evidence(
            ("permit", {"permit_id": "prm_1", "levels": ["AUTO_PASS"]}),
            ("published", {"permit": "prm_1"}),
            ("published", {"permit": "rec_0"}),
            ("published", {"permit": "prm_9"}),
            ("published", {}),
            ("published", {"permit": "prm_1", "outcome": "permitted"}),
            ("published", {"permit": "prm_1", "outcome": "other-text"}),
        )
    )

    assert [("rec_3", "no-permit", "prm_9"), ("rec_4", "no-permit", ""), ("rec_6", "other-text", "prm_1")] == [
        (one.record, one.outcome, one.permit) for one in found.no_permit
    ]
    assert 6 == found.published


def test_a_permit_that_ended_unused_is_counted():
    """One that still holds may yet be used; one under which something was published was; one of before may end now."""
    found = exceptions_of(
        evidence(
            ("permit", {"permit_id": "prm_1", "until_ms": PERIOD.from_ms + 9}),
            ("permit", {"permit_id": "prm_2", "until_ms": PERIOD.from_ms + 9}),
            ("permit", {"permit_id": "prm_3", "until_ms": PERIOD.until_ms}),
            ("permit", {"permit_id": "prm_4", "until_ms": PERIOD.from_ms - 1}),
            ("published", {"permit": "prm_1"}),
        )
    )

    assert 1 == found.unused_permits


def test_break_glass_is_found():
    """A permit of that level is on the first page, whoever gave it."""
    found = exceptions_of(
        evidence(("permit", {"level": "BREAK_GLASS", "until_ms": 5}), ("permit", {"level": "HUMAN_1"}))
    )

    assert ["rec_0"] == [one.record for one in found.break_glass]


def test_a_pass_with_a_fault_is_a_defect_unless_a_person_approved_it():
    """The gate fails closed; should it ever not, the report says so."""
    check = {"binding": True, "verdict": "pass", "reasons": [], "completeness": {"complete": False, "faults": ["f"]}}
    found = exceptions_of(evidence(("check", check), ("check", {**check, "reasons": ["approved"]})))

    assert 1 == found.passed_with_fault
    assert 2 == found.degraded


def test_duties_that_were_not_kept_apart_are_found():
    """An author who answers, a policy activated by its proposer, a waiver approved by who asked, a reader that writes."""
    found = access_of(
        evidence(
            ("check", {"binding": True, "content_ref": "c", "actor_ref": "ann"}),
            ("review", {"content_ref": "c", "actor_ref": "ann"}),
            ("review", {"content_ref": "c", "actor_ref": "bob"}),
            ("policy_activated", {"event": "activated", "role": "legal", "proposed_by": "legal"}),
            ("policy_activated", {"event": "activated", "role": "legal", "proposed_by": "brand"}),
            ("waiver", {"event": "requested", "actor_ref": "ann"}),
            ("waiver", {"event": "approved", "of": "rec_5", "actor_ref": "ann"}),
            ("disclosure", {"actor_ref": "reader"}),
            ("policy_proposed", {"role": "brand", "actor_ref": "cy"}),
            (
                "policy_activated",
                {"event": "activated", "role": "legal", "proposed_by": "brand", "proposal": "rec_8", "actor_ref": "cy"},
            ),
        ),
        frozenset({"reader"}),
        str,
    ).duties

    assert ("rec_1",) == found.own_text
    assert ("rec_3", "rec_9") == found.own_policy
    assert ("rec_6",) == found.own_waiver
    assert ("rec_7",) == found.auditors


def test_a_key_that_is_used_after_its_end_is_found():
    """What is in flight when a key ends is none; where a person stands behind a key, acts say nothing of the key."""
    late = [None] * IN_FLIGHT_MS
    period = Period(PERIOD.from_ms, PERIOD.from_ms + 2 * IN_FLIGHT_MS)
    found = access_of(
        evidence(
            ("key_event", {"event": "revoked", "key": "k1", "person_ref": ""}),
            ("key_event", {"event": "revoked", "key": "k2", "person_ref": "ann"}),
            ("key_event", {"event": RETIRED, "approved_by": ["a", "a"]}),
            ("key_event", {"event": RETIRED, "approved_by": ["a", "b"]}),
            ("dispute", {"actor_ref": "k1"}),
            *late,
            ("dispute", {"actor_ref": "k1"}),
            ("dispute", {"actor_ref": "k2"}),
            period=period,
        ),
        frozenset(),
        str,
    ).key_use

    assert 3 == found.ended
    assert (f"rec_{5 + IN_FLIGHT_MS}",) == found.after_end
    assert ("rec_2",) == found.one_person


def test_what_passes_while_everything_is_stopped_is_found():
    """A stop of everything lets nothing pass; a check that was under way then is none, nor one after it ended."""
    passed = ("check", {"binding": True, "verdict": "pass"})
    wait = [None] * IN_FLIGHT_MS
    (one,) = incidents_of(
        evidence(
            ("stop", {"event": "set", "scope": "all"}),
            passed,
            *wait,
            passed,
            ("check", {"binding": True, "verdict": "escalate", "reasons": ["stop-in-force"]}),
            ("stop", {"event": "ended", "of": "rec_0"}),
            passed,
            period=Period(PERIOD.from_ms, PERIOD.from_ms + 2 * IN_FLIGHT_MS),
        )
    ).stops

    assert (1, 1) == (one.held, one.passed)


def test_an_erasure_by_one_person_is_found():
    """Two different people approve, or it is an exception."""
    found = privacy_of(
        evidence(
            ("erasure", {"ground": "g", "approved_by": ["a", "b"]}),
            ("erasure", {"ground": "g", "approved_by": ["a", "a"]}),
            ("hold", {"event": "set"}),
            ("erasure", {"ground": "retention", "erased": [{"type": "check", "parts": ["*"], "ranges": [[0, 2]]}]}),
            ("access", {"what": "subject-find"}),
        ),
        (),
    )

    assert (("g", 2),) == found.erasures
    assert ("rec_1",) == found.one_person
    assert ((("set", 1),), 1, (("subject-find", 1),)) == (found.holds, found.retention, found.requests)


def test_a_hold_is_in_force_until_it_is_released():
    """Of two holds one is released; the other, however old, still holds."""
    released = ("hold", {"event": "released", "of": "rec_0"})
    found = privacy_of(evidence(("hold", {"event": "set"}), ("hold", {"event": "set"}), released), ())

    assert 1 == found.held


def test_times_are_given_for_five_people_and_not_for_four():
    """Figures about fewer than five people are about persons."""

    def answers(people):
        final = {"final": True, "queue": "q", "decision": "approve", "edited": False, "opened_ms": 0}
        return evidence(*(("review", {**final, "actor_ref": f"p{number % people}"}) for number in range(10)))

    assert oversight_of(answers(4)).queues[0].manner is None
    assert oversight_of(answers(5)).queues[0].manner is not None


def test_words_in_clear_are_found():
    """A record that holds words, which none may, is named."""
    assert ("rec_1",) == evidence(("stop", {"event": "set"}), ("stop", {"why": {"said": ["it is wrong"]}})).wordy


def test_what_was_made_before_it_was_counted_is_not_counted_as_nothing():
    """A record without the count of what was not seen does not say that everything was seen."""
    (one,) = evidence(("check", {"binding": True, "completeness": {"complete": True}})).decisions

    assert -1 == one.not_seen


def test_a_pause_in_which_heartbeats_were_due_is_an_incident():
    """From the first heartbeat on, more than twice its time without a record is named, and breaks the control."""
    beat = ("heartbeat", {"every_ms": 2})
    found = incidents_of(evidence(beat, beat, beat, *[None] * 9, beat))

    assert [(PERIOD.from_ms + 2, PERIOD.from_ms + 12)] == [(one.from_ms, one.to_ms) for one in found.silences]
    assert () == incidents_of(evidence(*[None] * 9, beat, beat)).silences


def test_whether_people_agree_is_told_about_five_of_them():
    """Of the questions that several answered, in how many all said the same; nothing while fewer than five did."""

    def asked(*pairs):
        check = {"binding": True, "verdict": "escalate", "routing": {"queue": "q", "due_hours": 1}}
        records = []
        for at, (first, second) in enumerate(pairs):
            review = f"rev_{len(records)}"
            records.append(("check", {**check, "content_ref": f"c{at}", "place_ref": "p"}))
            records += [
                ("review", {"review": review, "actor_ref": f"p{at}{turn}", "decision": word, "final": turn == 1})
                for turn, word in enumerate((first, second))
            ]
        return records

    three = (("approve", "approve"), ("approve", "reject"), ("approve", "approve"))

    assert Agreement(3, 2) == oversight_of(evidence(*asked(*three))).agreement
    assert oversight_of(evidence(*asked(*three[:2]))).agreement is None
