"""The fast executor: a planner that looks at the whole network once, and algorithms that compute what it laid out."""

from cnncalc.executor.fast.need import needed
from cnncalc.executor.fast.plain import joining, normalisation, pooling, rearranging, upsampling, whole
from cnncalc.executor.fast.plan import Plan, run
from cnncalc.executor.fast.strips.within import run_within

__all__ = [
    "Plan",
    "joining",
    "needed",
    "normalisation",
    "pooling",
    "rearranging",
    "run",
    "run_within",
    "upsampling",
    "whole",
]
