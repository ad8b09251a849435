"""``guardrails replay``: checks made again from what the ledger keeps of them."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.surfaces.cli.exits import NO_ANSWER
from guardrails.surfaces.cli.options import workspace_option

if TYPE_CHECKING:
    from guardrails.replay.checks import Replays
    from guardrails.replay.outcome import Difference, Replayed

_LONGEST = 60
_MEANS = {
    "identical": "the same bytes as on record",
    "explained": "another engine, and what it judges otherwise is listed",
    "erased": "erased on the record, nothing to replay",
    "undecided": "no engine decided it then, so it escalated",
    "unreadable": "its policy takes the version that compiled it, which is named; the decision is the same",
    "differs": "NOT the same, and nothing explains it",
    "lost": "what it takes is missing or damaged, and no erasure accounts for it",
}


@click.command("replay")
@click.argument("checks", nargs=-1, metavar="[CHECK]...")
@click.option("--all", "everything", is_flag=True, help="Every check on record.")
@click.option("--from", "since", metavar="DAY", help="With --all: from this UTC day or moment on.")
@click.option("--to", "until", metavar="DAY", help="With --all: until this UTC day (included) or moment.")
@click.option("--full", is_flag=True, help="From the text on, not only the decision.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="Form of output.")
@workspace_option
def command(
    checks: tuple[str, ...],
    everything: bool,
    since: str | None,
    until: str | None,
    full: bool,
    output: str,
    workspace: Path | None,
) -> int:
    """
    Make checks again from the record: the decision from its stored input and bundle, or with --full all of it.

    A decision must come out the same for ever. A full replay comes out the same under the same engine; under another
    one every difference is listed, with the parts of the engine that changed.

    Exit codes: 0 the same, or accounted for; 4 something differs or is lost; 2 wrong call.
    """
    from guardrails import wiring
    from guardrails.wiring import desks

    if everything == bool(checks):
        raise click.UsageError("name checks, or say --all")
    settings = wiring.settings(workspace, os.environ)
    replays = desks.replays(settings)
    try:
        wiring.caller(settings, replays.log, "operate")
        found = _chosen(replays, checks, since, until, full=full)
        return _json_lines(found) if output == "json" else _text_lines(found)
    finally:
        replays.log.close()


def _chosen(
    replays: Replays, checks: tuple[str, ...], since: str | None, until: str | None, *, full: bool
) -> Iterator[Replayed]:
    from guardrails.text.moment import end_ms, moment_ms

    if checks:
        return replays.of(checks, full=full)
    from_ms = moment_ms(since) if since else 0
    return replays.all(from_ms=from_ms, until_ms=end_ms(until) if until else None, full=full)


def _text_lines(found: Iterable[Replayed]) -> int:
    counts: Counter[str] = Counter()
    failed = False
    for one in found:
        counts[one.status] += 1
        failed |= one.failed
        print(f"{one.check}  {one.status}{f' ({one.detail})' if one.detail else ''}")
        for line in (*_lines("engine ", one.engine), *_lines("", one.differences)):
            print(f"   {line}")
    for status, count in sorted(counts.items()):
        print(f"{count} {status}: {_MEANS[status]}")
    if not counts:
        print("no check in this period")
    return NO_ANSWER if failed else 0


def _lines(what: str, differences: Iterable[Difference]) -> Iterator[str]:
    return (f"{what}{one.what}: {_short(one.stored)} → {_short(one.replayed)}" for one in differences)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _json_lines(found: Iterable[Replayed]) -> int:
    failed = False
    for one in found:
        failed |= one.failed
        print(json.dumps(_json(one), ensure_ascii=False))
    return NO_ANSWER if failed else 0


def _json(one: Replayed) -> dict[str, object]:
    return {
        "schema": "guardrails.replay/v1",
        "check_id": one.check,
        "index": one.index,
        "kind": one.kind,
        "status": one.status,
        "detail": one.detail,
        "engine": [difference._asdict() for difference in one.engine],
        "differences": [difference._asdict() for difference in one.differences],
    }
