"""Compiled bundles on disk: used when whole, made again when not, and never a reason to fail."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from guardrails.backends.rego import embedded, kept
from guardrails.backends.rego.embedded import embedded_engine
from guardrails.backends.rego.kept import KeptBundle
from guardrails.errors import EngineError
from guardrails.model.policy import Bundle, Module
from guardrails.policy.bundle import bundle_of
from guardrails.policy.rego_cases import QUIET_DATA, merged

PROGRAM = r"""
import sys
from pathlib import Path
from guardrails.backends.rego.embedded import embedded_engine
from tests.backends.rego.test_kept import one
sys.stdout.write(embedded_engine(Path(sys.argv[1])).decide(one(), b"{}").decode())
"""


def one(value: str = "data.mandate_book.risk_limit") -> Bundle:
    """A bundle whose decision is *value*, by default 1."""
    module = Module("a.rego", f"package guardrails.decision\n\ndecision := {value}\n")
    return bundle_of((module,), merged(QUIET_DATA, {"mandate_book": {"risk_limit": 1}}))


def decided(folder: Path, bundle: Bundle | None = None) -> bytes:
    """What an engine answers that has nothing in memory."""
    embedded._CACHE.built.clear()
    return embedded_engine(folder).decide(bundle or one(), b"{}")


def files(folder: Path) -> list[Path]:
    """What is kept."""
    return sorted(folder.iterdir())


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The digests of bundles that were compiled, not loaded."""
    digests: list[str] = []
    real = embedded._build
    monkeypatch.setattr(embedded, "_build", lambda bundle, *rest: digests.append(bundle.digest) or real(bundle, *rest))
    return digests


def test_a_bundle_is_compiled_once(tmp_path: Path, built: list[str]) -> None:
    """The second engine loads what the first one kept, and says the same."""
    answers = [decided(tmp_path / "cache") for _ in range(3)]

    assert [b"1"] * 3 == answers
    assert [one().digest] == built
    assert 1 == len(files(tmp_path / "cache"))


@pytest.mark.parametrize("change", [lambda data: data[:-9], lambda data: data[:40] + b"!" + data[41:], lambda _: b""])
def test_a_damaged_file_is_made_again_in_silence(tmp_path: Path, change) -> None:  # type: ignore[no-untyped-def]
    """The library would print about it, into the answer."""
    decided(tmp_path)
    (file,) = files(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(change(whole))
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path)], capture_output=True, check=False)

    assert (0, b"1", b"") == (done.returncode, done.stdout, done.stderr)
    assert [whole] == [file.read_bytes() for file in files(tmp_path)]


def test_a_file_the_library_refuses_is_made_again(tmp_path: Path, built: list[str]) -> None:
    """Whole by its name, and yet no bundle: another version of the format, say."""
    other = KeptBundle(tmp_path, (one().digest, "guardrails/decision/decision", embedded.installed("regopy")))
    other.write(lambda path: Path(path).write_bytes(b"something else"))
    answer = decided(tmp_path)

    assert b"1" == answer
    assert [one().digest] == built


@pytest.mark.parametrize("name", ["digest", "entrypoint", "version"])
def test_another_bundle_rule_or_version_has_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Nothing that can change the answer is left out of the key."""
    both = one("2\n\nother := 3")
    decided(tmp_path, both)
    if name == "version":
        monkeypatch.setattr(embedded, "installed", lambda _: "0.0.0")
    embedded._CACHE.built.clear()
    rule = "guardrails/decision/other" if name == "entrypoint" else "guardrails/decision/decision"
    answer = embedded_engine(tmp_path).evaluate(one("4") if name == "digest" else both, rule, b"{}")

    assert {"digest": b"4", "entrypoint": b"3", "version": b"2"}[name] == answer
    assert 2 == len(files(tmp_path))


def test_failures_keep_their_codes(tmp_path: Path) -> None:
    """What fails when compiled fails the same way when loaded."""
    codes = []
    for _ in range(2):
        with pytest.raises(EngineError) as failed:
            decided(tmp_path, one("1 / data.zero"))
        codes.append(failed.value.code)

    assert ["engine-undefined"] * 2 == codes


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    """The bundle is there either way."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    assert b"1" == decided(tmp_path / "file")


def test_a_folder_without_a_name_in_unicode_is_no_failure(tmp_path: Path) -> None:
    """The library takes paths in UTF-8 only."""
    assert b"1" == decided(tmp_path / "caf\udce9")


def test_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder does not grow with every change of a policy."""
    monkeypatch.setattr(kept, "KEPT_FILES", 2)
    for number in range(4):
        decided(tmp_path, one(str(number)))

    assert 2 == len(files(tmp_path))
    assert KeptBundle(tmp_path, (one("3").digest, "guardrails/decision/decision", embedded.installed("regopy"))).find()
