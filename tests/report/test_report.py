"""What the report says is what the ledger holds."""

from collections import Counter
from dataclasses import replace

import pytest

from guardrails.audit import tlog
from guardrails.audit.checkpoint import kept_checkpoint, make_checkpoint
from guardrails.audit.note import COSIGNED, Note, cosignature, verifier_key
from guardrails.audit.witnessing import add_witness
from guardrails.errors import DraftError
from guardrails.model.review import FEWEST
from guardrails.report.controls import asked, definitions
from guardrails.report.forms.html import html_of
from guardrails.report.forms.oscal import oscal_of
from guardrails.report.forms.text import text_of
from guardrails.report.parts.integrity import Cosigned
from guardrails.report.period import Period, period_of
from guardrails.report.queries import QUERIES
from guardrails.report.view import WorkspaceView
from guardrails.report.words.page import document_of
from guardrails.review.publishing import unused_permits
from tests.e2e import nimbrel
from tests.gates import DAY_MS, Clock, gate_in, outdated
from tests.report.conftest import PERIOD, Books, damage


def records(books, kind):
    """The records of one type in the period, counted another way."""
    return [record for _, record in books.log.records() if record.type == kind and record.at_ms in PERIOD]


def test_decisions_are_counted_as_the_ledger_has_them(books):
    """Verdicts, texts, rules and the list are those of the records."""
    checks = records(books, "check")
    verdicts = Counter(one.text("verdict") for one in checks)
    report = books.report()
    found = report.population.binding

    assert (verdicts["pass"], verdicts["revise"], verdicts["escalate"]) == (found.passed, found.revise, found.escalate)
    assert min(found.passed, found.revise, found.escalate) > 5
    assert len({one.text("content_ref") for one in checks}) == report.population.texts
    assert [one.id for one in checks] == [one.id for one in report.decisions]
    assert found.total == sum(one.total for one in report.population.by_week)


def test_exceptions_are_counted_as_the_ledger_has_them(books):
    """Waivers, stops, disputes, erasures, withdrawn facts, attachments: each is there."""
    report = books.report()

    assert 1 == len(report.exceptions.waivers)
    assert sum(bool(one.texts("waivers")) for one in records(books, "check")) == report.exceptions.waived_checks > 0
    assert [1] == [one.held for one in report.incidents.stops]
    assert len(records(books, "dispute")) == report.oversight.disputes > 0
    assert (("gdpr-17-1-b", 1),) == report.privacy.erasures
    assert [("fact withdrawn", "N-010")] == [(one.what, one.detail) for one in report.incidents.others]
    assert 7 == report.not_seen.things
    assert 0 == report.not_seen.untold
    assert () == report.wordy


def test_publications_are_held_against_permits(books):
    """What went out without a permit, past the gate, and never, is counted as the ledger has it."""
    found = books.report().exceptions
    published = records(books, "published")

    assert len(published) == found.published > 10
    assert (
        {one.id for one in published if one.text("outcome") != "permitted"}
        == {one.record for one in found.no_permit}
        != set()
    )
    assert len(records(books, "permit")) == found.permits
    assert 1 == len(found.break_glass)
    assert len(list(unused_permits(books.log, *PERIOD))) == found.unused_permits > 0


def test_nobody_answered_is_said(report):
    """Questions that nobody answered in time are counted by queue."""
    overdue = {one.queue: one.overdue for one in report.oversight.queues}

    assert overdue["management"] == report.oversight.all.overdue > 0


def test_the_sample_is_drawn_by_the_record(books):
    """The same ledger gives the same sample; each is proved and decided again, but for what was erased."""
    first, second = books.report().population, books.report().population

    assert first == second
    assert 60 == len(first.sample)
    assert all(one.proved for one in first.sample)
    assert {"identical", "erased"} >= {one.replay for one in first.sample}


def test_a_period_holds_its_own_records_only(books):
    """Two halves add up to the whole."""
    middle = (PERIOD.from_ms + PERIOD.until_ms) // 2
    maker = books.maker()
    halves = [maker.made(Period(PERIOD.from_ms, middle)), maker.made(Period(middle, PERIOD.until_ms))]

    assert len(books.report().decisions) == sum(len(one.decisions) for one in halves)
    assert halves[0].integrity.size < halves[1].integrity.size


def test_later_records_change_nothing(books):
    """A report about the past comes out the same however the ledger has grown."""
    before = books.report()
    books.log.append("heartbeat", {})
    make_checkpoint(books.log)

    assert before == books.report()


def test_an_empty_ledger_satisfies_nothing(empty):
    """No control is satisfied by silence."""
    statuses = {one.status for one in empty.report().controls}

    assert {"no evidence"} == statuses


def test_an_empty_workspace_is_reported_on(empty):
    """A workspace that does not load gives a report with less in it, not an error."""
    report = empty.report(WorkspaceView(None, problem="no-workspace"))

    assert "" == report.about.brand
    assert not report.policies.is_known


def test_a_policy_of_another_version_is_named(tmp_path, monkeypatch):
    """What cannot be listed is said to be of the version that compiled it."""
    monkeypatch.setattr("guardrails.audit.policies.__version__", "0.0.9")
    gate = outdated(gate_in(tmp_path))
    gate.check(nimbrel.draft(nimbrel.PASSING), principal=nimbrel.AGENT)
    report = Books(tmp_path, gate.log).maker(WorkspaceView(None)).made(PERIOD)
    gate.close()

    assert not report.policies.is_known
    assert "It was compiled by guardrails 0.0.9" in text_of(document_of(report)).decode()


def test_a_pause_without_a_sign_of_life_is_on_the_first_page(books):
    """Heartbeats were due for a day and none came: nobody has to look for it, and the control of monitoring is broken."""
    for day in (1, 2):
        books.log.clock = Clock(PERIOD.until_ms + day * DAY_MS)
        books.log.append("heartbeat", {"every_ms": 60_000})
    report = books.maker().made(Period(PERIOD.from_ms, books.log.clock() + 1))

    assert "1 pause without a sign of life" in html_of(replace(document_of(report), sections=())).decode()
    assert "not satisfied" == next(one.status for one in report.controls if one.definition.id == "AIA-26.5")


def test_groups_under_five_are_withheld(report):
    """Figures about people are given only where five or more answered."""
    given = {one.queue: one.manner for one in report.oversight.queues}

    assert given["press-office"] is None
    assert given["legal"] is not None
    assert FEWEST == 5


def test_no_person_is_in_the_report(books, report):
    """No reference of a person or agent is in what is shown of them (roles are)."""
    refs = {one.text("actor_ref") for one in records(books, "review")}
    shown = repr(replace(report, decisions=()))

    assert refs
    assert not any(ref in shown for ref in refs)


def test_the_table_of_controls_is_sound():
    """Ids are unique and tokens as OSCAL wants them; every query exists and every query is used."""
    ids = [one.id for one in definitions()]

    assert len(ids) == len(set(ids)) > 60
    assert all(one[0].isalpha() and one.replace(".", "").replace("-", "").isalnum() for one in ids)
    assert set(QUERIES) == set(asked()) == {one.query for one in definitions()}
    assert {"law", "voluntary"} == {one.basis for one in definitions()}
    assert {"2025-02-02", "2026-08-02", ""} == {one.since for one in definitions()}


def test_without_a_witness_the_record_is_operator_trusted(report):
    """Checkpoints of our own prove nothing against ourselves."""
    assert report.integrity.checkpoints > 0
    assert report.integrity.is_intact
    assert () == report.integrity.cosigned


def test_the_last_checkpoint_is_proved_to_extend_the_first(books):
    """The proof in the report holds for the two signed heads, without the ledger."""
    make_checkpoint(books.log)
    found = books.maker().made(Period(PERIOD.from_ms, books.log.clock() + 1)).integrity
    heads = [kept_checkpoint(books.log, size).head for size in (found.first, found.last)]
    roots = [one.root for one in heads]

    assert found.first < found.last
    assert tlog.consistency_holds(found.first, found.last, *roots, [bytes.fromhex(one) for one in found.proof])


def cosign(books, name="legal.example/witness"):
    """Have the last checkpoint cosigned by a witness; the witness's key, and over how many records."""
    seed, known = bytes(range(32)), kept_checkpoint(books.log, books.report().integrity.last)
    line = cosignature(known.note.text, name, seed, 1_796_000_000)
    books.log.keep_checkpoint(known.head.size, str(Note(known.note.text, (line,))))
    return verifier_key(name, seed, COSIGNED), known.head.size


def first_words(report):
    """The first page in one line, as text."""
    return " ".join(text_of(replace(document_of(report), sections=())).decode().split())


def test_a_witness_whose_key_is_given_counts(books):
    """It is named with its key, which the maker of the report names; one by an unknown key is not believed."""
    key, size = cosign(books)
    report = books.report(witnesses=(key,))

    assert (Cosigned(key.name, size, 1_796_000_000, key.vkey, given=True),) == report.integrity.cosigned
    assert f"the first {size} records" in first_words(report)
    assert f"by the key `{key.vkey}`: as the maker of this report names it. Compare it with its keeper" in first_words(
        report
    )
    assert (key.name,) == books.report().integrity.unknown
    assert () == books.report().integrity.cosigned


def test_a_witness_on_the_ledgers_record_is_told_without_being_believed(books):
    """Without a given key the page says who cosigned what by the ledger's own word, and is operator-trusted."""
    books.log.clock = Clock(PERIOD.from_ms + 1)
    key, size = cosign(books)
    add_witness(books.log, key)
    report = books.report()

    assert (Cosigned(key.name, size, 1_796_000_000, key.vkey, given=False),) == report.integrity.cosigned
    assert f"Cosigned by {key.name} the first {size} records" in first_words(report)
    assert "as the ledger's own record names it" in first_words(report)
    assert "operator-trusted" in oscal_of(report).decode()
    assert "No witness outside" not in first_words(report)


def test_a_given_key_that_cosigned_nothing_is_said(books):
    """A key of the maker's that is under no checkpoint makes nothing witnessed."""
    cosign(books)
    other = verifier_key("evil.example", bytes(32), COSIGNED)
    report = books.report(witnesses=(other,))

    assert () == report.integrity.cosigned
    assert (
        "No checkpoint here is cosigned with the key that the maker of this report names for evil.example"
        in first_words(report)
    )


def test_a_damaged_record_speaks_for_nobody(books):
    """It is named, and in no figure."""
    before = books.report()
    at = before.decisions[5].at
    damage(books, at)
    after = books.report()

    assert not after.integrity.is_intact
    assert at in {one.index for one in after.integrity.problems}
    assert len(before.decisions) - 1 == len(after.decisions)
    assert "not satisfied" == next(one.status for one in after.controls if one.definition.id == "AIA-12")


def test_an_empty_period_is_refused():
    """A period ends after it begins; its last day is in it."""
    with pytest.raises(DraftError, match="empty"):
        period_of("2026-11-02", "2026-11-01")
    assert 86_400_000 == period_of("2026-11-02", "2026-11-02").until_ms - period_of("2026-11-02", "2026-11-02").from_ms
