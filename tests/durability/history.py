"""
What many clients saw of a ledger, held against the ledger itself; pure, in the manner of Jepsen's checkers.

A history is a sequence of events in the order in which they happened. ``invoke``: a client hands over a record.
``ok``: it was told where the record stands. ``fail``: it was told that nothing was recorded. ``info``: it was told
nothing certain; an operation without an end is one too. ``look``: a client began to read the head; ``head``: it has.

What must hold:

1. a client has at most one operation open and ends each once;
2. an acknowledged record is in the ledger once, at the index and with the leaf hash that were acknowledged;
3. a failed one is not in it, an uncertain one at most once, and nobody else's;
4. indices are dense;
5. what was acknowledged before an operation began stands before it, so that each client's records stand in its order;
6. a head covers all that was acknowledged before the look began, and any two heads are heads of one tree: the larger is
   proved to extend the smaller, the final one all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from guardrails.audit import tlog


@dataclass(frozen=True)
class Event:
    """Something a client did or was told; *record_id* names the operation, *size* and *root* a head."""

    kind: str
    client: str
    record_id: str = ""
    index: int = -1
    leaf_hash: str = ""
    size: int = 0
    root: str = ""


@dataclass(frozen=True)
class Entry:
    """A record as the final ledger has it."""

    index: int
    record_id: str
    leaf_hash: str


def complaints(events: Iterable[Event], ledger: Sequence[Entry], read: tlog.HashReader) -> list[str]:
    """Return everything that must hold and does not; *read* returns tree hashes of the final ledger."""
    seen = _Seen()
    for event in events:
        seen.add(event)
    ids = Counter(entry.record_id for entry in ledger)
    return [
        *seen.wrong,
        *_not_dense(ledger),
        *_acknowledged(seen, ledger, ids),
        *_uncertain(seen, ids),
        *_out_of_order(seen, ledger),
        *_heads(seen, len(ledger), read),
    ]


@dataclass
class _Seen:
    """A history, event by event."""

    oks: dict[str, Event] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    after: dict[str, int] = field(default_factory=dict)  # the highest index that was acknowledged before it began
    heads: list[Event] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    open: dict[str, str] = field(default_factory=dict)
    highest: int = -1
    looked: dict[str, int] = field(default_factory=dict)  # what was acknowledged when a client began to look
    largest: dict[str, int] = field(default_factory=dict)

    def add(self, event: Event) -> None:
        if event.kind == "look":
            self.looked[event.client] = self.highest
        elif event.kind == "head":
            self._add_head(event)
        elif event.kind == "invoke":
            self._begin(event)
        else:
            self._end(event)

    def _add_head(self, event: Event) -> None:
        acknowledged = self.looked.pop(event.client, self.highest)
        if event.size <= acknowledged:
            self.wrong.append(f"{event.client} read a head of {event.size} after {acknowledged} was acknowledged")
        if event.size < self.largest.get(event.client, 0):
            self.wrong.append(f"{event.client} saw the ledger shrink to {event.size}")
        self.largest[event.client] = event.size
        self.heads.append(event)

    def _begin(self, event: Event) -> None:
        if event.client in self.open or event.record_id in self.after:
            self.wrong.append(f"{event.client} began {event.record_id} twice or before its last operation ended")
        self.open[event.client] = event.record_id
        self.after[event.record_id] = self.highest

    def _end(self, event: Event) -> None:
        if self.open.pop(event.client, None) != event.record_id:
            self.wrong.append(f"{event.client} ended {event.record_id}, which it had not begun")
        if event.kind == "ok":
            self.oks[event.record_id] = event
            self.highest = max(self.highest, event.index)
        elif event.kind == "fail":
            self.failed.add(event.record_id)


def _not_dense(ledger: Sequence[Entry]) -> Iterator[str]:
    for index, entry in enumerate(ledger):
        if entry.index != index:
            yield f"index {entry.index} stands at {index}"


def _acknowledged(seen: _Seen, ledger: Sequence[Entry], ids: Counter[str]) -> Iterator[str]:
    at = {entry.record_id: entry for entry in ledger}
    for record_id, ok in seen.oks.items():
        entry = at.get(record_id)
        if entry is None:
            yield f"{record_id} was acknowledged and is lost"
        elif (entry.index, entry.leaf_hash) != (ok.index, ok.leaf_hash):
            yield f"{record_id} was acknowledged at {ok.index} and is another at {entry.index}"
        elif ids[record_id] != 1:
            yield f"{record_id} was acknowledged once and is there {ids[record_id]} times"


def _uncertain(seen: _Seen, ids: Counter[str]) -> Iterator[str]:
    for record_id, count in ids.items():
        if record_id not in seen.after:
            yield f"{record_id} is nobody's"
        elif record_id in seen.failed:
            yield f"{record_id} failed and is there"
        elif record_id not in seen.oks and count > 1:
            yield f"{record_id} is there {count} times"


def _out_of_order(seen: _Seen, ledger: Sequence[Entry]) -> Iterator[str]:
    for entry in ledger:
        if entry.index <= seen.after.get(entry.record_id, -1):
            yield f"{entry.record_id} stands at {entry.index}, before what was acknowledged before it began"


def _heads(seen: _Seen, size: int, read: tlog.HashReader) -> Iterator[str]:
    try:
        final = tlog.root(size, read).hex()
    except LookupError:
        yield f"the ledger has not the hashes of {size} records"
        return
    heads = sorted({*((head.size, head.root) for head in seen.heads), (size, final)})
    for (size1, root1), (size2, root2) in pairwise(heads):
        if not _extends(size1, root1, size2, root2, size, read):
            yield f"the head of {size2} does not extend that of {size1}"


def _extends(size1: int, root1: str, size2: int, root2: str, size: int, read: tlog.HashReader) -> bool:
    if size1 == 0:
        return root1 == tlog.EMPTY_ROOT.hex()
    if size2 > size:
        return False
    proof = tlog.consistency_proof(size1, size2, read)
    return tlog.consistency_holds(size1, size2, bytes.fromhex(root1), bytes.fromhex(root2), proof)
