"""The drills of ``docs/operate.md``: each incident is made to happen, and what is written there mends it."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from guardrails import wiring
from guardrails.audit.policies import keep_policy
from guardrails.policy.load import load_policy
from tests.e2e import nimbrel
from tests.e2e.test_server import serving
from tests.e2e.thief import permit_id, steal
from tests.services import opa_server

GUIDE = Path(__file__).parents[2] / "docs" / "operate.md"
PROGRAM = Path(sys.executable).with_name("guardrails")
PASSING = f"drafts/{nimbrel.PASSING}"
PEOPLE = ("--approved-by", "head-of-content", "--approved-by", "legal-counsel")

TOO_STRICT = """\
id: nimbrel-brand.lamps
version: 1
status: active
title: Vowels
owner: brand-lead
kind: terms
effect: revise
severity: low
message: "“{match}” is a word"
why: "Nobody knows any more."
instruction: "Leave “{match}” out."
params: {terms: [und]}
examples:
  bad: ["Licht [[und]] Schatten.", "Wir [[und]] ihr."]
  good: ["Licht.", "Schatten."]
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A copy of the fixture workspace, with one check on record."""
    folder = nimbrel.copy_of_workspace(tmp_path / "nimbrel")
    assert 0 == guardrails(folder, "check", PASSING).returncode
    return folder


def guardrails(workspace: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in *workspace*."""
    cache = str(workspace.parent / "cache")
    return subprocess.run(
        [PROGRAM, *arguments],
        cwd=workspace,
        env={**os.environ, "GUARDRAILS_CACHE": cache, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def records(workspace: Path) -> int:
    """How many records the ledger holds; it must verify."""
    report = guardrails(workspace, "ledger", "verify", "--format", "json")
    assert 0 == report.returncode, report.stdout
    return int(json.loads(report.stdout)["size"])


def test_every_drill_of_the_guide_is_here() -> None:
    """What the guide names is done below, and nothing else."""
    named = re.findall(r"\*Drill:\* `(test_\w+)`", GUIDE.read_text(encoding="utf-8"))
    here = [name for name in globals() if name.startswith("test_") and not name.startswith("test_every_drill")]

    assert sorted(here) == sorted(named)


def test_the_disk_is_full(workspace: Path) -> None:
    """No room: no verdict and no record; with room again the next check works."""
    before = records(workspace)
    limit = 4_096  # bytes per file: the first page of the write-ahead log, no more
    program = f"import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); \
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); \
from guardrails.surfaces.cli.main import main; main({['check', PASSING, '-q']!r})"
    full = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=workspace,
            env={**os.environ, "GUARDRAILS_CACHE": "off"},
            capture_output=True,
            text=True,
            check=False,
        )
        for _ in range(2)
    ]

    assert [4, 4] == [one.returncode for one in full], [one.stdout + one.stderr for one in full]
    assert "pass" not in "".join(one.stdout for one in full)
    assert before == records(workspace)
    assert 0 == guardrails(workspace, "check", PASSING).returncode
    assert before + 1 == records(workspace)


def backup(workspace: Path) -> Path:
    """A consistent copy of the ledger as it is."""
    copy = workspace.parent / "backup.db"
    connection = sqlite3.connect(workspace / "var/ledger.db")
    connection.execute("VACUUM INTO ?", (str(copy),))
    connection.close()
    return copy


def restore(workspace: Path, copy: Path) -> None:
    """Put a copy in the ledger's place."""
    for end in ("", "-wal", "-shm"):
        (workspace / f"var/ledger.db{end}").unlink(missing_ok=True)
    shutil.copy(copy, workspace / "var/ledger.db")


def test_the_epochs_are_gone(workspace: Path) -> None:
    """Without the file, or with one from before a rotation, nothing is written; the newest copy mends it."""
    epochs = workspace / "var/keys.epochs"
    old = epochs.read_bytes()
    (workspace / "guardrails.local.yaml").write_text("principal: {person: legal-counsel}\n")
    assert 0 == guardrails(workspace, "ledger", "rotate-epoch").returncode
    before, new = records(workspace), epochs.read_bytes()
    epochs.unlink()
    gone = guardrails(workspace, "check", PASSING)
    epochs.write_bytes(old)
    epochs.chmod(0o600)
    outdated = guardrails(workspace, "check", PASSING)
    epochs.write_bytes(new)

    assert [4, 4] == [gone.returncode, outdated.returncode]
    assert all("error[epochs-missing]" in one.stderr for one in (gone, outdated))
    assert before == records(workspace)
    assert 4 != guardrails(workspace, "check", PASSING).returncode


def test_restored_from_an_old_backup(workspace: Path) -> None:
    """Refused until two people accept the gap; then it is written again and verifies."""
    copy = backup(workspace)
    for _ in range(3):
        guardrails(workspace, "check", PASSING)
    restore(workspace, copy)
    refused = guardrails(workspace, "check", PASSING)
    alone = guardrails(workspace, "ledger", "recover", "--accept-gap", "--reason", "Old disk.", *PEOPLE[:2])
    accepted = guardrails(workspace, "ledger", "recover", "--accept-gap", "--reason", "Old disk.", *PEOPLE)

    assert (4, True) == (refused.returncode, "recover --accept-gap" in refused.stderr)
    assert 2 == alone.returncode
    assert (0, True) == (accepted.returncode, "missing, accepted by two people" in accepted.stdout), accepted.stderr
    assert 0 == guardrails(workspace, "check", PASSING).returncode
    assert records(workspace)


def test_the_head_does_not_match(workspace: Path) -> None:
    """A changed record is named, nothing is checked on top of it, and the newest good copy goes on."""
    copy = backup(workspace)
    connection = sqlite3.connect(workspace / "var/ledger.db")
    connection.executescript(
        "DROP TRIGGER record_fixed; UPDATE record SET bytes = CAST(bytes || ' ' AS BLOB) WHERE idx = 1;"
    )
    connection.commit()
    connection.close()
    report = guardrails(workspace, "ledger", "verify")

    assert (4, True) == (report.returncode, "NOT intact" in report.stdout)
    assert "record 1" in report.stdout
    assert 4 == guardrails(workspace, "check", PASSING).returncode
    restore(workspace, copy)
    assert 0 == guardrails(workspace, "check", PASSING).returncode


def test_the_clock_jumped(workspace: Path) -> None:
    """The doctor sees a clock behind the records; checks under it are on record and verify."""
    code = f"import guardrails.wiring as w; real = w.now_ms; w.now_ms = lambda: real() + 7_200_000; \
from guardrails.surfaces.cli.main import main; main({['check', PASSING]!r})"
    ahead = subprocess.run(
        [sys.executable, "-c", code],
        cwd=workspace,
        env={**os.environ, "GUARDRAILS_CACHE": "off"},
        capture_output=True,
        check=False,
    )
    doctor = guardrails(workspace, "doctor")

    assert 0 == ahead.returncode
    assert (2, True) == (doctor.returncode, "BAD clock" in doctor.stdout)
    before = records(workspace)
    assert 0 == guardrails(workspace, "check", PASSING).returncode
    assert before + 1 == records(workspace)


def test_opa_is_gone(workspace: Path) -> None:
    """Everything escalates on record until it is back, or until the embedded engine takes over."""
    (workspace / "guardrails.local.yaml").write_text("principal: {agent: distribution}\nengine: opa\n")
    with opa_server(load_policy(workspace).bundle) as url:
        served = guardrails(workspace, "check", PASSING, GUARDRAILS_OPA_URL=url)
    gone = guardrails(workspace, "check", PASSING, "--format", "json", GUARDRAILS_OPA_URL=url)
    embedded = guardrails(workspace, "check", PASSING, GUARDRAILS_ENGINE="embedded")

    (result,) = json.loads(gone.stdout)["results"]
    assert (0, 3, 0) == (served.returncode, gone.returncode, embedded.returncode)
    assert ["engine-unreachable"] == [f["code"] for f in result["answer"]["assessment"]["completeness"]["faults"]]
    assert 4 < records(workspace)


def test_a_worker_crashed(workspace: Path) -> None:
    """The draft whose worker dies twice is escalated with a record; the next one is checked as ever."""
    code = f"""
import os
from functools import partial
from dataclasses import replace
from pathlib import Path
from guardrails import wiring
from guardrails.backends.pool import WorkerPool
from guardrails.text.load import draft_from_file
from tests.e2e.crash import dying_evaluate

settings = wiring.settings(Path("."))
gate = wiring.open_gate(settings)
pool = WorkerPool(partial(dying_evaluate, settings), gate.policy, size=1, deadline_s=30)
gate = replace(gate, evaluate=pool, on_close=pool.close)
draft = draft_from_file("draft.md", Path({PASSING!r}).read_bytes())
bad = replace(draft, fields=(replace(draft.fields[0], text=draft.fields[0].text + "\\nKILL\\n"),))
for one in (bad, draft):
    answer = gate.check(one, principal=settings.principal)
    print(answer.assessment.verdict, *[f.code for f in answer.assessment.completeness.faults], answer.audit.index)
gate.close()
"""
    root = Path(__file__).parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(root), "GUARDRAILS_CACHE": "off"},
        capture_output=True,
        text=True,
        check=False,
    )
    escalated, passed = (line.split() for line in ran.stdout.splitlines())

    assert ["escalate", "worker-lost"] == escalated[:2], ran.stderr
    assert ["pass"] == passed[:1]
    assert int(passed[-1]) < records(workspace)


def test_a_new_policy_holds_too_much(workspace: Path) -> None:
    """One command puts the old one back; the files stay, and check says that they differ."""
    (workspace / "guardrails.local.yaml").write_text("principal: {person: head-of-content}\n")
    assert 0 == guardrails(workspace, "check", PASSING).returncode
    (workspace / "policies" / "nimbrel-brand" / "lamps.yaml").write_text(TOO_STRICT)
    activated = guardrails(workspace, "policy", "activate", "--proposed-by", "brand-lead")
    held = guardrails(workspace, "check", PASSING)
    back = guardrails(workspace, "policy", "rollback", "--note", "It holds everything.")
    after = guardrails(workspace, "check", PASSING)
    listed = guardrails(workspace, "policy", "rollback", "--list").stdout

    assert (0, 1, 0, 0) == (activated.returncode, held.returncode, back.returncode, after.returncode)
    assert "added: nimbrel-brand.lamps@1" in activated.stdout
    assert "removed: nimbrel-brand.lamps@1" in back.stdout
    assert "the workspace differs from the policy in force" in after.stderr
    assert ["rolled-back", "activated"] == [line.split()[1] for line in listed.splitlines()[:-1]]
    assert records(workspace)


def test_a_policy_is_not_taken_up(workspace: Path) -> None:
    """Compiled by another version it gives no verdict; activating the workspace for this one mends it."""
    (workspace / "guardrails.local.yaml").write_text("principal: {person: head-of-content}\n")
    with closing(wiring.open_log(wiring.settings(workspace, {}))) as log:
        kept = keep_policy(log, b"of another version", b"{}")
        log.append("policy_activated", {"event": "activated", "policy_digest": "sha256:00", **kept})
    refused = guardrails(workspace, "check", PASSING)
    doctor = guardrails(workspace, "doctor")
    activated = guardrails(workspace, "policy", "activate", "--proposed-by", "brand-lead")
    after = guardrails(workspace, "check", PASSING)

    assert (2, True) == (refused.returncode, "error[policy-outdated]" in refused.stderr)
    assert (2, True) == (doctor.returncode, "BAD policy" in doctor.stdout)
    assert (0, 0, "") == (activated.returncode, after.returncode, after.stderr)
    assert records(workspace)


def test_something_wrong_is_going_out(workspace: Path) -> None:
    """A stop holds the next check of its channel, whoever submits it; lifted, it passes again."""
    local = workspace / "guardrails.local.yaml"
    agent = local.read_text()
    person = "principal: {person: head-of-content}\n"
    local.write_text(person)
    halted = guardrails(workspace, "stop", "--channel", "newsletter", "--reason", "Wrong price.")
    stop_id = re.search(r"stp_\w+", halted.stdout)
    assert stop_id is not None, halted.stderr
    local.write_text(agent)
    held = guardrails(workspace, "check", PASSING)
    local.write_text(person)
    resumed = guardrails(workspace, "resume", stop_id[0], "--reason", "Mended.")
    local.write_text(agent)

    assert (3, 0) == (held.returncode, resumed.returncode)
    assert "A stop is in force" in held.stdout
    assert 0 == guardrails(workspace, "check", PASSING).returncode


def test_the_keys_are_lost(workspace: Path) -> None:
    """Refused, and nothing is made in their place; with an older copy it goes on, and what cannot be read holds."""
    local = workspace / "guardrails.local.yaml"
    agent, keys = local.read_text(), workspace / "var" / "keys.db"
    older = keys.read_bytes()
    local.write_text("principal: {person: head-of-content}\n")
    assert 0 == guardrails(workspace, "stop", "--channel", "press", "--reason", "Wrong price.").returncode
    local.write_text(agent)
    keys.unlink()
    refused, doctor = guardrails(workspace, "check", PASSING), guardrails(workspace, "doctor")
    was_made = keys.exists()
    keys.write_bytes(older)
    keys.chmod(0o600)
    held = guardrails(workspace, "check", PASSING)
    local.write_text("principal: {person: head-of-content}\n")
    stop_id = re.search(r"stp_\w+", guardrails(workspace, "stop", "--list").stdout)
    assert stop_id is not None
    resumed = guardrails(workspace, "resume", stop_id[0], "--reason", "It cannot be read.")
    local.write_text(agent)

    assert (4, True, False) == (refused.returncode, "error[keys-missing]" in refused.stderr, was_made)
    assert (2, True) == (doctor.returncode, "BAD ledger" in doctor.stdout)
    assert (3, 0) == (held.returncode, resumed.returncode), held.stderr + resumed.stderr
    assert 0 == guardrails(workspace, "check", PASSING).returncode


def refusals(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The codes of what speaks against a permit."""
    return [one["code"] for one in json.loads(done.stdout)["refusals"]]


def test_a_signing_key_was_stolen(workspace: Path) -> None:
    """What the thief dated back is refused, what was on record holds, and the witness sees the true ledger again."""
    run: Run = partial(guardrails, workspace)
    checked = json.loads(run("check", PASSING, "--format", "json").stdout)
    assert 0 == run("permit", "issue", checked["results"][0]["answer"]["check_id"], "-o", "permit.json").returncode
    old = run("ledger", "checkpoint").stderr.removeprefix("signed by ").strip()
    run("ledger", "witness", "init", "../legal", "--name", "legal.example.com", "--log", old)
    run("ledger", "checkpoint", "--witness", "../legal", "--out", "head.txt")
    steal(workspace, workspace / "permit.json", workspace / "head.txt")
    assert 0 == run("ledger", "witness", "cosign", "../legal", "request").returncode
    since, verify = datetime.now(UTC).isoformat(), ("permit", "verify", PASSING, "--trust", "trust.json")
    rotate = ("ledger", "rotate-key", *PEOPLE)
    assert 0 == run(*rotate, "permit").returncode
    run("permit", "trust", "-o", "trust.json")
    assert 0 == run(*verify, "forged.json").returncode, "an ordinary rotation does not end what was stolen"

    keys = [run(*rotate, purpose, "--compromised-since", since).stdout.strip() for purpose in ("permit", "checkpoint")]
    assert 0 == run("ledger", "rotate-epoch").returncode
    run("permit", "trust", "-o", "trust.json")
    run("permit", "proof", permit_id(workspace / "permit.json"), "-o", "proof")
    run("ledger", "witness", "end", "../legal", old)
    run("ledger", "witness", "trust", "../legal", keys[1])
    locked_out = run("ledger", "checkpoint", "--witness", "../legal")
    run("ledger", "witness", "end", "../legal", old, "--back-to", "head.txt")

    assert "error[witness-disagrees]" in locked_out.stderr
    assert 0 == run("ledger", "checkpoint", "--witness", "../legal").returncode
    assert 4 == run("ledger", "witness", "cosign", "../legal", "request").returncode
    tries = (("forged.json",), ("forged.json", "--proof", "proof"), ("permit.json",))
    assert [["key-compromised"]] * 3 == [refusals(run(*verify, *one, "--format", "json")) for one in tries]
    assert 0 == run(*verify, "permit.json", "--proof", "proof").returncode
    assert records(workspace)


def test_the_server_does_not_start(workspace: Path) -> None:
    """Broken files before the first activation: the mistake with its place; afterwards they do not matter."""
    (workspace / "guardrails.local.yaml").write_text("principal: {person: head-of-content}\n")
    rule = workspace / "policies" / "nimbrel-brand" / "unsubscribe.yaml"
    text = rule.read_text()
    broken = text.replace("severity: ", "severity: dreadful # ", 1)
    rule.write_text(broken)
    refused, doctor = guardrails(workspace, "serve", "--port", "0"), guardrails(workspace, "doctor")
    rule.write_text(text)
    assert 0 == guardrails(workspace, "policy", "activate", "--proposed-by", "brand-lead").returncode
    rule.write_text(broken)
    with serving(workspace) as server:
        status, verdict = server.check()

    assert (2, True) == (refused.returncode, "policies/nimbrel-brand/unsubscribe.yaml:" in refused.stderr)
    assert (2, True) == (doctor.returncode, "BAD policy     policies/nimbrel-brand/unsubscribe.yaml:" in doctor.stdout)
    assert (200, "pass") == (status, verdict)
