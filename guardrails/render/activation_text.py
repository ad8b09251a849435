"""What people put in force, in words, from its published form (``review/published_policies``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_SHORT = 12


def done_lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``guardrails.activation/v1``: what was put in force just now; of a server it says what that serves."""
    words = "rolled back to" if body["event"] == "rolled-back" else "activated"
    yield f"policy: {words} {body['policy_digest']} (record {body['record_id']})"
    if body["previous_digest"] == body["policy_digest"]:
        yield "   it was used already; now it counts until people put another in force"
    else:
        yield f"   instead of: {body['previous_digest'] or 'nothing, it is the first'}"
        yield from (f"   {line}" for line in _changes(body))
    yield from _tested(body)
    proposed = f"proposed by {body['proposed_by']}, approved by {body['approved_by']}"
    yield f"   {proposed if body['proposed_by'] else 'by ' + body['approved_by']}"
    if body["tested"]:
        yield f"   {_commit(body['commit'])}"
    yield f"in force now: {body['policy_digest']} ({contents(body['contents'])})"
    yield f"   {_taken_up(body)}"


def proposal_lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``guardrails.proposal/v1``: what was proposed just now, and how another person puts it in force."""
    yield f"policy: {body['proposed_by']} proposes {body['policy_digest']} (record {body['record_id']})"
    yield f"   instead of: {body['previous_digest'] or 'nothing, it is the first'}"
    yield from (f"   {line}" for line in _changes(body))
    yield from _tested(body)
    how = "guardrails policy activate" if body["tested"] else f"guardrails policy rollback {body['policy_digest']}"
    yield f"nothing is changed until another person approves it: {how}"


def history_lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``guardrails.activations/v1``: a line each, newest first, what waits for approval, and what is in force."""
    for one in body["activations"]:
        proposed = f", proposed by {one['proposed_by']}" if one["proposed_by"] else ""
        yield f"{one['at']}  {one['event']:<11}  {one['policy_digest']}  {one['approved_by']}{proposed}"
    for one in body["proposals"]:
        yield f"{one['at']}  {'proposed':<11}  {one['policy_digest']}  {one['proposed_by']}, not approved"
    yield in_force_words(body["activations"][0] if body["activations"] else None)


def in_force_words(last: Mapping[str, Any] | None) -> str:
    """Return in one sentence what is in force, since when and by whom; *last* is the newest activation."""
    if last is None:
        return "no policy was activated yet, so the workspace's files count"
    words = "rolled back to" if last["event"] == "rolled-back" else "activated"
    return f"{last['policy_digest']} is in force ({words} {last['at'][:10]} by {last['approved_by']})"


def change_lines(difference: Mapping[str, Any], *, advise: bool = True) -> Iterator[str]:
    """Yield ``guardrails.policy-diff/v1``, one line each; with *advise* what to do about a version that stayed."""
    yield from (f"added: {rule}" for rule in difference["added"])
    yield from (f"removed: {rule}" for rule in difference["removed"])
    for change in difference["changed"]:
        stayed = "; raise its version, so that old records stay readable" if change["from"] == change["to"] else ""
        yield f"judges differently: {change['rule']}@{change['from']} → @{change['to']}{stayed if advise else ''}"
    yield from (f"reworded: {rule.partition('@')[0]}" for rule in difference["reworded"])
    yield from (f"status: {one['rule']}: {one['from']} → {one['to']}" for one in difference["status"])
    if difference["workspace"]:
        yield "changed: context, mandates, routes or limits in guardrails.yaml"
    if difference["decision"]:
        yield "changed: Rego modules"
    if difference["facts"]:
        yield f"facts and sources changed: {', '.join(difference['facts'])}"
    if is_empty(difference):
        yield "no difference"


def is_empty(difference: Mapping[str, Any]) -> bool:
    """Tell whether nothing differs."""
    return not any(value for key, value in difference.items() if key != "schema")


def contents(counts: Mapping[str, Any]) -> str:
    """Return what a policy consists of, in numbers."""
    own = f", {_count(counts['packages'], 'Rego package')} of its own" if counts["packages"] else ""
    facts = f", {_count(counts['facts'], 'fact')}" if counts["facts"] else ""
    return f"{_count(counts['rules'], 'rule')} in {_count(counts['packs'], 'pack')}{facts}{own}"


def _changes(body: Mapping[str, Any]) -> Iterator[str]:
    if not body["comparable"]:
        yield "what was in force before cannot be read by this version, so everything counts as new"
    elif is_empty(body["diff"]):
        yield "no rule, fact or mandate differs, only what is written for the record (pack versions, governance, reasons)"
    else:
        yield from change_lines(body["diff"], advise=bool(body["tested"]))


def _tested(body: Mapping[str, Any]) -> Iterator[str]:
    tested = body["tested"]
    if not tested:
        return
    examples = f"{_count(tested['examples'], 'example')} of {_count(tested['rules'], 'rule')}"
    rego = f", {_count(tested['cases'], 'case')} of {_count(tested['packages'], 'Rego package')}"
    untested = len(tested["untested"])
    without = f"; {_count(untested, 'rule')} without examples" if untested else ""
    yield f"   tested: {examples}{rego if tested['cases'] else ''}, all as marked; nothing wrong with the files{without}"


def _commit(commit: Mapping[str, Any]) -> str:
    if not commit["revision"]:
        return "no commit: the workspace is no git checkout"
    return f"commit {commit['revision'][:_SHORT]}{', with changes that are not in it' if commit['dirty'] else ''}"


def _taken_up(body: Mapping[str, Any]) -> str:
    serving = body.get("serving", "")
    if not serving:
        return "checks here use it from now on; servers over this ledger take it up within seconds"
    if serving == body["policy_digest"]:
        return "the server uses it from now on; others over its ledger take it up within seconds"
    return f"the server could not start it and goes on with {serving}; its /readyz says why"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
