"""Activations: one dataclass and a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncalc import codes
from cnncalc.layers.layer import BIAS, WEIGHT, Array, Layer, kind
from cnncalc.layers.schema import Act, Flag, Parameter, ParameterType, Real, parameter, shown
from cnncalc.problem import Problem
from cnncalc.volume import Volume

FUNCTIONS: dict[str, tuple[Parameter, ...]] = {
    "relu": (),
    "relu6": (),
    "leaky_relu": (Parameter("slope", Real(), 0.01, "the slope below zero"),),
    "prelu": (Parameter("shared", Flag(), False, "one trained slope for all channels instead of one for each"),),
    "elu": (Parameter("alpha", Real(), 1.0, "minus the limit far below zero"),),
    "selu": (),
    "gelu": (),
    "gelu_tanh": (),
    "silu": (),
    "mish": (),
    "sigmoid": (),
    "hard_sigmoid": (),
    "hard_swish": (),
    "tanh": (),
    "scaled_tanh": (),
    "softplus": (),
    "abs": (),
}
"""Each activation's parameters, the first one first."""

PASS_THROUGH = Act("none")


class Activating(ParameterType):
    """The name of an activation, or a map of one name to its parameters; `none` passes through."""

    due = "act"
    words = ("none", *FUNCTIONS)

    def normal(self, value: Any, rank: int, field: str) -> Act:
        if isinstance(value, Act):
            return value
        if isinstance(value, Mapping) and len(value) == 1:
            ((function, given),) = value.items()
            return act_of(function, given, field)
        if isinstance(value, str):
            return act_of(value, None, field)
        message = f"{field} must be the name of an activation, or a map of one to its parameters"
        raise Problem(codes.WRONG_TYPE, message, field=field)


def act_of(function: str, given: Any, field: str = "act") -> Act:
    """An activation with all its parameters; `given` is a value for the first one, a map, or None.

    >>> act_of("leaky_relu", 0.1)
    Act(function='leaky_relu', parameters=(('slope', 0.1),))
    """
    if function == "none" and given is None:
        return PASS_THROUGH
    known = FUNCTIONS.get(function)
    if known is None:
        raise Problem(codes.NOT_A_CHOICE, f"unknown activation {shown(function)}", field=field, element=(function,))
    if given is None:
        given = {}
    elif not isinstance(given, Mapping):
        if not known:
            raise Problem(codes.OUT_OF_RANGE, f"{function} takes no parameters", field=field, element=(function,))
        first = known[0]
        try:
            given = {first.name: first.type.normal(given, 0, first.name)}
        except Problem as problem:
            raise problem.but(field=field, element=(0,)) from None
    for name in given:
        if name not in {entry.name for entry in known}:
            message, way = f"{function} has no parameter {shown(name)}", (function, name)
            raise Problem(codes.NOT_ITS_PARAMETER, message, field=field, element=way)
    return Act(
        function,
        tuple((entry.name, entry.type.normal(given.get(entry.name, entry.default), 0, entry.name)) for entry in known),
    )


def slope_arrays(act: Act, channels: int, name: str) -> tuple[Array, ...]:
    """The trained slopes of a prelu; nothing for any other activation.

    Source: He et al. 2015, "Delving Deep into Rectifiers": one slope a channel, or one for all.
    """
    if act.function != "prelu":
        return ()
    shared = dict(act.parameters)["shared"]
    return (Array.of(name, (1 if shared else channels,), WEIGHT),)


def weighted_arrays(shape: tuple[int, ...], counted: int, maps: int, act: Act, *, bias: bool) -> tuple[Array, ...]:
    """A weight of that shape, a bias for each map that comes out, where there are any, and the slopes of `act`."""
    biases = (Array.of("bias", (maps,), BIAS),) if bias else ()
    return (Array("weight", shape, WEIGHT, counted), *biases, *slope_arrays(act, maps, "act.weight"))


ACT = Activating()


@kind("act", *FUNCTIONS)
class Activation(Layer):
    """A function of each value by itself; a row of its own, unlike a layer's `act:`.

    >>> Activation(function="relu").output_volume(Volume((28, 28, 6)))
    Volume((28, 28, 6))
    """

    function: Act = parameter(ACT, "which activation")

    @classmethod
    def parameters_of(cls, word: str) -> tuple[Parameter, ...]:
        return FUNCTIONS.get(word, cls.parameters)

    @classmethod
    def called(cls, word: str, rank: int, values: Mapping[str, Any]) -> Layer:
        return cls(rank, function=act_of(word, values, word)) if word in FUNCTIONS else cls(rank, **values)

    @property
    def hands_on(self) -> bool:  # type: ignore[override]  # only `none` does nothing, so it depends on the instance
        return self.function == PASS_THROUGH

    @property
    def linear(self) -> bool:  # type: ignore[override]  # like `hands_on`
        return self.hands_on

    def arrays(self, x: Volume) -> tuple[Array, ...]:
        return slope_arrays(self.function, x.channels, "weight")
