"""
The only writer of the Rego input, ``guardrails.input/v1``.

Rego sees facts, never text: groups of equal findings, counts, the effective context, the state, in the shape that
``contract.py`` describes. What people may type freely (campaign, task, thread, field ids) is passed as it is if harmless
to both engines, else as a digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from guardrails.decide.context import CLOSED_KEYS, FREE_KEYS, ancestors
from guardrails.decide.contract import is_safe
from guardrails.model.canonical import MAX_INT, Json
from guardrails.model.context import PLURALS, EffectiveContext
from guardrails.model.finding import SEVERITIES, Fault, Finding
from guardrails.model.policy import CompiledPolicy, Rule, Workspace
from guardrails.model.state import Ruling, State, Stop

RuleKey: TypeAlias = "tuple[str, str]"
"""Id and digest of a rule."""


class Group(NamedTuple):
    """Findings equal in all that decides about them: *first* of them, and the ids of all."""

    id: str
    first: Finding
    findings: tuple[str, ...]


def groups_of(findings: Sequence[Finding]) -> tuple[Group, ...]:
    """Return the groups of *findings*, in order of their first member; ids are ``g1``, ``g2``, and so on."""
    members: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        members.setdefault(_equal_in(finding), []).append(finding)
    return tuple(Group(f"g{i}", ms[0], tuple(m.id for m in ms)) for i, ms in enumerate(members.values(), 1))


def engine_input(
    findings: Sequence[Finding],
    context: EffectiveContext,
    state: State,
    faults: Sequence[Fault],
    as_of_ms: int,
    policy: CompiledPolicy,
    *,
    ruling: Ruling | None = None,
    valid_until_ms: int | None = None,
) -> dict[str, Json]:
    """
    Return the Rego input of one check.

    Args:
        findings: All of them, not only those that an answer has room for.

        context: The effective context.

        state: What the gate knows before the check.

        faults: What was due and could not be checked.

        as_of_ms: The moment of judgement.

        policy: Knows what the rules of the findings say.

        ruling: The person's answer that holds for this text, if there is one.

        valid_until_ms: When the first thing a finding rests on stops being valid (exclusive), if anything does.
    """
    groups = groups_of(findings)
    rules = _judging(groups, policy)
    body: dict[str, Json] = {
        "schema": "guardrails.input/v1",
        "as_of_ms": as_of_ms,
        "context": _context(context, policy.workspace),
        "paths": {PLURALS[key]: _paths(context, policy.workspace, key) for key in CLOSED_KEYS},
        "conflicts": [{"key": c.key, "why": c.why} for c in context.conflicts],
        "principal": {"kind": state.principal.kind, "id": state.principal.id},
        "groups": [_group(group, rules) for group in groups],
        "waivers": _waivers(state, {group.first.waiver for group in groups}),
        "ruling": _ruling(ruling),
        "state": _state(findings, context, state, policy, valid_until_ms),
        "faults": [{"code": fault.code, "rule": fault.rule} for fault in faults],
    }
    body["counts"] = _counts(body, len(findings))
    return body


def progress(findings: Sequence[Finding], state: State) -> str:
    """
    Tell whether this round is the ``first``, ``improving`` or ``stalled``.

    Stalled: something calls for revise, the round before had something too, and now it is not less.
    """
    if not state.rounds:
        return "first"
    before = len(set(state.rounds[-1].revise_fingerprints))
    now = len({f.fingerprint for f in findings if f.effect == "revise" and not f.observed and not f.waiver})
    return "stalled" if 0 < before <= now else "improving"


def stops_in_force(context: EffectiveContext, state: State, workspace: Workspace) -> tuple[str, ...]:
    """Return the ids of the stops that hold this draft; an unknown channel is every permitted one."""
    return tuple(stop.id for stop in state.stops if _holds(stop, context, state, workspace))


def _equal_in(finding: Finding) -> tuple[object, ...]:
    return (
        finding.rule.id, finding.rule.digest, _field(finding), finding.effect, finding.confidence_pm, finding.waiver,
        finding.observed,
    )  # fmt: skip


def _field(finding: Finding) -> str:
    return harmless(finding.spans[0].field) if finding.spans else ""


def _context(context: EffectiveContext, workspace: Workspace) -> dict[str, Json]:
    closed: dict[str, Json] = {
        PLURALS[key]: list(dict.fromkeys(value for path in _paths(context, workspace, key) for value in path))
        for key in CLOSED_KEYS
    }
    return closed | {key: _free(context, key) for key in FREE_KEYS}


def _paths(context: EffectiveContext, workspace: Workspace, key: str) -> list[list[str]]:
    return [list(ancestors(workspace, key, value)) for value in context[key]]


def _free(context: EffectiveContext, key: str) -> str:
    """Return a digest of the caller's free text, else the draft's; free text itself never enters Rego."""
    claimed = dict(context.claimed)
    text = claimed.get(f"caller.{key}") or claimed.get(f"draft.{key}", "")
    return _digest(text) if text else ""


def _group(group: Group, rules: Mapping[RuleKey, Rule]) -> dict[str, Json]:
    finding = group.first
    rule = rules[finding.rule.id, finding.rule.digest]
    return {
        "id": group.id,
        "rule": rule.id,
        "field": _field(finding),
        "effect": finding.effect,
        "severity": SEVERITIES.index(rule.severity) + 1,
        "layer": rule.layer,
        "owner": rule.owner,
        "topics": list(rule.topics),
        "waivable": rule.waivable,
        "confidence_pm": finding.confidence_pm,
        "count": len(group.findings),
        "waiver": finding.waiver,
        "observed": finding.observed,
    }


def _judging(groups: Sequence[Group], policy: CompiledPolicy) -> dict[RuleKey, Rule]:
    """Return the rules of *groups*; under a dated override the finding tells by its digest which of the two judged."""
    found = {group.first.rule.id for group in groups}
    rules = [rule for rule in policy.rules if rule.id in found]
    bases = [rule.base for rule in rules if rule.base is not None]
    return {(rule.id, rule.digest): rule for rule in (*bases, *rules)}


def _waivers(state: State, used: set[str]) -> list[Json]:
    return [{"id": w.id, "rule": w.rule, "until_ms": w.until_ms} for w in state.waivers if w.id in used]


def _ruling(ruling: Ruling | None) -> dict[str, Json]:
    if ruling is None:
        return {"id": "", "decision": "none", "role": "", "until_ms": 0, "codes": []}
    return {
        "id": ruling.id,
        "decision": ruling.decision,
        "role": ruling.role,
        "until_ms": ruling.until_ms,
        "codes": list(ruling.codes),
    }


def _state(
    findings: Sequence[Finding],
    context: EffectiveContext,
    state: State,
    policy: CompiledPolicy,
    valid_until_ms: int | None,
) -> dict[str, Json]:
    return {
        "rounds": len(state.rounds),
        "progress": progress(findings, state),
        "risk": state.risk,
        "stops": list(stops_in_force(context, state, policy.workspace)),
        "valid_until_ms": MAX_INT if valid_until_ms is None else valid_until_ms,
    }


def _holds(stop: Stop, context: EffectiveContext, state: State, workspace: Workspace) -> bool:
    match stop.scope:
        case "all":
            return True
        case "agent":
            return state.principal.kind == "agent" and state.principal.id == stop.value
        case "channel":
            return any(stop.value in path for path in _paths(context, workspace, "channel"))
        case "campaign":
            claimed = dict(context.claimed)
            said = {claimed.get("caller.campaign", ""), claimed.get("draft.campaign", "")}
            return stop.value.casefold() in {text.casefold() for text in said}


def _counts(body: dict[str, Json], findings: int) -> dict[str, Json]:
    state = body["state"]
    assert isinstance(state, dict)
    listed = {name: body[name] for name in ("groups", "faults", "conflicts", "waivers")} | {"stops": state["stops"]}
    counts: dict[str, Json] = {name: len(_items(value)) for name, value in listed.items()}
    return counts | {"findings": findings}


def _items(value: Json) -> list[Json]:
    assert isinstance(value, list)
    return value


def harmless(text: str) -> str:
    """Return *text* if both engines read it alike, else its digest."""
    return text if is_safe(text) else _digest(text)


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
