"""``policy measure``: bands of a voice from the brand's own good copy."""

from __future__ import annotations

from pathlib import Path

from tests.surfaces.cli.conftest import Cli

VOICE = Path(__file__).parents[3] / "fixtures" / "voice"
GOOD = str(VOICE / "en" / "good")


def test_measure_prints_a_rule(cli: Cli) -> None:
    """The rule goes to the standard output, alone; what was measured is said beside it."""
    result = cli("policy", "measure", GOOD, "--id", "lumo.voice")

    assert result.code == 0
    assert result.out.startswith("# Proposed by “guardrails policy measure” from 24 texts in English, ")
    assert "\nid: lumo.voice\n" in result.out
    assert "\nstatus: draft\n" in result.out
    assert "lumo.voice: measured on 24 texts\n" == result.err


def test_measure_counts_what_is_off(cli: Cli) -> None:
    """With copy that is off it says how much of it is held, and the rule has examples."""
    result = cli("policy", "measure", GOOD, "--off", str(VOICE / "en" / "off"))

    assert "it holds 16 of 16 texts that are off\n" in result.err
    assert "\nstatus: observe\n" in result.out
    assert result.out.count("- format: markdown") == 4


def test_measure_names_what_is_not_held(cli: Cli) -> None:
    """Copy that is said to be off and sounds like the rest is named."""
    result = cli("policy", "measure", GOOD, "--off", GOOD)

    assert "it holds 0 of 24 texts that are off; not " in result.err
    assert "07-instagram-window.md" in result.err
    assert "\nstatus: draft\n" in result.out


def test_a_measured_rule_can_be_tried(cli: Cli, workspace: Path) -> None:
    """What is printed goes into a file as it is: the workspace's linter and tester take it."""
    rule = cli("policy", "measure", GOOD, "--off", str(VOICE / "en" / "off"), "--id", "lumo.voice").out
    (workspace / "policies" / "lumo" / "voice.yaml").write_text(rule, encoding="utf-8")

    assert cli("policy", "test", "lumo.voice").code == 0
    assert "lumo.voice would hold back 0 of 24 texts" in cli("policy", "try", "policies/lumo/voice.yaml", GOOD).out


def test_measure_refuses_too_few_texts(cli: Cli) -> None:
    """Three texts are no voice."""
    result = cli("policy", "measure", *map(str, sorted(Path(GOOD).glob("*1-*.md"))))

    assert result.code == 2
    assert "error[too-few-texts]: bands need 10 texts, got 3" in result.err
    assert "" == result.out


def test_measure_refuses_what_it_cannot_read(cli: Cli, tmp_path: Path) -> None:
    """A file that is not there is named, and no rule is printed without it."""
    result = cli("policy", "measure", GOOD, str(tmp_path / "gone.md"))

    assert (2, "") == (result.code, result.out)
    assert "error[file-not-found]" in result.err


def test_off_is_a_folder(cli: Cli) -> None:
    """A glob after --off would hand all files but one to the good copy, so a file is refused."""
    result = cli("policy", "measure", GOOD, "--off", str(VOICE / "en" / "off" / "01-corporate-passive.md"))

    assert result.code == 2
    assert "is a file" in result.err
