"""Measures one image through a plan that is ready, beside matrix products of as many MACs; executor.py calls it.

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
from time import perf_counter
from typing import Any

import measuring
import numpy as np
from blas import blas

import cnncalc
from cnncalc.analysis import Report
from cnncalc.executor.fast import Plan
from cnncalc.network import Network

SHORTEST = 0.02
"""Seconds that one sample takes at least: calls that are faster are repeated in it."""


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


def sampled(call: Callable[[], object]) -> Callable[[], float]:
    """Seconds of a call, from a sample that is long enough to be told from noise."""
    call()
    begin = perf_counter()
    call()
    repeats = max(1, int(SHORTEST / (perf_counter() - begin)))

    def sample() -> float:
        begin = perf_counter()
        for _ in range(repeats):
            call()
        return (perf_counter() - begin) / repeats

    return sample


def main() -> None:
    name, rounds = sys.argv[1:]
    network = cnncalc.load(name)
    report = cnncalc.analyze(network)
    macs = report.totals.macs
    actions = {
        "one product": sampled(one_product(macs)),
        "the layers' products": sampled(layers_products(report)),
        "image": sampled(image_through(network)),
    }
    seconds = measuring.interleaved(actions, int(rounds))
    images = seconds["image"]
    measured = {
        "macs": macs,
        "blas": blas(),
        "ms": {what: measuring.spread(1000 * sample for sample in samples) for what, samples in seconds.items()},
        "gflops": {
            what: measuring.spread(2e-9 * macs / sample for sample in samples) for what, samples in seconds.items()
        },
        "ratio": {
            what: measuring.spread(image / by for image, by in zip(images, samples, strict=True))
            for what, samples in seconds.items()
        },
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
