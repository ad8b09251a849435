"""
From a failed validation to mistakes a policy author can act on: where, what was found, what was expected.

Pydantic reports one error per alternative it tried and names alternatives in the path; :func:`validated` folds these
back onto the places of the YAML file, one :class:`~guardrails.errors.PolicyError` per place.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter, ValidationError
from rapidfuzz import fuzz, process

from guardrails.policy.shapes import allowed_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pydantic_core import ErrorDetails

    from guardrails.errors import PolicyError
    from guardrails.policy.yaml_source import Document, Path

T = TypeVar("T")

_UNKNOWN_KEY = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
_MISSING = frozenset({"missing", "missing_argument"})
_EXPECTED = {
    "string_type": "text (numbers, dates and versions need quotes)",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "dataclass_type": "a mapping",
}
# Below this normalised Indel similarity (0–100) a suggestion confuses more than it helps.
_NEAR = 60


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the one of *known* that is spelt most like *word*; empty if none is close."""
    best = process.extractOne(word, sorted(known), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return best[0] if best else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a help line for the unknown *word*: the nearest known one, or all of them (at most twenty-four)."""
    names = sorted(known)
    near = nearest(word, names)
    if near:
        return f"Did you mean “{near}”?"
    listed = ", ".join(names[:24]) + (", …" if len(names) > 24 else "")  # noqa: PLR2004 - all keys of a rule
    return f"Known: {listed}." if listed else ""


def validated(adapter: TypeAdapter[T], shape: object, document: Document, path: Path = ()) -> T | list[PolicyError]:
    """
    Return the value at *path* of *document* as *adapter* reads it, or the mistakes in it.

    *shape* is the type behind the adapter, for suggestions of keys. Nothing is converted; lists serve as tuples.
    """
    return validated_value(adapter, shape, _at(document.value, path), document, path)


def validated_value(
    adapter: TypeAdapter[T], shape: object, value: object, document: Document, path: Path
) -> T | list[PolicyError]:
    """Like :func:`validated`, for a *value* that was made from what stands at *path*."""
    try:
        return adapter.validate_json(json.dumps(value), strict=True)
    except ValidationError as failed:
        found = [_Mistake(error, value, shape) for error in failed.errors(include_url=False)]
        return [mistake.problem(document, path) for mistake in _folded(found)]


class _Mistake:
    """One of pydantic's errors, with its path freed of the names of alternatives."""

    def __init__(self, error: ErrorDetails, value: object, shape: object) -> None:
        self.kind = error["type"]
        self.path = _real_path(error["loc"], value, is_missing=self.kind in _MISSING)
        self.known = allowed_keys(shape, self.path[:-1] if self.kind in _UNKNOWN_KEY | _MISSING else self.path)
        self.found = _at(value, self.path) if self.kind not in _MISSING else None
        self.expected = _expectation(error)
        self.message = error["msg"].removeprefix("Value error, ")

    @property
    def key(self) -> str:
        return str(self.path[-1]) if self.path else ""

    def problem(self, document: Document, base: Path) -> PolicyError:
        at = (*base, *self.path)
        if self.kind in _UNKNOWN_KEY:
            return document.error(
                "unknown-key", f"unknown key “{self.key}”", at, help=did_you_mean(self.key, self.known), key=True
            )
        if self.kind in _MISSING:
            return document.error("missing-key", f"“{self.key}” is missing", at[:-1], help=f"Add “{self.key}:”.")
        if self.expected:
            message = f"expected {self.expected}, got {_shown(self.found)}"
            return document.error(
                "wrong-value", message, at, help=_near_value(self.found, self.expected) or self._below()
            )
        return document.error("wrong-value", self.message, at)

    def _below(self) -> str:
        """Return a help line for nothing where keys or items were expected: they stand there and are not indented."""
        if self.found is not None or not {"a mapping", "a list"} & set(self.expected.split(" or ")):
            return ""
        return "What belongs to it stands below it, indented by two spaces." if self.path else "The file is empty."


def _folded(mistakes: Sequence[_Mistake]) -> Iterator[_Mistake]:
    """Keep one mistake per place, and none at a place inside which there is a more exact one."""
    kept: dict[Path, _Mistake] = {}
    for mistake in mistakes:
        if any(_inside(other.path, mistake.path) for other in mistakes):
            continue
        first = kept.setdefault(mistake.path, mistake)
        if mistake.expected and first.expected and mistake.expected not in first.expected:
            first.expected = f"{first.expected} or {mistake.expected}"
    renamed = {(m.path[:-1], nearest(m.key, m.known)) for m in kept.values() if m.kind in _UNKNOWN_KEY}
    return (m for m in kept.values() if not (m.kind in _MISSING and (m.path[:-1], m.key) in renamed))


def _inside(path: Path, parent: Path) -> bool:
    return len(path) > len(parent) and path[: len(parent)] == parent


def _real_path(loc: Sequence[str | int], value: object, *, is_missing: bool) -> Path:
    """Return *loc* without parts that are no key or index of *value*; of a missing key the last part stays."""
    path: list[str | int] = []
    for at, part in enumerate(loc):
        if _has(value, part):
            value = _at(value, (part,))
        elif not (is_missing and at == len(loc) - 1):
            continue
        path.append(part)
    return tuple(path)


def _has(value: object, part: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(part, int) and part < len(value)
    return isinstance(value, dict) and part in value


def _at(value: object, path: Path) -> object:
    for part in path:
        if isinstance(value, dict) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _expectation(error: ErrorDetails) -> str:
    if error["type"] in {"literal_error", "enum"}:
        return str(error.get("ctx", {}).get("expected", "")).replace("'", "")
    return _EXPECTED.get(error["type"], "")


def _near_value(found: object, expected: str) -> str:
    if not isinstance(found, str):
        return ""
    near = nearest(found, expected.replace(" or ", ", ").split(", "))
    return f"Did you mean “{near}”?" if near else ""


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f"“{value[:40]}…”" if len(value) > 40 else f"“{value}”"  # noqa: PLR2004 - enough to recognise it
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return "nothing" if value is None else json.dumps(value)
