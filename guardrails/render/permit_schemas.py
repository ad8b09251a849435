"""JSON Schemas (2020-12) of permits as they are published; readers ignore unknown keys, but never those of an envelope."""

from __future__ import annotations

from guardrails.render.schema_parts import (
    COUNT,
    FLAG,
    MOMENT,
    TEXT,
    TEXTS,
    Schema,
    array_of,
    object_of,
    or_null,
    published,
)

LEVEL: Schema = {"enum": ["AUTO_PASS", "HUMAN_1", "HUMAN_2", "BREAK_GLASS"]}
_PLACES: dict[str, Schema] = {"channels": TEXTS, "markets": TEXTS, "locales": TEXTS}
_SHORT: dict[str, Schema] = {
    "permit_id": TEXT, "level": LEVEL, "check_id": TEXT, "not_before": MOMENT, "not_after": MOMENT, **_PLACES,
}  # fmt: skip
_ENVELOPE: Schema = {
    **object_of(payload=TEXT, payloadType=TEXT, signatures=array_of(object_of(keyid=TEXT, sig=TEXT))),
    "description": "A DSSE envelope around an in-toto statement: the permit itself. Save it as it is.",
    "additionalProperties": False,
}
_PERMIT = object_of(
    schema={"const": "guardrails.permit/v1"},
    **_SHORT,
    accountable=TEXT,
    permit=_ENVELOPE,
    audit=object_of(record_id=TEXT, index=COUNT),
)
_STATUS: Schema = {"enum": ["live", "ended", "revoked", "fact-withdrawn", "stopped", "policy-rolled-back"]}
_OUTCOME: Schema = {"enum": ["permitted", "no-permit", "other-text", "other-place", "outside-time", "revoked"]}
_PERMITS = object_of(schema={"const": "guardrails.permits/v1"}, permits=array_of(object_of(**_SHORT, status=_STATUS)))
_VERIFICATION = object_of(
    schema={"const": "guardrails.permit-verification/v1"},
    may_publish=FLAG,
    at=MOMENT,
    refusals=array_of(object_of(code=TEXT, message=TEXT)),
    permit=or_null(object_of(**_SHORT, accountable=TEXT)),
    obligations=array_of(object_of(code=TEXT, due={"enum": ["before", "after"]}, text=TEXT)),
)
_PUBLICATION = object_of(
    schema={"const": "guardrails.publication/v1"},
    outcome=_OUTCOME,
    permit_id=or_null(TEXT),
    audit=object_of(record_id=TEXT, index=COUNT, leaf_hash=TEXT),
)
_PUBLICATIONS = object_of(
    schema={"const": "guardrails.publications/v1"},
    until=MOMENT,
    publications=array_of(
        object_of(
            id=TEXT, published_at=MOMENT, url=TEXT, channel=TEXT, market=TEXT, permit_id=or_null(TEXT), outcome=_OUTCOME
        )
    ),
    unused_permits=array_of(object_of(**_SHORT, status=_STATUS)),
    **{"from": MOMENT},
)

PUBLICATION = published("publication", _PUBLICATION)
"""``guardrails.publication/v1``."""

PUBLICATIONS = published("publications", _PUBLICATIONS)
"""``guardrails.publications/v1``."""

PERMIT = published("permit", _PERMIT)
"""``guardrails.permit/v1``."""

PERMITS = published("permits", _PERMITS)
"""``guardrails.permits/v1``."""

VERIFICATION = published("permit-verification", _VERIFICATION)
"""``guardrails.permit-verification/v1``."""
