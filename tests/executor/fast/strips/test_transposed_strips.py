"""Transposed convolutions within a limit of memory: whichever phases lack taps, strips give what the whole gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.executor import fast, init_weights
from cnncalc.executor.fast.strips.strips import Strips
from cnncalc.executor.memory import MemoryRefusal
from tests.agreement.effort import effort
from tests.executor.fast.strips.test_strips import image_for, in_strips

SHARES = (0.35, 0.5, 0.7, 0.9)
"""Of the memory that the whole needs; each cuts the map elsewhere."""

PHASES_WITHOUT_TAPS = {
    "a kernel below the stride": "input: 64x64x1\nlayers: [conv_transpose: 1 1x1 stride 2]",
    "a stride of four": "input: 60x20x2\nlayers: [conv_transpose: 3 2x2 stride 4 pad 1]",
    "a dilation with a factor of the stride": (
        "input: 60x20x2\nlayers: [conv_transpose: {filters: 3, kernel: 3, stride: 4, dilation: 2}]"
    ),
    "a sequence": "input: 900x2\nlayers: [conv_transpose: {filters: 2, kernel: 1, stride: 3, padding: 1}]",
    "a clip": "input: 40x6x5x1\nlayers: [conv_transpose: {filters: 2, kernel: 1, stride: 2x3x2}]",
    "groups": "input: 60x20x4\nlayers: [conv_transpose: {filters: 4, kernel: 2, stride: 3, groups: 2}]",
}


@st.composite
def transposed(draw: Any) -> str:
    """A long map under one transposed convolution, often with a kernel below its stride or a common factor."""
    rank = draw(st.sampled_from((1, 2, 2, 3)))
    groups = draw(st.sampled_from((1, 1, 2)))
    channels, filters = (groups * draw(st.integers(1, 2)) for _ in range(2))
    sizes = (draw(st.integers(40, 70)), *(draw(st.integers(3, 9)) for _ in range(rank - 1)), channels)
    strides = [draw(st.integers(1, 4)) for _ in range(rank)]
    values = {
        "filters": filters,
        "groups": groups,
        "kernel": [draw(st.integers(1, 3)) for _ in strides],
        "stride": strides,
        "dilation": [draw(st.sampled_from((1, 1, 2, 3, 4))) for _ in strides],
        "padding": [draw(st.integers(0, 2)) for _ in strides],
        "output_padding": [draw(st.integers(0, stride - 1)) for stride in strides],
    }
    written = ", ".join(f"{name}: {_by_axis(value)}" for name, value in values.items())
    return f"input: {list(sizes)}\nlayers: [conv_transpose: {{{written}}}]\n"


def _by_axis(value: int | list[int]) -> str:
    return str(value) if isinstance(value, int) else "x".join(map(str, value))


def strips_agree_with_the_whole(text: str) -> bool:
    """Require the strips' values to be those of the whole; false where no limit makes strips."""
    network = cnncalc.loads(text)
    weights, image = init_weights(network), image_for(network)
    need = fast.needed(network, 1, np.float64, threads=1)
    expected = fast.run(network, {name: array[None] for name, array in image.items()}, weights, dtype=np.float64)
    most = 0
    for share in SHARES:
        try:
            strips = Strips(network, weights, int(share * (need.activations + need.scratch)), np.float64)
        except MemoryRefusal:
            continue
        for row, values in in_strips(network, strips, image).items():
            np.testing.assert_allclose(values, expected[row][0], rtol=1e-9, atol=1e-9)
        most = max(most, strips.strips)
    return most > 1


@pytest.mark.parametrize("what", PHASES_WITHOUT_TAPS)
def test_phases_without_a_tap_lie_differently_in_each_strip(what: str) -> None:
    assert strips_agree_with_the_whole(PHASES_WITHOUT_TAPS[what])


def test_drawn_transposed_convolutions_give_in_strips_what_they_give_as_a_whole() -> None:
    cut: list[bool] = []

    @effort(1 / 4)
    @given(transposed())
    def drawn(text: str) -> None:
        cut.append(strips_agree_with_the_whole(text))

    drawn()
    assert sum(cut) > len(cut) / 3, "most drawn maps are too small to be cut"
