"""
The controls, as data (``controls.yaml``), and how each is judged by the query behind it (``queries.yaml`` says what that asks).

*satisfied*: something was tested and nothing breaks the control. *not satisfied*: something does. *no evidence*: there
was nothing to test; an empty ledger satisfies nothing, and what is merely on record is said, not judged. *not applicable*: the workspace declares so, by name and with a
reason, in a policy that people put in force. Marketing copy is no high-risk use: where a control is voluntary, the report
is aligned with it, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from guardrails.policy.yaml_source import parse_yaml
from guardrails.report.declared import Declaration
from guardrails.report.queries import QUERIES

if TYPE_CHECKING:
    from guardrails.report.report import Findings

Status = Literal["satisfied", "not satisfied", "no evidence", "not applicable"]
STATUSES: tuple[Status, ...] = ("not satisfied", "no evidence", "satisfied", "not applicable")
"""Those that ask for somebody first."""

OPEN: tuple[Status, ...] = ("not satisfied", "no evidence")


class Definition(NamedTuple):
    """
    One row of the table.

    Attributes:
        basis: ``law`` or ``voluntary``.

        since: From which day a law applies, ISO; empty where nothing is to be said.

        query: Name of the query behind it; *evidence* what the system yields, in words.
    """

    id: str
    framework: str
    title: str
    basis: str
    since: str
    query: str
    evidence: str


class Asked(NamedTuple):
    """What a query *asks*, in words, and what there *would* have to be for it to show anything."""

    asks: str
    would: str


class Control(NamedTuple):
    """
    A row as judged.

    Attributes:
        exceptions: What breaks it, in words; *broken* how many records that are.

        query: What was asked.

        reason: Why the control does not apply, if that is declared.

        on_record: What there is and was not judged, where nothing was tested.
    """

    definition: Definition
    status: Status
    population: int
    tested: int
    exceptions: tuple[str, ...]
    broken: int
    query: Asked
    reason: str = ""
    on_record: str = ""


@cache
def definitions() -> tuple[Definition, ...]:
    """Return the table, in its order."""
    frameworks = cast("list[dict[str, object]]", _data("controls.yaml"))
    return tuple(
        Definition(
            id=row["id"],
            framework=str(one["framework"]),
            title=row["title"],
            basis=row.get("basis", str(one["basis"])),
            since=row.get("since", ""),
            query=row["query"],
            evidence=row["evidence"],
        )
        for one in frameworks
        for row in cast("list[dict[str, str]]", one["controls"])
    )


@cache
def asked() -> Mapping[str, Asked]:
    """Return what each query asks, by name."""
    return {name: Asked(**one) for name, one in cast("dict[str, dict[str, str]]", _data("queries.yaml")).items()}


def _data(name: str) -> object:
    return parse_yaml((files("guardrails.report") / name).read_text(encoding="utf-8"), name).value


def stray(declarations: Sequence[Declaration]) -> tuple[str, ...]:
    """Return what is declared of something that is no control."""
    known = {one.id for one in definitions()}
    return tuple(one.control for one in declarations if one.control not in known)


def judged(found: Findings, declarations: Sequence[Declaration]) -> tuple[Control, ...]:
    """Return every control with its status."""
    declared = {one.control: one.reason for one in declarations} if found.policies.is_activated else {}
    return tuple(_judged(one, found, declared.get(one.id, "")) for one in definitions())


def _judged(definition: Definition, found: Findings, reason: str) -> Control:
    result = QUERIES[definition.query](found)
    return Control(
        definition,
        _status(result.tested, result.exceptions, reason),
        result.population,
        result.tested,
        result.exceptions,
        result.broken,
        _asked(definition),
        reason,
        "" if result.tested else result.on_record,
    )


def _asked(definition: Definition) -> Asked:
    one = asked()[definition.query]
    return one._replace(would=one.would.replace("{evidence}", definition.evidence))


def _status(tested: int, exceptions: tuple[str, ...], reason: str) -> Status:
    if exceptions:
        return "not satisfied"
    if reason:
        return "not applicable"
    return "satisfied" if tested else "no evidence"
