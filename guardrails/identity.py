"""What decides, and in which version: the ``engine`` of an assessment."""

from __future__ import annotations

import os
import sys
import unicodedata
from functools import cache

from guardrails import __version__
from guardrails.model.draft import Pairs
from guardrails.model.policy import CompiledPolicy, Need

ALWAYS = (
    ("ahocorasick", "ahocorasick-rs"),
    ("re2", "google-re2"),
    ("rapidfuzz", "rapidfuzz"),
    ("pyromark", "pyromark"),
)


def engine_identity(rego: Pairs, policy: CompiledPolicy) -> Pairs:
    """
    Return names and versions of everything that can change a verdict, sorted.

    *rego* is the Rego engine's own identity. The revision of each rule kind in use is named; spaCy only where a rule
    needs it, so that installing it changes no verdict.
    """
    kinds = {(f"kind.{rule.kind}", str(rule.revision)) for rule in policy.rules}
    spacy = {("spacy", installed("spacy"))} if any(Need.TOKENS in rule.needs for rule in policy.rules) else set()
    libraries = {(name, installed(distribution)) for name, distribution in ALWAYS}
    own = {
        ("guardrails", __version__),
        ("python", ".".join(map(str, sys.version_info[:2]))),
        ("unicode", unicodedata.unidata_version),
    }
    return tuple(sorted({*rego, *kinds, *spacy, *libraries, *own}))


@cache
def installed(distribution: str) -> str:
    """
    Return the version of *distribution* that is installed, "none" without it.

    The same as ``importlib.metadata.version``, which is asked where the folder beside the package does not tell; only
    that importing it takes longer than everything else here.
    """
    name = distribution.replace("-", "_").lower()
    for folder in sys.path:
        for found in _metadata_folders(folder):
            if found.partition("-")[0].lower() == name and (version := _version_in(f"{folder}/{found}/METADATA")):
                return version
    return _looked_up(distribution)


@cache
def _metadata_folders(folder: str) -> tuple[str, ...]:
    """Return the ``NAME-VERSION.dist-info`` folders in *folder*, a place that modules are imported from."""
    try:
        return tuple(name for name in os.listdir(folder or ".") if name.endswith(".dist-info"))  # noqa: PTH208 - fast
    except OSError:
        return ()


def _version_in(file: str) -> str:
    """Return what the header ``Version`` of *file* says, empty if it cannot be told."""
    try:
        with open(file, encoding="utf-8") as lines:  # noqa: PTH123 - fast
            return next((line[8:].strip() for line in lines if line.startswith("Version:")), "")
    except (OSError, UnicodeError):
        return ""


def _looked_up(distribution: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return "none"
