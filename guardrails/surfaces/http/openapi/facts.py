"""Facts: what each is good for, withdrawing one, and the texts that rest on something."""

from __future__ import annotations

from guardrails.model.canonical import Json
from guardrails.model.policy import CompiledPolicy
from guardrails.render.review_schemas import FACT_CHANGE, FACTS, MENTIONS
from guardrails.surfaces.http.openapi.parts import (
    ONCE,
    READ,
    SENT,
    TEXT,
    answer,
    operation,
    path_parameter,
    ref,
    sent,
)


def fact_schemas() -> dict[str, Json]:
    """Return the components: published forms."""
    return {"Facts": FACTS, "FactChange": FACT_CHANGE, "Mentions": MENTIONS}


def fact_paths(policy: CompiledPolicy) -> dict[str, Json]:
    """Return the paths; the example names a fact that *policy* has."""
    return {
        "/v1/facts": {"get": _list()},
        "/v1/facts/{fact_id}/withdrawal": _withdrawal(policy),
        "/v1/mentions": {"get": _mentions()},
    }


def _list() -> Json:
    return operation(
        "listFacts",
        "Facts",
        "Of the policy in force, each with what it is good for now. Needs the scope `read`, `review` or `operate`.",
        answer("The list.", ref("Facts")),
        READ,
    )


def _withdrawal(policy: CompiledPolicy) -> Json:
    known = [one.id for one in policy.facts.facts]
    example: dict[str, Json] = {"example": known[0]} if known else {}
    name = [path_parameter("fact_id", **example), ONCE]
    good = answer("What was recorded.", ref("FactChange"))
    body = sent(ref("FactBody"), example={"reason": "It was measured with another bulb."})
    withdrawn = operation(
        "withdrawFact",
        "Withdraw a fact",
        "Every text that rests on it asks a person; scope `operate`.",
        good,
        (*SENT, "404", "409"),
        parameters=name,
        body=body,
    )
    restored = operation(
        "restoreFact",
        "Let a fact be used again",
        "By a person; scope `operate`.",
        good,
        (*SENT, "409"),
        parameters=name,
        body=body,
    )
    return {"post": withdrawn, "delete": restored}


def _mentions() -> Json:
    what: Json = {
        "in": "query",
        "name": "what",
        "required": True,
        "description": "`fact:ID`, `source:ID`, `rule:ID`, or a phrase.",
        "schema": {**TEXT, "maxLength": 400},
    }
    return operation(
        "listMentions",
        "The texts that rest on something, or say it",
        "For a rule every record is read, for a phrase every text is decrypted. Needs the scope `operate`.",
        answer("The texts, newest first.", ref("Mentions")),
        (*READ, "422"),
        parameters=[what],
    )
