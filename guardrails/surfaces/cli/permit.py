"""``guardrails permit``: permits to publish a text that passed."""

from __future__ import annotations

from guardrails.surfaces.cli.lazy import LazyGroup

_HOME = "guardrails.surfaces.cli.permit_"

command = LazyGroup(
    lazy={
        "verify": (f"{_HOME}verify", "Say whether a text may be published, offline."),
    },
    name="permit",
    help="Permits to publish: what was checked, where it may go and until when, signed.\n\n“verify” needs the text, "
    "the permit and a trust file, and nothing else.",
)
