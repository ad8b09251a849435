"""
The decision bundle: Rego modules and the one data document both engines load.

The data has two keys, neither of which is the name of a package:

- ``catalog``: for every rule that is ``active`` or ``observe`` ``{effect, effects[], severity (1–4), layer, topics[],
  waivable, owner}``. ``effects`` has one entry per case of the rule; ``input.groups[].case`` is an index of it, −1 is
  ``effect``. For a rule with a dated override the entries of the rule under it follow: its cases, then its plain
  effect; :func:`base_case` is the shift. So the data does not depend on the date of judgement.
- ``mandate_book``: ``{mandates[], risk_limit, people[], routes[], obligations[], parents}``. A mandate is ``{agent,
  may_decide[], may_recommend[], stop_topics[], stop_audiences[], max_rounds, delegated_by, since_ms, until_ms}``, a
  grant ``{action, include, exclude}``, a route ``{queue, due_hours, layers[], topics[], codes[], owners[], include,
  exclude}`` (the default queue is the last one), an obligation ``{id, code, due, text, include, exclude}``. ``parents``
  maps each plural context key to child → parent.

Scopes use the plural keys of ``input.context``; an absent key includes everything. Times are ms since the epoch,
half-open ``[since_ms, until_ms)``: the last day of a mandate ends at the next midnight UTC. No floats, no nulls.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from guardrails.model.canonical import MAX_INT, canonical
from guardrails.model.finding import SEVERITIES
from guardrails.model.policy import Bundle
from guardrails.policy.digests import digest
from guardrails.policy.vocabulary import PLURALS, ancestors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrails.model.canonical import Json
    from guardrails.model.context import Values
    from guardrails.model.policy import Grant, Mandate, Module, Route, Rule, Scope, Workspace

_PACKAGE = re.compile(r"^package\s+(workspace\.[A-Za-z0-9_.]+)", re.MULTILINE)


def build_bundle(rules: Sequence[Rule], workspace: Workspace, modules: Sequence[Module]) -> Bundle:
    """Return the bundle of *rules* (sorted by id), *workspace* and *modules* (sorted by path)."""
    data: dict[str, Json] = {
        "catalog": {rule.id: _entry(rule) for rule in rules if rule.status in {"active", "observe"}},
        "mandate_book": _mandate_book(workspace),
    }
    return Bundle(digest(_content(modules, data)), tuple(modules), data, _packages(modules))


def bundle_bytes(bundle: Bundle) -> bytes:
    """Return *bundle* as it is stored in the ledger: canonical ``{modules: [{path, source}], data}``."""
    return canonical(_content(bundle.modules, bundle.data))


def base_case(rule: Rule, case: int) -> int:
    """Return the index in ``effects`` of case *case* of ``rule.base``, for a date after the override's last day."""
    if rule.base is None:
        return case
    return len(rule.cases) + (case if case >= 0 else len(rule.base.cases))


def day_start_ms(day: str) -> int:
    """Return the first ms of the UTC day *day* (``2027-03-31``)."""
    at = date.fromisoformat(day)
    return int(datetime(at.year, at.month, at.day, tzinfo=UTC).timestamp()) * 1000


def day_end_ms(day: str) -> int:
    """Return the first ms after the UTC day *day*."""
    return day_start_ms(day) + int(timedelta(days=1).total_seconds()) * 1000


def _content(modules: Sequence[Module], data: Json) -> dict[str, Json]:
    return {"modules": [{"path": module.path, "source": module.source} for module in modules], "data": data}


def _entry(rule: Rule) -> dict[str, Json]:
    effects: list[Json] = [case.effect for case in rule.cases]
    if rule.base is not None:
        effects += [*(case.effect for case in rule.base.cases), rule.base.effect]
    return {
        "effect": rule.effect,
        "effects": effects,
        "severity": SEVERITIES.index(rule.severity) + 1,
        "layer": rule.layer,
        "topics": list(rule.topics),
        "waivable": rule.waivable,
        "owner": rule.owner,
    }


def _mandate_book(workspace: Workspace) -> dict[str, Json]:
    return {
        "mandates": [_mandate(mandate) for mandate in workspace.mandates],
        "risk_limit": workspace.risk_limit,
        "people": list(workspace.people),
        "routes": [_route(route) for route in workspace.routes],
        "obligations": [
            {"id": f"obligation-{number}", "code": code, "due": due, "text": text, **_scope(scope)}
            for number, (code, due, text, scope) in enumerate(workspace.obligations, 1)
        ],
        "parents": _parents(workspace),
    }


def _mandate(mandate: Mandate) -> dict[str, Json]:
    return {
        "agent": mandate.agent,
        "may_decide": [_grant(grant) for grant in mandate.may_decide],
        "may_recommend": [_grant(grant) for grant in mandate.may_recommend],
        "stop_topics": list(mandate.stop_topics),
        "stop_audiences": list(mandate.stop_audiences),
        "max_rounds": mandate.max_rounds,
        "delegated_by": mandate.delegated_by,
        "since_ms": day_start_ms(mandate.since) if mandate.since else 0,
        "until_ms": day_end_ms(mandate.until) if mandate.until else MAX_INT,
    }


def _grant(grant: Grant) -> dict[str, Json]:
    return {"action": grant.action, **_scope(grant.scope)}


def _route(route: Route) -> dict[str, Json]:
    return {
        "queue": route.queue,
        "due_hours": route.due_hours,
        "layers": list(route.layers),
        "topics": list(route.topics),
        "codes": list(route.codes),
        "owners": list(route.owners),
        **_scope(route.scope),
    }


def _scope(scope: Scope) -> dict[str, Json]:
    return {"include": _values(scope.include), "exclude": _values(scope.exclude)}


def _values(values: Values) -> dict[str, Json]:
    return {PLURALS[key]: list(listed) for key, listed in values}


def _parents(workspace: Workspace) -> dict[str, Json]:
    found: dict[str, dict[str, Json]] = {"channels": {}, "markets": {}, "locales": {}}
    for name, parent in workspace.parents:
        key, child = name.split(".", 1)
        found[PLURALS[key]][child] = parent
    for locale in dict(workspace.values).get("locale", ()):
        for child, parent in zip((locale, *ancestors(locale)), ancestors(locale), strict=False):
            found["locales"][child] = parent
    return dict(found)


def _packages(modules: Sequence[Module]) -> tuple[str, ...]:
    found = (match[1] for module in modules if (match := _PACKAGE.search(module.source)))
    return tuple(sorted(set(found)))
