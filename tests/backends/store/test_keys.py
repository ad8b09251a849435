"""What every key store keeps to, and what is particular to the one in SQLite."""

from contextlib import closing

import apsw
import pytest

from guardrails.audit.store import ApiKey, Head, PartKey
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.postgres_keys import PostgresKeys
from guardrails.errors import LedgerError
from guardrails.model.context import Principal
from tests.audit.memory import MemoryKeys

EMPTY = Head(0, b"\0" * 32)


def part_key(record_id="chk_1", part="draft"):
    """Return a key and a salt that are easy to find in a file."""
    return PartKey(record_id, part, key=b"K" * 32, salt=b"S" * 32)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def keys(request, tmp_path):
    """An empty key store of every backend."""
    match request.param:
        case "memory":
            made = MemoryKeys()
        case "sqlite":
            made = SqliteKeys(tmp_path / "keys.db")
        case _:
            made = PostgresKeys(request.getfixturevalue("postgres_ledger"))
    yield made
    made.close()


def test_the_ledger_key_stays_the_same(keys):
    """The key of references is made once."""
    assert len(keys.ledger_key()) == 32
    assert keys.ledger_key() == keys.ledger_key()


def test_part_keys_are_found_until_dropped(keys):
    """Dropping a record's keys leaves those of the others."""
    keys.put([part_key(), part_key(part="state"), part_key("chk_2")], EMPTY)
    found = keys.part_key("chk_1", "state")
    keys.drop("chk_1")

    assert part_key(part="state") == found
    assert [keys.part_key("chk_1", part) for part in ("draft", "state")] == [None, None]
    assert part_key("chk_2") == keys.part_key("chk_2", "draft")


def test_the_head_seen_only_grows(keys):
    """A smaller head does not replace a larger one."""
    before = keys.seen()
    for size in (1, 5, 3):
        keys.put([], Head(size, bytes([size]) * 32))

    assert before is None
    assert Head(5, b"\5" * 32) == keys.seen()


def test_api_keys_are_listed_oldest_first(keys):
    """Putting a key again replaces it."""
    late = ApiKey(
        "b", "22", Principal("person", "role"), ("check",), 2, brands=("acme",), locales=("de",), person="ada"
    )
    early = ApiKey("c", "11", Principal("agent", "a"), (), 1, channels=("press",), markets=("eu",), revoked_ms=9)
    for key in (late, ApiKey("c", "11", Principal("agent", "a"), (), 1), early):
        keys.put_api_key(key)

    assert (early, late) == keys.api_keys()
    assert late == keys.api_key("b")
    assert keys.api_key("x") is None


def test_a_part_has_one_key(keys):
    """A second key for a part is refused with everything beside it: the first may have sealed something."""
    keys.put([part_key()], EMPTY)
    with pytest.raises(LedgerError) as caught:
        keys.put([part_key("chk_2"), PartKey("chk_1", "draft", key=b"N" * 32, salt=b"T" * 32)], EMPTY)

    assert "ledger-damaged" == caught.value.code
    assert (part_key(), None) == (keys.part_key("chk_1", "draft"), keys.part_key("chk_2", "draft"))


def test_signing_seeds_are_kept_once(keys):
    """The secret half of a signing key stays what it was first."""
    for seed in (b"1" * 32, b"2" * 32):
        keys.put_signing_seed("ledger+1+A", seed)

    assert b"1" * 32 == keys.signing_seed("ledger+1+A")
    assert keys.signing_seed("ledger+2+B") is None


def test_the_head_seen_can_be_reset(keys):
    """Once a gap is accepted, a smaller head is kept."""
    keys.put([], Head(5, b"\5" * 32))
    keys.reset_seen(Head(2, b"\2" * 32))

    assert Head(2, b"\2" * 32) == keys.seen()


def test_keys_do_not_show_themselves():
    """The representation of a key holds no secret."""
    assert "KKKK" not in repr(part_key())
    assert "SSSS" not in repr(part_key())


def test_the_file_is_private(tmp_path):
    """Only the owner may read the keys; a file that others may read is refused."""
    path = tmp_path / "keys.db"
    SqliteKeys(path).close()
    mode = path.stat().st_mode & 0o777
    path.chmod(0o644)
    with pytest.raises(LedgerError) as caught:
        SqliteKeys(path)

    assert mode == 0o600
    assert caught.value.code == "ledger-unwritable"


def test_keys_outlive_the_process(tmp_path):
    """What was put is there after reopening."""
    keys = SqliteKeys(tmp_path / "keys.db")
    ledger_key = keys.ledger_key()
    keys.put([part_key()], EMPTY)
    keys.close()
    again = SqliteKeys(tmp_path / "keys.db")
    found = (again.ledger_key(), again.part_key("chk_1", "draft"))
    again.close()

    assert (ledger_key, part_key()) == found


def test_a_dropped_key_leaves_no_bytes(tmp_path):
    """After dropping, neither the file nor its write-ahead log holds the key or the salt."""
    keys = SqliteKeys(tmp_path / "keys.db")
    keys.put([part_key()], EMPTY)
    before = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    keys.drop("chk_1")
    after = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    keys.close()

    assert b"K" * 32 in before
    assert b"K" * 32 not in after
    assert b"S" * 32 not in after


def test_a_folder_that_is_not_there_is_said(tmp_path):
    """Keys in a missing folder are unwritable."""
    with pytest.raises(LedgerError) as caught:
        SqliteKeys(tmp_path / "none" / "keys.db")

    assert caught.value.code == "ledger-unwritable"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE api_key SET revoked_ms = 0",
        "UPDATE api_key SET kind = 'person'",
        "UPDATE api_key SET permits = '{}'",
        "UPDATE ledger_key SET key = x'00'",
    ],
)
def test_a_changed_key_is_damage(tmp_path, statement):
    """A revoked key does not live again by a flipped bit, and a ledger's key is not another one unnoticed."""
    with closing(SqliteKeys(tmp_path / "keys.db")) as keys:
        keys.ledger_key()
        keys.put_api_key(ApiKey("k", "s", Principal("agent", "a"), (), 1, channels=("press",), revoked_ms=9))
    with closing(apsw.Connection(str(tmp_path / "keys.db"))) as db:
        db.execute(statement)
    with closing(SqliteKeys(tmp_path / "keys.db")) as keys, pytest.raises(LedgerError) as failed:
        (keys.ledger_key if "ledger_key" in statement else keys.api_keys)()

    assert "ledger-damaged" == failed.value.code
