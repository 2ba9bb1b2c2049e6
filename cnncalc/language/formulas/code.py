"""Builds a formula's closures from its parts, folding what is constant."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cnncalc.language.formulas.operations import OPERATORS, apply, negative, truth
from cnncalc.language.values.numerals import Value
from cnncalc.problem import Problem

if TYPE_CHECKING:
    from cnncalc.language.formulas.tokens import Token

Lookup: TypeAlias = Callable[[str], Value]
Run: TypeAlias = Callable[[Lookup], Value]


class Code(NamedTuple):
    """A part of a formula: a constant `value`, or what has to `run`."""

    run: Run | None
    value: Value = 0

    @property
    def runner(self) -> Run:
        """What gives the value, also where it is constant."""
        if self.run is not None:
            return self.run
        value = self.value
        return lambda _: value


def constant(value: Value) -> Code:
    """What needs no lookup."""
    return Code(None, value)


def variable(name: str, token: Token) -> Code:
    """The value of a name; a fault of the lookup is placed on the name."""
    return Code(_placed(lambda lookup: lookup(name), *token.place))


def binary(token: Token, left: Code, right: Code) -> Code:
    """Two values and an operator between them."""
    operation, one, other = OPERATORS[token.text], left.runner, right.runner
    return _folded(lambda lookup: operation(one(lookup), other(lookup)), token.place, left, right)


def prefix(token: Token, operand: Code) -> Code:
    """`-x` or `not x`."""
    inner = operand.runner
    if token.text == "-":
        return _folded(lambda lookup: negative(inner(lookup)), token.place, operand)
    return _folded(lambda lookup: not truth(inner(lookup), "what follows `not`"), token.place, operand)


def either(token: Token, left: Code, right: Code) -> Code:
    """`and` or `or`; the right side is evaluated only if the left does not decide."""
    one, other, decisive, name = left.runner, right.runner, token.text == "or", token.text

    def run(lookup: Lookup) -> Value:
        if truth(one(lookup), f"the left of `{name}`") is decisive:
            return decisive
        return truth(other(lookup), f"the right of `{name}`")

    return _folded(run, token.place, left, right)


def choice(yes: Code, condition: Code, no: Code, place: tuple[int, int]) -> Code:
    """`yes if condition else no`; only one of the two is evaluated."""
    chosen, decide, otherwise = yes.runner, condition.runner, no.runner

    def run(lookup: Lookup) -> Value:
        return chosen(lookup) if truth(decide(lookup), "a condition") else otherwise(lookup)

    return _folded(run, place, yes, condition, no)


def call(token: Token, arguments: list[Code]) -> Code:
    """A function of its arguments."""
    inner, name = [argument.runner for argument in arguments], token.text
    return _folded(lambda lookup: apply(name, [argument(lookup) for argument in inner]), token.place, *arguments)


def _placed(compute: Run, offset: int, length: int) -> Run:
    """The same, with its faults placed inside the formula; those of its parts have a place already."""

    def run(lookup: Lookup) -> Value:
        try:
            return compute(lookup)
        except Problem as fault:
            raise fault.within(offset, length) from None

    return run


def _folded(compute: Run, place: tuple[int, int], *parts: Code) -> Code:
    """The code of a computation at a place, done at once if all its parts are constant.

    A fault is left for the evaluation: `1/0 if $a else 2` is well unless it is reached.
    """
    run = _placed(compute, *place)
    if any(part.run is not None for part in parts):
        return Code(run)
    try:
        return constant(run(_nothing))
    except Problem:
        return Code(run)


def _nothing(name: str) -> Value:
    raise AssertionError(f"a constant asked for {name}")
