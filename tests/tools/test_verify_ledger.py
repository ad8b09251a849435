"""The independent verifier: accepts an export as it was written, and notices every change in every kind of file."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from guardrails.audit.signing import rotate
from tests.ledgers import exported, witnessed_log

TOOL = Path(__file__).parents[2] / "tools" / "verify_ledger.py"
COUNT = 600  # three tiles, the last one not full; a level above them


def run(folder, *args):
    """Run the verifier as somebody would who has only it and the export."""
    done = subprocess.run(
        [sys.executable, "-I", TOOL, folder, *args], capture_output=True, text=True, check=False, cwd=folder.parent
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An export, its ledger's key and its witness's."""
    home = tmp_path_factory.mktemp("ledger")
    log, key, witness = witnessed_log(home, COUNT)
    exported(log, home / "export")
    log.close()
    return home / "export", key.vkey, witness.vkey


@pytest.fixture
def copy(made, tmp_path):
    """A copy to tamper with, and the keys as arguments."""
    shutil.copytree(made[0], tmp_path / "export")
    return tmp_path / "export", ("--key", made[1], "--witness", made[2])


def test_it_is_short_and_independent():
    """At most 250 lines; the standard library, Ed25519, and nothing of ours."""
    source = TOOL.read_text(encoding="utf-8")
    imports = {
        name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    ours = {name for name in imports if name.partition(".")[0] not in sys.stdlib_module_names}

    assert len(source.splitlines()) <= 250
    assert {"cryptography.exceptions", "cryptography.hazmat.primitives.asymmetric.ed25519"} == ours


def test_an_export_is_verified(copy):
    """Everything is looked at, and said in words."""
    code, out = run(copy[0], *copy[1])

    assert (0, "verified") == (code, out.splitlines()[-1])
    for words in (
        f"checkpoint: {COUNT + 2} records of guardrails/",
        "lead to the root that is signed",
        "checkpoint 5: signs the first 5 of the same records",
        "witness legal.example.com: saw the first 5 records",
        f"'heartbeat': {COUNT}, 'key_event': 2",
    ):
        assert words in out
    assert "operator-trusted" not in out


def test_without_anybody_outside_it_says_so(copy):
    """The ledger's own key alone leaves it operator-trusted."""
    assert "operator-trusted" in run(copy[0], *copy[1][:2])[1]


FILES = (
    "checkpoint",
    "keys.json",
    "checkpoints/5",
    "tile/0/000",
    "tile/0/002.p/90",
    "tile/1/000.p/2",
    "tile/entries/000",
    "tile/entries/002.p/90",
)


def test_these_are_all_the_files(made):
    """Every kind of file is tampered with below."""
    kinds = {path.relative_to(made[0]).parts[:2] for path in made[0].rglob("*") if path.is_file()}

    assert kinds == {Path(name).parts[:2] for name in FILES}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("change", ["bit", "cut", "longer", "gone"])
def test_a_changed_file_is_noticed(copy, name, change):
    """One bit, a byte less, a byte more, or the whole file; records may be left out, but not changed."""
    file = copy[0] / name
    data = file.read_bytes()
    middle = len(data) // 2
    bent = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    if change == "gone":
        file.unlink()
    else:
        file.write_bytes({"bit": bent, "cut": data[:-1], "longer": data + b"x"}[change])
    code, out = run(copy[0], *copy[1])
    # Which records are in an export is its scope; what the witness saw is lost with its checkpoint.
    expected = 0 if change == "gone" and name.startswith("tile/entries") else 1

    assert (expected, "Traceback" in out) == (code, False)
    assert expected == 1 or f"of {COUNT + 2} are here" in out


def test_a_record_that_was_swapped_is_named(copy):
    """The index of the record that does not hash to its leaf."""
    file = copy[0] / "tile/entries/001"
    data = bytearray(file.read_bytes())
    at = data.index(b'"n":300')
    data[at : at + 7] = b'"n":301'
    file.write_bytes(data)

    assert "record 302 (tile/entries/001) is not what its leaf hash says" in run(copy[0], *copy[1])[1]


def test_a_file_that_does_not_belong_there_is_noticed(copy):
    """Nothing is slipped in beside it."""
    (copy[0] / "tile" / "entries" / "003").write_bytes(b"")

    assert run(copy[0], *copy[1])[0] == 1


def test_what_was_not_compared_is_said(copy):
    """Without all records nothing tells whether the list of keys is true; a folder that is a link belongs to nobody."""
    shutil.rmtree(copy[0] / "tile" / "entries")
    code, text = run(copy[0], *copy[1])
    (copy[0] / "more").symlink_to(copy[0] / "tile")

    assert 0 == code
    assert "keys.json: NOT compared" in text
    assert 1 == run(copy[0], *copy[1])[0]


@pytest.mark.parametrize("option", ["--key", "--witness"])
def test_another_key_verifies_nothing(copy, option, tmp_path):
    """A ledger's or witness's key that did not sign."""
    log, key, witness = witnessed_log(tmp_path / "other", 1)
    log.close()
    args = list(copy[1])
    args[args.index(option) + 1] = {"--key": key.vkey, "--witness": witness.vkey}[option]

    assert 1 == run(copy[0], *args)[0]


def test_an_old_checkpoint_is_compared(copy, tmp_path):
    """One that was handed out holds; one of another ledger does not."""
    held = tmp_path / "held.txt"
    held.write_bytes((copy[0] / "checkpoints/5").read_bytes())
    log, _, _ = witnessed_log(tmp_path / "other", 4)
    exported(log, tmp_path / "foreign")
    log.close()

    assert 0 == run(copy[0], *copy[1], "--checkpoint", held)[0]
    assert 1 == run(copy[0], *copy[1], "--checkpoint", tmp_path / "foreign" / "checkpoint")[0]


def test_keys_that_were_rotated_or_stolen_are_said(tmp_path):
    """In keys.json as the records have it: until when each counts, and which was somebody else's."""
    log, _, witness = witnessed_log(tmp_path / "ledger", 4)
    rotate(log, "permit", approved_by=("ana", "ben"))
    log.clock.now_ms += 9
    stolen = rotate(log, "checkpoint", approved_by=("ana", "ben"), compromised_since_ms=log.clock() - 5)
    new = rotate(log, "checkpoint", approved_by=("ana", "ben"), compromised_since_ms=log.clock() - 7)
    exported(log, tmp_path / "export")
    log.close()
    said = json.loads((tmp_path / "export" / "keys.json").read_text())["keys"]

    assert [(stolen.key.vkey, True), (new.key.vkey, None)] == [
        (one["vkey"], one.get("compromised")) for one in said[-2:]
    ]
    assert 0 == run(tmp_path / "export", "--key", new.key.vkey, "--witness", witness.vkey)[0]


def test_a_wrong_call_is_another_code(copy):
    """Without a key nothing is said about the export."""
    assert run(copy[0])[0] == 2


@pytest.mark.parametrize("count", [0, 1, 254, 255, 257])
def test_every_size_is_verified(tmp_path, count):
    """Around one full tile, too."""
    log, key, _ = witnessed_log(tmp_path / "l", count)
    exported(log, tmp_path / "export")
    log.close()

    assert 0 == run(tmp_path / "export", "--key", key.vkey)[0]
