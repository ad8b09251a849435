"""A small workspace to call the command line in, and the command line itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from guardrails.surfaces.cli import main

WORKSPACE = """\
name: lumo-marketing
brand: lumo
packs: {lumo: "1.0.0"}
values:
  channels: [blog, newsletter, press]
  markets: {eu: [de], us: []}
  locales: [en]
  audiences: [public]
  content_types: [article]
trust_draft: [channel]
people: [head-of-content]
mandates:
  - agent: writer
    may_decide: [{action: publish, channels: [blog, newsletter]}]
    may_recommend: [{action: publish}]
    delegated_by: "role:head-of-content"
    until: "2099-12-31"
routing:
  default: {queue: desk, due_hours: 24}
"""

PACK = 'name: lumo\nversion: "1.0.0"\nowner: brand-lead\nlayer: brand\n'

RULE = """\
id: lumo.{name}
version: 1
status: {status}
title: "{title}"
owner: brand-lead
layer: {layer}
kind: terms
effect: {effect}
severity: high
applies_to: {{locales: [en]}}
message: "“{{match}}” is not for us"
why: "We say what is so."
instruction: "Leave “{{match}}” out."
params: {{terms: [{terms}]}}
examples:
  bad: ["It is [[{first}]]."]
  good: ["It is a lamp."]
"""


@dataclass(frozen=True)
class Result:
    """What a call printed and its exit code."""

    code: int
    out: str
    err: str


Cli = Callable[..., Result]


def rule(name: str, layer: str, effect: str, *terms: str, status: str = "active") -> str:
    """Return the text of a rule file that looks for *terms*."""
    return RULE.format(
        name=name,
        layer=layer,
        effect=effect,
        terms=", ".join(terms),
        first=terms[0],
        status=status,
        title=name.replace("-", " ").capitalize(),
    )


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the workspace, go into it, and keep its cache beside it."""
    pack = tmp_path / "policies" / "lumo"
    pack.mkdir(parents=True)
    (tmp_path / "guardrails.yaml").write_text(WORKSPACE)
    (tmp_path / "guardrails.local.yaml").write_text("principal: {agent: writer}\n")
    (pack / "pack.yaml").write_text(PACK)
    (pack / "hype.yaml").write_text(rule("hype", "brand", "revise", "magical", "awesome"))
    (pack / "studies.yaml").write_text(rule("studies", "factual", "revise", "proven"))
    (pack / "jobs.yaml").write_text(rule("jobs", "escalation", "escalate", "layoffs"))
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    front = "---\nchannel: blog\n---\n\n"
    (drafts / "good.md").write_text(f"{front}The lamp stands on the desk.\n")
    (drafts / "hype.md").write_text(f"{front}# Light\n\nThis is a magical lamp.\n")
    (drafts / "jobs.md").write_text(f"{front}There will be layoffs.\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUARDRAILS_CACHE", str(tmp_path / "cache"))
    for name in ("GUARDRAILS_LEDGER", "GUARDRAILS_KEYS", "GUARDRAILS_KEY", "GUARDRAILS_DEBUG", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Call the command line in this process."""

    def call(*args: str) -> Result:
        capsys.readouterr()
        code = main.run(args)
        printed = capsys.readouterr()
        return Result(code, printed.out, printed.err)

    return call
