"""
The gate of a server: one policy at a time, changed while requests are under way.

A request borrows the gate once and keeps it until it is answered, so that it is judged, recorded and identified under
one policy. A change goes through these steps, all in :meth:`LiveGate.refresh`:

1. look at what is in force (cheap); 2. start a gate for it, workers warm, while the old one serves; 3. put it in the
place of the old one, in one assignment; 4. release the old one once its last borrower is done.

Whatever goes wrong in 1 or 2 leaves the old gate where it is; :attr:`LiveGate.refused` says so until it is mended.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from guardrails.errors import GuardrailsError
from guardrails.gate import Gate

RETRY_S = 15.0
"""How long after a failed start the same policy is tried again: its engine may be back by then."""


@dataclass(frozen=True, slots=True)
class Swapped:
    """One policy took the place of another; digests."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Refused:
    """
    What is in force could not be started.

    Attributes:
        digest: What is in force; empty if not even that could be read.

        code: Of the exception, or ``defect``; *error* is its type.
    """

    digest: str
    code: str
    error: str


@dataclass(slots=True)
class _Lent:
    """A gate and how many have borrowed it."""

    gate: Gate
    borrowers: int = 0


class LiveGate:
    """
    Lends one gate at a time; safe to use from many threads.

    Args:
        gate: What is lent first. ``on_close`` of a gate releases what it has for itself (its workers).

        in_force: Returns the digest of the policy in force, empty for none that would replace *gate*'s.

        start: Returns a gate for the policy with this digest, ready to serve, or raises.

        close: Releases what all gates share.

        clock: Seconds, for trying again.
    """

    def __init__(
        self,
        gate: Gate,
        *,
        in_force: Callable[[], str] = lambda: "",
        start: Callable[[str], Gate],
        close: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._current, self._retired = _Lent(gate), list[_Lent]()
        self._in_force, self._start, self._close, self._clock = in_force, start, close, clock
        self._lock, self._refreshing = threading.Lock(), threading.Lock()
        self._failed_s = 0.0
        self.refused: Refused | None = None

    @contextmanager
    def lent(self) -> Iterator[Gate]:
        """Lend the gate for one request: every question about the policy is put to this one."""
        with self._lock:
            one = self._current
            one.borrowers += 1
        try:
            yield one.gate
        finally:
            with self._lock:
                one.borrowers -= 1

    def refresh(self) -> Swapped | Refused | None:
        """
        Serve what is in force; return what happened, None for nothing new.

        Blocks while a gate starts, so it belongs into a thread of its own. Called again and again, it also releases
        gates that nobody uses any more.
        """
        with self._refreshing:
            self._release()
            try:
                digest = self._in_force()
            except GuardrailsError as error:
                return self._refuse(Refused("", error.code, type(error).__name__))
            return self._take_up(digest)

    def close(self) -> None:
        """Release everything, what gates share last; what is under way is lost."""
        with self._refreshing, ExitStack() as everything:
            everything.callback(self._close)
            for one in (*self._retired, self._current):
                everything.callback(one.gate.on_close)

    def _take_up(self, digest: str) -> Swapped | Refused | None:
        before = self._current.gate.policy.digest
        if digest in {"", before}:
            self.refused = None
            return None
        tried = self.refused is not None and self.refused.digest == digest
        if tried and self._clock() < self._failed_s + RETRY_S:
            return None
        try:
            gate = self._start(digest)
        except Exception as error:  # noqa: BLE001 - whatever it is, the old one goes on
            self._failed_s = self._clock()
            code = error.code if isinstance(error, GuardrailsError) else "defect"
            self.refused = Refused(digest, code, type(error).__name__)
            return self.refused
        with self._lock:
            self._retired.append(self._current)
            self._current = _Lent(gate)
        self.refused = None
        return Swapped(before, digest)

    def _refuse(self, refused: Refused) -> Refused | None:
        """Return *refused* if that is news."""
        is_known, self.refused = self.refused == refused, refused
        return None if is_known else refused

    def _release(self) -> None:
        with self._lock:
            idle = [one for one in self._retired if not one.borrowers]
            self._retired = [one for one in self._retired if one.borrowers]
        for one in idle:
            one.gate.on_close()
