"""What people say against a rule or a text: waivers, disputes, stops."""

from __future__ import annotations

from guardrails.model.canonical import Json
from guardrails.model.context import PLURALS
from guardrails.model.day import day_of
from guardrails.model.policy import CompiledPolicy
from guardrails.render.review_schemas import STOPS, WAIVERS
from guardrails.surfaces.http.openapi.parts import (
    ONCE,
    READ,
    RECORDED,
    SENT,
    answer,
    operation,
    path_parameter,
    ref,
    sent,
)

_DAY_MS = 86_400_000
_NAMED = (*READ, "404", "409", "422")


def exception_schemas() -> dict[str, Json]:
    """Return the components: published forms."""
    return {"Waivers": WAIVERS, "Stops": STOPS}


def exception_paths(policy: CompiledPolicy, now_ms: int) -> dict[str, Json]:
    """Return the paths; examples name what *policy* has, and end in a month."""
    channel = dict(policy.workspace.values)["channel"][0]
    return {**_waivers(_wish(policy, channel, day_of(now_ms + 30 * _DAY_MS))), **_dispute(), **_stops(channel)}


def _wish(policy: CompiledPolicy, channel: str, until: str) -> Json:
    rule = next((one for one in policy.rules if one.waivable), policy.rules[0])
    return {
        "rule": rule.id, "reason": "The launch names it.", "until": until, "scope": {PLURALS["channel"]: [channel]},
    }  # fmt: skip


def _waivers(wish: Json) -> dict[str, Json]:
    listed = operation(
        "listWaivers",
        "Exceptions",
        "Asked for, in force or expired, each with how often it lifted something. Needs the scope `read` or `review`.",
        answer("The list.", ref("Waivers")),
        READ,
    )
    asked = operation(
        "requestWaiver",
        "Ask for an exception",
        "Needs the scope `check` or `review`.",
        RECORDED,
        (*SENT, "404", "409"),
        parameters=[ONCE],
        body=sent(ref("WaiverBody"), example=wish),
    )
    name = [path_parameter("waiver_id"), ONCE]
    approved = operation(
        "approveWaiver", "Approve an exception", "By another person; scope `review`.", RECORDED, _NAMED, parameters=name
    )
    ended = operation(
        "endWaiver", "End an exception", "By a person; scope `review`.", RECORDED, _NAMED, parameters=name
    )
    return {
        "/v1/waivers": {"get": listed, "post": asked},
        "/v1/waivers/{waiver_id}": {"delete": ended},
        "/v1/waivers/{waiver_id}/approval": {"post": approved},
    }


def _dispute() -> dict[str, Json]:
    example: Json = {"check": "chk_…", "finding": "f1", "reason": "too-strict", "note": "It quotes a customer."}
    disputed = operation(
        "disputeFinding",
        "Dispute a finding",
        "By anybody; changes no verdict. Scope `check` or `review`.",
        RECORDED,
        (*SENT, "404", "409"),
        parameters=[ONCE],
        body=sent(ref("DisputeBody"), example=example),
    )
    return {"/v1/disputes": {"post": disputed}}


def _stops(channel: str) -> dict[str, Json]:
    listed = operation(
        "listStops",
        "Stops in force",
        "Needs the scope `read`, `review` or `operate`.",
        answer("The list.", ref("Stops")),
        READ,
    )
    held = operation(
        "stop",
        "Hold at once",
        "The next check within it asks a person; scope `operate`.",
        RECORDED,
        (*SENT, "409"),
        parameters=[ONCE],
        body=sent(ref("StopBody"), example={"scope": "channel", "value": channel, "reason": "A wrong price went out."}),
    )
    lifted = operation(
        "resume",
        "Lift a stop",
        "By a person, who says why; scope `operate`.",
        RECORDED,
        (*SENT, "404", "409"),
        parameters=[path_parameter("stop_id"), ONCE],
        body=sent(ref("ResumeBody"), example={"reason": "The price is right again."}),
    )
    return {"/v1/stops": {"get": listed, "post": held}, "/v1/stops/{stop_id}": {"delete": lifted}}
