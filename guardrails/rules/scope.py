"""Whether a rule applies in a context, and what effect it has there (design §4, “Effective context”)."""

from __future__ import annotations

from guardrails.model.context import EffectiveContext, Values
from guardrails.model.draft import Pairs
from guardrails.model.finding import OUTCOMES, Effect
from guardrails.model.policy import Rule, Scope


def ancestors(parents: Pairs, key: str, value: str) -> tuple[str, ...]:
    """
    Return *value* and everything it is part of, nearest first.

    Markets and channels have the workspace's tree (*parents*); a locale is part of its language.
    """
    if key == "locale":
        return (value, value.partition("-")[0]) if "-" in value else (value,)
    tree, chain = dict(parents), [value]
    while (parent := tree.get(f"{key}.{chain[-1]}")) and parent not in chain:
        chain.append(parent)
    return tuple(chain)


def applies(scope: Scope, context: EffectiveContext, parents: Pairs) -> bool:
    """
    Tell whether *scope* may apply: some possible value of each included key is in it, and nothing known is excluded.

    Fails closed: an unknown value is every permitted value, and only what is known in every excluded key is excluded.
    """
    return all(_some(context, parents, key, allowed) for key, allowed in scope.include) and not _is_excluded(
        scope.exclude, context, parents
    )


def always_applies(scope: Scope, context: EffectiveContext, parents: Pairs) -> bool:
    """Tell whether *scope* applies whatever the unknown values turn out to be."""
    could_be_excluded = bool(scope.exclude) and all(_some(context, parents, *entry) for entry in scope.exclude)
    return not could_be_excluded and all(_every(context, parents, *entry) for entry in scope.include)


def effect_in(rule: Rule, context: EffectiveContext, parents: Pairs) -> Effect:
    """
    Return the effect of *rule* in *context*.

    The first case that certainly matches ends the search; of those before it that could match, and of it or the
    default, the greatest effect counts.
    """
    possible: list[Effect] = []
    for case in rule.cases:
        if not applies(case.when, context, parents):
            continue
        possible.append(case.effect)
        if always_applies(case.when, context, parents):
            break
    else:
        possible.append(rule.effect)
    return max(possible, key=OUTCOMES.index)


def _some(context: EffectiveContext, parents: Pairs, key: str, allowed: tuple[str, ...]) -> bool:
    return any(set(ancestors(parents, key, value)) & set(allowed) for value in context[key])


def _every(context: EffectiveContext, parents: Pairs, key: str, allowed: tuple[str, ...]) -> bool:
    values = context[key]
    return bool(values) and all(set(ancestors(parents, key, value)) & set(allowed) for value in values)


def _is_excluded(exclude: Values, context: EffectiveContext, parents: Pairs) -> bool:
    return bool(exclude) and all(_every(context, parents, key, banned) for key, banned in exclude)
