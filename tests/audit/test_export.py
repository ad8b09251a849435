"""What is exported: all hashes, the records asked for, no payload; and the record of it."""

import hashlib

import pytest

from guardrails.audit.export import begin_export, exported_files
from guardrails.audit.tiles import parsed_entries
from guardrails.backends.new_folder import write_folder
from guardrails.errors import DraftError, LedgerError
from tests.audit.samples import CANARIES, DAY_MS, NOON, Clock, check, sqlite_log
from tests.ledgers import exported, witnessed_log


def test_an_export_is_a_record(tmp_path):
    """It says what was signed and which records left; it is made before the folder."""
    log, _, _ = witnessed_log(tmp_path / "l", 3)
    export = begin_export(log)
    record = log.record(export.receipt.index)
    files = dict(exported_files(log, export))

    assert "export" == record.type
    assert hashlib.sha256(files["checkpoint"]).hexdigest() == record.text("checkpoint_sha256")
    assert (5, 0, 5) == (record.number("size"), record.number("records", "first"), record.number("records", "end"))
    log.close()


def test_the_same_export_has_the_same_bytes(tmp_path):
    """No clock and no chance in it; the checkpoint is written last."""
    log, _, _ = witnessed_log(tmp_path / "l", 300)
    export = begin_export(log)
    first, second = list(exported_files(log, export)), list(exported_files(log, export))

    assert first == second
    assert "checkpoint" == first[-1][0]
    log.close()


def test_texts_and_people_stay(tmp_path):
    """Neither a text nor its encrypted form leaves: the records alone do."""
    log = sqlite_log(tmp_path)
    at = log.append_check(check(log)).index
    sealed = [data for _, data in log._store.payload(at)]
    exported(log, tmp_path / "export")
    log.close()
    data = b"".join(path.read_bytes() for path in (tmp_path / "export").rglob("*") if path.is_file())

    assert sealed
    assert not [one for one in (*CANARIES, *sealed) if one in data]


def test_a_time_is_exported_in_whole_bundles(tmp_path):
    """Records of other days are there as hashes; no record of that time is missing."""
    clock = Clock(NOON - DAY_MS)
    log = sqlite_log(tmp_path, clock)
    for n in range(600):
        clock.now_ms = NOON + (n // 300) * DAY_MS
        log.append("heartbeat", {"n": n})
    export = begin_export(log, from_ms=NOON + DAY_MS)
    files = dict(exported_files(log, export))
    bundles = {path: parsed_entries(data) for path, data in files.items() if "entries" in path}

    assert {"tile/entries/001": 256, "tile/entries/002.p/89": 89} == {path: len(got) for path, got in bundles.items()}
    assert {"tile/0/000", "tile/0/001", "tile/0/002.p/89", "tile/1/000.p/2"} <= files.keys()
    with pytest.raises(DraftError, match="no record is of that time"):
        begin_export(log, from_ms=NOON + 9 * DAY_MS)
    log.close()


def test_a_damaged_ledger_is_not_exported(tmp_path):
    """What does not lead to the signed root leaves no folder behind."""
    import apsw

    log, _, _ = witnessed_log(tmp_path / "l", 10)
    export = begin_export(log)
    db = apsw.Connection(str(tmp_path / "l" / "ledger.db"))
    db.execute("DROP TRIGGER record_fixed")
    db.execute("UPDATE record SET leaf = zeroblob(32) WHERE idx = 4")
    db.close()

    with pytest.raises(LedgerError, match="leaves are not those"):
        write_folder(tmp_path / "export", exported_files(log, export))
    assert ["l"] == [path.name for path in tmp_path.iterdir()]
    log.close()
