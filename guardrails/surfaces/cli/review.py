"""``guardrails review``: people answer what the gate escalated."""

from __future__ import annotations

from guardrails.surfaces.cli.lazy import LazyGroup

_HOME = "guardrails.surfaces.cli.review_"

command = LazyGroup(
    lazy={
        "list": (f"{_HOME}list", "List what waits for a person."),
        "show": (f"{_HOME}show", "Show a text with what holds it, and how to answer."),
        "decide": (f"{_HOME}decide", "Approve, send back, reject; except a finding, or call it wrong."),
    },
    name="review",
    help="Answer what the gate asks people.\n\nWho answers is the person of GUARDRAILS_KEY (guardrails keys create "
    "--person ROLE --scope review), or “principal: {person: ROLE}” in guardrails.local.yaml.",
)
