"""Whatever is taken out of an input or spoilt in it, nothing passes that was not proved."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from guardrails.backends.rego.embedded import embedded_engine
from guardrails.decide.engine import decided
from guardrails.errors import EngineError
from guardrails.model.policy import Bundle, Module
from tests.rego.support import DATA, bundle, facts

ENGINE = embedded_engine()
BUNDLE = bundle()
SPOILT: tuple[Any, ...] = (None, "no such value", -7, 1.5, [1], {"a": 1}, [], {}, True, "")
CONTROL = facts(
    {
        "groups": [{"rule": "brand.note"}, {"id": "g2", "rule": "brand.revise", "waiver": "w1"}],
        "waivers": [{"id": "w1", "rule": "brand.revise", "until_ms": 5_000}],
    }
)
FREE = {
    ("context", "campaign"),
    ("context", "task"),
    ("context", "thread"),
    ("groups", 0, "rule"),
    *(("groups", i, "id") for i in (0, 1)),
    ("ruling", "id"),
    ("ruling", "role"),
}
"""Strings of which every one is as good as another."""


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in *value*."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*path, key)
        yield from paths(value[key], (*path, key))


def changed(path: tuple[Any, ...], replacement: tuple[Any, ...]) -> Any:
    """The control with the place at *path* replaced, or taken out if there is no replacement."""
    body = copy.deepcopy(CONTROL)
    parent = body
    for key in path[:-1]:
        parent = parent[key]
    if replacement:
        parent[path[-1]] = replacement[0]
    else:
        del parent[path[-1]]
    return body


def verdict(body: Any, held: Bundle = BUNDLE) -> str:
    """The verdict that is believed; escalate if none is."""
    try:
        return decided(ENGINE, held, body, json.dumps(body).encode()).verdict
    except EngineError:
        return "escalate"


def is_equivalent(path: tuple[Any, ...], value: Any) -> bool:
    """Tell whether *value* is of the same kind as what stands at *path*, so that it is no damage."""
    old: Any = CONTROL
    for key in path:
        old = old[key]
    is_text = isinstance(value, str) and isinstance(old, str)
    if isinstance(old, bool):
        return isinstance(value, bool)
    return old == value or (is_text and (path in FREE or path[-1] in {"field", "owner"}))


def test_the_control_passes() -> None:
    """Unspoilt, the input passes, so that what follows means something."""
    assert verdict(CONTROL) == "pass"


@pytest.mark.parametrize("path", list(paths(CONTROL)), ids=lambda path: ".".join(map(str, path)))
def test_without_any_one_place_nothing_passes(path: tuple[Any, ...]) -> None:
    """An input from which one key or element is missing does not pass."""
    assert verdict(changed(path, ())) != "pass"


@pytest.mark.parametrize("path", list(paths(CONTROL)), ids=lambda path: ".".join(map(str, path)))
def test_with_any_one_place_spoilt_nothing_passes(path: tuple[Any, ...]) -> None:
    """An input in which one value has another type or sense does not pass."""
    passed = [
        value for value in SPOILT if not is_equivalent(path, value) and verdict(changed(path, (value,))) == "pass"
    ]

    assert passed == []


def test_data_without_any_key_does_not_pass() -> None:
    """A bundle whose data lacks a part passes nothing."""
    book = DATA["mandate_book"]
    for name in (*book, ""):
        lacking = bundle({"mandate_book": {key: value for key, value in book.items() if key != name}} if name else {})

        assert verdict(CONTROL, lacking) == "escalate", name


@pytest.mark.parametrize(
    "reasons",
    [
        '"not an array"',
        "[1]",
        '[{"code": "x", "outcome": "pass", "groups": []}]',
        '[{"code": "x", "outcome": "note", "groups": ["g99"]}]',
        '[{"code": "x", "outcome": "note"}]',
        "[reason | reason := input.no_such_thing][0]",
    ],
)
def test_a_malformed_workspace_package_escalates(reasons: str) -> None:
    """A package whose reasons cannot be read holds the draft instead of saying nothing."""
    module = Module("workspace/odd/odd.rego", f"package workspace.odd\n\nreasons := {reasons}\n")
    raw = ENGINE.decide(bundle(extra=(module,)), json.dumps(CONTROL).encode())
    decision = json.loads(raw)

    assert decision["verdict"] == "escalate"
    assert "workspace-malformed" in [reason["code"] for reason in decision["reasons"]]
