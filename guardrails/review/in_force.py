"""What is in force: read from the ledger's ``policy_activated`` records (see ``activation``), and the policies it keeps."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails import __version__
from guardrails.audit.log import AuditLog
from guardrails.audit.policies import activation, policy_contents
from guardrails.audit.projection import ACTIVATION, PROPOSED
from guardrails.errors import DraftError, LedgerError, PolicyError
from guardrails.model.canonical import Json
from guardrails.model.policy import CompiledPolicy
from guardrails.model.record import Record
from guardrails.policy.bundle import bundle_bytes
from guardrails.policy.cache import can_run
from guardrails.policy.codec import policy_of
from guardrails.render.activation_text import in_force_words as words_of
from guardrails.render.moment import rfc3339


@dataclass(frozen=True, slots=True)
class Commit:
    """The state of a checkout: *revision* is empty where there is none, *dirty* if files differ from it."""

    revision: str = ""
    dirty: bool = False


@dataclass(frozen=True, slots=True)
class Activation:
    """One time that people put a policy in force, as its record has it."""

    record: str
    at_ms: int
    event: str
    digest: str
    previous: str
    role: str
    proposed_by: str
    commit: Commit


@dataclass(frozen=True, slots=True)
class Proposal:
    """One policy that somebody wants in force, as its record has it; *actor_ref* names the person in this ledger only."""

    record: str
    at_ms: int
    digest: str
    role: str
    actor_ref: str


def in_force(log: AuditLog) -> str:
    """Return the digest of the policy that people put in force last; empty if they never did. Cheap."""
    found = log.indices(ACTIVATION)
    return log.record(found[-1]).text("policy_digest") if found else ""


def activations(log: AuditLog) -> tuple[Activation, ...]:
    """Return every activation and rollback, oldest first."""
    return tuple(activation_of(log.record(index)) for index in log.indices(ACTIVATION))


def proposals(log: AuditLog) -> tuple[Proposal, ...]:
    """Return what waits for approval, oldest first: proposed since a policy was put in force last."""
    last = max(log.indices(ACTIVATION), default=-1)
    return tuple(proposal_of(log.record(index)) for index in log.indices(PROPOSED) if index > last)


def in_force_words(log: AuditLog) -> str:
    """Return in one sentence what is in force, since when and by whom."""
    history = activations(log)
    return words_of(activation_json(history[-1]) if history else None)


def activation_json(one: Activation) -> dict[str, Json]:
    """Return one activation in published form."""
    return {
        "record_id": one.record,
        "at": rfc3339(one.at_ms),
        "event": one.event,
        "policy_digest": one.digest,
        "previous_digest": one.previous,
        "approved_by": one.role,
        "proposed_by": one.proposed_by,
        "commit": {"revision": one.commit.revision, "dirty": one.commit.dirty},
    }


def stored_policy(log: AuditLog, digest: str) -> CompiledPolicy:
    """
    Return a policy as the ledger keeps it, ready to run.

    Raises:
        DraftError: ``policy-unknown``.

        PolicyError: ``policy-outdated`` if another version of guardrails compiled it.

        LedgerError: ``ledger-damaged`` if it is not what was recorded.
    """
    policy, record = kept_policy(log, digest), activation(log, digest)
    if record is None or record.text("compiled_by") != __version__ or not can_run(policy):
        raise _outdated(digest)
    return policy


def kept_policy(log: AuditLog, digest: str) -> CompiledPolicy:
    """
    Return a policy as the ledger keeps it, whoever compiled it: to look at, not to run.

    Raises:
        DraftError: ``policy-unknown``.

        PolicyError: ``policy-outdated`` if this version cannot even read it.

        LedgerError: ``ledger-damaged`` if it is not what was recorded.
    """
    kept = policy_contents(log, digest)
    if kept is None:
        raise DraftError(
            "policy-unknown", f"the ledger keeps no policy {digest!r}", help="guardrails policy rollback --list"
        )
    try:
        policy = policy_of(kept[0])
    except ValueError as error:
        raise _outdated(digest) from error
    if policy.digest != digest or bundle_bytes(policy.bundle) != kept[1]:
        raise LedgerError("ledger-damaged", f"what is kept as {digest} is another policy")
    return policy


def last_used(log: AuditLog) -> str:
    """Return the digest of the policy that the newest check was made with; empty before the first."""
    for index in range(log.head().size - 1, -1, -1):
        digest = log.record(index).text("policy_digest")
        if digest:
            return digest
    return ""


def activation_of(record: Record) -> Activation:
    """Return what a ``policy_activated`` record says."""
    return Activation(
        record=record.id,
        at_ms=record.at_ms,
        event=record.text("event"),
        digest=record.text("policy_digest"),
        previous=record.text("previous_digest"),
        role=record.text("role"),
        proposed_by=record.text("proposed_by"),
        commit=Commit(record.text("commit", "revision"), record.member("commit", "dirty") is True),
    )


def proposal_of(record: Record) -> Proposal:
    """Return what a ``policy_proposed`` record says."""
    return Proposal(
        record.id, record.at_ms, record.text("proposed_digest"), record.text("role"), record.text("actor_ref")
    )


def _outdated(digest: str) -> PolicyError:
    return PolicyError(
        "policy-outdated",
        f"the policy {digest} was compiled by another version of guardrails, or for rules that cannot run here",
        help="check out its files and activate them for this version: guardrails policy activate",
    )
