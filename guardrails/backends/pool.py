"""
A pool of worker processes that each run all of ``evaluate``.

A worker that dies or is late is killed and replaced, and its draft is tried once more on another; then the caller gets
:class:`~guardrails.errors.UnavailableError` and the gate builds the escalation itself. No draft can take the server
process down with it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import queue
import resource
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, cast

from guardrails.errors import GuardrailsError, UnavailableError
from guardrails.model.draft import Draft
from guardrails.model.policy import CompiledPolicy
from guardrails.model.state import State
from guardrails.pipeline import Evaluate, Evaluation

MakeEvaluate = Callable[[], Evaluate]
"""Called once in each worker; must be picklable (a module-level function or a partial of one)."""

Request = tuple[Draft, State, int]
"""What a worker evaluates: a draft, what is known, the moment in ms."""

ATTEMPTS = 2
START_DEADLINE_S = 30.0

# The embedded engine grows by up to 2.3 MB per decision (regopy 1.5.2, 500 rules in the catalogue; `benchmarks`), so a
# worker is replaced once its peak is three times what it was at the start, plus a floor that holds a scanner.
MEMORY_GROWTH = 3
MEMORY_FLOOR = 128 * 2**20


class WorkerPool:
    """
    Worker processes behind one ``evaluate``.

    Args:
        make_evaluate: Builds ``evaluate`` inside a worker.

        policy: The policy every worker holds; drafts under any other are refused.

        size: Number of workers, at least 1.

        deadline_s: Longest time one evaluation may take.

        warm_up: What every worker evaluates before it is ready, so that no draft waits for scanners; None for nothing.
    """

    def __init__(
        self,
        make_evaluate: MakeEvaluate,
        policy: CompiledPolicy,
        *,
        size: int,
        deadline_s: float,
        warm_up: Request | None = None,
    ) -> None:
        self._make, self._policy, self._deadline_s, self._warm_up = make_evaluate, policy, deadline_s, warm_up
        self._context = multiprocessing.get_context("forkserver")
        self._idle: queue.Queue[_Worker] = queue.Queue()
        self._size = size
        for _ in range(size):
            self._idle.put(self._worker())

    def __call__(self, draft: Draft, policy: CompiledPolicy, state: State, as_of_ms: int) -> Evaluation:
        """
        Evaluate in a worker; safe to call from many threads.

        Raises:
            UnavailableError: If two workers in a row died or were late (``worker-lost``), or ``evaluate`` has a
                defect (``evaluation-failed``; of the exception only the type, its message may hold copy).

            GuardrailsError: What ``evaluate`` itself raised.
        """
        assert policy.digest == self._policy.digest, "a pool serves one policy"
        for _ in range(ATTEMPTS):
            worker = self._idle.get()
            if worker.is_spent or not worker.is_alive():  # it died while idle: that is no attempt
                worker.kill()
                worker = self._worker()
            try:
                answer = worker.ask((draft, state, as_of_ms), self._deadline_s)
            except _WorkerLostError:
                worker.kill()
                worker = self._worker()
                continue
            finally:
                self._idle.put(worker)
            if isinstance(answer, GuardrailsError):
                raise answer
            return answer
        raise UnavailableError("worker-lost", f"no worker finished this draft within {self._deadline_s:g} s")

    def ready(self) -> tuple[str, ...]:
        """
        Wait until all workers are ready, before any is used; return the codes of faults that warming up met, sorted.

        Raises:
            UnavailableError: ``workers-not-started`` if one died or is late.

            GuardrailsError: What ``evaluate`` raised when it was to warm up.
        """
        try:
            answers = [worker.warmed() for worker in list(self._idle.queue)]
        except _WorkerLostError as error:
            raise UnavailableError("workers-not-started", "a worker did not start") from error
        for answer in answers:
            if isinstance(answer, GuardrailsError):
                raise answer
        return tuple(sorted({code for answer in answers if isinstance(answer, tuple) for code in answer}))

    def pids(self) -> tuple[int, ...]:
        """Return the process ids of the idle workers."""
        return tuple(worker.pid for worker in list(self._idle.queue))

    def close(self) -> None:
        """Stop every worker; drafts being evaluated are lost."""
        for _ in range(self._size):
            self._idle.get(timeout=self._deadline_s * ATTEMPTS + 1).kill()

    def _worker(self) -> _Worker:
        return _Worker(self._context, self._make, self._policy, self._warm_up)


class _WorkerLostError(Exception):
    """The worker died or did not answer in time."""


class _Worker:
    def __init__(self, context: Any, make: MakeEvaluate, policy: CompiledPolicy, warm_up: Request | None) -> None:
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, make, policy, warm_up), daemon=True)
        self._process.start()
        theirs.close()
        self._warmed: tuple[str, ...] | GuardrailsError | None = None
        self.is_spent = False

    @property
    def pid(self) -> int:
        return cast("int", self._process.pid)

    def is_alive(self) -> bool:
        return cast("bool", self._process.is_alive())

    def warmed(self) -> tuple[str, ...] | GuardrailsError:
        """Return the codes of faults that warming up met, or what it raised; waits until the worker is ready."""
        if self._warmed is None:
            self._warmed = cast("tuple[str, ...] | GuardrailsError", self._receive(START_DEADLINE_S))
        return self._warmed

    def ask(self, request: Request, deadline_s: float) -> Evaluation | GuardrailsError:
        self.warmed()
        try:
            self._pipe.send(request)
        except OSError as error:
            raise _WorkerLostError from error
        answer, self.is_spent = cast("tuple[Evaluation | GuardrailsError, bool]", self._receive(deadline_s))
        return answer

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _receive(self, deadline_s: float) -> object:
        try:
            if self._pipe.poll(deadline_s):
                return self._pipe.recv()
        except (EOFError, OSError) as error:
            raise _WorkerLostError from error
        raise _WorkerLostError


def _serve(pipe: Connection, make: MakeEvaluate, policy: CompiledPolicy, warm_up: Request | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    evaluate = make()
    with contextlib.suppress(EOFError, BrokenPipeError):
        first = _peak_memory() + MEMORY_FLOOR
        pipe.send(_faults(_evaluated(evaluate, policy, warm_up)) if warm_up else ())
        while True:
            answer = _evaluated(evaluate, policy, pipe.recv())
            pipe.send((answer, _peak_memory() > first * MEMORY_GROWTH))


def _evaluated(evaluate: Evaluate, policy: CompiledPolicy, request: Request) -> Evaluation | GuardrailsError:
    draft, state, as_of_ms = request
    try:
        return evaluate(draft, policy, state, as_of_ms)
    except GuardrailsError as error:
        return error
    except Exception as error:  # noqa: BLE001 - a traceback on standard error could show copy
        return UnavailableError("evaluation-failed", f"evaluation failed with {type(error).__name__}")


def _faults(answer: Evaluation | GuardrailsError) -> tuple[str, ...] | GuardrailsError:
    if isinstance(answer, GuardrailsError):
        return answer
    return tuple(fault.code for fault in answer.assessment.completeness.faults)


def _peak_memory() -> int:
    """Return the greatest resident size of this process so far, in bytes (Linux counts in KiB, macOS in bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
