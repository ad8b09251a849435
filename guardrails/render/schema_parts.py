"""What JSON Schemas of published forms are made of: every key that is named is always present, others may be."""

from __future__ import annotations

from typing import TypeAlias

from guardrails.model.canonical import Json

Schema: TypeAlias = "dict[str, Json]"

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
TEXTS: Schema = {"type": "array", "items": TEXT}
SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
DIGEST: Schema = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
MOMENT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}


def object_of(**keys: Schema) -> Schema:
    """Return the schema of an object with these keys."""
    return {"type": "object", "required": sorted(keys), "properties": dict(keys)}


def array_of(items: Schema) -> Schema:
    """Return the schema of an array of *items*."""
    return {"type": "array", "items": items}


def or_null(schema: Schema) -> Schema:
    """Return the schema of *schema* or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def map_of(values: Schema) -> Schema:
    """Return the schema of an object with any keys and these *values*."""
    return {"type": "object", "additionalProperties": values}


def published(name: str, schema: Schema) -> Schema:
    """Return the schema of the published form *name*, by itself."""
    return {"$schema": _DIALECT, "$id": f"urn:guardrails:{name}:v1", "title": f"guardrails.{name}/v1", **schema}
