"""What is built is what works: packs, decision modules and templates are in the wheel, and it runs from there."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.services import require

ROOT = Path(__file__).parents[2]
UV = ROOT / ".tools" / "bin" / "uv"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, unpacked."""
    made = tmp_path_factory.mktemp("wheel")
    require("uv", UV.exists(), "make setup puts it into .tools")
    command = [UV, "build", "--quiet", "--wheel", "--out-dir", made, ROOT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    require("a package index", done.returncode == 0, "the wheel's build backend cannot be had")
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(made / "unpacked")
    return made / "unpacked"


def files(folder: Path) -> dict[str, bytes]:
    """What is below *folder*, by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("part", ["policies", "rego"])
def test_what_is_shipped_is_whole(unpacked: Path, part: str) -> None:
    """Every file of the packs and of the decision modules, byte by byte."""
    assert files(ROOT / part) == files(unpacked / "guardrails" / "_shipped" / part)


def test_nothing_else_is_shipped(unpacked: Path) -> None:
    """No tests, fixtures or benchmarks; the template of a workspace and the licence are there."""
    top = {path.name for path in unpacked.iterdir()}

    assert {"guardrails"} == {name for name in top if not name.endswith(".dist-info")}
    assert files(ROOT / "guardrails" / "policy" / "template") == files(unpacked / "guardrails" / "policy" / "template")
    assert list(unpacked.glob("*.dist-info/licenses/LICENSE"))


def test_it_runs_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    """A new workspace passes its own tests and may use a shipped pack, found in the wheel."""
    environ = {**os.environ, "PYTHONPATH": str(unpacked), "GUARDRAILS_CACHE": str(tmp_path / "cache")}

    def guardrails(*arguments: str, folder: Path = tmp_path) -> str:
        command = [sys.executable, "-m", "guardrails.surfaces.cli", *arguments]
        done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    where = subprocess.run(
        [sys.executable, "-c", "import guardrails; print(guardrails.__file__)"],
        cwd=tmp_path, env=environ, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert where.startswith(str(unpacked))
    guardrails("init", "brand")
    policy = tmp_path / "brand" / "guardrails.yaml"
    policy.write_text(policy.read_text().replace('house: "1.0.0"', 'house: "1.0.0"\n  core-hygiene: "1.0.0"'))

    assert "all as marked" in guardrails("policy", "test", folder=tmp_path / "brand")
    assert "verdict: pass" in guardrails("check", "drafts/pass.md", folder=tmp_path / "brand")
