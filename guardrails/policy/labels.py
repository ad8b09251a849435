"""
Labelled drafts of a workspace: ``drafts/expected.yaml``, what people expect of each draft, judged by reading it.

::

    as_of: "2026-11-23"                 # judged as of this day; otherwise as of the report
    principal: {agent: distribution}    # who submits; without one no draft passes
    drafts:
      - file: brief/b01.md              # beside this file
        verdict: revise                 # what the gate has to say
        must: [house-style.hype-en]     # rules that have to find something
        must_not: [eu-claims.vat-en]    # rules that have to find nothing; all others are not judged
        caller: {channel: newsletter}   # context that the caller establishes

Other keys (why, a gap that is known) are for people, and change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, TypeAdapter

from guardrails.errors import PolicyError
from guardrails.model.context import Principal
from guardrails.model.draft import Draft, Pairs
from guardrails.model.state import NOBODY
from guardrails.policy.load import first_with_all
from guardrails.policy.problems import validated
from guardrails.policy.source_files import read_text
from guardrails.policy.yaml_source import parse_yaml
from guardrails.text.load import draft_from_file
from guardrails.text.moment import moment_ms

FILE = "drafts/expected.yaml"
Verdict = Literal["pass", "revise", "escalate"]


class Label(NamedTuple):
    """What people expect of one draft."""

    draft: Draft
    verdict: Verdict
    must: frozenset[str]
    must_not: frozenset[str]
    caller: Pairs


@dataclass(frozen=True, slots=True)
class Labels:
    """All labelled drafts, who submits them, and as of when (None: of the report)."""

    drafts: tuple[Label, ...]
    principal: Principal = NOBODY
    as_of_ms: int | None = None


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Draft(_Shape):
    file: str
    verdict: Verdict
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    caller: dict[str, str] = {}


class _Principal(_Shape):
    agent: str


class _File(_Shape):
    drafts: tuple[_Draft, ...]
    principal: _Principal | None = None
    as_of: str = ""


_FILE = TypeAdapter(_File)


def labels_of(workspace: Path) -> Labels | None:
    """
    Return the labelled drafts of *workspace*, or None if it has none.

    Raises:
        PolicyError: If the file is not of this form, or a draft lies elsewhere.

        DraftError: If a draft cannot be read, or ``bad-moment``.
    """
    path = workspace / FILE
    if not path.is_file():
        return None
    document = parse_yaml(read_text(path, FILE), FILE)
    said = validated(_FILE, _File, document)
    if isinstance(said, list):
        raise first_with_all(said)
    return Labels(
        drafts=tuple(_labels(path.parent, said.drafts)),
        principal=Principal("agent", said.principal.agent) if said.principal else NOBODY,
        as_of_ms=moment_ms(said.as_of) if said.as_of else None,
    )


def _labels(folder: Path, drafts: tuple[_Draft, ...]) -> Iterator[Label]:
    for one in drafts:
        file = folder / one.file
        if not file.resolve().is_relative_to(folder.resolve()) or not file.is_file():
            raise PolicyError("no-draft", f"there is no draft {one.file!r} beside {FILE}")
        draft = replace(draft_from_file(one.file, file.read_bytes()), fixes="none")
        yield Label(draft, one.verdict, frozenset(one.must), frozenset(one.must_not), tuple(sorted(one.caller.items())))
