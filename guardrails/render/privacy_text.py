"""What is on record about people, and what became of it, in words, from its published form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from guardrails.render.moment import last_minute, minute
from guardrails.render.paint import printable

_COPIES = {
    "access": "a file with this person's data, made for a request",
    "disclosure": "somebody was shown its personal data unmasked",
    "permit": "a permit to publish it (digests, no text)",
    "report_issued": "a report that may name it (by reference, rule and count: no word of it)",
    "published": "it was published: the page itself is outside of this ledger",
}
_SHOWN = 20


def subject_lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``guardrails.subject/v1``: where, without a word of what."""
    for one in body["records"]:
        yield f"{one['record']}  {one['type']:<10}  {minute(one['at'])}  in {', '.join(one['parts'])}"
    yield f"{_count(len(body['records']), 'record')} with it; that you looked is on record"


def plan_lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``guardrails.erasure-plan/v1``: what an erasure would mean."""
    yield f"would erase {_count(_parts(body), 'part')} of {_count(len(body['taken']), 'record')}; nothing is erased yet"
    yield from _consequences(body)
    yield from (f"   in force: {one}: end it first" for one in body["in_force"])
    yield f"it would be refused now: {body['refused']}" if body["refused"] else "nothing stands against it"


def receipt_lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``guardrails.erasure-receipt/v1`` for whoever asked."""
    yield f"Erased on {minute(body['at'])}: {_count(_parts(body), 'part')} of {_count(len(body['taken']), 'record')}"
    request = "on record, as a reference" if body["request"] is None else printable(body["request"])
    yield f"   request: {request}; ground: {body['ground']}; approved by two people"
    yield from _consequences(body)
    for one in body["records"]:
        yield f"   on record: {one['record_id']}, number {one['index']}, leaf {one['leaf_hash']}"
    yield f"   proof: {_count(len(body['records']), 'path')} to the root {body['tree']['root']} of {body['tree']['size']} records"
    yield "   to make copies of the keys worthless at once: guardrails ledger rotate-epoch"


def hold_lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``guardrails.holds/v1``."""
    for one in body["holds"]:
        yield f"hold[{one['id']}]: {_held(one)}"
        yield f"   = why: {printable(one['reason'])}"
        yield f"   = set by: role {one['role']} on {minute(one['since'])}"
        yield f"   = release, by two people: guardrails hold release {one['id']} --reason …"
    yield f"{_count(len(body['holds']), 'hold')} in force" if body["holds"] else "no hold is in force"


def erasure_lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``guardrails.erasures/v1``: a line each, then how many."""
    for one in body["erasures"]:
        what = "by age" if one["records"] is None else f"of {_count(one['records'], 'record')}"
        yield f"{one['id']}  {minute(one['at'])}  {one['ground']:<14}  {what}"
    yield f"{_count(len(body['erasures']), 'erasure')} on record"


def approval_lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``guardrails.approvals/v1``: what waits for a second person."""
    for one in body["approvals"]:
        yield f"{one['what']}[{one['id']}]: {_wanted(one['what'], one['terms'])}"
        yield f"   = asked by: role {one['role']} on {minute(one['at'])}"
        yield f"   = why: {printable(one['terms'].get('reason', '(erased)'))}"
        yield f"   = counts until {minute(one['until'])}, if another person says the same"
    waits = len(body["approvals"])
    yield (
        f"{waits} wait{'s' if waits == 1 else ''} for a second person" if waits else "nothing waits for a second person"
    )


def retention_lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``guardrails.retention/v1``: what was over, or would be."""
    if not body["keep"]:
        yield "nothing ends: the workspace has no “keep:” in guardrails.yaml"
        return
    for one in body["keep"]:
        yield f"   keep: {one['part']} of a {one['type']} for {one['for']}"
    for one in body["over"]:
        yield f"   over: parts of {_count(one['records'], one['type'])}"
    if body["held"]:
        yield f"   kept although over: {_count(body['held'], 'record')} under a legal hold"
    if body["waiting"]:
        yield f"   kept although over: {_count(body['waiting'], 'text')} that still wait for a person"
    if body["records"]:
        yield f"erased, on record: {', '.join(one['record_id'] for one in body['records'])}"
    else:
        yield "nothing was erased"


def _consequences(body: Mapping[str, Any]) -> Iterator[str]:
    yield from _some([f"   parts: {', '.join(one['parts'])} of {one['record']}" for one in body["taken"]], "record")
    yield from _some([f"   lost: {one['words']} ({one['record']})" for one in body["lost"]], "loss")
    for one in body["holds"]:
        yield f"   held: {_held(one)} ({one['id']}): {printable(one['reason'])}"
    yield from _some([_copy(one) for one in body["copies"]], "copy")
    if not body["copies"]:
        yield "   copies outside: none are on record"
    if body["backups_end"]:
        yield f"   back-ups made until now end on {body['backups_end']}"
    else:
        yield "   back-ups: the workspace does not say when they end (governance: backups_days)"


def _wanted(what: str, terms: Mapping[str, Any]) -> str:
    if not terms:
        return "(erased)"
    if what == "hold-release":
        return f"{terms['hold']} (guardrails hold list)"
    of = f"the field {printable(terms['field'])} of " if terms["field"] else ""
    texts = of + ", ".join(map(printable, terms["checks"]))
    whom = f"a person, in {_count(terms['spellings'], 'spelling')}: who, says the request"
    return f"{texts or whom}; request {printable(terms['request'])}, ground {terms['ground']}"


def _copy(one: Mapping[str, Any]) -> str:
    what = _COPIES.get(one["type"], "it went out")
    return f"   copy outside: {what} ({one['type']} {one['record']}, {minute(one['at'])})"


def _held(one: Mapping[str, Any]) -> str:
    if one["scope"] == "period":
        return f"everything from {minute(one['from'])} to {last_minute(one['until'])}"
    return f"{one['scope']} {printable(one['value'] or '(erased)')}"


def _some(lines: Sequence[str], what: str) -> Iterator[str]:
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield f"   … and {_count(len(lines) - _SHOWN, f'more {what}')}"


def _parts(body: Mapping[str, Any]) -> int:
    return sum(len(one["parts"]) for one in body["taken"])


def _count(number: int, noun: str) -> str:
    plurals = {"copy": "copies", "loss": "losses"}
    word, last = noun.rpartition(" ")[0], noun.rpartition(" ")[2]
    many = plurals.get(last, f"{last}s")
    return f"{number} {noun}" if number == 1 else f"{number} {f'{word} ' if word else ''}{many}"
