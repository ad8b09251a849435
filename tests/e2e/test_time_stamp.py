"""
A checkpoint is time-stamped by the commands that the page for auditors shows, word by word.

The authority (RFC 3161) is made here: a root, a certificate for time-stamping, ``openssl ts -reply`` behind a loopback
address. Nothing else is asked.
"""

from __future__ import annotations

import calendar
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.e2e.test_readme import LEDGER, blocks
from tests.e2e.test_server import guardrails
from tests.services import require

ADDRESS = "https://tsa.example.com"
YEARS_S = 20 * 365 * 86_400
SETTINGS = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Time-stamping authority of a test
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[stamping]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""
_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config tsa.cnf"
SETTING_UP = (
    f"req -x509 {_KEY} -extensions root -days 30 -keyout root.key -out root.pem",
    f"req {_KEY} -keyout stamping.key -out stamping.csr",
    "x509 -req -in stamping.csr -CA root.pem -CAkey root.key -set_serial 2 -days 30 -extfile tsa.cnf -extensions stamping -out stamping.pem",
)
ANSWERING = (
    "ts -reply -queryfile query -signer stamping.pem -inkey stamping.key -config tsa.cnf -section tsa -out reply"
)


@dataclass(frozen=True)
class Auditor:
    """A folder with a workspace's checkpoint, and an authority to ask."""

    workspace: Path
    address: str

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a documented command; only the authority's address is another one."""
        return subprocess.run(
            ["bash", "-c", command.replace(ADDRESS, self.address)],
            cwd=self.workspace,
            env={**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"},
            capture_output=True,
            text=True,
            check=False,
        )


def openssl(folder: Path, arguments: str) -> None:
    """Run openssl; what it says is shown where it fails."""
    done = subprocess.run(["openssl", *arguments.split()], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def documented() -> tuple[str, ...]:
    """The commands of the page, in order: request, sending it, verification, the time."""
    (block,) = (text for kind, text in blocks(LEDGER) if kind == "sh" and "openssl ts" in text)
    return tuple(block.splitlines())


def authority(folder: Path) -> type[BaseHTTPRequestHandler]:
    """An authority whose keys are in *folder*."""

    class Authority(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            openssl(folder, ANSWERING)
            self.send_response(200 if self.headers["Content-Type"] == "application/timestamp-query" else 415)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write((folder / "reply").read_bytes())

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    return Authority


@pytest.fixture
def auditor(tmp_path: Path) -> Iterator[Auditor]:
    """A ledger with a checkpoint, and an authority made for this test whose root the auditor has."""
    for program in ("openssl", "curl"):
        require(program, bool(shutil.which(program)), "PATH does not name it")
    folder = tmp_path / "authority"
    folder.mkdir()
    (folder / "tsa.cnf").write_text(SETTINGS)
    (folder / "serial").write_text("01\n")
    for arguments in SETTING_UP:
        openssl(folder, arguments)
    guardrails(tmp_path, "init", "shop")
    workspace = tmp_path / "shop"
    guardrails(workspace, "check", "drafts/pass.md")
    guardrails(workspace, "ledger", "checkpoint", "--out", "head.txt")
    shutil.copy(folder / "root.pem", workspace / "authority.pem")
    with ThreadingHTTPServer(("127.0.0.1", 0), authority(folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Auditor(workspace, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()


def test_the_documented_commands_stamp_a_checkpoint(auditor: Auditor) -> None:
    """Each succeeds as it stands, the reply verifies, and it says when."""
    before = int(time.time())
    done = [auditor.run(command) for command in documented()]
    verified, shown = done[-2:]

    assert [0] * 4 == [one.returncode for one in done], [one.stderr for one in done]
    assert "Verification: OK" in verified.stdout + verified.stderr
    (stamped,) = re.findall(r"^Time stamp: (.*) GMT$", shown.stdout, re.MULTILINE)
    assert before <= _seconds(stamped) <= int(time.time())


def test_another_checkpoint_is_refused(auditor: Auditor) -> None:
    """One byte changed, or the head of a ledger that went on, is not what was stamped."""
    request, send, verify, _ = documented()
    for command in (request, send):
        auditor.run(command)
    head = auditor.workspace / "head.txt"
    original = head.read_bytes()
    head.write_bytes(original.replace(b"\n", b"0\n", 2))
    changed = auditor.run(verify)
    guardrails(auditor.workspace, "check", "drafts/revise.md")
    guardrails(auditor.workspace, "ledger", "checkpoint", "--out", "head.txt")
    later = auditor.run(verify)
    head.write_bytes(original)
    held = guardrails(auditor.workspace, "ledger", "verify", "--checkpoint", "head.txt")

    assert (1, 1, 0) == (changed.returncode, later.returncode, auditor.run(verify).returncode)
    assert "message imprint mismatch" in changed.stdout + changed.stderr
    assert (0, True) == (held.returncode, "held: head.txt" in held.stdout)


def test_the_reply_of_another_authority_is_refused(auditor: Auditor) -> None:
    """Whoever stamps must be vouched for by the root that the auditor has."""
    request, send, verify, _ = documented()
    for command in (request, send):
        auditor.run(command)
    openssl(auditor.workspace.parent / "authority", SETTING_UP[0])
    shutil.copy(auditor.workspace.parent / "authority" / "root.pem", auditor.workspace / "authority.pem")

    assert 1 == auditor.run(verify).returncode


def test_it_verifies_after_the_certificates_have_ended(auditor: Auditor) -> None:
    """Decades later it is refused as of then, and verifies as of the time that was stamped (`-attime`)."""
    request, send, verify, _ = documented()
    for command in (request, send):
        auditor.run(command)
    now_s = int(time.time())
    late = auditor.run(f"{verify} -attime {now_s + YEARS_S}")
    then = auditor.run(f"{verify} -attime {now_s}")

    assert (1, 0) == (late.returncode, then.returncode)
    assert "certificate has expired" in late.stdout + late.stderr
    assert "-attime SECONDS" in LEDGER.read_text(encoding="utf-8")


def _seconds(stamped: str) -> int:
    """Return the seconds since 1970 of a time as openssl shows it."""
    return calendar.timegm(time.strptime(stamped, "%b %d %H:%M:%S %Y"))
