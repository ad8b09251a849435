"""People answer over a real server, with real keys: the same commands, the same words, the same record."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e import nimbrel
from tests.e2e.test_server import PROGRAM, Server, environment, guardrails, serving, until

DRAFT = "drafts/escalate/e05-linkedin-competitor.md"
JUDGED = ("--relevance", "yes", "--positioning", "yes", "--stop-needed", "--reason", "Compared fairly.")


@dataclass(frozen=True)
class Desk:
    """A server, and a key for each who calls it."""

    server: Server
    keys: dict[str, str]

    def run(self, who: str, *arguments: str, here: bool = False) -> subprocess.CompletedProcess[str]:
        """Run a command as somebody: over the server, or *here* on the server's own ledger."""
        there = {} if here else {"GUARDRAILS_URL": self.server.address}
        return subprocess.run(
            [PROGRAM, *arguments],
            cwd=self.server.workspace,
            env={**environment(self.server.workspace), "GUARDRAILS_KEY": self.keys[who], **there},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Serve a copy of the fixture workspace with keys."""
    workspace = nimbrel.copy_of_workspace(tmp_path / "nimbrel")
    people = ("--scope", "review", "--scope", "operate", "--scope", "read")
    made = {
        "agent": guardrails(
            workspace, "keys", "create", "--agent", "distribution", "--scope", "check", "--scope", "read"
        ),
        "legal": guardrails(workspace, "keys", "create", "--person", "legal-counsel", *people),
    }
    with serving(workspace, "--workers", "1") as server:
        yield Desk(server, {name: one.stdout.strip() for name, one in made.items()})


def test_from_escalation_to_pass(desk: Desk) -> None:
    """Escalate, list, show, approve by the command that show prints, check again; the ledger verifies."""
    escalated = desk.run("agent", "check", DRAFT)
    listed, local = desk.run("legal", "review", "list"), desk.run("legal", "review", "list", here=True)
    (review,) = re.findall(r"guardrails review show (rev_\w+)", listed.stdout)
    shown, here = desk.run("legal", "review", "show", review), desk.run("legal", "review", "show", review, here=True)
    (seen,) = re.findall(r"--seen (\w+)", shown.stdout)
    refused = desk.run("agent", "review", "decide", review, "--seen", seen, "--approve", *JUDGED)
    decided = desk.run("legal", "review", "decide", review, "--seen", seen, "--approve", *JUDGED)
    replayed = desk.run("legal", "review", "decide", review, "--seen", seen, "--approve", *JUDGED)
    again = desk.run("agent", "check", DRAFT)

    assert (3, 0) == (escalated.returncode, listed.returncode), escalated.stderr + listed.stderr
    assert (listed.stdout, shown.stdout) == (local.stdout, here.stdout)
    assert (2, 0, 2) == (refused.returncode, decided.returncode, replayed.returncode), decided.stderr
    assert "review-decided" in replayed.stderr
    assert (0, True) == (again.returncode, "accountable: role:legal-counsel" in again.stdout), again.stdout
    assert "approved by role legal-counsel" in desk.run("agent", "review", "show", review).stdout
    assert 0 == guardrails(desk.server.workspace, "ledger", "verify").returncode


def test_a_stop_from_elsewhere_holds_the_server(desk: Desk) -> None:
    """Set on the machine, lifted over the server: the next check knows."""
    halted = desk.run("legal", "stop", "--channel", "linkedin", "--reason", "Wait.", here=True)
    clean = "drafts/pass/p02-newsletter-reparaturabend.md"
    before = desk.run("agent", "check", clean).returncode
    desk.run("legal", "stop", "--all", "--reason", "Wait.")
    during = desk.run("agent", "check", clean).returncode
    stops = json.loads(desk.run("legal", "stop", "--list", "--format", "json").stdout)["stops"]
    for stop in stops:
        desk.run("legal", "resume", stop["id"], "--reason", "Go on.")

    assert (0, 2) == (halted.returncode, len(stops)), halted.stderr
    assert (0, 3, 0) == (before, during, desk.run("agent", "check", clean).returncode)


def test_a_server_that_stops_lets_go_of_those_who_wait(desk: Desk) -> None:
    """A long poll does not keep the server from ending."""
    version = json.loads(desk.run("legal", "review", "list", "--format", "json").stdout)["version"]
    program = (
        "import os, urllib.request as u; r = u.Request(os.environ['GUARDRAILS_URL']"
        f" + '/v1/reviews?wait=60&version={version}'); "
        "r.add_header('Authorization', 'Bearer ' + os.environ['GUARDRAILS_KEY']); print(u.urlopen(r).status)"
    )
    answers: list[str] = []
    env = {"GUARDRAILS_URL": desk.server.address, "GUARDRAILS_KEY": desk.keys["legal"]}
    waiting = subprocess.Popen([PROGRAM.with_name("python"), "-c", program], env=env, stdout=subprocess.PIPE, text=True)
    reading = threading.Thread(target=lambda: answers.append(waiting.communicate()[0].strip()))
    reading.start()
    until(lambda: "guardrails_waiting 1.0" in desk.server.ask("/metrics")[2])
    code = desk.server.stop()
    reading.join(20)

    assert (0, ["200"]) == (code, answers)
