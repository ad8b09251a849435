"""The part of the OpenAPI document about permits and publications."""

from __future__ import annotations

from guardrails.model.canonical import Json
from guardrails.render.permit_schemas import PERMIT, PERMITS, PUBLICATION, PUBLICATIONS, VERIFICATION
from guardrails.review.permit_bodies import permit_body_schemas
from guardrails.surfaces.http.openapi_parts import TEXT, json_content, operation, parameter, path_parameter, ref

_SENT = ("400", "401", "403", "413", "415", "422", "503")
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
    return {**_issuing(), **_permits(), **_files(), **_published()}


def _issuing() -> dict[str, Json]:
    issued = operation(
        "issuePermit",
        "The permit for a text that passed",
        "For whoever submitted it, or a person. The text is judged once more; the record is durable before the permit leaves. "
        "Asking again gives the same permit. Needs the scope `check`, `review` or `operate`.",
        _good("The permit.", ref("Permit")),
        ("401", "403", "404", "409", "410", "503"),
    )
    broken = operation(
        "breakGlass",
        "Let a text out that does not pass",
        "By two people, for four hours at most: the first asks, the second gets the permit. Needs the scope `review`.",
        _good(
            "The first time what was recorded, the second time the permit.", {"oneOf": [ref("Recorded"), ref("Permit")]}
        ),
        (*_SENT, "404", "409", "410"),
    )
    verified = operation(
        "verifyPermit",
        "May this text be published?",
        "What `guardrails permit verify` says, with what was revoked until now. Needs any scope.",
        _good("Whether it may, and every reason against it.", ref("Verification")),
        _SENT,
    )
    name: Json = [path_parameter("check_id")]
    return {
        "/v1/checks/{check_id}/permit": {"post": {**issued, "parameters": name}},
        "/v1/checks/{check_id}/break-glass": {
            "post": {**broken, "parameters": name, "requestBody": _body("BreakGlassBody")}
        },
        "/v1/permits:verify": {"post": {**verified, "requestBody": _body("VerifyBody")}},
    }


def _permits() -> dict[str, Json]:
    scopes = "Needs the scope `check`, `read`, `review` or `operate`."
    listed = operation(
        "listPermits",
        "Permits",
        f"Newest first. {scopes}",
        _good("The list.", ref("Permits")),
        ("401", "403", "422", "503"),
    )
    status: Json = [{"in": "query", "name": "status", "schema": {"enum": ["live", "all"]}}]
    read = operation(
        "readPermit", "One permit, as it was issued", scopes, _good("The permit.", ref("Permit")),
        ("401", "403", "404", "410", "503"),
    )  # fmt: skip
    revoked = operation(
        "revokePermit", "End a permit for good", "By a person, who says why; scope `operate`.",
        _good("What was recorded.", ref("Recorded")), (*_SENT, "404", "409"),
    )  # fmt: skip
    name: Json = [path_parameter("permit_id")]
    return {
        "/v1/permits": {"get": {**listed, "parameters": status}},
        "/v1/permits/{permit_id}": {"get": {**read, "parameters": name}},
        "/v1/permits/{permit_id}/revocation": {
            "post": {**revoked, "parameters": name, "requestBody": _body("RevokeBody")}
        },
    }


def _files() -> dict[str, Json]:
    note: Json = {"description": "A text.", "content": {"text/plain": {"schema": TEXT}}}
    refused = ("401", "403", "503")
    revocations = operation(
        "readRevocations",
        "Permits that do not hold any more",
        "A signed note, to be kept beside a verifier. Any scope.",
        note,
        refused,
    )
    trust = operation(
        "readTrust", "Whom a verifier should trust", "`guardrails.trust/v1`, to be handed over once. Any scope.",
        _good("The file.", {"type": "object"}), refused,
    )  # fmt: skip
    proof = operation(
        "readPermitProof",
        "The proof that a permit is on record",
        "C2SP tlog-proof. Any scope.",
        note,
        (*refused, "404"),
    )
    added = operation(
        "registerApproverKey", "Register a key for signing permits", "The public half of one's own; scope `review`.",
        _good("What was recorded.", ref("Recorded")), (*_SENT, "409"),
    )  # fmt: skip
    ended = operation(
        "endApproverKey", "End a key for signing permits", "One's own or another's; scope `review` or `operate`.",
        _good("What was recorded.", ref("Recorded")), (*_SENT, "404"),
    )  # fmt: skip
    key = _body("ApproverKeyBody")
    return {
        "/v1/permits/revocations": {"get": revocations},
        "/v1/permits/trust": {"get": trust},
        "/v1/approver-keys": {"post": {**added, "requestBody": key}, "delete": {**ended, "requestBody": key}},
        "/v1/permits/{permit_id}/proof": {"get": {**proof, "parameters": [path_parameter("permit_id")]}},
    }


def _published() -> dict[str, Json]:
    added = operation(
        "reportPublished",
        "Say that something was published",
        "It is held against the permits there are; any outcome is a 200. Needs the scope `check` or `operate`.",
        _good("What came of it.", ref("Publication")),
        _SENT,
    )
    listed = operation(
        "listPublished",
        "What was published, and which permits nobody used",
        "In a period; needs the scope `read` or `operate`.",
        _good("The list.", ref("Publications")),
        ("401", "403", "422", "503"),
    )
    period: Json = [
        parameter("query", "since", "From when (ISO 8601).", maximum=40),
        parameter("query", "until", "Until when; a day counts whole.", maximum=40),
    ]
    post: Json = {**added, "requestBody": _body("PublishedBody")}
    return {"/v1/published": {"get": {**listed, "parameters": period}, "post": post}}


def _good(description: str, schema: dict[str, Json]) -> dict[str, Json]:
    return {"description": description, "content": json_content(schema)}


def _body(name: str) -> dict[str, Json]:
    content: Json = {"schema": ref(name), "example": _EXAMPLES[name]}
    return {"required": True, "content": {"application/json": content}}
