"""The ledger's ways out: checkpoints, witnesses, proofs, exports, and what verifying says of them."""

from __future__ import annotations

import json
import subprocess
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.surfaces.cli.conftest import WORKSPACE, Cli


@pytest.fixture
def checked(cli: Cli, workspace: Path) -> Path:
    """The workspace after one check."""
    (workspace / "guardrails.yaml").write_text(WORKSPACE.replace("[head-of-content]", "[head-of-content, brand-lead]"))
    cli("check", "drafts/good.md")
    return workspace


def vkey(cli: Cli) -> str:
    """The ledger's public key."""
    return cli("ledger", "checkpoint").err.removeprefix("signed by ").strip()


def last_check(cli: Cli) -> str:
    """The id of a new check."""
    found = json.loads(cli("check", "--format", "json", "drafts/good.md").out)
    return str(found["results"][0]["answer"]["check_id"])


def test_a_checkpoint_is_printed_or_written(cli: Cli, checked: Path) -> None:
    """The note to the standard output or a file, the key to the standard error."""
    printed, written = cli("ledger", "checkpoint"), cli("ledger", "checkpoint", "--out", "head.txt")

    assert (0, 0) == (printed.code, written.code)
    assert printed.out == (checked / "head.txt").read_text()
    assert printed.out.startswith("guardrails/")
    assert "" == written.out


def test_without_a_witness_it_is_operator_trusted(cli: Cli, checked: Path) -> None:
    """Said in words and in JSON."""
    cli("ledger", "checkpoint")

    assert "trust: operator-trusted: no witness has seen it" in cli("ledger", "verify").out
    assert "operator" == json.loads(cli("ledger", "verify", "--format", "json").out)["trust"]


def test_a_witness_in_a_folder_cosigns(cli: Cli, checked: Path) -> None:
    """It is told the key, asked, remembered; a key from outside is worth more than one on the record."""
    key = cli("ledger", "witness", "init", "w", "--name", "legal.example.com", "--log", vkey(cli)).out.strip()
    cosigned = cli("ledger", "checkpoint", "--witness", "w")
    verified = cli("ledger", "verify")
    given = json.loads(cli("ledger", "verify", "--witness-key", key, "--format", "json").out)

    assert 0 == cosigned.code
    assert "— legal.example.com " in cosigned.out
    assert "trust: witnessed: legal.example.com saw the first 4 records at " in verified.out
    assert "compare its key with its keeper's" in verified.out
    assert ("witnessed", True, 4) == (given["trust"], given["witnesses"][0]["given"], given["witnesses"][0]["size"])


def test_a_witness_that_knows_nobody_refuses(cli: Cli, checked: Path) -> None:
    """Exit 4 with what to do, the checkpoint printed all the same; told the key, it cosigns."""
    cli("ledger", "witness", "init", "w", "--name", "legal.example.com")
    refused = cli("ledger", "checkpoint", "--witness", "w")
    told = cli("ledger", "witness", "trust", "w", vkey(cli))

    assert 4 == refused.code
    assert "witness-refused" in refused.err
    assert "guardrails/" in refused.out
    assert told.out.startswith("watches guardrails/")
    assert 0 == cli("ledger", "checkpoint", "--witness", "w").code


def test_a_witness_at_a_url_needs_its_key(cli: Cli, checked: Path) -> None:
    """Nobody's word is taken for whose key it is; with it, an address that nobody answers at is exit 4."""
    known = cli("ledger", "witness", "init", "w", "--name", "legal.example.com").out.strip()

    assert "no-witness-key" in cli("ledger", "checkpoint", "--witness", "http://127.0.0.1:9").err
    asked = cli("ledger", "checkpoint", "--witness", "http://127.0.0.1:9", "--witness-key", known)
    assert (4, True) == (asked.code, "witness-unreachable" in asked.err)


def test_a_request_in_a_file_is_cosigned(cli: Cli, checked: Path) -> None:
    """For a witness without a network; a size that it has not seen is refused with the one it has."""
    key = vkey(cli)
    cli("ledger", "witness", "init", "w", "--name", "legal.example.com", "--log", key)
    (checked / "request").write_text("old 0\n\n" + cli("ledger", "checkpoint").out)
    first, second = (
        cli("ledger", "witness", "cosign", "w", "request"),
        cli("ledger", "witness", "cosign", "w", "request"),
    )

    assert (0, True) == (first.code, first.out.startswith("— legal.example.com "))
    assert (4, "refused: 409, it has seen 3\n") == (second.code, second.err)


def test_a_held_checkpoint_is_compared(cli: Cli, checked: Path) -> None:
    """It says what it proves; one of another ledger makes it NOT intact."""
    cli("ledger", "checkpoint", "--out", "held.txt")
    cli("check", "drafts/good.md")
    fine = cli("ledger", "verify", "--checkpoint", "held.txt")
    text = (checked / "held.txt").read_text()
    (checked / "bent.txt").write_text(text.replace("\n3\n", "\n2\n"))
    bent = cli("ledger", "verify", "--checkpoint", "bent.txt")

    assert 0 == fine.code
    assert "held: held.txt: the first 3 records are those it signs" in fine.out
    assert 4 == bent.code
    assert "held-checkpoint-differs (bent.txt: it is signed by no key" in bent.out
    assert "NOT intact" in bent.out


def test_a_checkpoint_goes_out_by_mail(cli: Cli, checked: Path) -> None:
    """An RFC 5322 message whose attachment is the note, byte for byte."""
    note = cli("ledger", "checkpoint", "--eml", "head.eml", "--mail-to", "audit@example.com").out
    mail = message_from_bytes((checked / "head.eml").read_bytes())
    attached = [part for part in mail.walk() if part.get_filename()]

    assert ("audit@example.com", "guardrails@localhost") == (mail["To"], mail["From"])
    assert [note.encode()] == [part.get_payload(decode=True) for part in attached]
    assert "bad-address" in cli("ledger", "checkpoint", "--eml", "x.eml", "--mail-to", "a@b\nBcc: c@d").err


def test_a_checkpoint_goes_out_by_git(cli: Cli, checked: Path) -> None:
    """One commit per head, none for the same; hooks do not run."""
    office = checked / "office"
    subprocess.run(["git", "init", "-q", str(office)], check=True)
    hook = office / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    note = cli("ledger", "checkpoint", "--git", "office").out
    cli("ledger", "checkpoint", "--git", "office")
    log = subprocess.run(["git", "-C", str(office), "log", "--format=%s"], capture_output=True, text=True, check=True)
    files = [path for path in office.iterdir() if path.name != ".git"]

    assert [note] == [path.read_text() for path in files]
    assert 1 == len(log.stdout.splitlines())
    assert log.stdout.endswith(": 3 records\n")
    assert "git-failed" in cli("ledger", "checkpoint", "--git", "drafts/none").err


def test_a_record_is_proved_without_the_ledger(cli: Cli, checked: Path) -> None:
    """The proof and the record's bytes suffice; another record or key does not."""
    check_id = last_check(cli)
    made = cli("ledger", "prove", check_id, "--out", "one.tlog-proof")
    key = vkey(cli)
    (checked / "var").rename(checked / "gone")
    proved = cli("ledger", "prove", "--check", "one.tlog-proof", "one.json", "--key", key)
    bent = (checked / "one.json").read_text().replace('"pass"', '"PASS"')
    (checked / "bent.json").write_text(bent)

    assert 0 == made.code
    assert check_id in (checked / "one.json").read_text()
    assert (0, True) == (proved.code, proved.out.startswith("proved: the record stands at 2 of 4, signed by"))
    refused = cli("ledger", "prove", "--check", "one.tlog-proof", "bent.json", "--key", key)
    assert (4, True) == (refused.code, refused.err.startswith("NOT proved: this record does not stand at 2"))
    assert "no-key" in cli("ledger", "prove", "--check", "one.tlog-proof", "one.json").err


def test_a_proof_is_printed(cli: Cli, checked: Path) -> None:
    """Without --out the proof alone; what is unknown is named."""
    assert cli("ledger", "prove", last_check(cli)).out.startswith("c2sp.org/tlog-proof@v1\nindex 2\n")
    assert "record-unknown" in cli("ledger", "prove", "chk_none").err


def test_an_export_is_written_once(cli: Cli, checked: Path) -> None:
    """A new folder, a record; a folder that is there is not touched."""
    made = cli("ledger", "export", "out")
    again = cli("ledger", "export", "out")

    assert 0 == made.code
    assert "3 records as hashes, 3 records in full: out" in made.out
    assert "it was exported is record 3" in made.out
    assert (checked / "out" / "checkpoint").exists()
    assert (2, True) == (again.code, "folder-exists" in again.err)
    assert "bad-day" in cli("ledger", "export", "new", "--from", "soon").err
    assert "1 export" in cli("ledger", "verify").out


def test_a_key_is_rotated_by_two_people(cli: Cli, checked: Path) -> None:
    """One is not enough; the new key signs, and what the old one signed stays valid."""
    old = vkey(cli)
    cli("ledger", "checkpoint", "--out", "held.txt")
    refused = cli("ledger", "rotate-key", "checkpoint", "--approved-by", "head-of-content")
    done = cli("ledger", "rotate-key", "checkpoint", "--approved-by", "head-of-content", "--approved-by", "brand-lead")

    assert (2, True) == (refused.code, "rotation-not-approved" in refused.err)
    assert (0, done.out.strip()) == (done.code, vkey(cli))
    assert old != done.out.strip()
    assert 0 == cli("ledger", "verify", "--checkpoint", "held.txt").code


def test_a_silence_is_shown(cli: Cli, checked: Path) -> None:
    """By verify, in words and in JSON, and by the doctor; it is no damage."""
    from contextlib import closing

    from guardrails import wiring

    with closing(wiring.open_log(wiring.settings(checked))) as log:
        log.append("heartbeat", {"every_ms": 60_000})
        log.clock = lambda: wiring.now_ms() + 3_600_000
        log.append("heartbeat", {"every_ms": 60_000})
    verified = cli("ledger", "verify")

    assert 0 == verified.code
    assert ", before record 3: no server ran, or it recorded elsewhere" in verified.out
    assert [3] == [one["index"] for one in json.loads(cli("ledger", "verify", "--format", "json").out)["silences"]]
    assert "1 silence among the last 1000" in cli("doctor").out


def test_a_ledger_that_does_not_extend_its_last_checkpoint_is_refused(cli: Cli, checked: Path) -> None:
    """Seen when it is opened, before anything is written."""
    import apsw

    note = cli("ledger", "checkpoint").out
    db = apsw.Connection(str(checked / "var" / "ledger.db"))
    db.execute("INSERT INTO checkpoint (size, note) VALUES (9, ?)", (note.replace("\n3\n", "\n9\n"),))
    db.close()
    refused = cli("check", "drafts/good.md")

    assert 4 == refused.code
    assert "the first 9 records are not those that were signed" in refused.err
