"""The errors that convolutions may have whose algorithm is no sum of products in some order.

Each is a function of a node, of the map that it reads and of its weights, and gives the bound of every output in units
of the unit roundoff u, to first order and before the bias, which rounds once more.

**Winograd.** With exact transforms the outputs of a tile are A^T [sum over channels of (G g G^T) * (B^T d B)] A.
Whatever is computed is a sum of the same terms, each with some roundings, so the error is at most

    (channels + roundings) x u x |A^T| [sum over channels of (|G| |g| |G^T|) * (|B^T| |d| |B|)] |A|

with these roundings on the way of a term: a sum of k products rounds k times, and an entry of a matrix once. A kernel's
transform is one sum of 9 products with entries of G x G, in float64 themselves products: 9 + 3. The two others are two
sums each, as long as a row of B^T or of A^T has entries that are not 0. The product rounds once, and the sum over
channels once less often than there are channels.

**Fourier.** Norms are Euclidean. A transform of n places is log2(n) stages or fewer, each a sum of r terms, r being 2,
3, 4 or 5, and a product with a rotation. A complex product is off by sqrt(5) u at most (Brent, Percival and Zimmermann
2007), and |F_r| has sqrt(r) times the norm of F_r. A stage of radix 5 adds sqrt(5) (sqrt(5) + 4) u for its sum and
2 sqrt(5) u for its rotation, below 19 u for log2(5) = 2.3; the others add less: below 9 u for each unit of log2(n),
relative to the norm (Higham 2002, section 24.1). What a wrong spectrum of map or kernel does to an output is at most
its error times |map| |kernel| (Cauchy and Schwarz); what the transform back does is its error times the norm of all
that it gives, the correlation with its cyclic ends. Together:

    u x ((18 log2(n) + channels + 4) |map| |kernel| + (9 log2(n) + 2) |cyclic correlation|)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import log2, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnncalc.executor.fast.algorithms.toom_cook import POINTS, transforms
from cnncalc.network import Node

Array = NDArray[np.float64]

TAPS = 3


def winograd(outputs: int, node: Node, x: Array, weight: Array) -> Array:
    """The bound for F(outputs x outputs, 3 x 3)."""
    sizes = tuple(np.abs(matrix) for matrix in matrices(outputs))
    channels = x.shape[-1]
    return np.asarray((channels + roundings(outputs)) * through_tiles(sizes, node, np.abs(x), np.abs(weight)))


def matrices(outputs: int) -> tuple[Array, ...]:
    """B^T, G and A^T."""
    return tuple(np.array(matrix, float) for matrix in transforms(outputs, TAPS, POINTS[outputs]))


def roundings(outputs: int) -> int:
    """How often a term rounds on its way, but for the sum over channels."""
    data, _, back = matrices(outputs)
    return TAPS**2 + 3 + sum(2 * (int((matrix != 0).sum(1).max()) + 1) for matrix in (data, back))


def through_tiles(by: tuple[Array, ...], node: Node, x: Array, weight: Array) -> Array:
    """Tiles side by side from the first output on, through three matrices and back: (*places, filters)."""
    data, kernel, back = by
    tiles = tiles_of(node, x, len(back))
    points = np.einsum("pi,qj,fcij->pqcf", kernel, kernel, weight)
    transformed = np.einsum("pi,qj,yxijc->yxpqc", data, data, tiles)
    sums = np.einsum("yxpqc,pqcf->yxpqf", transformed, points)
    ends = np.einsum("mp,nq,yxpqf->ymxnf", back, back, sums)
    rows, columns = node.volume.sizes
    return np.asarray(ends.reshape(len(tiles) * len(back), -1, len(weight))[:rows, :columns])


def tiles_of(node: Node, x: Array, outputs: int) -> Array:
    """The pixels under each tile, zeros where there are none: (rows, columns, size, size, channels)."""
    size = outputs + TAPS - 1
    counts = [-(-places // outputs) for places in node.volume.sizes]
    befores = [window.before for window in node.layer.windows(node.read[0])]
    room = np.zeros((*(count * outputs + TAPS - 1 for count in counts), x.shape[-1]))
    inside = [slice(before, before + length) for before, length in zip(befores, x.shape[:2], strict=True)]
    room[inside[0], inside[1]] = x[: room.shape[0] - befores[0], : room.shape[1] - befores[1]]
    rows, columns = (range(0, count * outputs, outputs) for count in counts)
    return np.array([[room[row : row + size, column : column + size] for column in columns] for row in rows])


def fourier(node: Node, x: Array, weight: Array) -> Array:
    """The bound for a product of spectra; each depthwise filter has a map of its own."""
    spectra = correlation_spectra(node, x, weight)
    places = prod(spectra.shape[1:])
    steps, channels = log2(places), weight.shape[1]
    is_depthwise = channels < x.shape[-1]
    maps = np.sqrt((x**2).sum(tuple(range(x.ndim - 1)) if is_depthwise else None))
    kernels = np.sqrt((weight**2).sum(tuple(range(1, weight.ndim))))
    given = np.sqrt((np.abs(spectra) ** 2).sum(tuple(range(1, spectra.ndim))) / places)
    bound = (18 * steps + channels + 4) * maps * kernels + (9 * steps + 2) * given
    return np.broadcast_to(bound, node.volume).copy()


def correlation_spectra(node: Node, x: Array, weight: Array) -> NDArray[np.complex128]:
    """The spectrum of each filter's cyclic correlation, (filters, *frequencies); leading zeros stand before the map."""
    windows = node.layer.windows(node.read[0])
    reach = [window.before + size + window.after for window, size in zip(windows, x.shape[:-1], strict=True)]
    lengths = [smooth(length) for length in reach]
    spread = np.zeros((*weight.shape[:2], *lengths))
    spread[(slice(None), slice(None), *(slice(None, window.extent, window.dilation) for window in windows))] = weight
    padded = np.pad(np.moveaxis(x, -1, 0), [(0, 0), *((window.before, 0) for window in windows)])
    axes = tuple(range(1, x.ndim))
    maps = np.fft.fftn(padded, lengths, axes=axes)
    kernels = np.conj(np.fft.fftn(spread, axes=tuple(axis + 1 for axis in axes)))
    if weight.shape[1] < len(maps):
        return np.asarray(maps * kernels[:, 0])
    return np.asarray(np.einsum("c...,fc...->f...", maps, kernels))


def smooth(length: int) -> int:
    """The least length from `length` on without a prime factor above 5."""
    return next(n for n in range(length, 2 * length + 1) if 30**20 % n == 0)


STATED: dict[str, Callable[[Any, Array, Array], Array]] = {
    "winograd2": partial(winograd, 2),
    "winograd4": partial(winograd, 4),
    "fourier": fourier,
}
"""Bounds by the names of algorithms; whatever is not here adds up products, in any order."""
