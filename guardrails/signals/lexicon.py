"""How lists of words become regular expressions."""

from __future__ import annotations

import re
from collections.abc import Iterable


def alternatives(entries: Iterable[str]) -> str:
    """Return a pattern for any of *entries*, the longest first; a space in one matches any white space."""
    ordered = sorted(dict.fromkeys(entries), key=lambda entry: (-len(entry), entry))
    return "|".join(r"\s+".join(re.escape(part) for part in entry.split()) for entry in ordered)
