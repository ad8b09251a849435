"""
What a policy says beside its rules: who answers for what, and which controls do not apply.

It is read from the policy that was in force, never from files that nobody has put in force since.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import NamedTuple

from guardrails.model.governance import Governance
from guardrails.model.policy import CompiledPolicy

_DECLARATIONS = "declarations"


class Declaration(NamedTuple):
    """A control that does not apply here, by the workspace's word, which two people put in force with its policy."""

    control: str
    reason: str


def governance_of(policy: CompiledPolicy | None) -> tuple[tuple[str, str], ...]:
    """Return what the policy says of who answers for what, by name; the declarations are shown with their controls."""
    return tuple(_said(policy.workspace.governance)) if policy else ()


def declarations_of(policy: CompiledPolicy | None) -> tuple[Declaration, ...]:
    """Return the controls that the policy declares not to apply: a list of ``CONTROL: reason``."""
    listed = policy.workspace.governance.declarations if policy else ()
    parts = (text.partition(":") for text in listed)
    return tuple(Declaration(control.strip(), reason.strip()) for control, _, reason in parts if reason.strip())


def _said(governance: Governance) -> Iterator[tuple[str, str]]:
    for name in sorted(one.name for one in fields(governance)):
        value = getattr(governance, name)
        if name != _DECLARATIONS and value not in ("", (), None):
            yield name, "; ".join(value) if isinstance(value, tuple) else str(value)
