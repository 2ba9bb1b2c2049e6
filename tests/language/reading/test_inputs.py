"""What enters a network: volumes in three forms, and how a picture becomes one."""

import pytest

from tests.language.specs import fault, network, underlined

LAYERS = "layers: [fc: 10]\n"


@pytest.mark.parametrize(
    ("written", "volume"),
    [
        ("784", (784,)),
        ("16000x1", (16000, 1)),
        ("32x32x3", (32, 32, 3)),
        ("32×32×3", (32, 32, 3)),
        ("16x112x112x3", (16, 112, 112, 3)),
        ("[$res, $res, 3]", (224, 224, 3)),
        ("[3, 224, 224]", (3, 224, 224)),
        ("{height: 20, width: $res, channels: 3}", (20, 224, 3)),
        ("{channels: 1, length: 100}", (100, 1)),
        ("{channels: 10}", (10,)),
        ("{depth: 4, height: 5, width: 6, channels: 7}", (4, 5, 6, 7)),
    ],
)
def test_the_number_of_factors_gives_the_rank(written, volume):
    text = f"vars: {{res: 224}}\nlint: {{ignore: [CNN601]}}\ninput: {written}\n{LAYERS}"
    assert network(text).inputs["input"].volume == volume


@pytest.mark.parametrize(
    ("written", "code", "mark"),
    [
        ("0x3", "CNN217", "0"),
        ("1x2x3x4x5", "CNN255", "1x2x3x4x5"),
        ("2147483648", "CNN418", "2147483648"),
        ("relu", "CNN206", "relu"),
        ("3.5", "CNN217", "3.5"),
        ("'784'", "CNN251", "'784'"),
        ("[3, 2.5]", "CNN217", None),
        ("{height: 3, channels: 3}", "CNN217", None),
        ("{hieght: 3, width: 3, channels: 3}", "CNN201", "hieght"),
        ("$input.channels", "CNN227", "$input.channels"),
    ],
)
def test_other_inputs_are_refused(written, code, mark):
    found = fault(f"input: {written}\n{LAYERS}")
    assert found.code == code
    assert mark is None or underlined(found) == mark


def test_channels_first_is_named_in_the_short_text_alone():
    found = fault(f"input: 3x224x224\n{LAYERS}")
    assert found.code == "CNN218"
    assert found.helps == ("write `224x224x3`", "or the list `[3, 224, 224]`, which is taken as written")
    assert network(f"input: 4x5x32\n{LAYERS}").inputs["input"].volume == (4, 5, 32)


def test_the_long_form_says_how_a_picture_becomes_the_input():
    text = "input: {height: 8, width: 8, channels: 3, fit: pad, scale: 1/255, mean: [0.5, 0.4, 0.3], std: 0.25}\n"
    entry = network(text + LAYERS).inputs["input"]
    assert (entry.fit, entry.scale, entry.mean, entry.std) == ("pad", 1 / 255, (0.5, 0.4, 0.3), (0.25,))


def test_the_short_form_scales_by_255_and_crops():
    entry = network(f"input: 8x8x3\n{LAYERS}").inputs["input"]
    assert (entry.fit, entry.scale, entry.mean, entry.std) == ("crop", 1 / 255, (0.0,), (1.0,))


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("fit: zoom", "CNN223"),
        ("mean: [1, 2]", "CNN222"),
        ("std: 0", "CNN222"),
        ("std: [1, 1, -1]", "CNN222"),
        ("scale: true", "CNN220"),
        ("scale: 0", "CNN222"),
        ("mean: [0, b, 0]", "CNN206"),
        ("men: 3", "CNN201"),
    ],
)
def test_settings_that_make_no_sense_are_refused(setting, code):
    assert fault(f"input: {{height: 8, width: 8, channels: 3, {setting}}}\n{LAYERS}").code == code


def test_several_inputs_are_taken_by_name():
    net = network(
        """
        inputs:
          left: 105x105x1
          right: {height: 105, width: 105, channels: 1, fit: stretch}
        layers:
          - conv: 64 10x10
            from: left
            name: a
          - conv: 64 10x10
            from: right
            share: a
            name: b
          - subtract:
            from: [a, b]
        """
    )
    assert [node.inputs for node in net.nodes] == [("left",), ("right",), ("a", "b")]
    assert net.inputs["right"].fit == "stretch"


@pytest.mark.parametrize(
    ("item", "mark"),
    [
        ("- relu", "relu"),
        ("- relu:\n    from: previous", "previous"),
        ("- relu:\n    from: input", "input"),
        ("- relu:\n    if: $previous.channels > 1", "$previous.channels"),
        ("- relu:\n    from: left\n    if: $input.channels > 1", "$input.channels"),
        ("- concat: {a: identity, b: identity}", "concat"),
    ],
)
def test_with_several_inputs_the_first_item_must_say_which(item, mark):
    found = fault(f"inputs: {{left: 8x8x1, right: 8x8x1}}\nlayers:\n  {item}\n")
    assert (found.code, underlined(found)) == ("CNN313", mark)


def test_an_input_that_nobody_takes_is_an_error():
    found = fault("inputs: {left: 8x8x1, right: 8x8x1}\nlayers:\n  - relu:\n    from: left\n")
    assert (found.code, underlined(found)) == ("CNN304", "right")


def test_one_input_may_feed_several_layers_and_itself_twice():
    text = "input: 8x8x1\nlayers:\n  - concat:\n    from: [input, input]\n"
    assert network(text).nodes[0].volume == (8, 8, 2)


def test_a_fault_in_the_input_hides_no_other():
    from tests.language.specs import faults

    found = faults("input: 8x8.5x3\nlayers:\n  - conv: 6 5x5 act rellu\n  - relu:\n    from: nowhere\n")
    assert [entry.code for entry in found] == ["CNN255", "CNN223", "CNN301"]
