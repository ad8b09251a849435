"""
Policies are put in force by people: activated from a workspace's files, or rolled back to one that the ledger keeps.

Each is a ``policy_activated`` record, and the last one with the event ``activated`` or ``rolled-back`` says what is in
force; until there is one, a workspace's files count as they are (event ``first-use``). The record holds

``event``, ``policy_digest``, ``previous_digest``
    What happened, what is in force since, what was before (empty where nothing is known).
``policy_sha256``, ``bundle_sha256``, ``compiled_by``
    The bytes that are kept, and the version of guardrails that wrote them and alone can run them. A policy is taken from
    there, never from files that may have changed since.
``role``, ``proposed_by``
    Who approved, as established by a credential, and on whose proposal: another role. Going back, which two people
    agreed on before, takes one person, like a stop.
``commit``
    ``{revision, dirty}`` of the workspace's git checkout; an empty revision where there is none.

and encrypted parts: ``diff`` (``policy/diff.py``), ``tests`` (counts of ``policy test`` and ``policy check``), ``note``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from guardrails.audit.log import AuditLog
from guardrails.decide.engine import RegoEngine
from guardrails.errors import DraftError, PolicyError
from guardrails.model.canonical import Json, canonical
from guardrails.model.context import Actor
from guardrails.model.policy import CompiledPolicy
from guardrails.policy.bundle import bundle_bytes
from guardrails.policy.codec import policy_bytes
from guardrails.policy.diff import PolicyDiff, diff_json, policy_diff
from guardrails.policy.parity import undecided
from guardrails.review.in_force import (
    Activation,
    Commit,
    activation_of,
    activations,
    in_force,
    kept_policy,
    last_used,
    stored_policy,
)
from guardrails.review.inspection import Inspection, not_decided
from guardrails.review.people import deciding_role

_PREFIX = 8  # so many characters of a digest are enough to name it, if no other begins so
_ALGORITHM = "sha256:"


@dataclass(frozen=True, slots=True)
class Ask:
    """Who wants a policy in force: the *approver*, on the proposal of a role; *note* is for the record."""

    approver: Actor
    proposed_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What was put in force just now: its record, the policy, what differs, and what was tested (not for a rollback)."""

    activation: Activation
    policy: CompiledPolicy
    difference: PolicyDiff
    inspection: Inspection | None = None
    is_comparable: bool = True  # False: what was before cannot be read any more, and everything counts as new


@dataclass(frozen=True, slots=True)
class Activations:
    """
    Puts policies in force, on the record of one ledger.

    Args:
        inspect: Looks at the workspace's files; may take seconds.

        engine: Decides the twenty questions about a policy that is rolled back to.

        commit_of: The state of the checkout that holds these files.
    """

    log: AuditLog
    inspect: Callable[[], Inspection]
    engine: RegoEngine
    commit_of: Callable[[Sequence[Path]], Commit] = field(default=lambda _: Commit())

    def activate(self, ask: Ask) -> Done:
        """
        Put what the workspace's files say in force.

        Raises:
            PolicyError: If the files do not load, an example or a case fails, or the Rego has mistakes.

            DraftError: ``person-needed``, ``unknown-role``, ``proposer-missing``, ``same-person``,
                ``already-in-force``.
        """
        before = self._readable(in_force(self.log))
        if before is not None:
            _require_two(ask, before)  # first, because looking at the files takes long
        inspection = self.inspect()
        inspection.require_sound()
        if before is None:
            _require_two(ask, inspection.policy)
        parts = {"tests": canonical(_counts(inspection))}
        commit = self.commit_of(inspection.files)
        return self._put("activated", inspection.policy, ask, commit, parts, inspection)

    def roll_back(self, ask: Ask, wanted: str = "") -> Done:
        """
        Put a policy in force again: the one before, or *wanted* (a digest, or how it begins).

        Raises:
            PolicyError: ``policy-outdated`` if this version cannot run it, ``engine-undecided``.

            DraftError: ``person-needed``, ``unknown-role``, ``nothing-before``, ``policy-unknown``,
                ``digest-ambiguous``, ``already-in-force``.
        """
        policy = stored_policy(self.log, self._target(wanted))
        deciding_role(ask.approver, (self._readable(in_force(self.log)) or policy).workspace.people)
        open_questions = undecided(self.engine, policy.bundle)
        if open_questions:
            raise not_decided(len(open_questions))
        return self._put("rolled-back", policy, ask, Commit(), {}, None)

    def _put(
        self,
        event: str,
        policy: CompiledPolicy,
        ask: Ask,
        commit: Commit,
        parts: Mapping[str, bytes],
        inspection: Inspection | None,
    ) -> Done:
        if policy.digest == in_force(self.log) and self._runs(policy.digest):
            raise DraftError("already-in-force", f"{policy.digest} is in force already")
        previous = in_force(self.log) or last_used(self.log)
        before = self._readable(previous)
        difference = policy_diff(before, policy)
        kept = self.log.keep_policy(policy_bytes(policy), bundle_bytes(policy.bundle))
        body: dict[str, Json] = {
            "event": event,
            "policy_digest": policy.digest,
            "previous_digest": previous,
            **kept,
            "role": ask.approver.principal.id,
            "proposed_by": ask.proposed_by,
            "principal": {
                "kind": ask.approver.principal.kind,
                "ref": self.log.principal_ref(ask.approver.principal),
            },
            "actor_ref": self.log.actor_ref(ask.approver),
            "commit": {"revision": commit.revision, "dirty": commit.dirty},
        }
        note = {"note": ask.note.encode("utf-8")} if ask.note else {}
        receipt = self.log.append(
            "policy_activated", body, parts={**parts, **note, "diff": canonical(diff_json(difference))}
        )
        is_comparable = before is not None or not previous
        return Done(activation_of(self.log.record(receipt.index)), policy, difference, inspection, is_comparable)

    def _readable(self, digest: str) -> CompiledPolicy | None:
        """Return a policy of the ledger, whoever compiled it; None for none, or where this version cannot read it."""
        try:
            return kept_policy(self.log, digest) if digest else None
        except PolicyError:
            return None

    def _runs(self, digest: str) -> bool:
        try:
            stored_policy(self.log, digest)
        except PolicyError:
            return False
        return True

    def _target(self, wanted: str) -> str:
        history = activations(self.log)
        if not wanted:
            now = history[-1].digest if history else ""
            before = next((one.previous for one in reversed(history) if one.previous not in {"", now}), "")
            if not before:
                raise DraftError("nothing-before", "no other policy was in force before")
            return before
        known = {digest for one in history for digest in (one.digest, one.previous) if digest}
        found = {digest for digest in known if _names(wanted, digest)}
        if len(found) > 1:
            raise DraftError("digest-ambiguous", f"{wanted!r} begins several digests", help="write more of it")
        return found.pop() if found else wanted


def _require_two(ask: Ask, policy: CompiledPolicy) -> None:
    people = policy.workspace.people
    role = deciding_role(ask.approver, people)
    if not ask.proposed_by:
        raise DraftError(
            "proposer-missing", "an activation takes two people: who proposes it?", help="--proposed-by ROLE"
        )
    if ask.proposed_by not in people:
        raise DraftError(
            "unknown-role", f"this workspace has no role {ask.proposed_by!r}", help=f"it has: {', '.join(people)}"
        )
    if ask.proposed_by == role:
        raise DraftError(
            "same-person", f"{role} cannot approve what {role} proposes", help="ask another role to approve"
        )


def _counts(inspection: Inspection) -> dict[str, Json]:
    """Return what was tested as ``guardrails.policy-tests/v1``; nothing failed, or it would not come so far."""
    results = inspection.examples.results
    return {
        "schema": "guardrails.policy-tests/v1",
        "rules": len({one.rule for one in results}),
        "examples": len(results),
        "untested": list(inspection.examples.untested),
        "cases": inspection.cases.cases,
        "packages": inspection.cases.packages,
        "failed": 0,
        "problems": 0,
    }


def _names(wanted: str, digest: str) -> bool:
    bare = wanted.removeprefix(_ALGORITHM)
    return digest == wanted or (len(bare) >= _PREFIX and digest.removeprefix(_ALGORITHM).startswith(bare))
