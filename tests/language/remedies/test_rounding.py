"""A stride of PyTorch or Keras drops its remainder, as they do, with no more words than that takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.remedies.following import faults_of
from tests.language.remedies.test_translating import helped, meant
from tests.language.specs import network


@given(
    st.integers(1, 40), st.integers(1, 6), st.integers(1, 5), st.integers(0, 2), st.sampled_from(["conv", "pool"]),
    st.sampled_from(["", "rounding: exact\n", "rounding: ceil\n", "rounding: floor\n", "rounding: {pool: ceil}\n"]),
)  # fmt: skip
def test_the_maps_are_those_that_pytorch_documents(size, kernel, stride, padding, kind, rounding):
    padding = min(padding, kernel // 2)
    places = (size + 2 * padding - (kernel - 1) - 1) // stride + 1
    if places < 1:
        return
    call = f"nn.Conv2d(3, 4, {kernel}, {stride}, {padding})"
    if kind == "pool":
        call = f"nn.MaxPool2d({kernel}, {stride}, {padding})"
    net = network(helped(f"{rounding}input: {size}x{size}x3\nlayers:\n  - {call}\n"))
    assert net.nodes[-1].volume.sizes == (places, places)


@pytest.mark.parametrize(
    ("written", "help_"),
    [
        ("nn.Conv2d: 3 8 3 2", "conv: 8 3x3 stride 2 rounding floor"),
        ("nn.Conv2d: 3 8 2 2", "conv: 8 2x2 stride 2"),
        ("nn.MaxPool2d(3)", "max_pool: 3 rounding floor"),
        ("nn.MaxPool2d(2)", "max_pool: 2"),
        ("nn.MaxPool2d(3, 2, ceil_mode=True)", "max_pool: 3 stride 2 rounding ceil"),
        ("Conv2D(8, 3, strides=2, padding='same')", "conv: 8 3x3 stride 2 pad same"),
        ("nn.Conv2d(3, 8, 3)", "conv: 8 3x3"),
        ("maxpool: 3", "max_pool: 3"),
    ],
)
def test_rounding_is_written_where_a_stride_leaves_a_rest(written, help_):
    (fault,) = faults_of(f"input: 32x32x3\nlayers:\n  - {written}\n")
    assert fault.helps == (f"write `{help_}`",)


def test_behind_another_fault_nobody_sees_what_arrives():
    first, second = faults_of("input: 32x32x3\nlayers:\n  - nn.Conv2d(3, 8, 3)\n  - nn.MaxPool2d(2)\n")
    assert (first.helps, second.helps) == (("write `conv: 8 3x3`",), ("write `max_pool: 2 rounding floor`",))


def test_applied_one_after_another_only_what_leaves_a_rest_says_so():
    text = "input: 33x33x3\nlayers:\n  - nn.Conv2d(3, 8, 3)\n  - nn.MaxPool2d(2)\n  - nn.MaxPool2d(2)\n"
    ours = "input: 33x33x3\nlayers:\n  - conv: 8 3x3\n  - max_pool: 2 rounding floor\n  - max_pool: 2 rounding floor\n"
    assert meant(helped(text)) == meant(ours)
    even = "input: 34x34x3\nlayers:\n  - nn.Conv2d(3, 8, 3)\n  - nn.MaxPool2d(2)\n  - nn.MaxPool2d(2)\n"
    assert "rounding" not in helped(even)
