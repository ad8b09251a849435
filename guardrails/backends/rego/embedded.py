r"""
The embedded engine: regopy (rego-cpp) in this process.

regopy has traps; this package is the only place that knows them:

- some things must happen before it is imported (:mod:`~guardrails.backends.rego.before`);
- one interpreter *and* bundle per thread; sharing one ends the process;
- an input value by value is twice as fast as JSON text through ``set_input_term``, but its strings must hold nothing
  that JSON would escape (it cuts at NUL and reads quotes wrongly), and its integers must be below 2⁶³ (it wraps them);
  JSON text must be UTF-8 without ``\u`` escapes;
- data goes in once (a second ``add_data`` loses keys);
- ``ok()`` is looked at before a result is read; link errors come as ``ok`` with text that is no JSON
  (``JSONDecodeError``); undefined comes as a result without expressions;
- built-in errors are strict, and nothing is logged (it would go to the process's own stdout; what a damaged file holds
  is printed all the same).
"""

from __future__ import annotations

import atexit
import json
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from guardrails.backends.rego import before  # noqa: F401 - must be first

# isort: split
import regopy
from regopy.interpreter import BundleFormat
from regopy.rego_shared import LogLevel, RegoError

from guardrails.backends.rego.kept import KeptBundle
from guardrails.decide.engine import ENTRYPOINT, parse_input, raw_decision
from guardrails.errors import EngineError
from guardrails.identity import installed
from guardrails.model.policy import Bundle

KEPT_BUNDLES = 4
"""How many built bundles a thread keeps; the oldest goes first."""


def embedded_engine(cache_dir: Path | None = None) -> EmbeddedEngine:
    """Return the engine that runs in this process and keeps compiled bundles in *cache_dir*, if that is given."""
    return EmbeddedEngine(cache_dir)


class _Built(NamedTuple):
    """One interpreter with its compiled bundle."""

    interpreter: Any
    bundle: Any
    entrypoint: str

    def decide(self, facts: dict[str, Any]) -> bytes:
        text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        if "\\" in text:
            self.interpreter.set_input_term(text)
        else:
            self.interpreter.set_input(facts)
        output = self.interpreter.query_bundle_entrypoint(self.bundle, self.entrypoint)
        if not output.ok():
            raise EngineError("engine-rego-error", "the embedded engine met an error inside Rego")
        expressions = output.results[0].expressions if output.results else []
        if len(expressions) != 1:
            raise EngineError("engine-undefined", "the entry point is undefined for this input")
        return raw_decision(expressions[0])


class _Cache(threading.local):
    """Built bundles of one thread, by digest and entry point."""

    def __init__(self) -> None:
        self.built: OrderedDict[tuple[str, str], _Built] = OrderedDict()


_CACHE = _Cache()


@atexit.register
def _forget() -> None:
    """Let go of the main thread's interpreters while their library is still there to free them."""
    _CACHE.built.clear()


@dataclass(frozen=True, slots=True)
class EmbeddedEngine:
    """A :class:`~guardrails.decide.engine.RegoEngine` over regopy; safe to share between threads."""

    cache_dir: Path | None = None

    @property
    def identity(self) -> tuple[tuple[str, str], ...]:
        """The name and version of what decides."""
        return (("regopy", installed("regopy")),)

    def decide(self, bundle: Bundle, input_bytes: bytes) -> bytes:
        """
        Return the raw decision as canonical JSON.

        Raises:
            EngineError: ``engine-bad-input``, ``engine-bad-bundle``, ``engine-rego-error``, ``engine-undefined`` or
                ``engine-bad-json``.
        """
        return self.evaluate(bundle, ENTRYPOINT, input_bytes)

    def evaluate(self, bundle: Bundle, entrypoint: str, input_bytes: bytes) -> bytes:
        """Return the value of any rule (``workspace/press_money/reasons``) as canonical JSON; raises like decide."""
        facts = parse_input(input_bytes)
        built = _built(bundle, entrypoint, self.cache_dir)
        try:
            return built.decide(facts)
        except (RegoError, ValueError, UnicodeError) as error:
            raise EngineError("engine-rego-error", f"the embedded engine failed: {type(error).__name__}") from error


def _built(bundle: Bundle, entrypoint: str, cache_dir: Path | None) -> _Built:
    cache, key = _CACHE.built, (bundle.digest, entrypoint)
    if key in cache:
        cache.move_to_end(key)
    else:
        kept = KeptBundle(cache_dir, (*key, installed("regopy"))) if cache_dir else None
        cache[key] = (_loaded(kept, entrypoint) if kept else None) or _build(bundle, entrypoint, kept)
        while len(cache) > KEPT_BUNDLES:
            cache.popitem(last=False)
    return cache[key]


def _loaded(kept: KeptBundle, entrypoint: str) -> _Built | None:
    """Return the compiled bundle that lies on disk, if it does."""
    file = kept.find()
    if file is None:
        return None
    try:
        interpreter = _interpreter()
        loaded = interpreter.load_bundle(str(file), BundleFormat.Binary)
    except (RegoError, UnicodeError):
        return None
    return _Built(interpreter, loaded, entrypoint) if loaded.ok() else None


def _build(bundle: Bundle, entrypoint: str, kept: KeptBundle | None) -> _Built:
    from guardrails.policy.bundle import is_whole  # a cold start loads what was built before

    if not is_whole(bundle):
        raise EngineError("engine-bad-bundle", "the bundle is not what its digest says")
    try:
        interpreter = _interpreter()
        for module in bundle.modules:
            interpreter.add_module(module.path, module.source)
        interpreter.add_data_json(json.dumps(bundle.data, ensure_ascii=False, allow_nan=False, sort_keys=True))
        built = interpreter.build(None, [entrypoint])
    except (RegoError, ValueError, UnicodeError) as error:
        raise EngineError("engine-bad-bundle", "the embedded engine cannot build the bundle") from error
    if not built.ok():
        raise EngineError("engine-bad-bundle", "the embedded engine cannot build the bundle")
    if kept:
        with suppress(RegoError, UnicodeError):
            kept.write(lambda path: interpreter.save_bundle(path, built, BundleFormat.Binary))
    return _Built(interpreter, built, entrypoint)


def _interpreter() -> Any:
    made = regopy.Interpreter()
    made.log_level = LogLevel.NONE
    made.strict_built_in_errors = True
    return made
