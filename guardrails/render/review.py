"""
Reviews in published form.

``guardrails.reviews/v1`` lists them, ``guardrails.review/v1`` is all about one, ``guardrails.review-status/v1`` what its
author may know, ``guardrails.review-decision/v1`` what was answered.

Filled by hand from the model, as in :mod:`guardrails.render.answer`: every key is always present, readers ignore keys
they do not know. ``until`` is exclusive. ``seen`` is what an answer must name, ``seen_code`` its short form.
Personal data and secrets in a text are masked unless they were asked for, which is on the record; where an assessment
could not list all of them, the whole text is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from guardrails.model.canonical import Json
from guardrails.model.draft import Field, draft_json
from guardrails.model.review import Dossier, Given, Page, Question, Review, Said, Seen, Submission
from guardrails.render.answer import Receipt
from guardrails.render.mask import Masker, masked
from guardrails.render.moment import rfc3339
from guardrails.render.reading import assessment_of
from guardrails.render.standing import receipt_json

_STARTS = 72  # code points of the opening words
_FRONT_MATTER = re.compile(r"\A---\r?\n.*?\n---\r?\n", re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>|[#*_`>\s]+")


def reviews_json(page: Page, version: int, now_ms: int) -> dict[str, Json]:
    """
    Return a page of what people are asked; *version* grows with every change of the list.

    A text that cannot be read is there without its words, ``readable`` false.
    """
    return {
        "schema": "guardrails.reviews/v1",
        "version": version,
        "questions": [_question(one, now_ms) for one in page.questions],
        "next": page.after or None,
        "waiting": {"questions": page.waiting, "texts": page.texts, "overdue": page.overdue},
    }


def review_json(whole: Dossier, now_ms: int, *, show_personal: bool) -> dict[str, Json]:
    """Return one review with all that a person needs to answer it."""
    asked = whole.asked
    fields = asked.draft.fields if show_personal else masked_fields(asked)
    return {
        "schema": "guardrails.review/v1",
        **_summary(whole.review, asked),
        **_asking(whole.review, asked, now_ms),
        "may_answer": list(whole.queue.roles),
        "quorum": whole.queue.quorum,
        "policy_current": whole.is_current,
        "allowed": list(asked.allowed),
        "seen": _seen(whole.seen),
        "seen_code": whole.seen.code,
        "draft": _draft(asked, fields),
        "masked": fields != asked.draft.fields,
        "assessment": asked.assessment,
        "policy_says": [
            {
                "rule": one.rule,
                "title": one.title,
                "sentence": one.sentence,
                "owner": one.owner,
                "waivable": one.waivable,
                "references": list(one.references),
            }
            for one in whole.says
        ],
        "said": [_said(one, hide=fields != asked.draft.fields) for one in whole.answers],
        "alike": [{"id": one.id, "channels": list(one.channels), "markets": list(one.markets)} for one in whole.alike],
    }


def status_json(review: Review, said: Said | None) -> dict[str, Json]:
    """Return what became of a review, for its author: no more than the author needs to go on."""
    return {
        "schema": "guardrails.review-status/v1",
        "id": review.id,
        "check_id": review.check,
        "status": review.status,
        "due": rfc3339(review.due_ms),
        "answer": None
        if said is None
        else {
            "decision": said.given.decision,
            "role": said.given.role,
            "at": rfc3339(said.given.at_ms),
            "instructions": list(said.instructions),
            "edited": _fields(said.edited) if said.edited else None,
            "until": rfc3339(said.given.until_ms),
        },
    }


def decisions_json(decided: Iterable[tuple[Receipt, Review]], quorum: int) -> dict[str, Json]:
    """Return the answers that were recorded, each with its review as it is then."""
    return {
        "schema": "guardrails.review-decision/v1",
        "answers": [
            {
                "review": review.id,
                "status": review.status,
                "decision": review.answers[-1].decision,
                "role": review.answers[-1].role,
                "until": rfc3339(review.answers[-1].until_ms),
                "people_missing": 0 if review.status == "decided" else max(quorum - _approvals(review), 0),
                "audit": receipt_json(receipt),
            }
            for receipt, review in decided
        ],
    }


def masked_fields(asked: Submission) -> tuple[Field, ...]:
    """Return the submitted fields with personal data and secrets masked, and all of the text where some are unknown."""
    assessment, fields = assessment_of(asked.assessment), asked.draft.fields
    is_partly_known = assessment.completeness.truncated and any(one.sensitive for one in assessment.findings)
    masker = Masker(fields, assessment.findings)
    return tuple(
        Field(one.id, masked(one.text) if is_partly_known else masker.field(one.id, one.text), one.format)
        for one in fields
    )


def _question(question: Question, now_ms: int) -> dict[str, Json]:
    review, asked = question.texts[0]
    return {
        **_asking(review, asked, now_ms),
        "status": review.status,
        "may_answer": list(question.queue.roles),
        "quorum": question.queue.quorum,
        "policy_current": question.is_current,
        "texts": [_summary(*one) for one in question.texts],
    }


def _asking(review: Review, asked: Submission | None, now_ms: int) -> dict[str, Json]:
    return {
        "question": (asked.assessment["routing"] or {}).get("question", "") if asked else "",
        "question_ref": review.question_ref,
        "queue": review.queue,
        "due": rfc3339(review.due_ms),
        "overdue": review.status == "open" and review.due_ms < now_ms,
    }


def _summary(review: Review, asked: Submission | None) -> dict[str, Json]:
    return {
        "id": review.id,
        "check_id": review.check,
        "status": review.status,
        "opened": rfc3339(review.opened_ms),
        "channels": list(review.channels),
        "markets": list(review.markets),
        "author": {"kind": review.author_kind, "id": asked.state.principal.id if asked else ""},
        "readable": asked is not None,
        "rules": list(review.rules),
        "submissions": review.submissions,
        "starts": _starts(masked_fields(asked)) if asked else "",
        "answers": [_given(one) for one in review.answers],
    }


def _starts(fields: Sequence[Field]) -> str:
    """Return the opening words of a text, so that people recognise it; markup is left out, roughly."""
    text = " ".join(_FRONT_MATTER.sub("", one.text) for one in fields)
    words = _MARKUP.sub(" ", text).strip()
    return words if len(words) <= _STARTS else f"{words[: _STARTS - 1].rstrip()}…"


def _given(given: Given) -> dict[str, Json]:
    return {
        "id": given.record_id,
        "decision": given.decision,
        "role": given.role,
        "at": rfc3339(given.at_ms),
        "final": given.final,
        "until": rfc3339(given.until_ms),
    }


def _said(said: Said, *, hide: bool) -> dict[str, Json]:
    edited = [Field(one.id, masked(one.text), one.format) for one in said.edited] if hide else said.edited
    return {
        **_given(said.given),
        "reason": said.reason,
        "relevance": said.relevance,
        "positioning": said.positioning,
        "stop_needed": said.stop_needed,
        "instructions": list(said.instructions),
        "edited": _fields(edited) if edited else None,
    }


def _seen(seen: Seen) -> dict[str, Json]:
    return {
        "content_sha256": seen.content_sha256,
        "policy_digest": seen.policy_digest,
        "question_ref": seen.question_ref,
    }


def _draft(asked: Submission, fields: Sequence[Field]) -> dict[str, Json]:
    return {**draft_json(asked.draft), "fields": _fields(fields)}


def _fields(fields: Sequence[Field]) -> list[Json]:
    return [{"id": one.id, "format": one.format, "text": one.text} for one in fields]


def _approvals(review: Review) -> int:
    """Count the approvals that the newest one adds to."""
    last = review.answers[-1]
    about = last.content_ref, last.question_ref, last.policy_digest
    same = (one for one in review.answers if (one.content_ref, one.question_ref, one.policy_digest) == about)
    return sum(one.decision == "approve" for one in same)
