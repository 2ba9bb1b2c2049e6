"""The kinds of layers: their parameters, shapes, weights, MACs and receptive fields. No NumPy here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cnncalc.layers import conv, fc, historic, join, norm, pool, reshape
from cnncalc.layers.activation import FUNCTIONS, Activation, act_of
from cnncalc.layers.layer import BIAS, FIXED, WEIGHT, Array, Layer, Parameter
from cnncalc.layers.norm import refuse_vector

__all__ = ["BIAS", "FIXED", "KINDS", "WEIGHT", "Array", "Kind", "Layer", "Parameter", "refuse_vector"]


class Kind(NamedTuple):
    """One word of the language: the class behind it and the parameters that may be written."""

    name: str
    layer: type[Layer]
    parameters: dict[str, Parameter]
    first: str

    def build(self, rank: int, values: Mapping[str, Any]) -> Layer:
        """A layer of this kind for inputs of that rank.

        >>> KINDS["leaky_relu"].build(2, {"slope": 0.2})
        Activation(function=Act(function='leaky_relu', parameters=(('slope', 0.2),)))
        """
        if self.name in FUNCTIONS:
            return Activation(rank, function=act_of(self.name, values, self.name))
        return self.layer(rank, **values)


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
