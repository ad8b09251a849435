"""``check --show-personal-data``: what an answer masks is shown here, once that is on record."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from guardrails.audit.keys import ApiKeys
from guardrails.model.context import Principal
from guardrails.wiring import open_log, settings
from tests.surfaces.cli.conftest import Cli

RULE = """\
id: lumo.personal
version: 1
status: active
kind: personal-data
effect: escalate
severity: high
message: "Personal data"
why: "People are not copy."
instruction: "Take it out."
params: {}
examples:
  bad: ["Write to [[ida@lamp.test]]."]
  good: ["Write to us."]
"""


@pytest.fixture(autouse=True)
def draft(workspace: Path) -> None:
    """A draft with an address, and a rule that finds it."""
    (workspace / "policies" / "lumo" / "personal.yaml").write_text(RULE)
    (workspace / "drafts" / "ida.md").write_text("Our new lamp is here. Write to ida.example@lamp.test for one.\n")


def types_of(workspace: Path) -> list[str]:
    """The types of all records, oldest first."""
    with closing(open_log(settings(workspace, {}))) as log:
        return [record.type for _, record in log.records()]


def test_personal_data_is_shown_on_the_record(cli: Cli, workspace: Path) -> None:
    """Masked unless asked for; once shown, the ledger says of which check and by whom."""
    masked = cli("check", "drafts/ida.md")
    assert "ida.example@lamp.test" not in masked.out
    assert "disclosure" not in types_of(workspace)

    shown = cli("check", "drafts/ida.md", "--show-personal-data")
    quiet = cli("check", "drafts/ida.md", "--show-personal-data", "--quiet")
    clean = cli("check", "drafts/good.md", "--show-personal-data")

    assert "ida.example@lamp.test" in shown.out
    assert "ida.example" not in quiet.out + clean.out
    with closing(open_log(settings(workspace, {}))) as log:
        (disclosure,) = [record for _, record in log.records() if record.type == "disclosure"]
        check = log.find_check(disclosure.text("check"))
        assert check is not None
        assert check.record.text("content_ref") == disclosure.text("content_ref")
        assert check.record.text("actor_ref") == disclosure.text("actor_ref")


def test_personal_data_needs_the_scope(cli: Cli, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With API keys, one that may only check is refused before anything is checked."""
    with closing(open_log(settings(workspace, {}))) as log:
        keys = ApiKeys(log)
        plain, _ = keys.issue(principal=Principal("agent", "writer"), scopes=["check"])
        able, _ = keys.issue(principal=Principal("agent", "writer"), scopes=["check", "disclose"])

    monkeypatch.setenv("GUARDRAILS_KEY", plain)
    refused = cli("check", "drafts/ida.md", "--show-personal-data")
    monkeypatch.setenv("GUARDRAILS_KEY", able)
    shown = cli("check", "drafts/ida.md", "--show-personal-data")

    assert 2 == refused.code
    assert "scope “disclose”" in refused.err
    assert "ida.example@lamp.test" in shown.out
    assert 1 == types_of(workspace).count("disclosure")
