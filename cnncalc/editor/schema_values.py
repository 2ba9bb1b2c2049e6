"""The pieces of the JSON Schema: lists, maps, names, sizes, limits, what may stand for a parameter of each type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cnncalc.language.formulas.operations import FUNCTIONS
from cnncalc.language.reading.declarations import RESERVED
from cnncalc.language.values.limits import RELATIONS, SPOKEN, UNITS
from cnncalc.layers.activation import FUNCTIONS as ACTIVATIONS
from cnncalc.layers.schema import Act, Count, Inherited, Like, Parameter, ParameterType, Real
from cnncalc.metrics import METRICS
from cnncalc.quantity import BYTES
from cnncalc.volume import SIDES

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


# Patterns are read by JavaScript and by Python alike: no classes such as \p{Lu}, and no flags.
CALL = rf"(?:{'|'.join(FUNCTIONS)})\("
_NUMERAL = r"[-(]*[0-9.]+(?:[eE][-+]?[0-9]+)?\)*"
FORMULA = rf"\$|^ *-?\(|^ *{CALL}|^ *{_NUMERAL}(?: *(?:\*\*|//|[-+*/%]) *{_NUMERAL})+ *$"
SIZE = r"[0-9]+(?:[x×][0-9]+){1,3}"
BLOCK_NAME = r"^[A-Z\u0080-\uffff]"
_NAME = r"^[^\s/$,:#\[\]{}]+$"
VARIABLE_NAME = r"^[^\s/$,:#\[\]{}.-]+$"

_SCALARS = ["string", "number", "boolean", "null"]
TEXT: Schema = {"type": _SCALARS}
ANY_VALUE: Schema = {"type": _SCALARS[:3]}
NAME = any_of({"type": "string", "pattern": _NAME, "not": one_of(sorted(RESERVED))}, {"type": ["number", "boolean"]})
NAMED_TENSOR: Schema = {"type": ["string", "number", "boolean"], "pattern": _NAME}
FORMULA_TEXT: Schema = {"title": "formula", "type": "string", "pattern": FORMULA}
"""A formula, or any text with `$` in it: only the program reads formulas."""

_FORMULA = ref("formula")
_WHOLE: Schema = {"type": "integer", "minimum": 0}
_SIZE: Schema = {"title": "size", "type": "string", "pattern": f"^{SIZE}$"}
SIZES: Schema = {
    "title": "volume",
    "anyOf": [
        {"type": "integer", "minimum": 1},
        {"type": "string", "pattern": f"^{SIZE}$"},
        list_of(any_of({"type": "integer"}, _FORMULA), minItems=1, maxItems=4),
        _FORMULA,
    ],
}


def value(type_: ParameterType) -> Schema:
    """What may be written for a parameter of a type; a formula may stand for any value."""
    return any_of(*alternatives(type_), _FORMULA)


def alternatives(type_: ParameterType) -> list[Schema]:
    """The ways to write a value outright."""
    match type_.due:
        case "number":
            return [_number(type_)]
        case "size":
            return [_WHOLE, _SIZE]
        case "flag":
            return [{"type": "boolean"}]
        case "word":
            return [one_of(type_.words)]
        case "act":
            return [one_of(type_.words), ref("activation")]
        case "padding":
            words = [one_of(type_.words)] if type_.words else []
            return [_WHOLE, _SIZE, *words, _sides()]
        case "volume":
            return SIZES["anyOf"][:-1]  # type: ignore[no-any-return]
        case "table":
            return [list_of(list_of(any_of(_WHOLE, _FORMULA)))]
        case due:
            raise NotImplementedError(f"the schema does not know what a {due} is")


def token(type_: ParameterType) -> str:
    """A pattern of one word of a short form that may stand for a value of a type."""
    formula = rf"\S*\$\S*|{CALL}\S*"
    numeral = r"[-(]*[0-9.]\S*"
    match type_.due:
        case "number" | "size" | "volume" | "padding":
            return "|".join((*type_.words, numeral, formula))
        case _:
            return "|".join((*type_.words, formula))


def parameter(entry: Parameter) -> Schema:
    """A parameter: its description, its default and its values."""
    described: Schema = {"description": entry.doc, **value(entry.type)}
    default = entry.default
    if isinstance(default, Inherited):
        described["description"] += f"; by default what the file's `rounding` says for {default.family}"
    elif isinstance(default, Act):
        described["default"] = default.function
    elif not entry.required and not isinstance(default, Like) and default is not None:
        described["default"] = default
    return described


def limit(metric: str, verb: str) -> Schema:
    """What may be promised of a metric that is a number."""
    bytes_ = METRICS[metric].unit is BYTES
    units = [unit for unit in UNITS if unit and unit.endswith("iB") == bytes_]
    relation = "|".join((*RELATIONS, *SPOKEN))
    amount = rf"[0-9.]+(?:[eE][-+]?[0-9]+)? ?(?:{'|'.join(units)})?"
    examples = f"`5{units[1]}`, `at least 2{units[1]}`, `300{units[1]} within 1%`"
    meant = "exactly" if verb == "expect" else "at most"
    return {
        "description": f"{metric.replace('_', ' ')}: {examples}; a bare number means {meant}",
        "anyOf": [
            {"type": "number", "minimum": 0},
            {"title": "limit", "type": "string", "pattern": rf"^(?:(?:{relation}) *)?{amount}(?: within [0-9.]+ ?%)?$"},
        ],
    }


def _number(type_: ParameterType) -> Schema:
    if isinstance(type_, Count):
        return {"type": "integer", "minimum": type_.minimum}
    if not isinstance(type_, Real):
        return {"type": "number"}
    bounds = {"minimum": type_.minimum, "maximum": type_.maximum, "exclusiveMinimum": type_.above}
    return {"type": "number", **{name: bound for name, bound in bounds.items() if bound is not None}}


def _sides() -> Schema:
    sides = [side for pair in SIDES[max(SIDES)] for side in pair]
    return {"title": "sides", **object_of({side: any_of(_WHOLE, _FORMULA) for side in sides})}


def activation_map() -> Schema:
    """An activation with its parameters: a value for the first one, or a map."""
    maps = {
        name: any_of(
            {"type": "null"},
            *([value(known[0].type)] if known else []),
            object_of({entry.name: parameter(entry) for entry in known}),
        )
        for name, known in ACTIVATIONS.items()
    }
    return {"title": "activation", **object_of(maps, minProperties=1, maxProperties=1)}
