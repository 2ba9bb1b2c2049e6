"""What a written scalar means: numbers, booleans, sizes, amounts, limits, names, and whatever may stand anywhere."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.language.formulas.formula import Formula
from cnncalc.language.reading.scalars import WORD, boolean, classify, is_name, is_variable, scan
from cnncalc.language.values.limits import SPOKEN, UNITS, amount, limit
from cnncalc.language.values.numerals import check_number, number
from cnncalc.language.values.sizes import size
from cnncalc.problem import Problem


def value_or_fault_of(function, text, **options):
    try:
        return function(text, **options)
    except Problem as fault:
        return fault


def fault_of(function, text, **options):
    with pytest.raises(Problem) as caught:
        function(text, **options)
    return caught.value.code, caught.value.message, " ".join(caught.value.proposals)


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0), ("-0", 0), ("-2", -2), ("1e6", 1000000), ("1E6", 1000000), ("1e+2", 100), ("1.50e2", 150),
        ("1e-4", Fraction(1, 10000)), ("0.5", Fraction(1, 2)), (".5", Fraction(1, 2)), ("5.", 5), ("1.0", 1),
        ("999999999999", 10**12 - 1), ("0.123456789012345678", Fraction(123456789012345678, 10**18)),
        ("1e-62", Fraction(1, 10**62)), ("0.00000999999974737875", Fraction(999999974737875, 10**20)),
    ],
)  # fmt: skip
def test_a_number_is_what_yaml_1_2_says_and_exact(text, value):
    assert number(text) == value
    assert type(number(text)) is type(value)


@given(st.decimals(-(10**11), 10**11, places=6))
def test_a_written_decimal_keeps_every_digit(value):
    assert number(str(value)) == Fraction(value)


@given(st.floats(2**-149, 2**36, width=32) | st.floats(1e-40, 1e11))
def test_a_float_of_32_or_64_bits_that_a_program_writes_out_is_a_number(value):
    assert number(repr(value)) == Fraction(repr(value))
    assert check_number(-number(repr(value))) == -Fraction(repr(value))


def test_a_quotient_has_no_more_digits_below_the_line():
    assert check_number(Fraction(1, 3**37)) == Fraction(1, 3**37)
    with pytest.raises(Problem, match="more than 18 digits above or below the line"):
        check_number(Fraction(1, 3**38))


@pytest.mark.parametrize(
    ("text", "code", "message", "remedy"),
    [
        ("010", "CNN250", "starts with a zero", "write `10`"),
        ("-007", "CNN250", "starts with a zero", "write `-7`"),
        ("00", "CNN250", "starts with a zero", "write `0`"),
        ("00.5", "CNN250", "starts with a zero", "write `0.5`"),
        ("1_000", "CNN250", "underscores", "write `1000`"),
        ("16:9", "CNN250", "base 60", "`16/9`"),
        ("1:00", "CNN250", "base 60", "quote it"),
        ("0x10", "CNN250", "not a decimal number", "write `16`"),
        ("0o17", "CNN250", "not a decimal number", "write `15`"),
        ("0b101", "CNN250", "not a decimal number", "write `5`"),
        ("+5", "CNN250", "a sign that numbers do not take here", "write `5`"),
        ("2012-12-03", "CNN250", "a date", "quote it"),
        ("1,000", "CNN250", "a comma", "write `1000`"),
        (".inf", "CNN250", "not a finite number", ""),
        ("-.INF", "CNN250", "not a finite number", ""),
        (".nan", "CNN250", "not a finite number", ""),
        ("1e400", "CNN252", "1e400 is out of range", ""),
        ("1e-400", "CNN252", "1e-400 is out of range", ""),
        ("1e99999999999999", "CNN252", "out of range", ""),
        ("1234567890123456789", "CNN252", "is too long: it has 19 digits, and numbers have at most 18", ""),
        ("1" * 100000, "CNN252", "is too long: it has 100,000 digits, and numbers have at most 18", ""),
        ("1000000000000", "CNN252", "stay below 10^12", ""),
        ("-1e12", "CNN252", "stay below 10^12", ""),
        ("0.1234567890123456789", "CNN252", "it has 20 digits, and numbers have at most 18", ""),
        ("1e-63", "CNN252", "1e-63 is out of range", ""),
        ("", "CNN253", "a number is due", ""),
        ("relu", "CNN253", "`relu` is not a number", ""),
        ("-", "CNN253", "`-` is not a number", ""),
        (".", "CNN253", "`.` is not a number", ""),
        ("1e", "CNN253", "`1e` is not a number", ""),
        ("3x3", "CNN253", "`3x3` is not a number", ""),
        ("٣", "CNN253", "`٣` is not a number", ""),
        ("5M", "CNN253", "`5M` is not a number", ""),
    ],
)
def test_what_readers_disagree_about_is_a_fault_with_its_remedy(text, code, message, remedy):
    found, said, helps = fault_of(number, text)
    assert found == code
    assert message in said
    assert remedy in helps
    assert bool(remedy) == bool(helps)


def test_a_quoted_number_is_told_to_lose_its_quotes():
    assert fault_of(number, "5", quoted=True) == (
        "CNN251",
        '"5" is quoted, so it is text where a number is due',
        "remove the quotes: `5`",
    )
    assert fault_of(number, "five", quoted=True)[0] == "CNN253"


def test_a_remedy_is_itself_well_written():
    for text in ("010", "1_000", "0x10", "0o17", "+5", "1,000", "00.5"):
        remedy = fault_of(number, text)[2].removeprefix("write `").removesuffix("`")
        number(remedy)


# --- booleans ---------------------------------------------------------------------------------------------------------


def test_only_true_and_false_are_booleans():
    assert boolean("true") is True
    assert boolean("false") is False


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("True", "true"), ("TRUE", "true"), ("Yes", "true"), ("yes", "true"), ("on", "true"), ("False", "false"),
        ("FALSE", "false"), ("no", "false"), ("No", "false"), ("off", "false"), ("n", "false"),
    ],
)  # fmt: skip
def test_another_languages_boolean_names_ours(text, remedy):
    code, message, helps = fault_of(boolean, text)
    assert (code, helps) == ("CNN254", f"write `{remedy}`")
    assert "only true and false are booleans" in message


@pytest.mark.parametrize("text", ["1", "0", "", "maybe", "$bias"])
def test_anything_else_must_be_true_or_false(text):
    assert fault_of(boolean, text) == ("CNN254", f"`{text}` must be true or false", "")


def test_a_quoted_true_is_a_word():
    assert fault_of(boolean, "true", quoted=True) == (
        "CNN254",
        '"true" is quoted, so it is a word',
        "remove the quotes: `true`",
    )


# --- sizes ------------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 2**31 - 1), min_size=2, max_size=4), st.sampled_from("x×"))
def test_a_size_has_the_factors_that_were_written(factors, cross):
    assert size(cross.join(map(str, factors))) == tuple(factors)


def test_a_lone_integer_is_a_size_of_one_factor():
    assert size("80") == (80,)


def test_a_zero_before_an_x_is_a_factor_and_no_hexadecimal():
    assert size("0x3") == (0, 3)
    assert size("0x10") == (0, 10)


@pytest.mark.parametrize(
    ("text", "code", "message", "remedy"),
    [
        ("3x", "CNN255", "lacks a factor", ""),
        ("x3", "CNN255", "lacks a factor", ""),
        ("3xx3", "CNN255", "lacks a factor", ""),
        ("3 x 3", "CNN255", "without blanks", "write `3x3`"),
        ("3X3", "CNN255", "a lower-case x", "write `3x3`"),
        ("3*3", "CNN255", "a lower-case x", "write `3x3`"),
        ("3, 3", "CNN255", "a lower-case x", "write `3x3`"),
        ("-3x3", "CNN255", "whole numbers from 0", ""),
        ("1.5x2", "CNN255", "whole numbers from 0", ""),
        ("2.5", "CNN255", "whole numbers from 0", ""),
        ("-1", "CNN255", "whole numbers from 0", ""),
        ("2147483648x1", "CNN255", "no dimension is above 2,147,483,647", ""),
        ("2147483648", "CNN255", "no dimension is above 2,147,483,647", ""),
        ("9" * 5000 + "x1", "CNN255", "no dimension is above", ""),
        ("1x1x1x1x1", "CNN255", "5 factors: 4 at most", ""),
        ("relu", "CNN255", "`relu` is not a size", "as 3x3 or 32x32x3"),
        ("", "CNN255", "is not a size", "as 3x3 or 32x32x3"),
        ("03x3", "CNN250", "starts with a zero", "write `3x3`"),
        ("00x3", "CNN250", "starts with a zero", "write `0x3`"),
        ("010", "CNN250", "starts with a zero", "write `10`"),
        ("0x1F", "CNN250", "not a decimal number", "write `31`"),
    ],
)
def test_a_near_miss_of_a_size_is_a_fault_with_its_remedy(text, code, message, remedy):
    found, said, helps = fault_of(size, text)
    assert found == code
    assert message in said
    assert remedy in helps
    assert bool(remedy) == bool(helps)


def test_a_quoted_number_is_no_size_and_a_quoted_size_is_one():
    assert fault_of(size, "3", quoted=True)[0] == "CNN251"
    assert size("3x3", quoted=True) == (3, 3)


# --- amounts and limits -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("61706", 61706, ""), ("5M", 5 * 10**6, "M"), ("300K", 300_000, "K"), ("1.5G", 1_500_000_000, "G"),
        ("256KiB", 256 * 1024, "KiB"), ("1 MiB", 1024**2, "MiB"), ("12MiB", 12 * 1024**2, "MiB"),
        ("2GiB", 2 * 1024**3, "GiB"), ("0", 0, ""), ("1e6", 10**6, ""), ("1.0001K", Fraction(10001, 10), "K"),
        ("0.0005M", 500, "M"), ("5000G", 5 * 10**12, "G"),
    ],
)  # fmt: skip
def test_an_amount_is_exact_with_powers_of_1000_or_1024(text, value, unit):
    assert amount(text) == (value, unit)
    assert type(amount(text)[0]) is type(value)


@pytest.mark.parametrize(
    ("text", "code", "message", "remedy"),
    [
        ("5MB", "CNN256", "`MB` is not a unit", "write `5MiB` for bytes write `5M` for a count"),
        ("5kB", "CNN256", "`kB` is not a unit", "write `5KiB` for bytes write `5K` for a count"),
        ("5k", "CNN256", "`k` is not a unit", "write `5K`"),
        ("5m", "CNN256", "`m` is not a unit", "write `5M`"),
        ("5mib", "CNN256", "`mib` is not a unit", "write `5MiB`"),
        ("2 million", "CNN256", "`million` is not a unit", "write `2M`"),
        ("5T", "CNN256", "`T` is not a unit", "write `5000G`"),
        ("512 bytes", "CNN256", "`bytes` is not a unit", "write `512`"),
        ("5 quux", "CNN256", "`quux` is not a unit", ""),
        ("-5M", "CNN256", "-5M is below zero", ""),
        ("1_000K", "CNN250", "underscores", "write `1000`"),
        ("010K", "CNN250", "starts with a zero", "write `10`"),
        ("1e400K", "CNN252", "out of range", ""),
        ("many", "CNN253", "`many` is not a number", ""),
        ("", "CNN253", "a number is due", ""),
        ("M", "CNN253", "`M` is not a number", ""),
    ],
)
def test_a_near_miss_of_an_amount_is_a_fault_with_its_remedy(text, code, message, remedy):
    found, said, helps = fault_of(amount, text)
    assert found == code
    assert message in said
    assert remedy in helps
    assert bool(remedy) == bool(helps)


@pytest.mark.parametrize(
    ("text", "relation", "value", "tolerance"),
    [
        ("5M", "<=", 5_000_000, 0), ("<= 5M", "<=", 5_000_000, 0), (">=5M", ">=", 5_000_000, 0),
        ("< 5M", "<", 5_000_000, 0), ("> 5M", ">", 5_000_000, 0), ("== 5M", "==", 5_000_000, 0),
        ("at least 2M", ">=", 2_000_000, 0), ("at most 5M", "<=", 5_000_000, 0), ("exactly 7", "==", 7, 0),
        ("300M within 1%", "==", 300_000_000, Fraction(1, 100)), ("7 within 0.5 %", "==", 7, Fraction(1, 200)),
        ("7 within 100%", "==", 7, 1), ("7 within 0%", "==", 7, 0), ("at most 1 MiB", "<=", 1024**2, 0),
    ],
)  # fmt: skip
def test_a_limit_is_a_relation_an_exact_value_and_a_tolerance(text, relation, value, tolerance):
    found = limit(text, "<=")
    assert (found.relation, found.value, found.tolerance) == (relation, value, tolerance)


def test_a_bare_amount_takes_the_relation_that_its_place_gives_it():
    assert limit("5", "==").relation == "=="
    assert limit("5", "<=").relation == "<="


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("~300M", "how near is near enough", "write `300M within 1%`"),
        ("about 3M", "how near is near enough", "write `3M within 1%`"),
        ("300M ± 2%", "is not a limit", "write `300M within 2%`"),
        ("300M +- 5", "is not a limit", "a tolerance is a percentage"),
        ("300M within 1", "the tolerance 1 is not a percentage", "write `300M within 1%`"),
        *((f"300M within {share}%", "is not between 0% and 100%", "") for share in ("100.1", "101", "200")),
        ("at least 5M within 1%", "both a bound and a tolerance", "write `5M within 1%`"),
        ("5M within", "is not a limit", "a tolerance is a percentage"),
        ("2M-3M", "is a range", "write `at most 3M` write `at least 2M`"),
        ("between 2M and 3M", "is a range", "write `at most 3M` write `at least 2M`"),
        ("= 5M", "is not a limit", "write `== 5M`"),
        ("=< 5M", "is not a limit", "write `<= 5M`"),
        ("≥ 5M", "is not a limit", "write `>= 5M`"),
        ("less than 5M", "is not a limit", "write `< 5M`"),
        ("no more than 5M", "is not a limit", "write `at most 5M`"),
        ("At most 5M", "is not a limit", "write `at most 5M`"),
        (" " * 10**6, "is not a limit", ""),
    ],
)
def test_a_near_miss_of_a_limit_is_a_fault_with_its_remedy(text, message, remedy):
    code, said, helps = fault_of(limit, text)
    assert code == "CNN257"
    assert message in said
    assert remedy in helps
    assert bool(remedy) == bool(helps)


relations = st.sampled_from(["", "==", "<=", ">=", "<", ">", "at least", "at most", "exactly"])


@given(relations, st.decimals(0, 10**6, places=3), st.sampled_from(sorted(UNITS)))
def test_a_limit_is_exact_whatever_its_decimals_and_unit(relation, share, unit):
    found = limit(f"{relation} {share}{unit}", "<=")
    assert (found.value, found.unit, found.tolerance) == (Fraction(share) * UNITS[unit], unit, 0)
    assert found.relation == SPOKEN.get(relation, relation or "<=")


@given(st.integers(0, 10**6), st.decimals(0, 100, places=2))
def test_a_tolerance_is_an_exact_share_of_the_value(millions, percent):
    found = limit(f"{millions}M within {percent}%")
    assert (found.relation, found.value, found.tolerance) == ("==", millions * 10**6, Fraction(percent) / 100)


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["conv1", "3a", "a.b", "a-b", "a_b", "Größe", "層", "1"])
def test_a_name_has_letters_of_any_script_and_digits(text):
    assert is_name(text)


@pytest.mark.parametrize("text", ["", "a b", "a/b", "a[1]", "$a", "a\n", "a\u00a0b", "a:b"])
def test_a_name_never_holds_a_blank_or_the_signs_of_paths_and_formulas(text):
    assert not is_name(text)


def test_a_variable_is_a_name_without_what_formulas_read_as_signs():
    assert is_variable("stride_on")
    assert not is_variable("stride-on")
    assert not is_variable("stride.on")


# --- where any value may stand ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("6", 6), ("-2", -2), ("0.5", Fraction(1, 2)), ("3x3", (3, 3)), ("0x10", (0, 10)), ("true", True),
        ("false", False), ("relu", "relu"), ("no", "no"), ("off", "off"), ("on", "on"), ("half", "half"),
        ("conv-bn", "conv-bn"), ("3a", "3a"), ("x3", "x3"), ("a-1", "a-1"), ("hello world", "hello world"),
    ],
)  # fmt: skip
def test_a_bare_scalar_is_a_number_a_size_a_boolean_or_a_word(text, value):
    assert classify(text) == value
    assert type(classify(text)) is type(value)


@pytest.mark.parametrize(
    "text",
    ["$a", "$a*$b", "4 * $mid", "1/255", "3-1", "2*3", "max(1, 2)", "$n - 1", "(2)", "1 if true else 2", "not true"],
)
def test_a_scalar_with_a_variable_an_operator_or_a_call_is_a_formula(text):
    found = classify(text)
    assert isinstance(found, Formula)
    assert found.text == text


@pytest.mark.parametrize(
    "text",
    [
        "max(1, $c)",
        "$a",
        "divisible(32, 8)",
        "1/2",
        "7 % 4",
        "-7//2 + 8",
        "3 if 1 < 2 else 4",
        "'a' == 'b'",
        "not true",
    ],
)
def test_a_quoted_text_of_nothing_but_a_formula_is_one(text):
    assert isinstance(classify(text, quoted=True), Formula)


def test_a_quoted_size_is_a_size():
    assert classify("3x3", quoted=True) == (3, 3)


@pytest.mark.parametrize(
    "text", ["3", "-3", "true", "relu", "on/off", "a (b)", "2012-12-03", "3-1", "1 2", "010", "Yes", ""]
)
def test_any_other_quoted_text_is_a_word(text):
    assert classify(text, quoted=True) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Yes", "CNN254"), ("True", "CNN254"), ("FALSE", "CNN254"), ("010", "CNN250"), ("16:9", "CNN250"),
        ("2012-12-03", "CNN250"), ("1_000", "CNN250"), ("3 x 3", "CNN255"), ("3X3", "CNN255"), ("1e400", "CNN252"),
        ("max(1", "CNN240"), ("$c)", "CNN240"), ("a && b", "CNN241"), ("width * 2", "CNN243"),
    ],
)  # fmt: skip
def test_a_near_miss_is_a_fault_where_any_value_may_stand(text, code):
    assert fault_of(classify, text)[0] == code


scalars = st.one_of(
    st.text(max_size=80),
    st.text("0123456789.eExX×+-_:,/ KMGiB%<=>", max_size=30),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.floats().map(repr),
    st.dates().map(str),
)


@given(scalars, st.booleans())
def test_no_text_raises_anything_but_a_problem(text, quoted):
    for function in (number, boolean, size, amount, limit, classify):
        found = value_or_fault_of(function, text, quoted=quoted)
        if isinstance(found, Problem):
            assert 0 < len(found.message) < 300


@given(scalars)
def test_what_is_a_word_is_classified_as_one(text):
    if scan(text).kind == WORD:
        assert classify(text) == text


@given(st.decimals(-(10**9), 10**9, places=4))
def test_a_number_prints_as_it_may_be_written(value):
    from cnncalc.language.values.numerals import show

    assert Decimal(show(number(str(value)))) == value
