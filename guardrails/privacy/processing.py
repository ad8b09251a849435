"""
The record of processing activities (Art. 30 GDPR), from ``governance:`` and from what the policy makes the gate do.

What people have to say stands in ``guardrails.yaml``; what follows from the system itself (which categories it stores, how it
protects them, when they end, who is asked) is not asked for again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from guardrails.errors import PolicyError
from guardrails.model.canonical import Json
from guardrails.model.policy import CompiledPolicy, Workspace

_MEASURES = (
    "Text, quotes and reasons are encrypted (AES-256-GCM), each part with a key of its own.",
    "Keys lie apart from the ledger, wrapped under a key that is thrown away at each rotation.",
    "Records hold neither text nor names: salted commitments and keyed references only.",
    "Access by API keys with scopes; finding, giving out and erasing a person's data takes the scope “privacy” and is on record.",
    "Erasure takes two people, and leaves a proof that it happened.",
    "Logs and metrics hold ids, codes and counts.",
)
_STORED = (
    "Texts submitted for checking, with their sources and context: whatever personal data they contain.",
    "What people at the desk decided, in which role, and their reasons.",
    "Credentials of agents and of people in their roles (the secret's digest only).",
)
_DECISIONS = "Decisions are about texts, not about people; no figure ranks a person, and none is shown for fewer than five texts."

_TITLES = (
    ("controller", "Controller"), ("contact", "Contact"), ("representative", "Representative"),
    ("dpo", "Data protection officer"), ("purposes", "Purposes"), ("legal_basis", "Legal basis"),
    ("data_subjects", "People concerned"), ("categories", "Categories of personal data"), ("stored", "What the gate stores"),
    ("recipients", "Recipients"), ("transfers", "Transfers to third countries"), ("retention", "Time limits"),
    ("keep", "Time limits the gate enforces"), ("backups", "Back-ups"), ("security", "Security measures"),
    ("automated_decisions", "Automated decisions about people"), ("roles", "Roles that decide"), ("agents", "Agents that submit"),
    ("missing", "Not said yet"),
)  # fmt: skip


def require_governance(workspace: Workspace) -> None:
    """
    Refuse a workspace that does not say who answers for the processing.

    Raises:
        PolicyError: ``governance-incomplete``.
    """
    missing = workspace.governance.missing
    if missing:
        raise PolicyError(
            "governance-incomplete",
            "others can reach this address, and “governance:” in guardrails.yaml does not say who answers for their data; "
            f"missing: {', '.join(missing)}",
            help="fill it in (guardrails privacy record shows what it becomes), or serve on 127.0.0.1 only",
        )


def processing_record(policy: CompiledPolicy) -> dict[str, Json]:
    """Return ``guardrails.processing-record/v1``; what is not said is empty, and listed under ``missing``."""
    workspace, said = policy.workspace, policy.workspace.governance
    return {
        "schema": "guardrails.processing-record/v1",
        "activity": f"Checking copy before it is published ({workspace.name}, brand {workspace.brand})",
        "policy_digest": policy.digest,
        "controller": said.controller,
        "contact": said.contact,
        "representative": said.representative,
        "dpo": said.dpo,
        "purposes": list(said.purposes),
        "legal_basis": list(said.legal_basis),
        "data_subjects": list(said.data_subjects),
        "categories": list(said.categories),
        "stored": list(_STORED),
        "recipients": list(said.recipients),
        "transfers": list(said.transfers),
        "retention": said.retention,
        "keep": [f"{one.part} of a {one.type}: {one.span}" for one in workspace.keep],
        "backups": "" if said.backups_days is None else f"the last one ends after {said.backups_days} days",
        "security": [*said.security, *_MEASURES],
        "automated_decisions": _DECISIONS,
        "roles": list(workspace.people),
        "agents": sorted({one.agent for one in workspace.mandates}),
        "missing": list(said.missing),
    }


def processing_markdown(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``guardrails.processing-record/v1`` as lines of Markdown."""
    yield "# Record of processing"
    yield ""
    yield body["activity"]
    for key, title in _TITLES:
        said = body[key]
        if key == "missing" and not said:
            continue
        yield ""
        yield f"## {title}"
        yield ""
        if isinstance(said, str):
            yield said or "–"
        else:
            yield from (f"- {one}" for one in said or ["–"])
    yield ""
    yield f"Policy: `{body['policy_digest']}`"
