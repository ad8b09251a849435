"""A gate over the fixture workspace and a real ledger in a folder, with a clock that tests move."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from guardrails import wiring
from guardrails.audit.log import AuditLog
from guardrails.audit.policies import FirstUse
from guardrails.audit.standing import Standing
from guardrails.backends.documents.rendered import html_of
from guardrails.backends.rego.embedded import embedded_engine
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.gate import Gate
from guardrails.identity import engine_identity
from guardrails.live import LiveGate
from guardrails.model.policy import CompiledPolicy
from guardrails.pipeline import Evaluate
from guardrails.policy.bundle import bundle_bytes
from guardrails.policy.codec import policy_bytes
from guardrails.review.activation import Activations
from guardrails.review.in_force import in_force, stored_policy
from guardrails.wiring import desks
from tests.e2e import nimbrel

DAY_MS = 86_400_000


@dataclass
class Clock:
    """Stands still until it is moved."""

    ms: int = nimbrel.AS_OF_MS

    def __call__(self) -> int:
        """Return the moment."""
        return self.ms


def gate_in(folder: Path, evaluate: Evaluate | None = None, clock: Clock | None = None) -> Gate:
    """Return a gate over a new ledger in *folder*."""
    clock = clock or Clock()
    log = AuditLog(SqliteStore(folder / "ledger.db", busy_timeout_ms=50), SqliteKeys(folder / "keys.db"), clock)
    return gate_over(log, clock, evaluate)


def gate_over(log: AuditLog, clock: Clock, evaluate: Evaluate | None = None) -> Gate:
    """Return a gate over *log*."""
    policy = nimbrel.policy()
    return Gate(
        policy=policy,
        evaluate=evaluate or nimbrel.evaluate(),
        log=log,
        standing=Standing(log),
        first_use=FirstUse(log),
        record=log.append_check,
        clock=clock,
        engine=engine_identity(embedded_engine().identity, policy),
        policy_bytes=_policy_bytes,
        html_of=html_of,
    )


def under(gate: Gate, policy: CompiledPolicy) -> Gate:
    """Return *gate* with another policy, which its ledger will keep."""
    kept = policy_bytes(policy), bundle_bytes(policy.bundle)
    return replace(gate, policy=policy, policy_bytes=lambda: kept)


def outdated(gate: Gate) -> Gate:
    """Return *gate* as an earlier version had it, whose compiled policies nobody reads any more."""
    bundle = gate.policy_bytes()[1]
    return replace(gate, policy_bytes=lambda: (b'{"format":"guardrails.compiled-policy/v0"}', bundle))


def live_over(gate: Gate) -> LiveGate:
    """Return *gate* as a server lends it, following what its ledger says is in force; closing it closes the ledger."""

    def start(digest: str) -> Gate:
        policy = stored_policy(gate.log, digest)
        return replace(gate, policy=policy, policy_bytes=lambda: (policy_bytes(policy), bundle_bytes(policy.bundle)))

    return LiveGate(gate, in_force=partial(in_force, gate.log), start=start, close=gate.log.close)


def activations_over(gate: Gate, workspace: Path = nimbrel.WORKSPACE) -> Activations:
    """Return how the files of *workspace* are put in force on the ledger of *gate*."""
    return desks.activations(wiring.settings(workspace, {}), gate.log)


@cache
def _policy_bytes() -> tuple[bytes, bytes]:
    return policy_bytes(nimbrel.policy()), bundle_bytes(nimbrel.policy().bundle)
