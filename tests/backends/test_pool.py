"""The worker pool: no draft takes the server down."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from guardrails.backends.pool import WorkerPool
from guardrails.errors import DraftError, UnavailableError
from guardrails.model.draft import Draft, Field
from guardrails.model.finding import Fault
from guardrails.model.policy import Bundle, CompiledPolicy, Workspace
from guardrails.model.state import State

WORKSPACE = Workspace("w", "b", (), (), (), (), (), (), (), ())
POLICY = CompiledPolicy("sha256:0", WORKSPACE, (), (), Bundle("sha256:1", (), {}), ())


HOARD: list[bytearray] = []


def obedient():
    """Make an `evaluate` that does what the draft says."""

    def evaluate(draft, policy, state, as_of_ms):
        command, _, argument = draft.fields[0].text.partition(" ")
        if command == "die" or (command == "die-once" and not Path(argument).exists()):
            Path(argument or os.devnull).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if command == "sleep":
            time.sleep(60)
        if command == "grow":
            HOARD.append(bytearray(600 * 2**20))
        if command == "refuse":
            raise DraftError("bad-draft", "no")
        if command == "break":
            raise KeyError(argument)
        return f"{policy.digest} {as_of_ms}"

    return evaluate


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    """Two workers with a deadline of two seconds."""
    made = WorkerPool(obedient, POLICY, size=2, deadline_s=2)
    yield made
    made.close()


def ask(pool: WorkerPool, command: str) -> Any:
    """Have the pool evaluate *command*."""
    return pool(Draft((Field("body", command),)), POLICY, State(), 7)


def test_a_worker_answers(pool: WorkerPool) -> None:
    """What `evaluate` returns in the worker is what the caller gets."""
    assert "sha256:0 7" == ask(pool, "answer")


def test_an_error_of_evaluate_comes_back_as_it_is(pool: WorkerPool) -> None:
    """A deliberate exception crosses the process boundary with its code."""
    with pytest.raises(DraftError) as caught:
        ask(pool, "refuse")

    assert "bad-draft" == caught.value.code


def test_a_draft_that_kills_its_worker_is_tried_once_more(pool: WorkerPool, tmp_path: Path) -> None:
    """A worker that dies once costs nothing but time."""
    assert "sha256:0 7" == ask(pool, f"die-once {tmp_path / 'died'}")


def test_a_draft_that_kills_every_worker_is_unavailable_and_the_next_works(pool: WorkerPool) -> None:
    """After two dead workers the caller is told, and the pool is whole again."""
    with pytest.raises(UnavailableError) as caught:
        ask(pool, "die")

    assert "worker-lost" == caught.value.code
    assert "sha256:0 7" == ask(pool, "answer")
    assert 2 == len(pool.pids())


def test_a_late_worker_is_killed(pool: WorkerPool) -> None:
    """A worker past its deadline does not linger."""
    before = set(pool.pids())

    with pytest.raises(UnavailableError):
        ask(pool, "sleep")

    assert not any(Path(f"/proc/{pid}").exists() for pid in before - set(pool.pids()))


def test_a_defect_is_unavailable_without_its_words(pool: WorkerPool, capfd: pytest.CaptureFixture[str]) -> None:
    """What an unforeseen exception says stays in the worker: it may hold copy."""
    with pytest.raises(UnavailableError) as caught:
        ask(pool, "break secret-words")

    assert "evaluation-failed" == caught.value.code
    assert "secret-words" not in caught.value.message + "".join(capfd.readouterr())


def test_workers_that_died_idle_cost_no_attempt(pool: WorkerPool) -> None:
    """All workers killed while they wait: the next draft is evaluated all the same."""
    for pid in pool.pids():
        os.kill(pid, signal.SIGKILL)
        while not _has_ended(pid):
            pass

    assert "sha256:0 7" == ask(pool, "answer")


def test_a_worker_that_has_grown_too_large_is_replaced() -> None:
    """The embedded engine does not give all its memory back, so workers do not live for ever."""
    patient = WorkerPool(obedient, POLICY, size=2, deadline_s=60)
    before = set(patient.pids())

    ask(patient, "grow")
    for _ in range(4):
        ask(patient, "answer")
    after = set(patient.pids())
    patient.close()

    assert 1 == len(before - after)


def stillborn():
    """Die before being ready."""
    os.kill(os.getpid(), signal.SIGKILL)


def counting():
    """Make an `evaluate` that tells how often it was asked, as a fault."""
    asked: list[str] = []

    def evaluate(draft, policy, state, as_of_ms):
        asked.append(draft.fields[0].text)
        if draft.fields[0].text == "break":
            raise KeyError("secret-words")
        faults = (Fault(f"asked-{len(asked)}", ""),)
        return SimpleNamespace(assessment=SimpleNamespace(completeness=SimpleNamespace(faults=faults)))

    return evaluate


def warm(text: str) -> tuple[Draft, State, int]:
    """What workers evaluate first."""
    return Draft((Field("body", text),)), State(), 7


def test_every_worker_is_warm_before_the_pool_is_ready() -> None:
    """Each has evaluated once by then; the faults that it met are told."""
    made = WorkerPool(counting, POLICY, size=2, deadline_s=30, warm_up=warm("good morning"))
    try:
        assert ("asked-1",) == made.ready()
        assert "asked-2" == ask(made, "a draft").assessment.completeness.faults[0].code
    finally:
        made.close()


def test_a_worker_that_fails_to_warm_up_says_so() -> None:
    """Whoever starts the pool is told; the worker lives, and evaluates what comes."""
    made = WorkerPool(counting, POLICY, size=1, deadline_s=30, warm_up=warm("break"))
    try:
        with pytest.raises(UnavailableError) as caught:
            made.ready()
        after = ask(made, "a draft")
    finally:
        made.close()

    assert ("evaluation-failed", "asked-2") == (
        caught.value.code,
        after.assessment.completeness.faults[0].code,
    )


def test_workers_that_do_not_start_are_no_pool() -> None:
    """Whoever starts the pool is told, instead of the first draft."""
    made = WorkerPool(stillborn, POLICY, size=1, deadline_s=30)
    try:
        with pytest.raises(UnavailableError) as caught:
            made.ready()
    finally:
        made.close()

    assert "workers-not-started" == caught.value.code


def _has_ended(pid: int) -> bool:
    try:
        return " Z " in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
