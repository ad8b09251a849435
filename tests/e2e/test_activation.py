"""Policies are swapped under load: no request fails, none is judged by two policies, nothing leaks."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from guardrails import serving as composition
from guardrails import wiring
from guardrails.audit.policies import keep_policy, policy_contents
from guardrails.errors import UnavailableError
from guardrails.live import LiveGate, Refused, Swapped
from guardrails.model.canonical import sha256_hex
from guardrails.model.context import Actor, Principal
from guardrails.model.policy import CompiledPolicy, Pattern, Plan
from guardrails.policy.bundle import bundle_bytes
from guardrails.policy.codec import policy_bytes
from guardrails.policy.load import load_policy
from guardrails.review.activation import Ask
from guardrails.settings import Settings
from guardrails.text.draft_json import draft_from_json
from guardrails.wiring import desks
from tests.e2e import lamps
from tests.e2e.open_loop import Reply, send
from tests.e2e.test_server import Server, descendants, guardrails, serving, until, workers
from tests.services import free_port, opa_server

RATE = 100.0
ASK = Ask(Actor(Principal("person", "head-of-content")), "brand-lead")
PERSON = "principal: {person: head-of-content}\n"
VERDICTS = {lamps.FIRST: ("pass", []), lamps.SECOND: ("revise", [("lumo.hype", 2)])}
"""What each policy says of every lamp: verdict and findings, as rule and version."""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The workspace of lamps."""
    return lamps.write(tmp_path / "lumo")


def operate(workspace: Path, *arguments: str) -> str:
    """Run a command as a person; the digest that is in force now comes back."""
    (workspace / "guardrails.local.yaml").write_text(PERSON)
    done = guardrails(workspace, "policy", *arguments)
    found = re.search(r"^in force now: (\S+)", done.stdout, re.MULTILINE)
    assert found is not None, done.stdout + done.stderr
    return found[1]


def swap(server: Server, *arguments: str) -> str:
    """Put a policy in force from another process and wait until the server serves it; its digest comes back."""
    digest = operate(server.workspace, *arguments)
    until(lambda: ready(server)["policy"] == digest)
    return digest


def ready(server: Server) -> Any:
    """What `/readyz` says; it is green."""
    status, _, text = server.ask("/readyz")
    assert 200 == status
    return json.loads(text)


def under_load(server: Server, act: Callable[[], None]) -> list[Reply]:
    """Have *act* done while requests come at the rate, two seconds longer than it takes."""

    def acting() -> float:
        act()
        return time.monotonic() + 2

    port = int(server.address.rpartition(":")[2])
    with ThreadPoolExecutor(1) as pool:
        acted = pool.submit(acting)
        return asyncio.run(send(port, RATE, lamps.draft, lambda: acted.done() and time.monotonic() > acted.result()))


def said(assessment: Any) -> tuple[str, list[tuple[str, int]]]:
    """The verdict, and the findings as rule and version."""
    return assessment["verdict"], [(one["rule"]["id"], one["rule"]["version"]) for one in assessment["findings"]]


def test_no_request_fails_and_none_is_mixed(workspace: Path) -> None:
    """
    100 requests per second, open loop, while policies are activated and rolled back five times by other processes.

    Every answer is what its policy says of the draft, and its record agrees.

    The policy has three rules and the drafts one sentence, because the rate must be reached on a machine of two cores
    that others use as well. Measured there at load 4 with two workers: p50 27 and p99 120 ms during six swaps. The fixture
    workspace answers its newsletter at this rate with p50 69 and p99 165 ms, ``benchmarks/http_load.py`` (1,000 terms, 330
    words) gets 124 answers per second at most.
    """
    first = load_policy(workspace).digest
    digests = {first: lamps.FIRST}
    with serving(workspace) as server:

        def act() -> None:
            lamps.write(workspace, lamps.SECOND)
            digests[swap(server, "activate", "--proposed-by", "brand-lead")] = lamps.SECOND
            for _ in range(3):
                swap(server, "rollback")
            lamps.write(workspace, lamps.SECOND)
            swap(server, "activate", "--proposed-by", "brand-lead")

        replies = under_load(server, act)
        metrics = server.ask("/metrics")[2]
        assert 0 == server.stop()

    assert [] == [one for one in replies if one.status != 200]
    assert len(replies) > RATE
    counted = Counter(digests[one.body["assessment"]["policy"]["digest"]] for one in replies)
    assert {lamps.FIRST, lamps.SECOND} == set(counted)
    for one in replies:
        assert VERDICTS[digests[one.body["assessment"]["policy"]["digest"]]] == said(one.body["assessment"])
    assert "guardrails_policy_swaps_total 5.0" in metrics
    assert_records_agree(workspace, replies)


def assert_records_agree(workspace: Path, replies: list[Reply]) -> None:
    """Assert that the ledger has every answer once, under the policy and engine that it names."""
    with closing(wiring.open_log(wiring.settings(workspace, {}))) as log:
        records = {record.id: (index, record) for index, record in log.records() if record.type == "check"}
        assert len(replies) == len(records)
        for reply in replies:
            index, record = records[reply.body["check_id"]]
            assessment = reply.body["assessment"]
            assert assessment["policy"]["digest"] == record.text("policy_digest")
            assert assessment["verdict"] == record.text("verdict")
            assert assessment["engine"] == record.member("engine")
            assert reply.body["assessment_sha256"] == sha256_hex(log.decrypt(index, "assessment"))
        assert log.verify().ok


def test_a_broken_set_does_not_disturb_what_is_served(workspace: Path) -> None:
    """Files that do not load, then a policy that no worker can start: all requests are answered by the old one."""
    with serving(workspace) as server:
        digest = swap(server, "activate", "--proposed-by", "brand-lead")

        def act() -> None:
            (workspace / "policies" / "lumo" / "hype.yaml").write_text("id: [")
            refused = guardrails(workspace, "policy", "activate", "--proposed-by", "brand-lead")
            assert (2, True) == (refused.returncode, f"{digest} is in force" in refused.stderr)
            unstartable(workspace, digest)
            until(lambda: "refused" in ready(server))

        replies = under_load(server, act)
        state, metrics = ready(server), server.ask("/metrics")[2]
        below = descendants(server.process.pid)
        assert 0 == server.stop()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below))
        log = [json.loads(line) for line in server.log.read_text(encoding="utf-8").splitlines()]

    assert [] == [one for one in replies if one.status != 200]
    assert {digest} == {one.body["assessment"]["policy"]["digest"] for one in replies}
    assert (digest, "stage-failed") == (state["policy"], state["refused"]["code"])
    assert 'guardrails_policies_refused_total{code="stage-failed"}' in metrics
    assert {"stage-failed"} == {line["code"] for line in log if line["event"] == "policy_refused"}


def unstartable(workspace: Path, digest: str) -> None:
    """Put a policy in force, by a record alone, whose patterns RE2 does not accept."""
    with closing(wiring.open_log(wiring.settings(workspace, {}))) as log:
        kept = policy_contents(log, digest)
        assert kept is not None
        policy = wiring.policy_in_force(wiring.settings(workspace, {}))
        rule = replace(policy.rules[0], plan=Plan((Pattern("(?<=a)b"),)))
        broken = replace(policy, digest=f"sha256:{'0' * 64}", rules=(rule, *policy.rules[1:]))
        blobs = keep_policy(log, policy_bytes(broken), bundle_bytes(broken.bundle))
        log.append("policy_activated", {"event": "activated", "policy_digest": broken.digest, **blobs})


@pytest.fixture
def live(workspace: Path, tmp_path: Path) -> Iterator[tuple[LiveGate, Settings]]:
    """A live gate with real workers, in this process."""
    settings = wiring.settings(workspace, {"GUARDRAILS_CACHE": str(tmp_path / "cache"), "GUARDRAILS_WORKERS": "1"})
    gate = composition.open_live_gate(settings)
    yield gate, settings
    gate.close()


def memory() -> int:
    """Resident bytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_twenty_swaps_leave_nothing_behind(live: tuple[LiveGate, Settings]) -> None:
    """One worker after each swap, no more open files than before, and memory within 10 MB of the fifth swap."""
    gate, settings = live
    with closing(wiring.open_log(settings)) as log:
        desk = desks.activations(settings, log)
        desk.activate(ASK)
        lamps.write(settings.workspace, lamps.SECOND)
        desk.activate(ASK)
        assert isinstance(gate.refresh(), Swapped)
        seen: list[tuple[int, int]] = []
        used = 0
        for number in range(20):
            desk.roll_back(ASK)
            assert isinstance(gate.refresh(), Swapped)
            assert gate.refresh() is None
            ask(gate, number)
            seen.append((len(descendants(os.getpid())), len(list(Path("/proc/self/fd").iterdir()))))
            used = used or (memory() if number == 4 else 0)
        grown = memory() - used

    assert 1 == len(set(seen[1:])), seen
    assert grown < 10 * 2**20


def ask(live: LiveGate, number: int) -> None:
    """Have a draft checked by what is lent."""
    with live.lent() as gate:
        draft = draft_from_json(json.dumps(lamps.draft(number)), "body")
        answer = gate.check(draft, principal=Principal("agent", "writer"))
        assert gate.policy.digest == answer.assessment.policy_digest


def test_a_new_engine_that_decides_nothing_is_not_taken_up(
    live: tuple[LiveGate, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers may start and escalate everything, as with an OPA that serves the old bundle: the old gate goes on."""
    gate, settings = live
    with closing(wiring.open_log(settings)) as log:
        lamps.write(settings.workspace, lamps.SECOND)
        digest = desks.activations(settings, log).activate(ASK).activation.digest
    monkeypatch.setattr("guardrails.backends.pool.WorkerPool.ready", lambda _self: ("engine-other-revision",))

    assert Refused(digest, "engine-other-revision", "UnavailableError") == gate.refresh()
    ask(gate, 1)


def dying(_settings: Settings) -> None:
    """What a worker does that does not start."""
    os.kill(os.getpid(), signal.SIGKILL)


def test_workers_that_do_not_start_at_all_are_no_server(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that could only escalate does not begin to serve; its ledger is closed again."""
    settings = wiring.settings(workspace, {"GUARDRAILS_CACHE": "off", "GUARDRAILS_WORKERS": "1"})
    monkeypatch.setattr(wiring, "make_evaluate", dying)

    with pytest.raises(UnavailableError) as caught:
        composition.open_live_gate(settings)

    assert "workers-not-started" == caught.value.code
    assert 0 == guardrails(workspace, "ledger", "verify").returncode


def test_a_server_starts_with_what_is_in_force(workspace: Path) -> None:
    """Not with the files, which may be ahead of it."""
    digest = operate(workspace, "activate", "--proposed-by", "brand-lead")
    lamps.write(workspace, lamps.SECOND)
    with serving(workspace, "--workers", "1") as server:
        served, count = ready(server)["policy"], len(workers(server))

    assert (digest, 1) == (served, count)


def test_opa_is_killed_during_an_activation_and_comes_back(workspace: Path) -> None:
    """
    No request fails: while OPA is gone all of them escalate on record, and the old policy is kept.

    Once OPA is back with the new bundle, the server takes the new policy up by itself.
    """
    port = free_port()
    local = f"principal: {{agent: writer}}\nengine: opa\nopa_url: http://127.0.0.1:{port}\n"
    (workspace / "guardrails.local.yaml").write_text(local)
    before = load_policy(workspace)
    with ExitStack() as first:
        first.enter_context(opa_server(before.bundle, port))
        with serving(workspace) as server:
            served = posted(server, 0)
            first.close()
            gone = posted(server, 1)
            after = with_another_mandate(workspace)
            operate(workspace, "activate", "--proposed-by", "brand-lead")
            refused = until(lambda: ready(server).get("refused"))
            still = posted(server, 2)
            with opa_server(after.bundle, port):
                until(lambda: ready(server)["policy"] == after.digest)
                back = posted(server, 3)
            assert 0 == server.stop()

    unreachable = "escalate", ["engine-unreachable"], before.digest
    assert [("pass", [], before.digest), unreachable, unreachable] == [served, gone, still]
    assert ("pass", [], after.digest) == back
    assert after.digest == refused["policy"]
    with closing(wiring.open_log(wiring.settings(workspace, {}))) as log:
        assert 4 == sum(record.type == "check" for _, record in log.records())
        assert log.verify().ok


def with_another_mandate(workspace: Path) -> CompiledPolicy:
    """Let the files grant another agent something, so that OPA needs another bundle; what they say comes back."""
    mandate = """\
  - agent: planner
    may_decide: [{action: publish, channels: [blog]}]
    delegated_by: "role:head-of-content"
    until: "2099-12-31"
"""
    file = workspace / "guardrails.yaml"
    file.write_text(file.read_text().replace("routing:", f"{mandate}routing:"))
    return load_policy(workspace)


def posted(server: Server, number: int) -> tuple[str, list[str], str]:
    """Have a lamp checked; verdict, faults and the policy that judged it come back."""
    status, _, text = server.ask("/v1/checks", lamps.draft(number))
    assert 200 == status, text
    assessment = json.loads(text)["assessment"]
    faults = sorted({one["code"] for one in assessment["completeness"]["faults"]})
    return assessment["verdict"], faults, assessment["policy"]["digest"]
