"""What people do is recorded once per idempotency key."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from guardrails.model.context import Principal
from guardrails.review import published
from tests.gates import DAY_MS, Clock
from tests.surfaces.http.serving import Served, assert_problem, served

KEY = {"Idempotency-Key": "night-shift-1"}
STOP = {"scope": "all", "reason": "Wait."}
WISH = {"rule": "house-style.emoji", "reason": "A partner.", "until": "2026-12-01"}
PERSON = Principal("person", "legal-counsel")
TEXT = {
    "fields": [{"id": "body", "text": "The light of Lampadio is dull."}],
    "context": {"channel": "blog", "market": "uk", "locale": "en-GB"},
}


@pytest.fixture
def clock() -> Clock:
    """A clock that tests move."""
    return Clock()


@pytest.fixture
def http(tmp_path: Path, clock: Clock) -> Iterator[Served]:
    """Serve a new ledger."""
    with served(tmp_path, clock=clock) as one:
        yield one


@pytest.fixture
def person(http: Served) -> dict[str, str]:
    """The header of a person who may do everything, and says that the request is one."""
    return {**http.key("check", "read", "review", "operate", "privacy", principal=PERSON), **KEY}


def acts(http: Served, person: dict[str, str]) -> dict[str, Any]:
    """A path and a body for everything that can be recorded."""
    check = http.check(TEXT, headers=http.key("check")).json()
    review = http.client.get(f"/v1/reviews/{check['check_id']}", headers=person).json()
    judged = {"relevance": "yes", "positioning": "yes", "stop_needed": True}
    return {
        "/v1/stops": STOP,
        "/v1/waivers": WISH,
        "/v1/disputes": {"check": check["check_id"], "finding": "f1", "reason": "wrong"},
        f"/v1/reviews/{review['id']}/decisions": {
            "decision": "reject", "seen": review["seen"], "reason": "No.", **judged,
        },
        "/v1/facts/N-001/withdrawal": {"reason": "Wrong."},
        "/v1/erasures": {"checks": [check["check_id"]], "ground": "x", "request": "ticket 7", "reason": "Asked."},
        "/v1/holds": {"scope": "channel", "value": "blog", "reason": "A claim."},
    }  # fmt: skip


def test_the_same_request_is_recorded_once(http: Served, person: dict[str, str]) -> None:
    """The second answer has the bytes of the first, and says so; nothing else is recorded."""
    for number, (path, body) in enumerate(acts(http, person).items()):
        header = person | {"Idempotency-Key": str(number)}
        first = http.client.post(path, json=body, headers=header)
        size = http.gate.log.head().size
        second = http.client.post(path, json=body, headers=header)

        assert (200, 200) == (first.status_code, second.status_code), first.text
        assert (first.content, size) == (second.content, http.gate.log.head().size), path
        assert ("Idempotency-Replayed" in first.headers, "true") == (False, second.headers["Idempotency-Replayed"])
    assert "guardrails_replays_total 7.0" in http.client.get("/metrics").text


def test_another_request_under_the_same_key_is_refused(http: Served, person: dict[str, str]) -> None:
    """Another body, another path, another person of the role: 422, and nothing is recorded."""
    http.client.post("/v1/stops", json=STOP, headers=person)
    other = {**http.key("operate", principal=PERSON, person="ben"), **KEY}
    size = http.gate.log.head().size
    tried = (
        ("/v1/stops", {**STOP, "reason": "No."}, person),
        ("/v1/waivers", STOP, person),
        ("/v1/stops", STOP, other),
    )
    for path, body, header in tried:
        assert_problem(http.client.post(path, json=body, headers=header), 422, "idempotency-key-reused")

    assert size == http.gate.log.head().size


def test_a_key_is_forgotten_after_a_day(http: Served, person: dict[str, str], clock: Clock) -> None:
    """Then it stands for a new request."""
    first = http.client.post("/v1/stops", json=STOP, headers=person).json()
    clock.ms += DAY_MS - 1
    before = http.client.post("/v1/stops", json=STOP, headers=person).json()
    clock.ms += 1
    after = http.client.post("/v1/stops", json=STOP, headers=person).json()

    assert (first, True) == (before, first["id"] != after["id"])


def test_a_refused_request_leaves_its_key_free(http: Served, person: dict[str, str]) -> None:
    """Who mends a mistake may use the key again."""
    http.client.post("/v1/stops", json={**STOP, "reason": " "}, headers=person)

    assert 200 == http.client.post("/v1/stops", json=STOP, headers=person).status_code


def test_a_key_in_flight_is_409(http: Served, person: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """While the first is under way a second one is told to wait."""
    entered, leave, real = threading.Event(), threading.Event(), published.set_stop

    def slow(*arguments: Any) -> Any:
        entered.set()
        assert leave.wait(20)
        return real(*arguments)

    monkeypatch.setattr(published, "set_stop", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(http.client.post, "/v1/stops", json=STOP, headers=person)
        assert entered.wait(20)
        try:
            assert_problem(http.client.post("/v1/stops", json=STOP, headers=person), 409, "idempotency-key-in-use")
        finally:
            leave.set()
        assert first.result().content == http.client.post("/v1/stops", json=STOP, headers=person).content
