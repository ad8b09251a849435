"""
The gate between AI agents and the public: a draft goes in, a verdict with its reasons and its record comes out.

``open_gate(path)`` gives a :class:`Gate` that checks and records; ``evaluate(draft, policy, state, as_of_ms)`` is the
pure function behind it; ``load_policy(path)`` compiles a workspace; :class:`Draft` is what is checked. Names are
imported on first use, so that ``import guardrails`` costs nothing.

The map, bytes to verdict: ``text`` (what is prose), ``matching`` (one scan), ``signals`` (what NLP saw), ``rules``
(findings), ``decide`` (Rego's decision), ``pipeline`` (their order), ``gate`` (state, record, answer), ``audit`` (the
ledger), ``policy`` (YAML and Rego to a compiled policy), ``render`` (published forms), ``backends``, ``wiring``,
``surfaces``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guardrails.gate import Gate
    from guardrails.model.draft import Draft
    from guardrails.policy.load import load_policy
    from guardrails.wiring import evaluate, open_gate

__all__ = ["Draft", "Gate", "evaluate", "load_policy", "open_gate"]
__version__ = "0.1.0"

_HOMES = {
    "Draft": "guardrails.model.draft",
    "Gate": "guardrails.gate",
    "evaluate": "guardrails.wiring",
    "load_policy": "guardrails.policy.load",
    "open_gate": "guardrails.wiring",
}


def __getattr__(name: str) -> object:
    """Import a public name on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
