"""What is in force, and what was recorded, in words, from its published form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from guardrails.render.moment import last_minute, minute
from guardrails.render.paint import Paint, printable

_DONE = {
    "waiver-requested": "asked for; another person approves it: guardrails waive approve {id}",
    "waiver-approved": "is in force",
    "waiver-ended": "has ended",
    "finding-waived": "is in force; the author submits the text again",
    "finding-wrong": "is in force for this very text, and counted against its rule; the author submits it again",
    "finding-disputed": "is disputed; that is counted for its rule and changes no verdict",
    "stop-set": "is in force: every check within it asks a person; lift it with guardrails resume {id} --reason …",
    "stop-ended": "is lifted",
    "permit-revoked": "does not hold any more; verifiers hear of it with the next list: guardrails permit revocations",
    "break-glass-asked": "waits for a second person, who says the same within four hours",
    "approver-key-added": "is registered as yours; verifiers need the trust file again: guardrails permit trust",
    "approver-key-ended": "has ended; verifiers need the trust file again: guardrails permit trust",
    "hold-set": "is in force: nothing it covers can be erased until two people release it",
    "hold-release-asked": "is released once a second person says the same within a week: guardrails hold release {id} --reason …",
    "erasure-asked": "waits for a second person, who runs the same command within a week; nothing is erased yet",
    "hold-released": "is released: what it covered can be erased again, and ends as the workspace says",
}
_NOUN = {
    "waiver": "waiver", "finding": "waiver", "stop": "stop", "permit": "permit", "break": "the text of", "approver": "key", "hold": "hold",
    "erasure": "erasure",
}  # fmt: skip


def waiver_lines(body: Mapping[str, Any], paint: Paint, *, everything: bool) -> Iterator[str]:
    """Yield ``guardrails.waivers/v1``; expired ones only if *everything* is asked for."""
    shown = [one for one in body["waivers"] if everything or one["status"] != "expired"]
    for one in shown:
        yield from _waiver(one, paint)
        yield ""
    if not shown:
        yield "no exception is asked for or in force"
        return
    unused, ending = (sum(one[name] for one in shown) for name in ("unused", "expiring"))
    yield f"{_count(len(shown), 'waiver')}, {unused} unused, {ending} ending within 7 days"


def stop_lines(body: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    """Yield ``guardrails.stops/v1``."""
    for one in body["stops"]:
        what = "everything" if one["scope"] == "all" else f"{one['scope']} {printable(one['value'])}"
        yield f"{paint('bad', 'stop[' + one['id'] + ']')}: {paint('bold', what)}"
        yield f"   = why: {printable(one['reason'])}"
        yield f"   = set by: role {one['role']} on {minute(one['since'])}"
        yield f"   = lift: guardrails resume {one['id']} --reason …"
        yield ""
    yield f"{_count(len(body['stops']), 'stop')} in force" if body["stops"] else "no stop is in force"


def recorded_lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``guardrails.recorded/v1``."""
    what = body["what"]
    noun = "finding" if what == "finding-disputed" else _NOUN[what.partition("-")[0]]
    yield f"{noun} {body['id']} {_DONE[what].format(id=body['id'])}"
    yield f"   on record: {body['audit']['record_id']} (entry {body['audit']['index']})"


def fact_lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``guardrails.facts/v1``: a line per fact, then how many there are."""
    for one in body["facts"]:
        until = f"until {one['until']}" if one["until"] else "no end"
        yield f"{one['id']:<10}  {one['status']:<9}  {until:<16}  {one['subject']}: {one['metric']}"
    yield f"{_count(len(body['facts']), 'fact')}; cite one as [fact:ID]"


def mention_lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``guardrails.mentions/v1``, newest first."""
    yield f"{body['what']}: {_count(len(body['texts']), 'text')} on record"
    for one in body["texts"]:
        place = f"{', '.join(one['channels']) or 'anywhere'} / {', '.join(one['markets']) or 'anywhere'}"
        again = f", checked {one['checks']} times" if one["checks"] > 1 else ""
        yield f"   {one['at'][:10]}  {one['verdict']:<8}  {one['check_id']}  {place}{again}"


def fact_change_lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``guardrails.fact-change/v1``: what was done, and the texts that rest on the fact."""
    words = "is withdrawn" if body["what"] == "fact-withdrawn" else "may be used again"
    yield f"fact {body['id']} {words} (record {body['audit']['record_id']})"
    yield from mention_lines(body["mentions"])
    if held := body["held_permits"]:
        yield f"permits that do not hold while facts are withdrawn: {held}; guardrails permit revocations"


def _waiver(one: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    words = {"requested": "waits for approval", "in-force": "in force", "expired": "expired"}[one["status"]]
    yield f"{paint('info', 'waiver[' + one['id'] + ']')}: {paint('bold', one['rule'])}, {words}"
    yield f"   = why: {printable(one['reason'])}"
    yield f"   = for: {_reach(one)}"
    approved = f", approved by role {one['approved_by']}" if one["approved_by"] else ""
    yield f"   = asked for by: {one['requested_by'].replace(':', ' ', 1)}{approved}"
    yield f"   = ends: {last_minute(one['until'])}{paint('warn', ', within 7 days') if one['expiring'] else ''}"
    if one["status"] == "requested":
        yield f"   = approve: guardrails waive approve {one['id']}"
    elif one["unused"]:
        yield f"   = {paint('warn', 'unused')} so far; if nobody needs it: guardrails waive end {one['id']}"
    else:
        last = f", last on {minute(one['last_used'])}" if one["last_used"] else ""
        yield f"   = used: in {_count(one['checks'], 'check')}{last}"


def _reach(one: Mapping[str, Any]) -> str:
    what = (
        "one text" if one["content_sha256"] else "one finding" if one["fingerprints"] else "every finding of the rule"
    )
    where = "; ".join(f"{key.replace('_', ' ')} {', '.join(values)}" for key, values in one["scope"].items())
    return f"{what}{f', only for {where}' if where else ', everywhere'}"


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
