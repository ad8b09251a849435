"""Signing keys come, go and sign on the record."""

import pytest

from guardrails.audit.approvers import trust_of
from guardrails.audit.checkpoint import checkpoint_text, kept_checkpoint, make_checkpoint, parsed_checkpoint
from guardrails.audit.log import AuditLog
from guardrails.audit.note import COSIGNED, cosignature, verifier_key
from guardrails.audit.signing import PURPOSES, key_periods, rotate, signer
from guardrails.audit.store import SIGNING_KEY, Head, PartKey
from guardrails.errors import DraftError, LedgerError
from tests.audit.memory import MemoryKeys, MemoryStore
from tests.audit.samples import Clock, sqlite_log


@pytest.fixture(params=["memory", "sqlite"])
def log(request, tmp_path):
    """An empty ledger of every backend."""
    made = AuditLog(MemoryStore(), MemoryKeys(), Clock()) if request.param == "memory" else sqlite_log(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("purpose", PURPOSES)
def test_the_first_use_makes_a_key_and_its_record(log, purpose):
    """A key is made once, and the record says what it is for."""
    first = signer(log, purpose)

    assert first == signer(log, purpose)
    assert [(first.key, purpose, 0)] == [(one.key, one.purpose, one.until_ms) for one in key_periods(log)]
    assert [record.text("vkey") for _, record in log.records()] == [first.key.vkey]


def test_purposes_have_keys_of_their_own(log):
    """No key serves two purposes."""
    assert len({signer(log, purpose).key.public for purpose in PURPOSES}) == len(PURPOSES)


def test_a_rotated_key_stays_on_the_record(log):
    """After a rotation the new key signs, and the old one's time has an end."""
    old = signer(log, "checkpoint")
    new = rotate(log, "checkpoint", approved_by=("ana", "ben"))

    assert new == signer(log, "checkpoint") != old
    assert [bool(one.until_ms) for one in key_periods(log)] == [True, False]


def test_a_retired_key_signs_nothing_more(log):
    """Its secret half is destroyed, and so is what a crash left of an earlier one; the public half stays on the record."""
    first = signer(log, "permit")
    second = rotate(log, "permit", approved_by=("ana", "ben"))
    log.keys.put([PartKey(SIGNING_KEY, first.key.vkey, b"1" * 32, b"2" * 32)], log.head())
    third = rotate(log, "permit", approved_by=("ana", "ben"))

    assert [True, True, False] == [
        log.keys.part_key(SIGNING_KEY, one.key.vkey) is None for one in (first, second, third)
    ]
    assert [one.key for one in (first, second, third)] == [one.key for one in key_periods(log)]


def test_a_stolen_key_is_not_believed_since_the_theft(log):
    """Nor is whatever was live since then; who had ended before is not touched."""
    keys = [signer(log, "permit")]
    for _ in range(2):
        log.clock.now_ms += 1000
        keys.append(rotate(log, "permit", approved_by=("ana", "ben")))
    theft = log.clock() - 500
    for _ in range(2):
        log.clock.now_ms += 1000
        keys.append(rotate(log, "permit", approved_by=("ana", "ben"), compromised_since_ms=theft))
    found = [(one.is_compromised, one.until_ms) for one in key_periods(log)]
    trusted = {one.vkey: (one.is_compromised, one.until_ms) for one in trust_of(log).keys}

    assert [(False, theft - 500), (True, theft), (True, theft), (True, theft), (False, 0)] == found
    assert found == [trusted[one.key.vkey] for one in keys]
    assert 1 == len(
        [one for _, one in log.records() if one.text("vkey") == keys[1].key.vkey and one.number("since_ms")]
    )


@pytest.mark.parametrize("since", [0, -1, 2**52])
def test_a_theft_has_been(log, since):
    """A key is not stolen at a moment that is to come."""
    with pytest.raises(DraftError) as caught:
        rotate(log, "permit", approved_by=("ana", "ben"), compromised_since_ms=since)

    assert "bad-moment" == caught.value.code


def test_another_secret_than_the_keys_signs_nothing(log):
    """A seed that does not belong to the public key on record is as good as none."""
    made = signer(log, "permit")
    log.keys.drop([(SIGNING_KEY, made.key.vkey)])
    log.keys.put([PartKey(SIGNING_KEY, made.key.vkey, b"1" * 32, b"2" * 32)], log.head())

    with pytest.raises(LedgerError, match="secret half"):
        signer(log, "permit")


def test_a_key_whose_secret_is_gone_is_named(log):
    """No second key is made in silence: the record says that there is one."""
    signer(log, "permit")
    keys = MemoryKeys()
    keys.put((), log.head())
    elsewhere = AuditLog(log._store, keys, log.clock)

    with pytest.raises(LedgerError, match="secret half"):
        signer(elsewhere, "permit")


def test_secrets_are_not_shown(log):
    """A key's repr is not its seed."""
    made = signer(log, "permit")

    assert repr(log.keys.part_key(SIGNING_KEY, made.key.vkey).key) not in repr(made)


def test_a_checkpoint_is_signed_and_kept(log):
    """The head is signed once, as others can read it."""
    log.append("heartbeat", {})
    made = make_checkpoint(log)

    assert made == make_checkpoint(log)
    assert made.is_by(log)
    assert made.head == log.head()
    assert made == parsed_checkpoint(str(made.note))
    assert log.checkpoints() == (str(made.note),)


def test_cosignatures_are_kept_with_their_checkpoint(log):
    """What a witness returns joins what the ledger signed."""
    made = make_checkpoint(log)
    seen = cosignature(made.note.text, "legal", bytes(32), 7)
    log.keep_checkpoint(made.head.size, str(type(made.note)(made.note.text, (seen,))))
    kept = kept_checkpoint(log, made.head.size)

    assert kept.note.by(verifier_key("legal", bytes(32), COSIGNED))
    assert kept.is_by(log)
    assert kept_checkpoint(log, 99) is None


def test_a_checkpoint_of_another_ledger_is_not_ours(log):
    """Every ledger has its own origin and its own keys."""
    other = make_checkpoint(AuditLog(MemoryStore(), MemoryKeys(), Clock()))

    assert other.origin != log.origin
    assert not other.is_by(log)


@pytest.mark.parametrize("root", [b"", bytes(32)])
def test_a_ledger_behind_its_last_checkpoint_is_not_opened(log, root):
    """Other records were signed, or what was kept is no checkpoint; one that it extends is fine."""
    made = make_checkpoint(log)
    log.append("heartbeat", {})
    AuditLog(log._store, log.keys, log.clock)
    log.keep_checkpoint(2, str(signer(log, "checkpoint").signed(checkpoint_text(made.origin, Head(2, root)))))

    with pytest.raises(LedgerError, match=r"not those that were signed|cannot be read"):
        AuditLog(log._store, log.keys, log.clock)
