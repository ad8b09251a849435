"""A witness cosigns what extends the head it remembers, and nothing else."""

from contextlib import nullcontext

import pytest

from guardrails.audit.checkpoint import Checkpoint, checkpoint_text, make_checkpoint
from guardrails.audit.log import AuditLog
from guardrails.audit.note import SIGNED, cosigned_at, parsed_note, signed, verifier_key
from guardrails.audit.signing import signer
from guardrails.audit.store import SIGNING_KEY, Head
from guardrails.audit.witness import Reply, Witness, parsed_request, written_request
from guardrails.audit.witnessing import add_witness, witnessed_checkpoint, witnesses_on_record
from guardrails.errors import DraftError, LedgerError
from tests.audit.memory import MemoryKeys, MemoryStore
from tests.audit.samples import Clock

SEED = bytes(range(32))
NOW_S = 1_800_000_000


class Remembered:
    """A memory that forgets when the test ends."""

    def __init__(self, known):
        self.known, self.seen, self.is_broken = known, {}, False

    def keys(self, origin):
        """Return the keys of a ledger."""
        return self.known.get(origin, ())

    def held(self, origin):
        """Return what was seen of it."""
        return self.seen.get(origin)

    def keep(self, checkpoint):
        """Remember it, unless broken."""
        if self.is_broken:
            raise OSError(28, "no space left")
        self.seen[checkpoint.origin] = checkpoint

    def lock(self):
        """Nobody else is here."""
        return nullcontext()


@pytest.fixture
def log():
    """A ledger with some records."""
    made = AuditLog(MemoryStore(), MemoryKeys(), Clock())
    signer(made, "checkpoint")
    for n in range(5):
        made.append("heartbeat", {"n": n})
    return made


@pytest.fixture
def witness(log):
    """A witness that knows it."""
    return Witness("legal", SEED, Remembered({log.origin: (signer(log, "checkpoint").key,)}), lambda: NOW_S)


def request(log, old):
    """What the ledger sends when the witness has seen *old* records."""
    made = make_checkpoint(log)
    return written_request(old, log.consistency_proof(old) if old else (), made)


def test_a_request_is_read_as_it_was_written(log):
    """Writing and reading are inverse."""
    made = make_checkpoint(log)

    assert (3, log.consistency_proof(3), made) == parsed_request(request(log, 3))


def test_the_first_checkpoint_is_cosigned(log, witness):
    """With nothing remembered, old is 0 and the proof empty; the signature says when."""
    reply = witness.add_checkpoint(request(log, 0))
    mark = parsed_note(f"{make_checkpoint(log).note.text}\n{reply.body}").by(witness.key)

    assert 200 == reply.status
    assert NOW_S == cosigned_at(mark)
    assert make_checkpoint(log) == witness.memory.held(log.origin)


def test_what_extends_it_is_cosigned(log, witness):
    """Again and again, also the same head once more."""
    witness.add_checkpoint(request(log, 0))
    log.append("heartbeat", {})

    assert 200 == witness.add_checkpoint(request(log, 6)).status
    assert 200 == witness.add_checkpoint(request(log, 7)).status


def test_another_size_is_answered_with_the_one_remembered(log, witness):
    """409 says how many records were seen."""
    witness.add_checkpoint(request(log, 0))
    log.append("heartbeat", {})

    assert Reply(409, "6\n") == witness.add_checkpoint(request(log, 0))
    assert Reply(409, "6\n") == witness.add_checkpoint(request(log, 3))


def forged(log, size, root, origin=""):
    """A checkpoint that the ledger's own key signs although the ledger is another."""
    seed = log.keys.part_key(SIGNING_KEY, signer(log, "checkpoint").key.vkey).key
    origin = origin or log.origin
    note = signed(checkpoint_text(origin, Head(size, root)), log.origin, seed)
    return Checkpoint(origin, Head(size, root), note)


def test_another_history_is_never_cosigned(log, witness):
    """Rewritten, shorter, or the same size with another root: refused, and the memory stays."""
    witness.add_checkpoint(request(log, 0))
    held = witness.memory.held(log.origin)
    longer, same, shorter = (forged(log, size, bytes(32)) for size in (7, 6, 3))

    assert 422 == witness.add_checkpoint(written_request(6, (bytes(32),) * 3, longer)).status
    assert 422 == witness.add_checkpoint(written_request(6, (), longer)).status
    assert Reply(409, "6\n") == witness.add_checkpoint(written_request(6, (), same))
    assert 400 == witness.add_checkpoint(written_request(6, (), shorter)).status
    assert Reply(409, "6\n") == witness.add_checkpoint(written_request(0, (), longer))
    assert held == witness.memory.held(log.origin)


def test_a_proof_from_nothing_is_empty(log, witness):
    """A proof from size 0 is no proof."""
    assert 422 == witness.add_checkpoint(written_request(0, (bytes(32),), make_checkpoint(log))).status


def test_only_known_ledgers_are_answered(log, witness):
    """404 for another origin; 403 for a checkpoint that its keys have not signed; 400 for what is no request."""
    other = forged(log, 3, bytes(32), origin="guardrails/other")
    made = make_checkpoint(log)
    unsigned = Checkpoint(made.origin, made.head, signed(made.note.text, log.origin, SEED))

    assert 404 == witness.add_checkpoint(written_request(0, (), other)).status
    assert 403 == witness.add_checkpoint(written_request(0, (), unsigned)).status
    for text in ("", "old 0", "old 00\n\n", "old -1\n\nx\n1\n", request(log, 0).replace("old 0", "old 0\n" * 70)):
        assert 400 == witness.add_checkpoint(text).status


def test_what_could_not_be_remembered_is_not_cosigned(log, witness):
    """The head is durable before the cosignature leaves."""
    witness.memory.is_broken = True

    with pytest.raises(OSError, match="no space"):
        witness.add_checkpoint(request(log, 0))


def test_the_ledger_keeps_what_the_witness_returned(log, witness):
    """Cosigned once, kept with the checkpoint, by a key that is on the record."""
    add_witness(log, witness.key)
    add_witness(log, witness.key)
    asked = []

    def ask(text):
        asked.append(text)
        return witness.add_checkpoint(text)

    made = witnessed_checkpoint(log, make_checkpoint(log), ask, [witness.key])

    assert (witness.key,) == witnesses_on_record(log)
    assert made.note.by(witness.key)
    assert made == make_checkpoint(log) == witnessed_checkpoint(log, made, ask, [witness.key])
    assert 1 == len(asked)


def test_the_ledger_learns_the_size_the_witness_has(log, witness):
    """Without its own memory of what was cosigned, 409 tells it."""
    witness.add_checkpoint(request(log, 0))
    log.append("heartbeat", {})

    assert witnessed_checkpoint(log, make_checkpoint(log), witness.add_checkpoint, [witness.key]).note.by(witness.key)


@pytest.mark.parametrize(
    ("replies", "code"),
    [
        ([Reply(409, "99\n")], "witness-disagrees"),
        ([Reply(409, "6\n"), Reply(409, "6\n")], "witness-disagrees"),
        ([Reply(422)], "witness-disagrees"),
        ([Reply(404)], "witness-refused"),
        ([Reply(409, "many\n")], "witness-refused"),
        ([Reply(200, "— legal AAAAAAAAAAAAAAAAAAAAAAAA\n")], "cosignature-invalid"),
        ([Reply(200, "nothing\n")], "note-unreadable"),
    ],
)
def test_a_witness_that_does_not_cosign_is_an_error(log, witness, replies, code):
    """Nothing is kept then, and the error says what the witness said."""
    with pytest.raises(LedgerError) as caught:
        witnessed_checkpoint(log, make_checkpoint(log), lambda _: replies.pop(0), [witness.key])

    assert code == caught.value.code
    assert not make_checkpoint(log).note.by(witness.key)


def test_a_log_is_no_witness(log):
    """Its key is refused."""
    with pytest.raises(DraftError, match="cosigns none"):
        add_witness(log, verifier_key("legal", SEED, SIGNED))
