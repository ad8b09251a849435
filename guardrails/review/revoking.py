"""
What ends a permit before its time.

A person revokes one, for good. And a permit does not hold while what it rests on does not: a fact in its text is withdrawn, a
stop holds its place, its author or its campaign, or the policy it was issued under was rolled back. These are read from
what is in force, so that a withdrawal ends every permit in the moment it is recorded, and nothing is left half done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from guardrails.audit.entry import Receipt
from guardrails.audit.note import Note
from guardrails.audit.projection import ACTIVATION, revoked_key
from guardrails.audit.revocations import Revocations, revocations_text
from guardrails.audit.signing import signer
from guardrails.audit.store import Expected
from guardrails.errors import DraftError, LedgerError
from guardrails.gate import Gate
from guardrails.model.canonical import Json
from guardrails.model.context import Actor, Principal
from guardrails.model.record import Record
from guardrails.model.state import Stop
from guardrails.review.people import deciding_role, required
from guardrails.rules.scope import ancestors


class Ended(NamedTuple):
    """Why a permit does not hold any more, in a code, and since when."""

    code: str
    since_ms: int


def revoke(gate: Gate, permit: Record, reason: str, actor: Actor) -> Receipt:
    """
    End a permit for good; *permit* is its record.

    Raises:
        DraftError: ``person-needed``, ``unknown-role``, ``missing-reason`` or ``permit-revoked`` if it is already.
    """
    log, key = gate.log, revoked_key(permit.text("permit_id"))
    role = deciding_role(actor, gate.policy.workspace.people)
    why = {"reason": required(reason, "the reason").encode("utf-8")}
    body: dict[str, Json] = {
        "permit": permit.text("permit_id"),
        "check": permit.text("check"),
        "role": role,
        **log.refs.acted(actor),
    }
    already = DraftError("permit-revoked", f"permit {permit.text('permit_id')} is revoked already")
    if log.indices(key):
        raise already
    try:
        return log.append("permit_revoked", body, parts=why, expected=Expected(key, 0))
    except LedgerError as error:
        if error.code != "overtaken":
            raise
        raise already from error


@dataclass(frozen=True, slots=True)
class Ending:
    """
    What ends permits now, read once for many of them; moments in ms since the epoch.

    Attributes:
        revoked: Permits by id, *withdrawn* facts by reference, *rolled_back* policies by digest: each since when.
    """

    gate: Gate
    revoked: dict[str, int]
    withdrawn: dict[str, int]
    stops: tuple[tuple[Stop, int], ...]
    rolled_back: dict[str, int]

    @classmethod
    def now(cls, gate: Gate) -> Ending:
        """Read what is in force."""
        log = gate.log
        revoked = {one.text("permit"): one.at_ms for one in map(log.record, log.indices("permit_revoked"))}
        return cls(gate, revoked, _withdrawn(gate), tuple(_stops(gate)), _rolled_back(gate))

    def of(self, permit: Record) -> Ended | None:
        """Return why a permit does not hold any more, whatever its time, and since when; None if it does."""
        return next(self._ends(permit), None)

    def _ends(self, permit: Record) -> Iterator[Ended]:
        if permit.text("permit_id") in self.revoked:
            yield Ended("revoked", self.revoked[permit.text("permit_id")])
        for fact in permit.texts("rests_on"):
            if fact in self.withdrawn:
                yield Ended("fact-withdrawn", self.withdrawn[fact])
        for stop, since_ms in self.stops:
            if _holds(self.gate, stop, permit):
                yield Ended("stopped", since_ms)
        if permit.text("policy_digest") in self.rolled_back:
            yield Ended("policy-rolled-back", self.rolled_back[permit.text("policy_digest")])


def live_permits(gate: Gate) -> Iterator[tuple[int, Record]]:
    """Yield the permits that have not ended by their time, oldest first."""
    log, now_ms = gate.log, gate.clock()
    found = ((index, log.record(index)) for index in log.indices("permit"))
    return ((index, record) for index, record in found if record.number("until_ms") > now_ms)


def revocations(gate: Gate) -> Note:
    """Return the signed list of the permits that do not hold any more, of those that have not ended by their time."""
    key = signer(gate.log, "permit")
    size = gate.log.head().size  # first: what comes after it is perhaps not in the list
    ending = Ending.now(gate)
    found = ((record.text("permit_id"), ending.of(record)) for _, record in live_permits(gate))
    listed = tuple(sorted((permit, end.code) for permit, end in found if end is not None))
    return key.signed(revocations_text(Revocations(gate.log.origin, size, gate.clock(), listed)))


def _withdrawn(gate: Gate) -> dict[str, int]:
    """Return the references of the facts that are withdrawn, each with the moment it was so last."""
    events = (gate.log.record(index) for index in gate.log.indices("withdrawal"))
    since = {one.text("fact"): one.at_ms for one in events if one.text("event") == "withdrawn"}
    return {gate.log.refs.of("rests_on", f"fact:{fact}"): since[fact] for fact in gate.standing.withdrawn()}


def _stops(gate: Gate) -> Iterator[tuple[Stop, int]]:
    for stop in gate.standing.stops():
        found = gate.log.find(stop.id)
        if found is not None:
            yield stop, found[1].at_ms


def _holds(gate: Gate, stop: Stop, permit: Record) -> bool:
    log, parents = gate.log, gate.policy.workspace.parents
    match stop.scope:
        case "all":
            return True
        case "agent":
            return permit.text("author", "ref") == log.refs.principal(Principal("agent", stop.value))
        case "channel":
            return any(stop.value in ancestors(parents, "channel", one) for one in permit.texts("channels"))
        case "campaign":
            return log.refs.of("campaign", stop.value.casefold()) in permit.texts("campaign_refs")


def _rolled_back(gate: Gate) -> dict[str, int]:
    """Return the policies that people rolled back from and have not put in force again since, each with the moment."""
    since: dict[str, int] = {}
    for record in map(gate.log.record, gate.log.indices(ACTIVATION)):
        since.pop(record.text("policy_digest"), None)
        since.pop(record.text("previous_digest"), None)
        if record.text("event") == "rolled-back":
            since[record.text("previous_digest")] = record.at_ms
    return since
