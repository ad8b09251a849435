"""Briefs of the fixture workspace, and of workspaces made from it."""

from __future__ import annotations

from dataclasses import replace

from guardrails.model.brief import Brief
from guardrails.model.policy import CompiledPolicy, Rule
from guardrails.policy.brief import asked_for, brief
from guardrails.rules.due import Roster
from tests.e2e import nimbrel

AGENTS = ("creative", "distribution", "learning", "qa", "research")
CHANNELS = dict(nimbrel.policy().workspace.values)["channel"]


def brief_of(
    policy: CompiledPolicy, agent: str = "distribution", as_of_ms: int = nimbrel.AS_OF_MS, **said: str
) -> Brief:
    """Return the brief of *agent* where *said* is so."""
    return brief(policy, agent, asked_for(policy.workspace, tuple(said.items()), (), as_of_ms), as_of_ms)


def due_in(policy: CompiledPolicy, **said: str) -> list[Rule]:
    """Return the active rules that apply where *said* is so."""
    context = asked_for(policy.workspace, tuple(said.items()), (), nimbrel.AS_OF_MS)
    return [rule for rule in Roster(policy).due(context, nimbrel.AS_OF[:10]) if rule.status == "active"]


def named(found: Brief) -> list[str]:
    """Return the ids of the rules that the brief tells of, examples aside."""
    sections = (section for section in found.sections if section.name not in {"good", "bad"})
    return [rule for section in sections for line in section.lines for rule in line.rules]


def texts(found: Brief, name: str) -> list[str]:
    """Return the sentences of one section."""
    return [line.text for section in found.sections if section.name == name for line in section.lines]


def with_rules(policy: CompiledPolicy, *rules: Rule) -> CompiledPolicy:
    """Return *policy* with other rules; only for briefs, which do not look at the digest."""
    return replace(policy, rules=rules)
