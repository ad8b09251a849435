"""What a check was about, read back from its encrypted payload."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from guardrails.audit.log import AuditLog
from guardrails.errors import DraftError
from guardrails.model.context import Principal, Values
from guardrails.model.draft import Draft
from guardrails.model.finding import SEVERITIES
from guardrails.model.state import PLACE_KEYS, State
from guardrails.text.draft_json import draft_from_json


@dataclass(frozen=True, slots=True)
class Submission:
    """
    A check's draft, assessment and state.

    Attributes:
        assessment: ``guardrails.assessment/v1`` as it was digested.

        codes: Reasons that held the text; *fingerprints* those of all its findings.

        risk: Sum of the severities (1–4) of the findings that held it.

        allowed: Answers that were possible.
    """

    draft: Draft
    assessment: dict[str, Any]
    state: State
    content_sha256: str
    place: Values
    codes: tuple[str, ...]
    fingerprints: tuple[str, ...]
    risk: int
    allowed: tuple[str, ...]


def submission_of(log: AuditLog, check_id: str) -> Submission:
    """
    Return what check *check_id* was about.

    Raises:
        DraftError: ``not-found``.

        LedgerError: ``payload-missing`` if its text was erased.
    """
    found = log.find_check(check_id)
    if found is None:
        raise DraftError("not-found", f"no check has the id {check_id!r}")
    index = found.receipt.index
    assessment = json.loads(log.decrypt(index, "assessment"))
    held = [one for one in assessment["findings"] if one["calls_for"] in ("revise", "escalate")]
    effective = assessment["context"]["effective"]
    return Submission(
        draft=draft_from_json(log.decrypt(index, "draft").decode("utf-8"), check_id),
        assessment=assessment,
        state=_state(json.loads(log.decrypt(index, "state"))),
        content_sha256=assessment["content_sha256"],
        place=tuple((key, tuple(sorted(effective.get(key, ())))) for key in PLACE_KEYS),
        codes=tuple(sorted({r["code"] for r in assessment["reasons"] if r["outcome"] in ("revise", "escalate")})),
        fingerprints=tuple(sorted({one["fingerprint"] for one in assessment["findings"]})),
        risk=sum(SEVERITIES.index(one["severity"]) + 1 for one in held),
        allowed=tuple((assessment["routing"] or {}).get("allowed", ())),
    )


def _state(stored: dict[str, Any]) -> State:
    """Return who submitted, from where and with what context; what was in force then is asked anew."""
    permitted = tuple((key, tuple(values)) for key, values in stored["permitted"])
    caller = tuple((key, value) for key, value in stored["caller"])
    return State(Principal(**stored["principal"]), permitted, caller)
