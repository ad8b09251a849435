"""
What the record of a check says, with references where words would tell.

Values of closed sets (verdict, codes, rule ids, channels, markets) stand in clear: they are the vocabulary of the
workspace, not of a draft. Everything a person or a draft could be found by is a reference (``seal.reference``).
"""

from __future__ import annotations

from collections.abc import Sequence

from guardrails.audit.entry import CheckEntry, Work
from guardrails.audit.projection import work_keys
from guardrails.audit.seal import reference
from guardrails.model.canonical import Json, canonical
from guardrails.model.context import Actor, Principal

MOST_FINGERPRINTS = 256
"""
How many findings of a kind a record names; of more, the least references, which two versions of a text still share.

A record has room for 65,535 bytes (``tiles.MAX_ENTRY``), a reference takes 67. A text with more findings than this makes
no progress that a round could show.
"""


class References:
    """Keyed references of one ledger."""

    def __init__(self, ledger_key: bytes) -> None:
        self._key = ledger_key

    def of(self, kind: str, value: str) -> str:
        """Return the reference of *value*; empty for an empty value."""
        return reference(self._key, kind, value) if value else ""

    def hands(self, principal: Principal, who: str) -> str:
        """Return the reference of who acted: person or key (``Actor.who``), where neither is known the principal."""
        return self.of("actor", who or f"{principal.kind}:{principal.id}")

    def actor(self, actor: Actor) -> str:
        """Return the reference of who acts, as :meth:`hands` does."""
        return self.hands(actor.principal, actor.who)

    def acted(self, actor: Actor) -> dict[str, Json]:
        """Return what a record says of who acted: in which role or as which agent, and by whose hands."""
        principal = actor.principal
        return {
            "principal": {"kind": principal.kind, "ref": self.principal(principal)},
            "actor_ref": self.actor(actor),
        }

    def principal(self, principal: Principal) -> str:
        """Return the reference of who submits."""
        return self.of("principal", f"{principal.kind}:{principal.id}")

    def fingerprint(self, fingerprint: str) -> str:
        """Return the reference of a finding's fingerprint."""
        return self.of("fingerprint", fingerprint)

    def campaign(self, campaign: str) -> str:
        """Return the reference of a campaign, whatever its case; empty if none is known."""
        return self.of("campaign", campaign.casefold())

    def work(self, campaign: str, task: str) -> str:
        """Return the reference of a task in a campaign; empty unless both are known."""
        return self.of("work", canonical([campaign, task]).decode()) if campaign and task else ""

    def idempotency(self, principal: Principal, key: str) -> str:
        """Return the reference of a principal's idempotency key."""
        return self.of("idempotency", canonical([principal.kind, principal.id, key]).decode())

    def work_keys(self, work: Work) -> tuple[str, ...]:
        """Return the index keys of one piece of work."""
        return work_keys(
            thread=self.of("thread", work.thread),
            work=self.work(work.campaign, work.task),
            content=self.of("content", work.content_sha256),
            fingerprints=tuple(map(self.fingerprint, work.fingerprints)),
        )


def check_body(entry: CheckEntry, refs: References) -> dict[str, Json]:
    """Return the body of a check's record, without its commitments."""
    work, said = entry.work, entry.summary
    return {
        "principal": {"kind": entry.principal.kind, "ref": refs.principal(entry.principal)},
        "actor_ref": refs.hands(entry.principal, entry.who),
        "binding": entry.binding,
        "policy_digest": said.policy_digest,
        "engine": dict(said.engine),
        "as_of_ms": said.as_of_ms,
        "verdict": said.verdict,
        "reasons": list(said.reasons),
        "rules": [{"id": one.rule, "calls_for": one.calls_for, "count": one.count} for one in said.rules],
        "completeness": {"complete": said.complete, "faults": list(said.faults), "not_seen": said.not_seen},
        "origin": entry.origin,
        "channels": list(said.channels),
        "markets": list(said.markets),
        "risk": entry.risk,
        "routing": {"queue": said.queue, "due_hours": said.due_hours},
        "place_ref": refs.of("place", said.place.decode()),
        "content_ref": refs.of("content", work.content_sha256),
        "context_ref": refs.of("context", said.context.decode()),
        "thread_ref": refs.of("thread", work.thread),
        "campaign_ref": refs.campaign(work.campaign),
        "work_ref": refs.work(work.campaign, work.task),
        "revise": _least(refs, work.fingerprints),
        "asks": _least(refs, said.asks),
        "rests_on": [*sorted(refs.of("rests_on", what) for what in entry.rests_on)],
        "waivers": list(entry.waivers),
    }


def _least(refs: References, fingerprints: Sequence[str]) -> list[Json]:
    return [*sorted(map(refs.fingerprint, fingerprints))[:MOST_FINGERPRINTS]]
