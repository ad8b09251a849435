"""
The queries behind the controls: each looks at records and counts what it looked at and what breaks the control.

A query never asks whether somebody says so, and none is met by the mere existence of a record: of every one there is a
ledger that breaks it. Where no ledger could, what is on record is said and not judged (:func:`_unjudged`). An empty ledger
gives nothing to test, which is *no evidence*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from guardrails.report.parts.incidents import GAP

if TYPE_CHECKING:
    from guardrails.report.parts.accuracy import Accuracy
    from guardrails.report.report import Findings


class Evidenced(NamedTuple):
    """
    What a query found.

    Attributes:
        population: Records that the control is about, *tested* of them.

        exceptions: What breaks the control, in words; *broken* is how many records that are, by default one each.

        on_record: What there is that cannot be judged, in words.
    """

    population: int
    tested: int
    exceptions: tuple[str, ...] = ()
    more: int = 0
    on_record: str = ""

    @property
    def broken(self) -> int:
        """How many records break the control."""
        return len(self.exceptions) + self.more


Query: TypeAlias = "Callable[[Findings], Evidenced]"

NOTHING = Evidenced(0, 0)

_DAY_MS = 86_400_000

KEPT_DAYS = 183
"""Six months (Art. 19(1) and 26(6) of the EU AI Act)."""

HALF_PM = 500
"""A rule of which people surely overturn more than half is not accurate; in thousandths, of the lower bound."""

_REPLAYED = ("identical", "differs", "lost")
"""Replays that were made, or should have been; all but the first break a control."""


def _all(count: int, exceptions: tuple[str, ...] = ()) -> Evidenced:
    return Evidenced(count, count, exceptions)


def _some(count: int, broken: int, words: str) -> Evidenced:
    """Return that *broken* of *count* records break the control, said in one sentence."""
    return Evidenced(count, count, (f"{broken:,} {words}",), broken - 1) if broken else _all(count)


def _unjudged(*found: tuple[int, str, str]) -> Evidenced:
    """Return what is on record and not judged: ``(count, noun, plural)``."""
    words = (_counted(count, one, many) for count, one, many in found if count)
    return Evidenced(sum(count for count, _, _ in found), 0, on_record=", ".join(words))


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _recorded(f: Findings) -> Evidenced:
    return _all(f.population.binding.total + f.population.simulated, _damaged(f))


def _damaged(f: Findings) -> tuple[str, ...]:
    bad = [f"record {one.index}: {one.what}" if one.index >= 0 else one.what for one in f.integrity.problems]
    if not f.integrity.is_consistent:
        bad.append("a signed checkpoint is not what the ledger begins with")
    lost = (f"record {one.at}: {one.what}" for one in f.incidents.others if one.what == GAP)
    return (*bad, *lost)


def _kept(f: Findings) -> Evidenced:
    """Look at the records of the last six months, once there are so many."""
    days = (f.about.known.until_ms - f.first_ms) // _DAY_MS if f.first_ms else 0
    if days < KEPT_DAYS:
        since = f"in {days:,} days, of {KEPT_DAYS} that have to be kept"
        return Evidenced(f.integrity.size, 0, _damaged(f), on_record=f"{f.integrity.size:,} records {since}")
    return _all(f.integrity.size, _damaged(f))


def _minimal(f: Findings) -> Evidenced:
    return _all(f.integrity.size, f.wordy)


def _prohibited(f: Findings) -> Evidenced:
    return _all(f.population.binding.total if f.screen.rules else 0, f.screen.passed)


def _closed(f: Findings) -> Evidenced:
    return _some(f.population.binding.total, f.exceptions.passed_with_fault, "passed with a fault")


def _answered(f: Findings) -> Evidenced:
    line = f.oversight.all
    others = line.asked - line.answered - line.overdue
    waiting = f"{_counted(others, 'question', 'questions')} not yet due, or no longer asked" if others else ""
    found = _some(line.asked, line.overdue, "overdue and open")
    return found._replace(tested=line.answered + line.overdue, on_record=waiting)


def _approved_by_others(f: Findings) -> Evidenced:
    return _all(f.access.duties.answers, f.access.duties.own_text)


def _two_for_policy(f: Findings) -> Evidenced:
    return _all(f.access.duties.activations, f.access.duties.own_policy)


def _two_for_waivers(f: Findings) -> Evidenced:
    return _all(f.access.duties.waivers, f.access.duties.own_waiver)


def _reading_only(f: Findings) -> Evidenced:
    return _all(f.access.duties.reading_keys, f.access.duties.auditors)


def _tested_rules(f: Findings) -> Evidenced:
    found = [one for one in f.policies.events if one.in_period and one.event != "first-use"]
    untested = (f"{one.record}: no tests on record" for one in found if one.examples < 0)
    bare = (f"{one.record}: {one.untested} rules without an example" for one in found if one.untested)
    return _all(len(found), (*untested, *bare))


def _replayed(f: Findings) -> Evidenced:
    sample = f.population.sample
    again = sum(one.replay in _REPLAYED for one in sample)
    bad = tuple(f"{one.check}: {one.replay}" for one in sample if one.replay in _REPLAYED[1:] or not one.proved)
    gone = f"{len(sample) - again:,} decisions that were drawn and cannot be made again" if len(sample) > again else ""
    return Evidenced(f.population.binding.total + f.population.simulated, again, bad, on_record=gone)


def _stops(f: Findings) -> Evidenced:
    """
    Look at stops of everything in which something was checked.

    An idle one does not show that it holds; of a narrower one the record does not say what should have been held.
    """
    stops = f.incidents.stops
    busy = [one for one in stops if one.scope == "all" and (one.held or one.passed)]
    bad = tuple(f"{one.id}: {one.passed:,} passed while everything was stopped" for one in busy if one.passed)
    return Evidenced(len(stops), len(busy), bad, on_record=_counted(len(stops), "stop", "stops") if stops else "")


def _disputes(f: Findings) -> Evidenced:
    return _unjudged((f.oversight.disputes, "dispute of a finding", "disputes of findings"))


def _retention(f: Findings) -> Evidenced:
    return _unjudged((f.privacy.retention, "run of retention", "runs of retention"))


def _erasures(f: Findings) -> Evidenced:
    return _all(sum(count for _, count in f.privacy.erasures), f.privacy.one_person)


def _requests(f: Findings) -> Evidenced:
    count = sum(count for _, count in f.privacy.requests)
    return _unjudged((count, "find or export for a person", "finds and exports for persons"))


def _keys(f: Findings) -> Evidenced:
    found = f.access.key_use
    came = len(f.access.keys)
    events = f"{came:,} key events; no key has ended" if came else ""
    bad = (*(f"{one}: made with a key that had ended" for one in found.after_end), *_by_one(found.one_person))
    return Evidenced(came, found.ended, bad, on_record=events)


def _by_one(records: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{one}: a signing key was changed by fewer than two people" for one in records)


def _permits(f: Findings) -> Evidenced:
    bad = tuple(f"{one.record}: {one.outcome}" for one in f.exceptions.no_permit)
    return _all(f.exceptions.published, bad)


def _origins(f: Findings) -> Evidenced:
    counts = dict(f.disclosure.origins)
    unknown = counts.get("", 0)
    return _some(sum(counts.values()), unknown, "checks do not say whether AI made the text")


def _ai_notice(f: Findings) -> Evidenced:
    population = f.population.binding.total if f.disclosure.rules else 0
    return _some(population, f.disclosure.passed_with_finding, "passed in spite of the rule")


def _human_review(f: Findings) -> Evidenced:
    return _unjudged(
        (
            f.disclosure.read_by_people,
            "text made with AI that a person approved",
            "texts made with AI that people approved",
        )
    )


def _withdrawn(f: Findings) -> Evidenced:
    return _all(f.facts_checked, f.passed_on_withdrawn)


def _incidents(f: Findings) -> Evidenced:
    found = f.incidents
    return _unjudged(
        (len(found.stops), "stop", "stops"), (len(found.others), "other event of part 12", "other events of part 12")
    )


def _governance(f: Findings) -> Evidenced:
    """Count what governance names, where it is on record: as part of a policy that people put in force."""
    if not (f.policies.is_activated and f.privacy.governance):
        return NOTHING
    known = dict(f.privacy.governance)
    wanted = ("policy_owner", "review_cycle", "legal_review", "contact")
    return _all(len(wanted), tuple(f"{key} is not named" for key in wanted if key not in known))


def _mandates(f: Findings) -> Evidenced:
    count = len(f.systems) if f.policies.is_activated else 0
    nobody = (f"{one.agent}: delegated by nobody" for one in f.systems if not one.delegated_by)
    without = (f"{one}: passed without a mandate and without a person" for one in f.passed_without_mandate)
    return _all(count, (*nobody, *without)) if count else NOTHING


def _measured(f: Findings) -> Evidenced:
    """Test rules by drafts and by people at the desk; the examples of their own authors break it, but do not meet it."""
    found = f.accuracy
    read = found.drafts.rules if found.drafts else ()
    by_others = {one.rule for one in read} | {one.rule for one in found.judged.rules}
    tested = [one.rule for one in found.at_work if one.rule in by_others]
    own = f"{len(found.examples):,} rules with examples by their own authors" if found.examples else ""
    return Evidenced(len(found.at_work), len(tested), tuple(_wrong(found)), on_record=own)


def _wrong(found: Accuracy) -> Iterator[str]:
    yield from (f"{one.rule}: {one.wrong} labelled passages came out otherwise" for one in found.examples if one.wrong)
    if found.drafts and found.drafts.lenient:
        yield f"{found.drafts.lenient} labelled drafts came out more lenient than people expect"
    for one in found.judged.rules:
        if one.overturned.low_pm > HALF_PM:
            yield f"{one.rule}: people overturned {one.overturned.hits} of {one.overturned.trials}"


def _heartbeats(f: Findings) -> Evidenced:
    silent = tuple(
        f"nothing was recorded before record {one.index} although heartbeats were due" for one in f.incidents.silences
    )
    return _all(f.heartbeats, silent)


def _reports(f: Findings) -> Evidenced:
    return _unjudged((f.access.reports, "report that was issued", "reports that were issued"))


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
    "kept": _kept,
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
