"""Settings → backends → gate: the only composition root."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from guardrails.errors import GuardrailsError, LedgerError, Place, SettingsError
from guardrails.settings import Settings, cache_dir, find_workspace, read_settings

if TYPE_CHECKING:
    from guardrails.answer import Linter
    from guardrails.audit.heartbeat import Silence
    from guardrails.audit.keys import Caller
    from guardrails.audit.log import AuditLog
    from guardrails.audit.note import VerifierKey
    from guardrails.audit.outside import Trust
    from guardrails.audit.signing import Purpose
    from guardrails.audit.store import KeyStore, RecordStore
    from guardrails.audit.verify import VerifyReport
    from guardrails.decide.engine import RegoEngine
    from guardrails.gate import Gate
    from guardrails.impact.friction import Friction
    from guardrails.model.assessment import Assessment
    from guardrails.model.draft import Draft
    from guardrails.model.policy import Bundle, CompiledPolicy
    from guardrails.model.state import State
    from guardrails.pipeline import Evaluate
    from guardrails.privacy.published import Desk as PrivacyDesk
    from guardrails.replay.checks import Replays
    from guardrails.report.report import Maker
    from guardrails.review.activation import Activations
    from guardrails.review.inspection import Inspection
    from guardrails.rules.batch import BatchFindings, Item


_PRIVACY = ("privacy", "operate", "read")

_INSPECTION_S = 300.0
"""Longest time that looking at a workspace's files may take."""


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
        store, keys = _opened(chosen)
        opened.callback(keys.close)
        opened.callback(store.close)
        log = AuditLog(store, keys, now_ms)
        opened.pop_all()
        return log


def _opened(chosen: Settings, *, read_only: bool = False, anew: bool = False) -> tuple[RecordStore, KeyStore]:
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
            raise _no_ledger(chosen)
        store = store_at(chosen.ledger, chosen.postgres, read_only=read_only)
        opened.pop_all()
        return store, keys


def _make_folders(chosen: Settings) -> None:
    from guardrails.errors import LedgerError

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


def init_ledger(chosen: Settings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """
    Make the ledger, and return in one line each what was done; one that is there is kept.

    In PostgreSQL an administrator does it (``GUARDRAILS_LEDGER_ADMIN``, ``GUARDRAILS_KEYS_ADMIN``).

    Raises:
        SettingsError: ``admin-needed``.

        LedgerError: If it cannot be made, or what is there cannot be used.
    """
    made: tuple[str, ...] = ()
    if chosen.postgres:
        from guardrails.backends.store.places import require_psycopg

        require_psycopg()
        from guardrails.backends.store.postgres_init import make_schemas

        admin = environ.get("GUARDRAILS_LEDGER_ADMIN") or chosen.postgres
        elsewhere = chosen.postgres_keys if chosen.postgres_keys != chosen.postgres else admin
        keys_admin = environ.get("GUARDRAILS_KEYS_ADMIN") or elsewhere
        made = make_schemas(admin, keys_admin, ledger=chosen.postgres, keys=chosen.postgres_keys)
    with closing(open_log(chosen)) as log:
        size = log.head().size
    return *made, f"{size} record{'' if size == 1 else 's'}"


def existing_log(chosen: Settings) -> AuditLog:
    """
    Open the ledger as :func:`open_log` does, but make none.

    Raises:
        SettingsError: ``no-ledger``.
    """
    if not chosen.has_ledger and not chosen.keys.exists():
        raise _no_ledger(chosen)
    return open_log(chosen)


def friction(chosen: Settings) -> Friction | None:
    """Return what the gate of this workspace cost in the last 30 days; None without a ledger."""
    from guardrails.impact.friction import friction as cost_of

    if not chosen.has_ledger:
        return None
    with closing(open_log(chosen)) as log:
        return cost_of(log, now_ms())


def withdrawn_facts(chosen: Settings) -> tuple[str, ...]:
    """Return the ids of facts that were withdrawn on the record; none without a ledger."""
    from guardrails.audit.standing import Standing

    if not chosen.has_ledger:
        return ()
    with closing(open_log(chosen)) as log:
        return Standing(log).withdrawn()


def caller(chosen: Settings, log: AuditLog, *scopes: str) -> Caller:
    """
    Return who calls from this machine: whom ``GUARDRAILS_KEY`` stands for, else the principal of the settings.

    Raises:
        DraftError: ``unauthorized`` if the key is not live; ``forbidden`` if it has none of *scopes*.
    """
    from guardrails.audit.keys import ApiKeys, Caller, require

    known = ApiKeys(log).caller(chosen.api_key) if chosen.api_key else Caller(chosen.actor)
    require(known, *scopes)
    return known


@contextmanager
def privacy_desk(chosen: Settings) -> Iterator[PrivacyDesk]:
    """
    Open the ledger for whoever looks after people's data.

    Raises:
        SettingsError: ``no-ledger``.

        DraftError: ``unauthorized`` if the key in ``GUARDRAILS_KEY`` is not live.
    """
    from guardrails.privacy.published import Desk

    if not chosen.has_ledger:
        raise _no_ledger(chosen)
    workspace = policy_in_force(chosen).workspace
    with closing(open_log(chosen)) as log:
        yield Desk(log, workspace, caller(chosen, log, *_PRIVACY))


def approvers(chosen: Settings, desk: PrivacyDesk, roles: Sequence[str], second_key: str) -> tuple[str, ...]:
    """
    Return who approves: by API keys (``GUARDRAILS_KEY`` and *second_key*) where there are any, else by *roles*.

    Raises:
        DraftError: See ``review/people.two_people``.
    """
    from guardrails.audit.keys import ApiKeys
    from guardrails.privacy.published import SCOPE
    from guardrails.review.people import two_people

    tokens = (chosen.api_key, second_key)
    return two_people(ApiKeys(desk.log), tokens, roles, desk.workspace.people, SCOPE)


def html_of(markdown: str) -> str:
    """Return *markdown* as HTML, as ``content-canon/1`` counts it."""
    from guardrails.backends.documents.rendered import html_of as rendered

    return rendered(markdown)


def across(items: Sequence[Item]) -> BatchFindings:
    """Return what the items of a batch show together."""
    from guardrails.backends.documents import READERS
    from guardrails.rules.batch import across as found_across

    return found_across(items, READERS)


def verify_ledger(chosen: Settings) -> VerifyReport:
    """
    Recompute everything the ledger claims, writing nothing; a damaged ledger is opened all the same.

    Raises:
        SettingsError: ``no-ledger`` if there is none and none has been seen.

        LedgerError: ``ledger-missing`` if there was one; ``ledger-unreadable`` or ``ledger-damaged`` as a whole.
    """
    from guardrails.audit.verify import verified
    from guardrails.backends.store.stretches import in_processes

    if not chosen.has_ledger and not chosen.keys.exists():
        raise _no_ledger(chosen)
    opened = partial(_opened, chosen, read_only=True)
    store, keys = opened()
    with closing(keys), closing(store):
        return verified(store, keys, in_processes(opened, os.cpu_count() or 1))


def ledger_trust(
    chosen: Settings, witnesses: Sequence[VerifierKey], held: Sequence[tuple[str, str]]
) -> tuple[Trust, tuple[Silence, ...]]:
    """
    Return what checkpoints say about a ledger, its own and those *held* outside (name and text), and its silences.

    Raises:
        LedgerError: ``ledger-unreadable`` or ``ledger-damaged`` as a whole; ``note-unreadable`` of one that is held.
    """
    from guardrails.audit.heartbeat import silences
    from guardrails.audit.log import AuditLog
    from guardrails.audit.outside import trust_in

    store, keys = _opened(chosen, read_only=True)
    with closing(keys), closing(store):
        log = AuditLog(store, keys, now_ms, accept_gap=True)
        trust = trust_in(log, witnesses, held)
        try:
            first = next(iter(log.indices("heartbeat")), None)
            return trust, () if first is None else tuple(silences(log.records(first)))
        except LedgerError:
            return trust, ()  # a record cannot be read: that is what is reported


def rotate_key(chosen: Settings, purpose: Purpose, *, roles: tuple[str, ...], second_key: str) -> VerifierKey:
    """
    End the live signing key for *purpose* and return the new one; two people approve, as in :func:`recover_ledger`.

    Raises:
        DraftError: ``rotation-not-approved`` unless two different people approved; else as there.
    """
    from guardrails.audit.keys import ApiKeys
    from guardrails.audit.signing import rotate
    from guardrails.review.people import two_people

    people = open_policy(chosen).workspace.people
    with closing(open_log(chosen)) as log:
        who = two_people(ApiKeys(log), (chosen.api_key, second_key), roles, people, "operate")
        return rotate(log, purpose, approved_by=who).key


def recover_ledger(chosen: Settings, *, reason: str, roles: tuple[str, ...], second_key: str) -> tuple[int, int]:
    """
    Accept the gap of a ledger restored from an old copy; return how many records are missing and how many there are.

    Two people approve: by their API keys (``GUARDRAILS_KEY`` and *second_key*) where there are any, else by *roles*.

    Raises:
        DraftError: See ``recovery.accept_gap``; ``person-needed``, ``unauthorized`` or ``forbidden`` of a key.
    """
    from guardrails.audit.keys import ApiKeys
    from guardrails.audit.log import AuditLog
    from guardrails.audit.recovery import accept_gap
    from guardrails.review.people import two_people

    people = open_policy(chosen).workspace.people
    store, keys = _opened(chosen, anew=True)
    with closing(keys), closing(store):
        held = ApiKeys(AuditLog(store, keys, now_ms, accept_gap=True))
        who = two_people(held, (chosen.api_key, second_key), roles, people, "operate")
        seen, found = keys.seen(), store.head().size
        accept_gap(store, keys, now_ms, reason=reason, approved_by=who)
        return max((seen.size if seen else 0) - found, 0), found + 1


def rebuild_index(chosen: Settings) -> int:
    """
    Make the ledger's index again from its records and return how many there are.

    Raises:
        SettingsError: ``no-ledger``.

        LedgerError: See :func:`open_log`.
    """
    if not chosen.has_ledger and not chosen.keys.exists():
        raise _no_ledger(chosen)
    with closing(open_log(chosen)) as log:
        log.rebuild_index()
        return log.head().size


def rotate_epoch(chosen: Settings) -> int:
    """
    Wrap every part key under a new epoch's key, destroy the earlier ones, on the record; return the epoch's number.

    Raises:
        SettingsError: ``no-ledger``.

        DraftError: ``forbidden`` unless whoever asks may operate.
    """
    if not chosen.has_ledger:
        raise _no_ledger(chosen)
    with closing(open_log(chosen)) as log:
        caller(chosen, log, "operate")
        number = log.keys.rotate_epoch()
        log.append("key_event", {"event": "epoch-rotated", "epoch": number})
        return number


def _no_ledger(chosen: Settings) -> SettingsError:
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
        record=log.append_check,
        clock=now_ms,
        engine=engine_identity(rego.identity, policy),
        policy_bytes=lambda: (policy_bytes(policy), bundle_bytes(policy.bundle)),
    )


def replays(chosen: Settings) -> Replays:
    """
    Return what replays checks of this workspace's ledger; whoever uses it closes its log.

    Raises:
        SettingsError: ``no-ledger``.
    """
    from guardrails.replay.checks import Replays

    if not chosen.has_ledger and not chosen.keys.exists():
        raise _no_ledger(chosen)
    return Replays(open_log(chosen), engine(chosen), make_evaluate(chosen))


def report_maker(chosen: Settings, witnesses: Sequence[VerifierKey] = ()) -> Maker:
    """
    Return what makes reports on this workspace's ledger, believing *witnesses*; whoever uses it closes its log.

    Raises:
        SettingsError: ``no-ledger``.
    """
    from guardrails.report.report import Maker
    from guardrails.report.view import view_of

    again = replays(chosen)
    return Maker(again.log, view_of(chosen.workspace), again.status, witnesses, partial(verify_ledger, chosen))


def activations(chosen: Settings, log: AuditLog, *, aside: bool = False) -> Activations:
    """Return how policies are put in force; *aside*: the files are looked at in a process of its own."""
    from guardrails.backends.apart import apart
    from guardrails.backends.git import commit_of
    from guardrails.review.activation import Activations

    look = partial(inspect, chosen)
    return Activations(
        log,
        inspect=partial(apart, look, deadline_s=_INSPECTION_S) if aside else look,
        engine=embedded(chosen),
        commit_of=partial(commit_of, chosen.workspace),
    )


def inspect(chosen: Settings) -> Inspection:
    """
    Return what there is to say of the workspace's files, with the embedded engine.

    Raises:
        PolicyError: If they do not load.
    """
    from guardrails.backends.documents import READERS
    from guardrails.review.inspection import inspected

    return inspected(chosen.workspace, READERS, embedded(chosen), evaluate_rego, as_of_ms=now_ms())
