"""The command line over a ledger in PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from guardrails.errors import SettingsError
from guardrails.settings import read_settings
from tests.postgres import ADMIN, Cluster
from tests.surfaces.cli.conftest import Cli


@pytest.fixture
def address(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty database, set as the ledger, with a password that nobody asks for."""
    url = cluster.url(cluster.empty()).replace("service@", "service:s3cret@")
    monkeypatch.setenv("GUARDRAILS_LEDGER", url)
    return url


@pytest.fixture
def administrator(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """An administrator is named too."""
    monkeypatch.setenv("GUARDRAILS_LEDGER_ADMIN", cluster.url("ledger", ADMIN))


def test_a_ledger_is_made_once_and_used(cli: Cli, workspace: Path, address: str, administrator: None) -> None:
    """An administrator makes it; checks, verification and the index work as over a file, and no file is made."""
    made, again = cli("ledger", "init"), cli("ledger", "init")
    checked, verified, doctor = cli("check", "drafts/good.md"), cli("ledger", "verify"), cli("doctor")
    rebuilt = cli("ledger", "rebuild-index")

    assert (0, 0, 0, 0, 0) == (made.code, again.code, checked.code, verified.code, rebuilt.code), doctor.out + made.err
    assert "schema guardrails made, owner guardrails_owner, service service" in made.out
    assert "schema guardrails_keys was there" in again.out
    assert "ledger: intact (2 records: 1 check, 1 policy_activated" in verified.out
    assert "2 records, root" in doctor.out
    assert "in PostgreSQL, in a schema of their own" in doctor.out
    assert ["keys.epochs"] == [path.name for path in (workspace / "var").iterdir()]


def test_a_ledger_that_was_not_made_is_said(cli: Cli, workspace: Path, address: str) -> None:
    """Without a ledger there is no verdict, and the advice says who makes it."""
    for arguments in (("check", "drafts/good.md"), ("ledger", "verify")):
        result = cli(*arguments)

        assert 4 == result.code
        assert "ledger-missing" in result.err
        assert "guardrails ledger init" in result.err
        assert "s3cret" not in result.err


def test_the_service_makes_no_ledger(cli: Cli, workspace: Path, address: str) -> None:
    """Who uses a ledger must not own it."""
    result = cli("ledger", "init")

    assert 2 == result.code
    assert "GUARDRAILS_LEDGER_ADMIN" in result.err


def test_a_vanished_ledger_is_noticed(
    cli: Cli, workspace: Path, address: str, administrator: None, cluster: Cluster
) -> None:
    """A ledger made anew under keys that have seen records is refused until two people accept the loss."""
    cli("ledger", "init")
    cli("check", "drafts/good.md")
    cluster.run("DROP SCHEMA guardrails CASCADE", "ledger")
    made, checked, verified = cli("ledger", "init"), cli("check", "drafts/good.md"), cli("ledger", "verify")

    assert (4, 4, 4) == (made.code, checked.code, verified.code)
    assert "the ledger has 0 records, 2 have been seen" in checked.err
    assert "rolled-back" in verified.out


def test_vanished_keys_are_noticed(
    cli: Cli, workspace: Path, address: str, administrator: None, cluster: Cluster
) -> None:
    """Keys made anew beside a ledger with records would give everybody another reference: refused."""
    cli("ledger", "init")
    cli("check", "drafts/good.md")
    cluster.run("DROP SCHEMA guardrails_keys CASCADE", "ledger")
    made, checked = cli("ledger", "init"), cli("check", "drafts/good.md")

    assert (4, 4) == (made.code, checked.code)
    assert "keys-missing" in checked.err


@pytest.mark.parametrize(
    ("ledger", "keys"), [("postgresql://h/d", "var/keys.db"), ("var/ledger.db", "postgresql://h/d")]
)
def test_replicas_share_the_keys(tmp_path: Path, ledger: str, keys: str) -> None:
    """A ledger that several machines write cannot have its keys in a file of one of them."""
    with pytest.raises(SettingsError) as caught:
        read_settings(tmp_path, {"GUARDRAILS_LEDGER": ledger, "GUARDRAILS_KEYS": keys})

    assert "bad-setting" == caught.value.code


def test_keys_may_lie_elsewhere(tmp_path: Path) -> None:
    """By default they are where the ledger is; an address of their own is taken. Neither is ever shown."""
    ledger, keys = "postgresql://u:s3cret@h/d", "postgresql://v:s3cret@k/e"
    together = read_settings(tmp_path, {"GUARDRAILS_LEDGER": ledger})
    apart = read_settings(tmp_path, {"GUARDRAILS_LEDGER": ledger, "GUARDRAILS_KEYS": keys})

    assert (ledger, ledger) == (together.postgres, together.postgres_keys)
    assert (ledger, keys) == (apart.postgres, apart.postgres_keys)
    assert "s3cret" not in repr(apart)
