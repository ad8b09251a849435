"""
The decision bundle: Rego modules and the one data document both engines load.

What rules say of their findings is part of the input (``decide/facts.py``), so the bundle changes only with the modules
and with what the workspace delegates. The data has one key, which is not the name of a package:

- ``mandate_book``: ``{mandates[], risk_limit, people[], routes[], obligations[]}``. A mandate is ``{agent,
  may_decide[], may_recommend[], stop_topics[], stop_audiences[], max_rounds, delegated_by, since_ms, until_ms}``, a
  grant ``{action, include, exclude}``, a route ``{queue, due_hours, layers[], topics[], codes[], owners[], severities[] (1–4), include,
  exclude}`` (the default queue is the last one), an obligation ``{id, code, due, text, include, exclude}``. ``parents``
  maps each plural context key to child → parent.

Scopes use the plural keys of ``input.context``; an absent key includes everything. Times are ms since the epoch,
half-open ``[since_ms, until_ms)``: the last day of a mandate ends at the next midnight UTC. No floats, no nulls.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from guardrails.decide.contract import DATA, misfit
from guardrails.model.canonical import MAX_INT, canonical
from guardrails.model.context import PLURALS
from guardrails.model.day import day_end_ms, day_start_ms
from guardrails.model.finding import SEVERITIES
from guardrails.model.policy import Bundle
from guardrails.policy.digests import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrails.model.canonical import Json
    from guardrails.model.context import Values
    from guardrails.model.policy import Grant, Mandate, Module, Route, Scope, Workspace

_PACKAGE = re.compile(r"^package\s+(workspace\.[A-Za-z0-9_.]+)", re.MULTILINE)


def build_bundle(workspace: Workspace, modules: Sequence[Module]) -> Bundle:
    """Return the bundle of *workspace* and *modules* (sorted by path)."""
    data: dict[str, Json] = {"mandate_book": _mandate_book(workspace)}
    return bundle_of(modules, data)


def bundle_of(modules: Sequence[Module], data: Json) -> Bundle:
    """Return the bundle of *modules* and *data*, with their digest."""
    return Bundle(digest(_content(modules, data)), tuple(modules), data, _packages(modules))


def is_whole(bundle: Bundle) -> bool:
    """Tell whether *bundle* holds what its digest says, and data of the shape that the modules were written for."""
    if misfit(bundle.data, DATA) is not None:
        return False
    return digest(_content(bundle.modules, bundle.data)) == bundle.digest


def bundle_bytes(bundle: Bundle) -> bytes:
    """Return *bundle* as it is stored in the ledger: canonical ``{modules: [{path, source}], data}``."""
    return canonical(_content(bundle.modules, bundle.data))


def _content(modules: Sequence[Module], data: Json) -> dict[str, Json]:
    return {"modules": [{"path": module.path, "source": module.source} for module in modules], "data": data}


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
        "severities": [SEVERITIES.index(one) + 1 for one in route.severities],
        **_scope(route.scope),
    }


def _scope(scope: Scope) -> dict[str, Json]:
    return {"include": _values(scope.include), "exclude": _values(scope.exclude)}


def _values(values: Values) -> dict[str, Json]:
    return {PLURALS[key]: list(listed) for key, listed in values}


def _packages(modules: Sequence[Module]) -> tuple[str, ...]:
    found = (match[1] for module in modules if (match := _PACKAGE.search(module.source)))
    return tuple(sorted(set(found)))
