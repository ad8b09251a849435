"""Compiled policies survive as JSON."""

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.model.canonical import MAX_INT
from guardrails.model.fact import (
    Amount,
    Between,
    Fact,
    Facts,
    FactScope,
    FactSheet,
    Named,
    RegisteredSource,
    Statement,
    Validity,
    Withdrawal,
)
from guardrails.model.policy import (
    Accepted,
    Bundle,
    Case,
    CompiledPolicy,
    Grant,
    Literal_,
    Mandate,
    Module,
    Need,
    Pack,
    Pattern,
    Plan,
    Route,
    Rule,
    Scope,
    Workspace,
)  # fmt: skip
from guardrails.policy.codec import policy_bytes, policy_of

TEXT = st.text(max_size=6)
TEXTS = st.lists(TEXT, max_size=2).map(tuple)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple)
VALUES = st.lists(st.tuples(TEXT, TEXTS), max_size=2).map(tuple)
EFFECTS = st.sampled_from(("note", "revise", "escalate"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INT, MAX_INT) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
SEVERITIES = st.lists(st.sampled_from(("low", "medium", "high", "critical")), max_size=2).map(tuple)
SCOPES = st.builds(Scope, VALUES, VALUES)
UNITS = st.builds(Literal_, TEXT, st.booleans()) | st.builds(Pattern, TEXT, st.booleans(), TEXTS)
GRANTS = st.lists(st.builds(Grant, st.sampled_from(("prepare", "publish")), SCOPES), max_size=2).map(tuple)


def rules(base):
    """Return a strategy of rules over *base*."""
    return st.builds(
        Rule,
        id=TEXT, version=st.integers(1, 9), digest=TEXT, title=TEXT, pack=TEXT,
        layer=st.sampled_from(("brand", "factual", "escalation")),
        status=st.sampled_from(("draft", "observe", "active", "retired")),
        owner=TEXT, kind=TEXT, revision=st.integers(1, 9), locales=TEXTS, effect=EFFECTS,
        cases=st.lists(st.builds(Case, SCOPES, EFFECTS), max_size=2).map(tuple),
        severity=st.sampled_from(("low", "medium", "high", "critical")),
        scope=SCOPES, waivable=st.booleans(), topics=TEXTS, message=TEXT, why=TEXT, instruction=TEXT, references=TEXTS,
        needs=st.lists(st.sampled_from(Need), max_size=2).map(tuple),
        plan=st.builds(Plan, st.lists(UNITS, max_size=3).map(tuple), JSON),
        override_until=TEXT, base=base, bad=TEXTS, good=TEXTS,
    )  # fmt: skip


WORKSPACES = st.builds(
    Workspace,
    name=TEXT, brand=TEXT, values=VALUES, parents=PAIRS, trust_draft=TEXTS,
    mandates=st.lists(
        st.builds(Mandate, TEXT, GRANTS, GRANTS, TEXTS, TEXTS, st.integers(1, 9), TEXT, TEXT, TEXT), max_size=2,
    ).map(tuple),
    people=TEXTS,
    routes=st.lists(
        st.builds(Route, TEXT, st.integers(1, 9), TEXTS, TEXTS, TEXTS, TEXTS, SEVERITIES, SCOPES), max_size=2,
    ).map(tuple),
    accept_uncovered=st.lists(st.builds(Accepted, TEXT, TEXT, TEXT), max_size=1).map(tuple),
    unsupported=st.lists(st.builds(Accepted, TEXT, TEXT, TEXT), max_size=1).map(tuple),
    risk_limit=st.integers(0, 9),
    obligations=st.lists(st.tuples(TEXT, TEXT, TEXT, SCOPES), max_size=1).map(tuple),
    tone=TEXT,
)  # fmt: skip
NAMED = st.builds(Named, TEXT, TEXTS)
VALUE = (
    st.builds(Amount, TEXT, TEXT, st.sampled_from(("exact", "at_most")), TEXT, TEXT)
    | st.builds(Between, TEXT, TEXT, TEXT, TEXT, TEXT)
    | st.builds(Statement, TEXT, TEXTS)
)
FACT = st.builds(
    Fact,
    id=TEXT, sheet=TEXT, subject=NAMED, metric=NAMED, value=VALUE, tolerance=TEXT, allowed_forms=TEXTS,
    scope=st.builds(FactScope, TEXT, TEXT, TEXT, TEXT, TEXTS), polarity=st.sampled_from(("none", "increase")),
    sources=TEXTS, valid=st.none() | st.builds(Validity, TEXT, TEXT), permitted_claims=TEXTS, wording=PAIRS,
    withdrawn=st.none() | st.builds(Withdrawal, TEXT, TEXT),
)  # fmt: skip
FACTS = st.builds(
    Facts,
    sheets=st.lists(st.builds(FactSheet, TEXT, st.integers(1, 9), TEXT, TEXT), max_size=2).map(tuple),
    facts=st.lists(FACT, max_size=2).map(tuple),
    sources=st.lists(st.builds(RegisteredSource, *[TEXT] * 7), max_size=2).map(tuple),
)
POLICIES = st.builds(
    CompiledPolicy,
    digest=TEXT,
    workspace=WORKSPACES,
    packs=st.lists(
        st.builds(Pack, TEXT, TEXT, st.sampled_from(("brand", "factual")), TEXT, TEXT, st.booleans()), max_size=2
    ).map(tuple),
    rules=st.lists(rules(st.none() | rules(st.none())), max_size=2).map(tuple),
    bundle=st.builds(Bundle, TEXT, st.lists(st.builds(Module, TEXT, TEXT), max_size=2).map(tuple), JSON, TEXTS),
    languages=TEXTS,
    facts=FACTS,
)


@given(POLICIES)
@settings(max_examples=60, deadline=None)
def test_what_is_written_reads_back_the_same(policy):
    """Bytes and policy are inverses; every field of every contract takes part."""
    data = policy_bytes(policy)

    assert policy == policy_of(data)
    assert data == policy_bytes(policy_of(data))


def test_a_compiled_workspace_reads_back_the_same(bench):
    """Plans are plain data already when they are compiled."""
    policy = bench.compile()

    assert policy == policy_of(policy_bytes(policy))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b'{"format": "x", "policy": []}', b"\xff", b"{"])
def test_anything_else_is_refused(data):
    """A reader never guesses."""
    with pytest.raises(ValueError):
        policy_of(data)


def test_a_value_of_the_wrong_type_is_refused(bench):
    """A field that was tampered with does not become a policy."""
    body = json.loads(policy_bytes(bench.compile()))
    names = [field.name for field in fields(CompiledPolicy)]
    body["policy"][names.index("digest")] = 3

    with pytest.raises(ValueError, match="expected str"):
        policy_of(json.dumps(body).encode())


@pytest.mark.parametrize("languages", [["en", 3], [None], "en", {"en": 1}])
def test_a_list_with_something_else_in_it_is_refused(bench, languages):
    """Types are looked at inside of arrays too."""
    body = json.loads(policy_bytes(bench.compile()))
    names = [field.name for field in fields(CompiledPolicy)]
    body["policy"][names.index("languages")] = languages

    with pytest.raises(ValueError, match="expected an array of str"):
        policy_of(json.dumps(body).encode())


def test_a_field_too_many_is_refused(bench):
    """Copies of other versions are not read by halves."""
    body = json.loads(policy_bytes(bench.compile()))
    body["policy"].append([])

    with pytest.raises(ValueError):
        policy_of(json.dumps(body).encode())


def test_equal_policies_have_equal_bytes(bench):
    """The bytes are a function of the value."""
    policy = bench.compile()

    assert policy_bytes(policy) == policy_bytes(replace(policy))
