"""
The queries behind the controls: each looks at records and counts what it looked at and what breaks the control.

A query never asks whether somebody says so; an empty ledger gives a population of 0, which is *no evidence*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from guardrails.report.report import Findings


class Evidenced(NamedTuple):
    """*population* records that the control is about, *tested* of them, and the *exceptions* by name."""

    population: int
    tested: int
    exceptions: tuple[str, ...] = ()


Query: TypeAlias = "Callable[[Findings], Evidenced]"

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
    found = f.accuracy
    wrong = tuple(
        f"{one.rule}: {one.wrong} labelled passages came out otherwise" for one in found.examples if one.wrong
    )
    lenient = found.drafts.lenient if found.drafts else 0
    drafts = (f"{lenient} labelled drafts came out more lenient than people expect",) if lenient else ()
    unlabelled = tuple(f"{rule}: no labelled text" for rule in found.unlabelled)
    return Evidenced(len(found.at_work), len(found.at_work) - len(unlabelled), (*wrong, *drafts, *unlabelled))


def _heartbeats(f: Findings) -> Evidenced:
    silent = tuple(
        f"nothing was recorded before record {one.index} although heartbeats were due" for one in f.incidents.silences
    )
    return _all(f.heartbeats, silent)


def _reports(f: Findings) -> Evidenced:
    return _all(f.access.reports)


def _nothing(_: Findings) -> Evidenced:
    return NOTHING


QUERIES: Mapping[str, Query] = {
    "recorded": _recorded,
    "minimal": _minimal,
    "prohibited": _prohibited,
    "closed": _closed,
    "answered": _answered,
    "approved-by-others": _approved_by_others,
    "two-for-policy": _two_for_policy,
    "two-for-waivers": _two_for_waivers,
    "reading-only": _reading_only,
    "tested-rules": _tested_rules,
    "replayed": _replayed,
    "stops": _stops,
    "disputes": _disputes,
    "retention": _retention,
    "erasures": _erasures,
    "requests": _requests,
    "keys": _keys,
    "permits": _permits,
    "origins": _origins,
    "ai-notice": _ai_notice,
    "human-review": _human_review,
    "withdrawn": _withdrawn,
    "incidents": _incidents,
    "governance": _governance,
    "mandates": _mandates,
    "measured": _measured,
    "heartbeats": _heartbeats,
    "reports": _reports,
    "document": _nothing,
}
"""All queries, by name; what each asks is in ``queries.yaml``."""
