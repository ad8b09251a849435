"""What an agent's mandates say of one place, in words: what it may decide, where it must stop, who answers then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guardrails.model.context import PLURALS
from guardrails.model.policy import Scope
from guardrails.rules.scope import always_applies, applies

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guardrails.model.context import EffectiveContext
    from guardrails.model.draft import Pairs
    from guardrails.model.policy import Grant, Mandate, Route, Workspace

_MOST_NAMED = 6
_ACTIONS = {"publish": "publish this", "prepare": "hand it to the next stage"}


def live_mandates(workspace: Workspace, agent: str, as_of: str) -> tuple[Mandate, ...]:
    """Return the mandates of *agent* in force on the day *as_of*."""
    own = (mandate for mandate in workspace.mandates if mandate.agent == agent)
    return tuple(one for one in own if one.since <= as_of and (not one.until or as_of <= one.until))


def decide_lines(workspace: Workspace, agent: str, as_of: str, context: EffectiveContext) -> Iterator[str]:
    """Yield what *agent* may do alone in *context*, and by whom and until when that was delegated."""
    live = live_mandates(workspace, agent, as_of)
    if not live:
        yield _without_mandate(workspace, agent, as_of)
        return
    said: dict[str, list[str]] = {}
    for action, words in _ACTIONS.items():
        said.setdefault(_may(action, live, context, workspace.parents), []).append(words)
    yield from (f"You may {may.format(' and '.join(actions))}." for may, actions in said.items())
    delegated = ", ".join(dict.fromkeys(mandate.delegated_by.removeprefix("role:") for mandate in live))
    until = min((mandate.until for mandate in live if mandate.until), default="")
    yield f"Delegated by {delegated}{f' until {until}' if until else ''}."


def stop_lines(
    live: Sequence[Mandate], context: EffectiveContext, routes: Sequence[Route], parents: Pairs
) -> Iterator[str]:
    """Yield when to stop besides the rules, and who answers."""
    here = [route for route in routes if applies(route.scope, context, parents)]
    topics = sorted({topic for mandate in live for topic in mandate.stop_topics})
    if topics:
        yield f"Stop at these topics: {'; '.join(_by_queue(topics, here))}."
    audiences = sorted({name for mandate in live for name in mandate.stop_audiences} & set(context["audience"]))
    if audiences:
        yield f"Stop if it may reach: {series(audiences)}."
    if live:
        rounds = min(mandate.max_rounds for mandate in live)
        yield f"Stop after {rounds} {'round' if rounds == 1 else 'rounds'}, or when a round mends nothing."
    rest = next(one for one in here if not _conditions(one) and always_applies(one.scope, context, parents))
    yield f"Anything else: {rest.queue}, {rest.due_hours} h."


def _by_queue(topics: Sequence[str], routes: Sequence[Route]) -> Iterator[str]:
    """Yield the topics with who answers for each, those of one queue together."""
    grouped: dict[Route, list[str]] = {}
    for topic in topics:
        grouped.setdefault(next(route for route in routes if _is_for(route, topic)), []).append(topic)
    return (f"{series(named)} ({route.queue}, {route.due_hours} h)" for route, named in grouped.items())


def _is_for(route: Route, topic: str) -> bool:
    """Tell whether a draft of *topic* goes to *route* whatever else is found in it; the last route takes everything."""
    return not _conditions(route) or (topic in route.topics and len(_conditions(route)) == 1)


def _conditions(route: Route) -> list[tuple[str, ...]]:
    return [listed for listed in (route.layers, route.topics, route.codes, route.owners, route.severities) if listed]


def series(names: Sequence[str]) -> str:
    """Return *names* as a list in a sentence, the first few of many."""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _without_mandate(workspace: Workspace, agent: str, as_of: str) -> str:
    own = [mandate for mandate in workspace.mandates if mandate.agent == agent]
    coming = min((mandate.since for mandate in own if mandate.since > as_of), default="")
    when = f"begins on {coming}" if coming else f"ended on {max(mandate.until for mandate in own)}"
    return f"Your mandate {when}: a person decides whatever you write."


def _may(action: str, live: Sequence[Mandate], context: EffectiveContext, parents: Pairs) -> str:
    """Return how far *action* is delegated, ``{}`` standing for what is done."""
    granted = [grant for mandate in live for grant in mandate.may_decide if grant.action == action]
    if any(_is_certain(grant, context, parents) for grant in granted):
        return "{} on your own"
    possible = [grant for grant in granted if applies(grant.scope, context, parents)]
    if possible:
        where = "; or ".join(dict.fromkeys(_where(grant.scope, context, parents) for grant in possible))
        return f"{{}} on your own only {where}"
    advised = [grant for mandate in live for grant in mandate.may_recommend if grant.action == action]
    if any(applies(grant.scope, context, parents) for grant in advised):
        return "only recommend to {}; a person decides"
    return "not {}; a person decides"


def _is_certain(grant: Grant, context: EffectiveContext, parents: Pairs) -> bool:
    """Tell whether *grant* covers every possible value and touches nothing that it excludes, as the engine asks."""
    barred = any(applies(Scope((entry,)), context, parents) for entry in grant.scope.exclude)
    return not barred and always_applies(Scope(grant.scope.include), context, parents)


def _where(scope: Scope, context: EffectiveContext, parents: Pairs) -> str:
    """Return the conditions of *scope* that the context leaves open."""
    unmet = [entry for entry in scope.include if not always_applies(Scope((entry,)), context, parents)]
    barred = [entry for entry in scope.exclude if applies(Scope((entry,)), context, parents)]
    said = [f"in the {_named(key)} {series(values)}" for key, values in unmet]
    return " and ".join([*said, *(f"outside the {_named(key)} {series(values)}" for key, values in barred)])


def _named(key: str) -> str:
    return PLURALS[key].replace("_", " ")
