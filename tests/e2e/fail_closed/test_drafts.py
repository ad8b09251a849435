"""
What the checked party hands in: a JSON draft, front matter, the caller's context. Nothing that was removed or corrupted
passes as if it were whole.

A change that hides nothing is recognised by what was read from it: :func:`_says` is what the pass of the control rests
on, and of a context that says less, *every* possible value was judged.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from guardrails.decide.context import FREE_KEYS
from guardrails.errors import GuardrailsError
from guardrails.model.assessment import Assessment
from guardrails.model.context import PLURALS, Principal
from guardrails.model.draft import Draft, draft_json
from guardrails.model.policy import CompiledPolicy
from guardrails.model.state import State
from guardrails.pipeline import evaluator
from guardrails.policy.load import load_policy
from guardrails.text.load import draft_from_file
from tests import mutations
from tests.e2e import nimbrel
from tests.e2e.fail_closed import thin
from tests.mutations import Mutant, damaged, drawn, rendered, trees

CONTEXT = {"channel": "blog", "market": "de", "locale": "en", "audience": "public", "action": "publish"}
NOBODY_SAYS = State(principal=thin.STATE.principal)


@cache
def policy() -> CompiledPolicy:
    """The thin workspace, where a draft is trusted with all that it says of its place."""
    import tempfile
    from pathlib import Path

    trusting = {**thin.WORKSPACE, "trust_draft": ["channel", "market", "locale", "audience", "action"]}
    with tempfile.TemporaryDirectory() as folder:
        files = thin.files() | {"guardrails.yaml": rendered(trusting)}
        return load_policy(thin.written(Path(folder), files))


@cache
def evaluate() -> Any:
    """One evaluator for all."""
    from guardrails.backends.documents import READERS
    from guardrails.backends.rego.embedded import embedded_engine

    return evaluator(READERS, embedded_engine())


def assessed(draft: Draft, state: State) -> Assessment:
    """The assessment under the thin policy."""
    return evaluate()(draft, policy(), state, thin.AS_OF_MS).assessment


def _says(draft: Draft) -> tuple[Any, ...]:
    """What a pass under the thin policy rests on, apart from the context."""
    return draft.fields, draft.claims, [(one.id, one.published) for one in draft.sources]


def _is_vaguer(control: Assessment, mutant: Assessment) -> bool:
    """Tell whether *mutant* was judged for every place that the control was, and says nothing that it does not."""
    wider = all(set(control.context[key]) <= set(mutant.context[key]) for key in PLURALS)
    return wider and set(mutant.context.claimed) <= set(control.context.claimed)


# -- JSON drafts

FULL = {
    **draft_json(thin.DRAFT),
    "context": CONTEXT,
    "provenance": {"origin": "generated", "model": "writer-2", "run": "r1"},
    "attachments": [{"id": "hero", "kind": "image", "sha256": "0" * 64}],
}


def read(data: bytes) -> Draft:
    """The draft in a JSON file."""
    return draft_from_file("draft.json", data)


def test_the_json_control_passes() -> None:
    """The whole JSON draft passes on its own word."""
    assert "pass" == assessed(read(rendered(FULL)), NOBODY_SAYS).verdict


@drawn
@given(trees(FULL))
def test_no_mutated_json_draft_passes(mutant: Mutant) -> None:
    """A draft that lacks something, or holds something no reader should take, is refused or does not pass."""
    control = read(rendered(FULL))
    try:
        draft = read(rendered(mutant.value))
        assessment = assessed(draft, NOBODY_SAYS)
    except GuardrailsError:
        return
    if assessment.verdict == "pass" and draft.fields == control.fields:  # another text is another draft
        assert _says(control) == _says(draft), mutant.what
        assert _is_vaguer(assessed(control, NOBODY_SAYS), assessment), mutant.what
    if mutant.what.startswith(("spoilt", "written twice", "misspelt")):
        assert control == draft, mutant.what


@drawn
@given(damaged(rendered(FULL)))
def test_no_damaged_json_file_passes(mutant: Mutant) -> None:
    """A file with bytes lost or changed is refused, unless it is a whole draft still: another date, say, nothing less."""
    control = read(rendered(FULL))
    try:
        draft = read(mutant.value)
        assessment = assessed(draft, NOBODY_SAYS)
    except GuardrailsError:
        return
    if assessment.verdict == "pass" and draft.fields == control.fields:
        assert _links(control) == _links(draft), mutant.what
        assert _is_vaguer(assessed(control, NOBODY_SAYS), assessment), mutant.what


def _links(draft: Draft) -> tuple[Any, ...]:
    """What leads to what in a draft; where a link begins and ends, and what a source is called, is its author's word."""
    return [(one.field, one.sources) for one in draft.claims], [(one.id, bool(one.published)) for one in draft.sources]


# -- front matter

BODY = "We built a lamp for people who read late, and it can be repaired at home."
FRONT = "".join(f"{key}: {value}\n" for key, value in CONTEXT.items())
FILE = f"---\n{FRONT}---\n\n{BODY}\n"
HEAD = len("---\n")

_LINES = FRONT.splitlines(keepends=True)
_BAD_VALUES = (
    "[blog]", "{a: b}", "&x blog", "*x", "!!binary aGk=", "|\n  blog", "[" * 40 + "]" * 40, "x" * 40_000, str(2**70),
    "1e999", ".nan", "null", "", '"blog', "blog: x", "- blog", "\tblog", "'", "@", "%", "blog\0", "blog\x1b", "blog\u202e",
)  # fmt: skip


def _front_matter() -> st.SearchStrategy[str]:
    """Draw front matter with one line lost, doubled, misspelt, with another value, or cut off."""
    number = st.integers(0, len(_LINES) - 1)

    def with_line(at: int, line: str) -> str:
        return "---\n" + "".join((*_LINES[:at], line, *_LINES[at + 1 :])) + f"---\n\n{BODY}\n"

    def valued(at: int, value: str) -> str:
        return with_line(at, f"{_LINES[at].partition(':')[0]}: {value}\n")

    return st.one_of(
        number.map(lambda at: with_line(at, "")),
        number.map(lambda at: with_line(at, _LINES[at] * 2)),
        st.builds(lambda at, key: with_line(at, _LINES[at] + f"{_LINES[at].partition(':')[0]}: {key}\n"), number,
                  st.sampled_from(("press", "us", "de", "x"))),
        number.map(lambda at: with_line(at, f"x{_LINES[at]}")),
        st.builds(valued, number, st.sampled_from(_BAD_VALUES)),
        st.integers(0, len(FILE) - 1).map(lambda at: FILE[:at]),
        st.integers(0, len(FILE) - 1).map(lambda at: FILE[at:]),
        st.builds(lambda at, char: FILE[:at] + char + FILE[at:], st.integers(0, HEAD + len(FRONT) + HEAD),
                  st.sampled_from(mutations.BAD_CHARACTERS)),
    )  # fmt: skip


def from_markdown(data: bytes) -> Draft:
    """The draft in a Markdown file."""
    return draft_from_file("draft.md", data)


def test_the_front_matter_control_passes() -> None:
    """The whole file passes on the word of its front matter."""
    assert "pass" == assessed(from_markdown(FILE.encode()), NOBODY_SAYS).verdict


def _require_read_alike(data: bytes) -> None:
    control = assessed(from_markdown(FILE.encode()), NOBODY_SAYS)
    try:
        draft = from_markdown(data)
        assessment = assessed(draft, NOBODY_SAYS)
    except GuardrailsError:
        return
    if assessment.verdict == "pass" and draft.fields[0].text.endswith(f"\n{BODY}\n"):
        assert _is_vaguer(control, assessment)


@drawn
@given(_front_matter())
def test_no_mutated_front_matter_passes(text: str) -> None:
    """Front matter that lost or garbled a key passes only where that was judged for every possible value."""
    _require_read_alike(text.encode("utf-8", "surrogatepass"))


@drawn
@given(damaged(f"---\n{FRONT}---\n".encode()))
def test_no_damaged_front_matter_passes(mutant: Mutant) -> None:
    """The same for bytes."""
    _require_read_alike(mutant.value + f"\n{BODY}\n".encode())


# -- the caller's context

CALLER = dict(CONTEXT)
_WRONG_TEXT = ("", " ", "no such value", "BLOG", "blog ", "bl\0og", "\ud800", "x" * 40_000, "blog,press", "*", "de-DE")
_WRONG_TYPE = (None, True, 7, 1.5, b"blog", ["blog"], {"blog": 1})


def _callers() -> st.SearchStrategy[dict[Any, Any]]:
    key = st.sampled_from(sorted(CALLER))
    return st.one_of(
        key.map(lambda name: {k: v for k, v in CALLER.items() if k != name}),
        st.builds(lambda name, value: {**CALLER, name: value}, key, st.sampled_from((*_WRONG_TEXT, *_WRONG_TYPE))),
        st.builds(lambda name, value: {**CALLER, name: value}, st.sampled_from(("role", "Channel", "", "\0", "principal")),
                  st.sampled_from(("editor", ""))),
        st.sampled_from(("campaign", "task", "thread", "publish_at")).flatmap(
            lambda name: st.sampled_from((*_WRONG_TEXT, *_WRONG_TYPE)).map(lambda value: {**CALLER, name: value})),
    )  # fmt: skip


def verdict_of(state: State) -> Assessment | None:
    """The assessment of the plain draft, or None where the call is refused."""
    try:
        return assessed(thin.DRAFT, state)
    except (GuardrailsError, ValueError):  # the latter for a state that has no digest
        return None


@drawn
@given(_callers())
def test_no_mutated_caller_passes(caller: dict[Any, Any]) -> None:
    """A caller who says less is judged for every value; who says nonsense is refused."""
    control = State(principal=thin.STATE.principal, caller=tuple(sorted(CALLER.items())))
    expected = verdict_of(control)
    assert expected is not None
    assert "pass" == expected.verdict

    found = verdict_of(replace(control, caller=tuple(caller.items())))

    if found is not None and found.verdict == "pass":
        assert all(value in {CALLER.get(key), ""} or key in FREE_KEYS for key, value in caller.items())
        assert all(set(expected.context[key]) <= set(found.context[key]) for key in PLURALS)


_PRINCIPALS = st.builds(
    Principal,
    st.sampled_from(("agent", "person", "none", "AGENT", "", "\0")),
    st.sampled_from(("", "Writer", "writer ", "wrıter", "stranger", "editor ", "\0", "\ud800", "x" * 40_000, "*")),
)


@drawn
@given(_PRINCIPALS)
def test_no_garbled_principal_passes(principal: Principal) -> None:
    """Nobody known submits: nobody's mandate holds."""
    found = verdict_of(replace(thin.STATE, principal=principal))

    assert found is None or found.verdict != "pass"


@drawn
@given(
    st.dictionaries(
        st.sampled_from(sorted(CONTEXT)), st.lists(st.sampled_from(("press", "us", "de", "x", "\0")), max_size=2)
    )
)
def test_a_credential_for_other_places_passes_nothing(permitted: dict[str, list[str]]) -> None:
    """What the credential does not permit is a conflict, whatever the caller says."""
    state = replace(thin.STATE, permitted=tuple((k, tuple(v)) for k, v in sorted(permitted.items())))
    found = verdict_of(state)

    if found is not None and found.verdict == "pass":
        assert all(CONTEXT[key] in values for key, values in permitted.items())


# -- the real thing, over the fixture brand

RICH = json.loads((nimbrel.FIXTURES / "drafts" / "pass" / "p07-product-page-go.json").read_text())


@drawn
@given(trees(RICH))
def test_no_spoilt_draft_of_the_fixture_brand_passes(mutant: Mutant) -> None:
    """With 74 rules at work: what is no draft is refused, and nothing ends the process."""
    control = read(rendered(RICH))
    try:
        draft = read(rendered(mutant.value))
        verdict = nimbrel.assessed(draft).verdict
    except GuardrailsError:
        return
    if mutant.what.startswith(("spoilt", "written twice", "misspelt")):
        assert control == draft, mutant.what
    assert verdict in {"pass", "revise", "escalate"}
