"""
The compiled policy in the user's cache folder: a damaged copy is compiled anew, and never judges.

The checksum in its first line guards against damage, as byte code is guarded; not against whoever may write to the
user's own folder. What is damaged under a checksum of its own still ends in no crash.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.errors import GuardrailsError
from guardrails.model.policy import CompiledPolicy
from guardrails.policy.cache import cached_policy
from guardrails.policy.load import load_policy
from tests.e2e.fail_closed import thin
from tests.mutations import damaged, drawn, rendered, trees


@dataclass(frozen=True)
class Kept:
    """A workspace, its cached copy and what that holds when it is sound."""

    root: Path
    file: Path
    data: bytes
    policy: CompiledPolicy

    def read(self, data: bytes, *, trust_mtime: bool) -> CompiledPolicy:
        """The policy that is used where the copy holds *data*."""
        self.file.write_bytes(data)
        return cached_policy(self.root, trust_mtime=trust_mtime, cache_dir=self.file.parent)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The thin workspace, written long ago, and a copy of it."""
    root = thin.written(tmp_path_factory.mktemp("thin"), thin.files())
    for file in root.rglob("*"):
        os.utime(file, (1_700_000_000, 1_700_000_000))
    folder = tmp_path_factory.mktemp("cache")
    cached_policy(root, trust_mtime=False, cache_dir=folder)
    (file,) = folder.iterdir()
    return Kept(root, file, file.read_bytes(), load_policy(root))


@pytest.mark.parametrize("trust_mtime", [True, False])
def test_the_control_is_read_from_the_cache(kept: Kept, monkeypatch: pytest.MonkeyPatch, trust_mtime: bool) -> None:
    """Unchanged, the copy is what is used, and the draft passes under it."""
    monkeypatch.setattr("guardrails.policy.cache._compiled", lambda *_: pytest.fail("it was compiled anew"))

    assert "pass" == thin.assessed(kept.read(kept.data, trust_mtime=trust_mtime)).verdict


@drawn
@given(st.data(), st.booleans())
def test_no_damaged_copy_is_used(kept: Kept, data: st.DataObject, trust_mtime: bool) -> None:
    """Whatever bytes are lost or changed, the policy is the one that the files say."""
    mutant = data.draw(damaged(kept.data))

    assert kept.policy == kept.read(mutant.value, trust_mtime=trust_mtime), mutant.what


def _sealed(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


@drawn
@given(st.data())
def test_no_copy_of_another_shape_is_used(kept: Kept, data: st.DataObject) -> None:
    """A copy that says of itself that it is whole, and is none, is compiled anew like any other."""
    mutant = data.draw(trees(json.loads(kept.data.partition(b"\n")[2])))

    assert kept.policy == kept.read(_sealed(rendered(mutant.value)), trust_mtime=False), mutant


@drawn
@given(st.data())
def test_a_garbled_policy_ends_no_process(kept: Kept, data: st.DataObject) -> None:
    """Even a policy put together by hand is refused, escalates or judges; it ends nothing."""
    body = json.loads(kept.data.partition(b"\n")[2])
    mutant = data.draw(trees(json.loads(body["policy"])["policy"]))
    policy = rendered({"format": "guardrails.compiled-policy/v1", "policy": mutant.value}).decode("utf-8", "replace")
    found = kept.read(_sealed(rendered({**body, "policy": policy})), trust_mtime=False)
    try:
        verdict = thin.assessed(found).verdict
    except GuardrailsError:
        return

    assert verdict in {"pass", "revise", "escalate"}
