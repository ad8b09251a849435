#!/usr/bin/env python3
"""
Verify an exported ledger without the program that wrote it: standard library, and Ed25519 from `cryptography`.

    python verify_ledger.py FOLDER --key VKEY [--witness VKEY]... [--checkpoint FILE]...

FOLDER is in the layout of C2SP tlog-tiles. VKEY (name+hash+base64, or a file with it) comes from whoever runs the ledger, or is its witness,
on a way that does not lead through FOLDER. FILE is a checkpoint that was handed out earlier.

Steps: 1. the checkpoint is signed by a key that was given; 2. the hash tiles are complete, and every hash above the leaves
is that of what it stands for; 3. their root is the checkpoint's; 4. every record that is here hashes to its leaf, no id
stands twice, and keys.json is what they say; 5. earlier checkpoints, in FOLDER or given, sign a beginning of the same records; 6. each witness that was
given has cosigned one; 7. nothing else lies in FOLDER. Exit code: 0 all of it holds, 1 something does not, 2 wrong call.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
from collections import Counter
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WITNESS = 4  # type of a C2SP cosignature, over the time and the text; a log signs (type 1) the text
WIDTH, HASH = 256, 32


class Wrong(ValueError):
    """Something is not as it must be."""


def sha256(data):
    return hashlib.sha256(data).digest()


def decoded(text):
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Wrong(f"{text[:40]!r} is no base64") from None


class Key:
    """Somebody who signs, by a vkey."""

    def __init__(self, vkey):
        vkey = vkey if "+" in vkey else Path(vkey).read_text("utf-8").strip()
        self.name, _, rest = vkey.partition("+")
        key_id, _, data = rest.partition("+")
        data = decoded(data)
        self.type, self.public, self.id = data[:1], data[1:], sha256(self.name.encode() + b"\n" + data)[:4]
        if self.id.hex() != key_id or len(self.public) != HASH or self.type not in (b"\x01", b"\x04"):
            raise Wrong(f"{vkey} is no public key of a log or a witness")

    def signed(self, checkpoint):
        """Return the time (seconds) of a valid signature, 0 for a log's; None if there is none."""
        for name, data in checkpoint.signatures:
            if name != self.name or data[:4] != self.id:
                continue
            time, signature, message = 0, data[4:], checkpoint.text.encode()
            if self.type[0] == WITNESS:
                time, signature = int.from_bytes(data[4:12], "big"), data[12:]
                message = f"cosignature/v1\ntime {time}\n".encode() + message
            try:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
            except InvalidSignature:
                raise Wrong(f"the signature of {name} is not under this text") from None
            return time
        return None


class Checkpoint:
    """Origin, number of records, root, and who signed: C2SP tlog-checkpoint."""

    def __init__(self, data, where):
        body, gap, lines = data.rpartition("\n\n")
        self.text = body + "\n"
        rows = body.split("\n")
        if not gap or not lines.endswith("\n") or len(rows) < 3 or not re.fullmatch("0|[1-9][0-9]{0,18}", rows[1]):
            raise Wrong(f"{where} is no checkpoint")
        self.origin, self.size, self.root = rows[0], int(rows[1]), decoded(rows[2])
        self.signatures = []
        for line in lines[:-1].split("\n"):
            found = re.fullmatch("\u2014 ([^ ]+) ([^ ]+)", line)
            if not found:
                raise Wrong(f"{where}: {line[:40]!r} is no signature")
            self.signatures.append((found[1], decoded(found[2])))


def place(n, width):
    groups = []
    while True:
        groups.insert(0, f"{'x' if groups else ''}{n % 1000:03d}")
        n //= 1000
        if n == 0:
            return "/".join(groups) + ("" if width == WIDTH else f".p/{width}")


def tiles(folder, size, expected):
    """Yield level by level the hashes of every tile; each must have the hashes that the level below gives."""
    level, count, below = 0, size, None
    while count:
        hashes = []
        for start in range(0, count, WIDTH):
            width = min(WIDTH, count - start)
            name = f"tile/{level}/{place(start // WIDTH, width)}"
            expected.add(name)
            data = (folder / name).read_bytes()
            if len(data) != width * HASH:
                raise Wrong(f"{name} has {len(data)} bytes, not {width * HASH}")
            hashes += [data[at : at + HASH] for at in range(0, len(data), HASH)]
        if below is not None:
            for n, found in enumerate(hashes):
                if root(below[n * WIDTH : (n + 1) * WIDTH]) != found:
                    raise Wrong(f"tile level {level}: hash {n} is not that of the tile below it")
        yield hashes
        level, count, below = level + 1, count // WIDTH, hashes


def root(hashes):
    """Return the tree hash (RFC 6962, section 2.1) over leaf hashes."""
    if not hashes:
        return sha256(b"")
    stack = []  # perfect subtrees, largest first: (number of leaves, hash)
    for leaf in hashes:
        count, current = 1, leaf
        while stack and stack[-1][0] == count:
            count, current = count * 2, sha256(b"\x01" + stack.pop()[1] + current)
        stack.append((count, current))
    current = stack.pop()[1]
    while stack:
        current = sha256(b"\x01" + stack.pop()[1] + current)
    return current


def entries(folder, leaves, expected):
    """Yield index and bytes of every record that is here; each must hash to its leaf."""
    for start in range(0, len(leaves), WIDTH):
        width = min(WIDTH, len(leaves) - start)
        name = f"tile/entries/{place(start // WIDTH, width)}"
        if not (folder / name).exists():
            continue
        expected.add(name)
        data, at = (folder / name).read_bytes(), 0
        for index in range(start, start + width):
            end = at + 2 + int.from_bytes(data[at : at + 2], "big")
            record = data[at + 2 : end]
            if end > len(data) or sha256(b"\x00" + record) != leaves[index]:
                raise Wrong(f"record {index} ({name}) is not what its leaf hash says")
            yield index, record
            at = end
        if at != len(data):
            raise Wrong(f"{name} goes on after its last record")


def records(found):
    """Return the records that are here, by id; an id stands once."""
    known = {}
    for index, data in found:
        record = json.loads(data)
        if known.setdefault(record["id"], record) is not record:
            raise Wrong(f"record {index} has the id of an earlier one, {record['id']}")
    return known


def key_list(origin, found):
    """Return what keys.json must say, by the records of keys that came and went."""
    keys, witnesses = {}, []
    for record in found:
        event, vkey = record.get("event"), record.get("vkey")
        if event == "signing-key-created":
            keys[vkey] = {"vkey": vkey, "purpose": record["purpose"], "from_ms": record["at_ms"], "until_ms": 0}
        elif event in ("signing-key-retired", "signing-key-compromised"):
            at, said = record.get("since_ms", record["at_ms"]), {"compromised": True} if "since_ms" in record else {}
            keys[vkey].update(said, until_ms=min(keys[vkey]["until_ms"] or at, at))
        elif event == "witness-added":
            witnesses.append({"vkey": vkey})
    whole = {"schema": "guardrails.ledger-keys/v1", "origin": origin, "keys": [*keys.values()], "witnesses": witnesses}
    return (json.dumps(whole, indent=2) + "\n").encode()


def verify_tree(folder, checkpoint, expected):
    """Return the leaf hashes, once they, the tiles above them and the records that are here agree."""
    levels = list(tiles(folder, checkpoint.size, expected)) or [[]]
    if root(levels[0]) != checkpoint.root:
        raise Wrong("the hashes do not lead to the root that the checkpoint signs")
    print(f"hashes: all {checkpoint.size} leaves, in {len(levels)} levels of tiles, lead to the root that is signed")
    found = records(entries(folder, levels[0], expected)).values()
    types = dict(sorted(Counter(record["type"] for record in found).items()))
    print(f"records: {len(found)} of {checkpoint.size} are here and hash to their leaves: {types}")
    listed = (folder / "keys.json").read_bytes()
    if len(found) < checkpoint.size:
        print("keys.json: NOT compared, it follows from records that are not here")
    elif listed != key_list(checkpoint.origin, found):
        raise Wrong("keys.json is not what the records say about keys")
    return levels[0]


def verify(folder, keys, witnesses, held):
    """Print what was found; raise what is wrong."""
    earlier = sorted(folder.glob("checkpoints/*"))
    expected = {"checkpoint", "keys.json", *(path.relative_to(folder).as_posix() for path in earlier)}
    seen = [Checkpoint(path.read_text("utf-8"), path) for path in [folder / "checkpoint", *earlier, *held]]
    if all(key.signed(seen[0]) is None for key in keys):
        raise Wrong("the checkpoint is not signed by the ledger's key that was given")
    print(f"checkpoint: {seen[0].size} records of {seen[0].origin}, signed by its key")
    leaves = verify_tree(folder, seen[0], expected)
    for path, one in zip([*earlier, *held], seen[1:], strict=True):
        if one.origin != seen[0].origin or one.size > len(leaves) or root(leaves[: one.size]) != one.root:
            raise Wrong(f"{path} does not sign a beginning of these records")
        if all(key.signed(one) is None for key in [*keys, *witnesses]):
            raise Wrong(f"{path} is signed by none of the keys that were given")
        print(f"checkpoint {path.name}: signs the first {one.size} of the same records")
    for witness in witnesses:
        times = [(one.size, witness.signed(one)) for one in seen if witness.signed(one)]
        if not times:
            raise Wrong(f"{witness.name} has cosigned none of these checkpoints")
        print(f"witness {witness.name}: saw the first {max(times)[0]} records, at {max(times)[1]} s since 1970")
    for path in folder.rglob("*"):
        if (path.is_symlink() or not path.is_dir()) and path.relative_to(folder).as_posix() not in expected:
            raise Wrong(f"{path} does not belong to this ledger")
    if not witnesses and not held:
        print(
            "trust: operator-trusted; without a witness or an earlier checkpoint its keeper could have written it anew"
        )


def main():
    parser = argparse.ArgumentParser(description="Verify an exported ledger.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", action="append", required=True, metavar="VKEY")
    parser.add_argument("--witness", action="append", default=[], metavar="VKEY")
    parser.add_argument("--checkpoint", action="append", default=[], type=Path, metavar="FILE")
    given = parser.parse_args()
    try:
        verify(given.folder, [*map(Key, given.key)], [*map(Key, given.witness)], given.checkpoint)
    except (ValueError, OSError, KeyError, TypeError, AttributeError, RecursionError) as error:
        print(f"NOT verified: {error}")
        return 1
    print("verified")
    return 0


if __name__ == "__main__":
    sys.exit(main())
