"""Every other subcommand, and the entry point itself."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from guardrails.surfaces.cli import main
from tests.surfaces.cli.conftest import Cli, rule


def test_help_names_every_command(cli: Cli) -> None:
    """``--help`` lists the commands with a line each."""
    out = cli("--help").out

    assert all(name in out and line in out for name, (_, line) in main.COMMANDS.items())


@pytest.mark.parametrize("name", list(main.COMMANDS))
def test_every_command_has_help(cli: Cli, name: str) -> None:
    """Each command explains itself."""
    result = cli(name, "--help")

    assert result.code == 0
    assert result.out.startswith("Usage: guardrails ")


def test_a_misspelt_command_is_answered_with_the_nearest(cli: Cli) -> None:
    """A wrong call is exit 2 and says what was probably meant."""
    result = cli("chek")

    assert result.code == 2
    assert "did you mean 'check'?" in result.err


def test_a_defect_is_one_line(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw is exit 4 in one line, without a traceback."""

    def breaks(*args: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr("guardrails.wiring.settings", breaks)
    monkeypatch.delenv("GUARDRAILS_DEBUG", raising=False)
    result = cli("policy", "list")

    assert result.code == 4
    assert result.err.startswith("error[internal-defect]: this is a defect in guardrails")
    assert len(result.err.splitlines()) == 1


def test_an_interrupt_is_130(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends the run with the shell's code for it."""

    def interrupted(*args: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("guardrails.wiring.settings", interrupted)

    assert cli("policy", "list").code == 130


def test_init_makes_a_workspace_that_passes_its_tests(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new workspace loads, and its examples come out as marked."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUARDRAILS_CACHE", "off")

    assert cli("init", "acme").code == 0
    assert cli("policy", "test", "-w", "acme").code == 0
    assert cli("policy", "check", "-w", "acme").code == 0
    assert "workspace-exists" in cli("init", "acme").err
    monkeypatch.chdir(tmp_path / "acme")
    assert "1 pass, 1 revise, 1 escalate" in cli("check", "drafts").out


def test_policy_list_shows_what_rules_ask_for(cli: Cli, workspace: Path) -> None:
    """The table has rule, layer, effect, where and status."""
    out = cli("policy", "list").out

    assert ["lumo.hype@1", "brand", "revise", "en", "active"] == out.splitlines()[1].split()
    assert "lumo.jobs" not in cli("policy", "list", "--layer", "brand").out
    assert "guardrails.policies/v1" == json.loads(cli("policy", "list", "--format", "json").out)["schema"]


def test_policy_show_opens_with_a_sentence(cli: Cli, workspace: Path) -> None:
    """The first line says in plain words what the rule does."""
    from guardrails.policy.catalogue import sentence
    from guardrails.policy.load import load_policy

    rules = {rule.id: rule for rule in load_policy(workspace).rules}
    out = cli("policy", "show", "lumo.hype").out

    assert " ".join(out.split("\n\n")[0].split()) == sentence(rules["lumo.hype"])
    assert "did you mean lumo.hype" in cli("policy", "show", "lumo.hipe").err


def test_policy_test_shows_a_diff(cli: Cli, workspace: Path) -> None:
    """An example that does not come out as marked is shown as expected and found, with its place."""
    path = workspace / "policies" / "lumo" / "hype.yaml"
    path.write_text(path.read_text().replace("It is [[magical]].", "It is [[magical]] and awesome."))
    result = cli("policy", "test")

    assert result.code == 1
    assert "- expected: It is [[magical]] and awesome." in result.out
    assert "+ found:    It is [[magical]] and [[awesome]]." in result.out
    assert "policies/lumo/hype.yaml" in result.out
    assert cli("policy", "test", "lumo.jobs").code == 0


def test_policy_try_counts_what_a_rule_would_hold(cli: Cli, workspace: Path) -> None:
    """A rule that is not in the workspace yet is run over texts, with the lines it would hold."""
    new = workspace / "new.yaml"
    new.write_text(rule("desks", "brand", "revise", "desk", status="draft"))
    result = cli("policy", "try", "new.yaml", "drafts")

    assert result.code == 0
    assert "lumo.desks would hold back 1 of 3 texts" in result.out
    assert "The lamp stands on the desk." in result.out


def test_policy_try_refuses_a_pack_that_is_not_used(cli: Cli, workspace: Path) -> None:
    """The id must name a pack of the workspace."""
    (workspace / "new.yaml").write_text(rule("x", "brand", "revise", "desk").replace("lumo.x", "other.x"))

    assert "error[unknown-pack]" in cli("policy", "try", "new.yaml", "drafts").err


def test_policy_check_refuses_an_unversioned_change(cli: Cli, workspace: Path) -> None:
    """A rule that judges differently under the same version is refused against a git revision."""
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@lumo.example"]
    for call in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "rules"]):
        subprocess.run([*git, *call], cwd=workspace, check=True)
    path = workspace / "policies" / "lumo" / "hype.yaml"
    path.write_text(path.read_text().replace("awesome", "amazing"))
    result = cli("policy", "check", "--against", "HEAD")

    assert result.code == 2
    assert "judges differently: lumo.hype@1 → @1; raise its version" in result.out
    assert cli("policy", "check").code == 0
    assert "error[unknown-revision]" in cli("policy", "check", "--against", "nowhere").err


def test_a_changed_ledger_is_noticed(cli: Cli, workspace: Path) -> None:
    """A ledger whose bytes were changed behind our back is exit 4."""
    import apsw

    assert cli("ledger", "verify").code == 2
    cli("check", "drafts/good.md")
    assert cli("ledger", "verify").code == 0
    ledger = apsw.Connection(str(workspace / "var" / "ledger.db"))
    for (trigger,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        ledger.execute(f"DROP TRIGGER {trigger}")
    ledger.execute("UPDATE record SET bytes = CAST(replace(CAST(bytes AS TEXT), 'pass', 'pasS') AS BLOB)")
    ledger.close()

    assert cli("ledger", "verify").code == 4


def test_a_key_is_made_listed_and_revoked(cli: Cli, workspace: Path) -> None:
    """The token is printed once; the list shows no secret; a revoked key stays listed."""
    made = cli("keys", "create", "--agent", "writer", "--channel", "blog", "--scope", "check")
    token = made.out.strip()
    key_id = token.split("_")[1]
    listed = cli("keys", "list").out

    assert "live" in listed
    assert "channel: blog" in listed
    assert token.split("_")[2] not in listed
    assert cli("keys", "revoke", key_id).code == 0
    assert "revoked 2" in cli("keys", "list").out


def test_a_key_is_for_somebody_the_workspace_knows(cli: Cli, workspace: Path) -> None:
    """An agent without a mandate gets no key."""
    result = cli("keys", "create", "--agent", "writter")

    assert result.code == 2
    assert "did you mean 'writer'?" in result.err


def test_the_doctor_says_what_works(cli: Cli, workspace: Path) -> None:
    """Each line is one thing; a policy that does not load is bad."""
    names = [line.split()[1] for line in cli("doctor").out.splitlines()]

    expected = ["name", "clock", "workspace", "policy", "engine", "parity", "principal", "ledger", "keys", "disk"]
    assert expected == names
    (workspace / "policies" / "lumo" / "hype.yaml").write_text("id: [")
    result = cli("doctor")
    assert result.code == 2
    assert "BAD policy" in result.out


def test_the_doctor_notices_another_product_of_our_name(
    cli: Cli, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another distribution that provides the same import name is reported."""
    monkeypatch.setattr(
        "guardrails.surfaces.cli.doctor.packages_distributions", lambda: {"guardrails": ["guardrails-gate", "other"]}
    )

    assert "BAD name       another product provides the import name “guardrails”: other" in cli("doctor").out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed(cli: Cli, shell: str) -> None:
    """Each shell has a script."""
    assert "_GUARDRAILS_COMPLETE" in cli("completion", shell).out
