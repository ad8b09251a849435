"""JSON Schemas (2020-12) of reviews, waivers, stops and facts as they are published; readers ignore unknown keys."""

from __future__ import annotations

from guardrails.render.schema_parts import (
    COUNT,
    FLAG,
    MOMENT,
    SHA256,
    TEXT,
    TEXTS,
    Schema,
    array_of,
    map_of,
    object_of,
    or_null,
    published,
)
from guardrails.render.schemas import ASSESSMENT

_RECEIPT = object_of(record_id=TEXT, index=COUNT, leaf_hash=TEXT)
_FIELD = object_of(id=TEXT, format={"enum": ["text", "markdown", "html"]}, text=TEXT)
_REVIEW_STATUS: Schema = {"enum": ["open", "decided", "moot", "erased"]}
_DECISION: Schema = {"enum": ["approve", "send-back", "reject"]}
_DEGREE: Schema = {"enum": ["yes", "partly", "no"]}
_GIVEN: dict[str, Schema] = {
    "id": TEXT, "decision": _DECISION, "role": TEXT, "at": MOMENT, "final": FLAG, "until": MOMENT,
}  # fmt: skip
_SUMMARY: dict[str, Schema] = {
    "id": TEXT, "check_id": TEXT, "status": _REVIEW_STATUS, "opened": MOMENT, "channels": TEXTS, "markets": TEXTS,
    "author": object_of(kind={"enum": ["agent", "person", "none"]}, id=TEXT), "rules": TEXTS, "submissions": COUNT,
    "readable": FLAG, "starts": TEXT, "answers": array_of(object_of(**_GIVEN)),
}  # fmt: skip
_ASKING: dict[str, Schema] = {
    "question": TEXT, "question_ref": SHA256, "queue": TEXT, "due": MOMENT, "overdue": FLAG, "may_answer": TEXTS,
    "quorum": {"type": "integer", "minimum": 1},
}  # fmt: skip
_REVIEWS = object_of(
    schema={"const": "guardrails.reviews/v1"},
    version=COUNT,
    questions=array_of(
        object_of(**_ASKING, status=_REVIEW_STATUS, policy_current=FLAG, texts=array_of(object_of(**_SUMMARY)))
    ),
    next=or_null(TEXT),
    waiting=object_of(questions=COUNT, texts=COUNT, overdue=COUNT),
)
_REVIEW = object_of(
    schema={"const": "guardrails.review/v1"},
    **_SUMMARY,
    **_ASKING,
    policy_current=FLAG,
    allowed=array_of(_DECISION),
    seen=object_of(content_sha256=SHA256, policy_digest=TEXT, question_ref=SHA256),
    seen_code={"type": "string", "pattern": "^[0-9a-f]{12}$"},
    draft=object_of(schema={"const": "guardrails.draft/v1"}, fields=array_of(_FIELD), sources={"type": "array"}),
    masked=FLAG,
    assessment=ASSESSMENT,
    policy_says=array_of(object_of(rule=TEXT, title=TEXT, sentence=TEXT, owner=TEXT, waivable=FLAG, references=TEXTS)),
    said=array_of(
        object_of(
            **_GIVEN,
            reason=TEXT,
            relevance=_DEGREE,
            positioning=_DEGREE,
            stop_needed=FLAG,
            instructions=TEXTS,
            edited=or_null(array_of(_FIELD)),
        )
    ),
    alike=array_of(object_of(id=TEXT, channels=TEXTS, markets=TEXTS)),
)
_OUTCOME_OF_REVIEW = object_of(
    schema={"const": "guardrails.review-status/v1"},
    id=TEXT,
    check_id=TEXT,
    status=_REVIEW_STATUS,
    due=MOMENT,
    answer=or_null(
        object_of(
            decision=_DECISION,
            role=TEXT,
            at=MOMENT,
            instructions=TEXTS,
            edited=or_null(array_of(_FIELD)),
            until=MOMENT,
        )
    ),
)
_DECIDED = object_of(
    schema={"const": "guardrails.review-decision/v1"},
    answers=array_of(
        object_of(
            review=TEXT,
            status=_REVIEW_STATUS,
            decision=_DECISION,
            role=TEXT,
            until=MOMENT,
            people_missing=COUNT,
            audit=_RECEIPT,
        )
    ),
)
_WAIVERS = object_of(
    schema={"const": "guardrails.waivers/v1"},
    waivers=array_of(
        object_of(
            id=TEXT,
            rule=TEXT,
            status={"enum": ["requested", "in-force", "expired"]},
            reason=TEXT,
            requested_by=TEXT,
            approved_by=or_null(TEXT),
            until=MOMENT,
            scope=map_of(TEXTS),
            fingerprints=TEXTS,
            content_sha256=or_null(SHA256),
            checks=COUNT,
            last_used=or_null(MOMENT),
            unused=FLAG,
            expiring=FLAG,
            **{"from": or_null(MOMENT)},
        )
    ),
)
_STOPS = object_of(
    schema={"const": "guardrails.stops/v1"},
    stops=array_of(
        object_of(
            id=TEXT,
            scope={"enum": ["all", "agent", "channel", "campaign"]},
            value=TEXT,
            reason=TEXT,
            role=TEXT,
            since=MOMENT,
        )
    ),
)
_FACTS = object_of(
    schema={"const": "guardrails.facts/v1"},
    facts=array_of(
        object_of(
            id=TEXT,
            status={"enum": ["usable", "withdrawn", "future", "stale"]},
            until=or_null(TEXT),
            subject=TEXT,
            metric=TEXT,
        )
    ),
)
_MENTIONS = object_of(
    schema={"const": "guardrails.mentions/v1"},
    what=TEXT,
    texts=array_of(
        object_of(
            check_id=TEXT,
            at=MOMENT,
            verdict={"enum": ["pass", "revise", "escalate"]},
            channels=TEXTS,
            markets=TEXTS,
            checks=COUNT,
        )
    ),
)
_FACT_CHANGE = object_of(
    schema={"const": "guardrails.fact-change/v1"},
    what={"enum": ["fact-withdrawn", "fact-restored"]},
    id=TEXT,
    audit=_RECEIPT,
    mentions=_MENTIONS,
    held_permits=COUNT,
)
_RECORDED = object_of(schema={"const": "guardrails.recorded/v1"}, what=TEXT, id=TEXT, audit=_RECEIPT)


REVIEWS = published("reviews", _REVIEWS)
"""``guardrails.reviews/v1``."""

REVIEW = published("review", _REVIEW)
"""``guardrails.review/v1``."""

REVIEW_STATUS = published("review-status", _OUTCOME_OF_REVIEW)
"""``guardrails.review-status/v1``."""

REVIEW_DECISION = published("review-decision", _DECIDED)
"""``guardrails.review-decision/v1``."""

WAIVERS = published("waivers", _WAIVERS)
"""``guardrails.waivers/v1``."""

STOPS = published("stops", _STOPS)
"""``guardrails.stops/v1``."""

RECORDED = published("recorded", _RECORDED)
"""``guardrails.recorded/v1``."""

FACTS = published("facts", _FACTS)
"""``guardrails.facts/v1``."""

MENTIONS = published("mentions", _MENTIONS)
"""``guardrails.mentions/v1``."""

FACT_CHANGE = published("fact-change", _FACT_CHANGE)
"""``guardrails.fact-change/v1``."""
