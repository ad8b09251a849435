"""Records of every release that is kept here replay as they were decided."""

import lzma
from collections import Counter
from pathlib import Path

import pytest

from guardrails.audit.log import AuditLog
from guardrails.backends.rego.embedded import embedded_engine
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.replay.checks import Replays
from tests.e2e import nimbrel
from tests.gates import Clock

RELEASES = sorted(folder for folder in (nimbrel.FIXTURES / "replay").iterdir() if folder.is_dir())


@pytest.fixture(params=RELEASES, ids=lambda folder: folder.name)
def replays(request, tmp_path: Path):
    """The kept ledger of one release."""
    for packed in request.param.iterdir():
        (tmp_path / packed.stem).touch(mode=0o600)
        (tmp_path / packed.stem).write_bytes(lzma.decompress(packed.read_bytes()))
    log = AuditLog(SqliteStore(tmp_path / "ledger.db"), SqliteKeys(tmp_path / "keys.db"), Clock())
    yield Replays(log, embedded_engine(), nimbrel.evaluate())
    log.close()


def test_every_release_is_there():
    """There is at least one kept ledger, or nothing here would be tested."""
    assert "0.1.0" in [folder.name for folder in RELEASES]
    assert sum(file.stat().st_size for folder in RELEASES for file in folder.iterdir()) < 300_000 * len(RELEASES)


def test_its_ledger_verifies(replays):
    """What that release wrote verifies; only its triggers may be other ones than today's."""
    report = replays.log.verify()

    assert [] == [one for one in report.problems if one.what != "schema-differs"]
    assert report.erased == 1


def test_it_holds_every_sort(replays):
    """Each sort that replays differently is among its records."""
    checks = [record for _, record in replays.log.records() if record.type == "check"]

    assert {"pass", "revise", "escalate"} == {one.text("verdict") for one in checks}
    assert any(one.texts("waivers") for one in checks)
    assert any("stop-in-force" in one.texts("reasons") for one in checks)
    assert any("approved" in one.texts("reasons") for one in checks)


def test_its_decisions_are_made_again(replays):
    """The stored question and bundle give the stored decision, to the byte, also of a text that was erased."""
    statuses = Counter(one.status for one in replays.all(full=False))

    assert {"identical"} == set(statuses)
    assert statuses["identical"] >= 10


def test_its_assessments_are_made_again_or_explained(replays):
    """From the text on: the same, or the engine that changed, or the version that it takes, is named."""
    every = list(replays.all(full=True))
    found = [one for one in every if one.status != "erased"]

    assert len(every) - len(found) == 1
    assert {"identical", "explained", "unreadable"} >= {one.status for one in found}
    assert all(one.engine for one in found if one.status == "explained")
    assert all("guardrails-gate==" in one.detail for one in found if one.status == "unreadable")
