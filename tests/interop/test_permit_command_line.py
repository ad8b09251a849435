"""The command lines of both verifiers of permits: what one accepts or refuses, the other does."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest

from guardrails.audit.dsse import envelope_bytes
from guardrails.audit.permit import moment
from guardrails.audit.trust import trust_json
from guardrails.surfaces.cli.main import run
from tests.interop.javascript import FOLDER
from tests.permit.forms import HOUR_MS, MARKDOWN, NOW_MS, PAGE, TRUST, permit, revoked, sealed
from tests.services import node_program

AT = moment(NOW_MS)
WHOLE = f"page.html permit.json --trust trust.json --at {AT}"
DOCS = Path(__file__).parents[2] / "docs" / "permits.md"

MAY = [
    WHOLE,
    f"--trust trust.json --at {AT} page.html permit.json",
    f"page.html --trust=trust.json --at={AT} permit.json",
    f"{WHOLE} --channel newsletter --market de --locale de-DE",
    f"{WHOLE} --channel=newsletter --market=de --locale=de-DE",
    f"{WHOLE} --channel press --channel web",
    f"{WHOLE} --level HUMAN_1 --level=AUTO_PASS",
    f"{WHOLE} --revocations none.txt",
    f"{WHOLE} --revocations=none.txt --max-revocation-age=7d",
    f"{WHOLE} --revocations older.txt --max-revocation-age 3h",
    f"{WHOLE} --",
    f"--trust trust.json --at {AT} -- page.html permit.json",
    f"page.html permit.json --trust trust.json --at {AT[:16]}",
    f"page.html permit.json --trust trust.json --at '{AT[:10]} 23:59+13:00'",
    f"checked.md permit.json --trust trust.json --at {AT} --exact",
    f"PAGE.HTM permit.json --trust trust.json --at {AT}",
]
MAY_NOT = [
    f"{WHOLE} --channel press",
    f"{WHOLE} --channel=press",
    f"{WHOLE} --channel=web=",
    f"{WHOLE} --market us",
    f"{WHOLE} --locale=de-AT",
    f"{WHOLE} --level HUMAN_2",
    f"{WHOLE} --exact",
    f"{WHOLE} --revocations revoked.txt",
    f"{WHOLE} --revocations=revoked.txt",
    f"{WHOLE} --revocations older.txt --max-revocation-age 1h",
    f"{WHOLE} --revocations older.txt --max-revocation-age=60m",
    f"{WHOLE} --revocations none.txt --max-revocation-age 0d --at {moment(NOW_MS + 1)}",
    f"{WHOLE} --revocations page.html",
    f"{WHOLE} --proof page.html",
    "page.html permit.json --trust trust.json --at 2099-12-30",
    "page.html permit.json --trust trust.json",
    f"page.html page.html --trust trust.json --at {AT}",
]
WRONG = [
    "",
    "page.html",
    "page.html permit.json",
    f"{WHOLE} more.json",
    f"{WHOLE} --chanel press",
    f"{WHOLE} --chan press",
    f"{WHOLE} --Channel press",
    f"{WHOLE} -channel press",
    f"{WHOLE} -c press",
    f"{WHOLE} -- --exact",
    f"{WHOLE} --channel",
    f"{WHOLE} --channel ''",
    f"{WHOLE} --channel=",
    f"{WHOLE} --channel '  '",
    f"{WHOLE} --channel web --market ''",
    f"{WHOLE} --locale=",
    f"{WHOLE} --channel --market de",
    f"{WHOLE} --exact=yes",
    f"{WHOLE} --level HUMAN_3",
    f"{WHOLE} --level ''",
    f"{WHOLE} --level auto_pass",
    f"{WHOLE} --revocations ''",
    f"{WHOLE} --revocations=",
    f"{WHOLE} --revocations missing.txt",
    f"{WHOLE} --proof ''",
    f"{WHOLE} --proof missing.txt",
    f"{WHOLE} --max-revocation-age 1h",
    *(f"{WHOLE} --revocations none.txt --max-revocation-age {one}" for one in ("1", "h", "1s", "-1h", "1.5h", "NaN", "''", "1h30m", "9999999d", "１h")),
    *(f"page.html permit.json --trust trust.json --at {one}" for one in ("2029-99-99", "2029-02-29", "0000-01-01", "now", "''", "1795000000000", "2026-11-18T24:00", "2026-11-18T10:00+24:00")),
    f"page.html permit.json --trust '' --at {AT}",
    f"page.html permit.json --trust page.html --at {AT}",
    f"page.html permit.json --trust missing.json --at {AT}",
    f"missing.html permit.json --trust trust.json --at {AT}",
    f"page.html missing.json --trust trust.json --at {AT}",
    f"page.html '' --trust trust.json --at {AT}",
    f"'' permit.json --trust trust.json --at {AT}",
    f"page.xhtml permit.json --trust trust.json --at {AT}",
    f"broken.html permit.json --trust trust.json --at {AT}",
    f"- permit.json --trust trust.json --at {AT}",
    f"- permit.json --trust trust.json --at {AT} --as docx",
]  # fmt: skip


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A permit and whatever a verifier is handed."""
    monkeypatch.chdir(tmp_path)
    said = permit()
    contents = {
        "checked.md": MARKDOWN,
        **dict.fromkeys(("page.html", "PAGE.HTM", "page.xhtml"), PAGE),
        "permit.json": envelope_bytes(sealed(said)).decode(),
        "trust.json": json.dumps(trust_json(TRUST)),
        "none.txt": revoked().decode(),
        "revoked.txt": revoked(said.id).decode(),
        "older.txt": revoked(at_ms=NOW_MS - 2 * HOUR_MS).decode(),
    }
    for name, text in contents.items():
        Path(name).write_text(text, encoding="utf-8")
    Path("broken.html").write_bytes(b"<p>\xff")


def codes(line: str) -> tuple[int, int]:
    """The exit codes of both, Python first."""
    words = shlex.split(line)
    node = [node_program(), str(FOLDER / "verify_permit.mjs"), *words]
    done = subprocess.run(node, capture_output=True, stdin=subprocess.DEVNULL, check=False, timeout=60)
    return run(["permit", "verify", *words]), done.returncode


@pytest.mark.parametrize("line", MAY)
def test_what_may_be_published(line: str) -> None:
    """Exit code 0."""
    assert (0, 0) == codes(line)


@pytest.mark.parametrize("line", MAY_NOT)
def test_what_may_not(line: str) -> None:
    """Exit code 1: what was asked is compared, in either spelling of an option."""
    assert (1, 1) == codes(line)


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_call(line: str) -> None:
    """Exit code 2: nothing that was said is passed over."""
    assert (2, 2) == codes(line)


def test_the_standard_input() -> None:
    """A page may come through a pipe, if its format is said."""
    words = ["-", "permit.json", "--trust", "trust.json", "--at", AT, "--as=html"]
    node = [node_program(), str(FOLDER / "verify_permit.mjs"), *words]

    assert 0 == subprocess.run(node, input=PAGE.encode(), check=False, capture_output=True).returncode
    assert 1 == subprocess.run(node, input=b"<p>Other.</p>", check=False, capture_output=True).returncode


def test_a_wrong_call_is_told_how_to_call() -> None:
    """Without arguments: the usage, which names every option, on the standard error."""
    node = [node_program(), str(FOLDER / "verify_permit.mjs")]
    done = subprocess.run(node, capture_output=True, text=True, check=False)
    options = (
        "trust",
        "channel",
        "market",
        "locale",
        "at",
        "as",
        "exact",
        "level",
        "revocations",
        "max-revocation-age",
        "proof",
    )

    assert (2, "") == (done.returncode, done.stdout)
    assert [] == [one for one in options if f"--{one}" not in done.stderr]
    assert "CONTENT PERMIT --trust FILE" in DOCS.read_text()
