"""
Every deliberate exception of the package.

A :class:`GuardrailsError` has a stable kebab-case ``code`` for programs, a message for developers (what was
found, what was expected), a ``help`` line for users and, where there is one, a :class:`Place`. Anything else
that escapes is a defect of ours. The subclasses exist so that a surface can choose an exit code or an HTTP
status without reading codes.
"""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """
    Where in somebody's file a mistake is.

    Lines and columns count from 1; *excerpt* is the line itself, without its end.
    """

    file: str
    line: int | None = None
    column: int | None = None
    excerpt: str | None = None

    def __str__(self) -> str:
        """Return ``file:line:column`` as far as it is known."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


class GuardrailsError(Exception):
    """
    Something went wrong in a way that a caller can act on.

    Args:
        code: Stable kebab-case name of the mistake, for programs.

        message: What was found and what was expected, in one sentence.

        help: What to do about it, in one sentence; empty if there is nothing to add.

        place: Where it is, if it is in a file.
    """

    def __init__(self, code: str, message: str, *, help: str = "", place: Place | None = None) -> None:  # noqa: A002
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help
        self.place = place

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way from a worker process to its parent."""
        return _rebuild, (type(self), self.code, self.message, self.help, self.place)


def _rebuild(kind: type[GuardrailsError], code: str, message: str, hint: str, place: Place | None) -> GuardrailsError:
    return kind(code, message, help=hint, place=place)


class DraftError(GuardrailsError):
    """The draft, the context or the call is not acceptable: exit 2, HTTP 400 or 422."""


class PolicyError(GuardrailsError):
    """
    The workspace or a pack does not load: exit 2, ``/readyz`` red.

    ``problems`` holds every mistake found in one load, this one first.
    """

    problems: tuple[PolicyError, ...] = ()

    def __reduce__(self) -> tuple[object, ...]:
        """Take the other mistakes along."""
        return (*super().__reduce__(), {"problems": self.problems})


class SettingsError(GuardrailsError):
    """The operator's settings are wrong: exit 2."""


class MissingDependencyError(GuardrailsError):
    """An optional part is not installed; ``help`` holds the install line: exit 2."""


class EngineError(GuardrailsError):
    """The Rego engine gave no usable decision; the pipeline turns it into a fault."""


class LedgerError(GuardrailsError):
    """The record could not be made durable, or the ledger is damaged: exit 4, HTTP 503."""


class UnavailableError(GuardrailsError):
    """No answer could be given (server unreachable, worker pool gone): exit 4, HTTP 503."""
