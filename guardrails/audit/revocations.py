"""
The list of permits that do not hold any more, as a signed note (``note``), so that it can lie anywhere and be cached.

Its text: the line ``guardrails-revocations/v1``, the ledger's origin, how many records that had when the list was made, the
moment (as permits write it), and one line per permit: its id, a space, why. Permits that have ended are not listed. The list
is signed with a key for permits. One made before a permit says nothing about it, and is too old for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from guardrails.audit.note import SIGNED, Note, VerifierKey, parsed_note
from guardrails.audit.permit import moment, moment_of
from guardrails.audit.trust import Trust, TrustedKey
from guardrails.errors import LedgerError, SettingsError

HEADER = "guardrails-revocations/v1"
_HEAD_LINES = 4
_LINE = re.compile(r"(prm_[0-9a-z]{26}) ([a-z][a-z-]*)")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Revocations:
    """What the ledger *origin* had revoked at *at_ms*, when it had *size* records: permits and why, sorted by id."""

    origin: str
    size: int
    at_ms: int
    revoked: tuple[tuple[str, str], ...]


def revocations_text(listed: Revocations) -> str:
    """Return what is signed."""
    lines = (HEADER, listed.origin, str(listed.size), moment(listed.at_ms))
    return "".join(f"{line}\n" for line in (*lines, *(f"{permit} {why}" for permit, why in listed.revoked)))


def trusted_revocations(data: bytes, trust: Trust) -> Revocations:
    """
    Return the list that *data* is, signed with a key for permits that *trust* has.

    Raises:
        SettingsError: ``revocations-unreadable``; ``revocations-untrusted`` if it is another ledger's or nobody signed it.
    """
    try:
        note = parsed_note(data.decode("utf-8"))
        listed = _parsed(note.text)
    except (LedgerError, ValueError) as error:
        raise SettingsError("revocations-unreadable", "this is no list of revoked permits") from error
    keys = [key for key in trust.of("permit", listed.at_ms) if not key.is_compromised]
    if listed.origin != trust.origin or not any(_has_signed(key, note) for key in keys):
        raise SettingsError("revocations-untrusted", "this list is not signed by the ledger that is trusted")
    return listed


def _has_signed(key: TrustedKey, note: Note) -> bool:
    return note.by(VerifierKey(key.name, SIGNED, key.public)) is not None


def _parsed(text: str) -> Revocations:
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < _HEAD_LINES or lines[0] != HEADER or not _SIZE.fullmatch(lines[2]):
        raise ValueError("header, origin, size and moment expected")
    revoked = tuple(_listed(lines[_HEAD_LINES:]))
    return Revocations(lines[1], int(lines[2]), moment_of(lines[3]), revoked)


def _listed(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError("a line names no permit")
        yield found[1], found[2]
