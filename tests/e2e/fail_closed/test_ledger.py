"""
The ledger and its keys on disk: what was stopped stays stopped, whatever bytes are lost, or nothing is answered.

A check reads little of the ledger, so damage elsewhere does not hold it up; ``verify`` tells of it.
"""

from __future__ import annotations

import shutil
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.audit.keys import ApiKeys
from guardrails.audit.log import AuditLog
from guardrails.audit.policies import FirstUse
from guardrails.audit.standing import TERMS, Standing, terms_of
from guardrails.audit.verify import verified
from guardrails.backends.documents import READERS
from guardrails.backends.documents.rendered import html_of
from guardrails.backends.rego.embedded import embedded_engine
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.errors import GuardrailsError
from guardrails.gate import Gate
from guardrails.identity import engine_identity
from guardrails.model.context import Principal
from guardrails.model.policy import CompiledPolicy
from guardrails.model.record import parsed_record
from guardrails.model.state import Stop
from guardrails.pipeline import evaluator
from guardrails.policy.bundle import bundle_bytes
from guardrails.policy.codec import policy_bytes
from guardrails.policy.load import load_policy
from tests.e2e.fail_closed import thin
from tests.mutations import Damage, damages, drawn

FILES = ("ledger.db", "keys.db", "keys.epochs")


@cache
def _policy(folder: Path) -> CompiledPolicy:
    return load_policy(thin.written(folder, thin.files()))


class Shelf:
    """A ledger in which everything is stopped, as bytes, and a folder in which copies of it are spoilt."""

    def __init__(self, policy: CompiledPolicy, folder: Path, sound: dict[str, bytes], revoked: str) -> None:
        self.policy, self.folder, self.sound, self.revoked = policy, folder, sound, revoked

    def put(self, name: str = "", data: bytes = b"") -> None:
        """Lay the ledger down again, with *name* holding *data*."""
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        for one in FILES:
            (self.folder / one).write_bytes(data if one == name else self.sound[one])
            (self.folder / one).chmod(0o600)

    def gate(self) -> Gate:
        """Open it."""
        return _gate(self.folder, self.policy)


def _gate(folder: Path, policy: CompiledPolicy) -> Gate:
    engine = embedded_engine()
    log = AuditLog(SqliteStore(folder / "ledger.db"), SqliteKeys(folder / "keys.db"), lambda: thin.AS_OF_MS)
    return Gate(
        policy=policy,
        evaluate=_evaluate(),
        log=log,
        standing=Standing(log),
        first_use=FirstUse(log),
        record=log.append_check,
        clock=log.clock,
        engine=engine_identity(engine.identity, policy),
        policy_bytes=lambda: (policy_bytes(policy), bundle_bytes(policy.bundle)),
        html_of=html_of,
    )


@cache
def _evaluate():
    return evaluator(READERS, embedded_engine())


def checked(gate: Gate) -> str:
    """The verdict of the draft that passes if nothing is stopped."""
    return gate.check(thin.DRAFT, principal=thin.STATE.principal, caller=thin.STATE.caller).assessment.verdict


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Two checks that pass, then a stop of everything; two API keys, of which one is revoked."""
    folder = tmp_path_factory.mktemp("ledger")
    policy = _policy(tmp_path_factory.mktemp("thin"))
    gate = _gate(folder, policy)
    assert ["pass", "pass"] == [checked(gate), checked(gate)]
    keys = ApiKeys(gate.log)
    keys.issue(principal=Principal("agent", "writer"), channels=["press"])
    revoked, key = keys.issue(principal=Principal("agent", "writer"))
    keys.revoke(key.id)
    gate.log.append("stop", {"event": "set", "scope": "all"}, parts={TERMS: terms_of(Stop("", "all", "", "fire"))})
    gate.close()
    sound = {name: (folder / name).read_bytes() for name in FILES}
    return Shelf(policy, tmp_path_factory.mktemp("spoilt"), sound, revoked)


def test_the_control_is_stopped(shelf: Shelf) -> None:
    """Unspoilt, the ledger says that everything is stopped, and a revoked key opens nothing."""
    shelf.put()
    with closing(shelf.gate()) as gate:
        assert "escalate" == checked(gate)
        assert ["all"] == [stop.scope for stop in gate.standing.stops()]
        assert ApiKeys(gate.log).verify(shelf.revoked) is None


def opened(shelf: Shelf) -> None:
    """Check over what lies there: nothing passes, no key lives again; whatever fails says so."""
    gate = None
    try:
        gate = shelf.gate()
        assert ApiKeys(gate.log).verify(shelf.revoked) is None
        assert "pass" != checked(gate)
    except GuardrailsError:
        return
    finally:
        with suppress(GuardrailsError):
            if gate is not None:
                gate.close()


@drawn
@given(st.sampled_from(FILES), damages())
def test_no_damaged_file_lifts_a_stop(shelf: Shelf, name: str, damage: Damage) -> None:
    """Bytes of the ledger or its keys lost, changed or inserted."""
    shelf.put(name, damage.of(shelf.sound[name]))

    opened(shelf)


WORDS = (b"stop", b'"set"', b'"all"', b"policy:", b"agent", b"press", b"writer")


@drawn
@given(st.sampled_from(FILES), st.sampled_from(WORDS), st.integers(0, 999), st.integers(0, 9), st.integers(0, 7))
def test_no_flipped_bit_lifts_a_stop(shelf: Shelf, name: str, word: bytes, which: int, offset: int, bit: int) -> None:
    """Where the files say "stop", "set" and "agent" one bit changes what they say, or where it is found."""
    sound = shelf.sound[name]
    places = [at for at in range(len(sound)) if sound.startswith(word, at)]
    if places:
        at = places[which % len(places)] + offset % len(word)
        shelf.put(name, sound[:at] + bytes([sound[at] ^ 1 << bit]) + sound[at + 1 :])

        opened(shelf)


_ROWS = (
    "DELETE FROM history WHERE key = 'stop'",
    "UPDATE history SET idx = 0 WHERE key = 'stop'",
    "UPDATE history SET key = 'stopp' WHERE key = 'stop'",
    "UPDATE history SET principal = 'x' WHERE key = 'stop'",
    "DELETE FROM history",
    "DELETE FROM tally",
    "DELETE FROM payload",
    "DROP TRIGGER record_kept; DELETE FROM record WHERE idx = (SELECT max(idx) FROM record)",
    "DROP TRIGGER record_fixed; UPDATE record SET bytes = CAST(replace(bytes, '\"set\"', '\"sat\"') AS BLOB)",
    "DROP TABLE history",
)


@pytest.mark.parametrize("statement", _ROWS)
def test_no_lost_row_lifts_a_stop(shelf: Shelf, statement: str) -> None:
    """Rows that are gone, moved or rewritten."""
    shelf.put()
    with closing(apsw.Connection(str(shelf.folder / "ledger.db"))) as db:
        db.execute(statement)

    opened(shelf)


@pytest.mark.parametrize("statement", [
    "DELETE FROM part_key", "DELETE FROM part_key WHERE record_id = 'ledger'", "UPDATE part_key SET wrapped = x'00'", "DELETE FROM seen",
    "UPDATE seen SET size = 99", "UPDATE seen SET root = x'00'", "UPDATE api_key SET revoked_ms = 0",
    "UPDATE api_key SET permits = '{}'", "DROP TABLE part_key",
])  # fmt: skip
def test_no_lost_key_lifts_a_stop(shelf: Shelf, statement: str) -> None:
    """Keys that are gone or others."""
    shelf.put()
    with closing(apsw.Connection(str(shelf.folder / "keys.db"))) as db:
        db.execute(statement)

    opened(shelf)


@pytest.mark.parametrize("name", FILES)
def test_no_lost_file_lifts_a_stop(shelf: Shelf, name: str) -> None:
    """A ledger that is gone is no new one while its keys have seen it; without its keys nothing of it opens."""
    shelf.put()
    (shelf.folder / name).unlink()
    if name == "ledger.db":
        from guardrails.audit.verify import require_present

        with closing(SqliteKeys(shelf.folder / "keys.db")) as keys, pytest.raises(GuardrailsError):
            require_present(shelf.folder / name, keys)
        return

    opened(shelf)


def _content(folder: Path) -> object:
    """Everything that the ledger gives."""
    with closing(SqliteStore(folder / "ledger.db", read_only=True)) as store:
        records = list(store.records())
        bodies = [parsed_record(one.record) for one in records]
        digests = [body.text(name) for body in bodies for name in ("policy_sha256", "bundle_sha256")]
        payloads = [store.payload(one.index) for one in records]
        return records, payloads, [store.bundle(digest) for digest in digests], list(store.links()), store.head()


@drawn
@given(damages())
def test_verify_tells_of_damage(shelf: Shelf, damage: Damage) -> None:
    """Whatever bytes of the ledger change: it is named, or everything that the ledger gives is as it was."""
    shelf.put()
    expected = _content(shelf.folder)
    shelf.put("ledger.db", damage.of(shelf.sound["ledger.db"]))
    ledger, keys, _ = (shelf.folder / name for name in FILES)
    try:
        with closing(SqliteKeys(keys, read_only=True)) as held, closing(SqliteStore(ledger, read_only=True)) as store:
            report = verified(store, held)
    except GuardrailsError:
        return

    assert not report.ok or expected == _content(shelf.folder)
