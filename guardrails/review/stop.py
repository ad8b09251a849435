"""Stops and withdrawals: what an operator halts at once, for everything, an agent, a channel, a campaign or a fact."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final, Literal

from guardrails.audit.entry import Receipt
from guardrails.audit.standing import TERMS, terms_of
from guardrails.errors import DraftError
from guardrails.gate import Gate
from guardrails.model.canonical import Json
from guardrails.model.context import Actor
from guardrails.model.review import StopSet
from guardrails.model.state import Stop
from guardrails.review.people import deciding_role, persons, required

Scope = Literal["all", "agent", "channel", "campaign"]
SCOPES: Final[tuple[Scope, ...]] = ("all", "agent", "channel", "campaign")


def stop(gate: Gate, scope: Scope, value: str, reason: str, actor: Actor) -> Receipt:
    """
    Hold everything within *scope* from now on; the receipt's record id is the stop's.

    Raises:
        DraftError: ``person-needed``, ``unknown-role``, ``missing-reason`` or ``unknown-value`` (a channel or an agent
            that the workspace does not have would stop nothing).
    """
    role = deciding_role(actor, gate.policy.workspace.people)
    _require_known(gate, scope, value)
    halt = Stop("", scope, "" if scope == "all" else value, required(reason, "the reason"))
    return _append(gate, "stop", {"event": "set", "scope": scope, "role": role}, actor, {TERMS: terms_of(halt)})


def resume(gate: Gate, stop_id: str, reason: str, actor: Actor) -> Receipt:
    """
    Lift a stop.

    Raises:
        DraftError: ``person-needed``, ``unknown-role``, ``missing-reason`` or ``stop-unknown``.
    """
    role = deciding_role(actor, gate.policy.workspace.people)
    if stop_id not in {one.id for one in gate.standing.stops()}:
        raise DraftError("stop-unknown", f"no stop {stop_id!r} is in force", help="guardrails stop --list")
    why = {"reason": required(reason, "the reason").encode("utf-8")}
    return _append(gate, "stop", {"event": "ended", "of": stop_id, "role": role}, actor, why)


def stops_set(gate: Gate) -> tuple[StopSet, ...]:
    """Return the stops in force, oldest first."""
    found = ((one, gate.log.find(one.id)) for one in gate.standing.stops())
    return tuple(StopSet(one, at[1].text("role"), at[1].at_ms) for one, at in found if at is not None)


def withdraw(gate: Gate, fact: str, reason: str, actor: Actor) -> Receipt:
    """
    Withdraw a fact: a text that rests on it escalates from now on.

    Raises:
        DraftError: ``person-needed``, ``unknown-role``, ``missing-reason``, ``already-withdrawn``, or ``unknown-fact``
            if the workspace has fact sheets and none has it (a misspelt id would hold nothing).
    """
    role = deciding_role(actor, gate.policy.workspace.people)
    known = [one.id for one in gate.policy.facts.facts]
    if known and fact not in known:
        near = get_close_matches(fact, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
        raise DraftError("unknown-fact", f"no fact sheet has the fact {fact!r}", help=hint)
    if fact in gate.standing.withdrawn():
        raise DraftError("already-withdrawn", f"the fact {fact!r} is withdrawn already")
    why = {"reason": required(reason, "the reason").encode("utf-8")}
    return _append(gate, "withdrawal", {"event": "withdrawn", "fact": fact, "role": role}, actor, why)


def restore(gate: Gate, fact: str, reason: str, actor: Actor) -> Receipt:
    """
    Let a withdrawn fact be used again.

    Raises:
        DraftError: ``person-needed``, ``unknown-role``, ``missing-reason`` or ``not-withdrawn``.
    """
    role = deciding_role(actor, gate.policy.workspace.people)
    if fact not in gate.standing.withdrawn():
        raise DraftError("not-withdrawn", f"the fact {fact!r} is not withdrawn")
    why = {"reason": required(reason, "the reason").encode("utf-8")}
    return _append(gate, "withdrawal", {"event": "restored", "fact": fact, "role": role}, actor, why)


def _require_known(gate: Gate, scope: Scope, value: str) -> None:
    workspace = gate.policy.workspace
    parents = [parent for child, parent in workspace.parents if child.startswith("channel.")]
    known = {
        "channel": [*dict(workspace.values).get("channel", ()), *parents],
        "agent": [mandate.agent for mandate in workspace.mandates],
    }
    if scope in known and value not in known[scope]:
        names = ", ".join(sorted(known[scope]))
        raise DraftError("unknown-value", f"this workspace has no {scope} {value!r}", help=f"it has: {names}")
    if scope == "campaign" and not value.strip():
        raise DraftError("unknown-value", "a stop of a campaign names it")


def _append(gate: Gate, kind: str, body: Mapping[str, Json], actor: Actor, parts: Mapping[str, bytes]) -> Receipt:
    log = gate.log
    who: dict[str, Json] = {
        **log.refs.acted(actor),
    }
    return log.append(kind, {**body, **who}, parts={**parts, **persons(actor)})
