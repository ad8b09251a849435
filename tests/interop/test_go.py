"""Stock Go libraries of the transparency-log world accept what we write: checkpoint, tiles, proofs."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from guardrails.audit.checkpoint import kept_checkpoints, make_checkpoint
from guardrails.audit.proof import record_proof
from guardrails.audit.witnessing import witnessed_checkpoint
from guardrails.backends.witness.folder import open_witness
from tests.ledgers import exported, witnessed_log
from tests.services import require

HERE = Path(__file__).parent
RECORD = 137


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """The program, built here."""
    go = shutil.which("go")
    require("go", bool(go), "it is not on PATH")
    built = tmp_path_factory.mktemp("interop") / "interop"
    done = subprocess.run(
        [go, "build", "-buildvcs=false", "-o", built, "."], cwd=HERE, capture_output=True, text=True, check=False
    )
    require("the Go module proxy", "dial tcp" not in done.stderr, "modules cannot be had")
    assert (0, "") == (done.returncode, done.stderr if done.returncode else "")
    return built


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    """Everything the program is given, as its arguments."""
    home = tmp_path_factory.mktemp("ledger")
    log, key, witness = witnessed_log(home, 600)
    witnessed_checkpoint(log, make_checkpoint(log), open_witness(home / "witness").add_checkpoint, [witness])
    stored = next(log.stored(RECORD, RECORD + 1))
    (home / "one.tlog-proof").write_text(str(record_proof(log, stored.record_id)), encoding="utf-8")
    (home / "one.json").write_bytes(stored.record)
    size = exported(log, home / "export").checkpoint.head.size
    earlier = kept_checkpoints(log)[0]
    (home / "earlier").write_text(str(earlier.note), encoding="utf-8")
    proof = log.consistency_proof(earlier.head.size, size)
    (home / "consistency").write_text("\n".join(base64.b64encode(one).decode() for one in proof))
    log.close()
    files = [home / name for name in ("one.tlog-proof", "one.json", "earlier", "consistency")]
    return [home / "export", key.vkey, witness.vkey, *files]


def run(program, arguments):
    """Its exit code and what it said."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_go_accepts_our_ledger(program, handed_out):
    """sumdb/note and formats open the checkpoint, sumdb/tlog proves from our tiles, merkle verifies our proofs."""
    assert (
        0,
        (
            "checkpoint: 602 records, signatures: 2\n"
            "tiles: every record has a proof, 1 is the one to prove\n"
            f"proof: record {RECORD} of 602\n"
            "consistency: 5 records are the beginning of 602\n"
        ),
    ) == run(program, handed_out)


@pytest.mark.parametrize("name", ["checkpoint", "tile/0/001", "tile/entries/000", "tile/1/000.p/2"])
def test_go_refuses_what_was_changed(program, handed_out, tmp_path, name):
    """The test above can fail."""
    shutil.copytree(handed_out[0], tmp_path / "export")
    file = tmp_path / "export" / name
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)

    assert 1 == run(program, [tmp_path / "export", *handed_out[1:]])[0]


@pytest.mark.parametrize("at", [3, 4, 5, 6])
def test_go_refuses_another_proof(program, handed_out, tmp_path, at):
    """A proof, a record, an earlier checkpoint, a consistency proof with one character changed."""
    data = bytearray(handed_out[at].read_bytes())
    middle = data.index(b"\n", len(data) // 3) + 3 if at != 4 else len(data) // 2
    data[middle] = ord("A") if data[middle] != ord("A") else ord("B")
    (tmp_path / "bent").write_bytes(data)
    arguments = [*handed_out]
    arguments[at] = tmp_path / "bent"

    assert 1 == run(program, arguments)[0]
