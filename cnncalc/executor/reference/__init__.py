"""The definitions as a reader would write them, for small inputs, on any type of scalar; the fast executor's judge."""

from cnncalc.executor.reference import activation, conv, dense, join, norm, pool, reshape
from cnncalc.executor.reference.arithmetic import ARITHMETICS, FLOAT64, Arithmetic, Elementwise
from cnncalc.executor.reference.forward import forward
from cnncalc.executor.reference.running import run, steps

__all__ = ["ARITHMETICS", "FLOAT64", "Arithmetic", "Elementwise", "forward", "run", "steps"]

# Importing a family registers its definitions with `forward`.
FAMILIES = (activation, conv, dense, join, norm, pool, reshape)
