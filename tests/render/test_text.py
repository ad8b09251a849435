"""Text for people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from guardrails.model.assessment import Assessment
from guardrails.model.draft import Field
from guardrails.model.span import Span
from guardrails.render.paint import Paint
from guardrails.render.text import text_lines
from tests.render.samples import BODY, TEXT, assessment, best, escalated, finding, revised

PLAIN = Paint()


def _text(value: Assessment, *fields: Field, **options: bool) -> str:
    options = {"binding": True, **options}
    return "\n".join(text_lines("spring.md", value, fields or (BODY,), paint=PLAIN, **options)) + "\n"


@pytest.mark.parametrize(("name", "value"), [("pass", assessment()), ("revise", revised()), ("escalate", escalated())])
def test_each_verdict_reads_as_agreed(name: str, value: Assessment, golden) -> None:
    """The output for each verdict is the golden file."""
    golden(f"render/{name}.txt", _text(value))


def test_personal_data_is_masked() -> None:
    """An address is shown nowhere: not in the excerpt, the message, the instruction or the question."""
    assert "ida@" not in _text(escalated()).lower()


def test_personal_data_is_shown_on_demand() -> None:
    """Whoever may see personal data can ask for it."""
    assert "Write to ida@lamp.example, or call." in _text(escalated(), show_personal=True)


@pytest.mark.parametrize(
    ("safety", "verified", "binding", "expected"),
    [
        ("safe", True, True, "safe"),
        ("safe", False, True, "a suggestion, read it first"),
        ("safe", False, False, "“guardrails fix” makes it if it is safe"),
        ("suggestion", False, False, "a suggestion, read it first"),
    ],
)
def test_how_sure_a_fix_is(safety: Any, verified: bool, binding: bool, expected: str) -> None:
    """The linter has not tried what may be safe, and does not call it a suggestion."""
    made = replace(best().fixes[0], safety=safety, verified=verified)
    value = assessment(replace(best(), fixes=(made,)))

    assert f"“the best” → “loved” ({expected})" in _text(value, binding=binding)


def test_an_observed_rule_says_would_be() -> None:
    """A rule that is only observed shows what it would ask for."""
    value = assessment(replace(best(), observed=True, calls_for="none"))

    assert "would be revise[brand.superlatives@3]" in _text(value)


def test_a_waived_finding_says_so() -> None:
    """A waiver is named."""
    value = assessment(replace(best(), waiver="w-7", calls_for="none"))

    assert "waived revise[brand.superlatives@3]" in _text(value)
    assert "= waived: w-7" in _text(value)


def test_a_finding_about_the_whole_has_no_carets() -> None:
    """Something that is missing points at the file."""
    value = assessment(finding(0, 0))

    assert "  --> spring.md\n" in _text(value)
    assert "^" not in _text(value)


def test_a_draft_of_several_fields_names_the_field() -> None:
    """With more than one field the place says which."""
    assert "--> spring.md#body:3:14" in _text(revised(), BODY, Field("subject", "Hello"))


def test_lint_says_that_it_does_not_bind() -> None:
    """A verdict that is not on the record says so."""
    assert "not binding" in _text(assessment(), binding=False)


def test_colour_is_only_added() -> None:
    """Without its codes the coloured output is the plain one."""
    import re

    coloured = "\n".join(text_lines("spring.md", escalated(), (BODY,), binding=True, paint=Paint(colour=True)))

    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) + "\n" == _text(escalated())


def test_a_draft_cannot_steer_the_terminal() -> None:
    """Escape sequences and direction overrides in a draft are made visible."""
    field = Field("body", "a \x1b[2J\u202eb best")
    value = assessment(finding(2, 12, spans=(Span("body", 2, 12),)))

    shown = _text(value, field)

    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_carets_stand_below_the_quote() -> None:
    """The line with carets marks the quote."""
    lines = _text(revised()).splitlines()
    line = next(index for index, text in enumerate(lines) if "the best" in text and "|" in text)
    start = lines[line + 1].index("^")

    assert lines[line][start:].startswith("the best")
    assert TEXT.splitlines()[2] in lines[line]
