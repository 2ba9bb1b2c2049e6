"""How faults read: the caret on the word, the note with the numbers, labels where they come from, silence below."""

import pytest

from cnncalc.problem import Label
from cnncalc.source import Span
from tests.language.specs import fault, faults, layers, underlined


def labels(found):
    return [(underlined(found, label.span), label.text) for label in found.labels]


def test_the_example_of_the_lecture_reads_as_it_should():
    found = fault("input: 7x7x3\nlayers:\n  - conv: 5 3x3 stride 3\n")
    assert found.code == "CNN401"
    assert found.message == "stride 3 does not fit: (7 - 3)/3 + 1 = 2.33 is not a whole number"
    assert underlined(found) == "3"
    assert found.span == Span(3, 24, 1)
    assert (found.file, found.line, found.column) == ("<text>", 3, 24)
    assert found.note == "F=3, S=3, P=0 leave 1 row and 1 column uncovered"
    assert found.labels == (Label(Span(1, 8, 5), "W = H = 7"),)
    assert found.helps == (
        "`stride 2` gives 3x3x5",
        "`stride 1` gives 5x5x5",
        "`pad 1` gives 3x3x5: (7 - 3 + 2)/3 + 1 = 3",
        "or set `rounding: floor` to drop the remainder as PyTorch and Keras do: 2x2x5",
    )


def test_the_size_is_labelled_where_it_comes_from():
    above = "- max_pool: 2x2\n- relu\n- conv: 8 1x1\n"
    found = fault(layers(above + "- conv: 5 3x3 stride 3", "input: 14x14x3"))
    assert labels(found) == [("max_pool", "gives 7x7x3")]
    found = fault(layers("- relu\n- conv: 8 1x1\n- conv: 5 3x3 stride 3", "input: 7x7x3"))
    assert labels(found) == [("7x7x3", "W = H = 7")]


@pytest.mark.parametrize(
    ("head", "item", "note", "label"),
    [
        ("input: 7x9x3", "conv: 5 3x3 stride 3", "F=3, S=3, P=0 leave 1 row uncovered", "H = 7, W = 9"),
        ("input: 16x1", "conv: 5 kernel 3 stride 5", "F=3, S=5, P=0 leave 3 samples uncovered", "W = 16"),
        (
            "input: 8x8x8x1",
            "max_pool: 3",
            "F=3, S=3, P=0 leave 2 frames, 2 rows and 2 columns uncovered",
            "W = H = depth = 8",
        ),
        (
            "input: 12x9x3",
            "conv: 5 5x3 stride 3 pad 1x0 dilation 2",
            "F=5x3, D=2, S=3, P=1x0 leave 2 rows and 1 column uncovered",
            "H = 12, W = 9",
        ),
        (
            "input: 8x8x3",
            "conv: {filters: 5, kernel: 3, stride: 2, padding: {top: 2}}",
            "F=3, S=2, P=(2+0)x0 leave 1 row and 1 column uncovered",
            "W = H = 8",
        ),
    ],
)
def test_the_note_fills_in_the_letters_of_every_axis(head, item, note, label):
    found = fault(layers(f"- {item}", head))
    assert (found.code, found.note) == ("CNN401", note)
    assert [text for _, text in labels(found)] == [label]


def test_a_kernel_that_is_too_large_says_by_how_much_and_what_fits():
    found = fault(layers("- conv: 5 7x7", "input: 4x4x3"))
    assert (found.code, underlined(found), found.note) == ("CNN402", "7x7", "F=7, P=0 lack 3 rows and 3 columns")
    assert found.helps == ("`kernel 4` gives 1x1x5", "`pad 2` gives 2x2x5")


@pytest.mark.parametrize(
    ("items", "code", "mark", "label"),
    [
        ("- conv: 6 1x1\n- conv: 8 3x3 groups 4", "CNN403", "4", ("conv", "gives 8x8x6")),
        ("- conv: 8 3x3 groups 2", "CNN403", "2", ("8x8x3", "3 channels")),
        ("- fc: 10\n- conv: 8 3x3", "CNN406", "conv", ("fc", "gives 10")),
        ("- reshape: 5x5x5", "CNN412", "5x5x5", ("8x8x3", "what arrives is 8x8x3")),
        ("- slice: {start: 1, stop: 5}", "CNN413", "5", ("8x8x3", "3 channels")),
        ("- crop: top 4 bottom 4", "CNN414", "4", ("8x8x3", "W = H = 8")),
        ("- depth_to_space: 2", "CNN419", "2", ("8x8x3", "what arrives is 8x8x3")),
        ("- conv: 4 3x3x3", "CNN407", "3x3x3", ("8x8x3", "what arrives is 8x8x3")),
        ("- pad: {padding: {front: 1}}", "CNN426", "front", ("8x8x3", "what arrives is 8x8x3")),
        ("- max_pool: 3", "CNN401", "3", ("8x8x3", "W = H = 8")),
        ("- subsample: 3x3", "CNN401", "3x3", ("8x8x3", "W = H = 8")),
    ],
)
def test_faults_of_shapes_stand_at_their_parameter_and_label_the_cause(items, code, mark, label):
    found = fault(layers(items, "input: 8x8x3"))
    assert (found.code, labels(found)) == (code, [label])
    assert underlined(found).startswith(mark)


def test_a_value_inside_a_map_is_underlined_itself():
    found = fault(layers("- conv: {filters: 2, kernel: 3, padding: {top: 1, left: -1}}"))
    assert (found.code, underlined(found)) == ("CNN222", "-1")


def test_layers_below_a_faulty_one_are_silent_and_so_are_formulas_that_ask_for_what_is_unknown():
    text = layers(
        "- conv: 5 3x3 stride 3\n- conv: 2*$previous.channels 3x3 stride 7\n  name: a\n"
        "- relu:\n  if: $previous.height > 3\n"
        "- max_pool: 2\n  repeat: $previous.channels\n- add:\n  from: [a, input]",
        "input: 7x7x3",
    )
    assert [found.code for found in faults(text)] == ["CNN401"]


def test_faults_in_different_items_are_all_told():
    text = layers(
        "- conv: 5 3x3 stride 3\n- conv: 8 3x3\n  from: input\n  name: a\n"
        "- max_pool: 2x2\n- fc: 10 act rellu\n- dens: 3",
        "input: 7x7x3",
    )
    found = faults(text)
    assert [(entry.code, entry.span.line) for entry in found] == [
        ("CNN401", 3),
        ("CNN401", 7),
        ("CNN223", 8),
        ("CNN205", 9),
    ]


def test_a_name_of_a_faulty_item_is_known_so_its_users_are_silent():
    text = layers("- cnv: 5 3x3\n  name: a\n- add: {x: [cv: 3], y: identity}\n  name: j\n- add:\n  from: [a, j]")
    assert [found.code for found in faults(text)] == ["CNN205", "CNN205"]


def test_a_fault_in_a_formula_underlines_the_part_that_is_wrong():
    found = fault(
        layers(
            "- conv: {filters: 8 * $widht + 1, kernel: 3}", "vars: {width: 2}\ninput: 8x8x3\nlint: {ignore: [CNN601]}"
        )
    )
    assert (found.code, underlined(found), found.helps) == ("CNN227", "$widht", ("did you mean `$width`?",))


def test_the_longer_variable_of_the_same_beginning_is_not_underlined():
    found = fault(layers("- conv: {filters: $ab + $a, kernel: 3}", "vars: {ab: 2}\ninput: 8x8x3"))
    assert (underlined(found), found.span.column) == (
        "$a",
        layers("- conv: {filters: $ab + $a").splitlines()[2].rindex("$") + 1,
    )


def test_an_attribute_that_the_volume_does_not_have_is_named():
    found = fault(layers("- conv: $input.height 1x1", "input: 16x1"))
    assert (found.code, found.message) == ("CNN227", "16x1 has no height; it has channels, length, size")


@pytest.mark.parametrize("lines", ["- conv: 6 5x5\n      stride 2", "- relu\n    - tanh"])
def test_a_line_that_is_folded_into_the_one_above_names_both_lines(lines):
    found = fault(layers(lines))
    assert found.code == "CNN212"
    assert "lines 3 to 4 are read as one text" in found.message


def test_an_unused_row_in_a_block_labels_the_use():
    head = "input: 8x8x3\nblocks:\n  B:\n    layers:\n      - relu\n      - tanh:\n        from: input"
    found = fault(layers("- B", head))
    assert (found.code, underlined(found), labels(found)) == ("CNN303", "relu", [("B", "used here as `B_1`")])


def test_a_value_deep_in_an_activation_is_underlined_itself():
    found = fault(layers("- conv: {filters: 2, kernel: 3, act: {leaky_relu: {slope: steep}}}"))
    assert (found.code, underlined(found)) == ("CNN220", "steep")


def test_a_fault_far_below_its_cause_is_labelled_across_the_layers_that_hand_the_size_on():
    found = fault(layers("- max_pool: 2\n- relu:\n  repeat: 50\n- conv: 5 3x3 stride 3", "input: 14x14x3"))
    assert labels(found) == [("max_pool", "gives 7x7x3")]
