"""
Digests of rules, packs and policies: ``sha256:`` and the hex digest of canonical JSON.

A *rule digest* covers what the rule judges by: kind, its revision, parameters (with the content of lists and lexicons
in place), scope, effect, effects, severity, topics, waivable; a dated override adds its last day and the digest of the
rule under it. Texts, owner, version and status are not in it. The *policy digest* covers those too, and the examples
that a brief may show, with the workspace, its facts, its governance and the decision bundle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from guardrails.model.canonical import plain, sha256_hex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from guardrails.model.canonical import Json
    from guardrails.model.fact import Facts
    from guardrails.model.policy import Bundle, Pack, Rule, Scope, Workspace

POLICY_SCHEMA = "guardrails.policy/v1"


def digest(value: Json) -> str:
    """Return ``sha256:<hex>`` of *value*'s canonical JSON."""
    return f"sha256:{sha256_hex(value)}"


def rule_digest(rule: Rule, params: Json) -> str:
    """Return the digest of *rule* (its own ``digest`` is not read); *params* are resolved. Keys need not be ASCII."""
    judging: dict[str, Json] = {
        "kind": rule.kind,
        "revision": rule.revision,
        "params": _keyed(params),
        "applies_to": _scope(rule.scope),
        "effect": rule.effect,
        "effects": [{"when": _scope(case.when), "effect": case.effect} for case in rule.cases],
        "severity": rule.severity,
        "topics": sorted(rule.topics),
        "waivable": rule.waivable,
    }
    if rule.base is not None:
        judging |= {"until": rule.override_until, "base": rule.base.digest}
    return digest(judging)


def pack_digest(rules: Iterable[Rule]) -> str:
    """Return the digest of a pack: its *rules* as written, without a workspace's overrides."""
    return digest([_listed(rule) for rule in sorted(rules, key=lambda rule: rule.id)])


def policy_digest(
    workspace: Workspace,
    packs: Sequence[Pack],
    rules: Sequence[Rule],
    facts: Facts,
    bundle: Bundle,
    governance: Json,
) -> str:
    """Return the digest of everything that judges, and of every text a verdict may show."""
    return digest(
        {
            "schema": POLICY_SCHEMA,
            "workspace": plain(workspace),
            "packs": [plain(pack) for pack in packs],
            "rules": [_listed(rule) for rule in rules],
            "facts": plain(facts),
            "bundle": bundle.digest,
            "governance": _keyed(governance),
        }
    )


def _listed(rule: Rule) -> dict[str, Json]:
    return {
        **{name: getattr(rule, name) for name in ("id", "version", "digest", "status", "title", "pack", "layer")},
        **{name: getattr(rule, name) for name in ("owner", "message", "why", "instruction", "override_until")},
        "locales": list(rule.locales),
        "references": list(rule.references),
        "bad": list(rule.bad),
        "good": list(rule.good),
        "base": rule.base.digest if rule.base else "",
    }


def _scope(scope: Scope) -> dict[str, Json]:
    return {
        "include": {key: list(values) for key, values in scope.include},
        "exclude": {key: list(values) for key, values in scope.exclude},
    }


def _keyed(value: Json) -> Json:
    """Return *value* with mappings as sorted lists of pairs: canonical JSON allows ASCII keys only."""
    if isinstance(value, dict):
        return {"pairs": [[key, _keyed(value[key])] for key in sorted(value)]}
    if isinstance(value, list | tuple):
        return [_keyed(item) for item in value]
    return value
