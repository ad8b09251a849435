"""What operators do is the same command with ``--server``: same words, same codes, another ledger."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e import nimbrel
from tests.e2e.test_server import PROGRAM, Server, environment, guardrails, serving

DRAFT = f"drafts/{nimbrel.PASSING}"
PERSON = "principal: {person: head-of-content}\n"
IDS = re.compile(r"\b(chk|rec|stp|wvr|wdr|pol|act)_\w+|\(entry \d+\)|\d{4}-\d\d-\d\d(T[\d:.]+Z)?|leaf_hash\": \"\w+")

READ = (
    ("policy", "list"),
    ("policy", "list", "--layer", "factual", "--format", "json"),
    ("policy", "show", "nimbrel-brand.unsubscribe"),
    ("policy", "show", "nimbrel-brand.unsubscribe", "--format", "json"),
    ("facts", "list"),
    ("where", "fact:N-001"),
    ("where", "Nimbrel", "--format", "json"),
)
"""Commands that change nothing."""

REFUSED = (
    ("policy", "show", "nimbrel-brand.unsubscribed"),
    ("facts", "withdraw", "N-099", "--reason", "Wrong."),
    ("facts", "restore", "N-001", "--reason", "Right."),
    ("where", ""),
)
"""Commands that the gate refuses, here and there."""

CHANGING = (
    ("facts", "withdraw", "N-001", "--reason", "Wrong."),
    ("facts", "list"),
    ("facts", "restore", "N-001", "--reason", "Right."),
)
"""Commands in a row."""


@dataclass(frozen=True)
class Office:
    """A server and a workspace of its own, each with one draft checked; *token* is a person's at the server."""

    server: Server
    local: Path
    token: str

    def there(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command against the server."""
        return there(self.local, self.server.address, self.token, *arguments)

    def here(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command over the workspace's own ledger."""
        return guardrails(self.local, *arguments)


def there(workspace: Path, address: str, token: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command with the environment of somebody whose gate is a server."""
    named = {"GUARDRAILS_URL": address, "GUARDRAILS_KEY": token}
    return subprocess.run(
        [PROGRAM, *arguments],
        cwd=workspace,
        env={**environment(workspace), **named},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Both are copies of the fixture workspace, and a person sits at the machine."""
    root = tmp_path_factory.mktemp("office")
    local, far = (nimbrel.copy_of_workspace(root / name / "nimbrel") for name in ("local", "far"))
    for workspace in (local, far):
        assert 0 == guardrails(workspace, "check", DRAFT, "-q").returncode
    (local / "guardrails.local.yaml").write_text(PERSON)
    scopes = (word for scope in ("check", "read", "review", "operate") for word in ("--scope", scope))
    token = guardrails(far, "keys", "create", "--person", "head-of-content", *scopes).stdout.strip()
    with serving(far) as server:
        yield Office(server, local, token)


def said(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    """Exit code and output, without what every ledger has of its own."""
    return done.returncode, IDS.sub("@", done.stdout), IDS.sub("@", done.stderr)


def assert_same(office: Office, arguments: tuple[str, ...], code: int) -> None:
    """Assert that a command says the same here and there."""
    here, far = office.here(*arguments), office.there(*arguments)

    assert said(here) == said(far), arguments
    assert code == far.returncode


@pytest.mark.parametrize("arguments", READ, ids=" ".join)
def test_reading_says_the_same(office: Office, arguments: tuple[str, ...]) -> None:
    """Exit code 0 and the same words."""
    assert_same(office, arguments, 0)


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_what_is_refused_is_refused_in_the_same_words(office: Office, arguments: tuple[str, ...]) -> None:
    """Exit code 2."""
    assert_same(office, arguments, 2)


def test_changes_say_the_same_and_are_the_servers(office: Office) -> None:
    """Each in turn, here and there; only the server's ledger says so to others."""
    for arguments in CHANGING:
        assert_same(office, arguments, 0)


@pytest.mark.parametrize("arguments", [*READ, *CHANGING], ids=" ".join)
def test_nobody_there_is_no_answer(office: Office, arguments: tuple[str, ...]) -> None:
    """Exit code 4, and nothing is done here instead."""
    done = there(office.local, "http://127.0.0.1:9", office.token, *arguments)

    assert (4, "") == (done.returncode, done.stdout)
    assert "server-unreachable" in done.stderr


def test_a_key_without_the_scope_is_refused(office: Office) -> None:
    """An agent's key withdraws nothing and reads nobody's texts."""
    agent = guardrails(office.server.workspace, "keys", "create", "--agent", "distribution").stdout.strip()
    for arguments in (("where", "fact:N-001"), CHANGING[0]):
        done = there(office.local, office.server.address, agent, *arguments)

        assert (2, True) == (done.returncode, "error[forbidden]" in done.stderr), arguments
