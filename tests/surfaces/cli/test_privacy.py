"""What the command line does about people's data: find, give out, erase, hold, let end, say who answers for it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.surfaces.cli.conftest import Cli

TEXT = "---\nchannel: blog\n---\n\nErna Vogt tried the lamp.\n"
SAID = ("--ground", "gdpr-17-1-b", "--request", "ticket 7", "--reason", "She asked.")
TWO = ("--approved-by", "head-of-content", "--approved-by", "legal")
GOVERNANCE = """
governance:
  controller: "Lumo, Street 1"
  contact: privacy@lumo.example
  dpo: none, we are three people
  purposes: [Check copy]
  legal_basis: "Art. 6(1)(f) GDPR"
  data_subjects: [People named in copy]
  categories: [Names]
  recipients: [Marketing]
  transfers: None
  retention: As under keep
  backups_days: 30
"""


@pytest.fixture
def checked(cli: Cli, workspace: Path) -> str:
    """A text that names a person, checked; a person asks from here on."""
    file = workspace / "guardrails.yaml"
    file.write_text(file.read_text().replace("people: [head-of-content]", "people: [head-of-content, legal]"))
    (workspace / "drafts" / "erna.md").write_text(TEXT)
    shown = json.loads(cli("check", "--format", "json", "drafts/erna.md").out)
    (workspace / "guardrails.local.yaml").write_text("principal: {person: head-of-content}\n")
    check: str = shown["results"][0]["answer"]["check_id"]
    return check


def files_of(workspace: Path) -> bytes:
    """Return every byte of the ledger, its keys and its epochs."""
    return b"".join(path.read_bytes() for path in sorted((workspace / "var").iterdir()))


def test_a_person_is_found_without_a_word_of_text(cli: Cli, checked: str) -> None:
    """The list says where; that somebody looked is on record."""
    found = cli("subject", "find", "erna vogt")

    assert (0, True) == (found.code, checked in found.out)
    assert "tried" not in found.out
    assert "1 record with it" in found.out
    assert "1 access" in cli("ledger", "verify").out
    assert "0 records with it" in cli("subject", "find", "Erna Vogt", "--until", "2001-01-01").out


def test_names_come_from_the_standard_input(
    cli: Cli, checked: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """So no name need be in a shell's history."""
    names = tmp_path / "names"
    names.write_text("Erna Vogt\n\n")
    with names.open() as stream:
        monkeypatch.setattr("sys.stdin", stream)

        assert checked in cli("subject", "find", "-").out


def test_an_export_is_a_private_file(cli: Cli, checked: str, workspace: Path) -> None:
    """It holds the passages, only its owner may read it, and it overwrites nothing."""
    file = workspace / "export.json"
    made, again = (cli("subject", "export", "Erna Vogt", "--to", str(file)) for _ in range(2))
    body = json.loads(file.read_text())

    assert (0, 2) == (made.code, again.code)
    assert 0o600 == file.stat().st_mode & 0o777
    assert "guardrails.subject-export/v1" == body["schema"]
    assert any("Erna Vogt tried the lamp." in one["text"] for one in body["records"][0]["passages"])


def test_a_refused_export_leaves_no_file(cli: Cli, checked: str, workspace: Path) -> None:
    """Who may not search makes no file either."""
    (workspace / "guardrails.local.yaml").write_text("principal: {agent: writer}\n")
    result = cli("subject", "export", "Erna Vogt", "--to", "export.json")

    assert (2, True) == (result.code, "person-needed" in result.err)
    assert not (workspace / "export.json").exists()


def test_an_erasure_end_to_end(cli: Cli, checked: str, workspace: Path) -> None:
    """Dry run, erasure with a receipt, rotation: the text opens nowhere, and the ledger verifies."""
    planned = cli("erase", checked, "--dry-run")
    done = cli("erase", checked, *SAID, *TWO, "--receipt", "receipt.json")
    rotated = cli("ledger", "rotate-epoch")
    body = json.loads((workspace / "receipt.json").read_text())

    assert (0, 0, 0) == (planned.code, done.code, rotated.code)
    assert "nothing stands against it" in planned.out
    assert "the text cannot be checked again as it was" in planned.out
    assert "Erased on" in done.out
    assert "back-ups: the workspace does not say when they end" in done.out
    assert [checked] == [one["record"] for one in body["taken"]]
    assert "epoch 2" in rotated.out
    assert "erased on the record" in cli("ledger", "verify").out
    assert 0 == cli("ledger", "verify").code
    assert "0 records with it" in cli("subject", "find", "Erna Vogt").out


def test_a_person_is_erased_by_name(cli: Cli, checked: str) -> None:
    """The name leads to the text; afterwards nothing is found, and a second time there is nothing to erase."""
    done = cli("erase", "--subject", "Erna Vogt", *SAID, *TWO)
    again = cli("erase", "--subject", "Erna Vogt", *SAID, *TWO)

    assert (0, 2) == (done.code, again.code)
    assert checked in done.out
    assert "nothing-to-erase" in again.err


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ((*SAID, *TWO[:2]), "erasure-not-approved"),
        ((*SAID, *TWO[:2], *TWO[:2]), "erasure-not-approved"),
        ((*SAID, *TWO[:2], "--approved-by", "nobody"), "unknown-role"),
        ((*SAID[2:], *TWO), "erasure-ground"),
    ],
)
def test_one_person_erases_nothing(cli: Cli, checked: str, args: tuple[str, ...], code: str) -> None:
    """Two roles of the workspace approve, with a ground."""
    result = cli("erase", checked, *args)

    assert (2, True) == (result.code, code in result.err)


@pytest.mark.parametrize("args", [(), ("chk_x", "--subject", "y"), ("--subject", "y", "--field", "body")])
def test_an_erasure_names_texts_or_a_person(cli: Cli, checked: str, args: tuple[str, ...]) -> None:
    """Neither, or both, is a wrong call."""
    assert 2 == cli("erase", *args, "--dry-run").code


def test_where_keys_exist_two_keys_approve(cli: Cli, checked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Roles on the command line count no more, nor does one key twice, nor a key without the scope."""
    one, other, reader = (
        cli("keys", "create", "--person", role, "--scope", scope, "--name", name).out.strip()
        for role, scope, name in (
            ("legal", "privacy", "ada"),
            ("head-of-content", "privacy", "ben"),
            ("legal", "read", "cleo"),
        )
    )
    codes = []
    for first, second in ((one, ""), (one, one), (one, reader), (reader, one), (one, other)):
        monkeypatch.setenv("GUARDRAILS_KEY", first)
        monkeypatch.setenv("GUARDRAILS_SECOND_KEY", second)
        result = cli("erase", checked, *SAID, *TWO)
        found = re.search(r"error\[([a-z-]+)\]", result.err)
        codes.append(found[1] if found else result.code)

    assert ["two-people-needed", "erasure-not-approved", "forbidden", "forbidden", 0] == codes


def test_a_hold_stands_against_it(cli: Cli, checked: str) -> None:
    """Set by one, listed, released by two; in between nothing it covers is erased."""
    held = cli("hold", "add", "--channel", "blog", "--reason", "A claim.")
    listed = cli("hold", "list").out
    hold = listed.split("[")[1].split("]")[0]
    refused = cli("erase", checked, *SAID, *TWO)
    alone = cli("hold", "release", hold, "--reason", "Settled.", *TWO[:2])
    released = cli("hold", "release", hold, "--reason", "Settled.", *TWO)

    assert (0, 2, 2, 0) == (held.code, refused.code, alone.code, released.code)
    assert "channel blog" in listed
    assert "error[held]" in refused.err
    assert "no hold is in force" in cli("hold", "list").out
    assert 0 == cli("erase", checked, *SAID, *TWO).code


@pytest.mark.parametrize("args", [(), ("--check", "x", "--channel", "y"), ("--from", "2026-01-01")])
def test_a_hold_has_one_scope(cli: Cli, checked: str, args: tuple[str, ...]) -> None:
    """Nothing, two things, or half a period is a wrong call."""
    assert 2 == cli("hold", "add", *args, "--reason", "A claim.").code


def test_a_hold_of_a_period(cli: Cli, checked: str) -> None:
    """Both days are included."""
    cli("hold", "add", "--from", "2020-01-01", "--until", "2099-12-31", "--reason", "A claim.")

    assert "everything from 2020-01-01 00:00 UTC to the end of 2099-12-31" in cli("hold", "list").out
    assert "refused now: held" in cli("erase", checked, "--dry-run").out


def test_nothing_ends_unless_it_is_said(cli: Cli, checked: str, workspace: Path) -> None:
    """Without `keep:` there is nothing to do; with it what is over is counted."""
    silent = cli("ledger", "retain").out
    file = workspace / "guardrails.yaml"
    file.write_text(f"{file.read_text()}\nkeep: {{check: {{draft: 90d}}}}\n")
    said = cli("ledger", "retain", "--dry-run").out

    assert "no “keep:”" in silent
    assert "keep: draft of a check for 90d" in said
    assert "nothing was erased" in said


@pytest.mark.parametrize(
    "keep", ["{check: {drafts: 90d}}", "{checks: {draft: 90d}}", "{check: {draft: 90}}", "{check: {draft: 0d}}",
             "{stop: {terms: 1d}}"],
)  # fmt: skip
def test_a_misspelt_time_limit_does_not_load(cli: Cli, checked: str, workspace: Path, keep: str) -> None:
    """A part that no record has, or a time that is none, would end nothing: it is said, with its place."""
    file = workspace / "guardrails.yaml"
    file.write_text(f"{file.read_text()}\nkeep: {keep}\n")
    result = cli("policy", "check")

    assert 2 == result.code
    assert "keep" in result.err


def test_the_record_of_processing(cli: Cli, workspace: Path) -> None:
    """It says what is said, what follows from the system, and what is missing."""
    before = json.loads(cli("privacy", "record", "--format", "json").out)
    file = workspace / "guardrails.yaml"
    file.write_text(file.read_text() + GOVERNANCE)
    after = json.loads(cli("privacy", "record", "--format", "json").out)
    text = cli("privacy", "record").out

    assert "controller" in before["missing"]
    assert ([], "Lumo, Street 1") == (after["missing"], after["controller"])
    assert text.startswith("# Record of processing\n")
    assert "## Controller\n\nLumo, Street 1\n" in text
    assert "Not said yet" not in text


@pytest.mark.parametrize("host", ["0.0.0.0", "", "192.0.2.1", "gate.example"])
def test_nobody_else_reaches_a_gate_that_nobody_answers_for(cli: Cli, checked: str, host: str) -> None:
    """Beyond the loopback address a server does not start without `governance:`."""
    result = cli("serve", "--host", host, "--port", "0")

    assert 2 == result.code
    assert "governance-incomplete" in result.err
    assert "controller" in result.err


def test_the_text_is_nowhere_on_disk(cli: Cli, checked: str, workspace: Path) -> None:
    """Neither before nor after an erasure does a file of the ledger hold the name."""
    before = files_of(workspace)
    cli("erase", checked, *SAID, *TWO)

    assert b"Erna" not in before
    assert b"Erna" not in files_of(workspace)
    assert b"She asked." not in files_of(workspace)


def test_no_word_is_where_nobody_looks(cli: Cli, workspace: Path) -> None:
    """Neither the ledger, its keys nor the cache holds a canary that went through check, review, dispute, waiver and stop."""
    bird = "Kanarienvogel"
    (workspace / "drafts" / "jobs.md").write_text(f"---\nchannel: blog\n---\n\nThere will be layoffs, says {bird}.\n")
    shown = json.loads(cli("check", "--format", "json", "drafts/jobs.md").out)
    check = shown["results"][0]["answer"]["check_id"]
    cli("lint", "drafts/jobs.md")
    cli("dispute", check, "f1", "--reason", "wrong", "--note", bird)
    cli("waive", "request", "lumo.jobs", "--reason", bird, "--until", "2099-01-01")
    (workspace / "guardrails.local.yaml").write_text("principal: {person: head-of-content}\n")
    (code,) = re.findall(r"--seen (\w+)", cli("review", "show", check).out)
    judged = ("--relevance", "yes", "--positioning", "yes", "--stop-needed", "--reason", bird)
    decided = cli("review", "decide", check, "--seen", code, "--send-back", "--instruction", bird, *judged)
    cli("stop", "--all", "--reason", bird)
    cli("hold", "add", "--channel", "blog", "--reason", bird)
    found = cli("subject", "find", bird)
    kinds = {line.split()[1] for line in found.out.splitlines()[:-1]}
    files = [path for folder in ("var", "cache") for path in (workspace / folder).rglob("*") if path.is_file()]

    assert decided.code == 0, decided.err
    assert {"check", "dispute", "review", "stop", "hold"} <= kinds
    assert any(path.parent.name != "var" for path in files)
    assert [] == [path.name for path in files if bird.lower().encode() in path.read_bytes().lower()]
