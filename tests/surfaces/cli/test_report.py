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
    assert ["checkpoint", "decisions.csv", "manifest.note", "report.html", "report.oscal.json", "report.pdf"] == files
    assert checked in (workspace / "out" / "decisions.csv").read_text()
    assert "1 report_issued" in cli("ledger", "verify").out


def test_a_report_that_is_handed_over_is_verified_without_us(checked, cli, workspace, monkeypatch, tmp_path_factory):
    """Folder and key are enough, in a folder that is no workspace; whoever has the ledger compares it by the checkpoint."""
    cli("report", *SPAN, "--format", "html", "--format", "csv", "--out", "out", "--key-out", "report.vkey")
    out, key = workspace / "out", workspace / "report.vkey"
    compared = cli("ledger", "verify", "--checkpoint", "out/checkpoint")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    good = cli("report", "verify", str(out), "--key", str(key))
    (out / "decisions.csv").write_text("index\n")
    bad = cli("report", "verify", str(out), "--key", key.read_text().strip())

    assert (0, 0, 4) == (compared.code, good.code, bad.code)
    assert "held: out/checkpoint: the first" in compared.out
    assert good.out.endswith("report: verified\n")
    assert f"signed by: {key.read_text().strip()}" in good.out
    assert "decisions.csv: changed since it was signed" in bad.out
    assert bad.out.endswith("report: NOT verified\n")


def test_what_cannot_be_verified_is_a_wrong_call(checked, cli, workspace):
    """No folder, no key, no key at all: usage; a folder without a manifest is no report."""
    (workspace / "empty").mkdir()
    (workspace / "a.vkey").write_text("nothing")
    cli("ledger", "checkpoint", "--key-out", "ledger.vkey")
    codes = [
        cli("report", "verify", *args).code
        for args in (
            ("none", "--key", "ledger.vkey"), ("empty",), ("empty", "--key", "a.vkey"), ("empty", "--key", "ledger.vkey"),
        )
    ]  # fmt: skip

    assert [2, 2, 2, 4] == codes
    assert 2 == cli("report").code


def test_files_of_an_earlier_report_are_named(checked, cli, workspace):
    """They would be taken for a part of this one; nothing is deleted."""
    cli("report", *SPAN, "--format", "csv", "--out", "out")
    second = cli("report", *SPAN, "--format", "html", "--out", "out")

    assert "NOT of this report: out/decisions.csv" in second.out


def test_a_witness_is_given_by_key_or_by_file(checked, cli, workspace):
    """As to `ledger verify`."""
    cli("ledger", "checkpoint", "--key-out", "ledger.vkey")
    vkey = cli("ledger", "witness", "init", "legal", "--name", "legal.example", "--log", "ledger.vkey").out.strip()
    cli("ledger", "checkpoint", "--witness", "legal")
    for name in (vkey, "legal/vkey"):
        cli("report", *SPAN, "--witness", name, "--out", "out")

        assert vkey in (workspace / "out" / "report.html").read_text()
        assert "as the maker of this report names it" in (workspace / "out" / "report.html").read_text()


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
