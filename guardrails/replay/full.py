"""
Full replay: the stored draft, state and policy give the stored assessment.

Under the same engine the bytes are the same. Under another one the difference is told, finding by finding (by
fingerprint), beside the parts of the engine's identity that changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from guardrails import __version__
from guardrails.audit.log import AuditLog
from guardrails.audit.policies import activation
from guardrails.errors import DraftError, LedgerError, PolicyError
from guardrails.model.canonical import canonical
from guardrails.model.policy import CompiledPolicy
from guardrails.model.record import Record
from guardrails.pipeline import Evaluate
from guardrails.render.answer import assessment_json
from guardrails.replay.outcome import Difference, Replayed, Status
from guardrails.review.in_force import kept_policy
from guardrails.review.submission import submission_of
from guardrails.rules.kinds import kind

_Body: TypeAlias = Mapping[str, Any]
_SHOWN_APART = ("engine", "findings")


def replay_full(log: AuditLog, evaluate: Evaluate, index: int, record: Record, *, erased: bool) -> Replayed:
    """Return what evaluating the check at *index* again gives; *erased* tells whether its text may be gone."""

    def outcome(status: Status, detail: str = "") -> Replayed:
        return Replayed(record.id, index, "full", status, detail=detail)

    try:
        asked = submission_of(log, record.id)
        was_asked = bool(log.decrypt(index, "engine_input"))
        policy = kept_policy(log, record.text("policy_digest"))
    except LedgerError as error:
        return outcome("erased" if erased and error.code == "payload-missing" else "lost", error.message)
    except PolicyError:
        return outcome("unreadable", _other_version(log, record))
    except DraftError as error:
        return outcome("lost", error.message)
    if not was_asked:
        return outcome("undecided", ", ".join(record.texts("completeness", "faults")))
    evaluation = evaluate(asked.draft, policy, asked.state, record.number("as_of_ms"))
    replayed = assessment_json(evaluation.assessment, asked.draft.fields)
    return _compared(record.id, index, asked.assessment, replayed, _revisions(policy))


def _revisions(policy: CompiledPolicy) -> dict[str, str]:
    """Return the revisions of the policy's kinds as the code is now; the policy itself names those that compiled it."""
    return {f"kind.{name}": _revision(name) for name in {rule.kind for rule in policy.rules}}


def _revision(name: str) -> str:
    try:
        return str(kind(name).revision)
    except PolicyError:
        return "none"


def _other_version(log: AuditLog, record: Record) -> str:
    """Return which version compiled the policy of a check, and what to install to run it."""
    digest = record.text("policy_digest")
    kept = activation(log, digest)
    version = (kept.text("compiled_by") if kept else "") or record.text("engine", "guardrails")
    here = f"another build of {__version__}" if version == __version__ else __version__
    engine = record.member("engine")
    parts = engine if isinstance(engine, dict) else {}
    others = (f"{name} {parts[name]}" for name in sorted(parts) if "." not in name and name != "guardrails")
    return (
        f"policy {digest} was compiled by guardrails {version}, and this is {here}, which does not read it; from the text it is "
        f"replayed with guardrails-gate=={version} ({', '.join(others)})"
    )


def _compared(check: str, index: int, stored: _Body, replayed: _Body, kinds: Mapping[str, str]) -> Replayed:
    if canonical(stored) == canonical(replayed):
        return Replayed(check, index, "full", "identical")
    engine = tuple(_members(stored["engine"], {**replayed["engine"], **kinds}))
    differences = (*_tops(stored, replayed), *_findings(stored, replayed))
    return Replayed(check, index, "full", "explained" if engine else "differs", differences, engine)


def _tops(stored: _Body, replayed: _Body) -> Iterator[Difference]:
    apart = {key: value for key, value in stored.items() if key not in _SHOWN_APART}
    return _members(apart, {key: value for key, value in replayed.items() if key not in _SHOWN_APART})


def _findings(stored: _Body, replayed: _Body) -> Iterator[Difference]:
    before, after = _by_fingerprint(stored), _by_fingerprint(replayed)
    for fingerprint in sorted(before.keys() | after.keys()):
        old, new = before.get(fingerprint), after.get(fingerprint)
        named = f"finding {_place(old or new or {})}"
        if old is None or new is None:
            yield Difference(named, "not there" if old is None else "there", "not there" if new is None else "there")
        else:
            yield from (Difference(f"{named} {what}", a, b) for what, a, b in _members(old, new))


def _by_fingerprint(assessment: _Body) -> dict[str, _Body]:
    return {finding["fingerprint"]: finding for finding in assessment["findings"]}


def _place(finding: _Body) -> str:
    first = next(iter(finding["spans"]), None)
    rule = str(finding["rule"]["id"])
    return rule if first is None else f"{rule} {first['field']}:{first['line']}"


def _members(before: _Body, after: _Body) -> Iterator[Difference]:
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            yield Difference(key, _text(before, key), _text(after, key))


def _text(body: _Body, key: str) -> str:
    if key not in body:
        return "not there"
    return body[key] if isinstance(body[key], str) else canonical(body[key]).decode()
