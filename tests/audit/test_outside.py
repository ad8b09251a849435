"""What checkpoints say: the insider who writes everything anew is caught by whoever holds an old one."""

import pytest

from guardrails.audit.checkpoint import make_checkpoint, parsed_checkpoint
from guardrails.audit.log import AuditLog
from guardrails.audit.outside import trust_in
from guardrails.audit.signing import rotate, signer
from guardrails.audit.witnessing import add_witness, witnessed_checkpoint
from guardrails.errors import LedgerError
from tests.audit.memory import MemoryKeys, MemoryStore
from tests.audit.samples import Clock
from tests.audit.test_witness import NOW_S, SEED, Remembered, Witness


class Insider(MemoryKeys):
    """The key store of an operator who keeps the secrets and forgets what was seen."""

    def reset(self):
        """Forget the head, and what was made for the records."""
        self._seen = None
        self._parts.clear()
        return self


def written(keys, verdicts):
    """A ledger with these verdicts; the same keys give the same origin and signing key."""
    numbers = iter(range(1, 1000))
    log = AuditLog(MemoryStore(), keys, Clock(), entropy=lambda count: next(numbers).to_bytes(count, "big"))
    key = signer(log, "checkpoint").key
    for verdict in verdicts:
        log.append("heartbeat", {"verdict": verdict})
    return log, Witness("legal", SEED, Remembered({log.origin: (key,)}), lambda: NOW_S)


@pytest.fixture
def keys():
    """The operator's secrets."""
    return Insider()


def test_without_a_witness_the_ledger_is_operator_trusted(keys):
    """Its own checkpoint vouches for nothing."""
    log, _ = written(keys, ["pass", "escalate"])
    make_checkpoint(log)
    found = trust_in(log)

    assert ("operator", 1, ()) == (found.word, found.kept, found.problems)


def test_a_cosigned_ledger_is_witnessed(keys):
    """Up to the largest head that a witness has seen; given from outside its key counts more."""
    log, witness = written(keys, ["pass", "escalate"])
    add_witness(log, witness.key)
    witnessed_checkpoint(log, make_checkpoint(log), witness.add_checkpoint, [witness.key])
    log.append("heartbeat", {})
    found = trust_in(log)

    assert "witnessed" == found.word
    assert [(witness.key, 4, NOW_S, False)] == [(one.key, one.size, one.at_s, one.given) for one in found.seen]
    assert trust_in(log, [witness.key]).seen[0].given


def test_the_insider_who_signs_everything_anew_is_caught(keys):
    """With the real keys the new ledger verifies by itself; neither the witness nor a held checkpoint is deceived."""
    log, witness = written(keys, ["pass", "escalate"])
    held = witnessed_checkpoint(log, make_checkpoint(log), witness.add_checkpoint, [witness.key])
    anew, _ = written(keys.reset(), ["pass", "pass", "pass"])
    own = make_checkpoint(anew)
    found = trust_in(anew, held=[("held.txt", held)])

    assert anew.verify().ok
    assert own.is_by(log)
    assert ["held-checkpoint-differs"] == [one.what for one in found.problems]
    assert "the first 3 records are not those it signs" in found.problems[0].detail
    with pytest.raises(LedgerError, match="remembers another ledger"):
        witnessed_checkpoint(anew, own, witness.add_checkpoint, [witness.key])


def test_a_shortened_ledger_is_caught(keys):
    """A checkpoint over more records than there are."""
    log, _ = written(keys, ["pass", "escalate"])
    held = make_checkpoint(log)
    shorter, _ = written(keys.reset(), ["pass"])

    assert "signs 3 records, the ledger has 2" in trust_in(shorter, held=[("h", held)]).problems[0].detail


def test_what_is_held_counts(keys):
    """A checkpoint that agrees is named, with who signed it, also by a key that has been retired since."""
    log, witness = written(keys, ["pass", "escalate"])
    held = witnessed_checkpoint(log, make_checkpoint(log), witness.add_checkpoint, [witness.key])
    rotate(log, "checkpoint", approved_by=("ana", "ben"))
    found = trust_in(log, [witness.key], [("held.txt", held)])

    assert [("held.txt", 3, (log.origin, "legal"))] == [(one.name, one.size, one.signers) for one in found.held]
    assert "witnessed" == found.word


def test_a_checkpoint_of_somebody_else_proves_nothing(keys):
    """Another ledger's, or one that nobody known has signed."""
    log, _ = written(keys, ["pass"])
    other, _ = written(Insider(), ["pass"])
    foreign = make_checkpoint(other)
    unsigned = parsed_checkpoint(str(make_checkpoint(log).note).replace("— guardrails", "— gardrails"))
    found = trust_in(log, held=[("a", foreign), ("b", unsigned)])

    assert ["it is of another ledger", "it is signed by no key"] == [
        one.detail[3:][: len(start)]
        for one, start in zip(found.problems, ("it is of another ledger", "it is signed by no key"), strict=True)
    ]


def test_a_changed_kept_checkpoint_is_a_problem(keys):
    """The ledger's own checkpoints are compared too."""
    log, _ = written(keys, ["pass", "pass"])
    note = str(make_checkpoint(log).note)
    log.keep_checkpoint(3, note.replace("\n3\n", "\n2\n"))

    assert ["checkpoint-differs"] == [one.what for one in trust_in(log).problems]
