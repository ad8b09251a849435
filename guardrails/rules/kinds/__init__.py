"""
Rule kinds, one module each; a module is imported when its kind is asked for.

The module is named like its kind, with underscores for hyphens, and declares ``KIND``.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from guardrails.errors import PolicyError
from guardrails.rules.kind import RuleKind

_NAMES = (
    "casing", "claim-needs-source", "consistency", "hidden-text", "limits", "links", "near-terms", "pattern",
    "personal-data", "required-text", "residue", "same-as-master", "similar-to", "source-freshness", "speculation",
    "terms", "timing", "tokens", "voice",
)  # fmt: skip


def names() -> tuple[str, ...]:
    """Return the names of all kinds, sorted."""
    return _NAMES


@cache
def kind(name: str) -> RuleKind:
    """
    Return the kind called *name*, importing only its module.

    Raises:
        PolicyError: ``unknown-kind``; its help holds a near match, or all names.
    """
    if name not in _NAMES:
        from difflib import get_close_matches

        near = get_close_matches(name, _NAMES, n=1)
        advice = f"did you mean {near[0]!r}?" if near else f"known kinds: {', '.join(_NAMES)}"
        raise PolicyError("unknown-kind", f"expected the name of a rule kind, got {name!r}", help=advice)
    module = import_module(f"guardrails.rules.kinds.{name.replace('-', '_')}")
    found = module.KIND
    if not isinstance(found, RuleKind):
        msg = f"{module.__name__}.KIND is no RuleKind"
        raise AssertionError(msg)  # noqa: TRY004 - a broken invariant of ours
    return found
