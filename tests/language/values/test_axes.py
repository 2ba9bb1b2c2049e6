"""A size whose axes are hardly meant as they are written is found by the whole of it; what is usual is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.language.choices import ChoiceError
from cnncalc.language.values.axes import misread
from cnncalc.source import edits_of
from cnncalc.volume import Volume
from tests.agreement.strategies import specs
from tests.language.specs import fault, faults, layers, network, underlined
from tests.specs.shelf import NETWORKS
from tests.specs.shelf import network as shelved

SIDES = st.integers(16, 1024)


def mended(text, written):
    """The specs that come of each help that replaces the input."""
    (found,) = faults(text)
    return [text.replace(written, edit.text) for help_ in found.helps for edit in edits_of(help_)[:1]]


@pytest.mark.parametrize("name", NETWORKS)
def test_no_network_that_ships_is_taken_for_another_order_of_axes(name):
    for entry in shelved(name).inputs.values():
        assert misread(entry.volume) is None


@given(specs())
def test_no_drawn_network_is_taken_for_another_order_of_axes(text):
    for entry in network(text).inputs.values():
        assert misread(entry.volume) is None


@given(st.integers(5, 2048), st.integers(1, 2048), st.integers(1, 4096))
def test_an_image_of_more_than_four_rows_is_left_alone(height, width, channels):
    assert misread(Volume((height, width, channels))) is None


@given(st.integers(1, 15), st.integers(1, 15), st.integers(1, 4096))
def test_a_small_map_is_left_alone_however_many_channels_it_has(height, width, channels):
    assert misread(Volume((height, width, channels))) is None


@given(st.integers(1, 4), st.integers(16, 2**20), st.integers(1, 64))
def test_a_long_line_of_few_rows_is_left_alone(height, width, channels):
    if width > 4 * channels:
        assert misread(Volume((height, width, channels))) is None


@given(st.integers(5, 64), st.integers(5, 512), st.integers(5, 512), st.integers(1, 512))
def test_a_clip_is_left_alone(depth, height, width, channels):
    assert misread(Volume((depth, height, width, channels))) is None


def meant(volume):
    found = misread(volume)
    assert found is not None
    return found.meant


@given(SIDES, SIDES, st.integers(1, 64))
def test_a_picture_with_its_channels_first_is_found_and_put_right(height, width, batch):
    if max(height, width) <= 4 * min(height, width):
        assert meant(Volume((3, height, width))) == (Volume((height, width, 3)),)
        assert meant(Volume((batch, 3, height, width)))[0] == Volume((height, width, 3))
    assert meant(Volume((1, height, height))) == (Volume((height, height, 1)),)
    assert meant(Volume((batch, 1, height, height)))[0] == Volume((height, height, 1))


@pytest.mark.parametrize(
    ("written", "says", "meant"),
    [
        ("3x32x32", "an image of 3 rows with 32 channels", ["32x32x3", "[3, 32, 32]"]),
        ("1x28x28", "an image of 1 row with 28 channels", ["28x28x1", "[1, 28, 28]"]),
        ("1x32x32", "an image of 1 row with 32 channels", ["32x32x1", "[1, 32, 32]"]),
        ("3x224x224", "an image of 3 rows with 224 channels", ["224x224x3", "[3, 224, 224]"]),
        ("3x480x640", "an image of 3 rows with 640 channels", ["480x640x3", "[3, 480, 640]"]),
        ("4x84x84", "an image of 4 rows with 84 channels", ["84x84x4", "[4, 84, 84]"]),
        ("64x1x28x28", "a clip of 64 frames with 28 channels", ["28x28x1", "64x28x28x1", "[64, 1, 28, 28]"]),
        ("1x3x32x32", "a clip of 1 frame with 32 channels", ["32x32x3", "1x32x32x3", "[1, 3, 32, 32]"]),
        ("3x16x112x112", "a clip of 3 frames with 112 channels", ["16x112x112x3", "[3, 16, 112, 112]"]),
        ("224x224", "a sequence of 224 samples with 224 channels", ["224x224x1", "224x224x3", "[224, 224]"]),
        ("28x28", "a sequence of 28 samples with 28 channels", ["28x28x1", "28x28x3", "[28, 28]"]),
    ],
)
def test_an_input_whose_axes_are_misread_is_refused_with_what_is_meant(written, says, meant):
    text = layers("- fc: 10", f"input: {written}")
    found = fault(text)
    assert (found.code, underlined(found)) == ("CNN218", written)
    assert f"{written} would be {says}: " in found.message
    assert [edits_of(help_)[0].text for help_ in found.helps] == meant
    assert all(network(spec) for spec in mended(text, written))


@pytest.mark.parametrize(
    "written", ["4x4x512", "1x1x2048", "1x16000x64", "2x2x64", "4x5x32", "4x32x32", "2x16x16", "1x8x8", "3x3x64"]
)
def test_what_is_usual_is_taken_as_written(written):
    assert str(network(layers("- fc: 10", f"input: {written}")).inputs["input"].volume) == written


@pytest.mark.parametrize("written", ["[3, 32, 32]", "[28, 28]", "{height: 3, width: 32, channels: 32}"])
def test_a_list_and_a_map_mean_what_they_say(written):
    assert network(layers("- fc: 10", f"input: {written}"))


@pytest.mark.parametrize("size", ["32x32", "30x40", "28x28", "256x256"])
@pytest.mark.parametrize("item", ["conv: 6 5x5", "max_pool: 2x2", "depthwise: 3x3", "upsample: 2x2"])
def test_a_layer_that_works_along_two_axes_shows_that_the_channels_are_missing(size, item):
    text = layers(f"- relu\n- {item}", f"input: {size}")
    found = fault(text)
    assert (found.code, underlined(found)) == ("CNN218", size)
    assert found.helps[:2] == (f"write `{size}x1`", f"or write `{size}x3`")
    assert [network(spec) for spec in mended(text, size)[:2]]


@pytest.mark.parametrize("size", ["16000x1", "100x3", "1024x64", "4x4"])
def test_a_size_that_is_no_picture_stays_a_sequence(size):
    assert fault(layers("- conv: 16 2x2", f"input: {size}")).code == "CNN407"


def test_a_sequence_stays_one_where_its_layers_say_so():
    assert network(layers("- conv: 16 kernel 5", "input: 32x32"))
    assert fault(layers("- conv: 16 5x5", "input: [32, 32]")).code == "CNN407"


@pytest.mark.parametrize(
    ("written", "item", "meant"),
    [
        ("784", "conv: 6 5x5", "28x28x1"),
        ("3072", "max_pool: 2x2", "32x32x3"),
        ("28*28*1", "conv: 6 5x5", "28x28x1"),
        ("32*24*3", "conv: 6 5x5", "32x24x3"),
        ("64x28x28x1", "conv: 6 5x5", "28x28x1"),
    ],
)
def test_a_picture_that_came_as_a_line_or_a_batch_is_named_where_a_layer_needs_it(written, item, meant):
    text = layers(f"- {item}", f"input: {written}")
    found = fault(text)
    assert found.code in {"CNN406", "CNN407"}
    assert found.helps[0].startswith(f"write the input as `{meant}` if it is a ")
    assert network(mended(text, written)[0]).inputs["input"].volume == tuple(map(int, meant.split("x")))


def test_a_vector_of_no_picture_gets_no_picture():
    assert "picture" not in "".join(fault(layers("- conv: 6 5x5", "input: 100")).helps)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("(28, 28)", ["28x28x1", "28x28x3"]),
        ("(3,32,32)", ["32x32x3"]),
        ("(32, 32, 3)", ["32x32x3"]),
        ("(784,)", ["784"]),
        ("(64, 1, 28, 28)", ["28x28x1", "64x28x28x1"]),
    ],
)
def test_a_tuple_is_translated_with_its_axes_in_order(written, meant):
    found = fault(layers("- fc: 10", f"input: {written}"))
    assert (found.code, underlined(found)) == ("CNN255", written)
    assert [edits_of(help_)[0].text for help_ in found.helps] == meant


@pytest.mark.parametrize(("size", "meant"), [((3, 16, 16), "16x16x3"), ((48, 64), "48x64x3")])
def test_a_size_on_the_command_line_is_held_to_the_channels_of_the_spec(size, meant):
    with pytest.raises(ChoiceError, match=rf"would be .*; did you mean {meant}\?$"):
        network(layers("- fc: 10", "input: 32x32x3"), inputs={"input": Volume(size)})
