"""The definitions as a reader would write them, for small inputs, on any type of scalar; the fast executor's judge."""

from cnncalc.executor.reference import activation, conv, dense, join, norm, pool, reshape
from cnncalc.executor.reference.arithmetic import ARITHMETICS, FLOAT32, FLOAT64, Arithmetic, Elementwise, Values
from cnncalc.executor.reference.forward import forward
from cnncalc.executor.reference.running import Moment, ObservedTrace, Step, run, steps

__all__ = [
    "ARITHMETICS",
    "FLOAT32",
    "FLOAT64",
    "Arithmetic",
    "Elementwise",
    "Moment",
    "ObservedTrace",
    "Step",
    "Values",
    "forward",
    "run",
    "steps",
]

# Importing a family registers its definitions with `forward`.
FAMILIES = (activation, conv, dense, join, norm, pool, reshape)
