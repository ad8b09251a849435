"""The policies that a ledger keeps, each with its Rego bundle, so that an old verdict can be made again."""

from __future__ import annotations

from collections.abc import Callable

from guardrails import __version__
from guardrails.audit.log import AuditLog
from guardrails.audit.projection import policy_key
from guardrails.model.canonical import Json
from guardrails.model.record import Record


class FirstUse:
    """Keeps a policy when it is first used; cheap once a ledger was found to have it."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log
        self._known: set[str] = set()

    def of(self, digest: str, contents: Callable[[], tuple[bytes, bytes]]) -> None:
        """
        Keep a policy and its bundle, which *contents* makes, on the record; nothing happens for one that is known.

        A new version of guardrails keeps its own copy: it reads no other's.
        """
        if digest in self._known:
            return
        known = activation(self._log, digest)
        if known is None or known.text("compiled_by") != __version__:
            kept = keep_policy(self._log, *contents())
            self._log.append("policy_activated", {"event": "first-use", "policy_digest": digest, **kept})
        self._known.add(digest)


def keep_policy(log: AuditLog, policy_bytes: bytes, bundle_bytes: bytes) -> dict[str, Json]:
    """Keep a policy and its bundle, and return what a ``policy_activated`` record says of them."""
    return {
        "policy_sha256": log.keep(policy_bytes),
        "bundle_sha256": log.keep(bundle_bytes),
        "compiled_by": __version__,
    }


def activation(log: AuditLog, digest: str) -> Record | None:
    """Return the newest record that keeps a policy, one of this version's own if there is any."""
    records = [log.record(index) for index in reversed(log.indices(policy_key(digest)))]
    own = (record for record in records if record.text("compiled_by") == __version__)
    return next(own, records[0] if records else None)


def policy_contents(log: AuditLog, digest: str) -> tuple[bytes, bytes] | None:
    """
    Return the bytes of a policy that was activated or used, and of its bundle, or None.

    Raises:
        LedgerError: ``ledger-damaged`` if they are gone, or are not what the record names.
    """
    record = activation(log, digest)
    if record is None:
        return None
    return log.kept(record.text("policy_sha256")), log.kept(record.text("bundle_sha256"))
