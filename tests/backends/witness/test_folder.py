"""A witness in its folder remembers across processes and over HTTP, and keeps its secret."""

import threading
from contextlib import contextmanager

import pytest

from guardrails.audit import tlog
from guardrails.audit.checkpoint import checkpoint_text, make_checkpoint, parsed_checkpoint
from guardrails.audit.note import COSIGNED, verifier_key
from guardrails.audit.signing import rotate, signer
from guardrails.audit.store import Head
from guardrails.audit.witness import Reply, written_request
from guardrails.audit.witnessing import witnessed_checkpoint
from guardrails.backends.witness.folder import end, make_witness, open_witness, trust
from guardrails.backends.witness.http import asking, witness_server
from guardrails.errors import DraftError, LedgerError, SettingsError
from tests.audit.samples import sqlite_log


@pytest.fixture
def log(tmp_path):
    """A ledger."""
    made = sqlite_log(tmp_path)
    signer(made, "checkpoint")
    yield made
    made.close()


@pytest.fixture
def folder(log, tmp_path):
    """The folder of a witness that knows it."""
    made = tmp_path / "outside" / "witness"
    make_witness(made, "legal.example.com", (signer(log, "checkpoint").key,))
    return made


@contextmanager
def serving(witness):
    """Run its server; yield the URL."""
    with witness_server(witness, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_what_was_seen_outlives_the_process(log, folder):
    """Opened again, the witness knows its key, the ledger and the head."""
    made = make_checkpoint(log)
    first = open_witness(folder)
    first.add_checkpoint(written_request(0, (), made))
    again = open_witness(folder)

    assert first.key == again.key
    assert made == again.memory.held(log.origin)
    assert Reply(409, "1\n") == again.add_checkpoint(written_request(0, (), made))


def test_it_answers_over_http(log, folder):
    """The same answers as in the folder: 200, 409 with a size, 404, 400."""
    witness = open_witness(folder)
    with serving(witness) as url:
        made = witnessed_checkpoint(log, make_checkpoint(log), asking(url), [witness.key])
        ask = asking(url)

        assert made.note.by(witness.key)
        assert Reply(409, "1\n") == ask(written_request(0, (), made))
        assert 400 == ask("nonsense").status
        assert 413 == ask("x" * 70_000).status
        assert 404 == asking(f"{url}/elsewhere")("x").status


def test_a_race_is_won_once(log, folder):
    """Of many that ask with the same old size, each is answered from the head as it is then."""
    log.append("heartbeat", {})
    small = make_checkpoint(log)
    log.append("heartbeat", {})
    large = make_checkpoint(log)
    witness = open_witness(folder)
    replies = []
    asked = [written_request(0, (), one) for one in (small, large) * 8]
    threads = [
        threading.Thread(target=lambda one=one: replies.append(witness.add_checkpoint(one).status)) for one in asked
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert [200, *[409] * 15] == sorted(replies)


def test_a_witness_that_cannot_remember_cosigns_nothing(log, folder, monkeypatch):
    """A full disk is 500, and no cosignature leaves."""

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("guardrails.backends.witness.folder.write_durably", full)
    with serving(open_witness(folder)) as url:
        assert Reply(500) == asking(url)(written_request(0, (), make_checkpoint(log)))


def test_its_secret_is_its_owners(folder):
    """Made for the owner only, and refused if others may read it."""
    assert 0o600 == (folder / "seed").stat().st_mode & 0o777
    (folder / "seed").chmod(0o644)
    with pytest.raises(DraftError, match="others can read"):
        open_witness(folder)


def test_a_folder_is_a_witness_once(folder, tmp_path):
    """No second key takes the first one's place; a folder without one is named."""
    with pytest.raises(DraftError, match="already"):
        make_witness(folder, "legal.example.com")
    with pytest.raises(DraftError, match="holds no witness"):
        open_witness(tmp_path)
    with pytest.raises(DraftError, match="no name"):
        make_witness(tmp_path / "new", "two words")
    with pytest.raises(DraftError, match="is a witness"):
        trust(folder, verifier_key("legal", bytes(32), COSIGNED))
    (folder / "witness.json").write_text("[]")
    with pytest.raises(LedgerError, match="another schema"):
        open_witness(folder)


def test_nobody_there_is_an_error():
    """An address that nobody listens on, and one that is none."""
    with pytest.raises(LedgerError, match="no witness answers"):
        asking("http://127.0.0.1:9")("old 0\n\n")
    with pytest.raises(SettingsError, match="no address"):
        asking("ftp://example.com")


def test_a_stolen_key_does_not_lock_the_ledger_out(log, folder):
    """Its keeper ends the key and goes back to a head that it cosigned; the thief's head is kept as evidence."""
    witness, old = open_witness(folder), signer(log, "checkpoint")
    good = witnessed_checkpoint(log, make_checkpoint(log), witness.add_checkpoint, [witness.key])
    leaf = tlog.leaf_hash(b"forged")
    root = tlog.node_hash(log.root(1), leaf)
    forged = parsed_checkpoint(str(old.signed(checkpoint_text(log.origin, Head(2, root)))))
    assert 200 == witness.add_checkpoint(written_request(1, (leaf,), forged)).status
    new = rotate(log, "checkpoint", approved_by=("ana", "ben"), compromised_since_ms=log.clock())
    end(folder, old.key, good)
    trust(folder, new.key)
    again = witnessed_checkpoint(log, make_checkpoint(log), open_witness(folder).add_checkpoint, [witness.key])
    kept = [path.read_text() for path in (folder / "seen").iterdir() if path.suffix == ".2"]

    assert again.note.by(witness.key)
    assert again.head == witness.memory.held(log.origin).head
    assert [str(forged.note)] == kept
    assert 403 == witness.add_checkpoint(written_request(1, (leaf,), forged)).status


def test_an_ended_key_is_ended(log, folder):
    """It is not taken again, and a witness goes back only to what it has cosigned itself."""
    key, made = signer(log, "checkpoint").key, make_checkpoint(log)
    codes = []
    for act in (
        lambda: end(folder, key, made),
        lambda: end(folder, verifier_key("else", bytes(32))),
        lambda: (end(folder, key), end(folder, key), trust(folder, key)),
    ):
        with pytest.raises(DraftError) as caught:
            act()
        codes.append(caught.value.code)

    assert ["not-cosigned", "key-unknown", "key-ended"] == codes
    assert 404 == open_witness(folder).add_checkpoint(written_request(0, (), made)).status
