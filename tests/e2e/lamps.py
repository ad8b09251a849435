"""A small workspace whose two policies disagree about the same lamps, so that every answer tells which one judged it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

WORKSPACE = """\
name: lumo-marketing
brand: lumo
packs: {lumo: "1.0.0"}
values:
  channels: [blog]
  markets: {eu: [de]}
  locales: [en]
  audiences: [public]
  content_types: [article]
trust_draft: [channel]
people: [head-of-content, brand-lead]
mandates:
  - agent: writer
    may_decide: [{action: publish, channels: [blog]}]
    delegated_by: "role:head-of-content"
    until: "2099-12-31"
routing:
  default: {queue: desk, due_hours: 24}
"""
PACK = 'name: lumo\nversion: "1.0.0"\nowner: brand-lead\nlayer: brand\n'
RULE = """\
id: lumo.{name}
version: {version}
status: active
title: "{name}"
owner: brand-lead
layer: {layer}
kind: terms
effect: revise
severity: high
message: "“{{match}}” is not for us"
why: "We say what is so."
instruction: "Leave “{{match}}” out."
params: {{terms: [{term}]}}
examples:
  bad: ["It is [[{term}]]."]
  good: ["It is a lamp."]
"""
FIRST, SECOND = "magical", "awesome"
"""What the first policy forbids, and what the second does."""


def write(folder: Path, term: str = FIRST) -> Path:
    """Make the workspace in *folder*, or change it so that it forbids *term*."""
    pack = folder / "policies" / "lumo"
    pack.mkdir(parents=True, exist_ok=True)
    (folder / "guardrails.yaml").write_text(WORKSPACE)
    (folder / "guardrails.local.yaml").write_text("principal: {agent: writer}\n")
    (pack / "pack.yaml").write_text(PACK)
    version = 1 if term == FIRST else 2
    (pack / "hype.yaml").write_text(RULE.format(name="hype", version=version, layer="brand", term=term))
    (pack / "studies.yaml").write_text(RULE.format(name="studies", version=1, layer="factual", term="proven"))
    (pack / "jobs.yaml").write_text(RULE.format(name="jobs", version=1, layer="escalation", term="layoffs"))
    return folder


def draft(number: int) -> dict[str, Any]:
    """Return the body of a draft unlike any other (no round of one): only the second policy holds it."""
    letters = f"{number:06}".translate(str.maketrans("0123456789", "abcdefghij"))
    return {"fields": [{"id": "body", "text": f"Lamp {letters} is {SECOND}."}], "context": {"channel": "blog"}}
