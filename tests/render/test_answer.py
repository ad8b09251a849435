"""The published answer, its schemas and its masking."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.errors import DraftError, Place
from guardrails.model.assessment import Assessment
from guardrails.model.canonical import canonical
from guardrails.model.draft import ClaimLink, Draft, Field, Source, draft_json
from guardrails.model.finding import Edit, Fix
from guardrails.model.span import Span
from guardrails.render.answer import answer_json, assessment_json, run_json
from guardrails.render.findings import ordered
from guardrails.render.schemas import ANSWER, ASSESSMENT, DRAFT, RUN
from guardrails.rules.run import MESSAGE_MATCH_LIMIT
from tests.render.samples import BODY, TEXT, Answer, address, assessment, best, escalated, finding, revised

EVERY = [assessment(), revised(), escalated()]


@pytest.mark.parametrize("value", EVERY)
def test_every_assessment_fits_its_schema(value: Assessment) -> None:
    """What is published validates against the published schema."""
    jsonschema_rs.validator_for(ASSESSMENT).validate(assessment_json(value, (BODY,)))


@pytest.mark.parametrize("value", EVERY)
def test_every_answer_fits_its_schema(value: Assessment) -> None:
    """An answer validates, with and without a record."""
    lint = Answer(value)
    lint.check_id, lint.binding, lint.audit = None, False, None

    for answer in (Answer(value), lint):
        jsonschema_rs.validator_for(ANSWER).validate(answer_json(answer))


def test_a_run_fits_its_schema() -> None:
    """A run holds answers and errors in argument order, and no verdict if one file got none."""
    error = DraftError("bad-draft", "no", help="do", place=Place("b.json", 1, 2, "{"))
    run = run_json([("a.md", Answer(revised())), ("b.json", error)], 2)

    jsonschema_rs.validator_for(RUN).validate(run)
    assert run["verdict"] is None
    assert [result["file"] for result in run["results"]] == ["a.md", "b.json"]


def test_the_verdict_of_a_run_is_the_strictest() -> None:
    """Of several verdicts the greatest counts."""
    run = run_json([("a", Answer(revised())), ("b", Answer(assessment()))], 1)

    assert run["verdict"] == "revise"


def test_an_assessment_is_canonical_json() -> None:
    """There is no float and no key that is not ASCII, so that the bytes can be digested."""
    value = assessment_json(escalated(), (BODY,))

    assert value == json.loads(canonical(value))


def test_the_json_is_as_agreed(golden) -> None:
    """The richest assessment is the golden file."""
    golden(
        "render/escalate.json", json.dumps(assessment_json(escalated(), (BODY,)), indent=1, ensure_ascii=False) + "\n"
    )


def test_a_quote_is_the_slice_or_its_mask() -> None:
    """Every quote is as long as its span, and is the slice unless the finding is masked."""
    for found in assessment_json(escalated(), (BODY,))["findings"]:
        for span in found["spans"]:
            slice_ = TEXT[span["start"] : span["end"]]
            assert ("▇" * len(slice_) if found["masked"] else slice_) == span["quote"]


def test_nothing_sensitive_is_published() -> None:
    """A personal datum stands nowhere in the answer, not even in other letters' case."""
    assert "ida@" not in json.dumps(assessment_json(escalated(), (BODY,))).lower()


def test_what_overlaps_something_sensitive_is_masked() -> None:
    """A long sentence with an address in it is masked too, with the new text of its fix."""
    start, end = TEXT.index("Write"), TEXT.index("call")
    fix = Fix("x9", "suggested", verified=False, edits=(Edit(Span("body", start, end), "Mail ida at the lamp shop"),))
    published = assessment_json(assessment(address(), finding(start, end, fixes=(fix,))), (BODY,))

    assert all(found["masked"] for found in published["findings"])
    assert "ida" not in json.dumps([found["fixes"] for found in published["findings"]])


def test_a_short_name_is_masked_only_as_a_word() -> None:
    """“Li” is masked, “like” is not."""
    field = Field("body", "Li likes it.")
    found = finding(0, 2, sensitive=True, match="Li", message="Li: do you like it?")

    (published,) = assessment_json(assessment(found), (field,))["findings"]

    assert published["message"] == "▇▇: do you like it?"


def test_a_match_that_a_message_cuts_is_masked() -> None:
    """A message that quotes only the beginning of a very long secret shows nothing of it."""
    secret = "s3cr3t" * 40
    found = finding(0, len(secret), sensitive=True, match=secret, message=f"“{secret[: MESSAGE_MATCH_LIMIT - 1]}…”")

    (published,) = assessment_json(assessment(found), (Field("body", secret),))["findings"]

    assert "s3" not in published["message"]


def test_what_a_hidden_finding_is_about_is_masked() -> None:
    """A personal datum is masked even if its own finding is one too many to be shown."""
    hidden = address()
    start, end = TEXT.index("Write"), TEXT.index("call")
    value = assessment(finding(start, end, message="“ida@lamp.example”"), sensitive=hidden.spans)

    assert "ida@" not in json.dumps(assessment_json(value, (BODY,)))


def test_findings_come_in_reading_order() -> None:
    """The order is field, start, longest first, rule id, fingerprint."""
    inner, outer, first = finding(5, 8), finding(5, 12), finding(2, 3)
    other = finding(0, 1, spans=(Span("subject", 0, 1),))

    assert [other, first, outer, inner] == ordered([inner, outer, first, other], ["subject", "body"])


def test_lines_columns_and_units_are_counted() -> None:
    """A span says where it is in lines, UTF-16 units and bytes."""
    field = Field("body", "a\n😀é best")
    (found,) = assessment_json(assessment(finding(5, 9)), (field,))["findings"]
    (span,) = found["spans"]

    assert (span["line"], span["column"]) == (2, 4)
    assert span["utf16"] == {"start": 6, "end": 10}
    assert span["byte"] == {"start": 9, "end": 13}
    assert span["quote"] == "best"


def test_a_draft_fits_its_schema() -> None:
    """The canonical form of a draft validates against the schema of what we accept."""
    draft = Draft((BODY,), (("channel", "press"),), sources=(Source("s1"),), claims=(ClaimLink("body", 0, 3, ("s1",)),))

    jsonschema_rs.validator_for(DRAFT).validate(draft_json(draft))


def test_a_draft_schema_refuses_unknown_keys() -> None:
    """A misspelt key is not silently ignored."""
    assert not jsonschema_rs.validator_for(DRAFT).is_valid({"fields": [{"id": "b", "text": "x", "formt": "html"}]})


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20), st.booleans()), max_size=6))
@settings(max_examples=50, deadline=None)
def test_masking_never_moves_a_position(spots: list[tuple[int, int, bool]]) -> None:
    """Whatever is masked, positions and lengths are those of the draft."""
    found = [finding(start, start + size, sensitive=hidden) for start, size, hidden in spots]
    published = assessment_json(assessment(*found), (BODY,))

    places = [(span["start"], span["end"]) for one in published["findings"] for span in one["spans"]]
    assert sorted((start, start + size) for start, size, _ in spots) == sorted(places)
    assert all(
        len(TEXT[span["start"] : span["end"]]) == len(span["quote"])
        for one in published["findings"]
        for span in one["spans"]
    )


def test_absent_things_are_null() -> None:
    """Keys are always present; what is not there is null."""
    value = assessment_json(replace(assessment(best()), good_until_ms=None, accountable=""), (BODY,))

    assert [
        value["fixed"],
        value["routing"],
        value["good_until"],
        value["accountable"],
        value["findings"][0]["waiver"],
    ] == [None] * 5
