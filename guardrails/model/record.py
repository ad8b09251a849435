"""
The canonical account of one event: ``guardrails.record/v1``.

A record is one JSON object. Its canonical bytes (RFC 8785 on the subset of ``model/canonical.py``: integers, strings,
booleans, null, ASCII keys; no floats) are the leaf of the ledger's Merkle tree and never change for this schema.
Every record has

``schema``
    ``guardrails.record/v1``. A reader refuses any other.
``id``
    Unique in its ledger: a prefix, ``_`` and 26 characters of Crockford base32 (``audit/ids.py``).
``type``
    One of :data:`RECORD_TYPES`. Later versions may add types; a reader keeps what it does not know.
``at_ms``
    When it happened, milliseconds since the epoch (UTC).

and the fields of its type, which :attr:`Record.body` holds untouched: fields unknown to this version survive reading
and writing. No copy and no person stands in clear in any of them: text is present as a salted commitment, people,
threads and fingerprints as keyed references (``audit/seal.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from guardrails.errors import LedgerError
from guardrails.model.canonical import Json, canonical, parsed

SCHEMA = "guardrails.record/v1"
RECORD_TYPES = (
    "check", "policy_activated", "stop", "waiver", "review", "dispute", "withdrawal", "recovery", "published", "erasure",
    "disclosure", "key_event", "heartbeat", "permit", "permit_revoked", "break_glass", "policy_proposed", "export", "report_issued",
    "hold", "access", "approval",
)  # fmt: skip
"""Types this version writes."""

ID_PREFIXES = {
    "check": "chk",
    "review": "rul",
    "waiver": "wvr",
    "stop": "stp",
    "dispute": "dsp",
    "hold": "hld",
    "approval": "apr",
}
"""How ids of records begin; those of all other types with ``rec``."""

_ARRAYS = (list, tuple)
_MAPPINGS = (dict, Mapping)  # a dictionary is told at once

_HEADER = ("schema", "id", "type", "at_ms")


@dataclass(frozen=True, slots=True)
class Record:
    """One event; *body* holds the fields of its type and whatever a later version added."""

    id: str
    type: str
    at_ms: int
    body: Mapping[str, Json]

    def member(self, *path: str) -> Json:
        """Return the value at *path* in the body, or None where any step is missing."""
        first, *deeper = path
        value = self.body.get(first)
        for key in deeper:
            value = value.get(key) if isinstance(value, _MAPPINGS) else None
        return value

    def text(self, *path: str) -> str:
        """Return the string at *path* in the body, or the empty string."""
        value = self.member(*path) if len(path) > 1 else self.body.get(path[0])
        return value if isinstance(value, str) else ""

    def number(self, *path: str) -> int:
        """Return the integer at *path* in the body, or 0."""
        value = self.member(*path)
        return value if isinstance(value, int) else 0

    def texts(self, *path: str) -> tuple[str, ...]:
        """Return the strings of the array at *path* in the body, or nothing."""
        value = self.member(*path) if len(path) > 1 else self.body.get(path[0])
        return tuple([item for item in value if isinstance(item, str)]) if value and isinstance(value, _ARRAYS) else ()

    def held_by(self) -> tuple[str, ...]:
        """Return the ids of the rules that held a checked text (revise or escalate), sorted."""
        value = self.member("rules")
        rules = value if isinstance(value, _ARRAYS) else ()
        held = (one for one in rules if isinstance(one, Mapping) and one.get("calls_for") in ("revise", "escalate"))
        return tuple(sorted({str(one["id"]) for one in held}))

    def commitments(self) -> dict[str, str]:
        """Return the commitment of every encrypted part, in hex, by the part's name."""
        value = self.member("commitments")
        return {k: v for k, v in value.items() if isinstance(v, str)} if isinstance(value, Mapping) else {}


def record_bytes(record: Record) -> bytes:
    """
    Return the canonical bytes of *record*; :func:`parsed_record` is the inverse.

    Raises:
        ValueError: If the body uses a header's key or holds what canonical JSON cannot (a float, for one).
    """
    taken = [key for key in _HEADER if key in record.body]
    if taken:
        raise ValueError(f"the body of a record may not hold {taken}")
    header: dict[str, Json] = {"schema": SCHEMA, "id": record.id, "type": record.type, "at_ms": record.at_ms}
    return canonical({**header, **record.body})


def parsed_record(data: bytes) -> Record:
    """
    Return the record whose canonical bytes are *data*.

    Raises:
        LedgerError: ``record-unreadable`` if *data* is not the canonical form of a record of this schema.
    """
    try:
        value = parsed(data)
    except (ValueError, RecursionError) as error:
        raise _unreadable("it is not canonical JSON") from error
    if not isinstance(value, dict):
        raise _unreadable("it is not one object")
    return _record(value)


def _record(value: dict[str, object]) -> Record:
    schema, identity, kind, at_ms = [value.pop(key, None) for key in _HEADER]
    if schema != SCHEMA:
        raise _unreadable(f"schema {SCHEMA!r} expected")
    if not (isinstance(identity, str) and isinstance(kind, str) and type(at_ms) is int):
        raise _unreadable("id, type or at_ms is missing or of another type")
    return Record(identity, kind, at_ms, cast("Mapping[str, Json]", value))


def _unreadable(why: str) -> LedgerError:
    return LedgerError("record-unreadable", f"these bytes are no record: {why}", help="Run `guardrails ledger verify`.")
