"""The checker of histories refuses every history that must not be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guardrails.audit import tlog
from tests.durability.history import Entry, Event, complaints

SIZE = 6


class Tree:
    """Six records by two clients, with the heads that a third one read."""

    def __init__(self):
        self.nodes, frontier, self.heads = [], tlog.Frontier(), []
        for index in range(SIZE):
            self.nodes += frontier.push(tlog.leaf_hash(b"%d" % index))
            self.heads.append(Event("head", "reader", size=index + 1, root=frontier.root().hex()))
        self.ledger = [Entry(index, f"r{index}", _leaf(index)) for index in range(SIZE)]

    def read(self, positions):
        """Return tree hashes."""
        return [self.nodes[position] for position in positions]

    def events(self):
        """Two clients in turn; the last record is uncertain, one other never came."""
        for index in range(SIZE - 1):
            client = f"c{index % 2}"
            yield Event("invoke", client, f"r{index}")
            yield Event("ok", client, f"r{index}", index, _leaf(index))
            yield self.heads[index]
        yield Event("invoke", "c1", "r5")
        yield Event("invoke", "c2", "gone")
        yield Event("info", "c2", "gone")
        yield Event("invoke", "c2", "full")
        yield Event("fail", "c2", "full")


def _leaf(index):
    return tlog.leaf_hash(b"%d" % index).hex()


@pytest.fixture
def tree():
    """A tree and its history."""
    return Tree()


def test_a_true_history_is_accepted(tree):
    """What was acknowledged is there, what is uncertain is there or not."""
    assert [] == complaints(tree.events(), tree.ledger, tree.read)


def lost(tree, events):
    """Return the ledger without its acknowledged fourth record, and those after it moved up."""
    kept = [*tree.ledger[:3], *tree.ledger[4:]]
    return events, [replace(entry, index=index) for index, entry in enumerate(kept)]


def changed(events, at, **values):
    """Return *events* with the one at *at* changed."""
    return [*events[:at], replace(events[at], **values), *events[at + 1 :]]


REFUSED = {
    "a lost record": (lost, "was acknowledged and is lost"),
    "a doubled record": (
        lambda tree, events: (events, [*tree.ledger, replace(tree.ledger[2], index=SIZE)]),
        "acknowledged at 2 and is another at 6",
    ),
    "a doubled record at one index": (
        lambda tree, events: (events, [*tree.ledger, tree.ledger[2]]), "acknowledged once and is there 2 times",
    ),
    "a doubled uncertain record": (
        lambda tree, events: (events, [*tree.ledger, replace(tree.ledger[5], index=SIZE)]), "r5 is there 2 times",
    ),
    "another leaf hash": (lambda tree, events: (changed(events, 4, leaf_hash=_leaf(9)), tree.ledger), "is another"),
    "another index": (lambda tree, events: (changed(events, 4, index=2), tree.ledger), "acknowledged at 2"),
    "a gap": (
        lambda tree, events: (events, [*tree.ledger[:5], replace(tree.ledger[5], index=7)]), "index 7 stands at 5",
    ),
    "a record that failed": (
        lambda tree, events: ([*events, Event("invoke", "c3", "late"), Event("fail", "c3", "late")],
                              [*tree.ledger, Entry(SIZE, "late", "")]),
        "late failed and is there",
    ),
    "a record of nobody": (
        lambda tree, events: (events, [*tree.ledger, Entry(SIZE, "stranger", "")]), "stranger is nobody's",
    ),
    "a later record that stands earlier": (
        lambda tree, events: ([*events[3:6], *events[:3], *events[6:]], tree.ledger), "before what was acknowledged",
    ),
    "two operations at once": (
        lambda tree, events: ([events[0], Event("invoke", "c0", "x"), *events[1:]], tree.ledger), "began x twice or",
    ),
    "an end without a beginning": (lambda tree, events: (events[1:], tree.ledger), "which it had not begun"),
    "two ends": (lambda tree, events: ([*events[:2], *events[1:]], tree.ledger), "which it had not begun"),
    "a head of another tree": (lambda tree, events: (changed(events, 8, root="ab" * 32), tree.ledger), "not extend"),
    "an empty head with a root": (
        lambda tree, events: ([Event("head", "x", size=0, root="ab" * 32), *events], tree.ledger), "does not extend",
    ),
    "a head that is lost": (
        lambda tree, events: ([*events, Event("head", "x", size=SIZE + 1, root="ab" * 32)], tree.ledger), "not extend",
    ),
    "a head behind what was acknowledged": (
        lambda tree, events: ([*events, tree.heads[1]], tree.ledger), "read a head of 2 after 4 was acknowledged",
    ),
    "a reader that saw records vanish": (
        lambda tree, events: ([tree.heads[5], *events], tree.ledger), "saw the ledger shrink to 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_false_history_is_refused(tree, name):
    """Each kind of lie is named."""
    bend, expected = REFUSED[name]
    events, ledger = bend(tree, list(tree.events()))
    found = complaints(events, ledger, tree.read)

    assert any(expected in one for one in found), found


def test_a_slow_reader_may_miss_what_came_while_it_looked(tree):
    """A head is as old as the beginning of the look, no older."""
    events = list(tree.events())
    slow = [*events[:5], Event("look", "x"), *events[5:9], replace(tree.heads[1], client="x"), *events[9:]]
    late = [*events[:8], Event("look", "x"), events[8], replace(tree.heads[1], client="x"), *events[9:]]

    assert [] == complaints(slow, tree.ledger, tree.read)
    assert ["x read a head of 2 after 2 was acknowledged"] == complaints(late, tree.ledger, tree.read)


def test_two_heads_of_one_size_are_one_head(tree):
    """Two readers that saw different roots at one size saw two ledgers."""
    split = replace(tree.heads[3], client="other", root="ab" * 32)

    assert complaints([*tree.events(), split], tree.ledger, tree.read)
