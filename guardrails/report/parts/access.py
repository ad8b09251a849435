"""Part 10: keys, who had personal data shown, and whether duties were kept apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from guardrails.audit.signing import RETIRED, TWO_PEOPLE
from guardrails.report.evidence import Event, Evidence
from guardrails.report.parts.incidents import IN_FLIGHT_MS


class KeyLine(NamedTuple):
    """
    A key came or went: an API key by its id, a signing key by its purpose and name; no secret is on record.

    *whose* and *by* are roles, as far as the record says them; *by* is ``bootstrap`` where nobody with a key made it.
    """

    at: int
    at_ms: int
    event: str
    what: str
    whose: str
    by: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duties:
    """
    Duties that must be kept apart, each with the records that were looked at and those that break it.

    Attributes:
        own_text: Answers to reviews, by whoever submitted the text.

        own_policy: Activations by the role or person that proposed them, or that nobody proposed.

        own_waiver: Waivers approved by whoever asked for them.

        auditors: Records that a key for reading alone has made.
    """

    answers: int
    own_text: tuple[str, ...]
    activations: int
    own_policy: tuple[str, ...]
    waivers: int
    own_waiver: tuple[str, ...]
    reading_keys: int
    auditors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyUse:
    """
    Keys that ended until the end of the period: signing keys, and API keys of which the record of an act names the key.

    Where a person's name stands behind a key, acts name the person; they say nothing of the key.

    Attributes:
        after_end: Records of the period made with a key that had ended.

        one_person: Signing keys that ended in the period by the word of fewer than two people.
    """

    ended: int
    after_end: tuple[str, ...]
    one_person: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Access:
    """Key events, disclosures of personal data (texts), and other access that is on record, by type."""

    keys: tuple[KeyLine, ...]
    disclosures: int
    accesses: tuple[tuple[str, int], ...]
    reports: int
    exports: int
    duties: Duties
    key_use: KeyUse


def access_of(evidence: Evidence, reading: frozenset[str], key_ref: Callable[[str], str]) -> Access:
    """Return the part; *reading* are the references of the keys that may only read, *key_ref* gives that of a key's id."""
    return Access(
        keys=tuple(map(_key_line, evidence.events("key_event"))),
        disclosures=sum(1 for _ in evidence.events("disclosure")),
        accesses=tuple(
            sorted(Counter(one.record.text("what") or "access" for one in evidence.events("access")).items())
        ),
        reports=sum(1 for _ in evidence.events("report_issued")),
        exports=sum(1 for _ in evidence.events("export")),
        duties=_duties(evidence, reading),
        key_use=_key_use(evidence, key_ref),
    )


def _key_use(evidence: Evidence, key_ref: Callable[[str], str]) -> KeyUse:
    events = [one.record for one in evidence.history if one.record.type == "key_event"]
    revoked = [one for one in events if one.text("event") == "revoked" and not one.text("person_ref")]
    ends = {key_ref(one.text("key")): one.at_ms for one in revoked}
    retired = [one for one in events if one.text("event") == RETIRED]
    acts = [(one.id, one.actor_ref, one.at_ms) for one in evidence.decisions]
    acts += [(one.id, one.text("actor_ref"), one.at_ms) for _, one in evidence.history if one.at_ms in evidence.period]
    return KeyUse(
        ended=len(ends) + len(retired),
        after_end=tuple(name for name, ref, at in acts if ref in ends and at > ends[ref] + IN_FLIGHT_MS),
        one_person=tuple(
            one.id
            for one in retired
            if one.at_ms in evidence.period and len(set(one.texts("approved_by"))) < TWO_PEOPLE
        ),
    )


def _key_line(event: Event) -> KeyLine:
    record = event.record
    vkey = record.text("vkey")
    what = f"{record.text('purpose')} key {vkey.split('+')[0]}" if vkey else f"API key {record.text('key')}"
    how = record.text("made_by", "how")
    by = record.text("made_by", "role") if how == "key" else how
    return KeyLine(event.at, record.at_ms, record.text("event"), what, record.text("role"), by, record.texts("scopes"))


def _duties(evidence: Evidence, reading: frozenset[str]) -> Duties:
    answers = list(evidence.events("review"))
    activations = list(evidence.events("policy_activated", "activated"))
    waivers = list(evidence.events("waiver", "approved"))
    auditors = [one.id for one in evidence.decisions if one.actor_ref in reading]
    auditors += [one.record.id for one in evidence.history if one.record.text("actor_ref") in reading]
    return Duties(
        answers=len(answers),
        own_text=tuple(_own_texts(evidence, answers)),
        activations=len(activations),
        own_policy=tuple(_own_policies(evidence, activations)),
        waivers=len(waivers),
        own_waiver=tuple(_own_waivers(evidence, waivers)),
        reading_keys=len(reading),
        auditors=tuple(auditors),
    )


def _own_texts(evidence: Evidence, answers: list[Event]) -> Iterator[str]:
    authors: dict[str, set[str]] = {}
    for one in evidence.decisions:
        authors.setdefault(one.content_ref, set()).add(one.actor_ref)
    for event in answers:
        if event.record.text("actor_ref") in authors.get(event.record.text("content_ref"), ()):
            yield event.record.id


def _own_policies(evidence: Evidence, activations: list[Event]) -> Iterator[str]:
    """Yield activations by whoever proposed them: by role, and by person where the proposal is a record of its own."""
    proposed = {
        one.record.id: one.record.text("actor_ref") for one in evidence.history if one.record.type == "policy_proposed"
    }
    for event in activations:
        record = event.record
        is_same_role = record.text("proposed_by") in ("", record.text("role"))
        if is_same_role or proposed.get(record.text("proposal"), "") == record.text("actor_ref") != "":
            yield record.id


def _own_waivers(evidence: Evidence, waivers: list[Event]) -> Iterator[str]:
    asked = {
        one.record.id: one.record.text("actor_ref")
        for one in evidence.history
        if one.record.type == "waiver" and one.record.text("event") == "requested"
    }
    for event in waivers:
        if asked.get(event.record.text("of"), "") == event.record.text("actor_ref"):
            yield event.record.id
