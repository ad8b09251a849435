"""Who answers for the processing and how: what a workspace says for the record of processing (Art. 30 GDPR)."""

from __future__ import annotations

from dataclasses import dataclass

NEEDED = (
    "controller", "contact", "dpo", "purposes", "legal_basis", "data_subjects", "categories", "recipients", "transfers",
    "retention", "backups_days",
)  # fmt: skip
"""What has to be said before others can reach the gate; a workspace without a data protection officer says “none”, and why."""


@dataclass(frozen=True, slots=True)
class Governance:
    """
    What ``governance:`` says; empty where it says nothing.

    Attributes:
        declarations: Controls that do not apply, as “CONTROL: reason”; reports show them.

        backups_days: After how many days the last back-up of the keys and epochs ends, or None.
    """

    controller: str = ""
    contact: str = ""
    representative: str = ""
    dpo: str = ""
    purposes: tuple[str, ...] = ()
    legal_basis: tuple[str, ...] = ()
    data_subjects: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    transfers: tuple[str, ...] = ()
    retention: str = ""
    security: tuple[str, ...] = ()
    backups_days: int | None = None
    policy_owner: str = ""
    review_cycle: str = ""
    legal_review: str = ""
    declarations: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of what is needed (:data:`NEEDED`) and not said, in that order."""
        return tuple(name for name in NEEDED if getattr(self, name) in ("", (), None))


NOTHING_SAID = Governance()
