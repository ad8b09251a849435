"""
What takes two people who do not sit at one keyboard: the first says it, the second says the same, and it is done.

The first one's word is an ``approval`` record: ``what`` (``erasure`` or ``hold-release``), ``asked_ref`` (reference of all that is
asked, the same for both), ``until_ms``, ``role``, ``principal`` and ``actor_ref``; encrypted beside it what the second needs
to know (``terms``) and who it was (``persons``). It counts for seven days, once (the record of what was done has the same
``asked_ref``), and only while the key it was given with is live.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from guardrails.audit.entry import Receipt
from guardrails.audit.log import AuditLog
from guardrails.audit.parts import opened_or_none
from guardrails.audit.projection import DAY_MS, asked_key
from guardrails.audit.standing import TERMS
from guardrails.audit.store import Expected
from guardrails.errors import DraftError, LedgerError
from guardrails.model.canonical import Json, canonical
from guardrails.model.context import Actor, Principal
from guardrails.model.record import Record
from guardrails.review.people import deciding_role, persons, require_name

LASTS_MS: Final = 7 * DAY_MS


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What two people have to say.

    Attributes:
        about: All of it; whoever says the same, to the letter, approves it. It is kept as a reference only.

        terms: What the second person is shown, encrypted until then; nobody's name.
    """

    what: str
    about: Mapping[str, Json]
    terms: Mapping[str, Json]

    def ref(self, log: AuditLog) -> str:
        """Return the reference of it."""
        return log.refs.of("asked", canonical([self.what, dict(self.about)]).decode())


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person's word that waits for another's; *terms* is empty where they were erased."""

    id: str
    what: str
    role: str
    at_ms: int
    until_ms: int
    terms: Mapping[str, Json]


def two(log: AuditLog, asked: Asked, actor: Actor, people: tuple[str, ...]) -> tuple[str, str] | Receipt:
    """
    Return the two who have said it, if *actor* is the second of them; else the receipt of the first one's word.

    Raises:
        DraftError: ``person-needed``, ``unknown-role``; ``two-people-needed`` of somebody without a key, who cannot be told
            from others; ``name-needed`` of a key without one; ``already-asked`` of the first, again.
    """
    role = deciding_role(actor, people)
    if not actor.who:
        raise DraftError(
            "two-people-needed",
            "without API keys nobody can be told from anybody",
            help="say which two roles approve: --approved-by, twice (over HTTP “approved_by”)",
        )
    require_name(actor)
    while True:
        try:
            return _step(log, asked, actor, role)
        except LedgerError as error:
            if error.code != "overtaken":
                raise


def waiting(log: AuditLog) -> Iterator[Waiting]:
    """Yield what waits for a second person, oldest first."""
    for index in log.indices("approval"):
        record = log.record(index)
        if log.indices(asked_key(record.text("asked_ref")))[-1] == index and _first(log, index, record):
            data = opened_or_none(log, index, TERMS)
            terms = json.loads(data) if data else {}
            yield Waiting(
                record.id, record.text("what"), record.text("role"), record.at_ms, record.number("until_ms"), terms
            )


def _step(log: AuditLog, asked: Asked, actor: Actor, role: str) -> tuple[str, str] | Receipt:
    ref = asked.ref(log)
    known = log.indices(asked_key(ref))
    first = _first(log, known[-1], log.record(known[-1])) if known else None
    if first and first.who == actor.who:
        raise DraftError("already-asked", "you have said so already; it takes somebody else as well")
    if first:
        return first.who, actor.who
    body: dict[str, Json] = {
        "what": asked.what,
        "asked_ref": ref,
        "until_ms": log.clock() + LASTS_MS,
        "role": role,
        **log.refs.acted(actor),
    }
    parts = {TERMS: canonical(dict(asked.terms)), **persons(actor)}
    return log.append("approval", body, parts=parts, expected=Expected(asked_key(ref), len(known)))


def _first(log: AuditLog, index: int, record: Record) -> Actor | None:
    """Return whose word the record at *index* is, if it is one that counts now."""
    if record.type != "approval" or record.number("until_ms") <= log.clock():
        return None
    data = opened_or_none(log, index, "persons")
    if data is None:
        return None
    said = json.loads(data)
    key = log.keys.api_key(said["credential"])
    actor = Actor(Principal(said["kind"], said["id"]), said["credential"], said["person"])
    return actor if key and not key.revoked_ms else None
