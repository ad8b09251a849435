"""The server as it is run: a process with workers, a ledger that others write too, signals."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from guardrails.model.draft import draft_json
from tests.e2e import nimbrel

README = Path(__file__).parents[2] / "README.md"
PROGRAM = Path(sys.executable).with_name("guardrails")
PATIENCE_S = 60


@dataclass(frozen=True)
class Server:
    """A server in a workspace; *address* is where it listens."""

    process: subprocess.Popen[bytes]
    address: str
    workspace: Path
    log: Path

    def ask(self, path: str, body: Any = None) -> tuple[int, dict[str, str], str]:
        """Send a request; the answer is status, headers and text."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read().decode()

    def check(self, body: Any = None) -> tuple[int, str]:
        """POST a draft, by default the one that passes, as of a fixed day; status and verdict come back."""
        path = f"/v1/checks?as_of={nimbrel.AS_OF}"
        status, _, text = self.ask(path, passing() if body is None else body)
        return status, json.loads(text).get("assessment", {}).get("verdict", "")

    def stop(self) -> int:
        """Tell it to stop, as a service manager does, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)


def passing() -> Any:
    """The body of the draft that passes."""
    return draft_json(nimbrel.draft(nimbrel.PASSING))


def environment(workspace: Path) -> dict[str, str]:
    """The environment of a command: its own cache."""
    return {**os.environ, "GUARDRAILS_CACHE": str(workspace.parent / "cache")}


def guardrails(workspace: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in *workspace*."""
    return subprocess.run(
        [PROGRAM, *arguments], cwd=workspace, env=environment(workspace), capture_output=True, text=True, check=False
    )


def until(found: Callable[[], Any]) -> Any:
    """Return what *found* returns as soon as it is something."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        if value := found():
            return value
        threading.Event().wait(0.02)
    raise AssertionError("it did not happen")


@contextlib.contextmanager
def serving(workspace: Path, *options: str) -> Iterator[Server]:
    """Serve *workspace* on a free port for the block."""
    log = workspace.parent / "server.log"
    command = [PROGRAM, "serve", "--port", "0", *options]
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            command, cwd=workspace, env=environment(workspace), stdout=subprocess.DEVNULL, stderr=stderr
        )
    try:
        port = until(lambda: re.search(r'"port": (\d+)', log.read_text(encoding="utf-8")))[1]
        server = Server(process, f"http://127.0.0.1:{port}", workspace, log)
        until(lambda: is_ready(server))
        yield server
    finally:
        process.kill()
        process.wait()


def is_ready(server: Server) -> bool:
    """Whether `/readyz` is green."""
    with contextlib.suppress(OSError):
        return server.ask("/readyz")[0] == 200
    return False


def descendants(pid: int) -> list[int]:
    """All processes below *pid*, parents first."""
    children = [
        int(child) for task in Path(f"/proc/{pid}/task").glob("*") for child in (task / "children").read_text().split()
    ]
    return [one for child in children for one in (child, *descendants(child))]


def workers(server: Server) -> list[int]:
    """The worker processes: the children of the fork server."""
    return [
        child
        for pid in descendants(server.process.pid)
        if "forkserver" in Path(f"/proc/{pid}/cmdline").read_text()
        for child in descendants(pid)
    ]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A copy of the fixture workspace."""
    return nimbrel.copy_of_workspace(tmp_path / "nimbrel")


def test_the_body_of_the_readme_is_answered(workspace: Path) -> None:
    """What the README sends with curl is revised, in a workspace as `init` makes it."""
    new = workspace.parent / "my-brand"
    made = guardrails(workspace, "init", str(new))
    body = re.search(r"-d '(\{.*?\n\})'", README.read_text(encoding="utf-8"), re.DOTALL)

    assert (0, True) == (made.returncode, body is not None), made.stderr
    with serving(new) as server:
        status, headers, text = server.ask("/v1/checks", str(body and body[1]).encode())
        code = server.stop()

    assert (200, "revise", 0) == (status, json.loads(text)["assessment"]["verdict"], code)
    assert "revise" == {key.lower(): value for key, value in headers.items()}["guardrails-verdict"]


def test_a_worker_killed_in_the_middle_costs_nothing_but_time(workspace: Path) -> None:
    """The draft is tried once more on a new worker; the next check works; all is on the record."""
    with serving(workspace, "--workers", "1") as server:
        assert (200, "pass") == server.check()
        (worker,) = workers(server)
        os.kill(worker, signal.SIGSTOP)  # it cannot finish, so the kill is in the middle
        answers: list[tuple[int, str]] = []
        asking = threading.Thread(target=lambda: answers.append(server.check()))
        asking.start()
        until(lambda: "guardrails_checks_under_way 1.0" in server.ask("/metrics")[2])
        os.kill(worker, signal.SIGKILL)
        asking.join(PATIENCE_S)
        after = server.check(draft_json(nimbrel.draft(nimbrel.REVISING)))
        code = server.stop()
    verified = guardrails(workspace, "ledger", "verify")

    assert [(200, "pass")] == answers
    assert (200, "revise") == after
    assert 0 == code
    assert 0 == verified.returncode, verified.stdout + verified.stderr


def test_a_stop_lets_the_check_under_way_finish(workspace: Path) -> None:
    """SIGTERM drains: the answer arrives, then the server ends with 0 and leaves no process behind."""
    with serving(workspace, "--workers", "1") as server:
        (worker,) = until(lambda: workers(server))
        below = descendants(server.process.pid)
        os.kill(worker, signal.SIGSTOP)
        answers: list[tuple[int, str]] = []
        asking = threading.Thread(target=lambda: answers.append(server.check()))
        asking.start()
        until(lambda: "guardrails_checks_under_way 1.0" in server.ask("/metrics")[2])
        server.process.send_signal(signal.SIGTERM)
        os.kill(worker, signal.SIGCONT)
        asking.join(PATIENCE_S)
        code = server.process.wait(PATIENCE_S)
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below))

    assert [(200, "pass")] == answers
    assert 0 == code


def test_the_command_line_may_write_the_same_ledger_meanwhile(workspace: Path) -> None:
    """A server and several commands extend one tree, and it verifies."""
    with serving(workspace) as server:
        commands = [
            subprocess.Popen(
                [PROGRAM, "check", "--as-of", nimbrel.AS_OF, f"drafts/{name}"],
                cwd=workspace,
                env=environment(workspace),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for name in (nimbrel.REVISING, nimbrel.ESCALATING)
        ]
        statuses = set()
        while any(command.poll() is None for command in commands):
            statuses.add(server.check()[0])
        records = json.loads(server.ask("/readyz")[2])["records"]
        code = server.stop()
    verified = guardrails(workspace, "ledger", "verify")

    assert [1, 3] == [command.returncode for command in commands]
    assert {200} == statuses
    assert records > len(commands)
    assert 0 == code
    assert 0 == verified.returncode, verified.stdout + verified.stderr


def test_keys_are_issued_and_revoked_while_it_serves(workspace: Path) -> None:
    """A key made on the command line works, and closes the door for everybody without; revoked, it is 401."""
    with serving(workspace) as server:
        before = server.check()[0]
        token = guardrails(workspace, "keys", "create", "--agent", "distribution").stdout.strip()
        without = server.check()[0]
        request = urllib.request.Request(
            f"{server.address}/v1/checks",
            json.dumps(passing()).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            with_key = answer.status
        guardrails(workspace, "keys", "revoke", token.split("_")[1])
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=PATIENCE_S)
        caught.value.close()

    assert (200, 401, 200, 401) == (before, without, with_key, caught.value.code)


def test_the_log_has_a_line_per_check_and_no_copy(workspace: Path) -> None:
    """Standard error is JSON, line by line, without a word of any draft."""
    canary = "kanarienvogel-7f3a"
    with serving(workspace) as server:
        server.check({"fields": [{"id": "body", "text": f"{canary} is guaranteed."}]})
        server.check({"fields": [{"id": "body", "text": canary, "colour": canary}]})
        server.stop()
        log = server.log.read_text(encoding="utf-8")

    assert 1 == [json.loads(line)["event"] for line in log.splitlines()].count("check_finished")
    assert canary not in log


def test_an_open_address_without_keys_is_a_wrong_setting(workspace: Path) -> None:
    """`serve --host 0.0.0.0` without keys is exit 2, in words."""
    refused = guardrails(workspace, "serve", "--host", "0.0.0.0", "--port", "0")

    assert 2 == refused.returncode
    assert "not-loopback" in refused.stderr
