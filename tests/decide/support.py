"""Small policies and findings that the tests of the decide stage share."""

from __future__ import annotations

from typing import Any

from guardrails.model.context import EffectiveContext, Principal
from guardrails.model.finding import Finding, RuleRef
from guardrails.model.policy import Bundle, CompiledPolicy, Plan, Rule, Scope, Workspace
from guardrails.model.span import Span
from guardrails.model.state import State

WORKSPACE = Workspace(
    name="test",
    brand="northwind",
    values=(
        ("audience", ("public", "investors")),
        ("brand", ("northwind",)),
        ("channel", ("blog", "press", "social", "linkedin")),
        ("locale", ("en", "de", "de-AT")),
        ("market", ("eu", "de", "at", "us")),
        ("stage", ("research", "final")),
    ),
    parents=(("channel.linkedin", "social"), ("market.at", "eu"), ("market.de", "eu")),
    trust_draft=("market", "publish_at"),
    mandates=(),
    people=("head",),
    routes=(),
    accept_uncovered=(),
    unsupported=(),
)
CONTEXT = EffectiveContext(
    values=(
        ("action", ("publish",)), ("brand", ("northwind",)), ("channel", ("linkedin",)), ("market", ("de", "us")),
    ),
    claimed=(("caller.campaign", 'Spring "sale"'),),
)  # fmt: skip
STATE = State(principal=Principal("agent", "dist"))


def rule(name: str = "brand.rule", **more: Any) -> Rule:
    """A rule of the catalogue."""
    plain: dict[str, Any] = {
        "version": 1, "digest": "sha256:now", "title": "A rule", "pack": "brand", "layer": "brand",
        "status": "active", "owner": "brand-team", "kind": "terms", "revision": 1, "locales": ("*",),
        "effect": "revise", "cases": (), "severity": "medium", "scope": Scope(), "waivable": True, "topics": (),
        "message": "", "why": "", "instruction": "", "references": (), "needs": (), "plan": Plan(),
    }  # fmt: skip
    return Rule(id=name, **(plain | more))


def policy(*rules: Rule, workspace: Workspace = WORKSPACE) -> CompiledPolicy:
    """A policy of *rules*."""
    return CompiledPolicy("sha256:policy", workspace, (), rules or (rule(),), Bundle("sha256:b", (), {}), ("en", "de"))


def finding(name: str = "f1", rule_id: str = "brand.rule", **more: Any) -> Finding:
    """A finding in the body."""
    layer = more.pop("layer", "brand")
    digest = more.pop("digest", "sha256:now")
    plain: dict[str, Any] = {
        "fingerprint": f"fp-{name}", "effect": "revise", "calls_for": "revise", "severity": "medium",
        "confidence_pm": 1000, "spans": (Span("body", 0, 1),), "match": "x", "message": "m", "why": "w",
        "instruction": "i",
    }  # fmt: skip
    return Finding(id=name, rule=RuleRef(rule_id, 1, digest, "A rule", "brand", layer), **(plain | more))
