"""
A brief as Markdown for whoever writes, and as ``guardrails.brief/v1`` for programs.

The JSON form has every section as a key, empty ones too: lists of ``{text, rules[], fact}``; ``fact`` is the id to cite
or null. ``left_out`` counts what applies and is not in it. ``words`` is what ``wc -w`` says of the Markdown form.
"""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.model.brief import SECTIONS, Brief, Line, Section
from guardrails.model.canonical import Json

_NOUNS = {
    "brand": "brand rule", "factual": "factual rule", "escalation": "escalation rule", "facts": "fact",
    "obligations": "duty",
}  # fmt: skip


def brief_markdown(brief: Brief) -> str:
    """Return *brief* as Markdown, at most 600 words."""
    blocks = [
        f"# Brief for {brief.agent}: {', '.join(brief.place)}",
        _intro(brief),
        *(_section(section) for section in brief.sections),
        _closing(brief),
    ]
    return "\n\n".join(blocks) + "\n"


def brief_json(brief: Brief) -> dict[str, Json]:
    """Return *brief* as ``guardrails.brief/v1``."""
    said = {section.name: section.lines for section in brief.sections}
    return {
        "schema": "guardrails.brief/v1",
        "agent": brief.agent,
        "context": {key: list(values) for key, values in brief.context},
        "assumed": list(brief.assumed),
        "policy": {"digest": brief.policy_digest},
        "as_of": brief.as_of,
        "applicable": brief.applicable,
        **{name: [_line_json(line) for line in said.get(name, ())] for name in SECTIONS},
        "left_out": dict(brief.left_out),
        "words": len(brief_markdown(brief).split()),
    }


def _intro(brief: Brief) -> str:
    return f"{_counted(brief.applicable, 'rule')} apply. Policy {brief.policy_digest}, as of {brief.as_of}."


def _section(section: Section) -> str:
    return "\n".join([f"## {SECTIONS[section.name]}", "", *map(_line, section.lines)])


def _line(line: Line) -> str:
    cited = f" [fact:{line.fact}]" if line.fact else ""
    rules = f" [{', '.join(line.shown_rules)}]" if line.shown_rules else ""
    return f"- {line.text}{cited}{rules}"


def _line_json(line: Line) -> Json:
    return {"text": line.text, "rules": list(line.rules), "fact": line.fact or None}


def _closing(brief: Brief) -> str:
    left = ", ".join(_left(brief))
    if not left:
        return "Nothing that applies was left out."
    return f"Not shown: {left}. “guardrails policy list” has every rule."


def _left(brief: Brief) -> Iterator[str]:
    return (_counted(count, _NOUNS[what]) for what, count in brief.left_out if count)


def _counted(count: int, noun: str) -> str:
    plural = "duties" if noun == "duty" else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"
