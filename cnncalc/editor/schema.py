"""The language as a JSON Schema, made from what the parser itself reads: kinds, parameters, keys, metrics."""

from __future__ import annotations

from cnncalc.dtype import BYTES, PARTS
from cnncalc.editor import schema_values as values
from cnncalc.editor.schema_values import Schema, any_of, described, list_of, map_of, object_of, one_of, ref
from cnncalc.language.reading.declarations import FIELD_VIEWS, MODIFIERS, SEQUENCE
from cnncalc.language.reading.header import FAMILIES, SOURCE_KEYS, VERSION
from cnncalc.language.reading.inputs import FITS, SETTINGS
from cnncalc.language.reading.keys import KEYS
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
        "patternProperties": {"^x-": {"description": "a key of your own, which cnncalc ignores"}},
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
        "input": any_of(ref("volume"), _long_input()),
        "names": any_of(values.NAMED_TENSOR, list_of(values.NAMED_TENSOR, minItems=1)),
        "vars": map_of(values.ANY_VALUE, values.VARIABLE_NAME, or_nothing=True),
        "expect": _metrics("expect"),
        "budget": _metrics("budget"),
        "lint": {"type": "string", "pattern": r"^CNN6[0-9]{2}$"},
        "block": _BLOCK,
        "layers": list_of(ref("item"), minItems=1),
        "item": any_of(_item(), _bare_item()),
        **{f"kind.{name}": _kind(kind) for name, kind in KINDS.items()},
        f"kind.{SEQUENCE}": {"description": "a list of layers as one item", **ref("layers")},
        "branch": any_of({"const": "identity", "description": "passes the tensor on"}, ref("layers")),
    }


def _text(description: str) -> Schema:
    return described(description, values.TEXT)


def _long_input() -> Schema:
    axes = dict.fromkeys(axis for names in AXES.values() for axis in (*names, "channels"))
    number = any_of({"type": "number"}, ref("formula"))
    each = any_of(list_of(number, minItems=1, maxItems=4), number)
    settings = {
        "fit": described("how a picture is brought to the input's size", one_of(FITS)),
        "scale": described("what a pixel is multiplied by; 1/255 by default", number),
        "mean": described("subtracted after scaling, a number for each channel or one for all", each),
        "std": described("divides the result, a number for each channel or one for all", each),
    }
    sizes = {axis: described(f"the {axis} of the input", number) for axis in axes}
    return object_of(sizes | {name: settings[name] for name in SETTINGS}, required=["channels"])


def _metrics(verb: str, *, or_none: bool = False) -> Schema:
    """A map of limits; `or_none` is for a variant, which may lift one."""
    volumes = any_of(ref("volume"), map_of(ref("volume")))
    field = values.limit("receptive_field", verb)
    sizes = [{"type": "string", "pattern": f"^{values.SIZE}$"}, *field["anyOf"]]
    field["anyOf"] = [*sizes, object_of({view: {"anyOf": sizes} for view in FIELD_VIEWS})]
    special = {
        "output": described("the volume that comes out; with several outputs a map of names", volumes),
        "shapes": described("the volumes of layers and blocks, by their paths", map_of(ref("volume"))),
        "receptive_field": field,
    }
    ways = {metric: special.get(metric) or values.limit(metric, verb) for metric in CLAIMED}
    if or_none:
        ways = {metric: any_of(one_of(["none"]), way) for metric, way in ways.items()}
    return object_of(ways)


def _bare_item() -> Schema:
    """A word alone: a kind that needs nothing, or a block."""
    bare = [name for name, kind in KINDS.items() if not _required(kind) and not kind.layer.joins]
    kinds = {**one_of(bare), "enumDescriptions": [_doc(KINDS[name]) for name in bare]}
    return any_of(kinds, {"type": "string", "pattern": values.BLOCK_NAME + r"\S*$"})


def _item() -> Schema:
    """One kind, or one block, and modifiers beside it."""
    kinds = [*KINDS, SEQUENCE]
    no_kind = {"not": {"anyOf": [{"required": [name]} for name in kinds]}}
    a_block = {"not": {"propertyNames": {"enum": list(MODIFIERS)}}}
    return object_of(
        {name: ref(f"kind.{name}") for name in kinds} | {name: _MODIFIERS[name] for name in MODIFIERS},
        patternProperties={values.BLOCK_NAME: {"description": "a block of this file, with its parameters"}},
        title="layer with parameters",
        **{
            "if": {"type": "object"},  # editors would test anything else against all of these, and say so
            "then": {"oneOf": [*({"required": [name]} for name in kinds), {"allOf": [no_kind, a_block]}]},
        },
    )


def _kind(kind: Kind) -> Schema:
    """What may follow a kind's colon: a map of parameters, or their short form."""
    return {"title": kind.name, **described(_doc(kind), _values(kind))}


def _values(kind: Kind) -> Schema:
    nothing: Schema = {"type": "null"}
    if kind.layer.joins:
        return any_of(described("branches from one tensor, by name", map_of(ref("branch"))), nothing)
    properties = {name: values.parameter(entry) for name, entry in kind.parameters.items()}
    ways = [object_of(properties, required=_required(kind)), *_first_alone(kind)]
    if not _required(kind):
        ways.append(nothing)
    if kind.first and kind.parameters[kind.first].type.due == "act":  # its words can be offered, and are all there is
        return any_of(*ways, ref("formula"))
    form = {"pattern": short_form(kind), "patternErrorMessage": _usage(kind)} if kind.parameters else {"maxLength": 0}
    return {"if": {"type": "string"}, "then": form, "else": any_of(*ways)}


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
    positional = f"(?:{tokens[kind.first]})" if kind.first else ""
    if positional and "kernel" in kind.parameters and kind.first != "kernel":
        positional += rf"(?: +{values.SIZE})?"
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


_KERNELS = one_of(IMAGE_KERNELS)
_NESTED: Schema = {"type": ["array", "number", "string"]}
_COLUMNS = map_of(list_of(values.ANY_VALUE), values.VARIABLE_NAME)

_MODIFIERS: dict[str, Schema] = {
    "name": described("its name in the file or block", values.NAME),
    "from": described("the tensor that it takes, or a list of them: names, `previous`, `input`", ref("names")),
    "if": described("if false, the item is absent", any_of({"type": "boolean"}, ref("formula"))),
    "repeat": described(
        "how often it is used, or lists with one value for each turn",
        any_of({"type": "integer", "minimum": 0}, _COLUMNS, ref("formula")),
    ),
    "share": described("the layer or block whose weights it uses", values.NAMED_TENSOR),
    "expect": described("its volume, or metrics that it must have", any_of(ref("volume"), ref("expect"))),
    "budget": described("metrics that it may have at most", ref("budget")),
    "weights": described(
        "an image kernel, a list of them (one for each filter), or arrays as nested lists",
        any_of(_KERNELS, list_of(_KERNELS), map_of(_NESTED)),
    ),
    "note": _text("a remark"),
}

_BLOCK = object_of(
    {
        "params": described(
            "its parameters: a bare name is required, `name: value` has a default",
            map_of(values.TEXT, values.VARIABLE_NAME, or_nothing=True),
        ),
        "inputs": described("tensors in addition to the block's `input`", ref("names")),
        "layers": described("what the block consists of", ref("layers")),
        "note": _text("a remark"),
    },
    required=["layers"],
)
_WORD = one_of(BYTES)
_DTYPE = any_of(_WORD, object_of(dict.fromkeys(PARTS, _WORD), minProperties=1))
_LIFTS = _metrics("budget", or_none=True)
_VARIANT = object_of(
    {
        "vars": described("values that replace the file's", ref("vars")),
        "dtype": described("its own dtype, instead of the file's", _DTYPE),
        "expect": described("what this variant must be", ref("expect")),
        "budget": described(
            "what this variant may cost, where it is not what the file may: a limit of its own, or none",
            any_of(_LIFTS, one_of(["none"])),
        ),
        "name": _text("a title"),
        "note": _text("a remark"),
    }
)
_SOURCE = object_of({key: {"type": ["string", "number", "boolean", "null", "array"]} for key in SOURCE_KEYS})
_ROUNDING = one_of(ROUNDING.words)
_BLOCKS: Schema = {
    "type": ["object", "null"],
    "patternProperties": {values.BLOCK_NAME: ref("block")},
    "additionalProperties": False,
}
_IGNORED = any_of(ref("lint"), list_of(ref("lint")))

_TOP: dict[str, Schema] = {
    "cnncalc": described("the version of the language", one_of([int(VERSION), VERSION])),
    "name": _text("the network's title"),
    "source": described("where the network comes from", any_of(_SOURCE, values.TEXT)),
    "note": _text("a remark"),
    "input": described("what enters: height x width x channels, such as 224x224x3", ref("input")),
    "inputs": described("several inputs by name", map_of(ref("input")) | {"minProperties": 1}),
    "dtype": described("what memory is counted in: one type, or one of the weights and one of the activations", _DTYPE),
    "rounding": described(
        "what a remainder means: a fault (exact), dropped (floor), or one more window (ceil)",
        any_of(_ROUNDING, object_of(dict.fromkeys(FAMILIES, _ROUNDING))),
    ),
    "vars": described("variables that formulas use as $name; each may use those above it", ref("vars")),
    "variants": described("named sets of variables", map_of(_VARIANT)),
    "blocks": described("named lists of layers that are used like a kind", _BLOCKS),
    "layers": described("the network: each item takes the output of the item above it", ref("layers")),
    "outputs": described("the layers that are outputs; by default the last one", ref("names")),
    "aux_outputs": described("heads used only in training", ref("names")),
    "expect": described("what the network must be; a bare number means exactly", ref("expect")),
    "budget": described("what the network may cost; a bare number means at most", ref("budget")),
    "weights": _text("a .npz or .safetensors file beside the spec"),
    "labels": _text("a text file beside the spec, one class on each line"),
    "lint": described(
        "which lints are silenced",
        object_of({"ignore": described("the code of a lint, or a list of them", _IGNORED)}, required=["ignore"]),
    ),
}
