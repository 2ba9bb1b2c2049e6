"""Each constant of the fast executor's cost model by itself, in the nanoseconds that one of it takes.

The function of a constant has its name, makes the arrays, and gives a sample: a call that measures once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import log2, prod
from pathlib import Path
from time import perf_counter_ns

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from benchmarks.timing import Sampler
from cnncalc.executor.fast import costs
from cnncalc.executor.fast.algorithms.toom_cook import matrices
from cnncalc.executor.fast.layout import ALIGNMENT
from cnncalc.executor.fast.products import Product, rows_apart

Values = npt.NDArray[np.float32]
Sample = Callable[[], float]

SHORTEST = 0.005
"""Seconds that a sample takes at least: what is faster is repeated in it."""
IN_SECOND_CACHE = 2**17
"""Values of which a core's second cache holds two arrays."""
IN_LAST_CACHE = 2**22
"""Values that the last cache holds and no other."""
NOWHERE = 2**24
"""Values that no cache holds."""
CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
"""Where Linux tells the sizes of a core's caches."""


def product() -> Sample:
    """A block's product as the planner cuts it: 392 places of a 3x3 convolution of 64 channels with 128 filters."""
    rows, inner, filters = 392, 576, 128
    cut = Product.of(inner, filters)
    out, room = _some(1, 1, rows, filters), _some(cut.partial_values(rows))
    calls = cut.bind(_some(1, 1, rows, inner), _some(*cut.packed_shape), out, room)
    return _each(lambda: [call() for call in calls], rows * inner * filters)


def thin_product() -> Sample:
    """F(4x4, 3x3)'s transform along one axis: its 6 x 6 matrix times six lines of a map of 64 channels, 14 times."""
    matrix, lines, out = matrices(4, "float32").input, _some(14, 6, 58 * 64), _some(14, 6, 58 * 64)
    return _each(partial(np.matmul, matrix, lines, out), 6 * out.size)


def copy() -> Sample:
    """Gathering the windows of a 3x3 kernel over 64 channels: runs of 192 values."""
    call, values = _gathering(56, 6, channels=64)
    return _each(call, values)


def run() -> Sample:
    """Gathering the windows of a 3x3 kernel over 3 channels, runs of 9 values, less what as many in long runs take."""
    call, values = _gathering(112, 32, channels=3)
    short, long = _each(call, values), copy()
    return lambda: 9 * (short() - long())


def small_call() -> Sample:
    """One product of 4 x 4 matrices among a thousand in one call."""
    left, right, out = _some(1024, 4, 4), _some(1024, 4, 4), _some(1024, 4, 4)
    return _each(partial(np.matmul, left, right, out), len(left))


def pass_() -> Sample:
    """The maximum of a block's sums and a line of zeros."""
    sums, zeros = _some(36, 56, 64), np.zeros_like(_some(56, 64))
    return _each(partial(np.maximum, sums, zeros, sums), sums.size)


def weight() -> Sample:
    """Reading values in order from the last cache, for the sums of their products with a line."""
    values, line = _some(IN_LAST_CACHE // 4096, 4096), _some(4096)
    return _each(partial(np.dot, values, line), values.size)


def fresh() -> Sample:
    """Filling an array that has just been asked for."""
    return _each(lambda: np.empty(NOWHERE, np.float32).fill(0), NOWHERE)


def reorder() -> Sample:
    """Turning the weights of a 1x1 convolution, 512 channels to 1024 filters, as `Pointwise` does, 64 at once."""
    inner, width, weights = 512, 64, _some(1024, 512)
    apart = rows_apart(width, inner, np.float32)

    def turn() -> None:
        packed = np.empty((len(weights) // width, inner, width), np.float32)
        for slab, turned in enumerate(packed):
            np.copyto(apart, weights[slab * width : (slab + 1) * width])
            turned[...] = apart.T

    return _each(turn, weights.size)


def call() -> Sample:
    """Copying a few values between views of four axes, after others have filled the second cache."""
    few, others = _some(2, 3, 4, 5), _some(4 * IN_SECOND_CACHE)
    source, target = few.transpose(1, 0, 2, 3), np.empty_like(few).transpose(1, 0, 2, 3)

    def sample(calls: int = 100) -> float:
        taken = 0
        for _ in range(calls):
            others.sum()
            begin = perf_counter_ns()
            np.copyto(target, source)
            taken += perf_counter_ns() - begin
        return taken / calls

    return sample


def weighed_tap() -> Sample:
    """A 7x7 depthwise convolution of 32 channels, 56 places of a line together."""
    taps, rows, places, channels = 7, 16, 56, 32
    line = places * channels
    pixels = _some(1, rows + taps - 1, places + taps - 1, channels)
    image, row, pixel, item = pixels.strides
    windows = as_strided(pixels, (1, rows, 1, taps, taps, line), (image, row, line * item, row, pixel, item))
    out = _some(1, rows, 1, line)
    weights = _some(taps, taps, line)
    return _each(partial(np.einsum, "nxsijv,ijv->nxsv", windows, weights, out=out), out.size * taps**2)


def fourier() -> Sample:
    """16 of 128 channels of 90 x 90 places transformed, and back to where the channels lie side by side."""
    sizes = (90, 90)
    maps, out = _some(*sizes, 128)[..., :16], _some(*sizes, 128)[..., :16]

    def there_and_back() -> None:
        frequencies = np.fft.rfftn(np.moveaxis(maps, -1, 0), sizes, (1, 2))
        out[...] = np.moveaxis(np.fft.irfftn(frequencies, sizes, (1, 2)), 0, -1)

    return _each(there_and_back, 2 * maps.size * log2(prod(sizes)))


def complex_product() -> Sample:
    """The frequencies of 16 channels times those of 16 x 16 kernels, added up for each filter."""
    channels = (_some(16, 60, 31) + 1j * _some(16, 60, 31)).astype(np.complex64)
    kernels = np.repeat(channels[np.newaxis], 16, axis=0)
    return _each(partial(np.einsum, "c...,fc...->f...", channels, kernels), kernels.size)


def cache_bytes() -> Sample:
    """What the system tells, rounded down to a power of two; what costs.py says where it tells nothing."""
    told = costs.CACHE_BYTES
    for cache in CACHES.glob("index*"):
        if (cache / "level").read_text(encoding="ascii").strip() == "2":
            told = int((cache / "size").read_text(encoding="ascii").strip().removesuffix("K")) * 1024
    return lambda: float(2 ** (told.bit_length() - 1))


MEASURES: dict[str, Callable[[], Sample]] = {
    made.__name__.rstrip("_").upper(): made
    for made in (
        product, thin_product, copy, run, small_call, pass_, weight, fresh, reorder, call, weighed_tap, fourier,
        complex_product, cache_bytes,
    )
}  # fmt: skip
"""The function of each constant, by the constant's name."""


def _gathering(places: int, rows: int, channels: int) -> tuple[Callable[[], object], int]:
    """A block's windows laid out as rows, and the values that this moves."""
    pixels = _some(rows + 2, places + 2, channels)
    windows = np.moveaxis(sliding_window_view(pixels, (3, 3), (0, 1)), 2, -1)
    out = _some(*windows.shape)
    return partial(np.copyto, out, windows), out.size


def _each(call: Callable[[], object], units: float) -> Sample:
    """Nanoseconds of one of a call's units."""
    sampler = Sampler(call, SHORTEST)
    return lambda: 1e9 * sampler.sample() / units


def _some(*shape: int) -> Values:
    """Random values that begin at a cache line, as the plan's do."""
    line = np.random.default_rng(0).random(prod(shape) + ALIGNMENT, np.float32)
    first = -line.ctypes.data // line.itemsize % ALIGNMENT
    return line[first : first + prod(shape)].reshape(shape)
