"""Signed notes are those of C2SP: other implementations' verify, ours are byte for byte theirs."""

import base64
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.audit.checkpoint import checkpoint_text, parsed_checkpoint
from guardrails.audit.note import COSIGNED, cosignature, cosigned_at, parsed_note, parsed_vkey, signed, verifier_key
from guardrails.audit.store import Head
from guardrails.errors import LedgerError

TILES = Path(os.environ.get("GUARDRAILS_DATA", "../shared/data")) / "vectors" / "tlog-tiles-tessera"
TESSERA = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
SEED = bytes(range(32))
TEXT = "guardrails/demo\n3\n" + base64.b64encode(bytes(32)).decode() + "\n"

vectors = pytest.mark.skipif(not TILES.is_dir(), reason="GUARDRAILS_DATA has no test vectors")


@vectors
@pytest.mark.parametrize("size", range(16))
def test_the_checkpoints_of_another_log_verify(size):
    """Every checkpoint of Tessera's test log is read, verified, and written again as it was."""
    data = (TILES / f"checkpoint.{size}").read_text(encoding="utf-8")
    checkpoint = parsed_checkpoint(data)

    assert data == str(checkpoint.note)
    assert (size, "example.com/log/testdata") == (checkpoint.head.size, checkpoint.origin)
    assert checkpoint.note.by(parsed_vkey(TESSERA))
    assert checkpoint_text(checkpoint.origin, checkpoint.head) == checkpoint.note.text


def test_a_note_is_read_as_it_was_written():
    """Writing and reading are inverse, with a log's and a witness's signature under one text."""
    note = signed(TEXT, "demo", SEED).with_signatures([cosignature(TEXT, "witness", SEED, 1_800_000_000)])
    read = parsed_note(str(note))
    seen = read.by(verifier_key("witness", SEED, COSIGNED))

    assert note == read
    assert read.by(verifier_key("demo", SEED))
    assert seen
    assert cosigned_at(seen) == 1_800_000_000


@pytest.mark.parametrize("kind", [1, 4])
def test_a_vkey_is_read_as_it_was_written(kind):
    """A public key survives its one-line form."""
    key = verifier_key("demo", SEED, kind)

    assert key == parsed_vkey(key.vkey)


@given(st.integers(0, len(TEXT) - 2), st.integers(1, 25))
def test_a_changed_text_is_signed_by_nobody(at, by):
    """One changed character of the text ends every signature."""
    changed = TEXT[:at] + chr((ord(TEXT[at]) - 32 + by) % 94 + 33) + TEXT[at + 1 :]
    note = signed(TEXT, "demo", SEED).with_signatures([cosignature(TEXT, "witness", SEED, 5)])
    forged = type(note)(changed, note.signatures)

    assert changed == TEXT or not forged.by(verifier_key("demo", SEED))
    assert changed == TEXT or not forged.by(verifier_key("witness", SEED, COSIGNED))


def test_another_key_of_the_same_name_has_not_signed():
    """The name alone is nobody's signature."""
    assert signed(TEXT, "demo", SEED).by(verifier_key("demo", bytes(32))) is None


def test_a_witness_cannot_be_moved_in_time():
    """The moment of a cosignature is signed."""
    real = cosignature(TEXT, "witness", SEED, 5)
    moved = type(real)(real.name, real.key_id, (6).to_bytes(8, "big") + real.data[8:])
    note = signed(TEXT, "demo", SEED).with_signatures([moved])

    assert note.by(verifier_key("witness", SEED, COSIGNED)) is None


@pytest.mark.parametrize(
    "data",
    ["", "text\n", "text\n\n", "text\n\n- demo AAAA\n", "text\n\n— demo AAAA\n", "text\n\n— demo !!!!\n",
     "text\n\n— de mo AAAAAAAAAAAA\n", "te\txt\n\n— demo AAAAAAAAAAAA\n", "text\n\n— demo AAAAAAAAAAAA"],
)  # fmt: skip
def test_what_is_no_note_is_refused(data):
    """A note has one form."""
    with pytest.raises(LedgerError, match="no signed note"):
        parsed_note(data)


@pytest.mark.parametrize(
    "text", ["a\n", "a\n1\n", "a\n01\n" + TEXT.split("\n")[2] + "\n", "\n1\nAAAA\n", "a\n-1\nAAAA\n"]
)
def test_what_is_no_checkpoint_is_refused(text):
    """A checkpoint has three lines: origin, size, root."""
    with pytest.raises(LedgerError, match="no checkpoint"):
        parsed_checkpoint(str(signed(text, "demo", SEED)))


@pytest.mark.parametrize(
    "vkey", ["", "demo", "demo+00000000+AAAA", "demo+00000000+" + base64.b64encode(b"\1" * 33).decode()]
)
def test_what_is_no_vkey_is_refused(vkey):
    """A public key names its own hash."""
    with pytest.raises(LedgerError, match=r"no public key|not that of its key"):
        parsed_vkey(vkey)


def test_the_text_of_a_checkpoint():
    """Origin, size and root stand on a line each."""
    assert checkpoint_text("guardrails/demo", Head(3, bytes(32))) == TEXT


def test_a_note_is_written_in_one_way_only():
    """Base64 whose last character has other unused bits says the same bytes, and is refused."""
    written = str(signed(TEXT, "demo", SEED))
    at = written.rindex("=") - 1 if "=" in written.splitlines()[-1] else len(written) - 2
    other = written[:at] + chr(ord(written[at]) + 1) + written[at + 1 :]

    assert base64.b64decode(other.split()[-1]) == base64.b64decode(written.rsplit(maxsplit=1)[-1])
    with pytest.raises(LedgerError, match="no signed note"):
        parsed_note(other)
