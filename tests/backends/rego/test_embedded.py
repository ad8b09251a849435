"""The embedded engine: every way in which regopy fails is an engine error, and every thread has its own."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from guardrails.backends.rego.embedded import KEPT_BUNDLES, embedded_engine
from guardrails.errors import EngineError
from guardrails.model.canonical import canonical
from guardrails.model.policy import Bundle, Module
from guardrails.policy.bundle import bundle_of
from tests.rego.support import DATA, bundle, facts


def answered(rule: str, asked: bytes = b"{}") -> object:
    """What the engine makes of one rule ``x``."""
    module = Module("guardrails/decision/decision.rego", f"package guardrails.decision\n\n{rule}\n")
    return json.loads(embedded_engine().decide(bundle_of((module,), DATA), asked))


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("decision := 1 / input.zero", "engine-rego-error"),
        ("decision := count(input.null)", "engine-rego-error"),
        ("decision := 1 if input.missing", "engine-undefined"),
        ("decision := nothing(1)", "engine-rego-error"),
        ("decision := decision", "engine-rego-error"),
        ("decision := 0.5", "engine-bad-json"),
        ("decision := {", "engine-bad-bundle"),
        ("other := 1", "engine-undefined"),
        ("decision := 1 if input.zero == 0\n\ndecision := 2 if input.null == null", "engine-rego-error"),
    ],
)
def test_every_failure_has_its_code(rule: str, code: str) -> None:
    """No failure reads as an answer."""
    with pytest.raises(EngineError) as failed:
        answered(rule, b'{"zero": 0, "null": null}')

    assert failed.value.code == code


@pytest.mark.parametrize(
    "spoilt",
    [
        replace(bundle(), digest="sha256:other"),
        replace(bundle(), modules=bundle().modules[1:]),
        replace(bundle(), data={}),
        bundle_of(bundle().modules, {}),
        bundle_of(bundle().modules, {"mandate_book": {**DATA["mandate_book"], "mandates": [{}]}}),
    ],
    ids=["digest", "module", "data", "no data", "half a mandate"],
)
def test_what_is_no_whole_bundle_is_not_built(spoilt: Bundle) -> None:
    """A bundle that is not what its digest says, or whose data has another shape, decides nothing."""
    with pytest.raises(EngineError) as failed:
        embedded_engine().decide(spoilt, canonical(facts()))

    assert "engine-bad-bundle" == failed.value.code


def test_false_is_an_answer() -> None:
    """Not to be mistaken for undefined."""
    assert answered("decision := false") is False


@pytest.mark.parametrize("text", ["é", "見出し", "“quoted”", "🙂", "a b"])
def test_harmless_text_is_read_as_it_was_meant(text: str) -> None:
    """What is no JSON escape compares equal to itself."""
    asked = canonical({"text": text})

    assert answered(f'decision := [input.text == "{text}", count(input.text)]', asked) == [True, len(text)]


def test_big_integers_do_not_wrap() -> None:
    """The greatest integer we allow arrives exactly."""
    assert answered("decision := input.n", b'{"n": 9007199254740991}') == 2**53 - 1


@pytest.mark.parametrize("asked", [b'{"a": "\\u0000"}', b'{"a": "\\ud800"}'])
def test_text_that_regopy_would_cut_or_choke_on_never_becomes_an_answer_of_its_own(asked: bytes) -> None:
    """NUL and lone surrogates either arrive whole or raise."""
    try:
        answer = answered("decision := count(input.a) >= 0", asked)
    except EngineError:
        return

    assert answer is True


def test_threads_do_not_share_an_interpreter() -> None:
    """Four threads over one engine get what one thread gets."""
    engine, held, asked = embedded_engine(), bundle(), canonical(facts({"groups": [{"rule": "brand.revise"}]}))
    expected = engine.decide(held, asked)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: engine.decide(held, asked), range(24)))

    assert answers == [expected] * 24


def test_an_old_bundle_is_built_again() -> None:
    """More bundles than are kept still answer, each its own."""
    bundles = [
        bundle_of((Module("a.rego", f"package guardrails.decision\n\ndecision := {i}\n"),), DATA)
        for i in range(KEPT_BUNDLES + 2)
    ]
    engine = embedded_engine()

    assert [engine.decide(b, b"{}") for b in bundles * 2] == [str(i).encode() for i in range(KEPT_BUNDLES + 2)] * 2


def test_it_travels_to_a_worker() -> None:
    """The engine survives pickling."""
    assert pickle.loads(pickle.dumps(embedded_engine())).identity == embedded_engine().identity


def test_a_process_that_used_it_ends_quietly() -> None:
    """Nothing is written to standard output or error, not even at exit."""
    program = (
        "from tests.rego.support import bundle, facts\n"
        "from guardrails.backends.rego.embedded import embedded_engine\n"
        "from guardrails.model.canonical import canonical\n"
        "embedded_engine().decide(bundle(), canonical(facts()))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
