"""What a draft must be before it is parsed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guardrails.backends.documents import READERS
from guardrails.errors import DraftError
from guardrails.model.draft import Attachment, ClaimLink, Draft, Field, Provenance, Source
from guardrails.text.submitted import MAX_FIELD_LENGTH, MAX_FIELDS, parse

DRAFT = Draft(
    fields=(Field("headline", "Hello"), Field("body", "# Hi", "markdown")),
    sources=(Source("s1"),),
    claims=(ClaimLink("body", 2, 4, ("s1",)),),
)


def code_of(draft: Draft) -> str:
    """Return the code with which *draft* is refused."""
    with pytest.raises(DraftError) as refused:
        parse(draft, READERS)
    return refused.value.code


def test_fields_are_parsed_in_order() -> None:
    """Every field is read with the reader of its format, in the order of the draft."""
    assert [("headline", "Hello"), ("body", "Hi")] == [(field.id, field.text) for field in parse(DRAFT, READERS)]


def test_no_fields() -> None:
    """A draft without fields is refused."""
    assert code_of(Draft(fields=())) == "no-fields"


def test_too_many_fields() -> None:
    """A draft may have 200 fields and no more."""
    fields = tuple(Field(str(number), "x") for number in range(MAX_FIELDS + 1))

    assert len(parse(Draft(fields[1:]), READERS)) == MAX_FIELDS
    assert code_of(Draft(fields)) == "too-many-fields"


def test_duplicate_field() -> None:
    """Two fields with one id are refused."""
    assert code_of(Draft((Field("a", "x"), Field("a", "y")))) == "duplicate-field"


def test_unknown_format() -> None:
    """A format nobody reads is refused."""
    assert code_of(Draft((Field("a", "x", "docx"),))) == "unknown-format"  # type: ignore[arg-type] # what is tested


def test_long_field() -> None:
    """A field may have a million code points and no more."""
    assert parse(Draft((Field("a", " " * MAX_FIELD_LENGTH),)), READERS)
    assert code_of(Draft((Field("a", " " * (MAX_FIELD_LENGTH + 1)),))) == "field-too-long"


BAD = "a\ud800"


@pytest.mark.parametrize(
    "draft",
    [
        Draft((Field("a", BAD),)),
        Draft((Field(BAD, "x"),)),
        replace(DRAFT, context=(("market", BAD),)),
        replace(DRAFT, provenance=Provenance(model=BAD)),
        replace(DRAFT, provenance=Provenance(run=BAD)),
        replace(DRAFT, sources=(Source("s1", title=BAD),)),
        replace(DRAFT, sources=(Source("s1", text=BAD),)),
        replace(DRAFT, claims=(ClaimLink("body", 0, 1, (BAD,)),)),
        replace(DRAFT, claims=(ClaimLink(BAD, 0, 1, ("s1",)),)),
        replace(DRAFT, attachments=(Attachment("a", BAD),)),
    ],
)
def test_lone_surrogates(draft: Draft) -> None:
    """A lone surrogate is refused wherever it stands."""
    assert code_of(draft) == "lone-surrogate"


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 5), (3, 2), (5, 5)])
def test_claim_outside_field(start: int, end: int) -> None:
    """A claim link must lie inside its field."""
    assert code_of(replace(DRAFT, claims=(ClaimLink("body", start, end, ("s1",)),))) == "claim-outside-field"


def test_claim_of_unknown_field() -> None:
    """A claim link must name a field of the draft."""
    assert code_of(replace(DRAFT, claims=(ClaimLink("teaser", 0, 1, ("s1",)),))) == "unknown-claim-field"


def test_claim_with_unknown_source() -> None:
    """A claim link must name sources of the draft."""
    assert code_of(replace(DRAFT, claims=(ClaimLink("body", 0, 1, ("s1", "s2")),))) == "unknown-claim-source"


def test_refusals_quote_no_text() -> None:
    """A refusal says where, never what was written."""
    with pytest.raises(DraftError) as refused:
        parse(Draft((Field("a", "secret " + BAD),)), READERS)

    assert "secret" not in refused.value.message


@pytest.mark.parametrize("bad", ["\0", "\x1b", "\x7f", "\x9b", "\ufdd0", "\ufffe", "\U0010ffff"])
def test_what_no_text_may_hold(bad: str) -> None:
    """Control characters and non-characters are damage, in copy and in names."""
    assert "bad-character" == code_of(Draft((Field("a", f"guar{bad}anteed"),)))
    assert "bad-character" == code_of(replace(DRAFT, sources=(Source("s1", title=bad),)))


@pytest.mark.parametrize("space", ["\t", "\n", "\v", "\f", "\r\n", "\x85", "\u2028", "\u00a0"])
def test_white_space_is_no_damage(space: str) -> None:
    """A text may have any white space."""
    assert parse(Draft((Field("a", f"one{space}two"),)), READERS)


@pytest.mark.parametrize("end", ["\n", "\v", "\f", "\r", "\x85", "\u2028"])
def test_a_name_is_one_line(end: str) -> None:
    """A model, a title or an address has no line break."""
    assert "bad-character" == code_of(replace(DRAFT, provenance=Provenance(run=f"r{end}1")))


def test_a_name_has_an_end() -> None:
    """Ids, titles and addresses are short; the text of a source is not."""
    assert "name-too-long" == code_of(replace(DRAFT, sources=(Source("s1", url="x" * 2_001),)))
    assert parse(replace(DRAFT, sources=(Source("s1", text="x" * 40_000),)), READERS)
