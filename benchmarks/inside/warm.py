"""One image through a plan that is ready, beside matrix products of as many MACs: `warm NETWORK ROUNDS`.

`one product` is the n x n x n float32 product, n the cube root of the network's MACs: the shape that BLAS likes best.
`the layers' products` are those that the layers themselves amount to, (places x inner) @ (inner x filters) for each
convolution and fully connected layer in turn, without gathering their columns and without anything between them; what a
grouped convolution multiplies is counted as one such product.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

import cnncalc
from benchmarks.inside.blas import blas
from benchmarks.timing import Sampler, interleaved, milliseconds, ratio, spread
from cnncalc.analysis import Report
from cnncalc.executor.fast import Plan
from cnncalc.network import Network


def one_product(macs: int) -> Callable[[], object]:
    """The square product of as many MACs."""
    side = round(macs ** (1 / 3))
    left, right = _values(side, side), _values(side, side)
    out = np.empty((side, side), np.float32)
    return lambda: np.matmul(left, right, out=out)


def layers_products(report: Report) -> Callable[[], object]:
    """The products of the layers, one after the other, each from arrays of its own into one that is there already."""
    products = []
    for row in report.layers:
        if not row.macs:
            continue
        *places, filters = row.output
        inner = row.macs // prod(row.output)
        out = np.empty((prod(places), filters), np.float32)
        products.append((_values(prod(places), inner), _values(inner, filters), out))

    def multiply() -> None:
        for left, right, out in products:
            np.matmul(left, right, out=out)

    return multiply


def image_through(network: Network) -> Callable[[], object]:
    """One image through a plan."""
    plan = Plan(network, cnncalc.init_weights(network))
    image = _values(1, *network.inputs["input"].volume)
    return lambda: plan.run(image)


def _values(*shape: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(0).random(shape, np.float32) - np.float32(0.5)


def main() -> None:
    name, rounds = sys.argv[1:]
    network = cnncalc.load(name)
    report = cnncalc.analyze(network)
    macs = report.totals.macs
    calls = {
        "one product": one_product(macs),
        "the layers' products": layers_products(report),
        "image": image_through(network),
    }
    seconds = interleaved({what: Sampler(call).sample for what, call in calls.items()}, int(rounds))
    measured = {
        "macs": macs,
        "blas": blas(),
        "ms": {what: milliseconds(samples) for what, samples in seconds.items()},
        "gflops": {what: spread(2e-9 * macs / sample for sample in samples) for what, samples in seconds.items()},
        "ratio": {what: ratio(seconds, "image", what) for what in seconds},
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
