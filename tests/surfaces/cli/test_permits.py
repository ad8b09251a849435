"""Permits on the command line: issued, verified offline, signed by people, revoked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from guardrails import wiring
from guardrails.audit.keys import ApiKeys
from guardrails.model.context import Principal
from guardrails.render.permit_schemas import PERMIT, PERMITS, PUBLICATIONS, VERIFICATION
from tests.surfaces.cli.conftest import Cli

PAGE = "<p class=lead>The lamp&nbsp;stands on the desk.</p>"
IMPORTING = """
import sys
before = set(sys.modules)
from guardrails.surfaces.cli.main import run
code = run(["permit", "verify", sys.argv[1], "permit.json", "--trust", "trust.json"])
print(*sorted(set(sys.modules) - before))
sys.exit(code)
"""
TOO_MUCH = {
    "apsw", "yaml", "pydantic", "re2", "regopy", "pyromark", "structlog", "socket", "urllib.request", "guardrails.wiring",
    "guardrails.audit.log", "guardrails.audit.tlog", "guardrails.model.record", "guardrails.gate", "guardrails.pipeline", "guardrails.rules", "guardrails.signals",
}  # fmt: skip
"""What a verifier that stands before every publication does not need."""


def checked(cli: Cli, *args: str, code: int = 0) -> str:
    """Have a draft checked and return the check's id."""
    result = cli("check", *args, "--format", "json")
    assert code == result.code, result.err
    return str(json.loads(result.out)["results"][0]["answer"]["check_id"])


@pytest.fixture
def permit(cli: Cli, workspace: Path) -> str:
    """A permit in permit.json, with trust.json beside it; return its id."""
    issued = cli("permit", "issue", checked(cli, "drafts/good.md"), "-o", "permit.json", "--format", "json")
    assert 0 == issued.code, issued.err
    assert 0 == cli("permit", "trust", "-o", "trust.json").code
    (workspace / "page.html").write_text(PAGE)
    return str(json.loads(issued.out)["permit_id"])


def verify(cli: Cli, content: str = "page.html", *args: str) -> Any:
    """Verify the permit; return the exit code and the codes of the refusals."""
    result = cli("permit", "verify", content, "permit.json", "--trust", "trust.json", "--format", "json", *args)
    body = json.loads(result.out)
    assert jsonschema_rs.is_valid(VERIFICATION, body)
    return result.code, [one["code"] for one in body["refusals"]]


def key(workspace: Path, role: str, *scopes: str, name: str = "") -> str:
    """Issue a person's API key."""
    log = wiring.open_log(wiring.settings(workspace, {}))
    token, _ = ApiKeys(log).issue(principal=Principal("person", role), scopes=scopes, person=name)
    log.close()
    return token


def test_a_permit_is_printed_for_the_pipe(cli: Cli, workspace: Path) -> None:
    """One line on the standard output, what it says on the standard error; issuing again prints the same."""
    check = checked(cli, "drafts/good.md")
    first, second = cli("permit", "issue", check), cli("permit", "issue", check)

    assert first.out == second.out
    assert {"payload", "payloadType", "signatures"} == set(json.loads(first.out))
    assert "(AUTO_PASS) for blog" in first.err
    assert check in first.err


def test_the_page_may_be_published(cli: Cli, permit: str) -> None:
    """Exit 0 with all about it; the answers are as described."""
    result = cli("permit", "verify", "page.html", "permit.json", "--trust", "trust.json", "--channel", "blog")

    assert (0, "may be published") == (result.code, result.out.splitlines()[-1])
    assert permit in result.out
    assert (0, []) == verify(cli, "drafts/good.md", "--exact")
    assert jsonschema_rs.is_valid(PERMIT, json.loads(cli("permit", "show", permit, "--format", "json").out))


def test_another_page_may_not(cli: Cli, permit: str, workspace: Path) -> None:
    """Exit 1, with every reason."""
    (workspace / "page.html").write_text(PAGE.replace("stands", "shines"))
    result = cli("permit", "verify", "page.html", "permit.json", "--trust", "trust.json", "--channel", "press")

    assert (1, "may not be published") == (result.code, result.out.splitlines()[-1])
    assert "refused[content]: this is not the text that was checked" in result.out
    assert "refused[channel]: the permit is not for the channel 'press' but for blog" in result.out
    assert (1, ["content", "expired"]) == verify(cli, "page.html", "--at", "2099-12-30")


def test_it_is_verified_without_ledger_and_workspace(cli: Cli, permit: str, workspace: Path, tmp_path: Path) -> None:
    """In a folder with nothing but the three files."""
    ledger = wiring.settings(workspace, {}).ledger
    alone = workspace / "alone"
    alone.mkdir()
    for name in ("page.html", "permit.json", "trust.json"):
        (workspace / name).rename(alone / name)
    (workspace / "guardrails.yaml").unlink()
    ledger.unlink()
    done = subprocess.run(
        [sys.executable, "-c", IMPORTING, "page.html"], cwd=alone, capture_output=True, text=True, check=False
    )
    modules = set(done.stdout.splitlines()[-1].split())

    assert 0 == done.returncode, done.stderr
    assert set() == modules & TOO_MUCH
    assert "guardrails.audit.permit_check" in modules


@pytest.mark.parametrize(
    "args",
    [
        ("nope.html", "permit.json", "--trust", "trust.json"),
        ("page.html", "nope.json", "--trust", "trust.json"),
        ("page.html", "permit.json", "--trust", "nope.json"),
        ("page.html", "permit.json", "--trust", "permit.json"),
        ("page.html", "permit.json"),
        ("-", "permit.json", "--trust", "trust.json"),
        ("page.html", "permit.json", "--trust", "trust.json", "--max-revocation-age", "1h"),
        ("page.html", "permit.json", "--trust", "trust.json", "--revocations", "trust.json", "--max-revocation-age", "soon"),
        ("page.html", "permit.json", "--trust", "trust.json", "--at", "tomorrow"),
        ("page.pdf", "permit.json", "--trust", "trust.json"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_exit_2(cli: Cli, permit: str, workspace: Path, args: tuple[str, ...]) -> None:
    """Whoever asks wrongly is not told that anything may be published."""
    (workspace / "page.pdf").write_text("x")
    result = cli("permit", "verify", *args)

    assert (2, "") == (result.code, result.out)


def test_what_is_no_permit_may_not_be_published(cli: Cli, permit: str, workspace: Path) -> None:
    """A damaged permit is exit 1, as no permit."""
    (workspace / "permit.json").write_text("{}")

    assert (1, ["permit-unreadable"]) == verify(cli)


def test_a_permit_is_revoked(cli: Cli, permit: str, workspace: Path) -> None:
    """By a person; verifiers hear of it with the list, and a list is needed if it is asked for."""
    assert 0 == cli("permit", "revocations", "-o", "list.txt").code
    assert (0, []) == verify(cli, "page.html", "--revocations", "list.txt", "--max-revocation-age", "10m")
    assert "person-needed" in cli("permit", "revoke", permit, "--reason", "Wrong.").err
    (workspace / "guardrails.local.yaml").write_text("principal: {person: head-of-content}\n")
    assert 0 == cli("permit", "revoke", permit, "--reason", "Wrong.").code
    assert 0 == cli("permit", "revocations", "-o", "list.txt").code

    assert (1, ["revoked"]) == verify(cli, "page.html", "--revocations", "list.txt")
    assert "0 permits" in cli("permit", "list").out
    assert f"{permit}  revoked" in cli("permit", "list", "--all").out
    assert jsonschema_rs.is_valid(PERMITS, json.loads(cli("permit", "list", "--all", "--format", "json").out))
    assert "permit-unknown" in cli("permit", "revoke", "prm_x", "--reason", "Wrong.").err


def test_a_permit_is_proved_to_be_on_record(cli: Cli, permit: str, workspace: Path) -> None:
    """The proof holds for this permit; one of another does not."""
    assert 0 == cli("permit", "proof", permit, "-o", "own.tlog-proof").code
    assert (0, []) == verify(cli, "page.html", "--proof", "own.tlog-proof")
    text = (workspace / "own.tlog-proof").read_text()
    assert text.startswith("c2sp.org/tlog-proof@v1\nextra ")
    (workspace / "drafts" / "good.md").write_text("---\nchannel: blog\n---\n\nThe lamp is on the desk.\n")
    other = cli("permit", "issue", checked(cli, "drafts/good.md"), "--format", "json")
    assert 0 == cli("permit", "proof", json.loads(other.out)["permit_id"], "-o", "other.tlog-proof").code

    assert (1, ["proof"]) == verify(cli, "page.html", "--proof", "other.tlog-proof")
    (workspace / "own.tlog-proof").write_text(text.replace("index ", "index 1"))
    assert (1, ["proof"]) == verify(cli, "page.html", "--proof", "own.tlog-proof")


def test_people_sign_with_keys_of_their_own(
    cli: Cli, permit: str, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key is made, registered by its owner, listed in the trust file, and signs what its owner read."""
    monkeypatch.setenv("GUARDRAILS_KEY", key(workspace, "head-of-content", "review"))
    made = cli("permit", "key", "new", "jo.key", "--name", "jo.example")
    assert 0 == made.code
    assert 0o600 == (workspace / "jo.key").stat().st_mode & 0o777
    assert 2 == cli("permit", "key", "new", "jo.key", "--name", "jo.example").code
    assert 0 == cli("permit", "key", "add", made.out.strip()).code
    assert made.out.strip() in cli("permit", "trust").out
    assert (
        "content-differs"
        in cli("permit", "approve", "permit.json", "--key", "jo.key", "--content", "drafts/hype.md").err
    )
    signed = cli("permit", "approve", "permit.json", "--key", "jo.key", "--content", "page.html")

    assert (0, "signed by jo.example\n") == (signed.code, signed.err)
    assert 2 == len(json.loads((workspace / "permit.json").read_text())["signatures"])
    assert (0, []) == verify(cli)
    assert 0 == cli("permit", "key", "end", made.out.strip()).code


def test_two_people_break_glass(cli: Cli, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is told that it is on record, the second gets the permit."""
    check = checked(cli, "drafts/jobs.md", code=3)
    first, second = (key(workspace, "head-of-content", "review", name=name) for name in ("ada", "ben"))
    monkeypatch.setenv("GUARDRAILS_KEY", first)
    asked = cli("permit", "break-glass", check, "--reason", "A recall.")
    assert (0, True) == (asked.code, "waits for a second person" in asked.out), asked.err
    assert "already-asked" in cli("permit", "break-glass", check, "--reason", "A recall.").err
    monkeypatch.setenv("GUARDRAILS_KEY", second)
    given = cli("permit", "break-glass", check, "--reason", "A recall.", "-o", "permit.json")

    assert (0, True) == (given.code, "(BREAK_GLASS)" in given.err), given.err
    assert 0 == cli("permit", "trust", "-o", "trust.json").code
    assert (0, []) == verify(cli, "drafts/jobs.md")
    assert (1, ["level"]) == verify(cli, "drafts/jobs.md", "--level", "AUTO_PASS", "--level", "HUMAN_2")


def test_what_did_not_pass_has_no_permit(cli: Cli, workspace: Path) -> None:
    """It is told how it gets one."""
    result = cli("permit", "issue", checked(cli, "drafts/hype.md", code=1))

    assert 2 == result.code
    assert "not-passed" in result.err


def test_publications_are_reported_and_listed(
    cli: Cli, permit: str, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One by one or from a file; what had no permit is exit 1 and stands first in the list."""
    now = json.loads(cli("permit", "list", "--format", "json").out)["permits"][0]["not_before"]
    added = cli(
        "published", "add", "--url", "https://lumo.example/a", "--at", now, "--permit", permit, "--channel", "blog"
    )
    assert (0, f"permitted ({permit})\n") == (added.code, added.out), added.err
    (workspace / "seen.csv").write_text(
        f"url,published_at,permit\nhttps://lumo.example/a,{now},{permit}\nhttps://lumo.example/b,{now},prm_x\n"
    )
    imported = cli("published", "import", "seen.csv")
    assert (1, "2 reported, 1 without a permit for it\n") == (imported.code, imported.out), imported.err
    (workspace / "guardrails.local.yaml").write_text("principal: {person: head-of-content}\n")
    listed = cli("published", "list").out.splitlines()

    assert "https://lumo.example/b  no permit is known for it" in listed[0]
    assert "2 published, 1 without a permit for it, 0 permits never used" == listed[-1]
    assert jsonschema_rs.is_valid(PUBLICATIONS, json.loads(cli("published", "list", "--format", "json").out))
    assert "bad-csv" in cli("published", "import", "permit.json").err
