"""
The gate: read state → evaluate → record → answer.

An answer leaves only after its record is durable. What could not be evaluated is escalated here, with a record; what
could not be recorded has no verdict at all (:class:`~guardrails.errors.LedgerError`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from guardrails.answer import Answer, StoredAnswer, assessed
from guardrails.audit.earlier import has_taken_risk, risk, rounds
from guardrails.audit.entry import CheckEntry, Receipt, summary_of, waived_risk, work_of
from guardrails.audit.entry import Idempotency as Remembered
from guardrails.audit.log import AuditLog
from guardrails.audit.parts import ASSESSMENT, ENGINE_INPUT, STATE, draft_parts
from guardrails.audit.policies import FirstUse
from guardrails.audit.standing import Standing
from guardrails.errors import DraftError, UnavailableError
from guardrails.model.assessment import Assessment
from guardrails.model.canonical import canonical, sha256_hex
from guardrails.model.context import Principal, Values
from guardrails.model.draft import Draft, Pairs
from guardrails.model.finding import Fault
from guardrails.model.policy import CompiledPolicy
from guardrails.model.state import Round, State, state_json
from guardrails.pipeline import Evaluate, Evaluation, unchecked
from guardrails.render.answer import answer_json
from guardrails.text.canon import HtmlOf

MAX_BATCH = 100
"""Most drafts of one batch."""


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The same *key* with the same body gives the same answer again; with another body it is refused."""

    key: str
    body_sha256: str


class Recorder(Protocol):
    """Whatever makes an entry durable: the audit log itself, or the server's one writer thread."""

    def __call__(self, entry: CheckEntry, /) -> Receipt:
        """Return once the entry is durable."""


@dataclass(frozen=True)
class Gate:
    """
    Checks drafts and records every verdict.

    Args:
        policy: The policy in force.

        evaluate: In this process or in a pool of workers.

        log: The ledger; *record* appends to it, *standing* reads what is in force, *first_use* keeps the policy in it.

        clock: Milliseconds since the epoch, UTC.

        engine: Identity of the engine, for escalations that are built here.

        policy_bytes: Makes the policy and its Rego bundle as they are stored beside the records.

        html_of: Renders Markdown, by which a text is known again in another spelling.
    """

    policy: CompiledPolicy
    evaluate: Evaluate
    log: AuditLog
    standing: Standing
    first_use: FirstUse
    record: Recorder
    clock: Callable[[], int]
    engine: Pairs
    policy_bytes: Callable[[], tuple[bytes, bytes]]
    html_of: HtmlOf
    on_close: Callable[[], None] = lambda: None

    def check(
        self,
        draft: Draft,
        *,
        principal: Principal,
        caller: Pairs = (),
        permitted: Values = (),
        as_of_ms: int | None = None,
        who: str = "",
        idempotency: Idempotency | None = None,
    ) -> Answer:
        """
        Check *draft*, record the verdict, answer.

        Args:
            draft: What is submitted.

            principal: Who submits, as established by the credential.

            caller: Context the caller sets; ``lint`` is no action here.

            permitted: Context values the credential allows.

            as_of_ms: A moment other than now makes this a simulation, which is never binding.

            who: Person or key behind the principal (``Actor.who``), if one is known.

            idempotency: See :meth:`answered`.

        Raises:
            DraftError: If the draft or its context is not acceptable; nothing is recorded then.

            LedgerError: If the record could not be made durable; there is no verdict then.
        """
        answer, entry = self._judged(draft, principal, caller, permitted, as_of_ms, who, idempotency)
        return replace(answer, audit=self.record(entry))

    def check_batch(
        self,
        items: Sequence[tuple[Draft, Pairs]],
        *,
        principal: Principal,
        permitted: Values = (),
        who: str = "",
    ) -> tuple[Answer, ...]:
        """
        Check drafts that belong together, each with the context its caller sets.

        All records become durable in one transaction, or none does. Drafts of one batch are no rounds of each other.

        Raises:
            DraftError: For the first item that is not acceptable, by its number from 0; ``batch-too-large`` or
                ``batch-empty``.

            LedgerError: As :meth:`check`.
        """
        if not items:
            raise DraftError("batch-empty", "a batch holds at least one draft")
        if len(items) > MAX_BATCH:
            raise DraftError("batch-too-large", f"{len(items)} drafts, a batch holds {MAX_BATCH}", help="send several")
        judged = []
        for number, (draft, caller) in enumerate(items):
            try:
                judged.append(self._judged(draft, principal, caller, permitted, None, who, None))
            except DraftError as error:
                message = f"item {number}: {error.message}"
                raise DraftError(error.code, message, help=error.help, place=error.place) from error
        receipts = self.log.append_checks([entry for _, entry in judged])
        return tuple(replace(answer, audit=at) for (answer, _), at in zip(judged, receipts, strict=True))

    def _judged(
        self,
        draft: Draft,
        principal: Principal,
        caller: Pairs,
        permitted: Values,
        as_of_ms: int | None,
        who: str,
        idempotency: Idempotency | None,
    ) -> tuple[Answer, CheckEntry]:
        """Return the answer to *draft*, not yet on record, and the entry that puts it there."""
        if dict(caller).get("action") == "lint" or dict(draft.context).get("action") == "lint":
            raise DraftError("lint-not-recorded", "the gate records no lint", help="use “guardrails lint”")
        started, now_ms = time.perf_counter_ns(), self.clock()
        moment = now_ms if as_of_ms is None else as_of_ms
        state = self.state(principal, permitted=permitted, caller=caller, now_ms=now_ms)
        evaluation = self._evaluated(draft, state, moment)
        state, evaluation = self._with_history(draft, state, evaluation, moment, now_ms)
        answer = Answer(
            check_id=self.log.new_check_id(),
            binding=as_of_ms is None and principal.kind != "none",
            **assessed(draft, evaluation),
            audit=None,
            timing_us=(("evaluate", (time.perf_counter_ns() - started) // 1000),),
        )
        return answer, self._entry(draft, state, evaluation, answer, now_ms, who, idempotency)

    def state(self, principal: Principal, *, permitted: Values = (), caller: Pairs = (), now_ms: int) -> State:
        """Return what is known before a check of no particular text: who, where, waivers, stops, risk."""
        return State(
            principal,
            permitted,
            tuple(sorted(caller)),
            waivers=self.standing.waivers(),
            risk=risk(self.log, principal, now_ms=now_ms),
            stops=self.standing.stops(),
            withdrawn=self.standing.withdrawn(),
        )

    def answered(self, principal: Principal, idempotency: Idempotency) -> bytes | None:
        """
        Return the answer already given under this key, as JSON, or None.

        Raises:
            DraftError: If the key was used with another body.
        """
        return self.log.answers.given(principal, idempotency.key, idempotency.body_sha256, now_ms=self.clock())

    def stored(self, check_id: str) -> StoredAnswer | None:
        """Return the answer given under *check_id* as the ledger has it, or None if there is none."""
        found = self.log.find_check(check_id)
        if found is None:
            return None
        assessment = self.log.decrypt(found.receipt.index, "assessment")
        binding = bool(found.record.body["binding"])
        return StoredAnswer(check_id, binding, assessment, sha256_hex(assessment), found.receipt)

    def close(self) -> None:
        """Release the ledger and whatever else was opened with the gate."""
        self.on_close()
        self.log.close()

    def _evaluated(self, draft: Draft, state: State, moment_ms: int) -> Evaluation:
        try:
            return self.evaluate(draft, self.policy, state, moment_ms)
        except UnavailableError as error:
            return unchecked(draft, self.policy, state, moment_ms, Fault(error.code, error.message), self.engine)

    def _with_history(
        self, draft: Draft, state: State, evaluation: Evaluation, moment_ms: int, now_ms: int
    ) -> tuple[State, Evaluation]:
        """Evaluate once more if this is a later round, or if a person has decided about this text, or revoked its permit."""
        rounds = self._rounds(state.principal, evaluation.assessment, moment_ms, now_ms)
        rulings = self.standing.rulings(evaluation.assessment.content_sha256)
        revoked = self.standing.revoked(draft.fields, self.html_of)
        if not rounds and not rulings and not revoked:
            return state, evaluation
        state = replace(state, rounds=rounds, rulings=rulings, revoked=revoked)
        return state, self._evaluated(draft, state, moment_ms)

    def _rounds(self, principal: Principal, assessment: Assessment, moment_ms: int, now_ms: int) -> tuple[Round, ...]:
        """
        Return the earlier rounds of this work.

        Only an evaluation tells the fingerprints, by which a round is recognised even if it names no thread. What
        passed was no failed try, and is none when a pipeline runs again; a simulation knows what was known then.
        """
        earlier = rounds(self.log, principal, work_of(assessment), now_ms=now_ms)
        return tuple(one for one in earlier if one.verdict != "pass" and one.at_ms <= moment_ms)

    def _entry(
        self,
        draft: Draft,
        state: State,
        evaluation: Evaluation,
        answer: Answer,
        now_ms: int,
        who: str,
        idempotency: Idempotency | None,
    ) -> CheckEntry:
        self.first_use.of(self.policy.digest, self.policy_bytes)
        assessment = evaluation.assessment
        return CheckEntry(
            check_id=str(answer.check_id),
            at_ms=now_ms,
            principal=state.principal,
            binding=answer.binding,
            work=work_of(assessment),
            summary=summary_of(assessment),
            parts={
                **draft_parts(draft),
                ASSESSMENT: answer.assessment_bytes,
                ENGINE_INPUT: evaluation.engine_input,
                STATE: canonical(state_json(state)),
            },
            who=who,
            rests_on=evaluation.rests_on,
            waivers=evaluation.waivers,
            risk=self._new_risk(state.principal, assessment, now_ms),
            origin=draft.provenance.origin,
            idempotency=_remembered(idempotency, answer),
        )

    def _new_risk(self, principal: Principal, assessment: Assessment, now_ms: int) -> int:
        """Return what waived findings add to the risk; who has the same text checked again takes no new one."""
        added = waived_risk(assessment.findings)
        is_counted = added and has_taken_risk(self.log, principal, assessment.content_sha256, now_ms=now_ms)
        return 0 if is_counted else added


def _remembered(idempotency: Idempotency | None, answer: Answer) -> Remembered | None:
    if idempotency is None:
        return None
    return Remembered(
        idempotency.key,
        idempotency.body_sha256,
        lambda receipt: canonical(answer_json(replace(answer, audit=receipt))),
    )
