"""pymerkle, another implementation of RFC 6962, as an oracle: the same roots, and our proofs hold there."""

import pytest

from guardrails.audit import tlog

pymerkle = pytest.importorskip("pymerkle", reason="pymerkle is not installed")

RECORDS = [f"record {n}".encode() for n in range(70)]


@pytest.fixture(scope="module")
def trees():
    """Their tree and our stored hashes of the same records."""
    theirs, frontier, ours = pymerkle.InmemoryTree(algorithm="sha256"), tlog.Frontier(), []
    for record in RECORDS:
        theirs.append_entry(record)
        ours.extend(frontier.push(tlog.leaf_hash(record)))
    return theirs, lambda positions: [ours[one] for one in positions]


@pytest.mark.parametrize("size", range(1, 71))
def test_roots_are_the_same(trees, size):
    """For every size up to 70."""
    theirs, read = trees

    assert theirs.get_root(size) == tlog.root(size, read)


def with_path(theirs, path):
    """One of their proofs with our hashes in it."""
    data = theirs.serialize()
    return pymerkle.MerkleProof.deserialize({**data, "path": [one.hex() for one in path]})


@pytest.mark.parametrize("size", range(1, 71))
def test_our_inclusion_proofs_hold_there(trees, size):
    """Of every record in every tree; with one hash changed they do not."""
    theirs, read = trees
    for index in range(size):
        leaf, root = tlog.leaf_hash(RECORDS[index]), tlog.root(size, read)
        path = [leaf, *tlog.inclusion_proof(index, size, read)]
        proof = theirs.prove_inclusion(index + 1, size)  # they count from one

        pymerkle.verify_inclusion(leaf, root, with_path(proof, path))
        with pytest.raises(pymerkle.InvalidProof):
            pymerkle.verify_inclusion(leaf, root, with_path(proof, [*path[:-1], bytes(32)]))


@pytest.mark.parametrize("size", range(2, 71))
def test_their_consistency_proofs_hold_between_our_roots(trees, size):
    """From every smaller tree; their proofs have a form of their own, so ours are put to Go's libraries (test_go)."""
    theirs, read = trees
    for before in range(1, size):
        root1, root2 = tlog.root(before, read), tlog.root(size, read)
        proof = theirs.prove_consistency(before, size)

        pymerkle.verify_consistency(root1, root2, proof)
        with pytest.raises(pymerkle.InvalidProof):
            pymerkle.verify_consistency(root2, root1, proof)
