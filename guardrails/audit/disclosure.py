"""
Showing personal data that an answer masks: who saw it, in which text, when.

An answer and everything stored or sent of it is masked. Whoever has the draft may have it shown unmasked, with the scope
``disclose``, and only once that is on record: a ``disclosure`` names the check and holds references, like every record.
"""

from __future__ import annotations

from guardrails.audit.entry import Receipt
from guardrails.audit.log import AuditLog
from guardrails.errors import DraftError
from guardrails.model.context import Actor

SCOPE = "disclose"
"""What a key needs."""


def record_disclosure(log: AuditLog, check_id: str, actor: Actor) -> Receipt:
    """
    Record that *actor* is shown the personal data in the text of a check; it is durable when this returns.

    Raises:
        DraftError: ``not-found`` if no check has this id.

        LedgerError: If it could not be recorded; nothing may be shown then.
    """
    found = log.find_check(check_id)
    if found is None:
        raise DraftError("not-found", "no check has this id")
    return log.append(
        "disclosure",
        {
            "check": check_id,
            "content_ref": found.record.text("content_ref"),
            **log.refs.acted(actor),
        },
    )
