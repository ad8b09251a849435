"""What an operator does from the command line: find, withdraw, recover, look after."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from guardrails.policy.load import load_policy
from guardrails.surfaces.cli.remote import _met
from tests.e2e import nimbrel
from tests.services import opa_server
from tests.surfaces.cli.conftest import Cli

PERSON = "principal: {person: head-of-content}\n"


@pytest.fixture
def fact(workspace: Path, cli: Cli) -> Path:
    """A checked draft that rests on a fact; then a person sits at the machine."""
    draft = workspace / "drafts" / "fact.md"
    draft.write_text("---\nchannel: blog\n---\n\nThe lamp gives light [fact:N-7].\n")
    assert 0 == cli("check", str(draft)).code
    (workspace / "guardrails.local.yaml").write_text(PERSON)
    return draft


def test_texts_are_found_by_the_fact_they_rest_on(cli: Cli, fact: Path) -> None:
    """In words and as JSON."""
    assert "fact:N-7: 1 text on record" in cli("where", "fact:N-7").out
    assert ["pass"] == [one["verdict"] for one in json.loads(cli("where", "fact:N-7", "--format", "json").out)["texts"]]
    assert "0 texts" in cli("where", "fact:N-8").out
    assert "1 text" in cli("where", "GIVES light").out


def test_a_withdrawal_lists_what_rests_on_the_fact(cli: Cli, fact: Path) -> None:
    """And holds it from then on."""
    out = cli("facts", "withdraw", "N-7", "--reason", "It was wrong.").out

    assert "fact N-7 is withdrawn" in out
    assert "1 text on record" in out
    assert 3 == cli("check", str(fact)).code
    cli("facts", "restore", "N-7", "--reason", "It was right.")
    assert 0 == cli("check", str(fact)).code


@pytest.mark.usefixtures("workspace")
def test_doctor_asks_the_engine_twenty_questions(cli: Cli) -> None:
    """The embedded engine decides them all."""
    assert "decides all 20 cases" in cli("doctor").out


@pytest.mark.usefixtures("workspace")
def test_doctor_sees_a_clock_behind_the_ledger(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record from the future means that the clock was set back."""
    import guardrails.wiring as composition

    now = composition.now_ms()
    with monkeypatch.context() as ahead:
        ahead.setattr(composition, "now_ms", lambda: now + 3_600_000)
        cli("check", "drafts/good.md")
    out = cli("doctor")

    assert (2, True) == (out.code, "BAD clock" in out.out)


def test_doctor_says_where_a_rule_is_wrong(cli: Cli, workspace: Path) -> None:
    """File, line and column stand before what is wrong."""
    rule = workspace / "policies" / "lumo" / "hype.yaml"
    rule.write_text(rule.read_text().replace("effect: revise", "effect: revize"))

    assert re.search(r"^BAD policy +policies/lumo/hype\.yaml:\d+:9: expected note", cli("doctor").out, re.MULTILINE)


def test_a_refused_key_is_told_of_in_words_of_the_command_line() -> None:
    """The header that a server asks for is set by a variable here."""
    problem = {"code": "unauthorized", "detail": "a valid API key is needed", "help": "send Authorization: Bearer gk_…"}

    assert "set GUARDRAILS_KEY" in _met(401, json.dumps(problem).encode()).help


def test_the_list_explains_its_star(cli: Cli, workspace: Path) -> None:
    """A rule that asks for something else somewhere has a star, and the last line says what it means."""
    assert "*" not in cli("policy", "list").out
    rule = workspace / "policies" / "lumo" / "hype.yaml"
    rule.write_text(f"{rule.read_text()}effects:\n  - {{when: {{channels: [press]}}, effect: escalate}}\n")
    listed = cli("policy", "list").out

    assert "revise* " in listed
    assert "* asks for something else in some places" in listed


def test_doctor_compares_the_engines(cli: Cli, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where OPA decides, it must agree with the embedded engine byte for byte; one that is gone is named."""
    with opa_server(load_policy(workspace).bundle) as url:
        (workspace / "guardrails.local.yaml").write_text(f"engine: opa\nopa_url: {url}\n")

        assert "agree on 20 cases, byte for byte" in cli("doctor").out
    assert "BAD parity" in cli("doctor").out


def test_rules_are_listed_with_what_they_cost(cli: Cli, workspace: Path) -> None:
    """Once there is a ledger: holds per rule, and the friction against the workspace's limits."""
    assert "friction" not in cli("policy", "list").out
    with (workspace / "guardrails.yaml").open("a") as file:
        file.write("friction: {held_percent: 20, asked_percent: 50}\n")
    cli("check", "drafts")
    out = cli("policy", "list").out

    assert (
        "friction, 30 days: 66 % of 3 texts held at first (limit 20 %, OVER); 33 % asked a person (limit 50 %)" in out
    )
    (hype,) = [line for line in out.splitlines() if line.startswith("lumo.hype")]
    assert ["1", "-", "-"] == hype.split()[-3:]
    body = json.loads(cli("policy", "list", "--format", "json").out)["friction"]
    assert {"holds": 1, "disputes": 0, "approved_unchanged": None} == body["rules"]["lumo.hype"]


def test_facts_are_listed(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what they are about and until when; one that no sheet has cannot be withdrawn."""
    monkeypatch.setenv("GUARDRAILS_LEDGER", str(nimbrel.WORKSPACE / "no-ledger-here.db"))
    out = cli("facts", "list", "-w", str(nimbrel.WORKSPACE)).out

    assert "N-004" in out
    assert "10 facts; cite one as [fact:ID]" in out


def test_one_person_with_two_keys_recovers_nothing(cli: Cli, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two keys of one name are one approval."""
    create = ("keys", "create", "--person", "head-of-content", "--scope", "operate", "--name")
    first = cli(*create, "Ada Quill").out.strip()
    monkeypatch.setenv("GUARDRAILS_KEY", first)
    second, other = (cli(*create, name).out.strip() for name in ("ada  QUILL ", "ben"))
    copy = (workspace / "var" / "ledger.db").read_bytes()
    monkeypatch.delenv("GUARDRAILS_KEY")
    cli("check", "drafts/good.md")
    monkeypatch.setenv("GUARDRAILS_KEY", first)
    (workspace / "var" / "ledger.db").write_bytes(copy)
    recover = ("ledger", "recover", "--accept-gap", "--reason", "Old disk.")
    monkeypatch.setenv("GUARDRAILS_SECOND_KEY", second)
    alone = cli(*recover)
    monkeypatch.delenv("GUARDRAILS_SECOND_KEY")
    missing = cli(*recover)
    monkeypatch.setenv("GUARDRAILS_SECOND_KEY", other)

    assert (2, True) == (alone.code, "error[recovery-not-approved]" in alone.err)
    assert "the other into GUARDRAILS_SECOND_KEY" in missing.err
    assert 0 == cli(*recover).code


def test_a_name_says_who_sits_at_the_machine(cli: Cli, workspace: Path) -> None:
    """Beside the role in the settings; nothing else is accepted there."""
    local = workspace / "guardrails.local.yaml"
    local.write_text("principal: {person: head-of-content, name: ada}\n")
    named = cli("stop", "--list")
    local.write_text("principal: {agent: writer, name: ada}\n")

    assert (0, 2) == (named.code, cli("stop", "--list").code)
