"""What things cost, in nanoseconds on one thread: the few constants by which the planner chooses among algorithms.

`benchmarks/calibrate.py` measures them. Only their proportions decide anything, and only where two algorithms are
close; a plan prints what they foretell.
"""

from __future__ import annotations

PRODUCT = 0.019
"""One multiplication with its addition in float32, in a matrix product that suits BLAS: some fifty a nanosecond."""

THIN_PRODUCT = 0.025
"""The same in the small products of Winograd's transforms, whose matrices have four or six columns."""

COPY = 0.074
"""Moving one value to a place of another order, in pieces of a pixel's channels."""

RUN = 4.4
"""Beginning one run of neighbouring values within a copy or a sum of several axes."""

SMALL_CALL = 31
"""One of the products that NumPy hands to BLAS in one call."""

PASS = 0.17
"""Reading and writing one value in order, while it is in the second cache."""

WEIGHT = 0.10
"""Fetching one weight from the last cache, or any value that several blocks share there."""

FRESH = 0.48
"""Writing one value to memory that has never been touched: the system must find a page for it."""

REORDER = 0.69
"""Moving one weight of a file into the order of the filters."""

CALL = 1200
"""One call of NumPy with views of several axes."""

WEIGHED_TAP = 0.13
"""One multiplication with its addition in `einsum`."""

FOURIER = 0.45
"""One value times the binary logarithm of how many there are, in a Fourier transform of real values."""

COMPLEX_PRODUCT = 1.6
"""One multiplication of complex values with its addition, by `einsum`."""

CACHE_BYTES = 2**20
"""A core's second cache."""


def products(macs: int, item: int) -> float:
    """Multiplications in a matrix product; float64 fills the registers twice as fast."""
    return macs * PRODUCT * item / 4


def weights_fetched(weights: int, blocks: int, item: int) -> float:
    """Weights are fetched once, or for every block where they are too many to stay."""
    return weights * (blocks if weights * item > CACHE_BYTES else 1) * WEIGHT * item / 4


def made_ready(work: float, images: int, runs: int | None) -> float:
    """Of the work on the weights before the first image, the part of some images; nothing where all are many."""
    return work * min(1.0, images / runs) if runs else 0.0
