"""Every help that names an output is true: applied to the spec, the layer gives exactly that output."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cnncalc.source import edits_of
from tests.language.specs import faults, network

OUTPUT = r"\d+(?:x\d+)*"
PROPOSAL = re.compile(rf"`([^`]+)` gives ({OUTPUT})")
ROUNDING = re.compile(rf"or set `rounding: (\w+)` .*: ({OUTPUT})$")
MAP = re.compile(rf"a map of ({OUTPUT}) gives ({OUTPUT})")


@st.composite
def windowed(draw):
    """A spec of one convolution or pool in 1-D, 2-D or 3-D, as its parts; most do not fit."""
    rank = draw(st.integers(1, 3))
    sizes = [draw(st.integers(1, 24)) for _ in range(rank)]
    kind = draw(st.sampled_from(["conv", "depthwise", "max_pool", "avg_pool", "subsample"]))
    values = {"kernel": draw(st.integers(1, 12))}
    if kind == "conv":
        values = {"filters": draw(st.integers(1, 4)), **values}
    if kind != "subsample":
        values["stride"] = draw(st.integers(1, 9))
        padding = draw(st.integers(0, 3))
        if padding and kind != "avg_pool":
            values["padding"] = padding
    if kind in {"conv", "depthwise", "max_pool"} and draw(st.booleans()):
        values["dilation"] = draw(st.integers(1, 3))
    return [*sizes, 2], kind, values


def spec(volume, kind, values, above=""):
    written = ", ".join(f"{name}: {value}" for name, value in values.items())
    return f"input: {'x'.join(map(str, volume))}\nlayers:\n{above}  - {kind}: {{{written}}}\n"


def applied(proposal, volume, kind, values):
    """The spec with a proposal put in."""
    if proposal.startswith("input: "):
        return spec(proposal.removeprefix("input: ").split("x"), kind, values)
    words = proposal.replace("pad ", "padding ").replace(": ", " ").split()
    return spec(volume, kind, {**values, **dict(zip(words[::2], words[1::2], strict=True))})


def gives(text):
    return str(network(text).nodes[-1].volume)


def proposals(helps):
    for help_ in helps:
        yield from PROPOSAL.findall(help_)
        yield from ((f"rounding: {word}", output) for word, output in ROUNDING.findall(help_))


@given(windowed())
def test_each_proposal_for_a_window_gives_what_it_says(case):
    found = faults(spec(*case))
    assume(found)
    assert found[0].code in {"CNN401", "CNN402", "CNN409"}
    if found[0].code == "CNN401" and len(set(case[0][:-1])) == 1:
        assert found[0].helps
    for proposal, output in proposals(found[0].helps):
        assert gives(applied(proposal, *case)) == output


@given(windowed())
def test_each_map_that_is_proposed_further_down_fits(case):
    volume, kind, values = case
    above = "  - upsample: 1\n"
    found = faults(spec(volume, kind, values, above))
    assume(found)
    for size, output in (pair for help_ in found[0].helps for pair in MAP.findall(help_)):
        assert gives(spec(size.split("x"), kind, values)) == output


def test_the_strategy_meets_every_sort_of_proposal():
    helps = []
    for case in (
        ([7, 7, 2], "conv", {"filters": 5, "kernel": 3, "stride": 3}),
        ([224, 224, 3], "conv", {"filters": 96, "kernel": 11, "stride": 4}),
        ([7, 7, 2], "max_pool", {"kernel": 2, "stride": 2}),
        ([3, 3, 2], "conv", {"filters": 5, "kernel": 5}),
    ):
        helps += [proposal.split()[0] for proposal, _ in proposals(faults(spec(*case))[0].helps)]
    assert set(helps) == {"stride", "pad", "rounding:", "input:", "kernel"}


def test_where_no_padding_fits_an_input_size_is_proposed():
    found = faults("input: 224x224x3\nlayers:\n  - conv: 96 11x11 stride 4 act relu\n")[0]
    assert found.helps == (
        "`stride 3` gives 72x72x96",
        "`stride 1` gives 214x214x96",
        "`input: 223x223x3` gives 54x54x96",
        "`input: 227x227x3` gives 55x55x96",
        "or set `rounding: floor` to drop the remainder as PyTorch and Keras do: 54x54x96",
    )


def test_a_pool_is_offered_the_ceil_of_caffe():
    found = faults("input: 7x7x3\nlayers: [max_pool: 2]\n")[0]
    assert found.helps[-1] == "or set `rounding: ceil` for one more window, as Caffe's pools have: 4x4x3"


JOIN = "input: 1x1x1\nlayers:\n  - {}: {{a: [upsample: {}x{}, conv: {} 1x1{}], b: [upsample: {}x{}, conv: {} 1x1]}}\n"
ON = re.compile(rf"`([^`]+)` on `([ab])` gives ({OUTPUT})")


@given(
    st.sampled_from(["add", "subtract", "concat", "multiply"]),
    st.tuples(*[st.integers(1, 12)] * 2, st.integers(1, 4)),
    st.tuples(*[st.integers(1, 12)] * 2, st.integers(1, 4)),
)
def test_each_proposal_for_a_join_makes_it_fit(kind, one, other):
    found = faults(JOIN.format(kind, *one, "", *other))
    assume(found)
    for change, branch, output in (match for help_ in found[0].helps for match in ON.findall(help_)):
        sizes, grown = (one, other) if branch == "a" else (other, one)
        assert "x".join(map(str, sizes)) != output
        text = JOIN.format(kind, *sizes, f", {change.replace(': ', ': ')}", *grown)
        net = network(text)
        assert str(net.volume(net.nodes[-1].inputs[0])) == output


def test_a_shortcut_is_offered_its_projection():
    text = (
        "input: 56x56x64\nrounding: floor\nlayers:\n  - add: {main: [conv: 128 3x3 stride 2 pad 1], skip: identity}\n"
    )
    found = faults(text)[0]
    assert found.helps[0] == "`conv: 128 1x1 stride 2` on `skip` gives 28x28x128"
    mended = text.replace("skip: identity", "skip: [conv: 128 1x1 stride 2]")
    assert str(network(mended).nodes[-1].volume) == "28x28x128"


@pytest.mark.parametrize(
    ("item", "help_", "mended"),
    [
        ("slice: {start: 1, stop: 9}", "`stop 4` gives 8x8x3", "slice: {start: 1, stop: 4}"),
        ("reshape: 8x8x5", "`reshape: 8x8x4` holds 256 values", "reshape: 8x8x4"),
        ("space_to_depth: 3", "`block 2` gives 4x4x16", "space_to_depth: 2"),
        (
            "conv: 8 3x3 groups 3",
            "`groups 2` splits 4 channels into 2 each and 8 filters into 4 each",
            "conv: 8 3x3 groups 2",
        ),
        ("max_pool: 2 pad 2", "`pad 1` is the most a kernel of 2 takes", "max_pool: 2 pad 1"),
        ("conv: 8 3x3x3", "write `3x3`", "conv: 8 3x3"),
    ],
)
def test_other_helps_mend_what_they_are_for(item, help_, mended):
    head = "input: 8x8x4\nlayers:\n  - "
    found = faults(head + item + "\n")
    assert found[0].helps[0] == help_
    assert not faults(head + mended + "\n")


@given(
    st.lists(st.tuples(*[st.integers(1, 9)] * 3), min_size=1, max_size=3),
    st.integers(1, 3),
)
def test_a_transposed_convolution_that_asks_for_same_is_given_the_values(axes, dilation):
    sizes, kernel, stride = zip(*axes, strict=True)
    values = {"filters": 3, "kernel": "x".join(map(str, kernel)), "stride": "x".join(map(str, stride))}
    values |= {"dilation": dilation, "padding": "same"}
    case = ([*sizes, 2], "conv_transpose", values)
    (found,) = faults(spec(*case))
    assert (found.code, found.span.line) == ("CNN223", 3)
    grown = "x".join(map(str, [*(size * step for size, step in zip(sizes, stride, strict=True)), 3]))
    fits = all((width - 1) * dilation % 2 == 0 or step > 1 for width, step in zip(kernel, stride, strict=True))
    assert any(f"gives {grown}, as Keras's `same` does" in help_ for help_ in found.helps) == fits
    for proposal, output in proposals(found.helps):
        assert gives(applied(proposal, *case)) == output


def test_an_autoencoder_is_offered_both_sizes_that_its_decoder_may_give():
    text = "input: 12x12x16\nlayers:\n  - conv_transpose: {filters: 1, kernel: 3, stride: 2, padding: same}\n"
    assert faults(text)[0].helps == (
        "`pad 1 output_padding 1` gives 24x24x1, as Keras's `same` does",
        "`pad 1 output_padding 0` gives 23x23x1",
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("[1, 28, 28]", "28x28x1"),
        ("[3, 32, 32]", "32x32x3"),
        ("1x49x10", "49x10x1"),
        ("[1, 49, 10]", "49x10x1"),
        ("[1, 16000]", "16000x1"),
    ],
)
@pytest.mark.parametrize("above", ["", "  - conv: {filters: 8, kernel: 3, padding: half}\n  - relu\n"])
def test_an_input_with_its_channels_first_is_turned_where_a_kernel_does_not_fit(written, meant, above):
    text = f"input: {written}\nlayers:\n{above}  - max_pool: 4\n"
    (found,) = faults(text)
    assert found.code == "CNN402"
    assert found.helps[0] == f"write the input as `{meant}`: channels come last here"
    turned = found.source.edited(edits_of(found.helps[0])).text
    assert turned == text.replace(written, meant)
    assert all(fault.code == "CNN401" for fault in faults(turned))


def test_an_input_that_has_rather_many_rows_stays_as_it_is():
    (found,) = faults("input: 7x7x512\nlayers:\n  - conv: 8 9x9\n")
    assert not any("channels" in help_ for help_ in found.helps)
