"""Entries and logs for the tests of the ledger."""

from __future__ import annotations

from dataclasses import fields

from guardrails.audit.entry import CheckEntry, RuleCount, Summary, Work
from guardrails.audit.erasure import Approval, erase, whole_text
from guardrails.audit.log import AuditLog
from guardrails.audit.parts import ASSESSMENT, ENGINE_INPUT, STATE
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


WORK = {"content_sha256": "c0" * 32, "thread": "CANARY-thread", "fingerprints": ("f1", "f2")}
DRAFT = draft(b"CANARY-draft: the best serum in the world")


def check(log, *, draft_parts=DRAFT, **changes):
    """Return the entry of a check that calls for revise; *changes* to it, to its work or to its summary."""
    summary = {
        "policy_digest": "sha256:aa",
        "engine": (("guardrails", "0.1.0"),),
        "as_of_ms": log.clock(),
        "verdict": "revise",
        "context": b'{"claimed":{"caller.thread":"CANARY-thread"}}',
        "reasons": ("findings",),
        "rules": (RuleCount("brand.superlatives", "revise", 1),),
        "channels": ("press",),
        "markets": ("de",),
    }
    values = {
        "check_id": log.new_check_id(),
        "at_ms": log.clock(),
        "principal": WRITER,
        "binding": True,
        "work": Work(**_changed(Work, WORK, changes)),
        "summary": Summary(**_changed(Summary, summary, changes)),
        "parts": {**draft_parts, ASSESSMENT: b"CANARY-quote", ENGINE_INPUT: b"CANARY-input", STATE: b"CANARY-state"},
    }
    return CheckEntry(**{**values, **changes})


def _changed(kind, values, changes):
    """Take what belongs to *kind* out of *changes*."""
    return {**values, **{one.name: changes.pop(one.name) for one in fields(kind) if one.name in changes}}
