"""
Permits and what came of verifying one, in published form.

``guardrails.permit/v1``: the envelope (``audit/dsse``), which is the permit, and beside it what it says in short.
``guardrails.permit-verification/v1``: whether a text may be published, with every reason against it, and what is still to be
done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from guardrails.model.canonical import Json
from guardrails.model.record import Record
from guardrails.render.moment import last_minute, rfc3339
from guardrails.render.paint import Paint, Tone, printable


class Refusal(Protocol):
    """Why a text may not be published."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def message(self) -> str: ...  # noqa: D102


class Permit(Protocol):
    """What is shown of a permit."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def level(self) -> str: ...  # noqa: D102
    @property
    def check(self) -> str: ...  # noqa: D102
    @property
    def from_ms(self) -> int: ...  # noqa: D102
    @property
    def until_ms(self) -> int: ...  # noqa: D102
    @property
    def channels(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def markets(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def locales(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def accountable(self) -> str: ...  # noqa: D102
    @property
    def obligations(self) -> tuple[tuple[str, str, str], ...]: ...  # noqa: D102


def permit_json(permit: Permit, envelope: Mapping[str, Json], audit: Mapping[str, Json]) -> dict[str, Json]:
    """Return ``guardrails.permit/v1``."""
    return {"schema": "guardrails.permit/v1", **short_permit(permit), "permit": dict(envelope), "audit": dict(audit)}


def listed_permit(record: Record, status: str) -> dict[str, Json]:
    """Return a permit as a list shows it, from its record."""
    return {
        "permit_id": record.text("permit_id"),
        "level": record.text("level"),
        "status": status,
        "check_id": record.text("check"),
        "not_before": rfc3339(record.number("from_ms")),
        "not_after": rfc3339(record.number("until_ms")),
        **{key: list(record.texts(key)) for key in ("channels", "markets", "locales")},
    }


def permits_json(permits: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    """Return ``guardrails.permits/v1``."""
    return {"schema": "guardrails.permits/v1", "permits": [dict(one) for one in permits]}


def permits_lines(body: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    """Yield a list of permits in words."""
    for one in body["permits"]:
        tone: Tone = "good" if one["status"] == "live" else "dim" if one["status"] == "ended" else "bad"
        places = (", ".join(one[key]) or "anywhere" for key in ("channels", "markets", "locales"))
        where = " / ".join(map(printable, places))
        until = last_minute(one["not_after"])
        yield f"{one['permit_id']}  {paint(tone, one['status'])}  {one['level']}  until {until}  {where}"
    count = len(body["permits"])
    yield f"{count} permit{'' if count == 1 else 's'}"


def verification_json(refusals: Iterable[Refusal], permit: Permit | None, at_ms: int) -> dict[str, Json]:
    """Return ``guardrails.permit-verification/v1``; without a *permit* there is none that can be believed."""
    against: list[Json] = [{"code": one.code, "message": one.message} for one in refusals]
    return {
        "schema": "guardrails.permit-verification/v1",
        "may_publish": permit is not None and not against,
        "at": rfc3339(at_ms),
        "refusals": against,
        "permit": None if permit is None else short_permit(permit),
        "obligations": [
            {"code": code, "due": due, "text": text} for code, due, text in (permit.obligations if permit else ())
        ],
    }


def verification_lines(body: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    """Yield a verification in words."""
    for one in body["refusals"]:
        code = f"refused[{one['code']}]"
        yield f"{paint('bad', code)}: {printable(one['message'])}"
    permit = body["permit"]
    if permit is not None:
        yield from permit_lines(permit)
    for one in body["obligations"]:
        yield f"   = {'afterwards' if one['due'] == 'after' else 'before'}: {printable(one['text'])}"
    verdict = "may be published" if body["may_publish"] else "may not be published"
    yield paint("good" if body["may_publish"] else "bad", verdict)


def permit_lines(permit: Mapping[str, Any]) -> Iterator[str]:
    """Yield in two lines what a permit is for."""
    places = (", ".join(permit[key]) or "anywhere" for key in ("channels", "markets", "locales"))
    yield f"permit {permit['permit_id']} ({permit['level']}) for {' / '.join(map(printable, places))}"
    account = f", on the account of {printable(permit['accountable'])}" if permit["accountable"] else ""
    yield f"   = until {last_minute(permit['not_after'])}, after {permit['check_id']}{account}"


def short_permit(permit: Permit) -> dict[str, Json]:
    """Return what a permit says in short."""
    return {
        "permit_id": permit.id,
        "level": permit.level,
        "check_id": permit.check,
        "not_before": rfc3339(permit.from_ms),
        "not_after": rfc3339(permit.until_ms),
        "channels": list(permit.channels),
        "markets": list(permit.markets),
        "locales": list(permit.locales),
        "accountable": permit.accountable,
    }
