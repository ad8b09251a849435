"""What is done to the ledger itself: made, verified, recovered, its keys replaced, its index made again."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from guardrails import wiring
from guardrails.errors import LedgerError
from guardrails.settings import Settings

if TYPE_CHECKING:
    from guardrails.audit.checkpoint import Checkpoint
    from guardrails.audit.heartbeat import Silence
    from guardrails.audit.note import VerifierKey
    from guardrails.audit.outside import Trust
    from guardrails.audit.signing import Purpose
    from guardrails.audit.verify import VerifyReport


def init_ledger(chosen: Settings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """
    Make the ledger, and return in one line each what was done; one that is there is kept.

    In PostgreSQL an administrator does it (``GUARDRAILS_LEDGER_ADMIN``, ``GUARDRAILS_KEYS_ADMIN``).

    Raises:
        SettingsError: ``admin-needed``.

        LedgerError: If it cannot be made, or what is there cannot be used.
    """
    made: tuple[str, ...] = ()
    if chosen.postgres:
        from guardrails.backends.store.places import require_psycopg

        require_psycopg()
        from guardrails.backends.store.postgres_init import make_schemas

        admin = environ.get("GUARDRAILS_LEDGER_ADMIN") or chosen.postgres
        elsewhere = chosen.postgres_keys if chosen.postgres_keys != chosen.postgres else admin
        keys_admin = environ.get("GUARDRAILS_KEYS_ADMIN") or elsewhere
        made = make_schemas(admin, keys_admin, ledger=chosen.postgres, keys=chosen.postgres_keys)
    with closing(wiring.open_log(chosen)) as log:
        size = log.head().size
    return *made, f"{size} record{'' if size == 1 else 's'}"


def verify_ledger(chosen: Settings) -> VerifyReport:
    """
    Recompute everything the ledger claims, writing nothing; a damaged ledger is opened all the same.

    Raises:
        SettingsError: ``no-ledger`` if there is none and none has been seen.

        LedgerError: ``ledger-missing`` if there was one; ``ledger-unreadable`` or ``ledger-damaged`` as a whole.
    """
    from guardrails.audit.verify import verified
    from guardrails.backends.store.stretches import in_processes

    if not chosen.has_ledger and not chosen.keys.exists():
        raise wiring.no_ledger(chosen)
    opened = partial(wiring.opened_stores, chosen, read_only=True)
    store, keys = opened()
    with closing(keys), closing(store):
        return verified(store, keys, in_processes(opened, os.cpu_count() or 1))


def ledger_trust(
    chosen: Settings, witnesses: Sequence[VerifierKey], held: Sequence[tuple[str, Checkpoint]]
) -> tuple[Trust, tuple[Silence, ...]]:
    """
    Return what checkpoints say about a ledger, its own and those *held* outside, by name, and its silences.

    Raises:
        LedgerError: ``ledger-unreadable`` or ``ledger-damaged``.
    """
    from guardrails.audit.heartbeat import silences
    from guardrails.audit.log import AuditLog
    from guardrails.audit.outside import trust_in

    store, keys = wiring.opened_stores(chosen, read_only=True)
    with closing(keys), closing(store):
        log = AuditLog(store, keys, wiring.now_ms, accept_gap=True)
        trust = trust_in(log, witnesses, held)
        try:
            first = next(iter(log.indices("heartbeat")), None)
            return trust, () if first is None else tuple(silences(log.records(first)))
        except LedgerError:
            return trust, ()  # a record cannot be read: that is what is reported


def rotate_key(
    chosen: Settings,
    purpose: Purpose,
    *,
    roles: tuple[str, ...],
    second_key: str,
    compromised_since_ms: int | None = None,
) -> VerifierKey:
    """
    End the live signing key for *purpose* and return the new one; two people approve, as in :func:`recover_ledger`.

    Raises:
        DraftError: See ``audit/signing.rotate``; else as there.
    """
    from guardrails.audit.keys import ApiKeys
    from guardrails.audit.signing import rotate
    from guardrails.review.people import two_people

    people = wiring.open_policy(chosen).workspace.people
    with closing(wiring.open_log(chosen)) as log:
        who = two_people(ApiKeys(log), (chosen.api_key, second_key), roles, people, "operate")
        return rotate(log, purpose, approved_by=who, compromised_since_ms=compromised_since_ms).key


def recover_ledger(chosen: Settings, *, reason: str, roles: tuple[str, ...], second_key: str) -> tuple[int, int]:
    """
    Accept the gap of a ledger restored from an old copy; return how many records are missing and how many there are.

    Two people approve: by their API keys (``GUARDRAILS_KEY`` and *second_key*) where there are any, else by *roles*.

    Raises:
        DraftError: See ``recovery.accept_gap``; ``person-needed``, ``unauthorized`` or ``forbidden`` of a key.
    """
    from guardrails.audit.keys import ApiKeys
    from guardrails.audit.log import AuditLog
    from guardrails.audit.recovery import accept_gap
    from guardrails.review.people import two_people

    people = wiring.open_policy(chosen).workspace.people
    store, keys = wiring.opened_stores(chosen, anew=True)
    with closing(keys), closing(store):
        held = ApiKeys(AuditLog(store, keys, wiring.now_ms, accept_gap=True))
        who = two_people(held, (chosen.api_key, second_key), roles, people, "operate")
        seen, found = keys.seen(), store.head().size
        accept_gap(store, keys, wiring.now_ms, reason=reason, approved_by=who)
        return max((seen.size if seen else 0) - found, 0), found + 1


def rebuild_index(chosen: Settings) -> int:
    """
    Make the ledger's index again from its records and return how many there are.

    Raises:
        SettingsError: ``no-ledger``.

        LedgerError: See :func:`wiring.open_log`.
    """
    with closing(wiring.existing_log(chosen)) as log:
        log.rebuild_index()
        return log.head().size


def rotate_epoch(chosen: Settings) -> int:
    """
    Wrap every part key under a new epoch's key, destroy the earlier ones, on the record; return the epoch's number.

    Raises:
        SettingsError: ``no-ledger``.

        DraftError: See :meth:`ApiKeys.made_by`: where there is an operator, only an operator does.
    """
    from guardrails.audit.keys import ApiKeys

    if not chosen.has_ledger:
        raise wiring.no_ledger(chosen)
    with closing(wiring.open_log(chosen)) as log:
        made_by = ApiKeys(log).made_by(wiring.caller(chosen, log))
        number = log.keys.rotate_epoch()
        log.append("key_event", {"event": "epoch-rotated", "epoch": number, "made_by": made_by})
        return number
