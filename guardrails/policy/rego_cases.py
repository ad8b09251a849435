"""
Cases of Rego packages: ``<name>_cases.yaml`` beside the module.

A list of ``{name, input, data, expected}``. *input* and *data* say what differs from a quiet draft that passes (objects
are merged key by key, anything else replaces); *expected* is the exact array of reasons. Every case runs through the
engine port, so on whichever engine is under test::

    - name: one price claim in the press
      input: {context: {channels: [press]}, groups: [{id: g1, rule: claims.price-cut}]}
      expected: [{code: press-money, outcome: escalate, groups: [g1]}]
    - name: the same elsewhere
      input: {context: {channels: [blog]}, groups: [{id: g1, rule: claims.price-cut}]}
      expected: []

A group of a case needs only what differs from a plain group; ``paths`` and ``counts`` follow from the rest unless given.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from guardrails.errors import EngineError, Place, PolicyError
from guardrails.model.canonical import MAX_INT, Json, canonical
from guardrails.model.policy import Bundle, Module
from guardrails.policy.bundle import bundle_of
from guardrails.policy.source_files import read_text
from guardrails.policy.yaml_source import parse_yaml

Evaluate = Callable[[Bundle, str, bytes], bytes]
"""Returns the value of a rule (``workspace/press_money/reasons``) as canonical JSON; ``EmbeddedEngine.evaluate`` is one."""

_CONTEXT: Final = {
    "brands": ["brand"], "channels": ["blog"], "markets": ["eu"], "locales": ["en"], "audiences": ["public"],
    "content_types": ["article"], "stages": ["final"], "actions": ["publish"],
}  # fmt: skip

QUIET_INPUT: Final[dict[str, Any]] = {
    "schema": "guardrails.input/v1",
    "as_of_ms": 1_700_000_000_000,
    "context": {**_CONTEXT, "campaign": "", "task": "", "thread": ""},
    "conflicts": [],
    "principal": {"kind": "agent", "id": "agent"},
    "groups": [],
    "waivers": [],
    "ruling": {"id": "", "decision": "none", "role": "", "until_ms": 0, "codes": []},
    "state": {"rounds": 0, "progress": "first", "risk": 0, "stops": [], "valid_until_ms": MAX_INT},
    "faults": [],
}
"""A draft without findings, submitted by an agent that :data:`QUIET_DATA` lets decide everything."""

QUIET_GROUP: Final[dict[str, Any]] = {
    "id": "g1", "rule": "brand.rule", "field": "body", "effect": "note", "severity": 2, "layer": "brand",
    "owner": "brand-team", "topics": [], "waivable": True, "confidence_pm": 1000, "count": 1, "waiver": "",
    "observed": False,
}  # fmt: skip
"""A plain group."""

QUIET_DATA: Final[dict[str, Any]] = {
    "mandate_book": {
        "mandates": [
            {
                "agent": "agent",
                "may_decide": [{"action": "publish", "include": {}, "exclude": {}}],
                "may_recommend": [],
                "stop_topics": [],
                "stop_audiences": [],
                "max_rounds": 3,
                "delegated_by": "role:head",
                "since_ms": 0,
                "until_ms": MAX_INT,
            },
        ],
        "risk_limit": 0,
        "people": ["head"],
        "routes": [
            {
                "queue": "editors", "due_hours": 24, "layers": [], "topics": [], "codes": [], "owners": [], "severities": [],
                "include": {}, "exclude": {},
            },
        ],
        "obligations": [],
    },
}  # fmt: skip
"""The data of a workspace with one mandate and one queue."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case: whole *input* and *data* as the engine gets them, and the reasons it must answer."""

    name: str
    input: Mapping[str, Any]
    data: Mapping[str, Any]
    expected: Sequence[Any]
    place: Place


def read_cases(text: str, file: str) -> tuple[Case, ...]:
    """
    Return the cases in *text*, the content of *file*.

    Raises:
        PolicyError: ``bad-cases``, if it is no list of cases; or what is wrong with the YAML.
    """
    listed = parse_yaml(text, file).value
    if not isinstance(listed, list):
        raise PolicyError("bad-cases", "expected a list of cases", place=Place(file, 1, 1))
    return tuple(_case(item, number, file) for number, item in enumerate(listed, 1))


def workspace_cases(
    root: Path, modules: Sequence[Module]
) -> tuple[dict[str, tuple[Case, ...]], tuple[PolicyError, ...]]:
    """Return the cases beside each workspace module below *root*, by package name, and what is wrong with the files."""
    found: dict[str, tuple[Case, ...]] = {}
    problems: list[PolicyError] = []
    for module in workspace_modules(modules):
        stem = module.path.removesuffix(".rego")
        shown = f"rego/{stem}_cases.yaml"
        try:
            if (root / shown).is_file():
                found[stem.rpartition("/")[0].replace("/", ".")] = read_cases(read_text(root / shown, shown), shown)
        except PolicyError as error:
            problems.append(error)
    return found, tuple(problems)


def workspace_modules(modules: Sequence[Module]) -> tuple[Module, ...]:
    """Return those of *modules* that belong to the workspace, not to the package."""
    return tuple(module for module in modules if module.path.startswith("workspace/"))


def failed_cases(evaluate: Evaluate, bundle: Bundle, package: str, cases: Sequence[Case]) -> list[PolicyError]:
    """Return one mistake per case whose reasons are not the expected ones; the data of *bundle* is replaced."""
    entrypoint = f"{package.replace('.', '/')}/reasons"
    return [problem for case in cases for problem in _failure(evaluate, bundle, entrypoint, case)]


def merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return *base* with *change* merged into it, key by key; what is no object replaces what was there."""
    result = dict(base)
    for key, value in change.items():
        is_deep = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
        result[key] = merged(result[key], value) if is_deep else value
    return result


def case_input(change: Mapping[str, Any]) -> dict[str, Any]:
    """Return the whole input of a case that says only what differs from the quiet one."""
    body = merged(QUIET_INPUT, change)
    body["groups"] = [merged(QUIET_GROUP, group) for group in body["groups"]]
    derived = {"paths": {key: [[value] for value in body["context"][key]] for key in _CONTEXT}, "counts": _counts(body)}
    return merged(derived, body)


def _counts(body: Mapping[str, Any]) -> dict[str, int]:
    counts = {name: len(body[name]) for name in ("groups", "faults", "conflicts", "waivers")}
    return {**counts, "stops": len(body["state"]["stops"]), "findings": sum(g["count"] for g in body["groups"])}


def _case(item: object, number: int, file: str) -> Case:
    keys = {"name", "input", "data", "expected"}
    if not isinstance(item, dict) or not {"name", "expected"} <= item.keys() <= keys or not _is_shaped(item):
        message = f"case {number} must have name and expected (a list), may have input and data, and nothing else"
        raise PolicyError("bad-cases", message, place=Place(file))
    whole, data = case_input(item.get("input") or {}), merged(QUIET_DATA, item.get("data") or {})
    return Case(str(item["name"]), whole, data, item["expected"], Place(file))


def _is_shaped(item: Mapping[str, Any]) -> bool:
    objects = (item.get("input") or {}, item.get("data") or {})
    return isinstance(item["expected"], list) and all(isinstance(value, dict) for value in objects)


def _failure(evaluate: Evaluate, bundle: Bundle, entrypoint: str, case: Case) -> list[PolicyError]:
    own = bundle_of(bundle.modules, cast("Json", case.data))
    try:
        got = json.loads(evaluate(own, entrypoint, canonical(cast("Json", case.input))))
    except EngineError as error:
        return [PolicyError("case-failed", f"case “{case.name}” gave no answer: {error.message}", place=case.place)]
    if got == case.expected:
        return []
    shown = json.dumps(got, sort_keys=True)
    return [PolicyError("case-failed", f"case “{case.name}” gave {shown}, expected something else", place=case.place)]
