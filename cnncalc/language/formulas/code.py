"""Builds a formula's closures from its parts, folding what is constant."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cnncalc.language.formulas.operations import OPERATORS, apply, negative, truth
from cnncalc.language.formulas.problem import placed
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
    offset, length = token.offset, len(token.text)

    def run(lookup: Lookup) -> Value:
        try:
            return lookup(name)
        except Problem as fault:
            raise placed(fault, offset, length) from None

    return Code(run)


def binary(token: Token, left: Code, right: Code) -> Code:
    """Two values and an operator between them."""
    operation = OPERATORS[token.text]
    one, other, offset, length = left.runner, right.runner, token.offset, len(token.text)

    def run(lookup: Lookup) -> Value:
        a = one(lookup)
        b = other(lookup)
        try:
            return operation(a, b)
        except Problem as fault:
            raise placed(fault, offset, length) from None

    return _folded(run, left, right)


def prefix(token: Token, operand: Code) -> Code:
    """`-x` or `not x`."""
    inner, offset, length = operand.runner, token.offset, len(token.text)

    def run(lookup: Lookup) -> Value:
        value = inner(lookup)
        try:
            return negative(value) if token.text == "-" else not truth(value, "what `not` stands before")
        except Problem as fault:
            raise placed(fault, offset, length) from None

    return _folded(run, operand)


def either(token: Token, left: Code, right: Code) -> Code:
    """`and` or `or`; the right side is evaluated only if the left does not decide."""
    one, other, offset, length = left.runner, right.runner, token.offset, len(token.text)
    decisive, name = token.text == "or", token.text

    def run(lookup: Lookup) -> Value:
        try:
            if truth(one(lookup), f"the left of `{name}`") is decisive:
                return decisive
            return truth(other(lookup), f"the right of `{name}`")
        except Problem as fault:
            raise placed(fault, offset, length) from None

    return _folded(run, left, right)


def choice(yes: Code, condition: Code, no: Code, place: tuple[int, int]) -> Code:
    """`yes if condition else no`; only one of the two is evaluated."""
    chosen, decide, otherwise = yes.runner, condition.runner, no.runner

    def run(lookup: Lookup) -> Value:
        flag = decide(lookup)
        if flag is True:
            return chosen(lookup)
        if flag is False:
            return otherwise(lookup)
        try:
            return truth(flag, "a condition")
        except Problem as fault:
            raise placed(fault, *place) from None

    return _folded(run, yes, condition, no)


def call(token: Token, arguments: list[Code]) -> Code:
    """A function of its arguments."""
    inner, name, offset, length = [argument.runner for argument in arguments], token.text, token.offset, len(token.text)

    def run(lookup: Lookup) -> Value:
        values = [argument(lookup) for argument in inner]
        try:
            return apply(name, values)
        except Problem as fault:
            raise placed(fault, offset, length) from None

    return _folded(run, *arguments)


def _folded(run: Run, *parts: Code) -> Code:
    """The code, computed at once if all its parts are constant.

    A fault is left for the evaluation: `1/0 if $a else 2` is well unless it is reached.
    """
    if any(part.run is not None for part in parts):
        return Code(run)
    try:
        return constant(run(_nothing))
    except Problem:
        return Code(run)


def _nothing(name: str) -> Value:
    raise AssertionError(f"a constant asked for {name}")
