"""What every route works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from starlette.requests import Request

from guardrails.audit.keys import Caller, require
from guardrails.gate import Gate
from guardrails.live import LiveGate
from guardrails.review.activation import Activations
from guardrails.review.desk import Desk, SharedReviews
from guardrails.surfaces.http.access import Authenticate
from guardrails.surfaces.http.idempotency import InFlight
from guardrails.surfaces.http.lanes import Lanes
from guardrails.surfaces.http.metrics import Metrics
from guardrails.surfaces.http.watch import Watch

T = TypeVar("T")


@dataclass(frozen=True)
class Service:
    """One gate at a time, who may call it, what runs where and what is counted."""

    live: LiveGate
    activations: Activations
    authenticate: Authenticate
    lanes: Lanes
    metrics: Metrics = field(default_factory=Metrics)
    in_flight: InFlight = field(default_factory=InFlight)
    reviews: SharedReviews = field(default_factory=SharedReviews)
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        """Set up the watch over the desk."""
        object.__setattr__(self, "watch", Watch(lambda: self.lanes.short(partial(self.at_desk, Desk.version))))

    def at_desk(self, call: Callable[[Desk], T]) -> T:
        """Return what *call* returns of a desk over the gate as it is now; what was read once is shared."""
        with self.live.lent() as gate:
            return call(Desk(gate, self.reviews))

    def at_gate(self, call: Callable[[Gate], T]) -> T:
        """Return what *call* returns of the gate as it is now."""
        with self.live.lent() as gate:
            return call(gate)

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
