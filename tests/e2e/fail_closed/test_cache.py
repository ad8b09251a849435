"""
The compiled policy in the user's cache folder: a damaged copy is compiled anew, and never judges.

The checksum in its first line guards against damage, as byte code is guarded; not against whoever may write to the
user's own folder. What is damaged under a checksum of its own still ends in no crash.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.backends.rego.embedded import _CACHE, embedded_engine
from guardrails.errors import GuardrailsError
from guardrails.model.canonical import canonical
from guardrails.model.policy import CompiledPolicy
from guardrails.policy.cache import cached_policy
from guardrails.policy.load import load_policy
from guardrails.policy.rego_cases import case_input
from tests.e2e.fail_closed import thin
from tests.mutations import Damage, damages, drawn, rendered, trees


class Kept:
    """A workspace, its cached copy and what that holds when it is sound."""

    def __init__(self, root: Path, file: Path) -> None:
        self.root, self.file, self.data, self.policy = root, file, file.read_bytes(), load_policy(root)

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
    return Kept(root, file)


@pytest.mark.parametrize("trust_mtime", [True, False])
def test_the_control_is_read_from_the_cache(kept: Kept, monkeypatch: pytest.MonkeyPatch, trust_mtime: bool) -> None:
    """Unchanged, the copy is what is used, and the draft passes under it."""
    monkeypatch.setattr("guardrails.policy.cache._compiled", lambda *_: pytest.fail("it was compiled anew"))

    assert "pass" == thin.assessed(kept.read(kept.data, trust_mtime=trust_mtime)).verdict


@drawn
@given(damages(), st.booleans())
def test_no_damaged_copy_is_used(kept: Kept, damage: Damage, trust_mtime: bool) -> None:
    """Whatever bytes are lost or changed, the policy is the one that the files say."""
    assert kept.policy == kept.read(damage.of(kept.data), trust_mtime=trust_mtime)


def _sealed(head: bytes, policy: bytes) -> bytes:
    """A copy whose first line says that it is whole."""
    body = head + b"\n" + policy
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


@drawn
@given(st.data())
def test_no_copy_of_another_shape_is_used(kept: Kept, data: st.DataObject) -> None:
    """A copy that says of itself that it is whole, and is none, is compiled anew like any other."""
    _, head, policy = kept.data.split(b"\n", 2)
    mutant = data.draw(trees(json.loads(head)))

    assert kept.policy == kept.read(_sealed(rendered(mutant.value), policy), trust_mtime=False), mutant


@pytest.mark.parametrize("roots", [[3], [1 << 70], [None], "3", {"a": 1}, [["a"]]])
def test_what_names_no_file_is_no_root(kept: Kept, roots: object) -> None:
    """A number is an open file to the operating system; a copy that rests on one is compiled anew."""
    _, head, policy = kept.data.split(b"\n", 2)
    changed = json.dumps({**json.loads(head), "roots": roots}).encode()

    assert kept.policy == kept.read(_sealed(changed, policy), trust_mtime=False)


@drawn
@given(st.data())
def test_a_garbled_policy_ends_no_process(kept: Kept, data: st.DataObject) -> None:
    """Even a policy put together by hand is refused, escalates or judges; it ends nothing."""
    _, head, policy = kept.data.split(b"\n", 2)
    mutant = data.draw(trees(json.loads(policy)))
    found = kept.read(_sealed(head, rendered(mutant.value)), trust_mtime=False)
    try:
        verdict = thin.assessed(found).verdict
    except GuardrailsError:
        return

    assert verdict in {"pass", "revise", "escalate"}


@drawn
@given(damages())
def test_no_damaged_bundle_is_loaded(kept: Kept, tmp_path: Path, damage: Damage) -> None:
    """A compiled bundle whose bytes are not those its name promises is built anew."""
    asked = canonical(case_input({"principal": {"kind": "agent", "id": "writer"}}))
    engine = embedded_engine(tmp_path)
    _CACHE.built.clear()  # or nothing is read from the folder
    expected = engine.decide(kept.policy.bundle, asked)
    (file,) = tmp_path.glob("*.rbb")
    file.write_bytes(damage.of(file.read_bytes()))
    _CACHE.built.clear()

    assert expected == engine.decide(kept.policy.bundle, asked)
    for one in tmp_path.glob("*.rbb"):
        one.unlink()
