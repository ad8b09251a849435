"""
What a workspace's files say → one :class:`~guardrails.model.policy.CompiledPolicy`.

1. the vocabulary of context values; 2. the workspace (mandates, routes, obligations) in its words; 3. every rule, with
overrides; 4. the facts; 5. what refers from one to another (topics, ids, roles), files that nothing uses, Rego modules;
6. bundle and digests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from guardrails.model.policy import CompiledPolicy, Pack
from guardrails.policy.bundle import build_bundle
from guardrails.policy.compile_rule import Bench, compiled_rule, tokens_available
from guardrails.policy.compile_workspace import compiled_workspace, cross_references
from guardrails.policy.digests import pack_digest, policy_digest
from guardrails.policy.facts import compiled_facts
from guardrails.policy.load import first_with_all
from guardrails.policy.rego_check import module_problems
from guardrails.policy.unused import unused_files
from guardrails.policy.vocabulary import vocabulary
from guardrails.rules.kinds import kind as known_kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from guardrails.errors import PolicyError
    from guardrails.model.canonical import Json
    from guardrails.model.policy import Rule
    from guardrails.policy.load import Loaded
    from guardrails.rules.kind import RuleKind


@dataclass(frozen=True, slots=True)
class Compiled:
    """A policy with the files that its rules' parameters name (for the cache), and its rules as written."""

    policy: CompiledPolicy
    read: tuple[Path, ...]
    as_written: tuple[Rule, ...]


def compile_policy(
    loaded: Loaded,
    *,
    kinds: Callable[[str], RuleKind] = known_kind,
    has_tokens: bool | None = None,
) -> CompiledPolicy:
    """
    Return the compiled policy of *loaded*.

    *has_tokens* says whether kinds that need TOKENS can run; None looks whether spaCy is installed.

    Raises:
        PolicyError: The first mistake; ``problems`` holds all, those of loading included.
    """
    return compiled(loaded, kinds=kinds, has_tokens=has_tokens).policy


def compiled(
    loaded: Loaded, *, kinds: Callable[[str], RuleKind] = known_kind, has_tokens: bool | None = None
) -> Compiled:
    """Like :func:`compile_policy`, with what the cache and the tests of rules need besides."""
    # 1.
    words, problems = vocabulary(loaded.file.brand, loaded.file.values, loaded.document)
    bench = Bench(
        root=loaded.root,
        workspace=loaded.document,
        vocabulary=words,
        kinds=kinds,
        has_tokens=tokens_available() if has_tokens is None else has_tokens,
        problems=[*loaded.problems, *problems],
    )
    # 2.
    workspace = compiled_workspace(loaded, words, bench.problems)
    # 3.
    rules, written = _rules(loaded, bench)
    # 4.
    facts = compiled_facts(loaded.facts, words, bench.problems)
    # 5.
    bench.problems.extend(cross_references(loaded, words))
    bench.problems.extend(unused_files(loaded, bench.read))
    bench.problems.extend(module_problems(loaded.modules))
    if bench.problems:
        raise first_with_all(_distinct(bench.problems))
    # 6.
    packs = _packs(loaded, written)
    bundle = build_bundle(workspace, loaded.modules)
    digest = policy_digest(workspace, packs, rules, facts, bundle, _for_the_record(loaded))
    languages = tuple(sorted({locale.split("-")[0] for locale in loaded.file.values.locales}))
    policy = CompiledPolicy(digest, workspace, packs, rules, bundle, languages, facts)
    return Compiled(policy, tuple(sorted(bench.read)), written)


def _rules(loaded: Loaded, bench: Bench) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Return all supported rules, with overrides and as written."""
    supported = [rule for rule in loaded.rules if rule.file.id not in loaded.file.unsupported]
    found = []
    for rule in supported:
        written = compiled_rule(rule, None, bench)
        override = loaded.file.rules.get(rule.file.id)
        changed = compiled_rule(rule, override, bench) if override and written else written
        if written and changed:
            found.append((changed, written))
    return tuple(changed for changed, _ in found), tuple(written for _, written in found)


def _packs(loaded: Loaded, written: tuple[Rule, ...]) -> tuple[Pack, ...]:
    return tuple(
        Pack(
            pack.name,
            pack.file.version,
            pack.file.layer,
            pack.file.owner,
            pack_digest(rule for rule in written if rule.pack == pack.name),
            pack.shipped,
        )
        for pack in loaded.packs
    )


def _for_the_record(loaded: Loaded) -> Json:
    """Return what the workspace says for people besides: who changed which rule why."""
    return {
        "overrides": {
            rule: {"reason": override.reason, "owner": override.owner, "until": override.until or ""}
            for rule, override in loaded.file.rules.items()
        },
    }


def _distinct(problems: list[PolicyError]) -> list[PolicyError]:
    seen = {(str(problem.place), problem.code, problem.message): problem for problem in reversed(problems)}
    return list(reversed(seen.values()))
