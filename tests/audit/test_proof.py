"""A record's proof stands on its own."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guardrails.audit.checkpoint import make_checkpoint
from guardrails.audit.log import AuditLog
from guardrails.audit.proof import parsed_proof, record_proof
from guardrails.audit.signing import signer
from guardrails.errors import DraftError, LedgerError
from tests.audit.memory import MemoryKeys, MemoryStore
from tests.audit.samples import Clock


def ledger(count=20):
    """A ledger with its checkpoint key and *count* heartbeats; the receipts with it."""
    log = AuditLog(MemoryStore(), MemoryKeys(), Clock())
    signer(log, "checkpoint")
    return log, [log.append("heartbeat", {"n": n}) for n in range(count)]


LOG, RECEIPTS = ledger()
PROOF = record_proof(LOG, RECEIPTS[11].record_id)
RECORD = next(LOG.stored(12, 13)).record


def test_a_proof_is_read_as_it_was_written():
    """Writing and reading are inverse, and the proof holds for its record and no other."""
    assert PROOF == parsed_proof(str(PROOF))
    assert str(PROOF).startswith("c2sp.org/tlog-proof@v1\nindex 12\n")
    assert PROOF.holds_for(RECORD)
    assert not PROOF.holds_for(RECORD + b" ")


def test_a_proof_names_who_signed():
    """Only keys that signed are signers."""
    key, other = signer(LOG, "checkpoint").key, signer(LOG, "permit").key

    assert (key,) == PROOF.signers([key, other])


def test_an_extra_line_is_ignored():
    """Nobody has signed it."""
    assert PROOF == parsed_proof(str(PROOF).replace("\nindex", "\nextra aGk=\nindex"))


@pytest.mark.parametrize("index", range(20))
def test_every_record_has_a_proof(index):
    """In the tree of all records."""
    made = record_proof(LOG, RECEIPTS[index].record_id)

    assert made.holds_for(next(LOG.stored(index + 1, index + 2)).record)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v1",
        str(PROOF).replace("@v1", "@v2"),
        str(PROOF).replace("index 12", "index 012"),
        str(PROOF).replace("index 12", "index " + "9" * 5000),
        str(PROOF).replace("index 12\n", "index 12\nAA==\n"),
        str(PROOF).replace("index 12\n", "index 12\n!\n"),
        str(PROOF).replace("\n\n", "\n", 1),
    ],
)
def test_what_is_no_proof_is_refused(text):
    """Another version, an index with zeroes, hashes of another length, no checkpoint."""
    with pytest.raises(LedgerError, match=r"no proof|no signed note"):
        parsed_proof(text)


@example(str(PROOF).index("=\n") - 1, 1)
@given(st.integers(0, len(str(PROOF).encode()) - 1), st.integers(0, 7))
def test_one_changed_bit_proves_nothing(at, bit):
    """Whatever bit of the file changes: it cannot be read, does not hold, or is signed by nobody."""
    data = bytearray(str(PROOF).encode())
    data[at] ^= 1 << bit
    try:
        read = parsed_proof(data.decode())
    except (LedgerError, UnicodeDecodeError):
        return

    assert not (read.holds_for(RECORD) and read.signers([signer(LOG, "checkpoint").key]))


def test_an_earlier_checkpoint_proves_what_came_before_it():
    """Of a size that is kept, and only for records it counts."""
    log, receipts = ledger(3)
    make_checkpoint(log)
    later = log.append("heartbeat", {})

    assert 4 == record_proof(log, receipts[0].record_id, 4).checkpoint.head.size
    with pytest.raises(DraftError, match="ends before"):
        record_proof(log, later.record_id, 4)
    with pytest.raises(DraftError, match="no checkpoint over 3"):
        record_proof(log, receipts[0].record_id, 3)
    with pytest.raises(LedgerError, match="no record"):
        record_proof(log, "rec_none")
