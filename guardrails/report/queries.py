"""
The queries behind the controls: each looks at records and counts what it looked at and what breaks the control.

A query never asks whether somebody says so; an empty ledger gives a population of 0, which is *no evidence*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from guardrails.report.report import Findings


class Evidenced(NamedTuple):
    """*population* records that the control is about, *tested* of them, and the *exceptions* by name."""

    population: int
    tested: int
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A query, and what it does in words."""

    words: str
    run: Callable[[Findings], Evidenced]


NOTHING = Evidenced(0, 0)


def _all(count: int, exceptions: tuple[str, ...] = ()) -> Evidenced:
    return Evidenced(count, count, exceptions)


def _recorded(f: Findings) -> Evidenced:
    bad = tuple(f"record {one.index}: {one.what}" if one.index >= 0 else one.what for one in f.integrity.problems)
    return _all(f.population.binding.total + f.population.simulated, bad)


def _minimal(f: Findings) -> Evidenced:
    return _all(f.integrity.size, f.wordy)


def _prohibited(f: Findings) -> Evidenced:
    return _all(f.population.texts if f.screen.rules else 0, f.screen.passed)


def _closed(f: Findings) -> Evidenced:
    count = f.exceptions.passed_with_fault
    return _all(f.population.binding.total, (f"{count} passed with a fault",) if count else ())


def _answered(f: Findings) -> Evidenced:
    line = f.oversight.all
    late = (f"{line.overdue} questions overdue and open",) if line.overdue else ()
    return _all(line.asked, late)


def _approved_by_others(f: Findings) -> Evidenced:
    return _all(f.access.duties.answers, f.access.duties.own_text)


def _two_for_policy(f: Findings) -> Evidenced:
    return _all(f.access.duties.activations, f.access.duties.own_policy)


def _two_for_waivers(f: Findings) -> Evidenced:
    return _all(f.access.duties.waivers, f.access.duties.own_waiver)


def _reading_only(f: Findings) -> Evidenced:
    return _all(f.access.duties.reading_keys, f.access.duties.auditors)


def _tested_rules(f: Findings) -> Evidenced:
    found = [one for one in f.policies.events if one.in_period and one.examples >= 0]
    return _all(
        len(found), tuple(f"{one.record}: {one.untested} rules without an example" for one in found if one.untested)
    )


def _replayed(f: Findings) -> Evidenced:
    sample = f.population.sample
    bad = tuple(f"{one.check}: {one.replay}" for one in sample if one.replay in ("differs", "lost") or not one.proved)
    return Evidenced(f.population.binding.total + f.population.simulated, len(sample), bad)


def _stops(f: Findings) -> Evidenced:
    return _all(len(f.incidents.stops))


def _disputes(f: Findings) -> Evidenced:
    return _all(f.oversight.disputes)


def _retention(f: Findings) -> Evidenced:
    return _all(f.privacy.retention)


def _erasures(f: Findings) -> Evidenced:
    return _all(sum(count for _, count in f.privacy.erasures), f.privacy.one_person)


def _requests(f: Findings) -> Evidenced:
    return _all(sum(count for _, count in f.privacy.requests))


def _keys(f: Findings) -> Evidenced:
    return _all(len(f.access.keys))


def _permits(f: Findings) -> Evidenced:
    return _all(f.exceptions.published, f.exceptions.no_permit)


def _origins(f: Findings) -> Evidenced:
    counts = dict(f.disclosure.origins)
    unknown = counts.get("", 0)
    return _all(sum(counts.values()), (f"{unknown} checks do not say whether AI made the text",) if unknown else ())


def _ai_notice(f: Findings) -> Evidenced:
    held = f.disclosure.passed_with_finding
    population = f.population.texts if f.disclosure.rules else 0
    return _all(population, (f"{held} passed in spite of the rule",) if held else ())


def _human_review(f: Findings) -> Evidenced:
    return _all(f.disclosure.read_by_people)


def _withdrawn(f: Findings) -> Evidenced:
    return _all(f.facts_checked, f.passed_on_withdrawn)


def _incidents(f: Findings) -> Evidenced:
    return _all(len(f.incidents.others) + len(f.incidents.stops))


def _governance(f: Findings) -> Evidenced:
    """Count what governance names, where it is on record: as part of a policy that people put in force."""
    if not (f.policies.is_activated and f.privacy.governance):
        return NOTHING
    known = dict(f.privacy.governance)
    wanted = ("policy_owner", "review_cycle", "legal_review", "contact")
    return _all(len(wanted), tuple(f"{key} is not named" for key in wanted if key not in known))


def _mandates(f: Findings) -> Evidenced:
    count = len(f.systems) if f.policies.is_activated else 0
    return _all(count, tuple(f"{one.agent}: delegated by nobody" for one in f.systems if not one.delegated_by))


def _measured(f: Findings) -> Evidenced:
    return _all(len(f.accuracy))


def _heartbeats(f: Findings) -> Evidenced:
    return _all(f.heartbeats)


def _reports(f: Findings) -> Evidenced:
    return _all(f.access.reports)


def _nothing(_: Findings) -> Evidenced:
    return NOTHING


QUERIES: Mapping[str, Query] = {
    "recorded": Query("every check of the period is a record whose hash, place and payload verify", _recorded),
    "minimal": Query("no record holds words in clear: references, commitments and codes only", _minimal),
    "prohibited": Query("no text passed in which an active rule on prohibited practices holds something", _prohibited),
    "closed": Query(
        "no check passed in which something due could not be checked, unless a person approved it", _closed
    ),
    "answered": Query(
        "every question asked of people is answered, or not yet due, at the end of the period", _answered
    ),
    "approved-by-others": Query("no answer to a review was given by whoever submitted the text", _approved_by_others),
    "two-for-policy": Query(
        "every activation of a policy was proposed by another role than activated it", _two_for_policy
    ),
    "two-for-waivers": Query("every waiver was approved by another person than asked for it", _two_for_waivers),
    "reading-only": Query("no key for reading alone has made a record", _reading_only),
    "tested-rules": Query("every activation has its tests on record, and no rule without an example", _tested_rules),
    "replayed": Query("a seeded sample of decisions comes out the same when decided again", _replayed),
    "stops": Query("stops were set and lifted on record (in earnest or as a drill)", _stops),
    "disputes": Query("findings were disputed by those they concern", _disputes),
    "retention": Query("retention runs are on record", _retention),
    "erasures": Query("every erasure was approved by two people", _erasures),
    "requests": Query("requests of persons (find, export) are on record", _requests),
    "keys": Query("issue, rotation and end of keys are on record", _keys),
    "permits": Query("every publication on record names a permit on record", _permits),
    "origins": Query("every checked text says whether AI made it", _origins),
    "ai-notice": Query("no text passed in which an active rule of AI disclosure holds something", _ai_notice),
    "human-review": Query("texts made with AI that a person read and approved before publication", _human_review),
    "withdrawn": Query("no text passed that rests on a fact after its withdrawal", _withdrawn),
    "incidents": Query("stops, withdrawn facts, gaps and failures are on record", _incidents),
    "governance": Query("the policy in force names owner, review cycle, legal review and contact", _governance),
    "mandates": Query("every agent's mandate in the policy in force names who delegated it", _mandates),
    "measured": Query("for every rule that held a text: how often it was disputed or let through", _measured),
    "heartbeats": Query("heartbeats are on record while nothing is checked", _heartbeats),
    "reports": Query("earlier reports of this sort are on record", _reports),
    "document": Query("a document outside the ledger; nothing here can show it, attach it", _nothing),
}
"""All queries, by name."""
