"""The gate of a server: what is lent stays the same, what is in force is taken up, what fails changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from guardrails.errors import LedgerError, PolicyError
from guardrails.gate import Gate
from guardrails.live import RETRY_S, LiveGate, Refused, Swapped
from tests.gates import gate_in

DEFECT = KeyError("what a draft said")


@dataclass
class Server:
    """A live gate over a ledger that says what the test says, with a clock that the test moves."""

    first: Gate
    in_force: str | LedgerError = ""
    broken: dict[str, Exception] = field(default_factory=dict)
    started: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    now_s: float = 0.0

    def __post_init__(self) -> None:
        """Lend the first gate."""
        self.live = LiveGate(
            self.gate("one"),
            in_force=self.asked,
            start=self.start,
            close=lambda: self.closed.append("shared"),
            clock=lambda: self.now_s,
        )

    def gate(self, digest: str) -> Gate:
        """A gate for the policy with this digest."""
        policy = replace(self.first.policy, digest=digest)
        return replace(self.first, policy=policy, on_close=lambda: self.closed.append(digest))

    def asked(self) -> str:
        """What the ledger says."""
        if isinstance(self.in_force, LedgerError):
            raise self.in_force
        return self.in_force

    def start(self, digest: str) -> Gate:
        """Start a gate, unless it is one that does not start."""
        self.started.append(digest)
        if digest in self.broken:
            raise self.broken[digest]
        return self.gate(digest)

    def serving(self) -> str:
        """The digest that is lent."""
        with self.live.lent() as gate:
            return gate.policy.digest


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server whose ledger names no policy yet."""
    gate = gate_in(tmp_path)
    yield Server(gate)
    gate.close()


def test_nothing_in_force_changes_nothing(server: Server) -> None:
    """Until people activate a policy the first gate is lent; nor is it started again once it is in force."""
    assert server.live.refresh() is None
    server.in_force = "one"
    assert server.live.refresh() is None
    assert ("one", []) == (server.serving(), server.started)


def test_what_is_in_force_is_taken_up(server: Server) -> None:
    """Once, and the old one is released when nobody has borrowed it."""
    server.in_force = "two"

    assert Swapped("one", "two") == server.live.refresh()
    assert "two" == server.serving()
    assert server.live.refresh() is None
    assert (["two"], ["one"]) == (server.started, server.closed)


def test_who_borrowed_keeps_the_gate(server: Server) -> None:
    """A request that began under the old policy ends under it, and only then is the old gate released."""
    server.in_force = "two"
    with server.live.lent() as gate, server.live.lent():
        server.live.refresh()
        server.live.refresh()

        assert ("one", "two", []) == (gate.policy.digest, server.serving(), server.closed)
    server.live.refresh()
    assert ["one"] == server.closed


def test_a_borrower_that_fails_gives_back(server: Server) -> None:
    """An exception does not keep a gate open for ever."""
    server.in_force = "two"
    with pytest.raises(KeyError), server.live.lent():
        raise DEFECT
    server.live.refresh()
    server.live.refresh()

    assert ["one"] == server.closed


@pytest.mark.parametrize(
    ("error", "code"),
    [(PolicyError("policy-outdated", "of another version"), "policy-outdated"), (DEFECT, "defect")],
)
def test_what_does_not_start_leaves_the_old_one(server: Server, error: Exception, code: str) -> None:
    """Whatever went wrong, it is named, without its words."""
    server.in_force, server.broken = "two", {"two": error}
    refused = Refused("two", code, type(error).__name__)

    assert refused == server.live.refresh()
    assert refused == server.live.refused
    assert ("one", []) == (server.serving(), server.closed)


def test_what_did_not_start_is_tried_again_after_a_while(server: Server) -> None:
    """Its engine may be back; not every second, because a start costs something."""
    server.in_force, server.broken = "two", {"two": PolicyError("policy-outdated", "of another version")}
    server.live.refresh()
    server.now_s = RETRY_S - 0.1
    assert server.live.refresh() is None
    server.now_s, server.broken = RETRY_S, {}

    assert Swapped("one", "two") == server.live.refresh()
    assert server.live.refused is None
    assert ["two", "two"] == server.started


def test_another_policy_is_tried_at_once(server: Server) -> None:
    """Who mends what did not start does not wait; who rolls back to what is served has mended it too."""
    server.in_force, server.broken = "two", {"two": PolicyError("policy-outdated", "of another version")}
    server.live.refresh()
    server.in_force = "three"
    assert Swapped("one", "three") == server.live.refresh()
    server.in_force = "two"
    server.live.refresh()
    server.in_force = "three"

    assert server.live.refresh() is None
    assert server.live.refused is None


def test_a_ledger_that_cannot_be_read_is_news_once(server: Server) -> None:
    """The gate goes on, and says no more than once why it cannot know what is in force."""
    server.in_force = LedgerError("ledger-unreadable", "no such file")

    assert Refused("", "ledger-unreadable", "LedgerError") == server.live.refresh()
    assert server.live.refresh() is None
    assert "one" == server.serving()


def test_closing_releases_everything(server: Server) -> None:
    """Also a gate that somebody still has."""
    server.in_force = "two"
    with server.live.lent():
        server.live.refresh()
    server.live.close()

    assert ["two", "one", "shared"] == server.closed
