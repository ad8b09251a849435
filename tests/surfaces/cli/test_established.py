"""Who submits from the command line is established by a key, or by the machine's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.surfaces.cli.conftest import Cli

pytestmark = pytest.mark.usefixtures("workspace")


def key(cli: Cli, *args: str) -> str:
    """Make a key and return its token."""
    return cli("keys", "create", *args).out.strip()


def test_a_key_establishes_who_submits(cli: Cli, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With GUARDRAILS_KEY the settings of the machine no longer count."""
    (workspace / "guardrails.local.yaml").write_text("{}\n")
    token = key(cli, "--agent", "writer")

    assert 3 == cli("check", "drafts/good.md").code
    monkeypatch.setenv("GUARDRAILS_KEY", token)
    assert 0 == cli("check", "drafts/good.md", "--agent", "writer").code


def test_a_key_permits_what_it_says(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A channel that the key does not permit is a conflict."""
    monkeypatch.setenv("GUARDRAILS_KEY", key(cli, "--agent", "writer", "--channel", "newsletter"))

    assert 3 == cli("check", "drafts/good.md", "--channel", "blog").code


def test_the_settings_make_nobody_a_person_where_people_have_keys(
    cli: Cli, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a line in a file nor a key made at the machine lets an agent decide, once there is an operator."""
    operator = key(cli, "--person", "head-of-content", "--name", "ada", "--scope", "operate")
    made = cli("keys", "create", "--person", "head-of-content", "--scope", "review")
    (workspace / "guardrails.local.yaml").write_text("principal: {person: head-of-content, name: ben}\n")
    said = cli("stop", "--all", "--reason", "Mine.")
    rotated = cli("ledger", "rotate-epoch")
    monkeypatch.setenv("GUARDRAILS_KEY", operator)

    assert (2, True) == (made.code, "error[operator-needed]" in made.err)
    assert (2, True) == (said.code, "error[key-needed]" in said.err)
    assert 2 == rotated.code
    assert 0 == cli("ledger", "rotate-epoch").code
    assert 0 == cli("stop", "--all", "--reason", "Ours.").code
    assert 2 == cli("keys", "revoke", operator.split("_")[1]).code


def test_the_doctor_says_who_makes_keys(cli: Cli) -> None:
    """As long as people have keys and none of them is an operator, whoever has the machine does."""
    before = cli("doctor").out
    key(cli, "--person", "head-of-content", "--name", "ada", "--scope", "review")
    between = cli("doctor").out
    key(cli, "--person", "head-of-content", "--name", "ada", "--scope", "operate")

    words = "whoever has this machine makes more"
    assert [False, True, False] == [words in out for out in (before, between, cli("doctor").out)]


def test_a_key_that_is_not_live_is_refused(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is checked in anybody's name."""
    monkeypatch.setenv("GUARDRAILS_KEY", "gk_aaaaaaaaaaaaaaaa_00")
    refused = cli("check", "drafts/good.md")

    assert (2, True) == (refused.code, "unauthorized" in refused.err)


def test_a_key_without_the_scope_is_refused(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that may read may not submit."""
    monkeypatch.setenv("GUARDRAILS_KEY", key(cli, "--agent", "writer", "--scope", "read"))
    refused = cli("check", "drafts/good.md")

    assert (2, True) == (refused.code, "forbidden" in refused.err)
