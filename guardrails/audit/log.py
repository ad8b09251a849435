"""
The ledger of events: commitments in the leaves, copy encrypted beside them, keys apart.

An append goes through these steps; a failure in any leaves no record and therefore no verdict:

1. make a key and a salt for every part of the payload, commit to the part, seal it;
2. make the keys durable, together with the head as it is now;
3. append record, sealed parts, index rows and remembered answer in one durable transaction.

A crash between 2 and 3 leaves keys that open nothing. The head kept with the keys is what a ledger restored from an
old copy fails to extend.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from guardrails import __version__
from guardrails.audit import tlog
from guardrails.audit.entry import CheckEntry, Idempotency, Receipt
from guardrails.audit.erased import Erasures, Taken
from guardrails.audit.ids import Clock, Entropy, new_id
from guardrails.audit.parts import ANSWER
from guardrails.audit.projection import DAY_MS, RISK, RISK_MS, ROUNDS_MS, links_of, policy_key
from guardrails.audit.references import References, check_body
from guardrails.audit.seal import commitment, new_part_key, opened, sealed
from guardrails.audit.store import (
    AnswerSlot,
    Append,
    Expected,
    Head,
    KeyStore,
    PartKey,
    Position,
    RecordStore,
    StoredRecord,
)
from guardrails.audit.tiles import require_entry
from guardrails.audit.verify import VerifyReport, rolled_back, verified
from guardrails.errors import DraftError, LedgerError
from guardrails.model.canonical import Json, sha256_hex
from guardrails.model.context import Actor, Principal
from guardrails.model.record import ID_PREFIXES, RECORD_TYPES, Record, parsed_record, record_bytes
from guardrails.model.state import Round

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """A check as the ledger has it."""

    receipt: Receipt
    record: Record


@dataclass(frozen=True, slots=True)
class _Prepared:
    keys: tuple[PartKey, ...]
    append: Append


class AuditLog:
    """
    The one way into the ledger; may be used from several threads and beside other processes.

    With *accept_gap* a ledger that does not extend the head its keys have seen is opened all the same; only
    ``recovery`` does that.

    Raises:
        LedgerError: ``ledger-damaged`` if the ledger does not extend the head that its keys have seen, ``keys-missing`` if
            these are the keys of another one.
    """

    def __init__(
        self,
        store: RecordStore,
        keys: KeyStore,
        clock: Clock,
        entropy: Entropy = secrets.token_bytes,
        *,
        accept_gap: bool = False,
    ) -> None:
        self.keys = keys
        self.clock = clock
        self.entropy = entropy
        self._store = store
        self._refs = References(keys.ledger_key())
        self._activated: set[str] = set()
        if not accept_gap:
            self._require_no_rollback()

    # -- appending

    def new_check_id(self) -> str:
        """Return a fresh id for a check."""
        return new_id("chk", self.clock(), self.entropy)

    def append_check(self, entry: CheckEntry) -> Receipt:
        """Record one check; it is durable when this returns."""
        return self.append_checks([entry])[0]

    def append_checks(self, entries: Sequence[CheckEntry]) -> tuple[Receipt, ...]:
        """
        Record checks in order, all or none, in one durable transaction.

        Raises:
            LedgerError: The record could not be made durable; ``idempotency-key-in-use`` if another request
                got in first with the same key.
        """
        return self._append([self._prepared_check(entry) for entry in entries])

    def append_each(self, entries: Sequence[CheckEntry]) -> tuple[Receipt | Exception, ...]:
        """
        Record checks in order, in one durable transaction if all can be, else each in its own.

        An entry that cannot be recorded spoils no other: what :meth:`append_check` would raise stands in its place.
        """
        prepared = [_attempted(partial(self._prepared_check, entry)) for entry in entries]
        able = [one for one in prepared if isinstance(one, _Prepared)]
        outcomes = iter(self._append_each(able))
        return tuple(next(outcomes) if isinstance(one, _Prepared) else one for one in prepared)

    def append(
        self,
        kind: str,
        body: Mapping[str, Json],
        *,
        parts: Mapping[str, bytes] | None = None,
        expected: Expected | None = None,
    ) -> Receipt:
        """
        Record any other event; *parts* are encrypted and committed to.

        The body must hold no copy and no person in clear: use :meth:`ref` for people and *parts* for text.

        Raises:
            LedgerError: The record could not be made durable; ``overtaken`` if what is *expected* is not so any more.
        """
        if kind not in RECORD_TYPES or kind == "check":
            raise ValueError(f"no record of type {kind!r} is appended this way")
        at_ms = self.clock()
        record = Record(new_id(ID_PREFIXES.get(kind, "rec"), at_ms, self.entropy), kind, at_ms, body)
        return self._append([self._prepared(record, parts or {}, expected=expected)])[0]

    def activate_policy(self, digest: str, policy_bytes: bytes, bundle_bytes: bytes) -> None:
        """
        Keep a policy and its bundle by first use, with a record of it; nothing happens for one that is known.

        A new version of guardrails keeps its own copy: it reads no other's.
        """
        if self.knows_policy(digest):
            return
        kept = self.keep_policy(policy_bytes, bundle_bytes)
        self.append("policy_activated", {"event": "first-use", "policy_digest": digest, **kept})
        self._activated.add(digest)

    def knows_policy(self, digest: str) -> bool:
        """Tell whether this version has kept the policy; cheap once it was found to be."""
        if digest not in self._activated:
            known = self.activation(digest)
            if known is not None and known.text("compiled_by") == __version__:
                self._activated.add(digest)
        return digest in self._activated

    def remember(self, principal: Principal, wanted: Idempotency, record_id: str) -> None:
        """
        Remember the answer to a request that made the record *record_id*, as :meth:`append_check` does of a check.

        Raises:
            LedgerError: ``record-unknown``, ``idempotency-key-in-use``, or it could not be made durable.
        """
        stored, now_ms = self._found(record_id), self.clock()
        key, slot = self._slot(record_id, now_ms, principal, wanted)
        self.keys.put([key], self._store.head())
        self._store.put_answer(slot, Position(stored.index, stored.leaf_hash))

    def keep_policy(self, policy_bytes: bytes, bundle_bytes: bytes) -> dict[str, Json]:
        """Keep a policy and its bundle, and return what a ``policy_activated`` record says of them."""
        policy_sha256, bundle_sha256 = sha256_hex(policy_bytes), sha256_hex(bundle_bytes)
        self._store.put_bundle(policy_sha256, policy_bytes)
        self._store.put_bundle(bundle_sha256, bundle_bytes)
        return {"policy_sha256": policy_sha256, "bundle_sha256": bundle_sha256, "compiled_by": __version__}

    def activation(self, digest: str) -> Record | None:
        """Return the newest record that keeps a policy, one of this version's own if there is any."""
        records = [self.record(index) for index in reversed(self.indices(policy_key(digest)))]
        own = (record for record in records if record.text("compiled_by") == __version__)
        return next(own, records[0] if records else None)

    def destroy(self, parts: Sequence[tuple[int, str, Sequence[str]]]) -> None:
        """
        Destroy keys, salts and sealed bytes of *parts*: ``(index, record id, names)``.

        Only ``erasure`` calls this, once it is on the record; what is gone already is passed over.
        """
        self.keys.drop([(record_id, name) for _, record_id, names in parts for name in names])
        for index, _, names in parts:
            self._store.drop_payload(index, names)
            if ANSWER in names:
                self._store.drop_answers(index)

    def left_behind(self, known: Erasures) -> tuple[Taken, ...]:
        """Return the parts that are there although *known* erasures took them."""
        return tuple(known.unfinished(self._store, self.keys))

    # -- reading

    def ref(self, kind: str, value: str) -> str:
        """Return this ledger's keyed reference of *value*; empty for an empty value."""
        return self._refs.of(kind, value)

    def actor_ref(self, actor: Actor) -> str:
        """Return the reference of who acts: a person, else a key, else a principal."""
        return self._refs.actor(actor.principal, actor.who)

    def principal_ref(self, principal: Principal) -> str:
        """Return the reference of who submits."""
        return self._refs.principal(principal)

    def campaign_ref(self, campaign: str) -> str:
        """Return the reference of a campaign, as checks name it."""
        return self._refs.campaign(campaign)

    def fingerprint_ref(self, fingerprint: str) -> str:
        """Return the reference of a finding's fingerprint, as rounds name it."""
        return self._refs.fingerprint(fingerprint)

    def head(self) -> Head:
        """Return the number of records and the root of the tree."""
        return self._store.head()

    def find_check(self, check_id: str) -> StoredCheck | None:
        """Return a check, or None if the ledger has none with this id."""
        stored = self._store.find(check_id)
        record = None if stored is None else _record(stored)
        if stored is None or record is None or record.type != "check":
            return None
        return StoredCheck(Receipt(stored.record_id, stored.index, stored.leaf_hash.hex()), record)

    def records(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, Record]]:
        """Yield the records with an index in ``[start, end)``."""
        return ((stored.index, _record(stored)) for stored in self._store.records(start, end))

    def sound_records(self) -> Iterator[tuple[int, Record, bytes]]:
        """Yield every record that is what was hashed when it was written, with its bytes; others are passed over."""
        for stored in self._store.records():
            with suppress(LedgerError):
                yield stored.index, _record(stored), stored.record

    def find(self, record_id: str) -> tuple[int, Record] | None:
        """Return the index of a record and the record, or None if the ledger has none with this id."""
        stored = self._store.find(record_id)
        return None if stored is None else (stored.index, _record(stored))

    def indices(self, key: str, *, principal: str = "", since_ms: int = 0) -> tuple[int, ...]:
        """Return where the records stand that the index has under *key* (``projection``), in order."""
        return tuple(sorted(link.index for link in self._store.history(principal, (key,), since_ms)))

    def stored(self, start: int = 0, end: int | None = None) -> Iterator[StoredRecord]:
        """Yield the records with an index in ``[start, end)`` as they lie in the store, unverified."""
        return self._store.records(start, end)

    def record(self, index: int) -> Record:
        """
        Return the record at *index*.

        Raises:
            LedgerError: ``ledger-damaged`` if there is none, because an index named it.
        """
        stored = self._store.read(index)
        if stored is None:
            raise LedgerError("ledger-damaged", f"the index names record {index}, which is missing")
        return _record(stored)

    def receipt(self, index: int) -> Receipt:
        """Return where the record at *index* stands; ``ledger-damaged`` as :meth:`record`."""
        record = self.record(index)
        return Receipt(record.id, index, tlog.leaf_hash(record_bytes(record)).hex())

    def decrypt(self, index: int, part: str) -> bytes:
        """
        Return one part of a record's payload in clear.

        Raises:
            LedgerError: ``record-unknown``; ``payload-missing`` if the part or its key is gone (erased or lost: verify
                tells which); ``payload-damaged`` if it does not open or is not what the record commits to.
        """
        stored = self._store.read(index)
        if stored is None:
            raise _unknown(f"no record at index {index}")
        plaintext, key = self._opened(stored, part)
        if _record(stored).commitments().get(part) != commitment(key, plaintext):
            raise LedgerError(
                "payload-damaged", f"part {part!r} of {stored.record_id} is not what its record commits to"
            )
        return plaintext

    def policy(self, digest: str) -> tuple[bytes, bytes] | None:
        """
        Return the bytes of a policy that was activated or used, and of its bundle, or None.

        Raises:
            LedgerError: ``ledger-damaged`` if they are gone, or are not what the record names.
        """
        record = self.activation(digest)
        if record is None:
            return None
        return self._blob(record.text("policy_sha256")), self._blob(record.text("bundle_sha256"))

    def answered(self, principal: Principal, key: str, body_sha256: str) -> bytes | None:
        """
        Return the answer given to this request before, or None.

        Raises:
            DraftError: ``idempotency-key-reused`` if the key came with another body in the last 24 hours.
        """
        stored = self._store.answer(self._refs.idempotency(principal, key), self.clock())
        if stored is None:
            return None
        if stored.body != self.ref("body", body_sha256):
            raise DraftError(
                "idempotency-key-reused",
                "this idempotency key was used with another body",
                help="Send a new key with every new request.",
            )
        plaintext = opened(self._answer_key(stored.index), stored.sealed)
        bound = _bound(self._refs.idempotency(principal, key), stored.body)
        if not plaintext.startswith(bound):
            raise LedgerError("payload-damaged", f"the answer to record {stored.index} stands under another key")
        return plaintext[len(bound) :]

    # -- what the gate knows before a check

    def rounds(
        self,
        principal: Principal,
        *,
        now_ms: int,
        content_sha256: str = "",
        thread: str = "",
        campaign: str = "",
        task: str = "",
        fingerprints: Sequence[str] = (),
    ) -> tuple[Round, ...]:
        """
        Return the binding checks of the same work by *principal* since seven days before *now_ms*, oldest first.

        The same work is the same thread, or campaign and task, or content, or a shared finding to be revised. The
        fingerprints of a round are references (:meth:`fingerprint_ref`).
        """
        keys = self._refs.work_keys(
            thread=thread,
            campaign=campaign,
            task=task,
            content_sha256=content_sha256,
            fingerprints=tuple(fingerprints),
        )
        found = self._store.history(self.principal_ref(principal), keys, now_ms - ROUNDS_MS)
        rounds = [self._round(index) for index in sorted({link.index for link in found})]
        return tuple(sorted(rounds, key=lambda one: one.at_ms))

    def risk(self, principal: Principal, *, now_ms: int) -> int:
        """Return the sum of the severities (1–4) of findings waived or approved since 30 days before *now_ms*."""
        found = self._store.history(self.principal_ref(principal), (RISK,), now_ms - RISK_MS)
        return sum(link.amount for link in found)

    def has_taken_risk(self, principal: Principal, content_sha256: str, *, now_ms: int) -> bool:
        """Tell whether a check of this text by *principal* counts as risk already, in the same 30 days."""
        keys = self._refs.work_keys(thread="", campaign="", task="", content_sha256=content_sha256, fingerprints=())
        found = self._store.history(self.principal_ref(principal), keys, now_ms - RISK_MS)
        return any(self.record(link.index).number("risk") for link in found)

    def rebuild_index(self) -> None:
        """Make the index again from the records alone."""
        self._store.replace_links([link for index, record in self.records() for link in links_of(record, index)])

    # -- proving

    @property
    def origin(self) -> str:
        """What checkpoints call this ledger: derived from its key, so that no two have the same."""
        return f"guardrails/{self.ref('origin', 'checkpoint')[:16]}"

    def keep_checkpoint(self, size: int, note: str) -> None:
        """Keep a signed note over the first *size* records."""
        self._store.put_checkpoint(size, note)

    def checkpoints(self, size: int | None = None) -> tuple[str, ...]:
        """Return the notes kept over the first *size* records (default: all)."""
        return self._store.checkpoints(size)

    def inclusion_proof(self, index: int, size: int | None = None) -> tlog.Proof:
        """Return the proof that record *index* is in the tree of *size* records (default: of all)."""
        return tlog.inclusion_proof(index, self.head().size if size is None else size, self._store.hashes)

    def root(self, size: int) -> bytes:
        """Return the root of the tree of the first *size* records, from its stored hashes."""
        return tlog.root(size, self._store.hashes)

    def consistency_proof(self, size1: int, size2: int | None = None) -> tlog.Proof:
        """Return the proof that the tree of *size1* records is a prefix of that of *size2* (default: of all)."""
        return tlog.consistency_proof(size1, self.head().size if size2 is None else size2, self._store.hashes)

    def verify(self) -> VerifyReport:
        """Recompute everything the ledger claims; problems are reported, not raised."""
        return verified(self._store, self.keys)

    def close(self) -> None:
        """Keep the last head with the keys and release both, even if the head cannot be read."""
        with ExitStack() as both:
            both.callback(self.keys.close)
            both.callback(self._store.close)
            self.keys.put((), self._store.head())

    # -- inside

    def _append(self, prepared: Sequence[_Prepared]) -> tuple[Receipt, ...]:
        self._keep_keys(prepared)
        return self._append_kept(prepared)

    def _append_each(self, prepared: Sequence[_Prepared]) -> Sequence[Receipt | Exception]:
        # Keys are kept once: they are made for one record, whichever transaction it gets in with.
        kept = _attempted(partial(self._keep_keys, prepared))
        if kept is not None:
            return [kept] * len(prepared)
        together = _attempted(partial(self._append_kept, prepared))
        if not isinstance(together, Exception):
            return together
        if len(prepared) == 1:
            return [together]
        alone = [_attempted(partial(self._append_kept, [one])) for one in prepared]
        return [one if isinstance(one, Exception) else one[0] for one in alone]

    def _keep_keys(self, prepared: Sequence[_Prepared]) -> None:
        self.keys.put([key for one in prepared for key in one.keys], self._store.head())

    def _append_kept(self, prepared: Sequence[_Prepared]) -> tuple[Receipt, ...]:
        positions = self._store.append_many([one.append for one in prepared])
        return tuple(_receipt(one.append.record_id, at) for one, at in zip(prepared, positions, strict=True))

    def _prepared(
        self,
        record: Record,
        parts: Mapping[str, bytes],
        answer: tuple[PartKey, AnswerSlot] | None = None,
        expected: Expected | None = None,
    ) -> _Prepared:
        keys = tuple(new_part_key(record.id, part, self.entropy) for part in sorted(parts))
        promised: dict[str, Json] = {key.part: commitment(key, parts[key.part]) for key in keys}
        body = {**record.body, "commitments": promised} if promised else record.body
        committed = Record(record.id, record.type, record.at_ms, body)
        payload = tuple((key.part, sealed(key, parts[key.part], self.entropy)) for key in keys)
        slot = answer[1] if answer else None
        data = record_bytes(committed)
        require_entry(data)
        append = Append(record.id, data, payload, links_of(committed), slot, expected)
        return _Prepared((*keys, answer[0]) if answer else keys, append)

    def _prepared_check(self, entry: CheckEntry) -> _Prepared:
        record = Record(entry.check_id, "check", entry.at_ms, check_body(entry, self._refs))
        wanted = entry.idempotency
        answer = self._slot(entry.check_id, entry.at_ms, entry.principal, wanted) if wanted else None
        return self._prepared(record, entry.parts(), answer)

    def _slot(
        self, record_id: str, now_ms: int, principal: Principal, wanted: Idempotency
    ) -> tuple[PartKey, AnswerSlot]:
        key = new_part_key(record_id, ANSWER, self.entropy)
        slot_key, body = self._refs.idempotency(principal, wanted.key), self.ref("body", wanted.body_sha256)
        bound = _bound(slot_key, body)
        slot = AnswerSlot(
            key=slot_key,
            body=body,
            now_ms=now_ms,
            expires_ms=now_ms + DAY_MS,
            sealed=lambda at: sealed(key, bound + wanted.answer(_receipt(record_id, at)), self.entropy),
        )
        return key, slot

    def _round(self, index: int) -> Round:
        record = self.record(index)
        return Round(record.at_ms, record.text("verdict"), record.texts("revise"))

    def _blob(self, digest: str) -> bytes:
        data = self._store.bundle(digest)
        if data is None or sha256_hex(data) != digest:
            what = "missing" if data is None else "not what was recorded"
            raise LedgerError(
                "ledger-damaged", f"the bundle {digest} is {what}", help="Run `guardrails ledger verify`."
            )
        return data

    def _found(self, record_id: str) -> StoredRecord:
        stored = self._store.find(record_id)
        if stored is None:
            raise _unknown(f"no record with id {record_id!r}")
        return stored

    def _opened(self, stored: StoredRecord, part: str) -> tuple[bytes, PartKey]:
        key = self.keys.part_key(stored.record_id, part)
        data = dict(self._store.payload(stored.index)).get(part)
        if key is None or data is None:
            gone = "key" if key is None else "payload"
            raise LedgerError("payload-missing", f"the {gone} of part {part!r} of {stored.record_id} is gone")
        return opened(key, data), key

    def _answer_key(self, index: int) -> PartKey:
        stored = self._store.read(index)
        key = None if stored is None else self.keys.part_key(stored.record_id, ANSWER)
        if key is None:
            raise LedgerError("payload-missing", f"the key of the answer to record {index} is gone")
        return key

    def _require_no_rollback(self) -> None:
        size = self._store.head().size
        seen = self.keys.seen()  # after the size: a head is kept before the first record is written
        if size and seen is None:
            raise LedgerError(
                "keys-missing",
                "this ledger has records, and its key database has seen none of them",
                help="Restore the newest copy of the key database; docs/operate.md, “The keys are lost”.",
            )
        why = rolled_back(self._store, seen) or self._behind()
        if why:
            raise LedgerError(
                "ledger-damaged",
                why,
                help="Restore the newest copy; if there is none: guardrails ledger recover --accept-gap.",
            )

    def _behind(self) -> str:
        note = self._store.last_checkpoint()
        if note is None:
            return ""
        from guardrails.audit.checkpoint import behind  # a ledger without checkpoints starts sooner

        return behind(self._store, note)


def _attempted(action: Callable[[], _T]) -> _T | Exception:
    """Return what *action* returns or raises."""
    try:
        return action()
    except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for the entry
        return error


def _record(stored: StoredRecord) -> Record:
    """Return the record in *stored*; one that is not what was hashed when it was written speaks for nobody."""
    if tlog.leaf_hash(stored.record) != stored.leaf_hash:
        raise LedgerError(
            "ledger-damaged", f"record {stored.index} is not what was recorded", help="Run `guardrails ledger verify`."
        )
    return parsed_record(stored.record)


def _bound(slot_key: str, body: str) -> bytes:
    """Return how a remembered answer begins: with the request that it answers, so that it answers no other."""
    return f"{slot_key} {body}\n".encode()


def _receipt(record_id: str, at: Position) -> Receipt:
    return Receipt(record_id, at.index, at.leaf_hash.hex())


def _unknown(message: str) -> LedgerError:
    return LedgerError("record-unknown", message)
