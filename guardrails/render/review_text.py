"""
Reviews in words, from their published form, so that text and JSON cannot tell different things.

What is asked comes first, then the text with its findings marked, what the policy says, what was answered before, and
the exact command to answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from guardrails.render.diff import unified_diff
from guardrails.render.marked_text import Mark, marked_text
from guardrails.render.moment import last_minute, minute
from guardrails.render.paint import Paint, Tone, printable

_TONES: dict[str, Tone] = {"escalate": "bad", "revise": "warn", "note": "info", "none": "dim"}
_DECIDED = {"approve": "approved", "send-back": "sent back", "reject": "rejected"}
_UNREADABLE = "cannot be read, its key or its text is gone (guardrails ledger verify)"
_CONTEXT = ("channel", "market", "locale", "audience", "content_type", "stage", "action")


def review_list_lines(body: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    """Yield ``guardrails.reviews/v1``: a paragraph per question, then how many wait."""
    for question in body["questions"]:
        yield from _listed(question, paint)
        yield ""
    waiting = body["waiting"]
    count, texts, late = waiting["questions"], waiting["texts"], waiting["overdue"]
    if body["next"]:
        yield f"more: guardrails review list --after {body['next']}"
    if not count:
        yield "nothing waits for a person"
        return
    about = f" about {texts} texts" if texts != count else ""
    overdue = f", {late} overdue" if late else ""
    yield f"{_count(count, 'question')}{about} {'waits' if count == 1 else 'wait'} for a person{overdue}"


def review_lines(body: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    """Yield ``guardrails.review/v1``."""
    yield f"{_head(body, paint)}: {paint('bold', printable(body['question']))}"
    yield from _facts(body, paint)
    yield ""
    yield from _text(body, paint)
    yield from _findings(body, paint)
    yield from _reasons(body)
    yield from _answers(body, paint)
    yield from _to_answer(body, paint)


def review_status_lines(body: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    """Yield ``guardrails.review-status/v1``: what became of an author's own review."""
    answer = body["answer"]
    if answer is None:
        yield f"{_head(body, paint)}: {_status(body)}"
        return
    words = paint("bold", _DECIDED[answer["decision"]])
    yield f"{_head(body, paint)}: {words} by role {answer['role']} on {minute(answer['at'])}, {_until(answer)}"
    for instruction in answer["instructions"]:
        yield f"   = do: {printable(instruction)}"
    for field in answer["edited"] or ():
        yield f"   = approved as edited, field {printable(field['id'])}:"
        yield from marked_text(field["text"], (), paint)


def decision_lines(body: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    """Yield ``guardrails.review-decision/v1``."""
    for one in body["answers"]:
        words = paint("good" if one["decision"] == "approve" else "warn", _DECIDED[one["decision"]])
        yield f"{one['review']}: {words} by role {one['role']}, {_until(one)}"
        yield f"   on record: {one['audit']['record_id']} (entry {one['audit']['index']})"
        if one["people_missing"]:
            yield f"   {_count(one['people_missing'], 'more person', 'more people')} must approve the same text"


def _listed(question: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    first, texts = question["texts"][0], question["texts"]
    many = f" ({len(texts)} texts)" if len(texts) > 1 else ""
    yield f"{_head({**question, **first}, paint)}: {paint('bold', printable(question['question']))}{many}"
    for one in texts:
        which = f" {one['id']}" if len(texts) > 1 else ""
        starts = f"“{printable(one['starts'])}”" if one["readable"] else paint("bad", _UNREADABLE)
        yield f"{paint('dim', '  -->')} {_places(one)}{which}: {starts}"
    if question["status"] == "open":
        yield f"   = queue: {_who_answers(question)}"
        yield f"   = due: {_due(question, paint)}"
        if not question["policy_current"]:
            yield "   = another policy is in force since: it can be answered once its author has it checked again"
    times = sum(one["submissions"] for one in texts)
    yield f"   = asked by: {_author(first)}{f', {times} times' if times > len(texts) else ''}"
    if first["rules"]:
        yield f"   = held by: {', '.join(first['rules'])}"
    for answer in first["answers"]:
        yield f"   = {_DECIDED[answer['decision']]}: by role {answer['role']} on {minute(answer['at'])}"
    yield f"   = look: guardrails review show {first['id']}"


def _head(body: Mapping[str, Any], paint: Paint) -> str:
    word = "review" if body["status"] == "open" else body["status"]
    return paint("warn" if body["status"] == "open" else "dim", f"{word}[{body['id']}]")


def _facts(body: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    effective = body["assessment"]["context"]["effective"]
    known = [effective[key][0] for key in _CONTEXT if len(effective.get(key, ())) == 1]
    yield f"{paint('dim', '  -->')} {' / '.join(known) or 'anywhere'}"
    open_keys = [key.replace("_", " ") for key in _CONTEXT if len(effective.get(key, ())) > 1]
    if open_keys:
        yield f"   = not known: {', '.join(open_keys)}; an approval is for every possible value"
    times = f", {body['submissions']} times since" if body["submissions"] > 1 else " on"
    yield f"   = asked by: {_author(body)}{times} {minute(body['opened'])}"
    yield f"   = queue: {_who_answers(body)}"
    yield f"   = due: {_due(body, paint)}"
    if body["status"] != "open":
        yield f"   = {_status(body)}"


def _text(body: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    fields = body["draft"]["fields"]
    for field in fields:
        if len(fields) > 1:
            yield paint("bold", f"{printable(field['id'])}:")
        yield from marked_text(field["text"], list(_marks(body, field["id"])), paint)
        yield ""
    if body["masked"]:
        yield "   personal data is masked; --show-personal-data shows it, on the record"
        yield ""
    for source in body["draft"]["sources"]:
        dated = f", published {source['published']}" if source["published"] else ""
        where = source["url"] or source["kind"] or "no address"
        yield f"   = source {printable(source['id'])}: {printable(source['title'] or 'untitled')} ({printable(where)}{dated})"
    for unseen in body["assessment"]["completeness"]["not_seen"]:
        yield f"   = not looked at: {printable(unseen)}"


def _marks(body: Mapping[str, Any], field: str) -> Iterator[Mark]:
    for finding in _holding(body):
        for span in finding["spans"]:
            if span["field"] == field and span["start"] < span["end"]:
                yield Mark(span["start"], span["end"], finding["id"])


def _holding(body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [one for one in body["assessment"]["findings"] if one["calls_for"] in ("revise", "escalate")]


def _findings(body: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    says = {one["rule"]: one for one in body["policy_says"]}
    grouped: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for finding in _holding(body):
        grouped.setdefault((finding["rule"]["id"], finding["calls_for"]), []).append(finding)
    for (rule_id, calls_for), findings in grouped.items():
        rule, ids = findings[0]["rule"], ", ".join(one["id"] for one in findings)
        label = paint(_TONES[calls_for], f"{calls_for}[{rule_id}@{rule['version']}]")
        yield f"{ids} {label}: {paint('bold', printable(rule['title'] or findings[0]['message']))}"
        for message in dict.fromkeys(one["message"] for one in findings):
            yield f"   = found: {printable(message)}"
        yield from _rule_words(findings[0], says.get(rule_id))
        yield ""
    truncated = body["assessment"]["completeness"]["truncated"]
    if truncated:
        yield f"   and {truncated} more findings than are shown: the text can be sent back or rejected, not approved"
        yield ""


def _rule_words(finding: Mapping[str, Any], says: Mapping[str, Any] | None) -> Iterator[str]:
    if finding["why"]:
        yield f"   = why: {printable(finding['why'])}"
    if finding["instruction"]:
        yield f"   = the agent is told: {printable(finding['instruction'])}"
    if says is None:
        return
    yield f"   = the policy: {printable(says['sentence'])}"
    for reference in says["references"]:
        yield f"   = see: {printable(reference)}"
    yield f"   = owner: {says['owner']}{'' if says['waivable'] else '; this rule allows no exceptions'}"


def _reasons(body: Mapping[str, Any]) -> Iterator[str]:
    for reason in body["assessment"]["reasons"]:
        if reason["outcome"] in ("revise", "escalate"):
            yield f"   because: {printable(reason['message'])}"
    for fault in body["assessment"]["completeness"]["faults"]:
        yield f"   could not be checked: {printable(fault['message'])}"
    for conflict in body["assessment"]["context"]["conflicts"]:
        yield f"   contradiction: {conflict['key']} “{printable(conflict['claimed'])}”"


def _answers(body: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    for one in body["said"]:
        judged = f"relevance {one['relevance']}, positioning {one['positioning']}"
        stop = "stop needed" if one["stop_needed"] else "stop not needed"
        yield ""
        yield f"{paint('bold', _DECIDED[one['decision']])} by role {one['role']} on {minute(one['at'])} ({one['id']}), {_until(one)}"
        yield f"   = reason: {printable(one['reason']) or 'erased'} ({judged}, {stop})"
        for instruction in one["instructions"]:
            yield f"   = do: {printable(instruction)}"
        yield from _edits(body, one, paint)
    if body["alike"]:
        yield ""
        yield f"the same question is asked about {_count(len(body['alike']), 'more text')}:"
        for one in body["alike"]:
            yield f"   {one['id']}  {_places(one)}"


def _edits(body: Mapping[str, Any], said: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    before = {field["id"]: field["text"] for field in body["draft"]["fields"]}
    for field in said["edited"] or ():
        changed = unified_diff(printable(field["id"]), before[field["id"]], field["text"], paint)
        yield from (f"   {line}" for line in changed)


def _to_answer(body: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    seen = body["seen"]
    yield ""
    yield f"   this text: {seen['content_sha256']}"
    yield f"   this policy: {seen['policy_digest']}"
    if body["status"] != "open":
        return
    yield ""
    if not body["policy_current"]:
        yield "another policy is in force since this was asked: have the text checked again first"
        return
    yield paint("bold", "to answer:")
    yield f"   guardrails review decide {body['id']} --seen {body['seen_code']} \\"
    yield f'     --{body["allowed"][0]} --relevance yes --positioning yes --stop-needed --reason "…"'
    yield from _alternatives(body)


def _alternatives(body: Mapping[str, Any]) -> Iterator[str]:
    allowed = body["allowed"]
    if "approve" in allowed:
        yield "   --approve          it goes out as it is; with --edited FILE as you changed it; --until DATE if not for long"
    edits = [one for one in body["said"] if one["edited"]] if "approve" in allowed else []
    for one in edits:
        yield f"   --approve --edited {one['id']}   as role {one['role']} edited it"
    yield '   --send-back        the author mends it: --instruction "…", once for each thing to do'
    yield "   --reject           it stays out"
    example = _liftable(body)
    if example:
        yield f"   --waive {example:<10} an exception for this finding here, in later texts too; with --until DATE and --reason"
        yield f"   --wrong {example:<10} the rule is wrong about this text; with --reason"
    yield "   --relevance, --positioning: yes, partly or no. Does it matter to its readers? Is it us?"
    yield "   --stop-needed or --stop-not-needed: was it right to ask you?"
    if body["alike"]:
        yield f"   --group            the same answer for all {len(body['alike']) + 1} texts"


def _liftable(body: Mapping[str, Any]) -> str:
    """Return a finding that may be excepted, where nothing but findings holds the text and one person may do it."""
    codes = {one["code"] for one in body["assessment"]["reasons"] if one["outcome"] in ("revise", "escalate")}
    if body["quorum"] > 1 or not codes <= {"findings-escalate", "findings-revise"}:
        return ""
    waivable = {one["rule"] for one in body["policy_says"] if one["waivable"]}
    return next((str(one["id"]) for one in _holding(body) if one["rule"]["id"] in waivable), "")


def _who_answers(body: Mapping[str, Any]) -> str:
    people = f"; {body['quorum']} people must approve" if body["quorum"] > 1 else ""
    return f"{body['queue']}; may answer: {', '.join(body['may_answer'])}{people}"


def _due(body: Mapping[str, Any], paint: Paint) -> str:
    return minute(body["due"]) + (f", {paint('bad', 'OVERDUE')}" if body["overdue"] else "")


def _author(body: Mapping[str, Any]) -> str:
    author = body["author"]
    return f"{author['kind']} {author['id']}" if author["id"] else "nobody known"


def _places(one: Mapping[str, Any]) -> str:
    channels, markets = one["channels"], one["markets"]
    return f"{_one_of(channels, 'channel')} / {_one_of(markets, 'market')}"


def _one_of(values: Sequence[str], what: str) -> str:
    return values[0] if len(values) == 1 else f"any {what}"


def _status(body: Mapping[str, Any]) -> str:
    return {
        "open": f"waits for a person until {minute(body['due'])}",
        "decided": "decided",
        "moot": "nobody needs to answer any more: checked again, the text asks nobody",
        "erased": "the text was erased",
    }[body["status"]]


def _until(one: Mapping[str, Any]) -> str:
    return f"until {last_minute(one['until'])}"


def _count(count: int, noun: str, plural: str = "") -> str:
    return f"{count} {noun if count == 1 else plural or f'{noun}s'}"
