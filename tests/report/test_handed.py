"""A report that is handed over is checked by itself, and against the ledger."""

import pytest

from guardrails.audit.checkpoint import parsed_checkpoint
from guardrails.audit.note import verifier_key
from guardrails.audit.outside import trust_in
from guardrails.audit.signing import rotate, signer
from guardrails.report.handed import CHECKPOINT, MANIFEST, handed
from guardrails.report.issue import issued
from tests.report.conftest import AUDITOR, damage


@pytest.fixture
def files(books):
    """A report as issued, by name."""
    return dict(issued(books.log, books.report(), ("html", "csv"), AUDITOR).files)


@pytest.fixture
def key(books, files):
    """The key that signed it."""
    return signer(books.log, "report").key


def test_what_was_signed_is_verified(books, files, key):
    """Every file is there as it was signed, and the manifest says of which records and what time."""
    found = handed(files, (key,))

    assert () == found.problems
    assert (key.vkey,) == found.signers
    assert (books.log.origin, books.report().integrity.root) == (found.manifest.origin, found.manifest.root)
    assert {"report.html", "decisions.csv", CHECKPOINT} == set(found.manifest.files)


def test_every_change_is_named(files, key):
    """One letter in any file, a file less, a file more: each is one problem."""
    for name in (*files.keys() - {MANIFEST}, CHECKPOINT):
        changed = {**files, name: files[name][:-1] + b"!"}
        less = {other: data for other, data in files.items() if other != name}

        assert f"{name}: changed since it was signed" == handed(changed, (key,)).problems[0]
        assert (f"{name}: missing",) == handed(less, (key,)).problems
    assert ("notes.txt: not of this report",) == handed({**files, "notes.txt": b""}, (key,)).problems


def test_a_manifest_is_no_manifest_without_the_right_signature(files, key):
    """Another key, one changed letter, no manifest, no note at all."""
    other = verifier_key(key.name, bytes(32))
    text = files[MANIFEST].replace(b"T00:00:00.000Z", b"T01:00:00.000Z", 1)

    assert [(), ()] == [handed(files, (other,)).signers, handed({**files, MANIFEST: text}, (key,)).signers]
    assert "not signed by the key that was given" in handed(files, (other,)).problems[0]
    assert "not signed by the key that was given" in handed({**files, MANIFEST: text}, (key,)).problems[0]
    assert "missing" in handed({"report.html": b""}, (key,)).problems[0]
    assert "cannot be read" in handed({**files, MANIFEST: b"\xff"}, (key,)).problems[0]
    assert "cannot be read" in handed({**files, MANIFEST: b"a\nb\n\n"}, (key,)).problems[0]


def test_after_a_new_key_the_old_report_still_verifies(books, files, key):
    """What the key signed before stays valid, and the new key has not signed it."""
    new = rotate(books.log, "report", approved_by=("a", "b"))

    assert () == handed(files, (key,)).problems
    assert handed(files, (new.key,)).problems


def test_the_ledger_extends_the_checkpoint_of_the_report(books, files):
    """The checkpoint signs exactly the records that the report rests on, and the ledger says so, however it has grown."""
    checkpoint = parsed_checkpoint(files[CHECKPOINT].decode())
    books.log.append("heartbeat", {})
    trust = trust_in(books.log, held=[("checkpoint", checkpoint)])
    found = books.report().integrity

    assert (found.size, found.root) == (checkpoint.head.size, checkpoint.head.root.hex())
    assert () == trust.problems
    assert [found.size] == [one.size for one in trust.held]
    assert found.size < books.log.head().size


def test_nothing_is_signed_that_did_not_verify(books):
    """On a damaged ledger there is a report, which says so, on record as such, and no checkpoint."""
    signer(books.log, "report")
    damage(books, books.report().decisions[3].at)
    done = issued(books.log, books.report(), ("html",), AUDITOR)
    (record,) = [one for _, one, _ in books.log.sound_records() if one.type == "report_issued"]

    assert [MANIFEST, "report.html"] == [name for name, _ in done.files]
    assert record.member("intact") is False
    assert 0 < record.number("problems") == len(books.report().integrity.problems)
    assert b"--checkpoint" not in dict(done.files)["report.html"]
