"""What decides, and in which version: the ``engine`` of an assessment."""

from __future__ import annotations

import sys
import unicodedata
from importlib.metadata import PackageNotFoundError, version

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
    spacy = {("spacy", _installed("spacy"))} if any(Need.TOKENS in rule.needs for rule in policy.rules) else set()
    libraries = {(name, _installed(distribution)) for name, distribution in ALWAYS}
    own = {
        ("guardrails", __version__),
        ("python", ".".join(map(str, sys.version_info[:2]))),
        ("unicode", unicodedata.unidata_version),
    }
    return tuple(sorted({*rego, *kinds, *spacy, *libraries, *own}))


def _installed(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "none"
