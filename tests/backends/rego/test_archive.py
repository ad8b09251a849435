"""The bundle archive that a real OPA loads."""

from __future__ import annotations

import io
import json
import tarfile

from guardrails.backends.rego.archive import bundle_tar
from tests.rego.support import bundle


def test_the_same_bundle_gives_the_same_bytes() -> None:
    """No clock, user or order leaks into the archive."""
    assert bundle_tar(bundle()) == bundle_tar(bundle())


def test_the_revision_is_the_digest() -> None:
    """OPA reports what we ask for."""
    held = bundle()
    with tarfile.open(fileobj=io.BytesIO(bundle_tar(held))) as archive:
        manifest = json.load(archive.extractfile("/.manifest") or io.BytesIO())
        names = archive.getnames()

    assert manifest["revision"] == held.digest
    assert names == sorted(["/.manifest", "/data.json", *(f"/{module.path}" for module in held.modules)])
