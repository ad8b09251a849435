"""
A bundle as the ``bundle.tar.gz`` that a real OPA loads (``opa run --server --bundle bundle.tar.gz``).

The same bundle gives the same bytes: files sorted by name, no times, owners or file names in headers. The revision in
``.manifest`` is the bundle's digest; the remote engine refuses an OPA that reports another one.
"""

from __future__ import annotations

import gzip
import io
import tarfile

from guardrails.model.canonical import Json, canonical
from guardrails.model.policy import Bundle

ROOTS = ("guardrails", "mandate_book", "workspace")
"""Everything that the bundle owns; OPA refuses other bundles in these places."""


def bundle_tar(bundle: Bundle) -> bytes:
    """Return *bundle* as a deterministic gzipped tar in OPA's bundle format."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in sorted(_files(bundle).items()):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            info.mode = 0o644
            archive.addfile(info, io.BytesIO(content))
    return gzip.compress(raw.getvalue(), mtime=0)


def _files(bundle: Bundle) -> dict[str, bytes]:
    manifest: Json = {"revision": bundle.digest, "roots": list(ROOTS), "rego_version": 1}
    modules = {f"/{module.path}": module.source.encode() for module in bundle.modules}
    return {"/.manifest": canonical(manifest), "/data.json": canonical(bundle.data), **modules}
