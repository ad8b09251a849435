"""``guardrails ledger``: the record of all decisions, looked at, signed, handed out."""

from __future__ import annotations

from guardrails.surfaces.cli.lazy import LazyGroup

_HOME = "guardrails.surfaces.cli.ledger_"

command = LazyGroup(
    lazy={
        "init": (f"{_HOME}init", "Make the ledger; one that is there is kept."),
        "verify": (f"{_HOME}verify", "Recompute everything the ledger claims."),
        "checkpoint": (f"{_HOME}checkpoint", "Sign the head, and hand it to somebody outside."),
        "prove": (f"{_HOME}prove", "Prove that one record is in the ledger, or check such a proof."),
        "export": (f"{_HOME}export", "Write all records and hashes to a folder that others can verify."),
        "witness": (f"{_HOME}witness", "Be the one outside who remembers: init, trust, serve, cosign."),
        "rotate-key": (f"{_HOME}rotate_key", "End a signing key and make a new one."),
        "rotate-epoch": (f"{_HOME}rotate_epoch", "Make what was erased unreadable in every back-up."),
        "retain": (f"{_HOME}retain", "Erase whatever is kept no longer."),
        "rebuild-index": (f"{_HOME}rebuild_index", "Make the index again, from the records alone."),
        "recover": (f"{_HOME}recover", "Go on after records were lost."),
    },
    name="ledger",
    help="Make, verify, sign, prove and export the record of all decisions.",
)
