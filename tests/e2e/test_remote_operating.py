"""What operators do is the same command with ``--server``: same words, same codes, another ledger."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e import nimbrel
from tests.e2e.test_server import PROGRAM, Server, environment, serving

DRAFT = f"drafts/{nimbrel.PASSING}"
HEAD, LEAD = "head-of-content", "brand-lead"
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
    (HEAD, 0, ("facts", "withdraw", "N-001", "--reason", "Wrong.")),
    (HEAD, 0, ("facts", "list")),
    (HEAD, 0, ("facts", "restore", "N-001", "--reason", "Right.")),
    (LEAD, 0, ("policy", "propose", "--note", "As it is.")),
    (HEAD, 0, ("policy", "rollback", "--list")),
)
"""Commands in a row, by whom, and their exit codes."""


@dataclass(frozen=True)
class Office:
    """A server and a workspace of its own, each with one draft checked; *tokens* are keys of people, here and there."""

    server: Server
    local: Path
    tokens: dict[str, tuple[str, str]]

    def here(self, *arguments: str, who: str = HEAD) -> subprocess.CompletedProcess[str]:
        """Run a command over the workspace's own ledger."""
        return run(self.local, *arguments, GUARDRAILS_KEY=self.tokens[who][0])

    def there(self, *arguments: str, who: str = HEAD, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a command against the server."""
        named = {"GUARDRAILS_URL": self.server.address, "GUARDRAILS_KEY": self.tokens[who][1], **environ}
        return run(self.local, *arguments, **named)


def run(workspace: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command in *workspace*."""
    return subprocess.run(
        [PROGRAM, *arguments],
        cwd=workspace,
        env={**environment(workspace), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def keys(workspace: Path, *roles: str) -> list[str]:
    """Make keys for everything that a person may do, the first as its founder, the others with the first."""
    scopes = [word for scope in ("check", "read", "review", "operate") for word in ("--scope", scope)]
    made: list[str] = []
    for role in roles:
        create = ("keys", "create", "--person", role, "--name", f"somebody, {role}", *scopes)
        made.append(run(workspace, *create, GUARDRAILS_KEY=made[0] if made else "").stdout.strip())
    return made


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Both are copies of the fixture workspace with the same keys."""
    root = tmp_path_factory.mktemp("office")
    local, far = (nimbrel.copy_of_workspace(root / name / "nimbrel") for name in ("local", "far"))
    for workspace in (local, far):
        assert 0 == run(workspace, "check", DRAFT, "-q").returncode
    tokens = dict(zip((HEAD, LEAD), zip(keys(local, HEAD, LEAD), keys(far, HEAD, LEAD), strict=True), strict=True))
    with serving(far) as server:
        yield Office(server, local, tokens)


def said(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    """Exit code and output, without what every ledger has of its own, and who takes up what is in force."""
    out = IDS.sub("@", done.stdout)
    return (
        done.returncode,
        re.sub(r"   (checks here use|the server uses) it .*", "   @", out),
        IDS.sub("@", done.stderr),
    )


def assert_same(office: Office, arguments: tuple[str, ...], code: int, who: str = HEAD) -> None:
    """Assert that a command says the same here and there."""
    here, far = office.here(*arguments, who=who), office.there(*arguments, who=who)

    assert said(here) == said(far), arguments
    assert code == far.returncode, far.stderr


@pytest.mark.parametrize("arguments", READ, ids=" ".join)
def test_reading_says_the_same(office: Office, arguments: tuple[str, ...]) -> None:
    """Exit code 0 and the same words."""
    assert_same(office, arguments, 0)


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_what_is_refused_is_refused_in_the_same_words(office: Office, arguments: tuple[str, ...]) -> None:
    """Exit code 2."""
    assert_same(office, arguments, 2)


def test_changes_say_the_same_and_are_the_servers(office: Office) -> None:
    """Each in turn, here and there."""
    for who, code, arguments in CHANGING:
        assert_same(office, arguments, code, who)


def test_an_activation_says_the_same(office: Office) -> None:
    """One person proposes, another activates, and one goes back; refused, it says that nothing was changed."""
    for workspace in (office.local, office.server.workspace):
        rule = workspace / "policies" / "nimbrel-brand" / "unsubscribe.yaml"
        rule.write_text(rule.read_text().replace("severity: ", "severity: critical # "))
    for who, arguments in ((LEAD, ("propose",)), (HEAD, ("activate",)), (HEAD, ("rollback",))):
        assert_same(office, ("policy", *arguments), 0, who)
    refused = office.there("policy", "activate")

    assert (2, "") == (refused.returncode, refused.stdout)
    assert "policy: nothing was changed" in refused.stderr
    assert_same(office, ("policy", "rollback", "--list"), 0)


@pytest.mark.parametrize("arguments", [*READ, *(arguments for _, _, arguments in CHANGING)], ids=" ".join)
def test_nobody_there_is_no_answer(office: Office, arguments: tuple[str, ...]) -> None:
    """Exit code 4, and nothing is done here instead."""
    done = office.there(*arguments, GUARDRAILS_URL="http://127.0.0.1:9")

    assert (4, "") == (done.returncode, done.stdout)
    assert "server-unreachable" in done.stderr


def test_a_key_without_the_scope_is_refused(office: Office) -> None:
    """An agent's key withdraws nothing and reads nobody's texts."""
    head = office.tokens[HEAD][1]
    agent = run(
        office.server.workspace, "keys", "create", "--agent", "distribution", GUARDRAILS_KEY=head
    ).stdout.strip()
    for arguments in (("where", "fact:N-001"), CHANGING[0][2], ("policy", "propose")):
        done = office.there(*arguments, GUARDRAILS_KEY=agent)

        assert (2, True) == (done.returncode, "error[forbidden]" in done.stderr), arguments
