"""
The arithmetic of an append-only Merkle log: hashes in, hashes out, storage behind one read method.

Hashing is RFC 6962 §2.1: a leaf is SHA-256(0x00 ‖ data), a node SHA-256(0x01 ‖ left ‖ right), the empty tree
SHA-256 of nothing. Proofs are those of RFC 6962 §2.1.1 and §2.1.2, their verification that of RFC 9162 §2.1.3.2 and
§2.1.4.2.

A log keeps every perfect subtree's hash, in the order in which subtrees become complete: leaf 0, leaf 1, node (1, 0),
leaf 2, leaf 3, node (1, 1), node (2, 0), leaf 4 … Node (level, n) covers leaves ``[n·2^level, (n+1)·2^level)``. The
place of a node in this order is its *position* (:func:`position`); a tree of *size* leaves keeps
:func:`stored_count` hashes. Appending never changes a stored hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeAlias

HashReader: TypeAlias = Callable[[Sequence[int]], Sequence[bytes]]
"""Returns the stored hashes at the given positions, in the given order."""

Proof: TypeAlias = tuple[bytes, ...]

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf with content *data*."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above *left* and *right*."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def position(level: int, n: int) -> int:
    """Return where the hash of node (*level*, *n*) is stored, counting from 0."""
    last_leaf = ((n + 1) << level) - 1
    return stored_count(last_leaf) + level


def stored_count(size: int) -> int:
    """Return how many hashes a tree of *size* leaves keeps: 2·size minus the number of ones in *size*."""
    return 2 * size - size.bit_count()


class Frontier:
    """
    The perfect subtrees whose union is the tree so far, largest first: all that appending needs.

    Args:
        size: Number of leaves.

        hashes: Their hashes, one for each one-bit of *size*, largest subtree first.
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        self.size = size
        self._hashes = list(hashes)

    @classmethod
    def at(cls, size: int, read: HashReader, start: int = 0) -> Frontier:
        """
        Return the frontier of the tree of *size* leaves whose hashes *read* returns.

        Of the leaves from *start*, which is a multiple of the largest subtree over them, instead of the first ones.
        """
        return cls(size, read([position(level, n) for level, n in _subtrees(start, start + size)]))

    def copy(self) -> Frontier:
        """Return a frontier that grows by itself."""
        return Frontier(self.size, self._hashes)

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The hashes of the perfect subtrees, largest first."""
        return tuple(self._hashes)

    def push(self, leaf: bytes) -> tuple[bytes, ...]:
        """Append *leaf* (a leaf hash) and return the hashes to store, in the order of their positions."""
        stored = [leaf]
        ones = self.size
        while ones & 1:
            stored.append(node_hash(self._hashes.pop(), stored[-1]))
            ones >>= 1
        self._hashes.append(stored[-1])
        self.size += 1
        return tuple(stored)

    def root(self) -> bytes:
        """Return the root of the tree so far."""
        return _folded(self._hashes) if self._hashes else EMPTY_ROOT


def root(size: int, read: HashReader) -> bytes:
    """Return the root of the tree of the first *size* leaves."""
    return Frontier.at(size, read).root()


def inclusion_proof(index: int, size: int, read: HashReader) -> Proof:
    """
    Return the audit path of leaf *index* in the tree of *size* leaves, from the leaf upwards.

    Raises:
        ValueError: If *index* is not in ``[0, size)``.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    return _range_roots(_path(index, 0, size), read)


def consistency_proof(size1: int, size2: int, read: HashReader) -> Proof:
    """
    Return the proof that the tree of *size1* leaves is a prefix of that of *size2*; empty for equal sizes.

    Raises:
        ValueError: Unless ``0 < size1 <= size2``.
    """
    if not 0 < size1 <= size2:
        raise ValueError(f"no proof leads from size {size1} to {size2}")
    return _range_roots(_subproof(size1, 0, size2, known=True), read)


def inclusion_holds(index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected_root: bytes) -> bool:
    """Tell whether *proof* shows that *leaf* (a leaf hash) is at *index* in the tree with that size and root."""
    if not (0 <= index < size and _are_hashes(leaf, *proof)):
        return False
    fn, sn, current = index, size - 1, leaf
    for sibling in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            current = node_hash(sibling, current)
            fn, sn = _climbed(fn, sn)
        else:
            current = node_hash(current, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and current == expected_root


def consistency_holds(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether *proof* shows that the first tree is a prefix of the second; never for an empty first tree."""
    if not (0 < size1 <= size2 and _are_hashes(*proof)):
        return False
    if size1 == size2:
        return not proof and root1 == root2
    path = [root1, *proof] if size1 & (size1 - 1) == 0 else list(proof)
    return bool(path) and _folds_to(path, size1 - 1, size2 - 1, root1, root2)


def _folds_to(path: Sequence[bytes], fn: int, sn: int, root1: bytes, root2: bytes) -> bool:
    # RFC 9162 §2.1.4.2, steps 4 to 7.
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            fn, sn = _climbed(fn, sn)
        else:
            second = node_hash(second, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == root1 and second == root2


def _climbed(fn: int, sn: int) -> tuple[int, int]:
    # The right edge has no right siblings: skip the levels at which the node stands alone.
    while not fn & 1 and fn != 0:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _are_hashes(*values: bytes) -> bool:
    # Without fixed lengths one string could be cut into different pairs of children.
    return all(len(value) == len(EMPTY_ROOT) for value in values)


def _split(count: int) -> int:
    """Return the largest power of two below *count* (at least 2)."""
    return 1 << ((count - 1).bit_length() - 1)


def _subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the perfect subtrees (level, n) that cover ``[start, end)``; *start* is a multiple of the largest."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _folded(hashes: Sequence[bytes]) -> bytes:
    folded = hashes[-1]
    for left in reversed(hashes[:-1]):
        folded = node_hash(left, folded)
    return folded


def _range_roots(ranges: Iterable[tuple[int, int]], read: HashReader) -> Proof:
    """Return the root over the leaves of each of *ranges*; all hashes are read at once."""
    covers = [[position(level, n) for level, n in _subtrees(start, end)] for start, end in ranges]
    hashes = iter(read([one for cover in covers for one in cover]))
    return tuple(_folded(list(islice(hashes, len(cover)))) for cover in covers)


def _path(index: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    if end - start == 1:
        return
    middle = start + _split(end - start)
    if index < middle:
        yield from _path(index, start, middle)
        yield middle, end
    else:
        yield from _path(index, middle, end)
        yield start, middle


def _subproof(size1: int, start: int, end: int, *, known: bool) -> Iterator[tuple[int, int]]:
    if size1 == end:
        if not known:
            yield start, end
        return
    middle = start + _split(end - start)
    if size1 <= middle:
        yield from _subproof(size1, start, middle, known=known)
        yield middle, end
    else:
        yield from _subproof(size1, middle, end, known=False)
        yield start, middle
