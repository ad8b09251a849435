"""Words that the ``policy`` commands share."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return *number* with *noun* in the form it takes: ``1 rule``, ``2 rules``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
