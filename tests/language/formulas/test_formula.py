"""Formulas: their values against separate arithmetic, their faults, and that no text can hurt."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from cnncalc import codes
from cnncalc.language.formulas.formula import Unknown, compile_formula
from cnncalc.problem import Problem
from tests.steps import steps

VALUES: dict[str, Any] = {
    "a": 7,
    "b": -3,
    "half": Fraction(1, 2),
    "yes": True,
    "act": "relu",
    "k": (3, 3),
    "input.channels": 24,
    "previous.height": 56,
}


def value_of(text):
    return compile_formula(text).evaluate(VALUES.__getitem__)


def value_or_fault_of(text):
    try:
        return value_of(text)
    except Problem as fault:
        return fault


def fault_of(text):
    with pytest.raises(Problem) as caught:
        value_of(text)
    fault = caught.value
    return fault.code, fault.message, marked(text, fault), fault.proposals


def marked(text, fault):
    """What the caret of a fault stands under."""
    offset, length = fault.inside
    return text[offset : offset + length]


# --- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/3*3", 1),
        ("0.1 + 0.2 == 0.3", True),
        ("1e-4 * 10000", 1),
        ("-2**2", -4),
        ("2**-1", Fraction(1, 2)),
        ("7**0", 1),
        ("0**0", 1),
        ("7**-0", 1),
        ("1**64 + 1**-64", 2),
        ("2**3**2", 512),
        ("(2**3)**2", 64),
        ("7 // -2", -4),
        ("-7 % 3", 2),
        ("-7 // 2 * 2 + -7 % 2", -7),
        ("2 + 3 * 4", 14),
        ("10 - 4 - 3", 3),
        ("--$a", 7),
        ("not true or true", True),
        ("not (true or true)", False),
        ("not 1 == 2", True),
        ("true or false and false", True),
        ("1 if $yes else 2 if $yes else 3", 1),
        ("$a*$input.channels", 168),
        ("$input.channels-1", 23),
        ("$act == 'relu'", True),
        ('$act != "relu"', False),
        ("'relu' if $yes else 'none'", "relu"),
        ("$k == 3x3", True),
        ("$k == 3", True),
        ("$k == 1", False),
        ("1 == $k", False),
        ("$k", (3, 3)),
        ("3x3 if $a > 5 else 1x1", (3, 3)),
        ("true == 1", False),
        ("$act == 1", False),
        ("min(3, 1, 2) + max(1/2, 0.25)", Fraction(3, 2)),
        ("abs(-3/2)", Fraction(3, 2)),
        ("ceil(-1/2)", 0),
        ("floor(-1/2)", -1),
        ("round(0.5)", 1),
        ("round(-0.5)", -1),
        ("round(2.5)", 3),
        ("round(2.4)", 2),
    ],
)
def test_a_formula_has_the_value_that_school_arithmetic_gives_it(text, value):
    found = value_of(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", ["1.0", "4/2", "0.5*4", "2**-1*2", "$half + $half", "round(1/2)", "abs(-4/2)"])
def test_a_whole_value_is_always_a_plain_int(text):
    assert type(value_of(text)) is int


def test_integers_alone_never_import_fractions():
    script = (
        "import sys; from cnncalc.language.formulas.formula import compile_formula as c; "
        "from cnncalc.language.values.limits import limit; from cnncalc.language.values.numerals import number; "
        "c('divisible(32 * $a) if $a > 1 else 6/2').evaluate(lambda name: 2); limit('5M'); "
        "number('1.50e2'); "
        "sys.exit('fractions' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def make_divisible(value, divisor=8):
    """As the MobileNet authors have it, in exact numbers."""
    nearest = max(divisor, math.floor(value + Fraction(divisor, 2)) // divisor * divisor)
    if nearest < Fraction(9, 10) * value:
        nearest += divisor
    return nearest


@given(st.integers(0, 4000), st.integers(1, 20), st.integers(1, 33))
def test_divisible_is_the_mobilenet_authors_rounding(above, below, divisor):
    assert value_of(f"divisible({above}/{below}, {divisor})") == make_divisible(Fraction(above, below), divisor)


def test_divisible_never_drops_more_than_a_tenth():
    assert value_of("divisible(11)") == 16
    assert value_of("divisible(9)") == 16
    assert value_of("divisible(8)") == 8


numbers = st.one_of(
    st.integers(0, 999).map(lambda n: (str(n), Fraction(n))),
    st.tuples(st.integers(0, 99), st.integers(0, 99)).map(
        lambda pair: (f"{pair[0]}.{pair[1]:02}", Fraction(pair[0] * 100 + pair[1], 100))
    ),
    st.sampled_from([("$a", Fraction(7)), ("$b", Fraction(-3)), ("$half", Fraction(1, 2))]),
)


def compounds(children):
    """Bigger expressions as text with the value that Fraction's own operators give, or None where there is none."""

    def join(sign, left, right):
        (one, a), (other, b) = left, right
        if a is None or b is None or (sign in {"/", "//", "%"} and b == 0):
            return f"({one}) {sign} ({other})", None
        return f"({one}){sign}({other})", Fraction(
            {"+": a + b, "-": a - b, "*": a * b}[sign]
            if sign in "+-*"
            else {"/": a / b, "//": Fraction(a // b), "%": a % b}[sign]
        )

    def signed(child):
        return f"-({child[0]})", None if child[1] is None else -child[1]

    def called(name, child):
        text, value = child
        rules: dict[str, Callable[[Fraction], Any]] = {
            "abs": abs,
            "floor": math.floor,
            "ceil": math.ceil,
            "round": lambda v: (1 if v > 0 else -1) * math.floor(abs(v) + Fraction(1, 2)),
        }
        return f"{name}({text})", None if value is None else Fraction(rules[name](value))

    return st.one_of(
        st.builds(join, st.sampled_from(["+", "-", "*", "/", "//", "%"]), children, children),
        st.builds(signed, children),
        st.builds(called, st.sampled_from(["abs", "floor", "ceil", "round"]), children),
    )


@given(st.recursive(numbers, compounds, max_leaves=12))
def test_arithmetic_is_that_of_exact_fractions(case):
    text, value = case
    assume(len(text) <= 300)
    if value is None:
        assert fault_of(text)[0] in {"CNN247", "CNN248"}
    elif abs(value) >= 10**12 or abs(value.numerator) >= 10**18 or value.denominator > 10**18:
        assert fault_of(text)[0] == "CNN252"
    else:
        assert value_of(text) == value


sums = st.lists(
    st.tuples(
        st.sampled_from(["+", "-", "*", "/", "//", "%", "**"]), st.sampled_from(["", "-", "--"]), st.integers(1, 4)
    ),
    max_size=4,
).map(lambda steps: "2" + "".join(f" {sign} {minus}{n}" for sign, minus, n in steps))
conditions = st.lists(
    st.tuples(
        st.sampled_from(["and", "or"]), st.sampled_from(["", "not "]), sums, st.sampled_from(["<", "==", ">="]), sums
    ),
    min_size=1,
    max_size=4,
).map(lambda steps: "true" + "".join(f" {word} {no}{a} {sign} {b}" for word, no, a, sign, b in steps))
choices = st.tuples(sums, conditions, sums, conditions, sums).map(
    "{0[0]} if {0[1]} else {0[2]} if {0[3]} else {0[4]}".format
)


@given(st.one_of(sums, conditions, choices))
def test_precedence_is_pythons(text):
    assume(len(text) <= 300)
    exact = re.sub(r"([0-9]+)", r"F(\1)", text)
    try:
        expected = eval(exact, {"F": Fraction, "true": True})  # noqa: S307 - the oracle is Python itself
    except (ZeroDivisionError, OverflowError):
        assume(False)
    found = value_or_fault_of(text)
    assert found == expected or (isinstance(found, Problem) and found.code in {"CNN248", "CNN252"})


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_comparisons_agree_with_pythons(a, b):
    for sign, truth in {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}.items():
        assert compile_formula(f"$p {sign} $q").evaluate({"p": a, "q": b}.__getitem__) is truth


# --- names ------------------------------------------------------------------------------------------------------------


def test_a_formula_knows_the_names_it_refers_to_and_where_they_stand():
    formula = compile_formula("$width * $input.channels + $width")
    assert formula.names == {"width", "input.channels"}
    assert formula.places == {"width": (0, 6), "input.channels": (9, 15)}


def test_names_may_be_of_any_script():
    assert compile_formula("$größe + 1").evaluate({"größe": 2}.__getitem__) == 3


def test_formulas_of_the_same_text_are_equal():
    assert compile_formula("$a") == compile_formula("$a")
    assert compile_formula("$a") != compile_formula("$b")
    assert len({compile_formula("$a"), compile_formula("$a")}) == 1


@pytest.mark.parametrize(
    "text", ["false and $gone", "true or $gone", "1 if true else $gone", "$gone if false else 1", "1/0 if false else 1"]
)
def test_only_what_is_needed_is_evaluated(text):
    def lookup(name):
        raise AssertionError(name)

    compile_formula(text).evaluate(lookup)


@pytest.mark.parametrize("text", ["$a", "$a + 1", "max($a, 2)", "not $a", "-$a", "1 if $a else 2", "$a and true"])
def test_an_unknown_value_passes_through_untouched(text):
    unknown = Unknown("an earlier layer")

    def lookup(name):
        raise unknown

    with pytest.raises(Unknown) as caught:
        compile_formula(text).evaluate(lookup)
    assert caught.value is unknown


@pytest.mark.parametrize("text", ["$gone", "1 + $gone", "max(1, $gone)", "true and $gone"])
def test_a_lookups_fault_is_placed_on_the_name(text):
    def lookup(name):
        raise Problem(codes.Code("CNN299"), f"no {name}", field="filters", helps="a help")

    with pytest.raises(Problem, match="no gone") as caught:
        compile_formula(text).evaluate(lookup)
    fault = caught.value
    assert (fault.code, fault.field, fault.proposals) == ("CNN299", "filters", ("a help",))
    assert marked(text, fault) == "$gone"


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "message", "place", "help_line"),
    [
        ("", "CNN240", "the formula is empty", "", None),
        ("2 *", "CNN240", "a value is missing after `*`", "*", None),
        ("* 2", "CNN240", "a value is due, not `*`", "*", None),
        ("(1 + 2", "CNN240", "this bracket is never closed", "(", "close it with )"),
        ("max(1", "CNN240", "this bracket is never closed", "(", "quotes around the whole formula"),
        ("$c)", "CNN240", "this bracket was never opened", ")", "quotes around the whole formula"),
        ("1, 2", "CNN240", "a comma belongs only between the arguments", ",", None),
        ("2 $a", "CNN240", "an operator is missing between `2` and `$a`", "$a", "write `2 * $a`"),
        ("3 x 3", "CNN240", "`x` is not an operator", "x", "as in 3x3"),
        ("1 if true", "CNN240", "`if` needs an `else`", "", None),
        ("1 else 2", "CNN240", "`else` has no `if`", "else", "x if condition else y"),
        ("'relu", "CNN240", "the quote ' is never closed", "'", None),
        ("+5", "CNN240", "`+` has nothing to its left", "+", "leave it out"),
        ("1 + ;", "CNN240", "`;` means nothing", ";", None),
        ("1\u00a0+ 2", "CNN240", "U+00A0", "\u00a0", None),
        ("$a && $b", "CNN241", "`&&` means nothing", "&&", "write `and`"),
        ("$a || $b", "CNN241", "`||` means nothing", "||", "write `or`"),
        ("!$a", "CNN241", "`!` means nothing", "!", "write `not`"),
        ("2^3", "CNN241", "`^` means nothing", "^", "write `**`"),
        ("$a = 3", "CNN241", "`=` means nothing", "=", "write `==`"),
        ("$a ? 1 : 2", "CNN241", "`?` means nothing", "?", "x if condition else y"),
        ("$a AND $b", "CNN241", "`AND` means nothing", "AND", "write `and`"),
        ("True", "CNN241", "`True` means nothing", "True", "write `true`"),
        ("$a mod 3", "CNN241", "`mod` means nothing", "mod", "write `%`"),
        ("mx(1, 2)", "CNN242", "unknown function `mx`", "mx", "did you mean `max`"),
        ("int($a)", "CNN242", "unknown function `int`", "int", "did you mean `floor`"),
        ("sqrt(4)", "CNN242", "unknown function `sqrt`", "sqrt", "min, max"),
        ("max(1)", "CNN242", "max() takes at least 2 arguments, but got 1", "max", None),
        ("abs()", "CNN242", "abs() takes 1 argument, but got 0", "abs", None),
        ("divisible(1, 2, 3)", "CNN242", "takes 1 or 2 arguments, but got 3", "divisible", None),
        ("width * 2", "CNN243", "`width` is a bare word", "width", "`$width`"),
        ("$a == relu", "CNN243", "`relu` is a bare word", "relu", "`'relu'`"),
        ("$ + 1", "CNN244", "`$` is not followed by a name", "$", "as in $width"),
        ("${width}", "CNN244", "`$` is not followed by a name", "${width}", "write `$width`"),
        ("$input.chanels", "CNN244", "has no attribute `chanels`", "$input.chanels", "`$input.channels`"),
        ("$input.shape", "CNN244", "has no attribute `shape`", "$input.shape", "`$input.size`"),
        ("$input", "CNN244", "`$input` is a tensor", "$input", "`$input.channels`"),
        ("1 < $a < 9", "CNN245", "comparisons cannot be chained", "<", "write `and $a <` here"),
        ("'relu' * 2", "CNN246", "`*` works on numbers, but got the word 'relu'", "*", None),
        ("true + 1", "CNN246", "`+` works on numbers, but got true", "+", None),
        ("$k * 2", "CNN246", "got the size 3x3", "*", None),
        ("'a' < 'b'", "CNN246", "`<` works on numbers", "<", None),
        ("-'a'", "CNN246", "`-` works on numbers", "-", None),
        ("max(1, 'a')", "CNN246", "`max()` works on numbers", "max", None),
        ("1 if $a else 2", "CNN246", "a condition must be true or false, but is the number 7", "$a", None),
        ("$a and true", "CNN246", "the left of `and` must be true or false", "and", None),
        ("false or 1", "CNN246", "the right of `or` must be true or false", "or", None),
        ("not 1", "CNN246", "what follows `not` must be true or false", "not", None),
        ("divisible(8, 0)", "CNN246", "whole divisor of 1 or more, but got 0", "divisible", None),
        ("1 + 3/($a - 7)", "CNN247", "division by zero: 3 / 0", "/", None),
        ("3 // 0", "CNN247", "division by zero: 3 // 0", "//", None),
        ("3 % 0", "CNN247", "division by zero: 3 % 0", "%", None),
        ("0 ** -1", "CNN247", "division by zero: 1 / 0", "**", None),
        ("2 ** 0.5", "CNN248", "the exponent 0.5 is not a whole number", "**", None),
        ("2 ** 65", "CNN248", "the exponent 65 is beyond 64", "**", None),
        ("2 ** -65", "CNN248", "the exponent -65 is beyond 64", "**", None),
        ("1 + 1" * 61, "CNN249", "a formula of 305 characters is too long: 300 at most", "1", "`vars`"),
        ("(" * 70 + "1" + ")" * 70, "CNN249", "nests deeper than 64 levels", "(", None),
        ("010 + 1", "CNN250", "`010` starts with a zero", "010", "write `10`"),
        ("$act == '3'", "CNN251", "'3' is a word", "'3'", "remove the quotes: `3`"),
        ("10**12", "CNN252", "1000000000000 is too large", "10**12", None),
        ("1 + 1e400", "CNN252", "1e400 is out of range", "1e400", None),
        ("2width", "CNN253", "`2width` is not a number", "2width", None),
    ],
)
def test_a_fault_says_what_and_where(text, code, message, place, help_line):
    found_code, found, found_place, helps = fault_of(text)
    assert found_code == code
    assert message in found
    assert found_place == place
    assert bool(helps) == bool(help_line)
    assert (help_line or "") in " ".join(helps)


# --- limits -----------------------------------------------------------------------------------------------------------


def test_the_largest_values_are_admitted_and_the_next_are_not():
    assert value_of("10**12 - 1") == 10**12 - 1
    assert value_of("1 - 10**12") == 1 - 10**12
    assert fault_of("10**12 - 0")[0] == "CNN252"
    assert fault_of("-10**12")[0] == "CNN252"
    assert value_of("1/(10**18)") == Fraction(1, 10**18)
    assert fault_of("1/(10**18 + 1)")[0] == "CNN252"


def test_steps_may_pass_what_values_may_not():
    assert value_of("10**20 / 10**19") == 10


def test_a_step_has_a_thousand_digits_at_most():
    thousand = "(10**20)**49 * 10**19"  # 10^999, the smallest number of 1,000 digits
    assert value_of(f"{thousand} / ({thousand})") == 1
    assert fault_of(f"{thousand} * 10 / 1")[0] == "CNN248"
    assert fault_of(f"1 / ({thousand}) / 10")[0] == "CNN248"
    assert fault_of("(10**20)**50 / 1")[0] == "CNN248"
    assert fault_of("(10**20)**49 * 10**19 + 9 * ((10**20)**49 * 10**19)")[0] == "CNN248"


@pytest.mark.parametrize(
    "text",
    [
        "9**64**64",
        "((9**64)**64)**64",
        "(0.1**60)**64",
        "((2**64)**64 - 1)**64",
        "*".join(["999999999999"] * 23),
        "+".join(["1/$p"] * 60),
        "(" * 299,
        "-" * 299,
        "not " * 75,
        "1 if true else " * 20,
        "2**" * 100,
        "max(" * 75,
        "$" * 300,
        "9" * 300,
        "1" * 10**6,
        "(" * 10**6,
    ],
)
def test_a_bomb_costs_a_few_steps_a_character_at_most(text):
    def refused():
        with pytest.raises(Problem):
            compile_formula(text).evaluate({"p": "no number"}.__getitem__)

    assert steps(refused) < 10_000


PIECES = [
    *[
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "**",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "(",
        ")",
        ",",
        "and",
        "or",
        "not",
        "if",
        "else",
        "true",
        "false",
        "$a",
        "$b",
        "$half",
        "$yes",
        "$act",
        "$k",
        "$input.channels",
    ],
    *[
        "min(",
        "max(",
        "divisible(",
        "round(",
        "0",
        "1",
        "2",
        "64",
        "0.5",
        "1e3",
        "'relu'",
        "3x3",
        "x",
        "$",
        "=",
        "^",
        "&",
        "!",
        "?",
        ".",
        "010",
        "1e400",
        "\xa0",
        "é",
    ],
]


@given(st.one_of(st.text(max_size=310), st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join)))
@settings(max_examples=500)
def test_no_text_raises_anything_but_a_problem_inside_it(text):
    try:
        found = value_or_fault_of(text)
    except KeyError as name:
        found = name.args[0]
        event("asks for a name that is not there")
    if isinstance(found, Problem):
        event(found.code)
        assert found.inside is not None
        offset, length = found.inside
        assert 0 <= offset <= len(text)
        assert offset + length <= len(text) + 1
        assert found.message.rstrip(".") == found.message != ""


def test_a_zero_before_an_x_is_no_size_among_numbers():
    assert fault_of("0x10 + 1") == ("CNN250", "`0x10` is not a decimal number", "0x10", ("write `16`",))
