"""Joins that add up or multiply; what a concat joins lies in place already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnncalc.executor.fast.kinds import Arrays, Scratch, Values, forward, in_one_pass
from cnncalc.layers import Layer
from cnncalc.layers.join import Add, Multiply, Subtract

FUNCTIONS: dict[type[Layer], np.ufunc] = {Add: np.add, Subtract: np.subtract, Multiply: np.multiply}


@forward.register(Add)
@forward.register(Subtract)
@forward.register(Multiply)
def fold(layer: Layer, inputs: Sequence[Values], arrays: Arrays, out: Values, scratch: Scratch) -> None:
    """The inputs taken together one after another; one value a channel stretches over all places."""
    function = FUNCTIONS[type(layer)]
    first, second, *rest = inputs
    function(first, second, out=out)
    for other in rest:
        function(out, other, out=out)


in_one_pass(*FUNCTIONS)
