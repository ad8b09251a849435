"""The part of the OpenAPI document about people's data."""

from __future__ import annotations

from guardrails.model.canonical import Json
from guardrails.model.policy import CompiledPolicy
from guardrails.privacy.bodies import privacy_body_schemas
from guardrails.render.privacy_schemas import (
    APPROVALS,
    ERASURE_PLAN,
    ERASURE_RECEIPT,
    ERASURES,
    HOLDS,
    PROCESSING_RECORD,
    RETENTION,
    SUBJECT,
    SUBJECT_EXPORT,
)
from guardrails.surfaces.http.openapi.parts import ONCE, READ, SENT, answer, operation, path_parameter, ref, sent

_SUBJECT: dict[str, Json] = {"texts": ["Erna Vogt", "erna@example.com"]}
_ERASURE: dict[str, Json] = {
    "subject": ["Erna Vogt", "erna@example.com"], "ground": "gdpr-17-1-b", "request": "ticket 7",
    "reason": "Consent was withdrawn.",
}  # fmt: skip


def privacy_schemas() -> dict[str, Json]:
    """Return the components: published forms and bodies."""
    return {
        "Subject": SUBJECT,
        "SubjectExport": SUBJECT_EXPORT,
        "ErasurePlan": ERASURE_PLAN,
        "ErasureReceipt": ERASURE_RECEIPT,
        "Erasures": ERASURES,
        "Holds": HOLDS,
        "Approvals": APPROVALS,
        "Retention": RETENTION,
        "ProcessingRecord": PROCESSING_RECORD,
        **privacy_body_schemas(),
    }


def privacy_paths(policy: CompiledPolicy) -> dict[str, Json]:
    """Return the paths; examples name what *policy* has."""
    return {**_subjects(), **_erasures(), **_holds(dict(policy.workspace.values)["channel"][0]), **_retention()}


def _subjects() -> dict[str, Json]:
    found = operation(
        "findSubject",
        "Where a person is named",
        "Every part of every record is decrypted and searched; that somebody looked is on record, without the name. Needs a "
        "person with the scope `privacy`.",
        answer("The records, without a word of what they say.", ref("Subject")),
        SENT,
        body=sent(ref("SubjectBody"), example=_SUBJECT),
    )
    given = operation(
        "exportSubject",
        "What is on record about a person",
        "As finding, with every passage that names them, to be handed over. Needs a person with the scope `privacy`.",
        answer("The passages.", ref("SubjectExport")),
        SENT,
        body=sent(ref("SubjectBody"), example=_SUBJECT),
    )
    return {"/v1/subjects:find": {"post": found}, "/v1/subjects:export": {"post": given}}


def _erasures() -> dict[str, Json]:
    erased = operation(
        "erase",
        "Erase a text, a field of it, or a person",
        "By two people with keys of their own: the first one's word is recorded, and when the second asks for the same within "
        "a week, it is done, and cannot be undone. With `dry_run` it is only said what would go, what is lost by it, and "
        "what stands against it. Needs the scope `privacy`.",
        answer(
            "The plan of a dry run; the first time what was recorded, the second time the receipt.",
            {"oneOf": [ref("ErasurePlan"), ref("Recorded"), ref("ErasureReceipt")]},
        ),
        (*SENT, "404", "409"),
        parameters=[ONCE],
        body=sent(ref("ErasureBody"), example=_ERASURE),
    )
    waiting = operation(
        "listApprovals",
        "What waits for a second person",
        "Erasures and releases of holds. Needs a person with the scope `privacy`.",
        answer("Oldest first.", ref("Approvals")),
        READ,
    )
    return {"/v1/erasures": {"get": _listed(), "post": erased}, **_receipt(), "/v1/approvals": {"get": waiting}}


def _listed() -> dict[str, Json]:
    return operation(
        "listErasures",
        "What was erased",
        "On request and by age. Needs the scope `privacy` or `read`.",
        answer("Oldest first.", ref("Erasures")),
        READ,
    )


def _receipt() -> dict[str, Json]:
    receipt = operation(
        "readErasure",
        "A receipt once more",
        "Of an erasure on request, with the copies known now; `request` is null, because only a reference of it is kept. "
        "Needs the scope `privacy`.",
        answer("The receipt.", ref("ErasureReceipt")),
        (*READ, "404"),
        parameters=[path_parameter("erasure_id")],
    )
    return {"/v1/erasures/{erasure_id}": {"get": receipt}}


def _holds(channel: str) -> dict[str, Json]:
    wish: Json = {"scope": "channel", "value": channel, "reason": "A claim against what we wrote there."}
    listed = operation(
        "listHolds",
        "Legal holds in force",
        "Needs the scope `privacy` or `read`.",
        answer("Oldest first.", ref("Holds")),
        READ,
    )
    held = operation(
        "hold",
        "Keep something from being erased",
        "By one person, at once. Needs the scope `privacy`.",
        answer("What was recorded.", ref("Recorded")),
        (*SENT, "404", "409"),
        parameters=[ONCE],
        body=sent(ref("HoldBody"), example=wish),
    )
    released = operation(
        "releaseHold",
        "Let it be erased again",
        "By two people, as an erasure. Needs the scope `privacy`.",
        answer("What was recorded: the first one's word, or the release.", ref("Recorded")),
        (*SENT, "404", "409"),
        parameters=[path_parameter("hold_id"), ONCE],
        body=sent(ref("ReleaseBody"), example={"reason": "The claim is settled."}),
    )
    return {"/v1/holds": {"get": listed, "post": held}, "/v1/holds/{hold_id}": {"delete": released}}


def _retention() -> dict[str, Json]:
    retained = operation(
        "retain",
        "Erase what is over",
        "By `keep:` of the workspace; meant to be asked daily. Needs the scope `privacy` or `operate`.",
        answer("What was over, and the records of its erasure.", ref("Retention")),
        (*SENT, "409"),
        parameters=[ONCE],
        body=sent(ref("RetentionBody"), example={"dry_run": True}),
    )
    record = operation(
        "readProcessingRecord",
        "The record of processing",
        "Art. 30 GDPR, from `governance:` and what the policy in force makes the gate do. Needs the scope `privacy` or `read`.",
        answer("The record.", ref("ProcessingRecord")),
        READ,
    )
    return {"/v1/retention": {"post": retained}, "/v1/processing-record": {"get": record}}
