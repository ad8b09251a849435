"""The rules of a policy in words, from their published form (``policy/catalogue``), so that a server's are shown alike."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_HEAD = ("RULE", "LAYER", "ASKS FOR", "WHERE", "STATUS")
_COST = ("HELD", "DISPUTED", "APPROVED AS IT WAS")
_NO_COST = {"holds": 0, "disputes": 0, "approved_unchanged": 0}
_WIDTH = 100


def rule_list_lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield ``guardrails.policies/v1`` with its friction: a table, then what the gate cost; no cost without a ledger."""
    cost = body["friction"]
    rows = [_row(rule, cost) for rule in body["rules"]]
    yield from _table([_HEAD if cost is None else (*_HEAD, *_COST), *rows])
    yield ""
    elsewhere = "; * asks for something else in some places" if any(rule["effects"] for rule in body["rules"]) else ""
    yield f"{_count(len(rows), 'rule')}; “guardrails policy show RULE” explains one{elsewhere}"
    if cost is not None:
        yield _friction(cost)


def rule_lines(rule: Mapping[str, Any]) -> Iterator[str]:
    """Yield one rule, opening with a plain sentence."""
    yield from textwrap.wrap(rule["sentence"], _WIDTH)
    yield ""
    waivable = "" if rule["waivable"] else ", not waivable"
    facts = (
        ("rule", f"{rule['id']}@{rule['version']}, {rule['status']}; {rule['title']}"),
        ("layer", f"{rule['layer']}; pack {rule['pack']}; kind {rule['kind']}"),
        ("owner", rule["owner"]),
        ("asks for", f"{rule['effect']}, severity {rule['severity']}{waivable}"),
        *((f"  {case['effect']}", f"in {where(case['when'])}") for case in rule["effects"]),
        ("where", where(rule["applies_to"])),
        ("languages", "any" if rule["locales"] == ["*"] else ", ".join(rule["locales"])),
        ("topics", ", ".join(rule["topics"])),
        ("says", rule["message"]),
        ("why", rule["why"]),
        ("agent does", rule["instruction"]),
        ("see", ", ".join(rule["references"])),
        ("override", f"until {rule['override_until']}" if rule["override_until"] else ""),
        ("digest", rule["digest"]),
    )
    for name, value in facts:
        if value:
            yield from textwrap.wrap(value, _WIDTH, initial_indent=f"{name:<12}", subsequent_indent=" " * 12)


def where(scope: Mapping[str, Any]) -> str:
    """Return the places a published scope names, ``everywhere`` if it names none."""
    included = "; ".join("/".join(values) for key, values in scope.items() if key != "not")
    excluded = "; ".join("/".join(values) for values in scope.get("not", {}).values())
    return f"{included or 'everywhere'}{f', not {excluded}' if excluded else ''}"


def _row(rule: Mapping[str, Any], cost: Mapping[str, Any] | None) -> tuple[str, ...]:
    effect = rule["effect"] + ("*" if rule["effects"] else "")
    row = (f"{rule['id']}@{rule['version']}", rule["layer"], effect, where(rule["applies_to"]), rule["status"])
    if cost is None:
        return row
    one = cost["rules"].get(rule["id"], _NO_COST)
    return (*row, *(str(one[name]) if one[name] else "-" for name in _NO_COST))


def _friction(cost: Mapping[str, Any]) -> str:
    """Return what the gate cost, each share with its limit where the workspace has set one."""
    words = {
        "held": f"of {_count(cost['texts'], 'text')} held at first",
        "asked": "asked a person",
        "unchanged": f"of {_count(cost['answers'], 'answer')} let it through unchanged",
    }
    parts = []
    for name, text in words.items():
        share, limit = cost["percent"][name], cost["limits"][name]
        over = "" if limit is None else f" (limit {limit} %{', OVER' if share is not None and share > limit else ''})"
        parts.append(f"{'no share' if share is None else f'{share} %'} {text}{over}")
    return f"friction, {cost['days']} days: {'; '.join(parts)}"


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
