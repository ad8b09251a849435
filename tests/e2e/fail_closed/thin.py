"""
A workspace in which nothing is spare: five rules, one mandate, one Rego package, one list, one lexicon.

Files are values, written as JSON (which YAML reads), so that they can be changed in one place at a time.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from guardrails.backends.documents import READERS
from guardrails.backends.rego.embedded import embedded_engine
from guardrails.model.assessment import Assessment
from guardrails.model.context import Principal
from guardrails.model.draft import ClaimLink, Draft, Field, Source
from guardrails.model.policy import CompiledPolicy
from guardrails.model.state import State
from guardrails.pipeline import evaluator
from guardrails.text.moment import moment_ms
from tests.mutations import rendered

AS_OF_MS = moment_ms("2026-11-23T09:00:00Z")
STATE = State(principal=Principal("agent", "writer"), caller=(("channel", "blog"), ("locale", "en"), ("market", "de")))
_TEXT = "We built a lamp for people who read late. It uses 40 % less power than our first one."
DRAFT = Draft(
    (Field("body", _TEXT),),
    sources=(Source("s1", "study", published="2026-05-01"),),
    claims=(ClaimLink("body", _TEXT.index("It"), len(_TEXT), ("s1",)),),
)
"""Passes: its claim is linked to a source, which is fresh."""


def rule(name: str, kind: str, params: dict[str, Any], bad: Any, good: Any, **more: Any) -> dict[str, Any]:
    """A rule file."""
    plain = {
        "id": name, "version": 1, "status": "active", "kind": kind, "effect": "revise", "severity": "high",
        "message": "It says too much", "why": "Because.", "instruction": "Say less.", "params": params,
        "examples": {"bad": [bad], "good": [good]},
    }  # fmt: skip
    return {**plain, **more}


def _pack(name: str, layer: str) -> dict[str, Any]:
    return {"name": name, "version": "1.0.0", "owner": "editors", "layer": layer}


WORKSPACE: dict[str, Any] = {
    "name": "thin",
    "brand": "acme",
    "packs": {"facts": "1.0.0", "house": "1.0.0", "stops": "1.0.0"},
    "values": {
        "channels": ["blog", "press"],
        "markets": {"eu": ["de"], "us": []},
        "locales": ["en"],
        "audiences": ["public"],
        "content_types": ["article"],
        "stages": ["final"],
    },
    "trust_draft": ["channel"],
    "people": ["editor"],
    "mandates": [
        {
            "agent": "writer",
            "may_decide": [{"action": "publish", "channels": ["blog"], "markets": ["eu"]}],
            "may_recommend": [{"action": "publish"}],
            "must_stop": {"topics": ["layoffs"], "audiences": [], "max_rounds": 3},
            "delegated_by": "role:editor",
            "since": "2026-01-01",
            "until": "2027-03-31",
        }
    ],
    "routing": {"default": {"queue": "editors", "due_hours": 24}, "routes": []},
    "limits": {"risk": 12},
    "obligations": [{"code": "archive", "due": "after", "text": "File it."}],
}
TREES: dict[str, dict[str, Any]] = {
    "guardrails.yaml": WORKSPACE,
    "policies/house/pack.yaml": _pack("house", "brand"),
    "policies/house/promises.yaml": rule(
        "house.promises", "terms", {"terms": {"file": "lists/promises.csv"}}, "It is [[risk-free]].", "It may help."
    ),
    "policies/facts/pack.yaml": _pack("facts", "factual"),
    "policies/facts/old-sources.yaml": rule(
        "facts.old-sources",
        "source-freshness",
        {"max_age_days": 365},
        {"text": "[[]]It works.", "sources": [{"id": "s1", "published": "2001-01-01"}]},
        "It works.",
    ),
    "policies/facts/claims.yaml": rule(
        "facts.claims",
        "claim-needs-source",
        {"accept": "source-link"},
        "We tried it. [[It cuts costs by 40 %.]]",
        "It works.",
    ),
    "policies/stops/pack.yaml": _pack("stops", "escalation"),
    "policies/stops/layoffs.yaml": rule(
        "stops.layoffs",
        "terms",
        {"terms": {"lexicon": "layoffs"}},
        "We plan [[layoffs]].",
        "We hire.",
        effect="note",
        topics=["layoffs"],
    ),
    "policies/stops/lexicons/layoffs.yaml": {"id": "layoffs", "locale": "en", "terms": ["layoffs"]},
}
"""The YAML files."""

LIST = "policies/house/lists/promises.csv"
MODULE = "rego/workspace/press_money/press_money.rego"
TEXTS = {
    LIST: "term,say_instead,why,locale\nrisk-free,tested,,\nguaranteed,,,\n",
    MODULE: """\
# METADATA
# title: Press goes to a person
package workspace.press_money

reasons := [{"code": "press", "outcome": "escalate", "groups": []} | _is_press]

_is_press if "press" in input.context.channels
""",
}
"""The other files."""


def files() -> dict[str, bytes]:
    """The whole workspace: content by path."""
    return {name: rendered(tree) for name, tree in TREES.items()} | {n: text.encode() for n, text in TEXTS.items()}


def written(root: Path, content: dict[str, bytes]) -> Path:
    """Write a workspace into *root*."""
    for name, data in content.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def tree(name: str) -> dict[str, Any]:
    """A copy of a YAML file's value."""
    return copy.deepcopy(TREES[name])


def assessed(policy: CompiledPolicy, draft: Draft = DRAFT, state: State = STATE) -> Assessment:
    """The assessment under *policy*, by an evaluator of its own."""
    return evaluator(READERS, embedded_engine())(draft, policy, state, AS_OF_MS).assessment
