"""Two servers share one ledger in PostgreSQL: what one records is in force on the other."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from guardrails import wiring
from guardrails.policy.load import load_policy
from guardrails.settings import read_settings
from tests.e2e import lamps
from tests.e2e.test_server import PATIENCE_S, Server, guardrails, serving, until
from tests.postgres import SERVICE, Cluster, epochs_of

CLEAN = {"fields": [{"id": "body", "text": "It is a lamp."}], "context": {"channel": "blog"}}


@pytest.fixture
def replicas(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Server, Server]]:
    """Two servers with a worker each, in copies of one workspace."""
    url = cluster.url(cluster.ledger())
    monkeypatch.setenv("GUARDRAILS_LEDGER", url)
    monkeypatch.setenv("GUARDRAILS_EPOCHS", str(epochs_of(url)))
    with ExitStack() as running:
        folders = [lamps.write(tmp_path / name / "lumo") for name in ("one", "other")]
        one, other = (running.enter_context(serving(folder, "--workers", "1")) for folder in folders)
        yield one, other


def verdict(server: Server, body: Any = None) -> tuple[int, str, list[str]]:
    """Have a draft checked; status, verdict and the codes of the reasons come back."""
    status, _, text = server.ask("/v1/checks", body or CLEAN)
    said = json.loads(text).get("assessment", {})
    return status, said.get("verdict", ""), [reason["code"] for reason in said.get("reasons", [])]


def operate(server: Server, *arguments: str) -> str:
    """Run a command as a person in the workspace of a server."""
    local = server.workspace / "guardrails.local.yaml"
    local.write_text("principal: {person: head-of-content}\n")
    done = guardrails(server.workspace, *arguments)
    local.write_text("principal: {agent: writer}\n")
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


def test_a_stop_through_one_holds_on_the_other(replicas: tuple[Server, Server]) -> None:
    """It holds the next check, and lifting it lets the next one pass."""
    one, other = replicas
    before = verdict(other)
    said = operate(one, "stop", "--all", "--reason", "a recall")
    held, also = verdict(other), verdict(one)
    operate(other, "resume", said.split()[1].strip("."), "--reason", "it is over")

    assert (200, "pass", []) == before
    assert [(200, "escalate")] * 2 == [held[:2], also[:2]]
    assert "stop" in " ".join(held[2])
    assert [(200, "pass", [])] * 2 == [verdict(one), verdict(other)]


def test_an_activation_is_taken_up_by_both(replicas: tuple[Server, Server]) -> None:
    """People put a policy in force once, for every server; and a second try elsewhere is a second round."""
    one, _ = replicas
    hyped = {**CLEAN, "fields": [{"id": "body", "text": f"It is a {lamps.SECOND} lamp."}]}
    before = [verdict(server, hyped)[1] for server in replicas]
    lamps.write(one.workspace, lamps.SECOND)
    operate(one, "policy", "activate", "--proposed-by", "brand-lead")
    digest = load_policy(one.workspace).digest
    until(lambda: [digest, digest] == [json.loads(server.ask("/readyz")[2])["policy"] for server in replicas])

    assert ["pass", "pass"] == before
    assert ["revise", "escalate"] == [verdict(server, hyped)[1] for server in replicas]  # the second is no progress


def test_a_replica_that_dies_leaves_the_ledger_to_the_other(
    replicas: tuple[Server, Server], cluster: Cluster, tmp_path: Path
) -> None:
    """Killed in the middle of its checks, its connections cut: the other answers on, and the ledger verifies."""
    one, other = replicas
    assert [200, 200] == [verdict(server)[0] for server in replicas]
    one.process.send_signal(signal.SIGKILL)
    one.process.wait(PATIENCE_S)
    cluster.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{SERVICE}'", "ledger")
    answers = [verdict(other)[0] for _ in range(5)]
    verified = guardrails(other.workspace, "ledger", "verify")

    assert [200] * 5 == answers
    assert 0 == verified.returncode, verified.stdout + verified.stderr
    assert "7 check, 1 policy_activated" in verified.stdout


def test_without_the_database_there_is_no_verdict(replicas: tuple[Server, Server], cluster: Cluster) -> None:
    """503 and no verdict while it is away; when it is back the servers go on by themselves."""
    one, _ = replicas
    cluster.stop(how=signal.SIGQUIT)
    away = verdict(one)
    cluster.start()
    ends = time.monotonic() + PATIENCE_S
    while verdict(one)[0] != 200:
        assert time.monotonic() < ends

    assert (503, "", []) == away
    log = wiring.open_log(read_settings(one.workspace, os.environ))
    report = log.verify()
    log.close()
    assert report.ok
