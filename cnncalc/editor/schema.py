"""The language as a JSON Schema, made from what the parser itself reads: kinds, parameters, keys, metrics."""

from __future__ import annotations

from typing import Any

from cnncalc.editor import schema_values as values
from cnncalc.editor.schema_values import Schema
from cnncalc.language.reading.declarations import MODIFIERS, SEQUENCE
from cnncalc.language.reading.header import FAMILIES, KEYS, SOURCE_KEYS, VERSION
from cnncalc.language.reading.inputs import FITS, SETTINGS
from cnncalc.language.reading.shortform import ALIASES
from cnncalc.layers import KINDS, Kind
from cnncalc.layers.image_kernels import IMAGE_KERNELS
from cnncalc.layers.schema import ROUNDING
from cnncalc.metrics import CLAIMED
from cnncalc.volume import AXES


def schema() -> Schema:
    """The whole language, as draft-07 has it.

    >>> schema()["definitions"]["kind.conv"]["else"]["anyOf"][0]["required"]
    ['filters', 'kernel']
    """
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "cnncalc spec",
        "description": "A convolutional network as one YAML file.",
        "type": "object",
        "properties": {key: _TOP[key] for key in KEYS},
        "patternProperties": {"^x-": {"description": "a key of your own, which cnncalc passes over"}},
        "additionalProperties": False,
        "required": ["layers"],
        "oneOf": [{"required": ["input"]}, {"required": ["inputs"]}],
        "definitions": _definitions(),
    }


def _definitions() -> Schema:
    return {
        "formula": values.FORMULA_TEXT,
        "activation": values.activation_map(),
        "volume": values.SIZES,
        "input": {"anyOf": [_ref("volume"), _long_input()]},
        "names": {"anyOf": [values.NAMED_TENSOR, {"type": "array", "items": values.NAMED_TENSOR, "minItems": 1}]},
        "vars": _map_of(values.ANY_VALUE, values.VARIABLE_NAME, or_nothing=True),
        "expect": _metrics("expect"),
        "budget": _metrics("budget"),
        "lint": {"type": "string", "pattern": r"^CNN6[0-9]{2}$"},
        "block": _block(),
        "layers": {"type": "array", "items": _ref("item"), "minItems": 1},
        "item": {"anyOf": [_item(), _bare_item()]},
        **{f"kind.{name}": _kind(kind) for name, kind in KINDS.items()},
        f"kind.{SEQUENCE}": {"description": "a list of layers as one item", **_ref("layers")},
        "branch": {"anyOf": [{"const": "identity", "description": "hands on the tensor"}, _ref("layers")]},
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _object(properties: Schema, **more: Any) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False, **more}


def _map_of(entry: Schema, name: str = "", *, or_nothing: bool = False) -> Schema:
    schema_: Schema = {"type": ["object", "null"] if or_nothing else "object", "additionalProperties": entry}
    return {**schema_, "propertyNames": {"pattern": name}} if name else schema_


def _described(description: str, schema_: Schema) -> Schema:
    return {"description": description, **schema_}


def _text(description: str) -> Schema:
    return _described(description, values.TEXT)


def _long_input() -> Schema:
    axes = dict.fromkeys(axis for names in AXES.values() for axis in (*names, "channels"))
    number: Schema = {"anyOf": [{"type": "number"}, _ref("formula")]}
    each = {"anyOf": [{"type": "array", "items": number, "minItems": 1, "maxItems": 4}, number]}
    settings = {
        "fit": {"description": "how a picture comes to the input's size", "enum": list(FITS)},
        "scale": _described("what a pixel is multiplied by; 1/255 unless written", number),
        "mean": _described("subtracted after the scale, a number for each channel or one for all", each),
        "std": _described("divided by at the end, a number for each channel or one for all", each),
    }
    sizes = {axis: _described(f"the {axis} of the input", number) for axis in axes}
    return _object(sizes | {name: settings[name] for name in SETTINGS}, required=["channels"])


def _metrics(verb: str) -> Schema:
    volume = _described("the volume that comes out; with several outputs a map of names", {
        "anyOf": [_ref("volume"), _map_of(_ref("volume"))]
    })  # fmt: skip
    field = values.limit("receptive_field", verb)
    field["anyOf"] = [{"type": "string", "pattern": f"^{values.SIZE}$"}, *field["anyOf"]]
    special = {
        "output": volume,
        "shapes": _described("the volumes of layers and blocks, by their paths", _map_of(_ref("volume"))),
        "receptive_field": field,
    }
    return _object({metric: special.get(metric) or values.limit(metric, verb) for metric in CLAIMED})


def _block() -> Schema:
    return _object(
        {
            "params": _described(
                "its parameters: a name alone must be given, `name: value` has a default",
                _map_of(values.TEXT, values.VARIABLE_NAME, or_nothing=True),
            ),
            "inputs": _described("tensors besides the block's `input`", _ref("names")),
            "layers": _described("what the block consists of", _ref("layers")),
            "note": _text("a remark"),
        },
        required=["layers"],
    )


def _variant() -> Schema:
    return _object(
        {
            "vars": _described("values that take the place of the file's", _ref("vars")),
            "expect": _described("what this variant must be", _ref("expect")),
            "budget": _described("what this variant may cost", _ref("budget")),
            "name": _text("a title"),
            "note": _text("a remark"),
        }
    )


def _bare_item() -> Schema:
    """A word alone: a kind that needs nothing, or a block."""
    bare = [name for name, kind in KINDS.items() if not _required(kind) and not kind.layer.joins]
    return {
        "anyOf": [
            {"enum": bare, "enumDescriptions": [_doc(KINDS[name]) for name in bare]},
            {"type": "string", "pattern": values.BLOCK_NAME + r"\S*$"},
        ]
    }


def _item() -> Schema:
    """One kind, or one block, and modifiers beside it."""
    kinds = [*KINDS, SEQUENCE]
    no_kind = {"not": {"anyOf": [{"required": [name]} for name in kinds]}}
    a_block = {"not": {"propertyNames": {"enum": list(MODIFIERS)}}}
    return _object(
        {name: _ref(f"kind.{name}") for name in kinds} | {name: _MODIFIERS[name] for name in MODIFIERS},
        patternProperties={values.BLOCK_NAME: {"description": "a block of this file, with its parameters"}},
        title="layer with parameters",
        **{
            "if": {"type": "object"},  # editors would test anything else against all of these, and say so
            "then": {"oneOf": [*({"required": [name]} for name in kinds), {"allOf": [no_kind, a_block]}]},
        },
    )


def _kind(kind: Kind) -> Schema:
    """What may follow a kind's colon: a map of parameters, or their short form."""
    if kind.layer.joins:
        branches = _described("branches from one tensor, by name", _map_of(_ref("branch")))
        return {"title": kind.name, **_described(_doc(kind), {"anyOf": [branches, {"type": "null"}]})}
    properties = {name: values.parameter(entry) for name, entry in kind.parameters.items()}
    ways = [_object(properties, required=_required(kind)), *_first_alone(kind)]
    if not _required(kind):
        ways.append({"type": "null"})
    if kind.first and kind.parameters[kind.first].type.due == "act":  # its words can be offered, and are all there is
        return {"title": kind.name, **_described(_doc(kind), {"anyOf": [*ways, _ref("formula")]})}
    form = {"pattern": short_form(kind), "patternErrorMessage": _usage(kind)} if kind.parameters else {"maxLength": 0}
    texts = {"if": {"type": "string"}, "then": form, "else": {"anyOf": ways}}
    return {"title": kind.name, **_described(_doc(kind), texts)}


def _usage(kind: Kind) -> str:
    """What a short form is, for whoever wrote another one."""
    others = [name for name in kind.parameters if name != kind.first]
    size = " AxB" if "kernel" in others else ""
    first = f" {kind.first.upper()}{size}" if kind.first else ""
    pairs = f", then pairs of a name and a value: {', '.join(others)}" if others else ""
    return f"the short form is `{kind.name}:{first}`{pairs}"


def _first_alone(kind: Kind) -> list[Schema]:
    """The first parameter's values, where it is all that is needed; texts are short forms."""
    if not kind.first or set(_required(kind)) - {kind.first}:
        return []
    return [way for way in values.alternatives(kind.parameters[kind.first].type) if way.get("type") != "string"]


def short_form(kind: Kind) -> str:
    """The pattern of a kind's short form: `[first parameter] [AxB] {name value}...`.

    >>> import re
    >>> [bool(re.search(short_form(KINDS["conv"]), text)) for text in ("10 5x5 pad 2", "10 5x5 padd 2", "10 5")]
    [True, False, False]
    """
    names = [*kind.parameters, *(alias for alias, name in ALIASES.items() if name in kind.parameters)]
    tokens = {name: values.token(kind.parameters[ALIASES.get(name, name)].type) for name in names}
    pair = "(?:" + "|".join(f"{name} +(?:{tokens[name]})" for name in names) + ")"
    positional = ""
    if kind.first:
        positional = f"(?:{tokens[kind.first]})"
        if "kernel" in kind.parameters and kind.first != "kernel":
            positional = rf"(?:{tokens[kind.first]})(?: +{values.SIZE})?"
    also = "".join(_must_hold(name) for name in _required(kind) if name != kind.first)
    start = f"(?:{positional}(?: +{pair})*|{pair}(?: +{pair})*)" if positional else f"{pair}(?: +{pair})*"
    return f"^{also}{start}$"


def _must_hold(name: str) -> str:
    size = f" {values.SIZE}(?: |$)|" if name == "kernel" else ""
    return rf"(?=.*(?:{size}(?:^| ){name} ))"


def _required(kind: Kind) -> list[str]:
    return [name for name, entry in kind.parameters.items() if entry.required]


def _doc(kind: Kind) -> str:
    """The first line of the class's docstring."""
    return (kind.layer.__doc__ or "").strip().partition("\n")[0]


_NAMES_OF_KERNELS: Schema = {"enum": list(IMAGE_KERNELS)}
_NESTED: Schema = {"type": ["array", "number", "string"]}

_MODIFIERS: dict[str, Schema] = {
    "name": _described("its name in the file or block", values.NAME),
    "from": _described("the tensor that it takes, or a list of them: names, `previous`, `input`", _ref("names")),
    "if": _described("when false the item is absent", {"anyOf": [{"type": "boolean"}, _ref("formula")]}),
    "repeat": _described(
        "how often it is taken, or lists of values: one for each turn",
        {
            "anyOf": [
                {"type": "integer", "minimum": 0},
                _map_of({"type": "array", "items": values.ANY_VALUE}, values.VARIABLE_NAME),
                _ref("formula"),
            ]
        },
    ),
    "share": _described("the layer or block whose weights it uses", values.NAMED_TENSOR),
    "expect": _described("its volume, or metrics that it must have", {"anyOf": [_ref("volume"), _ref("expect")]}),
    "budget": _described("metrics that it may have at most", _ref("budget")),
    "weights": _described(
        "an image kernel, a list of them (one a filter), or arrays as nested lists",
        {"anyOf": [_NAMES_OF_KERNELS, {"type": "array", "items": _NAMES_OF_KERNELS}, _map_of(_NESTED)]},
    ),
    "note": _text("a remark"),
}

_TOP: dict[str, Schema] = {
    "cnncalc": _described("the version of the language", {"enum": [int(VERSION), VERSION]}),
    "name": _text("the network's title"),
    "source": _described(
        "where the network comes from",
        {
            "anyOf": [
                _object({key: {"type": ["string", "number", "boolean", "null", "array"]} for key in SOURCE_KEYS}),
                values.TEXT,
            ]
        },
    ),
    "note": _text("a remark"),
    "input": _described("what enters: height x width x channels, such as 224x224x3", _ref("input")),
    "inputs": _described("several inputs by name", _map_of(_ref("input")) | {"minProperties": 1}),
    "rounding": _described(
        "what a remainder means: a fault (exact), dropped (floor), or one more window (ceil)",
        {
            "anyOf": [
                {"enum": list(ROUNDING.words)},
                _object({name: {"enum": list(ROUNDING.words)} for name in FAMILIES}),
            ]
        },
    ),
    "vars": _described("variables that formulas use as $name; each may use those above it", _ref("vars")),
    "variants": _described("named sets of variables", _map_of(_variant())),
    "blocks": _described(
        "named lists of layers that are used like a kind",
        {
            "type": ["object", "null"],
            "patternProperties": {values.BLOCK_NAME: _ref("block")},
            "additionalProperties": False,
        },
    ),
    "layers": _described("the network: each item takes the output of the item above it", _ref("layers")),
    "outputs": _described("the layers whose outputs come out; the last one unless written", _ref("names")),
    "aux_outputs": _described("heads that only training has", _ref("names")),
    "expect": _described("what the network must be; a bare number means exactly", _ref("expect")),
    "budget": _described("what the network may cost; a bare number means at most", _ref("budget")),
    "weights": _text("a .npz or .safetensors file beside the spec"),
    "labels": _text("a text file beside the spec, one class a line"),
    "lint": _described(
        "which lints are silent",
        _object({"ignore": {"anyOf": [_ref("lint"), {"type": "array", "items": _ref("lint")}]}}, required=["ignore"]),
    ),
}
