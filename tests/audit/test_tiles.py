"""The layout of tlog-tiles: by its specification, and against another log's files."""

import hashlib
import os
from pathlib import Path

import pytest

from guardrails.audit import tlog
from guardrails.audit.checkpoint import parsed_checkpoint
from guardrails.audit.log import AuditLog
from guardrails.audit.tiles import MAX_ENTRY, entries_path, entry_bundles, parsed_entries, tile_path, tiles
from guardrails.errors import LedgerError
from tests.audit.memory import MemoryKeys, MemoryStore
from tests.audit.samples import Clock, check
from tests.audit.test_tlog import definition

TILES = Path(os.environ.get("GUARDRAILS_DATA", "../shared/data")) / "vectors" / "tlog-tiles-tessera"
vectors = pytest.mark.skipif(not TILES.is_dir(), reason="GUARDRAILS_DATA has no test vectors")


@pytest.mark.parametrize(
    ("expected", "path"),
    [
        ("tile/0/000", tile_path(0, 0)),
        ("tile/0/000.p/7", tile_path(0, 0, 7)),
        ("tile/1/x001/x234/067", tile_path(1, 1234067)),
        ("tile/entries/x001/000.p/255", entries_path(1000, 255)),
    ],
)
def test_a_place_is_written_in_groups_of_three(expected, path):
    """All groups but the last begin with an x; a width below 256 is named."""
    assert expected == path


def test_the_layout_of_the_specification():
    """A tree of 70,000 has the tiles that C2SP tlog-tiles names, and no other."""
    found = dict(tiles(n.to_bytes(32, "big") for n in range(70_000)))

    assert 273 + 1 + 1 + 1 + 1 == len(found)
    assert {"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"} == {path for path in found if ".p/" in path}
    assert {"tile/0/272", "tile/1/000"} <= found.keys()


def test_a_tree_of_one_full_tile_has_one_hash_above():
    """256 leaves are a full tile at level 0 and one hash, their root, at level 1."""
    leaves = [tlog.leaf_hash(bytes([n])) for n in range(256)]

    assert {"tile/0/000": b"".join(leaves), "tile/1/000.p/1": definition(leaves)} == dict(tiles(leaves))
    assert {} == dict(tiles([]))


@vectors
@pytest.mark.parametrize("size", range(1, 16))
def test_the_tiles_of_another_log_are_made_again(size):
    """From the entries of Tessera's test log come its tiles, byte for byte, and the roots of its checkpoints."""
    bundle = (TILES / entries_path(0, size)).read_bytes()
    records = parsed_entries(bundle)
    leaves = list(map(tlog.leaf_hash, records))
    found = dict(tiles(leaves))

    assert {entries_path(0, size): bundle} == dict(entry_bundles(records))
    assert (TILES / tile_path(0, 0, size)).read_bytes() == found[tile_path(0, 0, size)]
    checkpoint = parsed_checkpoint((TILES / f"checkpoint.{size}").read_text(encoding="utf-8"))
    assert (size, definition(leaves)) == (checkpoint.head.size, checkpoint.head.root)


def test_bundles_hold_every_record_in_order():
    """Reading bundles back gives the records, also where they begin later."""
    records = [hashlib.sha256(bytes([n % 256])).digest()[: n % 33] for n in range(300)]
    found = dict(entry_bundles(records, first=2))

    assert [entries_path(2), entries_path(3, 44)] == list(found)
    assert records == [one for data in found.values() for one in parsed_entries(data)]


@pytest.mark.parametrize("data", [b"\0", b"\0\x05abcd", b"\0\x01a\0"])
def test_a_cut_bundle_is_unreadable(data):
    """A bundle that ends within a record is no bundle."""
    with pytest.raises(LedgerError, match="ends within"):
        parsed_entries(data)


def test_a_record_no_bundle_could_hold_is_never_made():
    """What could not be handed out is not recorded either; the largest that can be is."""
    log = AuditLog(MemoryStore(), MemoryKeys(), Clock())
    spare = MAX_ENTRY - len(_bytes_of(log, ""))
    log.append("heartbeat", {"pad": "x" * spare})

    with pytest.raises(LedgerError, match="65,536 bytes"):
        log.append("heartbeat", {"pad": "x" * (spare + 1)})
    assert log.head().size == 2


def test_a_text_with_very_many_findings_has_a_record():
    """A record names the first 256 findings of each kind, so that it always fits."""
    log = AuditLog(MemoryStore(), MemoryKeys(), Clock())
    many = tuple(f"f{n}" for n in range(5000))
    at = log.append_check(check(log, fingerprints=many, asks=many)).index

    assert (256, 256) == (len(log.record(at).texts("revise")), len(log.record(at).texts("asks")))


def _bytes_of(log, pad):
    """Append a heartbeat and return its bytes."""
    index = log.append("heartbeat", {"pad": pad}).index
    return next(log.stored(index, index + 1)).record
