"""Whatever is done to numbers that remember, the formula that they print gives their value."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from cnncalc.derivation.expression import Letter
from cnncalc.derivation.traced import plain, term_of, traced
from cnncalc.exact import least, most, ratio
from cnncalc.render.formula import LETTERS, NUMBERS, formula
from tests.derivation.evaluator import evaluate

OPERATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "x": operator.mul,
    "/": ratio,
    "floor": operator.floordiv,
    "ceil": lambda first, second: -(-first // second),
    "min": least,
    "max": most,
}
VALUES = {"W": 7, "F": 3, "S": 2, "one": 1, "none": 0}


@given(st.lists(st.tuples(st.sampled_from([*OPERATIONS]), st.sampled_from([*VALUES, 0, 1, 2, "again"]), st.booleans())))
@example([("-", 1, False), ("+", 1, False)])
@example([("-", "S", False), ("-", "S", False)])
@example([("+", "S", False), ("+", "S", False)])
def test_a_formula_gives_the_number_that_remembers_it(steps: list[tuple[str, str | int, bool]]) -> None:
    number = traced(7, Letter("W", 7))
    for sign, other, turned in steps[:6]:
        second = (
            number
            if other == "again"
            else traced(VALUES[other], Letter(other, VALUES[other]))
            if other in VALUES
            else other
        )
        first, second = (second, number) if turned else (number, second)
        if second == 0 and sign in {"/", "floor", "ceil"}:
            continue
        number = OPERATIONS[sign](first, second)
        letters = {name: Fraction(value) for name, value in VALUES.items()}
        assert evaluate(formula(term_of(number), LETTERS), letters) == plain(number)
        assert evaluate(formula(term_of(number), NUMBERS)) == plain(number)
