"""
Decision replay: the stored engine input and the stored bundle give the decision that the stored assessment tells.

The decision itself is not stored; everything it says is in the assessment: verdict, reasons, what each group of findings
calls for, obligations, routing, who is accountable, until when. Both are brought into one canonical form
(:func:`_decided` and :func:`_told`) and compared as bytes. Nothing here reads them by today's contracts, so that a record
of any release can be replayed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from guardrails.audit.log import AuditLog
from guardrails.audit.parts import opened_or_none
from guardrails.audit.policies import policy_contents
from guardrails.decide.engine import RegoEngine
from guardrails.decide.facts import harmless
from guardrails.errors import EngineError, LedgerError
from guardrails.model.canonical import canonical
from guardrails.model.policy import Bundle, Module
from guardrails.model.record import Record
from guardrails.policy.bundle import bundle_of
from guardrails.render.moment import rfc3339
from guardrails.replay.outcome import Difference, Replayed, Status

_Body: TypeAlias = Mapping[str, Any]
_NOTES = ("none", "note")


def replay_decision(log: AuditLog, engine: RegoEngine, index: int, record: Record, *, erased: bool) -> Replayed:
    """Return what asking *engine* again gives for the check at *index*; *erased* tells whether it may be gone."""

    def outcome(status: Status, differences: tuple[Difference, ...] = (), detail: str = "") -> Replayed:
        return Replayed(record.id, index, "decision", status, differences, detail=detail)

    try:
        asked = log.decrypt(index, "engine_input")
        told = opened_or_none(log, index, "assessment")
        bundle = _bundle(log, record.text("policy_digest"))
    except LedgerError as error:
        return outcome("erased" if erased and error.code == "payload-missing" else "lost", detail=error.message)
    except ValueError:
        return outcome("lost", detail="what is stored cannot be read")
    if told is None and not erased:
        return outcome("lost", detail="its assessment is gone")
    if not asked or _is_undecided(record):
        return outcome("undecided", detail=", ".join(record.texts("completeness", "faults")))
    try:
        decision = json.loads(engine.decide(bundle, asked))
    except EngineError as error:
        return outcome("differs", detail=f"{error.code}: {error.message}")
    differences = _differences(json.loads(told), decision, json.loads(asked)) if told else _recorded(record, decision)
    return outcome("differs" if differences else "identical", differences)


def _bundle(log: AuditLog, digest: str) -> Bundle:
    kept = policy_contents(log, digest)
    if kept is None:
        raise LedgerError("ledger-damaged", f"the ledger keeps no policy {digest!r}")
    content = json.loads(kept[1])
    return bundle_of([Module(**module) for module in content["modules"]], content["data"])


def _is_undecided(record: Record) -> bool:
    """Tell whether the engine was asked and gave no usable answer, which escalated."""
    return any(code.startswith("engine-") for code in record.texts("completeness", "faults"))


def _recorded(record: Record, decision: _Body) -> tuple[Difference, ...]:
    """Return what differs from the record alone, which outlives its text: verdict, codes of reasons, who is asked."""
    codes = [one["code"] for one in decision["reasons"]]
    routing = decision["routing"] or {"queue": record.text("routing", "queue")}
    pairs = (
        ("verdict", record.text("verdict"), decision["verdict"]),
        ("reasons", _text(record.texts("reasons")[: len(codes)]), _text(codes)),
        ("queue", record.text("routing", "queue"), routing["queue"]),
    )
    return tuple(Difference(key, before, after) for key, before, after in pairs if before != after)


def _differences(assessment: _Body, decision: _Body, asked: _Body) -> tuple[Difference, ...]:
    is_whole = not assessment["completeness"]["truncated"]
    told, decided = _told(assessment, decision), _decided(decision, asked)
    if not is_whole:  # groups of which no finding is shown cannot be told from the assessment
        decided["groups"] = [group for group in decided["groups"] if group in told["groups"]]
    pairs = ((key, _text(told[key]), _text(decided[key])) for key in decided)
    return tuple(Difference(key, before, after) for key, before, after in pairs if before != after)


def _decided(decision: _Body, asked: _Body) -> dict[str, Any]:
    calls_for = {group["id"]: group["calls_for"] for group in decision["groups"]}
    until = decision["good_until_ms"]
    return {
        "verdict": decision["verdict"],
        "reasons": [[one["code"], one["outcome"]] for one in decision["reasons"]],
        "groups": _distinct([*_group(one, one["rule"], one["field"]), calls_for[one["id"]]] for one in asked["groups"]),
        "obligations": decision["obligations"],
        "routing": _routing(decision["routing"]),
        "accountable": decision["accountable"],
        "good_until": None if until is None else rfc3339(until),
    }


def _told(assessment: _Body, decision: _Body) -> dict[str, Any]:
    """Return the same of a stored assessment; where the decision routes nowhere, the assessment's default is no part."""
    reasons = [[one["code"], one["outcome"]] for one in assessment["reasons"]]
    decided = len(decision["reasons"])
    are_notes = all(outcome in _NOTES for _, outcome in reasons[decided:])
    return {
        "verdict": assessment["verdict"],
        "reasons": reasons[:decided] if are_notes else reasons,
        "groups": _distinct(
            [*_group(one, one["rule"]["id"], _field(one)), one["calls_for"]] for one in assessment["findings"]
        ),
        "obligations": assessment["obligations"],
        "routing": None if decision["routing"] is None else _routing(assessment["routing"]),
        "accountable": assessment["accountable"] or "",
        "good_until": assessment["good_until"],
    }


def _group(body: _Body, rule: str, field: str) -> list[Any]:
    return [rule, field, body["effect"], body["confidence_pm"], body["waiver"] or "", body["observed"]]


def _field(finding: _Body) -> str:
    return harmless(finding["spans"][0]["field"]) if finding["spans"] else ""


def _routing(body: _Body | None) -> dict[str, Any] | None:
    return None if body is None else {key: body[key] for key in ("queue", "due_hours", "allowed")}


def _distinct(groups: Iterable[list[Any]]) -> list[list[Any]]:
    return [json.loads(one) for one in sorted({canonical(group) for group in groups})]


def _text(value: Any) -> str:
    return canonical(value).decode()
