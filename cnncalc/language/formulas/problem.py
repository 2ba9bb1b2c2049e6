"""What can go wrong in a formula: a fault that knows its place inside the text, or a value that nobody can know."""

from __future__ import annotations

from cnncalc.codes import Code
from cnncalc.problem import Problem


class Unknown(Exception):
    """A value that cannot be known, because an earlier layer was faulty; it passes through formulas untouched."""


class FormulaProblem(Problem):
    """A fault in a formula; `offset` and `length` say where inside its text, in characters from 0.

    >>> from cnncalc import codes
    >>> FormulaProblem(codes.DIVISION_BY_ZERO, "division by zero", 2, 1).offset
    2
    """

    def __init__(
        self, code: Code, message: str, offset: int, length: int, *, note: str = "", helps: tuple[str, ...] = ()
    ) -> None:
        super().__init__(code, "", message, note=note, helps=helps)
        self.offset = offset
        self.length = length


def placed(fault: Problem, offset: int, length: int) -> FormulaProblem:
    """The same fault with its place inside the formula; one that has a place keeps it."""
    if isinstance(fault, FormulaProblem):
        return fault
    known = FormulaProblem(fault.code, fault.message, offset, length, note=fault.note, helps=fault.helps)
    known.field = fault.field
    known.inputs = fault.inputs
    return known
