"""What a window says in words is what it computes: its formula, and why a kernel does not fit."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.problem import Problem
from cnncalc.window import Window


@given(st.integers(1, 2000), st.integers(1, 1000), st.integers(0, 5), st.integers(1, 900))
def test_the_formula_gives_the_nearest_hundredth_halves_up_and_no_negative_zero(kernel, stride, padding, size):
    value = Window(kernel, stride, padding).formula(size).split(" = ")[1]
    exact = Fraction(size - kernel + padding, stride) + 1
    assert not re.fullmatch(r"-0\.0*", value)
    if exact.denominator == 1:
        assert value == str(exact)
    else:
        assert re.fullmatch(r"-?\d+\.\d\d", value)
        assert -Fraction(1, 200) < Fraction(value) - exact <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("kernel", "stride", "size", "value"),
    [(4, 3, 1, "0"), (600, 300, 301, "0.00"), (600, 300, 303, "0.01"), (600, 300, 297, "-0.01"), (10, 4, 1, "-1.25")],
)
def test_near_zero_the_sign_is_that_of_the_hundredth(kernel, stride, size, value):
    assert Window(kernel, stride).formula(size).endswith(f" = {value}")


@pytest.mark.parametrize(
    ("window", "message"),
    [
        (Window(4), "a kernel of 4 does not fit into 3"),
        (Window(3, dilation=2), "a kernel of 3, 5 with dilation 2, does not fit into 3"),
        (Window(3, dilation=3), "a kernel of 3, 7 with dilation 3, does not fit into 3"),
        (Window(5, before=1), "a kernel of 5 does not fit into 4 (3 + 1 of padding)"),
        (Window(3, before=1, dilation=2), "a kernel of 3, 5 with dilation 2, does not fit into 4 (3 + 1 of padding)"),
    ],
)
def test_a_kernel_that_does_not_fit_says_what_makes_it_so_large_and_the_image_so_small(window, message):
    with pytest.raises(Problem) as refused:
        window.count(3)
    assert refused.value.message == message
