"""
The machine form: OSCAL 1.2 assessment results, as JSON.

Every control is a finding with the observation it rests on. OSCAL knows two states only: *no evidence* is
``not-satisfied`` with the reason ``other`` and the property ``status``; what does not apply is excluded from the reviewed
controls, with the declaration as an observation. Identifiers are UUIDs (version 5) made from the report, so that equal
reports give equal bytes.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from guardrails.render.moment import rfc3339
from guardrails.report.controls import Control
from guardrails.report.parts.integrity import Cosigned
from guardrails.report.parts.population import RuleCount, Sampled
from guardrails.report.parts.share import Share
from guardrails.report.report import Report
from guardrails.report.words.phrases import UNFINISHED, unfinished

OSCAL_VERSION = "1.2.1"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:guardrails:report")
_NS = "urn:guardrails:report"
_UNSEEN = re.compile(r"[\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
"""Characters that turn a line round or that nobody sees: JSON has escapes for them."""

_DESCRIPTION = "What the ledger shows about the period; aligned with the frameworks named, certifying nothing."
_REASONS = {"satisfied": "pass", "not satisfied": "fail", "no evidence": "other"}


def oscal_of(report: Report) -> bytes:
    """Return *report* as OSCAL assessment results."""
    made = _Made(report)
    text = json.dumps(made.results(), ensure_ascii=False, indent=1) + "\n"
    return _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text).encode("utf-8")


class _Made:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.at = rfc3339(report.about.as_of_ms)
        period = report.about.period
        self.name = f"{report.integrity.origin} {report.integrity.root} {period.from_ms} {period.until_ms} {report.about.as_of_ms}"

    def uuid(self, name: str) -> str:
        return str(uuid.uuid5(_NAMESPACE, f"{self.name} {name}"))

    def results(self) -> dict[str, Any]:
        about = self.report.about
        return {
            "assessment-results": {
                "uuid": self.uuid("results"),
                "metadata": {
                    "title": f"Compliance report of {about.brand or about.workspace or 'an unknown workspace'}",
                    "last-modified": self.at,
                    "version": about.version,
                    "oscal-version": OSCAL_VERSION,
                },
                "import-ap": {"href": "#controls", "remarks": "The controls and queries that come with guardrails."},
                "results": [self.result()],
            }
        }

    def result(self) -> dict[str, Any]:
        report = self.report
        controls = report.controls
        judged = [one for one in controls if one.status != "not applicable"]
        excluded = [one for one in controls if one.status == "not applicable"]
        selection: dict[str, Any] = {"include-controls": [{"control-id": one.definition.id} for one in judged]}
        if excluded:
            selection["exclude-controls"] = [{"control-id": one.definition.id} for one in excluded]
        observations = [
            *map(self.observation, controls),
            *map(self.sampled, report.population.sample),
            self.rules(),
            self.accuracy(),
        ]
        return {
            "uuid": self.uuid("result"),
            "title": "The period",
            "description": self.description(),
            "start": rfc3339(report.about.period.from_ms),
            "end": rfc3339(report.about.known.until_ms),
            "props": self.figures(),
            "reviewed-controls": {"control-selections": [selection]},
            "observations": observations,
            "findings": [self.finding(one) for one in judged],
        }

    def description(self) -> str:
        about = self.report.about
        return _DESCRIPTION if about.has_ended else f"{UNFINISHED}. {unfinished(about)} {_DESCRIPTION}"

    def figures(self) -> list[dict[str, str]]:
        report = self.report
        binding, asked = report.population.binding, report.oversight.all
        return [
            _prop("period-ended", "yes" if report.about.has_ended else "no"),
            _prop("integrity", "intact" if report.integrity.is_intact else "not-intact"),
            _prop("trust", "witnessed" if any(one.given for one in report.integrity.cosigned) else "operator-trusted"),
            *map(_witness, report.integrity.cosigned),
            _prop("records", report.integrity.size),
            _prop("root", report.integrity.root or "unknown"),
            _prop("checkpoint-first", report.integrity.first),
            _prop("checkpoint-last", report.integrity.last),
            *(_prop("checkpoint-proof", f"{at} {node}") for at, node in enumerate(report.integrity.proof)),
            _prop("policy", report.policies.digest or "none"),
            _prop("checks-passed", binding.passed),
            _prop("checks-to-revise", binding.revise),
            _prop("checks-escalated", binding.escalate),
            _prop("questions-asked", asked.asked),
            _prop("questions-overdue", asked.overdue),
            _prop("passed-with-fault", report.exceptions.passed_with_fault),
            _prop("published-without-permit", len(report.exceptions.no_permit)),
            _prop("break-glass", len(report.exceptions.break_glass)),
            _prop("sample-seed", report.population.seed),
        ]

    def observation(self, one: Control) -> dict[str, Any]:
        words = f"{one.query.asks}. " + (
            f"Declared: {one.reason}" if one.status == "not applicable" else one.definition.evidence
        )
        return {
            "uuid": self.uuid(f"observation {one.definition.id}"),
            "title": one.definition.title,
            "description": words,
            "props": [
                _prop("population", one.population),
                _prop("tested", one.tested),
                _prop("exceptions", one.broken),
            ],
            "methods": ["EXAMINE"],
            "types": ["control-objective"],
            "collected": self.at,
            **({"remarks": "\n".join(one.exceptions[:100])} if one.exceptions else {}),
        }

    def finding(self, one: Control) -> dict[str, Any]:
        definition = one.definition
        state = "satisfied" if one.status == "satisfied" else "not-satisfied"
        return {
            "uuid": self.uuid(f"finding {definition.id}"),
            "title": definition.title,
            "description": f"{definition.framework}: {definition.title}",
            "props": [_prop("status", one.status.replace(" ", "-")), _prop("basis", definition.basis)],
            "target": {
                "type": "objective-id",
                "target-id": definition.id,
                "status": {"state": state, "reason": _REASONS[one.status]},
            },
            **({"remarks": _unknown(one)} if one.status == "no evidence" else {}),
            "related-observations": [{"observation-uuid": self.uuid(f"observation {definition.id}")}],
        }

    def sampled(self, one: Sampled) -> dict[str, Any]:
        proof = [_prop("proof", f"{at} {node}") for at, node in enumerate(one.proof)]
        return {
            "uuid": self.uuid(f"sample {one.at}"),
            "title": f"Sampled check {one.check}",
            "description": "Drawn with the seed, proved to be in the tree, decided again from its stored input and bundle.",
            "props": [
                _prop("record-index", one.at),
                _prop("verdict", one.verdict),
                _prop("leaf", one.leaf or "unknown"),
                _prop("replay", one.replay),
                *proof,
            ],
            "methods": ["TEST"],
            "types": ["sample"],
            "collected": self.at,
        }

    def rules(self) -> dict[str, Any]:
        words = "In how many checks each rule had a finding, and what it called for."
        found = [prop for one in self.report.population.by_rule for prop in _counts(one)]
        return self.by_rule("rules", "Findings by rule", words, found)

    def accuracy(self) -> dict[str, Any]:
        words = "Precision and recall on each rule's own examples and on labelled drafts, and what people overturned of what they judged."
        accuracy = self.report.accuracy
        labelled = (
            (one.rule, name, getattr(one, name)) for one in accuracy.examples for name in ("precision", "recall")
        )
        read = accuracy.drafts.rules if accuracy.drafts else ()
        drafts = ((one.rule, f"draft-{name}", getattr(one, name)) for one in read for name in ("precision", "recall"))
        judged = ((one.rule, "overturned", one.overturned) for one in accuracy.judged.rules)
        found = [prop for rule, name, share in (*labelled, *drafts, *judged) for prop in _shares(rule, name, share)]
        return self.by_rule("accuracy", "Accuracy by rule", words, found)

    def by_rule(self, name: str, title: str, words: str, props: list[dict[str, str]]) -> dict[str, Any]:
        return {
            "uuid": self.uuid(name),
            "title": title,
            "description": words,
            **({"props": props} if props else {}),
            "methods": ["EXAMINE"],
            "types": ["historic"],
            "collected": self.at,
        }


def _unknown(one: Control) -> str:
    known = f"On record, not judged: {one.on_record}. " if one.on_record else ""
    return f"{known}What would show it: {one.query.would}."


def _witness(one: Cosigned) -> dict[str, str]:
    """Return who cosigned how much; whose word it is that the key is theirs stands in the remarks."""
    word = "the maker of this report" if one.given else "the ledger's own record"
    return {
        **_prop("witness", f"{one.size} {one.vkey}"),
        "remarks": f"Key as named by {word}: compare it with its keeper.",
    }


def _counts(one: RuleCount) -> list[dict[str, str]]:
    counts = (("texts", one.texts), ("revise", one.revise), ("escalate", one.escalate))
    return [{**_prop(f"rule-{name}", count), "class": one.rule} for name, count in counts]


def _shares(rule: str, name: str, share: Share) -> list[dict[str, str]]:
    return [
        {**_prop(f"{name}-{key.replace('_', '-')}", value), "class": rule} for key, value in share._asdict().items()
    ]


def _prop(name: str, value: str | int) -> dict[str, str]:
    return {"name": name, "ns": _NS, "value": str(value)}
