"""What each kind computes, on numbers small enough to check by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.executor.one_layer import apply, filters, image, plane


def numbered(*shape: int) -> np.ndarray:
    return np.arange(float(math.prod(shape))).reshape(shape)


def test_groups_see_their_own_channels():
    x = np.array([[[1.0, 10.0, 100.0, 1000.0]]])
    weight = np.ones((2, 2, 1, 1))
    result = apply("conv", {"filters": 2, "kernel": 1, "groups": 2, "bias": False}, x, weight=weight)
    assert result.ravel().tolist() == [11, 1100]


def test_connections_choose_the_channels_of_each_filter():
    x = np.array([[[1.0, 10.0, 100.0]]])
    layer = {"filters": 3, "kernel": 1, "connections": [[0, 2], [1], []]}
    result = apply("conv", layer, x, weight=np.full((3, 3, 1, 1), 2.0), bias=[0.5, 0.5, 0.5])
    assert result.ravel().tolist() == [202.5, 20.5, 0.5]


def test_an_unconnected_weight_is_not_even_multiplied():
    weight = np.full((1, 2, 1, 1), math.nan)
    weight[0, 0] = 3.0
    result = apply("conv", {"filters": 1, "kernel": 1, "connections": [[0]]}, [[[2.0, 5.0]]], weight=weight, bias=[0.0])
    assert result.item() == 6.0


def test_depthwise_filters_of_a_channel_follow_one_another():
    x = np.array([[[1.0, 10.0]]])
    weight = np.array([1.0, 2.0, 3.0, 4.0]).reshape(4, 1, 1, 1)
    result = apply("depthwise", {"kernel": 1, "multiplier": 2, "bias": False}, x, weight=weight)
    assert result.ravel().tolist() == [1, 2, 30, 40]


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_convolution_of_any_rank_is_the_same_code(rank):
    x = numbered(*(5,) * rank, 2)
    weight = np.ones((1, 2, *(3,) * rank))
    result = apply("conv", {"filters": 1, "kernel": 3, "stride": 2, "bias": False}, x, weight=weight)
    assert result.shape == (2,) * rank + (1,)
    assert result[(0,) * rank] == x[(slice(0, 3),) * rank].sum()
    assert result[(1,) * rank] == x[(slice(2, 5),) * rank].sum()


def test_a_transposed_convolution_sets_kernels_side_by_side():
    layer = {"filters": 1, "kernel": 2, "stride": 2, "bias": False}
    result = apply("conv_transpose", layer, image([1, 10]), weight=filters([[1, 2], [3, 4]]))
    assert plane(result) == [[1, 2, 10, 20], [3, 4, 30, 40]]


def test_a_transposed_convolution_adds_where_kernels_overlap_and_crops_the_padding():
    layer = {"filters": 1, "kernel": (1, 3), "stride": (1, 2), "bias": False}
    x, weight = image([1, 10]), filters([[1, 2, 3]])
    assert plane(apply("conv_transpose", layer, x, weight=weight)) == [[1, 2, 13, 20, 30]]
    cropped = {**layer, "padding": {"left": 1, "right": 1}}
    assert plane(apply("conv_transpose", cropped, x, weight=weight)) == [[2, 13, 20]]


def test_output_padding_shows_what_the_padding_cropped_at_the_end():
    layer = {"filters": 1, "kernel": (1, 3), "stride": (1, 2), "padding": (0, 1), "output_padding": (0, 1)}
    result = apply("conv_transpose", layer, image([1, 10]), weight=filters([[1, 2, 3]]), bias=[0.5])
    assert plane(result) == [[2.5, 13.5, 20.5, 30.5]]


def test_a_transposed_convolution_in_groups_is_a_convolution_s_gradient():
    generator = np.random.default_rng(1)
    x, y = generator.normal(size=(5, 4, 4)), generator.normal(size=(2, 2, 6))
    weight = generator.normal(size=(6, 2, 3, 2))
    window = {"kernel": (3, 2), "stride": 2, "padding": {"top": 1}, "groups": 2, "bias": False}
    forward = apply("conv", {"filters": 6, "rounding": "floor", **window}, x, weight=weight)
    back = apply("conv_transpose", {"filters": 4, **window}, y, weight=weight)
    assert (forward[: y.shape[0], : y.shape[1]] * y).sum() == pytest.approx((x[:4] * back).sum())


def test_a_dilated_transposed_convolution_spreads_its_taps():
    layer = {"filters": 1, "kernel": (1, 2), "dilation": (1, 3), "bias": False}
    assert plane(apply("conv_transpose", layer, image([1, 10]), weight=filters([[1, 2]]))) == [[1, 10, 0, 2, 20]]


def test_fc_reads_channels_first():
    x = np.array([[[1.0, 10.0], [2.0, 20.0]]])
    weight = np.diag([1.0, 2.0, 3.0, 4.0])
    assert apply("fc", {"units": 4}, x, weight=weight, bias=[0, 0, 0, 0.5]).tolist() == [1, 4, 30, 80.5]


def test_flatten_and_reshape_are_channel_major_both_ways():
    x = numbered(2, 3, 4)
    flat = apply("flatten", {}, x)
    assert flat[:6].tolist() == x[..., 0].ravel().tolist()
    assert apply("reshape", {"output": (2, 3, 4)}, flat).tolist() == x.tolist()
    assert apply("reshape", {"output": (24, 1)}, x)[:, 0].tolist() == flat.tolist()


def test_an_rbf_is_the_squared_distance_from_its_centre():
    assert apply("rbf", {"units": 2}, [1.0, 2.0], centers=[[1, 2], [-1, 1]]).tolist() == [0, 5]


def test_subsample_is_mean_times_weight_plus_bias_then_the_activation():
    x = image([1, 2, 0, 0], [3, 6, 0, 0])
    assert plane(apply("subsample", {"kernel": 2, "act": "relu"}, x, weight=[2], bias=[-1])) == [[5, 0]]


def test_global_pools_give_one_place():
    x = image([1, 2], [3, 6])
    assert apply("global_avg_pool", {}, x).tolist() == [[[3]]]
    assert apply("global_max_pool", {}, x).tolist() == [[[6]]]


def test_adaptive_bins_overlap_as_pytorch_s_do():
    assert apply("adaptive_avg_pool", {"output": 3}, numbered(7, 1)).ravel().tolist() == [1, 3, 5]
    assert apply("adaptive_avg_pool", {"output": 3}, numbered(2, 1)).ravel().tolist() == [0, 0.5, 1]


def test_batch_norm_uses_the_statistics_of_training():
    x = np.array([3.0, 10.0])
    kept = {"running_mean": [1, 10], "running_var": [4 - 1e-5, 1]}
    assert apply("batch_norm", {}, x, weight=[2, 1], bias=[1, 5], **kept).tolist() == pytest.approx([3, 5])
    assert apply("batch_norm", {"affine": False}, x, **kept).tolist() == pytest.approx([1, 0])


def test_layer_norm_looks_at_each_place_alone():
    x = np.array([[[1.0, 3.0], [100.0, 100.0]]])
    result = apply("layer_norm", {"eps": 1e-12}, x, weight=[1, 2], bias=[0, 1])
    assert result.ravel().tolist() == pytest.approx([-1, 3, 0, 1])


def test_group_norm_looks_at_its_channels_and_every_place():
    x = np.array([[[0.0, 2.0, 7.0], [4.0, 2.0, 7.0]]])
    x = np.concatenate([x, x[..., :1] * 0 + 7], axis=-1)
    result = apply("group_norm", {"groups": 2, "eps": 1e-12}, x, weight=[1, 1, 1, 1], bias=[0, 0, 5, 6])
    half = math.sqrt(2)
    assert result.ravel().tolist() == pytest.approx([-half, 0, 5, 6, half, 0, 5, 6])


def test_instance_norm_looks_at_each_map_alone():
    x = np.array([[[0.0, 5.0], [2.0, 9.0]]])
    result = apply("instance_norm", {"eps": 1e-12, "affine": False}, x)
    assert result.ravel().tolist() == pytest.approx([-1, -1, 1, 1])
    assert apply("instance_norm", {"eps": 1e-12}, x, weight=[1, 3], bias=[0, 1]).ravel().tolist() == pytest.approx(
        [-1, -2, 1, 4]
    )


def test_lrn_of_even_size_reaches_further_after():
    x = np.array([[[1.0, 2.0, 3.0]]])
    layer = {"size": 2, "alpha": 1.0, "beta": 1.0, "k": 1.0}
    assert apply("lrn", layer, x).ravel().tolist() == pytest.approx([1 / 6, 2 / 14, 3 / 10])
    averaged = apply("lrn", {**layer, "average": True}, x).ravel().tolist()
    assert averaged == pytest.approx([1 / 3.5, 2 / 7.5, 3 / 5.5])


def test_lrn_of_odd_size_reaches_both_ways_alike():
    x = np.array([[[1.0, 2.0, 3.0]]])
    layer = {"size": 3, "alpha": 1.0, "beta": 0.5, "k": 2.0}
    assert apply("lrn", layer, x).ravel().tolist() == pytest.approx([1 / 7**0.5, 2 / 4, 3 / 15**0.5])


def test_scale_multiplies_each_channel():
    assert apply("scale", {}, [1.0, 2.0], weight=[3, 4]).tolist() == [3, 8]
    assert apply("scale", {"bias": True}, [1.0, 2.0], weight=[3, 4], bias=[1, -1]).tolist() == [4, 7]


def test_softmax_shares_out_one_at_each_place():
    x = np.array([[[0.0, math.log(3)], [1000.0, 1000.0]]])
    assert apply("softmax", {}, x).ravel().tolist() == pytest.approx([0.25, 0.75, 0.5, 0.5])
    assert apply("log_softmax", {}, x).ravel().tolist() == pytest.approx(np.log([0.25, 0.75, 0.5, 0.5]))


def test_joins_combine_value_by_value():
    a, b = image([1, 2]), image([10, 20])
    assert plane(apply("add", {}, a, b, b)) == [[21, 42]]
    assert plane(apply("subtract", {}, a, b)) == [[-9, -18]]
    assert plane(apply("multiply", {}, a, b)) == [[10, 40]]
    assert apply("concat", {}, a, b).tolist() == [[[1, 10], [2, 20]]]


def test_one_place_stretches_over_a_map_whichever_comes_first():
    x, gate = numbered(2, 2, 2), np.array([[[2.0, 3.0]]])
    expected = (x * [2, 3]).tolist()
    assert apply("multiply", {}, x, gate).tolist() == expected
    assert apply("multiply", {}, gate, x).tolist() == expected


def test_slice_crop_and_shuffle_move_values_only():
    x = numbered(2, 3, 4)
    assert apply("slice", {"start": 1, "stop": 3}, x).tolist() == x[..., 1:3].tolist()
    assert apply("crop", {"top": 1, "right": 2}, x).tolist() == x[1:, :1].tolist()
    assert apply("channel_shuffle", {"groups": 2}, x)[0, 0].tolist() == [0, 2, 1, 3]


def test_pad_borders_are_constant_mirrored_or_the_edge():
    x = image([1, 2, 3])
    sides = {"left": 2, "right": 1}
    assert plane(apply("pad", {"padding": sides, "value": 9}, x)) == [[9, 9, 1, 2, 3, 9]]
    assert plane(apply("pad", {"padding": sides, "mode": "reflect"}, x)) == [[3, 2, 1, 2, 3, 2]]
    assert plane(apply("pad", {"padding": sides, "mode": "edge"}, x)) == [[1, 1, 1, 2, 3, 3]]


def test_pad_adds_channels_before_and_after():
    assert apply("pad", {"channels_before": 1, "channels_after": 2}, [5.0]).tolist() == [0, 5, 0, 0]


def test_a_mirrored_corner_is_mirrored_along_both_axes():
    x = numbered(3, 3, 1)
    assert apply("pad", {"padding": 1, "mode": "reflect"}, x)[0, 0, 0] == x[1, 1, 0]


def test_nearest_repeats_each_pixel():
    assert plane(apply("upsample", {"scale": (1, 2)}, image([1, 2]))) == [[1, 1, 2, 2]]


def test_bilinear_has_half_pixel_centres_clamped_at_the_border():
    x = image([0, 4])
    assert plane(apply("upsample", {"scale": (1, 2), "mode": "bilinear"}, x)) == [[0, 1, 3, 4]]
    aligned = {"scale": (1, 2), "mode": "bilinear", "align_corners": True}
    assert plane(apply("upsample", aligned, x)) == [pytest.approx([0, 4 / 3, 8 / 3, 4])]
    assert plane(apply("upsample", {**aligned, "scale": (1, 3)}, image([7]))) == [[7, 7, 7]]
    assert plane(apply("upsample", {**aligned, "scale": (2, 1)}, x)) == [[0, 4], [0, 4]]


def test_bilinear_is_separable_over_all_axes():
    x = np.array([0.0, 4.0])[:, None, None, None] + np.array([0.0, 40.0])[:, None, None]
    result = apply("upsample", {"scale": (2, 2, 1), "mode": "bilinear"}, x)
    assert result[:, :, 0, 0].tolist() == (np.array([[0], [1], [3], [4]]) + np.array([0, 10, 30, 40])).tolist()


def test_depth_to_space_is_pixel_shuffle():
    x = np.array([[[0.0, 1.0, 2.0, 3.0, 10.0, 11.0, 12.0, 13.0]]])
    result = apply("depth_to_space", {"block": 2}, x)
    assert result[..., 0].tolist() == [[0, 1], [2, 3]]
    assert result[..., 1].tolist() == [[10, 11], [12, 13]]


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_space_to_depth_is_the_inverse_of_depth_to_space(rank):
    x = numbered(*(2,) * rank, 3 * 2**rank)
    spread = apply("depth_to_space", {"block": 2}, x)
    assert spread.shape == (4,) * rank + (3,)
    assert apply("space_to_depth", {"block": 2}, spread).tolist() == x.tolist()
