"""The part of the OpenAPI document about people: reviews, waivers, disputes, stops, facts."""

from __future__ import annotations

from guardrails.model.canonical import Json
from guardrails.model.context import PLURALS
from guardrails.model.day import day_of
from guardrails.model.policy import CompiledPolicy
from guardrails.render.review_schemas import (
    FACT_CHANGE,
    FACTS,
    MENTIONS,
    RECORDED,
    REVIEW,
    REVIEW_DECISION,
    REVIEW_STATUS,
    REVIEWS,
    STOPS,
    WAIVERS,
)
from guardrails.review.bodies import body_schemas
from guardrails.review.reading import MAX_PAGE
from guardrails.surfaces.http.openapi_parts import json_content, operation, parameter, path_parameter, ref

_DAY_MS = 86_400_000
_DIGEST = "0" * 64
_SEEN: dict[str, Json] = {
    "content_sha256": _DIGEST, "policy_digest": f"sha256:{_DIGEST}", "question_ref": _DIGEST,
}  # fmt: skip
_JUDGED: dict[str, Json] = {"seen": _SEEN, "relevance": "yes", "positioning": "partly", "stop_needed": True}
_KEY: Json = parameter("header", "Idempotency-Key", "The same request is recorded once in 24 hours.", maximum=200)
_SENT = ("400", "401", "403", "409", "413", "415", "422", "503")


def people_schemas() -> dict[str, Json]:
    """Return the components: published forms and bodies."""
    return {
        "Reviews": REVIEWS,
        "Review": REVIEW,
        "ReviewStatus": REVIEW_STATUS,
        "ReviewDecision": REVIEW_DECISION,
        "Waivers": WAIVERS,
        "Stops": STOPS,
        "Recorded": RECORDED,
        "Facts": FACTS,
        "FactChange": FACT_CHANGE,
        "Mentions": MENTIONS,
        **body_schemas(),
    }


def people_paths(policy: CompiledPolicy, now_ms: int) -> dict[str, Json]:
    """Return the paths; examples name what *policy* has, and end in a month."""
    return {**_reviews(), **_waivers(policy, day_of(now_ms + 30 * _DAY_MS)), **_stops(policy), **_facts(policy)}


def example_decisions() -> dict[str, Json]:
    """Return one example per answer; what was ``seen`` is that of the review."""
    reason = "Read it against the dossier; it is right."
    return {
        "approve": {"value": {"decision": "approve", **_JUDGED, "reason": reason}},
        "send-back": {
            "value": {"decision": "send-back", **_JUDGED, "reason": "No source.", "instructions": ["Name the study."]}
        },
        "reject": {"value": {"decision": "reject", **_JUDGED, "reason": "We do not say this at all."}},
        "waive": {
            "value": {
                "decision": "waive", "seen": _SEEN, "finding": "f1", "until": "2026-12-31", "reason": "A named partner.",
            }
        },
        "wrong": {"value": {"decision": "wrong", "seen": _SEEN, "finding": "f1", "reason": "It is a street name."}},
    }  # fmt: skip


def _reviews() -> dict[str, Json]:
    listed = operation(
        "listReviews",
        "What waits for a person",
        "Grouped by question. With `version` and `wait` it answers at once if the list has changed since, else when it "
        "changes, at the latest after `wait` seconds. Needs the scope `review` and the key of a person.",
        {"description": "The list.", "content": json_content(ref("Reviews"))},
        ("401", "403", "422", "503"),
    )
    query: Json = [
        parameter("query", "queue", "Only this queue.", maximum=200),
        {"in": "query", "name": "status", "schema": {"enum": ["open", "decided", "moot", "all"]}},
        {"in": "query", "name": "wait", "schema": {"type": "integer", "minimum": 0, "maximum": 60}},
        {"in": "query", "name": "limit", "schema": {"type": "integer", "minimum": 1, "maximum": MAX_PAGE}},
        parameter("query", "after", "`next` of the page before.", maximum=200),
        {"in": "query", "name": "version", "schema": {"type": "integer", "minimum": -1}},
    ]
    shown = operation(
        "readReview",
        "One review",
        "All about it for a person with the scope `review`; what became of its own for whoever submitted it, with the "
        "scope `read`. The id may also be that of a check.",
        {"description": "The review.", "content": json_content({"oneOf": [ref("Review"), ref("ReviewStatus")]})},
        ("401", "403", "404", "410", "422", "503"),
    )
    personal: Json = {
        "in": "query",
        "name": "show_personal_data",
        "description": "Do not mask personal data; that is put on the record. Scope `disclose`.",
        "schema": {"type": "boolean"},
    }
    decided = operation(
        "decideReview",
        "Answer a review",
        "By a person of its queue who has not submitted the text. `seen` is that of the review as it was read; if text, "
        "policy or question are others by now, the answer is refused. Needs the scope `review`.",
        {
            "description": "What was recorded.",
            "content": json_content({"oneOf": [ref("ReviewDecision"), ref("Recorded")]}),
        },
        (*_SENT, "404"),
    )
    body: Json = {"schema": ref("Decision"), "examples": example_decisions()}
    name = path_parameter("review_id")
    return {
        "/v1/reviews": {"get": {**listed, "parameters": query}},
        "/v1/reviews/{review_id}": {"get": {**shown, "parameters": [name, personal]}},
        "/v1/reviews/{review_id}/decisions": {
            "post": {**decided, "parameters": [name, _KEY], "requestBody": _body(body)},
        },
    }


def _waivers(policy: CompiledPolicy, until: str) -> dict[str, Json]:
    rule = next((one for one in policy.rules if one.waivable), policy.rules[0])
    channel = dict(policy.workspace.values)["channel"][0]
    wish: Json = {
        "rule": rule.id, "reason": "The launch names it.", "until": until, "scope": {PLURALS["channel"]: [channel]},
    }  # fmt: skip
    dispute: Json = {"check": "chk_…", "finding": "f1", "reason": "too-strict", "note": "It quotes a customer."}
    listed = operation(
        "listWaivers",
        "Exceptions",
        "Asked for, in force or expired, each with how often it lifted something. Needs the scope `read` or `review`.",
        {"description": "The list.", "content": json_content(ref("Waivers"))},
        ("401", "403", "503"),
    )
    asked = _recorded("requestWaiver", "Ask for an exception", "Needs the scope `check` or `review`.", (*_SENT, "404"))
    given = _recorded("approveWaiver", "Approve an exception", "By another person; scope `review`.", _NAMED)
    ended = _recorded("endWaiver", "End an exception", "By a person; scope `review`.", _NAMED)
    disputed = _recorded(
        "disputeFinding",
        "Dispute a finding",
        "By anybody; changes no verdict. Scope `check` or `review`.",
        (*_SENT, "404"),
    )
    name: Json = [path_parameter("waiver_id"), _KEY]
    return {
        "/v1/waivers": {
            "get": listed,
            "post": {
                **asked,
                "parameters": [_KEY],
                "requestBody": _body({"schema": ref("WaiverBody"), "example": wish}),
            },
        },
        "/v1/waivers/{waiver_id}": {"delete": {**ended, "parameters": name}},
        "/v1/waivers/{waiver_id}/approval": {"post": {**given, "parameters": name}},
        "/v1/disputes": {
            "post": {
                **disputed,
                "parameters": [_KEY],
                "requestBody": _body({"schema": ref("DisputeBody"), "example": dispute}),
            }
        },
    }


_NAMED = ("401", "403", "404", "409", "422", "503")


def _stops(policy: CompiledPolicy) -> dict[str, Json]:
    channel = dict(policy.workspace.values)["channel"][0]
    halt: Json = {"scope": "channel", "value": channel, "reason": "A wrong price went out."}
    listed = operation(
        "listStops",
        "Stops in force",
        "Needs the scope `read`, `review` or `operate`.",
        {"description": "The list.", "content": json_content(ref("Stops"))},
        ("401", "403", "503"),
    )
    held = _recorded("stop", "Hold at once", "The next check within it asks a person; scope `operate`.", _SENT)
    lifted = _recorded("resume", "Lift a stop", "By a person, who says why; scope `operate`.", (*_SENT, "404"))
    return {
        "/v1/stops": {
            "get": listed,
            "post": {**held, "parameters": [_KEY], "requestBody": _body({"schema": ref("StopBody"), "example": halt})},
        },
        "/v1/stops/{stop_id}": {
            "delete": {
                **lifted,
                "parameters": [path_parameter("stop_id"), _KEY],
                "requestBody": _body({"schema": ref("ResumeBody"), "example": {"reason": "The price is right again."}}),
            }
        },
    }


def _facts(policy: CompiledPolicy) -> dict[str, Json]:
    known = [one.id for one in policy.facts.facts]
    example: dict[str, Json] = {"example": known[0]} if known else {}
    name: Json = [{"in": "path", "name": "fact_id", "required": True, "schema": {"type": "string"}, **example}, _KEY]
    listed = operation(
        "listFacts",
        "Facts",
        "Of the policy in force, each with what it is good for now. Needs the scope `read`, `review` or `operate`.",
        {"description": "The list.", "content": json_content(ref("Facts"))},
        ("401", "403", "503"),
    )
    good: Json = {"description": "What was recorded.", "content": json_content(ref("FactChange"))}
    body = _body({"schema": ref("FactBody"), "example": {"reason": "It was measured with another bulb."}})
    halted = operation(
        "withdrawFact",
        "Withdraw a fact",
        "Every text that rests on it asks a person; scope `operate`.",
        good,
        (*_SENT, "404"),
    )
    back = operation("restoreFact", "Let a fact be used again", "By a person; scope `operate`.", good, _SENT)
    found = operation(
        "listMentions",
        "The texts that rest on something, or say it",
        "For a rule every record is read, for a phrase every text is decrypted. Needs the scope `operate`.",
        {"description": "The texts, newest first.", "content": json_content(ref("Mentions"))},
        ("401", "403", "422", "503"),
    )
    what: Json = {
        "in": "query",
        "name": "what",
        "required": True,
        "description": "`fact:ID`, `source:ID`, `rule:ID`, or a phrase.",
        "schema": {"type": "string", "maxLength": 400},
    }
    return {
        "/v1/facts": {"get": listed},
        "/v1/facts/{fact_id}/withdrawal": {
            "post": {**halted, "parameters": name, "requestBody": body},
            "delete": {**back, "parameters": name, "requestBody": body},
        },
        "/v1/mentions": {"get": {**found, "parameters": [what]}},
    }


def _recorded(name: str, summary: str, description: str, refused: tuple[str, ...]) -> dict[str, Json]:
    good: Json = {"description": "What was recorded.", "content": json_content(ref("Recorded"))}
    return operation(name, summary, description, good, refused)


def _body(content: Json) -> Json:
    return {"required": True, "content": {"application/json": content}}
