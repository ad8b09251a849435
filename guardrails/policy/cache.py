"""
Compiled policies kept as JSON in the user's cache folder, so that a start need not read YAML.

One file per workspace, three lines: the SHA-256 of the rest, ``{format, roots, read, code, files}``, the policy. It is
used only if every file below *roots* and every file a parameter names (*read*) are as they were: same names, and the
same times and sizes (*trust_mtime*) or the same content; if our own code has the same version, names, times and sizes
(as Python judges its byte code); and if what kinds need is still installed. Anything else, damage included, compiles
anew. Files are written aside and renamed. Reading one imports neither yaml nor pydantic, nor any rule kind.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guardrails import __version__
from guardrails.model.policy import Need
from guardrails.policy.codec import policy_bytes, policy_of
from guardrails.policy.source_files import package_folder, tree_states

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guardrails.model.policy import CompiledPolicy

FORMAT = "guardrails.policy-cache/v2"

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
    stamps = _stamps(roots, read)
    if any(changed_ns > began_ns - _SETTLED_NS for changed_ns, _ in stamps.values()):
        return
    head = {
        "format": FORMAT,
        "roots": roots,
        "read": read,
        "code": _code_stamp(),
        "files": {name: [*stamp, _content(name)] for name, stamp in stamps.items()},
    }
    _write(file, json.dumps(head).encode("ascii") + b"\n" + policy_bytes(policy))


def _kept(file: Path, *, trust_mtime: bool) -> CompiledPolicy | None:
    """Return the policy in *file* if it still holds."""
    try:
        digest, _, data = file.read_bytes().partition(b"\n")
        if digest.decode("ascii") != hashlib.sha256(data).hexdigest():
            return None
        line, _, kept = data.partition(b"\n")
        head = json.loads(line)
        holds = head["format"] == FORMAT and head["code"] == _code_stamp() and _is_unchanged(head, trust_mtime)
        policy = policy_of(kept) if holds else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return policy if policy is not None and can_run(policy) else None


def _is_unchanged(head: dict[str, Any], trust_mtime: bool) -> bool:
    files, now = head["files"], _stamps(head["roots"], head["read"])
    if trust_mtime:
        return now == {name: [changed_ns, size] for name, (changed_ns, size, _) in files.items()}
    return now.keys() == files.keys() and all(_content(name) == content for name, (_, _, content) in files.items())


def can_run(policy: CompiledPolicy) -> bool:
    """Tell whether what the policy's kinds need is still installed."""
    return not any(Need.TOKENS in rule.needs for rule in policy.rules) or find_spec("spacy") is not None


def _stamps(roots: Iterable[str], read: Iterable[str]) -> dict[str, list[int]]:
    """Return time and size of all files a compiled copy depends on, by path; a number, which names a file too, is none."""
    paths = map(os.fspath, (*roots, *read))
    return {path: [state.st_mtime_ns, state.st_size] for root in paths for path, state in tree_states(root)}


def _code_stamp() -> str:
    """Return a digest of our version and of names, times and sizes of the code that compiles."""
    package = package_folder()
    stamps = _stamps([str(package / part) for part in _CODE], ())
    code = {path: stamp for path, stamp in stamps.items() if path.endswith(".py")}
    return hashlib.sha256(repr((__version__, code)).encode("utf-8", "surrogateescape")).hexdigest()


def _content(name: str) -> str:
    return hashlib.sha256(Path(name).read_bytes()).hexdigest()


def _cache_file(root: Path, cache_dir: Path) -> Path:
    return cache_dir / f"policy-{hashlib.sha256(str(root).encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.json"


def _write(file: Path, data: bytes) -> None:
    """Write *data* under its digest, so that readers see the old file or the new one and nothing between."""
    import tempfile

    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".policy-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(hashlib.sha256(data).hexdigest().encode("ascii") + b"\n" + data)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
