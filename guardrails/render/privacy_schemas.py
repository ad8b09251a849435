"""JSON Schemas (2020-12) of what is said about people's data, as it is published; readers ignore unknown keys."""

from __future__ import annotations

from guardrails.render.schema_parts import (
    COUNT,
    MOMENT,
    SHA256,
    TEXT,
    TEXTS,
    Schema,
    array_of,
    object_of,
    or_null,
    published,
)

_RECEIPT: dict[str, Schema] = {"record_id": TEXT, "index": COUNT, "leaf_hash": SHA256}
_FOUND: dict[str, Schema] = {"record": TEXT, "index": COUNT, "type": TEXT, "at": MOMENT, "parts": TEXTS}
_HOLD = object_of(
    id=TEXT,
    scope={"enum": ["check", "campaign", "channel", "period"]},
    value=or_null(TEXT),
    **{"from": or_null(MOMENT)},
    until=or_null(MOMENT),
    reason=TEXT,
    role=TEXT,
    since=MOMENT,
)
_PLAN: dict[str, Schema] = {
    "taken": array_of(object_of(record=TEXT, index=COUNT, parts=TEXTS)),
    "lost": array_of(object_of(record=TEXT, code=TEXT, words=TEXT)),
    "holds": array_of(_HOLD),
    "in_force": {**TEXTS, "description": "Stops and waivers whose words would go: each is ended first."},
    "copies": array_of(object_of(record=TEXT, type=TEXT, at=MOMENT)),
    "backups_end": or_null({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}),
}
_APPROVAL = object_of(
    id=TEXT,
    what={"enum": ["erasure", "hold-release"]},
    role=TEXT,
    at=MOMENT,
    until=MOMENT,
    terms={"type": "object", "description": "What is asked, without whom it is about; empty once it was erased."},
)

SUBJECT = published(
    "subject", object_of(schema={"const": "guardrails.subject/v1"}, records=array_of(object_of(**_FOUND)))
)
"""``guardrails.subject/v1``."""

SUBJECT_EXPORT = published(
    "subject-export",
    object_of(
        schema={"const": "guardrails.subject-export/v1"},
        made_at=MOMENT,
        searched_for=TEXTS,
        **{"from": or_null(MOMENT)},
        until=or_null(MOMENT),
        records=array_of(object_of(**_FOUND, passages=array_of(object_of(part=TEXT, pointer=TEXT, text=TEXT)))),
    ),
)
"""``guardrails.subject-export/v1``."""

ERASURE_PLAN = published(
    "erasure-plan", object_of(schema={"const": "guardrails.erasure-plan/v1"}, **_PLAN, refused=or_null(TEXT))
)
"""``guardrails.erasure-plan/v1``."""

ERASURE_RECEIPT = published(
    "erasure-receipt",
    object_of(
        schema={"const": "guardrails.erasure-receipt/v1"},
        at=MOMENT,
        ground=TEXT,
        request=or_null(TEXT),
        **_PLAN,
        records=array_of(object_of(**_RECEIPT, proof=array_of(SHA256))),
        tree=object_of(size=COUNT, root=SHA256),
        checkpoint={**TEXT, "description": "A C2SP signed note that holds the tree."},
    ),
)
"""``guardrails.erasure-receipt/v1``."""

ERASURES = published(
    "erasures",
    object_of(
        schema={"const": "guardrails.erasures/v1"},
        erasures=array_of(object_of(id=TEXT, at=MOMENT, ground=TEXT, approvers=COUNT, records=or_null(COUNT))),
    ),
)
"""``guardrails.erasures/v1``; *records* is null of what ended by age, which names ranges."""

HOLDS = published("holds", object_of(schema={"const": "guardrails.holds/v1"}, holds=array_of(_HOLD)))
"""``guardrails.holds/v1``."""

APPROVALS = published(
    "approvals", object_of(schema={"const": "guardrails.approvals/v1"}, approvals=array_of(_APPROVAL))
)
"""``guardrails.approvals/v1``."""

PROCESSING_RECORD = published(
    "processing-record",
    object_of(
        schema={"const": "guardrails.processing-record/v1"},
        **dict.fromkeys(
            ("activity", "policy_digest", "controller", "contact", "representative", "dpo", "retention", "backups",
             "automated_decisions"), TEXT,
        ),
        **dict.fromkeys(
            ("purposes", "legal_basis", "data_subjects", "categories", "stored", "recipients", "transfers", "keep",
             "security", "roles", "agents"), TEXTS,
        ),
        missing={**TEXTS, "description": "What `governance:` does not say yet."},
    ),
)  # fmt: skip
"""``guardrails.processing-record/v1``."""

RETENTION = published(
    "retention",
    object_of(
        schema={"const": "guardrails.retention/v1"},
        keep=array_of(object_of(type=TEXT, part=TEXT, **{"for": TEXT})),
        over=array_of(object_of(type=TEXT, records=COUNT)),
        held=COUNT,
        waiting=COUNT,
        records=array_of(object_of(**_RECEIPT)),
    ),
)
"""``guardrails.retention/v1``."""
