"""One pass tells every fault that is independent of the others, each where it is written."""

import pytest

from tests.language.specs import faults, layers, underlined


def told(text):
    """The codes of all errors with what they underline."""
    return [(found.code, underlined(found)) for found in faults(text)]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("conv: 0 3x3 stride 0", [("CNN222", "0"), ("CNN222", "0")]),
        ("conv: {filters: 0, kernel: 3, stride: 0}", [("CNN222", "0"), ("CNN222", "0")]),
        ("conv: {filters: 2.5, kernel: 3, act: rellu}", [("CNN221", "2.5"), ("CNN223", "rellu")]),
        ("conv: 8 3x3 act rellu rounding flor", [("CNN223", "rellu"), ("CNN223", "flor")]),
        ("conv: 8 3x3 foo 1 bar 2 stride x", [("CNN206", "foo"), ("CNN206", "bar"), ("CNN206", "x")]),
        ("conv: 8 3x3 foo bar 2", [("CNN206", "foo"), ("CNN206", "bar")]),
        ("conv: 8 3x3 foo stride 0", [("CNN206", "foo"), ("CNN222", "0")]),
        ("conv: 8 9 stride x", [("CNN209", "9"), ("CNN206", "x")]),
        ("conv: x 3x3 pad y", [("CNN206", "x"), ("CNN223", "y")]),
        ("conv: 8 3x3 kernel 5 stride 0", [("CNN207", "kernel"), ("CNN222", "0")]),
        ("conv: {filters: 0, kernel: 3, foo: 1, padding: -1}", [("CNN222", "0"), ("CNN206", "foo"), ("CNN222", "-1")]),
        ("conv: {kernel: 0}", [("CNN224", "conv"), ("CNN222", "0")]),
        ("conv: {filters: 1/0, kernel: 2/0}", [("CNN247", "/"), ("CNN247", "/")]),
        ("conv: {filters: 2, kernel: 3, padding: {top: -1, left: x}}", [("CNN206", "x")]),
        ("conv: {filters: 2, kernel: 3, padding: {top: -1, front: 1}}", [("CNN222", "-1"), ("CNN426", "front")]),
        ("conv: {filters: 2, kernel: 3, padding: {tip: 1, front: 1}}", [("CNN426", "tip"), ("CNN426", "front")]),
        ("conv: 8 0x0", [("CNN222", "0"), ("CNN222", "0")]),
        ("conv: {filters: 8, kernel: 3x3x3, stride: 1x1x1}", [("CNN407", "3x3x3"), ("CNN407", "1x1x1")]),
        ("relu: {repeat: 2}\nrepeat: {a: 3, b: 4}", [("CNN213", "repeat"), ("CNN232", "3"), ("CNN232", "4")]),
        ("conv: 0 3x3\nstride: 2", [("CNN222", "0"), ("CNN213", "stride")]),
    ],
)
def test_two_wrong_values_of_one_layer_are_both_told(item, expected):
    assert told(layers("- " + item.replace("\n", "\n  "))) == expected


def test_a_layer_behind_a_faulty_one_is_told_what_is_wrong_whatever_arrives():
    text = layers("- conv: 8 99x99\n- conv: 0 3x3 stride 0x1\n- conv: 8 3x3 stride 7\n- fc: 0 act rellu")
    assert told(text) == [
        ("CNN402", "99x99"), ("CNN222", "0"), ("CNN222", "0"), ("CNN222", "0"), ("CNN223", "rellu"),
    ]  # fmt: skip


def test_a_layer_that_a_vector_reaches_is_told_its_wrong_values_too():
    assert told(layers("- fc: 10\n- conv: 0 3x3")) == [("CNN406", "conv"), ("CNN222", "0")]


def test_parameters_that_are_missing_are_named_together():
    (found,) = faults(layers("- conv: {stride: 1}"))
    assert (found.code, found.message) == ("CNN224", "conv needs filters and kernel")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("expect: {parms: 5X}", [("CNN235", "parms"), ("CNN256", "5X")]),
        ("expect: {parms: 5X, macs: 5Q}", [("CNN235", "parms"), ("CNN256", "5X"), ("CNN256", "5Q")]),
        ("expect: {shape: 28x28x6}", [("CNN235", "shape")]),
        ("expect: {shapes: {a: x, b: y}}", [("CNN206", "x"), ("CNN206", "y")]),
        ("rounding: {conv: flor, pol: ceil, pool: up}", [("CNN223", "flor"), ("CNN201", "pol"), ("CNN223", "up")]),
        ("outputs: [input, input, identity]", [("CNN312", "input"), ("CNN312", "input"), ("CNN312", "identity")]),
        ("outputs: [[a], {b: c}]", [("CNN211", "[a]"), ("CNN211", "{b: c}")]),
        ("lint: {ignore: [CNN401, a]}", [("CNN239", "CNN401"), ("CNN239", "a")]),
    ],
)
def test_wrong_lines_at_the_top_are_all_told(line, expected):
    assert told(f"input: 8x8x3\nlayers: [relu]\n{line}\n") == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("0x0x3", [("CNN217", "0"), ("CNN217", "0")]),
        ("[0, 3.5, 3]", [("CNN217", "0"), ("CNN217", "3.5")]),
        ("{height: 0, width: 2.5, channels: 3}", [("CNN217", "0"), ("CNN217", "2.5")]),
        ("{hieght: 3, width: x, channels: 3}", [("CNN201", "hieght"), ("CNN206", "x")]),
        ("{height: 8, width: 8, channels: 3, fit: zoom, scale: 0}", [("CNN223", "zoom"), ("CNN222", "0")]),
        ("{height: 8, width: 8, channels: 3, std: [1, 1, -1]}", [("CNN222", "-1")]),
    ],
)
def test_wrong_parts_of_an_input_are_all_told(written, expected):
    assert told(f"input: {written}\nlayers: [relu]\n") == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("[[0], [7], [1, 9]]", [("CNN416", "7"), ("CNN416", "9")]),
        ("[[0], [1, 1], [2, 0, 2]]", [("CNN416", "1"), ("CNN416", "2")]),
        ("[[0], [-1], [2.5]]", [("CNN222", "-1"), ("CNN221", "2.5")]),
        ("[[0], 1, [a]]", [("CNN416", "1"), ("CNN206", "a")]),
        ("[0, 1, 2]", [("CNN416", "[0, 1, 2]")]),
    ],
)
def test_the_caret_stands_on_the_connection_that_is_wrong(table, expected):
    assert told(layers(f"- conv: {{filters: 3, kernel: 3, connections: {table}}}")) == expected


@pytest.mark.parametrize(
    ("item", "code", "mark"),
    [
        ("conv: 8 3x0", "CNN222", "0"),
        ("conv: {filters: 8, kernel: '3x0'}", "CNN222", "0"),
        ("conv: {filters: 8, kernel: 3, stride: 1x0}", "CNN222", "0"),
        ("conv: {filters: 8, kernel: 3, act: {leaky_rellu: 0.1}}", "CNN223", "leaky_rellu"),
        ("conv: {filters: 8, kernel: 3, act: {leaky_relu: {slop: 0.1}}}", "CNN225", "slop"),
        ("conv: {filters: 8, kernel: 3, act: {leaky_relu: {slope: true}}}", "CNN220", "true"),
        ("conv: {filters: 8, kernel: 3, act: {leaky_relu: true}}", "CNN220", "true"),
        ("conv: {filters: 8, kernel: 3, act: {relu: 3}}", "CNN222", "relu"),
        ("reshape: 0x3x4", "CNN222", "0"),
        ("relu:\nrepeat: {a: [1, 2], b: [1], c: [3, 4]}", "CNN232", "b"),
    ],
)
def test_the_caret_stands_on_the_part_of_a_value_that_is_wrong(item, code, mark):
    assert told(layers("- " + item.replace("\n", "\n  "))) == [(code, mark)]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ("[sobel_x, sobel_q, lap]", [("CNN238", "sobel_q"), ("CNN238", "lap")]),
        ("[sobel_x, box_blur_5, unsharp_5]", [("CNN238", "box_blur_5"), ("CNN238", "unsharp_5")]),
        ("{weight: [[1, 2, 3], [1, 2], [1, 2, 3]], biaz: [1]}", [("CNN238", "[1, 2]"), ("CNN238", "biaz")]),
        ("{weight: [[1, x, 3], [1, 2, y]], bias: [a]}", [("CNN206", "x"), ("CNN206", "y"), ("CNN206", "a")]),
        ("{weight: [], bias: [1, 2]}", [("CNN238", "[]"), ("CNN238", "[1, 2]")]),
    ],
)
def test_weights_in_a_spec_are_told_where_they_are_wrong(weights, expected):
    item = f"- conv: 3 3x3\n  weights: {weights}"
    assert told(layers(item, "input: 8x8x1")) == expected


def test_a_negative_number_behind_a_name_is_no_formula_with_blanks():
    assert told(layers("- crop: top -1 lft 3")) == [("CNN222", "-1"), ("CNN206", "lft")]
    assert told(layers("- conv: $a - 1 3x3", "vars: {a: 3}\ninput: 8x8x3")) == [("CNN210", "-")]


def test_an_automatic_name_that_is_shared_is_called_one():
    (found,) = faults(layers("- conv: 8 3x3 pad 1\n- conv: 8 3x3 pad 1\n  share: conv_1"))
    assert found.message == "`conv_1` is an automatic name, which changes when layers are added"
