"""
JSON Schemas (2020-12) of what is published and of the JSON draft.

``DRAFT`` is strict, because what we accept is checked; the others allow unknown keys, because readers of an answer
must ignore what a later version adds. In those every key named here is always present.
"""

from __future__ import annotations

from guardrails.model.brief import LEFT_OUT, MAX_WORDS, SECTIONS
from guardrails.model.draft import CONTEXT_KEYS
from guardrails.render.schema_parts import (
    COUNT,
    DIGEST,
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

_OUTCOME: Schema = {"enum": ["none", "note", "revise", "escalate"]}
_VERDICT: Schema = {"enum": ["pass", "revise", "escalate"]}
_LAYER: Schema = {"enum": ["brand", "factual", "escalation"]}

_RANGE = object_of(start=COUNT, end=COUNT)
_SPAN = object_of(
    field=TEXT,
    start=COUNT,
    end=COUNT,
    utf16=_RANGE,
    byte=_RANGE,
    line={"type": "integer", "minimum": 1},
    column={"type": "integer", "minimum": 1},
    quote=TEXT,
)
_EDIT = object_of(field=TEXT, start=COUNT, end=COUNT, text=TEXT)
_FIX = object_of(id=TEXT, safety={"enum": ["safe", "suggested"]}, verified=FLAG, edits=array_of(_EDIT))
_RULE = object_of(
    id=TEXT,
    version={"type": "integer"},
    digest=TEXT,
    title=TEXT,
    pack=TEXT,
    layer=_LAYER,
)
_FINDING = object_of(
    id=TEXT,
    fingerprint=TEXT,
    rule=_RULE,
    effect={"enum": ["note", "revise", "escalate"]},
    calls_for=_OUTCOME,
    observed=FLAG,
    severity={"enum": ["low", "medium", "high", "critical"]},
    confidence_pm={"type": "integer", "minimum": 0, "maximum": 1000},
    spans=array_of(_SPAN),
    message=TEXT,
    why=TEXT,
    instruction=TEXT,
    evidence=map_of(TEXT),
    fixes=array_of(_FIX),
    related=array_of(_SPAN),
    waiver=or_null(TEXT),
    masked=FLAG,
)
_COMPLETENESS = object_of(
    status={"enum": ["complete", "incomplete"]},
    faults=array_of(object_of(code=TEXT, message=TEXT, rule=TEXT, field=TEXT)),
    unsupported=array_of(object_of(what=TEXT, reason=TEXT, owner=TEXT)),
    not_applicable=COUNT,
    not_seen=TEXTS,
    truncated=COUNT,
)
_CONTEXT = object_of(
    established=map_of(TEXTS),
    claimed=map_of(TEXT),
    effective=map_of(TEXTS),
    assumed=TEXTS,
    conflicts=array_of(object_of(key=TEXT, claimed=TEXT, why=TEXT)),
)
_POLICY = object_of(
    digest=TEXT,
    packs=array_of(object_of(name=TEXT, version=TEXT, layer=_LAYER, owner=TEXT, digest=TEXT)),
)
_SCORE: Schema = {"type": "integer", "minimum": 0, "maximum": 100}
_ASSESSMENT = object_of(
    schema={"const": "guardrails.assessment/v1"},
    verdict=_VERDICT,
    reasons=array_of(object_of(code=TEXT, outcome=_OUTCOME, message=TEXT, findings=TEXTS)),
    next=object_of(do={"enum": ["publish", "revise", "ask"]}, instructions=TEXTS, rounds_left=or_null(COUNT)),
    findings=array_of(_FINDING),
    fixed=or_null(object_of(fix_ids=TEXTS, content_sha256=SHA256, verdict_after=_VERDICT)),
    obligations=array_of(object_of(id=TEXT, code=TEXT, due={"enum": ["before", "after"]}, text=TEXT)),
    routing=or_null(object_of(question=TEXT, queue=TEXT, due_hours=COUNT, allowed=TEXTS)),
    scores=object_of(brand=_SCORE, factual=_SCORE, escalation=_SCORE),
    completeness=_COMPLETENESS,
    context=_CONTEXT,
    policy=_POLICY,
    engine=map_of(TEXT),
    as_of=MOMENT,
    good_until=or_null(MOMENT),
    accountable=or_null(TEXT),
    draft_sha256=SHA256,
    content_sha256=SHA256,
    state_sha256=SHA256,
)
_ANSWER = object_of(
    schema={"const": "guardrails.answer/v1"},
    check_id=or_null(TEXT),
    binding=FLAG,
    assessment=_ASSESSMENT,
    assessment_sha256=SHA256,
    audit=or_null(object_of(record_id=TEXT, index=COUNT, leaf_hash=TEXT)),
    timing_us=map_of(COUNT),
)
_PLACE = object_of(
    file=TEXT, line=or_null(COUNT), column=or_null(COUNT), excerpt=or_null(TEXT)
)  # fmt: skip
_ERROR = object_of(code=TEXT, message=TEXT, help=TEXT, place=or_null(_PLACE))
_RUN = object_of(
    schema={"const": "guardrails.run/v1"},
    verdict=or_null(_VERDICT),
    exit_code={"enum": [0, 1, 2, 3, 4]},
    results=array_of(
        {"oneOf": [object_of(file=TEXT, answer=_ANSWER), object_of(file=TEXT, error=_ERROR)]},
    ),
)


_PLACE = object_of(item=TEXT, span=_SPAN, findings=TEXTS)
_BATCH_ANSWER = object_of(
    schema={"const": "guardrails.batch-answer/v1"},
    verdict=_VERDICT,
    results=array_of(object_of(id=TEXT, answer=_ANSWER)),
    questions=array_of(object_of(id=SHA256, rules=TEXTS, places=array_of(_PLACE))),
    odd_values=array_of(
        object_of(places=array_of(_PLACE), usual=_PLACE, agreeing=COUNT, basis=TEXT, fact=or_null(TEXT))
    ),
)

_LINE = object_of(text=TEXT, rules=TEXTS, fact=or_null(TEXT))
_BRIEF = object_of(
    schema={"const": "guardrails.brief/v1"},
    agent=TEXT,
    context=map_of(TEXTS),
    assumed=TEXTS,
    policy=object_of(digest=DIGEST),
    as_of={"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
    applicable=COUNT,
    **{name: array_of(_LINE) for name in SECTIONS},
    left_out=object_of(**dict.fromkeys(LEFT_OUT, COUNT)),
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
        "items": _strict(("id", "text"), id=_NAME, text=TEXT, format={"enum": ["text", "markdown", "html"]}),
    },
    context=_strict((), **dict.fromkeys(CONTEXT_KEYS, _NAME)),
    provenance=_strict((), origin={"enum": ["", "generated", "assisted", "human"]}, model=TEXT, run=TEXT),
    sources=array_of(
        _strict(("id",), id=_NAME, kind=TEXT, url=TEXT, title=TEXT, published=TEXT, retrieved=TEXT, text=TEXT)
    ),
    claims=array_of(
        _strict(("field", "start", "end", "sources"), field=_NAME, start=COUNT, end=COUNT, sources=array_of(_NAME))
    ),
    attachments=array_of(
        _strict(("id", "kind"), id=_NAME, kind=_NAME, sha256={"type": "string", "pattern": "^([0-9a-f]{64})?$"})
    ),
    options=_strict((), fixes={"enum": ["safe", "none"]}),
)


ASSESSMENT = published("assessment", _ASSESSMENT)
"""``guardrails.assessment/v1``."""

ANSWER = published("answer", _ANSWER)
"""``guardrails.answer/v1``."""

BATCH_ANSWER = published("batch-answer", _BATCH_ANSWER)
"""``guardrails.batch-answer/v1``."""

RUN = published("run", _RUN)
"""``guardrails.run/v1``."""

BRIEF = published("brief", _BRIEF)
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
BATCH = published("batch", _BATCH)
"""``guardrails.batch/v1``: drafts that belong together, as accepted."""

DRAFT = published("draft", _DRAFT)
"""``guardrails.draft/v1``, as accepted; positions within their field and unique ids are checked beyond it."""
