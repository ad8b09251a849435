"""Controls that do not apply: declared in the policy, put in force by two people, and only then."""

import json
import re
from pathlib import Path

import pytest

from guardrails.report.controls import definitions
from tests.surfaces.cli.conftest import WORKSPACE, Cli

DOCS = Path(__file__).parents[3] / "docs" / "reports.md"
DECLARED = re.search(r"```yaml fragment\n(governance:.*?)```", DOCS.read_text(), re.DOTALL)[1]


@pytest.fixture
def office(workspace: Path) -> Path:
    """The workspace with a second role; a person sits at the machine."""
    (workspace / "guardrails.yaml").write_text(WORKSPACE.replace("[head-of-content]", "[head-of-content, brand-lead]"))
    (workspace / "guardrails.local.yaml").write_text("principal: {person: head-of-content}\n")
    return workspace


def declare(office: Path, text: str) -> None:
    """Have the files say what *text* says."""
    file = office / "guardrails.yaml"
    file.write_text(file.read_text().partition("governance:")[0] + text)


def reported(office: Path, cli: Cli) -> tuple[set[str], str]:
    """The controls that a report says do not apply, and its page."""
    done = cli("report", "--from", "2020-01-01", "--to", "2099-12-31", "--format=json", "--format=html", "--out", "out")
    assert 0 == done.code, done.err
    result = json.loads((office / "out" / "report.oscal.json").read_text())["assessment-results"]["results"][0]
    (selection,) = result["reviewed-controls"]["control-selections"]
    excluded = {one["control-id"] for one in selection.get("exclude-controls", ())}
    return excluded, (office / "out" / "report.html").read_text()


def test_a_declaration_works_as_the_page_about_reports_says(office, cli):
    """The block in docs/reports.md, activated by two people, takes its controls out; the table says who did."""
    declare(office, DECLARED)
    cli("policy", "activate", "--proposed-by", "brand-lead")
    excluded, page = reported(office, cli)

    assert {"AIA-50.1", "AIA-50.4a"} == excluded
    assert "Declared: We run no chat and no voice assistant. (put in force on" in page
    assert "by head-of-content, proposed by brand-lead)" in page


def test_what_nobody_put_in_force_is_not_declared(office, cli):
    """Neither files that were never activated, nor what was written into them since."""
    declare(office, DECLARED)
    cli("check", "drafts/good.md")
    never = reported(office, cli)[0]
    cli("policy", "activate", "--proposed-by", "brand-lead")
    declare(office, f'{DECLARED}    - "GDPR-35: Nobody looks."\n')
    since = reported(office, cli)[0]

    assert (set(), {"AIA-50.1", "AIA-50.4a"}) == (never, since)


def test_a_declaration_never_outweighs_what_the_ledger_shows(office, cli):
    """A control that something breaks stays not satisfied."""
    declare(office, 'governance:\n  declarations: ["SoD-2: We are two.", "AIA-50.2: We know."]\n')
    cli("policy", "activate", "--proposed-by", "brand-lead")
    cli("check", "drafts/good.md")
    excluded, page = reported(office, cli)

    assert {"SoD-2"} == excluded
    assert "do not say whether AI made the text" in page


def test_a_declaration_of_no_control_is_named(office, cli):
    """A slip of the pen is not passed over."""
    declare(office, 'governance:\n  declarations: ["AIA-50.9: We run no chat."]\n')
    cli("policy", "activate", "--proposed-by", "brand-lead")

    assert "declares something of AIA-50.9, which is no control" in reported(office, cli)[1]


def test_the_page_says_what_would_show_a_control_without_evidence(office, cli):
    """Every control that rests on a document asks for it by name, and every other says what record is missing."""
    cli("check", "drafts/good.md")
    page = reported(office, cli)[1]
    documents = [one for one in definitions() if one.query == "document"]

    assert documents
    assert all(f"{one.evidence}, attached to this report" in page for one in documents)
    assert "<code>guardrails ledger retain</code>" in page
