"""
Policies are put in force by people: activated from a workspace's files, or rolled back to one that the ledger keeps.

Each is a ``policy_activated`` record, and the last one with the event ``activated`` or ``rolled-back`` says what is in
force; until there is one, a workspace's files count as they are (event ``first-use``). The record holds

``event``, ``policy_digest``, ``previous_digest``
    What happened, what is in force since, what was before (empty where nothing is known).
``policy_sha256``, ``bundle_sha256``, ``compiled_by``
    The bytes that are kept, and the version of guardrails that wrote them and alone can run them. A policy is taken from
    there, never from files that may have changed since.
``role``, ``proposed_by``, ``proposal``
    Who approved, as established by a credential, and on whose proposal: another person's in another role. ``proposal`` is
    the id of their ``policy_proposed`` record; it is empty only where no API keys exist, so that nobody could be told from
    anybody. Going back to the policy before, on which two people have agreed, takes one person, like a stop.
``commit``
    ``{revision, dirty}`` of the workspace's git checkout; an empty revision where there is none.

A ``policy_proposed`` record names ``proposed_digest``, ``role`` and ``actor_ref`` of who proposes. It counts until a policy is
put in force, and for that very digest.

Both have encrypted parts: ``diff`` (``policy/diff.py``), ``tests`` (counts of ``policy test`` and ``policy check``), ``note``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from guardrails.audit.log import AuditLog
from guardrails.audit.policies import keep_policy
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
    Proposal,
    activation_of,
    activations,
    in_force,
    kept_policy,
    last_used,
    proposal_of,
    proposals,
    stored_policy,
)
from guardrails.review.inspection import Inspection, not_decided
from guardrails.review.people import deciding_role, require_name

_PREFIX = 8  # so many characters of a digest are enough to name it, if no other begins so
_ALGORITHM = "sha256:"
_PROPOSE = (
    "another person proposes it first: guardrails policy propose (--proposed-by ROLE where there are no API keys)"
)


@dataclass(frozen=True, slots=True)
class Ask:
    """
    Who wants a policy in force: the *approver*; *note* is for the record.

    *proposed_by* is a role by the approver's word, which counts only where no API keys exist.
    """

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
class Proposed:
    """What was proposed just now: its record, what is in force instead, what differs, and what was tested (of files)."""

    proposal: Proposal
    previous: str
    difference: PolicyDiff
    inspection: Inspection | None = None
    is_comparable: bool = True


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

    def propose(self, by: Actor, note: str = "", wanted: str = "") -> Proposed:
        """
        Record that somebody wants what the workspace's files say in force, or *wanted*, an earlier policy.

        Raises:
            PolicyError: As :meth:`activate`.

            DraftError: ``person-needed``, ``unknown-role``, ``name-needed``, ``already-in-force``; of *wanted* as :meth:`roll_back`.
        """
        inspection = None if wanted else self.inspect()
        if inspection is not None:
            inspection.require_sound()
        policy = inspection.policy if inspection is not None else stored_policy(self.log, self._target(wanted))
        role = deciding_role(by, (self._readable(in_force(self.log)) or policy).workspace.people)
        require_name(by)
        if policy.digest == in_force(self.log):
            raise DraftError("already-in-force", f"{policy.digest} is in force already")
        previous, before, difference = self._difference(policy)
        body: dict[str, Json] = {
            "proposed_digest": policy.digest,
            "role": role,
            **self.log.refs.acted(by),
        }
        parts = {"diff": canonical(diff_json(difference)), **({"note": note.encode("utf-8")} if note else {})}
        receipt = self.log.append("policy_proposed", body, parts=parts)
        proposal = proposal_of(self.log.record(receipt.index))
        return Proposed(proposal, previous, difference, inspection, before is not None or not previous)

    def activate(self, ask: Ask) -> Done:
        """
        Put what the workspace's files say in force.

        Raises:
            PolicyError: If the files do not load, an example or a case fails, or the Rego has mistakes.

            DraftError: ``person-needed``, ``unknown-role``, ``name-needed``, ``proposer-missing``, ``same-person``,
                ``proposal-differs``, ``already-in-force``.
        """
        before = self._readable(in_force(self.log))
        if before is not None:
            self._agreed(ask, before)  # first, because looking at the files takes long
        inspection = self.inspect()
        inspection.require_sound()
        policy = inspection.policy
        if policy.digest == in_force(self.log) and self._runs(policy.digest):
            raise DraftError("already-in-force", f"{policy.digest} is in force already")
        agreed = self._agreed(ask, before or policy, policy.digest)
        parts = {"tests": canonical({"schema": "guardrails.policy-tests/v1", **tests_json(inspection)})}
        return self._put("activated", policy, agreed, self.commit_of(inspection.files), parts, inspection)

    def roll_back(self, ask: Ask, wanted: str = "") -> Done:
        """
        Put a policy in force again: the one before, or *wanted* (a digest, or how it begins).

        The one before takes one person, any other two.

        Raises:
            PolicyError: ``policy-outdated`` if this version cannot run it, ``engine-undecided``.

            DraftError: ``person-needed``, ``unknown-role``, ``nothing-before``, ``policy-unknown``,
                ``digest-ambiguous``, ``already-in-force``; where it takes two, as :meth:`activate`.
        """
        target = self._target(wanted)
        policy = stored_policy(self.log, target)
        if target == in_force(self.log) and self._runs(target):
            raise DraftError("already-in-force", f"{target} is in force already")
        judge = self._readable(in_force(self.log)) or policy
        deciding_role(ask.approver, judge.workspace.people)
        agreed = _Agreed(ask) if target == self._before() else self._agreed(ask, judge, target)
        open_questions = undecided(self.engine, policy.bundle)
        if open_questions:
            raise not_decided(len(open_questions))
        return self._put("rolled-back", policy, agreed, Commit(), {}, None)

    def _agreed(self, ask: Ask, policy: CompiledPolicy, digest: str = "") -> _Agreed:
        """
        Return who proposed and approves *digest* (empty for any), two people of *policy*.

        Raises:
            DraftError: See :meth:`activate`.
        """
        people = policy.workspace.people
        role = deciding_role(ask.approver, people)
        require_name(ask.approver)
        if ask.proposed_by:
            self._require_word(ask.proposed_by, role, people)
            return _Agreed(ask, ask.proposed_by)
        waiting = proposals(self.log)
        others = [one for one in waiting if one.role != role and one.actor_ref != self.log.refs.actor(ask.approver)]
        if not others:
            raise _one_person(role, is_own=bool(waiting))
        found = next((one for one in reversed(others) if digest in ("", one.digest)), None)
        if found is None:
            raise DraftError(
                "proposal-differs", f"{others[-1].digest} was proposed, and this is {digest}", help=_PROPOSE
            )
        if found.role not in people:
            raise DraftError("unknown-role", f"this workspace has no role {found.role!r} any more")
        return _Agreed(ask, found.role, found.record)

    def _require_word(self, proposed_by: str, role: str, people: Sequence[str]) -> None:
        """Accept the approver's word for who proposes only where nobody has a key to say so themselves."""
        if self.log.keys.api_keys():
            message = "whoever proposes says so with a key of their own"
            raise DraftError("proposal-needed", message, help=_PROPOSE)
        if proposed_by not in people:
            raise DraftError(
                "unknown-role", f"this workspace has no role {proposed_by!r}", help=f"it has: {', '.join(people)}"
            )
        if proposed_by == role:
            raise _one_person(role, is_own=True)

    def _put(
        self,
        event: str,
        policy: CompiledPolicy,
        agreed: _Agreed,
        commit: Commit,
        parts: Mapping[str, bytes],
        inspection: Inspection | None,
    ) -> Done:
        previous, before, difference = self._difference(policy)
        kept = keep_policy(self.log, policy_bytes(policy), bundle_bytes(policy.bundle))
        approver, note = agreed.ask.approver, agreed.ask.note
        body: dict[str, Json] = {
            "event": event,
            "policy_digest": policy.digest,
            "previous_digest": previous,
            **kept,
            "role": approver.principal.id,
            "proposed_by": agreed.proposed_by,
            "proposal": agreed.proposal,
            **self.log.refs.acted(approver),
            "commit": {"revision": commit.revision, "dirty": commit.dirty},
        }
        said = {"note": note.encode("utf-8")} if note else {}
        receipt = self.log.append(
            "policy_activated", body, parts={**parts, **said, "diff": canonical(diff_json(difference))}
        )
        is_comparable = before is not None or not previous
        return Done(activation_of(self.log.record(receipt.index)), policy, difference, inspection, is_comparable)

    def _difference(self, policy: CompiledPolicy) -> tuple[str, CompiledPolicy | None, PolicyDiff]:
        """Return what counts now (its digest, and the policy if it can be read) and how *policy* differs from it."""
        previous = in_force(self.log) or last_used(self.log)
        before = self._readable(previous)
        return previous, before, policy_diff(before, policy)

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

    def _before(self) -> str:
        """Return the digest of the policy that was in force before the one that is; empty for none."""
        history = activations(self.log)
        now = history[-1].digest if history else ""
        return next((one.previous for one in reversed(history) if one.previous not in {"", now}), "")

    def _target(self, wanted: str) -> str:
        history = activations(self.log)
        if not wanted:
            before = self._before()
            if not before:
                raise DraftError("nothing-before", "no other policy was in force before")
            return before
        known = {digest for one in history for digest in (one.digest, one.previous) if digest}
        found = {digest for digest in known if _names(wanted, digest)}
        if len(found) > 1:
            raise DraftError("digest-ambiguous", f"{wanted!r} begins several digests", help="write more of it")
        return found.pop() if found else wanted


@dataclass(frozen=True, slots=True)
class _Agreed:
    """Who approves, on whose proposal (a role, and the id of its record); nobody's where one person is enough."""

    ask: Ask
    proposed_by: str = ""
    proposal: str = ""


def _one_person(role: str, *, is_own: bool) -> DraftError:
    if is_own:
        return DraftError(
            "same-person", f"{role} cannot approve what {role} proposes", help="ask another role to approve"
        )
    return DraftError("proposer-missing", "it takes two people, and nobody else has proposed anything", help=_PROPOSE)


def tests_json(inspection: Inspection) -> dict[str, Json]:
    """Return what was tested, in numbers; nothing failed, or it would not come so far."""
    results = inspection.examples.results
    return {
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
