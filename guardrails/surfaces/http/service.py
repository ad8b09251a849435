"""What every route works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from starlette.requests import Request

from guardrails.audit.keys import Caller, require
from guardrails.live import LiveGate
from guardrails.review.activation import Activations
from guardrails.surfaces.http.access import Authenticate
from guardrails.surfaces.http.idempotency import InFlight
from guardrails.surfaces.http.lanes import Lanes
from guardrails.surfaces.http.metrics import Metrics


@dataclass(frozen=True)
class Service:
    """One gate at a time, who may call it, what runs where and what is counted."""

    live: LiveGate
    activations: Activations
    authenticate: Authenticate
    lanes: Lanes
    metrics: Metrics = field(default_factory=Metrics)
    in_flight: InFlight = field(default_factory=InFlight)

    async def caller(self, request: Request, *scopes: str) -> Caller:
        """
        Return who calls, once it is clear that they may.

        Raises:
            DraftError: ``unauthorized``, or ``forbidden`` with none of *scopes*.
        """
        header = request.headers.get("Authorization", "")
        caller = await self.lanes.short(partial(self.authenticate, header))
        require(caller, *scopes)
        return caller
