"""The part of the OpenAPI document about permits and publications."""

from __future__ import annotations

from guardrails.model.canonical import Json
from guardrails.render.permit_schemas import PERMIT, PERMITS, PUBLICATION, PUBLICATIONS, VERIFICATION
from guardrails.review.permit_bodies import permit_body_schemas
from guardrails.surfaces.http.openapi.parts import (
    READ,
    RECORDED,
    SENT,
    TEXT,
    Schema,
    answer,
    operation,
    parameter,
    path_parameter,
    query,
    ref,
    sent,
)

_CHECK, _PERMIT = path_parameter("check_id"), path_parameter("permit_id")
_NOTE: Schema = {"description": "A text.", "content": {"text/plain": {"schema": TEXT}}}
_EXAMPLES: dict[str, Json] = {
    "RevokeBody": {"reason": "The price is wrong."},
    "BreakGlassBody": {"reason": "A recall: people must know tonight."},
    "ApproverKeyBody": {"vkey": "jo+2a3d98ec+AQ…"},
    "PublishedBody": {
        "url": "https://nimbrel.example/news/repair-evening",
        "published_at": "2026-11-23T08:00:00Z",
        "channel": "newsletter",
        "permit": "prm_…",
    },
    "VerifyBody": {
        "fields": [{"id": "body", "format": "html", "text": "<p>Up to 920 lumens.</p>"}],
        "permit": {"payload": "…", "payloadType": "application/vnd.in-toto+json", "signatures": []},
        "channel": "newsletter",
    },
}


def permit_schemas() -> dict[str, Json]:
    """Return the components: published forms and bodies."""
    return {
        "Permit": PERMIT,
        "Permits": PERMITS,
        "Verification": VERIFICATION,
        "Publication": PUBLICATION,
        "Publications": PUBLICATIONS,
        **permit_body_schemas(),
    }


def permit_paths() -> dict[str, Json]:
    """Return the paths."""
    return {**_issuing(), **_permits(), **_files(), **_approver_keys(), **_published()}


def _issuing() -> dict[str, Json]:
    issued = operation(
        "issuePermit",
        "The permit for a text that passed",
        "For whoever submitted it, or a person. The text is judged once more; the record is durable before the permit leaves. "
        "Asking again gives the same permit. Needs the scope `check`, `review` or `operate`.",
        answer("The permit.", ref("Permit")),
        (*READ, "404", "409", "410"),
        parameters=[_CHECK],
    )
    broken = operation(
        "breakGlass",
        "Let a text out that does not pass",
        "By two people, for four hours at most: the first asks, the second gets the permit. Needs the scope `review`.",
        answer(
            "The first time what was recorded, the second time the permit.", {"oneOf": [ref("Recorded"), ref("Permit")]}
        ),
        (*SENT, "404", "409", "410"),
        parameters=[_CHECK],
        body=_sent("BreakGlassBody"),
    )
    return {
        "/v1/checks/{check_id}/permit": {"post": issued},
        "/v1/checks/{check_id}/break-glass": {"post": broken},
        "/v1/permits:verify": {"post": _verify()},
    }


def _verify() -> Json:
    return operation(
        "verifyPermit",
        "May this text be published?",
        "What `guardrails permit verify` says, with what was revoked until now. Needs any scope.",
        answer("Whether it may, and every reason against it.", ref("Verification")),
        SENT,
        body=_sent("VerifyBody"),
    )


def _permits() -> dict[str, Json]:
    scopes = "Needs the scope `check`, `read`, `review` or `operate`."
    listed = operation(
        "listPermits",
        "Permits",
        f"Newest first. {scopes}",
        answer("The list.", ref("Permits")),
        (*READ, "422"),
        parameters=[query("status", {"enum": ["live", "all"]})],
    )
    read = operation(
        "readPermit",
        "One permit, as it was issued",
        scopes,
        answer("The permit.", ref("Permit")),
        (*READ, "404", "410"),
        parameters=[_PERMIT],
    )
    revoked = operation(
        "revokePermit",
        "End a permit for good",
        "By a person, who says why; scope `operate`.",
        RECORDED,
        (*SENT, "404", "409"),
        parameters=[_PERMIT],
        body=_sent("RevokeBody"),
    )
    return {
        "/v1/permits": {"get": listed},
        "/v1/permits/{permit_id}": {"get": read},
        "/v1/permits/{permit_id}/revocation": {"post": revoked},
    }


def _files() -> dict[str, Json]:
    revocations = operation(
        "readRevocations",
        "Permits that do not hold any more",
        "A signed note, to be kept beside a verifier. Any scope.",
        _NOTE,
        READ,
    )
    trust = operation(
        "readTrust",
        "Whom a verifier should trust",
        "`guardrails.trust/v1`, to be handed over once. Any scope.",
        answer("The file.", {"type": "object"}),
        READ,
    )
    proof = operation(
        "readPermitProof",
        "The proof that a permit is on record",
        "C2SP tlog-proof. Any scope.",
        _NOTE,
        (*READ, "404"),
        parameters=[_PERMIT],
    )
    return {
        "/v1/permits/revocations": {"get": revocations},
        "/v1/permits/trust": {"get": trust},
        "/v1/permits/{permit_id}/proof": {"get": proof},
    }


def _approver_keys() -> dict[str, Json]:
    body = _sent("ApproverKeyBody")
    added = operation(
        "registerApproverKey",
        "Register a key for signing permits",
        "The public half of one's own; scope `review`.",
        RECORDED,
        (*SENT, "409"),
        body=body,
    )
    ended = operation(
        "endApproverKey",
        "End a key for signing permits",
        "One's own or another's; scope `review` or `operate`.",
        RECORDED,
        (*SENT, "404"),
        body=body,
    )
    return {"/v1/approver-keys": {"post": added, "delete": ended}}


def _published() -> dict[str, Json]:
    added = operation(
        "reportPublished",
        "Say that something was published",
        "It is held against the permits there are; any outcome is a 200. Needs the scope `check` or `operate`.",
        answer("What came of it.", ref("Publication")),
        SENT,
        body=_sent("PublishedBody"),
    )
    listed = operation(
        "listPublished",
        "What was published, and which permits nobody used",
        "In a period; needs the scope `read` or `operate`.",
        answer("The list.", ref("Publications")),
        (*READ, "422"),
        parameters=[
            parameter("query", "since", "From when (ISO 8601).", maximum=40),
            parameter("query", "until", "Until when; a day counts whole.", maximum=40),
        ],
    )
    return {"/v1/published": {"get": listed, "post": added}}


def _sent(name: str) -> Json:
    return sent(ref(name), example=_EXAMPLES[name])
