"""
What the checkpoints say about a ledger, those it keeps and those that others hold.

Whoever runs a ledger has its keys and could write all of it anew, with proofs that agree among themselves. Only what was
handed out before cannot be written anew: a checkpoint that somebody else holds, or that a witness has cosigned. So a
ledger is *witnessed* up to the largest head that a witness has cosigned, and *operator-trusted* beyond; without any it is
operator-trusted as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from guardrails.audit.checkpoint import Checkpoint, kept_checkpoints
from guardrails.audit.log import AuditLog
from guardrails.audit.note import VerifierKey, cosigned_at
from guardrails.audit.signing import key_periods
from guardrails.audit.stretch import Problem
from guardrails.audit.witnessing import witnesses_on_record
from guardrails.errors import LedgerError


@dataclass(frozen=True, slots=True)
class Seen:
    """
    The largest head that one witness has cosigned.

    *given*: its key came from outside, not from the ledger's own record.
    """

    key: VerifierKey
    size: int
    at_s: int
    given: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A checkpoint that somebody holds: its *name*, over how many records, and by whom it is signed."""

    name: str
    size: int
    signers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trust:
    """What was found: *held* are the checkpoints from outside that the ledger still extends, *kept* counts its own."""

    kept: int = 0
    seen: tuple[Seen, ...] = ()
    held: tuple[Held, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def word(self) -> str:
        """Return ``witnessed`` if a witness has seen the ledger, else ``operator``."""
        return "witnessed" if self.seen else "operator"


def trust_in(log: AuditLog, given: Sequence[VerifierKey] = (), held: Sequence[tuple[str, Checkpoint]] = ()) -> Trust:
    """
    Compare the ledger with its own checkpoints and with those *held* outside, by name.

    With *given* keys of witnesses only those count; without, those on the ledger's record do.
    """
    try:
        look = _Look(
            log,
            keys=tuple(one.key for one in key_periods(log) if one.purpose == "checkpoint"),
            witnesses=tuple(given) or witnesses_on_record(log),
            given=bool(given),
        )
        return look.trust(held)
    except LedgerError as error:
        return Trust(problems=(Problem(-1, error.code, error.message),))


@dataclass(frozen=True, slots=True)
class _Look:
    log: AuditLog
    keys: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...]
    given: bool
    problems: list[Problem] = field(default_factory=list)

    def trust(self, held: Sequence[tuple[str, Checkpoint]]) -> Trust:
        own, outside = tuple(self._kept()), tuple(self._held(held))
        seen = tuple(self._seen([*own, *(one for _, one in outside)]))
        found = tuple(Held(name, one.head.size, self._signers(one)) for name, one in outside)
        return Trust(len(own), seen, found, tuple(self.problems))

    def _kept(self) -> Iterator[Checkpoint]:
        for one in kept_checkpoints(self.log):
            if self._agrees("checkpoint-differs", f"the kept checkpoint over {one.head.size} records", one):
                yield one

    def _held(self, held: Sequence[tuple[str, Checkpoint]]) -> Iterator[tuple[str, Checkpoint]]:
        for name, one in held:
            if self._agrees("held-checkpoint-differs", name, one):
                yield name, one

    def _agrees(self, code: str, name: str, one: Checkpoint) -> bool:
        why = self._difference(one)
        if why:
            self.problems.append(Problem(-1, code, f"{name}: {why}"))
        return not why

    def _difference(self, one: Checkpoint) -> str:
        size = self.log.head().size
        if one.origin != self.log.origin:
            return f"it is of another ledger, {one.origin}"
        if not self._signers(one):
            return "it is signed by no key on this ledger's record and by no witness that was given"
        if one.head.size > size:
            return f"it signs {one.head.size} records, the ledger has {size}"
        if self.log.root(one.head.size) != one.head.root:
            return f"the first {one.head.size} records are not those it signs"
        return ""

    def _signers(self, one: Checkpoint) -> tuple[str, ...]:
        witnesses = self.witnesses if self.given else ()
        return tuple(dict.fromkeys(key.name for key in (*self.keys, *witnesses) if one.note.by(key)))

    def _seen(self, checkpoints: Sequence[Checkpoint]) -> Iterator[Seen]:
        largest_first = sorted(checkpoints, key=lambda one: -one.head.size)
        for key in self.witnesses:
            found = ((one.head.size, mark) for one in largest_first if (mark := one.note.by(key)))
            size, mark = next(found, (0, None))
            if mark is not None:
                yield Seen(key, size, cosigned_at(mark), self.given)
