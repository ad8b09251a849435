"""``guardrails policy``: the rules, for the people who own them."""

from __future__ import annotations

from guardrails.surfaces.cli.lazy import LazyGroup

_HOME = "guardrails.surfaces.cli.policy_"

command = LazyGroup(
    lazy={
        "list": (f"{_HOME}list", "List the rules: what, which layer, what they ask for, where, in which state."),
        "show": (f"{_HOME}show", "Explain one rule in plain words."),
        "test": (f"{_HOME}test", "Run the examples of the rules."),
        "check": (f"{_HOME}check", "Look for every mistake in the workspace's files."),
        "measure": (f"{_HOME}measure", "Measure the voice of good copy and propose a rule for it."),
        "propose": (f"{_HOME}propose", "Propose what the files say to another person."),
        "activate": (f"{_HOME}activate", "Put what the files say in force."),
        "rollback": (f"{_HOME}rollback", "Put an earlier policy in force again."),
        "try": (f"{_HOME}try", "Say which of these texts a rule would hold, before it counts."),
    },
    name="policy",
    help="List, explain, test, try and activate rules.",
)
