"""
The workspace's closed sets of context values, and scopes that may only name values of them.

A tree is a mapping from a value to its children (a list or a mapping), or a flat list; every node is a value. The
language ``de`` is a scope value wherever ``de-AT`` is a locale.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guardrails.model.context import PLURALS
from guardrails.model.policy import Scope
from guardrails.policy.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrails.errors import PolicyError
    from guardrails.model.context import Values
    from guardrails.model.draft import Pairs
    from guardrails.policy.pack_schema import ScopeFile
    from guardrails.policy.pack_schema import Values as ValuesFile
    from guardrails.policy.workspace_schema import PermittedFile
    from guardrails.policy.yaml_source import Document, Path

ACTIONS = ("prepare", "publish")
_VALUE = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Permitted values per context key, and ``("market.de", "eu")`` for every value that has a parent."""

    values: Values
    parents: Pairs

    def scope_values(self, key: str) -> tuple[str, ...]:
        """Return what a scope may name for *key*."""
        values = dict(self.values).get(key, ())
        if key != "locale":
            return values
        return tuple(sorted({*values, *(ancestor for value in values for ancestor in ancestors(value))}))


def ancestors(locale: str) -> tuple[str, ...]:
    """Return the locales that hold *locale*, nearest first: ``de-AT`` is in ``de``."""
    parts = locale.split("-")
    return tuple("-".join(parts[:length]) for length in range(len(parts) - 1, 0, -1))


def vocabulary(brand: str, permitted: PermittedFile, document: Document) -> tuple[Vocabulary, list[PolicyError]]:
    """Return the vocabulary of a workspace and the mistakes in its trees."""
    problems: list[PolicyError] = []
    trees = {
        key: _tree(getattr(permitted, f"{key}s"), document, ("values", f"{key}s"), problems)
        for key in ("channel", "market")
    }
    flat = {
        "brand": [brand],
        "action": list(ACTIONS),
        "locale": permitted.locales,
        "audience": permitted.audiences,
        "content_type": permitted.content_types,
        "stage": [str(stage) for stage in permitted.stages],
        **{key: list(tree) for key, tree in trees.items()},
    }
    parents = {f"{key}.{child}": parent for key, tree in trees.items() for child, parent in tree.items() if parent}
    values = tuple((key, tuple(sorted(flat[key]))) for key in sorted(flat))
    return Vocabulary(values, tuple(sorted(parents.items()))), problems


def _tree(value: object, document: Document, path: Path, problems: list[PolicyError]) -> dict[str, str]:
    """Return child → parent (empty at the top) of the tree at *path*."""
    found: dict[str, str] = {}
    for name, parent, at in _nodes(value, "", path, document, problems):
        if not _VALUE.fullmatch(name):
            problems.append(document.error("wrong-value", f"“{name}” is not a name of letters, digits and hyphens", at))
        elif name in found:
            problems.append(document.error("duplicate-value", f"“{name}” is in the tree twice", at, key=True))
        else:
            found[name] = parent
    if not found and not problems:
        problems.append(document.error("wrong-value", "expected at least one value", path))
    return found


def _nodes(
    value: object, parent: str, path: Path, document: Document, problems: list[PolicyError]
) -> Iterator[tuple[str, str, Path]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name, parent, (*path, name)
            yield from _nodes(inner, name, (*path, name), document, problems)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            if isinstance(item, str):
                yield item, parent, (*path, at)
            else:
                problems.append(document.error("wrong-value", "expected text in a list of values", (*path, at)))
    elif value is not None:
        problems.append(document.error("wrong-value", "expected a list or a tree of values", path))


def scope(
    given: ScopeFile, known: Vocabulary, document: Document, path: Path, *, lenient: bool = False
) -> tuple[Scope, list[PolicyError]]:
    """
    Return *given* as a :class:`Scope` and the values in it that *known* does not have.

    *lenient* keeps unknown values: a shipped pack may speak of markets that this workspace does not serve.
    """
    problems = [
        problem
        for part, at in ((given, path), (given.exclude, (*path, "not")))
        for problem in _unknown(part, known, document, at)
    ]
    return Scope(_values(given), _values(given.exclude)), [] if lenient else problems


def _values(part: ValuesFile) -> Values:
    named = ((key, getattr(part, plural)) for key, plural in sorted(PLURALS.items()))
    return tuple((key, tuple(sorted(values))) for key, values in named if values is not None)


def _unknown(part: ValuesFile, known: Vocabulary, document: Document, path: Path) -> Iterator[PolicyError]:
    for key, plural in PLURALS.items():
        permitted = known.scope_values(key)
        for at, value in enumerate(getattr(part, plural) or ()):
            if value not in permitted:
                message = f"the workspace has no {key.replace('_', ' ')} “{value}”"
                near = did_you_mean(value, permitted)
                more = (
                    "" if near.startswith("Did") else f"A new one is added to “values: {plural}:” in guardrails.yaml."
                )
                hint = f"{near} {more}".strip()
                yield document.error("unknown-value", message, (*path, plural, at), help=hint)
