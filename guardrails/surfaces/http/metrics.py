"""Prometheus metrics of one server process; labels are verdicts and codes, never text, keys or principals."""

from __future__ import annotations

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Metrics:
    """Counters and the latency histogram, in a registry of their own so that tests can have many."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    checks: Counter = field(init=False)
    faults: Counter = field(init=False)
    problems: Counter = field(init=False)
    latency: Histogram = field(init=False)

    def __post_init__(self) -> None:
        """Create the instruments."""
        make = object.__setattr__
        make(self, "checks", Counter("guardrails_checks", "Checks answered.", ["verdict"], registry=self.registry))
        make(self, "faults", Counter("guardrails_faults", "Faults in answers.", ["code"], registry=self.registry))
        make(self, "problems", Counter("guardrails_problems", "Refused requests.", ["code"], registry=self.registry))
        make(
            self,
            "latency",
            Histogram(
                "guardrails_check_seconds", "Time to a recorded answer.", buckets=_BUCKETS, registry=self.registry
            ),
        )

    def text(self) -> bytes:
        """Return the exposition format."""
        return generate_latest(self.registry)
