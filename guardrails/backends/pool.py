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
    """

    def __init__(self, make_evaluate: MakeEvaluate, policy: CompiledPolicy, *, size: int, deadline_s: float) -> None:
        self._make, self._policy, self._deadline_s = make_evaluate, policy, deadline_s
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

    def pids(self) -> tuple[int, ...]:
        """Return the process ids of the idle workers."""
        return tuple(worker.pid for worker in list(self._idle.queue))

    def close(self) -> None:
        """Stop every worker; drafts being evaluated are lost."""
        for _ in range(self._size):
            self._idle.get(timeout=self._deadline_s * ATTEMPTS + 1).kill()

    def _worker(self) -> _Worker:
        return _Worker(self._context, self._make, self._policy)


class _WorkerLostError(Exception):
    """The worker died or did not answer in time."""


class _Worker:
    def __init__(self, context: Any, make: MakeEvaluate, policy: CompiledPolicy) -> None:
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, make, policy), daemon=True)
        self._process.start()
        theirs.close()
        self._ready = False
        self.is_spent = False

    @property
    def pid(self) -> int:
        return cast("int", self._process.pid)

    def is_alive(self) -> bool:
        return cast("bool", self._process.is_alive())

    def ask(self, request: tuple[Draft, State, int], deadline_s: float) -> Evaluation | GuardrailsError:
        try:
            if not self._ready:
                self._receive(START_DEADLINE_S)
                self._ready = True
            self._pipe.send(request)
            answer, self.is_spent = cast("tuple[Evaluation | GuardrailsError, bool]", self._receive(deadline_s))
        except (EOFError, OSError) as error:
            raise _WorkerLostError from error
        return answer

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _receive(self, deadline_s: float) -> object:
        if not self._pipe.poll(deadline_s):
            raise _WorkerLostError
        return self._pipe.recv()


def _serve(pipe: Connection, make: MakeEvaluate, policy: CompiledPolicy) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    evaluate = make()
    with contextlib.suppress(EOFError, BrokenPipeError):
        pipe.send("ready")
        first = _peak_memory() + MEMORY_FLOOR
        while True:
            draft, state, as_of_ms = pipe.recv()
            try:
                answer: Evaluation | GuardrailsError = evaluate(draft, policy, state, as_of_ms)
            except GuardrailsError as error:
                answer = error
            except Exception as error:  # noqa: BLE001 - a traceback on standard error could show copy
                answer = UnavailableError("evaluation-failed", f"evaluation failed with {type(error).__name__}")
            pipe.send((answer, _peak_memory() > first * MEMORY_GROWTH))


def _peak_memory() -> int:
    """Return the greatest resident size of this process so far, in bytes (Linux counts in KiB, macOS in bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
