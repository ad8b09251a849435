"""
What comes of the comments in a draft that disable a rule.

While linting each says what it did not do: nothing was found that it could lift, or there is no such rule, or it gives
no reason, or nobody's name. In a check each is a note without effect, because the checked party does not choose its
rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from guardrails.model.assessment import Reason
from guardrails.model.context import EffectiveContext
from guardrails.model.finding import Finding
from guardrails.model.policy import CompiledPolicy
from guardrails.rules.waivers import reaches
from guardrails.text.parsed import ParsedField, Suppression
from guardrails.text.position import Positions

MAX_NOTES = 20
"""How many comments are spoken of one by one; a text with more has other problems."""

_LONGEST_ID = 100


def suppression_notes(
    parsed: Sequence[ParsedField], context: EffectiveContext, findings: Sequence[Finding], policy: CompiledPolicy
) -> tuple[Reason, ...]:
    """
    Return a note for each comment that is of no effect, or only half said, in reading order.

    Args:
        parsed: The fields with their comments.

        context: Tells whether this is a lint.

        findings: All of them, those that a comment lifted too.

        policy: Knows which rules there are.
    """
    listed = [(field, one) for field in parsed for one in field.suppressions]
    if not listed:
        return ()
    rules = {rule.id for rule in policy.rules}
    is_lint = context["action"] == ("lint",)
    notes = [
        Reason(code, "note", f"The comment in {_place(field, one, len(parsed))} {said}.")
        for field, one in listed
        for code, said in (_linted(field, one, findings, rules) if is_lint else _checked(one))
    ]
    more = len(notes) - MAX_NOTES
    if more > 0:
        notes[MAX_NOTES:] = [Reason(notes[MAX_NOTES].code, "note", f"{more} more comments disable rules.")]
    return tuple(notes)


def _checked(one: Suppression) -> Iterator[tuple[str, str]]:
    yield "suppression-ignored", f"has no effect in a check: {_named(one)} counts"


def _linted(
    field: ParsedField, one: Suppression, findings: Sequence[Finding], rules: Collection[str]
) -> Iterator[tuple[str, str]]:
    if not one.rule:
        yield "suppression-unused", "begins like one that disables a rule, and names none"
    elif one.rule not in rules:
        from difflib import get_close_matches

        near = get_close_matches(one.rule, sorted(rules), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        yield "suppression-unused", f"disables {_named(one)}, which is no rule here{hint}"
    elif not any(reaches(one, field.id, finding) for finding in findings):
        yield "suppression-unused", f"disables {_named(one)}, which finds nothing there"
    elif not (one.reason and one.who):
        missing = "why" if not one.reason else "who says so"
        yield "suppression-incomplete", f"disables {_named(one)} and does not say {missing}"


def _named(one: Suppression) -> str:
    return one.rule[:_LONGEST_ID] or "every rule"


def _place(field: ParsedField, one: Suppression, fields: int) -> str:
    line = f"line {Positions(field.source).line(one.at)}"
    return f"{line} of field {field.id!r}" if fields > 1 else line
