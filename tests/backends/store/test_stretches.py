"""A ledger verified in several processes, and while somebody writes it."""

from __future__ import annotations

import random
import threading
from contextlib import closing
from functools import partial

import pytest

from guardrails.audit import verify
from guardrails.audit.verify import verified
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.backends.store.stretches import in_processes
from tests.audit.samples import check, erase_text, sqlite_log, use_policy
from tests.durability.attacks import ATTACKS
from tests.durability.attacks.attacker import Attacker


def opened(folder):
    """Open the ledger in *folder* for reading."""
    return SqliteStore(folder / "ledger.db", read_only=True), SqliteKeys(folder / "keys.db", read_only=True)


def report_on(folder, stretches=None):
    """Verify it."""
    store, keys = opened(folder)
    with closing(store), closing(keys):
        return verified(store, keys, stretches)


@pytest.fixture
def folder(tmp_path):
    """A ledger of thirty-seven records, one of them erased."""
    log = sqlite_log(tmp_path)
    use_policy(log)
    ids = [log.append_check(check(log)).record_id for _ in range(35)]
    erase_text(log, ids[3])
    log.close()
    return tmp_path


def test_processes_find_what_one_finds(folder, monkeypatch):
    """In two processes a sound ledger and a spoilt one are reported as in one, stretch by stretch or at once."""
    sound = report_on(folder)
    monkeypatch.setattr(verify, "_SHORTEST", 3)
    apart = report_on(folder, in_processes(partial(opened, folder), 2))
    with Attacker(folder, random.Random(7)) as attacker:
        for name in ("edit_hash", "edit_payload", "edit_index", "delete_record"):
            ATTACKS[name](attacker)
    one = report_on(folder)
    two = report_on(folder, in_processes(partial(opened, folder), 2))

    assert sound == apart
    assert sound.ok
    assert one == two
    assert not one.ok


def test_a_ledger_is_verified_while_it_is_written(folder):
    """Records and erasures that come while it is read are no problem of it; one that is under way is unfinished."""
    done = threading.Event()

    def write():
        log = sqlite_log(folder)
        while not done.is_set():
            told = log.append_check(check(log))
            if told.index % 7 == 0:
                erase_text(log, told.record_id)
        log.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        reports = [report_on(folder) for _ in range(25)]
    finally:
        done.set()
        writer.join()

    assert set() == {one.what for report in reports for one in report.problems} - {"erasure-unfinished"}
    assert reports[0].size < reports[-1].size
