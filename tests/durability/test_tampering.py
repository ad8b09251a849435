"""
Whatever is done to the files of a ledger, its verification names it, and where one record is concerned, that record.

``GUARDRAILS_TAMPERINGS`` sets how many are tried (default 300), spread over all kinds of attack.
"""

from __future__ import annotations

import os
import random
import shutil
from contextlib import closing, suppress
from pathlib import Path

import apsw
import pytest

from guardrails.audit import verify
from guardrails.audit.entry import Idempotency
from guardrails.audit.keys import ApiKeys
from guardrails.audit.log import AuditLog
from guardrails.audit.projection import links_of
from guardrails.audit.store import Append, Head
from guardrails.audit.verify import VerifyReport, rolled_back, verified
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.errors import LedgerError
from guardrails.model.context import Principal
from guardrails.model.record import parsed_record
from tests.audit.samples import WRITER, Clock, check, draft, erase_text, sqlite_log, use_policy
from tests.durability.attacks import ATTACKS
from tests.durability.attacks.attacker import FILES, WHOLE, Attacker

TAMPERINGS = int(os.environ.get("GUARDRAILS_TAMPERINGS", "300"))
EACH = max(1, TAMPERINGS // len(ATTACKS))
SIZES = (6, 9, 16, 21)


class Ledger:
    """A ledger as bytes, with an older copy of it, the heads it had, and a folder in which copies are spoilt."""

    def __init__(self, folder: Path, size: int):
        clock = Clock()
        self.heads: list[Head] = []
        log = sqlite_log(folder, clock)
        written(log, size - 2, clock, self.heads)
        self.older = bytes_of(folder, log)
        log = sqlite_log(folder, clock)
        written(log, 2, clock, self.heads)
        self.sound = bytes_of(folder, log)
        self.folder = folder

    def put(self, **files: bytes) -> Path:
        """Lay it down again, some of its files others."""
        for name in FILES:
            for end in ("", "-wal", "-shm"):
                (self.folder / f"{name}{end}").unlink(missing_ok=True)
            (self.folder / name).write_bytes(files.get(name.removesuffix(".db"), self.sound[name]))
            (self.folder / name).chmod(0o600)
        return self.folder


def written(log: AuditLog, count: int, clock: Clock, heads: list[Head]) -> None:
    """Write activations, a stop, checks, one of them erased, and credentials; remember every head."""
    first = log.head().size
    if not first:
        ApiKeys(log).issue(principal=Principal("agent", "writer"))
        use_policy(log)
        log.append("stop", {"event": "set", "scope": "all"}, parts={"terms": b"all"})
    while log.head().size < first + count:
        clock.now_ms += 1000
        n = log.head().size
        answer = Idempotency(f"k{n}", "body", lambda _, n=n: b"answer to k%d" % n) if n % 3 == 0 else None
        log.append_check(
            check(log, thread=f"t{n % 4}", draft_parts=draft(b"draft %d" % n), idempotency=answer, risk=n % 2)
        )
        heads.append(log.head())
        if n == 3:
            erased = next(record.id for _, record in log.records(3))
            erase_text(log, erased)


def bytes_of(folder: Path, log: AuditLog) -> dict[str, bytes]:
    """Close it and return its files."""
    log.close()
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory):
    """Ledgers of several sizes, in memory where there is a place for files in memory."""
    home = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else tmp_path_factory.getbasetemp()
    folder = home / f"guardrails-tampering-{os.getpid()}"
    for size in SIZES:
        (folder / str(size)).mkdir(parents=True)
    yield [Ledger(folder / str(size), size) for size in SIZES]
    shutil.rmtree(folder)


def report_on(folder: Path) -> VerifyReport:
    """Verify it as ``ledger verify`` does."""
    with (
        closing(SqliteKeys(folder / "keys.db", read_only=True)) as keys,
        closing(SqliteStore(folder / "ledger.db", read_only=True)) as store,
    ):
        return verified(store, keys)


def found(folder: Path) -> set[int]:
    """Return the indices that a verification names."""
    return {problem.index for problem in report_on(folder).problems}


def test_the_control_is_intact(ledgers):
    """Unspoilt, nothing is found."""
    for ledger in ledgers:
        report = report_on(ledger.put())

        assert (True, 1) == (report.ok, report.erased), report.problems


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_found(ledgers, name, monkeypatch):
    """Whatever the ledger's size and however long its stretches are."""
    draw = random.Random(name)
    for n in range(EACH):
        monkeypatch.setattr(verify, "_SHORTEST", draw.choice((14, 0, 1, 2, 3)))
        folder = draw.choice(ledgers).put()
        with Attacker(folder, draw) as attacker:
            expected = ATTACKS[name](attacker)
        named = found(folder)

        assert expected.holds(named), (n, expected, report_on(folder).problems)


@pytest.mark.parametrize(
    ("pragma", "code"), [("application_id = 7", "ledger-damaged"), ("user_version = 9", "ledger-later")]
)
def test_another_header_is_found(ledgers, pragma, code):
    """A file that says it is something else is not opened."""
    folder = ledgers[0].put()
    with closing(apsw.Connection(str(folder / "ledger.db"))) as db:
        db.execute(f"PRAGMA {pragma}")
    with pytest.raises(LedgerError) as caught:
        found(folder)

    assert code == caught.value.code


def test_an_older_copy_of_one_file_is_found(ledgers):
    """An older ledger is behind its keys; with older keys the last records do not open."""
    for ledger in ledgers:
        size = ledger.heads[-1].size

        assert WHOLE in found(ledger.put(ledger=ledger.older["ledger.db"]))
        assert {size - 2, size - 1} == found(ledger.put(keys=ledger.older["keys.db"]))


def test_an_older_copy_of_both_is_found_by_whoever_remembers_a_head(ledgers):
    """Nothing in the files is against a ledger restored as a whole: that needs a head outside."""
    for ledger in ledgers:
        folder = ledger.put(ledger=ledger.older["ledger.db"], keys=ledger.older["keys.db"])
        with closing(SqliteStore(folder / "ledger.db", read_only=True)) as store:
            assert "" != rolled_back(store, ledger.heads[-1])
            assert "" == rolled_back(store, ledger.heads[-3])

        assert set() == found(folder)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE answer SET sealed = o.sealed, idx = o.idx FROM answer o WHERE o.idx <> answer.idx",
        "UPDATE answer SET sealed = o.sealed, idx = o.idx, body = o.body FROM answer o WHERE o.idx <> answer.idx",
        "UPDATE answer SET idx = idx + 1",
        "UPDATE answer SET sealed = randomblob(200)",
    ],
)
def test_no_answer_is_given_to_another_request(ledgers, change):
    """An answer that stands under another idempotency key, or was changed, is not given."""
    folder = ledgers[2].put()
    with Attacker(folder, random.Random(1)) as attacker:
        attacker(change)
        keys = [f"k{index}" for (index,) in attacker("SELECT idx FROM record")]
    with closing(sqlite_log(folder)) as log:
        for key in keys:
            with suppress(LedgerError):
                assert log.answers.given(WRITER, key, "body", now_ms=log.clock()) is None

    with closing(sqlite_log(ledgers[2].put())) as log:
        assert b"answer to k6" == log.answers.given(WRITER, "k6", "body", now_ms=log.clock())


def insider(folder: Path, draw: random.Random) -> int:
    """Write the ledger anew with one record changed, keys and the head that was seen along with it; return its index."""
    with Attacker(folder, draw) as attacker:
        changed = attacker.index()
        retold = attacker.retold(changed)
    with closing(SqliteStore(folder / "ledger.db", read_only=True)) as store:
        records = [(one.record_id, one.record, store.payload(one.index)) for one in store.records()]
        digests = {digest for _, data, _ in records for digest in bundles(data)}
        kept = {digest: store.bundle(digest) for digest in digests}
    records[changed] = (records[changed][0], retold, records[changed][2])
    (folder / "ledger.db").unlink()
    with closing(SqliteStore(folder / "ledger.db")) as store, closing(SqliteKeys(folder / "keys.db")) as keys:
        for digest, data in kept.items():
            store.put_bundle(digest, data)
        store.append_many([Append(name, data, sealed, links_of(parsed_record(data))) for name, data, sealed in records])
        keys.reset_seen(store.head())
    return changed


def bundles(data: bytes) -> list[str]:
    """Return the digests that a record names."""
    record = parsed_record(data)
    return [digest for digest in (record.text("policy_sha256"), record.text("bundle_sha256")) if digest]


def test_an_insider_is_found_by_whoever_remembers_a_head(ledgers):
    """Who owns all the files can write them anew so that nothing in them tells; a head outside does."""
    draw = random.Random("insider")
    for _ in range(EACH):
        ledger = draw.choice(ledgers)
        folder = ledger.put()
        changed = insider(folder, draw)
        remembered = draw.choice([head for head in ledger.heads if head.size > changed])
        with closing(SqliteStore(folder / "ledger.db", read_only=True)) as store:
            assert "" != rolled_back(store, remembered)

        assert set() == found(folder)
