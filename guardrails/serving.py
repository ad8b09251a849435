"""Settings → a live gate behind workers → the HTTP server: the part of the composition root that only a server needs."""

from __future__ import annotations

import importlib
import ipaddress
import multiprocessing
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from guardrails import wiring
from guardrails.audit.heartbeat import beating
from guardrails.audit.keys import ApiKeys
from guardrails.audit.writer import GroupWriter
from guardrails.backends.pool import WorkerPool
from guardrails.errors import MissingDependencyError, UnavailableError
from guardrails.live import LiveGate
from guardrails.model.draft import Draft, Field
from guardrails.model.state import State
from guardrails.privacy.processing import require_governance
from guardrails.review.in_force import in_force, stored_policy
from guardrails.wiring import desks

if TYPE_CHECKING:
    from guardrails.gate import Gate
    from guardrails.settings import Settings

_BROKEN = ("engine-", "stage-failed")
"""Faults of a trivial draft that every draft would meet: with these workers nothing is decided."""

_MINUTE_MS = 60_000

_PRELOADED = ("guardrails.wiring", "guardrails.pipeline", "guardrails.backends.documents")
"""Imported once, by the process that workers are forked from: each then starts in 0.12 instead of 0.29 s of CPU."""

_ENGINES = {"embedded": "guardrails.backends.rego.embedded", "opa": "guardrails.backends.rego.opa"}


def serve(chosen: Settings) -> None:
    """
    Serve HTTP until stopped.

    Raises:
        MissingDependencyError: Without the ``[server]`` extra.

        PolicyError: ``governance-incomplete`` if others can reach it and nobody answers for their data.
    """
    try:
        server = importlib.import_module("guardrails.surfaces.http.server")  # named: no surface imports another
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            "no-server", f"serving needs {error.name}", help="pip install 'guardrails-gate[server]'"
        ) from error
    if not _is_loopback(chosen.host):
        require_governance(wiring.policy_in_force(chosen).workspace)
    live = open_live_gate(chosen)
    with live.lent() as gate:
        log = gate.log
    with beating(log, chosen.heartbeat_minutes * _MINUTE_MS):
        server.serve(live, desks.activations(chosen, log, aside=True), ApiKeys(log), chosen)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def open_live_gate(chosen: Settings) -> LiveGate:
    """
    Open the gate of a server: behind worker processes and one ledger writer thread, following what is in force.

    Raises:
        GuardrailsError: As :func:`wiring.open_gate`; ``workers-not-started``.
    """
    gate = wiring.open_gate(chosen)
    multiprocessing.get_context("forkserver").set_forkserver_preload([*_PRELOADED, _ENGINES[chosen.engine]])
    log, writer = gate.log, GroupWriter(gate.log)

    def close() -> None:
        writer.close()
        log.close()

    def start(digest: str) -> Gate:
        gate = wiring.gate_over(stored_policy(log, digest), wiring.engine(chosen), log)
        return _pooled(chosen, gate, writer, must_decide=True)

    with ExitStack() as opened:
        opened.callback(close)
        first = _pooled(chosen, gate, writer, must_decide=False)
        opened.pop_all()
    return LiveGate(first, in_force=partial(in_force, log), start=start, close=close)


def _pooled(chosen: Settings, gate: Gate, writer: GroupWriter, *, must_decide: bool) -> Gate:
    """Return *gate* behind workers that are warm, and *writer*; with *must_decide* only if their engine decides."""
    pool = WorkerPool(
        partial(wiring.make_evaluate, chosen),
        gate.policy,
        size=chosen.workers,
        deadline_s=chosen.deadline_ms / 1000,
        warm_up=(Draft((Field("body", "Good morning."),)), State(), gate.clock()),
    )
    with ExitStack() as opened:
        opened.callback(pool.close)
        broken = [code for code in pool.ready() if code.startswith(_BROKEN)]
        if must_decide and broken:
            raise UnavailableError(broken[0], "the workers started, and decide nothing")
        opened.pop_all()
    return replace(gate, evaluate=pool, record=lambda entry: writer.submit(entry).result(), on_close=pool.close)
