"""Fixes are verified as a set, on the fixed draft; who decides is asked about it only if the set holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from guardrails.backends.documents import READERS
from guardrails.backends.rego.embedded import embedded_engine
from guardrails.errors import DraftError
from guardrails.model.assessment import Assessment
from guardrails.model.draft import Field
from guardrails.model.policy import Bundle
from guardrails.model.state import State
from guardrails.pipeline import evaluator
from guardrails.rules.fixing import apply
from guardrails.text.parsed import ParsedField
from tests.e2e import nimbrel

FIXABLE = nimbrel.draft("brief/b04-linkedin-licht-neu-gedacht.md")
WRONG = "Lichterlebnis"
read_markdown = READERS["markdown"]


class Counting:
    """The embedded engine, with a count of how often it was asked."""

    def __init__(self) -> None:
        self._inner = embedded_engine()
        self.identity, self.asked = self._inner.identity, 0

    def decide(self, bundle: Bundle, input_bytes: bytes) -> bytes:
        """Decide and count."""
        self.asked += 1
        return self._inner.decide(bundle, input_bytes)


def assessed(reader: Callable[[Field], ParsedField]) -> tuple[Assessment, int]:
    """Return the assessment of the draft with a safe fix, read by *reader*, and how often the engine was asked."""
    engine = Counting()
    evaluate = evaluator(READERS | {"markdown": reader}, engine)
    given = evaluate(FIXABLE, nimbrel.policy(), State(principal=nimbrel.AGENT), nimbrel.AS_OF_MS)
    return given.assessment, engine.asked


def are_verified(assessment: Assessment) -> list[bool]:
    """Return whether each safe fix is verified."""
    return [fix.verified for finding in assessment.findings for fix in finding.fixes if fix.safety == "safe"]


def test_a_set_that_holds_has_a_verdict_of_its_own() -> None:
    """The fixed draft is decided as any other: its verdict is the one it gets when it is submitted."""
    assessment, asked = assessed(read_markdown)
    after = apply(FIXABLE, [fix for finding in assessment.findings for fix in finding.fixes if fix.verified])

    assert [True] == are_verified(assessment)
    assert 2 == asked
    assert assessment.fixed is not None
    assert WRONG not in after.fields[0].text
    assert nimbrel.assessed(after).verdict == assessment.fixed.verdict_after


def test_a_set_that_does_not_hold_is_not_decided() -> None:
    """Where the fixed text still holds what was found, nobody is asked about it."""
    first = read_markdown(FIXABLE.fields[0])
    assessment, asked = assessed(lambda _: first)

    assert [False] == are_verified(assessment)
    assert 1 == asked
    assert assessment.fixed is None


@pytest.mark.parametrize("error", [ZeroDivisionError(), DraftError("field-too-long", "too long", help="")])
def test_a_set_that_cannot_be_checked_is_not_verified(error: Exception) -> None:
    """Whatever goes wrong with the fixed draft leaves the verdict on the submitted one as it is."""

    def failing(field: Field) -> ParsedField:
        if WRONG not in field.text:
            raise error
        return read_markdown(field)

    assessment, _ = assessed(failing)

    assert [False] == are_verified(assessment)
    assert assessment.fixed is None
    assert ("revise", ()) == (assessment.verdict, assessment.completeness.faults)
