"""The fast executor: every kind of layer on float32 or float64 arrays, channels last, by blocked matrix products."""

from cnncalc.executor.fast import (
    activation,
    convolution,
    fully_connected,
    joining,
    normalisation,
    pooling,
    rearranging,
    transposed,
    upsampling,
)
from cnncalc.executor.fast.need import needed
from cnncalc.executor.fast.plan import Plan, run

__all__ = [
    "Plan",
    "activation",
    "convolution",
    "fully_connected",
    "joining",
    "needed",
    "normalisation",
    "pooling",
    "rearranging",
    "run",
    "transposed",
    "upsampling",
]
