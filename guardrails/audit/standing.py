"""
What is in force: waivers, rulings, stops and withdrawn facts, read back from the ledger's records.

Each is an event that somebody recorded. Its full value is the encrypted part ``terms``, canonical JSON of the frozen
value that ``evaluate`` gets; the record itself holds references. An event of the same type with ``of`` ends it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from guardrails.audit.log import AuditLog
from guardrails.audit.projection import permit_key, ruling_key
from guardrails.errors import LedgerError
from guardrails.model.canonical import canonical, plain
from guardrails.model.context import Principal, Values
from guardrails.model.draft import Field, content_sha256
from guardrails.model.record import Record
from guardrails.model.state import Round, Ruling, State, Stop, Waiver
from guardrails.text.canon import HtmlOf, text_digest

TERMS = "terms"
"""The part of a record that holds what was decided, in full."""

_LOST = frozenset({"payload-missing", "payload-damaged"})
"""Codes for words that are gone; whatever they said, it must hold no less and except no more."""

T = TypeVar("T")


def terms_of(value: Waiver | Ruling | Stop) -> bytes:
    """Return the part ``terms`` of a record that puts *value* in force."""
    return canonical(plain(value))


def ruling_of(terms: Mapping[str, Any]) -> Ruling:
    """Return the ruling of which *terms* are the canonical form; the inverse of :func:`terms_of`."""
    listed = {key: tuple(terms[key]) for key in ("codes", "fingerprints", "instructions")}
    return Ruling(**{**terms, **listed, "place": _values(terms["place"])})


def state_of(stored: Mapping[str, Any]) -> State:
    """Return the state that a check was made in, from the part ``state`` of its record."""
    rounds = (Round(one["at_ms"], one["verdict"], tuple(one["revise_fingerprints"])) for one in stored["rounds"])
    return State(
        principal=Principal(**stored["principal"]),
        permitted=_values(stored["permitted"]),
        caller=tuple((key, value) for key, value in stored["caller"]),
        waivers=tuple(map(_waiver, stored["waivers"])),
        rulings=tuple(map(ruling_of, stored["rulings"])),
        rounds=tuple(rounds),
        risk=stored["risk"],
        stops=tuple(Stop(**one) for one in stored["stops"]),
        published_sha256=stored["published_sha256"],
        withdrawn=tuple(stored["withdrawn"]),
        revoked=stored.get("revoked", ""),
    )


class Standing:
    """Reads what is in force; an unchanged ledger is not read twice."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log
        self._known: dict[str, tuple[tuple[int, ...], Any]] = {}

    def waivers(self) -> tuple[Waiver, ...]:
        """Return the waivers that were approved and not ended, expired or not (``evaluate`` judges by its moment)."""
        return self._folded("waiver", self._approved_waivers)

    def requested(self) -> tuple[Waiver, ...]:
        """Return the waivers that wait for an approval."""
        return self._folded("waiver", self._open_requests, name="requested")

    def stops(self) -> tuple[Stop, ...]:
        """Return the stops in force."""
        return self._folded("stop", self._set_stops)

    def withdrawn(self) -> tuple[str, ...]:
        """Return the ids of facts that were withdrawn, sorted."""
        return self._folded("withdrawal", self._withdrawn_facts)

    def rulings(self, content_sha256: str) -> tuple[Ruling, ...]:
        """Return every last word about this content, oldest first; one whose text was erased holds no longer."""
        found = self._log.indices(ruling_key(self._log.refs.of("content", content_sha256)))
        return tuple(ruling for index in found for ruling in self._ruling(index))

    def revoked(self, fields: tuple[Field, ...], html_of: HtmlOf) -> str:
        """Return the permit for this text, in whatever markup, that a person revoked last; empty for none."""
        permits = dict(self._folded("permit_revoked", self._revoked_permits))
        if not permits:
            return ""
        content = self._log.refs.of("content", content_sha256(fields))
        canon = self._log.refs.of("canon", text_digest(fields, html_of).sha256)
        return permits.get(content) or permits.get(canon, "")

    def _ruling(self, index: int) -> Iterator[Ruling]:
        record = self._log.record(index)
        try:
            yield replace(ruling_of(self._terms(index)), id=record.id, from_ms=record.at_ms)
        except LedgerError as error:
            if error.code != "payload-missing":
                raise

    def _folded(
        self, key: str, fold: Callable[[list[tuple[int, Record]]], tuple[T, ...]], name: str = ""
    ) -> tuple[T, ...]:
        indices = self._log.indices(key)
        known = self._known.get(name or key)
        if known is None or known[0] != indices:
            known = indices, fold([(index, self._log.record(index)) for index in indices])
            self._known[name or key] = known
        values: tuple[T, ...] = known[1]
        return values

    def _approved_waivers(self, events: list[tuple[int, Record]]) -> tuple[Waiver, ...]:
        ended = set(_ended(events))
        asked = {record.id: index for index, record in events if record.text("event") == "requested"}
        approved = [one for _, one in events if one.text("event") == "approved" and one.text("of") not in ended]
        return tuple(
            replace(waiver, id=record.text("of"), approved_by=record.text("role"), from_ms=record.at_ms)
            for record in approved
            for waiver in self._wish(asked[record.text("of")])
        )

    def _wish(self, index: int) -> Iterator[Waiver]:
        """Yield a waiver; one whose words are lost excepts nothing."""
        try:
            yield _waiver(self._terms(index))
        except LedgerError as error:
            if error.code not in _LOST:
                raise

    def _open_requests(self, events: list[tuple[int, Record]]) -> tuple[Waiver, ...]:
        closed = {*_ended(events), *(record.text("of") for _, record in events if record.text("event") == "approved")}
        return tuple(
            replace(waiver, id=record.id)
            for index, record in events
            if record.text("event") == "requested" and record.id not in closed
            for waiver in self._wish(index)
        )

    def _set_stops(self, events: list[tuple[int, Record]]) -> tuple[Stop, ...]:
        ended = set(_ended(events))
        set_now = ((index, one) for index, one in events if one.text("event") == "set" and one.id not in ended)
        return tuple(replace(self._stop(index), id=record.id) for index, record in set_now)

    def _stop(self, index: int) -> Stop:
        """Return a stop; one whose words are lost holds everything until a person lifts it."""
        try:
            return Stop(**self._terms(index))
        except LedgerError as error:
            if error.code not in _LOST:
                raise
            return Stop("", "all", "", "what was stopped here cannot be read any more")

    def _revoked_permits(self, events: list[tuple[int, Record]]) -> tuple[tuple[str, str], ...]:
        """Return the references of text and canon, each with the permit that was revoked."""
        revoked = (self._log.record(self._log.indices(permit_key(one.text("permit")))[0]) for _, one in events)
        return tuple((one.text(ref), one.text("permit_id")) for one in revoked for ref in ("content_ref", "canon_ref"))

    def _withdrawn_facts(self, events: list[tuple[int, Record]]) -> tuple[str, ...]:
        facts: set[str] = set()
        for _, record in events:
            change = facts.add if record.text("event") == "withdrawn" else facts.discard
            change(record.text("fact"))
        return tuple(sorted(facts))

    def _terms(self, index: int) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self._log.decrypt(index, TERMS))
        return value


def _ended(events: list[tuple[int, Record]]) -> Iterator[str]:
    return (record.text("of") for _, record in events if record.text("event") == "ended")


def _waiver(terms: Mapping[str, Any]) -> Waiver:
    named = {**terms, "fingerprints": tuple(terms["fingerprints"]), "include": _values(terms["include"])}
    return Waiver(**named)


def _values(listed: list[list[Any]]) -> Values:
    return tuple((key, tuple(values)) for key, values in listed)
