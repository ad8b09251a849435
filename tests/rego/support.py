"""One bundle and one quiet input that every Rego test starts from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from guardrails.model.policy import Bundle, Module
from guardrails.policy.bundle import bundle_of
from guardrails.policy.rego_cases import case_input, merged

ROOT = Path(__file__).parent.parent.parent / "rego"
NO_END = 2**53 - 1
AS_OF = 1_000


def sealed_modules() -> tuple[Module, ...]:
    """The shipped modules without their tests."""
    paths = [path for path in sorted(ROOT.rglob("*.rego")) if not path.name.endswith("_test.rego")]
    return tuple(Module(path.relative_to(ROOT).as_posix(), path.read_text()) for path in paths)


RULES: dict[str, dict[str, Any]] = {
    "brand.note": {},
    "brand.revise": {"effect": "revise"},
    "brand.escalate": {"effect": "escalate"},
    "brand.firm": {"effect": "revise", "waivable": False},
    "brand.health": {"topics": ["health"]},
    "brand.sport": {"effect": "escalate", "topics": ["sport"]},
    "brand.critical": {"effect": "escalate", "severity": 4},
    "brand.owned": {"effect": "escalate", "owner": "legal-team"},
    "facts.price": {"effect": "escalate", "layer": "factual"},
}
"""What the rules of these tests say, where it differs from a plain group."""


def mandate(agent: str, **more: Any) -> dict[str, Any]:
    """A mandate without limits but its rounds."""
    plain = {
        "may_decide": [], "may_recommend": [], "stop_topics": [], "stop_audiences": [], "max_rounds": 3,
        "delegated_by": "role:head", "since_ms": 0, "until_ms": NO_END,
    }  # fmt: skip
    return {"agent": agent, **plain, **more}


def grant(action: str, include: Any = None, exclude: Any = None) -> dict[str, Any]:
    """A grant."""
    return {"action": action, "include": include or {}, "exclude": exclude or {}}


def route(queue: str, **more: Any) -> dict[str, Any]:
    """A route."""
    plain = {
        "due_hours": 8,
        "layers": [],
        "topics": [],
        "codes": [],
        "owners": [],
        "severities": [],
        "include": {},
        "exclude": {},
    }
    return {"queue": queue, **plain, **more}


DATA: dict[str, Any] = {
    "mandate_book": {
        "mandates": [
            mandate(
                "dist",
                may_decide=[
                    grant("publish", {"channels": ["newsletter"], "markets": ["eu"]}, {"stages": ["research"]}),
                ],
                stop_topics=["health"],
                stop_audiences=["investors"],
                until_ms=9_000,
            ),
            mandate("prep", may_decide=[grant("prepare")], may_recommend=[grant("publish")]),
            mandate("old", may_decide=[grant("publish")], until_ms=AS_OF),
            mandate("edge", may_decide=[grant("publish")], since_ms=AS_OF, until_ms=AS_OF + 1),
            mandate("soon", may_decide=[grant("publish")], since_ms=AS_OF + 1),
        ],
        "people": ["head"],
        "risk_limit": 12,
        "routes": [
            route("operations", codes=["stop-in-force"]),
            route("legal", layers=["factual"]),
            route("sport-desk", topics=["sport"]),
            route("lawyers", owners=["legal-team"]),
            route("directors", severities=[4]),
            route("press-desk", include={"channels": ["press"]}, exclude={"markets": ["us"]}),
            route("editors", due_hours=24),
        ],
        "obligations": [
            {"id": "obligation-1", "code": "archive", "due": "after", "text": "File “it”.",
             "include": {"channels": ["newsletter"]}, "exclude": {}},
            {"id": "obligation-2", "code": "clearance", "due": "before", "text": "Clear it.",
             "include": {"channels": ["tv"]}, "exclude": {}},
        ],
    },
}  # fmt: skip

QUIET: dict[str, Any] = {
    "as_of_ms": AS_OF,
    "context": {"channels": ["newsletter"], "markets": ["de", "eu"]},
    "paths": {"markets": [["de", "eu"]]},
    "principal": {"kind": "agent", "id": "dist"},
}


def bundle(data: Any = None, extra: tuple[Module, ...] = ()) -> Bundle:
    """The shipped modules with *extra* ones over *data*."""
    modules = tuple(sorted((*sealed_modules(), *extra), key=lambda module: module.path))
    held = DATA if data is None else data
    return bundle_of(modules, held)


def facts(change: Any = None) -> dict[str, Any]:
    """A whole input: the quiet one, which passes, with *change* merged in; groups say what their rules say."""
    body = merged(QUIET, change or {})
    groups = [merged(RULES.get(group["rule"], {}), group) for group in body.get("groups", [])]
    return case_input({**body, "groups": groups})
