"""The arithmetic of the Merkle log against definitions written down a second time, and against public vectors."""

import base64
import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.audit import tlog

SIZES = range(101)
LEAVES = [tlog.leaf_hash(bytes([n])) for n in range(100)]


def definition(leaves):
    """MTH of RFC 6962 §2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + definition(leaves[:k]) + definition(leaves[k:])).digest()


def path_definition(index, leaves):
    """PATH of RFC 6962 §2.1.1, word for word."""
    if len(leaves) == 1:
        return ()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if index < k:
        return (*path_definition(index, leaves[:k]), definition(leaves[k:]))
    return (*path_definition(index - k, leaves[k:]), definition(leaves[:k]))


@pytest.fixture(scope="module")
def stored():
    """Every stored hash of a tree of 100 leaves, in order."""
    frontier = tlog.Frontier()
    return [one for leaf in LEAVES for one in frontier.push(leaf)]


@pytest.fixture(scope="module")
def read(stored):
    """Read from the hashes of that tree."""
    return lambda positions: [stored[position] for position in positions]


@pytest.fixture(scope="module")
def roots():
    """Roots of the trees of 0 to 100 leaves, by definition."""
    return [definition(LEAVES[:size]) for size in SIZES]


def test_a_proof_reads_once(read):
    """Its hashes are asked for together: over a network each asking is a journey."""
    asked = []

    def counting(positions):
        asked.append(len(positions))
        return read(positions)

    for proof in (
        lambda: tlog.inclusion_proof(77, 100, counting),
        lambda: tlog.consistency_proof(77, 100, counting),
        lambda: tlog.root(100, counting),
    ):
        proof()

    assert 3 == len(asked)
    assert min(asked) > 1


def test_a_leaf_is_no_node():
    """The same bytes hash differently as a leaf and as a node."""
    left, right = LEAVES[:2]

    assert tlog.leaf_hash(left + right) != tlog.node_hash(left, right)


@pytest.mark.parametrize("size", SIZES)
def test_roots_follow_the_definition(size, read, roots):
    """The root over stored hashes is the tree hash of RFC 6962 for every size up to 100."""
    assert roots[size] == tlog.root(size, read)


@pytest.mark.parametrize("size", SIZES)
def test_the_stored_count_is_what_pushing_stores(size):
    """`stored_count` says how many hashes a tree keeps, and `position` where its last leaf is."""
    frontier = tlog.Frontier()
    counts = [len(frontier.push(leaf)) for leaf in LEAVES[:size]]

    assert sum(counts) == tlog.stored_count(size)
    assert size == 0 or sum(counts[:-1]) == tlog.position(0, size - 1)


@pytest.mark.parametrize("size", SIZES)
def test_a_frontier_read_back_goes_on_where_it_stopped(size, read, stored):
    """Pushing onto a frontier read from storage stores what was stored before."""
    frontier = tlog.Frontier.at(size, read)
    expected = stored[tlog.stored_count(size) :]

    assert expected == [one for leaf in LEAVES[size:] for one in frontier.push(leaf)]


@pytest.mark.parametrize("size", SIZES[1:])
def test_every_inclusion_proof_holds_and_no_other(size, read, roots):
    """Every leaf of every tree up to 100 has a proof by definition; it fails for a neighbour, bent or cut."""
    for index in range(size):
        proof = tlog.inclusion_proof(index, size, read)

        assert path_definition(index, LEAVES[:size]) == proof
        assert tlog.inclusion_holds(index, size, LEAVES[index], proof, roots[size])
        assert not tlog.inclusion_holds(index, size, LEAVES[index - 1], proof, roots[size]) or size == 1
        assert not tlog.inclusion_holds(index, size, LEAVES[index], (*proof, b"\0" * 32), roots[size])
        assert not proof or not tlog.inclusion_holds(index, size, LEAVES[index], proof[:-1], roots[size])


@pytest.mark.parametrize("size2", SIZES[1:])
def test_every_consistency_proof_holds_and_no_other(size2, read, roots):
    """Every pair of sizes up to 100 has a proof; it fails for another root, bent or cut."""
    for size1 in range(1, size2 + 1):
        proof = tlog.consistency_proof(size1, size2, read)

        assert tlog.consistency_holds(size1, size2, roots[size1], roots[size2], proof)
        assert not tlog.consistency_holds(size1, size2, roots[size1 - 1], roots[size2], proof)
        assert not tlog.consistency_holds(size1, size2, roots[size1], roots[size2 - 1], proof)
        assert not tlog.consistency_holds(size1, size2, roots[size1], roots[size2], (*proof, b"\0" * 32))
        assert not proof or not tlog.consistency_holds(size1, size2, roots[size1], roots[size2], proof[:-1])


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 99), st.integers(0, 6), st.integers(0, 255))
def test_a_bent_inclusion_proof_fails(index, step, bit):
    """Flipping any bit of a proof breaks it."""
    frontier = tlog.Frontier()
    hashes = [one for leaf in LEAVES for one in frontier.push(leaf)]
    proof = list(tlog.inclusion_proof(index, 100, lambda positions: [hashes[p] for p in positions]))
    step %= len(proof)
    proof[step] = (int.from_bytes(proof[step], "big") ^ 1 << bit).to_bytes(32, "big")

    assert not tlog.inclusion_holds(index, 100, LEAVES[index], proof, frontier.root())


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3)])
def test_a_leaf_outside_the_tree_has_no_proof(index, size, read):
    """Asking for the proof of a leaf that the tree has not is a mistake."""
    with pytest.raises(ValueError, match="not in a tree"):
        tlog.inclusion_proof(index, size, read)


@pytest.mark.parametrize(("size1", "size2"), [(0, 0), (0, 3), (4, 3)])
def test_nothing_is_consistent_with_an_empty_tree(size1, size2, read):
    """No consistency proof starts at an empty or at a larger tree."""
    with pytest.raises(ValueError, match="no proof"):
        tlog.consistency_proof(size1, size2, read)
    assert not tlog.consistency_holds(size1, size2, tlog.EMPTY_ROOT, tlog.EMPTY_ROOT, ())


def vectors(kind):
    """Return the public proof vectors of one kind, or skip by name."""
    folder = Path(os.environ.get("GUARDRAILS_DATA", "../shared/data")) / "vectors" / "rfc6962-merkle-proofs"
    if not folder.is_dir():
        pytest.skip("rfc6962-merkle-proofs is not under $GUARDRAILS_DATA/vectors")
    return [json.loads(path.read_bytes()) for path in sorted((folder / kind).rglob("*.json"))]


def decoded(case, name):
    """Return the bytes of a field that may be missing."""
    return base64.b64decode(case.get(name) or "")


def test_public_inclusion_vectors():
    """We accept and refuse the inclusion proofs that transparency-dev/merkle accepts and refuses."""
    for case in vectors("inclusion"):
        proof = [base64.b64decode(one) for one in case["proof"] or ()]
        leaf, root = decoded(case, "leafHash"), decoded(case, "root")
        held = tlog.inclusion_holds(case["leafIdx"], case["treeSize"], leaf, proof, root)

        assert case["wantErr"] is not held, case["desc"]


def test_public_consistency_vectors():
    """We accept and refuse the consistency proofs that transparency-dev/merkle accepts and refuses."""
    for case in vectors("consistency"):
        proof = [base64.b64decode(one) for one in case["proof"] or ()]
        root1, root2 = decoded(case, "root1"), decoded(case, "root2")
        held = tlog.consistency_holds(case["size1"], case["size2"], root1, root2, proof)

        assert case["wantErr"] is not held, case["desc"]


def test_public_roots():
    """The roots of transparency-dev/merkle's eight leaves are ours."""
    vectors("inclusion")
    path = (
        Path(os.environ.get("GUARDRAILS_DATA", "../shared/data")) / "vectors" / "rfc6962-merkle-proofs" / "roots.json"
    )
    known = json.loads(path.read_bytes())
    frontier = tlog.Frontier()
    found = [frontier.root().hex()]
    for leaf in known["leaf_inputs_hex"]:
        frontier.push(tlog.leaf_hash(bytes.fromhex(leaf)))
        found.append(frontier.root().hex())

    assert known["root_hashes_hex_by_size"] == found
