"""
The effective context: what a check works with, out of what is permitted, what the caller says and what the draft says.

For every closed key (brand, channel, market …): the caller's value if it is permitted; else the draft's, if it is
permitted and the workspace trusts drafts with that key; else every permitted value. A value outside the permitted set,
or a draft that differs from its caller, is a conflict and escalates. A value that the workspace does not know at all is
a mistake of the call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from guardrails.errors import DraftError
from guardrails.model.context import PLURALS, Conflict, EffectiveContext, Values
from guardrails.model.draft import CONTEXT_KEYS, Pairs
from guardrails.model.policy import Workspace
from guardrails.model.state import State
from guardrails.rules import scope
from guardrails.text.unsound import unsound_character

CLOSED_KEYS = tuple(PLURALS)
"""Keys with a closed set of values."""

FREE_KEYS = ("campaign", "task", "thread")
"""Keys that hold free text."""

MAX_FREE_TEXT = 200
"""Longest campaign, task or thread, in code points."""

ACTIONS = ("prepare", "publish")
"""What a draft may be checked for; ``lint`` is set by the linter only."""


def effective_context(
    draft_claims: Pairs, state: State, workspace: Workspace, as_of_ms: int, *, lint: bool = False
) -> EffectiveContext:
    """
    Return the effective context of a check.

    Args:
        draft_claims: What the draft says of itself, front matter and JSON context together; unknown keys are ignored,
            a key with two values is a conflict.

        state: Its ``permitted`` and ``caller`` are the other two layers.

        workspace: Knows every value there is.

        as_of_ms: A ``publish_at`` before this moment means "now".

        lint: The caller is the linter: the action is ``lint``. A caller's own ``action: lint`` in *state* says the
            same (only the linter sets it); a draft can never say it.

    Raises:
        DraftError: ``unknown-key``, ``unknown-value``, ``bad-context-text`` or ``bad-date``.
    """
    claims = [(key, value) for key, value in draft_claims if key in CONTEXT_KEYS and value]
    caller, draft = dict(state.caller), dict(reversed(claims))
    _refuse_bad_calls(caller)
    if lint or caller.get("action") == "lint":
        caller["action"] = "lint"
    resolved = [_resolve(_Key(key, caller, draft, state.permitted, workspace)) for key in CLOSED_KEYS]
    _refuse_bad_text(caller, draft)
    return EffectiveContext(
        values=tuple(sorted((r.key, r.values) for r in resolved if r.values)),
        assumed=tuple(sorted(r.key for r in resolved if r.is_assumed)),
        conflicts=tuple(dict.fromkeys(_all_conflicts(resolved, caller, draft, claims))),
        claimed=tuple(sorted([*_prefixed("caller", caller), *_prefixed("draft", draft)])),
        publish_at_ms=_publish_at(caller, draft, workspace, as_of_ms),
    )


def ancestors(workspace: Workspace, key: str, value: str) -> tuple[str, ...]:
    """Return *value* and everything it is part of, nearest first (``de`` → ``("de", "eu")``)."""
    return scope.ancestors(workspace.parents, key, value)


def date_ms(text: str) -> int:
    """
    Return the last millisecond that *text* means: a date (the whole UTC day) or a date and time (UTC if unsaid).

    Raises:
        DraftError: ``bad-date``, if it is neither.
    """
    try:
        if len(text) == len("2026-01-01"):
            end = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC) + timedelta(days=1)
            return _epoch_ms(end) - 1
        moment = datetime.fromisoformat(text)
        return _epoch_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        message = "publish_at must be an ISO date or date and time"
        raise DraftError("bad-date", message, help="Write it like 2026-03-31 or 2026-03-31T09:00:00Z.") from error


class _Resolved(NamedTuple):
    key: str
    values: tuple[str, ...]
    is_assumed: bool = False
    conflicts: tuple[Conflict, ...] = ()


class _Key:
    """One closed key with its three layers."""

    def __init__(
        self, key: str, caller: Mapping[str, str], draft: Mapping[str, str], permitted: Values, workspace: Workspace
    ) -> None:
        self.name = key
        self.known = _known_values(workspace, key)
        self.permitted = _permitted(workspace, key, self.known, permitted)
        self.caller = caller.get(key, "")
        self.draft = draft.get(key, "")
        self.is_trusted = key in workspace.trust_draft


def _resolve(key: _Key) -> _Resolved:
    if key.name == "action" and key.caller == "lint":
        return _Resolved("action", ("lint",))
    for value in filter(None, (key.caller, key.draft)):
        _refuse_unknown_value(key, value)
    conflicts = tuple(_conflicts(key))
    said = _said(key)
    if said:
        return _Resolved(key.name, (said,), conflicts=conflicts)
    values = key.permitted or key.known
    return _Resolved(key.name, values, len(values) > 1, conflicts)


def _said(key: _Key) -> str:
    """Return the one value that counts, or nothing if the key is unknown; a missing action is ``publish``."""
    if key.caller in key.permitted:
        return key.caller
    if not key.caller and key.is_trusted and key.draft in key.permitted:
        return key.draft
    return "publish" if key.name == "action" else ""


def _conflicts(key: _Key) -> Iterable[Conflict]:
    for value in dict.fromkeys(filter(None, (key.caller, key.draft))):
        if value not in key.permitted:
            yield Conflict(key.name, value, "not-permitted")
    if key.caller and key.draft and key.caller != key.draft:
        yield Conflict(key.name, key.draft, "draft-differs")
    if _is_unmentioned_and_barred(key):
        yield Conflict(key.name, "", "not-permitted")


def _is_unmentioned_and_barred(key: _Key) -> bool:
    """Nothing is said, and what would be assumed is not permitted."""
    assumed_barred = key.name == "action" and not key.caller and _said(key) not in key.permitted
    return assumed_barred or (bool(key.known) and not key.permitted and not key.caller and not key.draft)


def _known_values(workspace: Workspace, key: str) -> tuple[str, ...]:
    known = dict(workspace.values).get(key, ())
    if key == "action":
        return known or ACTIONS
    if key == "brand":
        return known or (workspace.brand,)
    return known


def _permitted(workspace: Workspace, key: str, known: tuple[str, ...], permitted: Values) -> tuple[str, ...]:
    """Keep what the credential permits; permission for a value covers everything that is part of it."""
    allowed = dict(permitted).get(key)
    if allowed is None:
        return known
    return tuple(value for value in known if set(ancestors(workspace, key, value)) & set(allowed))


def _refuse_bad_calls(caller: Mapping[str, str]) -> None:
    for key, value in caller.items():
        if key not in CONTEXT_KEYS:
            raise DraftError("unknown-key", f"no such context key: {key!r}", help=_near(str(key), CONTEXT_KEYS))
        if not isinstance(value, str) or unsound_character(value, is_line=True):
            raise DraftError("bad-context-text", f"{key} must be one line of text", help=f"Write {key} as plain text.")


def _refuse_unknown_value(key: _Key, value: str) -> None:
    if value not in key.known:
        message = f"{key.name} {value[:80]!r} is not known in this workspace"
        raise DraftError("unknown-value", message, help=_near(value, key.known))


def _near(word: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known are: {', '.join(known)}." if known else "The workspace lists no values for it."


def _refuse_bad_text(caller: Mapping[str, str], draft: Mapping[str, str]) -> None:
    for key in FREE_KEYS:
        for value in (caller.get(key, ""), draft.get(key, "")):
            if len(value) > MAX_FREE_TEXT or not value.isprintable():
                message = f"{key} must be printable text of at most {MAX_FREE_TEXT} characters, got {len(value)}"
                raise DraftError("bad-context-text", message, help=f"Shorten {key}, without line breaks.")


def _all_conflicts(
    resolved: Iterable[_Resolved],
    caller: Mapping[str, str],
    draft: Mapping[str, str],
    claims: Iterable[tuple[str, str]],
) -> Iterable[Conflict]:
    for one in resolved:
        yield from one.conflicts
    yield from _free_conflicts(caller, draft)
    yield from (Conflict(key, value, "draft-differs") for key, value in claims if draft[key] != value)


def _free_conflicts(caller: Mapping[str, str], draft: Mapping[str, str]) -> Iterable[Conflict]:
    for key in (*FREE_KEYS, "publish_at"):
        if caller.get(key) and draft.get(key) and caller[key] != draft[key]:
            yield Conflict(key, draft[key], "draft-differs")


def _publish_at(caller: Mapping[str, str], draft: Mapping[str, str], workspace: Workspace, as_of_ms: int) -> int | None:
    said = caller.get("publish_at", "")
    claimed = draft.get("publish_at", "")
    moments = {text: date_ms(text) for text in (said, claimed) if text}
    used = said or (claimed if "publish_at" in workspace.trust_draft else "")
    return moments[used] if used and moments[used] > as_of_ms else None


def _prefixed(layer: str, claims: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(f"{layer}.{key}", value) for key, value in claims.items()]


def _epoch_ms(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
