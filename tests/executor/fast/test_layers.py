"""The other kinds of the fast executor against their definitions, written plainly."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cnncalc.executor.fast.algorithms.plain import Plain
from cnncalc.executor.fast.draft import ways
from cnncalc.executor.fast.fusing import Work
from cnncalc.executor.fast.kinds import forward, move
from cnncalc.executor.fast.plain.activation import FUNCTIONS, erf
from cnncalc.executor.fast.tail import Tail
from cnncalc.layers import KINDS
from cnncalc.layers.activation import FUNCTIONS as DECLARED
from cnncalc.layers.activation import act_of
from cnncalc.problem import Problem
from cnncalc.volume import Volume
from tests.executor.one_layer import computed, network_of

RANDOM = np.random.default_rng(7)


def build(kind: str, rank: int = 2, **values: object) -> Any:
    return KINDS[kind].build(rank, values)


def images(*shape: int) -> np.ndarray:
    return RANDOM.standard_normal(shape)


def agree(left: np.ndarray, right: np.ndarray) -> None:
    np.testing.assert_allclose(left, right, rtol=1e-10, atol=1e-12)


def finish(values: np.ndarray, bias: np.ndarray | None, act: Any, slopes: np.ndarray | None) -> None:
    for call in Tail(bias, None, act, slopes).bind(values, values, (slice(0, len(values)),)):
        call()


COMPUTED_BY_ALGORITHMS = {"Concat", "Conv", "ConvTranspose", "Depthwise", "Fc", "MaxPool", "AvgPool", "Subsample"}


def test_every_kind_has_a_forward_or_an_algorithm_or_hands_on_its_input() -> None:
    without = {
        entry.layer.__name__
        for entry in KINDS.values()
        if forward.dispatch(entry.layer) is forward.dispatch(object)
        and move.dispatch(entry.layer) is move.dispatch(object)
        and entry.layer.hands_on is not True
    }
    assert without == COMPUTED_BY_ALGORITHMS


@pytest.mark.parametrize(
    "kind", ["conv", "conv_transpose", "depthwise", "max_pool", "avg_pool", "subsample", "fc", "concat"]
)
def test_what_has_no_forward_has_an_algorithm(kind: str) -> None:
    needs = {"filters": 2, "kernel": 1, "units": 2}
    layer = KINDS[kind].build(2, {name: value for name, value in needs.items() if name in KINDS[kind].parameters})
    net = network_of(layer, [np.ones((1, 4, 4, 2))] * (2 if layer.joins else 1))
    assert not any(isinstance(way, Plain) for way in ways(Work(net["a"], net["a"].inputs), 1, 4))


@st.composite
def pools(draw: st.DrawFn) -> tuple[Any, Volume]:
    """A pool of any rank with a volume that it takes."""
    rank = draw(st.integers(1, 3))
    kernel = tuple(draw(st.integers(1, 3)) for _ in range(rank))
    values: dict[str, object] = {
        "kernel": kernel,
        "stride": tuple(draw(st.integers(1, 3)) for _ in range(rank)),
        "padding": draw(st.sampled_from(["same", "half"]) | st.tuples(*(st.integers(0, size // 2) for size in kernel))),
        "rounding": draw(st.sampled_from(["floor", "ceil"])),
    }
    kind = draw(st.sampled_from(["max_pool", "avg_pool"]))
    if kind == "avg_pool":
        values["count_padding"] = draw(st.booleans())
    else:
        values["dilation"] = tuple(draw(st.integers(1, 2)) for _ in range(rank))
    volume = Volume((*(draw(st.integers(1, 6)) for _ in range(rank)), 2))
    try:
        layer = KINDS[kind].build(rank, values)
        layer.output_volume(volume)
    except Problem:
        assume(False)  # hypothesis spells it so
    return layer, volume


def pooled_by_definition(layer: Any, x: np.ndarray) -> np.ndarray:
    volume = Volume(x.shape[1:])
    windows = layer.windows(volume)
    out = np.empty((len(x), *layer.output_volume(volume)))
    for image, place in product(range(len(x)), np.ndindex(*out.shape[1:-1])):
        pixels, counted = [], 0
        for tap in product(*map(range, layer.kernel)):
            at = [
                index * window.stride + step * window.dilation - window.before
                for index, step, window in zip(place, tap, windows, strict=True)
            ]
            axes = list(zip(at, volume.sizes, windows, strict=True))
            if all(0 <= position < size for position, size, _ in axes):
                pixels.append(x[(image, *at)])
            counted += all(-window.before <= position < size + window.after for position, size, window in axes)
        if layer.kind == "max_pool":
            out[(image, *place)] = np.max(pixels, axis=0)
        else:
            out[(image, *place)] = np.sum(pixels, axis=0) / (counted if layer.count_padding else len(pixels))
    return out


@given(pools(), st.integers(1, 2), st.integers(0, 9))
def test_a_pool_computes_its_definition(drawn: tuple[Any, Volume], count: int, seed: int) -> None:
    layer, volume = drawn
    x = np.random.default_rng(seed).standard_normal((count, *volume))
    agree(computed(layer, [x], {}), pooled_by_definition(layer, x))


def test_a_max_pool_passes_a_nan_and_minus_infinity_on() -> None:
    x = np.array([[-np.inf, -np.inf, 1.0, np.nan]]).reshape(1, 4, 1)
    assert str(computed(build("max_pool", 1, kernel=2), [x], {}).ravel().tolist()) == "[-inf, nan]"


def test_subsample_is_the_mean_times_the_weight_plus_the_bias() -> None:
    x = np.arange(16.0).reshape(1, 4, 4, 1)
    arrays = {"weight": np.array([2.0]), "bias": np.array([1.0])}
    out = computed(build("subsample", kernel=2), [x], arrays)
    assert out[0, :, :, 0].tolist() == [[2 * 2.5 + 1, 2 * 4.5 + 1], [2 * 10.5 + 1, 2 * 12.5 + 1]]


def test_the_window_that_subsample_lets_hang_over_counts_its_pixels_only() -> None:
    arrays = {"weight": np.ones(1), "bias": np.zeros(1)}
    out = computed(build("subsample", 1, kernel=2, rounding="ceil"), [np.array([[[1.0], [3.0], [7.0]]])], arrays)
    assert out.ravel().tolist() == [2.0, 7.0]


@pytest.mark.parametrize("shape", [(2, 7, 3), (2, 5, 6, 3), (2, 3, 4, 5, 3)])
def test_global_pools_reduce_every_axis_of_places(shape: tuple[int, ...]) -> None:
    x, rank = images(*shape), len(shape) - 2
    axes = tuple(range(1, rank + 1))
    agree(computed(build("global_avg_pool", rank), [x], {}), x.mean(axes, keepdims=True))
    agree(computed(build("global_max_pool", rank), [x], {}), x.max(axes, keepdims=True))


def test_the_mean_of_a_large_map_keeps_its_digits_in_float32() -> None:
    x = np.full((1, 500, 500, 1), 0.1, np.float32)
    assert computed(build("global_avg_pool"), [x], {}).item() == pytest.approx(np.float32(0.1), rel=3e-6)


def test_adaptive_bins_overlap_as_pytorch_cuts_them() -> None:
    x = images(2, 7, 5, 3)
    out = computed(build("adaptive_avg_pool", output=(3, 2)), [x], {})
    for row, column in product(range(3), range(2)):
        top, bottom = 7 * row // 3, math.ceil(7 * (row + 1) / 3)
        left, right = 5 * column // 2, math.ceil(5 * (column + 1) / 2)
        agree(out[:, row, column], x[:, top:bottom, left:right].mean((1, 2)))


SCALARS = {
    "none": lambda x: x,
    "relu": lambda x: max(0.0, x),
    "relu6": lambda x: min(max(0.0, x), 6.0),
    "leaky_relu": lambda x: x if x > 0 else 0.25 * x,
    "prelu": lambda x: x if x > 0 else 0.25 * x,
    "elu": lambda x: x if x > 0 else 0.5 * (math.exp(x) - 1),
    "selu": lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * (math.exp(x) - 1)),
    "gelu": lambda x: 0.5 * x * (1 + math.erf(x / math.sqrt(2))),
    "gelu_tanh": lambda x: 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "silu": lambda x: x / (1 + math.exp(-x)),
    "mish": lambda x: x * math.tanh(math.log(1 + math.exp(x))),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "hard_sigmoid": lambda x: min(max(0.0, x + 3), 6.0) / 6,
    "hard_swish": lambda x: x * min(max(0.0, x + 3), 6.0) / 6,
    "tanh": math.tanh,
    "scaled_tanh": lambda x: 1.7159 * math.tanh(2 * x / 3),
    "softplus": lambda x: math.log(1 + math.exp(x)),
    "abs": abs,
}
PARAMETERS = {"leaky_relu": 0.25, "elu": 0.5}


def test_the_table_holds_every_activation_of_the_language() -> None:
    assert FUNCTIONS.keys() == {"none", *DECLARED}


@pytest.mark.parametrize("name", SCALARS)
def test_an_activation_computes_its_formula(name: str) -> None:
    x = np.linspace(-9, 9, 1001)[:, np.newaxis]
    values = x.copy()
    finish(values, None, act_of(name, PARAMETERS.get(name)), np.array([0.25]) if name == "prelu" else None)
    np.testing.assert_allclose(values[:, 0], [SCALARS[name](number) for number in x[:, 0]], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", SCALARS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_an_activation_passes_a_nan_on(name: str) -> None:
    values = np.array([[np.nan, 1.0]], np.float32)
    finish(values, None, act_of(name, None), np.ones(2, np.float32) if name == "prelu" else None)
    assert np.isnan(values[0]).tolist() == [True, False]


def test_bias_and_slopes_find_their_channels_when_one_place_is_wider_than_a_piece() -> None:
    values, channels = np.full((2, 40_000), -1.0), np.arange(40_000.0)
    finish(values, channels, act_of("prelu", None), channels)
    agree(values, np.broadcast_to(np.where(channels < 1, channels * (channels - 1), channels - 1), values.shape))


def test_the_error_function_is_that_of_the_standard_library() -> None:
    x = np.concatenate([np.linspace(-7, 7, 4001), [0.0, 1e-30, 0.46875, np.inf, -np.inf]])
    np.testing.assert_allclose(erf(x), [math.erf(number) for number in x], rtol=1e-14, atol=1e-15)


def test_batch_norm_uses_the_statistics_of_training() -> None:
    x = images(2, 4, 4, 3)
    weight, bias, mean, variance = images(3), images(3), images(3), np.abs(images(3))
    arrays = {"weight": weight, "bias": bias, "running_mean": mean, "running_var": variance}
    agree(computed(build("batch_norm", eps=1e-3), [x], arrays), (x - mean) / np.sqrt(variance + 1e-3) * weight + bias)
    plain = computed(build("batch_norm", affine=False), [x], {"running_mean": mean, "running_var": variance})
    agree(plain, (x - mean) / np.sqrt(variance + 1e-5))


def normalised(x: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    return np.asarray((x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-5))


def test_norms_differ_in_what_they_average_over() -> None:
    x, weight, bias = images(2, 4, 5, 6), images(6), images(6)
    arrays = {"weight": weight, "bias": bias}
    agree(computed(build("layer_norm"), [x], arrays), normalised(x, (3,)) * weight + bias)
    agree(computed(build("instance_norm"), [x], arrays), normalised(x, (1, 2)) * weight + bias)
    agree(computed(build("instance_norm", affine=False), [x], {}), normalised(x, (1, 2)))
    grouped = normalised(x.reshape(2, 4, 5, 2, 3), (1, 2, 4)).reshape(x.shape)
    agree(computed(build("group_norm", groups=2), [x], arrays), grouped * weight + bias)


@pytest.mark.parametrize("size", [1, 2, 5, 6, 40])
@pytest.mark.parametrize("beta", [0.75, 0.5])
@pytest.mark.parametrize("average", [False, True])
def test_lrn_sums_the_squares_of_neighbouring_channels(size: int, beta: float, average: bool) -> None:
    x = images(2, 3, 3, 7)
    out = computed(build("lrn", size=size, beta=beta, alpha=0.3, k=1.5, average=average), [x], {})
    for channel in range(7):
        near = x[..., max(0, channel - (size - 1) // 2) : channel + size // 2 + 1]
        alpha = 0.3 / size if average else 0.3
        agree(out[..., channel], x[..., channel] / (1.5 + alpha * (near**2).sum(-1)) ** beta)


def test_softmax_shares_sum_to_one_and_survive_large_scores() -> None:
    x = np.array([[1000.0, 999.0, -1000.0]], np.float32)
    shares = computed(build("softmax", 0), [x], {})
    assert shares[0].tolist() == pytest.approx([0.7310586, 0.2689414, 0.0])
    assert computed(build("log_softmax", 0), [x], {})[0].tolist() == pytest.approx(
        [-0.3132617, -1.3132617, -2000.3132617]
    )


def test_scale_multiplies_each_channel() -> None:
    x, weight, bias = images(1, 2, 2, 3), images(3), images(3)
    agree(computed(build("scale"), [x], {"weight": weight}), x * weight)
    agree(computed(build("scale", bias=True), [x], {"weight": weight, "bias": bias}), x * weight + bias)


def test_fc_reads_the_volume_channel_major() -> None:
    x, weight, bias = images(3, 4, 5, 2), images(7, 40), images(7)
    flat = x.transpose(0, 3, 1, 2).reshape(3, 40)
    agree(computed(build("fc", units=7), [x], {"weight": weight, "bias": bias}), flat @ weight.T + bias)
    agree(computed(build("rbf", units=7), [x], {"centers": weight}), ((flat[:, None] - weight) ** 2).sum(-1))


def test_joins_take_all_their_inputs() -> None:
    a, b, c = images(2, 3, 3, 4), images(2, 3, 3, 4), images(2, 3, 3, 4)
    gate = images(2, 1, 1, 4)
    agree(computed(build("add"), [a, b, c], {}), a + b + c)
    agree(computed(build("subtract"), [a, b], {}), a - b)
    agree(computed(build("multiply"), [gate, gate, a], {}), gate * gate * a)
    agree(computed(build("concat"), [a, gate * np.ones_like(a)], {}), np.concatenate([a, gate * np.ones_like(a)], -1))


def test_rearranging_moves_every_value_where_its_definition_says() -> None:
    x = images(2, 4, 6, 8)
    first = x.transpose(0, 3, 1, 2)
    agree(computed(build("flatten"), [x], {}), first.reshape(2, -1))
    reshaped = computed(build("reshape", output=(12, 4, 4)), [x], {})
    agree(reshaped, first.reshape(2, 4, 12, 4).transpose(0, 2, 3, 1))
    agree(computed(build("slice", start=2, stop=5), [x], {}), x[..., 2:5])
    shuffled = computed(build("channel_shuffle", groups=2), [x], {})
    agree(shuffled, x[..., [0, 4, 1, 5, 2, 6, 3, 7]])
    agree(computed(build("crop", top=1, left=2, right=1), [x], {}), x[:, 1:, 2:-1])
    stacked = computed(build("space_to_depth", block=2), [x], {})
    for channel, down, right in product(range(8), range(2), range(2)):
        agree(stacked[..., channel * 4 + down * 2 + right], x[:, down::2, right::2, channel])
    agree(computed(build("depth_to_space", block=2), [stacked], {}), x)


def test_blocks_of_places_work_in_every_rank() -> None:
    for rank in (1, 3):
        x = images(2, *(4,) * rank, 3)
        stacked = computed(build("space_to_depth", rank, block=2), [x], {})
        assert stacked.shape == (2, *(2,) * rank, 3 * 2**rank)
        agree(computed(build("depth_to_space", rank, block=2), [stacked], {}), x)


@pytest.mark.parametrize("mode", ["constant", "reflect", "edge"])
def test_pad_borders_places_by_its_mode_and_channels_by_its_value(mode: Any) -> None:
    x = images(2, 4, 5, 3)
    layer = build("pad", padding={"top": 1, "left": 3, "right": 2}, mode=mode, value=9.0, channels_before=1)
    value: dict[str, Any] = {"constant_values": 9.0} if mode == "constant" else {}
    expected = np.pad(x, ((0, 0), (1, 0), (3, 2), (0, 0)), mode=mode, **value)
    agree(computed(layer, [x], {}), np.pad(expected, ((0, 0),) * 3 + ((1, 0),), constant_values=9.0))


def test_upsampling_copies_or_blends_neighbours() -> None:
    x = images(2, 3, 4, 2)
    agree(computed(build("upsample", scale=(2, 3)), [x], {}), x.repeat(2, 1).repeat(3, 2))
    line = np.array([[[0.0], [4.0]]])
    assert computed(build("upsample", 1, scale=2, mode="bilinear"), [line], {}).ravel().tolist() == [0, 1, 3, 4]
    corners = build("upsample", 1, scale=2, mode="bilinear", align_corners=True)
    assert computed(corners, [line], {}).ravel().tolist() == pytest.approx([0, 4 / 3, 8 / 3, 4])
    still = build("upsample", 1, scale=1, mode="bilinear", align_corners=True)
    assert computed(still, [line], {}).ravel().tolist() == [0, 4]


def test_bilinear_means_along_each_axis_are_independent() -> None:
    rows, columns = images(3), images(4)
    both = computed(build("upsample", scale=(2, 3), mode="bilinear"), [np.outer(rows, columns)[None, ..., None]], {})
    down = computed(build("upsample", 1, scale=2, mode="bilinear"), [rows[None, :, None]], {})
    along = computed(build("upsample", 1, scale=3, mode="bilinear"), [columns[None, :, None]], {})
    agree(both[0, ..., 0], np.outer(down.ravel(), along.ravel()))
