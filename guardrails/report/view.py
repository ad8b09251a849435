"""What the workspace's files add to the ledger: the policy as they say it, and who changed which rule why."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from guardrails.errors import DraftError, PolicyError
from guardrails.model.policy import CompiledPolicy
from guardrails.policy.compile import compiled
from guardrails.policy.labels import Labels, labels_of
from guardrails.policy.load import Loaded, load_workspace


class Override(NamedTuple):
    """A rule of a pack that the workspace changed: *what* it changed, why, who answers, until when (empty: for good)."""

    rule: str
    what: str
    reason: str
    owner: str
    until: str


@dataclass(frozen=True, slots=True)
class WorkspaceView:
    """The workspace as its files say it; *policy* and *loaded* are None where they do not load (*problem* says why)."""

    policy: CompiledPolicy | None
    overrides: tuple[Override, ...] = ()
    loaded: Loaded | None = field(default=None, repr=False)
    labels: Labels | None = field(default=None, repr=False)
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
    return WorkspaceView(policy, overrides, loaded, _labels(folder))


def _labels(folder: Path) -> Labels | None:
    """Return the labelled drafts; what cannot be read labels nothing."""
    try:
        return labels_of(folder)
    except (PolicyError, DraftError):
        return Labels(())


def _what(effect: str | None, has_params: bool) -> str:
    parts = [f"effect {effect}"] if effect else []
    return " and ".join([*parts, *(["parameters"] if has_params else [])])
