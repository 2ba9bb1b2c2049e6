"""The pieces that a JSON Schema is put together from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    """What is defined once under a name."""
    return {"$ref": f"#/definitions/{name}"}


def any_of(*ways: Schema) -> Schema:
    """Any of these."""
    return {"anyOf": list(ways)}


def one_of(words: Iterable[object]) -> Schema:
    """One of these words."""
    return {"enum": list(words)}


def list_of(entry: Schema, **more: Any) -> Schema:
    """A list."""
    return {"type": "array", "items": entry, **more}


def object_of(properties: Schema, **more: Any) -> Schema:
    """A map of these keys and no others."""
    return {"type": "object", "properties": properties, "additionalProperties": False, **more}


def map_of(entry: Schema, name: str = "", *, or_nothing: bool = False) -> Schema:
    """A map whose keys are names, of this pattern where there is one."""
    schema: Schema = {"type": ["object", "null"] if or_nothing else "object", "additionalProperties": entry}
    return {**schema, "propertyNames": {"pattern": name}} if name else schema


def described(description: str, schema: Schema) -> Schema:
    """With what an editor shows beside it."""
    return {"description": description, **schema}
