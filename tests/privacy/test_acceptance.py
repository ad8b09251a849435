"""After an erasure nothing of it is left in any file, and verification confuses no erasure with a loss."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import apsw
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardrails.audit import tlog
from guardrails.audit.entry import Idempotency
from guardrails.audit.erased import Taken
from guardrails.audit.erasure import erase
from guardrails.audit.log import AuditLog
from guardrails.audit.store import PartKey
from guardrails.audit.verify import verified
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.errors import LedgerError
from tests.audit.memory import MemoryKeys, MemoryStore
from tests.audit.samples import APPROVED, Clock, check, erase_text, sqlite_log

CASES = int(os.environ.get("GUARDRAILS_CASES", "300"))
"""How many ledgers are drawn; 10,000 in a full run."""

SECRET = b"CANARY-draft"


# -- bytes


def test_after_an_erasure_no_byte_of_it_is_left(tmp_path: Path) -> None:
    """Neither text, key, salt nor the wrapped key is in the ledger, the keys, the epochs or a write-ahead log."""
    log = sqlite_log(tmp_path)
    receipts = [log.append_check(check(log, idempotency=_answer(number))) for number in range(4)]
    target = receipts[1].record_id
    parts = [part for part in (*check(log).parts, "answer") if part != "engine_input"]
    keys = [key for part in parts if (key := log.keys.part_key(target, part))]
    wrapped = _wrapped(tmp_path / "keys.db", target)
    before = _bytes(tmp_path)
    erase_text(log, target)
    while_open = _bytes(tmp_path)
    report = log.verify()
    proofs = [log.inclusion_proof(one.index) for one in receipts]
    head = log.head()
    log.close()

    assert len(parts) == len(keys) == len(wrapped)
    assert all(one in before for one in wrapped)
    for data in (while_open, _bytes(tmp_path)):
        assert SECRET not in data
        assert [one for one in wrapped if one in data] == []
        assert [one.part for one in keys if one.key in data or one.salt in data] == []
    assert (report.erased, report.unaccounted, report.ok) == (1, 0, True)
    for one, proof in zip(receipts, proofs, strict=True):
        assert tlog.inclusion_holds(one.index, head.size, bytes.fromhex(one.leaf_hash), proof, head.root)


def test_copies_open_nothing_once_the_epoch_has_ended(tmp_path: Path) -> None:
    """Every copy of the databases made before is scanned: with the epochs that live it opens nothing that was erased."""
    live = tmp_path / "live"
    live.mkdir()
    with closing(sqlite_log(live)) as log:
        target = log.append_check(check(log)).record_id
        copies = [_copied(live, tmp_path / "before")]
        erase_text(log, target)
        copies.append(_copied(live, tmp_path / "after"))
        control = _opened(tmp_path / "before", target, live / "keys.epochs")
        log.keys.rotate_epoch()
        copies.append(_copied(live, tmp_path / "rotated"))
        living = log.decrypt(0, "engine_input")

    assert SECRET in control, "a copy of the keys with their epochs opens it: the scan can find something"
    assert living == b"CANARY-input"
    for folder in copies:
        assert b"" == _opened(folder, target, live / "keys.epochs")
        assert SECRET not in _bytes(folder)


def _answer(number: int) -> Idempotency:
    return Idempotency(f"key-{number}", "body", lambda _: SECRET)


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def _wrapped(path: Path, record_id: str) -> list[bytes]:
    with closing(apsw.Connection(str(path))) as db:
        sql = "SELECT wrapped FROM part_key WHERE record_id = ? AND part <> 'engine_input'"
        return [row[0] for row in db.execute(sql, (record_id,))]


def _copied(live: Path, folder: Path) -> Path:
    shutil.copytree(live, folder)
    return folder


def _opened(folder: Path, record_id: str, epochs: Path) -> bytes:
    """Return whatever words of a record a copy of the ledger and its keys gives with *epochs*."""
    shutil.copy(epochs, folder / "keys.epochs")
    parts = ("field:0", "context", "assessment", "state")
    with (
        closing(SqliteStore(folder / "ledger.db", read_only=True)) as store,
        closing(SqliteKeys(folder / "keys.db", read_only=True)) as keys,
    ):
        try:
            log = AuditLog(store, keys, Clock(), accept_gap=True)
        except LedgerError:  # these keys are refused as a whole; each by itself
            return b"".join(key.key for part in parts if (key := keys.part_key(record_id, part)))
        return b"".join(_words(log, part) for part in parts)


def _words(log: AuditLog, part: str) -> bytes:
    try:
        return log.decrypt(0, part)
    except LedgerError:
        return b""


# -- erased or lost

PARTS = ("assessment", "context", "engine_input", "field:0", "state")
RECORDS = 4


@dataclass
class Case:
    """A ledger with what was done to it: which parts were erased, and which records somebody meddled with."""

    store: MemoryStore = field(default_factory=MemoryStore)
    keys: MemoryKeys = field(default_factory=MemoryKeys)
    erased: set[tuple[int, str]] = field(default_factory=set)
    lost: set[int] = field(default_factory=set)
    ids: list[str] = field(default_factory=list)

    @property
    def log(self) -> AuditLog:
        """The log over it."""
        return AuditLog(self.store, self.keys, Clock())

    def expected(self) -> tuple[set[int], set[int]]:
        """Return which records are erased on the record, and which are unaccounted for."""
        return {index for index, _ in self.erased} - self.lost, self.lost


def lose_key(case: Case, index: int, part: str) -> None:
    """Destroy a key without a record of it."""
    case.keys.drop([(case.ids[index], part)])


def lose_payload(case: Case, index: int, part: str) -> None:
    """Delete sealed bytes without a record of it."""
    case.store.drop_payload(index, [part])


def lose_both(case: Case, index: int, part: str) -> None:
    """Erase as we do, and record nothing."""
    lose_key(case, index, part)
    lose_payload(case, index, part)


def change_payload(case: Case, index: int, part: str) -> None:
    """Change a byte of sealed bytes."""
    data = case.store._payload[index][part]
    case.store._payload[index][part] = data[:-1] + bytes([data[-1] ^ 1])


def change_salt(case: Case, index: int, part: str) -> None:
    """Put another salt beside the key."""
    key = case.keys._parts[case.ids[index], part]
    case.keys._parts[case.ids[index], part] = PartKey(key.record_id, part, key.key, b"\1" * 32)


def account_for_another(case: Case, index: int, part: str) -> None:
    """Destroy a part, and have the record of it name another record's."""
    other = (index + 1) % RECORDS
    case.log.append("erasure", {"erased": [{"record": f"{case.ids[other]}x", "parts": [part]}]})
    lose_both(case, index, part)


def account_for_another_part(case: Case, index: int, part: str) -> None:
    """Destroy a part, and have the record of it name a part that is none."""
    case.log.append("erasure", {"erased": [{"record": case.ids[index], "parts": [f"{part}x"]}]})
    lose_both(case, index, part)


def put_back(case: Case, index: int, part: str) -> None:
    """Bring sealed bytes back under a name that was erased."""
    case.store._payload[index][part] = b"again"


MEDDLING: tuple[Callable[[Case, int, str], None], ...] = (
    lose_key, lose_payload, lose_both, change_payload, change_salt, account_for_another, account_for_another_part,
)  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a ledger, erasures of any of its parts, and meddling with any of the others."""
    case = Case()
    log = case.log
    case.ids = [log.append_check(check(log)).record_id for _ in range(RECORDS)]
    every = [(index, part) for index in range(RECORDS) for part in PARTS]
    case.erased = draw(st.sets(st.sampled_from(every), max_size=6))
    for index in sorted({index for index, _ in case.erased}):
        parts = tuple(part for at, part in sorted(case.erased) if at == index)
        erase(log, [Taken(index, case.ids[index], parts)], APPROVED)
    for index, part in sorted(draw(st.sets(st.sampled_from(every), max_size=3))):
        act = draw(st.sampled_from(MEDDLING)) if (index, part) not in case.erased else put_back
        act(case, index, part)
        case.lost.add(index)
    return case


@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_erased_and_lost_are_never_confused(case: Case) -> None:
    """Whatever was erased on the record and whatever somebody meddled with: each record is told for what it is."""
    report = verified(case.store, case.keys)
    erased, lost = case.expected()

    assert lost == {one.index for one in report.problems if one.index >= 0}
    assert (len(erased), len(lost)) == (report.erased, report.unaccounted)
    assert report.ok == (not lost)
