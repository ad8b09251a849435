"""``guardrails permit``: permits to publish a text that passed."""

from __future__ import annotations

from guardrails.surfaces.cli.lazy import LazyGroup

_HOME = "guardrails.surfaces.cli.permit_"

command = LazyGroup(
    lazy={
        "issue": (f"{_HOME}issue", "Issue the permit for a text that passed."),
        "verify": (f"{_HOME}verify", "Say whether a text may be published, offline."),
        "list": (f"{_HOME}list", "List the permits that hold."),
        "show": (f"{_HOME}show", "Print a permit as it was issued."),
        "revoke": (f"{_HOME}revoke", "End a permit before its time."),
        "revocations": (f"{_HOME}revocations", "Print the signed list of what does not hold any more."),
        "trust": (f"{_HOME}trust", "Print the keys that a verifier should trust."),
        "proof": (f"{_HOME}proof", "Print the proof that a permit is on record."),
        "key": (f"{_HOME}key", "Make and register a key for signing permits."),
        "approve": (f"{_HOME}approve", "Sign a permit with your own key, offline."),
        "break-glass": (f"{_HOME}break_glass", "Let a text out that does not pass, two people together."),
    },
    name="permit",
    help="Permits to publish: what was checked, where it may go and until when, signed.\n\n“verify” needs the text, "
    "the permit and a trust file, and nothing else.",
)
