"""Words that the ledger's commands share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guardrails.audit.checkpoint import Checkpoint
    from guardrails.audit.heartbeat import Silence
    from guardrails.audit.note import VerifierKey

_SHOWN = 5


def records(count: int) -> str:
    """Return *count* with its noun."""
    return f"{count} record{'' if count == 1 else 's'}"


def silence_words(silences: Sequence[Silence]) -> list[str]:
    """Return a line for each of the longest silences, and one for the others."""
    from guardrails.render.moment import minute, rfc3339

    longest = sorted(silences, key=lambda one: one.from_ms - one.to_ms)[:_SHOWN]
    lines = [
        f"silence: nothing was recorded from {minute(rfc3339(one.from_ms))} to {minute(rfc3339(one.to_ms))}, "
        f"before record {one.index}: no server ran, or it recorded elsewhere"
        for one in sorted(longest, key=lambda one: one.index)
    ]
    more = len(silences) - len(lines)
    return [*lines, f"silence: {more} more, shorter ones"] if more else lines


def vkey_of(value: str) -> VerifierKey:
    """
    Return the key that *value* is, or that the file of this name holds.

    Raises:
        DraftError: ``unreadable-file`` or ``vkey-unreadable``.
    """
    from guardrails.audit.note import parsed_vkey
    from guardrails.errors import DraftError, LedgerError

    try:
        return parsed_vkey(value if "+" in value else Path(value).read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise DraftError("unreadable-file", f"{value} is no key and no file with one") from error
    except LedgerError as error:
        raise DraftError(error.code, error.message, help=error.help) from error


def checkpoint_of(file: Path) -> Checkpoint:
    """
    Return the checkpoint that *file* holds; nothing of it is verified.

    Raises:
        DraftError: ``unreadable-file``.
    """
    from guardrails.audit.checkpoint import parsed_checkpoint
    from guardrails.errors import DraftError, LedgerError

    try:
        return parsed_checkpoint(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, LedgerError) as error:
        raise DraftError(
            "unreadable-file", f"{file} is no checkpoint: origin, size, root and signatures expected"
        ) from error
