"""Fact sheets and source registers: what may stand in them, and what comes of them."""

import pytest

from guardrails.model.day import day_end_ms, day_start_ms
from guardrails.model.fact import (
    Amount,
    Between,
    Fact,
    FactScope,
    Named,
    RegisteredSource,
    Statement,
    Validity,
    Withdrawal,
)

SHEET_FILE = "facts/sheet.yaml"
SHEET = """\
fact_sheet: {id: acme-2026, version: 1, as_of: "2026-10-01", owner: editor}
facts:
  - id: F-1
    subject: {name: Lamp, aliases: [the lamp]}
    metric: {name: battery life}
    value: {number: "1.4", unit: hour, bound: at_most}
    tolerance: {relative: "0.02"}
    allowed_forms: [more than an hour]
    scope:
      population: full charge
      period: {from: "2026-01-01", to: "2026-03-31"}
      requires_qualifier: [at 30 percent]
    polarity: increase
    sources: [S-1]
    valid: {from: "2026-02-01", until: "2026-12-31"}
    permitted_claims: [quantified]
    wording: {en: "The lamp runs for 1.4 hours.", de-AT: "Die Lampe leuchtet 1,4 Stunden."}
  - id: F-2
    subject: {name: Lamp}
    metric: {name: award}
    value: {text: Lamp of the year 2026, unit: text, must_include: ["2026"]}
    sources: [{id: S-2, kind: award_notice, title: Notice, published: "2026-05"}]
"""
REGISTER_FILE = "facts/sources.yaml"
REGISTER = """\
sources:
  - {id: S-1, kind: lab_test, title: Report 1, url: "https://acme.example/1", published: "2026-01-10", owner: editor}
"""


@pytest.fixture
def sheet(bench):
    """The sample workspace with a sheet and a register."""
    bench.write(SHEET_FILE, SHEET)
    bench.write(REGISTER_FILE, REGISTER)
    return bench


def test_a_sheet_is_part_of_the_policy(sheet):
    """Every key of a fact has its place in the compiled value; numbers stay decimal text."""
    facts = sheet.compile().facts

    assert ["acme-2026"] == [one.id for one in facts.sheets]
    assert (
        Fact(
            id="F-1",
            sheet="acme-2026",
            subject=Named("Lamp", ("the lamp",)),
            metric=Named("battery life"),
            value=Amount("1.4", "hour", "at_most"),
            tolerance="0.02",
            allowed_forms=("more than an hour",),
            scope=FactScope("full charge", "2026-01-01", "2026-03-31", "", ("at 30 percent",)),
            polarity="increase",
            sources=("S-1",),
            valid=Validity("2026-02-01", "2026-12-31"),
            permitted_claims=("quantified",),
            wording=(("de-AT", "Die Lampe leuchtet 1,4 Stunden."), ("en", "The lamp runs for 1.4 hours.")),
        )
        == facts.facts[0]
    )
    assert Statement("Lamp of the year 2026", ("2026",)) == facts.facts[1].value
    assert None is facts.facts[1].valid


def test_sources_of_register_and_sheet_are_listed_together(sheet):
    """Where a source is described makes no difference."""
    assert (
        RegisteredSource("S-1", "lab_test", "Report 1", "https://acme.example/1", "2026-01-10", "", "editor"),
        RegisteredSource("S-2", "award_notice", "Notice", published="2026-05"),
    ) == sheet.compile().facts.sources


def test_a_workspace_without_facts_has_none(bench):
    """Sheets are no duty."""
    assert () == bench.compile().facts.facts


def test_sheets_may_lie_in_folders_below(sheet):
    """Every YAML file below facts/ is read."""
    (sheet.root / "facts/2026").mkdir()
    (sheet.root / SHEET_FILE).rename(sheet.root / "facts/2026/q4.yaml")

    assert ["F-1", "F-2"] == [fact.id for fact in sheet.compile().facts.facts]


def test_a_range_has_two_ends(sheet):
    """Magnitude and denominator are kept."""
    sheet.edit(
        SHEET_FILE,
        '{number: "1.4", unit: hour, bound: at_most}',
        '{number_low: "1", number_high: "2.5", unit: EUR, bound: range, magnitude: million, per: year}',
    )

    assert Between("1", "2.5", "EUR", "million", "year") == sheet.compile().facts.facts[0].value


def test_an_age_becomes_a_last_day(sheet):
    """`max_age_days` is counted from `valid.from`; the day itself is 0."""
    sheet.edit(SHEET_FILE, 'until: "2026-12-31"', "max_age_days: 30")

    assert Validity("2026-02-01", "2026-03-03") == sheet.compile().facts.facts[0].valid


def test_a_withdrawn_fact_says_why(sheet):
    """The sheet keeps the fact with its reason."""
    sheet.edit(
        SHEET_FILE,
        "permitted_claims:",
        'withdrawn: {on: "2026-11-01", reason: "Measured again."}\n    permitted_claims:',
    )

    assert Withdrawal("2026-11-01", "Measured again.") == sheet.compile().facts.facts[0].withdrawn


@pytest.mark.parametrize(
    ("old", "new", "place", "code", "hint"),
    [
        ('number: "1.4"', "number: 1.4", "6:21", "wrong-value", ""),
        ('number: "1.4"', 'number: "1,4"', "6:21", "wrong-value", ""),
        ('number: "1.4", ', "", "6:12", "wrong-value", ""),
        ("bound: at_most", "bound: at_moist", "6:47", "wrong-value", "Did you mean “at_most”?"),
        ("bound: at_most", "bound: range", "6:12", "wrong-value", ""),
        ("unit: text, must", "unit: word, must", "21:12", "wrong-value", ""),
        ("unit: text, must", 'unit: text, number: "1", must', "21:12", "wrong-value", ""),
        ("subject: {name: Lamp, aliases", "subject: {name: Lamp, alias", "4:27", "unknown-key", "Did you mean “aliases”?"),
        ("polarity: increase", "polarity: up", "13:15", "wrong-value", ""),
        ('relative: "0.02"', 'relative: "2"', "7:16", "wrong-value", ""),
        ('to: "2026-03-31"', 'to: "2025-03-31"', "11:15", "wrong-value", ""),
        ('until: "2026-12-31"', 'until: "2026-01-31"', "15:12", "wrong-value", ""),
        ('until: "2026-12-31"', 'until: "2026-02-30"', "15:40", "wrong-value", ""),
        ('until: "2026-12-31"', 'until: "2026-12-31", max_age_days: 3', "15:12", "wrong-value", ""),
        ('from: "2026-02-01", until: "2026-12-31"', "max_age_days: 3", "15:12", "wrong-value", ""),
        ('{from: "2026-02-01", until: "2026-12-31"}', "{}", "15:12", "wrong-value", ""),
        ("permitted_claims: [quantified]", "permitted_claims: [quantfied]", "16:24", "wrong-value",
         "Did you mean “quantified”?"),
        ("wording: {en:", "wording: {fr:", "17:15", "unknown-value", "Known: de, de-AT, en."),
        ("The lamp runs", "The lamp\\nruns", "17:19", "wrong-value", ""),
        ("sources: [S-1]", "sources: []", "14:14", "wrong-value", ""),
        ("sources: [S-1]", "sources: [S-3]", "14:15", "unknown-source", "Did you mean “S-1”?"),
        ("title: Notice", "titel: Notice", "22:45", "unknown-key", "Did you mean “title”?"),
        ('published: "2026-05"', 'published: "May 2026"', "22:71", "wrong-value", ""),
        ('published: "2026-05"', 'published: "2026-05", retrieved: "2026-04-30"', "22:15", "wrong-value", ""),
        ("  - id: F-2", "  - id: F-1", "18:9", "duplicate-id", "Give it an id of its own."),
        ("{id: S-2, kind", "{id: S-1, kind", "2:10", "duplicate-id", "Describe it once and name it by its id elsewhere."),
        ("version: 1,", 'version: "1",', "1:38", "wrong-value", ""),
        (', as_of: "2026-10-01"', "", "1:13", "missing-key", "Add “as_of:”."),
        ("fact_sheet:", "factsheet:", "1:1", "unknown-key", "Did you mean “fact_sheet”?"),
    ],
)  # fmt: skip
def test_a_mistake_is_pointed_at(sheet, old, new, place, code, hint):
    """One mistake, one error: its code, its line and column, and what to do."""
    sheet.edit(SHEET_FILE, old, new)
    found = {(problem.code, str(problem.place).split(":", 1)[1], problem.help) for problem in sheet.problems()}

    assert {(code, place, hint)} == found


def test_a_second_source_names_the_first(sheet):
    """The message leads to both places."""
    sheet.edit(REGISTER_FILE, "{id: S-1,", "{id: S-2,")
    sheet.edit(SHEET_FILE, "[S-1]", "[S-2]")
    (problem,) = sheet.problems()

    assert "a second source “S-2” (the first: facts/sheet.yaml:22:20)" == problem.message
    assert f"{REGISTER_FILE}:2:10" == str(problem.place)


def test_two_sheets_of_one_id_are_refused(sheet):
    """A sheet is known by its id."""
    sheet.write("facts/other.yaml", SHEET.replace("F-", "G-").replace("id: S-2", "id: S-9"))

    assert ("duplicate-id", f"{SHEET_FILE}:1:18") == sheet.refusal()


def test_a_file_that_is_neither_is_refused(sheet):
    """A misspelt head must not silence a register."""
    sheet.write("facts/more.yaml", "source: []\n")

    assert ("unused-file", "facts/more.yaml") == sheet.refusal()


@pytest.mark.parametrize("text", ["sources: []\n", "sources: [\n", "facts: []\n"])
def test_a_broken_file_is_refused_once(bench, text):
    """What cannot be read is not called unused as well."""
    bench.write(REGISTER_FILE, text)

    assert {REGISTER_FILE} == {str(problem.place).split(":")[0] for problem in bench.problems()}
    assert "unused-file" not in {problem.code for problem in bench.problems()}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (SHEET_FILE, '"1.4"', '"1.5"'),
        (SHEET_FILE, "1.4 hours", "1.5 hours"),
        (SHEET_FILE, "version: 1", "version: 2"),
        (SHEET_FILE, '"2026-12-31"', '"2026-12-30"'),
        (REGISTER_FILE, "owner: editor", "owner: lawyer"),
    ],
)
def test_what_a_sheet_says_moves_the_policy_digest(sheet, file, old, new):
    """A verdict rests on the facts, so a record names them by the policy's digest."""
    before = sheet.compile()
    sheet.edit(file, old, new)
    after = sheet.compile()

    assert before.digest != after.digest
    assert [rule.digest for rule in before.rules] == [rule.digest for rule in after.rules]


def test_where_a_source_is_described_does_not_move_the_digest(sheet):
    """Files, order and comments are for people."""
    before = sheet.compile().digest
    sheet.edit(SHEET_FILE, '{id: S-2, kind: award_notice, title: Notice, published: "2026-05"}', "S-2")
    sheet.edit(
        REGISTER_FILE,
        "sources:\n",
        'sources:\n  # of the jury\n  - {id: S-2, kind: award_notice, title: Notice, published: "2026-05"}\n',
    )

    assert before == sheet.compile().digest


def fact(sheet):
    """Return the first fact of the sample."""
    return sheet.compile().facts.facts[0]


@pytest.mark.parametrize(
    ("at_ms", "status"),
    [
        (day_start_ms("2026-02-01") - 1, "future"),
        (day_start_ms("2026-02-01"), "usable"),
        (day_end_ms("2026-12-31") - 1, "usable"),
        (day_end_ms("2026-12-31"), "stale"),
    ],
)
def test_a_fact_is_valid_from_its_first_to_its_last_day(sheet, at_ms, status):
    """Both days are included."""
    facts = sheet.compile().facts

    assert status == facts.status("F-1", at_ms)
    assert "usable" == facts.timeless().status("F-1", at_ms)


def test_an_undated_fact_does_not_expire(sheet):
    """Without `valid` there is no end."""
    assert "usable" == sheet.compile().facts.status("F-2", day_start_ms("2099-01-01"))


def test_an_id_on_no_sheet_is_unknown(sheet):
    """Nothing is taken at its word."""
    assert "unknown" == sheet.compile().facts.status("F-3", 0)


@pytest.mark.parametrize("day", ["2026-03-01", "2026-11-01", "2027-03-01"])
def test_a_withdrawn_fact_is_never_usable(sheet, day):
    """Neither before the day it was withdrawn nor after."""
    sheet.edit(
        SHEET_FILE, "permitted_claims:", 'withdrawn: {on: "2026-11-01", reason: "Wrong."}\n    permitted_claims:'
    )

    assert "withdrawn" == fact(sheet).status(day_start_ms(day))
