"""
A submitted draft, accepted and parsed field by field.

What is checked here holds for every surface, so that a library caller gets the same refusals as an HTTP client. No
message quotes the draft's text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from guardrails.errors import DraftError
from guardrails.model.draft import ClaimLink, Draft
from guardrails.text.parsed import DocumentReader, ParsedField
from guardrails.text.unsound import unsound_character

MAX_FIELDS = 200
"""Most fields of one draft."""

MAX_FIELD_LENGTH = 1_000_000
"""Most code points of one field."""

MAX_NAME_LENGTH = 2_000
"""Most code points of an id, kind, title, address, model or any other name."""


def parse(draft: Draft, readers: Mapping[str, DocumentReader]) -> tuple[ParsedField, ...]:
    """
    Check *draft* and read its fields, in order.

    Args:
        draft: The draft as submitted.

        readers: A reader for every format that is known, by its name.

    Raises:
        DraftError: ``no-fields``, ``too-many-fields``, ``duplicate-field``, ``unknown-format``, ``field-too-long``,
            ``lone-surrogate``, ``bad-character``, ``name-too-long``, ``unknown-claim-field``, ``unknown-claim-source`` or ``claim-outside-field``.
    """
    _require_fields(draft)
    _require_formats(draft, readers)
    _require_characters(draft)
    _require_claims(draft)
    return tuple(readers[field.format](field) for field in draft.fields)


def _require_fields(draft: Draft) -> None:
    if not draft.fields:
        raise DraftError("no-fields", "a draft needs at least one field, got none", help="Submit some text.")
    if len(draft.fields) > MAX_FIELDS:
        message = f"a draft has at most {MAX_FIELDS} fields, got {len(draft.fields)}"
        raise DraftError("too-many-fields", message, help="Split it into several drafts.")
    seen: set[str] = set()
    for number, field in enumerate(draft.fields):
        if field.id in seen:
            message = f"field ids must be unique, number {number + 1} has the id of an earlier field: {field.id!r}"
            raise DraftError("duplicate-field", message, help="Give every field an id of its own.")
        seen.add(field.id)


def _require_formats(draft: Draft, readers: Mapping[str, DocumentReader]) -> None:
    for field in draft.fields:
        if field.format not in readers:
            message = f"field {field.id!r} has the unknown format {field.format!r}"
            raise DraftError("unknown-format", message, help=f"Use one of: {', '.join(readers)}.")
        if len(field.text) > MAX_FIELD_LENGTH:
            message = f"field {field.id!r} may have {MAX_FIELD_LENGTH} code points, got {len(field.text)}"
            raise DraftError("field-too-long", message, help="Split it into several drafts.")


def _require_characters(draft: Draft) -> None:
    for place, text in _texts(draft):
        _require_sound(place, text)
    for place, name in _names(draft):
        _require_sound(place, name, is_line=True)
        if len(name) > MAX_NAME_LENGTH:
            message = f"a name in {place} may have {MAX_NAME_LENGTH} code points, got {len(name)}"
            raise DraftError("name-too-long", message, help="Shorten it.")


def _require_sound(place: str, text: str, *, is_line: bool = False) -> None:
    bad = unsound_character(text, is_line=is_line)
    if not bad:
        return
    code, what = "bad-character", f"the character U+{ord(bad):04X}"
    if "\ud800" <= bad <= "\udfff":
        code, what = "lone-surrogate", "a lone surrogate"
    message = f"{place} has {what} at code point {text.index(bad)}"
    raise DraftError(code, message, help="Submit well-formed text; the file may be damaged, or no text at all.")


def _texts(draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield every text of *draft* with a name for its place."""
    yield from ((f"fields[{number}]", field.text) for number, field in enumerate(draft.fields))
    yield from ((f"sources[{number}]", source.text) for number, source in enumerate(draft.sources))


def _names(draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield every other string of *draft* with a name for its place."""
    yield from ((f"fields[{number}]", field.id) for number, field in enumerate(draft.fields))
    yield from (("context", text) for pair in draft.context for text in pair)
    made = draft.provenance
    yield from (("provenance", text) for text in (made.origin, made.model, made.run))
    for number, source in enumerate(draft.sources):
        texts = (source.id, source.kind, source.url, source.title, source.published, source.retrieved)
        yield from ((f"sources[{number}]", text) for text in texts)
    for number, claim in enumerate(draft.claims):
        yield from ((f"claims[{number}]", text) for text in (claim.field, *claim.sources))
    for number, item in enumerate(draft.attachments):
        yield from ((f"attachments[{number}]", text) for text in (item.id, item.kind, item.sha256))


def _require_claims(draft: Draft) -> None:
    lengths = {field.id: len(field.text) for field in draft.fields}
    sources = {source.id for source in draft.sources}
    for number, claim in enumerate(draft.claims):
        _require_claim(f"claims[{number}]", claim, lengths, sources)


def _require_claim(place: str, claim: ClaimLink, lengths: Mapping[str, int], sources: set[str]) -> None:
    length = lengths.get(claim.field)
    if length is None:
        message = f"{place} names the field {claim.field!r}, which the draft does not have"
        raise DraftError("unknown-claim-field", message, help="Link from a field of this draft.")
    if not 0 <= claim.start <= claim.end <= length:
        message = f"{place} is [{claim.start}, {claim.end}), expected a range inside [0, {length})"
        raise DraftError("claim-outside-field", message, help="Count code points of the submitted field.")
    for source in claim.sources:
        if source not in sources:
            message = f"{place} names the source {source!r}, which the draft does not have"
            raise DraftError("unknown-claim-source", message, help="List the source under `sources`.")
