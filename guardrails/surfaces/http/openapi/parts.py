"""What the OpenAPI document is put together from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guardrails.model.canonical import Json
from guardrails.surfaces.http.body import MAX_BYTES
from guardrails.surfaces.http.problems import MEDIA_TYPE

Schema = Mapping[str, Json]
TEXT: Schema = {"type": "string"}
PROBLEMS = {
    "400": "The body is no JSON.",
    "401": "No valid API key.",
    "403": "The key lacks the scope, or who calls may not decide this.",
    "404": "There is nothing of this id.",
    "409": "A request with this idempotency key is under way; or the review was answered, asks something else by now, the policy is in force already, or the text does not pass any more.",
    "410": "The answer was erased.",
    "413": f"The body is larger than {MAX_BYTES} bytes.",
    "415": "The body is not announced as JSON.",
    "422": "The body, its context, the policy or a parameter is not acceptable; or the key came with another body before.",
    "503": "The ledger cannot be reached or written: there is no verdict.",
}
READ = ("401", "403", "503")
"""What may refuse whoever reads something."""

SENT = (*READ, "400", "413", "415", "422")
"""What may refuse whoever sends a body."""


def operation(
    name: str,
    summary: str,
    description: str,
    good: Schema,
    refused: Sequence[str],
    *,
    parameters: Sequence[Json] = (),
    body: Json = None,
) -> dict[str, Json]:
    """Return an operation whose answer is *good*, and which may be *refused* with these statuses."""
    problems = {status: problem_response(PROBLEMS[status]) for status in sorted(refused)}
    responses: Json = {"200": good, **problems, "default": problem_response("Any other problem.")}
    said: dict[str, Json] = {"description": description, "parameters": [*parameters], "requestBody": body}
    return {
        "operationId": name,
        "summary": summary,
        "responses": responses,
        **{key: value for key, value in said.items() if value},
    }


def answer(description: str, schema: Schema, headers: Schema | None = None) -> dict[str, Json]:
    """Return a response that is JSON of this *schema*."""
    above: dict[str, Json] = {"headers": headers} if headers else {}
    return {"description": description, **above, "content": {"application/json": {"schema": schema}}}


def sent(schema: Schema, **shown: Json) -> Json:
    """Return a body that must be sent, with its ``example`` or ``examples``."""
    return {"required": True, "content": {"application/json": {"schema": schema, **shown}}}


def problem_response(description: str) -> Json:
    """Return a response that is a problem document."""
    return {"description": description, "content": {MEDIA_TYPE: {"schema": ref("Problem")}}}


def parameter(where: str, name: str, description: str, *, maximum: int) -> Json:
    """Return a text parameter of at most *maximum* characters."""
    return {"in": where, "name": name, "description": description, "schema": {**TEXT, "maxLength": maximum}}


def query(name: str, schema: Schema, description: str = "") -> Json:
    """Return a parameter in the query that is no free text."""
    described: dict[str, Json] = {"description": description} if description else {}
    return {"in": "query", "name": name, **described, "schema": schema}


def path_parameter(name: str, **shown: Json) -> Json:
    """Return a parameter in the path, with its ``example`` if there is one."""
    return {"in": "path", "name": name, "required": True, "schema": TEXT, **shown}


def ref(name: str) -> dict[str, Json]:
    """Return a reference to the component *name*."""
    return {"$ref": f"#/components/schemas/{name}"}


RECORDED = answer("What was recorded.", ref("Recorded"))
ONCE = parameter("header", "Idempotency-Key", "The same request is recorded once in 24 hours.", maximum=200)
