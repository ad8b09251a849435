"""
The parts of a record's payload: each has a key and a salt of its own, so that each can be erased alone.

A check has

``field:0``, ``field:1`` …
    One content field each, in the order submitted: ``{id, text, format}``. Numbers, because ids are the draft's own words.
``sources``
    The sources as submitted; left out where there are none.
``context``
    The rest of the draft: context, provenance, claim links, attachments, options.
``assessment``, ``state``
    What was answered, with quotes of the text; what was known before, with the words of earlier reviewers.
``engine_input``
    What Rego decided on: ids, codes and numbers, no text. It outlives an erasure, and with it the decision's replay.

Records before there were part keys per field have ``draft``, the whole of it. A remembered answer to a request has a key of
its own under the name ``answer``, and lies in a table that forgets.

Other events have ``reason``, ``note``, ``edited`` and ``terms`` (what was said, in full) and ``persons`` (who).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from guardrails.errors import LedgerError
from guardrails.model.canonical import canonical
from guardrails.model.draft import Draft, draft_json

if TYPE_CHECKING:
    from guardrails.audit.log import AuditLog

ANSWER = "answer"
ASSESSMENT = "assessment"
CONTEXT = "context"
ENGINE_INPUT = "engine_input"
SOURCES = "sources"
STATE = "state"
WHOLE_DRAFT = "draft"

_FIELD = "field:"


def field_part(number: int) -> str:
    """Return the name of the part that holds content field *number*, counted from 0."""
    return f"{_FIELD}{number}"


def field_parts(parts: Iterable[str]) -> tuple[str, ...]:
    """Return the names of content fields among *parts*, in the order of the draft."""
    named = (part for part in parts if part.startswith(_FIELD))
    return tuple(sorted(named, key=lambda part: int(part.removeprefix(_FIELD))))


def holds_text(part: str) -> bool:
    """Tell whether a part of a check holds words of the draft, or quotes of them."""
    return part != ENGINE_INPUT


def draft_parts(draft: Draft) -> dict[str, bytes]:
    """Return *draft* in parts; :func:`whole_draft` is the inverse."""
    rest = draft_json(draft)
    fields, sources = rest.pop("fields"), rest.pop("sources")
    assert isinstance(fields, list)
    parts = {field_part(number): canonical(field) for number, field in enumerate(fields)}
    if sources:
        parts[SOURCES] = canonical(sources)
    return {**parts, CONTEXT: canonical(rest)}


def whole_draft(parts: Mapping[str, bytes]) -> bytes:
    """Return the canonical bytes of the draft that *parts* were made of; other parts among them are left out."""
    if WHOLE_DRAFT in parts:
        return parts[WHOLE_DRAFT]
    value: dict[str, Any] = json.loads(parts[CONTEXT])
    value["fields"] = [json.loads(parts[name]) for name in field_parts(parts)]
    value["sources"] = json.loads(parts[SOURCES]) if SOURCES in parts else []
    return canonical(value)


def draft_bytes_of(log: AuditLog, index: int) -> bytes:
    """
    Return the draft of the check at *index* as it was submitted: canonical ``guardrails.draft/v1``.

    Raises:
        LedgerError: ``payload-missing`` if any part of it was erased; see :meth:`AuditLog.decrypt`.
    """
    named = log.record(index).commitments()
    return whole_draft({part: log.decrypt(index, part) for part in draft_part_names(named)})


def draft_of(log: AuditLog, index: int) -> Draft:
    """Return the draft of the check at *index*; see :func:`draft_bytes_of`."""
    from guardrails.text.draft_json import draft_from_json

    return draft_from_json(draft_bytes_of(log, index).decode("utf-8"), log.record(index).id)


def texts_of(log: AuditLog, index: int) -> tuple[str, ...]:
    """Return the texts of the fields of the check at *index* that were not erased, in order."""
    named = log.record(index).commitments()
    if WHOLE_DRAFT in named:
        draft = opened_or_none(log, index, WHOLE_DRAFT)
        return tuple(field["text"] for field in json.loads(draft)["fields"]) if draft else ()
    found = (opened_or_none(log, index, part) for part in field_parts(named))
    return tuple(json.loads(data)["text"] for data in found if data)


def opened_or_none(log: AuditLog, index: int, part: str) -> bytes | None:
    """Return a part in clear, or None if it is gone; whether it was erased is what verification tells."""
    try:
        return log.decrypt(index, part)
    except LedgerError as error:
        if error.code != "payload-missing":
            raise
        return None


def draft_part_names(parts: Iterable[str]) -> tuple[str, ...]:
    """Return the names among *parts* that a draft is put together from."""
    names = tuple(parts)
    known = (WHOLE_DRAFT, CONTEXT, SOURCES)
    return (*field_parts(names), *(name for name in names if name in known))
