"""Entries and logs for the tests of the ledger."""

from __future__ import annotations

from guardrails.audit.entry import CheckEntry, RuleCount
from guardrails.audit.erasure import Approval, erase, whole_text
from guardrails.audit.log import AuditLog
from guardrails.audit.policies import FirstUse
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.model.context import Principal

DAY_MS = 86_400_000
NOON = 1_790_000_000_000
WRITER = Principal("agent", "distribution-CANARY-agent")
CANARIES = (b"CANARY-draft", b"CANARY-quote", b"CANARY-input", b"CANARY-state", b"CANARY-agent", b"CANARY-thread")


class Clock:
    """A clock that moves when told to."""

    def __init__(self, now_ms=NOON):
        self.now_ms = now_ms

    def __call__(self):
        """Return the time."""
        return self.now_ms


def sqlite_log(folder, clock=None):
    """Open the ledger in *folder*."""
    return AuditLog(SqliteStore(folder / "ledger.db"), SqliteKeys(folder / "keys.db"), clock or Clock())


def use_policy(log):
    """Keep a policy in the ledger by first use."""
    FirstUse(log).of("sha256:aa", lambda: (b"policy", b"bundle"))


APPROVED = Approval("gdpr-17-1-b", "ticket 7", ("ann", "bo"))


def erase_text(log, check_id, approval=APPROVED):
    """Erase every part of a check that holds words."""
    return erase(log, [whole_text(log, check_id)], approval, target=check_id)


def draft(text):
    """Return the parts of a draft of one field."""
    return {"context": b"{}", "field:0": text}


def check(log, **changes):
    """Return the entry of a check that calls for revise."""
    values = {
        "check_id": log.new_check_id(),
        "at_ms": log.clock(),
        "principal": WRITER,
        "binding": True,
        "policy_digest": "sha256:aa",
        "engine": (("guardrails", "0.1.0"),),
        "as_of_ms": log.clock(),
        "verdict": "revise",
        "content_sha256": "c0" * 32,
        "draft_parts": draft(b"CANARY-draft: the best serum in the world"),
        "assessment_bytes": b"CANARY-quote",
        "engine_input_bytes": b"CANARY-input",
        "state_bytes": b"CANARY-state",
        "context": b'{"claimed":{"caller.thread":"CANARY-thread"}}',
        "reasons": ("findings",),
        "rules": (RuleCount("brand.superlatives", "revise", 1),),
        "fingerprints": ("f1", "f2"),
        "channels": ("press",),
        "markets": ("de",),
        "thread": "CANARY-thread",
    }
    return CheckEntry(**{**values, **changes})
