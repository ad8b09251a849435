"""What a verification notices: every kind of change, with the record it happened to."""

import hashlib

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardrails.audit import tlog
from guardrails.audit.keys import ApiKeys
from guardrails.audit.log import AuditLog
from guardrails.audit.store import Head
from guardrails.audit.verify import verified
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.errors import LedgerError
from guardrails.model.context import Principal
from tests.audit.samples import CANARIES, check, erase_text, sqlite_log, use_policy

TARGET = 3
SIZE = 8


@pytest.fixture
def folder(tmp_path):
    """A closed ledger of one activated policy and seven checks."""
    log = sqlite_log(tmp_path)
    use_policy(log)
    for n in range(SIZE - 1):
        log.append_check(check(log, thread=f"t{n}"))
    log.close()
    return tmp_path


def tamper(path, *statements):
    """Change a database behind our back, as somebody would who owns the file, and leave no other trace."""
    db = apsw.Connection(str(path))
    triggers = list(db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"))
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    for statement, values in statements:
        db.execute(statement, values)
    for _, sql in triggers:
        db.execute(sql)
    db.close()


def problems(folder):
    """Return (index, what) of everything a verification finds."""
    store, keys = SqliteStore(folder / "ledger.db", read_only=True), SqliteKeys(folder / "keys.db", read_only=True)
    report = verified(store, keys)
    store.close()
    keys.close()
    return [(problem.index, problem.what) for problem in report.problems], report


def test_an_untouched_ledger_is_intact(folder):
    """Nothing is found where nothing happened."""
    found, report = problems(folder)

    assert found == []
    assert (report.size, report.intact, report.erased, report.unaccounted, report.ok) == (SIZE, SIZE, 0, 0, True)


CHANGES = {
    "a record's bytes": (
        """UPDATE record SET bytes = CAST(replace(bytes, ':"revise"', ':"passed"') AS BLOB) WHERE idx = 3""",
        "leaf-differs",
    ),
    "a leaf hash": ("UPDATE record SET leaf = randomblob(32) WHERE idx = 3", "leaf-differs"),
    "a record's id": ("UPDATE record SET id = 'chk_x' WHERE idx = 3", "record-id-differs"),
    "a tree hash": ("UPDATE node SET hash = randomblob(32) WHERE pos = 4", "tree-hash-differs"),
    "a missing tree hash": ("DELETE FROM node WHERE pos = 4", "tree-hash-missing"),
    "payload": ("UPDATE payload SET sealed = randomblob(50) WHERE idx = 3 AND part = 'field:0'", "payload-damaged"),
    "lost payload": ("DELETE FROM payload WHERE idx = 3 AND part = 'field:0'", "payload-missing"),
    "extra payload": ("INSERT INTO payload VALUES (3, 'extra', x'00')", "payload-unexpected"),
    "another's payload": (
        "UPDATE payload SET sealed = (SELECT p.sealed FROM payload p WHERE p.idx = 4 AND p.part = 'field:0') WHERE idx = 3",
        "payload-damaged",
    ),
    "an index row": ("UPDATE history SET at_ms = 5 WHERE idx = 3", "index-differs"),
    "a lost index row": ("DELETE FROM history WHERE idx = 3", "index-differs"),
}  # fmt: skip


# A leaf hash is an input of the tree: changing it shows there as well.
FOLLOWS = {"a leaf hash": ((TARGET, "tree-hash-differs"),)}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_noticed_at_its_record(folder, name):
    """Each kind of change is named and found at the record it happened to, and at no other."""
    statement, expected = CHANGES[name]
    tamper(folder / "ledger.db", (statement, ()))
    found, report = problems(folder)

    assert {(TARGET, expected)} == {one for one in found if one not in FOLLOWS.get(name, ())}
    assert report.unaccounted + report.intact == SIZE
    assert report.unaccounted == (0 if expected == "index-differs" else 1)


def test_long_stretches_without_rows_of_the_index_are_passed_over(tmp_path):
    """The row after several chunks that have none is compared with its own record."""
    log = sqlite_log(tmp_path)
    use_policy(log)
    for n in range(600):
        log.append("access", {"n": n})
    log.append_check(check(log, thread="t"))
    log.close()
    before = problems(tmp_path)[0]
    tamper(tmp_path / "ledger.db", ("UPDATE history SET at_ms = 5 WHERE idx = 601", ()))

    assert [] == before
    assert [(601, "index-differs")] == problems(tmp_path)[0]


def test_swapped_records_are_noticed(folder):
    """Two records that changed places are both named."""
    tamper(
        folder / "ledger.db",
        ("UPDATE record SET idx = 100 WHERE idx = 3", ()),
        ("UPDATE record SET idx = 3 WHERE idx = 5", ()),
        ("UPDATE record SET idx = 5 WHERE idx = 100", ()),
    )
    found, _ = problems(folder)

    assert {3, 5} <= {index for index, what in found if what == "tree-hash-differs"}


def test_a_removed_record_is_noticed(folder):
    """A gap in the middle is found where it starts."""
    tamper(folder / "ledger.db", ("DELETE FROM record WHERE idx = 3", ()))
    found, _ = problems(folder)

    assert {(3, "index-differs"), (3, "payload-unexpected"), (3, "record-missing")} == set(found)


def test_a_row_before_the_first_record_is_noticed(folder):
    """A record that no index can name, but an id can, does not hide behind the first."""
    tamper(
        folder / "ledger.db", ("INSERT INTO record SELECT -7, 'chk_forged', leaf, bytes FROM record WHERE idx = 3", ())
    )
    found, _ = problems(folder)

    assert (-7, "record-out-of-order") in found
    assert (-7, "record-id-differs") in found


STRAYS = {
    "payload of no record": ("INSERT INTO payload VALUES (99, 'draft', x'00')", (99, "payload-unexpected")),
    "an index row of no record": ("INSERT INTO history VALUES ('x', 'k', 1, 99, 0)", (99, "index-differs")),
    "a tree hash of no record": ("INSERT INTO node VALUES (99, randomblob(32))", (-1, "tree-hash-unexpected")),
    "a trigger": ("CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM history; END", (-1, "schema-differs")),
    "a lost index of a table": ("DROP INDEX answer_by_expiry", (-1, "schema-differs")),
    "the keys of what notices losses": ("UPDATE tally SET sum = sum + 1", (-1, "index-differs")),
}


@pytest.mark.parametrize("name", STRAYS)
def test_what_belongs_to_no_record_is_noticed(folder, name):
    """Nothing lies in the ledger's file that its records do not account for."""
    statement, expected = STRAYS[name]
    tamper(folder / "ledger.db", (statement, ()))

    assert {expected} == set(problems(folder)[0])


def test_a_dropped_trigger_is_noticed(folder):
    """A ledger that no longer refuses change says so."""
    db = apsw.Connection(str(folder / "ledger.db"))
    db.execute("DROP TRIGGER record_fixed")
    db.close()

    assert [(-1, "schema-differs")] == problems(folder)[0]


def test_a_hash_over_many_names_them(folder):
    """Where a record was changed with its own hashes, those above say among which records it is."""
    bent = b'{"bent":true}'
    leaf = tlog.leaf_hash(bent)
    tamper(
        folder / "ledger.db",
        ("UPDATE record SET bytes = ?, leaf = ? WHERE idx = 2", (bent, leaf)),
        ("UPDATE node SET hash = ? WHERE pos = ?", (leaf, tlog.position(0, 2))),
    )
    _, report = problems(folder)

    assert ["what is stored over records 2 to 3 is not its hash"] == [
        one.detail for one in report.problems if one.what == "tree-hash-differs"
    ]


def test_a_removed_last_record_is_noticed(folder):
    """Deleting the last record contradicts the head, and opening is refused."""
    tamper(folder / "ledger.db", (f"DELETE FROM record WHERE idx = {SIZE - 1}", ()))
    found, _ = problems(folder)
    with pytest.raises(LedgerError) as caught:
        SqliteStore(folder / "ledger.db")

    assert (-1, "head-differs") in found
    assert caught.value.code == "ledger-damaged"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE head SET root = randomblob(32)",
        "UPDATE head SET size = 7",
        "DELETE FROM head",
        "UPDATE record SET idx = (1 << 62) - 1 WHERE idx = 7; UPDATE head SET size = 1 << 62",
        "UPDATE record SET bytes = x'7b7d' WHERE idx = 7",
        "DELETE FROM node WHERE pos = 14",
    ],
)
def test_a_damaged_end_is_not_opened(folder, change):
    """A ledger whose head and last record disagree takes no more records."""
    tamper(folder / "ledger.db", (change, ()))
    with pytest.raises(LedgerError) as caught:
        SqliteStore(folder / "ledger.db")

    assert caught.value.code == "ledger-damaged"


@pytest.mark.parametrize("change", ["UPDATE head SET root = randomblob(32)", "DELETE FROM head"])
def test_a_changed_head_is_noticed(folder, change):
    """A head that is not the records' head, or none, is a problem of the whole."""
    tamper(folder / "ledger.db", (change, ()))

    assert problems(folder)[0] == [(-1, "head-differs")]


def test_history_written_anew_is_noticed(folder):
    """Whoever rewrites the ledger consistently, without its keys' file, contradicts the head that was seen."""
    log = sqlite_log(folder)
    records = [(one.record_id, one.record) for one in log._store.records()][:-1]
    log.close()
    (folder / "ledger.db").unlink()
    forged = SqliteStore(folder / "ledger.db")
    for record_id, record in records:
        forged.append(record_id, record)
    forged.close()

    assert (-1, "rolled-back") in problems(folder)[0]


@pytest.mark.parametrize("change", [
    "DELETE FROM part_key",
    "UPDATE part_key SET wrapped = randomblob(92)",
    "UPDATE part_key SET wrapped = x'00'",
    "UPDATE part_key SET epoch = 9",
    "UPDATE part_key SET epoch = 0",
    "UPDATE part_key SET (epoch, wrapped) = (0, randomblob(64))",
    "UPDATE part_key SET part = CAST(x'ff' AS TEXT)",
])  # fmt: skip
def test_a_lost_key_is_unaccounted_for(folder, change):
    """A key that is gone or changed without an erasure record is a problem of its record."""
    with_id = "WHERE part = 'field:0' AND record_id = (SELECT id FROM ledger.record WHERE idx = 3)"
    tamper(folder / "keys.db", ("ATTACH ? AS ledger", (str(folder / "ledger.db"),)), (f"{change} {with_id}", ()))
    found, report = problems(folder)

    assert [index for index, _ in found] == [3]
    assert found[0][1] in {"key-missing", "key-damaged", "payload-damaged", "commitment-differs"}
    assert (report.erased, report.unaccounted) == (0, 1)


@pytest.mark.parametrize(
    ("change", "expected"),
    [("UPDATE bundle SET bytes = x'00'", "bundle-differs"), ("DELETE FROM bundle", "bundle-missing")],
)
def test_a_changed_bundle_is_noticed(folder, change, expected):
    """Policies are verified by their digest, at the record of their activation."""
    tamper(folder / "ledger.db", (change, ()))

    assert {(0, expected)} == set(problems(folder)[0])


def test_a_forged_erasure_target_erases_no_other(folder):
    """An erasure accounts for its own target only."""
    log = sqlite_log(folder)
    targets = [record.id for _, record in log.records()][1:3]
    erase_text(log, targets[0])
    log.keys.drop([(targets[1], "field:0")])
    report = log.verify()
    log.close()

    assert (report.erased, report.unaccounted) == (1, 1)
    assert {2} == {problem.index for problem in report.problems}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, SIZE - 1), st.integers(0, 10_000), st.integers(1, 255))
def test_every_damaged_byte_of_a_record_is_noticed(folder, index, place, change):
    """Whatever byte of whatever record changes, the verification names the record."""
    store, keys = SqliteStore(folder / "ledger.db"), SqliteKeys(folder / "keys.db")
    kept = store.read(index).record
    place %= len(kept)
    bent = kept[:place] + bytes([kept[place] ^ change]) + kept[place + 1 :]
    report = verified(Bent(store, index, bent), keys)
    store.close()
    keys.close()

    assert index in {problem.index for problem in report.problems}


class Bent:
    """A store in which one record reads differently."""

    def __init__(self, store, index, data):
        self._store, self._index, self._data = store, index, data

    def __getattr__(self, name):
        """Leave the rest to the store."""
        return getattr(self._store, name)

    def records(self, start=0, end=None):
        """Yield the records, one of them bent."""
        from dataclasses import replace

        for one in self._store.records(start, end):
            yield replace(one, record=self._data) if one.index == self._index else one


def independent_root(path):
    """Recompute root and leaves from the file with the standard library's hashes alone."""
    level = [
        hashlib.sha256(b"\0" + data).digest()
        for (data,) in apsw.Connection(str(path)).execute("SELECT bytes FROM record ORDER BY idx")
    ]

    def tree(leaves):
        if len(leaves) == 1:
            return leaves[0]
        k = 1 << ((len(leaves) - 1).bit_length() - 1)
        return hashlib.sha256(b"\1" + tree(leaves[:k]) + tree(leaves[k:])).digest()

    return Head(len(level), tree(level))


def test_a_second_verifier_agrees(folder):
    """A verifier written down independently finds the head that is stored."""
    store = SqliteStore(folder / "ledger.db")
    head = store.head()
    store.close()

    assert independent_root(folder / "ledger.db") == head


def test_no_copy_stands_in_the_ledgers_files(tmp_path):
    """Canaries of draft, quotes, engine input, state, agent and thread are in no file of the ledger."""
    from guardrails.audit.entry import Idempotency

    log: AuditLog = sqlite_log(tmp_path)
    answer = Idempotency("CANARY-key", "CANARY-body", lambda receipt: b"CANARY-quote")
    log.append_check(check(log, idempotency=answer, campaign="CANARY-campaign", task="CANARY-task"))
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("ledger.db")}
    log.close()
    files["closed"] = (tmp_path / "ledger.db").read_bytes()

    assert {"ledger.db", "ledger.db-wal", "ledger.db-shm", "closed"} == files.keys()
    assert [name for name, data in files.items() if any(c in data for c in (*CANARIES, b"CANARY"))] == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("DELETE FROM part_key WHERE record_id = 'ledger'", "keys-damaged"),
        ("UPDATE part_key SET wrapped = randomblob(92) WHERE record_id = 'ledger'", "keys-damaged"),
        ("UPDATE api_key SET revoked_ms = 7", "keys-damaged"),
        ("DELETE FROM seen", "keys-damaged"),
        ("UPDATE seen SET size = size + 1", "rolled-back"),
        ("UPDATE seen SET root = randomblob(32)", "rolled-back"),
    ],
)
def test_changed_keys_of_the_whole_are_noticed(folder, change, expected):
    """The ledger's key, the credentials and the head that was seen are verified with the records."""
    log = sqlite_log(folder)
    ApiKeys(log).issue(principal=Principal("agent", "writer"))
    log.close()
    tamper(folder / "keys.db", (change, ()))

    assert [(-1, expected)] == problems(folder)[0]


def test_no_second_key_is_made_for_a_ledger(folder):
    """A ledger whose key is gone is not opened with another one, under which nothing of it would be found."""
    tamper(folder / "keys.db", ("DELETE FROM part_key WHERE record_id = 'ledger'", ()))
    with pytest.raises(LedgerError) as caught:
        sqlite_log(folder)

    assert "ledger-damaged" == caught.value.code
