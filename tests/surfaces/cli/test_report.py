"""``guardrails report`` and ``guardrails explain``."""

import json

import pytest

SPAN = ("--from", "2020-01-01", "--to", "2099-12-31")


@pytest.fixture
def checked(workspace, cli):
    """The id of a check on record."""
    return json.loads(cli("check", "--format", "json", "drafts/jobs.md").out)["results"][0]["answer"]["check_id"]


def test_all_forms_are_written(checked, cli, workspace):
    """One call, every form, the manifest; it is on record."""
    result = cli("report", *SPAN, *(f"--format={form}" for form in ("html", "json", "csv", "pdf")), "--out", "out")
    files = sorted(file.name for file in (workspace / "out").iterdir())

    assert 0 == result.code
    assert ["decisions.csv", "manifest.note", "report.html", "report.oscal.json", "report.pdf"] == files
    assert checked in (workspace / "out" / "decisions.csv").read_text()
    assert "1 report_issued" in cli("ledger", "verify").out


def test_a_report_about_the_past_is_written_again_alike(checked, cli, workspace):
    """The period is over, so the report on it stays as it is, whatever is recorded later."""
    past = ("--from", "2020-01-01", "--to", "2020-01-31", "--format", "html")
    cli("report", *past, "--out", "a")
    cli("check", "drafts/good.md")
    cli("report", *past, "--out", "b")

    assert (workspace / "a" / "report.html").read_bytes() == (workspace / "b" / "report.html").read_bytes()


def test_a_period_that_has_not_ended_is_said_to_go_on(checked, cli):
    """The summary says so, too; a moment to come is a wrong call, a period to come is not."""
    assert "period: NOT ended; records up to" in cli("report", *SPAN, "--out", "out").out
    assert "bad-moment" in cli("report", *SPAN, "--as-of", "2099-01-01").err
    assert "period: NOT ended" in cli("report", "--from", "2098-01-01", "--to", "2098-12-31", "--out", "later").out


def test_another_brand_is_refused(checked, cli, workspace):
    """A report on the wrong brand is worse than none."""
    result = cli("report", *SPAN, "--brand", "other", "--out", "out")

    assert 2 == result.code
    assert "unknown-brand" in result.err
    assert not (workspace / "out").exists()


def test_an_empty_period_is_a_wrong_call(checked, cli):
    """The end is not before the beginning."""
    assert 2 == cli("report", "--from", "2026-02-01", "--to", "2026-01-01").code


def test_without_a_ledger_there_is_nothing_to_report(workspace, cli):
    """No ledger is made for a report."""
    assert 2 == cli("report", *SPAN).code
    assert not (workspace / "var" / "ledger.db").exists()


@pytest.mark.parametrize("form", ["text", "html"])
def test_one_decision_is_explained_to_an_auditor(checked, cli, form):
    """What was found, by rule; who is asked; the proof. Not a word of the text."""
    result = cli("explain", checked, "--for", "auditor", "--format", form)

    assert 0 == result.code
    assert "lumo.jobs" in result.out
    assert "The record is in the ledger" in result.out
    assert "comes out the same, to the byte" in result.out
    assert "layoffs" not in result.out


def test_an_unknown_check_cannot_be_explained(checked, cli):
    """There is no page about nothing."""
    assert 2 == cli("explain", "chk_none").code
