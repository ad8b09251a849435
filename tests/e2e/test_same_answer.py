"""One answer: command line, HTTP and library agree to the byte, and exit codes say what happened."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from guardrails.audit.keys import ApiKeys
from guardrails.model.canonical import sha256_hex
from guardrails.model.draft import draft_json
from guardrails.surfaces.http.access import authenticator
from guardrails.surfaces.http.app import application
from guardrails.wiring import open_gate, settings
from tests.e2e import nimbrel
from tests.gates import activations_over, live_over

DRAFTS = {nimbrel.PASSING: ("pass", 0), nimbrel.REVISING: ("revise", 1), nimbrel.ESCALATING: ("escalate", 3)}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A copy of the fixture workspace."""
    return nimbrel.copy_of_workspace(tmp_path / "nimbrel")


def guardrails(workspace: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in *workspace*."""
    return subprocess.run(
        [Path(sys.executable).with_name("guardrails"), *arguments],
        cwd=workspace,
        env={**os.environ, "GUARDRAILS_CACHE": str(workspace / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", DRAFTS)
def test_cli_http_and_library_give_the_same_assessment(workspace: Path, name: str) -> None:
    """The canonical bytes of the assessment are the same, whichever way was taken."""
    draft = nimbrel.draft(name)
    chosen = settings(workspace, {"GUARDRAILS_CACHE": "off"})
    gate = open_gate(chosen)
    library = gate.check(draft, principal=chosen.principal, as_of_ms=nimbrel.AS_OF_MS)
    authenticate = authenticator(ApiKeys(gate.log), chosen.actor)
    with TestClient(application(live_over(gate), activations_over(gate), authenticate, threads=2)) as client:
        http = client.post("/v1/checks", params={"as_of": nimbrel.AS_OF}, json=draft_json(draft))
    gate.close()
    run = guardrails(workspace, "check", "--format", "json", "--as-of", nimbrel.AS_OF, f"drafts/{name}")
    cli = json.loads(run.stdout)["results"][0]["answer"]

    verdict, exit_code = DRAFTS[name]
    assert verdict == library.assessment.verdict
    assert exit_code == run.returncode
    assert verdict == http.headers["Guardrails-Verdict"]
    assert library.assessment_sha256 == http.json()["assessment_sha256"] == cli["assessment_sha256"]
    assert library.assessment_sha256 == sha256_hex(http.json()["assessment"])


def test_a_simulation_is_never_binding(workspace: Path) -> None:
    """`as_of` other than now: the answer says that it binds nobody."""
    gate = open_gate(settings(workspace, {"GUARDRAILS_CACHE": "off"}))
    then = gate.check(nimbrel.draft(nimbrel.PASSING), principal=nimbrel.AGENT, as_of_ms=nimbrel.AS_OF_MS)
    now = gate.check(nimbrel.draft(nimbrel.PASSING), principal=nimbrel.AGENT)
    gate.close()

    assert not then.binding
    assert now.binding


def test_a_broken_policy_is_exit_2(workspace: Path) -> None:
    """A policy that does not load gives no verdict, and says where it is broken."""
    (workspace / "policies/nimbrel-brand/press-contact.yaml").write_text("id: [", encoding="utf-8")

    run = guardrails(workspace, "check", f"drafts/{nimbrel.PASSING}")

    assert 2 == run.returncode
    assert "press-contact.yaml" in run.stderr


def test_an_unwritable_ledger_is_exit_4_and_no_verdict(workspace: Path) -> None:
    """Where nothing can be recorded there is no verdict."""
    (workspace / "var").write_text("not a folder", encoding="utf-8")

    run = guardrails(workspace, "check", f"drafts/{nimbrel.PASSING}")

    assert 4 == run.returncode
    assert "pass" not in run.stdout


def test_a_worker_lost_escalates_with_a_record_and_the_next_check_works(workspace: Path) -> None:
    """What could not be evaluated is escalated by the gate itself, and recorded."""
    from guardrails.errors import UnavailableError

    gate = open_gate(settings(workspace, {"GUARDRAILS_CACHE": "off"}))

    def lost(*_: object) -> None:
        raise UnavailableError("worker-lost", "no worker finished this draft")

    answer = replace(gate, evaluate=lost).check(nimbrel.draft(nimbrel.PASSING), principal=nimbrel.AGENT)
    after = gate.check(nimbrel.draft(nimbrel.PASSING), principal=nimbrel.AGENT)
    report = gate.log.verify()
    gate.close()

    assert "escalate" == answer.assessment.verdict
    assert ("worker-lost",) == tuple(fault.code for fault in answer.assessment.completeness.faults)
    assert answer.audit is not None
    assert "pass" == after.assessment.verdict
    assert report.ok


def test_an_idempotency_key_gives_the_same_answer_and_no_second_record(workspace: Path) -> None:
    """The same key and body: the same bytes; another body: refused."""
    chosen = settings(workspace, {"GUARDRAILS_CACHE": "off"})
    gate = open_gate(chosen)
    body = draft_json(nimbrel.draft(nimbrel.PASSING))
    authenticate = authenticator(ApiKeys(gate.log), chosen.actor)
    with TestClient(application(live_over(gate), activations_over(gate), authenticate, threads=2)) as client:
        headers = {"Idempotency-Key": "run-81:draft-3"}
        first = client.post("/v1/checks", json=body, headers=headers)
        size = gate.log.head().size
        second = client.post("/v1/checks", json=body, headers=headers)
        other = client.post("/v1/checks", json=draft_json(nimbrel.draft(nimbrel.REVISING)), headers=headers)
        unchanged = size == gate.log.head().size
        stored = client.get(f"/v1/checks/{first.json()['check_id']}")
    gate.close()

    assert first.content == second.content
    assert unchanged
    assert 422 == other.status_code
    assert first.json()["assessment"] == stored.json()["assessment"]


def test_the_loop_limit_counts_rounds_by_content(workspace: Path) -> None:
    """The fourth try of the same draft asks a person, whatever it calls itself."""
    gate = open_gate(settings(workspace, {"GUARDRAILS_CACHE": "off"}))
    answers = [gate.check(nimbrel.draft(nimbrel.REVISING), principal=nimbrel.AGENT).assessment for _ in range(4)]
    gate.close()

    assert "revise" == answers[0].verdict
    assert "escalate" == answers[3].verdict


def test_a_draft_that_passes_passes_again(workspace: Path) -> None:
    """A pipeline that runs again is no failed try."""
    gate = open_gate(settings(workspace, {"GUARDRAILS_CACHE": "off"}))
    verdicts = [
        gate.check(nimbrel.draft(nimbrel.PASSING), principal=nimbrel.AGENT).assessment.verdict for _ in range(5)
    ]
    gate.close()

    assert ["pass"] * 5 == verdicts


def test_a_simulation_of_the_past_knows_no_later_rounds(workspace: Path) -> None:
    """What was tried today does not count for a judgement as of last week."""
    gate = open_gate(settings(workspace, {"GUARDRAILS_CACHE": "off"}))
    for _ in range(4):
        gate.check(nimbrel.draft(nimbrel.REVISING), principal=nimbrel.AGENT)
    past = gate.check(
        nimbrel.draft(nimbrel.REVISING), principal=nimbrel.AGENT, as_of_ms=nimbrel.AS_OF_MS - 7 * 86_400_000
    )
    gate.close()

    assert "revise" == past.assessment.verdict
