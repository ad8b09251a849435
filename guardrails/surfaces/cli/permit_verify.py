"""
``guardrails permit verify``: may this text be published? Offline: no ledger, no workspace, no network.

It runs in front of every publication, so it imports nothing that it does not need (a test looks at ``sys.modules``).
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.inputs import AS_ENDINGS, read

if TYPE_CHECKING:
    from guardrails.audit.permit_check import Question

REFUSED = 1
_LEVELS = ("AUTO_PASS", "HUMAN_1", "HUMAN_2", "BREAK_GLASS")
_MOST_DIGITS = 6
_UNITS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}


class _Span(click.ParamType[int]):
    """A length of time like ``30m``, ``24h`` or ``7d``, in milliseconds."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        number, unit = text[:-1], text[-1:]
        if not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS and unit in _UNITS):
            self.fail(f"{text!r} is no time like 30m, 24h or 7d", param, ctx)
        return int(number) * _UNITS[unit]


class _Name(click.ParamType[str]):
    """A name that is there: an empty one is a variable that nobody set, and asks for nothing."""

    name = "name"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not str(value).strip():
            self.fail("it is empty; leave the option out, or say a name", param, ctx)
        return str(value)


@click.command("verify")
@click.argument("content", metavar="CONTENT", type=click.Path(allow_dash=True))
@click.argument("permit", metavar="PERMIT", type=click.Path())
@click.option("--trust", required=True, type=click.Path(), help="The trust file (guardrails permit trust).")
@click.option("--channel", metavar="NAME", type=_Name(), help="Where it is about to be published.")
@click.option("--market", metavar="NAME", type=_Name(), help="For which market.")
@click.option("--locale", metavar="NAME", type=_Name(), help="In which language and region.")
@click.option("--at", metavar="MOMENT", help="When (default: now).")
@click.option("--as", "as_format", type=click.Choice(list(AS_ENDINGS)), help="Format of the standard input.")
@click.option("--exact", is_flag=True, help="Only the very bytes that were checked, no other markup.")
@click.option("--level", "levels", multiple=True, type=click.Choice(_LEVELS), help="Accept this; may be repeated.")
@click.option("--proof", type=click.Path(), help="The proof that the permit is on record; it is then required to hold.")
@click.option("--revocations", type=click.Path(), help="The list of revoked permits (guardrails permit revocations).")
@click.option("--max-revocation-age", type=_Span(), help="How old that list may be (default: 24h).")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="Form of output.")
def command(content: str, permit: str, output: str, **options: Any) -> int:
    """
    Say whether CONTENT may be published under PERMIT, without a ledger, a workspace or a network.

    CONTENT is a file as it was checked, or the HTML that a content management system made of it, or - for the standard input.

    Exit codes: 0 it may be published, 1 it may not, 2 wrong call or file, 4 no answer. Everything but 0 means: do not publish.
    """
    from guardrails.audit.permit_check import verified_permit
    from guardrails.render.permit import verification_json

    asked = _question(content, options)
    answer = verified_permit(read(permit), asked)
    body = verification_json(answer.refusals, answer.permit, asked.at_ms)
    if output == "json":
        import json

        print(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        from guardrails.render.permit import verification_lines
        from guardrails.surfaces.cli.terminal import paint_for

        print("\n".join(verification_lines(body, paint_for(sys.stdout))))
    return 0 if answer.may_publish else REFUSED


def _question(content: str, options: dict[str, Any]) -> Question:
    from guardrails.audit.permit import LEVELS
    from guardrails.audit.permit_check import DAY_MS, Question
    from guardrails.audit.trust import parsed_trust
    from guardrails.surfaces.cli.permit_text import content_of

    age_ms, revocations, proof = options["max_revocation_age"], options["revocations"], options["proof"]
    if age_ms is not None and revocations is None:
        raise click.UsageError("--max-revocation-age is about --revocations FILE, which is missing")
    return Question(
        content=content_of(content, options["as_format"]),
        trust=parsed_trust(read(options["trust"])),
        at_ms=_moment(options["at"]),
        channel=options["channel"] or "",
        market=options["market"] or "",
        locale=options["locale"] or "",
        revocations=None if revocations is None else read(revocations),
        max_age_ms=DAY_MS if age_ms is None else age_ms,
        proof=None if proof is None else read(proof),
        levels=options["levels"] or LEVELS,
        is_exact=options["exact"],
    )


def _moment(text: str | None) -> int:
    if text is None:
        return time.time_ns() // 1_000_000
    from guardrails.text.moment import moment_ms

    return moment_ms(text)
