"""What the commands about permits share: envelopes and texts, of this machine's ledger or of a server."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guardrails.errors import DraftError, Place
from guardrails.surfaces.cli.people import There, Where, asked
from guardrails.surfaces.cli.remote import Server

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate


def permit_printed(where: Where, body: dict[str, Any], out: Path | None) -> int:
    """Write the envelope to *out* or the standard output, and what it says to the standard error, or print all as JSON."""
    from guardrails.render.permit import permit_lines

    envelope = json.dumps(body["permit"], separators=(",", ":"), sort_keys=True) + "\n"
    if out is not None:
        written(out, envelope)
    if where.output == "json":
        print(json.dumps(body, ensure_ascii=False, indent=2))
        return 0
    if out is None:
        print(envelope, end="")
    print("\n".join(permit_lines(body)), file=sys.stderr)
    return 0


def text_printed(where: Where, path: str, here: Callable[[Gate, Caller], str], out: Path | None) -> int:
    """Print a text that the ledger signs or lists, or write it to *out*."""
    if where.server:
        text = Server(where.server, os.environ.get("GUARDRAILS_KEY", "")).ask("GET", path).decode("utf-8")
    else:
        from guardrails.audit.keys import SCOPES

        text = asked(where, SCOPES, lambda gate, caller: {"text": here(gate, caller)}, There("GET", path))["text"]
    if out is None:
        print(text, end="")
    else:
        written(out, text)
    return 0


def written(file: Path, text: str) -> None:
    """
    Write *text* to *file*.

    Raises:
        DraftError: ``file-unwritable``.
    """
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DraftError(
            "file-unwritable", f"it cannot be written: {error.strerror}", place=Place(str(file))
        ) from error
