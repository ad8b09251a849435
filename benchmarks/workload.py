"""
A workspace and a draft of known size with a known answer: made from a fixed seed, the same on every machine.

The workspace has 500 rules in two packs (250 of the brand layer, 250 of the factual layer): 250 lists of terms, 150
patterns with an anchor, 90 patterns without one and 10 rules that read signals. Terms are invented words; term number
``i`` stands in list ``i % 250``, so that a longer list of terms only adds terms, and none of those added is in the
draft. The draft is English of about 300 words with 24 places that hold a term (18) or a code that a pattern finds (6); a
draft with fewer findings has plain words in the other places. Rules that read signals run over the whole text and find
nothing, which costs them as much.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import yaml

from guardrails.model.assessment import Assessment
from guardrails.model.context import Principal
from guardrails.model.draft import Draft, Field
from guardrails.model.state import State
from guardrails.text.moment import moment_ms

SEED = 20261123
RULES = 500
MOST_FINDINGS = 24
DRAFT, CLEAN_DRAFT = "draft.md", "clean.md"
CLAIM_TYPES = ("quantified", "superlative", "guarantee", "scientific")
AGENT = Principal("agent", "writer")
STATE = State(principal=AGENT, caller=(("action", "publish"), ("channel", "blog"), ("locale", "en-GB")))
AS_OF_MS = moment_ms("2026-11-23T09:00:00Z")
PACKS = {"bench-brand": "brand", "bench-facts": "factual"}

_LISTS, _ANCHORED, _LOOSE = 250, 150, 90
_TERMS_IN_DRAFT = 18
_PLAIN = ("table", "old table")
_SYLLABLES = [f"{onset}{vowel}" for onset in "bdfgklmnprstvz" for vowel in "aeiou"] + ["quo", "xel", "jyn", "wub"]

_PROSE = """\
# A workshop that lends its benches

On Tuesday the workshop in the old dairy opens its doors again. Visitors may bring a chair, a lamp or a radio that \
no longer works, and sit down with somebody who has repaired one before. The {0} stands by the window, next to a \
shelf with screws and wire. Nobody books.

## What happens in the evening

We begin at six with a short talk about {1} and {2}. After that each table takes one object apart and looks for the \
fault together. A volunteer writes down what was found. Last month a couple came with a {3} that had been in the \
family for years; the cable was loose and the {4} was dusty. They went home with a lamp that gives light, and with a \
page of notes about {5} and {6}.

- Bring the thing itself and all its parts, even the {7}.
- Bring a {8} if you have one at home.
- Bring {9}, patience and some time.

## Who helps

The people at the tables are neighbours. One of them taught {10} at the school in the village, another looked after \
{11} on the railway. They say so when a {12} cannot be saved. Then the next {13} may be waiting for the \
parts. Order {14} or {15} by telephone, and ask for {16} at the desk.

## How to find us

Take the bus to the mill and walk along the stream for a while. The blue door beside the {17} is open. Children are \
welcome when an adult sits with them, and there is tea in the kitchen. Codes on the shelves say {18}, {19}, {20}, \
{21}, {22} and {23}: please put every tool back there.
"""


def terms(count: int) -> list[str]:
    """Return *count* invented terms, a third of them of two words; a larger count only adds to the end."""
    chance, found = random.Random(SEED), dict[str, None]()
    while len(found) < count:
        word = "".join(chance.choices(_SYLLABLES, k=4))
        second = "".join(chance.choices(_SYLLABLES, k=3))
        found[f"{word} {second}" if len(found) % 3 == 0 else word] = None
    return list(found)


def draft(findings: int = MOST_FINDINGS, *, fixes: bool = False) -> Draft:
    """Return the draft, as Markdown in one field; *findings* is 0 to 24."""
    return Draft((Field("body", text(findings), "markdown"),), fixes="safe" if fixes else "none")


def text(findings: int = MOST_FINDINGS) -> str:
    """Return the draft's text: what is to be found, then plain words of the same number."""
    placed = [match if index < findings else _PLAIN[match.count(" ")] for index, (_, match) in enumerate(_placed())]
    return _PROSE.format(*placed)


def expected(findings: int = MOST_FINDINGS) -> Counter[tuple[str, str]]:
    """Return what must be found in the draft: how often which rule finds which words."""
    return Counter(_placed()[:findings])


def found(assessment: Assessment) -> Counter[tuple[str, str]]:
    """Return what was found, in the form of :func:`expected`."""
    return Counter((finding.rule.id, finding.match) for finding in assessment.findings)


def verify(assessment: Assessment, findings: int = MOST_FINDINGS) -> None:
    """Stop unless everything expected was found, nothing else, and no check failed."""
    require(found(assessment) == expected(findings), f"{len(assessment.findings)} findings, expected {findings}")
    require(not assessment.completeness.faults, f"faults: {assessment.completeness.faults}")


def require(holds: bool, message: str) -> None:
    """Stop the benchmark with *message* unless *holds*: what was not verified is not timed."""
    if not holds:
        raise SystemExit(f"not verified, not timed: {message}")


def write_workspace(folder: Path, count: int) -> Path:
    """Write the workspace with *count* terms and the drafts ``draft.md`` (24 findings) and ``clean.md`` (none) to *folder* and return it."""
    _write(folder / "guardrails.yaml", _workspace())
    _write(folder / "guardrails.local.yaml", {"principal": {"agent": AGENT.id}})
    (folder / DRAFT).write_text(text(), encoding="utf-8")
    (folder / CLEAN_DRAFT).write_text(text(0), encoding="utf-8")
    for pack, layer in PACKS.items():
        head = {"name": pack, "version": "1.0.0", "owner": "editor", "layer": layer}
        _write(folder / "policies" / pack / "pack.yaml", head)
    for rule in _rules(count):
        pack, name = str(rule["id"]).split(".")
        _write(folder / "policies" / pack / f"{name}.yaml", rule)
    return folder


def _placed() -> list[tuple[str, str]]:
    """Return rule and words of all 24 places, in the order of the text."""
    listed = [(_id(number, "terms"), term) for number, term in enumerate(terms(_TERMS_IN_DRAFT))]
    codes = [(_id(index, "code"), f"tool{index} abc") for index in (3, 40, 111)]
    return [*listed, *codes, *((_id(index, "mark"), f"K{index:03}-QX") for index in (7, 42, 88))]


def _id(index: int, name: str) -> str:
    return f"{list(PACKS)[index % 2]}.{name}-{index:03}"


def _rules(count: int) -> list[dict[str, object]]:
    listed = terms(count)
    rules = [_terms_rule(index, listed[index::_LISTS]) for index in range(_LISTS)]
    rules += [_pattern_rule(index, "code", rf"\btool{index} [a-d]+\b", [f"tool{index}"]) for index in range(_ANCHORED)]
    rules += [_pattern_rule(index, "mark", rf"\bK{index:03}-[A-Z]{{2}}\b", []) for index in range(_LOOSE)]
    rules += [_rule(f"bench-brand.{kind}", kind, params) for kind, params in _BRAND_SIGNALS.items()]
    rules += [_rule(f"bench-facts.{kind}", kind, params) for kind, params in _FACT_SIGNALS.items()]
    require(len(rules) == RULES, f"{len(rules)} rules")
    return rules


_BRAND_SIGNALS: dict[str, dict[str, object]] = {
    "limits": {"max_sentence_words": 60, "min_readability": 0, "max_exclamations": 9, "max_words": 900},
    "near-terms": {"names": ["Orvantello", "Quissendra", "Mirabolex", "Tessamund"]},
    "casing": {"terms": ["Orvantello", "Quissendra", "Mirabolex"], "heading_case": "sentence"},
    "residue": {},
    "hidden-text": {},
}
_FACT_SIGNALS: dict[str, dict[str, object]] = {
    "claim-needs-source": {"claim_types": list(CLAIM_TYPES)},
    "speculation": {"max_share_percent": 90},
    "personal-data": {},
    "source-freshness": {"max_age_days": 365},
    "required-text": {"texts": {"en": ["welcome when an adult sits with them"]}},
}


def _terms_rule(index: int, listed: list[str]) -> dict[str, object]:
    entries = [{"term": term, "say_instead": "plain word"} for term in listed]
    return _rule(_id(index, "terms"), "terms", {"terms": entries})


def _pattern_rule(index: int, name: str, pattern: str, anchors: list[str]) -> dict[str, object]:
    return _rule(_id(index, name), "pattern", {"pattern": pattern, "anchors": anchors})


def _rule(rule: str, kind: str, params: dict[str, object]) -> dict[str, object]:
    return {
        "id": rule, "version": 1, "status": "active", "kind": kind, "effect": "revise", "severity": "medium",
        "applies_to": {"locales": ["en"]}, "message": "“{match}” is not ours", "why": "It is part of a measurement.",
        "instruction": "Leave “{match}” out.", "params": params,
        "examples": {"bad": ["Something [[bad]]."], "good": ["Something good."]},
    }  # fmt: skip


def _workspace() -> dict[str, object]:
    mandate = {"agent": AGENT.id, "may_decide": [{"action": "publish"}], "delegated_by": "role:editor"}
    return {
        "brand": "bench",
        "packs": dict.fromkeys(PACKS, "1.0.0"),
        "values": {"channels": ["blog"], "markets": ["uk"], "locales": ["en-GB"]},
        "people": ["editor"],
        "mandates": [mandate | {"until": "2031-12-31"}],
        "routing": {"default": {"queue": "desk", "due_hours": 24}},
        "accept_uncovered": {
            "escalation": {"en-GB": {"reason": "Only brand and facts are measured.", "owner": "editor"}}
        },
    }


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
