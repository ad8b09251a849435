"""Whoever answers for people's data works with a ledger behind a server as with one on this machine: same words, same codes."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e import nimbrel
from tests.e2e.test_remote_operating import run
from tests.e2e.test_server import Server, serving

NAME = "Erna Vogt"
OFFICER, LEGAL = "data-protection-officer", "legal-counsel"
TEXT = f"---\nchannel: blog\nmarket: uk\nlocale: en-GB\n---\n\n# A visit\n\n{NAME} keeps her lamp on the desk.\n"
SAID = ("--ground", "gdpr-17-1-b", "--request", "ticket 7", "--reason", "Consent was withdrawn.")
ERASE = ("erase", "--subject", NAME, *SAID)
WORDS = re.compile(
    r"\b(chk|rec|hld|apr|rev)_\w+|entry \d+|number \d+|of \d+ records|\d{4}-\d\d-\d\d(T[\d:.]+Z| \d\d:\d\d UTC)?|[0-9a-f]{64}"
)
"""What every ledger has of its own."""


@dataclass(frozen=True)
class Office:
    """A server and a workspace of its own, each with a text that names a person; *tokens* are keys, here and there."""

    server: Server
    local: Path
    tokens: dict[str, tuple[str, str]]

    def here(self, *arguments: str, who: str = OFFICER, second: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command over the workspace's own ledger."""
        return run(self.local, *arguments, **self._keys(0, who, second))

    def there(self, *arguments: str, who: str = OFFICER, second: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command against the server."""
        return run(self.local, *arguments, GUARDRAILS_URL=self.server.address, **self._keys(1, who, second))

    def _keys(self, where: int, who: str, second: str) -> dict[str, str]:
        also = {"GUARDRAILS_SECOND_KEY": self.tokens[second][where]} if second else {}
        return {"GUARDRAILS_KEY": self.tokens[who][where], **also}


def key(workspace: Path, role: str) -> str:
    """Make a key of somebody who looks after people's data."""
    return run(workspace, "keys", "create", "--person", role, "--name", f"{role}!", "--scope", "privacy").stdout.strip()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Both are copies of the fixture workspace."""
    local, far = (nimbrel.copy_of_workspace(tmp_path / name / "nimbrel") for name in ("local", "far"))
    for workspace in (local, far):
        (workspace / "drafts" / "erna.md").write_text(TEXT)
        run(workspace, "check", "drafts/erna.md", "-q")
    tokens = {role: (key(local, role), key(far, role)) for role in (OFFICER, LEGAL)}
    with serving(far) as server:
        yield Office(server, local, tokens)


def said(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    """Exit code and output, without what every ledger has of its own."""
    return done.returncode, WORDS.sub("@", done.stdout), WORDS.sub("@", done.stderr)


def assert_same(office: Office, code: int, *arguments: str, who: str = OFFICER, second: str = "") -> str:
    """Assert that a command says the same here and there, and return what it says there."""
    here, far = (run(*arguments, who=who, second=second) for run in (office.here, office.there))

    assert said(here) == said(far), arguments
    assert code == far.returncode, far.stderr
    return far.stdout + far.stderr


def held_by(done: subprocess.CompletedProcess[str]) -> str:
    """The id of the hold in a list of one."""
    return str(json.loads(done.stdout)["holds"][0]["id"])


def test_the_whole_way(office: Office) -> None:
    """Found, planned, held, refused, released by two, erased by two, found no more, verified and reported."""
    assert "1 record with it" in assert_same(office, 0, "subject", "find", NAME)
    assert "nothing stands against it" in assert_same(office, 0, "erase", "--subject", NAME, "--dry-run")
    assert_same(office, 0, "hold", "add", "--channel", "blog", "--reason", "A claim.")
    assert_same(office, 0, "hold", "list")
    assert "error[held]" in assert_same(office, 2, *ERASE)
    for ask in (office.here, office.there):
        hold = held_by(ask("hold", "list", "--format", "json"))
        first = ask("hold", "release", hold, "--reason", "Settled.")
        second = ask("hold", "release", hold, "--reason", "Settled.", who=LEGAL)
        assert ("once a second person" in first.stdout, "is released" in second.stdout) == (True, True), second.stderr
    assert "nothing is erased yet" in assert_same(office, 0, *ERASE)
    assert "error[already-asked]" in assert_same(office, 2, *ERASE)
    assert "request ticket 7" in assert_same(office, 0, "privacy", "waiting", who=LEGAL)
    assert "Erased on" in assert_same(office, 0, *ERASE, who=LEGAL)
    assert "0 records with it" in assert_same(office, 0, "subject", "find", NAME)
    assert "1 erasure on record" in assert_same(office, 0, "privacy", "erasures")
    for ask in (office.here, office.there):
        erasure = ask("privacy", "erasures").stdout.split()[0]
        assert "request: on record, as a reference" in ask("privacy", "receipt", erasure).stdout
    assert "error[erasure-unknown]" in assert_same(office, 2, "privacy", "receipt", "rec_none")
    assert_same(office, 0, "ledger", "retain", "--dry-run")
    assert "# Record of processing" in assert_same(office, 0, "privacy", "record")
    assert_same(office, 0, "privacy", "record", "--format", "json")
    verified = run(office.server.workspace, "ledger", "verify")
    reported = run(office.server.workspace, "report", "--from", "2026-01-01", "--to", "2099-12-31", "--out", "report")
    page = (office.server.workspace / "report" / "report.html").read_text()

    assert (0, True) == (verified.returncode, "erased on the record" in verified.stdout)
    assert 0 == reported.returncode, reported.stderr
    assert "gdpr-17-1-b" in page
    assert NAME not in page


def test_both_keys_at_one_keyboard(office: Office, tmp_path: Path) -> None:
    """With the key of the second person beside the first one's it is done at once, and the receipt is written."""
    receipt = tmp_path / "receipt.json"
    assert_same(office, 0, *ERASE, "--receipt", str(receipt), second=LEGAL)
    body = json.loads(receipt.read_text())

    assert ("guardrails.erasure-receipt/v1", "ticket 7") == (body["schema"], body["request"])
    assert str(office.server.workspace) not in receipt.read_text()


def test_the_second_finishes_what_the_first_began(office: Office) -> None:
    """Whoever asked alone before, and comes back with the other person, is not told to wait."""
    office.there(*ERASE)

    assert "Erased on" in office.there(*ERASE, second=LEGAL).stdout


def test_an_export_is_a_private_file(office: Office, tmp_path: Path) -> None:
    """What the server gives out lands in a file that only its owner may read."""
    file = tmp_path / "erna.json"
    done = office.there("subject", "export", NAME, "--to", str(file))
    (record,) = json.loads(file.read_text())["records"]

    assert (0, 0o600) == (done.returncode, file.stat().st_mode & 0o777)
    assert NAME in "".join(one["text"] for one in record["passages"])


def test_nobody_is_named_in_the_servers_log(office: Office) -> None:
    """What was asked is logged by kind and id."""
    for arguments in (("subject", "find", NAME), ERASE, (*ERASE, "--dry-run")):
        office.there(*arguments)
    log = office.server.log.read_text()

    assert "subject-find" in log
    assert "erasure-asked" in log
    assert "Erna" not in log
