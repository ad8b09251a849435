"""
A published answer read back: the inverse of :mod:`guardrails.render.answer`, for a client of a server.

What was masked stays masked; what is not published (the match behind a fingerprint, who may see what) is not made up:
the match of a finding is its quote. Unknown keys are ignored, as the published form asks of its readers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guardrails.errors import UnavailableError
from guardrails.model.assessment import Assessment, Completeness, Fixed, Next, Reason
from guardrails.model.canonical import canonical, sha256_hex
from guardrails.model.context import Conflict, EffectiveContext, Values
from guardrails.model.decision import Obligation, Routing
from guardrails.model.finding import Edit, Fault, Finding, Fix, RuleRef
from guardrails.model.policy import Accepted, Pack
from guardrails.model.span import Span
from guardrails.text.moment import moment_ms


@dataclass(frozen=True, slots=True)
class ReadReceipt:
    """Where the record of a check stands in the server's ledger."""

    record_id: str
    index: int
    leaf_hash: str


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """``guardrails.answer/v1`` as a value again."""

    check_id: str | None
    binding: bool
    assessment: Assessment
    assessment_bytes: bytes
    assessment_sha256: str
    audit: ReadReceipt | None
    timing_us: tuple[tuple[str, int], ...]


def answer_of(data: bytes) -> ReadAnswer:
    """
    Return the answer in *data*.

    Raises:
        UnavailableError: ``bad-answer`` if it is no answer, or its assessment is not the one that was digested.
    """
    try:
        body = json.loads(data)
        assessment_bytes = canonical(body["assessment"])
        audit = body["audit"]
        answer = ReadAnswer(
            check_id=body["check_id"],
            binding=body["binding"],
            assessment=assessment_of(body["assessment"]),
            assessment_bytes=assessment_bytes,
            assessment_sha256=body["assessment_sha256"],
            audit=None if audit is None else ReadReceipt(audit["record_id"], audit["index"], audit["leaf_hash"]),
            timing_us=tuple(sorted(body["timing_us"].items())),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnavailableError("bad-answer", "the server's answer cannot be read") from error
    if sha256_hex(assessment_bytes) != answer.assessment_sha256:
        raise UnavailableError("bad-answer", "the server's answer is not what it was digested as")
    return answer


def assessment_of(body: Mapping[str, Any]) -> Assessment:
    """Return ``guardrails.assessment/v1`` as a value; a masked finding is a sensitive one."""
    fixed, routing = body["fixed"], body["routing"]
    return Assessment(
        verdict=body["verdict"],
        reasons=tuple(Reason(r["code"], r["outcome"], r["message"], tuple(r["findings"])) for r in body["reasons"]),
        next=Next(body["next"]["do"], tuple(body["next"]["instructions"]), body["next"]["rounds_left"]),
        findings=tuple(map(_finding, body["findings"])),
        fixed=None
        if fixed is None
        else Fixed(tuple(fixed["fix_ids"]), fixed["content_sha256"], fixed["verdict_after"]),
        obligations=tuple(Obligation(o["id"], o["code"], o["due"], o["text"]) for o in body["obligations"]),
        routing=None
        if routing is None
        else Routing(routing["queue"], routing["due_hours"], tuple(routing["allowed"]), routing["question"]),
        scores=tuple(sorted(body["scores"].items())),
        completeness=_completeness(body["completeness"]),
        context=_context(body["context"]),
        established=_values(body["context"]["established"]),
        policy_digest=body["policy"]["digest"],
        packs=tuple(
            Pack(p["name"], p["version"], p["layer"], p["owner"], p["digest"]) for p in body["policy"]["packs"]
        ),
        engine=tuple(sorted(body["engine"].items())),
        as_of_ms=moment_ms(body["as_of"]),
        good_until_ms=None if body["good_until"] is None else moment_ms(body["good_until"]),
        accountable=body["accountable"] or "",
        draft_sha256=body["draft_sha256"],
        content_sha256=body["content_sha256"],
        state_sha256=body["state_sha256"],
    )


def _finding(body: Mapping[str, Any]) -> Finding:
    rule = body["rule"]
    spans = tuple(map(_span, body["spans"]))
    return Finding(
        id=body["id"],
        fingerprint=body["fingerprint"],
        rule=RuleRef(rule["id"], rule["version"], rule["digest"], rule["title"], rule["pack"], rule["layer"]),
        effect=body["effect"],
        calls_for=body["calls_for"],
        severity=body["severity"],
        confidence_pm=body["confidence_pm"],
        spans=spans,
        match=body["spans"][0]["quote"] if spans else "",
        message=body["message"],
        why=body["why"],
        instruction=body["instruction"],
        evidence=tuple(body["evidence"].items()),
        fixes=tuple(map(_fix, body["fixes"])),
        related=tuple(map(_span, body["related"])),
        waiver=body["waiver"] or "",
        observed=body["observed"],
        sensitive=body["masked"],
    )


def _fix(body: Mapping[str, Any]) -> Fix:
    edits = tuple(Edit(_span(edit), edit["text"]) for edit in body["edits"])
    return Fix(body["id"], body["safety"], body["verified"], edits)


def _span(body: Mapping[str, Any]) -> Span:
    return Span(body["field"], body["start"], body["end"])


def _completeness(body: Mapping[str, Any]) -> Completeness:
    return Completeness(
        status=body["status"],
        faults=tuple(Fault(f["code"], f["message"], f["rule"], f["field"]) for f in body["faults"]),
        unsupported=tuple(Accepted(u["what"], u["reason"], u["owner"]) for u in body["unsupported"]),
        not_applicable=body["not_applicable"],
        not_seen=tuple(body["not_seen"]),
        truncated=body["truncated"],
    )


def _context(body: Mapping[str, Any]) -> EffectiveContext:
    return EffectiveContext(
        values=_values(body["effective"]),
        assumed=tuple(body["assumed"]),
        conflicts=tuple(Conflict(c["key"], c["claimed"], c["why"]) for c in body["conflicts"]),
        claimed=tuple(sorted(body["claimed"].items())),
    )


def _values(body: Mapping[str, Any]) -> Values:
    return tuple(sorted((key, tuple(values)) for key, values in body.items()))
