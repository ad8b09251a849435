"""What people work at over a ledger: people's data, the policy in force, replays, reports, and its figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from guardrails import wiring
from guardrails.settings import Settings
from guardrails.wiring.upkeep import verify_ledger

if TYPE_CHECKING:
    from guardrails.audit.log import AuditLog
    from guardrails.audit.note import VerifierKey
    from guardrails.impact.friction import Friction
    from guardrails.privacy.published import Desk as PrivacyDesk
    from guardrails.replay.checks import Replays
    from guardrails.report.report import Maker
    from guardrails.review.activation import Activations
    from guardrails.review.inspection import Inspection

_PRIVACY = ("privacy", "operate", "read")

_INSPECTION_S = 300.0
"""Longest time that looking at a workspace's files may take."""


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
        raise wiring.no_ledger(chosen)
    workspace = wiring.policy_in_force(chosen).workspace
    with closing(wiring.open_log(chosen)) as log:
        yield Desk(log, workspace, wiring.caller(chosen, log, *_PRIVACY))


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


def activations(chosen: Settings, log: AuditLog, *, aside: bool = False) -> Activations:
    """Return how policies are put in force; *aside*: the files are looked at in a process of its own."""
    from guardrails.backends.apart import apart
    from guardrails.backends.git import commit_of
    from guardrails.review.activation import Activations

    look = partial(inspect, chosen)
    return Activations(
        log,
        inspect=partial(apart, look, deadline_s=_INSPECTION_S) if aside else look,
        engine=wiring.embedded(chosen),
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

    return inspected(chosen.workspace, READERS, wiring.embedded(chosen), wiring.evaluate_rego, as_of_ms=wiring.now_ms())


def replays(chosen: Settings) -> Replays:
    """
    Return what replays checks of this workspace's ledger; whoever uses it closes its log.

    Raises:
        SettingsError: ``no-ledger``.
    """
    from guardrails.replay.checks import Replays

    return Replays(wiring.existing_log(chosen), wiring.engine(chosen), wiring.make_evaluate(chosen))


def report_maker(chosen: Settings, witnesses: Sequence[VerifierKey] = ()) -> Maker:
    """
    Return what makes reports on this workspace's ledger, believing *witnesses*; whoever uses it closes its log.

    Raises:
        SettingsError: ``no-ledger``.
    """
    from guardrails.backends.documents import READERS
    from guardrails.report.report import Maker
    from guardrails.report.view import view_of

    again, verify = replays(chosen), partial(verify_ledger, chosen)
    return Maker(again, view_of(chosen.workspace), READERS, witnesses, verify)


def withdrawn_facts(chosen: Settings) -> tuple[str, ...]:
    """Return the ids of facts that were withdrawn on the record; none without a ledger."""
    from guardrails.audit.standing import Standing

    if not chosen.has_ledger:
        return ()
    with closing(wiring.open_log(chosen)) as log:
        return Standing(log).withdrawn()


def friction(chosen: Settings) -> Friction | None:
    """Return what the gate of this workspace cost in the last 30 days; None without a ledger."""
    from guardrails.impact.friction import friction as cost_of

    if not chosen.has_ledger:
        return None
    with closing(wiring.open_log(chosen)) as log:
        return cost_of(log, wiring.now_ms())
