"""
The documents that cross between Python and Rego, as JSON Schemas.

They are ``guardrails.input/v1``, ``guardrails.decision/v1`` and the data of the bundle.

Every object is closed and whole: each key is there, and no other. Rego itself cannot be trusted with that, because a key
that is missing or of another type silences a rule instead of failing; so all are held against their schema on the way in
and on the way out (:func:`misfit`), whichever engine answers. Numbers are integers below 2⁵³. Strings of
the input have at most 256 printable characters and none that JSON would escape: the embedded engine keeps strings in
escaped form and would compare them wrongly.

Of JSON Schema only ``type``, ``properties`` (closed), ``required`` (all or none of them), ``items``, ``minItems``, ``minimum``, ``maximum``,
``maxLength``, ``const``, ``enum`` and ``anyOf`` are used here, and :func:`misfit` reads nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias, cast

from guardrails.model.canonical import MAX_INT, Json
from guardrails.model.context import PLURALS
from guardrails.model.finding import OUTCOMES, SEVERITIES, VERDICTS
from guardrails.model.policy import LAYERS

Schema: TypeAlias = "dict[str, Json]"

MAX_STRING: Final = 256
"""Longest string in the input, in code points."""


def _object(**keys: Schema) -> Schema:
    return {"type": "object", "properties": dict(keys), "required": sorted(keys), "additionalProperties": False}


def _part_of(**keys: Schema) -> Schema:
    return _object(**keys) | {"required": []}


def _list(items: Schema, least: int = 0) -> Schema:
    return {"type": "array", "items": items, "minItems": least}


def _whole(least: int = 0, most: int = MAX_INT) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def _one_of(*values: str) -> Schema:
    return {"enum": list(values)}


_TEXT: Schema = {"type": "string", "maxLength": MAX_STRING}
_ANY_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_COUNTS = ("groups", "findings", "faults", "conflicts", "stops", "waivers")
_ACTION = _one_of("prepare", "publish", "lint")
_VALUES = {key: _list(_TEXT) for key in PLURALS.values()} | {"brands": _list(_TEXT, 1), "actions": _list(_ACTION, 1)}
_PATHS = {key: _list(_list(_TEXT, 1)) for key in PLURALS.values()}

_GROUP = _object(
    id=_TEXT, rule=_TEXT, field=_TEXT, effect=_one_of(*OUTCOMES[1:]), severity=_whole(1, len(SEVERITIES)),
    layer=_one_of(*LAYERS), owner=_TEXT, topics=_list(_TEXT), waivable=_FLAG, confidence_pm=_whole(0, 1000),
    count=_whole(1), waiver=_TEXT, observed=_FLAG,
)  # fmt: skip

INPUT: Final = _object(
    schema={"const": "guardrails.input/v1"},
    as_of_ms=_whole(),
    context=_object(**_VALUES, campaign=_TEXT, task=_TEXT, thread=_TEXT),
    paths=_object(**_PATHS),
    conflicts=_list(_object(key=_TEXT, why=_TEXT)),
    principal=_object(kind=_one_of("agent", "person", "none"), id=_TEXT),
    groups=_list(_GROUP),
    waivers=_list(_object(id=_TEXT, rule=_TEXT, until_ms=_whole())),
    ruling=_object(
        id=_TEXT,
        decision=_one_of("none", "approve", "send-back", "reject"),
        role=_TEXT,
        until_ms=_whole(),
        codes=_list(_TEXT),
    ),
    state=_object(
        rounds=_whole(),
        progress=_one_of("first", "improving", "stalled"),
        risk=_whole(),
        stops=_list(_TEXT),
        valid_until_ms=_whole(),
    ),
    faults=_list(_object(code=_TEXT, rule=_TEXT)),
    counts=_object(**{name: _whole() for name in _COUNTS}),
)
"""
``guardrails.input/v1``, which ``facts.py`` alone writes.

``context`` holds per key the possible values with what they are part of, ``paths`` per possible value the path ``[value,
parent, …]``: “every possible value” is asked there. A group is what equal findings have in common, with what their rule
says (``effect`` here and now, ``severity`` 1–4, ``layer``, ``owner``, ``topics``, ``waivable``). ``waivers`` are those
that a group names, ``ruling`` is a person's answer about this very text (its id is the ``waiver`` of the findings that the
person saw), ``stops`` are those that hold this draft.
"""

DECISION: Final = _object(
    schema={"const": "guardrails.decision/v1"},
    verdict=_one_of(*VERDICTS),
    evaluated=_whole(),
    groups=_list(_object(id=_ANY_TEXT, calls_for=_one_of(*OUTCOMES))),
    reasons=_list(_object(code=_ANY_TEXT, outcome=_one_of(*OUTCOMES), groups=_list(_ANY_TEXT))),
    obligations=_list(_object(id=_ANY_TEXT, code=_ANY_TEXT, due=_one_of("before", "after"), text=_ANY_TEXT)),
    routing={"anyOf": [_object(queue=_ANY_TEXT, due_hours=_whole(), allowed=_list(_ANY_TEXT)), {"type": "null"}]},
    accountable=_ANY_TEXT,
    good_until_ms={"anyOf": [_whole(), {"type": "null"}]},
)
"""``guardrails.decision/v1``: the whole answer of an engine."""


_SCOPE = {name: _part_of(**{key: _list(_TEXT) for key in PLURALS.values()}) for name in ("include", "exclude")}
_GRANT = _object(action=_one_of("prepare", "publish"), **_SCOPE)
_MANDATE = _object(
    agent=_TEXT, may_decide=_list(_GRANT), may_recommend=_list(_GRANT), stop_topics=_list(_TEXT),
    stop_audiences=_list(_TEXT), max_rounds=_whole(), delegated_by=_TEXT, since_ms=_whole(), until_ms=_whole(),
)  # fmt: skip
_ROUTE = _object(
    queue=_TEXT, due_hours=_whole(), layers=_list(_one_of(*LAYERS)), topics=_list(_TEXT), codes=_list(_TEXT),
    owners=_list(_TEXT), severities=_list(_whole(1, len(SEVERITIES))), **_SCOPE,
)  # fmt: skip

DATA: Final = _object(
    mandate_book=_object(
        mandates=_list(_MANDATE),
        risk_limit=_whole(),
        people=_list(_TEXT),
        routes=_list(_ROUTE),
        obligations=_list(_object(id=_TEXT, code=_TEXT, due=_one_of("before", "after"), text=_ANY_TEXT, **_SCOPE)),
    )
)
"""The data document of a bundle, which ``policy/bundle.py`` alone writes; what it means is said there."""


def input_misfit(facts: Mapping[str, Json]) -> str | None:
    """
    Return the place where *facts* is no sound input, or None.

    Beyond the schema: exactly one action, and ``context`` lists exactly what ``paths`` lead through.
    """
    found = misfit(facts, INPUT)
    if found is not None:
        return found
    context, paths = (cast("dict[str, list[Any]]", facts[part]) for part in ("context", "paths"))
    if len(context["actions"]) != 1:
        return "context.actions"
    return next(
        (f"paths.{key}" for key in _PATHS if {v for path in paths[key] for v in path} != set(context[key])), None
    )


def misfit(value: object, schema: Schema, place: str = "") -> str | None:
    """Return the place (``state.rounds``) where *value* first departs from *schema*, or None if it fits."""
    match schema.get("type"):
        case "object":
            return _object_misfit(value, schema, place)
        case "array":
            return _array_misfit(value, schema, place)
        case "string":
            fits = isinstance(value, str) and ("maxLength" not in schema or is_safe(value))
        case "integer":
            fits = type(value) is int and cast("int", schema["minimum"]) <= value <= cast("int", schema["maximum"])
        case "boolean":
            fits = isinstance(value, bool)
        case "null":
            fits = value is None
        case _:
            return _choice_misfit(value, schema, place)
    return None if fits else place


def is_safe(text: str) -> bool:
    """Tell whether both engines read *text* alike: printable, short, nothing that JSON would escape."""
    return len(text) <= MAX_STRING and text.isprintable() and '"' not in text and "\\" not in text


def _object_misfit(value: object, schema: Schema, place: str) -> str | None:
    properties = cast("dict[str, Schema]", schema["properties"])
    if not isinstance(value, dict) or not value.keys() <= properties.keys():
        return place
    if schema["required"] and len(value) < len(properties):
        return place
    for key, item in value.items():
        found = misfit(item, properties[key], f"{place}.{key}" if place else key)
        if found is not None:
            return found
    return None


def _array_misfit(value: object, schema: Schema, place: str) -> str | None:
    if not isinstance(value, list) or len(value) < cast("int", schema["minItems"]):
        return place
    items = cast("Schema", schema["items"])
    for number, item in enumerate(value):
        found = misfit(item, items, f"{place}[{number}]")
        if found is not None:
            return found
    return None


def _choice_misfit(value: object, schema: Schema, place: str) -> str | None:
    if "anyOf" in schema:
        options = cast("list[Schema]", schema["anyOf"])
        return None if any(misfit(value, option) is None for option in options) else place
    allowed = [schema["const"]] if "const" in schema else cast("list[Json]", schema["enum"])
    return None if isinstance(value, str) and value in allowed else place
