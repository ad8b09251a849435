"""Which checks are replayed, and the replays of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from guardrails.audit.erasure import erasures
from guardrails.audit.log import AuditLog
from guardrails.decide.engine import RegoEngine
from guardrails.errors import DraftError, LedgerError
from guardrails.model.record import Record
from guardrails.pipeline import Evaluate
from guardrails.replay.decision import replay_decision
from guardrails.replay.full import replay_full
from guardrails.replay.outcome import Replayed


@dataclass(frozen=True)
class Replays:
    """
    Replays over one ledger.

    Args:
        engine: Decides again; *evaluate* does all of it again.
    """

    log: AuditLog
    engine: RegoEngine
    evaluate: Evaluate

    def of(self, checks: tuple[str, ...], *, full: bool) -> Iterator[Replayed]:
        """
        Yield the replays of *checks*, in this order.

        Raises:
            DraftError: ``not-found`` for the first id that is no check's.
        """
        found = [(check, self.log.find_check(check)) for check in checks]
        unknown = next((check for check, one in found if one is None), None)
        if unknown is not None:
            raise DraftError("not-found", f"no check has the id {unknown!r}")
        known = [(one.receipt.index, one.record) for _, one in found if one is not None]
        return self._replayed(iter(known), full=full)

    def all(self, *, from_ms: int = 0, until_ms: int | None = None, full: bool) -> Iterator[Replayed]:
        """Yield the replays of every check made in ``[from_ms, until_ms)``, in ledger order."""
        checks = ((index, record) for index, record in self.log.records() if record.type == "check")
        return self._replayed(
            (one for one in checks if from_ms <= one[1].at_ms and (until_ms is None or one[1].at_ms < until_ms)),
            full=full,
        )

    def one(self, index: int, record: Record, *, erased: bool, full: bool) -> Replayed:
        """Return the replay of the check at *index*; one that takes another version stands by its decision replay."""
        if not full:
            return self._decision(index, record, erased=erased)
        found = replay_full(self.log, self.evaluate, index, record, erased=erased)
        return found if found.status != "unreadable" else self._by_decision(found, record, erased=erased)

    def status(self, index: int, erased: bool) -> str:
        """Return the status of the decision replay of the check at *index*; a record that does not hold is lost."""
        try:
            return self.one(index, self.log.record(index), erased=erased, full=False).status
        except LedgerError:
            return "lost"

    def _decision(self, index: int, record: Record, *, erased: bool) -> Replayed:
        return replay_decision(self.log, self.engine, index, record, erased=erased)

    def _by_decision(self, found: Replayed, record: Record, *, erased: bool) -> Replayed:
        """Return *found* with what came of the decision alone, whose failure is the failure of both."""
        decision = self._decision(found.index, record, erased=erased)
        status = decision.status if decision.failed else found.status
        return replace(
            found,
            status=status,
            differences=decision.differences,
            detail=f"{found.detail}; the decision made again here: {decision.status}",
        )

    def _replayed(self, checks: Iterator[tuple[int, Record]], *, full: bool) -> Iterator[Replayed]:
        erased = erasures(self.log)
        return (self.one(at, one, erased=erased.touch(at, one.id), full=full) for at, one in checks)
