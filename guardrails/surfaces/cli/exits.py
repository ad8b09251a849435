"""Exit codes (design §5)."""

from __future__ import annotations

from collections.abc import Iterable

from guardrails.errors import GuardrailsError, LedgerError, UnavailableError

WRONG_CALL = 2
NO_ANSWER = 4

VERDICT_CODES = {"pass": 0, "revise": 1, "escalate": 3}
"""Exit code of each verdict."""

_STRICTEST_FIRST = (NO_ANSWER, WRONG_CALL, 3, 1, 0)


def exit_code_of(error: GuardrailsError) -> int:
    """Return 4 where no answer could be given, else 2."""
    return NO_ANSWER if isinstance(error, LedgerError | UnavailableError) else WRONG_CALL


def combined(codes: Iterable[int]) -> int:
    """Return the code that counts among several files: 4 > 2 > 3 > 1 > 0."""
    known = set(codes)
    return next((code for code in _STRICTEST_FIRST if code in known), 0)
