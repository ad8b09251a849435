"""
Settings → backends → gate: the only composition root.

What every command begins with is here; ``upkeep`` holds what is done to a ledger itself, ``desks`` what people work at
over it. Nothing is imported before it is needed, because ``lint`` and hooks start often.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from guardrails.errors import DraftError, GuardrailsError, LedgerError, Place, SettingsError
from guardrails.settings import Settings, cache_dir, find_workspace, read_settings

if TYPE_CHECKING:
    from guardrails.answer import Linter
    from guardrails.audit.keys import Caller
    from guardrails.audit.log import AuditLog
    from guardrails.audit.store import KeyStore, RecordStore
    from guardrails.decide.engine import RegoEngine
    from guardrails.gate import Gate
    from guardrails.model.assessment import Assessment
    from guardrails.model.draft import Draft
    from guardrails.model.policy import Bundle, CompiledPolicy
    from guardrails.model.state import State
    from guardrails.pipeline import Evaluate
    from guardrails.rules.batch import BatchFindings, Item


def now_ms() -> int:
    """Return the present moment in ms since the epoch."""
    return time.time_ns() // 1_000_000


def settings(workspace: Path | str | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of *workspace*, by default the nearest at or above the current folder."""
    environ = os.environ if environ is None else environ
    root = Path(workspace).resolve() if workspace else find_workspace(Path.cwd())
    return read_settings(find_workspace(root) if workspace is None else root, environ)


def engine(chosen: Settings) -> RegoEngine:
    """Return the Rego engine that *chosen* names."""
    if chosen.engine == "opa":
        from guardrails.backends.rego.opa import opa_engine

        return opa_engine(chosen.opa_url)
    return embedded(chosen)


def embedded(chosen: Settings) -> RegoEngine:
    """Return the engine in this process, whatever the settings name."""
    from guardrails.backends.rego.embedded import embedded_engine

    return embedded_engine(chosen.cache_dir)


def make_evaluate(chosen: Settings) -> Evaluate:
    """Return ``evaluate`` for this process; also what a worker calls once."""
    from guardrails.backends.documents import READERS
    from guardrails.pipeline import evaluator

    return evaluator(READERS, engine(chosen))


def evaluate(draft: Draft, policy: CompiledPolicy, state: State, as_of_ms: int) -> Assessment:
    """
    Assess *draft* with the embedded engine: pure, recorded nowhere.

    Raises:
        DraftError: If the draft or its context is not acceptable.
    """
    from guardrails.backends.documents import READERS
    from guardrails.backends.rego.embedded import embedded_engine
    from guardrails.pipeline import evaluator

    return evaluator(READERS, embedded_engine())(draft, policy, state, as_of_ms).assessment


def evaluate_rego(bundle: Bundle, entrypoint: str, input_bytes: bytes) -> bytes:
    """
    Return the value of one Rego rule (``workspace/press_money/reasons``) in the embedded engine, as canonical JSON.

    Raises:
        EngineError: If the engine gives no value.
    """
    from guardrails.backends.rego.embedded import embedded_engine

    return embedded_engine().evaluate(bundle, entrypoint, input_bytes)


def open_linter(workspace: Path | str | None = None, environ: Mapping[str, str] | None = None) -> Linter:
    """Return a linter over the cached policy of *workspace*; opens no ledger and reads no settings file."""
    from guardrails.answer import Linter
    from guardrails.backends.documents import READERS
    from guardrails.backends.rego.embedded import embedded_engine
    from guardrails.pipeline import evaluator
    from guardrails.policy.cache import cached_policy

    environ = os.environ if environ is None else environ
    root = Path(workspace).resolve() if workspace else find_workspace(Path.cwd())
    cache = cache_dir(environ)
    policy = cached_policy(root, cache_dir=cache, trust_mtime=True)
    return Linter(policy, evaluator(READERS, embedded_engine(cache)), now_ms)


def open_policy(chosen: Settings) -> CompiledPolicy:
    """Return the policy that the workspace's files say; they are hashed, not trusted by their times."""
    from guardrails.policy.cache import cached_policy

    return cached_policy(chosen.workspace, cache_dir=chosen.cache_dir, trust_mtime=False)


def policy_in_force(chosen: Settings) -> CompiledPolicy:
    """
    Return the policy that binding checks use: the one people activated, before the first activation the files'.

    Raises:
        PolicyError: If it cannot be run.
    """
    files = _files_policy(chosen)
    if not chosen.has_ledger:
        return _loaded(files)
    with closing(open_log(chosen)) as log:
        return _in_force(log, files, _unheard)


def _files_policy(chosen: Settings) -> CompiledPolicy | GuardrailsError:
    try:
        return open_policy(chosen)
    except GuardrailsError as error:
        return error


def _loaded(files: CompiledPolicy | GuardrailsError) -> CompiledPolicy:
    if isinstance(files, GuardrailsError):
        raise files
    return files


def _in_force(log: AuditLog, files: CompiledPolicy | GuardrailsError, told: Callable[[str], None]) -> CompiledPolicy:
    """Return the activated policy; the same digest means the same judgement, so the files will do if they have it."""
    from guardrails.review.in_force import in_force, stored_policy

    digest = in_force(log)
    if not digest or (not isinstance(files, GuardrailsError) and files.digest == digest):
        return _loaded(files)
    if isinstance(files, GuardrailsError):
        told(f"the workspace does not load ({files.code}), the policy in force goes on; guardrails policy check")
    else:
        told("the workspace differs from the policy in force; guardrails policy activate")
    return stored_policy(log, digest)


def _unheard(_line: str) -> None:
    """Keep it to oneself."""


def open_log(chosen: Settings) -> AuditLog:
    """
    Open the ledger and its key database, and make them on first use.

    Raises:
        LedgerError: If either cannot be written; ``ledger-missing`` or ``keys-missing`` if one of them has vanished, which
            makes no new one.
    """
    from guardrails.audit.log import AuditLog

    with ExitStack() as opened:
        store, keys = opened_stores(chosen)
        opened.callback(keys.close)
        opened.callback(store.close)
        log = AuditLog(store, keys, now_ms)
        opened.pop_all()
        return log


def opened_stores(chosen: Settings, *, read_only: bool = False, anew: bool = False) -> tuple[RecordStore, KeyStore]:
    """Open records and keys; a file of records that has vanished is not made again, except *anew*."""
    from guardrails.audit.verify import require_present
    from guardrails.backends.store.places import keys_at, store_at

    if not chosen.postgres and not read_only:
        _make_folders(chosen)
    with ExitStack() as opened:
        keys = keys_at(chosen.keys, chosen.postgres_keys, chosen.epochs, read_only=read_only)
        opened.callback(keys.close)
        if not chosen.postgres and not anew:
            require_present(chosen.ledger, keys)
        if read_only and not chosen.has_ledger:
            raise no_ledger(chosen)
        store = store_at(chosen.ledger, chosen.postgres, read_only=read_only)
        opened.pop_all()
        return store, keys


def _make_folders(chosen: Settings) -> None:

    if chosen.ledger.exists() and not chosen.keys.exists():  # in this order, because the keys are made first
        raise LedgerError(
            "keys-missing",
            f"the ledger is there, its key database is not: {chosen.keys}",
            help="Restore the newest copy of the key database; docs/operate.md, “The keys are lost”.",
        )
    for file in (chosen.ledger, chosen.keys):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerError("ledger-unwritable", f"{file.parent}: {error.strerror}") from error


def existing_log(chosen: Settings) -> AuditLog:
    """
    Open the ledger as :func:`open_log` does, but make none.

    Raises:
        SettingsError: ``no-ledger``.
    """
    if not chosen.has_ledger and not chosen.keys.exists():
        raise no_ledger(chosen)
    return open_log(chosen)


def caller(chosen: Settings, log: AuditLog, *scopes: str) -> Caller:
    """
    Return who calls from this machine: whom ``GUARDRAILS_KEY`` stands for, else the principal of the settings.

    Raises:
        DraftError: ``unauthorized`` if the key is not live; ``forbidden`` if it has none of *scopes* (if any are given);
            ``key-needed`` if the settings name a person where a person has a key to operate.
    """
    from guardrails.audit.keys import ApiKeys, Caller, require

    keys = ApiKeys(log)
    known = keys.caller(chosen.api_key) if chosen.api_key else Caller(chosen.actor)
    if not chosen.api_key and known.principal.kind == "person" and keys.operators():
        raise DraftError(
            "key-needed",
            "people have keys here: a line in guardrails.local.yaml makes nobody one of them",
            help="put the person's key into GUARDRAILS_KEY",
        )
    if scopes:
        require(known, *scopes)
    return known


def html_of(markdown: str) -> str:
    """Return *markdown* as HTML, as ``content-canon/1`` counts it."""
    from guardrails.backends.documents.rendered import html_of as rendered

    return rendered(markdown)


def across(items: Sequence[Item]) -> BatchFindings:
    """Return what the items of a batch show together."""
    from guardrails.backends.documents import READERS
    from guardrails.rules.batch import across as found_across

    return found_across(items, READERS)


def no_ledger(chosen: Settings) -> SettingsError:
    """Return the error that there is no ledger yet."""
    place = Place(str(chosen.ledger))
    return SettingsError("no-ledger", "there is no ledger yet", help="the first “check” makes it", place=place)


def open_gate(where: Settings | Path | str | None = None, *, told: Callable[[str], None] = _unheard) -> Gate:
    """
    Open the gate of a workspace: the policy in force, its engine and ledger, in this process.

    *told* gets one line if the workspace's files are not what is in force.

    Raises:
        PolicyError: If the policy in force cannot be run, or the workspace does not load before anything is in force.

        LedgerError: If the ledger cannot be written.
    """
    chosen = where if isinstance(where, Settings) else settings(where)
    files, rego = _files_policy(chosen), engine(chosen)
    if not chosen.has_ledger:
        _loaded(files)  # a mistake in the files makes no ledger
    with ExitStack() as opened:
        log = open_log(chosen)
        opened.callback(log.close)
        policy = _in_force(log, files, told)
        opened.pop_all()
    return gate_over(policy, rego, log)


def gate_over(policy: CompiledPolicy, rego: RegoEngine, log: AuditLog) -> Gate:
    """Return the gate for *policy*, evaluating in this process."""
    from guardrails.audit.policies import FirstUse
    from guardrails.audit.standing import Standing
    from guardrails.backends.documents import READERS
    from guardrails.gate import Gate
    from guardrails.identity import engine_identity
    from guardrails.pipeline import evaluator
    from guardrails.policy.bundle import bundle_bytes
    from guardrails.policy.codec import policy_bytes

    return Gate(
        policy=policy,
        evaluate=evaluator(READERS, rego),
        log=log,
        standing=Standing(log),
        first_use=FirstUse(log),
        record=log.append_check,
        clock=now_ms,
        engine=engine_identity(rego.identity, policy),
        policy_bytes=lambda: (policy_bytes(policy), bundle_bytes(policy.bundle)),
        html_of=html_of,
    )
