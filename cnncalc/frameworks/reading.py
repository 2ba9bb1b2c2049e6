"""Reads a layer as PyTorch or Keras writes it: the rows of their tables, the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cnncalc.frameworks.mixed import in_their_words
from cnncalc.frameworks.spelling import ALWAYS, UNSAID, Framework, Module, Ours, Spelled, theirs
from cnncalc.layers import KINDS
from cnncalc.layers.activation import FUNCTIONS
from cnncalc.layers.schema import Like
from cnncalc.volume import AXES, SIDES

NO_ACTIVATION = ("linear", "identity", "none")
_OTHER_ACTIVATIONS = {"swish": "silu", "hardswish": "hard_swish", "logsoftmax": "log_softmax"}
_SILENT = (
    r"name|data_format|padding_mode|inplace|device|dtype|trainable|momentum|track_running_stats|return_indices|seed|dim|"
    r"axis|training|start_dim|end_dim|divisor_override|noise_shape|renorm|recompute_scale_factor|keepdims|input_dim|input_length|"
    r"batch_size|autocast|weights|(kernel|bias|activity|depthwise|pointwise|gamma|beta|alpha|moving_mean|moving_variance)"
    r"_(initializer|regularizer|constraint)"
)
"""Arguments that change neither a shape nor a cost, or that say how it is trained or stored."""
_SHAPES = ("input_shape", "batch_input_shape", "batch_shape")


class Called(NamedTuple):
    """A call as somebody wrote it; its arguments are numbers, texts, booleans, None, tuples or calls.

    >>> Called("nn.Conv2d", (3, 6, 5)).word
    'Conv2d'
    """

    name: str
    positional: tuple[Any, ...] = ()
    named: Mapping[str, Any] = {}

    @property
    def word(self) -> str:
        """The name without the modules that it is in."""
        return self.name.rpartition(".")[2]


class Part(NamedTuple):
    """One of our layers: its kind, and its values by our names, without those that ours has by default."""

    kind: str
    values: Mapping[str, Any] = {}


class Reading(NamedTuple):
    """What a call means.

    Attributes:
        parts: our layers, one after another.
        rank: the number of axes that the name says; 0 where it says none.
        left_out: arguments that the language has no word for.
        shape: the input that the call says besides.
        surplus: how many arguments its framework does not know; fewer is likelier.
    """

    parts: tuple[Part, ...]
    rank: int = 0
    left_out: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    surplus: int = 0


def read_call(framework: Framework, call: Called, *, exactly: bool = True) -> Reading | None:
    """What a call of one of a framework's layers means; None where it has no such layer, or not with such arguments.

    Args:
        framework: whose names and defaults these are.
        call: the layer with its arguments.
        exactly: whether capitals and underscores count.

    >>> from cnncalc.frameworks import PYTORCH
    >>> read_call(PYTORCH, Called("nn.Conv2d", (3, 6, 5), {"padding": 2})).parts
    (Part(kind='conv', values={'filters': 6, 'kernel': 5, 'padding': 2}),)
    """
    activation = _activation_layer(call)
    if activation:
        return Reading(activation)
    readings = [
        reading
        for meant, rank in _meanings(framework, call.word, exactly=exactly)
        if (reading := _read(meant, call, rank)) is not None
    ]
    return max(readings, key=lambda found: found[0])[1] if readings else None


def argument_names(framework: Framework, word: str) -> frozenset[str]:
    """What a framework calls the arguments of one of its layers; nothing where it has no such layer.

    >>> from cnncalc.frameworks import PYTORCH
    >>> sorted(argument_names(PYTORCH, "Linear"))
    ['bias', 'in_features', 'out_features']
    """
    found = (module for meant, _ in _meanings(framework, word, exactly=False) for _, module in meant)
    return frozenset(name for module in found for name in module.arguments)


def _activation_layer(call: Called) -> tuple[Part, ...]:
    """Keras's layer of an activation alone."""
    if call.word != "Activation" or len(call.positional) + len(call.named) != 1:
        return ()
    given = call.positional[0] if call.positional else next(iter(call.named.values()))
    part = activation_part(given)
    return (part or Part("identity"),) if part or _is_none(given) else ()


def _meanings(
    framework: Framework, word: str, *, exactly: bool
) -> Iterator[tuple[tuple[tuple[str, Module], ...], int]]:
    """What a name may mean, the likeliest first, each with the rank that the name says."""
    alone = [((kind, module),) for kind, module in framework.held() if module.means]
    sought = word if exactly else squeezed(word)
    for meant in (*alone, *framework.also):
        pattern = meant[0][1].name.rpartition(".")[2]
        for rank in [rank for rank in AXES if rank] if "{rank}" in pattern else [0]:
            name = pattern.format(rank=rank)
            if sought == (name if exactly else squeezed(name)):
                yield meant, rank or _rank_said(name)


def _rank_said(name: str) -> int:
    return int(name[-2]) if name[-1:] in {"d", "D"} and name[-2:-1] in {"1", "2", "3"} else 0


def squeezed(word: str) -> str:
    """Without case and underscores."""
    return word.casefold().replace("_", "")


def _read(meant: tuple[tuple[str, Module], ...], call: Called, rank: int) -> tuple[int, Reading] | None:
    """What the call means if it means these kinds, and how many of its arguments say so."""
    names = [name for name in meant[0][1].arguments if name != UNSAID]
    if len(call.positional) > len(names):
        return None
    named, own = in_their_words(meant, call.named)
    given = {**dict(zip(names, call.positional, strict=False)), **named}
    if len(given) < len(call.positional) + len(named):
        return None
    if any(isinstance(value, tuple) for name, value in given.items() if name.startswith("in_")):
        return None
    if not isinstance(given.get("inplace", False), bool):
        return None
    parts: list[Part] = []
    certainty = 0
    for kind, module in meant:
        values = _values(kind, module, given, own if kind == meant[-1][0] else {})
        constants = _constants(module, given)
        if values is None or constants is None:
            return None
        certainty += constants
        parts += _with_activation(kind, values, rank)
    unknown = [name for name in given if name not in names]
    if not all(name in _SHAPES or re.fullmatch(_SILENT, name) for name in unknown):
        return None
    shape = next((tuple(given[name])[-rank - 1 :] for name in _SHAPES if isinstance(given.get(name), tuple)), ())
    silent = [name for name in given if name in names and all(module.arguments[name] is theirs for _, module in meant)]
    left_out = tuple(name for name in (*silent, *unknown) if name not in _SHAPES)
    return certainty, Reading(tuple(parts), rank, left_out, shape, len(unknown))


def _constants(module: Module, given: Mapping[str, Any]) -> int | None:
    """How many arguments are the same for every layer, less those that are not; None where one forbids it."""
    certainty = 0
    channels = [value for name, value in given.items() if module.arguments.get(name) is _in_channels(module)]
    for place, (name, wanted) in enumerate(module.arguments.items()):
        if isinstance(wanted, Ours) and not wanted.parameter:  # it follows from what arrives: the groups of a depthwise
            if not channels or given.get(name) != channels[0] or channels[0] == 1:
                return None
            certainty += 1
        elif not isinstance(wanted, Ours) and not callable(wanted):
            agrees = name in given and _alike(given[name], wanted)
            if not agrees and place < module.positional:
                return None
            certainty += 1 if agrees else -1
    return certainty


def _in_channels(module: Module) -> object:
    return module.arguments.get("in_channels", theirs)


def _alike(value: Any, wanted: Any) -> bool:
    """Whether a value is the wanted one along every axis."""
    return value == wanted or (isinstance(value, tuple) and bool(value) and all(factor == wanted for factor in value))


def _values(kind: str, module: Module, given: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any] | None:
    """Our values with those said in our words; None where one that must be written is missing, or is none of ours."""
    parameters = KINDS[kind].parameters
    values: dict[str, Any] = {}
    for name, ours in module.arguments.items():
        if not isinstance(ours, Ours) or not ours.parameter:
            continue
        try:
            value = _value(ours, name, given)
        except (TypeError, ValueError, KeyError, ZeroDivisionError, OverflowError):  # no value of the framework's
            return None
        if value is not None:
            values[ours.parameter] = value
    values |= own
    if not _is_none(values.get("act")) and activation_part(values["act"]) is None:
        return None
    if any(entry.required and name not in values for name, entry in parameters.items()):
        return None
    if not all(fits(parameters[name].type.due, value) for name, value in values.items() if name in parameters):
        return None
    return {
        name: value for name, value in values.items() if name not in parameters or not _is_default(kind, name, values)
    }


def _value(ours: Ours, name: str, given: Mapping[str, Any]) -> Any:
    default = ours.default.default if isinstance(ours.default, Spelled) else ours.default
    value = given.get(name, None if default is ALWAYS or isinstance(default, Like) else default)
    if ours.read is None or (value is None and name not in given and ours.default is ALWAYS):
        return value
    return ours.read(value, given)


def fits(due: str, value: Any) -> bool:
    """Whether a value may be one of ours; a name that only their program knows is none."""
    if due in {"number", "real"}:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if due in {"size", "volume"}:
        return all(type(factor) is int for factor in (value if isinstance(value, tuple) else (value,)))
    if due in {"flag", "word"}:
        return isinstance(value, bool if due == "flag" else str)
    return due != "padding" or type(value) is int or isinstance(value, tuple) or value in {"same", "half"}


def _is_default(kind: str, name: str, values: Mapping[str, Any]) -> bool:
    default = KINDS[kind].parameters[name].default
    default = values.get(default.field) if isinstance(default, Like) else default
    return bool(values[name] == default) or _alike(values[name], default)


def _with_activation(kind: str, values: dict[str, Any], rank: int) -> Iterator[Part]:
    """A layer, with its activation in place where that can be, else as a layer behind it; sides by their names."""
    act = values.pop("act", None)
    sides = values.pop("sides", None)
    if sides is not None:
        axes = sides if isinstance(sides, tuple) else (sides,) * rank
        pairs = [axis if isinstance(axis, tuple) else (axis, axis) for axis in axes]
        named = [name for pair in SIDES[rank] for name in pair]
        values |= {name: width for name, width in zip(named, sum(pairs, ()), strict=False) if width}
    part = activation_part(act)
    if part is None or part.kind not in FUNCTIONS:
        yield Part(kind, values)
        yield from [part] if part else []
    else:
        yield Part(kind, {**values, "act": {part.kind: dict(part.values)} if part.values else part.kind})


def _is_none(given: Any) -> bool:
    word = given.word if isinstance(given, Called) else given
    return word is None or (isinstance(word, str) and squeezed(word) in NO_ACTIVATION)


def activation_part(given: Any) -> Part | None:
    """Our layer for an activation as an argument: its name, a function of theirs, or a layer; None for none.

    >>> activation_part("swish"), activation_part(Called("tf.nn.relu")), activation_part("linear")
    (Part(kind='silu', values={}), Part(kind='relu', values={}), None)
    """
    from cnncalc.frameworks import FRAMEWORKS

    if given is None or _is_none(given):
        return None
    call = given if isinstance(given, Called) else Called(str(given))
    for framework in FRAMEWORKS if call.positional or call.named else ():
        reading = read_call(framework, call)
        if reading:
            return reading.parts[0]
    word = squeezed(call.word)
    word = squeezed(_OTHER_ACTIVATIONS.get(word, word))
    return next((Part(kind) for kind in (*FUNCTIONS, "softmax", "log_softmax") if squeezed(kind) == word), None)
