"""
The published answer: ``guardrails.assessment/v1``, ``guardrails.answer/v1``, ``guardrails.run/v1``.

Filled by hand from the model, key by key; every key is always present, null where there is nothing to say. No floats,
so that :func:`guardrails.model.canonical.canonical` gives the one byte form that is digested. Moments are RFC 3339 in
UTC. Readers must ignore keys they do not know; a key that changes its meaning makes a ``/v2``. The schemas are in
:mod:`guardrails.render.schemas`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeAlias

from guardrails.errors import GuardrailsError
from guardrails.model.assessment import Assessment, Completeness
from guardrails.model.canonical import Json
from guardrails.model.context import EffectiveContext, Values
from guardrails.model.draft import Field
from guardrails.model.finding import VERDICTS
from guardrails.render.findings import finding_json, ordered
from guardrails.render.mask import Masker
from guardrails.render.moment import rfc3339
from guardrails.render.spans import SpanWriter

_SCORES = ("brand", "factual", "escalation")


class Receipt(Protocol):
    """Where the record of a check stands in the ledger."""

    @property
    def record_id(self) -> str: ...  # noqa: D102
    @property
    def index(self) -> int: ...  # noqa: D102
    @property
    def leaf_hash(self) -> str: ...  # noqa: D102


class Answer(Protocol):
    """What a gate or a linter answers; ``assessment_bytes`` are the canonical bytes of the assessment."""

    @property
    def check_id(self) -> str | None: ...  # noqa: D102
    @property
    def binding(self) -> bool: ...  # noqa: D102
    @property
    def assessment_bytes(self) -> bytes: ...  # noqa: D102
    @property
    def assessment_sha256(self) -> str: ...  # noqa: D102
    @property
    def audit(self) -> Receipt | None: ...  # noqa: D102
    @property
    def timing_us(self) -> tuple[tuple[str, int], ...]: ...  # noqa: D102


Outcome: TypeAlias = "tuple[str, Answer | GuardrailsError]"
"""A file as it was named, and what became of it."""


def assessment_json(assessment: Assessment, fields: tuple[Field, ...]) -> dict[str, Json]:
    """
    Return *assessment* as ``guardrails.assessment/v1``.

    *fields* are the submitted fields, from which quotes are sliced and lines counted.
    """
    masker, spans = Masker(fields, assessment.findings, assessment.sensitive), SpanWriter(fields)
    return {
        "schema": "guardrails.assessment/v1",
        "verdict": assessment.verdict,
        **_reasoning(assessment, masker),
        "findings": [
            finding_json(finding, spans, masker)
            for finding in ordered(assessment.findings, [field.id for field in fields])
        ],
        **_consequences(assessment, masker),
        "scores": {name: dict(assessment.scores).get(name, 0) for name in _SCORES},
        "completeness": _completeness(assessment.completeness, masker),
        "context": _context(assessment.context, assessment.established),
        **_identity(assessment),
    }


def _reasoning(assessment: Assessment, masker: Masker) -> dict[str, Json]:
    following = assessment.next
    return {
        "reasons": [
            {
                "code": reason.code,
                "outcome": reason.outcome,
                "message": masker.words(reason.message),
                "findings": list(reason.findings),
            }
            for reason in assessment.reasons
        ],
        "next": {
            "do": following.do,
            "instructions": [masker.words(text) for text in following.instructions],
            "rounds_left": following.rounds_left,
        },
    }


def _consequences(assessment: Assessment, masker: Masker) -> dict[str, Json]:
    fixed, routing = assessment.fixed, assessment.routing
    return {
        "fixed": None
        if fixed is None
        else {
            "fix_ids": list(fixed.fix_ids),
            "content_sha256": fixed.content_sha256,
            "verdict_after": fixed.verdict_after,
        },
        "obligations": [
            {"id": one.id, "code": one.code, "due": one.due, "text": one.text} for one in assessment.obligations
        ],
        "routing": None
        if routing is None
        else {
            "question": masker.words(routing.question),
            "queue": routing.queue,
            "due_hours": routing.due_hours,
            "allowed": list(routing.allowed),
        },
    }


def _completeness(completeness: Completeness, masker: Masker) -> dict[str, Json]:
    return {
        "status": completeness.status,
        "faults": [
            {"code": fault.code, "message": masker.words(fault.message), "rule": fault.rule, "field": fault.field}
            for fault in completeness.faults
        ],
        "unsupported": [
            {"what": gap.what, "reason": gap.reason, "owner": gap.owner} for gap in completeness.unsupported
        ],
        "not_applicable": completeness.not_applicable,
        "not_seen": list(completeness.not_seen),
        "truncated": completeness.truncated,
    }


def _context(context: EffectiveContext, established: Values) -> dict[str, Json]:
    return {
        "established": {key: list(values) for key, values in established},
        "claimed": dict(context.claimed),
        "effective": {key: list(values) for key, values in context.values},
        "assumed": list(context.assumed),
        "conflicts": [{"key": one.key, "claimed": one.claimed, "why": one.why} for one in context.conflicts],
    }


def _identity(assessment: Assessment) -> dict[str, Json]:
    return {
        "policy": {
            "digest": assessment.policy_digest,
            "packs": [
                {
                    "name": pack.name,
                    "version": pack.version,
                    "layer": pack.layer,
                    "owner": pack.owner,
                    "digest": pack.digest,
                }
                for pack in assessment.packs
            ],
        },
        "engine": dict(assessment.engine),
        "as_of": rfc3339(assessment.as_of_ms),
        "good_until": None if assessment.good_until_ms is None else rfc3339(assessment.good_until_ms),
        "accountable": assessment.accountable or None,
        "draft_sha256": assessment.draft_sha256,
        "content_sha256": assessment.content_sha256,
        "state_sha256": assessment.state_sha256,
    }


def answer_json(answer: Answer) -> dict[str, Json]:
    """Return *answer* as ``guardrails.answer/v1``; its assessment is the one that was digested."""
    audit = answer.audit
    return {
        "schema": "guardrails.answer/v1",
        "check_id": answer.check_id,
        "binding": answer.binding,
        "assessment": json.loads(answer.assessment_bytes),
        "assessment_sha256": answer.assessment_sha256,
        "audit": None
        if audit is None
        else {"record_id": audit.record_id, "index": audit.index, "leaf_hash": audit.leaf_hash},
        "timing_us": dict(answer.timing_us),
    }


def run_json(results: Sequence[Outcome], exit_code: int) -> dict[str, Json]:
    """
    Return a run over several files as ``guardrails.run/v1``, in the order of *results*.

    ``verdict`` is the strictest one, or null if any file got none (or there was no file).
    """
    entries: list[Json] = []
    verdicts: list[str | None] = []
    for file, result in results:
        if isinstance(result, GuardrailsError):
            entries.append({"file": file, "error": error_json(result)})
            verdicts.append(None)
        else:
            answer = answer_json(result)
            entries.append({"file": file, "answer": answer})
            verdicts.append(_verdict(answer))
    return {
        "schema": "guardrails.run/v1",
        "verdict": strictest(verdicts),
        "exit_code": exit_code,
        "results": entries,
    }


def strictest(verdicts: Iterable[str | None]) -> str | None:
    """Return the greatest of *verdicts*; None if there is none, or one of them is None."""
    known = list(verdicts)
    if None in known:
        return None
    return next((verdict for verdict in reversed(VERDICTS) if verdict in known), None)


def _verdict(answer: dict[str, Json]) -> str:
    assessment = answer["assessment"]
    assert isinstance(assessment, dict)
    return str(assessment["verdict"])


def error_json(error: GuardrailsError) -> dict[str, Json]:
    """Return *error* as ``{code, message, help, place}``."""
    place = error.place
    return {
        "code": error.code,
        "message": error.message,
        "help": error.help,
        "place": None
        if place is None
        else {"file": place.file, "line": place.line, "column": place.column, "excerpt": place.excerpt},
    }
