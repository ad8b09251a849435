"""``check --server`` is the same command, answered elsewhere: same words, same codes, same assessment."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import nimbrel
from tests.e2e.test_server import Server, guardrails, serving

DRAFTS = [f"drafts/{name}" for name in (nimbrel.PASSING, nimbrel.REVISING, nimbrel.ESCALATING)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a copy of the fixture workspace."""
    with serving(nimbrel.copy_of_workspace(tmp_path_factory.mktemp("remote") / "nimbrel")) as running:
        yield running


def without_ids(text: str) -> str:
    """The output without what every check has of its own."""
    return re.sub(r"chk_\w+", "chk", re.sub(r"on record: .*", "on record", text))


def test_the_same_words_and_codes(server: Server, tmp_path: Path) -> None:
    """One draft per verdict, each alone: text and exit code are those of a local check."""
    local = nimbrel.copy_of_workspace(tmp_path / "nimbrel")
    for draft in DRAFTS:
        here = guardrails(local, "check", draft, "--as-of", nimbrel.AS_OF)
        there = guardrails(local, "check", draft, "--as-of", nimbrel.AS_OF, "--server", server.address)

        assert (here.returncode, without_ids(here.stdout)) == (there.returncode, without_ids(there.stdout))
        assert "recorded here only" in here.stdout
        assert "recorded here only" not in there.stdout


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_same_batch(server: Server, tmp_path: Path, form: str) -> None:
    """Drafts that belong together show the same, here and there."""
    local = nimbrel.copy_of_workspace(tmp_path / "nimbrel")
    for market, lumens in (("de", 920), ("uk", 920), ("us", 902)):
        (local / f"{market}.md").write_text(f"Nimbrel Desk gives up to {lumens} lumens [fact:N-001].\n")
    asked = ("check", "--together", "--format", form, "de.md", "uk.md", "us.md", "--channel", "blog")
    here, there = (guardrails(local, *asked, *more) for more in ((), ("--server", server.address)))

    assert here.returncode == there.returncode != 4, there.stderr
    if form == "text":
        assert without_ids(here.stdout) == without_ids(there.stdout)
        return
    bodies = [json.loads(one.stdout) for one in (here, there)]
    assert [one["questions"] for one in bodies[:1]] == [one["questions"] for one in bodies[1:]]
    assert bodies[0]["odd_values"] == bodies[1]["odd_values"]
    assert [[one["id"] for one in body["results"]] for body in bodies] == [["de.md", "uk.md", "us.md"]] * 2


def test_the_same_assessment(server: Server, tmp_path: Path) -> None:
    """What draft and caller say is kept apart on the way, so that the digests are equal."""
    local = nimbrel.copy_of_workspace(tmp_path / "nimbrel")
    asked = ("check", *DRAFTS, "--as-of", nimbrel.AS_OF, "--market", "de", "--format", "json")
    digests = []
    for more in ((), ("--server", server.address)):
        results = json.loads(guardrails(local, *asked, *more).stdout)["results"]
        digests.append([one["answer"]["assessment_sha256"] for one in results])

    assert digests[0] == digests[1]


@pytest.mark.parametrize("form", ["md", "json"])
def test_the_same_brief(server: Server, tmp_path: Path, form: str) -> None:
    """What applies is what the server will judge by."""
    local = nimbrel.copy_of_workspace(tmp_path / "nimbrel")
    asked = ("brief", "--channel", "press", "--locale", "de-DE", "--as-of", nimbrel.AS_OF, "--format", form)
    here, there = (guardrails(local, *asked, *more) for more in ((), ("--server", server.address)))

    assert (0, here.stdout) == (there.returncode, there.stdout)
    assert here.stdout


def test_personal_data_is_shown_on_the_servers_record(server: Server, tmp_path: Path) -> None:
    """What the server masks is shown here only once the server has recorded that."""
    local = nimbrel.copy_of_workspace(tmp_path / "nimbrel")
    (local / "ida.md").write_text("Write to ida.example@inkmail-post.com about your lamp.\n")
    masked, shown = (
        guardrails(local, "check", "ida.md", "--market", "uk", *more, "--server", server.address)
        for more in ((), ("--show-personal-data",))
    )
    ledger = guardrails(server.workspace, "ledger", "verify", "--format", "json")

    assert "ida.example@inkmail-post.com" not in masked.stdout
    assert "ida.example@inkmail-post.com" in shown.stdout
    assert 1 == json.loads(ledger.stdout)["types"]["disclosure"]


def test_a_server_that_does_not_answer_gives_no_verdict(tmp_path: Path) -> None:
    """Exit 4, with its name and what it means."""
    local = nimbrel.copy_of_workspace(tmp_path / "nimbrel")
    gone = guardrails(local, "check", DRAFTS[0], "--server", "http://127.0.0.1:9")

    assert 4 == gone.returncode
    assert "server-unreachable" in gone.stderr
    assert 2 == guardrails(local, "check", DRAFTS[0], "--server", "gate.example").returncode


def test_an_answer_that_got_lost_is_no_promise_that_nothing_happened(tmp_path: Path) -> None:
    """A server that takes a request and hangs up may have done it; one that took nothing has not."""
    local = nimbrel.copy_of_workspace(tmp_path / "nimbrel")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=lambda: hang_up(listening), daemon=True).start()
        lost = guardrails(local, "check", DRAFTS[0], "--server", f"http://127.0.0.1:{listening.getsockname()[1]}")
    gone = guardrails(local, "check", DRAFTS[0], "--server", "http://127.0.0.1:9")

    assert (4, True) == (lost.returncode, "may have been done all the same" in lost.stderr), lost.stderr
    assert "nothing was decided; try again" in gone.stderr


def hang_up(listening: socket.socket) -> None:
    """Read a request, and close without a word."""
    connection, _ = listening.accept()
    with connection, connection.makefile("rb") as request:
        lengths = [int(line.split(b":")[1]) for line in iter(request.readline, b"\r\n") if b"Content-Length" in line]
        request.read(sum(lengths))


def test_what_the_server_refuses_is_said_here(server: Server, tmp_path: Path) -> None:
    """A context value that the workspace does not know is exit 2, in the server's words."""
    local = nimbrel.copy_of_workspace(tmp_path / "nimbrel")
    refused = guardrails(local, "check", DRAFTS[0], "--channel", "newsleter", "--server", server.address)

    assert (2, True) == (refused.returncode, "unknown-value" in refused.stderr), refused.stderr
