"""The shipped modules, as OPA's own tools and our check see them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from guardrails.policy.rego_check import check_modules
from guardrails.policy.rego_scopes import BUILTINS
from tests.rego.support import ROOT, sealed_modules
from tests.services import opa_program


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a tool over the shipped modules."""
    return subprocess.run([program, *arguments, str(ROOT / "guardrails")], capture_output=True, text=True, check=False)


def test_opa_fmt_has_nothing_to_change() -> None:
    """Every module is formatted as ``opa fmt`` does."""
    assert run(opa_program(), "fmt", "--list").stdout == ""


def test_opa_check_strict_is_clean() -> None:
    """OPA's strict check finds nothing."""
    done = run(opa_program(), "check", "--strict")

    assert (done.returncode, done.stderr) == (0, "")


def test_opa_test_is_green() -> None:
    """Every ``test_`` rule holds."""
    done = run(opa_program(), "test")

    assert done.returncode == 0, done.stdout


def test_regal_is_clean() -> None:
    """Regal finds no error; a machine cannot be required to have it, because it is no package of any index."""
    found = shutil.which("regal")
    if found is None:
        pytest.skip("regal is not here: not on PATH")
    done = run(found, "lint", "--fail-level", "error")

    assert done.returncode == 0, done.stdout


def test_our_own_check_is_clean() -> None:
    """What we refuse in workspaces, we do not ship."""
    assert check_modules(sealed_modules(), {}, which=lambda _: None) == []


def test_the_list_of_builtins_is_the_one_that_is_checked() -> None:
    """``rego/builtins.txt`` names exactly what the check lets through."""
    listed = [line for line in (ROOT / "builtins.txt").read_text().splitlines() if line and not line.startswith("#")]

    assert sorted(BUILTINS) == sorted(listed)


def test_every_package_has_its_place_and_metadata() -> None:
    """Package equals path, lines and files stay short, every package says what it is for."""
    for module in sealed_modules():
        package = Path(module.path).parent.as_posix().replace("/", ".")

        assert f"\npackage {package}\n" in module.source
        assert module.source.startswith("# METADATA\n# title: ")
        assert max(map(len, module.source.splitlines())) <= 120
        assert len(module.source.splitlines()) <= 300
        assert not re.search(r"[{]\s*\w+\s*[|]", module.source), "no set comprehensions"
