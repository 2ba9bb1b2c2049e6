"""What somebody probably meant: the nearest of our words, or ours for another framework's."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_WORD = 40
_MOST_CANDIDATES = 5000

_BY_OURS = {
    "filters": "out_channels n_filters num_filters nb_filters num_output filter_count K",
    "kernel": "kernel_size kernel_shape ksize filter_size window window_size pool_size F",
    "stride": "strides stride_size S",
    "padding": "P paddings pads zero_padding",
    "dilation": "dilations dilation_rate dilate atrous",
    "groups": "num_groups group n_groups cardinality",
    "bias": "use_bias bias_term has_bias with_bias",
    "act": "activation activations activation_function nonlinearity act_fn",
    "units": "out_features num_units n_units neurons hidden_units hidden_size outputs_count",
    "multiplier": "depth_multiplier channel_multiplier",
    "eps": "epsilon variance_epsilon",
    "affine": "elementwise_affine",
    "slope": "negative_slope alpha_slope leakiness",
    "rate": "p drop_rate dropout_rate dropout_ratio prob",
    "scale": "scale_factor upscale_factor",
    "block": "block_size downscale_factor",
    "rounding": "ceil_mode rounding_mode",
    "count_padding": "count_include_pad exclude_pad",
    "mode": "interpolation",
    "conv": "Conv2d Conv1d Conv3d Conv convolution convolutional convolution2d Convolution1D Convolution3D conv_2d",
    "depthwise": "DepthwiseConv2D DepthwiseConv1D depthwise_conv dwconv depthwise_conv2d",
    "conv_transpose": "Conv2DTranspose Conv1DTranspose Conv3DTranspose ConvTranspose2d ConvTranspose1d ConvTranspose3d "
    "ConvTranspose deconv deconvolution transposed_conv conv_transposed",
    "fc": "Linear Dense gemm inner_product InnerProduct fully_connected FullyConnected",
    "max_pool": "MaxPool2d MaxPool1d MaxPool3d MaxPool MaxPooling2D MaxPooling1D MaxPooling3D maxpooling max_pooling "
    "max_pool2d",
    "avg_pool": "AvgPool2d AvgPool1d AvgPool3d AvgPool AveragePool AveragePooling2D AveragePooling1D AveragePooling3D "
    "average_pool mean_pool avg_pooling avg_pool2d",
    "global_avg_pool": "GlobalAveragePooling2D GlobalAveragePooling1D GlobalAveragePooling3D GlobalAveragePool "
    "global_average_pool gap global_pool",
    "global_max_pool": "GlobalMaxPooling2D GlobalMaxPooling1D GlobalMaxPooling3D GlobalMaxPool gmp",
    "adaptive_avg_pool": "AdaptiveAvgPool2d AdaptiveAvgPool1d AdaptiveAvgPool3d AdaptiveAvgPool",
    "batch_norm": "BatchNorm2d BatchNorm1d BatchNorm3d BatchNorm BatchNormalization bn batchnormalization",
    "layer_norm": "LayerNorm LayerNormalization ln",
    "group_norm": "GroupNorm GroupNormalization gn",
    "instance_norm": "InstanceNorm2d InstanceNorm1d InstanceNorm3d InstanceNorm InstanceNormalization",
    "lrn": "LocalResponseNorm local_response_norm local_response_normalization LocalResponseNormalization",
    "concat": "Concatenate cat concatenation join merge route",
    "add": "sum eltwise residual shortcut addition plus skip_add",
    "subtract": "sub difference minus",
    "multiply": "mul product times gate hadamard",
    "flatten": "ravel",
    "reshape": "Unflatten",
    "dropout": "Dropout2d SpatialDropout2D AlphaDropout drop",
    "identity": "noop pass passthrough linear_activation",
    "pad": "ZeroPadding2D ZeroPadding1D ZeroPadding3D ZeroPad2d ReflectionPad2d ReplicationPad2d ConstantPad2d",
    "crop": "Cropping2D Cropping1D Cropping3D center_crop",
    "upsample": "UpSampling2D UpSampling1D UpSampling3D UpsamplingNearest2d UpsamplingBilinear2d interpolate resize",
    "depth_to_space": "PixelShuffle",
    "space_to_depth": "PixelUnshuffle reorg focus",
    "channel_shuffle": "ChannelShuffle shuffle",
    "softmax": "Softmax2d",
    "log_softmax": "LogSoftmax",
    "relu": "rectifier rectified_linear",
    "leaky_relu": "LeakyReLU lrelu leaky",
    "prelu": "ParametricReLU",
    "hard_sigmoid": "hsigmoid",
    "hard_swish": "hswish",
    "silu": "swish swish1",
    "sigmoid": "logistic",
    "tanh": "TanH hyperbolic_tangent",
    # In these theirs differs by its case alone.
    **dict.fromkeys(("elu", "selu", "gelu", "mish", "relu6", "softplus", "abs", "rbf"), ""),
    "sequence": "Sequential seq",
    "from": "inputs_from bottom src",
    "name": "id label layer_name",
    "repeat": "repeats times_repeated depth_repeat",
    "input": "input_shape input_size input_dim",
    "channels": "in_channels num_channels depth_channels",
}


def _squeezed(word: str) -> str:
    """Without case and underscores, so that MaxPool, maxpool and max_pool are one word."""
    return word.casefold().replace("_", "")


def _table() -> dict[str, str]:
    table = {}
    for ours, theirs in _BY_OURS.items():
        table.update(dict.fromkeys(theirs.split(), ours))
    return table


FOREIGN: dict[str, str] = _table()
"""The words of PyTorch, Keras, Caffe, ONNX and the lecture, each with ours."""


def foreign(word: str) -> str | None:
    """Our word for one of another framework, whatever its case and underscores.

    The lecture's letter P is padding and PyTorch's p the rate of dropout, so a word as written goes first.

    >>> foreign("Conv2d"), foreign("CONV2D"), foreign("P"), foreign("p"), foreign("quux")
    ('conv', 'conv', 'padding', 'rate', None)
    """
    if word in FOREIGN:
        return FOREIGN[word]
    if word in _BY_OURS or not 1 < len(word) <= _LONGEST_WORD:
        return None
    sought = _squeezed(word)
    for ours in _BY_OURS:
        if _squeezed(ours) == sought:
            return ours
    return next((ours for theirs, ours in FOREIGN.items() if _squeezed(theirs) == sought), None)


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that a slip of the fingers turns into the word, or that the word abbreviates; None if none is near.

    A word of n characters may differ by n/3 insertions, deletions, changes or swaps of neighbours, at least one.
    The first 5,000 candidates are looked at.

    >>> closest("fliters", ["filters", "kernel"]), closest("kern", ["filters", "kernel"]), closest("xyz", ["kernel"])
    ('filters', 'kernel', None)
    """
    if not 0 < len(word) <= _LONGEST_WORD:
        return None
    sought, most = word.casefold(), max(1, len(word) // 3)
    best: tuple[int, str] | None = None
    abbreviated = []
    for candidate in islice(candidates, _MOST_CANDIDATES):
        if candidate == word or not candidate:
            continue
        folded = candidate.casefold()
        if len(sought) >= 3 and folded.startswith(sought):
            abbreviated.append(candidate)
        if abs(len(folded) - len(sought)) <= most < max(len(sought), len(folded)):
            found = (_distance(sought, folded, most), candidate)
            if found[0] <= most:
                best = min(best or found, found)
    if best:
        return best[1]
    return min(abbreviated, key=lambda candidate: (len(candidate), candidate)) if abbreviated else None


def _distance(a: str, b: str, most: int) -> int:
    """The optimal string alignment distance, or anything above `most` as soon as it must be more."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, sign in enumerate(a, 1):
        previous, row, earlier = row, [i], before
        for j, other in enumerate(b, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (sign != other))
            if i > 1 and j > 1 and sign == b[j - 2] and a[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        before = previous
        if min(row) > most:
            return most + 1
    return row[-1]
