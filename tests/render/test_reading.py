"""A published answer reads back to a value that is published, and printed, the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from guardrails.errors import UnavailableError
from guardrails.model.canonical import canonical
from guardrails.render.answer import answer_json, assessment_json
from guardrails.render.paint import Paint
from guardrails.render.reading import answer_of, assessment_of
from guardrails.render.text import text_lines
from tests.e2e import nimbrel
from tests.gates import gate_in

DRAFTS = sorted(
    path.relative_to(nimbrel.FIXTURES / "drafts").as_posix()
    for path in (nimbrel.FIXTURES / "drafts").glob("*/*")
    if path.suffix in {".md", ".txt", ".html", ".json"}
)


@pytest.mark.parametrize("name", DRAFTS)
def test_every_fixture_draft_reads_back(name: str) -> None:
    """The same bytes, and the same words on a terminal."""
    draft = nimbrel.draft(name)
    assessment = nimbrel.assessed(draft)
    published = canonical(assessment_json(assessment, draft.fields))
    again = assessment_of(json.loads(published))

    assert published == canonical(assessment_json(again, draft.fields))
    assert list(text_lines(name, assessment, draft.fields, binding=True, paint=Paint())) == list(
        text_lines(name, again, draft.fields, binding=True, paint=Paint())
    )


def test_an_answer_that_was_changed_is_refused(tmp_path: Path) -> None:
    """The digest is recomputed; what is no answer at all is refused too."""
    gate = gate_in(tmp_path)
    given = answer_json(gate.check(nimbrel.draft(nimbrel.PASSING), principal=nimbrel.AGENT))
    gate.close()
    good = json.dumps(given).encode()
    changed = good.replace(b'"verdict": "pass"', b'"verdict": "revise"', 1)

    assert "pass" == answer_of(good).assessment.verdict
    for bad in (changed, b"[]", b"{}", b"<html>", b"null"):
        with pytest.raises(UnavailableError) as refused:
            answer_of(bad)
        assert "bad-answer" == refused.value.code
