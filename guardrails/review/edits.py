"""An edited text: evaluated as its author would submit it now, and held against what was asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from guardrails.errors import DraftError
from guardrails.model.assessment import Assessment
from guardrails.model.draft import Field
from guardrails.model.review import Submission
from guardrails.model.state import place_of
from guardrails.review.desk import Desk

# What a release is asked for anyway, or what this answer takes from the text; none of them is news of an edit.
_EXPECTED = frozenset(
    {"findings-escalate", "findings-revise", "ready-needs-person", "obligation-before", "loop-limit", "no-progress"}
)


def edited_submission(desk: Desk, asked: Submission, edited: tuple[Field, ...]) -> Submission:
    """
    Return what *asked* would have been with the fields *edited*.

    Raises:
        DraftError: ``bad-edits`` for other fields or another place; ``edits-add-findings`` or ``too-much-to-approve``.
    """
    named = [(field.id, field.format) for field in asked.draft.fields]
    if [(field.id, field.format) for field in edited] != named:
        raise DraftError("bad-edits", "an edited text has the same fields, in the same order and format")
    gate, now_ms, author = desk.gate, desk.gate.clock(), asked.state
    state = gate.state(author.principal, permitted=author.permitted, caller=author.caller, now_ms=now_ms)
    draft = replace(asked.draft, fields=edited, fixes="none")
    assessment = gate.evaluate(draft, gate.policy, state, now_ms).assessment
    if place_of(assessment.context) != asked.place:
        raise DraftError("bad-edits", "an edited text stays in its place: its front matter names another one")
    _require_no_news(asked, assessment)
    return replace(
        asked,
        draft=draft,
        content_sha256=assessment.content_sha256,
        fingerprints=tuple(sorted({f.fingerprint for f in assessment.findings})),
    )


def _require_no_news(asked: Submission, assessment: Assessment) -> None:
    """Refuse an edited text with findings or reasons that were not in the question; nobody has seen them."""
    if assessment.completeness.truncated:
        raise too_much()
    held = ("revise", "escalate")
    before = Counter(one["rule"]["id"] for one in asked.assessment["findings"] if one["calls_for"] in held)
    titles = {one.rule.id: one.rule.title or one.rule.id for one in assessment.findings}
    now = Counter(one.rule.id for one in assessment.findings if one.calls_for in held)
    news = [titles[rule] for rule in sorted(now - before)]
    known = _EXPECTED.union(asked.codes)
    news += [one.message for one in assessment.reasons if one.outcome in held and one.code not in known]
    if news:
        raise DraftError(
            "edits-add-findings", f"the edited text brings what nobody was asked about: {'; '.join(news)}",
            help="mend it first: guardrails lint FILE",
        )  # fmt: skip


def too_much() -> DraftError:
    """Return the refusal of an approval of findings that nobody was shown."""
    return DraftError(
        "too-much-to-approve", "there are more findings than anybody was shown", help="send it back instead"
    )
