"""Every default of every kind, stated once more from its source."""

from __future__ import annotations

from typing import Any

import pytest

from cnncalc.layers import KINDS
from cnncalc.layers.activation import ACT, FUNCTIONS, PASS_THROUGH
from cnncalc.layers.schema import Inherited, Like

LECTURE = "the lecture: stride 1, no zero padding and one bias a filter, unless something else is said"
TORCH = "PyTorch's module of that name"
CAFFE = "Caffe's pools and Keras's: the stride is the kernel's size"
ALEXNET = "Krizhevsky et al. 2012, section 3.3: k = 2, n = 5, alpha = 10^-4, beta = 0.75, over the sum"
LENET = "LeCun et al. 1998, section II.B"
NOTHING = "nothing is done that is not written"

CONVOLUTION = {"stride": 1, "padding": 0, "dilation": 1, "bias": True, "act": PASS_THROUGH}
POOL = {"stride": Like("kernel"), "padding": 0, "rounding": Inherited("pool")}
SIDES = dict.fromkeys(("top", "bottom", "left", "right", "front", "back"), 0)

DEFAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "conv": (LECTURE, {**CONVOLUTION, "groups": 1, "connections": None, "rounding": Inherited("conv")}),
    "depthwise": (LECTURE, {**CONVOLUTION, "multiplier": 1, "rounding": Inherited("conv")}),
    "conv_transpose": (TORCH, {**CONVOLUTION, "groups": 1, "output_padding": 0}),
    "max_pool": (CAFFE, {**POOL, "dilation": 1}),
    "avg_pool": (CAFFE, {**POOL, "count_padding": None}),
    "fc": (LECTURE, {"bias": True, "act": PASS_THROUGH}),
    "pad": (
        NOTHING,
        {"padding": 0, "mode": "constant", "value": 0.0, "channels_before": 0, "channels_after": 0},
    ),
    "crop": (NOTHING, SIDES),
    "upsample": (TORCH, {"mode": "nearest", "align_corners": False}),
    "batch_norm": (TORCH, {"eps": 1e-5, "affine": True}),
    "layer_norm": (TORCH, {"eps": 1e-5}),
    "group_norm": (TORCH, {"eps": 1e-5}),
    "instance_norm": (NOTHING + ", but for a trained scale and shift as in batch_norm", {"eps": 1e-5, "affine": True}),
    "lrn": (ALEXNET, {"size": 5, "alpha": 1e-4, "beta": 0.75, "k": 2.0, "average": False}),
    "scale": (NOTHING, {"bias": False}),
    "subsample": (LENET, {"act": PASS_THROUGH, "rounding": Inherited("pool")}),
    "leaky_relu": (TORCH, {"slope": 0.01}),
    "prelu": ("He et al. 2015, section 2.1: a slope for each channel", {"shared": False}),
    "elu": ("Clevert et al. 2015, and PyTorch's module", {"alpha": 1.0}),
}
"""By kind: where the defaults come from, and what they are; kinds that are not named have none."""


@pytest.mark.parametrize("kind", KINDS)
def test_the_defaults_of_a_kind_are_those_of_its_source(kind: str) -> None:
    _, stated = DEFAULTS.get(kind, (NOTHING, {}))
    found = {name: entry.default for name, entry in KINDS[kind].parameters.items() if not entry.required}
    assert found == stated


def test_formulas_leave_out_what_nobody_has_to_write() -> None:
    every = [entry for kind in KINDS.values() for entry in kind.parameters.values() if entry.silent is not None]
    assert every
    assert [entry for entry in every if entry.silent != entry.default] == []


@pytest.mark.parametrize("function", [name for name, parameters in FUNCTIONS.items() if parameters])
def test_an_activation_has_the_same_defaults_wherever_it_is_written(function: str) -> None:
    assert dict(ACT.normal(function, 2, "act").parameters) == DEFAULTS[function][1]
