"""
What the records say: folded in one pass over the ledger, while every one of them is verified.

Only records made before the end of the period count, so that a report about the past comes out the same however the
ledger has grown since; of a period that has not ended, those made until the moment that the report is of: the period here
ends with it. Verification is of the whole ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from guardrails.audit.erased import Erasures, erased_by
from guardrails.audit.heartbeat import Silence, silences
from guardrails.model.canonical import Json
from guardrails.model.record import Record
from guardrails.model.review import Review
from guardrails.report.period import Period
from guardrails.review.queue import Reviews


class RuleHits(NamedTuple):
    """How many findings of one rule call for what, in one text."""

    rule: str
    calls_for: str
    findings: int


class Decision(NamedTuple):
    """
    One check of the period, without a word of its text; *at* is where its record stands.

    *not_seen* is −1 where the record was made before it was counted.
    """

    at: int
    id: str
    at_ms: int
    verdict: str
    binding: bool
    kind: str
    channels: tuple[str, ...]
    markets: tuple[str, ...]
    reasons: tuple[str, ...]
    rules: tuple[RuleHits, ...]
    faults: tuple[str, ...]
    waivers: tuple[str, ...]
    rests_on: tuple[str, ...]
    policy_digest: str
    queue: str
    origin: str
    not_seen: int
    content_ref: str
    principal_ref: str
    actor_ref: str


class Event(NamedTuple):
    """A record that is no check, and where it stands (*at*)."""

    at: int
    record: Record


@dataclass
class Fold:
    """
    Takes in records in ledger order; read it when all are in.

    Attributes:
        size: One more than the index of the last record before the end of the period.

        first_ms: When the first record was made; 0 without any.

        silences: Pauses in which heartbeats were due and none came.

        wordy: Ids of records with words in clear; there should be none: references, codes and names have no blanks.
    """

    period: Period
    size: int = 0
    first_ms: int = 0
    types: Counter[str] = field(default_factory=Counter)
    decisions: list[Decision] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    reviews: Reviews = field(default_factory=Reviews)
    silences: list[Silence] = field(default_factory=list)
    wordy: list[str] = field(default_factory=list)

    def take(self, records: Iterable[tuple[int, Record, bytes]]) -> None:
        """Take in records with their bytes; what was made after the period changes nothing."""
        self.silences += silences(self._seen(records))

    def _seen(self, records: Iterable[tuple[int, Record, bytes]]) -> Iterator[tuple[int, Record]]:
        for index, record, data in records:
            if record.at_ms < self.period.until_ms:
                self._see(index, record, data)
                yield index, record

    def _see(self, index: int, record: Record, data: bytes) -> None:
        self.size = max(self.size, index + 1)
        self.first_ms = self.first_ms or record.at_ms
        self.types[record.type] += 1
        self.reviews.see(index, record)
        if b" " in data:  # canonical JSON has no blank but in a string
            self.wordy.append(record.id)
        if record.type != "check":
            self.events.append(Event(index, record))
        elif record.at_ms in self.period:
            self.decisions.append(_decision(index, record))


@dataclass(frozen=True)
class Evidence:
    """What a ledger has to say about a period; :class:`Fold` made it, nothing changes it."""

    period: Period
    size: int
    first_ms: int
    types: tuple[tuple[str, int], ...]
    decisions: tuple[Decision, ...]
    history: tuple[Event, ...]
    reviews: tuple[Review, ...]
    silences: tuple[Silence, ...]
    wordy: tuple[str, ...]

    @classmethod
    def of(cls, fold: Fold) -> Evidence:
        """Return what *fold* has taken in."""
        return cls(
            fold.period,
            fold.size,
            fold.first_ms,
            tuple(sorted(fold.types.items())),
            tuple(fold.decisions),
            tuple(fold.events),
            tuple(fold.reviews.by_id.values()),
            tuple(one for one in fold.silences if one.to_ms in fold.period),
            tuple(fold.wordy),
        )

    @property
    def binding(self) -> tuple[Decision, ...]:
        """The decisions that bind."""
        return tuple(one for one in self.decisions if one.binding)

    def events(self, kind: str, *names: str) -> Iterator[Event]:
        """Yield the period's records of a type, of these events if any are named."""
        found = (one for one in self.history if one.record.type == kind and one.record.at_ms in self.period)
        return (one for one in found if not names or one.record.text("event") in names)

    def asked(self) -> tuple[Review, ...]:
        """Return the reviews that were opened in the period."""
        return tuple(one for one in self.reviews if one.opened_ms in self.period)

    def erased(self) -> Erasures:
        """Return what erasures account for, until the end of the period."""
        return erased_by((one.at, one.record) for one in self.history)


def _decision(index: int, record: Record) -> Decision:
    body = record.body
    principal, routing, completeness = (_mapping(body.get(key)) for key in ("principal", "routing", "completeness"))
    not_seen = completeness.get("not_seen")
    return Decision(
        at=index,
        id=record.id,
        at_ms=record.at_ms,
        verdict=str(body.get("verdict", "")),
        binding=body.get("binding") is True,
        kind=str(principal.get("kind", "")),
        channels=_names(body.get("channels")),
        markets=_names(body.get("markets")),
        reasons=_names(body.get("reasons")),
        rules=tuple(rule_hits(record)),
        faults=_names(completeness.get("faults")),
        waivers=_names(body.get("waivers")),
        rests_on=_names(body.get("rests_on")),
        policy_digest=str(body.get("policy_digest", "")),
        queue=str(routing.get("queue", "")),
        origin=str(body.get("origin", "")),
        not_seen=not_seen if isinstance(not_seen, int) else -1,
        content_ref=str(body.get("content_ref", "")),
        principal_ref=str(principal.get("ref", "")),
        actor_ref=str(body.get("actor_ref", "")),
    )


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _names(value: Json) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def rule_hits(record: Record) -> Iterator[RuleHits]:
    """Yield what a check's record says of the findings in its text."""
    listed = record.member("rules")
    for one in listed if isinstance(listed, list | tuple) else ():
        if isinstance(one, dict):
            count = one.get("count")
            yield RuleHits(str(one.get("id")), str(one.get("calls_for")), count if isinstance(count, int) else 0)
