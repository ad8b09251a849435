"""
A ledger beside a list: whatever is done to it, in whatever order, it is what the list says.

Two connections write it, processes die, copies are put back, records are erased. ``GUARDRAILS_STORIES`` sets how many
stories are told (default 12), each of up to 30 steps.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from guardrails.audit import tlog
from guardrails.audit.entry import Idempotency, Receipt
from guardrails.audit.log import AuditLog
from guardrails.audit.recovery import accept_gap
from guardrails.audit.store import Head
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.errors import LedgerError
from tests.audit.samples import Clock, check, erase_text
from tests.audit.samples import draft as parts_of

STORIES = int(os.environ.get("GUARDRAILS_STORIES", "12"))
FILES = ("ledger.db", "ledger.db-wal", "keys.db", "keys.db-wal", "keys.epochs")
PEOPLE = ("anna", "ben")
NUMBERS = st.integers(0, 10**6)


@dataclass(frozen=True)
class Line:
    """A record as the list has it; *draft* is empty for what is no check."""

    record_id: str
    leaf_hash: str
    draft: bytes = b""
    has_parts: bool = True


@dataclass
class Model:
    """The list and for which checks an erasure is in it; which records have keys, which is another file's matter."""

    lines: list[Line] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    keyed: set[str] = field(default_factory=set)

    def copy(self) -> Model:
        """Return a list that goes on by itself."""
        return Model(list(self.lines), set(self.erased), set(self.keyed))

    def head(self, size: int | None = None) -> Head:
        """Return the head over the first *size* lines, made without the ledger's own arithmetic."""
        leaves = [bytes.fromhex(line.leaf_hash) for line in self.lines[:size]]
        return Head(len(leaves), tree(leaves) if leaves else hashlib.sha256().digest())

    def checks(self) -> list[int]:
        """Return where checks stand that can be erased."""
        return [index for index, line in enumerate(self.lines) if line.draft and line.record_id not in self.erased]

    def unaccounted(self) -> set[int]:
        """Return which lines have neither keys nor an erasure."""
        gone = [line.has_parts and line.record_id not in self.keyed | self.erased for line in self.lines]
        return {index for index, is_gone in enumerate(gone) if is_gone}


def tree(leaves: list[bytes]) -> bytes:
    """Return the root over leaf hashes, as RFC 6962 defines it."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + tree(leaves[:half]) + tree(leaves[half:])).digest()


class Story(RuleBasedStateMachine):
    """What happens to one ledger."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="guardrails-model-"))
        self.folders = 0
        self.open = ExitStack()
        self.model = Model()
        self.backups: list[tuple[Path, Model]] = []
        self.clock = Clock()
        self.keys_used = 0

    @initialize()
    def begin(self) -> None:
        """A new ledger, opened twice."""
        self.folder = self.new_folder()
        self.open_both()

    def teardown(self) -> None:
        """Close it and take it away."""
        self.open.close()
        shutil.rmtree(self.home)

    def new_folder(self) -> Path:
        """Return a folder that nobody has used."""
        self.folders += 1
        (folder := self.home / str(self.folders)).mkdir()
        return folder

    def stores(self) -> tuple[SqliteKeys, SqliteStore]:
        """Open the files."""
        keys = SqliteKeys(self.folder / "keys.db")
        self.open.callback(keys.close)
        store = SqliteStore(self.folder / "ledger.db")
        self.open.callback(store.close)
        return keys, store

    def open_both(self) -> None:
        """Open it as two processes do."""
        self.logs = [AuditLog(store, keys, self.clock) for keys, store in (self.stores(), self.stores())]
        for log in self.logs:
            self.open.callback(log.close)

    def copied(self) -> Path:
        """Return a copy of the files as they lie there."""
        folder = self.new_folder()
        for name in FILES:
            if (self.folder / name).exists():
                shutil.copy(self.folder / name, folder / name)
        return folder

    def add(self, told: Receipt, draft: bytes = b"", *, has_parts: bool = True) -> None:
        """Note what the ledger says it has recorded."""
        assert told.index == len(self.model.lines)

        self.model.lines.append(Line(told.record_id, told.leaf_hash, draft, has_parts))
        self.model.keyed.add(told.record_id)

    # -- writing

    @rule(which=st.integers(0, 1), draft=st.binary(min_size=1, max_size=3000))
    def append(self, which: int, draft: bytes) -> None:
        """One record."""
        self.clock.now_ms += 1
        self.add(self.logs[which].append_check(check(self.logs[which], draft_parts=parts_of(draft))), draft)

    @rule(which=st.integers(0, 1), drafts=st.lists(st.binary(min_size=1, max_size=50), min_size=1, max_size=9))
    def batch(self, which: int, drafts: list[bytes]) -> None:
        """Several at once, all of which want the same idempotency key; the first gets it."""
        self.keys_used += 1
        key = Idempotency(f"key {self.keys_used}", "body", lambda receipt: receipt.record_id.encode())
        log = self.logs[which]
        told = log.append_each([check(log, draft_parts=parts_of(draft), idempotency=key) for draft in drafts])
        codes = {one.code for one in told if isinstance(one, LedgerError)}
        self.add(told[0], drafts[0])

        assert codes <= {"idempotency-key-in-use"}
        assert len(drafts) - 1 == sum(isinstance(one, LedgerError) for one in told)

    @rule(which=st.integers(0, 1), number=NUMBERS)
    @precondition(lambda self: self.model.checks())
    def erase(self, which: int, number: int) -> None:
        """The text of some check."""
        checks = self.model.checks()
        target = self.model.lines[checks[number % len(checks)]].record_id
        (told,) = erase_text(self.logs[which], target)
        self.add(told, has_parts=False)
        self.model.keyed.discard(target)
        self.model.erased.add(target)

    @rule(which=st.integers(0, 1))
    def rebuild_index(self, which: int) -> None:
        """Make the index again, from the records."""
        self.logs[which].rebuild_index()

    # -- endings

    @rule()
    def reopen(self) -> None:
        """Close it and open it again."""
        self.open.close()
        self.open_both()

    @rule()
    def crash(self) -> None:
        """Kill both processes: go on from the files as they lie there."""
        self.folder, before = self.copied(), self.open
        self.open = ExitStack()
        self.open_both()
        before.close()

    @rule()
    def back_up(self) -> None:
        """Keep a copy of both files."""
        self.backups.append((self.copied(), self.model.copy()))

    @rule(number=NUMBERS)
    @precondition(lambda self: self.backups)
    def restore_both(self, number: int) -> None:
        """Put a copy of both files back: nothing here can tell, and what came after the copy never was."""
        folder, model = self.backups[number % len(self.backups)]
        self.put_back(folder, FILES)
        self.model = model.copy()
        self.open_both()

    @rule(number=NUMBERS)
    @precondition(lambda self: self.backups)
    def restore_ledger(self, number: int) -> None:
        """Put a copy of the ledger back beside its keys: it is refused until two people accept what is missing."""
        folder, model = self.backups[number % len(self.backups)]
        now = self.model
        is_behind = model.lines[: len(now.lines)] != now.lines
        self.put_back(folder, FILES[:2])
        refused = ""
        try:
            self.open_both()
        except LedgerError as error:
            refused = error.code

        assert ("ledger-damaged" if is_behind else "") == refused

        self.model = replace(model.copy(), keyed=now.keyed)
        if is_behind:
            self.recover(len(now.lines))

    def recover(self, seen: int) -> None:
        """Accept the gap."""
        self.open.close()
        keys, store = self.stores()
        told = accept_gap(store, keys, self.clock, reason="restored", approved_by=PEOPLE)
        self.add(told)
        self.open.close()
        self.open_both()
        missing = self.logs[0].record(told.index).number("missing")

        assert max(seen - told.index, 0) == missing

    def put_back(self, folder: Path, names: tuple[str, ...]) -> None:
        """Put copies of files in the place of those that are there."""
        self.open.close()
        for name in names:
            (self.folder / name).unlink(missing_ok=True)
            if (folder / name).exists():
                shutil.copy(folder / name, self.folder / name)

    # -- looking

    @invariant()
    def is_what_the_list_says(self) -> None:
        """Both connections have the head over the list."""
        for log in getattr(self, "logs", ()):
            assert self.model.head() == log.head()

    @rule(which=st.integers(0, 1))
    def verify(self, which: int) -> None:
        """A verification names what has lost its keys without an erasure, and nothing else."""
        report = self.logs[which].verify()

        assert self.model.unaccounted() == {problem.index for problem in report.problems}, report.problems
        assert len(self.model.lines) == report.size
        assert len([line for line in self.model.lines if line.record_id in self.model.erased]) == report.erased

    @rule(which=st.integers(0, 1), number=NUMBERS, size=NUMBERS)
    @precondition(lambda self: self.model.lines)
    def prove(self, which: int, number: int, size: int) -> None:
        """A record is in any tree that is long enough, and each tree is the beginning of the next."""
        log, count = self.logs[which], len(self.model.lines)
        index = number % count
        size = index + 1 + size % (count - index)
        leaf = bytes.fromhex(self.model.lines[index].leaf_hash)
        inclusion, consistency = log.inclusion_proof(index, size), log.consistency_proof(size)
        roots = self.model.head(size).root, self.model.head().root

        assert tlog.inclusion_holds(index, size, leaf, inclusion, roots[0])
        assert tlog.consistency_holds(size, count, *roots, consistency)

    @rule(which=st.integers(0, 1), number=NUMBERS)
    @precondition(lambda self: self.model.lines)
    def read(self, which: int, number: int) -> None:
        """A text can be read, unless its keys are gone."""
        index = number % len(self.model.lines)
        line = self.model.lines[index]
        if not line.draft:
            return
        try:
            found = self.logs[which].decrypt(index, "field:0")
        except LedgerError as error:
            found = error.code.encode()

        assert (b"payload-missing" if line.record_id not in self.model.keyed else line.draft) == found


TestStory = Story.TestCase
TestStory.settings = settings(
    max_examples=STORIES,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
