"""``guardrails replay``."""

import json

import pytest


@pytest.fixture
def checked(workspace, cli):
    """The ids of two checks on record."""
    answers = [json.loads(cli("check", "--format", "json", f"drafts/{name}.md").out) for name in ("good", "hype")]
    return [answer["results"][0]["answer"]["check_id"] for answer in answers]


def test_all_checks_are_replayed(checked, cli):
    """Both decisions come out as on record."""
    result = cli("replay", "--all")

    assert 0 == result.code
    assert "2 identical: the same bytes as on record" in result.out


def test_one_check_is_replayed_in_full(checked, cli):
    """One id, from the text on, as JSON."""
    result = cli("replay", checked[1], "--full", "--format", "json")

    assert 0 == result.code
    assert {"check_id": checked[1], "kind": "full", "status": "identical", "differences": []}.items() <= json.loads(
        result.out
    ).items()


def test_a_period_without_checks_says_so(checked, cli):
    """Nothing is no success that looks like one."""
    assert "no check in this period" in cli("replay", "--all", "--to", "2001-01-01").out


def test_lost_evidence_fails(checked, cli, workspace):
    """What is gone without an erasure is told, with the exit code of a ledger that is not intact."""
    import apsw

    connection = apsw.Connection(str(workspace / "var" / "ledger.db"))
    connection.execute("DELETE FROM payload WHERE part = 'engine_input'")
    connection.close()
    result = cli("replay", *checked)

    assert 4 == result.code
    assert "2 lost" in result.out


def test_nothing_to_replay_is_a_wrong_call(workspace, cli):
    """Without checks and without --all there is nothing to do, and without a ledger nothing to read."""
    assert 2 == cli("replay").code
    assert 2 == cli("replay", "--all").code
