"""Activation as people see it: what changes, what was tested, who, and what is in force now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from guardrails.policy.load import load_policy
from tests.surfaces.cli.conftest import WORKSPACE, Cli, rule

PERSON = "principal: {person: head-of-content}\n"
AGENT = "principal: {agent: writer}\n"


@pytest.fixture
def office(workspace: Path) -> Path:
    """The workspace with a second role; a person sits at the machine."""
    (workspace / "guardrails.yaml").write_text(WORKSPACE.replace("[head-of-content]", "[head-of-content, brand-lead]"))
    (workspace / "guardrails.local.yaml").write_text(PERSON)
    return workspace


def forbid(office: Path, term: str, version: int) -> str:
    """Have the files forbid *term*; the digest of what they say comes back."""
    text = rule("hype", "brand", "revise", term).replace("version: 1", f"version: {version}")
    (office / "policies" / "lumo" / "hype.yaml").write_text(text)
    return load_policy(office).digest


def test_an_activation_says_what_changed_who_and_what_counts_now(office: Path, cli: Cli) -> None:
    """In words; the exit code is 0."""
    first = load_policy(office).digest
    cli("policy", "activate", "--proposed-by", "brand-lead")
    second = forbid(office, "wonderful", 2)
    done = cli("policy", "activate", "--proposed-by", "brand-lead", "--note", "No wonders.")

    assert (0, "") == (done.code, done.err)
    for line in (
        f"policy: activated {second}",
        f"instead of: {first}",
        "judges differently: lumo.hype@1 → @2",
        "tested: 6 examples of 3 rules, all as marked; nothing wrong with the files",
        "proposed by brand-lead, approved by head-of-content",
        "no commit",
        f"in force now: {second} (3 rules in 1 pack)",
    ):
        assert line in done.out


def test_the_first_activation_names_what_is_new(office: Path, cli: Cli) -> None:
    """Nothing before: everything is; used before: it counts from now on."""
    assert "nothing, it is the first" in cli("policy", "activate", "--proposed-by", "brand-lead").out
    (office / "var" / "ledger.db").unlink()
    (office / "var" / "keys.db").unlink()
    cli("check", "drafts/good.md")

    assert "it was used already" in cli("policy", "activate", "--proposed-by", "brand-lead").out


def test_a_broken_set_is_refused_and_the_old_one_goes_on(office: Path, cli: Cli) -> None:
    """The mistake is shown with its place, and what stays in force; checks go on under it."""
    cli("policy", "activate", "--proposed-by", "brand-lead")
    digest = load_policy(office).digest
    file = office / "policies" / "lumo" / "hype.yaml"
    file.write_text(file.read_text().replace("severity: high", "severity: dreadful"))
    refused = cli("policy", "activate", "--proposed-by", "brand-lead")
    checked = cli("check", "--format", "json", "drafts/good.md")

    assert (2, "") == (refused.code, refused.out)
    assert f"nothing was changed; {digest} is in force (activated " in refused.err
    assert "policies/lumo/hype.yaml:9:" in refused.err
    assert 0 == checked.code
    assert digest == json.loads(checked.out)["results"][0]["answer"]["assessment"]["policy"]["digest"]
    assert "the workspace does not load" in checked.err


def test_one_person_is_not_enough(office: Path, cli: Cli) -> None:
    """Nobody proposed it, or the same role did; the machine's agent approves nothing."""
    assert "error[proposer-missing]" in cli("policy", "activate").err
    assert "error[same-person]" in cli("policy", "activate", "--proposed-by", "head-of-content").err
    (office / "guardrails.local.yaml").write_text(AGENT)
    assert "error[person-needed]" in cli("policy", "activate", "--proposed-by", "brand-lead").err


def test_one_key_proposes_and_another_approves(office: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are keys nobody says for another that they propose."""
    create = ("keys", "create", "--scope", "operate", "--person")
    lead = cli(*create, "brand-lead", "--name", "ada").out.strip()
    monkeypatch.setenv("GUARDRAILS_KEY", lead)
    head = cli(*create, "head-of-content", "--name", "ben").out.strip()
    proposed = cli("policy", "propose", "--note", "No wonders.")
    alone = cli("policy", "activate")
    monkeypatch.setenv("GUARDRAILS_KEY", head)
    word = cli("policy", "activate", "--proposed-by", "brand-lead")
    listed = cli("policy", "rollback", "--list").out
    done = cli("policy", "activate")

    assert (0, True) == (proposed.code, "brand-lead proposes sha256:" in proposed.out)
    assert "nothing is changed until another person approves it: guardrails policy activate" in proposed.out
    assert ("error[same-person]" in alone.err, "error[proposal-needed]" in word.err) == (True, True)
    assert "brand-lead, not approved" in listed
    assert (0, True) == (done.code, "proposed by brand-lead, approved by head-of-content" in done.out)


def test_check_says_when_the_files_differ_and_lint_uses_them(office: Path, cli: Cli) -> None:
    """One line on the standard error; whoever writes rules sees them at work at once."""
    (office / "drafts" / "new.md").write_text("---\nchannel: blog\n---\n\nA wonderful lamp.\n")
    cli("policy", "activate", "--proposed-by", "brand-lead")
    forbid(office, "wonderful", 2)
    checked, linted = cli("check", "drafts/new.md"), cli("lint", "drafts/new.md")

    assert "the workspace differs from the policy in force; guardrails policy activate\n" == checked.err
    assert (0, 1) == (checked.code, linted.code)


def test_list_and_show_tell_files_from_what_is_in_force(office: Path, cli: Cli) -> None:
    """`--active`; before any activation they are the same."""
    assert "lumo.hype@1" in cli("policy", "list", "--active").out
    cli("policy", "activate", "--proposed-by", "brand-lead")
    forbid(office, "wonderful", 2)

    assert ("lumo.hype@2" in cli("policy", "list").out, "lumo.hype@1" in cli("policy", "list", "--active").out) == (
        True,
        True,
    )
    assert "“wonderful”" in cli("policy", "show", "lumo.hype").out
    assert "“magical”" in cli("policy", "show", "lumo.hype", "--active").out


def test_a_rollback_puts_back_what_was_there(office: Path, cli: Cli) -> None:
    """Without files, by one person; the list tells what was in force, newest first."""
    first = load_policy(office).digest
    cli("policy", "activate", "--proposed-by", "brand-lead")
    second = forbid(office, "wonderful", 2)
    cli("policy", "activate", "--proposed-by", "brand-lead")
    (office / "policies" / "lumo" / "hype.yaml").unlink()
    done = cli("policy", "rollback", "--note", "Too strict.")
    listed = cli("policy", "rollback", "--list").out.splitlines()
    again = cli("policy", "rollback", second[:20])

    assert 0 == done.code
    assert f"policy: rolled back to {first}" in done.out
    assert "judges differently: lumo.hype@2 → @1\n" in done.out
    assert "by head-of-content" in done.out
    assert [("rolled-back", first), ("activated", second), ("activated", first)] == [
        tuple(line.split()[1:3]) for line in listed[:-1]
    ]
    assert f"{first} is in force (rolled back to " in listed[-1]
    assert f"in force now: {second}" in again.out


def test_a_list_makes_no_ledger(office: Path, cli: Cli) -> None:
    """Who looks changes nothing."""
    assert (0, "no policy was activated yet, so the workspace's files count\n") == (
        (listed := cli("policy", "rollback", "--list")).code,
        listed.out,
    )
    assert not (office / "var").exists()


def test_keys_are_made_for_what_is_in_force(office: Path, cli: Cli) -> None:
    """An agent that only the files know gets no key."""
    cli("policy", "activate", "--proposed-by", "brand-lead")
    file = office / "guardrails.yaml"
    file.write_text(file.read_text().replace("agent: writer", "agent: poet"))

    assert 2 == cli("keys", "create", "--agent", "poet").code
    assert 0 == cli("keys", "create", "--agent", "writer").code


def test_doctor_names_a_policy_in_force_that_differs(office: Path, cli: Cli) -> None:
    """And is content if it does not."""
    cli("policy", "activate", "--proposed-by", "brand-lead")
    assert "in force is another" not in cli("doctor").out
    first = load_policy(office).digest
    forbid(office, "wonderful", 2)

    assert f"in force is another, {first[:19]}…" in cli("doctor").out
