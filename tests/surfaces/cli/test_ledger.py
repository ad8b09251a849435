"""The ledger's commands: what they say of a ledger that is whole, gone, or has a damaged index."""

from __future__ import annotations

import json
from pathlib import Path

import apsw

from tests.surfaces.cli.conftest import Cli


def test_records_are_counted_by_type(cli: Cli, workspace: Path) -> None:
    """The first check makes two records, one of them the activation of the policy, and the output says so."""
    cli("check", "drafts/good.md")
    report = json.loads(cli("ledger", "verify", "--format", "json").out)

    expected = "ledger: intact (2 records: 1 check, 1 policy_activated; 2 as written)"
    assert expected in cli("ledger", "verify").out
    assert report["types"] == {"check": 1, "policy_activated": 1}


def test_what_is_no_checkpoint_is_a_wrong_call(cli: Cli, workspace: Path) -> None:
    """A file that was given to compare with and cannot be read says nothing about the ledger: exit 2."""
    cli("check", "drafts/good.md")
    (workspace / "held.txt").write_text("no checkpoint")
    result = cli("ledger", "verify", "--checkpoint", "held.txt")

    assert (2, "") == (result.code, result.out)
    assert "held.txt is no checkpoint" in result.err


def test_a_vanished_ledger_is_missing(cli: Cli, workspace: Path) -> None:
    """A ledger that is gone although its keys have seen records is exit 4, and no empty one takes its place."""
    cli("check", "drafts/good.md")
    ledger = workspace / "var" / "ledger.db"
    ledger.unlink()
    for args in (("ledger", "verify"), ("check", "drafts/good.md"), ("ledger", "rebuild-index")):
        result = cli(*args)

        assert result.code == 4
        assert "ledger-missing" in result.err
        assert "2 records have been seen" in result.err
        assert not ledger.exists()


def test_no_ledger_is_made_by_looking(cli: Cli, workspace: Path) -> None:
    """Where nothing was ever checked there is no ledger, and looking makes none."""
    for args in (("verify",), ("rebuild-index",), ("checkpoint",), ("prove", "chk_1"), ("export", "out")):
        result = cli("ledger", *args)

        assert result.code == 2
        assert "no-ledger" in result.err
        assert not (workspace / "var").exists()


def test_the_index_is_made_again(cli: Cli, workspace: Path) -> None:
    """A damaged index leaves every record as written; `rebuild-index` mends it."""
    cli("check", "drafts/good.md")
    db = apsw.Connection(str(workspace / "var" / "ledger.db"))
    db.execute("DELETE FROM history")
    db.close()
    damaged, rebuilt = cli("ledger", "verify"), cli("ledger", "rebuild-index")

    assert damaged.code == 4
    assert "guardrails ledger rebuild-index" in damaged.out
    assert "2 as written" in damaged.out
    assert "unaccounted" not in damaged.out
    assert (rebuilt.code, rebuilt.out) == (0, "ledger: index made again from 2 records\n")
    assert cli("ledger", "verify").code == 0
