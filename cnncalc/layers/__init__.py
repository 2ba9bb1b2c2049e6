"""The kinds of layers: their parameters, shapes, weights, MACs and receptive fields. No NumPy here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cnncalc.layers import conv, fc, historic, join, norm, pool, reshape
from cnncalc.layers.activation import FUNCTIONS, Activation, act_of
from cnncalc.layers.layer import BIAS, FIXED, WEIGHT, Array, Layer, Parameter
from cnncalc.layers.norm import refuse_vector
from cnncalc.layers.schema import Inherited

__all__ = ["BIAS", "FIXED", "KINDS", "WEIGHT", "Array", "Kind", "Layer", "Parameter", "refuse_vector"]


class Kind(NamedTuple):
    """One word of the language: the class behind it and the parameters that may be written."""

    name: str
    layer: type[Layer]
    parameters: dict[str, Parameter]
    first: str

    def build(self, rank: int, values: Mapping[str, Any], rounding: Mapping[str, str] | None = None) -> Layer:
        """A layer of this kind for inputs of that rank, with the file's rounding where it has none of its own.

        >>> KINDS["leaky_relu"].build(2, {"slope": 0.2})
        Activation(function=Act(function='leaky_relu', parameters=(('slope', 0.2),)))
        >>> KINDS["max_pool"].build(2, {"kernel": 2}, {"conv": "exact", "pool": "ceil"}).rounding
        'ceil'
        """
        if self.name in FUNCTIONS:
            return Activation(rank, function=act_of(self.name, values, self.name))
        given = dict(values)
        for name, parameter in self.parameters.items():
            if rounding and isinstance(parameter.default, Inherited):
                given.setdefault(name, rounding[parameter.default.family])
        return self.layer(rank, **given)


def _kinds() -> dict[str, Kind]:
    kinds = {}
    for module in (conv, pool, fc, reshape, norm, join, historic):
        for layer in vars(module).values():
            if (
                isinstance(layer, type)
                and issubclass(layer, Layer)
                and layer.names
                and layer.__module__ == module.__name__
            ):
                kinds[layer.names[0]] = _kind(layer.names[0], layer, layer.parameters)
    kinds["act"] = _kind("act", Activation, Activation.parameters)
    for function, parameters in FUNCTIONS.items():
        kinds[function] = _kind(function, Activation, parameters)
    return kinds


def _kind(name: str, layer: type[Layer], parameters: tuple[Parameter, ...]) -> Kind:
    first = parameters[0].name if parameters and layer.positional else ""
    return Kind(name, layer, {entry.name: entry for entry in parameters}, first)


KINDS: Mapping[str, Kind] = _kinds()
"""Every kind by its word in the language; `act` and each activation among them."""
