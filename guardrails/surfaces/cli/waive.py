"""``guardrails waive``: exceptions to rules, asked for by one and approved by another, until a day."""

from __future__ import annotations

from guardrails.surfaces.cli.lazy import LazyGroup

_HOME = "guardrails.surfaces.cli.waive_"

command = LazyGroup(
    lazy={
        "request": (f"{_HOME}request", "Ask for an exception to a rule; nothing changes by that."),
        "approve": (f"{_HOME}approve", "Put an exception in force that somebody else asked for."),
        "end": (f"{_HOME}end", "End an exception, or withdraw the wish for it."),
        "list": (f"{_HOME}list", "List exceptions: unused ones, and those that end soon, say so."),
    },
    name="waive",
    help="Ask for exceptions to rules, approve and end them.\n\nAn exception ends by itself; one that should last is a "
    "change of the rule.",
)
