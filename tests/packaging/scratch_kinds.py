"""Two whole kinds of layer from outside the package: all that a kind is made of, and nothing of it stays behind.

`scratch_clip` works value by value and keeps nothing; `scratch_pool` slides a window and multiplies by trained weights.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from math import prod
from typing import Any

import numpy as np

from cnncalc.executor import fast, reference
from cnncalc.executor.fast.kinds import in_one_pass, scratch_values
from cnncalc.executor.reference.places import as_map, extended, places_of, windows
from cnncalc.frameworks import FRAMEWORKS, KERAS, PYTORCH
from cnncalc.frameworks.keras import layer as keras_layer
from cnncalc.frameworks.spelling import Ours, Refusal, always, module
from cnncalc.language.values import suggest
from cnncalc.layers import KINDS, WEIGHT, Array, Layer
from cnncalc.layers.layer import kind
from cnncalc.layers.pool import KERNEL, STRIDE
from cnncalc.layers.schema import ROUNDING, Inherited, Real, Sides, parameter
from cnncalc.layers.sliding import REMAINDER, ZEROS, Sliding
from cnncalc.volume import Volume

WORDS = ("scratch_clip", "scratch_pool")


def scratch_clip() -> None:
    """A kind that works value by value: a class, a definition, a computation and two rows."""

    @kind("scratch_clip")
    class ScratchClip(Layer):
        """Each value, but none below `low` or above `high`."""

        low: float = parameter(Real(maximum=0.0), "the least value that comes out", -1.0)
        high: float = parameter(Real(0.0), "the largest value that comes out", 1.0)

    @reference.forward.register(ScratchClip)
    def defined(layer: ScratchClip, inputs: Any, arrays: Any, arithmetic: reference.Elementwise) -> Any:
        above = arithmetic.maximum(inputs[0], arithmetic.constant(layer.low))
        return arithmetic.minimum(above, arithmetic.constant(layer.high))

    @fast.forward.register(ScratchClip)
    def computed(layer: ScratchClip, inputs: Sequence[Any], arrays: Any, out: Any, scratch: Any) -> None:
        np.clip(inputs[0], layer.low, layer.high, out=out)

    in_one_pass(ScratchClip)
    PYTORCH.rows["scratch_clip"] = (
        module("nn.ScratchClip", floor_value=Ours("low", -1.0), ceil_value=Ours("high", 1.0)),
    )
    KERAS.rows["scratch_clip"] = ("keras.ops.clip(x, {low}, {high})",)


def scratch_pool() -> None:
    """A kind with a window, weights and MACs."""

    @kind("scratch_pool")
    class ScratchPool(Sliding):
        """The mean under a sliding window, each value times the weight of its place and channel."""

        family = "pool"
        counts_macs = True
        pads_what_hangs_over = True

        kernel: tuple[int, ...] = KERNEL
        stride: tuple[int, ...] = STRIDE
        padding: Sides | str = ZEROS
        rounding: str = parameter(ROUNDING, REMAINDER, Inherited("pool"))

        def output_volume(self, x: Volume) -> Volume:
            return x.with_sizes(self.slid(x))

        def arrays(self, x: Volume) -> tuple[Array, ...]:
            return (Array.of("weight", (x.channels, *self.kernel), WEIGHT),)

        def macs(self, x: Volume) -> int:
            return prod(self.slid(x)) * prod(self.kernel) * x.channels

        def macs_inside(self, x: Volume) -> int:
            axes = zip(self.windows(x), x.sizes, strict=True)
            return prod(window.taps_inside(size) for window, size in axes) * x.channels

    @reference.forward.register(ScratchPool)
    def defined(layer: ScratchPool, inputs: Any, arrays: Any, arithmetic: reference.Elementwise) -> Any:
        axes = places_of(layer, inputs[0].shape[:-1])
        zero = arithmetic.padding(0.0)
        weight = np.moveaxis(arrays["weight"], 0, -1)
        seen = windows(extended(inputs[0], axes, zero, zero), axes)
        sums = [(weight * window).sum(axis=tuple(range(len(axes)))) for window in seen]
        return as_map([arithmetic.divided(total, prod(layer.kernel)) for total in sums], axes)

    def padded(layer: ScratchPool, x: Volume) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Where the map lies in the zeros around it, and how large both are together."""
        axes = list(zip(layer.windows(x), x.sizes, layer.output_volume(x).sizes, strict=True))
        reach = [max(w.before + size, (count - 1) * w.stride + w.kernel) for w, size, count in axes]
        return tuple(window.before for window, *_ in axes), tuple(reach)

    @fast.forward.register(ScratchPool)
    def computed(layer: ScratchPool, inputs: Sequence[Any], arrays: Any, out: Any, scratch: Any) -> None:
        (x,) = inputs
        before, sizes = padded(layer, Volume(x.shape[1:]))
        canvas, products = scratch.take(len(x), *sizes, x.shape[-1]), scratch.take(*out.shape)
        canvas[...] = out[...] = 0
        canvas[:, *(slice(first, first + size) for first, size in zip(before, x.shape[1:-1], strict=True))] = x
        for tap in product(*map(range, layer.kernel)):
            axes = zip(tap, layer.stride, out.shape[1:-1], strict=True)
            under = canvas[:, *(slice(first, first + (count - 1) * step + 1, step) for first, step, count in axes)]
            out += np.multiply(under, arrays["weight"][:, *tap], out=products)
        out /= prod(layer.kernel)

    @scratch_values.register(ScratchPool)
    def needed(layer: ScratchPool, inputs: Sequence[Volume], images: int) -> int:
        (x,) = inputs
        return images * (prod(padded(layer, x)[1]) * x.channels + layer.output_volume(x).size)

    in_one_pass(ScratchPool)
    own = "{framework} has no such layer; multiply an unfolded x by a weight, and take the mean"
    PYTORCH.rows["scratch_pool"] = (Refusal(always, own), module(PYTORCH.own_module))
    KERAS.rows["scratch_pool"] = (Refusal(always, own), keras_layer("Layer"))


@contextmanager
def scratch_kinds(*makers: Callable[[], None]) -> Iterator[None]:
    """The kinds that the makers make, which are forgotten afterwards: words, definitions and rows."""
    before = [dict(table) for table in tables()]
    forget_what_was_looked_up()
    try:
        for make in makers or (scratch_clip, scratch_pool):
            make()
        yield
    finally:
        for table, entries in zip(tables(), before, strict=True):
            table.clear()
            table.update(entries)
        forget_what_was_looked_up()


def tables() -> list[dict[Any, Any]]:
    """Everything that a kind enters itself into."""
    return [KINDS, *(framework.rows for framework in FRAMEWORKS), *map(known_by, dispatchers())]


def dispatchers() -> list[Any]:
    """Every function of the package that asks for a layer's class, found by looking."""
    modules = [module for name, module in sys.modules.items() if name.startswith("cnncalc.")]
    found = {id(value): value for module in modules for value in vars(module).values() if hasattr(value, "registry")}
    return list(found.values())


def known_by(dispatcher: Any) -> dict[type, Any]:
    """The classes that a dispatcher knows; singledispatch shows them through a view, behind which this looks."""
    (table,) = gc.get_referents(dispatcher.registry)
    return table  # type: ignore[no-any-return]


def forget_what_was_looked_up() -> None:
    """Have the package look up anew whatever it remembers of the kinds."""
    for dispatcher in dispatchers():
        dispatcher._clear_cache()
    suggest.foreign_words.cache_clear()
    suggest._our_words.cache_clear()
