"""
What must have happened before regopy is imported.

- google-re2 is loaded: both wheels carry a libstdc++, and in the other order ``re2.compile`` ends the process (double
  free; seen with regopy 1.5.2 and google-re2 1.1.20251105).
- ``platform.uname()`` knows the processor: regopy reads its first field in a way that asks for all of them, and for
  this one Python runs ``uname -p``, 4 ms of a cold start for the word "unknown".
"""

from __future__ import annotations

import platform

import re2  # noqa: F401 - see above

vars(platform.uname()).setdefault("processor", "")
