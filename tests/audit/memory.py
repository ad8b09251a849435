"""Stores in memory that keep to the ports; the contract suite holds for them as for SQLite."""

# ruff: noqa: D102 - the ports say what each method does
from __future__ import annotations

import secrets
from contextlib import nullcontext

from guardrails.audit import tlog
from guardrails.audit.store import Head, Position, StoredAnswer, StoredRecord
from guardrails.errors import LedgerError


class MemoryStore:
    """A record store that forgets when the process ends."""

    def __init__(self):
        self._records, self._nodes, self._payload, self._bundles = [], [], {}, {}
        self._links, self._answers, self._checkpoints = set(), {}, {}
        self._frontier = tlog.Frontier()

    def append(self, record_id, record, payload=()):
        from guardrails.audit.store import Append

        return self.append_many([Append(record_id, record, payload)])[0]

    def append_many(self, items):
        self._require_acceptable(items)
        return tuple(self._append(item) for item in items)

    def head(self):
        return Head(self._frontier.size, self._frontier.root())

    def snapshot(self):
        return nullcontext()

    def read(self, index):
        return self._records[index] if 0 <= index < len(self._records) else None

    def records(self, start=0, end=None):
        yield from self._records[max(start, 0) : end]

    def find(self, record_id):
        return next((one for one in self._records if one.record_id == record_id), None)

    def hashes(self, positions):
        if any(position >= len(self._nodes) for position in positions):
            raise LedgerError("ledger-damaged", "a tree hash is missing")
        return [self._nodes[position] for position in positions]

    def payload(self, index):
        return tuple(sorted(self._payload.get(index, {}).items()))

    def payloads(self, start=0, end=None):
        end = len(self._records) if end is None else end
        rows = ((index, part, data) for index, parts in self._payload.items() for part, data in parts.items())
        yield from sorted(row for row in rows if start <= row[0] < end)

    def drop_payload(self, index, parts):
        for part in parts:
            self._payload.get(index, {}).pop(part, None)

    def drop_answers(self, index):
        self._answers = {key: one for key, one in self._answers.items() if one[1].index != index}

    def put_bundle(self, digest, data):
        self._bundles.setdefault(digest, data)

    def bundle(self, digest):
        return self._bundles.get(digest)

    def history(self, principal, keys, since_ms):
        return tuple(
            one
            for one in sorted(self._links)
            if one.principal == principal and one.key in keys and one.at_ms >= since_ms
        )

    def links(self, start=0, end=None):
        end = len(self._records) if end is None else end
        return iter(sorted((one for one in self._links if start <= one.index < end), key=lambda one: (one.index, one)))

    def strays(self):
        return ()

    def replace_links(self, links):
        self._links = set(links)

    def put_answer(self, slot, at):
        if self.answer(slot.key, slot.now_ms):
            raise LedgerError("idempotency-key-in-use", "another request has this key")
        self._keep_answer(slot, at)

    def answer(self, key, now_ms):
        expires_ms, stored = self._answers.get(key, (0, None))
        return stored if expires_ms > now_ms else None

    def put_checkpoint(self, size, note):
        self._checkpoints[size, note] = None

    def checkpoints(self, size=None):
        kept = sorted(self._checkpoints, key=lambda one: one[0])
        return tuple(note for of, note in kept if size in (None, of))

    def last_checkpoint(self):
        return next(reversed(self.checkpoints()), None)

    def close(self):
        pass

    def _require_acceptable(self, items):
        taken = {one.record_id for one in self._records}
        ids = [item.record_id for item in items]
        if len(set(ids)) < len(ids) or taken & set(ids):
            raise LedgerError("ledger-damaged", "this record id is taken")
        for wanted in (item.expected for item in items if item.expected):
            if len(self.history("", (wanted.key,), 0)) != wanted.count:
                raise LedgerError("overtaken", "something else was recorded")
        slots = [item.answer for item in items if item.answer]
        keys = [slot.key for slot in slots]
        if len(set(keys)) < len(keys) or any(self.answer(slot.key, slot.now_ms) for slot in slots):
            raise LedgerError("idempotency-key-in-use", "another request has this key")

    def _append(self, item):
        at = Position(self._frontier.size, tlog.leaf_hash(item.record))
        self._records.append(StoredRecord(at.index, item.record_id, at.leaf_hash, item.record))
        self._nodes.extend(self._frontier.push(at.leaf_hash))
        self._payload[at.index] = dict(item.payload)
        self._links.update(link._replace(index=at.index) for link in item.links)
        if item.answer:
            self._keep_answer(item.answer, at)
        return at

    def _keep_answer(self, slot, at):
        self._answers[slot.key] = (slot.expires_ms, StoredAnswer(slot.body, at.index, slot.sealed(at)))


class MemoryKeys:
    """A key store that forgets when the process ends."""

    def __init__(self):
        self._ledger_key = secrets.token_bytes(32)
        self._parts, self._api_keys, self._seen, self._epoch = {}, {}, None, 1

    def ledger_key(self):
        return self._ledger_key

    def put(self, keys, seen):
        if any((one.record_id, one.part) in self._parts for one in keys):
            raise LedgerError("ledger-damaged", "this part has a key")
        self._parts.update({(one.record_id, one.part): one for one in keys})
        if self._seen is None or seen.size > self._seen.size:
            self._seen = seen

    def part_key(self, record_id, part):
        return self._parts.get((record_id, part))

    def part_keys(self, record_ids):
        return self.part_key

    def drop(self, parts):
        for one in parts:
            self._parts.pop(one, None)

    def rotate_epoch(self):
        self._epoch += 1
        return self._epoch

    def reset_seen(self, head):
        self._seen = head

    def seen(self):
        return self._seen

    def put_api_key(self, key):
        self._api_keys[key.id] = key

    def api_key(self, key_id):
        return self._api_keys.get(key_id)

    def api_keys(self):
        return tuple(sorted(self._api_keys.values(), key=lambda key: (key.created_ms, key.id)))

    def close(self):
        pass
