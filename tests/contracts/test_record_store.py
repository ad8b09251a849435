"""What every record store keeps to."""

import pytest

from guardrails.audit import tlog
from guardrails.audit.store import AnswerSlot, Append, Expected, Link, StoredRecord
from guardrails.backends.store.postgres import PostgresStore
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.errors import LedgerError
from tests.audit.memory import MemoryStore


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request, tmp_path):
    """An empty store of every backend."""
    match request.param:
        case "memory":
            made = MemoryStore()
        case "sqlite":
            made = SqliteStore(tmp_path / "ledger.db")
        case _:
            made = PostgresStore(request.getfixturevalue("postgres_ledger"))
    yield made
    made.close()


def items(count, start=0):
    """Return *count* records to append."""
    return [Append(f"chk_{n}", b"record %d" % n) for n in range(start, start + count)]


def slot(key="k", body="b", now_ms=1000, expires_ms=2000):
    """Return what to remember under an idempotency key."""
    return AnswerSlot(key, body, now_ms, expires_ms, lambda at: b"sealed %d" % at.index)


def test_an_empty_store_has_the_empty_root(store):
    """Nothing is recorded at first."""
    assert (store.head().size, store.head().root) == (0, tlog.EMPTY_ROOT)
    assert list(store.records()) == []
    assert store.read(0) is None


def test_positions_count_from_zero(store):
    """Records get the next indices and their leaf hashes."""
    positions = (*store.append_many(items(3)), store.append("chk_3", b"record 3"))

    assert [(n, tlog.leaf_hash(b"record %d" % n)) for n in range(4)] == [(at.index, at.leaf_hash) for at in positions]


def test_appending_nothing_changes_nothing(store):
    """An empty batch is no event."""
    assert store.append_many([]) == ()
    assert store.head().size == 0


def test_records_are_read_as_written(store):
    """A record is found by index and by id, with its leaf hash."""
    store.append_many(items(2))
    expected = StoredRecord(1, "chk_1", tlog.leaf_hash(b"record 1"), b"record 1")

    assert expected == store.read(1) == store.find("chk_1")
    assert store.find("chk_9") is None


@pytest.mark.parametrize(("start", "end", "expected"), [(0, None, 600), (3, 5, 2), (598, 900, 2), (600, None, 0)])
def test_ranges_are_half_open(store, start, end, expected):
    """`records(start, end)` yields `[start, end)` in order, however many there are."""
    store.append_many(items(600))
    found = [one.index for one in store.records(start, end)]

    assert list(range(start, start + expected)) == found


def test_the_head_is_the_root_of_the_records(store):
    """The stored root is the tree hash over all leaves, and stored hashes prove inclusion."""
    for n in range(20):
        store.append(f"chk_{n}", b"record %d" % n)
    head = store.head()
    proof = tlog.inclusion_proof(7, head.size, store.hashes)

    assert tlog.root(20, store.hashes) == head.root
    assert tlog.inclusion_holds(7, 20, tlog.leaf_hash(b"record 7"), proof, head.root)


def test_a_missing_hash_is_damage(store):
    """Asking for a hash that is not there is not answered with nothing."""
    with pytest.raises(LedgerError) as caught:
        store.hashes([0])

    assert caught.value.code == "ledger-damaged"


def test_batches_are_all_or_nothing(store):
    """If one record of a batch cannot be appended, none is."""
    store.append("chk_1", b"record 1")
    with pytest.raises(LedgerError):
        store.append_many(items(3))

    assert store.head().size == 1
    assert store.find("chk_0") is None


def test_payload_is_kept_by_part_until_dropped(store):
    """Parts come back sorted; dropping some leaves the others and the record."""
    index = store.append("chk_1", b"record", (("a", b"1"), ("b", b"2"))).index
    store.drop_payload(index, ["a", "none"])

    assert store.payload(index) == (("b", b"2"),)
    assert store.read(index).record == b"record"
    assert store.payload(9) == ()


def test_payload_and_index_are_read_in_ranges(store):
    """Of the records in `[start, end)`, sorted by index first; what belongs to no record there is none of."""
    for n in range(4):
        links = (Link("p", "k", 9 - n, 0), Link("", "k", 9 - n, 0))
        store.append_many([Append(f"chk_{n}", b"%d" % n, (("a", b"%d" % n), ("b", b"")), links)])

    assert [(1, "a", b"1"), (1, "b", b""), (2, "a", b"2"), (2, "b", b"")] == list(store.payloads(1, 3))
    assert 8 == len(list(store.payloads()))
    assert (Link("", "k", 8, 1), Link("p", "k", 8, 1), Link("", "k", 7, 2), Link("p", "k", 7, 2)) == tuple(
        store.links(1, 3)
    )
    assert 8 == len(tuple(store.links(-(2**63))))
    assert () == store.strays()


def test_bundles_are_kept_once(store):
    """A bundle is kept under its digest; keeping it again is no mistake."""
    store.put_bundle("d1", b"bundle")
    store.put_bundle("d1", b"bundle")

    assert store.bundle("d1") == b"bundle"
    assert store.bundle("d2") is None


def test_history_is_found_by_principal_key_and_time(store):
    """Rows carry the record's index; the earliest moment is included."""
    links = [Link("p", "thread:1", 10, 0), Link("p", "risk", 20, 0, 3), Link("q", "thread:1", 20, 0)]
    store.append_many([Append(f"chk_{n}", b"%d" % n, links=(link,)) for n, link in enumerate(links)])

    assert (Link("p", "thread:1", 10, 0),) == store.history("p", ["thread:1", "other"], 10)
    assert store.history("p", ["thread:1"], 11) == ()
    assert (Link("p", "risk", 20, 1, 3),) == store.history("p", ["risk"], 0)


def test_the_index_can_be_replaced(store):
    """All index rows can be read, and replaced by others."""
    store.append_many([Append("chk_0", b"0", links=(Link("p", "k", 1, 0),))])
    before = tuple(store.links())
    store.replace_links([Link("z", "k", 1, 0), Link("a", "k", 1, 0)])

    assert (Link("p", "k", 1, 0),) == before
    assert (Link("a", "k", 1, 0), Link("z", "k", 1, 0)) == tuple(store.links())


def test_answers_are_remembered_until_they_expire(store):
    """An answer is made once its position is known and forgotten at its expiry."""
    store.append_many([Append("chk_0", b"0"), Append("chk_1", b"1", answer=slot())])
    found = store.answer("k", 1999)

    assert (found.body, found.index, found.sealed) == ("b", 1, b"sealed 1")
    assert store.answer("k", 2000) is None
    assert store.answer("other", 0) is None


def test_a_live_key_is_not_taken_twice(store):
    """A second record under an unexpired idempotency key is refused with everything beside it."""
    store.append_many([Append("chk_0", b"0", answer=slot())])
    with pytest.raises(LedgerError) as caught:
        store.append_many([Append("chk_1", b"1"), Append("chk_2", b"2", answer=slot(now_ms=1999))])

    assert caught.value.code == "idempotency-key-in-use"
    assert store.head().size == 1


def test_an_expired_key_is_free(store):
    """Once an answer has expired its key can be used again."""
    store.append_many([Append("chk_0", b"0", answer=slot())])
    store.append_many([Append("chk_1", b"1", answer=slot(now_ms=2000, expires_ms=3000))])

    assert store.answer("k", 2500).sealed == b"sealed 1"


def test_a_record_may_expect_that_nothing_came_in_between(store):
    """It is refused with everything beside it once the index has more rows under the key than were seen."""
    first = Append("rul_1", b"1", links=(Link("", "review:r", 5, 0),), expected=Expected("review:r", 0))
    store.append_many([first])
    with pytest.raises(LedgerError) as caught:
        store.append_many([Append("chk_1", b"2"), Append("rul_2", b"3", expected=Expected("review:r", 0))])
    store.append_many([Append("rul_3", b"4", expected=Expected("review:r", 1))])

    assert ("overtaken", 2) == (caught.value.code, store.head().size)
    assert store.find("chk_1") is None


def test_checkpoints_are_kept_in_order_and_once(store):
    """Signed notes come back by size, each kept once, and stay."""
    for size, note in ((2, "b"), (1, "a"), (2, "c"), (2, "b")):
        store.put_checkpoint(size, note)

    assert store.checkpoints() == ("a", "b", "c")
    assert store.checkpoints(2) == ("b", "c")
    assert store.checkpoints(3) == ()
    assert store.last_checkpoint() == "c"


def test_an_answer_may_come_after_its_record(store):
    """It is remembered like any other, once per key."""
    (at,) = store.append_many([Append("stp_0", b"0")])
    store.put_answer(slot(), at)

    assert at.index == store.answer("k", 1999).index
    with pytest.raises(LedgerError) as caught:
        store.put_answer(slot(now_ms=1999), at)
    assert "idempotency-key-in-use" == caught.value.code
