"""What the workspace's files add to the ledger: the policy as they say it, who changed which rule why, governance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from guardrails.errors import PolicyError
from guardrails.model.policy import CompiledPolicy
from guardrails.policy.compile import compiled
from guardrails.policy.load import load_workspace


class Override(NamedTuple):
    """A rule of a pack that the workspace changed: *what* it changed, why, who answers, until when (empty: for good)."""

    rule: str
    what: str
    reason: str
    owner: str
    until: str


class Declaration(NamedTuple):
    """A control that does not apply here, by the workspace's word, which two people put in force with its policy."""

    control: str
    reason: str


@dataclass(frozen=True, slots=True)
class WorkspaceView:
    """The workspace as its files say it; *policy* is None where they do not load (*problem* says why)."""

    policy: CompiledPolicy | None
    overrides: tuple[Override, ...] = ()
    governance: tuple[tuple[str, str], ...] = ()
    declarations: tuple[Declaration, ...] = ()
    problem: str = ""


def view_of(folder: Path) -> WorkspaceView:
    """Return the view of the workspace in *folder*."""
    try:
        loaded = load_workspace(folder)
        policy = compiled(loaded).policy
    except PolicyError as error:
        return WorkspaceView(None, problem=error.code)
    overrides = tuple(
        Override(rule, _what(one.effect, one.params is not None), one.reason, one.owner, one.until or "")
        for rule, one in sorted(loaded.file.rules.items())
    )
    governance: Mapping[str, object] = {key: said for key, said in loaded.file.governance if said is not None}
    return WorkspaceView(policy, overrides, _named(governance), tuple(_declared(governance)))


def _what(effect: str | None, has_params: bool) -> str:
    parts = [f"effect {effect}"] if effect else []
    return " and ".join([*parts, *(["parameters"] if has_params else [])])


def _named(governance: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Return what governance says in words; the declarations are shown with their controls."""
    said = ((key, _words(value)) for key, value in sorted(governance.items()) if key != "declarations")
    return tuple((key, words) for key, words in said if words)


def _words(value: object) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def _declared(governance: Mapping[str, object]) -> list[Declaration]:
    """Return the declarations: a list of ``CONTROL: reason``."""
    listed = governance.get("declarations")
    texts = [one for one in listed if isinstance(one, str)] if isinstance(listed, list | tuple) else []
    parts = (text.partition(":") for text in texts)
    return [Declaration(control.strip(), reason.strip()) for control, _, reason in parts if reason.strip()]
