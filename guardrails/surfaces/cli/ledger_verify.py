"""``guardrails ledger verify``: what the ledger claims, computed again, and who outside vouches for it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.surfaces.cli.exits import NO_ANSWER
from guardrails.surfaces.cli.ledger_words import checkpoint_of, records, silence_words, vkey_of
from guardrails.surfaces.cli.options import workspace_option

if TYPE_CHECKING:
    from guardrails.audit.heartbeat import Silence
    from guardrails.audit.outside import Seen, Trust
    from guardrails.audit.stretch import Problem
    from guardrails.audit.verify import VerifyReport


@click.command("verify")
@click.option("--witness-key", "vkeys", multiple=True, metavar="KEY", help="Of a witness, from its keeper.")
@click.option(
    "--checkpoint",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="One that was handed out before; may be repeated.",
)
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="Form of output.")
@workspace_option
def command(vkeys: tuple[str, ...], files: tuple[Path, ...], output: str, workspace: Path | None) -> int:
    """
    Recompute everything the ledger claims: every hash, every commitment, the whole tree. Nothing is written.

    Whoever runs a ledger could write all of it anew. A checkpoint that somebody else holds shows that nobody did: give it
    with --checkpoint, and the keys of witnesses with --witness-key.

    Exit codes: 0 nothing was changed, 4 something was, or the ledger is gone or cannot be read, 2 there never was one, or what
    was given to compare it with cannot be read.
    """
    from guardrails import wiring
    from guardrails.wiring import upkeep

    settings = wiring.settings(workspace, os.environ)
    witnesses, held = [vkey_of(one) for one in vkeys], [(str(file), checkpoint_of(file)) for file in files]
    report = upkeep.verify_ledger(settings)
    trust, silences = upkeep.ledger_trust(settings, witnesses, held)
    print(_json(report, trust, silences) if output == "json" else _text(report, trust, silences))
    return 0 if report.ok and not trust.problems else NO_ANSWER


def _json(report: VerifyReport, trust: Trust, silences: tuple[Silence, ...]) -> str:
    counts = {name: getattr(report, name) for name in ("size", "intact", "erased", "unaccounted")}
    ok = report.ok and not trust.problems
    body = {"schema": "guardrails.ledger-report/v1", "ok": ok, **counts, "root": report.root}
    outside = {
        "trust": trust.word,
        "witnesses": [
            {"name": one.key.name, "vkey": one.key.vkey, "size": one.size, "at_s": one.at_s, "given": one.given}
            for one in trust.seen
        ],
        "held": [{"name": one.name, "size": one.size, "signers": list(one.signers)} for one in trust.held],
        "silences": [{"index": one.index, "from_ms": one.from_ms, "to_ms": one.to_ms} for one in silences],
    }
    problems = [
        {"index": one.index, "what": one.what, "detail": one.detail} for one in (*report.problems, *trust.problems)
    ]
    whole = {**body, **outside, "types": dict(report.types), "problems": problems}
    return json.dumps(whole, indent=2, ensure_ascii=False)


def _text(report: VerifyReport, trust: Trust, silences: tuple[Silence, ...]) -> str:
    lines = [_problem(one) for one in (*report.problems, *trust.problems)]
    erased = f", {report.erased} erased on the record" if report.erased else ""
    unaccounted = f", {report.unaccounted} unaccounted for" if report.unaccounted else ""
    result = "intact" if report.ok and not trust.problems else "NOT intact"
    types = ", ".join(f"{count} {name}" for name, count in report.types)
    counted = f"{records(report.size)}{f': {types}' if types else ''}"
    lines.append(f"ledger: {result} ({counted}; {report.intact} as written{erased}{unaccounted})")
    lines.append(f"   root: {report.root}")
    lines.extend(_trust(trust, report.size))
    lines.extend(silence_words(silences))
    return "\n".join(lines)


def _problem(one: Problem) -> str:
    return f"{_place(one.index)}: {one.what}{f' ({one.detail})' if one.detail else ''}"


def _trust(trust: Trust, size: int) -> list[str]:
    held = [
        f"   held: {one.name}: the first {records(one.size)} are those it signs ({', '.join(one.signers)})"
        for one in trust.held
    ]
    if not trust.seen:
        return [*held, "  trust: operator-trusted: no witness has seen it, whoever runs it could have written it anew"]
    return [*held, *(_seen(one, size) for one in trust.seen)]


def _seen(one: Seen, size: int) -> str:
    from guardrails.render.moment import rfc3339

    later = f", later ones ({size - one.size}) are operator-trusted" if one.size < size else ""
    key = "" if one.given else "; compare its key with its keeper's, or give it: --witness-key"
    saw = f"{one.key.name} saw the first {records(one.size)} at {rfc3339(one.at_s * 1000)}"
    return f"  trust: witnessed: {saw}{later}{key}"


def _place(index: int) -> str:
    return "the whole" if index < 0 else f"record {index}"
