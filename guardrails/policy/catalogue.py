"""
The data behind ``policy list`` and ``policy show``: rows, one plain sentence per rule, and its JSON form.

``guardrails.policies/v1`` is ``{schema, digest, packs[], rules[]}``; a rule in it, and alone, has the keys of
:func:`rule_json`. Retired rules and drafts are listed too: what no longer counts has to stay findable.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from guardrails.errors import DraftError
from guardrails.model.context import PLURALS
from guardrails.model.policy import Literal_
from guardrails.rules.kinds import kind as known_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrails.model.canonical import Json
    from guardrails.model.context import Values
    from guardrails.model.finding import Effect
    from guardrails.model.policy import CompiledPolicy, Rule, Scope

_SHOWN = 3
_DOES: dict[Effect, str] = {
    "note": "Remarks on drafts{}",
    "revise": "Holds drafts{} back",
    "escalate": "Sends drafts{} to a person",
}
_CASE_DOES: dict[Effect, str] = {
    "note": "it only remarks on it",
    "revise": "it is held back",
    "escalate": "a person decides",
}
_STATUS = {
    "draft": "In trial, tests only. ",
    "observe": "Watches and holds nothing. ",
    "retired": "Retired. ",
    "active": "",
}
_PREPOSITION = {"channel": "for", "audience": "for", "content_type": "of type", "action": "about to", "brand": "of"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of ``policy list``."""

    id: str
    version: int
    status: str
    layer: str
    kind: str
    effect: str
    severity: str
    owner: str
    title: str
    sentence: str


def rows(policy: CompiledPolicy) -> tuple[Row, ...]:
    """Return a row per rule, sorted by id."""
    return tuple(
        Row(
            rule.id, rule.version, rule.status, rule.layer, rule.kind, rule.effect, rule.severity, rule.owner,
            rule.title, sentence(rule),
        )
        for rule in sorted(policy.rules, key=lambda rule: rule.id)
    )  # fmt: skip


def sentence(rule: Rule) -> str:
    """Return in plain words what *rule* does, where, and what it looks for."""
    where = _where(rule.scope)
    does = _DOES[rule.effect].format(f" {where}" if where else "")
    cases = "".join(f"; {_where(case.when) or 'otherwise'} {_CASE_DOES[case.effect]}" for case in rule.cases)
    until = f" Until {rule.override_until}, by an override." if rule.override_until else ""
    return f"{_STATUS[rule.status]}{does} over “{rule.title}”: {_looks_for(rule)}{cases}.{until}"


def policy_json(policy: CompiledPolicy) -> dict[str, Json]:
    """Return the catalogue of *policy* as ``guardrails.policies/v1``."""
    return {
        "schema": "guardrails.policies/v1",
        "digest": policy.digest,
        "packs": [
            {
                "name": pack.name,
                "version": pack.version,
                "layer": pack.layer,
                "owner": pack.owner,
                "digest": pack.digest,
            }
            for pack in policy.packs
        ],
        "rules": [rule_json(rule) for rule in sorted(policy.rules, key=lambda rule: rule.id)],
    }


def rule_called(policy: CompiledPolicy, wanted: str) -> Rule:
    """
    Return the rule with the id *wanted*.

    Raises:
        DraftError: ``rule-unknown``, with those that are called alike.
    """
    found = {rule.id: rule for rule in policy.rules}
    if wanted not in found:
        near = get_close_matches(wanted, found, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "“guardrails policy list” lists them"
        raise DraftError("rule-unknown", f"there is no rule {wanted[:200]!r}", help=hint)
    return found[wanted]


def rule_json(rule: Rule) -> dict[str, Json]:
    """Return *rule* for people and programs: everything but what it scans for."""
    return {
        "id": rule.id,
        "version": rule.version,
        "digest": rule.digest,
        "title": rule.title,
        "sentence": sentence(rule),
        "pack": rule.pack,
        "layer": rule.layer,
        "status": rule.status,
        "owner": rule.owner,
        "kind": rule.kind,
        "locales": list(rule.locales),
        "effect": rule.effect,
        "effects": [{"when": _scope_json(case.when), "effect": case.effect} for case in rule.cases],
        "severity": rule.severity,
        "applies_to": _scope_json(rule.scope),
        "waivable": rule.waivable,
        "topics": list(rule.topics),
        "message": rule.message,
        "why": rule.why,
        "instruction": rule.instruction,
        "references": list(rule.references),
        "override_until": rule.override_until,
    }


def _where(scope: Scope) -> str:
    excluded = _places(scope.exclude, "or")
    return " ".join(part for part in (_places(scope.include, "and"), f"but not {excluded}" if excluded else "") if part)


def _places(values: Values, joined: str) -> str:
    return " ".join(f"{_PREPOSITION.get(key, 'in')} {_series(listed, joined)}" for key, listed in values)


def _series(words: Sequence[str], joined: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joined} {words[-1]}"


def _looks_for(rule: Rule) -> str:
    """Return what the kind says it finds (the first line of its module), with the first words it scans for."""
    module = sys.modules.get(known_kind(rule.kind).find.__module__)
    says = (module.__doc__ or "").strip().splitlines()[:1] if module else []
    finds = says[0].partition(": ")[2].rstrip(".") if says else ""
    return f"{finds or rule.title}{_quoted(_terms(rule))}"


def _terms(rule: Rule) -> list[str]:
    """Return the terms of a ``terms`` rule: its first units, one per entry of its plan's data; then exceptions follow."""
    data = rule.plan.data
    if rule.kind != "terms" or not isinstance(data, list):
        return []
    return [unit.text for unit in rule.plan.units[: len(data)] if isinstance(unit, Literal_)]


def _quoted(words: Sequence[str]) -> str:
    shown = ", ".join(f"“{word}”" for word in words[:_SHOWN])
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return f" ({shown}{more})" if shown else ""


def _scope_json(scope: Scope) -> dict[str, Json]:
    found: dict[str, Json] = {PLURALS[key]: list(values) for key, values in scope.include}
    if scope.exclude:
        found["not"] = {PLURALS[key]: list(values) for key, values in scope.exclude}
    return found
