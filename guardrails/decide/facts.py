"""
The only writer of the Rego input, ``guardrails.input/v1``.

Rego sees facts, never text: groups of equal findings, counts, the effective context, the state. Every string is checked
(at most 256 printable characters, no quote, no backslash) because the embedded engine keeps strings in JSON-escaped
form; what people may type freely (campaign, task, thread, field ids) is passed as it is if harmless, else as a digest.
Every number is an integer below 2⁵³.

::

    schema, as_of_ms
    context     {brands[], channels[], markets[], locales[], audiences[], content_types[], stages[], actions[],
                 campaign, task, thread}        possible values with what they are part of; free text as a digest or ""
    paths       the same eight keys: per possible value the path [value, parent, …]; "every possible value" is asked here
    conflicts[] {key, why}
    principal   {kind: agent | person | none, id}
    groups[]    {id, rule, field, case, confidence_pm, count, waiver, observed}
    waivers[]   {id, rule, until_ms}            those that a group names
    state       {rounds, progress: first | improving | stalled, risk, stops[] (ids that match), valid_until_ms}
    faults[]    {code, rule}
    counts      {groups, findings, faults, conflicts, stops, waivers}
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guardrails.decide.context import CLOSED_KEYS, FREE_KEYS, ancestors
from guardrails.errors import EngineError
from guardrails.model.canonical import MAX_INT, Json
from guardrails.model.context import EffectiveContext
from guardrails.model.finding import Fault, Finding
from guardrails.model.policy import CompiledPolicy, Rule, Workspace
from guardrails.model.state import State, Stop

MAX_STRING = 256
"""Longest string in the input, in code points."""

PLURALS = {
    "brand": "brands", "channel": "channels", "market": "markets", "locale": "locales", "audience": "audiences",
    "content_type": "content_types", "stage": "stages", "action": "actions",
}  # fmt: skip
"""Context keys and their names in the input."""


@dataclass(frozen=True, slots=True)
class Group:
    """Findings equal in all that decides about them; *findings* are their ids."""

    id: str
    rule: str
    field: str
    case: int
    confidence_pm: int
    waiver: str
    observed: bool
    findings: tuple[str, ...]


def groups_of(findings: Sequence[Finding], policy: CompiledPolicy) -> tuple[Group, ...]:
    """Return the groups of *findings*, in order of their first member; ids are ``g1``, ``g2``, and so on."""
    rules = {rule.id: rule for rule in policy.rules}
    members: dict[tuple[str, str, int, int, str, bool], list[str]] = {}
    for finding in findings:
        members.setdefault(_group_key(finding, rules.get(finding.rule.id)), []).append(finding.id)
    return tuple(Group(f"g{i}", *key, tuple(ids)) for i, (key, ids) in enumerate(members.items(), 1))


def engine_input(
    findings: Sequence[Finding],
    context: EffectiveContext,
    state: State,
    faults: Sequence[Fault],
    as_of_ms: int,
    policy: CompiledPolicy,
    *,
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

        policy: Knows which findings come from a rule whose dated override has ended.

        valid_until_ms: When the first thing a finding rests on stops being valid (exclusive), if anything does.

    Raises:
        EngineError: ``unsafe-fact``, if an id or a value may not enter Rego or a number is out of range.
    """
    groups = groups_of(findings, policy)
    body: dict[str, Json] = {
        "schema": "guardrails.input/v1",
        "as_of_ms": as_of_ms,
        "context": _context(context, policy.workspace),
        "paths": {PLURALS[key]: _paths(context, policy.workspace, key) for key in CLOSED_KEYS},
        "conflicts": [{"key": c.key, "why": c.why} for c in context.conflicts],
        "principal": {"kind": state.principal.kind, "id": state.principal.id},
        "groups": [_group(group) for group in groups],
        "waivers": _waivers(state, {group.waiver for group in groups}),
        "state": _state(findings, context, state, policy, valid_until_ms),
        "faults": [{"code": fault.code, "rule": fault.rule} for fault in faults],
    }
    body["counts"] = _counts(body, len(findings))
    _require_safe(body)
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


def _group_key(finding: Finding, rule: Rule | None) -> tuple[str, str, int, int, str, bool]:
    field = finding.spans[0].field if finding.spans else ""
    case = _case(finding, rule)
    return finding.rule.id, _harmless(field), case, finding.confidence_pm, finding.waiver, finding.observed


def _case(finding: Finding, rule: Rule | None) -> int:
    """Shift the case of a base rule (its dated override has ended) behind the override's own, as the catalogue does."""
    if rule is None or rule.base is None or finding.rule.digest != rule.base.digest:
        return finding.case
    offset = len(rule.cases)
    return offset + (len(rule.base.cases) if finding.case == -1 else finding.case)


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


def _group(group: Group) -> dict[str, Json]:
    return {
        "id": group.id,
        "rule": group.rule,
        "field": group.field,
        "case": group.case,
        "confidence_pm": group.confidence_pm,
        "count": len(group.findings),
        "waiver": group.waiver,
        "observed": group.observed,
    }


def _waivers(state: State, used: set[str]) -> list[Json]:
    return [{"id": w.id, "rule": w.rule, "until_ms": w.until_ms} for w in state.waivers if w.id in used]


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


def _harmless(text: str) -> str:
    return text if is_safe(text) else _digest(text)


def is_safe(text: str) -> bool:
    """Tell whether both engines read *text* alike: printable, short, nothing that JSON would escape."""
    return len(text) <= MAX_STRING and text.isprintable() and '"' not in text and "\\" not in text


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _require_safe(value: Json) -> None:
    for leaf in _leaves(value):
        if isinstance(leaf, str) and not is_safe(leaf):
            raise EngineError("unsafe-fact", f"a string of {len(leaf)} characters may not enter Rego")
        if isinstance(leaf, int) and abs(leaf) > MAX_INT:
            raise EngineError("unsafe-fact", "a number beyond 2**53-1 may not enter Rego")


def _leaves(value: Json) -> Iterable[Json]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
