"""Weights to begin with: how large, which depend on what, and what a spec writes down."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cnncalc.executor import WeightsError, init_weights, reference
from cnncalc.layers import KINDS
from cnncalc.layers.image_kernels import IMAGE_KERNELS
from cnncalc.network import Assembly, Input, WrittenWeights
from cnncalc.volume import Volume
from tests.executor.one_layer import chain, output_of, written


@pytest.mark.parametrize(
    ("act", "variance"),
    [("relu", 2 / 144), ("silu", 2 / 144), ("tanh", 25 / 9 / 144), ("none", 1 / 144), ("sigmoid", 1 / 144)],
)
def test_the_variance_is_the_gain_over_fan_in(act, variance):
    network = chain((8, 8, 16), ("conv", {"filters": 200, "kernel": 3, "act": act}))
    weight = init_weights(network)["a.weight"]
    assert weight.var() == pytest.approx(variance, rel=0.03)
    assert abs(weight).max() <= math.sqrt(3 * variance)
    assert weight.mean() == pytest.approx(0, abs=0.003)


@pytest.mark.parametrize("between", ["batch_norm", "identity", "layer_norm", "scale"])
def test_the_activation_is_found_behind_a_norm(between):
    plain = init_weights(chain((8, 8, 16), ("conv", {"filters": 20, "kernel": 3}), (between, {}), ("tanh", {})))
    gained = init_weights(chain((8, 8, 16), ("conv", {"filters": 20, "kernel": 3}), (between, {}), ("relu", {})))
    factor = math.sqrt(2 / (25 / 9))
    assert gained["a.weight"] == pytest.approx(plain["a.weight"] * factor, rel=1e-5)


def test_a_signal_keeps_its_size_through_ten_layers_of_relu():
    network = chain((64,), *[("fc", {"units": 64, "act": "relu"})] * 10)
    images = np.random.default_rng(5).normal(size=(20, 64))
    output = output_of(reference.run(network, images, init_weights(network, seed=1)))
    assert 0.05 < (output**2).mean() < 5


def test_fan_in_of_a_transposed_convolution_counts_what_one_output_adds_up():
    weight = init_weights(chain((4, 4, 64), ("conv_transpose", {"filters": 64, "kernel": 4, "stride": 2})))["a.weight"]
    assert weight.var() == pytest.approx(1 / (64 * 16 / 4), rel=0.03)


def test_constants_are_what_leaves_a_signal_alone():
    weights = init_weights(
        chain(
            (4, 4, 2),
            ("batch_norm", {}),
            ("prelu", {}),
            ("scale", {"bias": True}),
            ("subsample", {"kernel": 2}),
            ("conv", {"filters": 2, "kernel": 1, "act": "prelu"}),
        )
    )
    constants = {name: set(array.ravel().tolist()) for name, array in weights.items() if name != "e.weight"}
    assert constants == {
        "a.weight": {1.0},
        "a.bias": {0.0},
        "a.running_mean": {0.0},
        "a.running_var": {1.0},
        "b.weight": {0.25},
        "c.weight": {1.0},
        "c.bias": {0.0},
        "d.weight": {1.0},
        "d.bias": {0.0},
        "e.bias": {0.0},
        "e.act.weight": {0.25},
    }


def test_rbf_centres_are_one_or_minus_one():
    assert set(init_weights(chain((84,), ("rbf", {"units": 10})))["a.centers"].ravel().tolist()) == {-1.0, 1.0}


def test_every_kept_array_is_there_in_its_shape_and_type():
    network = chain((9, 9, 2), ("conv", {"filters": 4, "kernel": 3}), ("batch_norm", {}), ("fc", {"units": 3}))
    for dtype in (np.float32, np.float64):
        weights = init_weights(network, dtype=dtype)
        assert {name: array.shape for name, array in weights.items()} == {
            name: array.shape for name, _, array in network.kept()
        }
        assert {array.dtype for array in weights.values()} == {np.dtype(dtype)}


def test_a_layer_more_changes_no_other_layer_s_weights():
    first, second = ("conv", {"filters": 4, "kernel": 3}), ("conv", {"filters": 4, "kernel": 1})
    short, long = init_weights(chain((9, 9, 2), first)), init_weights(chain((9, 9, 2), first, second))
    assert short["a.weight"].tolist() == long["a.weight"].tolist()
    assert long["a.weight"].ravel()[:16].tolist() != long["b.weight"].ravel().tolist()


def test_the_seed_alone_decides():
    network = chain((64,), ("fc", {"units": 8}))
    again, other = (init_weights(network, seed=seed)["a.weight"].tolist() for seed in (7, 8))
    assert init_weights(network, seed=7)["a.weight"].tolist() == again
    assert again != other


def test_a_stream_is_the_same_on_every_machine():
    assert init_weights(chain((3,), ("fc", {"units": 1})), dtype=np.float64)["a.weight"].tolist() == [
        pytest.approx([-0.215851766, -0.061214131, -0.464072724])
    ]


def test_unconnected_entries_are_zero_and_do_not_count_in_fan_in():
    connections = [[0, 1], [2, 3]] * 50
    network = chain((8, 8, 4), ("conv", {"filters": 100, "kernel": 5, "connections": connections}))
    weight = init_weights(network)["a.weight"]
    assert not weight[0, 2:].any()
    assert not weight[1, :2].any()
    assert weight[0, :2].all()
    assert weight[::2, :2].var() == pytest.approx(1 / 50, rel=0.05)


def test_one_image_kernel_is_every_filter_s_and_the_same_for_each_channel():
    network = written("conv", {"filters": 2, "kernel": 3}, (9, 9, 3), WrittenWeights(kernels=("sobel_x",)))
    weights = init_weights(network)
    assert weights["a.weight"].shape == (2, 3, 3, 3)
    assert (weights["a.weight"] == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]).all()
    assert weights["a.bias"].tolist() == [0, 0]


def test_a_list_of_image_kernels_is_one_a_filter():
    names = WrittenWeights(kernels=("sobel_x", "sobel_y"))
    weight = init_weights(written("depthwise", {"kernel": 3, "multiplier": 2}, (9, 9, 1), names))["a.weight"]
    assert weight[1, 0].tolist() == weight[0, 0].T.tolist()


def test_sobel_x_is_positive_where_a_picture_grows_brighter_to_the_right():
    network = written("conv", {"filters": 1, "kernel": 3}, (3, 3, 1), WrittenWeights(kernels=("sobel_x",)))
    ramp = np.broadcast_to(np.arange(3.0)[:, None], (1, 3, 3, 1))
    assert output_of(reference.run(network, ramp, init_weights(network))).item() == 8


@pytest.mark.parametrize("name", [name for name in IMAGE_KERNELS if "blur" in name or name in {"sharpen", "identity"}])
def test_a_blur_leaves_an_even_grey_alone(name):
    assert sum(map(sum, IMAGE_KERNELS[name].values)) == pytest.approx(1)


@pytest.mark.parametrize("name", IMAGE_KERNELS)
def test_an_image_kernel_has_rows_of_equal_length_and_a_middle(name):
    height, width = IMAGE_KERNELS[name].size
    assert {len(row) for row in IMAGE_KERNELS[name].rows} == {width}
    assert height % 2 == width % 2 == 1


def test_written_lists_may_leave_out_leading_axes_of_one():
    lists = WrittenWeights(arrays={"weight": [[1, 0], [0, 2]], "bias": [3]})
    weights = init_weights(written("conv", {"filters": 1, "kernel": 2}, (4, 4, 1), lists))
    assert weights["a.weight"].tolist() == [[[[1, 0], [0, 2]]]]
    assert weights["a.bias"].tolist() == [3]


def test_everything_wrong_with_written_weights_is_listed_at_once():
    assembly = Assembly({"input": Input(Volume((9, 9, 1)))})
    conv = KINDS["conv"].build(2, {"filters": 2, "kernel": 3, "bias": False})
    for path, weights in {
        "a": WrittenWeights(kernels=("gaussian_blur_5",)),
        "b": WrittenWeights(kernels=("sobel",)),
        "c": WrittenWeights(kernels=("sobel_x",) * 3),
        "d": WrittenWeights(arrays={"weight": [[1, 2], [3]]}),
        "e": WrittenWeights(arrays={"weight": [[1, 2]], "bias": [1]}),
    }.items():
        assembly.add(path, "conv", conv, ("input",)).weights = weights
    with pytest.raises(WeightsError) as error:
        init_weights(assembly.network("n", ("a", "b", "c", "d", "e")))
    assert error.value.lines == [
        "a.weight: gaussian_blur_5 is 5x5, but the layer's kernel is 3x3",
        "b.weight: there is no image kernel sobel",
        "c.weight: 3 kernels are named for 2 filters",
        "d.weight: the lists are not numbers in rows of equal length",
        "e.weight: the lists have the shape (1, 2), but (2, 1, 3, 3) is expected",
        "e.bias: the layer keeps no bias",
    ]
