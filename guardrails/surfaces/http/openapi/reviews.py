"""Reviews: what waits for a person, and how it is answered."""

from __future__ import annotations

from guardrails.model.canonical import Json
from guardrails.render.review_schemas import REVIEW, REVIEW_DECISION, REVIEW_STATUS, REVIEWS
from guardrails.review.reading import MAX_PAGE
from guardrails.surfaces.http.openapi.parts import (
    ONCE,
    READ,
    SENT,
    answer,
    operation,
    parameter,
    path_parameter,
    query,
    ref,
    sent,
)

_DIGEST = "0" * 64
_SEEN: dict[str, Json] = {
    "content_sha256": _DIGEST, "policy_digest": f"sha256:{_DIGEST}", "question_ref": _DIGEST,
}  # fmt: skip
_JUDGED: dict[str, Json] = {"seen": _SEEN, "relevance": "yes", "positioning": "partly", "stop_needed": True}
_REVIEW = path_parameter("review_id")


def review_schemas() -> dict[str, Json]:
    """Return the components: published forms."""
    return {
        "Reviews": REVIEWS,
        "Review": REVIEW,
        "ReviewStatus": REVIEW_STATUS,
        "ReviewDecision": REVIEW_DECISION,
    }


def review_paths() -> dict[str, Json]:
    """Return the paths."""
    return {
        "/v1/reviews": {"get": _list()},
        "/v1/reviews/{review_id}": {"get": _read()},
        "/v1/reviews/{review_id}/decisions": {"post": _decide()},
    }


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


def _list() -> Json:
    return operation(
        "listReviews",
        "What waits for a person",
        "Grouped by question. With `version` and `wait` it answers at once if the list has changed since, else when it "
        "changes, at the latest after `wait` seconds. Needs the scope `review` and the key of a person.",
        answer("The list.", ref("Reviews")),
        (*READ, "422"),
        parameters=[
            parameter("query", "queue", "Only this queue.", maximum=200),
            query("status", {"enum": ["open", "decided", "moot", "all"]}),
            query("wait", {"type": "integer", "minimum": 0, "maximum": 60}),
            query("limit", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE}),
            parameter("query", "after", "`next` of the page before.", maximum=200),
            query("version", {"type": "integer", "minimum": -1}),
        ],
    )


def _read() -> Json:
    personal = query(
        "show_personal_data",
        {"type": "boolean"},
        "Do not mask personal data; that is put on the record. Scope `disclose`.",
    )
    return operation(
        "readReview",
        "One review",
        "All about it for a person with the scope `review`; what became of its own for whoever submitted it, with the "
        "scope `read`. The id may also be that of a check.",
        answer("The review.", {"oneOf": [ref("Review"), ref("ReviewStatus")]}),
        (*READ, "404", "410", "422"),
        parameters=[_REVIEW, personal],
    )


def _decide() -> Json:
    return operation(
        "decideReview",
        "Answer a review",
        "By a person of its queue who has not submitted the text. `seen` is that of the review as it was read; if text, "
        "policy or question are others by now, the answer is refused. Needs the scope `review`.",
        answer("What was recorded.", {"oneOf": [ref("ReviewDecision"), ref("Recorded")]}),
        (*SENT, "404", "409"),
        parameters=[_REVIEW, ONCE],
        body=sent(ref("Decision"), examples=example_decisions()),
    )
