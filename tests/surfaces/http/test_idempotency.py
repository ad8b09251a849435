"""The same request twice is one check."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from guardrails.model.context import Principal
from tests.e2e import nimbrel
from tests.surfaces.http.serving import Served, assert_problem, bodies, passing, served

KEY = {"Idempotency-Key": "run-81:draft-3"}


def test_the_same_body_gives_the_same_bytes_and_one_record(http: Served) -> None:
    """The second answer is the first, and says so."""
    first = http.check(headers=KEY)
    size = http.gate.log.head().size
    second = http.check(headers=KEY)

    assert first.content == second.content
    assert size == http.gate.log.head().size
    assert "Idempotency-Replayed" not in first.headers
    assert "true" == second.headers["Idempotency-Replayed"]
    assert "pass" == second.headers["Guardrails-Verdict"]


def test_a_replay_is_counted_apart(http: Served) -> None:
    """Metrics count one check and one replay."""
    http.check(headers=KEY)
    http.check(headers=KEY)
    text = http.client.get("/metrics").text

    assert 'guardrails_checks_total{verdict="pass"} 1.0' in text
    assert "guardrails_replays_total 1.0" in text


def test_another_body_is_refused(http: Served) -> None:
    """A key belongs to one body; another moment is another request too."""
    http.check(headers=KEY)

    assert_problem(http.check(bodies("Something else."), headers=KEY), 422, "idempotency-key-reused")
    assert_problem(http.check(headers=KEY, params={"as_of": nimbrel.AS_OF}), 422, "idempotency-key-reused")


def test_a_refused_request_leaves_its_key_free(http: Served) -> None:
    """Who mends a bad body may use the key again."""
    http.check({"fields": []}, headers=KEY)

    assert 200 == http.check(headers=KEY).status_code


def test_keys_of_two_principals_do_not_meet(http: Served) -> None:
    """Another agent's key of the same name is another key."""
    first = http.check(headers=KEY | http.key("check"))
    second = http.check(headers=KEY | http.key("check", principal=Principal("agent", "creative")))

    assert first.json()["check_id"] != second.json()["check_id"]


def test_a_key_in_flight_is_409(tmp_path: Path) -> None:
    """While the first is under way a second is told to wait; afterwards it gets the first's answer."""
    entered, leave = threading.Event(), threading.Event()

    def slow(*arguments):
        entered.set()
        assert leave.wait(20)
        return nimbrel.evaluate()(*arguments)

    with served(tmp_path, slow) as http, ThreadPoolExecutor(1) as pool:
        first = pool.submit(http.check, passing(), headers=KEY)
        assert entered.wait(20)
        try:
            assert "guardrails_checks_under_way 1.0" in http.client.get("/metrics").text
            assert_problem(http.check(headers=KEY), 409, "idempotency-key-in-use")
        finally:
            leave.set()
        assert first.result().content == http.check(headers=KEY).content
