"""Same draft, policy, state, moment and engine: the same bytes, in whatever order the rules stand."""

import os
import random
from dataclasses import replace

from guardrails.backends.documents import READERS
from guardrails.decide.context import effective_context
from guardrails.matching.scanner import Scanner
from guardrails.model.canonical import canonical
from guardrails.model.context import EffectiveContext, Principal
from guardrails.model.draft import Pairs
from guardrails.model.policy import Rule
from guardrails.model.state import State
from guardrails.render.answer import assessment_json
from guardrails.rules.due import Roster
from guardrails.rules.kind import View
from guardrails.rules.run import run_rules
from guardrails.rules.scope import applies
from guardrails.signals.analysis import FieldSignals
from guardrails.text.submitted import parse
from tests.e2e import nimbrel

DAY = nimbrel.AS_OF[:10]
RUNS = int(os.environ.get("GUARDRAILS_EXAMPLES", "50"))
STATE = State(principal=Principal("agent", "distribution"))
NAMES = sorted(str(path.relative_to(nimbrel.FIXTURES / "drafts")) for path in (nimbrel.FIXTURES / "drafts").glob("*/*"))


def published(name: str, policy: object) -> bytes:
    """The canonical assessment of a fixture draft."""
    draft = nimbrel.draft(name)
    nimbrel.evaluate.cache_clear()  # it keeps what it built by digest, and a shuffled policy has the same
    assessment = nimbrel.evaluate()(draft, policy, STATE, nimbrel.AS_OF_MS).assessment
    return canonical(assessment_json(assessment, draft.fields))


def test_shuffled_rules_give_the_same_bytes() -> None:
    """The order of rules in the policy changes nothing."""
    rng, policy = random.Random(7), nimbrel.policy()
    for run in range(RUNS):
        name = NAMES[run % len(NAMES)]
        rules = list(policy.rules)
        rng.shuffle(rules)
        shuffled = replace(policy, rules=tuple(rules))

        assert published(name, policy) == published(name, replace(shuffled, digest=policy.digest)), name


def test_one_scan_finds_what_a_loop_over_rules_finds() -> None:
    """Sorting rules, sharing a scan and leaving rules out gives what judging and running each by itself gives."""
    policy = nimbrel.policy()
    roster = Roster(policy)
    scanner = Scanner([rule.plan for rule in roster.rules])
    for name in NAMES:
        draft = nimbrel.draft(name)
        parsed = parse(draft, READERS)
        claims = tuple(sorted({*draft.context, *(pair for field in parsed for pair in field.front_matter)}))
        context = effective_context(claims, STATE, policy.workspace, nimbrel.AS_OF_MS)
        signals = [FieldSignals(field, ("en", "de")) for field in parsed]
        view = View(parsed, (), signals, context, draft, nimbrel.AS_OF_MS)
        due = roster.due(context, DAY)
        now = [rule.base if rule.base and rule.override_until < DAY else rule for rule in policy.rules]
        alone = [rule for rule in now if _is_due(rule, context, policy.workspace.parents)]
        work = [(rule, Scanner([rule.plan]).scan(parsed).get(0, [])) for rule in alone]

        one = run_rules(due.work(scanner.scan(parsed)), view, policy.workspace.parents)
        other = run_rules(work, view, policy.workspace.parents)

        assert other == one, name
        assert len(policy.rules) - len(alone) == due.not_applicable


def _is_due(rule: Rule, context: EffectiveContext, parents: Pairs) -> bool:
    languages = {name for locale in context["locale"] for name in (locale, locale.partition("-")[0])}
    speaks = rule.locales == ("*",) or not languages.isdisjoint(rule.locales)
    return speaks and applies(rule.scope, context, parents)
