"""A list of reviews waits for news."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.surfaces.http.people import People, verdict
from tests.surfaces.http.serving import assert_problem


def waited(people: People, version: int, wait: int = 20) -> tuple[int, float]:
    """The version that a long poll comes back with, and how long it took in seconds."""
    started = time.monotonic()
    listed = people.ask("GET", "/v1/reviews", params={"version": version, "wait": wait})
    return listed.json()["version"], time.monotonic() - started


def test_a_list_that_has_changed_is_answered_at_once(people: People) -> None:
    """Another version than the caller's, older or newer, is no reason to wait."""
    people.submit()
    version = people.ask("GET", "/v1/reviews").json()["version"]

    assert [version, version] == [waited(people, other)[0] for other in (0, version + 100)]
    assert max(waited(people, other)[1] for other in (0, version + 100)) < 10


def test_a_list_waits_for_the_next_question(people: People) -> None:
    """It comes back with what was asked meanwhile, also where another process recorded it."""
    version = people.ask("GET", "/v1/reviews").json()["version"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(waited, people, version)
        people.submit("We like lamps.")  # passes: no news for the desk
        people.submit()

        assert version < waiting.result()[0]


def test_a_list_without_news_comes_back_unchanged(people: People) -> None:
    """After the time it was told to wait."""
    version = people.ask("GET", "/v1/reviews").json()["version"]

    assert (version, True) == (waited(people, version, 1)[0], waited(people, version, 1)[1] >= 1)


def test_whoever_waits_holds_nobody_up(people: People) -> None:
    """Twenty wait, and checks and look-ups go on; a stopping server lets them go."""
    version, done = people.ask("GET", "/v1/reviews").json()["version"], threading.Event()
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(waited, people, version, 60) for _ in range(20)]
        verdicts = [verdict(people, "We like lamps.")[0] for _ in range(3)]
        people.http.app.state.is_stopping = done.is_set
        done.set()
        versions = {one.result(30)[0] for one in waiting}

    assert (["pass"] * 3, {version}) == (verdicts, versions)


@pytest.mark.parametrize("params", [{"wait": 61}, {"wait": -1}, {"version": "x"}, {"status": "nothing"}])
def test_bad_parameters_of_a_list_are_refused(people: People, params: dict[str, Any]) -> None:
    """Nobody waits longer than a minute."""
    assert_problem(people.ask("GET", "/v1/reviews", params=params), 422, "bad-parameter")
