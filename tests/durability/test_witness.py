"""
The insider who writes the whole ledger anew and signs it with the real key is caught by the witness, and by nobody else.

``GUARDRAILS_TAMPERINGS`` sets how many are tried (default 300), spread over all kinds of attack.
"""

from __future__ import annotations

import random
from contextlib import closing, nullcontext

import pytest

from guardrails.audit import tlog
from guardrails.audit.checkpoint import Checkpoint, make_checkpoint
from guardrails.audit.log import AuditLog
from guardrails.audit.signing import key_periods
from guardrails.audit.witness import Witness, written_request
from tests.audit.samples import check, sqlite_log
from tests.durability.attacks.attacker import FILES
from tests.durability.test_tampering import EACH, bytes_of, insider

SIZE = 23


class Memory:
    """What a witness remembers, for as long as the test runs."""

    def __init__(self, keys):
        self._keys, self._held = keys, None

    def keys(self, origin):
        """Return the ledger's keys."""
        return self._keys

    def held(self, origin):
        """Return the last checkpoint."""
        return self._held

    def keep(self, checkpoint):
        """Remember it."""
        self._held = checkpoint

    def lock(self):
        """Nobody else is there."""
        return nullcontext()


def request(log: AuditLog, old: int, checkpoint: Checkpoint) -> str:
    """Return the best request that the ledger has for its checkpoint."""
    size = checkpoint.head.size
    proof = tlog.consistency_proof(old, size, log._store.hashes) if 0 < old <= size else ()
    return written_request(old, proof, checkpoint)


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """A ledger as bytes, the checkpoint of every size it had, and its keys."""
    folder = tmp_path_factory.mktemp("watched")
    log = sqlite_log(folder)
    make_checkpoint(log)  # its key is the first record
    keys = tuple(one.key for one in key_periods(log))
    held = []
    for _ in range(SIZE):
        log.append_check(check(log))
        held.append(make_checkpoint(log))
    copies = bytes_of(folder, log)
    return folder, copies, held, keys


def witness(keys, held: Checkpoint) -> Witness:
    """Return a witness that has cosigned *held*."""
    memory = Memory(keys)
    memory.keep(held)
    return Witness("witness.example", bytes(32), memory, lambda: 1)


def put(folder, copies) -> None:
    """Lay the ledger down again."""
    for name in FILES:
        for end in ("", "-wal", "-shm"):
            (folder / f"{name}{end}").unlink(missing_ok=True)
        (folder / name).write_bytes(copies[name])
        (folder / name).chmod(0o600)


def test_the_control_is_cosigned(watched):
    """A witness that remembers any earlier head cosigns the ledger as it is."""
    folder, copies, held, keys = watched
    put(folder, copies)
    with closing(sqlite_log(folder)) as log:
        now = make_checkpoint(log)
        statuses = {witness(keys, one).add_checkpoint(request(log, one.head.size, now)).status for one in held}

    assert {200} == statuses


def test_an_insider_with_the_real_key_is_caught(watched):
    """One record changed, all hashes, the index and the head that was seen along with it, signed anew: refused."""
    folder, copies, held, keys = watched
    draw = random.Random("insider")
    for n in range(EACH):
        put(folder, copies)
        changed = insider(folder, draw)
        remembered = draw.choice([one for one in held if one.head.size > changed])
        with closing(sqlite_log(folder)) as log:
            assert log.verify().ok, n

            for _ in range(draw.randrange(3)):
                log.append_check(check(log))
            forged = make_checkpoint(log)
            told = witness(keys, remembered)
            answers = [
                told.add_checkpoint(request(log, old, forged)).status
                for old in (remembered.head.size, 0, draw.randrange(1, forged.head.size + 1))
            ]

        assert any(forged.note.by(key) for key in keys)
        assert not {200} & set(answers), (n, changed, remembered.head.size)


def test_an_older_copy_of_all_files_is_caught(tmp_path):
    """Restored as a whole and written on, the ledger is signed anew; the witness knows of more, and of other records."""
    log = sqlite_log(tmp_path)
    make_checkpoint(log)
    log.append_check(check(log))
    older = bytes_of(tmp_path, log)
    log = sqlite_log(tmp_path)
    for _ in range(3):
        log.append_check(check(log))
    remembered, keys = make_checkpoint(log), tuple(one.key for one in key_periods(log))
    log.close()
    put(tmp_path, older)
    statuses = set()
    with closing(sqlite_log(tmp_path)) as log:
        for _ in range(6):
            forged = make_checkpoint(log)
            statuses.add(witness(keys, remembered).add_checkpoint(request(log, remembered.head.size, forged)).status)
            log.append_check(check(log))

    assert not {200} & statuses
