"""
From a workspace of YAML, CSV and Rego files to one frozen :class:`~guardrails.model.policy.CompiledPolicy`.

Read in this order: ``yaml_source`` (text → values with their places), ``schema`` (what may stand in a file),
``load`` (a workspace and its packs), ``compile`` (rules, context, bundle, digest), ``cache`` (the same, without
reading YAML again). ``testing``, ``catalogue``, ``diff`` and ``scaffold`` serve the people who write policies.
Every mistake in a file is a :class:`~guardrails.errors.PolicyError` with its place; one load reports all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from guardrails.model.policy import CompiledPolicy

__all__ = ["load_policy"]


def load_policy(path: Path, *, cache_dir: Path | None = None) -> CompiledPolicy:
    """
    Return the compiled policy of the workspace at *path* (a folder with ``guardrails.yaml``).

    With *cache_dir* a compiled copy is kept there and used as long as the content of every file is the same.

    Raises:
        PolicyError: On any mistake; ``problems`` holds all of them.
    """
    from guardrails.policy.cache import cached_policy  # noqa: PLC0415 - the package itself imports nothing

    return cached_policy(path, trust_mtime=False, cache_dir=cache_dir)
