"""Prometheus metrics of one server process; labels are verdicts and codes, never text, keys or principals."""

from __future__ import annotations

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

MEDIA_TYPE = CONTENT_TYPE_LATEST
_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Metrics:
    """
    Counters, gauges and the latency histogram, in a registry of their own so that tests can have many.

    ``checks`` and ``faults`` count new answers, ``replays`` those given again under an idempotency key, ``answers`` those
    of people, ``swaps`` policies that took the place of another, ``refused_policies`` attempts to start one that failed.
    """

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    checks: Counter = field(init=False)
    faults: Counter = field(init=False)
    replays: Counter = field(init=False)
    problems: Counter = field(init=False)
    swaps: Counter = field(init=False)
    refused_policies: Counter = field(init=False)
    under_way: Gauge = field(init=False)
    waiting: Gauge = field(init=False)
    answers: Counter = field(init=False)
    latency: Histogram = field(init=False)

    def __post_init__(self) -> None:
        """Create the instruments."""
        all_of = {
            "checks": Counter("guardrails_checks", "Checks answered.", ["verdict"], registry=self.registry),
            "faults": Counter("guardrails_faults", "Faults in answers.", ["code"], registry=self.registry),
            "replays": Counter("guardrails_replays", "Answers given again.", registry=self.registry),
            "problems": Counter("guardrails_problems", "Refused requests.", ["code"], registry=self.registry),
            "swaps": Counter("guardrails_policy_swaps", "Policies taken up.", registry=self.registry),
            "refused_policies": Counter(
                "guardrails_policies_refused", "Policies not taken up.", ["code"], registry=self.registry
            ),
            "under_way": Gauge("guardrails_checks_under_way", "Checks under way.", registry=self.registry),
            "waiting": Gauge("guardrails_waiting", "Requests that wait for news.", registry=self.registry),
            "answers": Counter("guardrails_answers", "Reviews answered.", ["decision"], registry=self.registry),
            "latency": Histogram(
                "guardrails_check_seconds", "Time to a recorded answer.", buckets=_BUCKETS, registry=self.registry
            ),
        }
        for name, instrument in all_of.items():
            object.__setattr__(self, name, instrument)

    def text(self) -> bytes:
        """Return the exposition format (:data:`MEDIA_TYPE`)."""
        return generate_latest(self.registry)
