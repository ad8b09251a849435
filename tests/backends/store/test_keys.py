"""What every key store keeps to, and what is particular to the one in SQLite."""

import json
import lzma
import shutil
from contextlib import closing
from pathlib import Path

import apsw
import pytest
from psycopg.conninfo import conninfo_to_dict

from guardrails.audit.log import AuditLog
from guardrails.audit.signing import PURPOSES, signer
from guardrails.audit.store import SIGNING_KEY, ApiKey, Head, PartKey
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.postgres import PostgresStore
from guardrails.errors import LedgerError
from guardrails.model.context import Principal
from tests.audit.memory import MemoryKeys
from tests.audit.samples import Clock, check, sqlite_log
from tests.postgres import keys_in

KEPT = Path(__file__).parents[3] / "fixtures" / "replay" / "0.1.0"
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
            made = keys_in(request.getfixturevalue("postgres_ledger"))
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
    keys.drop([("chk_1", part) for part in ("draft", "state", "none")])

    assert part_key(part="state") == found
    assert [keys.part_key("chk_1", part) for part in ("draft", "state")] == [None, None]
    assert part_key("chk_2") == keys.part_key("chk_2", "draft")


def test_part_keys_of_many_records_are_read_at_once(keys):
    """They are what they are one by one, those of records that were not named too."""
    names = [(record, part) for record in ("chk_1", "chk_2", "chk_3", 'a "b" c') for part in ("draft", "state", "none")]
    keys.put([part_key(*name) for name in names if "none" not in name], EMPTY)
    keys.drop([("chk_1", "state")])
    several = keys.part_keys(["chk_1", "chk_2", 'a "b" c', "never"])
    nothing = keys.part_keys([])

    assert [keys.part_key(*name) for name in names] == [several(*name) for name in names]
    assert part_key("chk_3") == several("chk_3", "draft") == nothing("chk_3", "draft")
    assert several("never", "draft") is None


@pytest.fixture(params=["sqlite", "postgres"])
def spoilt(request, tmp_path):
    """A log over every lasting backend, and what runs a statement on its keys as somebody who may."""
    if request.param == "sqlite":
        log = sqlite_log(tmp_path)

        def run(sql):
            with closing(apsw.Connection(str(tmp_path / "keys.db"))) as db:
                db.execute(sql)
    else:
        cluster = request.getfixturevalue("cluster")
        url = request.getfixturevalue("postgres_ledger")
        log = AuditLog(PostgresStore(url), keys_in(url), Clock())

        def run(sql):
            cluster.run(f"SET search_path = guardrails_keys; {sql}", conninfo_to_dict(url)["dbname"])

    yield log, run
    log.close()


def test_a_damaged_key_is_a_problem_of_its_part_only(spoilt):
    """Of keys that are read together, one that is another's and one that is gone are said where they belong."""
    log, run = spoilt
    ids = [log.append_check(check(log)).record_id for _ in range(4)]
    of_another = f"SELECT wrapped FROM part_key WHERE record_id = '{ids[0]}' AND part = 'state'"
    run(f"UPDATE part_key SET wrapped = ({of_another}) WHERE record_id = '{ids[1]}' AND part = 'state'")
    run(f"DELETE FROM part_key WHERE record_id = '{ids[2]}' AND part = 'context'")

    assert [(1, "key-damaged", "state"), (2, "key-missing", "context")] == [
        (one.index, one.what, one.detail) for one in log.verify().problems
    ]


def test_keys_open_after_a_rotation(keys):
    """What lives is wrapped anew, what comes is wrapped under the new epoch, and what was dropped stays dropped."""
    keys.put([part_key(str(number)) for number in range(3)], EMPTY)
    keys.drop([("0", "draft")])
    first, second = keys.rotate_epoch(), keys.rotate_epoch()
    keys.put([part_key("3")], Head(4, b"r" * 32))

    assert second == first + 1
    assert [None, *(part_key(str(number)) for number in (1, 2, 3))] == [
        keys.part_key(str(n), "draft") for n in range(4)
    ]
    assert Head(4, b"r" * 32) == keys.seen()


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
    """After dropping, neither the file nor its write-ahead log holds the wrapped key."""
    with closing(SqliteKeys(tmp_path / "keys.db")) as keys:
        keys.put([part_key(), part_key("chk_2")], EMPTY)
        with closing(apsw.Connection(str(tmp_path / "keys.db"))) as db:
            ((wrapped,),) = db.execute("SELECT wrapped FROM part_key WHERE record_id = 'chk_1'")
        before = everything(tmp_path)
        keys.drop([("chk_1", "draft")])
        after = everything(tmp_path)

    assert wrapped in before
    assert b"K" * 32 not in before
    assert wrapped not in after


def everything(folder):
    """Return all bytes of all files in *folder*, one after the other."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_after_a_rotation_old_copies_open_nothing(tmp_path):
    """A copy of the keys from before an erasure is worthless once the epoch has ended; what lives still opens."""
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
    with closing(SqliteKeys(new / "keys.db")) as keys:
        keys.put([part_key(), part_key("chk_2")], EMPTY)
    shutil.copy(new / "keys.db", old / "keys.db")
    with closing(SqliteKeys(new / "keys.db")) as keys:
        keys.drop([("chk_1", "draft")])
        number = keys.rotate_epoch()
        living = keys.part_key("chk_2", "draft")
    shutil.copy(new / "keys.epochs", old / "keys.epochs")
    with closing(SqliteKeys(old / "keys.db", read_only=True)) as keys:
        found = keys.part_key("chk_1", "draft"), keys.part_key("chk_2", "draft")

    assert number == 2
    assert part_key("chk_2") == living
    assert (None, None) == found


def test_a_destroyed_epoch_leaves_no_bytes(tmp_path):
    """Not even the file that was replaced holds the old epoch's key: it is overwritten."""
    with closing(SqliteKeys(tmp_path / "keys.db")) as keys, (tmp_path / "keys.epochs").open("rb") as was:
        (old,) = json.loads(was.read())["epochs"]
        keys.rotate_epoch()
        was.seek(0)
        left = was.read()

    assert {0} == set(left)
    assert old["key"].encode() not in everything(tmp_path)


def test_a_rotation_is_seen_by_other_processes(tmp_path):
    """Whoever had the keys open goes on under the new epoch, reading and writing."""
    with closing(SqliteKeys(tmp_path / "keys.db")) as one, closing(SqliteKeys(tmp_path / "keys.db")) as other:
        one.put([part_key()], EMPTY)
        other.rotate_epoch()
        one.put([part_key("chk_2")], EMPTY)
        found = [keys.part_key(name, "draft") for keys in (one, other) for name in ("chk_1", "chk_2")]
        other.rotate_epoch()
        again = one.part_key("chk_2", "draft")

    assert [part_key(), part_key("chk_2")] * 2 == found
    assert part_key("chk_2") == again


def test_a_rotation_cut_short_is_finished_by_the_next(tmp_path):
    """With keys of two epochs everything opens; the next rotation leaves one epoch."""
    with closing(SqliteKeys(tmp_path / "keys.db")) as keys:
        keys.put([part_key(str(number)) for number in range(20)], EMPTY)
        keys._epochs._file.begin(0)
        keys.rotate_epoch()
        epochs = keys._epochs._file.numbers()
        found = [keys.part_key(str(number), "draft") for number in range(20)]

    assert (3,) == epochs
    assert [part_key(str(number)) for number in range(20)] == found


def test_keys_without_epochs_are_wrapped_when_opened(tmp_path):
    """A file of the version before epochs is brought up; its keys lie bare nowhere afterwards."""
    made_by_version_2(tmp_path / "keys.db")
    with closing(SqliteKeys(tmp_path / "keys.db")) as keys:
        found = keys.part_key("chk_1", "draft")
        after = everything(tmp_path)

    assert part_key() == found
    assert b"K" * 32 not in after
    assert b"S" * 32 not in after


def made_by_version_2(path):
    """Write a file as the version before epochs and signing keys did."""
    from guardrails.backends.store.keys import _SCHEMA

    with closing(apsw.Connection(str(path))) as db:
        db.execute(_SCHEMA.script)
        db.execute(f"PRAGMA application_id={_SCHEMA.application_id}; PRAGMA user_version={_SCHEMA.version}")
        db.execute("INSERT INTO part_key VALUES ('chk_1', 'draft', ?, ?)", (b"K" * 32, b"S" * 32))
    path.chmod(0o600)


def test_lost_epochs_are_said_at_once(tmp_path):
    """Without the file of the epochs nothing opens, so nothing new is written either."""
    SqliteKeys(tmp_path / "keys.db").close()
    (tmp_path / "keys.epochs").unlink()
    with pytest.raises(LedgerError) as caught:
        SqliteKeys(tmp_path / "keys.db")

    assert caught.value.code == "epochs-missing"


def test_older_epochs_than_the_keys_are_refused(tmp_path):
    """A copy of the epochs from before the last rotation opens nothing, and hides nothing."""
    with closing(SqliteKeys(tmp_path / "keys.db")) as keys:
        shutil.copy(tmp_path / "keys.epochs", tmp_path / "old")
        keys.rotate_epoch()
    shutil.copy(tmp_path / "old", tmp_path / "keys.epochs")
    with pytest.raises(LedgerError) as caught:
        SqliteKeys(tmp_path / "keys.db")

    assert caught.value.code == "epochs-missing"


def test_older_keys_than_the_epochs_are_refused(tmp_path):
    """A copy of the keys from before a rotation opens nothing, the ledger's key neither, and nothing is begun with it."""
    with closing(SqliteKeys(tmp_path / "keys.db")) as keys:
        keys.ledger_key()
        keys.put([part_key()], EMPTY)
    shutil.copy(tmp_path / "keys.db", tmp_path / "old")
    with closing(SqliteKeys(tmp_path / "keys.db")) as keys:
        keys.rotate_epoch()
    shutil.copy(tmp_path / "old", tmp_path / "keys.db")
    epochs = (tmp_path / "keys.epochs").read_bytes()
    codes = []
    for read_only in (False, True):
        with (
            pytest.raises(LedgerError) as caught,
            closing(SqliteKeys(tmp_path / "keys.db", read_only=read_only)) as keys,
        ):
            keys.ledger_key()
        codes.append(caught.value.code)

    assert ["keys-missing"] * 2 == codes
    assert epochs == (tmp_path / "keys.epochs").read_bytes()


def test_a_copy_of_the_keys_alone_signs_nothing(tmp_path):
    """Without the epochs it holds no seed and no ledger key, and does not open."""
    log = sqlite_log(tmp_path)
    signers = [signer(log, purpose) for purpose in PURPOSES]
    secrets = [one._seed for one in signers] + [log.keys.ledger_key()]
    log.keys.rotate_epoch()
    again = [signer(log, purpose) for purpose in PURPOSES]
    log.close()
    copied = b"".join(path.read_bytes() for path in tmp_path.glob("keys.db*"))
    (tmp_path / "keys.epochs").unlink()
    with pytest.raises(LedgerError) as caught:
        SqliteKeys(tmp_path / "keys.db")

    assert signers == again
    assert [False] * 4 == [secret in copied or secret.hex().encode() in copied for secret in secrets]
    assert all(one.key.vkey.encode() in copied for one in signers)
    assert "epochs-missing" == caught.value.code


def test_secrets_of_an_earlier_version_are_wrapped_when_opened(tmp_path):
    """In the ledger that 0.1.0 wrote seeds and ledger key lay bare; they stay what they were, and lie bare nowhere."""
    for file in KEPT.glob("keys.*.xz"):
        (tmp_path / file.stem).write_bytes(lzma.decompress(file.read_bytes()))
        (tmp_path / file.stem).chmod(0o600)
    with closing(apsw.Connection(str(tmp_path / "keys.db"))) as db:
        bare = dict(db.execute("SELECT vkey, seed FROM signing_key").fetchall())
        ((ledger_key,),) = db.execute("SELECT key FROM ledger_key")
        db.execute("INSERT INTO signing_key VALUES ('a key', ?, ?)", (b"K" * 32, b"S" * 32))
    with closing(SqliteKeys(tmp_path / "keys.db")) as keys:
        found = {vkey: keys.part_key(SIGNING_KEY, vkey).key for vkey in (*bare, "a key")}
        same = keys.ledger_key() == ledger_key
        after = everything(tmp_path)
    copied = b"".join(path.read_bytes() for path in tmp_path.glob("keys.db*"))

    assert {**bare, "a key": b"K" * 32} == found
    assert same
    assert [] == [secret for secret in (ledger_key, *found.values()) if secret in after or secret in copied]


@pytest.mark.parametrize(("damage", "code"), [(b"{}", "ledger-damaged"), (None, "ledger-unwritable")])
def test_changed_or_open_epochs_are_refused(tmp_path, damage, code):
    """A file of epochs with other bytes, or one that others may read, opens nothing."""
    SqliteKeys(tmp_path / "keys.db").close()
    path = tmp_path / "keys.epochs"
    mode = path.stat().st_mode & 0o777
    if damage:
        path.write_bytes(damage)
    else:
        path.chmod(0o640)
    with pytest.raises(LedgerError) as caught:
        SqliteKeys(tmp_path / "keys.db")

    assert mode == 0o600
    assert code == caught.value.code


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
        "UPDATE part_key SET wrapped = x'00' WHERE record_id = 'ledger'",
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
        (keys.ledger_key if "part_key" in statement else keys.api_keys)()

    assert ("key-damaged" if "part_key" in statement else "ledger-damaged") == failed.value.code
