"""``check`` and ``lint``: verdicts, exit codes, inputs, forms of output."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import jsonschema_rs
import pytest

from guardrails import wiring
from guardrails.errors import LedgerError
from guardrails.render.schemas import RUN
from tests.surfaces.cli.conftest import Cli

pytestmark = pytest.mark.usefixtures("workspace")


@pytest.mark.parametrize(("name", "code"), [("good", 0), ("hype", 1), ("jobs", 3)])
def test_the_exit_code_is_the_verdict(cli: Cli, name: str, code: int) -> None:
    """Pass is 0, revise 1, escalate 3, for the gate and the linter."""
    assert code == cli("check", f"drafts/{name}.md").code
    assert code == cli("lint", f"drafts/{name}.md").code


def test_lint_prints_as_agreed(cli: Cli, golden) -> None:
    """The text for three drafts, one per verdict, is the golden file."""
    golden("cli/lint.txt", cli("lint", "drafts").out)


def test_check_prints_as_agreed(cli: Cli, golden) -> None:
    """A check says on which record it stands."""
    out = cli("check", "drafts").out

    golden("cli/check.txt", re.sub(r"chk_[0-9a-z]+", "@@CHECK@@", out))


def test_errors_print_as_agreed(cli: Cli, workspace: Path, golden) -> None:
    """Every way a file can be wrong has words, a place and help."""
    (workspace / "bad.json").write_text('{"fields": [{"id": "b", "text": "x", "formt": "html"}]}')
    (workspace / "latin.txt").write_bytes("Müll".encode("latin-1"))
    (workspace / "copy.pdf").write_bytes(b"%PDF")
    (workspace / "empty").mkdir()
    result = cli("lint", "nope.md", "bad.json", "latin.txt", "copy.pdf", "empty", "drafts/good.md")

    assert result.code == 2
    golden("cli/errors.txt", result.err)
    assert "6 drafts: 1 pass, 5 not readable" in result.out


def test_of_several_files_the_gravest_counts(cli: Cli) -> None:
    """Wrong files go before verdicts, escalate before revise, and all files are looked at."""
    assert cli("lint", "drafts").code == 3
    assert cli("lint", "drafts/good.md", "drafts/hype.md").code == 1
    assert cli("lint", "nope.md", "drafts/jobs.md").code == 2


def test_json_is_a_run(cli: Cli) -> None:
    """``--format json`` prints a run that fits its schema, errors included."""
    result = cli("check", "drafts/good.md", "nope.md", "--format", "json")
    run = json.loads(result.out)

    jsonschema_rs.validator_for(RUN).validate(run)
    assert (2, 2, None) == (result.code, run["exit_code"], run["verdict"])
    assert "pass" == run["results"][0]["answer"]["assessment"]["verdict"]
    assert "file-not-found" == run["results"][1]["error"]["code"]


def test_lint_is_never_binding(cli: Cli) -> None:
    """A linted draft has no record."""
    (result,) = json.loads(cli("lint", "drafts/good.md", "--format", "json").out)["results"]

    assert [None, None, False] == [result["answer"][key] for key in ("check_id", "audit", "binding")]


def test_check_binds_and_records(cli: Cli) -> None:
    """A checked draft has a record in the ledger, and the ledger verifies."""
    (result,) = json.loads(cli("check", "drafts/good.md", "--format", "json").out)["results"]

    assert result["answer"]["binding"]
    assert result["answer"]["audit"]["record_id"] == result["answer"]["check_id"]
    assert cli("ledger", "verify").code == 0


def test_another_moment_is_a_simulation(cli: Cli) -> None:
    """``--as-of`` is judged then and does not bind."""
    (result,) = json.loads(cli("check", "drafts/good.md", "--as-of", "2030-01-02", "--format", "json").out)["results"]

    assert not result["answer"]["binding"]
    assert "2030-01-02T00:00:00.000Z" == result["answer"]["assessment"]["as_of"]


def test_a_moment_that_is_none_is_refused(cli: Cli) -> None:
    """A wrong ``--as-of`` is a wrong call."""
    result = cli("lint", "drafts/good.md", "--as-of", "yesterday")

    assert result.code == 2
    assert "error[bad-moment]" in result.err


def test_without_a_principal_nothing_passes(cli: Cli, workspace: Path) -> None:
    """A draft without findings escalates if nobody is established."""
    (workspace / "guardrails.local.yaml").unlink()

    assert cli("check", "drafts/good.md").code == 3


def test_the_agent_must_be_the_established_one(cli: Cli) -> None:
    """``--agent`` names who is established; it establishes nobody."""
    result = cli("check", "drafts/good.md", "--agent", "distribution")

    assert result.code == 2
    assert "error[agent-not-established]" in result.err
    assert cli("check", "drafts/good.md", "--agent", "writer").code == 0


def test_flags_are_the_caller_s_word(cli: Cli) -> None:
    """A channel on the command line that differs from the draft's is a conflict."""
    assert cli("check", "drafts/good.md", "--channel", "blog").code == 0
    assert cli("check", "drafts/good.md", "--channel", "press").code == 3


def test_an_unknown_value_is_a_wrong_call(cli: Cli) -> None:
    """A channel that the workspace does not know is answered with the nearest."""
    result = cli("lint", "drafts/good.md", "--channel", "pres")

    assert result.code == 2
    assert "press" in result.err


def _stdin(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))


def test_the_standard_input_needs_a_format(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """``-`` is read as ``--as`` or ``--stdin-filename`` says, and not guessed."""
    _stdin(monkeypatch, "A magical lamp.")
    assert cli("lint", "-", "--as", "text").code == 1
    _stdin(monkeypatch, "A magical lamp.")
    assert cli("lint", "-", "--stdin-filename", "a.md").code == 1
    _stdin(monkeypatch, "A magical lamp.")
    assert cli("lint", "-").code == 2


def test_folders_and_globs_stand_for_their_drafts(cli: Cli, workspace: Path) -> None:
    """Drafts are found below folders, hidden ones left out, each once and sorted."""
    (workspace / "drafts" / ".hidden.md").write_text("A magical lamp.")
    (workspace / "drafts" / "notes.pdf").write_bytes(b"%PDF")
    out = cli("lint", "drafts", "drafts/*.md", "-q").out

    assert ["drafts/good.md", "drafts/hype.md", "drafts/jobs.md"] == re.findall(r"^(\S+): verdict", out, re.MULTILINE)


def test_a_defect_in_one_file_leaves_the_others(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks is exit 4 with words, no traceback, and the next file is still looked at."""
    from guardrails.answer import Linter

    real = Linter.lint

    def breaks_once(self: Linter, draft: object, **options: object) -> object:
        if "magical" in draft.fields[0].text:
            raise ZeroDivisionError
        return real(self, draft, **options)

    monkeypatch.setattr(Linter, "lint", breaks_once)
    result = cli("lint", "drafts/hype.md", "drafts/good.md")

    assert result.code == 4
    assert "this is a defect in guardrails" in result.err
    assert "Traceback" not in result.err
    assert "drafts/good.md: verdict: pass" in result.out


def test_without_a_record_there_is_no_verdict(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that cannot be written is exit 4, and nothing is said about the draft."""

    def fails(chosen: object) -> object:
        raise LedgerError("ledger-unwritable", "the disk is full")

    monkeypatch.setattr(wiring, "open_log", fails)
    result = cli("check", "drafts/good.md")

    assert result.code == 4
    assert "verdict" not in result.out


def test_a_policy_that_does_not_load_is_named(cli: Cli, workspace: Path) -> None:
    """A mistake in a rule is shown with its line; in JSON every file has the error."""
    path = workspace / "policies" / "lumo" / "hype.yaml"
    path.write_text(path.read_text().replace("severity: high", "severty: high"))
    result = cli("lint", "drafts/good.md")

    assert result.code == 2
    assert "policies/lumo/hype.yaml" in result.err
    assert "severty: high" in result.err
    run = json.loads(cli("lint", "drafts/good.md", "--format", "json").out)
    assert [("drafts/good.md", True)] == [(one["file"], "error" in one) for one in run["results"]]


def test_no_workspace_is_a_wrong_call(cli: Cli, workspace: Path) -> None:
    """Outside a workspace the help line says how to make one."""
    (workspace / "guardrails.yaml").unlink()
    result = cli("lint", "drafts/good.md")

    assert result.code == 2
    assert "guardrails init" in result.err


def test_personal_data_stays_masked_in_json(cli: Cli) -> None:
    """JSON is what was digested; showing personal data in it is refused."""
    assert cli("check", "drafts/good.md", "--format", "json", "--show-personal-data").code == 2


def test_lint_shows_no_personal_data(cli: Cli) -> None:
    """What is shown is on record, and lint has none."""
    assert cli("lint", "drafts/good.md", "--show-personal-data").code == 2


def test_a_closed_pipe_is_no_pass(workspace: Path) -> None:
    """If nobody reads the answer, the exit code says that none was given, without a traceback."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "guardrails.surfaces.cli", "lint", "drafts/good.md"],
        cwd=workspace,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)

    assert done.returncode == 4
    assert done.stderr == b""


LINT_IMPORTS = {"ahocorasick_rs", "click", "guardrails", "pyromark", "re2", "regopy"}
"""All that a lint with a cached policy may import which is not of the standard library."""

CHECK_IMPORTS = LINT_IMPORTS | {"orjson", "apsw", "cryptography", "cython_runtime", "yaml"}
"""The same for a check: the ledger, its keys, and the operator's settings (YAML)."""

SLOW = {
    "asyncio", "concurrent", "csv", "decimal", "difflib", "email", "html", "http", "importlib.metadata",
    "importlib.resources", "logging", "multiprocessing", "shutil", "socket", "ssl", "subprocess", "tempfile",
    "traceback", "urllib.request", "xml", "zipfile",
}  # fmt: skip
"""Parts of the standard library that neither needs, and that have crept in before."""

IMPORTING = """
import sys
before = set(sys.modules)
from guardrails.surfaces.cli.main import run
code = run([sys.argv[1], "drafts/hype.md", "--quiet"])
print(*sorted(set(sys.modules) - before))
sys.exit(code)
"""


def imported(command: str, workspace: Path) -> set[str]:
    """The modules that *command* imports in a process of its own, with a policy compiled before."""
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", IMPORTING, command], cwd=workspace, capture_output=True, text=True, check=False
        )
    assert done.returncode in {1, 3}, done.stderr  # checked twice is no progress
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(("command", "allowed"), [("lint", LINT_IMPORTS), ("check", CHECK_IMPORTS)])
def test_a_cold_start_imports_little(workspace: Path, command: str, allowed: set[str]) -> None:
    """With a cached policy nothing is imported that validates, compares, logs or talks to servers."""
    modules = imported(command, workspace)
    packages = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names

    assert set() == {name for name in packages - allowed if not name.startswith("_")}
    assert set() == modules & SLOW


def test_a_lint_imports_no_part_that_others_need(workspace: Path) -> None:
    """No ledger, no compiler of policies, no other command."""
    modules = imported("lint", workspace)
    parts = {".".join(name.split(".")[:2]) for name in modules}
    commands = {name.rpartition(".")[2] for name in modules if name.startswith("guardrails.surfaces.cli.")}

    assert not {"guardrails.audit", "guardrails.gate", "guardrails.review", "guardrails.learn"} & parts
    assert not {f"guardrails.policy.{name}" for name in ("load", "compile", "schema", "yaml_source")} & modules
    assert {"exits", "inputs", "judging", "lazy", "lint", "main", "options", "terminal"} == commands


def test_drafts_are_checked_together(cli: Cli) -> None:
    """As one batch: each verdict, then what they show together; JSON is the published form."""
    out = cli("check", "drafts", "--together")
    body = json.loads(cli("check", "drafts", "--together", "--format", "json").out)

    assert (3, True) == (out.code, "3 drafts: 1 pass, 1 revise, 1 escalate" in out.out)
    assert ("guardrails.batch-answer/v1", 3) == (body["schema"], len(body["results"]))
    assert 2 == cli("check", "drafts", "nope.md", "--together").code
