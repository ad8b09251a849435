"""Vectors of others: canonical JSON (RFC 8785) on our subset of it, and the edges of Ed25519 signatures."""

import json
import os
from pathlib import Path

import pytest

from guardrails.audit.note import SIGNED, Note, Signature, VerifierKey
from guardrails.model.canonical import canonical

VECTORS = Path(os.environ.get("GUARDRAILS_DATA", "../shared/data")) / "vectors"
pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason="GUARDRAILS_DATA has no test vectors")


@pytest.mark.parametrize("name", ["arrays", "unicode"])
def test_canonical_json_is_that_of_rfc_8785(name):
    """What our subset holds has the bytes of the standard."""
    folder = VECTORS / "jcs-rfc8785"
    value = json.loads((folder / "input" / f"{name}.json").read_bytes())

    assert (folder / "output" / f"{name}.json").read_bytes() == canonical(value)


@pytest.mark.parametrize("name", ["french", "structures", "values", "weird"])
def test_what_our_subset_leaves_out_is_refused(name):
    """Floats, and keys that are not ASCII: no bytes at all rather than others than the standard's."""
    value = json.loads((VECTORS / "jcs-rfc8785" / "input" / f"{name}.json").read_bytes())

    with pytest.raises(ValueError, match=r"canonical JSON|ASCII strings"):
        canonical(value)


def test_edges_of_ed25519_sign_nothing():
    """No signature with a residue or another encoding of R is valid; the one ordinary signature among them is."""
    edges = json.loads((VECTORS / "ed25519-edge" / "ed25519vectors.json").read_bytes())
    accepted = [one for one in edges if signed(one)]
    flags = {flag for one in accepted for flag in one["flags"] or ()}

    assert 914 == len(edges)
    assert [one["number"] for one in edges if not one["flags"]] == [
        one["number"] for one in accepted if not one["flags"]
    ]
    assert not flags & {"low_order_residue", "non_canonical_R"}


def signed(one):
    """Whether a note with this text has a valid signature of that key."""
    key = VerifierKey("edge", SIGNED, bytes.fromhex(one["key"]))
    return Note(one["msg"], (Signature("edge", key.id, bytes.fromhex(one["sig"])),)).by(key) is not None
