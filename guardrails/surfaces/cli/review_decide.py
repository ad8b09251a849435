"""
``guardrails review decide``: the answer of a person.

The command names what was seen (``--seen``, as ``review show`` prints it): if text, policy or question are others by now,
the answer is refused, here or by the server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import click

from guardrails.errors import DraftError, Place
from guardrails.model.canonical import Json
from guardrails.surfaces.cli.inputs import read
from guardrails.surfaces.cli.people import There, Where, asked, printed, where_options
from guardrails.surfaces.cli.review_show import shown

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate

F = TypeVar("F", bound=Callable[..., object])
_DEGREES = click.Choice(["yes", "partly", "no"])
_ONE_OF = ("approve", "send_back", "reject", "waive", "wrong")
_JUDGED = {
    "relevance": "--relevance",
    "positioning": "--positioning",
    "stop_needed": "--stop-needed or --stop-not-needed",
}


def _answer_options(command: F) -> F:
    options = (
        click.option("--seen", metavar="CODE", help="What you have seen; “review show” prints it.  [required]"),
        click.option("--approve", is_flag=True, help="It goes out as it is."),
        click.option("--edited", metavar="FILE", help="With --approve: it goes out as it is in FILE."),
        click.option("--send-back", is_flag=True, help="The author mends it."),
        click.option(
            "--instruction", "instructions", multiple=True, metavar="TEXT", help="What to mend; may be repeated."
        ),
        click.option("--reject", is_flag=True, help="It stays out."),
        click.option("--waive", metavar="FINDING", help="An exception for one finding (f1) here, in later texts too."),
        click.option("--wrong", metavar="FINDING", help="The rule is wrong about this text."),
        click.option("--reason", required=True, metavar="TEXT", help="Why; it goes on the record."),
        click.option("--relevance", type=_DEGREES, help="Does it matter to its readers?"),
        click.option("--positioning", type=_DEGREES, help="Is it us?"),
        click.option("--stop-needed/--stop-not-needed", default=None, help="Was it right to ask you?"),
        click.option(
            "--until", metavar="DATE", help="Last UTC day on which the answer holds (default: the workspace's)."
        ),
        click.option("--group", is_flag=True, help="The same answer for every open review of the same question."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command("decide")
@click.argument("review", metavar="REVIEW")
@_answer_options
@where_options
def command(review: str, workspace: Path | None, server: str | None, output: str, **answer: Any) -> int:
    """
    Answer REVIEW with exactly one of --approve, --send-back, --reject, --waive and --wrong.

    A decision about the text says whether it matters to its readers, whether it is us, and whether it was right to ask.
    It holds for this very text in this very place, under this policy, until it ends.
    """
    place = Where(workspace, server, output)
    if not answer["seen"]:
        raise click.UsageError(f"say what you have seen: guardrails review show {review} ends with the whole command")
    kind = _kind(answer)
    whole = shown(place, review)
    _require_seen(whole, str(answer["seen"]))
    body = _body(kind, answer, whole)

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.desk import Desk
        from guardrails.review.published import answer_review

        return answer_review(Desk(gate), caller, whole["id"], body)

    there = There("POST", f"/v1/reviews/{quote(whole['id'], safe='')}/decisions", body=body)
    done = asked(place, ["review"], here, there)
    return printed(place, done, lambda paint: _lines(done, paint))


def _lines(done: Mapping[str, Any], paint: Any) -> Any:
    from guardrails.render.review_text import decision_lines
    from guardrails.render.standing_text import recorded_lines

    return decision_lines(done, paint) if done["schema"] == "guardrails.review-decision/v1" else recorded_lines(done)


def _kind(answer: Mapping[str, Any]) -> str:
    """Return which of the five answers it is; options that belong to another one are refused."""
    said = [name for name in _ONE_OF if answer[name]]
    if len(said) != 1:
        raise click.UsageError("say exactly one of --approve, --send-back, --reject, --waive and --wrong")
    kind, only = said[0], {"edited": "approve", "instructions": "send_back"}
    for name, of in only.items():
        if answer[name] and kind != of:
            raise click.UsageError(
                f"--{'edited' if name == 'edited' else 'instruction'} goes with --{of.replace('_', '-')}"
            )
    if kind in ("waive", "wrong") and answer["group"]:
        raise click.UsageError(f"--group does not go with --{kind}")
    if kind == "waive" and not answer["until"]:
        raise click.UsageError("an exception ends: say --until DATE")
    missing = [option for name, option in _JUDGED.items() if answer[name] is None]
    if missing and kind not in ("waive", "wrong"):
        raise click.UsageError(f"a decision about a text also says {', '.join(missing)}")
    return kind


def _require_seen(whole: Mapping[str, Any], code: str) -> None:
    if whole["schema"] != "guardrails.review/v1":
        raise DraftError("person-needed", "only people decide", help="use the key of a person with the scope review")
    if whole["status"] == "open" and code != whole["seen_code"]:
        raise DraftError(
            "review-moved",
            f"{code!r} is not what this review asks now",
            help=f"look again: guardrails review show {whole['id']}",
        )


def _body(kind: str, answer: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Json]:
    body: dict[str, Json] = {"decision": kind.replace("_", "-"), "seen": whole["seen"], "reason": answer["reason"]}
    if answer["until"]:
        body["until"] = answer["until"]
    if kind in ("waive", "wrong"):
        return body | {"finding": answer[kind]}
    body |= {name: answer[name] for name in _JUDGED} | {"group": answer["group"]}
    if kind == "send_back":
        body["instructions"] = list(answer["instructions"])
    if answer["edited"]:
        body["edited"] = _edited(answer["edited"], whole)
    return body


def _edited(file: str, whole: Mapping[str, Any]) -> list[Json]:
    """
    Return the edited fields: a text file for a draft of one field, a JSON draft for any, or another's answer (``rul_…``).

    Raises:
        DraftError: ``file-not-found``, ``not-utf-8`` or ``bad-edits``.
    """
    from guardrails.text.draft_json import draft_from_json
    from guardrails.text.load import decoded

    given = next((one["edited"] for one in whole["said"] if one["id"] == file and one["edited"]), None)
    if given is not None and whole["masked"]:
        raise DraftError("bad-edits", "personal data in this text is masked", help="take the edited text from a file")
    if given is not None:
        return list(given)
    text, fields = decoded(file, read(file)), whole["draft"]["fields"]
    if file.lower().endswith(".json"):
        return [{"id": one.id, "text": one.text, "format": one.format} for one in draft_from_json(text, file).fields]
    if len(fields) != 1:
        names = ", ".join(one["id"] for one in fields)
        raise DraftError(
            "bad-edits",
            f"this draft has {len(fields)} fields ({names})",
            help="edit it as a JSON draft",
            place=Place(file),
        )
    return [{"id": fields[0]["id"], "text": text, "format": fields[0]["format"]}]
