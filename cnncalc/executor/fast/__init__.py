"""The fast executor: a planner that looks at the whole network once, and algorithms that compute what it laid out.

What computes a kind is registered for it: a function of arrays with `forward`, or algorithms with `algorithms_of`.
"""

from cnncalc.executor.fast.algorithms.algorithm import algorithms_of
from cnncalc.executor.fast.kinds import forward
from cnncalc.executor.fast.need import needed
from cnncalc.executor.fast.plain import joining, normalisation, pooling, rearranging
from cnncalc.executor.fast.plan import Plan, run
from cnncalc.executor.fast.strips.passes import run_within

__all__ = ["Plan", "algorithms_of", "forward", "needed", "run", "run_within"]

FAMILIES = (joining, normalisation, pooling, rearranging)
"""Importing a family registers its functions with `forward`."""
