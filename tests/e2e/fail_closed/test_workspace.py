"""
Policy files of a workspace that passes: what is no sound file does not load, and what loads is either the same policy or
another one, with another digest, whose difference ``policy check --against`` shows.

A change of free text (a term, a title) cannot be told from an edit, nor can a key that may be left out: that is another
policy. Whatever else was removed or corrupted gives no policy, or no pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.errors import GuardrailsError
from guardrails.model.policy import CompiledPolicy
from guardrails.policy.diff import policy_diff
from guardrails.policy.load import load_policy
from guardrails.policy.rego_source import read_source
from guardrails.policy.yaml_source import parse_yaml
from tests.e2e.fail_closed import thin
from tests.mutations import BAD_CHARACTERS, Mutant, at, damaged, drawn, rendered, trees

FILES = thin.files()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The thin workspace on disk."""
    return thin.written(tmp_path_factory.mktemp("thin"), FILES)


@cache
def _control(root: Path) -> CompiledPolicy:
    return load_policy(root)


def test_the_control_passes(root: Path) -> None:
    """Unchanged, the workspace loads and its draft passes."""
    assert "pass" == thin.assessed(_control(root)).verdict


def changed(root: Path, name: str, data: bytes | None) -> CompiledPolicy | None:
    """The policy with one file changed (None: removed), if it loads and passes; the file is put back."""
    path = root / name
    control = _control(root)
    try:
        path.unlink() if data is None else path.write_bytes(data)
        policy = load_policy(root)
        passes = thin.assessed(policy).verdict == "pass"
    except GuardrailsError:  # it does not load, or the draft says what it does not know
        return None
    finally:
        path.write_bytes(FILES[name])
    assert policy.digest == control.digest or not policy_diff(control, policy).is_empty or _says_alike(control, policy)
    return policy if passes else None


def _says_alike(control: CompiledPolicy, policy: CompiledPolicy) -> bool:
    """Tell whether only what the workspace says for the record differs (who owns an override, governance, packs)."""
    return (control.workspace, control.rules, control.bundle) == (policy.workspace, policy.rules, policy.bundle)


def _mutants() -> st.SearchStrategy[tuple[str, Mutant]]:
    names = st.sampled_from(sorted(thin.TREES))
    return names.flatmap(lambda name: trees(thin.TREES[name]).map(lambda mutant: (name, mutant)))


@drawn
@given(_mutants())
def test_no_mutated_policy_file_passes(root: Path, drawn_: tuple[str, Mutant]) -> None:
    """A key of another type, misspelt, twice, or with what no text may hold is never part of a policy that passes."""
    name, mutant = drawn_
    text = rendered(mutant.value)
    policy = changed(root, name, text)
    if policy is None or policy.digest == _control(root).digest:
        return

    assert not mutant.what.startswith(("spoilt", "written twice", "misspelt")), mutant
    if mutant.what != "removed":
        read = parse_yaml(text.decode(), name).value
        assert type(at(read, mutant.path)) is type(at(thin.TREES[name], mutant.path)), mutant


@drawn
@given(st.sampled_from(sorted(FILES)).flatmap(lambda name: damaged(FILES[name]).map(lambda mutant: (name, mutant))))
def test_no_damaged_policy_file_passes(root: Path, drawn_: tuple[str, Mutant]) -> None:
    """A file with bytes lost or changed loads only if it is a sound file still; half a Rego module never is."""
    name, mutant = drawn_
    policy = changed(root, name, mutant.value)
    if policy is None or policy.digest == _control(root).digest:
        return

    assert name != thin.MODULE or _tokens(mutant.value) == _tokens(FILES[name]), mutant


def _tokens(module: bytes) -> list[str]:
    """What *module* says, but for the words in its strings."""
    return [token.text if token.kind != "string" else "" for token in read_source(module.decode()).tokens]


@drawn
@given(st.sampled_from(sorted(FILES)), st.integers(0, 10_000), st.sampled_from(BAD_CHARACTERS))
def test_no_file_with_an_unsound_character_loads(root: Path, name: str, where: int, char: str) -> None:
    """A NUL, an escape, half a character: no policy, wherever it stands."""
    text = FILES[name].decode()
    place = where % (len(text) + 1)

    assert changed(root, name, (text[:place] + char + text[place:]).encode("utf-8", "surrogatepass")) is None


@pytest.mark.parametrize("name", sorted(FILES))
def test_no_workspace_without_a_file_passes_unnoticed(root: Path, name: str) -> None:
    """Without a pack, a list or a lexicon nothing loads; a rule or Rego package that is gone is named."""
    control, policy = _control(root), changed(root, name, None)
    if policy is not None:
        difference = policy_diff(control, policy)

        assert difference.removed or difference.decision
        assert policy.digest != control.digest


@pytest.mark.parametrize("name", sorted(FILES))
def test_no_workspace_with_an_empty_file_passes(root: Path, name: str) -> None:
    """A file of no bytes is no policy file."""
    assert changed(root, name, b"") is None


def _renamed() -> Iterator[bytes]:
    source = thin.TEXTS[thin.MODULE]
    yield source.replace("reasons :=", "reason :=").encode()
    yield source.replace("_is_press if", "_is_presse if").encode()
    yield source.replace("| _is_press", "| _is_pres").encode()
    yield source.replace("workspace.press_money", "workspace.press_mony").encode()
    yield source.replace("input.context.channels", "input.context.channel").encode()


@pytest.mark.parametrize("data", list(_renamed()), ids=range(5))
def test_no_module_with_a_renamed_rule_passes(root: Path, data: bytes) -> None:
    """A rule that nobody asks for, or a name that nobody defines, would say nothing in the embedded engine."""
    assert FILES[thin.MODULE] != data
    assert changed(root, thin.MODULE, data) is None


@pytest.mark.parametrize("length", range(0, len(thin.TEXTS[thin.MODULE]), 3))
def test_no_module_that_was_cut_off_passes(root: Path, length: int) -> None:
    """Half a module is a mistake, wherever it ends."""
    assert changed(root, thin.MODULE, FILES[thin.MODULE][:length]) is None


@pytest.mark.parametrize("pin", ["1.0.1", "2.0.0", "0.9.0", "1.0", "", "latest"])
@pytest.mark.parametrize("pack", ["facts", "house", "stops"])
def test_no_other_pin_passes(root: Path, pack: str, pin: str) -> None:
    """A pack is used in the version that is pinned, or not at all."""
    tree = thin.tree("guardrails.yaml")
    tree["packs"][pack] = pin

    assert changed(root, "guardrails.yaml", rendered(tree)) is None


@pytest.mark.parametrize("empty", [None, []])
@pytest.mark.parametrize("key", ["channels", "markets"])
def test_no_empty_scope_widens_a_mandate(root: Path, key: str, empty: object) -> None:
    """A key with nothing after it is a mistake, not "everything"."""
    tree = thin.tree("guardrails.yaml")
    tree["mandates"][0]["may_decide"][0][key] = empty

    assert changed(root, "guardrails.yaml", rendered(tree)) is None
