"""What differs between two policies: rules by their digest, and everything around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guardrails.model.canonical import Json
    from guardrails.model.fact import Fact, Facts, RegisteredSource
    from guardrails.model.policy import CompiledPolicy, Rule

_TEXTS = ("title", "owner", "message", "why", "instruction", "references", "layer", "pack", "bad", "good")


@dataclass(frozen=True, slots=True)
class Change:
    """One rule in two versions; *unversioned*: it judges differently under the same id@version."""

    before: Rule
    after: Rule

    @property
    def unversioned(self) -> bool:
        """Tell whether the rule judges differently and its version says nothing of it."""
        return self.before.digest != self.after.digest and self.before.version == self.after.version


@dataclass(frozen=True, slots=True)
class PolicyDiff:
    """
    The difference of two policies, every list sorted by rule id.

    Attributes:
        changed: Rules that judge differently.

        reworded: Rules that judge alike and say it differently.

        status: Rules that count more or less than before.

        workspace: Context, mandates, routes, limits or obligations differ.

        decision: The Rego modules differ.

        facts: Ids of facts and sources that are new, gone or say something else.
    """

    added: tuple[Rule, ...]
    removed: tuple[Rule, ...]
    changed: tuple[Change, ...]
    reworded: tuple[Change, ...]
    status: tuple[Change, ...]
    workspace: bool
    decision: bool
    facts: tuple[str, ...] = ()

    @property
    def unversioned(self) -> tuple[Change, ...]:
        """Return the changed rules whose version stayed; ``policy check --against`` refuses them."""
        return tuple(change for change in self.changed if change.unversioned)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing differs."""
        lists = (self.added, self.removed, self.changed, self.reworded, self.status)
        return not (any(lists) or self.workspace or self.decision or self.facts)


def policy_diff(before: CompiledPolicy | None, after: CompiledPolicy) -> PolicyDiff:
    """Return what changes when *after* takes the place of *before*; everything is new where there was none."""
    old = {rule.id: rule for rule in (before.rules if before else ())}
    new = {rule.id: rule for rule in after.rules}
    both = [Change(old[name], new[name]) for name in sorted(old.keys() & new.keys())]
    return PolicyDiff(
        added=tuple(new[name] for name in sorted(new.keys() - old.keys())),
        removed=tuple(old[name] for name in sorted(old.keys() - new.keys())),
        changed=tuple(one for one in both if one.before.digest != one.after.digest),
        reworded=tuple(
            one for one in both if one.before.digest == one.after.digest and _texts(one.before) != _texts(one.after)
        ),
        status=tuple(one for one in both if one.before.status != one.after.status),
        workspace=before is None or before.workspace != after.workspace,
        decision=before is None or before.bundle.modules != after.bundle.modules,
        facts=_changed_facts(before.facts if before else None, after.facts),
    )


def diff_json(difference: PolicyDiff) -> dict[str, Json]:
    """Return *difference* as ``guardrails.policy-diff/v1``: rules as ``id@version``, or by id with what became of them."""
    return {
        "schema": "guardrails.policy-diff/v1",
        "added": [f"{rule.id}@{rule.version}" for rule in difference.added],
        "removed": [f"{rule.id}@{rule.version}" for rule in difference.removed],
        "changed": [
            {"rule": one.after.id, "from": one.before.version, "to": one.after.version} for one in difference.changed
        ],
        "reworded": [f"{one.after.id}@{one.after.version}" for one in difference.reworded],
        "status": [
            {"rule": one.after.id, "from": one.before.status, "to": one.after.status} for one in difference.status
        ],
        "workspace": difference.workspace,
        "decision": difference.decision,
        "facts": list(difference.facts),
    }


def _changed_facts(before: Facts | None, after: Facts) -> tuple[str, ...]:
    differ = {*(_listed(before) if before else ())} ^ {*_listed(after)}
    return tuple(sorted({one.id for one in differ}))


def _listed(facts: Facts) -> tuple[Fact | RegisteredSource, ...]:
    return (*facts.facts, *facts.sources)


def _texts(rule: Rule) -> tuple[object, ...]:
    return tuple(getattr(rule, name) for name in _TEXTS)
