"""A draft comes back whole from its parts, and in part from what was not erased."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.audit.erased import Taken
from guardrails.audit.erasure import erase
from guardrails.audit.parts import draft_bytes_of, draft_of, draft_parts, field_parts, texts_of, whole_draft
from guardrails.errors import LedgerError
from guardrails.model.canonical import canonical
from guardrails.model.draft import ClaimLink, Draft, Field, Source, draft_json
from tests.audit.samples import APPROVED, check, sqlite_log

TWELVE = Draft(tuple(Field(f"f{n}", f"text {n}") for n in range(12)), sources=(Source("s", text="said"),))


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DRAFTS = st.builds(
    Draft,
    fields=st.lists(st.builds(Field, WORDS, WORDS), min_size=1, max_size=12).map(tuple),
    context=st.dictionaries(st.sampled_from(["campaign", "channel"]), WORDS).map(lambda pairs: tuple(pairs.items())),
    sources=st.lists(st.builds(Source, WORDS, WORDS, WORDS), max_size=3).map(tuple),
    claims=st.lists(st.builds(ClaimLink, WORDS, st.integers(0, 9), st.integers(0, 9), st.just(("s",)))).map(tuple),
    fixes=st.sampled_from(["safe", "none"]),
)


@given(DRAFTS)
def test_a_draft_comes_back_from_its_parts(draft):
    """Taking apart and putting together gives the canonical bytes, so that its digest is the same."""
    assert canonical(draft_json(draft)) == whole_draft(draft_parts(draft))


def test_fields_are_parts_in_order():
    """Part names count: the tenth field does not come before the second, and no name holds the draft's own words."""
    parts = draft_parts(TWELVE)

    assert tuple(f"field:{n}" for n in range(12)) == field_parts(reversed(parts))
    assert {"context", "sources"} == parts.keys() - set(field_parts(parts))
    assert "sources" not in draft_parts(Draft(TWELVE.fields))


@pytest.fixture
def log(tmp_path):
    """A log over SQLite."""
    made = sqlite_log(tmp_path)
    yield made
    made.close()


def test_a_stored_draft_is_read_back(log):
    """What was submitted is what the ledger gives back."""
    log.append_check(check(log, draft_parts=draft_parts(TWELVE)))

    assert TWELVE == draft_of(log, 0)
    assert tuple(f"text {n}" for n in range(12)) == texts_of(log, 0)


def test_a_draft_of_the_first_version_is_read_back(log):
    """Records from before there were parts hold the draft as a whole."""
    log.append_check(check(log, draft_parts={"draft": canonical(draft_json(TWELVE))}))

    assert TWELVE == draft_of(log, 0)
    assert tuple(f"text {n}" for n in range(12)) == texts_of(log, 0)


def test_without_a_field_there_is_no_draft_but_the_other_texts(log):
    """A draft that lacks a field is not passed off as whole."""
    receipt = log.append_check(check(log, draft_parts=draft_parts(TWELVE)))
    erase(log, [Taken(0, receipt.record_id, ("field:3",))], APPROVED)
    with pytest.raises(LedgerError) as caught:
        draft_bytes_of(log, 0)

    assert caught.value.code == "payload-missing"
    assert tuple(f"text {n}" for n in range(12) if n != 3) == texts_of(log, 0)
