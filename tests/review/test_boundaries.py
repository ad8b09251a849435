"""A waiver begins and ends at the same millisecond whichever way a text is judged: there is one evaluator."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from guardrails.answer import assessed
from guardrails.audit.parts import draft_of
from guardrails.audit.standing import state_of
from guardrails.gate import Gate
from guardrails.model.context import Actor, Principal
from guardrails.model.draft import draft_json
from guardrails.review import waive
from guardrails.review.waive import Wish
from tests.e2e import nimbrel
from tests.gates import DAY_MS, Clock
from tests.review.office import EDITOR, LEGAL, plain
from tests.surfaces.http.serving import Served, served

DRAFT = plain("The light of Lampadio is dull.")
PLACE = (("channel", "blog"), ("locale", "en-GB"), ("market", "uk"))
START, END = nimbrel.AS_OF_MS + DAY_MS, nimbrel.AS_OF_MS + 2 * DAY_MS
MOMENTS = [START - 1, START, START + 1, END - 1, END, END + 1]
EXPECTED = ["escalate", "pass", "pass", "pass", "escalate", "escalate"]
AGENT = Actor(Principal("agent", "distribution"), "")


@pytest.fixture
def http(tmp_path: Path) -> Iterator[Served]:
    """A server with a waiver in force from START until END; its clock stands after all of it."""
    clock = Clock()
    with served(tmp_path, clock=clock) as one:
        wish = Wish("nimbrel-escalation.competitors", "A partner.", END)
        asked = waive.request(one.gate, wish, LEGAL)
        clock.ms = START
        waive.approve(one.gate, asked.record_id, EDITOR)
        clock.ms = END + DAY_MS
        yield one


def by_clock(http: Served, moment_ms: int) -> str:
    """The gate, when the clock shows that moment."""
    clock = http.gate.clock
    assert isinstance(clock, Clock)
    clock.ms = moment_ms
    return http.gate.check(DRAFT, principal=nimbrel.AGENT, caller=PLACE).assessment.verdict


def by_simulation(http: Served, moment_ms: int) -> str:
    """The gate, asked what would be then."""
    return http.gate.check(DRAFT, principal=nimbrel.AGENT, caller=PLACE, as_of_ms=moment_ms).assessment.verdict


def by_http(http: Served, moment_ms: int) -> str:
    """The server, asked what would be then."""
    as_of = datetime.fromtimestamp(moment_ms / 1000, UTC).isoformat(timespec="milliseconds")
    answer = http.check({**draft_json(DRAFT), "context": dict(PLACE)}, params={"as_of": as_of})
    return str(answer.headers["Guardrails-Verdict"])


def by_replay(http: Served, moment_ms: int) -> str:
    """The evaluator alone, over draft and state as the ledger has them."""
    answer = http.gate.check(DRAFT, principal=nimbrel.AGENT, caller=PLACE, as_of_ms=moment_ms)
    return replayed(http.gate, str(answer.check_id), moment_ms)


def replayed(gate: Gate, check_id: str, moment_ms: int) -> str:
    """The verdict of a stored check, made again; its assessment must come out byte for byte."""
    found = gate.log.find_check(check_id)
    assert found is not None
    index = found.receipt.index
    draft = draft_of(gate.log, index)
    state = state_of(json.loads(gate.log.decrypt(index, "state")))
    made = assessed(draft, gate.evaluate(draft, gate.policy, state, moment_ms))
    assert gate.log.decrypt(index, "assessment") == made["assessment_bytes"]
    return str(made["assessment"].verdict)


@pytest.mark.parametrize("way", [by_clock, by_simulation, by_http, by_replay])
def test_a_waiver_begins_and_ends_on_the_millisecond(http: Served, way: Callable[[Served, int], str]) -> None:
    """Both ends, one millisecond before, at, and one after."""
    if way is by_clock:  # the ledger's clock cannot have known the waiver before it was approved
        assert EXPECTED[1:] == [way(http, moment) for moment in MOMENTS[1:]]
        return

    assert EXPECTED == [way(http, moment) for moment in MOMENTS]


def test_a_decided_check_is_made_again_from_the_ledger(http: Served) -> None:
    """With rounds, waivers, rulings and stops in its state: the same bytes."""
    from guardrails.review.deciding import decide
    from guardrails.review.desk import Desk
    from tests.review.office import Office

    clock = http.gate.clock
    assert isinstance(clock, Clock)
    office = Office(http.gate, Desk(http.gate), clock)
    for _ in range(2):
        office.submit(DRAFT, AGENT, **dict(PLACE))
    review = office.only_review()
    decide(office.desk, review.id, office.answer(review), LEGAL)
    answer = office.submit(DRAFT, AGENT, **dict(PLACE))
    found = http.gate.log.find_check(str(answer.check_id))
    assert found is not None
    state = state_of(json.loads(http.gate.log.decrypt(found.receipt.index, "state")))

    assert (2, 1, 1) == (len(state.rounds), len(state.rulings), len(state.waivers))
    assert "pass" == replayed(http.gate, str(answer.check_id), clock.ms)
