"""``/v1/brief``: what applies to an agent in a place, before it writes."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from fastapi import FastAPI, Query, Request
from starlette.responses import Response

from guardrails.audit.keys import Caller
from guardrails.errors import DraftError
from guardrails.live import LiveGate
from guardrails.model.brief import Brief
from guardrails.model.canonical import canonical
from guardrails.model.context import Values
from guardrails.model.draft import Pairs
from guardrails.policy.brief import asked_for, brief
from guardrails.render.brief import brief_json, brief_markdown
from guardrails.surfaces.http.service import Service
from guardrails.text.moment import moment_ms

Agent = Annotated[str, Query(max_length=200)]
Form = Annotated[Literal["json", "md"], Query(alias="format")]
AsOf = Annotated[str, Query(max_length=40)]
_OWN = ("agent", "format", "as_of")


def add_briefs(app: FastAPI, service: Service) -> None:
    """Add the route to *app*; every query parameter that is not its own is a key of the context."""

    @app.get("/v1/brief", response_class=Response)
    async def read_brief(request: Request, agent: Agent = "", form: Form = "json", as_of: AsOf = "") -> Response:
        caller = await service.caller(request, "check", "read")
        said = tuple((key, value) for key, value in request.query_params.items() if key not in _OWN)
        call = partial(_brief, service.live, _agent(caller, agent), said, caller.permitted, as_of)
        found = await service.lanes.short(call)
        if form == "md":
            return Response(brief_markdown(found), media_type="text/markdown")
        return Response(canonical(brief_json(found)), media_type="application/json")


def _brief(live: LiveGate, agent: str, said: Pairs, permitted: Values, as_of: str) -> Brief:
    with live.lent() as gate:
        as_of_ms = moment_ms(as_of) if as_of else gate.clock()
        context = asked_for(gate.policy.workspace, said, permitted, as_of_ms)
        return brief(gate.policy, agent, context, as_of_ms, withdrawn=gate.standing.withdrawn())


def _agent(caller: Caller, named: str) -> str:
    """Return the agent whose brief it is: the key's own, or for a person the one that is named."""
    if caller.principal.kind == "agent":
        if named not in {"", caller.principal.id}:
            raise DraftError("forbidden", "an agent reads its own brief only", help=f"leave out agent={named[:80]}")
        return caller.principal.id
    if not named:
        raise DraftError("agent-missing", "whose brief?", help="add agent=NAME, an agent with a mandate")
    return named
