"""
JSON Schemas (2020-12) of what is published and of the JSON draft.

``DRAFT`` is strict, because what we accept is checked; the others allow unknown keys, because readers of an answer
must ignore what a later version adds. In those every key named here is always present.
"""

from __future__ import annotations

from typing import TypeAlias

from guardrails.model.brief import LEFT_OUT, MAX_WORDS, SECTIONS
from guardrails.model.canonical import Json
from guardrails.model.draft import CONTEXT_KEYS

Schema: TypeAlias = "dict[str, Json]"

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_FLAG: Schema = {"type": "boolean"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_DIGEST: Schema = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
_MOMENT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
_OUTCOME: Schema = {"enum": ["none", "note", "revise", "escalate"]}
_VERDICT: Schema = {"enum": ["pass", "revise", "escalate"]}
_LAYER: Schema = {"enum": ["brand", "factual", "escalation"]}


def _object(**keys: Schema) -> Schema:
    return {"type": "object", "required": sorted(keys), "properties": dict(keys)}


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _map(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


_RANGE = _object(start=_COUNT, end=_COUNT)
_SPAN = _object(
    field=_TEXT,
    start=_COUNT,
    end=_COUNT,
    utf16=_RANGE,
    byte=_RANGE,
    line={"type": "integer", "minimum": 1},
    column={"type": "integer", "minimum": 1},
    quote=_TEXT,
)
_EDIT = _object(field=_TEXT, start=_COUNT, end=_COUNT, text=_TEXT)
_FIX = _object(id=_TEXT, safety={"enum": ["safe", "suggested"]}, verified=_FLAG, edits=_array(_EDIT))
_RULE = _object(
    id=_TEXT,
    version={"type": "integer"},
    digest=_TEXT,
    title=_TEXT,
    pack=_TEXT,
    layer=_LAYER,
)
_FINDING = _object(
    id=_TEXT,
    fingerprint=_TEXT,
    rule=_RULE,
    effect={"enum": ["note", "revise", "escalate"]},
    calls_for=_OUTCOME,
    observed=_FLAG,
    severity={"enum": ["low", "medium", "high", "critical"]},
    confidence_pm={"type": "integer", "minimum": 0, "maximum": 1000},
    spans=_array(_SPAN),
    message=_TEXT,
    why=_TEXT,
    instruction=_TEXT,
    evidence=_map(_TEXT),
    fixes=_array(_FIX),
    related=_array(_SPAN),
    waiver=_or_null(_TEXT),
    masked=_FLAG,
)
_COMPLETENESS = _object(
    status={"enum": ["complete", "incomplete"]},
    faults=_array(_object(code=_TEXT, message=_TEXT, rule=_TEXT, field=_TEXT)),
    unsupported=_array(_object(what=_TEXT, reason=_TEXT, owner=_TEXT)),
    not_applicable=_COUNT,
    not_seen=_TEXTS,
    truncated=_COUNT,
)
_CONTEXT = _object(
    established=_map(_TEXTS),
    claimed=_map(_TEXT),
    effective=_map(_TEXTS),
    assumed=_TEXTS,
    conflicts=_array(_object(key=_TEXT, claimed=_TEXT, why=_TEXT)),
)
_POLICY = _object(
    digest=_TEXT,
    packs=_array(_object(name=_TEXT, version=_TEXT, layer=_LAYER, owner=_TEXT, digest=_TEXT)),
)
_SCORE: Schema = {"type": "integer", "minimum": 0, "maximum": 100}
_ASSESSMENT = _object(
    schema={"const": "guardrails.assessment/v1"},
    verdict=_VERDICT,
    reasons=_array(_object(code=_TEXT, outcome=_OUTCOME, message=_TEXT, findings=_TEXTS)),
    next=_object(do={"enum": ["publish", "revise", "ask"]}, instructions=_TEXTS, rounds_left=_or_null(_COUNT)),
    findings=_array(_FINDING),
    fixed=_or_null(_object(fix_ids=_TEXTS, content_sha256=_SHA256, verdict_after=_VERDICT)),
    obligations=_array(_object(id=_TEXT, code=_TEXT, due={"enum": ["before", "after"]}, text=_TEXT)),
    routing=_or_null(_object(question=_TEXT, queue=_TEXT, due_hours=_COUNT, allowed=_TEXTS)),
    scores=_object(brand=_SCORE, factual=_SCORE, escalation=_SCORE),
    completeness=_COMPLETENESS,
    context=_CONTEXT,
    policy=_POLICY,
    engine=_map(_TEXT),
    as_of=_MOMENT,
    good_until=_or_null(_MOMENT),
    accountable=_or_null(_TEXT),
    draft_sha256=_SHA256,
    content_sha256=_SHA256,
    state_sha256=_SHA256,
)
_ANSWER = _object(
    schema={"const": "guardrails.answer/v1"},
    check_id=_or_null(_TEXT),
    binding=_FLAG,
    assessment=_ASSESSMENT,
    assessment_sha256=_SHA256,
    audit=_or_null(_object(record_id=_TEXT, index=_COUNT, leaf_hash=_TEXT)),
    timing_us=_map(_COUNT),
)
_PLACE = _object(
    file=_TEXT, line=_or_null(_COUNT), column=_or_null(_COUNT), excerpt=_or_null(_TEXT)
)  # fmt: skip
_ERROR = _object(code=_TEXT, message=_TEXT, help=_TEXT, place=_or_null(_PLACE))
_RUN = _object(
    schema={"const": "guardrails.run/v1"},
    verdict=_or_null(_VERDICT),
    exit_code={"enum": [0, 1, 2, 3, 4]},
    results=_array(
        {"oneOf": [_object(file=_TEXT, answer=_ANSWER), _object(file=_TEXT, error=_ERROR)]},
    ),
)


_PLACE = _object(item=_TEXT, span=_SPAN, findings=_TEXTS)
_BATCH_ANSWER = _object(
    schema={"const": "guardrails.batch-answer/v1"},
    verdict=_VERDICT,
    results=_array(_object(id=_TEXT, answer=_ANSWER)),
    questions=_array(_object(id=_SHA256, rules=_TEXTS, places=_array(_PLACE))),
    odd_values=_array(_object(places=_array(_PLACE), usual=_PLACE, agreeing=_COUNT, basis=_TEXT, fact=_or_null(_TEXT))),
)
_LINE = _object(text=_TEXT, rules=_TEXTS, fact=_or_null(_TEXT))
_BRIEF = _object(
    schema={"const": "guardrails.brief/v1"},
    agent=_TEXT,
    context=_map(_TEXTS),
    assumed=_TEXTS,
    policy=_object(digest=_DIGEST),
    as_of={"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
    applicable=_COUNT,
    **{name: _array(_LINE) for name in SECTIONS},
    left_out=_object(**dict.fromkeys(LEFT_OUT, _COUNT)),
    words={"type": "integer", "minimum": 0, "maximum": MAX_WORDS},
)


def _strict(required: tuple[str, ...], **keys: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": dict(keys), "additionalProperties": False}


_NAME: Schema = {"type": "string", "minLength": 1}
_DRAFT = _strict(
    ("fields",),
    schema={"const": "guardrails.draft/v1"},
    fields={
        "type": "array",
        "minItems": 1,
        "items": _strict(("id", "text"), id=_NAME, text=_TEXT, format={"enum": ["text", "markdown", "html"]}),
    },
    context=_strict((), **dict.fromkeys(CONTEXT_KEYS, _NAME)),
    provenance=_strict((), origin={"enum": ["", "generated", "assisted", "human"]}, model=_TEXT, run=_TEXT),
    sources=_array(
        _strict(("id",), id=_NAME, kind=_TEXT, url=_TEXT, title=_TEXT, published=_TEXT, retrieved=_TEXT, text=_TEXT)
    ),
    claims=_array(
        _strict(("field", "start", "end", "sources"), field=_NAME, start=_COUNT, end=_COUNT, sources=_array(_NAME))
    ),
    attachments=_array(
        _strict(("id", "kind"), id=_NAME, kind=_NAME, sha256={"type": "string", "pattern": "^([0-9a-f]{64})?$"})
    ),
    options=_strict((), fixes={"enum": ["safe", "none"]}),
)


def _published(name: str, schema: Schema) -> Schema:
    return {"$schema": _DIALECT, "$id": f"urn:guardrails:{name}:v1", "title": f"guardrails.{name}/v1", **schema}


ASSESSMENT = _published("assessment", _ASSESSMENT)
"""``guardrails.assessment/v1``."""

ANSWER = _published("answer", _ANSWER)
"""``guardrails.answer/v1``."""

BATCH_ANSWER = _published("batch-answer", _BATCH_ANSWER)
"""``guardrails.batch-answer/v1``."""

RUN = _published("run", _RUN)
"""``guardrails.run/v1``."""

BRIEF = _published("brief", _BRIEF)
"""``guardrails.brief/v1``."""

_BATCH = _strict(
    ("items",),
    schema={"const": "guardrails.batch/v1"},
    items={
        "type": "array",
        "minItems": 1,
        "maxItems": 100,
        "items": _strict(("id", "draft"), id=_NAME, draft=_DRAFT),
    },
)
BATCH = _published("batch", _BATCH)
"""``guardrails.batch/v1``: drafts that belong together, as accepted."""

DRAFT = _published("draft", _DRAFT)
"""``guardrails.draft/v1``, as accepted; positions within their field and unique ids are checked beyond it."""
