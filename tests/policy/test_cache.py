"""Copies of compiled policies: when they are used and when not."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from guardrails.errors import PolicyError
from guardrails.model.policy import Need
from guardrails.policy import cache
from guardrails.policy.cache import cached_policy
from guardrails.policy.load import load_policy

RULE_FILE = "policies/house/promises.yaml"
LONG_AGO_NS = 1_700_000_000_000_000_000


@pytest.fixture
def kept(bench, tmp_path):
    """Return a workspace whose files are old, with a compiled copy in ``cache``."""
    settle(bench)
    cached_policy(bench.root, trust_mtime=True, cache_dir=tmp_path / "cache")
    return bench


def settle(bench, at=LONG_AGO_NS):
    """Make every file old."""
    for path in bench.root.rglob("*"):
        os.utime(path, ns=(at, at))


def is_hit(bench, tmp_path, monkeypatch, *, trust_mtime):
    """Tell whether the copy is used."""
    compiled = []
    real = cache._compiled
    monkeypatch.setattr(cache, "_compiled", lambda *args: compiled.append(1) or real(*args))
    cached_policy(bench.root, trust_mtime=trust_mtime, cache_dir=tmp_path / "cache")
    return not compiled


@pytest.mark.parametrize("trust_mtime", [True, False])
def test_an_unchanged_workspace_is_not_compiled_again(kept, tmp_path, monkeypatch, trust_mtime):
    """The copy equals what compiling gives."""
    assert kept.compile().rules == cached_policy(kept.root, trust_mtime=True, cache_dir=tmp_path / "cache").rules
    assert is_hit(kept, tmp_path, monkeypatch, trust_mtime=trust_mtime)


@pytest.mark.parametrize("trust_mtime", [True, False])
@pytest.mark.parametrize("name", ["guardrails.yaml", RULE_FILE])
def test_a_changed_file_is_noticed(kept, tmp_path, monkeypatch, name, trust_mtime):
    """Content counts, or time and size."""
    kept.edit(name, "\n", "\n# changed\n")

    assert not is_hit(kept, tmp_path, monkeypatch, trust_mtime=trust_mtime)


@pytest.mark.parametrize("trust_mtime", [True, False])
def test_a_new_rule_file_is_noticed(kept, tmp_path, trust_mtime):
    """A rule that came later is not forgotten."""
    kept.write("policies/house/note.yaml", "a: [\n")
    with pytest.raises(PolicyError) as failed:
        cached_policy(kept.root, trust_mtime=trust_mtime, cache_dir=tmp_path / "cache")

    assert failed.value.code == "yaml-syntax"


@pytest.mark.parametrize("trust_mtime", [True, False])
def test_a_new_module_is_noticed(kept, tmp_path, trust_mtime):
    """A folder that was not there before is looked into."""
    kept.write("rego/workspace/a/a.rego", "package workspace.a\n\nreasons := []\n")
    found = cached_policy(kept.root, trust_mtime=trust_mtime, cache_dir=tmp_path / "cache")

    assert ("workspace.a",) == found.bundle.workspace_packages


def test_same_time_and_size_are_noticed_by_content_only(kept, tmp_path, monkeypatch):
    """The linter trusts stamps, a check does not."""
    kept.edit(RULE_FILE, "Because.", "Becuase.")
    settle(kept)

    assert is_hit(kept, tmp_path, monkeypatch, trust_mtime=True)
    assert not is_hit(kept, tmp_path, monkeypatch, trust_mtime=False)


def test_a_touched_file_is_noticed_by_its_stamp_only(kept, tmp_path, monkeypatch):
    """The same content is the same policy."""
    settle(kept, LONG_AGO_NS + 5)

    assert is_hit(kept, tmp_path, monkeypatch, trust_mtime=False)
    assert not is_hit(kept, tmp_path, monkeypatch, trust_mtime=True)


def test_a_fact_sheet_that_a_rule_names_is_watched(bench, tmp_path, monkeypatch):
    """Files outside policies/ count when a parameter names them."""
    bench.write("facts/words.yaml", "[sure]\n")
    bench.edit(RULE_FILE, "terms: [guaranteed]", "terms: {workspace_file: facts/words.yaml}")
    settle(bench)
    cached_policy(bench.root, trust_mtime=True, cache_dir=tmp_path / "cache")
    assert is_hit(bench, tmp_path, monkeypatch, trust_mtime=True)
    bench.write("facts/words.yaml", "[certain]\n")

    assert not is_hit(bench, tmp_path, monkeypatch, trust_mtime=True)


@pytest.mark.parametrize("trust_mtime", [True, False])
def test_a_new_source_register_is_noticed(kept, tmp_path, trust_mtime):
    """A fact that came later is known, a broken sheet is refused."""
    kept.write("facts/sources.yaml", "sources: [{id: S-1, kind: survey, title: Survey}]\n")
    found = cached_policy(kept.root, trust_mtime=trust_mtime, cache_dir=tmp_path / "cache")

    assert ["S-1"] == [source.id for source in found.facts.sources]


def test_a_removed_file_is_noticed(kept, tmp_path):
    """A rule that is gone does not judge."""
    (kept.root / RULE_FILE).unlink()
    kept.edit("guardrails.yaml", "topics: [layoffs]", "topics: []")

    assert () == cached_policy(kept.root, trust_mtime=True, cache_dir=tmp_path / "cache").rules


@pytest.mark.parametrize("damage", [b"", b"garbage", b"0" * 64 + b"\n{}"])
def test_a_damaged_copy_is_made_anew(kept, tmp_path, monkeypatch, damage):
    """A cache is never a reason to fail, nor believed when it is damaged."""
    (file,) = (tmp_path / "cache").iterdir()
    file.write_bytes(damage)

    assert not is_hit(kept, tmp_path, monkeypatch, trust_mtime=True)
    assert is_hit(kept, tmp_path, monkeypatch, trust_mtime=True) is True


def test_each_flipped_byte_is_noticed(kept, tmp_path):
    """The first line is the digest of the rest."""
    (file,) = (tmp_path / "cache").iterdir()
    data = file.read_bytes()
    for at in range(0, len(data), max(1, len(data) // 40)):
        file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert cache._kept(file, trust_mtime=True) is None


def test_other_code_makes_the_copy_stale(bench, tmp_path, monkeypatch):
    """Whatever makes plans, rule kinds and their revisions among it, compiles anew when it changes."""
    code = tmp_path / "package" / "rules" / "kinds" / "terms.py"
    code.parent.mkdir(parents=True)
    code.write_text("revision=1", encoding="utf-8")
    monkeypatch.setattr(cache, "package_folder", lambda: tmp_path / "package")
    settle(bench)
    cached_policy(bench.root, trust_mtime=True, cache_dir=tmp_path / "cache")
    assert is_hit(bench, tmp_path, monkeypatch, trust_mtime=True)
    os.utime(code, ns=(LONG_AGO_NS, LONG_AGO_NS))

    assert not is_hit(bench, tmp_path, monkeypatch, trust_mtime=True)


def test_another_version_makes_the_copy_stale(kept, tmp_path, monkeypatch):
    """Even if its files have the same times and sizes, as a reproducible wheel may."""
    monkeypatch.setattr(cache, "__version__", "0.0.0")

    assert not is_hit(kept, tmp_path, monkeypatch, trust_mtime=True)


def test_a_rule_that_needs_what_is_gone_compiles_anew(kept, tmp_path, monkeypatch):
    """Compiling says which package is missing, and how to install it."""
    policy = cached_policy(kept.root, trust_mtime=True, cache_dir=tmp_path / "cache")
    tokens = replace(policy, rules=tuple(replace(rule, needs=(Need.TOKENS,)) for rule in policy.rules))
    monkeypatch.setattr(cache, "find_spec", lambda _: None)

    assert cache.can_run(policy)
    assert not cache.can_run(tokens)


def test_a_file_of_this_moment_is_not_kept(bench, tmp_path):
    """A file may change again under the stamp it got just now."""
    settle(bench, 2**62)
    cached_policy(bench.root, trust_mtime=True, cache_dir=tmp_path / "cache")

    assert not (tmp_path / "cache").exists()


def test_without_a_folder_nothing_is_kept(bench):
    """No cache is a choice, not a failure."""
    assert load_policy(bench.root) == cached_policy(bench.root, trust_mtime=True, cache_dir=None)


def test_a_folder_that_cannot_be_written_is_no_failure(kept, tmp_path):
    """The policy is there either way."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    assert cached_policy(kept.root, trust_mtime=True, cache_dir=tmp_path / "file").rules


def test_a_hit_imports_little(kept, tmp_path):
    """The linter's cold start depends on it."""
    code = (
        "import sys, pathlib\n"
        "from guardrails.policy.cache import cached_policy\n"
        "cached_policy(pathlib.Path(sys.argv[1]), trust_mtime=True, cache_dir=pathlib.Path(sys.argv[2]))\n"
        "print(sorted({'yaml', 'pydantic', 'spacy', 'rapidfuzz', 'tempfile', 'guardrails.rules'} & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", code, str(kept.root), str(tmp_path / "cache")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)

    assert run.stdout.strip() == "[]"
