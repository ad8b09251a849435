"""
What is submitted: fields of text, claimed context, provenance, sources and options.

The canonical form of a draft (:func:`draft_json`) is ``guardrails.draft/v1``; :func:`content_sha256` covers only
``[{id, format, text}]`` as submitted, :func:`draft_sha256` all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from guardrails.model.canonical import Json, sha256_hex

Format = Literal["text", "markdown", "html"]
Pairs = tuple[tuple[str, str], ...]
"""A frozen mapping: ``(key, value)`` pairs sorted by key, each key once."""

CONTEXT_KEYS = (
    "brand", "channel", "market", "locale", "audience", "content_type", "stage", "action",
    "campaign", "task", "thread", "publish_at",
)  # fmt: skip
"""Every key a context may have (design §2)."""


@dataclass(frozen=True, slots=True)
class Field:
    """One submitted field; *id* is unique in its draft (a file is one field ``body``)."""

    id: str
    text: str
    format: Format = "text"


class Provenance(NamedTuple):
    """How the text came to be; empty strings where unknown."""

    origin: Literal["", "generated", "assisted", "human"] = ""
    model: str = ""
    run: str = ""


UNKNOWN_ORIGIN = Provenance()


class Source(NamedTuple):
    """Something a claim may rest on; *published* and *retrieved* are ISO dates or empty."""

    id: str
    kind: str = ""
    url: str = ""
    title: str = ""
    published: str = ""
    retrieved: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class ClaimLink:
    """A link from the range ``[start, end)`` (code points of the submitted field) to ids of sources."""

    field: str
    start: int
    end: int
    sources: tuple[str, ...]


class Attachment(NamedTuple):
    """Something that belongs to the draft and is not looked at; it is listed as ``not_seen``."""

    id: str
    kind: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """
    One draft, as submitted.

    ``context`` is what the draft says of itself (JSON draft); front matter stays inside the text and is read by the
    reader. ``fixes`` is ``safe`` (verified fixes are computed) or ``none``.
    """

    fields: tuple[Field, ...]
    context: Pairs = ()
    provenance: Provenance = UNKNOWN_ORIGIN
    sources: tuple[Source, ...] = ()
    claims: tuple[ClaimLink, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    fixes: Literal["safe", "none"] = "safe"


def draft_json(draft: Draft) -> dict[str, Json]:
    """Return *draft* as ``guardrails.draft/v1``, with every key present."""
    return {
        "schema": "guardrails.draft/v1",
        "fields": [{"id": f.id, "text": f.text, "format": f.format} for f in draft.fields],
        "context": dict(draft.context),
        "provenance": {
            "origin": draft.provenance.origin,
            "model": draft.provenance.model,
            "run": draft.provenance.run,
        },
        "sources": [
            {name: getattr(s, name) for name in ("id", "kind", "url", "title", "published", "retrieved", "text")}
            for s in draft.sources
        ],
        "claims": [
            {"field": c.field, "start": c.start, "end": c.end, "sources": list(c.sources)} for c in draft.claims
        ],
        "attachments": [{"id": a.id, "kind": a.kind, "sha256": a.sha256} for a in draft.attachments],
        "options": {"fixes": draft.fixes},
    }


def content_sha256(fields: tuple[Field, ...]) -> str:
    """Return the content digest: SHA-256 of canonical ``[{id, format, text}]``, in hex."""
    return sha256_hex([{"id": f.id, "format": f.format, "text": f.text} for f in fields])


def draft_sha256(draft: Draft) -> str:
    """Return the SHA-256 of the whole draft's canonical form, in hex."""
    return sha256_hex(draft_json(draft))
