"""The names and versions of what decides."""

from __future__ import annotations

import sys
from importlib.metadata import distributions, version
from pathlib import Path

import pytest

from guardrails import identity
from guardrails.identity import installed


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """Nothing is remembered from another path."""
    identity.installed.cache_clear()
    identity._metadata_folders.cache_clear()


def test_versions_are_those_that_the_installer_wrote() -> None:
    """Whatever is installed, read without the machinery of importlib.metadata."""
    names = sorted({one.metadata["Name"] for one in distributions()})

    assert {name: version(name) for name in names} == {name: installed(name) for name in names}


def test_what_is_not_installed_has_no_version() -> None:
    """The identity says so in a word."""
    assert "none" == installed("no-such-distribution")


def test_the_first_place_of_the_path_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for modules; an upgrade in another folder is seen."""
    folder = tmp_path / "google_re2-9.9.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.4\nName: google-re2\nVersion: 9.9\n\nVersion: 1\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "missing"), str(tmp_path), *sys.path])

    assert "9.9" == installed("google-re2")


def test_a_folder_that_tells_nothing_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next place of the path has it."""
    expected = version("google-re2")
    (tmp_path / "google_re2-9.9.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    assert expected == installed("google-re2")
