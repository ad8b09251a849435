"""What a check was about, read back from its encrypted payload."""

from __future__ import annotations

import json
from typing import Any

from guardrails.audit.log import AuditLog
from guardrails.audit.parts import draft_of
from guardrails.audit.standing import state_of
from guardrails.errors import DraftError
from guardrails.model.context import EffectiveContext, Values
from guardrails.model.finding import SEVERITIES
from guardrails.model.review import Submission
from guardrails.model.state import PLACE_KEYS, Ruling, State
from guardrails.rules.waivers import ruling_for
from guardrails.text.moment import moment_ms


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
    state = state_of(json.loads(log.decrypt(index, "state")))
    held = [one for one in assessment["findings"] if one["calls_for"] in ("revise", "escalate")]
    effective = assessment["context"]["effective"]
    place = tuple((key, tuple(sorted(effective.get(key, ())))) for key in PLACE_KEYS)
    ruling = _in_force(assessment, state, place)
    codes = {one["code"] for one in assessment["reasons"] if one["outcome"] in ("revise", "escalate")}
    return Submission(
        draft=draft_of(log, index),
        assessment=assessment,
        state=state,
        content_sha256=assessment["content_sha256"],
        place=place,
        codes=tuple(sorted(codes.union(ruling.codes if ruling else ()))),
        fingerprints=tuple(sorted({one["fingerprint"] for one in assessment["findings"]})),
        risk=sum(SEVERITIES.index(one["severity"]) + 1 for one in held),
        allowed=tuple((assessment["routing"] or {}).get("allowed", ())),
    )


def _in_force(assessment: dict[str, Any], state: State, place: Values) -> Ruling | None:
    """Return the answer that held when the check was made: a later answer must not lift less than it did."""
    return ruling_for(
        state.rulings,
        EffectiveContext(place),
        assessment["policy"]["digest"],
        assessment["content_sha256"],
        moment_ms(assessment["as_of"]),
    )
