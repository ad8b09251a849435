"""
Compiled policies kept as JSON in the user's cache folder, so that a start need not read YAML.

One file per workspace: a line with the SHA-256 of the rest, then ``{format, roots, read, code, kinds, files, policy}``.
It is used only if every file below *roots*, every file a parameter names (*read*) and our own code are as they were:
same names, and the same times and sizes (*trust_mtime*) or the same content; if every rule kind has the revision it
was compiled with; and if what kinds need is still installed. Anything else, damage included, compiles anew. Files are
written aside and renamed. Reading one imports neither yaml nor pydantic.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guardrails.policy.codec import policy_bytes, policy_of
from guardrails.policy.source_files import package_folder, tree_files

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guardrails.model.policy import CompiledPolicy

FORMAT = "guardrails.policy-cache/v1"

_CODE = ("model", "policy", "rules", "matching")
"""Parts of the package whose code makes plans; a change of them makes every copy stale."""


# File systems stamp times at the kernel's tick (1–10 ms): a file this young may yet change under the same stamp.
_SETTLED_NS = 50_000_000


def cached_policy(path: Path, *, trust_mtime: bool, cache_dir: Path | None) -> CompiledPolicy:
    """
    Return the compiled policy of the workspace at *path*, from *cache_dir* if a copy there still holds.

    *trust_mtime* compares times and sizes of files (for the linter), otherwise their content is hashed. None as
    *cache_dir* always compiles. A cache that cannot be read or written is never an error.

    Raises:
        PolicyError: If the workspace does not compile.
    """
    root = path.resolve()
    file = _cache_file(root, cache_dir) if cache_dir else None
    kept = _kept(file, trust_mtime=trust_mtime) if file else None
    return kept or _compiled(path, file)


def _compiled(path: Path, file: Path | None) -> CompiledPolicy:
    from guardrails.policy.compile import compiled
    from guardrails.policy.load import load_workspace

    began_ns = time.time_ns()
    loaded = load_workspace(path)
    found = compiled(loaded)
    if file is not None:
        read = [str(one.resolve()) for one in found.read]
        with suppress(OSError):
            _keep(file, found.policy, [str(one.resolve()) for one in loaded.roots], read, began_ns)
    return found.policy


def _keep(file: Path, policy: CompiledPolicy, roots: list[str], read: list[str], began_ns: int) -> None:
    """Write the cache, unless a file may have changed since it was read."""
    listed = [Path(name) for name in _listing(roots, read)]
    if any(one.stat().st_mtime_ns > began_ns - _SETTLED_NS for one in listed):
        return
    files = [[str(one), *_stamp(one), _content(one)] for one in listed]
    body = {
        "format": FORMAT,
        "roots": roots,
        "read": read,
        "code": _code_stamp(),
        "files": files,
        "policy": policy_bytes(policy).decode("utf-8"),
    }
    _write(file, json.dumps(body, ensure_ascii=False).encode("utf-8"))


def _kept(file: Path, *, trust_mtime: bool) -> CompiledPolicy | None:
    """Return the policy in *file* if it still holds."""
    try:
        head, _, data = file.read_bytes().partition(b"\n")
        if head.decode("ascii") != hashlib.sha256(data).hexdigest():
            return None
        body = json.loads(data)
        holds = body["format"] == FORMAT and body["code"] == _code_stamp() and _is_unchanged(body, trust_mtime)
        policy = policy_of(body["policy"].encode("utf-8")) if holds else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return policy if policy is not None and _kinds_hold(policy) else None


def _is_unchanged(body: dict[str, Any], trust_mtime: bool) -> bool:
    files = {name: (mtime, size, content) for name, mtime, size, content in body["files"]}
    if sorted(files) != _listing(body["roots"], body["read"]):
        return False
    if trust_mtime:
        return all(_stamp(Path(name)) == [mtime, size] for name, (mtime, size, _) in files.items())
    return all(_content(Path(name)) == content for name, (_, _, content) in files.items())


def _kinds_hold(policy: CompiledPolicy) -> bool:
    """Tell whether the kinds are those the policy was compiled with, and can still run."""
    from guardrails.errors import GuardrailsError
    from guardrails.model.policy import Need
    from guardrails.rules.kinds import kind

    revisions = {(rule.kind, rule.revision) for rule in policy.rules}
    try:
        same = all(kind(name).revision == revision for name, revision in revisions)
    except (GuardrailsError, ImportError):
        return False
    needs_tokens = any(Need.TOKENS in rule.needs for rule in policy.rules)
    return same and (not needs_tokens or find_spec("spacy") is not None)


def _listing(roots: Iterable[str], read: Iterable[str]) -> list[str]:
    """Return the paths of all files a compiled copy depends on, sorted."""
    below = {str(file) for root in roots for file in tree_files(Path(root))}
    return sorted(below | set(read))


def _code_stamp() -> str:
    """Return a digest of names, times and sizes of the code that compiles."""
    package = package_folder()
    files = [file for part in _CODE for file in tree_files(package / part) if file.suffix == ".py"]
    lines = [f"{file.relative_to(package)} {_stamp(file)}" for file in files]
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()


def _stamp(file: Path) -> list[int]:
    found = file.stat()
    return [found.st_mtime_ns, found.st_size]


def _content(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _cache_file(root: Path, cache_dir: Path) -> Path:
    return cache_dir / f"policy-{hashlib.sha256(str(root).encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.json"


def _write(file: Path, data: bytes) -> None:
    """Write *data* under its digest, so that readers see the old file or the new one and nothing between."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".policy-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(hashlib.sha256(data).hexdigest().encode("ascii") + b"\n" + data)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
